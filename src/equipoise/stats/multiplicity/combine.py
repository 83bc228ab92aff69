"""One p value of several: combination tests of independent p values, and of any.

Every p value is one-sided in the same direction where a combined one-sided answer is wanted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from equipoise.stats.arrays import Floats
from equipoise.stats.door import Door

__all__ = [
    "combine_bonferroni",
    "combine_fisher",
    "combine_inverse_normal",
    "combine_simes",
]


def combine_fisher(*, p_value: ArrayLike) -> Floats:
    """Combine independent p values by their product.

    Parameters
    ----------
    p_value : (..., tests) float
        NaN in one test makes the combined value NaN.

    Returns
    -------
    (...) float
        Tail of chi-square on twice as many degrees of freedom as tests.

    Raises
    ------
    DataError
        If a p value lies outside 0 to 1, or there is no test.

    Notes
    -----
    Source: Fisher RA. Statistical Methods for Research Workers, 4th edition, 1932, section 21.1.
    """
    p = _read(p_value)
    with np.errstate(divide="ignore"):
        statistic = -2 * np.sum(np.log(p), axis=-1)
    combined: Floats = special.chdtrc(2 * p.shape[-1], statistic)
    return np.where(np.isposinf(statistic), 0.0, combined)


def combine_inverse_normal(*, p_value: ArrayLike, weight: ArrayLike | None = None) -> Floats:
    """Combine independent p values by a weighted sum of their normal scores.

    Parameters
    ----------
    p_value : (..., tests) float
        NaN in one test makes the combined value NaN; so do 0 and 1 together.
    weight : (..., tests) float, optional
        Weights fixed before the data, such as the square roots of the planned stage sizes; only
        their ratios matter. Equal if not given.

    Returns
    -------
    (...) float
        ``P(Z >= sum(w z) / sqrt(sum(w^2)))`` with z the upper normal score of each p value.

    Raises
    ------
    DataError
        If a p value lies outside 0 to 1, there is no test, or weights are negative or all zero.

    Notes
    -----
    Sources: Stouffer SA and others. The American Soldier I, 1949, page 45. Lehmacher W, Wassmer
    G. Biometrics 1999; 55:1286-1290, for its use over the stages of an adaptive trial.
    """
    door = Door()
    p = door.probabilities("p_value", p_value, core=1, nan=True)
    w = np.ones(p.shape[-1:]) if weight is None else door.numbers("weight", weight, core=1, low=0)
    _wants_tests(door, p)
    door.same_length(p_value=p, weight=w)
    length = np.sqrt(np.sum(np.square(w), axis=-1))
    door.wants(np.all(length > 0), where="weight", came="only zeros", wanted="a weight above zero")
    door.close()
    score = -special.ndtri(p)
    # A test without weight takes no part, even where its score is infinite.
    parts = np.multiply(w, score, out=np.zeros(np.broadcast_shapes(w.shape, p.shape)), where=w > 0)
    with np.errstate(invalid="ignore"):
        combined: Floats = special.ndtr(-np.sum(parts, axis=-1) / length)
    return combined


def combine_simes(*, p_value: ArrayLike) -> Floats:
    """Combine by Simes: the least of m p(i) / i; for independent or positively dependent tests.

    Parameters and faults are those of `combine_fisher`.

    Notes
    -----
    Source: Simes RJ. Biometrika 1986; 73:751-754.
    """
    ordered = np.sort(_read(p_value), axis=-1)
    number = ordered.shape[-1]
    # NaN sorts last and so spreads to the result through its own place.
    combined: Floats = np.min(ordered * (number / np.arange(1, number + 1)), axis=-1)
    return combined


def combine_bonferroni(*, p_value: ArrayLike) -> Floats:
    """Combine by Bonferroni: the least p value times their number; for any dependence.

    Parameters and faults are those of `combine_fisher`.

    Notes
    -----
    Source: Dunn OJ. J Am Stat Assoc 1961; 56:52-64.
    """
    p = _read(p_value)
    combined: Floats = np.minimum(p.shape[-1] * np.min(p, axis=-1), 1.0)
    return combined


def _read(p_value: ArrayLike) -> Floats:
    door = Door()
    p = door.probabilities("p_value", p_value, core=1, nan=True)
    _wants_tests(door, p)
    door.close()
    return p


def _wants_tests(door: Door, p: Floats) -> None:
    door.wants(p.shape[-1] > 0, where="p_value", came="no test", wanted="one p value or more")
