"""Courses through states: stacked areas, shares at planned times, time in each state, moves."""

from __future__ import annotations

from equipoise.report import format as shape
from equipoise.report.display.cells import fixed_number, interval, number, number_cell
from equipoise.report.display.figures import drawn, states_figure
from equipoise.report.display.model import Block, Cell, Column, Paragraph, Row, Run, Table
from equipoise.report.display.over_time import outer_levels, percent_runs, slug, times_of
from equipoise.report.display.spoken import p_value_words
from equipoise.report.display.view import View
from equipoise.report.figure.kaplan_meier import AtRisk
from equipoise.report.figure.states import StateAreas, StatePanel, StateStep

__all__ = ["states_blocks"]

_CAPTION = (
    "Each area is the share of subjects in a state. A state is entered at the visit that shows it, "
    "so that it began between that visit and the one before."
)


def states_blocks(view: View) -> tuple[Block, ...]:
    """Lay out a course through states: times in words, areas, shares, times, moves."""
    blocks: list[Block] = []
    for outer in outer_levels(view):
        blocks += _sentences(view, outer)
        shares = _shares(view, outer)
        blocks += [states_figure(view, _areas(view, outer), shares, (_CAPTION,)), shares]
        blocks += [_times(view, outer), _moves(view, outer)]
    return tuple(blocks)


def _states(view: View) -> tuple[str, ...]:
    return view.rows.where(variable="time_in_state").levels("variable_level")


def _label(view: View, state: str) -> str:
    return view.endpoint.levels.get(state, state)


def _sentences(view: View, outer: str) -> list[Paragraph]:
    """Say for each contrast how much longer or shorter each state lasted on average."""
    found = []
    horizon = view.rows.at("horizon", variable="time_in_state", by=outer)
    for name, _, _ in view.contrasts:
        where = view.by_suffix(outer)
        runs: list[Run] = ["Mean time in each state up to day ", number(horizon, shape.plain)]
        runs.append(f", {view.words.contrast(name)}{where}: ")
        for place, state in enumerate(_states(view)):
            runs += ["; " if place else "", f"{_label(view, state)} "]
            runs += _difference(view, name, state, outer)
        found.append(Paragraph(runs=(*(run for run in runs if run != ""), "."), kind="lead"))
    return found


def _difference(view: View, contrast: str, state: str, outer: str) -> tuple[Run, ...]:
    """Write the difference of a state in words: days more or fewer, limits, p value."""
    keys = {
        "variable": "time_in_state", "variable_level": state, "group": contrast, "by": outer,
    }  # fmt: skip
    estimate, low, high, p_value = (
        view.rows.at(one, **keys) for one in ("estimate", "ci_low", "ci_high", "p_value")
    )
    if estimate is None or not estimate.is_estimated or estimate.value is None:
        return (fixed_number(estimate, 1),)
    size = number(estimate, lambda value: shape.fixed(abs(value), 1))
    direction = "more" if estimate.value >= 0 else "fewer"
    runs: list[Run] = [size, f" days {direction} ({view.interval_label} "]
    runs += [*interval(low, high, 1)]
    if p_value is not None and p_value.is_estimated:
        runs += ["; ", *p_value_words(p_value, view)]
    return (*runs, ")")


def _areas(view: View, outer: str) -> StateAreas:
    states = _states(view)
    times = times_of(view.rows.where(variable="state", statistic="probability"), outer)
    panels = tuple(
        StatePanel(
            title=group.label,
            steps=_steps(view, group.id, states, outer),
            numbers=tuple(_numbers(view, group.id, state, times) for state in states),
        )
        for group in view.arms
    )
    return StateAreas(
        name=f"{view.id}{'-' + slug(outer) if outer else ''}",
        states=tuple(_label(view, state) for state in states),
        panels=panels,
        times=tuple(times),
    )


def _steps(view: View, group: str, states: tuple[str, ...], outer: str) -> tuple[StateStep, ...]:
    rows = view.rows.where(variable="step", group=group)
    steps = []
    for time, by in times_of(rows, outer).items():
        shares = [
            drawn(rows.at("probability", variable="step", variable_level=state, group=group, by=by))
            for state in states
        ]
        known = tuple(share for share in shares if share is not None)
        if len(known) == len(states):
            steps.append(StateStep(time=time, shares=known))
    return tuple(steps)


