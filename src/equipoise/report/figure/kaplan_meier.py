"""Kaplan-Meier curves over a table of the numbers at risk, on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.figure.labels import name_lines, short_name, spread
from equipoise.report.figure.style import (
    GRID,
    MUTED,
    SMALL,
    WIDTH,
    ArmLook,
    FigureArm,
    house_style,
    looks_of,
)
from equipoise.report.figure.svg import Drawn, mark, mark_ids, svg_of, wrap
from equipoise.report.format import count

__all__ = ["MOST_TIMES", "AtRisk", "KaplanMeierCurves", "KaplanMeierStep", "draw_kaplan_meier"]

MOST_TIMES = 11
"""More times than this make the table under the curves unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KaplanMeierStep:
    """The curve from ``time`` on: share without event, its limits, subjects censored there."""

    time: float
    survival: Drawn
    ci_low: Drawn | None = None
    ci_high: Drawn | None = None
    censored: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """Subjects of an arm whose time is at least ``time``."""

    time: float
    subjects: Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class KaplanMeierCurves:
    """Everything that the figure shows.

    Attributes
    ----------
    arms : tuple of FigureArm
        In the order of the table.
    steps : mapping of arm id to steps
        In the order of time; may be empty for an arm without subjects.
    at_risk : mapping of arm id to numbers at risk
        At the same times for every arm, at most 11.
    time_label, survival_label : str
        Titles of the axes.
    note : str
        Text over the curves, such as the hazard ratio; may be empty.
    note_results : tuple of str
        Ids of the results that ``note`` shows.
    """

    name: str
    arms: tuple[FigureArm, ...]
    steps: dict[str, tuple[KaplanMeierStep, ...]]
    at_risk: dict[str, tuple[AtRisk, ...]]
    time_label: str
    survival_label: str
    note: str = ""
    note_results: tuple[str, ...] = ()

    @property
    def times(self) -> tuple[float, ...]:
        """Times of the table under the curves."""
        return tuple(dict.fromkeys(one.time for row in self.at_risk.values() for one in row))


def draw_kaplan_meier(curves: KaplanMeierCurves) -> str:
    """Draw the curves as SVG: steps, bands, ticks at censoring, names at the line ends.

    Raises
    ------
    ValueError
        If there are more than 11 times of the table.
    """
    if len(curves.times) > MOST_TIMES:
        raise ValueError(f"{len(curves.times)} times in the table; at most {MOST_TIMES} are read")
    looks = looks_of(curves.arms)
    layout = _Layout.of(curves)
    with house_style(curves.name):
        figure = Figure(figsize=(WIDTH / 72, layout.height / 72))
        axes = figure.add_axes(layout.axes)
        for arm in curves.arms:
            _draw_arm(axes, curves.steps.get(arm.id, ()), looks[arm.id])
        _draw_frame(axes, curves)
        _draw_names(axes, curves, looks)
        _draw_note(figure, curves, layout)
        _draw_risk_table(figure, axes, curves, looks, layout)
        return svg_of(figure, curves.name)


