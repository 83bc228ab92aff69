"""The fit of a mixed model as the protocol asks for it, and why there may be none."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.design import factor_levels
from equipoise.derive import Measure
from equipoise.protocol.model.analysis import Mmrm
from equipoise.stats import Floats, State
from equipoise.stats.mmrm import Mmrm as Fit
from equipoise.stats.mmrm import (
    RandomCoefficients,
    VisitDesign,
    fit_mmrm,
    fit_random_coefficients,
)

__all__ = ["RANDOM", "fit_model", "on_boundary", "why"]

_COVARIANCE = {
    "unstructured": "us",
    "compound_symmetry": "cs",
    "heterogeneous_compound_symmetry": "csh",
    "autoregressive": "ar1",
    "heterogeneous_autoregressive": "ar1h",
    "toeplitz": "toep",
    "heterogeneous_toeplitz": "toeph",
    "ante_dependence": "ad",
    "heterogeneous_ante_dependence": "adh",
}
RANDOM: Mapping[str, tuple[str, ...]] = {
    "random_intercept": ("intercept",),
    "random_intercept_and_slope": ("intercept", "slope"),
}
"""Covariances that coefficients of the subjects leave, and these coefficients."""

_YEAR = 365.25  # days
_NOTHING = 1e-6
"""Largest share of the residual standard deviation that is none."""
_REGULAR = 1e-8
"""Distance of a correlation from 1 where the fit is regular."""


def fit_model(frame: Frame, response: Floats, design: VisitDesign) -> Fit | RandomCoefficients:
    """Fit the model with the covariance, errors and degrees of freedom of the analysis."""
    analysis = frame.analysis
    assert isinstance(analysis, Mmrm)
    degrees = analysis.degrees_of_freedom.replace("_", "-")
    df = "kenward-roger" if degrees.startswith("kenward") else degrees
    vcov, names = _errors(analysis, degrees), _names(frame, design)
    if analysis.covariance in RANDOM:
        return fit_random_coefficients(
            response=response, design=design.matrix, basis=_basis(frame, analysis),
            method=analysis.estimation, df=df, vcov=vcov, names=names,
        )  # fmt: skip
    return fit_mmrm(
        response=response,
        design=design.matrix,
        covariance=_COVARIANCE[analysis.covariance],
        group=np.maximum(frame.codes, 0) if analysis.covariance_by_arm else None,
        method=analysis.estimation,
        df=df,
        vcov=vcov,
        names=names,
    )


def why(frame: Frame, fit: Fit) -> str:
    """Say why a fit has no numbers: in the words of the fit where there is one trial."""
    own = str(np.ravel(fit.message)[0]) if len(frame.members) == 1 else ""
    return own or "the data do not determine the model"


def on_boundary(frame: Frame, model: Fit | RandomCoefficients) -> str:
    """Say which part of the random coefficients of one trial lies on the boundary, if one does."""
    if not isinstance(model, RandomCoefficients) or len(frame.members) > 1:
        return ""
    if np.ravel(model.fit.state)[0] != State.ESTIMATED:
        return ""
    analysis = frame.analysis
    assert isinstance(analysis, Mmrm)
    names = RANDOM[analysis.covariance]
    inside = model.random_covariance.reshape(len(names), len(names))
    spread, residual = np.sqrt(np.diagonal(inside)), float(np.ravel(model.residual_sd)[0])
    parts = [
        f"the variance of the {name} is 0"
        for name, sd in zip(names, spread, strict=True)
        if sd <= _NOTHING * residual
    ]
    if not parts and len(names) > 1:
        correlation = float(inside[0, 1] / spread.prod())
        if abs(correlation) >= 1 - _REGULAR:
            parts = [f"the correlation of {' and '.join(names)} is {round(correlation)}"]
    return f"the random effects lie on the boundary, a singular fit: {', '.join(parts)}" * bool(
        parts
    )


def _errors(analysis: Mmrm, degrees: str) -> str:
    """Name the covariance of the coefficients as the fit takes it."""
    if analysis.errors != "model":
        return analysis.errors.replace("_", "-")
    return degrees if degrees.startswith("kenward") else "asymptotic"


def _basis(frame: Frame, analysis: Mmrm) -> Floats:
    """Functions of time whose coefficients vary: one, and the planned day of the visit in years."""
    value = frame.endpoint
    assert isinstance(value, Measure)
    days = [float(frame.protocol.visits[visit].day or 0) for visit in value.visits]
    columns = [np.ones(len(days)), np.array(days) / _YEAR]
    return np.stack(columns[: len(RANDOM[analysis.covariance])], axis=-1)


def _names(frame: Frame, design: VisitDesign) -> tuple[str, ...]:
    """Name the columns of the design by the covariates, levels, arms and visits of the trial."""
    analysis, value = frame.analysis, frame.endpoint
    assert isinstance(analysis, Mmrm)
    assert isinstance(value, Measure)
    arms = [f"{analysis.group} {name}" for name in frame.groups]
    first, *later = value.visits
    known = {"(Intercept)": "the mean"}
    for place, name in enumerate(analysis.covariates):
        known[f"covariate {place}"] = name
        known[f"covariate {place} by visit"] = f"{name} at {first}"
        known |= {
            f"covariate {place} by visit {number}": f"{name} at {visit}"
            for number, visit in enumerate(later, start=1)
        }
    for place, levels in enumerate(factor_levels(frame, analysis.factors)):
        known |= {f"factor {place} level {code}": level for code, level in enumerate(levels)}
    known |= {f"arm {code}": name for code, name in enumerate(arms)}
    for number, visit in enumerate(later, start=1):
        known[f"visit {number}"] = f"visit {visit}"
        known |= {
            f"arm {code}: visit {number}": f"{name} at {visit}" for code, name in enumerate(arms)
        }
    return tuple(known[name] for name in design.names)
