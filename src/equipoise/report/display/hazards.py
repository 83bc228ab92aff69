"""Times to event compared: log-rank tests and hazard ratios."""

from __future__ import annotations

from equipoise.protocol.model.arm import ALL_ARMS
from equipoise.report import format as shape
from equipoise.report.display.cells import (
    fixed_number,
    number,
    number_cell,
    p_value_number,
)
from equipoise.report.display.chi_square import CHI_SQUARE_COLUMNS, ChiSquare, chi_square_of
from equipoise.report.display.contrasts import (
    Measure,
    contrast_figure,
    contrast_rows,
    contrast_sentences,
)
from equipoise.report.display.cox_detail import cox_detail_blocks
from equipoise.report.display.model import (
    Block,
    Column,
    Paragraph,
    Row,
    Run,
)
from equipoise.report.display.model_tests import model_test_blocks
from equipoise.report.display.spoken import p_value_words
from equipoise.report.display.view import View

__all__ = ["cox_blocks", "fine_gray_blocks", "logrank_blocks", "maxcombo_blocks"]

HAZARD = Measure(
    variable="hazard_ratio",
    label="Hazard ratio",
    name="hazard ratio",
    quantity="hazard",
    decimals=2,
    is_ratio=True,
    turns_benefit=True,
)

SUBDISTRIBUTION = Measure(
    variable="subdistribution_hazard_ratio",
    label="Subdistribution hazard ratio",
    name="subdistribution hazard ratio",
    quantity="hazard of the subdistribution",
    decimals=2,
    is_ratio=True,
    turns_benefit=True,
)


def logrank_blocks(view: View) -> tuple[Block, ...]:
    """Lay out log-rank tests: sentence for all groups, table of tests, observed and expected."""
    blocks: list[Block] = []
    body: list[Row] = []
    for by in view.by_levels():
        tested = [
            name
            for name in view.rows.levels("group")
            if view.rows.at("p_value", group=name, by=by) is not None
        ]
        body += view.by_heading(by)
        for name in tested:
            test = chi_square_of(view, group=name, by=by)
            label = view.words.contrast(name)
            body.append(Row(label=(label,), cells=test.cells(view), indent=1 if by else 0))
            if name == ALL_ARMS:
                blocks.append(_logrank_sentence(view, by, test))
        body += _trend_row(view, by)
    notes = view.message_notes(view.rows.where(statistic="p_value"))
    table = view.table(body, CHI_SQUARE_COLUMNS, stub="Groups compared", footnotes=notes)
    return (*blocks, table)


def _trend_row(view: View, by: str) -> list[Row]:
    """Show the test for trend, whose squared z is a chi-square on one degree of freedom."""
    z, p_value = (
        view.rows.at(name, variable="trend", group=ALL_ARMS, by=by)
        for name in ("statistic", "p_value")
    )
    if p_value is None:
        return []
    cells = (
        number_cell("z ", fixed_number(z, 2)),
        number_cell(),
        number_cell(p_value_number(p_value, view.p_style)),
    )
    return [Row(label=("Trend over the groups",), cells=cells, indent=1 if by else 0)]


def _logrank_sentence(view: View, by: str, test: ChiSquare) -> Paragraph:
    where = view.by_suffix(by)
    observed: list[Run] = []
    for group in view.groups:
        seen, expected = (
            view.rows.at(name, group=group.id, by=by) for name in ("observed", "expected")
        )
        if seen is None or expected is None:
            continue
        observed += ["; " if observed else "", number(seen, shape.count), " events with "]
        observed += [group.label, ", ", fixed_number(expected, 1), " expected if arms were alike"]
    runs: list[Run] = [f"{view.endpoint.label}{where}, compared over all arms: "]
    name = test.p_value.message if test.p_value is not None else ""
    named = "log-rank" if name in ("", "log-rank test") else f"{name},"
    runs += [f"{named} ", *test.words(view)]
    if observed:
        runs += [" (", *observed, ")"]
    return Paragraph(runs=(*(run for run in runs if run != ""), "."), kind="lead")


def maxcombo_blocks(view: View) -> tuple[Block, ...]:
    """Lay out MaxCombo tests: for each contrast a sentence, a row, and its weighted tests."""
    blocks: list[Block] = []
    body: list[Row] = []
    for by in view.by_levels():
        for name, _, _ in view.contrasts:
            z, p_value = (view.rows.at(one, group=name, by=by) for one in ("statistic", "p_value"))
            if p_value is None:
                continue
            where = view.by_suffix(by)
            label = f"{view.words.contrast(name)}{where}"
            runs: tuple[Run, ...] = (
                f"{view.endpoint.label}, {label}: MaxCombo test, largest z ", fixed_number(z, 2),
                ", ", *p_value_words(p_value, view), ".",
            )  # fmt: skip
            blocks.append(Paragraph(runs=runs, kind="lead"))
            p_cell = number_cell(p_value_number(p_value, view.p_style))
            body.append(Row(label=(label,), cells=(number_cell(fixed_number(z, 2)), p_cell)))
            for row in view.rows.where(variable="weight", group=name, by=by):
                cells = (number_cell(fixed_number(row, 2)), number_cell())
                text = f"Weight (rho, gamma) {row.variable_level}"
                body.append(Row(label=(text,), cells=cells, indent=1))
    columns = [Column(label="z"), Column(label="p")]
    notes = view.message_notes(view.rows.where(statistic="p_value"))
    return (*blocks, view.table(body, columns, stub="Groups compared", footnotes=notes))


def cox_blocks(view: View) -> tuple[Block, ...]:
    """Lay out hazard ratios: sentences, forest plot, table, tests of the model, its subjects."""
    blocks = (*_ratio_blocks(view, HAZARD), *model_test_blocks(view))
    return (*blocks, *cox_detail_blocks(view))


def fine_gray_blocks(view: View) -> tuple[Block, ...]:
    """Lay out ratios of subdistribution hazards: sentences, forest plot, table."""
    return _ratio_blocks(view, SUBDISTRIBUTION)


def _ratio_blocks(view: View, measure: Measure) -> tuple[Block, ...]:
    levels = view.by_levels(view.rows.where(variable=measure.variable))
    blocks: list[Block] = []
    for by in levels:
        blocks += contrast_sentences(view, measure, by)
    blocks += contrast_figure(view, measure, levels)
    groups = view.compared
    body: list[Row] = []
    for by in levels:
        body += view.by_heading(by)
        body += contrast_rows(view, measure, groups, by, indent=2 if by else 1)
    notes = view.message_notes(view.rows.where(variable=measure.variable))
    return (*blocks, view.table(body, view.columns(groups), footnotes=notes))
