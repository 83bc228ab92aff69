"""Looks of a sample size: bounds over the information, and where the trial stops."""

from __future__ import annotations

from equipoise.protocol.model.sample_size import TwoArmSize
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import (
    fixed_number,
    number_cell,
    p_value_number,
    points_number,
)
from equipoise.report.display.figures import drawn
from equipoise.report.display.model import Column, Figure, Row, Table, text_of
from equipoise.report.figure.lines import Curve, CurvePanel, LineChart, draw_line_chart
from equipoise.report.rows import Datum, ResultRows

__all__ = ["bounds_figure", "stopping_table"]

_BOUNDS = {"efficacy": "Efficacy", "futility": "Futility"}
_TRUTHS = {"no_effect": "If there is no effect (%)", "assumed": "If the effect is as assumed (%)"}
_STOPS = {"stop_efficacy": "Efficacy", "stop_futility": "Futility"}


def bounds_figure(view: ChapterView, name: str, size: TwoArmSize, rows: ResultRows) -> Figure:
    """Draw the bounds of z over the share of the information."""
    bounds = rows.where(variable="bounds")
    curves = []
    for statistic, label in _BOUNDS.items():
        points = [
            (100 * place.value, number)
            for by in bounds.levels("by")
            if (place := _of_look(bounds, "information", by)) is not None
            and place.value is not None
            and (number := drawn(_of_look(bounds, statistic, by))) is not None
        ]
        if points:
            curves.append(Curve(label=label, points=tuple(points)))
    values = [number.value for curve in curves for _, number in curve.points]
    chart = LineChart(
        name=f"sample_size-{name}-bounds",
        panels=(CurvePanel(curves=tuple(curves)),),
        x_label="Information (%)",
        y_label="Bound of z, above 0 towards the effect",
        y_limits=(min(0.0, *values) - 0.3, max(values) + 0.3),
    )
    table = _bounds_table(view, name, size, rows)
    return Figure(
        id=f"figure-sample_size-{name}-bounds",
        title=f"{size.label}: bounds over the information",
        population="z statistic at or beyond which a look stops",
        svg=draw_line_chart(chart),
        alt=f"Bounds of z over the information. {_spoken(table)}",
        caption=("At the end the test rejects at or above the efficacy bound.",),
        numbers=(table,),
        source=view.source,
    )


def stopping_table(view: ChapterView, name: str, size: TwoArmSize, rows: ResultRows) -> Table:
    """Set out where the trial stops, and its size then."""
    looks = rows.where(variable="bounds").levels("by")
    stops = [stop for stop in _STOPS if rows.where(variable=stop).rows]
    body = [
        Row(
            label=(f"Look {place}",),
            cells=tuple(
                number_cell(
                    points_number(
                        _at(rows, "probability", stop, f"look={place}; truth={truth}")
                    )
                )
                for truth in _TRUTHS
                for stop in stops
            ),
        )
        for place in range(1, len(looks) + 1)
    ]  # fmt: skip
    unit = "events" if rows.where(variable="expected_events").rows else "subjects"
    means = []
    for truth in _TRUTHS:
        mean = _at(rows, "mean", f"expected_{unit}", f"truth={truth}")
        empty = [number_cell("")] * (len(stops) - 1)
        means += [number_cell(fixed_number(mean, 1)), *empty]
    label = "Events, mean" if unit == "events" else "Participants, mean"
    return view.table(
        f"{name}-stops",
        [*body, Row(label=(label,), cells=tuple(means))],
        [Column(label=_STOPS[stop], over=over) for over in _TRUTHS.values() for stop in stops],
        title=f"{size.label}: where the trial stops",
        population="Percent of trials, before the size is rounded",
        stub="Stops at",
    )


def _bounds_table(view: ChapterView, name: str, size: TwoArmSize, rows: ResultRows) -> Table:
    bounds = rows.where(variable="bounds")
    counts = rows.where(variable=("subjects", "events"))
    has_futility = bool(bounds.where(statistic="futility").rows)
    unit = counts.levels("variable")[0]
    body = []
    for place, by in enumerate(bounds.levels("by"), start=1):
        cells = [
            points_number(_of_look(bounds, "information", by)),
            fixed_number(_of_look(counts, "count", by), 1),
            fixed_number(_of_look(bounds, "efficacy", by), 3),
            p_value_number(_of_look(bounds, "p_value", by)),
            fixed_number(_of_look(bounds, "alpha_spent", by), 5),
            *([fixed_number(_of_look(bounds, "futility", by), 3)] if has_futility else []),
        ]
        body.append(Row(label=(f"Look {place}",), cells=tuple(map(number_cell, cells))))
    heads = [
        "Information (%)", "Events" if unit == "events" else "Participants", "Efficacy, z",
        "p at the bound", "Level spent", *(["Futility, z"] if has_futility else []),
    ]  # fmt: skip
    return view.table(
        f"{name}-bounds",
        body,
        [Column(label=head) for head in heads],
        title=f"{size.label}: bounds of the looks",
        stub="Look",
    )


def _spoken(table: Table) -> str:
    heads = [column.label for column in table.columns]
    said = []
    for row in table.rows:
        values = [text_of(cell.runs) for cell in row.cells]
        parts = [f"{head} {value}" for head, value in zip(heads, values, strict=True) if value]
        said.append(f"{text_of(row.label)}: {', '.join(parts)}.")
    return " ".join(said)


def _of_look(rows: ResultRows, statistic: str, by: str) -> Datum | None:
    found = rows.where(statistic=statistic, by=by).rows
    return found[0] if found else None


def _at(rows: ResultRows, statistic: str, variable: str, by: str) -> Datum | None:
    return _of_look(rows.where(variable=variable), statistic, by)
