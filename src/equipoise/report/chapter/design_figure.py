"""Figures of what a design can show, over the true difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.protocol.contrast import sides_of
from equipoise.protocol.model.endpoint import Endpoint
from equipoise.report.chapter.point import Point, control_rates, points_of, share
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import number_cell, points_number
from equipoise.report.display.figures import drawn
from equipoise.report.display.model import Column, Figure, Row, Table, text_of
from equipoise.report.figure.areas import AreaChart, AreaPanel, draw_area_chart
from equipoise.report.figure.lines import (
    Curve,
    CurveMark,
    CurvePanel,
    LineChart,
    draw_line_chart,
)
from equipoise.report.figure.panel import Line
from equipoise.report.figure.svg import Drawn
from equipoise.report.format import fixed, plain
from equipoise.report.rows import Datum, ResultRows

__all__ = ["conclusion_figure", "power_figure"]

_WORST, _BEST = -40.0, 60.0
"""Differences, in points towards benefit, between which a figure shows what happens."""
_CATEGORIES = {
    "benefit": "Benefit",
    "inconclusive": "Inconclusive",
    "relevant_benefit_ruled_out": "Relevant benefit ruled out",
}
_LOOKS = {"fixed": "without looks", "with_looks": "with the stated rules"}


def power_figure(view: ChapterView) -> Figure:
    """Draw power over the true difference, a curve for each control rate, scenarios marked."""
    rows = _exact(view)
    panels = _panels(rows)
    chart = LineChart(
        name="design-power",
        panels=tuple(
            CurvePanel(
                title=title,
                curves=tuple(_curves(view, rows.where(look=look), variable)),
                marks=tuple(_marks(rows.where(look=look), variable)),
            )
            for look, variable, title in panels
        ),
        x_label=_x_label(view),
        y_label="Trials that are significant (%)",
        across=_important(view),
        y_scale=100.0,
    )
    scenarios = _scenarios(view, rows)
    numbers = _power_numbers(view, rows, panels)
    return Figure(
        id="figure-design-power",
        title="Power over the true difference",
        population="Significant in favour of the experimental arm",
        svg=draw_line_chart(chart),
        alt=f"Power over the true difference. {_spoken(rows, panels, scenarios)}",
        caption=(
            f"Exact. Scenarios are marked: {'; '.join(scenarios)}." if scenarios else "Exact.",
        ),
        numbers=(numbers,),
        source=view.source,
    )


def conclusion_figure(view: ChapterView) -> Figure:
    """Draw the probability of each conclusion over the true difference, stacked."""
    rows = _exact(view)
    control = control_rates(points_of(rows))[0]
    points = _grid(view, rows, control)
    panels = []
    for look, _, title in _panels(rows):
        own = rows.where(look=look)
        shares = [
            [drawn(_at(own, variable, point.by)) for point in points] for variable in _CATEGORIES
        ]
        panels.append(
            AreaPanel(
                title=title,
                places=tuple(point.difference for point in points),
                shares=tuple(tuple(_known(one)) for one in shares),
            )
        )
    sides = sides_of(rows.levels("group")[0])
    control_label = view.words.group(sides[1]) if sides is not None else "control"
    chart = AreaChart(
        name="design-conclusions",
        categories=tuple(_CATEGORIES.values()),
        panels=tuple(panels),
        x_label=_x_label(view),
        y_label="Trials (%)",
        across=_important(view),
    )
    numbers = _conclusion_numbers(view, rows, points)
    rate = f"{share(control)} respond under {control_label}"
    ends = [text_of(row.label) for row in (numbers.rows[0], numbers.rows[-1])]
    return Figure(
        id="figure-design-conclusions",
        title="Probability of each conclusion over the true difference",
        population=f"If {rate}",
        svg=draw_area_chart(chart),
        alt=f"Stacked probabilities of the conclusions {', '.join(_CATEGORIES.values())}, if "
        f"{rate}, over true differences from {ends[0]} to {ends[1]} points.",
        caption=("Exact. Conclusions are drawn from the interval of the difference.",),
        numbers=(numbers,),
        source=view.source,
    )


def _exact(view: ChapterView) -> ResultRows:
    return view.rows.where(method="operating_characteristics")


def _panels(rows: ResultRows) -> tuple[tuple[str, str, str], ...]:
    """Name the look, the variable of power, and the title of each panel."""
    found = [("fixed", "significant_benefit"), ("with_looks", "success")]
    return tuple(
        (look, variable, f"{_size_words(rows.where(look=look))}, {_LOOKS[look]}")
        for look, variable in found
        if rows.where(look=look).rows
    )


def _size_words(rows: ResultRows) -> str:
    sizes = rows.rows[0].message.rpartition(" results of ")[2]
    return sizes.removesuffix(" subjects").replace(" v ", " against ")


def _x_label(view: ChapterView) -> str:
    return f"True difference, {view.words.contrast(view.rows.levels('group')[0])} (points)"


def _endpoint(view: ChapterView) -> Endpoint:
    analysis = view.protocol.analyses[view.rows.levels("analysis")[0]]
    return view.protocol.endpoints[view.protocol.endpoint_of(analysis) or ""]


def _side(view: ChapterView) -> float:
    """Sign of a difference that is good for the subject."""
    return -1.0 if _endpoint(view).benefit == "lower" else 1.0


def _important(view: ChapterView) -> tuple[Line, ...]:
    """Mark no difference, and the smallest that matters."""
    margin = _endpoint(view).minimal_important_difference
    if margin is None:
        return (Line(label="", x=0.0),)
    place = _side(view) * 100 * margin
    return (Line(label="", x=0.0), Line(label="smallest that matters", x=place))


def _at(rows: ResultRows, variable: str, by: str, statistic: str = "probability") -> Datum | None:
    group = rows.rows[0].group if rows.rows else ""
    return rows.at(statistic, variable=variable, group=group, by=by)


def _grid(view: ChapterView, rows: ResultRows, control: str) -> tuple[Point, ...]:
    """Points of the grid of a control rate, along the axis."""
    side = _side(view)
    own = [
        point
        for point in points_of(rows)
        if not point.scenario
        and point.control == control
        and _WORST <= side * point.difference <= _BEST
    ]
    return tuple(sorted(own, key=lambda point: point.difference))


def _known(numbers: Sequence[Drawn | None]) -> Iterator[Drawn]:
    return (one for one in numbers if one is not None)


def _curves(view: ChapterView, rows: ResultRows, variable: str) -> Iterator[Curve]:
    sides = sides_of(rows.levels("group")[0])
    label = view.words.group(sides[1]) if sides is not None else "control"
    for control in control_rates(points_of(rows)):
        points = [
            (point.difference, drawn(_at(rows, variable, point.by)))
            for point in _grid(view, rows, control)
        ]
        yield Curve(
            label=f"{share(control)} under {label}",
            points=tuple((x, y) for x, y in points if y is not None),
        )


def _marks(rows: ResultRows, variable: str) -> Iterator[CurveMark]:
    named = [point for point in points_of(rows) if point.scenario]
    for place, point in enumerate(named, start=1):
        y = drawn(_at(rows, variable, point.by))
        if y is not None:
            yield CurveMark(number=place, x=point.difference, y=y)


def _scenarios(view: ChapterView, rows: ResultRows) -> list[str]:
    named = dict.fromkeys(point.scenario for point in points_of(rows) if point.scenario)
    return [
        f"{place}. {view.protocol.scenarios[name].label.replace(' %', '%')}"
        for place, name in enumerate(named, start=1)
    ]


def _spoken(
    rows: ResultRows, panels: Sequence[tuple[str, str, str]], scenarios: Sequence[str]
) -> str:
    said = []
    for look, variable, title in panels:
        marks = _marks(rows.where(look=look), variable)
        powers = [
            f"scenario {scenarios[one.number - 1]}: {fixed(one.y.value, 1, shift=2)}%"
            for one in marks
        ]
        said.append(f"{title}: {'; '.join(powers)}." if powers else f"{title}.")
    return " ".join(said)


def _power_numbers(
    view: ChapterView, rows: ResultRows, panels: Sequence[tuple[str, str, str]]
) -> Table:
    body = []
    for control in control_rates(points_of(rows)):
        body.append(Row(label=(f"{share(control)} under control",), is_group=True))
        for point in _grid(view, rows, control):
            cells = tuple(
                number_cell(points_number(_at(rows.where(look=look), variable, point.by)))
                for look, variable, _ in panels
            )
            body.append(Row(label=(plain(point.difference, 1),), cells=cells, indent=1))
    return view.table(
        "power-numbers",
        body,
        [Column(label=title) for _, _, title in panels],
        title="Power over the true difference",
        population="Percent of trials",
        stub="True difference (points)",
    )


def _conclusion_numbers(view: ChapterView, rows: ResultRows, points: Sequence[Point]) -> Table:
    panels = _panels(rows)
    body = []
    for point in points:
        cells = [
            number_cell(points_number(_at(rows.where(look=look), variable, point.by)))
            for look, _, _ in panels
            for variable in _CATEGORIES
        ]
        body.append(Row(label=(plain(point.difference, 1),), cells=tuple(cells)))
    return view.table(
        "conclusion-numbers",
        body,
        [Column(label=label, over=title) for _, _, title in panels for label in
         _CATEGORIES.values()],
        title="Probability of each conclusion over the true difference",
        population="Percent of trials",
        stub="True difference (points)",
    )  # fmt: skip
