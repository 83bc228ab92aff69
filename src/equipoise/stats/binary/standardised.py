"""What a logistic regression says about the risks of the arms: standardisation and the LR test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, expit, ndtr

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, as_bools, as_floats, divide_or_nan
from equipoise.stats.binary.interval import normal_quantile
from equipoise.stats.binary.logistic import LogisticFit
from equipoise.stats.door import Door
from equipoise.stats.state import State

__all__ = ["LikelihoodRatioTest", "StandardisedRisks", "likelihood_ratio_test", "standardise_risks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardisedRisks:
    """Risks if every subject had been in one arm, or in the other; fields have the leading shape.

    Attributes
    ----------
    risk1, risk0 : float
        Mean predicted risk under the experimental, and under the control arm.
    risk_difference, ci_low, ci_high : float
        Experimental minus control, with limits at z standard errors.
    standard_error, z, p_value : float
        Of the difference: delta method on the covariance of the coefficients, with the
        covariates of the subjects taken as fixed.
    risk_ratio, log_risk_ratio_standard_error : float
        Experimental over control; the standard error is that of its logarithm.
    state : int8
        That of the fit.
    """

    risk1: Floats
    risk0: Floats
    risk_difference: Floats
    ci_low: Floats
    ci_high: Floats
    standard_error: Floats
    z: Floats
    p_value: Floats
    risk_ratio: Floats
    log_risk_ratio_standard_error: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatioTest:
    """Likelihood ratio test of nested fits; NaN where either has no log-likelihood."""

    statistic: Floats
    df: int
    p_value: Floats
    state: NDArray[np.int8]


def standardise_risks(
    fit: LogisticFit,
    *,
    treated_design: ArrayLike,
    control_design: ArrayLike,
    included: ArrayLike = True,
    confidence: float = 0.95,
) -> StandardisedRisks:
    """Average the predicted risks of all subjects under each arm (g-computation).

    Parameters
    ----------
    fit : LogisticFit
        The fit of :func:`fit_logistic`.
    treated_design, control_design : (..., subjects, coefficients) float
        The design with every subject in the experimental, or in the control arm.
    included : (..., subjects) bool
        Subjects to average over.
    confidence : float
        Two-sided level of the limits of the difference.

    Returns
    -------
    StandardisedRisks

    Raises
    ------
    DataError
        If a design does not have the coefficients of the fit, or shapes do not broadcast.

    Notes
    -----
    The gradient of a mean risk is the mean of p(1 - p) x. Sources: Ge M, Durham LK, Meyer RD,
    Xie W, Thomas N. Drug Information Journal 2011; 45:481-493. FDA. Adjusting for Covariates in
    Randomized Clinical Trials for Drugs and Biological Products, May 2023 (nonlinear models).
    """
    door = Door()
    door.level("confidence", confidence)
    door.close()
    treated, control, weight = _read(fit, treated_design, control_design, included)
    risk1, gradient1 = _mean_risk(fit, treated, weight)
    risk0, gradient0 = _mean_risk(fit, control, weight)
    standard_error = _delta(fit, gradient1 - gradient0)
    difference = risk1 - risk0
    half = normal_quantile(confidence) * standard_error
    z = divide_or_nan(difference, standard_error)
    relative = gradient1 / risk1[..., None] - gradient0 / risk0[..., None]
    return StandardisedRisks(
        risk1=risk1,
        risk0=risk0,
        risk_difference=difference,
        ci_low=difference - half,
        ci_high=difference + half,
        standard_error=standard_error,
        z=z,
        p_value=2 * ndtr(-np.abs(z)),
        risk_ratio=risk1 / risk0,
        log_risk_ratio_standard_error=_delta(fit, relative),
        state=fit.state,
    )


def likelihood_ratio_test(fit: LogisticFit, *, reduced: LogisticFit) -> LikelihoodRatioTest:
    """Compare a fit with one that leaves columns out.

    Parameters
    ----------
    fit, reduced : LogisticFit
        Fits of the same subjects; ``reduced`` has fewer coefficients.

    Returns
    -------
    LikelihoodRatioTest
        A separated fit has a limit of its log-likelihood, so the test stands. The state is that
        of the first fit without one.

    Raises
    ------
    DataError
        If ``reduced`` does not have fewer coefficients.
    """
    df = fit.coefficients.shape[-1] - reduced.coefficients.shape[-1]
    if df < 1:
        came = f"{reduced.coefficients.shape[-1]} coefficients"
        wanted = f"fewer than {fit.coefficients.shape[-1]}"
        raise DataError(Fault(where="reduced", came=came, wanted=wanted))
    statistic = np.maximum(0.0, reduced.deviance - fit.deviance)
    state = np.where(np.isnan(fit.deviance), fit.state, State.ESTIMATED)
    state = np.where(np.isnan(reduced.deviance), reduced.state, state)
    return LikelihoodRatioTest(
        statistic=statistic, df=df, p_value=chdtrc(df, statistic), state=state.astype(np.int8)
    )


def _read(
    fit: LogisticFit, treated: ArrayLike, control: ArrayLike, included: ArrayLike
) -> tuple[Floats, Floats, Bools]:
    one, zero = as_floats("treated_design", treated), as_floats("control_design", control)
    is_in = as_bools("included", included)
    size = fit.coefficients.shape[-1]
    faults = [
        Fault(where=name, came=f"shape {design.shape}", wanted=f"(..., subjects, {size})")
        for name, design in (("treated_design", one), ("control_design", zero))
        if design.ndim < 2 or design.shape[-1] != size
    ]
    if faults:
        raise DataError(faults)
    try:
        shape = np.broadcast_shapes(
            one.shape[:-1], zero.shape[:-1], is_in.shape, (*fit.state.shape, 1)
        )
    except ValueError:
        came = f"treated {one.shape}, control {zero.shape}, included {is_in.shape}"
        wanted = "designs and included that fit the batch"
        raise DataError(Fault(where="shapes", came=came, wanted=wanted)) from None
    return one, zero, np.broadcast_to(is_in, shape)


def _mean_risk(fit: LogisticFit, design: Floats, is_in: Bools) -> tuple[Floats, Floats]:
    risk = expit(np.einsum("...sk,...k->...s", design, fit.coefficients))
    share = divide_or_nan(is_in, np.sum(is_in, axis=-1, keepdims=True))
    mean = np.asarray(np.sum(share * risk, axis=-1))
    gradient = np.einsum("...s,...sk->...k", share * risk * (1 - risk), design)
    return mean, np.asarray(gradient)


def _delta(fit: LogisticFit, gradient: Floats) -> Floats:
    variance = np.einsum("...k,...kl,...l->...", gradient, fit.covariance, gradient)
    return np.asarray(np.sqrt(variance))
