"""Wilcoxon's signed rank test of changes within subjects, by the normal limit and exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.continuous.ranks import midranks
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import normal_quantile, normal_two_sided, normal_upper

__all__ = ["SignedRank", "wilcoxon_signed_rank", "wilcoxon_signed_rank_exact"]

_BLOCK = 4_000_000  # averages sorted at once


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRank:
    """A signed rank test; every field has the leading shape of the input.

    ``statistic`` is the sum of the ranks of positive changes, R's ``V``. ``p_less`` and
    ``p_greater`` are for the alternatives that changes are negative and positive. ``estimate`` is
    the median of all averages of two changes, in the unit of the response, NaN where no change
    differs from 0. ``confidence`` is what the limits attain. ``n`` subjects changed, ``n_zero``
    did not and are left out. Where ``state`` is NOT_ESTIMABLE p values and limits are NaN.
    """

    statistic: Floats
    p_value: Floats
    p_less: Floats
    p_greater: Floats
    estimate: Floats
    ci_low: Floats
    ci_high: Floats
    confidence: Floats
    n: Floats
    n_zero: Floats
    state: NDArray[np.int8]


def wilcoxon_signed_rank(
    *, change: ArrayLike, continuity: bool = True, confidence: float = 0.95
) -> SignedRank:
    """Test whether changes are symmetric about 0, with the normal limit and the variance of ties.

    Parameters
    ----------
    change : (..., subjects) float
        Difference within the subject. NaN takes a subject out, and so does 0.
    continuity : bool
        Move the statistic by one half towards its expectation, as R does by default.
    confidence : float
        Confidence of the two-sided limits of the estimate.

    Returns
    -------
    SignedRank
        ``state`` is NOT_ESTIMABLE where no change differs from 0.

    Raises
    ------
    DataError
        If a change is infinite or the confidence is not in (0, 1).

    Notes
    -----
    As R ``wilcox.test(change, exact = FALSE, conf.int = TRUE)``. A limit is the shift at which the
    test changes its mind, and that is always one of the averages; R looks for it by root search,
    which on a plateau may stop a little beside it.
    Source: Wilcoxon F. Biometrics Bulletin 1945; 1:80-83; ties and limits: Hollander, Wolfe,
    Chicken. Nonparametric Statistical Methods, 3rd edition 2014, sections 3.1 to 3.3.
    """
    parts = _read(change, confidence, continuity=continuity)
    n, shift = parts.n, 0.5 if continuity else 0.0
    whole = n * (n + 1) * (2 * n + 1) / 24
    is_estimated = n > 0
    sigma = np.sqrt(np.where(is_estimated, whole - parts.ties / 48, np.nan))
    above = parts.statistic - n * (n + 1) / 4
    z = (above - np.sign(above) * shift) / sigma
    # Away from 0 only changes of the same size and sign are tied.
    spread = np.sqrt(np.where(is_estimated, whole - parts.ties_signed / 48, np.nan))
    middle, reach = n * (n + 1) / 4, shift + normal_quantile(confidence) * spread
    furthest = 1 - normal_two_sided(np.maximum(middle - shift, 0) / spread)
    return _result(
        parts,
        p_value=normal_two_sided(z),
        p_less=normal_upper(-(above + shift) / sigma),
        p_greater=normal_upper((above - shift) / sigma),
        place=np.clip(np.ceil(middle - 1 - reach), 0, None),
        attained=np.minimum(furthest, confidence),
        is_estimated=is_estimated,
    )


def wilcoxon_signed_rank_exact(*, change: ArrayLike, confidence: float = 0.95) -> SignedRank:
    """Test whether changes are symmetric about 0, with the exact null distribution.

    Parameters and faults are those of `wilcoxon_signed_rank`.

    Returns
    -------
    SignedRank
        ``state`` is NOT_ESTIMABLE where a change is 0 or two are of one size: the distribution
        holds without either.

    Notes
    -----
    As R ``wilcox.test(change, exact = TRUE, conf.int = TRUE)``: the two-sided p value is twice the
    smaller tail, at most 1. The distribution is counted in whole numbers once for each number of
    subjects.
    Source: Wilcoxon F. Biometrics Bulletin 1945; 1:80-83; limits: Bauer DF. Journal of the
    American Statistical Association 1972; 67:687-690.
    """
    parts = _read(change, confidence)
    n = parts.n
    is_estimated = (n > 0) & (parts.ties == 0) & (parts.n_zero == 0)
    total = n * (n + 1) / 2
    p_less = _at_most(parts.statistic, n, is_estimated)
    p_greater = _at_most(total - parts.statistic, n, is_estimated)
    critical = _by_size(
        n, is_estimated, lambda shares, _: max(_quantile(shares, (1 - confidence) / 2), 1)
    )
    below = _by_size(n, is_estimated, lambda shares, at: shares[critical[at].astype(np.int64) - 1])
    return _result(
        parts,
        p_value=np.minimum(2 * np.minimum(p_less, p_greater), 1.0),
        p_less=p_less,
        p_greater=p_greater,
        place=critical - 1,
        attained=1 - 2 * below,
        is_estimated=is_estimated,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    change: Floats  # (..., subjects), NaN where there is none or it is 0
    statistic: Floats
    ties: Floats  # of the sizes
    ties_signed: Floats
    n: Floats
    n_zero: Floats


def _read(change: ArrayLike, confidence: float, *, continuity: bool = False) -> _Parts:
    door = Door()
    values = door.responses("change", change)
    door.level("confidence", confidence)
    door.switch("continuity", continuity)
    door.close()
    moved = np.where(values == 0, np.nan, values)
    ranked = midranks(np.abs(moved))
    n = np.asarray(np.sum(~np.isnan(moved), axis=-1, dtype=np.float64))
    positive = np.sum(np.where(moved > 0, ranked.ranks, 0.0), axis=-1)
    return _Parts(
        change=moved,
        statistic=np.where(n > 0, positive, np.nan),
        ties=ranked.ties,
        ties_signed=midranks(moved).ties,
        n=n,
        n_zero=np.asarray(np.sum(values == 0, axis=-1, dtype=np.float64)),
    )


@lru_cache(maxsize=256)
def _cumulative(n: int) -> Floats:
    """P(V <= v) for v = 0 ... n(n+1)/2: each rank counts or not, exactly in whole numbers."""
    counts = np.zeros(n * (n + 1) // 2 + 1, dtype=object)
    counts[0] = 1
    for rank in range(1, n + 1):
        counts[rank:] = counts[rank:] + counts[:-rank]
    shares = np.array([int(part) / 2**n for part in np.cumsum(counts)])
    shares.setflags(write=False)
    return shares


def _quantile(shares: Floats, share: float) -> int:
    """Find the smallest v with P(V <= v) >= share, with the fuzz of R's qsignrank."""
    return int(np.searchsorted(shares, share - 10 * np.finfo(np.float64).eps))


