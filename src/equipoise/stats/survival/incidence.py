"""Cumulative incidence of competing causes, by Aalen and Johansen.

Source: Aalen, Johansen. Scand J Stat 1978; 5:141-150. Two standard errors are offered. The
infinitesimal jackknife sums the squared influence of each subject (R ``survival::survfit``;
Therneau, Crowson, Atkinson. Multi-state models and competing risks, vignette). The other is
Aalen's with a correction for ties (R ``cmprsk::cuminc``; Gray. Ann Stat 1988; 16:1141-1154).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, Integers, as_floats
from equipoise.stats.state import State
from equipoise.stats.survival.door import (
    BEYOND,
    OUT,
    Beyond,
    Subjects,
    blocks,
    read_choice,
    read_level,
    read_number_of,
    read_subjects,
    read_times,
)
from equipoise.stats.survival.limits import SCALES, Scale, survival_limits
from equipoise.stats.survival.product_limit import Product, count_at_or_before
from equipoise.stats.survival.risk_sets import RiskSets, take

__all__ = [
    "CumulativeIncidence",
    "Variance",
    "cumulative_incidence",
    "read_causes",
    "read_interest",
]

Variance: TypeAlias = Literal["jackknife", "aalen"]
_VARIANCES: tuple[Variance, ...] = ("jackknife", "aalen")


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeIncidence:
    """Probability of each cause by fixed times; fields are (..., times, causes).

    Not estimable at times after the last follow-up where someone is still free of all causes,
    unless the last estimate was asked for.
    """

    incidence: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    event_free: Floats  # (..., times)
    event_free_standard_error: Floats  # (..., times), infinitesimal jackknife
    at_risk: Integers  # (..., times)
    state: NDArray[np.int8]


def cumulative_incidence(
    *,
    time: ArrayLike,
    cause: ArrayLike,
    times: ArrayLike,
    causes: int = 2,
    variance: Variance = "jackknife",
    scale: Scale = "log-log",
    level: float = 0.95,
    beyond: Beyond = "not estimable",
) -> CumulativeIncidence:
    """Estimate the probability of each cause by fixed times, all causes competing.

    Parameters
    ----------
    time : (..., subjects) float
        Time from randomisation to the first event or censoring. [day]
        ``-inf`` takes a subject out of the analysis; NaN is refused.
    cause : (..., subjects) int
        0 where censored, else the cause, 1 to ``causes``.
    times : (times,) float
        The fixed times. [day]
    causes : int
        Number of causes.
    variance : {"jackknife", "aalen"}
        Which standard error of the incidence.
    scale : {"plain", "log", "log-log", "logit", "arcsine"}
        Scale of the limits, applied to the incidence; both are 0 before the first event.
    level : float
        Confidence level. [1]
    beyond : {"not estimable", "last"}
        What is said of times after the last follow-up.

    Raises
    ------
    DataError
        NaN in ``time``, a cause out of range, an unknown variance or scale.
    """
    read_choice("variance", variance, _VARIANCES)
    read_choice("scale", scale, SCALES)
    read_choice("beyond", beyond, BEYOND)
    level = read_level(level)
    wanted = read_times("times", times)
    subjects = read_causes(time=time, cause=cause, causes=causes)
    parts = [
        _at_times(subjects.part(rows), wanted, causes, variance, is_extended=beyond == "last")
        for rows in blocks(subjects.trials, subjects.time.shape[1] * len(wanted) * causes)
    ]
    incidence, error, free, free_error, at_risk = (
        subjects.lay_out(np.concatenate(column)) for column in zip(*parts, strict=True)
    )
    positive = np.where(incidence > 0, incidence, 1)
    low, high = survival_limits(incidence, error / positive, scale=scale, level=level)
    # At 0 no event was seen; at 1 the error is 0 too: the limits are the estimate.
    state = np.where(np.isnan(incidence), State.NOT_ESTIMABLE, State.ESTIMATED).astype(np.int8)
    return CumulativeIncidence(
        incidence=incidence,
        standard_error=error,
        ci_low=np.where(incidence == 0, 0.0, low),
        ci_high=np.where(incidence == 0, 0.0, high),
        event_free=free,
        event_free_standard_error=free_error,
        at_risk=at_risk.astype(np.int64),
        state=state,
    )


def read_interest(
    *, time: ArrayLike, cause: ArrayLike, interest: int, **others: ArrayLike | None
) -> Subjects:
    """Check arguments where one cause is of interest and any number of others compete."""
    interest = read_number_of("interest", interest, least=1)
    highest = np.nan_to_num(as_floats("cause", cause)).max(initial=1)
    causes = max(min(int(highest), 2**31), interest)
    return read_causes(time=time, cause=cause, causes=causes, **others)


def read_causes(
    *,
    time: ArrayLike,
    cause: ArrayLike,
    causes: int,
    covariates: ArrayLike | None = None,
    **codes: ArrayLike | None,
) -> Subjects:
    """Check arguments with a cause of each event; ``event`` is True for any cause.

    Raises
    ------
    DataError
        Fewer than one cause, or a code above ``causes``, and what `read_subjects` refuses.
    """
    causes = read_number_of("causes", causes, least=1)
    subjects = read_subjects(
        time=time,
        event=np.greater(as_floats("cause", cause), 0),
        codes={"cause": cause, **codes},
        covariates=covariates,
    )
    if (largest := int(subjects.codes["cause"].max(initial=0))) > causes:
        wanted = f"0 (censored) to {causes} (causes)"
        raise DataError(Fault(where="cause", came=f"code {largest}", wanted=wanted))
    return subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """Risk sets of the sorted places, counted once for tied times; causes on the last axis."""

    sets: RiskSets
    free: Product
    is_cause: Bools  # (trials, places, causes)
    events: Floats  # (trials, places, causes), 0 but at the first place of a time
    free_before: Floats  # (trials, places)
    incidence: Floats  # (trials, places, causes), from the time on

    @classmethod
    def of(cls, subjects: Subjects, causes: int) -> _Counts:
        sets = RiskSets.of(subjects.time)
        event = sets.sort(subjects.event)
        free = Product.over(sets.time, event)
        is_cause = np.equal(subjects.codes["cause"][..., None], np.arange(1, causes + 1))
        is_cause = sets.sort(is_cause) & event[..., None]
        events = sets.tied(is_cause) * sets.is_first[..., None]
        one = np.ones((subjects.trials, 1))
        before = take(np.concatenate([one, free.survival], axis=-1), sets.first)
        n = np.maximum(free.at_risk, 1)[..., None]
        steps = before[..., None] * events / n
        return cls(
            sets=sets,
            free=free,
            is_cause=is_cause,
            events=events,
            free_before=before,
            incidence=np.cumsum(steps, axis=1),
        )


def _at_times(
    subjects: Subjects, times: Floats, causes: int, variance: Variance, *, is_extended: bool
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Incidence and error (trials, times, causes); event-free and error; number at risk."""
    counts = _Counts.of(subjects, causes)
    time = counts.sets.time
    known = count_at_or_before(time, times)
    incidence = _step(counts.incidence, known)
    one = np.ones((len(time), 1))
    free = take(np.concatenate([one, counts.free.survival], axis=-1), known)
    influence = _influence(counts, incidence, known)
    error = np.sqrt(np.sum(influence**2, axis=1))
    free_error = np.sqrt(np.sum(influence.sum(axis=-1) ** 2, axis=1))
    if variance == "aalen":
        error = np.sqrt(np.maximum(_aalen(counts, incidence, known), 0))
    at_risk = time.shape[-1] - count_at_or_before(time, np.nextafter(times, -np.inf))
    has_anyone = (time > OUT).any(axis=-1, keepdims=True)
    is_known = (at_risk > 0) | (has_anyone & (free == 0)) | (has_anyone & is_extended)
    wide = is_known[..., None]
    return (
        np.where(wide, incidence, np.nan),
        np.where(wide, error, np.nan),
        np.where(is_known, free, np.nan),
        np.where(is_known, free_error, np.nan),
        at_risk.astype(np.float64),
    )


