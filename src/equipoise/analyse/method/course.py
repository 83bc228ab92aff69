"""A course whose missing values are to be filled: arrays as the imputation takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.design import design_columns
from equipoise.analyse.method.two_sample import add_summaries
from equipoise.derive import Measure, departure_visit
from equipoise.protocol.model.analysis import Imputed
from equipoise.stats import Floats, Integers

__all__ = ["Course", "add_filled", "course_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One course of a frame, its control first.

    Attributes
    ----------
    response : (trials, subjects, visits) float
        NaN where missing.
    arm : (trials, subjects) int
        0 for the control, which is the reference; -1 for who takes no part.
    groups : tuple of int
        Group of the frame that each code of ``arm`` stands for.
    covariate : (trials, subjects, covariates) float
        Covariates, and indicators of the levels of factors.
    departure : (trials, subjects) int, or None
        First visit of the new regime; None: the visit after the last value.
    visits : tuple of str
        Names of the visits.
    visit : int
        Place of the visit that is compared.
    """

    response: Floats
    arm: Integers
    groups: tuple[int, ...]
    covariate: Floats
    departure: Integers | None
    visits: tuple[str, ...]
    visit: int

    @property
    def model(self) -> dict[str, Any]:
        """Arguments that every analysis of a filled course takes."""
        return {
            "response": self.response,
            "arm": self.arm,
            "arms": len(self.groups),
            "covariate": self.covariate,
            "visit": self.visit,
        }

    def of_trial(self, trial: int) -> dict[str, Any]:
        """Arguments that an analysis of one trial by draws takes."""
        departure = None if self.departure is None else self.departure[trial]
        arrays = {
            "response": self.response[trial],
            "arm": self.arm[trial],
            "covariate": self.covariate[trial],
        }
        return {**self.model, **arrays, "departure": departure}

    @property
    def subjects(self) -> Floats:
        """Subjects who take part, (trials,)."""
        return np.asarray((self.arm >= 0).sum(axis=-1), dtype=np.float64)


def course_of(frame: Frame) -> Course:
    """Read the course of the endpoint; subjects without a covariate take no part."""
    analysis = frame.analysis
    assert isinstance(analysis, Imputed)
    value = frame.endpoint
    assert isinstance(value, Measure)
    covariate, is_complete = design_columns(frame, analysis.factors, analysis.covariates)
    groups = _control_first(frame)
    arm = np.full(frame.codes.shape, -1, dtype=np.int64)
    for code, group in enumerate(groups):
        arm[frame.in_group(group) & is_complete] = code
    departure = None
    if getattr(analysis, "departure", "last_value") == "intercurrent_event":
        departure = departure_visit(
            frame.protocol.estimands[analysis.estimand or ""], value.visits, frame.protocol,
            frame.derived.scope, frame.derived.world,
        )  # fmt: skip
    visit = value.visits.index(analysis.visit) if analysis.visit else len(value.visits) - 1
    return Course(
        response=np.where((arm >= 0)[..., np.newaxis], value.value, np.nan),
        arm=arm,
        groups=groups,
        covariate=covariate,
        departure=departure,
        visits=value.visits,
        visit=visit,
    )


def _control_first(frame: Frame) -> tuple[int, ...]:
    """Order the groups that are compared, the control of the contrasts first."""
    pairs = frame.contrasts()
    control = pairs[0][1] if pairs else 0
    if isinstance(getattr(frame.analysis, "contrasts", ""), str):
        return (control, *(group for group in range(len(frame.groups)) if group != control))
    return (control, *dict.fromkeys(one for one, _ in pairs))


def add_filled(frame: Frame, course: Course) -> None:
    """Describe what was seen, and count what was filled, in each group at each visit."""
    for place, visit in enumerate(course.visits):
        by = by_text(visit=visit)
        seen = course.response[..., place]
        add_summaries(frame, seen, variable="seen", by=by)
        for code, group in enumerate(course.groups):
            inside = course.arm == code
            frame.add(
                {
                    "count": (inside & np.isnan(seen)).sum(axis=-1),
                    "denominator": inside.sum(axis=-1),
                },
                group=frame.groups[group], variable="filled", by=by,
                message="values that were missing and are filled by the model",
            )  # fmt: skip