def _numbers(view: View, group: str, state: str, times: dict[float, str]) -> tuple[AtRisk, ...]:
    found = (
        (time, view.rows.at("at_risk", variable="state", variable_level=state, group=group, by=by))
        for time, by in times.items()
    )
    return tuple(
        AtRisk(time=time, subjects=subjects) for time, row in found if (subjects := drawn(row))
    )


def _shares(view: View, outer: str) -> Table:
    """Tabulate the share of each state at planned times, with limits and numbers in it."""
    groups = view.arms
    times = times_of(view.rows.where(variable="state", statistic="probability"), outer)
    body = [
        Row(
            label=("Subjects",),
            cells=tuple(
                number_cell(number(view.rows.at("n", group=g.id, by=outer), shape.count))
                for g in groups
            ),
        )
    ]
    for state in _states(view):
        head = f"{_label(view, state)}, % ({view.interval_label}) [in it just before]"
        body.append(Row(label=(head,), is_group=True))
        for time, by in times.items():
            cells = tuple(_share(view, state, group.id, by) for group in groups)
            body.append(Row(label=(f"Day {shape.plain(time)}",), cells=cells, indent=1))
    notes = view.message_notes(view.rows.where(variable="state"))
    return view.table(
        body, view.columns(groups), suffix=_suffix(outer), title=_title(view, outer, ""),
        footnotes=notes,
    )  # fmt: skip


def _share(view: View, state: str, group: str, by: str) -> Cell:
    found = (
        view.rows.at(name, variable="state", variable_level=state, group=group, by=by)
        for name in ("probability", "ci_low", "ci_high", "at_risk")
    )
    return number_cell(*percent_runs(*found))


def _times(view: View, outer: str) -> Table:
    """Tabulate the mean time in each state, the differences of the arms beside it."""
    groups = view.arms
    horizon = view.rows.at("horizon", variable="time_in_state", by=outer)
    names = (*(group.id for group in groups), *(name for name, _, _ in view.contrasts))
    body = [
        Row(
            label=(_label(view, state),),
            cells=tuple(_time(view, state, name, outer) for name in names),
        )
        for state in _states(view)
    ]
    columns = [
        *view.columns(groups),
        *(
            Column(label=f"Difference, {view.words.contrast(name)}")
            for name, _, _ in view.contrasts
        ),
    ]
    notes = view.message_notes(view.rows.where(variable="time_in_state"))
    day = "" if horizon is None or horizon.value is None else shape.plain(horizon.value)
    return view.table(
        body, columns, suffix=f"{_suffix(outer)}-times", stub="State",
        title=_title(view, outer, f": mean days in each state up to day\u00a0{day}"),
        footnotes=notes,
    )  # fmt: skip


def _time(view: View, state: str, group: str, outer: str) -> Cell:
    estimate, low, high = (
        view.rows.at(one, variable="time_in_state", variable_level=state, group=group, by=outer)
        for one in ("estimate", "ci_low", "ci_high")
    )
    limits = interval(low, high, 1) if low is not None and low.is_estimated else ()
    shown = (" (", *limits, ")") if limits else ()
    return number_cell(fixed_number(estimate, 1), *shown)


def _moves(view: View, outer: str) -> Table:
    """Tabulate how often each move between states was seen."""
    groups = view.arms
    moves = view.rows.where(variable="move", by=outer)
    body = [
        Row(
            label=(" to ".join(_label(view, one) for one in move.split(" to ")),),
            cells=tuple(
                number_cell(
                    number(
                        moves.at(
                            "count", variable="move", variable_level=move, group=g.id, by=outer
                        ),
                        shape.count,
                    )
                )
                for g in groups
            ),
        )
        for move in moves.levels("variable_level")
    ]
    return view.table(
        body, view.columns(groups), suffix=f"{_suffix(outer)}-moves", stub="Move",
        title=_title(view, outer, ": moves between states"),
    )  # fmt: skip


def _suffix(outer: str) -> str:
    return f"-{slug(outer)}" if outer else ""


def _title(view: View, outer: str, rest: str) -> str:
    return f"{view.title}{f', {view.by_label(outer)}' if outer else ''}{rest}"
