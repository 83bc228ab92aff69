"""Exact unconditional tests of two proportions: Barnard and Boschloo.

Every table of the two sample sizes is ordered by a statistic; the p value is the largest
probability, over the common risk, of all tables at least as extreme as the observed one.
All tables of one pair of sizes are ordered once, whatever the number of trials in the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, divide_or_nan
from equipoise.stats.binary.counts import TwoArms, on_distinct_tables, read_two_arms
from equipoise.stats.binary.fisher import fisher_columns
from equipoise.stats.binary.interval import state_where
from equipoise.stats.binary.mass import hypergeometric_rows
from equipoise.stats.binary.nuisance import largest_probability
from equipoise.stats.door import Door

__all__ = [
    "Alternative",
    "UnconditionalTest",
    "barnard_test",
    "barnard_unpooled_test",
    "boschloo_doubled_test",
    "boschloo_test",
]

Alternative: TypeAlias = Literal["two_sided", "less", "greater"]
"""``greater``: the experimental arm has the higher risk."""

_MOST_TABLES = 10_000_000
"""Of a sample space that is enumerated: it takes ten seconds and two gigabytes."""

_NEAR = 1e-9
"""Statistics that differ by less than this share of their size are equal. [1]"""

_Ordering: TypeAlias = Callable[[TwoArms, Alternative], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnconditionalTest:
    """Exact unconditional test of each trial; fields have the shape of the batch.

    Attributes
    ----------
    statistic : float
        What orders the tables: z for Barnard (its size for a two-sided test, its negative for
        ``less``), Fisher's p value for Boschloo.
    p_value : float
        Largest probability of the tail over the common risk.
    nuisance : float
        The smallest common risk at which it is reached.
    tables_in_tail : float
        Number of tables at least as extreme as the observed one.
    state : int8
        NOT_ESTIMABLE, and all numbers NaN, where an arm is empty, and where the arms have so many
        subjects that more than ten million tables would have to be ordered.
    """

    statistic: Floats
    p_value: Floats
    nuisance: Floats
    tables_in_tail: Floats
    state: NDArray[np.int8]


def barnard_test(
    *,
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    alternative: Alternative = "two_sided",
) -> UnconditionalTest:
    """Test two risks exactly, tables ordered by z with the pooled variance.

    Parameters
    ----------
    x1, n1 : (...) int
        Events and subjects of the experimental arm. NaN is refused.
    x0, n0 : (...) int
        Events and subjects of the control arm; all four broadcast together.
    alternative : {"two_sided", "less", "greater"}
        ``greater``: the risk is higher in the experimental arm.

    Returns
    -------
    UnconditionalTest

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds the size of its arm, shapes
        do not broadcast, or ``alternative`` is unknown.

    Notes
    -----
    Sources: Barnard GA. Biometrika 1947; 34(1/2):123-138; with this statistic: Suissa S,
    Shuster JJ. JRSS A 1985; 148(4):317-327.
    """
    return _test(read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0), _pooled, alternative)


def barnard_unpooled_test(
    *,
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    alternative: Alternative = "two_sided",
) -> UnconditionalTest:
    """Test two risks exactly, tables ordered by z with the unpooled variance.

    Parameters, Returns, Raises and Sources are those of :func:`barnard_test`. Where all
    subjects of one arm and none of the other have an event, z is infinite.
    """
    return _test(read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0), _unpooled, alternative)


def boschloo_test(
    *,
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    alternative: Alternative = "two_sided",
) -> UnconditionalTest:
    """Test two risks exactly, tables ordered by Fisher's p value.

    Parameters, Returns and Raises are those of :func:`barnard_test`. The p value is never
    larger than that of Fisher's test. Two-sided, tables are ordered by the two-sided Fisher p
    value; :func:`boschloo_doubled_test` doubles the smaller one-sided one instead.

    Notes
    -----
    Source: Boschloo RD. Statistica Neerlandica 1970; 24(1):1-35.
    """
    return _test(read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0), _by_fisher, alternative)


def boschloo_doubled_test(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike
) -> UnconditionalTest:
    """Test two risks with twice the smaller one-sided p value of Boschloo's test, at most 1.

    Parameters and Raises are those of :func:`barnard_test`.

    Returns
    -------
    UnconditionalTest
        ``statistic``, ``nuisance`` and ``tables_in_tail`` are those of the smaller side.
        R ``Exact::exact.test`` and scipy ``boschloo_exact`` report this two-sided p value.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0)
    less, greater = (_test(arms, _by_fisher, side) for side in ("less", "greater"))
    is_less = less.p_value <= greater.p_value
    return UnconditionalTest(
        statistic=np.where(is_less, less.statistic, greater.statistic),
        p_value=np.minimum(1.0, 2 * np.minimum(less.p_value, greater.p_value)),
        nuisance=np.where(is_less, less.nuisance, greater.nuisance),
        tables_in_tail=np.where(is_less, less.tables_in_tail, greater.tables_in_tail),
        state=less.state,
    )


