"""Responses compared within strata: pooled effects in words, counts by stratum in a table."""

from __future__ import annotations

from equipoise.report import format as shape
from equipoise.report.display.cells import (
    count_and_percent,
    fixed_number,
    number,
    number_cell,
    p_value_number,
)
from equipoise.report.display.contrasts import contrast_figure, contrast_rows, contrast_sentences
from equipoise.report.display.model import Block, Cell, Column, Row, Table
from equipoise.report.display.proportions import (
    ODDS_RATIO,
    RELATIVE_RISK,
    RISK_DIFFERENCE,
    counts_paragraph,
)
from equipoise.report.display.view import View

__all__ = ["stratified_blocks"]

_HOMOGENEITY = {"breslow_day": "Breslow and Day", "tarone": "with Tarone's correction"}


def stratified_blocks(view: View) -> tuple[Block, ...]:
    """Lay out a stratified comparison."""
    levels = view.by_levels(view.rows.where(variable="test"))
    measures = [
        one
        for one in (RISK_DIFFERENCE, RELATIVE_RISK, ODDS_RATIO)
        if view.rows.where(variable=one.variable).rows
    ]
    blocks: list[Block] = []
    for by in levels:
        blocks.append(counts_paragraph(view, by))
        for measure in measures[:1]:
            blocks += contrast_sentences(view, measure, by)
    for measure in measures:
        figure = contrast_figure(view, measure, levels, suffix=f"-{measure.variable}")
        if figure is not None:
            blocks.append(figure)
    body: list[Row] = []
    for by in view.by_levels(view.rows.where(variable="response")):
        label = view.by_label(by) if by else "All strata"
        cells = [
            Cell(
                count_and_percent(
                    *(
                        view.rows.at(name, variable="response", group=group.id, by=by)
                        for name in ("count", "percent", "denominator")
                    )
                )
            )
            for group in view.groups
        ]
        body.append(Row(label=(f"Responders (%): {label}",), cells=tuple(cells)))
    for by in levels:
        for measure in measures:
            body += contrast_rows(view, measure, view.groups, by)
    notes = view.message_notes(
        view.rows.where(variable=("test", *(measure.variable for measure in measures)))
    )
    table = view.table(body, view.columns(view.groups), footnotes=notes)
    return (*blocks, table, _homogeneity(view, levels))


def _homogeneity(view: View, levels: tuple[str, ...]) -> Table:
    body = []
    for by in levels:
        for name, _, _ in view.contrasts:
            for level, words in _HOMOGENEITY.items():
                statistic, df, p_value = (
                    view.rows.at(
                        one, variable="homogeneity", variable_level=level, group=name, by=by
                    )
                    for one in ("statistic", "df", "p_value")
                )
                where = view.by_suffix(by)
                cells = (
                    number_cell(fixed_number(statistic, 2)),
                    number_cell(number(df, shape.plain)),
                    number_cell(p_value_number(p_value, view.p_style)),
                )
                label = f"{view.words.contrast(name)}{where}: {words}"
                body.append(Row(label=(label,), cells=cells))
    columns = [Column(label="Chi-square"), Column(label="df"), Column(label="p")]
    title = f"{view.title}: one odds ratio in all strata?"
    return view.table(body, columns, suffix="-homogeneity", title=title, stub="Test")
