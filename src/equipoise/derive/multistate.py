"""The course of subjects through states that visits show: from conditions to stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.derive.evaluate import day_of, evaluate, visit_days
from equipoise.derive.world import World
from equipoise.protocol import Protocol, Scope
from equipoise.protocol.model.endpoint import MultistateEndpoint
from equipoise.stats import Bools, Floats, Integers

__all__ = ["Multistate", "course_through_states"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multistate:
    """Stays of subjects in states, in the order of time.

    Attributes
    ----------
    states : tuple of str
        Names of the states; codes are places in it.
    start, stop : (trials, subjects, stays) float
        A stay covers the time after ``start`` up to ``stop``, in days from randomisation;
        ``stop`` is -inf where there is no stay.
    origin, destination : (trials, subjects, stays) int
        State during the stay, and after it; equal where observation ends in it.
    until : (trials, subjects) float
        Day on which observation ends, or a state is entered for good; NaN where unknown.
    """

    states: tuple[str, ...]
    start: Floats
    stop: Floats
    origin: Integers
    destination: Integers
    until: Floats

    @property
    def final(self) -> Floats:
        """Code of the state at the end of observation; NaN for who was never observed."""
        last = np.argmax(self.stop, axis=-1)[..., np.newaxis]
        code = np.take_along_axis(self.destination, last, axis=-1)[..., 0]
        return np.where(self.stop.max(axis=-1) > -np.inf, code, np.nan)


def course_through_states(
    endpoint: MultistateEndpoint, protocol: Protocol, scope: Scope, world: World
) -> Multistate:
    """Follow every subject from visit to visit.

    A state is entered at the visit at which it is seen. A condition that is unknown at a visit
    shows nothing. On the day of a state that is entered for good that state counts; visits on
    and after it, and after the end of observation, are passed over.
    """
    states = tuple(endpoint.states)
    end, last = _ends(endpoint, scope, world)
    days = np.where(_is_after_baseline(protocol), visit_days(protocol, world), np.nan)
    order = np.argsort(days, axis=-1, kind="stable")  # unknown days last
    days = np.take_along_axis(days, order, axis=-1)
    seen = np.take_along_axis(_seen(endpoint, scope, world), order[np.newaxis], axis=-1)
    allowed = _allowed(endpoint)

    current = np.zeros(end.shape, dtype=np.int64)
    since = np.zeros(end.shape)
    stays = []
    for place in range(days.shape[-1]):
        day = days[..., place]
        shown = current
        for code in range(len(states)):
            shown = np.where(seen[code, ..., place] & allowed[current, code], code, shown)
        moves = (shown != current) & (day > since) & (day <= end) & ~(day == _day_of(last, end))
        stays.append(_stay(since, day, current, shown, moves))
        current = np.where(moves, shown, current)
        since = np.where(moves, day, since)
    final = np.where(last >= 0, last, current)
    stays.append(_stay(since, end, current, final, end > since))
    start, stop, origin, destination = (np.stack(one, axis=-1) for one in zip(*stays, strict=True))
    return Multistate(
        states=states, start=start, stop=stop, origin=origin, destination=destination, until=end
    )


def _is_after_baseline(protocol: Protocol) -> Bools:
    """Say which visits can show a state: those planned after the baseline visit."""
    first = protocol.visits[protocol.baseline].day or 0
    is_after: Bools = np.array(
        [one.day is not None and one.day > first for one in protocol.visits.values()]
    )
    return is_after


def _seen(endpoint: MultistateEndpoint, scope: Scope, world: World) -> Bools:
    """Say at which visits each condition holds: (states, trials, subjects, visits)."""
    shape = world.visit["day"].shape
    seen = np.zeros((len(endpoint.states), *shape), dtype=np.bool_)
    for code, state in enumerate(endpoint.states.values()):
        if state.when is not None:
            value = evaluate(state.when, scope, world, kind="yes_no", levels=("visit",))
            seen[code] = np.broadcast_to(value.array == 1, shape)
    return seen


def _ends(endpoint: MultistateEndpoint, scope: Scope, world: World) -> tuple[Floats, Integers]:
    """Day on which observation ends, and the state entered for good then, or -1."""
    end = day_of(endpoint.censor, scope, world)
    last = np.full(end.shape, -1)
    for code, state in enumerate(endpoint.states.values()):
        if state.day is not None:
            day = day_of(state.day, scope, world)
            comes = (day <= end) & ~((last >= 0) & (day == end))
            end, last = np.where(comes, day, end), np.where(comes, code, last)
    return end, last


def _day_of(last: Integers, end: Floats) -> Floats:
    """Day on which a state is entered for good; NaN where none is."""
    return np.where(last >= 0, end, np.nan)


def _allowed(endpoint: MultistateEndpoint) -> Bools:
    """Say which state can be entered from which: (origin, destination); staying always can."""
    return np.array(
        [
            [
                not state.after or origin in state.after or origin == name
                for name, state in endpoint.states.items()
            ]
            for origin in endpoint.states
        ]
    )


def _stay(
    start: Floats, stop: Floats, origin: Integers, destination: Integers, is_stay: Bools
) -> tuple[Floats, Floats, Integers, Integers]:
    return (
        np.where(is_stay, start, -np.inf),
        np.where(is_stay, stop, -np.inf),
        origin,
        np.where(is_stay, destination, origin),
    )
