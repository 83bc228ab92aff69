"""Effects of studies from their published numbers, with sampling variances.

Each function gives one estimate and one variance per study, ready to be pooled. Effects are
experimental minus control, or experimental over control on the logarithmic scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.binary.counts import read_two_arms
from equipoise.stats.door import Door

__all__ = [
    "StudyEffects",
    "log_odds_ratio_effects",
    "log_risk_ratio_effects",
    "mean_difference_effects",
    "peto_log_odds_ratio_effects",
    "risk_difference_effects",
    "standardised_mean_difference_effects",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyEffects:
    """Effect and sampling variance of each study, in the shape of the input; NaN where none."""

    estimate: Floats
    variance: Floats


def log_odds_ratio_effects(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, added: float = 0.5
) -> StudyEffects:
    """Log odds ratio of each study.

    Parameters
    ----------
    x1, n1 : (..., studies) int
        Events and subjects of the experimental arm.
    x0, n0 : (..., studies) int
        Events and subjects of the control arm; all four broadcast together.
    added : float
        What is added to all four cells of a study with an empty cell.

    Returns
    -------
    StudyEffects
        NaN where an arm has no subject. With ``added`` 0 a study with an empty cell is NaN too.

    Raises
    ------
    DataError
        If a count is not whole, is negative or exceeds its arm, or shapes do not broadcast.

    Notes
    -----
    As R ``metafor::escalc`` with its defaults, which keep a study without any event. Source:
    Haldane JBS. Ann Hum Genet 1956; 20:309-311; Anscombe FJ. Biometrika 1956; 43:461-464.
    """
    a, b, c, d = _cells(x1, n1, x0, n0, added)
    estimate = _log(a) - _log(b) - _log(c) + _log(d)
    inverse = [divide_or_nan(1, cell) for cell in (a, b, c, d)]
    return _effects(estimate, inverse[0] + inverse[1] + inverse[2] + inverse[3])


def log_risk_ratio_effects(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, added: float = 0.5
) -> StudyEffects:
    """Log risk ratio of each study; arguments and faults as in `log_odds_ratio_effects`."""
    a, b, c, d = _cells(x1, n1, x0, n0, added)
    estimate = _log(divide_or_nan(a, a + b)) - _log(divide_or_nan(c, c + d))
    variance = (
        divide_or_nan(1, a)
        - divide_or_nan(1, a + b)
        + divide_or_nan(1, c)
        - divide_or_nan(1, c + d)
    )
    return _effects(estimate, variance)


def risk_difference_effects(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, added: float = 0.5
) -> StudyEffects:
    """Risk difference of each study; arguments and faults as in `log_odds_ratio_effects`."""
    a, b, c, d = _cells(x1, n1, x0, n0, added)
    estimate = divide_or_nan(a, a + b) - divide_or_nan(c, c + d)
    variance = divide_or_nan(a * b, (a + b) ** 3) + divide_or_nan(c * d, (c + d) ** 3)
    return _effects(estimate, variance)


def peto_log_odds_ratio_effects(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike
) -> StudyEffects:
    """Peto's log odds ratio of each study: observed minus expected events over their variance.

    Arguments and faults are those of `log_odds_ratio_effects`; no cell is filled. A study without
    an event, or without a subject free of it, is NaN.

    Notes
    -----
    Pooled with a common effect these are Peto's method, R ``metafor::rma.peto``. Source: Yusuf S,
    Peto R, Lewis J, Collins R, Sleight P. Prog Cardiovasc Dis 1985; 27:335-371.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0)
    total, events = arms.total, arms.events
    expected = divide_or_nan(arms.n1 * events, total)
    variance = divide_or_nan(
        arms.n1 * arms.n0 * events * (total - events), total**2 * np.maximum(total - 1, 0)
    )
    return _effects(divide_or_nan(arms.x1 - expected, variance), divide_or_nan(1, variance))


