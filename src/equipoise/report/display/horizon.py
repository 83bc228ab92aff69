"""Times to an event up to one day: mean time free of it, and share free of it."""

from __future__ import annotations

from equipoise.report import format as shape
from equipoise.report.display.cells import fixed_number, interval, number, number_cell
from equipoise.report.display.contrasts import (
    Measure,
    contrast_figure,
    contrast_rows,
    contrast_sentences,
)
from equipoise.report.display.model import Block, Cell, Row
from equipoise.report.display.over_time import percent_runs
from equipoise.report.display.view import View
from equipoise.report.figure.style import FigureArm

__all__ = ["milestone_blocks", "restricted_mean_blocks"]

_MEAN_DIFFERENCE = Measure(
    variable="difference",
    label="Difference in mean time",
    name="difference",
    quantity="mean time without the event",
    unit="days",
    decimals=1,
)
_MEAN_RATIO = Measure(
    variable="ratio",
    label="Ratio of mean times",
    name="ratio",
    quantity="mean time without the event",
    decimals=2,
    is_ratio=True,
)
_SHARE_DIFFERENCE = Measure(
    variable="difference",
    label="Difference in shares",
    name="difference",
    quantity="share without the event",
    unit="percentage points",
    decimals=1,
    shift=2,
)


def restricted_mean_blocks(view: View) -> tuple[Block, ...]:
    """Lay out mean times free of the event: sentences, forest plot, table."""
    measures = [
        one
        for one in (_MEAN_DIFFERENCE, _MEAN_RATIO)
        if view.rows.where(variable=one.variable).rows
    ]
    return _blocks(view, measures, "restricted_mean")


def milestone_blocks(view: View) -> tuple[Block, ...]:
    """Lay out shares free of the event at one time: sentences, forest plot, table."""
    return _blocks(view, [_SHARE_DIFFERENCE], "survival")


def _blocks(view: View, measures: list[Measure], variable: str) -> tuple[Block, ...]:
    levels = view.by_levels()
    groups = view.arms
    blocks: list[Block] = []
    for by in levels:
        blocks += contrast_sentences(view, measures[0], by)
    for place, measure in enumerate(measures):
        suffix = f"-{measure.variable}" if place else ""
        blocks += contrast_figure(view, measure, levels, suffix=suffix)
    body: list[Row] = []
    for by in levels:
        body += view.by_heading(by)
        body += _group_rows(view, groups, variable, by)
        for measure in measures:
            body += contrast_rows(view, measure, groups, by, indent=2 if by else 1)
    notes = view.message_notes(view.rows)
    return (*blocks, view.table(body, view.columns(groups), footnotes=notes))


def _group_rows(view: View, groups: tuple[FigureArm, ...], variable: str, by: str) -> list[Row]:
    """Count subjects and events, and show the estimate of each group with its limits."""
    indent = 1 if by else 0
    counts = [
        Row(
            label=(label,),
            cells=tuple(
                number_cell(number(view.rows.at(name, group=g.id, by=by), shape.count))
                for g in groups
            ),
            indent=indent,
        )
        for label, name in (("Subjects", "n"), ("With event", "events"))
    ]
    label = "Mean, days" if variable == "restricted_mean" else "Without event, %"
    estimates = Row(
        label=(f"{label} ({view.interval_label})",),
        cells=tuple(_estimate(view, variable, group.id, by) for group in groups),
        indent=indent,
    )
    return [*counts, estimates]


def _estimate(view: View, variable: str, group: str, by: str) -> Cell:
    estimate, low, high = (
        view.rows.at(name, variable=variable, group=group, by=by)
        for name in ("estimate", "ci_low", "ci_high")
    )
    if variable == "survival":
        at_risk = view.rows.at("at_risk", variable=variable, group=group, by=by)
        return number_cell(*percent_runs(estimate, low, high, at_risk))
    limits = interval(low, high, 1) if low is not None and low.is_estimated else ()
    shown = (" (", *limits, ")") if limits else ()
    return number_cell(fixed_number(estimate, 1), *shown)
