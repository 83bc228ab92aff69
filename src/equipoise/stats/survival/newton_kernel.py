"""One Newton step of each trial that is not at rest, and what it tells."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.linear import PIVOT, ROUNDING
from equipoise.stats.survival.linear_kernel import eliminate_one

__all__ = [
    "AWAY",
    "ITERATIONS",
    "SETTLED",
    "STILL",
    "UNDER_WAY",
    "advance",
    "advance_one",
    "find_free",
]

ITERATIONS: Final = 100

UNDER_WAY: Final = 0
SETTLED: Final = 1  # the next step would change nothing; the terms are those before the last
STILL: Final = 2  # settled, by a step so short that the terms are those at the coefficient
AWAY: Final = 3  # on the way to infinity; the terms are those at the coefficient

_CONVERGED = 1e-14  # Newton decrement: the next error is of its order, in standard errors
_STILL = 1e-20  # decrement, a squared step in standard errors, too short to evaluate anew after it
_FLAT = 1e-10  # decrement at which a step that does not shrink tells an infinite coefficient
_FAR = 1e-2  # a step, in units of the linear predictor, that a converging fit no longer takes
_LONGEST = 500.0  # longest step in units of the linear predictor
_WORSE = 1e-9  # share of the log likelihood that rounding may take from it


@compiled
def advance(
    here: Integers,
    log_likelihood: Floats,
    score: Floats,
    information: Floats,
    is_free: Bools,
    span: Floats,
    coefficient: Floats,
    accepted: Floats,
    last_step: Floats,
    pace: Floats,
    direction: Floats,
) -> NDArray[np.int8]:
    """Judge where trials are, and take each one step on, or half the way back.

    Parameters
    ----------
    here : (chosen,) int
        The trials that are not at rest.
    log_likelihood, score, information : (chosen,), (chosen, p), (chosen, p, p) float
        Their terms at ``coefficient``.
    is_free, span : (trials, p)
        As in `maximise`.
    coefficient, accepted, last_step : (trials, p) float
        Where each trial is, the last place that was no worse than the one before, and the step
        from there; changed.
    pace : (trials, 2) float
        Log likelihood at ``accepted``, and the length of that step in units of the linear
        predictor; changed.
    direction : (trials, p) float
        Gets 1 or -1 where a coefficient goes to plus or minus infinity.

    Returns
    -------
    verdict : (chosen,) int
        UNDER_WAY, SETTLED, STILL or AWAY.
    """
    size = span.shape[1]
    work, still_free = np.empty((2 + size, size)), np.empty(size, dtype=np.bool_)
    verdict = np.empty(len(here), dtype=np.int8)
    for number in range(len(here)):
        trial = here[number]
        verdict[number] = advance_one(
            log_likelihood[number],
            score[number],
            information[number],
            is_free[trial],
            span[trial],
            coefficient[trial],
            accepted[trial],
            last_step[trial],
            pace[trial],
            direction[trial],
            work,
            still_free,
        )
    return verdict


@compiled
def advance_one(
    log_likelihood: float,
    score: Floats,
    information: Floats,
    is_free: Bools,
    span: Floats,
    coefficient: Floats,
    accepted: Floats,
    last_step: Floats,
    pace: Floats,
    direction: Floats,
    work: Floats,
    still_free: Bools,
) -> int:
    """Judge one trial and take its step, in (p + 2, p) and (p,) of room to work; see `advance`."""
    size = len(span)
    solved, step, least = work[:size], work[size], work[size + 1]
    for one in range(size):
        least[one] = max(PIVOT * information[one, one], 0.0)
    eliminate_one(information, least, is_free, solved, still_free)
    decrement, longest, is_whole = 0.0, 0.0, True
    for one in range(size):
        step[one] = 0.0
        for other in range(size):
            step[one] += solved[one, other] * score[other]
        decrement += step[one] * score[one]
        is_whole = is_whole and still_free[one] == is_free[one]
    for one in range(size):
        if not is_whole:  # a column without information any more went the way of its last step
            step[one] = last_step[one]
        longest = max(longest, abs(step[one]) * span[one])
    if not log_likelihood >= pace[0] - _WORSE * (1 + abs(pace[0])):
        for one in range(size):
            coefficient[one] = (coefficient[one] + accepted[one]) / 2
        pace[1] = np.inf
        return UNDER_WAY
    if decrement < _FLAT and longest > _FAR and longest > pace[1] / 2:
        for one in range(size):
            if abs(step[one]) * span[one] > _FAR:
                direction[one] = np.sign(step[one])
        return AWAY
    short = _LONGEST / max(longest, _LONGEST)
    for one in range(size):
        last_step[one] = short * step[one]
        accepted[one] = coefficient[one]
        coefficient[one] += short * step[one]
    pace[0], pace[1] = log_likelihood, longest
    if not is_whole or decrement >= _CONVERGED:
        return UNDER_WAY
    return SETTLED if decrement >= _STILL else STILL


@compiled
def find_free(information: Floats, events: int, span: Floats, is_free: Bools, work: Floats) -> None:
    """Fill in which columns of one trial do not depend on those before them; see `maximise`."""
    size = len(span)
    least = work[size]
    for one in range(size):
        least[one] = max(PIVOT * information[one, one], ROUNDING * events * span[one] ** 2)
    eliminate_one(information, least, np.ones(size, dtype=np.bool_), work[:size], is_free)
