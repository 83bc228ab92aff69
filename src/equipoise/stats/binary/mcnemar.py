"""McNemar's test of paired binary outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaln, chdtrc

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.binary.counts import read_tables
from equipoise.stats.binary.interval import state_where

__all__ = ["McNemarTest", "mcnemar_test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class McNemarTest:
    """McNemar's test of each table; fields have the leading shape.

    Attributes
    ----------
    z : float
        Signed root of ``statistic``; above zero where the upper right cell is the larger.
    statistic, p_value : float
        Chi-square with 1 degree of freedom, without correction.
    statistic_corrected, p_corrected : float
        With 1 taken off the difference of the two cells, as far as there is one.
    p_exact, p_mid : float
        Twice the smaller binomial tail of the discordant pairs, at most 1, and its mid-p
        variant: less the probability of the observed split, or of half of it in a tie.
    state : int8
        NOT_ESTIMABLE, and NaN, where no pair is discordant.
    """

    z: Floats
    statistic: Floats
    p_value: Floats
    statistic_corrected: Floats
    p_corrected: Floats
    p_exact: Floats
    p_mid: Floats
    state: NDArray[np.int8]


def mcnemar_test(*, table: ArrayLike) -> McNemarTest:
    """Test whether two paired binary outcomes have the same risk.

    Parameters
    ----------
    table : (..., 2, 2) int
        Pairs by first outcome (rows) and second outcome (columns). NaN is refused.

    Returns
    -------
    McNemarTest

    Raises
    ------
    DataError
        If ``table`` does not end in (2, 2) or holds anything but whole numbers of zero or more.

    Notes
    -----
    Sources: McNemar Q. Psychometrika 1947; 12(2):153-157. Mid-p: Fagerland MW, Lydersen S,
    Laake P. BMC Medical Research Methodology 2013; 13:91. R ``mcnemar.test``.
    """
    counts = read_tables("table", table, axes=("2", "2"))
    if counts.shape[-2:] != (2, 2):
        raise DataError(Fault(where="table", came=f"shape {counts.shape}", wanted="(..., 2, 2)"))
    # The last () makes a number of an array without axes, of which numpy takes less time.
    upper, lower = counts[..., 0, 1][()], counts[..., 1, 0][()]
    gap, pairs = upper - lower, upper + lower
    plain = divide_or_nan(gap**2, pairs)
    corrected = divide_or_nan(np.maximum(np.abs(gap) - 1, 0) ** 2, pairs)
    fewer = np.minimum(upper, lower)
    # P(X <= fewer) = P(X >= pairs - fewer) of a fair binomial.
    tail = betainc(np.maximum(pairs - fewer, 1), fewer + 1, 0.5)
    exact = np.minimum(1.0, 2 * tail)
    observed = np.exp(-np.log1p(pairs) - betaln(fewer + 1, pairs - fewer + 1) - pairs * np.log(2))
    mid = np.where(gap == 0, 1 - observed / 2, 2 * tail - observed)
    is_empty = pairs == 0
    return McNemarTest(
        z=divide_or_nan(gap, np.sqrt(pairs)),
        statistic=plain,
        p_value=chdtrc(1, plain),
        statistic_corrected=corrected,
        p_corrected=chdtrc(1, corrected),
        p_exact=np.where(is_empty, np.nan, exact),
        p_mid=np.where(is_empty, np.nan, mid),
        state=state_where(not_estimable=is_empty),
    )
