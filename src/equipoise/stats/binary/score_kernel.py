"""Score statistics of one table, and the search for the limits where they meet a quantile.

Each table needs its own number of steps, and one table alone must not wait for the overhead of
arrays: the search walks table by table.
"""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats

__all__ = [
    "DIFFERENCE",
    "LOG_ODDS_RATIO",
    "LOG_RATIO",
    "odds_ratio_expectations",
    "restricted_risks",
    "score_limits",
    "score_statistics",
]

DIFFERENCE = 0
LOG_RATIO = 1
LOG_ODDS_RATIO = 2

_STEPS = 200
_ULPS = 2
_POLISH = 8
_TINY = float(np.finfo(np.float64).tiny)


@compiled
def _over_standard_error(numerator: float, variance: float) -> float:
    """Standardise; without variance the statistic is zero or infinite with the sign above."""
    if variance > 0:
        return float(numerator / np.sqrt(variance))
    return 0.0 if numerator == 0 else float(np.copysign(np.inf, numerator))


@compiled
def _restricted_by_difference(x1: float, n1: float, x0: float, n0: float, d: float) -> float:
    """Most likely control proportion under ``p1 = p0 + d``.

    The closed form (Miettinen and Nurminen, appendix I) loses half of the digits where two
    roots of its cubic meet; a few Newton steps on the score of the likelihood restore them.
    """
    cubic, total = n1 + n0, x1 + x0
    square = ((n1 + 2 * n0) * d - cubic - total) / (3 * cubic)
    linear = ((n0 * d - cubic - 2 * x0) * d + total) / (3 * cubic)
    constant = x0 * d * (1 - d) / (2 * cubic)
    q = square**3 - 1.5 * linear * square + constant
    radius = np.copysign(np.sqrt(max(square**2 - linear, 0.0)), q)
    cosine = q / radius**3 if radius != 0 else 1.0
    angle = (np.pi + np.arccos(min(max(cosine, -1.0), 1.0))) / 3
    low, high = max(0.0, -d), min(1.0, 1 - d)
    p = min(max(2 * radius * np.cos(angle) - square, low), high)
    for _ in range(_POLISH):
        slope, curve = 0.0, 0.0
        # An empty cell takes no part in the likelihood.
        for count, point, sign in (
            (x1, p + d, 1.0),
            (n1 - x1, 1 - p - d, -1.0),
            (x0, p, 1.0),
            (n0 - x0, 1 - p, -1.0),
        ):
            if count > 0:
                term = count / point
                slope += sign * term
                curve += term / point
        step = slope / curve
        if not np.isfinite(step):
            break
        # The score falls: a step towards its root is kept inside the possible range.
        moved = min(max(p + step, 0.5 * (p + low)), 0.5 * (p + high))
        if abs(moved - p) <= _ULPS * np.spacing(p):
            break
        p = moved
    return float(p)


@compiled
def _difference_statistic(x1: float, n1: float, x0: float, n0: float, difference: float) -> float:
    p0 = _restricted_by_difference(x1, n1, x0, n0, difference)
    p1 = min(max(p0 + difference, 0.0), 1.0)
    variance = p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
    return _over_standard_error(x1 / n1 - x0 / n0 - difference, variance)


@compiled
def _restricted_by_ratio(
    x1: float, n1: float, x0: float, n0: float, ratio: float
) -> tuple[float, float]:
    """Most likely control risk under ``p1 = ratio * p0``, and its complement.

    The risk is the smaller root of N r p² - b p + K with b = r (n1 + x0) + n0 + x1. Its
    discriminant is written as a sum of squares, and the complement is solved for on its own,
    so that neither loses digits near a risk of 1.
    """
    square = (n1 + n0) * ratio
    linear = ratio * (n1 + x0) + n0 + x1
    gap = ratio * (n1 + x0) - (n0 + x1)
    root = np.sqrt(gap**2 + 4 * ratio * (n1 - x1) * (n0 - x0))
    beyond = 2 * square - linear
    risk = 2 * (x1 + x0) / (linear + root)
    if beyond < 0:
        return risk, 2 * (ratio - 1) * (n0 - x0) / (beyond - root)
    return risk, (beyond + root) / (2 * square)


