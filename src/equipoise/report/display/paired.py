"""Change of a response between two visits, group by group."""

from __future__ import annotations

from equipoise.report import format as shape
from equipoise.report.display.cells import (
    count_and_percent,
    fixed_number,
    interval,
    number,
    number_cell,
    p_value_number,
)
from equipoise.report.display.model import Block, Cell, Row
from equipoise.report.display.view import View
from equipoise.report.rows import Datum

__all__ = ["paired_blocks"]


def paired_blocks(view: View) -> tuple[Block, ...]:
    """Lay out both visits, who changed, and the test, one column for each group."""

    def at(statistic: str, variable: str, group: str, by: str) -> Datum | None:
        return view.rows.at(statistic, variable=variable, group=group, by=by)

    groups = view.groups
    body: list[Row] = []
    visits = view.by_levels(view.rows.where(variable="response"))
    for by in visits:
        cells = []
        for group in groups:
            count, percent, of = (
                at(one, "response", group.id, by) for one in ("count", "percent", "denominator")
            )
            cells.append(Cell(count_and_percent(count, percent, of)))
        body.append(Row(label=(f"Responders (%): {view.by_label(by)}",), cells=tuple(cells)))
    for by in view.by_levels(view.rows.where(variable="change")):
        where = view.by_suffix(by)
        rows: dict[str, list[Cell]] = {}
        for label, variable in (("Gained", "gained"), ("Lost", "lost")):
            counts = [at("count", variable, g.id, by) for g in groups]
            rows[label] = [number_cell(number(one, shape.count)) for one in counts]
        estimates, lows, highs = (
            [at(statistic, "odds_ratio", g.id, by) for g in groups]
            for statistic in ("estimate", "ci_low", "ci_high")
        )
        rows["Odds ratio, gained over lost"] = [
            number_cell(fixed_number(one, 2)) for one in estimates
        ]
        rows[view.interval_label] = [
            Cell(interval(low, high, 2)) for low, high in zip(lows, highs, strict=True)
        ]
        tests = [at("p_value", "change", g.id, by) for g in groups]
        rows["p"] = [number_cell(p_value_number(one, view.p_style)) for one in tests]
        body += [Row(label=(f"{name}{where}",), cells=tuple(own)) for name, own in rows.items()]
    notes = view.message_notes(view.rows.where(variable=("change", "odds_ratio")))
    return (view.table(body, view.columns(groups), footnotes=notes),)
