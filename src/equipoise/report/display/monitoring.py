"""Monitoring of a response: the path of the responders between the limits of the looks."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.key import levels_of
from equipoise.analyse.method.limit import limit_words
from equipoise.analyse.statement import opened
from equipoise.protocol.model.arm import TOTAL
from equipoise.report import format as shape
from equipoise.report.display.cells import (
    fixed_number,
    interval,
    limit_number,
    number,
    number_cell,
    text_cell,
)
from equipoise.report.display.figures import drawn, path_figure
from equipoise.report.display.model import Block, Cell, Column, Figure, Paragraph, Row, Runs, Table
from equipoise.report.display.view import View
from equipoise.report.figure.lines import Curve, CurvePanel, LineChart
from equipoise.report.rows import Datum

__all__ = ["monitoring_blocks"]

_NEITHER = "goes on"


def monitoring_blocks(view: View) -> tuple[Block, ...]:
    """Lay out a monitoring: what it came to, the path between the limits, its numbers."""
    lead = Paragraph(runs=_sentence(view), kind="lead")
    figure = _figure(view)
    return (lead, figure) if figure is not None else (lead, _table(view))


def _sentence(view: View) -> Runs:
    decision = _at(view, "stop", "decision", "")
    looks = _looks(view)
    reached = [by for by in looks if _is_known(_at(view, "look", "count", by))]
    if decision is not None and decision.is_estimated:
        return (
            f"{view.endpoint.label}: the {_met(view, decision.value)} is met after ",
            number(_at(view, "stop", "subjects", ""), shape.count), " participants: ",
            number(_at(view, "stop", "count", ""), shape.count), f" {_counted(view).lower()}.",
        )  # fmt: skip
    if not reached:
        return (f"{view.endpoint.label}: too few participants are known for the first look.",)
    seen = _at(view, "look", "count", reached[-1])
    end = "the end" if reached[-1] == looks[-1] else "the last look that could be made"
    return (
        f"{view.endpoint.label}: no limit is met. At {end}, after {_size(reached[-1])} "
        "participants, there were ", number(seen, shape.count), f" {_counted(view).lower()}.",
    )  # fmt: skip


def _counted(view: View) -> str:
    return "With an event" if view.endpoint.kind == "adverse_event" else "Responders"


def _met(view: View, decision: float | None) -> str:
    high, low = limit_words(view.endpoint.benefit)
    return {1.0: high, -1.0: low}.get(decision or 0.0, _NEITHER)


def _looks(view: View) -> tuple[str, ...]:
    return view.by_levels(view.rows.where(variable="look"))


def _size(by: str) -> str:
    return levels_of(by)["subjects"]


def _at(view: View, variable: str, statistic: str, by: str) -> Datum | None:
    return view.rows.at(statistic, variable=variable, group=TOTAL, by=by)


def _is_known(datum: Datum | None) -> bool:
    return datum is not None and datum.is_estimated


def _figure(view: View) -> Figure | None:
    curves = tuple(_curves(view))
    if max((len(one.points) for one in curves), default=0) < 2:  # a line takes two points
        return None
    values = [value.value for one in curves for _, value in one.points]
    chart = LineChart(
        name=f"{view.id}-path",
        panels=(CurvePanel(curves=curves),),
        x_label="Participants",
        y_label=_counted(view),
        y_limits=(min(0.0, *values) - 0.5, max(values) + 1.0),
    )
    caption: Runs = ("The trial stops at the first look whose limit is met or passed.",)
    return path_figure(view, chart, _table(view), caption)


def _curves(view: View) -> Iterator[Curve]:
    """Draw the responders, and limits where a number of responders can meet them."""
    high, low = limit_words(view.endpoint.benefit)
    for label, statistic in ((_counted(view), "count"), (opened(high), "upper"),
                             (opened(low), "lower")):  # fmt: skip
        points = []
        for by in _looks(view):
            value, n = drawn(_at(view, "look", statistic, by)), float(_size(by))
            if value is not None and 0 <= value.value <= n:
                points.append((n, value))
        if points:
            yield Curve(label=label, points=tuple(points))


def _table(view: View) -> Table:
    high, low = limit_words(view.endpoint.benefit)
    is_predictive = bool(view.rows.where(variable="posterior").rows)
    columns = [Column(label=_counted(view)), Column(label=f"{opened(low)}: or fewer"),
               Column(label=f"{opened(high)}: or more"), Column(label="Says")]  # fmt: skip
    if is_predictive:
        credible = f"{shape.plain(100 * view.level, 1)}% credible"
        columns += [Column(label="Posterior mean, %"), Column(label=f"{credible}, %"),
                    Column(label="Predictive probability")]  # fmt: skip
    return view.table(
        (_row(view, by, is_predictive=is_predictive) for by in _looks(view)),
        columns,
        suffix="-looks",
        stub="Participants",
        footnotes=view.message_notes(view.rows.where(variable="posterior")),
    )


def _row(view: View, by: str, *, is_predictive: bool) -> Row:
    decision = _at(view, "look", "decision", by)
    said = ""
    if decision is not None and decision.is_estimated:
        said = opened(_met(view, decision.value))
    cells = [
        number_cell(number(_at(view, "look", "count", by), shape.count)),
        *(
            number_cell(limit_number(_at(view, "look", one, by), float(_size(by))))
            for one in ("lower", "upper")
        ),
        text_cell(said),
    ]
    if is_predictive:
        cells += [
            number_cell(fixed_number(_at(view, "posterior", "mean", by), 1)),
            Cell(interval(_at(view, "posterior", "ci_low", by),
                          _at(view, "posterior", "ci_high", by), 1)),
            number_cell(fixed_number(_at(view, "posterior", "predictive_probability", by), 3)),
        ]  # fmt: skip
    return Row(label=(_size(by),), cells=tuple(cells))
