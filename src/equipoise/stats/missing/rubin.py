"""One answer from several imputed data sets.

Sources: Rubin DB. Multiple Imputation for Nonresponse in Surveys 1987, section 3.1; Barnard J,
Rubin DB. Biometrika 1999; 86:948-955 (degrees of freedom).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.door import Door
from equipoise.stats.state import State
from equipoise.stats.tails import (
    t_or_normal_quantile,
    t_or_normal_two_sided,
)

__all__ = ["RubinPooled", "pool_rubin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RubinPooled:
    """An estimate pooled over imputations; fields have the leading shape.

    Attributes
    ----------
    estimate, standard_error : float
        Mean of the estimates; root of the total variance.
    within, between, total : float
        Mean squared standard error, variance of the estimates, and within + (1 + 1/m) between.
    relative_increase : float
        Of the variance due to missing values, (1 + 1/m) between / within.
    share_missing : float
        (1 + 1/m) between / total.
    df_old, df : float
        Rubin's degrees of freedom, and those of Barnard and Rubin for a finite complete-data df;
        infinite where the estimates do not vary.
    fraction_missing_information : float
        (relative increase + 2 / (df + 3)) / (relative increase + 1).
    ci_low, ci_high, p_value : float
        Two-sided, from t with ``df``.
    state : int8
        NOT_ESTIMABLE with fewer than two imputations, or where one is NaN.
    """

    estimate: Floats
    standard_error: Floats
    within: Floats
    between: Floats
    total: Floats
    relative_increase: Floats
    share_missing: Floats
    df_old: Floats
    df: Floats
    fraction_missing_information: Floats
    ci_low: Floats
    ci_high: Floats
    p_value: Floats
    state: NDArray[np.int8]


def pool_rubin(
    *,
    estimate: ArrayLike,
    standard_error: ArrayLike,
    df_complete: ArrayLike = np.inf,
    confidence: float = 0.95,
) -> RubinPooled:
    """Pool the analyses of imputed data sets by Rubin's rules.

    Parameters
    ----------
    estimate, standard_error : (..., imputations) float
        Of each data set; NaN makes the pooled one NaN.
    df_complete : (...) float
        Degrees of freedom the analysis would have without missing values; infinite for a normal
        one.
    confidence : float
        Two-sided level of the limits.

    Raises
    ------
    DataError
        If a standard error is negative, degrees of freedom are not above zero, or shapes do not
        fit.

    Notes
    -----
    As R ``mice::pool.scalar``.
    """
    door = Door()
    q = door.numbers("estimate", estimate, core=1, nan=True)
    se = door.numbers("standard_error", standard_error, core=1, low=0, nan=True)
    complete = door.numbers("df_complete", df_complete, low=0, open_low=True, infinite=True)
    door.level("confidence", confidence)
    door.same_length(estimate=q, standard_error=se)
    lead = door.close()
    many = q.shape[-1]
    if many < 2:
        q = np.full((*q.shape[:-1], 2), np.nan)
        se, many = q, 2
    within = np.broadcast_to(np.mean(np.square(se), axis=-1), lead)
    mean = np.mean(q, axis=-1)
    between = np.broadcast_to(np.sum(np.square(q - mean[..., None]), axis=-1) / (many - 1), lead)
    mean, complete = np.broadcast_to(mean, lead), np.broadcast_to(complete, lead)
    added = (1 + 1 / many) * between
    total = within + added
    share = divide_or_nan(added, total)
    with np.errstate(divide="ignore"):
        old = np.asarray((many - 1) / np.square(share))
    df = _barnard_rubin(old, complete, share)
    increase = divide_or_nan(added, within)
    error = np.sqrt(total)
    statistic = divide_or_nan(mean, error)
    reach = t_or_normal_quantile(confidence, df) * error
    good = np.isfinite(statistic)
    return RubinPooled(
        estimate=np.where(good, mean, np.nan),
        standard_error=np.where(good, error, np.nan),
        within=within,
        between=between,
        total=total,
        relative_increase=increase,
        share_missing=share,
        df_old=old,
        df=df,
        fraction_missing_information=(increase + 2 / (df + 3)) / (increase + 1),
        ci_low=np.where(good, mean - reach, np.nan),
        ci_high=np.where(good, mean + reach, np.nan),
        p_value=t_or_normal_two_sided(statistic, df),
        state=np.where(good, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8),
    )


def _barnard_rubin(old: Floats, complete: Floats, share: Floats) -> Floats:
    is_finite = np.isfinite(complete)
    finite = np.where(is_finite, complete, 1.0)
    observed = (finite + 1) / (finite + 3) * finite * (1 - share)
    with np.errstate(divide="ignore"):
        both = np.asarray(1 / (1 / old + 1 / observed))
    return np.where(is_finite, both, old)
