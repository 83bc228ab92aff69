"""Probabilities of states by the Aalen-Johansen estimator, for any states and moves.

Source: Aalen, Johansen. Scand J Stat 1978; 5:141-150; Andersen et al. Statistical Models Based on
Counting Processes, 1993, section IV.4. With Y_j subjects in state j and dN_jk moves from j to k,
the row p of probabilities is multiplied by I + dA at each time of a move, dA_jk = dN_jk / Y_j.
The errors are the infinitesimal jackknife, as in R ``survival::survfit``: the influence of a
subject follows the same recursion, fed by p_j (its move - dN_jk / Y_j) / Y_j while it is in j.
The estimator of the probabilities needs no Markov property (Datta, Satten. Stat Probab Lett
2001; 55:403-411).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.state import State, first_state
from equipoise.stats.survival.door import (
    BEYOND,
    Beyond,
    Subjects,
    blocks,
    read_choice,
    read_horizon,
    read_level,
    read_times,
)
from equipoise.stats.survival.limits import SCALES, Scale, normal_quantile, survival_limits
from equipoise.stats.survival.product_limit import count_at_or_before
from equipoise.stats.survival.risk_sets import RiskSets
from equipoise.stats.survival.sojourns import read_sojourns

__all__ = ["StateProbabilities", "TimeInState", "state_probabilities", "time_in_state"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateProbabilities:
    """Probability of each state at fixed times; fields are (..., times, states)."""

    probability: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    at_risk: Integers  # in the state just before the time; at 0, those who begin in it
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInState:
    """Mean time in each state up to a horizon; fields are (..., states), in days."""

    mean: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


def state_probabilities(
    *,
    start: ArrayLike,
    stop: ArrayLike,
    origin: ArrayLike,
    destination: ArrayLike,
    subject: ArrayLike,
    states: int,
    times: ArrayLike,
    scale: Scale = "log-log",
    level: float = 0.95,
    beyond: Beyond = "not estimable",
) -> StateProbabilities:
    """Estimate the probability of each state at fixed times.

    Parameters
    ----------
    start, stop : (..., rows) float
        The row covers the time after ``start`` up to ``stop``; ``stop`` of ``-inf`` is no row.
        Time counts from randomisation at 0. [day]
    origin, destination : (..., rows) int
        State during the row, and after it; equal where the row ends without a move.
    subject : (..., rows) int
        Code of the subject; its rows move the errors together. `sojourns` builds all five.
    states : int
        Number of states.
    times : (times,) float
        The fixed times, from 0. [day]
    scale : {"plain", "log", "log-log", "logit", "arcsine"}
        Scale of the limits of each probability; both are the estimate where it is 0.
    level : float
        Confidence level. [1]
    beyond : {"not estimable", "last"}
        What is said of times after the last row where someone may still move.

    Returns
    -------
    StateProbabilities
        At time 0 the shares of the states in which the subjects begin.

    Raises
    ------
    DataError
        States out of range, rows that end before they begin, a subject in two states at once.
    """
    read_choice("scale", scale, SCALES)
    read_choice("beyond", beyond, BEYOND)
    level = read_level(level)
    wanted = read_times("times", times)
    rows = read_sojourns(
        start=start,
        stop=stop,
        origin=origin,
        destination=destination,
        subject=subject,
        states=states,
    )
    parts = [
        _at_times(rows.part(some), states, wanted, is_extended=beyond == "last")
        for some in blocks(rows.trials, rows.time.shape[1] * states**2)
    ]
    probability, error, at_risk = map(np.concatenate, zip(*parts, strict=True))
    positive = np.where(probability > 0, probability, 1)
    low, high = survival_limits(probability, error / positive, scale=scale, level=level)
    return StateProbabilities(
        probability=rows.lay_out(probability),
        standard_error=rows.lay_out(error),
        ci_low=rows.lay_out(np.where(probability == 0, 0.0, low)),
        ci_high=rows.lay_out(np.where(probability == 0, 0.0, high)),
        at_risk=rows.lay_out(at_risk.astype(np.int64)),
        state=rows.lay_out(first_state((np.isnan(probability), State.NOT_ESTIMABLE))),
    )


def time_in_state(
    *,
    start: ArrayLike,
    stop: ArrayLike,
    origin: ArrayLike,
    destination: ArrayLike,
    subject: ArrayLike,
    states: int,
    horizon: float,
    level: float = 0.95,
    beyond: Beyond = "not estimable",
) -> TimeInState:
    """Estimate the mean time spent in each state up to a horizon: areas under the curves.

    Parameters
    ----------
    horizon : float
        The time up to which time counts, above 0. [day]
    start, stop, origin, destination, subject, states, level, beyond
        As in `state_probabilities`; the limits are normal, and end at 0 and at the horizon, since
        no time is outside.

    Returns
    -------
    TimeInState
        The means add up to the horizon.

    Raises
    ------
    DataError
        A horizon that is not above 0, and what `state_probabilities` refuses.
    """
    read_choice("beyond", beyond, BEYOND)
    level = read_level(level)
    read_horizon(horizon)
    rows = read_sojourns(
        start=start,
        stop=stop,
        origin=origin,
        destination=destination,
        subject=subject,
        states=states,
    )
    parts = [
        _areas(rows.part(some), states, horizon, is_extended=beyond == "last")
        for some in blocks(rows.trials, rows.time.shape[1] * states**2)
    ]
    mean, error = map(np.concatenate, zip(*parts, strict=True))
    half = normal_quantile(level) * error
    return TimeInState(
        mean=rows.lay_out(mean),
        standard_error=rows.lay_out(error),
        ci_low=rows.lay_out(np.maximum(mean - half, 0.0)),
        ci_high=rows.lay_out(np.minimum(mean + half, horizon)),
        state=rows.lay_out(first_state((np.isnan(mean), State.NOT_ESTIMABLE))),
    )


def _walk(rows: Subjects, sets: RiskSets, states: int) -> Iterator[tuple[Floats, Floats]]:
    """Yield probabilities (trials, states) and influences (trials, rows, states).

    First those at time 0, then those after each sorted place; the arrays change from one to
    the next.
    """
    assert rows.start is not None
    origin = np.equal(rows.codes["origin"][..., None], np.arange(states)) & rows.is_in[..., None]
    moves = np.not_equal(rows.codes["origin"], rows.codes["destination"])
    target = np.equal(rows.codes["destination"][..., None], np.arange(states))
    move = target & (moves & rows.is_in)[..., None]
    sorted_origin, sorted_move = sets.sort(origin), sets.sort(move)
    moves_here: Bools = np.any(sorted_move, axis=-1)
    here = sets.at_risk(sorted_origin)
    crossing = sets.tied(sorted_origin[..., :, None] & sorted_move[..., None, :])
    has_move = sets.is_first & (sets.tied(moves_here) > 0)

    begins = (rows.start <= 0) & (rows.time > 0) & rows.is_in
    number = np.maximum(begins.sum(axis=-1), 1)[:, None]
    probability = (origin & begins[..., None]).sum(axis=1) / number
    influence = begins[..., None] * (origin - probability[:, None]) / number[..., None]
    yield probability, influence
    for place in range(rows.time.shape[1]):
        now = np.flatnonzero(has_move[:, place] & (sets.time[:, place] > 0))
        if now.size:
            y = np.maximum(here[now, place], 1)
            hazard = crossing[now, place] / y[..., None]
            step = hazard - hazard.sum(axis=-1)[..., None] * np.eye(states)
            moment = sets.time[now, place, None]
            is_there = (rows.start[now] < moment) & (moment <= rows.time[now])
            ends_now = (moment == rows.time[now])[..., None] & move[now]
            at = origin[now] * is_there[..., None]
            pull = probability[now] / y
            own = (at @ pull[..., None]) * ends_now
            own = own - at * own.sum(axis=-1, keepdims=True)
            influence[now] += influence[now] @ step + own - (at * pull[:, None]) @ step
            probability[now] += np.einsum("tj,tjk->tk", probability[now], step)
        yield probability, influence


def _error(influence: Floats, subject: Integers) -> Floats:
    """Root of the squared influences, summed over the rows of each subject first."""
    codes, place = np.unique(subject, return_inverse=True)
    total = np.zeros((len(influence), len(codes), influence.shape[-1]))
    np.add.at(total, (np.arange(len(influence))[:, None], place.reshape(subject.shape)), influence)
    error: Floats = np.sqrt(np.sum(total**2, axis=1))
    return error


def _is_known(rows: Subjects, probability: Floats, after: Bools, *, is_extended: bool) -> Bools:
    """Tell where nobody can still move, or what was last known is to be drawn on."""
    states = probability.shape[-1]
    origin = np.equal(rows.codes["origin"][..., None], np.arange(states)) & rows.is_in[..., None]
    may_move = np.sum(probability * origin.any(axis=1), axis=-1) > 0
    has_begun = probability.sum(axis=-1) > 0
    known: Bools = has_begun & (~after | ~may_move | is_extended)
    return known


def _at_times(
    rows: Subjects, states: int, times: Floats, *, is_extended: bool
) -> tuple[Floats, Floats, Floats]:
    """Probability, error and number at risk, (trials, times, states)."""
    assert rows.start is not None
    sets = RiskSets.of(rows.time, start=rows.start)
    known = count_at_or_before(sets.time, times)
    probability = np.full((rows.trials, len(times), states), np.nan)
    error = np.full(probability.shape, np.nan)
    for place, (value, influence) in enumerate(_walk(rows, sets, states)):
        for column in range(len(times)):
            now = np.flatnonzero((known[:, column] == place) & (times[column] >= 0))
            if now.size:
                after = times[column] > rows.time[now].max(axis=-1)
                some = rows.part(now)
                is_known = _is_known(some, value[now], after, is_extended=is_extended)
                found = _error(influence[now], rows.codes["subject"][now])
                probability[now, column] = np.where(is_known[:, None], value[now], np.nan)
                error[now, column] = np.where(is_known[:, None], found, np.nan)
    moment = np.maximum(times, np.nextafter(0, 1))[:, None]  # at 0: those who begin
    there = (rows.start[:, None] < moment) & (moment <= rows.time[:, None])
    origin = np.equal(rows.codes["origin"][..., None], np.arange(states)) & rows.is_in[..., None]
    return probability, error, there.astype(np.float64) @ origin


def _areas(
    rows: Subjects, states: int, horizon: float, *, is_extended: bool
) -> tuple[Floats, Floats]:
    """Areas under the probabilities from 0 to the horizon, and their errors."""
    sets = RiskSets.of(rows.time, start=rows.start)
    corner = np.clip(sets.time, 0, horizon)
    width = np.diff(corner, axis=-1, prepend=0, append=horizon)
    area = np.zeros((rows.trials, states))
    moved = np.zeros((*rows.time.shape, states))
    probability = area
    for place, (probability, influence) in enumerate(_walk(rows, sets, states)):
        area = area + probability * width[:, place, None]
        moved += influence * width[:, place, None, None]
    after = sets.time[:, -1] < horizon
    is_known = _is_known(rows, probability, after, is_extended=is_extended)[:, None]
    error = _error(moved, rows.codes["subject"])
    return np.where(is_known, area, np.nan), np.where(is_known, error, np.nan)
