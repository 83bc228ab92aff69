"""Probability of an event where something competes with it: Aalen-Johansen and Gray's test."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.time_to_event import add_sizes, beyond_of, causes_of, scale_of
from equipoise.protocol.model.analysis import CumulativeIncidence
from equipoise.protocol.model.arm import ALL_ARMS
from equipoise.stats import Floats, Integers
from equipoise.stats.survival import Scale, cumulative_incidence, gray_test

__all__ = ["cumulative_incidence_frame"]

_CAUSES = ("event", "competing")


def cumulative_incidence_frame(frame: Frame) -> None:
    """Estimate the probability of the event, and of what competes with it, in each group."""
    analysis = frame.analysis
    assert isinstance(analysis, CumulativeIncidence)
    scale, level = scale_of(analysis.interval), analysis.level
    for group, name in enumerate(frame.groups):
        time, cause = causes_of(frame, frame.in_group(group))
        used, missing = add_sizes(frame, group, competing=(cause == 2).sum(axis=-1))
        keys: dict[str, Any] = {"group": name, "n_used": used, "n_missing": missing}
        found = cumulative_incidence(
            time=time, cause=cause, times=analysis.times, causes=len(_CAUSES), scale=scale,
            level=level, beyond=beyond_of(analysis.beyond),
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
        if len(time) == 1:
            _steps(frame, name, time, cause, scale=scale, level=level)
    if analysis.test == "gray":
        _tests(frame)


def _steps(
    frame: Frame, name: str, time: Floats, cause: Integers, *, scale: Scale, level: float
) -> None:
    """Add every step of the curves of a single trial, from 0 to the last follow-up."""
    last = time.max(initial=-np.inf)
    if last < 0:
        return
    times = np.unique([0.0, *time[cause > 0], last])
    found = cumulative_incidence(
        time=time, cause=cause, times=times, causes=len(_CAUSES), scale=scale, level=level
    )
    for place, moment in enumerate(times):
        for order, variable in enumerate(_CAUSES):
            frame.add(
                {
                    "incidence": found.incidence[..., place, order],
                    "ci_low": found.ci_low[..., place, order],
                    "ci_high": found.ci_high[..., place, order],
                },
                group=name, variable="step", variable_level=variable,
                by=by_text(time=f"{moment:g}"),
                reason="the curve stands at 0 or 1, where limits on this scale have no value",
            )  # fmt: skip


def _tests(frame: Frame) -> None:
    """Test the event over all groups, and for each contrast."""
    time, cause = causes_of(frame, frame.codes >= 0)
    pairs = [(ALL_ARMS, np.maximum(frame.codes, 0), len(frame.groups), time, cause)]
    for pair in frame.contrasts():
        experimental, control = (frame.in_group(group) for group in pair)
        own_time, own_cause = causes_of(frame, experimental | control)
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