def mean_difference_effects(
    *,
    n1: ArrayLike,
    mean1: ArrayLike,
    sd1: ArrayLike,
    n0: ArrayLike,
    mean0: ArrayLike,
    sd0: ArrayLike,
) -> StudyEffects:
    """Mean difference of each study, with a variance of its own for each arm.

    Parameters
    ----------
    n1, mean1, sd1 : (..., studies) float
        Subjects, mean and standard deviation of the experimental arm; a NaN mean or standard
        deviation makes the study NaN.
    n0, mean0, sd0 : (..., studies) float
        The same of the control arm; all six broadcast together.

    Raises
    ------
    DataError
        If a size is not whole, a standard deviation is negative, or shapes do not broadcast.
    """
    n1, mean1, sd1, n0, mean0, sd0 = _read_means(n1, mean1, sd1, n0, mean0, sd0)
    variance = divide_or_nan(np.square(sd1), n1) + divide_or_nan(np.square(sd0), n0)
    return _effects(mean1 - mean0, variance)


def standardised_mean_difference_effects(
    *,
    n1: ArrayLike,
    mean1: ArrayLike,
    sd1: ArrayLike,
    n0: ArrayLike,
    mean0: ArrayLike,
    sd0: ArrayLike,
) -> StudyEffects:
    """Hedges' g of each study: the mean difference over the pooled standard deviation, unbiased.

    Arguments and faults are those of `mean_difference_effects`.

    Notes
    -----
    The correction is exact, J = Γ(m/2) / (sqrt(m/2) Γ((m - 1)/2)) with m = n1 + n0 - 2; the
    variance is 1/n1 + 1/n0 + g^2 / (2 (n1 + n0)), as R ``metafor::escalc(measure = "SMD")``.
    Source: Hedges LV. J Educ Stat 1981; 6:107-128, equation 6e.
    """
    n1, mean1, sd1, n0, mean0, sd0 = _read_means(n1, mean1, sd1, n0, mean0, sd0)
    df = n1 + n0 - 2
    pooled = divide_or_nan((n1 - 1) * np.square(sd1) + (n0 - 1) * np.square(sd0), np.maximum(df, 0))
    half = np.where(df > 1, df, np.nan) / 2
    unbiased = np.exp(gammaln(half) - gammaln(half - 0.5)) / np.sqrt(half)
    estimate = unbiased * divide_or_nan(mean1 - mean0, np.sqrt(pooled))
    variance = divide_or_nan(1, n1) + divide_or_nan(1, n0) + estimate**2 / (2 * (n1 + n0))
    return _effects(estimate, variance)


def _cells(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, added: float
) -> tuple[Floats, Floats, Floats, Floats]:
    door = Door()
    door.number("added", added, low=0)
    door.close()
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0)
    cells = (arms.x1, arms.n1 - arms.x1, arms.x0, arms.n0 - arms.x0)
    is_gap = (cells[0] == 0) | (cells[1] == 0) | (cells[2] == 0) | (cells[3] == 0)
    plus = np.where(is_gap, added, 0.0)
    a, b, c, d = (np.where(arms.is_empty, np.nan, cell + plus) for cell in cells)
    return a, b, c, d


def _read_means(*values: ArrayLike) -> tuple[Floats, ...]:
    door = Door()
    check: tuple[Callable[[ArrayLike], Floats], ...] = tuple(
        _reader(door, name) for name in ("n1", "mean1", "sd1", "n0", "mean0", "sd0")
    )
    read = [reader(value) for reader, value in zip(check, values, strict=True)]
    door.close()
    return tuple(np.broadcast_arrays(*read))


def _reader(door: Door, name: str) -> Callable[[ArrayLike], Floats]:
    def read(value: ArrayLike) -> Floats:
        if name.startswith("n"):
            return door.numbers(name, value, low=0, whole=True)
        return door.numbers(name, value, low=0 if name.startswith("sd") else -np.inf, nan=True)

    return read


def _log(value: Floats) -> Floats:
    return np.log(np.where(value > 0, value, np.nan))


def _effects(estimate: Floats, variance: Floats) -> StudyEffects:
    is_known = np.isfinite(estimate) & np.isfinite(variance)
    return StudyEffects(
        estimate=np.where(is_known, estimate, np.nan),
        variance=np.where(is_known, variance, np.nan),
    )
