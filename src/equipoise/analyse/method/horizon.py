"""Times to an event up to one day: mean time free of it, and share free of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.comparison import one_sided
from equipoise.analyse.method.time_to_event import (
    add_sizes,
    beyond_of,
    scale_of,
    strata_of,
    times_of,
    within,
)
from equipoise.protocol.model.analysis import Milestone, RestrictedMean
from equipoise.stats import Floats
from equipoise.stats.survival import (
    RestrictedMeanComparison,
    compare_restricted_means,
    milestone,
    restricted_mean,
    survival_at,
)

__all__ = ["milestone_frame", "restricted_mean_frame"]


def restricted_mean_frame(frame: Frame) -> None:
    """Estimate the mean time free of the event in each group, and compare each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, RestrictedMean)
    horizon, beyond = analysis.horizon, beyond_of(analysis.beyond)
    frame.add({"horizon": horizon}, variable="restricted_mean", unit="days")
    reason = f"follow-up ends before day {horizon:g} with somebody still free of the event"
    for group, name in enumerate(frame.groups):
        time, event = times_of(frame, frame.in_group(group))
        used, missing = add_sizes(frame, group)
        found = restricted_mean(
            time=time, event=event, horizon=horizon, level=analysis.level, beyond=beyond
        )
        frame.add(
            {
                "estimate": found.mean,
                "standard_error": found.standard_error,
                "ci_low": found.ci_low,
                "ci_high": found.ci_high,
            },
            group=name, variable="restricted_mean", unit="days", n_used=used, n_missing=missing,
            message=f"up to day {horizon:g}; normal limits", reason=reason,
        )  # fmt: skip
    stratum, is_known = strata_of(frame, analysis.strata)
    weighed = _weighed(analysis.strata)
    for pair in frame.contrasts():
        experimental, control = (frame.in_group(group) & is_known for group in pair)
        time, event = times_of(frame, experimental | control)
        compared = compare_restricted_means(
            time=time, event=event, group=experimental.astype(np.int64), horizon=horizon,
            stratum=stratum, level=analysis.level, beyond=beyond,
        )  # fmt: skip
        for measure in analysis.measures:
            keys: dict[str, Any] = {
                "group": frame.contrast_name(pair),
                "variable": measure,
                "n_used": (time > -np.inf).sum(axis=-1),
            }
            estimates, p_value = _measure(compared, measure, analysis.alternative)
            frame.add(
                estimates, unit="days" if measure == "difference" else "", reason=reason,
                message=f"up to day {horizon:g}; normal limits"
                + ("" if measure == "difference" else " of the logarithm") + weighed, **keys,
            )  # fmt: skip
            is_unknown = bool(np.isnan(compared.difference).any())
            frame.add(
                {"p_value": p_value}, message=f"normal test{within(analysis.strata)}",
                reason=reason if is_unknown else f"nobody has the event before day {horizon:g}",
                **keys,
            )  # fmt: skip


def _weighed(strata: tuple[str, ...]) -> str:
    return f"{within(strata)}, each stratum weighed by its subjects" if strata else ""


def _measure(
    compared: RestrictedMeanComparison, measure: str, alternative: str
) -> tuple[dict[str, Floats], Floats]:
    """Take the estimate and limits of a difference or ratio, and its p value."""
    if measure == "difference":
        estimates = {
            "estimate": compared.difference,
            "standard_error": compared.difference_standard_error,
            "ci_low": compared.ci_low,
            "ci_high": compared.ci_high,
        }
        return estimates, one_sided(compared.difference, compared.p_value, alternative)
    estimates = {
        "estimate": compared.ratio,
        "ci_low": compared.ratio_ci_low,
        "ci_high": compared.ratio_ci_high,
    }
    return estimates, one_sided(compared.ratio - 1, compared.ratio_p_value, alternative)


def milestone_frame(frame: Frame) -> None:
    """Estimate the share free of the event at one time in each group, and compare each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, Milestone)
    reason = f"nobody was followed to day {analysis.at:g}"
    _shares(frame, analysis, reason)
    _compare_shares(frame, analysis, reason)


def _shares(frame: Frame, analysis: Milestone, reason: str) -> None:
    scale = scale_of(analysis.interval)
    for group, name in enumerate(frame.groups):
        time, event = times_of(frame, frame.in_group(group))
        used, missing = add_sizes(frame, group)
        at = survival_at(
            time=time, event=event, times=[analysis.at], scale=scale, level=analysis.level,
            beyond=beyond_of(analysis.beyond),
        )  # fmt: skip
        frame.add(
            {
                "at_risk": at.at_risk[..., 0],
                "estimate": at.survival[..., 0],
                "standard_error": at.standard_error[..., 0],
                "ci_low": at.ci_low[..., 0],
                "ci_high": at.ci_high[..., 0],
            },
            group=name, variable="survival", n_used=used, n_missing=missing, reason=reason,
            message=f"Kaplan-Meier at day {analysis.at:g}; limits on the {scale} scale",
        )  # fmt: skip


_NO_VARIANCE = "a group stands at 0, where Greenwood's variance has no value"
_NO_TEST = {
    "log_log": "a group stands at 0 or 1, where log(-log) has no value",
    "plain": "the difference has no variance",
}


def _compare_shares(frame: Frame, analysis: Milestone, reason: str) -> None:
    """Add the difference of each contrast and its test; ``reason``: why there is no share."""
    stratum, is_known = strata_of(frame, analysis.strata)
    for pair in frame.contrasts():
        experimental, control = (frame.in_group(group) & is_known for group in pair)
        time, event = times_of(frame, experimental | control)
        tested = milestone(
            time=time, event=event, group=experimental.astype(np.int64), at=analysis.at,
            stratum=stratum, level=analysis.level, beyond=beyond_of(analysis.beyond),
        )  # fmt: skip
        keys: dict[str, Any] = {
            "group": frame.contrast_name(pair),
            "n_used": (time > -np.inf).sum(axis=-1),
        }
        is_unknown = bool(np.isnan(tested.difference).any())
        frame.add({"estimate": tested.difference}, variable="difference", reason=reason, **keys)
        frame.add(
            {
                "standard_error": tested.difference_standard_error,
                "ci_low": tested.ci_low,
                "ci_high": tested.ci_high,
            },
            variable="difference",
            message=f"day {analysis.at:g}; normal limits{_weighed(analysis.strata)}",
            reason=reason if is_unknown else _NO_VARIANCE, **keys,
        )  # fmt: skip
        is_log_log = analysis.test == "log_log"
        z = -tested.log_log_z if is_log_log else tested.z  # above 0: more free of the event
        p_value = tested.log_log_p_value if is_log_log else tested.p_value
        frame.add(
            {"statistic": z, "p_value": one_sided(z, p_value, analysis.alternative)},
            variable="test", message=f"normal test on the {analysis.test.replace('_', '-')} scale"
            + within(analysis.strata),
            reason=reason if is_unknown else _NO_TEST[analysis.test], **keys,
        )  # fmt: skip
