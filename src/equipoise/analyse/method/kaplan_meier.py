"""The Kaplan-Meier curve of each group, its quantiles and its numbers at risk."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.time_to_event import add_sizes, beyond_of, scale_of, times_of
from equipoise.protocol.model.analysis import KaplanMeier
from equipoise.stats import Bools, Floats
from equipoise.stats.survival import Scale, kaplan_meier, survival_at, survival_quantile

__all__ = ["kaplan_meier_frame"]


def kaplan_meier_frame(frame: Frame) -> None:
    """Estimate the curve of each group: at the planned times, its quantiles, and every step."""
    analysis = frame.analysis
    assert isinstance(analysis, KaplanMeier)
    scale, level = scale_of(analysis.interval), analysis.level
    for group, name in enumerate(frame.groups):
        time, event = times_of(frame, frame.in_group(group))
        used, missing = add_sizes(frame, group)
        found = survival_quantile(
            time=time, event=event, quantile=analysis.quantiles, scale=scale, level=level
        )
        for place, share in enumerate(analysis.quantiles):
            frame.add(
                {
                    "estimate": found.estimate[..., place],
                    "ci_low": found.ci_low[..., place],
                    "ci_high": found.ci_high[..., place],
                },
                group=name,
                variable="median" if share == 0.5 else "quantile",
                variable_level="" if share == 0.5 else f"{share:g}",
                unit="days", n_used=used, n_missing=missing,
                message=f"limits on the {scale} scale",
                reason=f"the curve, or its limit, does not fall by {share:.0%}",
            )  # fmt: skip
        at = survival_at(
            time=time, event=event, times=analysis.times, scale=scale, level=level,
            beyond=beyond_of(analysis.beyond),
        )  # fmt: skip
        for place, moment in enumerate(analysis.times):
            frame.add(
                {
                    "at_risk": at.at_risk[..., place],
                    "survival": at.survival[..., place],
                    "standard_error": at.standard_error[..., place],
                    "ci_low": at.ci_low[..., place],
                    "ci_high": at.ci_high[..., place],
                },
                group=name, by=by_text(time=f"{moment:g}"), n_used=used, n_missing=missing,
                reason="nobody was followed so long",
            )  # fmt: skip
        if len(time) == 1:
            _steps(frame, name, time[0], event[0], scale=scale, level=level)


def _steps(
    frame: Frame, name: str, time: Floats, event: Bools, *, scale: Scale, level: float
) -> None:
    """Add every step of the curve of a single trial, for its figure."""
    if not (time > -np.inf).any():
        return
    curve = kaplan_meier(time=time, event=event, scale=scale, level=level)
    for place, moment in enumerate(curve.time):
        frame.add(
            {
                "survival": curve.survival[place],
                "ci_low": curve.ci_low[place],
                "ci_high": curve.ci_high[place],
                "events": curve.events[place],
                "censored": curve.censored[place],
                "at_risk": curve.at_risk[place],
            },
            group=name, variable="step", by=by_text(time=f"{moment:g}"),
            reason="the curve stands at 0, where its limits have no value",
        )  # fmt: skip
