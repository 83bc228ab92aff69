"""Probability of an event where something competes with it: Aalen-Johansen and Gray's test."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from equipoise.analyse.frame import ALL_GROUPS, Frame
from equipoise.analyse.results import by_text
from equipoise.derive import TimeToEvent
from equipoise.protocol.model.analysis import CumulativeIncidence
from equipoise.stats import Bools, Floats
from equipoise.stats.survival import Scale, cumulative_incidence, gray_test

__all__ = ["cumulative_incidence_frame"]

_CAUSES = ("event", "competing")


def cumulative_incidence_frame(frame: Frame) -> None:
    """Estimate the probability of the event, and of what competes with it, in each group."""
    analysis = frame.analysis
    assert isinstance(analysis, CumulativeIncidence)
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        time, cause = _causes(frame, inside)
        used = (time > -np.inf).sum(axis=-1)
        missing = inside.sum(axis=-1) - used
        keys = {"group": name, "n_used": used, "n_missing": missing}
        frame.add(
            {
                "n": used,
                "events": (cause == 1).sum(axis=-1),
                "competing": (cause == 2).sum(axis=-1),
            },
            **keys,
        )
        scale = cast("Scale", analysis.interval.replace("_", "-"))
        found = cumulative_incidence(
            time=time, cause=cause, times=analysis.times, causes=len(_CAUSES), scale=scale,
            level=analysis.level,
            beyond="last" if analysis.beyond == "last" else "not estimable",
        )  # fmt: skip
        for place, moment in enumerate(analysis.times):
            by = by_text(time=f"{moment:g}")
            frame.add({"at_risk": found.at_risk[..., place]}, by=by, **keys)
            for order, variable in enumerate(_CAUSES):
                frame.add(
                    {
                        "incidence": found.incidence[..., place, order],
                        "standard_error": found.standard_error[..., place, order],
                        "ci_low": found.ci_low[..., place, order],
                        "ci_high": found.ci_high[..., place, order],
                    },
                    variable=variable, by=by,
                    message=f"Aalen-Johansen; limits on the {scale} scale",
                    reason="nobody is followed so long", **keys,
                )  # fmt: skip
    if analysis.test == "gray":
        _tests(frame)


def _causes(frame: Frame, inside: Bools) -> tuple[Floats, NDArray[np.int64]]:
    """Read times and causes of those inside; everyone else leaves every risk set."""
    value = frame.endpoint
    assert isinstance(value, TimeToEvent)
    known = inside & ~np.isnan(value.time)
    cause = np.where(value.event, 1, np.where(value.competing, 2, 0))
    return np.where(known, value.time, -np.inf), np.where(known, cause, 0).astype(np.int64)


def _tests(frame: Frame) -> None:
    """Test the event over all groups, and for each contrast."""
    time, cause = _causes(frame, frame.codes >= 0)
    pairs = [(ALL_GROUPS, np.maximum(frame.codes, 0), len(frame.groups), time, cause)]
    for pair in frame.contrasts():
        experimental, control = (frame.in_group(group) for group in pair)
        own_time, own_cause = _causes(frame, experimental | control)
        name = frame.contrast_name(pair)
        pairs.append((name, experimental.astype(np.int64), 2, own_time, own_cause))
    for name, group, groups, times, causes in pairs:
        tested = gray_test(time=times, cause=causes, group=group, groups=groups)
        frame.add(
            {"statistic": tested.chi_square, "df": tested.df, "p_value": tested.p_value},
            group=name, variable="test", n_used=(times > -np.inf).sum(axis=-1),
            state=tested.state, message="Gray's test of equal cumulative incidence",
            reason="no two groups are at risk together at an event",
        )  # fmt: skip
