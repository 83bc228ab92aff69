"""Small-study effects: whether small studies tell another story than large ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats
from equipoise.stats.door import Door
from equipoise.stats.meta.fit import read_problem
from equipoise.stats.meta.heterogeneity import TauMethod
from equipoise.stats.meta.kendall import kendall
from equipoise.stats.meta.regression import MetaRegression, fit_meta_regression
from equipoise.stats.state import State, first_state

__all__ = ["AsymmetryTest", "RankTest", "begg_test", "egger_test", "egger_test_mixed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AsymmetryTest:
    """A regression test of funnel plot asymmetry; fields have the leading shape.

    ``slope`` is the change of the effect with one unit of its standard error; ``limit`` the
    effect expected of a study without sampling error. ``df`` is infinite for a normal test.
    """

    slope: Floats
    slope_standard_error: Floats
    limit: Floats
    statistic: Floats
    df: Floats
    p_value: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTest:
    """Kendall's tau of standardised effects and variances; fields have the leading shape."""

    tau: Floats
    p_value: Floats
    state: NDArray[np.int8]


def egger_test(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> AsymmetryTest:
    """Regress effects on standard errors with inverse-variance weights and free dispersion.

    Parameters
    ----------
    estimate, variance : (..., studies) float
        Effects and their sampling variances; NaN takes a study out. Three studies are needed.
    overlap_group, keep
        As in `pool_common_effect`.

    Raises
    ------
    DataError
        As in `pool_common_effect`.

    Notes
    -----
    The slope is the intercept of Egger's regression of effect / se on 1 / se. As R
    ``metafor::regtest(model = "lm")``. Source: Egger M, Davey Smith G, Schneider M, Minder C.
    BMJ 1997; 315:629-634.
    """
    fit = fit_meta_regression(
        estimate=estimate,
        variance=variance,
        moderators=_standard_errors(variance),
        method="common",
        interval="hartung_knapp",
        overlap_group=overlap_group,
        keep=keep,
    )
    return _asymmetry(fit)


def egger_test_mixed(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    method: TauMethod = "restricted_likelihood",
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> AsymmetryTest:
    """Regress effects on standard errors in a random-effects meta-regression, normal test.

    Parameters and faults are those of `egger_test`; ``method`` estimates tau^2. As R
    ``metafor::regtest``. Source: Sterne JAC, Egger M, in Publication Bias in Meta-Analysis 2005,
    chapter 6.
    """
    fit = fit_meta_regression(
        estimate=estimate,
        variance=variance,
        moderators=_standard_errors(variance),
        method=method,
        interval="wald",
        overlap_group=overlap_group,
        keep=keep,
    )
    return _asymmetry(fit)


def begg_test(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> RankTest:
    """Correlate the ranks of standardised effects and variances.

    Parameters and faults are those of `egger_test`. NOT_ESTIMABLE below two studies or where all
    variances are equal. The p value is exact without ties, normal with them, as R
    ``metafor::ranktest``.

    Notes
    -----
    Source: Begg CB, Mazumdar M. Biometrics 1994; 50:1088-1101.
    """
    door = Door()
    problem, lead = read_problem(
        door,
        estimate=estimate,
        variance=variance,
        moderators=None,
        overlap_group=overlap_group,
        keep=keep,
    )
    common = problem.common()
    # The variance of a residual is that of the study less that of the pooled effect.
    left = problem.variance - common.inverse[:, 0, 0][:, None]
    is_in = problem.is_in & (left > 0)
    residual = problem.y - common.coefficients
    deviate = np.where(is_in, residual / np.sqrt(np.where(is_in, left, 1.0)), np.nan)
    tau, p_value = kendall(deviate, problem.variance, is_in)
    state = first_state((np.isnan(tau), State.NOT_ESTIMABLE))
    return RankTest(tau=tau.reshape(lead), p_value=p_value.reshape(lead), state=state.reshape(lead))


def _standard_errors(variance: ArrayLike) -> Floats:
    door = Door()
    v = door.numbers(
        "variance", variance, core=1, low=0, open_low=True, nan=True, wanted="variances above zero"
    )
    door.close()
    return np.asarray(np.sqrt(v)[..., None])


def _asymmetry(fit: MetaRegression) -> AsymmetryTest:
    return AsymmetryTest(
        slope=fit.coefficients[..., 1],
        slope_standard_error=fit.standard_errors[..., 1],
        limit=fit.coefficients[..., 0],
        statistic=fit.statistics[..., 1],
        df=fit.df,
        p_value=fit.p_values[..., 1],
        state=fit.state,
    )
