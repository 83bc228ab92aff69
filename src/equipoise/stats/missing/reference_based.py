"""What missing visits would have been under an assumption about life after departure.

A subject departs at the first visit at which its own arm's model no longer holds for it
(treatment stopped, rescue, withdrawal). The assumption joins the mean and covariance of its own
arm before departure with those of the reference arm after it; missing visits then follow the
normal distribution given the observed ones.

Source: Carpenter JR, Roger JH, Kenward MG. J Biopharm Stat 2013; 23:1352-1371, section 4 and
appendix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import did_you_mean
from equipoise.stats.arrays import Bools, Floats, Integers, shared_shape
from equipoise.stats.door import Door

__all__ = [
    "STRATEGIES",
    "ConditionalMeans",
    "Strategy",
    "draw_conditional",
    "fits_visits",
    "impute_conditional_mean",
    "last_observed_departure",
    "read_delta",
    "read_words",
]

Strategy: TypeAlias = Literal[
    "missing_at_random", "jump_to_reference", "copy_reference", "copy_increments"
]
STRATEGIES = ("missing_at_random", "jump_to_reference", "copy_reference", "copy_increments")
_CHUNK = 200_000
"""Subjects whose matrices are held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalMeans:
    """Completed responses, and how sure the completed values are.

    Attributes
    ----------
    response : (..., subjects, visits) float
        Observed values as they are, missing ones replaced by their conditional mean.
    covariance : (..., subjects, visits, visits) float
        Conditional covariance of the missing visits; zero in rows and columns of observed ones.
    """

    response: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joined:
    """Flattened subjects: (units, visits) and (units, visits, visits)."""

    response: Floats
    observed: Bools
    mean: Floats
    covariance: Floats
    lead: tuple[int, ...]


def last_observed_departure(*, response: ArrayLike) -> Integers:
    """Take the visit after the last observed one as departure, (..., subjects) int.

    A subject without any value departs at visit 0; one observed at the last visit has departure
    at the number of visits, that is, never. ``response`` is (..., subjects, visits).
    """
    door = Door()
    y = door.numbers("response", response, core=2, nan=True)
    door.close()
    return _last_observed(y)


def read_delta(door: Door, delta: ArrayLike) -> Floats:
    """Read a delta of no axis, of visits, or of (..., subjects, visits)."""
    shift = door.numbers("delta", delta)
    return door.numbers("delta", delta, core=min(shift.ndim, 2)) if shift.ndim else shift


def read_words(door: Door, strategy: str | Sequence[str]) -> NDArray[np.str_]:
    """Read one word, or one for each subject."""
    try:
        return np.asarray(strategy, dtype=np.str_)
    except ValueError:  # rows of different length
        door.refuse("strategy", repr(strategy), "one word, or one for each subject")
        return np.asarray(STRATEGIES[0])


def fits_visits(delta: Floats, *, subjects: int, visits: int) -> bool:
    """Say whether a delta is one number, (visits,), or (..., subjects, visits)."""
    if delta.ndim == 0:
        return True
    rows = delta.shape[-2] if delta.ndim > 1 else 1
    return rows in (1, subjects) and delta.shape[-1] in (1, visits)


def impute_conditional_mean(
    *,
    response: ArrayLike,
    mean_own: ArrayLike,
    mean_reference: ArrayLike,
    covariance_own: ArrayLike,
    covariance_reference: ArrayLike,
    strategy: str | Sequence[str],
    departure: ArrayLike | None = None,
) -> ConditionalMeans:
    """Replace missing visits by their conditional mean under a strategy.

    Parameters
    ----------
    response : (..., subjects, visits) float
        NaN where missing.
    mean_own, mean_reference : (..., subjects, visits) float
        Expected response of each subject under its own and under the reference arm.
    covariance_own, covariance_reference : (..., visits, visits) float
        Covariance of the visits; leading axes broadcast with (..., subjects).
    strategy : str or (subjects,) str
        ``missing_at_random``: the own arm throughout. ``jump_to_reference``: the reference mean
        from departure. ``copy_reference``: the reference arm throughout. ``copy_increments``:
        the own mean before departure, from then on parallel to the reference mean.
    departure : (..., subjects) int, optional
        First visit (from 0) of the new regime; the number of visits for a subject that stays.
        The visit after the last observed one if not given.

    Returns
    -------
    ConditionalMeans
        A subject that stays is completed as missing at random, whatever the strategy.

    Raises
    ------
    DataError
        If a strategy is unknown, a mean or covariance is not finite, a departure is not a visit,
        or shapes do not fit.
    """
    joined = _read(
        response,
        (mean_own, mean_reference),
        (covariance_own, covariance_reference),
        strategy,
        departure,
    )
    visits = joined.response.shape[1]
    filled, spread = np.empty_like(joined.response), np.empty_like(joined.covariance)
    for start in range(0, len(filled), _CHUNK):
        part = slice(start, start + _CHUNK)
        filled[part], spread[part] = _condition(joined, part)
    return ConditionalMeans(
        response=filled.reshape(*joined.lead, visits),
        covariance=spread.reshape(*joined.lead, visits, visits),
    )


