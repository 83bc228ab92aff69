"""A Cox model that is fitted several times to the same subjects, and tests of its assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.design import design_columns, stratum_codes
from equipoise.analyse.method.time_to_event import times_of
from equipoise.protocol.model.analysis import Cox
from equipoise.protocol.model.arm import ALL_ARMS
from equipoise.stats import Bools, Floats, Integers
from equipoise.stats.survival import (
    CoxFit,
    concordance,
    cox,
    cox_robust,
    likelihood_ratio_test,
    proportionality_test,
)

__all__ = ["CoxModel", "add_model_tests"]

_FUNCTIONS_OF_TIME = {
    "km": "1 less the Kaplan-Meier estimate",
    "rank": "the rank of the time",
    "identity": "the time itself",
    "log": "the logarithm of the time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxModel:
    """Subjects of the model: times, events, strata and clusters, each (trials, subjects)."""

    frame: Frame
    analysis: Cox
    time: Floats
    event: Bools
    stratum: Integers | None
    cluster: Integers | None

    @classmethod
    def of(cls, frame: Frame, analysis: Cox, complete: Bools) -> CoxModel:
        """Read the members whose columns are complete; an unknown stratum or cluster is out."""
        strata, is_known = stratum_codes(frame, analysis.strata)
        clusters, is_clustered = stratum_codes(
            frame, (analysis.cluster,) if analysis.cluster else ()
        )
        time, event = times_of(frame, (frame.codes >= 0) & complete & is_known & is_clustered)
        return cls(
            frame=frame,
            analysis=analysis,
            time=time,
            event=event,
            stratum=strata if analysis.strata else None,
            cluster=clusters if analysis.cluster else None,
        )

    def fit(self, covariates: Floats) -> CoxFit:
        """Fit the model to columns of (trials, subjects, columns)."""
        if self.analysis.errors == "robust":
            return cox_robust(
                time=self.time, event=self.event, covariates=covariates, cluster=self.cluster,
                stratum=self.stratum, ties=self.analysis.ties, level=self.analysis.level,
            )  # fmt: skip
        return cox(
            time=self.time, event=self.event, covariates=covariates, stratum=self.stratum,
            ties=self.analysis.ties, level=self.analysis.level,
        )  # fmt: skip


def add_model_tests(
    model: CoxModel, fit: CoxFit, covariates: Floats, names: Mapping[int, str], *, of_all: bool
) -> None:
    """Add what the protocol asks of a fit beside its ratios.

    Parameters
    ----------
    names : mapping of int to str
        Name of the contrast that a column is.
    of_all : bool
        True for the first coding of the groups: what does not depend on the coding is added once.
    """
    scale = model.analysis.proportionality_test
    if scale != "none":
        _proportionality(model, fit, covariates, names, scale=scale, of_all=of_all)
    if of_all:
        _interactions(model, fit, covariates)
        if model.analysis.concordance:
            _concordance(model, fit, covariates)


def _proportionality(
    model: CoxModel,
    fit: CoxFit,
    covariates: Floats,
    names: Mapping[int, str],
    *,
    scale: Literal["km", "rank", "identity", "log"],
    of_all: bool,
) -> None:
    """Test each contrast, and the model; the contrast stands as a level, it has no direction."""
    analysis = model.analysis
    tested = proportionality_test(
        time=model.time, event=model.event, covariates=covariates, coefficient=fit.coefficient,
        scale=scale,
        ties=analysis.ties, stratum=model.stratum,
    )  # fmt: skip
    message = (
        "test of proportional hazards after Grambsch and Therneau, function of time: "
        f"{_FUNCTIONS_OF_TIME[scale]}"
    )
    reason = "events at fewer than two times, or a ratio that is not finite"
    for column, name in names.items():
        statistic = tested.statistic[..., column]
        model.frame.add(
            {
                "statistic": statistic,
                "df": np.where(np.isnan(statistic), np.nan, 1.0),
                "p_value": tested.p_value[..., column],
            },
            variable="proportionality", variable_level=name, message=message, reason=reason,
        )  # fmt: skip
    if of_all and covariates.shape[-1] > 1:
        overall = tested.overall
        model.frame.add(
            {"statistic": overall.statistic, "df": overall.df, "p_value": overall.p_value},
            group=ALL_ARMS, variable="proportionality", message=f"{message}; whole model",
            reason=reason,
        )  # fmt: skip


def _interactions(model: CoxModel, fit: CoxFit, covariates: Floats) -> None:
    """Test each interaction against the model without it."""
    analysis, frame = model.analysis, model.frame
    arms = covariates[..., : len(frame.groups) - 1]
    for term in analysis.interactions:
        name = term.partition(":")[2]
        factors = (name,) if name in analysis.factors else ()
        own, _ = design_columns(frame, factors, () if factors else (name,))
        crossed = (arms[..., :, np.newaxis] * own[..., np.newaxis, :]).reshape(
            *own.shape[:-1], arms.shape[-1] * own.shape[-1]
        )
        larger = model.fit(np.concatenate([covariates, crossed], axis=-1))
        tested = likelihood_ratio_test(smaller=fit, larger=larger)
        frame.add(
            {"statistic": tested.statistic, "df": tested.df, "p_value": tested.p_value},
            variable="interaction", variable_level=term,
            message="likelihood-ratio test of the model with the interaction against the model "
            "without", reason="the interaction adds nothing that can be estimated",
        )  # fmt: skip


def _concordance(model: CoxModel, fit: CoxFit, covariates: Floats) -> None:
    finite = np.isfinite(fit.coefficient)
    is_known = np.all(finite, axis=-1)
    coefficient = np.where(finite, fit.coefficient, 0.0)[:, np.newaxis]
    risk = np.sum(covariates * coefficient, axis=-1)  # equal rows stay tied to the last bit
    found = concordance(time=model.time, event=model.event, risk=risk, stratum=model.stratum)
    model.frame.add(
        {
            "estimate": np.where(is_known, found.estimate, np.nan),
            "standard_error": np.where(is_known, found.standard_error, np.nan),
        },
        group=ALL_ARMS, variable="concordance",
        message="Harrell's concordance of the fitted risk; 0.5 is chance",
        reason="a ratio is not finite, or no pair can be ordered",
    )  # fmt: skip
