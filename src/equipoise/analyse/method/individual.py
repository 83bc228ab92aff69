"""Courses of single subjects: every value as it was seen, where arms are small."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.protocol.model.analysis import IndividualCourses
from equipoise.stats import Bools

__all__ = ["individual_frame"]


def individual_frame(frame: Frame) -> None:
    """Give the value of each subject at each visit, arm by arm.

    In a batch a subject stands under each arm that it has in any of the trials; its values are
    missing in the other trials.
    """
    analysis = frame.analysis
    assert isinstance(analysis, IndividualCourses)
    order = list(frame.protocol.visits)
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        size = inside.sum(axis=-1)
        is_small = size <= analysis.most_subjects
        frame.add({"n": size}, group=name, n_used=size)
        if not is_small.any():
            frame.add(
                {"value": np.nan}, group=name, variable="individual",
                reason=f"more than {analysis.most_subjects} subjects, too many to show singly",
            )  # fmt: skip
            continue
        shown = inside & is_small[..., np.newaxis]
        for text in analysis.variables:
            value = frame.derived.evaluate(text, levels=("visit",), kind="number")
            variable = frame.protocol.variables.get(text)
            unit = (variable.unit if variable else None) or ""
            for place, subject in _subjects(frame, shown):
                for visit in analysis.visits or order:
                    array = value.array[:, place, order.index(visit)]
                    own = np.where(shown[:, place], array, np.nan)
                    if np.isnan(own).all():
                        continue
                    frame.add(
                        {"value": own}, group=name, variable=text, unit=unit,
                        by=by_text(subject=subject, visit=visit), n_used=~np.isnan(own),
                        reason="not measured",
                    )  # fmt: skip


def _subjects(frame: Frame, shown: Bools) -> list[tuple[int, str]]:
    """Places and ids of the subjects that are shown in any trial; virtual ones are counted."""
    ids = frame.derived.cohort.subject_id
    places = np.flatnonzero(shown.any(axis=0))
    return [(int(place), ids[place] if ids else f"{place + 1}") for place in places]