@compiled
def _ratio_statistic(x1: float, n1: float, x0: float, n0: float, ratio: float) -> float:
    p0, q0 = _restricted_by_ratio(x1, n1, x0, n0, ratio)
    p1, q1 = _restricted_by_ratio(x0, n0, x1, n1, 1 / ratio)
    variance = p1 * q1 / n1 + ratio**2 * p0 * q0 / n0
    return _over_standard_error(x1 / n1 - ratio * x0 / n0, variance)


@compiled
def _restricted_by_odds_ratio(n1: float, n0: float, total: float, odds_ratio: float) -> float:
    """Most likely control risk with ``total`` events: the root of n0 (o - 1) p² + b p - total."""
    square = n0 * (odds_ratio - 1)
    linear = (n1 - total) * odds_ratio + n0 + total
    root = np.sqrt(max(linear**2 + 4 * square * total, 0.0))
    # Of the two forms of the root the one without cancellation.
    return float(2 * total / (linear + root) if linear >= 0 else (root - linear) / (2 * square))


@compiled
def _under_odds_ratio(
    n1: float, n0: float, events: float, odds_ratio: float
) -> tuple[float, float, float, float, float]:
    """Most likely risks and complements of both arms, and the variance of the events of arm 1."""
    # Risk and its complement are each solved for, since one less the other may have no digits.
    p0 = _restricted_by_odds_ratio(n1, n0, events, odds_ratio)
    q0 = _restricted_by_odds_ratio(n1, n0, n1 + n0 - events, 1 / odds_ratio)
    p1, q1 = odds_ratio * p0 / (odds_ratio * p0 + q0), q0 / (odds_ratio * p0 + q0)
    spread1, spread0 = n1 * p1 * q1, n0 * p0 * q0
    product = spread1 * spread0
    return p1, q1, p0, q0, product / (spread1 + spread0) if product > 0 else 0.0


@compiled
def _odds_ratio_statistic(x1: float, n1: float, x0: float, n0: float, odds_ratio: float) -> float:
    p1, q1, p0, q0, variance = _under_odds_ratio(n1, n0, x1 + x0, odds_ratio)
    # The four cells miss their expectation by the same amount; the smallest knows it best.
    least, gap = np.inf, 0.0
    for count, expected, sign in (
        (x1, n1 * p1, 1.0),
        (n1 - x1, n1 * q1, -1.0),
        (x0, n0 * p0, -1.0),
        (n0 - x0, n0 * q0, 1.0),
    ):
        if max(count, expected) < least:
            least, gap = max(count, expected), sign * (count - expected)
    return _over_standard_error(gap, variance)


@compiled
def _statistic(kind: int, x1: float, n1: float, x0: float, n0: float, effect: float) -> float:
    if kind == DIFFERENCE:
        return _difference_statistic(x1, n1, x0, n0, effect)
    if kind == LOG_RATIO:
        return _ratio_statistic(x1, n1, x0, n0, np.exp(effect))
    return _odds_ratio_statistic(x1, n1, x0, n0, np.exp(effect))


