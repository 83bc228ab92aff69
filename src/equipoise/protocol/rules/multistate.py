"""Rules of endpoints that follow subjects through states."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.expression import Scope
from equipoise.protocol.model.endpoint import DiseaseState, MultistateEndpoint
from equipoise.protocol.rules.fault import (
    FieldFault,
    Path,
    expression_faults,
    level_of,
    repeated,
    unknown,
)

__all__ = ["multistate_faults"]


def multistate_faults(
    path: Path, endpoint: MultistateEndpoint, scope: Scope
) -> Iterator[FieldFault]:
    """Find faults in the states of an endpoint."""
    first = next(iter(endpoint.states))
    for name, state in endpoint.states.items():
        here: Path = (*path, "states", name)
        yield from _shown(here, state, scope, is_first=name == first)
        yield from _after(here, name, state, endpoint)
    for name in _unreachable(endpoint):
        yield FieldFault(
            path=(*path, "states", name, "after"), came=f"no way from {first!r} to {name!r}",
            wanted="states that can be entered before it",
        )  # fmt: skip
    yield from expression_faults((*path, "censor"), endpoint.censor, scope, kind="number")


def _shown(
    path: Path, state: DiseaseState, scope: Scope, *, is_first: bool
) -> Iterator[FieldFault]:
    """Find faults in how a state is recognised."""
    if state.when is not None and state.day is not None:
        yield FieldFault(path=path, came="when and day", wanted="one of them")
    if is_first and state.day is not None:
        yield FieldFault(
            path=(*path, "day"), came="a day of the first state",
            wanted="none: everyone begins in it at randomisation",
        )  # fmt: skip
    if not is_first and state.when is None and state.day is None:
        yield FieldFault(
            path=path, came="neither when nor day",
            wanted="when, a condition of visits, or day, on which the state is entered for good",
        )  # fmt: skip
    if state.when is not None:
        found = level_of(state.when, scope)
        if found in ("constant", "subject"):
            yield FieldFault(
                path=(*path, "when"), came=f"{state.when!r}, the same at every visit",
                wanted="a condition of visits, or the field day",
            )  # fmt: skip
        else:
            yield from expression_faults(
                (*path, "when"), state.when, scope, kind="yes_no", levels=("visit",)
            )
    yield from expression_faults((*path, "day"), state.day, scope, kind="number")


def _after(
    path: Path, name: str, state: DiseaseState, endpoint: MultistateEndpoint
) -> Iterator[FieldFault]:
    """Find faults in the states from which a state can be entered."""
    yield from repeated((*path, "after"), state.after)
    if state.after and state.day is not None:
        yield FieldFault(
            path=(*path, "after"), came="after of a state that is entered on a day",
            wanted="none: it can be entered from any state",
        )  # fmt: skip
    for place, other in enumerate(state.after):
        here: Path = (*path, "after", place)
        yield from unknown(here, "state", other, endpoint.states)
        if other == name:
            yield FieldFault(path=here, came=f"{name!r} after itself", wanted="another state")
        elif other in endpoint.states and endpoint.states[other].day is not None:
            yield FieldFault(
                path=here, came=f"{other!r}, which is never left", wanted="a state with when"
            )


def _unreachable(endpoint: MultistateEndpoint) -> list[str]:
    """Name the states that no chain of entries leads to; unknown names are reported elsewhere."""
    reached = {next(iter(endpoint.states))}
    grows = True
    while grows:
        new = {
            name
            for name, state in endpoint.states.items()
            if not state.after or reached & set(state.after)
        }
        grows = not new <= reached
        reached |= new
    return [
        name
        for name, state in endpoint.states.items()
        if name not in reached and set(state.after) <= set(endpoint.states)
    ]
