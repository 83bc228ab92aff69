"""Score limits of a difference, a ratio and an odds ratio of two proportions.

The score statistic compares the observed effect with a hypothetical one, with the variance at
the proportions that are most likely under the hypothesis. A limit is where it meets a normal
quantile. Source of all three: Miettinen O, Nurminen M. Statistics in Medicine 1985;
4(2):213-226. Their variance factor N/(N - 1) divides the statistic by its root, so the
quantile is multiplied by that instead (``is_corrected``); without it the limits are those of
Mee (difference), Koopman (ratio) and Cornfield (odds ratio).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.binary.counts import TwoArms
from equipoise.stats.binary.interval import normal_quantile
from equipoise.stats.roots import bracketed_root

__all__ = [
    "difference_limits",
    "difference_statistic",
    "odds_ratio_expectation",
    "odds_ratio_limits",
    "ratio_limits",
]

_WIDEST_LOG = 80.0
"""Limits of ratios are sought between exp(-80) and exp(80)."""
_POLISH = 4

_Statistic = Callable[[TwoArms, Floats], Floats]


def difference_limits(
    arms: TwoArms, *, confidence: float, is_corrected: bool
) -> tuple[Floats, Floats]:
    """Score limits of the risk difference of each table (a vector of tables, no empty arm)."""
    estimate = arms.x1 / arms.n1 - arms.x0 / arms.n0
    quantile = _quantile(arms, confidence=confidence, is_corrected=is_corrected)
    edge = np.ones_like(estimate)
    low, high = _limits(arms, difference_statistic, quantile, (-edge, estimate), (estimate, edge))
    return np.where(estimate <= -1, -1.0, low), np.where(estimate >= 1, 1.0, high)


def ratio_limits(arms: TwoArms, *, confidence: float, is_corrected: bool) -> tuple[Floats, Floats]:
    """Score limits of the risk ratio; 0 without events in arm 1, infinity without any in arm 0."""
    return _log_limits(
        arms,
        _ratio_statistic,
        _quantile(arms, confidence=confidence, is_corrected=is_corrected),
        is_zero=arms.x1 == 0,
        is_infinite=arms.x0 == 0,
    )


def odds_ratio_limits(
    arms: TwoArms, *, confidence: float, is_corrected: bool
) -> tuple[Floats, Floats]:
    """Score limits of the odds ratio; 0 or infinity where a zero cell makes the estimate so."""
    return _log_limits(
        arms,
        _odds_ratio_statistic,
        _quantile(arms, confidence=confidence, is_corrected=is_corrected),
        is_zero=(arms.x1 == 0) | (arms.x0 == arms.n0),
        is_infinite=(arms.x0 == 0) | (arms.x1 == arms.n1),
    )


def _quantile(arms: TwoArms, *, confidence: float, is_corrected: bool) -> Floats:
    total = arms.total
    factor = total / np.maximum(total - 1, 1) if is_corrected else np.ones_like(total)
    return np.asarray(normal_quantile(confidence) * np.sqrt(factor))


def _limits(
    arms: TwoArms,
    statistic: _Statistic,
    quantile: Floats,
    low: tuple[Floats, Floats],
    high: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Search for the limits, where the statistic is the quantile above and below, together.

    ``low`` and ``high`` are the brackets of the lower and of the upper limit.
    """
    tables = arms.x1.size
    wanted = np.concatenate([quantile, -quantile])

    def excess(effect: Floats, problem: Integers) -> Floats:
        table = arms.take(problem % tables)
        return np.asarray(statistic(table, effect) - wanted[problem])

    starts, ends = (np.concatenate(both) for both in zip(low, high, strict=True))
    root = bracketed_root(excess, starts, ends)
    return root[:tables], root[tables:]


