"""The Cox model of one trial after the other: arranged, and carried to its maximum."""

from __future__ import annotations

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


@compiled
def maximise(
    order: Integers,
    time: Floats,
    event: Bools,
    stratum: Integers,
    start: Floats,
    x: Floats,
    efron: int,
) -> tuple[Floats, Floats, Bools, Bools, Integers, Floats, Floats, Floats, Floats, Floats, Floats]:
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
    efron : bool
        As in `partial_likelihood_kernel.arrange`.

    Returns
    -------
    coefficient, direction, is_free : (trials, covariates)
    converged, iterations : (trials,)
        As in `Maximum`.
    log_likelihood, score, information : (trials,), (trials, p), (trials, p, p) float
        At 0, and the same three once more at ``coefficient``.
    """
    trials, places, size = x.shape
    coefficient, direction = np.zeros((2, trials, size))
    is_free = np.empty((trials, size), dtype=np.bool_)
    iterations, converged = np.zeros(trials, dtype=np.int64), np.empty(trials, dtype=np.bool_)
    log_likelihood_null, log_likelihood = np.empty((2, trials))
    score_null, score = np.empty((2, trials, size))
    information_null, information = np.empty((2, trials, size, size))

    sorted_time, sorted_start, log_risk, risk = np.empty((4, places))
    begin, end, first, last = np.empty((4, places), dtype=np.int64)
    events, gone, weight = np.empty((3, places), dtype=np.int64), np.empty(places), np.ones(places)
    column, extreme, room = np.empty((size, places)), np.empty((2, size)), workspace(size, places)
    span, accepted, last_step = np.empty((3, size))
    pace, work = np.empty(2), np.empty((2 + size, size))
    still_free = np.empty(size, dtype=np.bool_)
    for trial in range(trials):
        if trial < len(stratum):
            find_strata(order[trial], stratum[trial], begin, end)
        find_runs(order[trial], time[trial], event[trial], end, sorted_time, first, last)
        for place in range(start.shape[1]):
            sorted_start[place] = start[trial, order[trial, place]]
        listed = arrange_one(
            order[trial],
            first,
            end,
            sorted_time,
            event[trial],
            x[trial],
            efron,
            start.shape[1],
            column,
            extreme,
            events,
            gone,
        )
        sample = (
            sorted_time,
            sorted_start[: start.shape[1]],
            begin,
            end,
            column,
            extreme,
            events[:, :listed],
            gone,
        )
        room_for = (weight, log_risk, risk, room, score[trial], information[trial])
        log_likelihood[trial] = evaluate_one(*sample, coefficient[trial], *room_for)
        log_likelihood_null[trial], score_null[trial] = log_likelihood[trial], score[trial]
        information_null[trial] = information[trial]
        for one in range(size):
            span[one] = max(extreme[1, one] - extreme[0, one], 0.0)
        find_free(information[trial], listed, span, is_free[trial], work)
        accepted.fill(0.0)
        last_step.fill(0.0)
        pace[0], pace[1] = -np.inf, np.inf
        verdict = UNDER_WAY if is_free[trial].any() else STILL
        while verdict == UNDER_WAY and iterations[trial] < ITERATIONS:
            iterations[trial] += 1
            verdict = advance_one(
                log_likelihood[trial],
                score[trial],
                information[trial],
                is_free[trial],
                span,
                coefficient[trial],
                accepted,
                last_step,
                pace,
                direction[trial],
                work,
                still_free,
            )
            if verdict == UNDER_WAY and iterations[trial] == ITERATIONS:
                coefficient[trial] = accepted
            if verdict < STILL:
                log_likelihood[trial] = evaluate_one(*sample, coefficient[trial], *room_for)
        converged[trial] = verdict != UNDER_WAY
    return (
        coefficient,
        direction,
        is_free,
        converged,
        iterations,
        log_likelihood_null,
        score_null,
        information_null,
        log_likelihood,
        score,
        information,
    )
