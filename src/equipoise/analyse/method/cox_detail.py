"""What a Cox model says of its subjects: predicted survival of the groups, and residuals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from equipoise.analyse.key import by_text
from equipoise.analyse.method.cox_model import CoxModel
from equipoise.analyse.method.design import covariate_columns
from equipoise.stats import Floats
from equipoise.stats.survival import CoxFit, adjusted_survival, cox_residuals

__all__ = ["add_predicted", "add_residuals"]


def add_predicted(model: CoxModel, fit: CoxFit, covariates: Floats) -> None:
    """Add the share without the event that the model predicts of each group at planned days."""
    frame, analysis = model.frame, model.analysis
    if not analysis.predicted:
        return
    control = frame.contrasts()[0][1]
    others = [group for group in range(len(frame.groups)) if group != control]
    rows = np.array([[float(group == one) for one in others] for group in range(len(frame.groups))])
    found = adjusted_survival(
        time=model.time, event=model.event, covariates=covariates, coefficient=fit.coefficient,
        groups=rows, times=analysis.predicted, ties=model.analysis.ties, stratum=model.stratum,
    )  # fmt: skip
    used = (model.time > -np.inf).sum(axis=-1)
    for group, name in enumerate(frame.groups):
        for place, day in enumerate(analysis.predicted):
            frame.add(
                {"survival": found[..., group, place]}, group=name, variable="predicted",
                by=by_text(time=f"{day:g}"), n_used=used,
                message="predicted by the model, averaged over its subjects as if all were of the "
                "group",
                reason="a ratio has no estimate, or nobody was followed so long",
            )  # fmt: skip


def add_residuals(
    model: CoxModel, fit: CoxFit, covariates: Floats, names: Mapping[int, str], *, of_all: bool
) -> None:
    """Add the residuals of the subjects of a single trial, for their figures.

    Scaled Schoenfeld residuals stand at the events, a level for each contrast; martingale
    residuals beside each covariate, once for all codings of the groups.
    """
    frame, analysis = model.frame, model.analysis
    if not analysis.residuals or len(frame.members) > 1:
        return
    found = cox_residuals(
        time=model.time, event=model.event, covariates=covariates, coefficient=fit.coefficient,
        ties=model.analysis.ties, stratum=model.stratum,
    )  # fmt: skip
    for place, subject in _subjects(model):
        at = by_text(subject=subject)
        if model.event[0, place]:
            for column, name in names.items():
                frame.add(
                    {
                        "time": model.time[0, place],
                        "residual": found.scaled_schoenfeld[0, place, column],
                    },
                    variable="schoenfeld", variable_level=name, by=at,
                    message="scaled Schoenfeld residual, the log hazard ratio added",
                    reason="a ratio has no estimate",
                )  # fmt: skip
    if of_all:
        for number, name in enumerate(analysis.covariates):
            values = covariate_columns(frame, analysis.covariates)[0, :, number]
            for place, subject in _subjects(model):
                frame.add(
                    {"value": values[place], "residual": found.martingale[0, place]},
                    variable="martingale", variable_level=name, by=by_text(subject=subject),
                    message="martingale residual of the model", reason="a ratio has no estimate",
                )  # fmt: skip


def _subjects(model: CoxModel) -> Iterator[tuple[int, str]]:
    """Yield place and id of the subjects of a single trial; virtual ones are counted."""
    ids = model.frame.derived.cohort.subject_id
    for place in np.flatnonzero(model.time[0] > -np.inf):
        yield int(place), ids[place] if ids else f"{place + 1}"
