"""Which margins a trial of this size can exclude, and what an answer would need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.analyse.key import by_text, levels_of
from equipoise.report import format as shape
from equipoise.report.chapter.point import share
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import number, number_cell, points_number
from equipoise.report.display.figures import drawn
from equipoise.report.display.model import Block, Column, Figure, Row, Table
from equipoise.report.figure.lines import Curve, CurvePanel, LineChart, draw_line_chart
from equipoise.report.figure.panel import Line
from equipoise.report.format import fixed, plain
from equipoise.report.rows import ResultRows

__all__ = ["margin_blocks"]


def margin_blocks(view: ChapterView) -> Iterator[Block]:
    """Show what could be excluded over a range of shares, and the sizes that would exclude more."""
    rows = view.rows.where(method="margin")
    if not rows.rows:
        return
    yield from view.paragraphs("margin", "needed")
    yield _figure(view, rows)
    yield _chances(view, rows)
    yield _needed(view, rows)


def _levels(rows: ResultRows, name: str) -> tuple[str, ...]:
    found = (levels_of(by).get(name, "") for by in rows.levels("by"))
    return tuple(dict.fromkeys(level for level in found if level))


def _figure(view: ChapterView, rows: ResultRows) -> Figure:
    own = rows.where(variable="smallest_margin")
    group = own.levels("group")[0]
    rates = _levels(own, "rate")
    curves = []
    for chance in _levels(own, "chance"):
        points = [
            (
                100 * float(rate),
                drawn(
                    own.at(
                        "margin", variable="smallest_margin", group=group,
                        by=by_text(rate=rate, chance=chance),
                    )
                ),
            )
            for rate in rates
        ]  # fmt: skip
        curves.append(
            Curve(
                label=f"Excluded in {share(chance)} of trials",
                points=tuple((x, y) for x, y in points if y is not None),
            )
        )
    label = view.named("margin").label
    numbers = _smallest(view, rows, rates)
    chart = LineChart(
        name="evidence-margin",
        panels=(CurvePanel(curves=tuple(curves)),),
        x_label=f"{label} in both arms (%)",
        y_label="Smallest margin excluded (points)",
        across=_important(view, rows),
        y_scale=100.0,
        y_limits=(0.0, 60.0),
    )
    spoken = "; ".join(
        f"at {share(rate)} {fixed(y.value, 0, shift=2)} points"
        for rate, (_, y) in zip(rates, curves[0].points, strict=False)
    )
    return Figure(
        id="figure-evidence-margin",
        title="Smallest difference that this size of trial excludes, if the arms do not differ",
        population=own.rows[0].message,
        svg=draw_line_chart(chart),
        alt=f"Smallest margin that is excluded over the share in both arms. "
        f"{curves[0].label}: {spoken}.",
        caption=("Smaller differences, in either direction, are not excluded.",),
        numbers=(numbers,),
        source=view.source,
    )


def _important(view: ChapterView, rows: ResultRows) -> tuple[Line, ...]:
    names = rows.levels("endpoint")
    margin = view.protocol.endpoints[names[0]].minimal_important_difference if names else None
    return () if margin is None else (Line(label="smallest that matters", y=100 * margin),)


def _smallest(view: ChapterView, rows: ResultRows, rates: Sequence[str]) -> Table:
    group = rows.levels("group")[0]
    chances = _levels(rows.where(variable="smallest_margin"), "chance")
    body = []
    for rate in rates:
        limits = [
            points_number(rows.at(name, variable="alike", group=group, by=by_text(rate=rate)))
            for name in ("ci_low", "ci_high")
        ]
        margins = [
            number_cell(
                points_number(
                    rows.at(
                        "margin", variable="smallest_margin", group=group,
                        by=by_text(rate=rate, chance=chance),
                    )
                )
            )
            for chance in chances
        ]  # fmt: skip
        cells = (number_cell(limits[0], " to ", limits[1]), *margins)
        body.append(Row(label=(share(rate),), cells=cells))
    return view.table(
        "smallest-margin",
        body,
        [
            Column(label="95% CI of the most alike result"),
            *(Column(label=f"In {share(one)} of trials", over="Smallest margin excluded")
              for one in chances),
        ],
        title="Smallest margin excluded, by the share in both arms",
        population="Percentage points",
        stub=f"{view.named('margin').label} in both arms",
    )  # fmt: skip


def _chances(view: ChapterView, rows: ResultRows) -> Table:
    own = rows.where(variable="excluded")
    group = own.levels("group")[0]
    margins = _levels(own, "margin")
    body = [
        Row(
            label=(share(rate),),
            cells=tuple(
                number_cell(
                    points_number(
                        own.at(
                            "probability", variable="excluded", group=group,
                            by=by_text(rate=rate, margin=margin),
                        )
                    )
                )
                for margin in margins
            ),
        )
        for rate in _levels(own, "rate")
    ]  # fmt: skip
    return view.table(
        "excluded",
        body,
        [Column(label=_margin(margin), over="Margin, points") for margin in margins],
        title="How often a trial of this size excludes a margin, if the arms do not differ",
        population=f"Percent of trials; {own.rows[0].message}",
        stub=f"{view.named('margin').label} in both arms",
    )


def _needed(view: ChapterView, rows: ResultRows) -> Table:
    own = rows.where(variable="needed")
    group = own.levels("group")[0]
    margins, chances = _levels(own, "margin"), _levels(own, "chance")
    body = [
        Row(
            label=(share(rate),),
            cells=tuple(
                number_cell(
                    number(
                        own.at(
                            "subjects", variable="needed", group=group,
                            by=by_text(rate=rate, margin=margin, chance=chance),
                        ),
                        shape.count,
                    )
                )
                for chance in chances
                for margin in margins
            ),
        )
        for rate in _levels(own, "rate")
    ]  # fmt: skip
    return view.table(
        "needed",
        body,
        [
            Column(
                label=_margin(margin),
                over=f"Margin, points; in {share(chance)} of trials",
            )
            for chance in chances
            for margin in margins
        ],
        title="Patients in each arm that an answer on equivalence would need",
        population="Two equal arms that do not differ; exact, Newcombe's 95% interval",
        stub=f"{view.named('margin').label} in both arms",
    )


def _margin(margin: str) -> str:
    return plain(float(margin), shift=2)
