"""Rules of endpoints, analysis sets and estimands."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.expression import Kind, Level, Scope
from equipoise.protocol.model.endpoint import (
    AdverseEventEndpoint,
    Endpoint,
    Estimand,
    MeasureEndpoint,
    MultistateEndpoint,
    ResponseEndpoint,
    TimeToEventEndpoint,
)
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import (
    FieldFault,
    Path,
    expression_faults,
    level_of,
    repeated,
    unknown,
)
from equipoise.protocol.rules.multistate import multistate_faults
from equipoise.protocol.scope import scope_of, variable_scope

__all__ = ["endpoint_faults"]


_ANYWHERE = ("treatment_policy", "principal_stratum")
"""Strategies that leave the values of an endpoint as they are."""
_HARMS = {"adverse_event": "an adverse event", "death": "death"}
"""Events that nobody hopes for, in words."""


def endpoint_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in endpoints, analysis sets and estimands."""
    scope = scope_of(protocol)
    for name, endpoint in protocol.endpoints.items():
        yield from _endpoint(("endpoints", name), endpoint, protocol, scope)
    for name, one in protocol.analysis_sets.items():
        yield from expression_faults(
            ("analysis_sets", name, "when"), one.when, variable_scope(protocol), kind="yes_no"
        )
    for name, estimand in protocol.estimands.items():
        yield from _estimand(("estimands", name), estimand, protocol, scope)