_LEFT, _RIGHT, _TOP = 44.0, 88.0, 10.0
_CURVES, _AXIS, _ROW = 214.0, 50.0, 12.0
_GAP, _LINE = 4.0, 11.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Room for the curves over their table, in points."""

    table: float
    note: float

    @classmethod
    def of(cls, curves: KaplanMeierCurves) -> _Layout:
        return cls(
            table=_AXIS + len(curves.arms) * (2 * _ROW + _GAP),
            note=(_ROW * len(_note_lines(curves)) + _GAP) if curves.note else 0.0,
        )

    @property
    def height(self) -> float:
        return self.table + _CURVES + _TOP + self.note

    @property
    def axes(self) -> tuple[float, float, float, float]:
        """Place of the curves as shares of the figure."""
        return (
            _LEFT / WIDTH,
            self.table / self.height,
            (WIDTH - _LEFT - _RIGHT) / WIDTH,
            _CURVES / self.height,
        )


def _note_lines(curves: KaplanMeierCurves) -> list[str]:
    room = WIDTH - _LEFT - 4
    return [part for line in curves.note.splitlines() for part in wrap(line, room, SMALL)]


def _draw_arm(axes: Axes, steps: Sequence[KaplanMeierStep], look: ArmLook) -> None:
    if not steps:
        return
    times = [step.time for step in steps]
    axes.step(
        times,
        [step.survival.value for step in steps],
        where="post",
        color=look.colour,
        linestyle=look.line,
        solid_joinstyle="miter",
        zorder=3,
    )
    limits = [
        (step.time, step.ci_low.value, step.ci_high.value)
        for step in steps
        if step.ci_low is not None and step.ci_high is not None
    ]
    if limits:
        at, low, high = zip(*limits, strict=True)
        axes.fill_between(at, low, high, step="post", color=look.colour, alpha=0.12, linewidth=0)
    censored = [step for step in steps if step.censored]
    axes.plot(
        [step.time for step in censored],
        [step.survival.value for step in censored],
        linestyle="none",
        marker="|",
        markersize=6,
        markeredgewidth=1,
        color=look.colour,
        zorder=4,
    )


def _draw_frame(axes: Axes, curves: KaplanMeierCurves) -> None:
    ends = [step.time for steps in curves.steps.values() for step in steps]
    last = max([*curves.times, *ends], default=1) or 1
    axes.set_xlim(0, last * 1.01)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    axes.set_xticks(curves.times, [f"{time:g}" for time in curves.times])
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_ylabel(curves.survival_label)
    axes.set_xlabel(curves.time_label)


def _draw_names(axes: Axes, curves: KaplanMeierCurves, looks: dict[str, ArmLook]) -> None:
    named = [arm for arm in curves.arms if curves.steps.get(arm.id)]
    names = [arm.label for arm in named]
    texts = name_lines(names, width=_RIGHT - 10, lines=_CURVES / _LINE)
    line = _LINE / _CURVES * 1.02  # height of a line of text on the axis of shares
    ends = [curves.steps[arm.id][-1].survival.value for arm in named]
    places = spread(ends, heights=[line * len(text) + 0.01 for text in texts], low=0, high=1.05)
    last = axes.get_xlim()[1]
    for arm, text, end, place in zip(named, texts, ends, places, strict=True):
        axes.annotate(
            "\n".join(text),
            xy=(last, end),
            xytext=(last + (last - axes.get_xlim()[0]) * 0.03, place),
            color=looks[arm.id].ink,
            weight="semibold",
            size=SMALL,
            va="center",
            linespacing=1.05,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": looks[arm.id].colour,
                "linewidth": 0.6,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )


def _draw_note(figure: Figure, curves: KaplanMeierCurves, layout: _Layout) -> None:
    if curves.note:
        text = figure.text(
            _LEFT / WIDTH,
            1 - 2 / layout.height,
            "\n".join(_note_lines(curves)),
            va="top",
            size=SMALL,
            linespacing=1.2,
        )
        mark_ids(text, curves.note_results)


def _draw_risk_table(
    figure: Figure,
    axes: Axes,
    curves: KaplanMeierCurves,
    looks: dict[str, ArmLook],
    layout: _Layout,
) -> None:
    low, high = axes.get_xlim()
    left, _, width, _ = layout.axes
    y = layout.table - _AXIS + 4
    figure.text(0, y / layout.height, "Number at risk", size=SMALL, color=MUTED, va="center")
    for arm in curves.arms:
        y -= _ROW + _GAP
        figure.text(
            0,
            y / layout.height,
            short_name(arm.label, WIDTH),
            size=SMALL,
            color=looks[arm.id].ink,
            weight="semibold",
            va="center",
        )
        y -= _ROW
        for one in curves.at_risk.get(arm.id, ()):
            x = left + width * (one.time - low) / (high - low)
            number = figure.text(
                x,
                y / layout.height,
                count(one.subjects.value),
                size=SMALL,
                ha="center",
                va="center",
            )
            mark(number, [one.subjects])
