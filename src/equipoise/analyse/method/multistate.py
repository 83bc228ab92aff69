"""Courses through states: probabilities over time, time in each state, moves between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.time_to_event import beyond_of, scale_of
from equipoise.derive import Multistate
from equipoise.protocol.model.analysis import IllnessDeath
from equipoise.protocol.model.endpoint import MultistateEndpoint
from equipoise.stats import Bools, Floats, Integers
from equipoise.stats.survival import (
    TimeInState,
    compare_times_in_state,
    state_probabilities,
    time_in_state,
)

__all__ = ["illness_death_frame"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Stays of one group, laid out as the estimators read them: (trials, rows) each."""

    start: Floats
    stop: Floats
    origin: Integers
    destination: Integers
    subject: Integers

    @classmethod
    def of(cls, course: Multistate, inside: Bools) -> _Rows:
        """Take the stays of those inside; places that hold no stay in any trial are left out."""
        trials, subjects, stays = course.stop.shape
        stop = np.where(inside[..., np.newaxis], course.stop, -np.inf).reshape(trials, -1)
        order = np.argsort(stop == -np.inf, axis=-1, kind="stable")
        most = max(int((stop > -np.inf).sum(axis=-1).max(initial=0)), 1)
        kept = order[:, :most]
        owner = np.broadcast_to(np.repeat(np.arange(subjects), stays), stop.shape)

        def take(array: NDArray[Any]) -> NDArray[Any]:
            return np.take_along_axis(array.reshape(trials, -1), kept, axis=-1)

        return cls(
            start=take(course.start),
            stop=take(stop),
            origin=take(course.origin),
            destination=take(course.destination),
            subject=take(owner),
        )

    def stayed(self, code: int, before: float) -> Integers:
        """Count who went to a state before a time and has no stay after it: (trials,).

        A state that is entered for good is a destination and never a stay.
        """
        if (self.origin[self.stop > -np.inf] == code).any():
            return np.zeros(len(self.stop), dtype=np.int64)
        came = (self.destination == code) & (self.stop > -np.inf) & (self.stop < before)
        number: Integers = came.sum(axis=-1)
        return number

    def as_arguments(self) -> dict[str, Any]:
        """Name the arrays as the estimators do."""
        return {
            "start": self.start,
            "stop": self.stop,
            "origin": self.origin,
            "destination": self.destination,
            "subject": self.subject,
        }


def illness_death_frame(frame: Frame) -> None:
    """Estimate the states of each group over time, and compare the times in each state."""
    analysis = frame.analysis
    assert isinstance(analysis, IllnessDeath)
    course = frame.endpoint
    assert isinstance(course, Multistate)
    frame.add({"horizon": analysis.horizon}, variable="time_in_state", unit="days")
    times: list[TimeInState] = []
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        rows = _Rows.of(course, inside)
        used = (inside & (course.stop > -np.inf).any(axis=-1)).sum(axis=-1)
        sizes: dict[str, Any] = {"n_used": used, "n_missing": inside.sum(axis=-1) - used}
        frame.add({"n": used}, group=name, **sizes)
        _moves(frame, course, rows, name)
        _at_times(frame, analysis, course, rows, name, sizes)
        if len(used) == 1:
            _steps(frame, course, rows, name)
        found = time_in_state(
            **rows.as_arguments(), states=len(course.states), horizon=analysis.horizon,
            level=analysis.level, beyond=beyond_of(analysis.beyond),
        )  # fmt: skip
        times.append(found)
        for code, state in enumerate(course.states):
            frame.add(
                {
                    "estimate": found.mean[..., code],
                    "standard_error": found.standard_error[..., code],
                    "ci_low": found.ci_low[..., code],
                    "ci_high": found.ci_high[..., code],
                },
                group=name, variable="time_in_state", variable_level=state, unit="days",
                message=f"up to day {analysis.horizon:g}; normal limits, from 0 to that day",
                reason=_too_short(analysis), **sizes,
            )  # fmt: skip
    _contrasts(frame, analysis, course, times)


def _too_short(analysis: IllnessDeath) -> str:
    return f"follow-up ends before day {analysis.horizon:g} with somebody who may still move"