def _endpoint(
    path: Path, endpoint: Endpoint, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    match endpoint:
        case MeasureEndpoint():
            yield from _measure(path, endpoint, protocol, scope)
        case ResponseEndpoint():
            here = (*path, "when")
            levels: tuple[Level, ...] = ("constant", "subject", "visit")
            yield from expression_faults(here, endpoint.when, scope, kind="yes_no", levels=levels)
            if endpoint.at is not None and endpoint.ever_by is not None:
                yield FieldFault(path=path, came="at and ever_by", wanted="one of them")
            if (endpoint.minimal_important_difference or 0) > 1:
                yield FieldFault(
                    path=(*path, "minimal_important_difference"),
                    came=f"{endpoint.minimal_important_difference:g}",
                    wanted="a difference of two shares, at most 1",
                )
            for field in ("at", "ever_by"):
                visit = getattr(endpoint, field)
                if visit is not None:
                    yield from unknown((*path, field), "visit", visit, protocol.visits)
        case TimeToEventEndpoint():
            yield from _time_to_event(path, endpoint, scope)
        case AdverseEventEndpoint():
            yield from expression_faults(
                (*path, "when"), endpoint.when, scope, kind="yes_no",
                levels=("constant", "subject", "event"),
            )  # fmt: skip
        case MultistateEndpoint():
            yield from multistate_faults(path, endpoint, scope)


def _measure(
    path: Path, endpoint: MeasureEndpoint, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    name = endpoint.variable
    for place, visit in enumerate(endpoint.visits):
        yield from unknown((*path, "visits", place), "visit", visit, protocol.visits)
    yield from repeated((*path, "visits"), endpoint.visits)
    variable = protocol.variables.get(name)
    if variable is None or variable.level != "visit":
        yield from _of_subject(path, endpoint, scope)
        return
    if not endpoint.visits:
        yield FieldFault(
            path=(*path, "visits"), came="no visits", wanted=f"visits of {name!r}, such as [W24]"
        )
    if endpoint.type != "value" and variable.kind != "number":
        yield FieldFault(
            path=(*path, "type"), came=f"{endpoint.type} of a {variable.kind}", wanted="value"
        )


def _of_subject(path: Path, endpoint: MeasureEndpoint, scope: Scope) -> Iterator[FieldFault]:
    """Find faults of an endpoint that is one number of each subject."""
    yield from expression_faults((*path, "variable"), endpoint.variable, scope, kind="number")
    if endpoint.visits or endpoint.type != "value":
        yield FieldFault(
            path=path,
            came=f"visits or {endpoint.type} of {endpoint.variable!r}",
            wanted="a variable of visits, or type: value without visits",
        )


def _time_to_event(path: Path, endpoint: TimeToEventEndpoint, scope: Scope) -> Iterator[FieldFault]:
    if endpoint.event in _HARMS and endpoint.benefit == "lower":
        yield FieldFault(
            path=(*path, "benefit"), came=f"lower for a time to {_HARMS[endpoint.event]}",
            wanted="which time is good, not which rate", repair="write benefit: higher",
        )  # fmt: skip
    wanted: dict[str, tuple[Kind, tuple[Level, ...]]] = {
        "adverse_event": ("yes_no", ("constant", "subject", "event")),
        "visit": ("yes_no", ("constant", "subject", "visit")),
        "day": ("number", ("constant", "subject")),
    }
    if endpoint.event in wanted:
        kind, levels = wanted[endpoint.event]
        if endpoint.when is None and endpoint.event != "adverse_event":
            yield FieldFault(path=path, came="no field 'when'", wanted="it to be given")
        yield from expression_faults(
            (*path, "when"), endpoint.when, scope, kind=kind, levels=levels
        )
    elif endpoint.when is not None:
        yield FieldFault(
            path=(*path, "when"), came=f"a condition on {endpoint.event}", wanted="none"
        )
    for field in ("origin", "censor", "competing"):
        text = getattr(endpoint, field)
        yield from expression_faults((*path, field), text, scope, kind="number")


def _estimand(
    path: Path, estimand: Estimand, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    yield from unknown((*path, "endpoint"), "endpoint", estimand.endpoint, protocol.endpoints)
    yield from unknown(
        (*path, "analysis_set"), "analysis set", estimand.analysis_set, protocol.analysis_sets
    )
    endpoint = protocol.endpoints.get(estimand.endpoint)
    is_number = isinstance(endpoint, MeasureEndpoint)
    plain = _without_course(endpoint, scope) if endpoint is not None else ""
    for name, event in estimand.intercurrent_events.items():
        here: Path = (*path, "intercurrent_events", name)
        yield from expression_faults((*here, "day"), event.day, scope, kind="number")
        if plain and event.strategy not in _ANYWHERE:
            yield FieldFault(
                path=(*here, "strategy"), came=f"{event.strategy} for {plain}",
                wanted=f"{' or '.join(_ANYWHERE)}: the others are not implemented for it",
            )  # fmt: skip
        elif event.strategy == "composite_variable" and is_number:
            yield FieldFault(
                path=(*here, "strategy"), came="composite_variable for a number",
                wanted="a response or a time to event, in which the event can be a failure",
            )  # fmt: skip
    if endpoint is None:
        return
    if estimand.missing == "failure" and not isinstance(endpoint, ResponseEndpoint):
        yield FieldFault(
            path=(*path, "missing"), came="failure for an endpoint that is no response",
            wanted="none or last_observation_carried_forward",
        )  # fmt: skip
    if isinstance(endpoint, TimeToEventEndpoint):
        plain = "a time to event"
    if plain and estimand.missing == "last_observation_carried_forward":
        yield FieldFault(
            path=(*path, "missing"), came=f"last_observation_carried_forward for {plain}",
            wanted="none: nothing can be carried forward without visits",
        )  # fmt: skip


def _without_course(endpoint: Endpoint, scope: Scope) -> str:
    """Name what has one value for each subject, so that nothing of it comes after an event."""
    match endpoint:
        case MeasureEndpoint() if not endpoint.visits:
            return "a number of the subject"
        case AdverseEventEndpoint():
            return "an incidence of adverse events"
        case MultistateEndpoint():
            return "a course through states"
        case ResponseEndpoint() if level_of(endpoint.when, scope) in ("constant", "subject"):
            return "a response of the subject"
    return ""