def draw_conditional(
    *, conditional: ConditionalMeans, rng: np.random.Generator, draws: int = 1
) -> Floats:
    """Draw the missing visits from their conditional normal distribution.

    Parameters
    ----------
    conditional : ConditionalMeans
        From `impute_conditional_mean`.
    rng : numpy.random.Generator
        Source of randomness; the same generator state gives the same draws.
    draws : int
        Number of completed data sets.

    Returns
    -------
    (draws, ..., subjects, visits) float
        Observed values are the same in every draw.

    Raises
    ------
    DataError
        If ``draws`` is not a whole number of zero or more, or the covariance of a subject's
        missing visits is not positive definite.
    """
    door = Door()
    number = door.number_of("draws", draws, least=0)
    is_fixed = np.diagonal(conditional.covariance, axis1=-2, axis2=-1) == 0
    root = _factor(door, conditional.covariance, is_fixed)
    door.close()
    noise = rng.standard_normal((number, *conditional.response.shape))
    moved: Floats = conditional.response + np.einsum(
        "...ij,...j->...i", root, np.where(is_fixed, 0.0, noise)
    )
    return moved


def _factor(door: Door, covariance: Floats, is_fixed: Bools) -> Floats:
    """Factor the covariances of the missing visits; one where a visit is fixed."""
    # A unit variance in place of each observed visit keeps the factor regular.
    regular = covariance + is_fixed[..., None] * np.eye(covariance.shape[-1])
    try:
        return np.asarray(np.linalg.cholesky(regular))
    except np.linalg.LinAlgError:  # does not say which, and NaN has no factor either
        door.refuse(
            "conditional.covariance",
            f"least eigenvalue {np.linalg.eigvalsh(regular).min():g}",
            "positive definite covariances of the missing visits",
        )
        return regular


def _read(
    response: ArrayLike,
    means: tuple[ArrayLike, ArrayLike],
    covariances: tuple[ArrayLike, ArrayLike],
    strategy: str | Sequence[str],
    departure: ArrayLike | None,
) -> _Joined:
    door = Door()
    y = door.numbers("response", response, core=1, nan=True)
    own, other = (
        door.numbers(name, value, core=1)
        for name, value in zip(("mean_own", "mean_reference"), means, strict=True)
    )
    names = ("covariance_own", "covariance_reference")
    sigma = [door.numbers(n, v, core=2) for n, v in zip(names, covariances, strict=True)]
    for name, matrix in zip(names, sigma, strict=True):
        variance = np.diagonal(matrix, axis1=-2, axis2=-1)
        door.wants(np.all(variance > 0), where=name, came="no variance", wanted="variances above 0")
    visits = y.shape[-1] if y.ndim else 0
    door.same_length(response=y, mean_own=own, mean_reference=other)
    for name, matrix in zip(names, sigma, strict=True):
        door.wants(
            matrix.shape[-2:] == (visits, visits),
            where=name,
            came=f"shape {matrix.shape}",
            wanted=f"(..., {visits} visits, {visits} visits)",
        )
    code = _read_strategy(door, strategy)
    left = _last_observed(y).astype(np.float64)
    if departure is not None:
        left = door.numbers("departure", departure, low=0, high=visits, whole=True)
    lead = shared_shape({"response": door.close(), "strategy": code.shape, "departure": left.shape})
    units = int(np.prod(lead))
    y, own, other = (
        np.broadcast_to(v, (*lead, visits)).reshape(units, visits) for v in (y, own, other)
    )
    one, two = (
        np.broadcast_to(m, (*lead, visits, visits)).reshape(units, visits, visits) for m in sigma
    )
    code = np.broadcast_to(code, lead).reshape(units)
    left = np.broadcast_to(left, lead).reshape(units)
    mean, covariance = _join(own, other, one, two, code, left)
    return _Joined(response=y, observed=~np.isnan(y), mean=mean, covariance=covariance, lead=lead)


