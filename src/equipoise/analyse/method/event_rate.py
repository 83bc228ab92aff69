"""Rates of events per person-time, and their ratio."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.comparison import add_interval
from equipoise.derive import TimeToEvent, day_of, event_numbers
from equipoise.protocol.model.analysis import EventRate
from equipoise.protocol.model.endpoint import AdverseEventEndpoint
from equipoise.stats import Bools, Floats
from equipoise.stats.rate import event_rate, rate_ratio
from equipoise.units import DAYS_PER_YEAR

__all__ = ["event_rate_frame"]


def event_rate_frame(frame: Frame) -> None:
    """Estimate the rate of each group and compare each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, EventRate)
    number, days = _numbers(frame, analysis)
    known = (frame.codes >= 0) & ~np.isnan(days)
    years = np.where(known, days, 0.0) / DAYS_PER_YEAR
    number = np.where(known, number, 0.0)
    unit = f"1/({analysis.per:g} years)"
    totals: list[tuple[Floats, Floats, Bools]] = []
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        events, time = (np.sum(one * inside, axis=-1) for one in (number, years))
        events = np.where(time > 0, events, 0.0)  # on the first day alone there is no rate
        totals.append((events, time, inside))
        found = event_rate(events=events, time=time, confidence=analysis.level)
        used = (inside & known).sum(axis=-1)
        missing = inside.sum(axis=-1) - used
        frame.add(
            {"events": events, "subjects": np.sum((number > 0) & inside, axis=-1)},
            group=name, variable="rate", n_used=used, n_missing=missing,
        )  # fmt: skip
        frame.add(
            {"person_years": time}, group=name, variable="rate", unit="years", n_used=used,
            n_missing=missing,
        )  # fmt: skip
        frame.add(
            {
                "estimate": analysis.per * found.estimate,
                "ci_low": analysis.per * found.ci_low,
                "ci_high": analysis.per * found.ci_high,
            },
            group=name, variable="rate", unit=unit, n_used=used, n_missing=missing,
            state=found.state, message="exact Poisson limits", reason="nobody was observed",
        )  # fmt: skip
    for pair in frame.contrasts():
        _compare(frame, analysis, pair, totals, known)


def _numbers(frame: Frame, analysis: EventRate) -> tuple[Floats, Floats]:
    """Count each subject's events, and the days in which they could come; NaN if unknown."""
    endpoint = frame.protocol.endpoints[frame.protocol.endpoint_of(analysis) or ""]
    if not isinstance(endpoint, AdverseEventEndpoint):
        value = frame.endpoint
        assert isinstance(value, TimeToEvent)
        return value.event.astype(np.float64), value.time
    scope, world = frame.derived.scope, frame.derived.world
    origin = day_of(analysis.origin, scope, world)
    censor = day_of(analysis.censor, scope, world)
    number, first = event_numbers(endpoint.when, scope, world, first=origin, last=censor)
    end = censor
    if analysis.count == "first":
        number = np.minimum(number, 1.0)
        end = np.where(np.isnan(first), censor, first)
    days = end - origin
    return number, np.where(days < 0, np.nan, days)


def _compare(
    frame: Frame,
    analysis: EventRate,
    pair: tuple[int, int],
    totals: list[tuple[Floats, Floats, Bools]],
    known: Bools,
) -> None:
    (events1, time1, one), (events0, time0, other) = totals[pair[0]], totals[pair[1]]
    found = rate_ratio(
        events1=events1, time1=time1, events0=events0, time0=time0, confidence=analysis.level
    )
    name = frame.contrast_name(pair)
    used = ((one | other) & known).sum(axis=-1)
    missing = ((one | other) & ~known).sum(axis=-1)
    add_interval(
        frame, found, group=name, variable="rate_ratio", n_used=used, n_missing=missing,
        message="exact limits given the total number of events",
        reason="the control has no event, or nobody was observed",
    )  # fmt: skip
    if analysis.test == "none":
        return
    frame.add(
        {"p_value": found.p_two_sided}, group=name, variable="rate_ratio", n_used=used,
        n_missing=missing, message="exact test given the total number of events",
        reason="there is no event",
    )  # fmt: skip
