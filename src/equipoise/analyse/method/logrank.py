"""Log-rank tests of the groups: plain, weighted, of a trend, and the largest of several."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.comparison import one_sided
from equipoise.analyse.method.time_to_event import strata_of, times_of, within
from equipoise.protocol.model.analysis import LogRank, MaxCombo
from equipoise.protocol.model.arm import ALL_ARMS
from equipoise.stats import Bools, Floats, Integers
from equipoise.stats.survival import (
    FlemingHarrington,
    Weight,
    logrank_trend,
    maxcombo,
    weighted_logrank,
)

__all__ = ["logrank_frame", "maxcombo_frame"]

_NO_EVENT = "no two groups are at risk together at an event"


def logrank_frame(frame: Frame) -> None:
    """Test the groups together, their trend, and each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, LogRank)
    stratum, is_known = strata_of(frame, analysis.strata)
    weight = _weight(analysis)
    message = _name(analysis) + within(analysis.strata)
    if analysis.overall:
        _together(frame, analysis, weight, stratum, is_known, message)
    if analysis.trend:
        _trend(frame, stratum, is_known, f"log-rank test for trend{within(analysis.strata)}")
    for pair in frame.contrasts():
        experimental, control = (frame.in_group(group) & is_known for group in pair)
        time, event = times_of(frame, experimental | control)
        tested = weighted_logrank(
            time=time, event=event, group=experimental.astype(np.int64), groups=2,
            stratum=stratum, weight=weight,
        )  # fmt: skip
        frame.add(
            {
                "statistic": tested.chi_square,
                "df": tested.df,
                "p_value": one_sided(tested.z, tested.p_value, analysis.alternative),
            },
            group=frame.contrast_name(pair), n_used=(time > -np.inf).sum(axis=-1),
            state=tested.state, message=message, reason=_NO_EVENT,
        )  # fmt: skip


def _weight(analysis: LogRank) -> Weight:
    if analysis.weight == "gehan":
        return "gehan"
    if analysis.weight == "tarone_ware":
        return "tarone-ware"
    return FlemingHarrington(rho=analysis.rho, gamma=analysis.gamma)


def _name(analysis: LogRank) -> str:
    match analysis.weight:
        case "none":
            return "log-rank test"
        case "gehan":
            return "Gehan's log-rank test"
        case "tarone_ware":
            return "log-rank test with the weights of Tarone and Ware"
        case "fleming_harrington":
            return (
                f"log-rank test with Fleming-Harrington weights, rho {analysis.rho:g}, "
                f"gamma {analysis.gamma:g}"
            )


def _together(
    frame: Frame,
    analysis: LogRank,
    weight: Weight,
    stratum: Integers | None,
    is_known: Bools,
    message: str,
) -> None:
    time, event = times_of(frame, (frame.codes >= 0) & is_known)
    tested = weighted_logrank(
        time=time, event=event, group=np.maximum(frame.codes, 0), groups=len(frame.groups),
        stratum=stratum, weight=weight,
    )  # fmt: skip
    frame.add(
        {"statistic": tested.chi_square, "df": tested.df, "p_value": tested.p_value},
        group=ALL_ARMS, n_used=(time > -np.inf).sum(axis=-1), state=tested.state,
        message=message, reason=_NO_EVENT,
    )  # fmt: skip
    for group, name in enumerate(frame.groups):
        frame.add(
            {
                "observed": tested.observed[..., group],
                "expected": tested.expected[..., group],
            },
            group=name, variable="" if analysis.weight == "none" else "weighted",
        )  # fmt: skip


def _trend(frame: Frame, stratum: Integers | None, is_known: Bools, message: str) -> None:
    """Test the doses of the arms, or the order of other groups, as a number."""
    arms = frame.protocol.arms
    scores = [
        float(arms[name].dose_level or 0) if name in arms else float(place)
        for place, name in enumerate(frame.groups)
    ]
    time, event = times_of(frame, (frame.codes >= 0) & is_known)
    tested = logrank_trend(
        time=time, event=event, group=np.maximum(frame.codes, 0), scores=scores, stratum=stratum
    )
    frame.add(
        {"statistic": tested.z, "p_value": tested.p_value},
        group=ALL_ARMS, variable="trend", n_used=(time > -np.inf).sum(axis=-1),
        state=tested.state, message=message, reason=_NO_EVENT,
    )  # fmt: skip


def maxcombo_frame(frame: Frame) -> None:
    """Test each contrast by the largest of several weighted log-rank tests."""
    analysis = frame.analysis
    assert isinstance(analysis, MaxCombo)
    stratum, is_known = strata_of(frame, analysis.strata)
    weights = [FlemingHarrington(rho=rho, gamma=gamma) for rho, gamma in analysis.weights]
    powers = [f"{rho:g}, {gamma:g}" for rho, gamma in analysis.weights]
    for pair in frame.contrasts():
        experimental, control = (frame.in_group(group) & is_known for group in pair)
        time, event = times_of(frame, experimental | control)
        # "more events" in one group is "fewer" in the other: the estimator tests fewer in group 1
        first = control if analysis.alternative == "greater" else experimental
        tested = maxcombo(
            time=time, event=event, group=first.astype(np.int64), weights=weights, stratum=stratum
        )
        z = -tested.z if analysis.alternative == "greater" else tested.z
        is_two_sided = analysis.alternative == "two_sided"
        keys: dict[str, Any] = {
            "group": frame.contrast_name(pair),
            "n_used": (time > -np.inf).sum(axis=-1),
        }
        frame.add(
            {
                "statistic": _most_extreme(z, analysis.alternative),
                "p_value": tested.p_value if is_two_sided else tested.p_value_fewer,
            },
            state=tested.state, reason="one of the weighted tests has no value",
            message=f"MaxCombo over the weights (rho, gamma) {'; '.join(powers)}"
            f"{within(analysis.strata)}", **keys,
        )  # fmt: skip
        for place, name in enumerate(powers):
            frame.add(
                {"statistic": z[..., place]}, variable="weight", variable_level=name,
                reason=_NO_EVENT, **keys,
            )  # fmt: skip


def _most_extreme(z: Floats, alternative: str) -> Floats:
    """Take the z that decides: the largest in size, or in the direction of the alternative."""
    towards = {"less": -z, "greater": z}.get(alternative, np.abs(z))
    place = np.argmax(towards, axis=-1)[..., np.newaxis]
    return np.take_along_axis(z, place, axis=-1)[..., 0]