def _read_strategy(door: Door, strategy: str | Sequence[str]) -> Integers:
    words = read_words(door, strategy)
    known = np.isin(words, STRATEGIES)
    if not known.all():
        word = str(words[~known].flat[0])
        hint = did_you_mean(word, STRATEGIES)
        wanted = ", ".join(STRATEGIES) + (f"; {hint}" if hint else "")
        door.wants(False, where="strategy", came=repr(word), wanted=wanted)  # noqa: FBT003 - always a fault
        return np.zeros(words.shape, dtype=np.int64)
    return np.asarray(np.argmax(words[..., None] == np.array(STRATEGIES), axis=-1))


def _last_observed(y: Floats) -> Integers:
    place = np.arange(1, y.shape[-1] + 1)
    return np.asarray(np.max(np.where(np.isnan(y), 0, place), axis=-1, initial=0), dtype=np.int64)


def _join(
    own: Floats, other: Floats, one: Floats, two: Floats, code: Integers, left: Floats
) -> tuple[Floats, Floats]:
    """Joint mean and covariance of each unit under its strategy."""
    visits = own.shape[1]
    code = np.where(left >= visits, 0, code)
    after = np.arange(visits) >= left[:, None]
    last = np.maximum(left - 1, 0).astype(np.int64)[:, None]
    gap = np.take_along_axis(own - other, last, axis=1) * (left > 0)[:, None]
    chosen = code[:, None]
    mean = np.where(
        chosen == 0,
        own,
        np.where(
            chosen == 2,
            other,
            np.where(after, other + np.where(chosen == 3, gap, 0.0), own),
        ),
    )
    if np.array_equal(one, two):
        return mean, two
    mixed = np.where((chosen == 2)[:, :, None], two, _join_covariance(one, two, after))
    return mean, np.where((chosen == 0)[:, :, None], one, mixed)


def _join_covariance(own: Floats, other: Floats, after: Bools) -> Floats:
    """Keep the own covariance before departure and the reference regression on it after."""
    before = ~after
    early = before[:, :, None] & before[:, None, :]
    late = after[:, :, None] & after[:, None, :]
    across = after[:, :, None] & before[:, None, :]
    own_early = np.where(early, own, 0.0)
    other_early = np.where(early, other, np.eye(own.shape[1]))
    slope = np.swapaxes(
        np.linalg.solve(other_early, np.swapaxes(np.where(across, other, 0.0), 1, 2)), 1, 2
    )
    lower = slope @ own_early
    turned = np.swapaxes(slope, 1, 2)
    rest = np.where(late, other, 0.0) - slope @ (np.where(early, other, 0.0) - own_early) @ turned
    joined: Floats = own_early + lower + np.swapaxes(lower, 1, 2) + np.where(late, rest, 0.0)
    return joined


def _condition(joined: _Joined, part: slice) -> tuple[Floats, Floats]:
    """Conditional mean and covariance of the missing visits given the observed ones."""
    y, seen = joined.response[part], joined.observed[part]
    mean, sigma = joined.mean[part], joined.covariance[part]
    both = seen[:, :, None] & seen[:, None, :]
    gone = ~seen[:, :, None] & ~seen[:, None, :]
    across: NDArray[np.float64] = np.where(~seen[:, :, None] & seen[:, None, :], sigma, 0.0)
    inner = np.where(both, sigma, np.eye(y.shape[1]))
    slope = np.swapaxes(np.linalg.solve(inner, np.swapaxes(across, 1, 2)), 1, 2)
    deviation = np.where(seen, y - mean, 0.0)
    filled = np.where(seen, y, mean + np.einsum("uij,uj->ui", slope, deviation))
    spread = np.where(gone, sigma - slope @ np.swapaxes(across, 1, 2), 0.0)
    return filled, spread
