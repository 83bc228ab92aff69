"""Probabilities of states over time as stacked areas, one panel an arm, with numbers below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.figure.grid import Grid
from equipoise.report.figure.kaplan_meier import AtRisk
from equipoise.report.figure.labels import short_name
from equipoise.report.figure.style import MUTED, SMALL, WIDTH, house_style, shades
from equipoise.report.figure.svg import Drawn, mark, svg_of
from equipoise.report.figure.time_panel import foot_of, frame_panel, write_counts
from equipoise.report.fonts import text_width

__all__ = ["StateAreas", "StatePanel", "StateStep", "draw_state_areas"]

_BODY, _KEY_ROW = 150.0, 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StateStep:
    """The shares of all states from ``time`` on, in the order of the states."""

    time: float
    shares: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePanel:
    """An arm: its steps in the order of time, and for each state the numbers in it."""

    title: str
    steps: tuple[StateStep, ...]
    numbers: tuple[tuple[AtRisk, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateAreas:
    """Everything that the figure shows.

    Attributes
    ----------
    states : tuple of str
        Labels, from the bottom upwards.
    panels : tuple of StatePanel
        One for each arm.
    times : tuple of float
        Planned times; the axis ends at the last.
    """

    name: str
    states: tuple[str, ...]
    panels: tuple[StatePanel, ...]
    times: tuple[float, ...]
    time_label: str = "Days"


def draw_state_areas(areas: StateAreas) -> str:
    """Draw the areas as SVG: steps at the times of moves, to the last planned time."""
    key = _key_rows(areas.states)
    grid = Grid(
        panels=len(areas.panels), body=_BODY, foot=foot_of(len(areas.states)), arms=(),
        head=_KEY_ROW * (len(key) - 1),
    )  # fmt: skip
    colours = shades(len(areas.states))
    last = max(areas.times, default=0.0) or 1.0
    with house_style(areas.name):
        figure = Figure(figsize=(WIDTH / 72, grid.height / 72))
        _draw_key(figure, grid, key, dict(zip(areas.states, colours, strict=True)))
        signs = [partial(_sign, figure, grid, colour) for colour in colours]
        for place, panel in enumerate(areas.panels):
            title = short_name(panel.title, WIDTH / grid.columns - 12)
            axes = grid.axes(figure, place, title)
            _draw_panel(axes, panel, colours, last)
            frame_panel(axes, times=areas.times, last=last, label=areas.time_label, grid=grid)
            rows: list[tuple[Callable[[float, float], None], tuple[AtRisk, ...]]] = list(
                zip(signs, panel.numbers, strict=True)
            )
            write_counts(figure, grid, place, title="Number in each state", rows=rows, last=last)
        return svg_of(figure, areas.name)


def _draw_panel(axes: Axes, panel: StatePanel, colours: tuple[str, ...], last: float) -> None:
    steps = [step for step in panel.steps if step.time <= last]
    if not steps:
        return
    # what holds after the last move holds to the end of follow-up, or of the axis
    end = min(panel.steps[-1].time, last)
    times = [*(step.time for step in steps), max(end, steps[-1].time)]
    base = [0.0] * len(times)
    for state, colour in enumerate(colours):
        shares = [step.shares[state].value for step in steps]
        top = [low + share for low, share in zip(base, [*shares, shares[-1]], strict=True)]
        area = axes.fill_between(times, base, top, step="post", color=colour, linewidth=0)
        mark(area, [step.shares[state] for step in steps])
        axes.step(times, top, where="post", color="white", linewidth=0.8)
        base = top


def _sign(figure: Figure, grid: Grid, colour: str, x: float, y: float) -> None:
    grid.write(figure, x, y, "■", size=SMALL, color=colour)


def _key_rows(states: tuple[str, ...]) -> list[list[str]]:
    """Put the names of the states into rows that fit the width."""
    rows: list[list[str]] = [[]]
    x = 0.0
    for state in states:
        own = text_width(state, SMALL) + 28
        if x + own > WIDTH and rows[-1]:
            rows.append([])
            x = 0.0
        rows[-1].append(state)
        x += own
    return rows


def _draw_key(figure: Figure, grid: Grid, rows: list[list[str]], colours: dict[str, str]) -> None:
    for place, row in enumerate(rows):
        x, y = 4.0, _KEY_ROW * place + 7
        for state in row:
            grid.write(figure, x, y, "■", size=SMALL + 1, color=colours[state])
            grid.write(figure, x + 13, y, state, size=SMALL, color=MUTED)
            x += text_width(state, SMALL) + 28
