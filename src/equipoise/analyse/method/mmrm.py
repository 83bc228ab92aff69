"""Mixed model for repeated measures: means by arm and visit, contrasts by visit."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.comparison import one_sided
from equipoise.analyse.method.design import covariate_columns, factor_codes
from equipoise.analyse.method.mean_difference import add_combinations, add_mean_margin
from equipoise.analyse.method.mmrm_fit import RANDOM, fit_model, on_boundary, why
from equipoise.analyse.method.mmrm_term import add_terms
from equipoise.analyse.method.two_sample import add_summaries
from equipoise.derive import Measure
from equipoise.protocol.model.analysis import Mmrm
from equipoise.stats import Bools, Floats, State
from equipoise.stats.mmrm import Mmrm as Fit
from equipoise.stats.mmrm import RandomCoefficients, contrast, visit_design

__all__ = ["mmrm_frame"]


def mmrm_frame(frame: Frame) -> None:
    """Fit one model to all visits of the endpoint, arms by visits, baseline by visits."""
    analysis = frame.analysis
    assert isinstance(analysis, Mmrm)
    value = frame.endpoint
    assert isinstance(value, Measure)
    codes, sizes = factor_codes(frame, analysis.factors)
    numbers = covariate_columns(frame, analysis.covariates)
    complete = ~np.isnan(numbers).any(axis=-1) & (codes >= 0).all(axis=-1) & (frame.codes >= 0)
    response = np.where(complete[..., np.newaxis], value.value, np.nan)
    numbers = np.where(complete[..., np.newaxis], numbers, 0.0)
    design = visit_design(
        response=response,
        arm=np.maximum(frame.codes, 0),
        arms=len(frame.groups),
        covariate=None if analysis.covariate_by_visit or not analysis.covariates else numbers,
        covariate_by_visit=numbers if analysis.covariate_by_visit and analysis.covariates else None,
        factor=np.maximum(codes, 0) if sizes else None,
        levels=sizes,
        weights=analysis.weights,
    )
    model = fit_model(frame, response, design)
    fit = model.fit if isinstance(model, RandomCoefficients) else model
    note = on_boundary(frame, model)
    for place, visit in enumerate(value.visits):
        add_summaries(frame, response[..., place], variable="value", by=by_text(visit=visit))
        seen = np.logical_not(np.isnan(response[..., place]))
        _means(frame, fit, design.mean[..., place, :], seen, by_text(visit=visit), note)
    seen = np.any(~np.isnan(response), axis=-1)
    _means(frame, fit, design.mean.mean(axis=-2), seen, by_text(visit="all"), note)
    add_terms(frame, fit, design.mean)
    if isinstance(model, RandomCoefficients):
        _random(frame, model, note)
    _record(frame, fit, note)


def _means(frame: Frame, fit: Fit, rows: Floats, seen: Bools, by: str, note: str) -> None:
    """Add the mean of each group and the contrasts at one visit, or averaged over all visits.

    Parameters
    ----------
    rows : (..., groups, columns) float
        Combination of coefficients that is the mean of each group.
    seen : (trials, subjects) bool
        Subjects with a response there.
    note : str
        What should be known of the fit.
    """
    analysis = frame.analysis
    assert isinstance(analysis, Mmrm)
    alpha = 1 - analysis.level
    means = contrast(fit, matrix=rows, alpha=alpha)
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        n = (inside & seen).sum(axis=-1)
        frame.add(
            {
                "estimate": means.estimate[..., group],
                "standard_error": means.standard_error[..., group],
                "df": means.df[..., group],
                "ci_low": means.ci_low[..., group],
                "ci_high": means.ci_high[..., group],
            },
            group=name, variable="lsmean", by=by, n_used=n, n_missing=inside.sum(axis=-1) - n,
            state=means.state[..., group], message=note, reason=why(frame, fit),
        )  # fmt: skip
    used = fit.subjects.astype(float)
    for pair in frame.contrasts():
        row = rows[..., pair[0], :] - rows[..., pair[1], :]
        found = contrast(fit, matrix=row[..., np.newaxis, :], alpha=alpha)
        numbers = {
            name: getattr(found, name)[..., 0]
            for name in ("estimate", "standard_error", "df", "ci_low", "ci_high")
        }
        statistic, missing = found.t[..., 0], (frame.codes >= 0).sum(axis=-1) - used
        p_value = one_sided(statistic, found.p_value[..., 0], analysis.alternative)
        name = frame.contrast_name(pair)
        frame.add(
            {**numbers, "statistic": statistic, "p_value": p_value}, group=name,
            variable="contrast", by=by, n_used=used, n_missing=missing, state=found.state[..., 0],
            message=note, reason=why(frame, fit),
        )  # fmt: skip
        add_mean_margin(frame, numbers, group=name, by=by, n_used=used, n_missing=missing)
    _combinations(frame, fit, rows, by)


def _combinations(frame: Frame, fit: Fit, rows: Floats, by: str) -> None:
    """Add the weighted sums of means that the analysis names."""

    def estimated(weights: Floats) -> dict[str, Floats]:
        found = contrast(
            fit, matrix=(weights @ rows)[..., np.newaxis, :], alpha=1 - frame.analysis.level
        )
        names = ("estimate", "standard_error", "df", "ci_low", "ci_high")
        numbers = {name: getattr(found, name)[..., 0] for name in names}
        return {**numbers, "statistic": found.t[..., 0], "p_value": found.p_value[..., 0]}

    used = fit.subjects.astype(float)
    missing = (frame.codes >= 0).sum(axis=-1) - used
    add_combinations(
        frame, estimated, by=by, n_used=used, n_missing=missing, reason=why(frame, fit)
    )


def _random(frame: Frame, model: RandomCoefficients, note: str) -> None:
    """Add how far the coefficients of subjects lie apart, and what is left."""
    analysis = frame.analysis
    assert isinstance(analysis, Mmrm)
    spread = np.sqrt(np.diagonal(model.random_covariance, axis1=-2, axis2=-1))
    names, used = RANDOM[analysis.covariance], model.fit.subjects.astype(float)
    found = {name: spread[..., place] for place, name in enumerate(names)}
    for name, sd in {**found, "residual": model.residual_sd}.items():
        frame.add(
            {"sd": sd}, variable="random_coefficient", variable_level=name, n_used=used,
            state=model.fit.state,
            message=_said("slopes are per year" if name == "slope" else "", note),
            reason=why(frame, model.fit),
        )  # fmt: skip
    if len(names) > 1:
        with np.errstate(invalid="ignore"):
            correlation = model.random_covariance[..., 0, 1] / spread.prod(axis=-1)
        is_none = (model.fit.state == State.ESTIMATED) & np.isnan(correlation)
        frame.add(
            {"correlation": correlation}, variable="random_coefficient",
            variable_level="intercept and slope", n_used=used,
            state=np.where(is_none, State.NOT_ESTIMABLE, model.fit.state),
            message=note, reason=note or why(frame, model.fit),
        )  # fmt: skip


def _said(own: str, note: str) -> str:
    return "; ".join(part for part in (own, note) if part)


def _record(frame: Frame, fit: Fit, note: str) -> None:
    frame.add(
        {
            "n": fit.subjects.astype(float),
            "observations": fit.observations.astype(float),
            "iterations": fit.iterations.astype(float),
            "gradient": fit.gradient,
            "least_curvature": fit.least_curvature,
            "minus_twice_log_likelihood": fit.minus_twice_log_likelihood,
            "aic": fit.aic,
            "bic": fit.bic,
        },
        variable="fit", state=fit.state,
        message=_said(
            "gradient: largest slope of the criterion where the search ended; least curvature: "
            "smallest over largest, above 0 at a minimum",
            note,
        ),
        reason=why(frame, fit),
    )  # fmt: skip
    converged = (fit.state == State.ESTIMATED).astype(float)
    frame.add({"converged": converged}, variable="fit", message="1 where the search ended well")