def _log_limits(
    arms: TwoArms,
    statistic: _Statistic,
    quantile: Floats,
    *,
    is_zero: Bools,
    is_infinite: Bools,
) -> tuple[Floats, Floats]:
    def on_log_scale(part: TwoArms, log_effect: Floats) -> Floats:
        return statistic(part, np.exp(log_effect))

    widest = np.full(arms.shape, _WIDEST_LOG)
    bracket = (-widest, widest)
    low, high = map(np.exp, _limits(arms, on_log_scale, quantile, bracket, bracket))
    return np.where(is_zero, 0.0, low), np.where(is_infinite, np.inf, high)


def _over_standard_error(numerator: Floats, variance: Floats) -> Floats:
    """Standardise; without variance the statistic is zero or infinite with the sign above."""
    without = np.where(numerator == 0, 0.0, np.copysign(np.inf, numerator))
    return np.divide(numerator, np.sqrt(variance), out=without, where=variance > 0)


def difference_statistic(arms: TwoArms, difference: Floats) -> Floats:
    """Score statistic of the risk difference against ``difference``, without variance factor."""
    p0 = _restricted_by_difference(arms, difference)
    p1 = np.clip(p0 + difference, 0.0, 1.0)
    variance = p1 * (1 - p1) / arms.n1 + p0 * (1 - p0) / arms.n0
    return _over_standard_error(arms.x1 / arms.n1 - arms.x0 / arms.n0 - difference, variance)


