"""Rates of events: their ratio in words and as a figure, counts and person-time in a table."""

from __future__ import annotations

from dataclasses import replace

from equipoise.report import format as shape
from equipoise.report.display.cells import fixed_number, interval, number, number_cell
from equipoise.report.display.contrasts import (
    Measure,
    contrast_figure,
    contrast_rows,
    contrast_sentences,
)
from equipoise.report.display.model import Block, Cell, Row
from equipoise.report.display.view import View
from equipoise.report.rows import Datum

__all__ = ["rate_blocks"]

_RATIO = Measure(
    variable="rate_ratio",
    label="Rate ratio",
    name="rate ratio",
    quantity="event rate",
    decimals=2,
    is_ratio=True,
)


def rate_blocks(view: View) -> tuple[Block, ...]:
    """Lay out rates of events."""
    # A higher rate of a time to an event is a shorter time.
    measure = replace(_RATIO, turns_benefit=view.endpoint.kind == "time_to_event")
    levels = view.by_levels(view.rows.where(variable="rate"))
    blocks: list[Block] = []
    for by in levels:
        blocks += contrast_sentences(view, measure, by)
    blocks += contrast_figure(view, measure, levels)
    body: list[Row] = []
    for by in levels:
        body += view.by_heading(by)
        body += _counts(view, by, indent=1 if by else 0)
        body += contrast_rows(view, measure, view.groups, by, indent=2 if by else 1)
    notes = view.message_notes(view.rows.where(statistic=("estimate", "p_value")))
    return (*blocks, view.table(body, view.columns(view.groups), footnotes=notes))


def _counts(view: View, by: str, *, indent: int) -> list[Row]:
    def at(statistic: str, group: str) -> Datum | None:
        return view.rows.at(statistic, variable="rate", group=group, by=by)

    found = [at("estimate", group.id) for group in view.groups]
    unit = next((one.unit for one in found if one is not None), "")
    rows = [
        ("Events", [number_cell(number(at("events", g.id), shape.count)) for g in view.groups]),
        (
            "Subjects with an event",
            [number_cell(number(at("subjects", g.id), shape.count)) for g in view.groups],
        ),
        (
            "Person-years",
            [number_cell(fixed_number(at("person_years", g.id), 1)) for g in view.groups],
        ),
        (
            f"Rate per {unit.removeprefix('1/(').removesuffix(' years)')} person-years",
            [number_cell(fixed_number(one, 1)) for one in found],
        ),
        (
            view.interval_label,
            [Cell(interval(at("ci_low", g.id), at("ci_high", g.id), 1)) for g in view.groups],
        ),
    ]
    return [Row(label=(label,), cells=tuple(cells), indent=indent) for label, cells in rows]
