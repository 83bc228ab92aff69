"""The Cox model of one trial after the other: arranged, and carried to its maximum."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.newton_kernel import (
    ITERATIONS,
    STILL,
    UNDER_WAY,
    advance_one,
    find_free,
)
from equipoise.stats.survival.partial_likelihood_kernel import (
    arrange_one,
    evaluate_one,
    workspace,
)
from equipoise.stats.survival.risk_sets_kernel import find_runs, find_strata

__all__ = ["maximise"]


_Sample: TypeAlias = tuple[
    Floats, Floats, Integers, Integers, Floats, Floats, Integers, Floats
]  # the first arguments of `evaluate_one`


@compiled
def maximise(
    order: Integers,
    time: Floats,
    event: Bools,
    stratum: Integers,
    start: Floats,
    x: Floats,
    efron: int,
) -> tuple[Floats, Floats, Bools, Bools, Integers, Floats, Floats, Floats]:
    """Maximise the partial likelihood of each trial.

    Everything of a trial is computed before the next, in arrays that stay in the nearest memory.

    Parameters
    ----------
    order : (trials, places) int
        The subjects by stratum and, within it, by ascending time; changed within ties.
    time, event, start : (trials, subjects)
        ``start`` without subjects where all begin at once.
    stratum : (trials, subjects) int
        One row, all the same, where each trial is one stratum.
    x : (trials, subjects, covariates) float
    efron : int
        As in `partial_likelihood_kernel.arrange`.

    Returns
    -------
    coefficient, direction, is_free : (trials, covariates)
    converged, iterations : (trials,)
        As in `Maximum`.
    log_likelihood, score, information : (2, trials), (2, trials, p), (2, trials, p, p) float
        At 0 and at ``coefficient``.
    """
    trials, places, size = x.shape
    coefficient, direction = np.zeros((2, trials, size))
    is_free, converged = np.empty((trials, size), dtype=np.bool_), np.empty(trials, dtype=np.bool_)
    iterations = np.zeros(trials, dtype=np.int64)
    log_likelihood, score = np.empty((2, trials)), np.empty((2, trials, size))
    information = np.empty((2, trials, size, size))
    begin, end = np.empty((2, places), dtype=np.int64)
    numbers, lists = np.empty((3, places)), np.empty((5, places), dtype=np.int64)
    column, extreme, span = np.empty((size, places)), np.empty((2, size)), np.empty(size)
    aside = (np.ones(places), np.empty(places), np.empty(places), workspace(size, places))
    for trial in range(trials):
        if trial < len(stratum):
            find_strata(order[trial], stratum[trial], begin, end)
        sample = _arrange(
            order[trial],
            time[trial],
            event[trial],
            start[trial % len(start)],
            x[trial],
            efron,
            begin,
            end,
            column,
            extreme,
            numbers,
            lists,
        )
        log_likelihood[0, trial] = evaluate_one(
            *sample, coefficient[trial], *aside, score[0, trial], information[0, trial]
        )
        for one in range(size):
            span[one] = max(extreme[1, one] - extreme[0, one], 0.0)
            score[1, trial, one] = score[0, trial, one]
            for other in range(size):
                information[1, trial, one, other] = information[0, trial, one, other]
        listed = sample[6].shape[1]
        find_free(information[0, trial], listed, span, is_free[trial], np.empty((1 + size, size)))
        log_likelihood[1, trial], iterations[trial], converged[trial] = _climb(
            sample,
            aside,
            span,
            is_free[trial],
            log_likelihood[0, trial],
            score[1, trial],
            information[1, trial],
            coefficient[trial],
            direction[trial],
        )
    return (
        coefficient,
        direction,
        is_free,
        converged,
        iterations,
        log_likelihood,
        score,
        information,
    )


@compiled
def _arrange(
    order: Integers,
    time: Floats,
    event: Bools,
    start: Floats,
    x: Floats,
    efron: int,
    begin: Integers,
    end: Integers,
    column: Floats,
    extreme: Floats,
    numbers: Floats,
    lists: Integers,
) -> _Sample:
    """Sort one trial and list its events, in the room of the last four arguments."""
    sorted_time, gone, sorted_start = numbers
    first, last, events, cut = lists[0], lists[1], lists[2:], len(start)
    find_runs(order, time, event, end, sorted_time, first, last)
    for place in range(cut):
        sorted_start[place] = start[order[place]]
    listed = arrange_one(
        order, first, end, sorted_time, event, x, efron, cut, column, extreme, events, gone
    )
    within = sorted_start[:cut], begin, end
    return (sorted_time, *within, column, extreme, events[:, :listed], gone)


@compiled
def _climb(
    sample: _Sample,
    aside: tuple[Floats, Floats, Floats, Floats],
    span: Floats,
    is_free: Bools,
    log_likelihood: float,
    score: Floats,
    information: Floats,
    coefficient: Floats,
    direction: Floats,
) -> tuple[float, int, bool]:
    """Carry one trial from 0 to its maximum; the last four arguments go with it.

    Returns
    -------
    log_likelihood, iterations, converged
    """
    size, number = len(span), 0
    accepted, last_step = np.zeros((2, size))
    pace, work = np.array([-np.inf, np.inf]), np.empty((2 + size, size))
    still_free = np.empty(size, dtype=np.bool_)
    verdict = UNDER_WAY if is_free.any() else STILL
    while verdict == UNDER_WAY and number < ITERATIONS:
        number += 1
        verdict = advance_one(
            log_likelihood,
            score,
            information,
            is_free,
            span,
            coefficient,
            accepted,
            last_step,
            pace,
            direction,
            work,
            still_free,
        )
        if verdict == UNDER_WAY and number == ITERATIONS:
            for one in range(size):
                coefficient[one] = accepted[one]
        if verdict < STILL:
            log_likelihood = evaluate_one(*sample, coefficient, *aside, score, information)
    return log_likelihood, number, verdict != UNDER_WAY
