"""Ratios of hazards: the Cox model, and that of Fine and Gray where something competes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.comparison import one_sided
from equipoise.analyse.method.cox_detail import add_predicted, add_residuals
from equipoise.analyse.method.cox_model import CoxModel, add_model_tests
from equipoise.analyse.method.design import design_columns
from equipoise.analyse.method.time_to_event import causes_of
from equipoise.protocol.model.analysis import Cox, FineGray
from equipoise.stats import Floats, State
from equipoise.stats.survival import CoxFit, FineGrayFit, fine_gray

__all__ = ["cox_frame", "fine_gray_frame"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coding:
    """The groups as columns against one control, and the contrasts that these columns are.

    ``arms`` is (trials, subjects, groups - 1); ``contrasts`` holds each pair with its column.
    """

    arms: Floats
    contrasts: tuple[tuple[tuple[int, int], int], ...]


def _codings(frame: Frame) -> Iterator[_Coding]:
    """Code the groups once for each group that is a control."""
    pairs = frame.contrasts()
    for control in dict.fromkeys(pair[1] for pair in pairs):
        others = [group for group in range(len(frame.groups)) if group != control]
        yield _Coding(
            arms=np.stack([frame.in_group(group) for group in others], axis=-1).astype(float),
            contrasts=tuple((pair, others.index(pair[0])) for pair in pairs if pair[1] == control),
        )


def cox_frame(frame: Frame) -> None:
    """Estimate the hazard ratio of each contrast in one model of all groups, and test the model."""
    analysis = frame.analysis
    assert isinstance(analysis, Cox)
    columns, complete = design_columns(frame, analysis.factors, analysis.covariates)
    model = CoxModel.of(frame, analysis, complete)
    message = f"ties by {analysis.ties.capitalize()}; Wald test"
    if analysis.errors == "robust":
        message += f" with robust errors{f' by {analysis.cluster}' if analysis.cluster else ''}"
    for place, coding in enumerate(_codings(frame)):
        covariates = np.concatenate([coding.arms, columns], axis=-1)
        fit = model.fit(covariates)
        for pair, column in coding.contrasts:
            _ratio(frame, fit, pair, column, model.time, "hazard_ratio", message)
        names = {column: frame.contrast_name(pair) for pair, column in coding.contrasts}
        add_model_tests(model, fit, covariates, names, of_all=place == 0)
        add_residuals(model, fit, covariates, names, of_all=place == 0)
        if place == 0:
            add_predicted(model, fit, covariates)


def fine_gray_frame(frame: Frame) -> None:
    """Estimate the ratio of subdistribution hazards of each contrast in one model of all groups."""
    analysis = frame.analysis
    assert isinstance(analysis, FineGray)
    columns, complete = design_columns(frame, analysis.factors, analysis.covariates)
    time, cause = causes_of(frame, (frame.codes >= 0) & complete)
    for coding in _codings(frame):
        fit = fine_gray(
            time=time, cause=cause, level=analysis.level,
            covariates=np.concatenate([coding.arms, columns], axis=-1),
        )  # fmt: skip
        for pair, column in coding.contrasts:
            message = "who had a competing event stays at risk; Wald test"
            _ratio(frame, fit, pair, column, time, "subdistribution_hazard_ratio", message)


def _ratio(
    frame: Frame,
    fit: CoxFit | FineGrayFit,
    pair: tuple[int, int],
    column: int,
    time: Floats,
    variable: str,
    message: str,
) -> None:
    """Add the ratio of a contrast, and its logarithm with its error."""
    alternative: str = frame.analysis.alternative  # type: ignore[attr-defined] # both analyses that come here have it
    used = (time > -np.inf).sum(axis=-1)
    state = fit.state[..., column]
    keys: dict[str, Any] = {
        "group": frame.contrast_name(pair),
        "n_used": used,
        "n_missing": (frame.codes >= 0).sum(axis=-1) - used,
        "state": state,
        "reason": _reason(state),
    }
    frame.add(
        {
            "estimate": fit.coefficient[..., column],
            "standard_error": fit.standard_error[..., column],
        },
        variable=f"log_{variable}", **keys,
    )  # fmt: skip
    frame.add(
        {
            "estimate": fit.hazard_ratio[..., column],
            "ci_low": fit.ci_low[..., column],
            "ci_high": fit.ci_high[..., column],
            "statistic": fit.z[..., column],
            "p_value": one_sided(fit.z[..., column], fit.p_value[..., column], alternative),
        },
        variable=variable, message=message, **keys,
    )  # fmt: skip


def _reason(state: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> str:
    if (state == State.INFINITE).any():
        return "a group has no event, so the ratio has no finite estimate"
    if (state == State.SINGULAR).any():
        return "the column of the group depends on the others"
    if (state == State.NOT_CONVERGED).any():
        return "the search for the most likely ratios did not settle"
    return "no event has anyone to be compared with"
