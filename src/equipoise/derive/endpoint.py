"""Endpoints as observed: measures at visits, responses, times to event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from equipoise.derive.evaluate import day_of, evaluate, visit_days
from equipoise.derive.event import event_starts
from equipoise.derive.multistate import Multistate, course_through_states
from equipoise.derive.world import World
from equipoise.protocol import Protocol, Scope, assessed_visits
from equipoise.protocol.model.endpoint import (
    AdverseEventEndpoint,
    Endpoint,
    MeasureEndpoint,
    MultistateEndpoint,
    ResponseEndpoint,
    TimeToEventEndpoint,
)
from equipoise.stats import Bools, Floats

__all__ = [
    "EndpointValue",
    "Measure",
    "Response",
    "TimeToEvent",
    "measured",
    "observed_endpoint",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number at each of some visits.

    Attributes
    ----------
    value : (trials, subjects, visits) float
        On the endpoint's own scale: the value, its change or its percentage change.
    baseline : (trials, subjects) float
        Value at the baseline visit; NaN if the variable is not assessed there.
    visits : tuple of str
        The visits of the last axis.
    imputed : (trials, subjects, visits) bool
        True where a missing value was filled.
    """

    value: Floats
    baseline: Floats
    visits: tuple[str, ...]
    imputed: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Whether each subject responds: (trials, subjects) float of 1, 0 or NaN."""

    value: Floats
    imputed: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToEvent:
    """Days to the event or to censoring.

    Attributes
    ----------
    time : (trials, subjects) float
        NaN where neither day is known.
    event : (trials, subjects) bool
        True where the event was seen.
    start : (trials, subjects) float
        Day on which the time is 0: time is the day minus this.
    competing : (trials, subjects) bool
        True where the time ends with a competing event; the event is then False, so that all
        who do not ask for it see the subject censored there.
    """

    time: Floats
    event: Bools
    start: Floats
    competing: Bools


EndpointValue: TypeAlias = Measure | Response | TimeToEvent | Multistate


def observed_endpoint(
    endpoint: Endpoint, protocol: Protocol, scope: Scope, world: World
) -> EndpointValue:
    """Compute an endpoint from what was observed, filling nothing."""
    match endpoint:
        case MeasureEndpoint():
            if not endpoint.visits:
                return _of_subject(endpoint, scope, world)
            value = world.visit[endpoint.variable]
            return measured(endpoint, protocol, value, np.zeros(value.shape, dtype=np.bool_))
        case ResponseEndpoint():
            return _response(endpoint, protocol, scope, world)
        case TimeToEventEndpoint():
            return _time_to_event(endpoint, protocol, scope, world)
        case AdverseEventEndpoint():
            day = _first_event_day(endpoint.when, scope, world)
            had = (~np.isnan(day)).astype(float)
            return Response(value=had, imputed=np.zeros(had.shape, dtype=np.bool_))
        case MultistateEndpoint():
            return course_through_states(endpoint, protocol, scope, world)


def measured(
    endpoint: MeasureEndpoint, protocol: Protocol, values: Floats, imputed: Bools
) -> Measure:
    """Take the endpoint's visits and scale from (trials, subjects, all visits) values."""
    order = list(protocol.visits)
    places = [order.index(visit) for visit in endpoint.visits]
    baseline = values[..., order.index(protocol.baseline)]
    value = values[..., places]
    if endpoint.type != "value":
        start = baseline[..., np.newaxis]
        value = value - start
        if endpoint.type == "percent_change":
            with np.errstate(divide="ignore", invalid="ignore"):
                value = np.where(start == 0, np.nan, 100 * value / start)
    return Measure(
        value=value, baseline=baseline, visits=endpoint.visits, imputed=imputed[..., places]
    )


def _of_subject(endpoint: MeasureEndpoint, scope: Scope, world: World) -> Measure:
    """Take one number of each subject as a course of one nameless visit."""
    found = evaluate(endpoint.variable, scope, world, kind="number", levels=("constant", "subject"))
    value = np.broadcast_to(found.array, world.cohort.enrolled.shape)[..., np.newaxis]
    return Measure(
        value=value,
        baseline=np.full(value.shape[:-1], np.nan),
        visits=("",),
        imputed=np.zeros(value.shape, dtype=np.bool_),
    )


