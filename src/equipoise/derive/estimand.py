"""Estimands: what intercurrent events and missing values do to an endpoint (ICH E9(R1))."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.derive.endpoint import (
    EndpointValue,
    Response,
    TimeToEvent,
    ever,
    measured,
    observed_endpoint,
)
from equipoise.derive.evaluate import visit_days
from equipoise.derive.world import World
from equipoise.protocol import Protocol, Scope, compile_expression
from equipoise.protocol.model.endpoint import Estimand, MeasureEndpoint, ResponseEndpoint
from equipoise.stats import Bools, Floats

__all__ = ["estimand_set", "estimand_value"]


def _days_of(estimand: Estimand, scope: Scope, world: World, strategy: str) -> Iterator[Floats]:
    """Yield the day of each intercurrent event handled by a strategy; NaN if it never comes."""
    for event in estimand.intercurrent_events.values():
        if event.strategy == strategy:
            value = compile_expression(event.day, scope, where=event.label, kind="number")
            yield np.broadcast_to(value.evaluate(world).array, world.cohort.enrolled.shape)


def estimand_set(estimand: Estimand, scope: Scope, world: World, members: Bools) -> Bools:
    """Narrow the analysis set to the principal stratum, where one is asked for."""
    for day in _days_of(estimand, scope, world, "principal_stratum"):
        members = members & np.isnan(day)
    return members


def estimand_value(
    estimand: Estimand, protocol: Protocol, scope: Scope, world: World
) -> EndpointValue:
    """Compute the endpoint of an estimand under its strategies.

    Treatment policy uses every value. Hypothetical removes values after the event, which then
    are missing like any other. While on treatment keeps the last value before the event.
    Composite variable makes the event a failure. Principal stratum narrows the set.
    """
    endpoint = protocol.endpoints[estimand.endpoint]
    if isinstance(endpoint, MeasureEndpoint) and endpoint.visits:
        values, imputed = _course(estimand, protocol, scope, world, world.visit[endpoint.variable])
        return measured(endpoint, protocol, values, imputed)
    if isinstance(endpoint, ResponseEndpoint):
        return _response(estimand, endpoint, protocol, scope, world)
    observed = observed_endpoint(endpoint, protocol, scope, world)
    if isinstance(observed, TimeToEvent):
        return _time_to_event(estimand, observed, scope, world)
    return observed


def _course(
    estimand: Estimand, protocol: Protocol, scope: Scope, world: World, observed: Floats
) -> tuple[Floats, Bools]:
    """Apply the strategies and fill missing values over all visits."""
    days = visit_days(protocol, world)
    values = observed
    for strategy in ("hypothetical", "while_on_treatment"):
        for day in _days_of(estimand, scope, world, strategy):
            after = days > day[..., np.newaxis]  # false where the event never comes
            kept = np.where(after, np.nan, values)
            values = kept if strategy == "hypothetical" else np.where(after, _carried(kept), kept)
    if estimand.missing == "last_observation_carried_forward":
        first = list(protocol.visits).index(protocol.baseline)
        filled = np.concatenate([values[..., :first], _carried(values[..., first:])], axis=-1)
        has_day = np.array([visit.day is not None for visit in protocol.visits.values()])
        values = np.where(has_day, filled, values)
    changed = ~np.isnan(values) & np.isnan(observed)
    return values, changed


def _carried(values: Floats) -> Floats:
    """Carry the last known value forward along the visit axis."""
    known = ~np.isnan(values)
    place = np.where(known, np.arange(values.shape[-1]), 0)
    latest = np.maximum.accumulate(place, axis=-1)
    return np.take_along_axis(values, latest, axis=-1)


def _response(
    estimand: Estimand, endpoint: ResponseEndpoint, protocol: Protocol, scope: Scope, world: World
) -> Response:
    condition = compile_expression(
        endpoint.when,
        scope,
        where=estimand.label,
        kind="yes_no",
        levels=("constant", "subject", "visit"),
    ).evaluate(world)
    order = list(protocol.visits)
    last = endpoint.at or endpoint.ever_by or order[-1]
    if condition.level == "visit":
        states, _ = _course(estimand, protocol, scope, world, condition.array)
        at_last = states[..., order.index(last)]
        value = at_last if endpoint.at is not None else ever(states, protocol, endpoint)
    else:
        value = np.broadcast_to(condition.array, world.cohort.enrolled.shape)
    until = _end_of_visit(protocol, world, last)
    for day in _days_of(estimand, scope, world, "composite_variable"):
        value = np.where(day <= until, 0.0, value)
    observed = observed_endpoint(endpoint, protocol, scope, world)
    assert isinstance(observed, Response)
    if estimand.missing == "failure":
        value = np.where(np.isnan(value), 0.0, value)
    return Response(value=value, imputed=np.isnan(observed.value) & ~np.isnan(value))


def _end_of_visit(protocol: Protocol, world: World, visit: str) -> Floats:
    """Day up to which an intercurrent event spoils a visit: (trials, subjects).

    The day on which it was held; for a visit never held, the last day that could have belonged
    to it, halfway to the next planned visit, or without end for the last one.
    """
    held = world.visit["day"][..., list(protocol.visits).index(visit)]
    planned = protocol.visits[visit].day
    later = [
        one.day
        for one in protocol.visits.values()
        if one.day is not None and planned is not None and one.day > planned
    ]
    window = protocol.visits[visit].window
    if window is not None and window.last is not None:
        end = float(window.last)
    else:
        end = (planned + min(later)) // 2 if later and planned is not None else np.inf
    return np.where(np.isnan(held), end, held)


def _time_to_event(
    estimand: Estimand, observed: TimeToEvent, scope: Scope, world: World
) -> TimeToEvent:
    """Apply the strategies: a composite event ends the time, the others censor it.

    An intercurrent event on the last day of observation counts as composite; on the day of the
    event itself it censors nothing.
    """
    time, event, competing = observed.time, observed.event, observed.competing
    for day in _days_of(estimand, scope, world, "composite_variable"):
        at = day - observed.start
        comes = at <= time
        time, event = np.where(comes, at, time), event | comes
        competing = competing & ~comes
    for strategy in ("hypothetical", "while_on_treatment"):
        for day in _days_of(estimand, scope, world, strategy):
            at = day - observed.start
            sooner = at < time
            time, event = np.where(sooner, at, time), event & ~sooner
            competing = competing & ~sooner
    return TimeToEvent(
        time=np.where(time < 0, np.nan, time),
        event=event,
        start=observed.start,
        competing=competing,
    )