def _step(values: Floats, known: Integers) -> Floats:
    """Value of step functions (trials, places, ...) after ``known`` places; 0 before all."""
    padded = np.concatenate([np.zeros_like(values[:, :1]), values], axis=1)
    return take(padded, known)


def _influence(counts: _Counts, incidence: Floats, known: Integers) -> Floats:
    """Differentiate F_k(t) by the weight of each subject: (trials, places, times, causes).

    With Y at risk, dN events of any cause, S event-free, A the sum of dN / (Y (Y - dN)): a
    subject at risk moves S(s-) by S(s-) A(s-), and by -S(s-) / (Y - dN) after its own event;
    it moves the share dN_k / Y by its own event over Y, less dN_k / Y^2 while at risk.
    """
    sets, n = counts.sets, np.maximum(counts.free.at_risk, 1)
    left = n - counts.free.events
    greenwood = np.where(
        np.isfinite(counts.free.log_variance_step), counts.free.log_variance_step, 0
    )
    a = np.cumsum(greenwood, axis=-1)
    a_before = a - sets.tied(greenwood)
    steps = counts.free_before[..., None] * counts.events / n[..., None]
    moved = np.cumsum(steps * (a_before - 1 / n)[..., None], axis=1)

    # At the subject's own time (all tied places share the value of the last).
    own_incidence, own_moved = take(counts.incidence, sets.last), take(moved, sets.last)
    own_a = take(a, sets.last)
    own_event = counts.is_cause.any(axis=-1)
    after_own = own_a - np.where(own_event & (left > 0), 1 / np.maximum(left, 1), 0)
    own_jump = counts.is_cause * (counts.free_before / n)[..., None]

    place = np.arange(n.shape[-1])
    is_past = (place[:, None] < known[:, None, :])[..., None]
    rest = incidence[:, None] - own_incidence[:, :, None]
    past = (own_moved + own_jump)[:, :, None] + rest * after_own[:, :, None, None]
    influence = np.where(is_past, past, _step(moved, known)[:, None])
    return np.where((sets.time > OUT)[:, :, None, None], influence, 0.0)


def _aalen(counts: _Counts, incidence: Floats, known: Integers) -> Floats:
    """Aalen's variance of F_k(t), with d events in n a binomial share thinned for ties.

    Sum over event times s of S(s-)^2 (1 - (d - 1) / (n - 1)) d / n^2 times the square of
    1 - (F(t) - F(s)) / S(s) for events of the cause, of (F(t) - F(s)) / S(s) for the others.
    """
    n = np.maximum(counts.free.at_risk, 1)[..., None]
    free = counts.free.survival[..., None]
    inverse = np.where(free > 0, 1 / np.where(free > 0, free, 1), 0.0)
    ratio = counts.incidence * inverse
    others = counts.events.sum(axis=-1, keepdims=True) - counts.events
    total = np.zeros_like(incidence)
    for events, height in ((counts.events, 1 + ratio), (np.where(free > 0, others, 0), ratio)):
        thinned = 1 - np.maximum(events - 1, 0) / np.maximum(n - 1, 1)
        step = counts.free_before[..., None] ** 2 * thinned * events / n**2
        sums = [
            _step(np.cumsum(step * term, axis=1), known)
            for term in (height**2, inverse * height, inverse**2)
        ]
        total += sums[0] - 2 * incidence * sums[1] + incidence**2 * sums[2]
    return total
