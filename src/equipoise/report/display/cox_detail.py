"""What a Cox model says of its subjects: predicted shares as a table, residuals as figures."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.key import levels_of
from equipoise.report import format as shape
from equipoise.report.display.cells import fixed_number, number_cell, points_number
from equipoise.report.display.figures import drawn, residuals_figure
from equipoise.report.display.model import Block, Column, Figure, Row, Runs
from equipoise.report.display.over_time import outer_levels, slug, times_of
from equipoise.report.display.view import View
from equipoise.report.figure.residuals import ResidualPanel, Residuals

__all__ = ["cox_detail_blocks"]

_MOST_PANELS = 3


def cox_detail_blocks(view: View) -> tuple[Block, ...]:
    """Lay out predicted shares without the event, and residuals."""
    return (*_predicted(view), *_schoenfeld(view), *_martingale(view))


def _predicted(view: View) -> Iterator[Block]:
    rows = view.rows.where(variable="predicted")
    for outer in outer_levels(view):
        times = times_of(rows, outer)
        if not times:
            continue
        body = [
            Row(
                label=(f"Day {shape.plain(time)}",),
                cells=tuple(
                    number_cell(
                        points_number(
                            rows.at("survival", variable="predicted", group=group.id, by=by)
                        )
                    )
                    for group in view.groups
                ),
            )
            for time, by in times.items()
        ]
        where = f": {view.by_label(outer)}" if outer else ""
        yield view.table(
            body, view.columns(view.groups),
            suffix=f"{'-' + slug(outer) if outer else ''}-predicted",
            title=f"{view.title}: without event as the model predicts, %{where}", stub="Day",
            footnotes=view.message_notes(rows),
        )  # fmt: skip


def _schoenfeld(view: View) -> Iterator[Figure]:
    """Draw residuals over time: a mean that leaves the line is a ratio that changes."""
    caption: Runs = (
        "Each point is an event; those of an arm lie in a band. The dark line is the log hazard "
        "ratio of the model: the mean of the points over any stretch of time should lie at it, "
        "and a mean that drifts away speaks against proportional hazards.",
    )
    yield from _figures(
        view, "schoenfeld", x="time", x_label="Days", x_head="Day",
        y_label="Log hazard ratio at the event", title="scaled Schoenfeld residuals",
        caption=caption,
    )  # fmt: skip


def _martingale(view: View) -> Iterator[Figure]:
    """Draw residuals over each covariate: a bend is an effect that is not linear."""
    caption: Runs = (
        "Each point is a subject: its events less those that the model expects. A bend over the "
        "covariate speaks against a linear effect.",
    )
    yield from _figures(
        view, "martingale", x="value", x_label="Covariate", x_head="Covariate",
        y_label="Martingale residual", title="martingale residuals", caption=caption,
    )  # fmt: skip


def _figures(
    view: View,
    variable: str,
    *,
    x: str,
    x_label: str,
    x_head: str,
    y_label: str,
    title: str,
    caption: Runs,
) -> Iterator[Figure]:
    rows = view.rows.where(variable=variable)
    levels = rows.levels("variable_level")
    for first in range(0, len(levels), _MOST_PANELS):
        shown = levels[first : first + _MOST_PANELS]
        found = tuple(_panel(view, variable, level, x) for level in shown)
        if not any(panel.points for panel in found):
            continue
        suffix = f"-{variable}{'-' + str(first // _MOST_PANELS + 1) if first else ''}"
        body: list[Row] = []
        for level, panel in zip(shown, found, strict=True):
            body.append(Row(label=(panel.title,), is_group=True))
            for row in rows.where(variable_level=level, statistic="residual"):
                own = rows.at(x, variable=variable, variable_level=level, by=row.by)
                cells = (number_cell(fixed_number(own, 1)), number_cell(fixed_number(row, 2)))
                body.append(Row(label=(levels_of(row.by)["subject"],), cells=cells, indent=1))
        numbers = view.table(
            body, [Column(label=x_head), Column(label="Residual")], suffix=suffix, stub="Subject",
            title=f"{view.title}: {title}",
        )  # fmt: skip
        residuals = Residuals(
            name=f"{view.id}{suffix}", panels=found, x_label=x_label, y_label=y_label
        )
        yield residuals_figure(view, residuals, numbers, caption)


def _panel(view: View, variable: str, level: str, x: str) -> ResidualPanel:
    rows = view.rows.where(variable=variable, variable_level=level)
    points = []
    for row in rows.where(statistic="residual"):
        own = rows.at(x, variable=variable, variable_level=level, by=row.by)
        across, up = drawn(own), drawn(row)
        if across is not None and up is not None:
            points.append((across, up))
    is_contrast = variable == "schoenfeld"
    ratio = (
        view.rows.at("estimate", variable="log_hazard_ratio", group=level) if is_contrast else None
    )
    title = view.words.contrast(level) if is_contrast else view.words.variable(level).label
    return ResidualPanel(title=title, points=tuple(points), level=drawn(ratio))