def _at_most(statistic: Floats, n: Floats, inside: Bools) -> Floats:
    """P(V <= statistic) of each trial; NaN where the trial is not inside."""
    return _by_size(n, inside, lambda shares, at: shares[statistic[at].astype(np.int64)])


def _by_size(n: Floats, inside: Bools, take: Callable[[Floats, Bools], Floats | float]) -> Floats:
    """Ask the distribution of each number of subjects for the trials of that size."""
    found = np.full(n.shape, np.nan)
    for size in np.unique(n[inside]):
        at = inside & (n == size)
        found[at] = take(_cumulative(int(size)), at)
    return found


def _result(
    parts: _Parts,
    *,
    p_value: Floats,
    p_less: Floats,
    p_greater: Floats,
    place: Floats,
    attained: Floats,
    is_estimated: Bools,
) -> SignedRank:
    """Take the median of the averages, and those ``place`` from either end."""
    shape, nothing = place.shape, np.where(is_estimated, 0.0, np.nan)
    flat = parts.change.reshape(place.size, parts.change.shape[-1])
    one, other = np.triu_indices(flat.shape[-1])
    last = np.maximum(parts.n * (parts.n + 1) / 2 - 1, 0).reshape(-1)
    low = np.clip(np.where(is_estimated, place, 0).reshape(-1), 0, last)
    places = np.stack([low, last - low, np.floor(last / 2), np.ceil(last / 2)], axis=-1)
    taken = np.full((len(places), 4), np.nan)
    step = max(_BLOCK // max(len(one), 1), 1)
    for start in range(0, len(places) if len(one) else 0, step):
        rows = slice(start, start + step)
        averages = np.sort((flat[rows][:, one] + flat[rows][:, other]) / 2, axis=-1)
        taken[rows] = np.take_along_axis(averages, places[rows].astype(np.int64), axis=-1)
    taken = taken.reshape(*shape, 4)
    return SignedRank(
        statistic=parts.statistic,
        p_value=p_value,
        p_less=p_less,
        p_greater=p_greater,
        estimate=(taken[..., 2] + taken[..., 3]) / 2,
        ci_low=taken[..., 0] + nothing,
        ci_high=taken[..., 1] + nothing,
        confidence=attained + nothing,
        n=parts.n,
        n_zero=parts.n_zero,
        state=first_state((~is_estimated, State.NOT_ESTIMABLE)),
    )
