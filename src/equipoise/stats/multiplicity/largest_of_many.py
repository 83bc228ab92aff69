"""Tail areas of the largest of several correlated t statistics, and of the studentised range.

Both are double integrals, over the common normal part and over the estimated standard deviation.
The integrands are analytic and fall off fast, so the trapezoidal rule converges geometrically:
steps are chosen from the width of the integrand for an error near 1e-13, whatever the tail.

Sources: Dunnett CW. J Am Stat Assoc 1955; 50:1096-1121, and Biometrics 1964; 20:482-491 (unequal
sizes). Tukey JW 1953, in Collected Works VIII. Trefethen LN, Weideman JAC. SIAM Review 2014;
56:385-458, for the rule.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import log_ndtr, ndtr

from equipoise.stats.arrays import Floats

__all__ = ["largest_t_upper", "studentised_range_upper"]

_CELLS = 100_000
"""Integrand values held at once."""
_TAIL = 40.0
"""Exponent at which an integrand is cut, exp(-40) = 4e-18 of its peak. [1]"""


def largest_t_upper(t: Floats, sharing: Floats, df: Floats, *, two_sided: bool) -> Floats:
    """P(max T_j >= t), or of max abs(T_j), for T_j compared with one common control.

    Parameters
    ----------
    t : (problems,) float
        Finite; not negative where two-sided.
    sharing : (problems, comparisons) float
        Square of each statistic's loading on the common part: n_j / (n_j + n_0), so that two
        statistics correlate by the root of their product. NaN: no such comparison.
    df : (problems,) float
        Degrees of freedom, 1 or more; infinite where the standard deviation is known.
    """
    sharing = np.where(np.isnan(sharing), 0.0, sharing)
    is_in = sharing > 0
    slope = np.sqrt(sharing / (1 - sharing))
    steep = float(np.sqrt(1 + np.sum(np.square(slope), axis=1).max(initial=0)))
    reach = 9 + np.max(np.abs(t), initial=0)
    z = _grid(-reach, reach, 0.65 / steep)
    weight = _normal_weights(z)

    def chunk(part: slice, scale: Floats) -> Floats:
        # (problems, scales, comparisons, normal nodes)
        spread = np.sqrt(1 - sharing[part])[:, None, :, None]
        bound = (t[part, None] * scale)[:, :, None, None] / spread
        shift = slope[part][:, None, :, None] * z
        outside = ndtr(shift - bound) + (ndtr(-shift - bound) if two_sided else 0.0)
        outside = np.where(is_in[part][:, None, :, None], np.minimum(outside, 1.0), 0.0)
        with np.errstate(divide="ignore"):
            inside = np.sum(np.log1p(-outside), axis=2)
        return np.asarray(-np.expm1(inside) @ weight)

    return _over_scales(t, df, chunk, cells=sharing.shape[1] * len(z))


def studentised_range_upper(q: Floats, groups: Floats, df: Floats) -> Floats:
    """P(Q >= q) for the range of ``groups`` means over their estimated standard error.

    Parameters
    ----------
    q : (problems,) float
        Finite, not negative.
    groups : (problems,) float
        Number of means, 2 or more.
    df : (problems,) float
        Degrees of freedom, 1 or more; may be infinite.
    """
    many = float(np.max(groups, initial=2))
    z = _grid(-10.0, 10 + np.max(q, initial=0), 0.5 / np.sqrt(many))
    weight, log_below = _normal_weights(z), log_ndtr(z)

    def chunk(part: slice, scale: Floats) -> Floats:
        width = (q[part, None] * scale)[:, :, None]
        others = (groups[part] - 1)[:, None, None]
        # All others below the largest at z, and not all of them within the width below it.
        share = np.exp(np.minimum(log_ndtr(z - width) - log_below, 0.0))
        with np.errstate(divide="ignore"):
            missing = -np.expm1(others * np.log1p(-share))
        tail = np.sum(weight * np.exp(others * log_below) * missing, axis=-1)
        return np.asarray(groups[part, None] * tail)

    return np.minimum(_over_scales(q, df, chunk, cells=len(z)), 1.0)


def _over_scales(
    bound: Floats, df: Floats, chunk: Callable[[slice, Floats], Floats], *, cells: int
) -> Floats:
    """Average ``chunk`` over the distribution of the estimated standard deviation."""
    scale, weight = _scales(bound, df)
    tail = np.empty(bound.shape)
    size = max(1, _CELLS // max(1, scale.shape[1] * cells))
    for start in range(0, bound.size, size):
        part = slice(start, start + size)
        tail[part] = np.sum(weight[part] * chunk(part, scale[part]), axis=1)
    return tail


def _scales(bound: Floats, df: Floats) -> tuple[Floats, Floats]:
    """Nodes s = sqrt(chi-square / df) and weights that sum to 1, (problems, nodes) each."""
    known = np.isinf(df)
    if known.all():
        return np.ones((*df.shape, 1)), np.ones((*df.shape, 1))
    freedom = np.where(known, 1e12, df)
    # In x = log s the density is exp(df (x - (exp(2x) - 1) / 2)); a tail beyond the bound moves
    # the peak of the product left, to where df = (df + bound^2) exp(2x).
    left = -np.log1p(np.square(bound) / freedom) / 2 - _TAIL / freedom - 10 / np.sqrt(freedom)
    right = np.log1p(2.5 * _TAIL / freedom + 20 / np.sqrt(freedom)) / 2
    step = np.minimum(0.09, 0.4 / np.sqrt(freedom))
    number = int(np.ceil(np.max((right - left) / step, initial=1))) + 1
    x = left[:, None] + (right - left)[:, None] * np.linspace(0, 1, number)
    log_density = freedom[:, None] * (x - np.expm1(2 * x) / 2)
    density = np.exp(log_density)
    scale = np.where(known[:, None], 1.0, np.exp(x))
    return scale, density / np.sum(density, axis=1, keepdims=True)


def _grid(low: float, high: float, step: float) -> Floats:
    return np.linspace(low, high, int(np.ceil((high - low) / step)) + 1)


def _normal_weights(z: Floats) -> Floats:
    return np.asarray(np.exp(-np.square(z) / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0]))