def _restricted_by_difference(arms: TwoArms, difference: Floats) -> Floats:
    """Most likely control proportion under ``p1 = p0 + difference``.

    The closed form (Miettinen and Nurminen, appendix I) loses half of the digits where two
    roots of its cubic meet; a few Newton steps on the score of the likelihood restore them.
    """
    x1, n1, x0, n0, d = arms.x1, arms.n1, arms.x0, arms.n0, difference
    cubic, total = n1 + n0, x1 + x0
    square = ((n1 + 2 * n0) * d - cubic - total) / (3 * cubic)
    linear = ((n0 * d - cubic - 2 * x0) * d + total) / (3 * cubic)
    constant = x0 * d * (1 - d) / (2 * cubic)
    q = square**3 - 1.5 * linear * square + constant
    radius = np.copysign(np.sqrt(np.maximum(square**2 - linear, 0.0)), q)
    cosine = np.divide(q, radius**3, out=np.ones_like(q), where=radius != 0)
    angle = (np.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3
    low, high = np.maximum(0.0, -d), np.minimum(1.0, 1 - d)
    p = np.clip(2 * radius * np.cos(angle) - square, low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_POLISH):
            p = _newton_step(arms, d, p, low, high)
    return np.asarray(p)


def _newton_step(arms: TwoArms, d: Floats, p: Floats, low: Floats, high: Floats) -> Floats:
    """One step towards the root of the decreasing score, kept inside the possible range."""
    slope, curve = np.zeros_like(p), np.zeros_like(p)
    for count, point, sign in (
        (arms.x1, p + d, 1),
        (arms.n1 - arms.x1, 1 - p - d, -1),
        (arms.x0, p, 1),
        (arms.n0 - arms.x0, 1 - p, -1),
    ):
        term = np.where(count > 0, count / point, 0.0)
        slope = slope + sign * term
        curve = curve + np.where(count > 0, term / point, 0.0)
    step = slope / curve
    moved = np.clip(p + step, 0.5 * (p + low), 0.5 * (p + high))
    return np.where(np.isfinite(step), moved, p)


def _ratio_statistic(arms: TwoArms, ratio: Floats) -> Floats:
    n1, n0 = arms.n1, arms.n0
    p0, q0 = _restricted_by_ratio(arms, ratio)
    swapped = TwoArms(x1=arms.x0, n1=n0, x0=arms.x1, n0=n1)
    p1, q1 = _restricted_by_ratio(swapped, 1 / ratio)
    variance = p1 * q1 / n1 + ratio**2 * p0 * q0 / n0
    return _over_standard_error(arms.x1 / n1 - ratio * arms.x0 / n0, variance)


def _restricted_by_ratio(arms: TwoArms, ratio: Floats) -> tuple[Floats, Floats]:
    """Most likely control risk under ``p1 = ratio * p0``, and its complement.

    The risk is the smaller root of N r p² - b p + K with b = r (n1 + x0) + n0 + x1. Its
    discriminant is written as a sum of squares, and the complement is solved for on its own,
    so that neither loses digits near a risk of 1.
    """
    x1, n1, x0, n0 = arms.x1, arms.n1, arms.x0, arms.n0
    square = (n1 + n0) * ratio
    linear = ratio * (n1 + x0) + n0 + x1
    gap = ratio * (n1 + x0) - (n0 + x1)
    root = np.sqrt(gap**2 + 4 * ratio * (n1 - x1) * (n0 - x0))
    beyond = 2 * square - linear
    sum_form = (beyond + root) / (2 * square)
    product = 2 * (ratio - 1) * (n0 - x0)
    product_form = np.divide(product, beyond - root, out=np.zeros_like(root), where=beyond < 0)
    return 2 * (x1 + x0) / (linear + root), np.where(beyond < 0, product_form, sum_form)


def _odds_ratio_statistic(arms: TwoArms, odds_ratio: Floats) -> Floats:
    p1, q1, p0, q0, variance = _under_odds_ratio(arms, odds_ratio)
    # The four cells miss their expectation by the same amount; the smallest knows it best.
    counts = np.stack([arms.x1, arms.n1 - arms.x1, arms.x0, arms.n0 - arms.x0])
    expected = np.stack([arms.n1 * p1, arms.n1 * q1, arms.n0 * p0, arms.n0 * q0])
    signs = np.array([1.0, -1.0, -1.0, 1.0])[:, None]
    best = np.argmin(np.maximum(counts, expected), axis=0)[None, :]
    gap = np.take_along_axis(signs * (counts - expected), best, axis=0)[0]
    return _over_standard_error(gap, variance)


def odds_ratio_expectation(arms: TwoArms, odds_ratio: Floats) -> tuple[Floats, Floats]:
    """Return the events expected in arm 1 given margins and odds ratio, and their variance.

    No arm may be empty. The variance is that for large samples, the reciprocal of the sum of
    the reciprocals of the four expected cells; zero where one of them is.
    """
    p1, _, _, _, variance = _under_odds_ratio(arms, odds_ratio)
    return arms.n1 * p1, variance


def _under_odds_ratio(arms: TwoArms, odds_ratio: Floats) -> tuple[Floats, ...]:
    """Most likely risks and complements of both arms, and the variance of the events of arm 1."""
    n1, n0 = arms.n1, arms.n0
    # Risk and its complement are each solved for, since one less the other may have no digits.
    p0 = _restricted_by_odds_ratio(n1, n0, arms.events, odds_ratio)
    q0 = _restricted_by_odds_ratio(n1, n0, arms.total - arms.events, 1 / odds_ratio)
    p1, q1 = odds_ratio * p0 / (odds_ratio * p0 + q0), q0 / (odds_ratio * p0 + q0)
    spread1, spread0 = n1 * p1 * q1, n0 * p0 * q0
    product = spread1 * spread0
    variance = np.divide(product, spread1 + spread0, out=np.zeros_like(product), where=product > 0)
    return p1, q1, p0, q0, variance


def _restricted_by_odds_ratio(n1: Floats, n0: Floats, total: Floats, odds_ratio: Floats) -> Floats:
    """Most likely control risk with ``total`` events: the root of n0 (o - 1) p² + b p - total."""
    square = n0 * (odds_ratio - 1)
    linear = (n1 - total) * odds_ratio + n0 + total
    root = np.sqrt(np.maximum(linear**2 + 4 * square * total, 0.0))
    # Of the two forms of the root the one without cancellation.
    from_sum = np.divide(2 * total, linear + root, out=np.zeros_like(root), where=linear >= 0)
    from_gap = np.divide(root - linear, 2 * square, out=np.zeros_like(root), where=linear < 0)
    return np.where(linear >= 0, from_sum, from_gap)