@compiled
def _limit(
    kind: int,
    x1: float,
    n1: float,
    x0: float,
    n0: float,
    wanted: float,
    low: float,
    high: float,
) -> float:
    """Effect at which the statistic is ``wanted``, by the steps of `roots.bracketed_root`."""
    a, b = high, low
    fa = _statistic(kind, x1, n1, x0, n0, a) - wanted
    fb = _statistic(kind, x1, n1, x0, n0, b) - wanted
    if fb == 0 or fa == 0:
        return b if fb == 0 else a
    if not np.sign(fa) * np.sign(fb) < 0:
        return np.nan
    best, share = a, 0.5
    for _ in range(_STEPS):
        x = a + share * (b - a)
        fx = _statistic(kind, x1, n1, x0, n0, x) - wanted
        if np.sign(fx) == np.sign(fa):
            c, fc = a, fa
        else:
            c, fc, b, fb = b, fb, a, fa
        a, fa = x, fx
        best = b if abs(fb) < abs(fa) else a
        tolerance = _ULPS * np.spacing(abs(best)) + _TINY
        if abs(b - a) <= 2 * tolerance or fa == 0:
            break
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        share = 0.5
        if phi**2 < xi and (1 - phi) ** 2 < 1 - xi:
            quadratic = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (
                fc - fa
            ) * fb / (fc - fb)
            share = quadratic if np.isfinite(quadratic) else 0.5
        least = min(0.5, tolerance / abs(b - a))
        share = min(max(share, least), 1 - least)
    return best


@compiled
def score_limits(
    kind: int, x1: Floats, n1: Floats, x0: Floats, n0: Floats, quantile: Floats, bracket: Floats
) -> Floats:
    """Limits of an effect of tables without an empty arm.

    Parameters
    ----------
    kind : int
        ``DIFFERENCE``, ``LOG_RATIO`` or ``LOG_ODDS_RATIO``.
    x1, n1, x0, n0 : (tables,) float
        Whole numbers.
    quantile : (tables,) float
        Where the statistic is this, the lower limit lies; where minus this, the upper.
    bracket : (4, tables) float
        Ends between which the lower limit is sought, then those of the upper.

    Returns
    -------
    (2, tables) float
        NaN where the statistic does not pass the quantile within the bracket.
    """
    limits = np.empty((2, x1.size))
    for table in range(x1.size):
        for side in range(2):
            limits[side, table] = _limit(
                kind,
                x1[table],
                n1[table],
                x0[table],
                n0[table],
                quantile[table] if side == 0 else -quantile[table],
                bracket[2 * side, table],
                bracket[2 * side + 1, table],
            )
    return limits


@compiled
def score_statistics(
    kind: int, x1: Floats, n1: Floats, x0: Floats, n0: Floats, effect: Floats
) -> Floats:
    """Score statistic of each table against its hypothetical effect; all (tables,)."""
    found = np.empty(x1.size)
    for table in range(x1.size):
        found[table] = _statistic(kind, x1[table], n1[table], x0[table], n0[table], effect[table])
    return found


@compiled
def odds_ratio_expectations(n1: Floats, n0: Floats, events: Floats, odds_ratio: Floats) -> Floats:
    """Events expected in arm 1 of each of (tables,), and their variance: (2, tables)."""
    found = np.empty((2, n1.size))
    for table in range(n1.size):
        p1, _, _, _, spread = _under_odds_ratio(
            n1[table], n0[table], events[table], odds_ratio[table]
        )
        found[0, table], found[1, table] = n1[table] * p1, spread
    return found


@compiled
def restricted_risks(
    kind: int, x1: Floats, n1: Floats, x0: Floats, n0: Floats, effect: Floats
) -> Floats:
    """Most likely risk and complement in arm 1, then in arm 0, under each effect, (4, tables)."""
    found = np.empty((4, x1.size))
    for table in range(x1.size):
        a, m, c, n, e = x1[table], n1[table], x0[table], n0[table], effect[table]
        if kind == DIFFERENCE:
            p0 = _restricted_by_difference(a, m, c, n, e)
            p1 = min(max(p0 + e, 0.0), 1.0)
            q1, q0 = 1 - p1, 1 - p0
        elif kind == LOG_RATIO:
            p0, q0 = _restricted_by_ratio(a, m, c, n, np.exp(e))
            p1, q1 = _restricted_by_ratio(c, n, a, m, np.exp(-e))
        else:
            p1, q1, p0, q0, _ = _under_odds_ratio(m, n, a + c, np.exp(e))
        found[0, table], found[1, table] = p1, q1
        found[2, table], found[3, table] = p0, q0
    return found
