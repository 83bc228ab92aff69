"""Responses compared within strata: pooled effects in words, counts by stratum in a table."""

from __future__ import annotations

from equipoise.report.display.cells import (
    count_and_percent,
)
from equipoise.report.display.chi_square import CHI_SQUARE_COLUMNS, chi_square_of
from equipoise.report.display.contrasts import contrast_figure, contrast_rows, contrast_sentences
from equipoise.report.display.model import Block, Cell, Row, Table
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
        blocks += contrast_figure(view, measure, levels, suffix=f"-{measure.variable}")
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
                test = chi_square_of(
                    view, variable="homogeneity", variable_level=level, group=name, by=by
                )
                label = f"{view.words.contrast(name)}{view.by_suffix(by)}: {words}"
                body.append(Row(label=(label,), cells=test.cells(view)))
    title = f"{view.title}: one odds ratio in all strata?"
    return view.table(body, CHI_SQUARE_COLUMNS, suffix="-homogeneity", title=title, stub="Test")