def _response(
    endpoint: ResponseEndpoint, protocol: Protocol, scope: Scope, world: World
) -> Response:
    value = evaluate(
        endpoint.when, scope, world, kind="yes_no", levels=("constant", "subject", "visit")
    )
    shape = world.cohort.enrolled.shape
    if value.level != "visit":
        array = np.broadcast_to(value.array, shape)
        return Response(value=array, imputed=np.zeros(shape, dtype=np.bool_))
    order = list(protocol.visits)
    if endpoint.at is not None:
        array = value.array[..., order.index(endpoint.at)]
    else:
        array = ever(value.array, protocol, endpoint)
    return Response(value=array, imputed=np.zeros(shape, dtype=np.bool_))


def ever(states: Floats, protocol: Protocol, endpoint: ResponseEndpoint) -> Floats:
    """Say whether a state held at any visit after baseline up to the endpoint's; NaN if unknown.

    Only visits with a day, at which everything that the state is read from is assessed, can show
    it or leave it unknown.
    """
    order = list(protocol.visits)
    last = endpoint.ever_by or order[-1]
    assessed = assessed_visits(protocol, endpoint.when)
    after = [
        place
        for place in range(order.index(protocol.baseline) + 1, order.index(last) + 1)
        if protocol.visits[order[place]].day is not None and order[place] in assessed
    ]
    known = states[..., after]
    with_any = (known == 1).any(axis=-1)
    all_known = np.all(~np.isnan(known), axis=-1)
    return np.where(with_any, 1.0, np.where(all_known, 0.0, np.nan))


def _first_event_day(
    when: str | None, scope: Scope, world: World, *, not_before: Floats | None = None
) -> Floats:
    """Find the day of the first adverse event that counts; NaN where there is none.

    Parameters
    ----------
    when : str or None
        Which events count; all of them if None.
    not_before : (trials, subjects) float, optional
        Events that start earlier do not count.

    Notes
    -----
    An event whose start is not known counts as starting on the day of the first dose.
    """
    events = world.cohort.events
    counts, start = event_starts(when, scope, world)
    if not_before is not None:
        counts = counts & ~(start < not_before[world.event_owner()])
    day = np.full(world.cohort.enrolled.shape, np.inf)
    np.minimum.at(day, (events.trial[counts], events.subject[counts]), start[counts])
    return np.where(np.isinf(day), np.nan, day)


def _time_to_event(
    endpoint: TimeToEventEndpoint, protocol: Protocol, scope: Scope, world: World
) -> TimeToEvent:
    shape = world.cohort.enrolled.shape
    origin = day_of(endpoint.origin, scope, world)
    censor = day_of(endpoint.censor, scope, world)
    match endpoint.event:
        case "adverse_event":
            day = _first_event_day(endpoint.when, scope, world, not_before=origin)
        case "visit":
            state = evaluate(
                endpoint.when or "", scope, world, kind="yes_no",
                levels=("constant", "subject", "visit"),
            )  # fmt: skip
            days = visit_days(protocol, world)
            seen = np.broadcast_to(state.array == 1, days.shape) & (days > origin[..., np.newaxis])
            day = np.min(np.where(seen, days, np.inf), axis=-1)
            day = np.where(np.isinf(day), np.nan, day)
        case "death":
            day = world.subject["death_day"]
        case "withdrawal":
            day = world.subject["withdrawal_day"]
        case "day":
            day = day_of(endpoint.when or "", scope, world)
    event = ~np.isnan(day) & ~(day > censor)
    end = np.where(event, day, censor)
    other = np.full(shape, np.nan)
    if endpoint.competing is not None:
        other = day_of(endpoint.competing, scope, world)
    competing = (other < end) | (~event & (other == end))
    event = event & ~competing
    end = np.where(competing, other, end)
    start = np.broadcast_to(origin - endpoint.first_day, shape)
    time = end - start
    return TimeToEvent(
        time=np.where(time < 0, np.nan, time),
        event=np.broadcast_to(event, shape),
        start=start,
        competing=np.broadcast_to(competing, shape),
    )
