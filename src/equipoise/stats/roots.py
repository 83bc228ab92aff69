"""Roots of many monotone functions at once, each kept within its bracket."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from equipoise.stats.arrays import Floats, Integers

__all__ = ["bracketed_root"]

_STEPS = 200
_ULPS = 2


def bracketed_root(
    function: Callable[[Floats, Integers], Floats], low: Floats, high: Floats
) -> Floats:
    """Find the root of each function between ``low`` and ``high``.

    Parameters
    ----------
    function : callable
        Takes points (active,) and the number of the problem of each (active,); returns values.
        Infinite values are allowed; each function changes its sign once.
    low, high : (problems,) float
        Ends of the brackets.

    Returns
    -------
    (problems,) float
        The root, to the last digits; NaN where the function has one sign at both ends.

    Notes
    -----
    Inverse quadratic interpolation where it is safe, bisection where it is not. Solved problems
    leave the iteration, so that the hard ones alone pay for their steps.
    Source: Chandrupatla TR. Advances in Engineering Software 1997; 28(3):145-149.
    """
    problem = np.arange(low.size)
    root = np.full(low.shape, np.nan)
    a, b = high.astype(np.float64), low.astype(np.float64)
    fa, fb = function(a, problem), function(b, problem)
    root[fa == 0], root[fb == 0] = a[fa == 0], b[fb == 0]
    is_open = (np.sign(fa) * np.sign(fb)) < 0
    a, b, fa, fb = (array[is_open] for array in (a, b, fa, fb))
    problem = problem[is_open]
    c, fc, share = a, fa, np.full(a.shape, 0.5)
    for _ in range(_STEPS):
        if problem.size == 0:
            break
        x = a + share * (b - a)
        fx = function(x, problem)
        is_same = np.sign(fx) == np.sign(fa)
        c, fc = np.where(is_same, a, b), np.where(is_same, fa, fb)
        b, fb = np.where(is_same, b, a), np.where(is_same, fb, fa)
        a, fa = x, fx
        best = np.where(np.abs(fb) < np.abs(fa), b, a)
        tolerance = _ULPS * np.spacing(np.abs(best)) + np.finfo(np.float64).tiny
        is_done = (np.abs(b - a) <= 2 * tolerance) | (fa == 0)
        root[problem] = best
        keep = ~is_done
        a, b, c, fa, fb, fc, tolerance = (array[keep] for array in (a, b, c, fa, fb, fc, tolerance))
        problem = problem[keep]
        share = _next_share(a, b, c, fa, fb, fc, tolerance)
    return root


def _next_share(
    a: Floats, b: Floats, c: Floats, fa: Floats, fb: Floats, fc: Floats, tolerance: Floats
) -> Floats:
    """Where between a and b to look next, as a share of the way."""
    with np.errstate(all="ignore"):
        xi = (a - b) / (c - b)
        phi = (fa - fb) / (fc - fb)
        is_safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        quadratic = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (
            fc - fb
        )
        share = np.where(is_safe & np.isfinite(quadratic), quadratic, 0.5)
        smallest = np.minimum(0.5, tolerance / np.abs(b - a))
    return np.clip(share, smallest, 1 - smallest)