def _test(arms: TwoArms, ordering: _Ordering, alternative: Alternative) -> UnconditionalTest:
    door = Door()
    door.choice("alternative", alternative, get_args(Alternative))
    door.close()
    statistic, p_value, nuisance, in_tail = on_distinct_tables(
        arms, lambda tables: _by_size(tables, ordering, alternative)
    )
    sign = -1.0 if ordering is _by_fisher else 1.0
    return UnconditionalTest(
        statistic=sign * statistic,
        p_value=p_value,
        nuisance=nuisance,
        tables_in_tail=in_tail,
        state=state_where(not_estimable=arms.is_empty | _is_too_large(arms)),
    )


def _is_too_large(arms: TwoArms) -> Bools:
    return (arms.n1 + 1) * (arms.n0 + 1) > _MOST_TABLES


def _by_size(tables: TwoArms, ordering: _Ordering, alternative: Alternative) -> tuple[Floats, ...]:
    """Columns statistic, p value, nuisance, tables in tail; one sample space per pair of sizes."""
    columns = np.empty((4, tables.x1.size))
    sizes, place = np.unique(np.stack([tables.n1, tables.n0]), axis=1, return_inverse=True)
    for number, (n1, n0) in enumerate(sizes.T):
        chosen = np.flatnonzero(place.ravel() == number)
        if (n1 + 1) * (n0 + 1) > _MOST_TABLES:
            columns[:, chosen] = np.nan
            continue
        space = _sample_space(n1, n0)
        extremity = ordering(space, alternative).reshape(int(n1) + 1, int(n0) + 1)
        observed = extremity[tables.x1[chosen].astype(np.int64), tables.x0[chosen].astype(np.int64)]
        levels, level = np.unique(observed, return_inverse=True)
        given_events, in_tail = _tails_given_events(extremity, levels)
        p_value, nuisance = largest_probability(given_events)
        columns[:, chosen] = observed, p_value[level], nuisance[level], in_tail[level]
    return tuple(columns)


def _sample_space(n1: float, n0: float) -> TwoArms:
    x1, x0 = np.meshgrid(np.arange(n1 + 1), np.arange(n0 + 1), indexing="ij")
    size = np.ones(x1.size)
    return TwoArms(x1=x1.ravel(), n1=n1 * size, x0=x0.ravel(), n0=n0 * size)


def _tails_given_events(extremity: Floats, levels: Floats) -> tuple[Floats, Floats]:
    """Probability of each tail given the events in both arms, and its number of tables.

    ``extremity`` is (n1 + 1, n0 + 1), ``levels`` (tails,); the first answer is
    (tails, n1 + n0 + 1). Only the nuisance depends on the common risk: given the events, a
    table is hypergeometric.
    """
    n1, n0 = extremity.shape[0] - 1, extremity.shape[1] - 1
    near = np.where(np.isfinite(levels), _NEAR * np.abs(levels), 0.0)
    least = np.where(np.isfinite(levels), levels - near, levels)
    share = np.empty((levels.size, n1 + n0 + 1))
    in_tail = np.zeros(levels.size)
    events = np.arange(n1 + n0 + 1, dtype=np.float64)
    masses, low = hypergeometric_rows(np.full(events.shape, n1), np.full(events.shape, n0), events)
    for total in range(n1 + n0 + 1):
        x1 = np.arange(low[total], min(n1, total) + 1)
        value = extremity[x1, total - x1]
        order = np.argsort(-value, kind="stable")
        summed = np.concatenate([[0.0], np.cumsum(masses[total, : x1.size][order])])
        count = np.searchsorted(-value[order], -least, side="right")
        share[:, total] = np.where(count == x1.size, 1.0, summed[count])
        in_tail += count
    return share, in_tail


def _pooled(space: TwoArms, alternative: Alternative) -> Floats:
    pooled = divide_or_nan(space.events, space.total)
    variance = pooled * (1 - pooled) * (1 / space.n1 + 1 / space.n0)
    return _standardised(space, variance, alternative)


def _unpooled(space: TwoArms, alternative: Alternative) -> Floats:
    p1, p0 = space.x1 / space.n1, space.x0 / space.n0
    return _standardised(space, p1 * (1 - p1) / space.n1 + p0 * (1 - p0) / space.n0, alternative)


def _standardised(space: TwoArms, variance: Floats, alternative: Alternative) -> Floats:
    # From whole numbers, so that equal risks differ by zero and equal statistics stay equal.
    difference = (space.x1 * space.n0 - space.x0 * space.n1) / (space.n1 * space.n0)
    without = np.where(difference == 0, 0.0, np.copysign(np.inf, difference))
    z = np.divide(difference, np.sqrt(variance), out=without, where=variance > 0)
    if alternative == "two_sided":
        return np.abs(z)
    return z if alternative == "greater" else -z


def _by_fisher(space: TwoArms, alternative: Alternative) -> Floats:
    two_sided, less, greater, *_ = fisher_columns(space)
    return -{"two_sided": two_sided, "less": less, "greater": greater}[alternative]