def _moves(frame: Frame, course: Multistate, rows: _Rows, name: str) -> None:
    """Count the moves between states, and the states in which observation ends."""
    is_row = rows.stop > -np.inf
    moves = is_row & (rows.origin != rows.destination)
    endpoint = frame.protocol.endpoints[frame.protocol.endpoint_of(frame.analysis) or ""]
    assert isinstance(endpoint, MultistateEndpoint)
    for origin, destination in _ways(endpoint):
        here = course.states.index(origin), course.states.index(destination)
        counted = moves & (rows.origin == here[0]) & (rows.destination == here[1])
        frame.add(
            {"count": counted.sum(axis=-1)},
            group=name, variable="move", variable_level=f"{origin} to {destination}",
        )  # fmt: skip


def _ways(endpoint: MultistateEndpoint) -> list[tuple[str, str]]:
    """List the moves that the states allow."""
    first = next(iter(endpoint.states))
    return [
        (origin, name)
        for origin, left in endpoint.states.items()
        for name, state in endpoint.states.items()
        if left.day is None
        and origin != name
        and (name != first or state.when is not None)
        and (not state.after or origin in state.after)
    ]


def _at_times(
    frame: Frame,
    analysis: IllnessDeath,
    course: Multistate,
    rows: _Rows,
    name: str,
    sizes: dict[str, Any],
) -> None:
    scale = scale_of(analysis.interval)
    found = state_probabilities(
        **rows.as_arguments(), states=len(course.states), times=analysis.times, scale=scale,
        level=analysis.level, beyond=beyond_of(analysis.beyond),
    )  # fmt: skip
    for place, moment in enumerate(analysis.times):
        for code, state in enumerate(course.states):
            frame.add(
                {
                    "at_risk": found.at_risk[..., place, code] + rows.stayed(code, moment),
                    "probability": found.probability[..., place, code],
                    "standard_error": found.standard_error[..., place, code],
                    "ci_low": found.ci_low[..., place, code],
                    "ci_high": found.ci_high[..., place, code],
                },
                group=name, variable="state", variable_level=state,
                by=by_text(time=f"{moment:g}"),
                message=f"Aalen-Johansen; limits on the {scale} scale",
                reason="nobody is followed so long", **sizes,
            )  # fmt: skip


def _steps(frame: Frame, course: Multistate, rows: _Rows, name: str) -> None:
    """Add the probabilities of a single trial at the begin, at each move and at the end."""
    moves = (rows.stop > 0) & (rows.origin != rows.destination)
    last = rows.stop.max(initial=-np.inf)
    if not last > 0:
        return
    times = np.unique([0.0, *rows.stop[moves], last])
    found = state_probabilities(**rows.as_arguments(), states=len(course.states), times=times)
    for place, moment in enumerate(times):
        for code, state in enumerate(course.states):
            frame.add(
                {"probability": found.probability[..., place, code]},
                group=name, variable="step", variable_level=state,
                by=by_text(time=f"{moment:g}"),
            )  # fmt: skip


def _contrasts(
    frame: Frame, analysis: IllnessDeath, course: Multistate, times: list[TimeInState]
) -> None:
    for experimental, control in frame.contrasts():
        found = compare_times_in_state(
            experimental=times[experimental], control=times[control], level=analysis.level
        )
        for code, state in enumerate(course.states):
            keys: dict[str, Any] = {
                "group": frame.contrast_name((experimental, control)),
                "variable": "time_in_state",
                "variable_level": state,
            }
            frame.add(
                {
                    "estimate": found.difference[..., code],
                    "standard_error": found.standard_error[..., code],
                    "ci_low": found.ci_low[..., code],
                    "ci_high": found.ci_high[..., code],
                },
                unit="days", message=f"up to day {analysis.horizon:g}; normal limits",
                reason=_too_short(analysis), **keys,
            )  # fmt: skip
            frame.add(
                {"p_value": found.p_value[..., code]}, message="normal test",
                reason=_too_short(analysis)
                if np.isnan(found.difference[..., code]).any()
                else "no subject differs from another in the time in this state",
                **keys,
            )  # fmt: skip
