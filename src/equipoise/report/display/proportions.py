"""Responses and their comparison; tests of categories over strata."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report import format as shape
from equipoise.report.display.cells import (
    count_and_percent,
    fixed_number,
    number,
    number_cell,
    p_value_number,
)
from equipoise.report.display.chi_square import CHI_SQUARE_COLUMNS, chi_square_of
from equipoise.report.display.contrasts import (
    Measure,
    contrast_figure,
    contrast_rows,
    contrast_sentences,
)
from equipoise.report.display.fit_note import fit_notes
from equipoise.report.display.margin import margin_sentences, margin_table
from equipoise.report.display.model import Block, Cell, Paragraph, Row, Run, Runs, Table
from equipoise.report.display.spoken import p_value_words
from equipoise.report.display.view import View
from equipoise.report.rows import Datum, ResultRows

__all__ = [
    "ODDS_RATIO",
    "RELATIVE_RISK",
    "RISK_DIFFERENCE",
    "cmh_blocks",
    "counts_paragraph",
    "proportion_blocks",
]

RISK_DIFFERENCE = Measure(
    variable="risk_difference",
    label="Risk difference",
    name="risk difference",
    quantity="share of subjects",
    unit="percentage points",
    decimals=1,
    shift=2,
)
RELATIVE_RISK = Measure(
    variable="relative_risk",
    label="Relative risk",
    name="relative risk",
    quantity="share of subjects",
    decimals=2,
    is_ratio=True,
)
ODDS_RATIO = Measure(
    variable="odds_ratio",
    label="Odds ratio",
    name="odds ratio",
    quantity="odds",
    decimals=2,
    is_ratio=True,
)
_MEASURES = (RISK_DIFFERENCE, RELATIVE_RISK, ODDS_RATIO)


def proportion_blocks(view: View) -> tuple[Block, ...]:
    """Lay out a response: counts in words, each measure in words and as a figure, one table."""
    measures = [one for one in _MEASURES if view.rows.where(variable=one.variable).rows]
    levels = view.by_levels()
    blocks: list[Block] = []
    for by in levels:
        blocks.append(counts_paragraph(view, by))
        for measure in measures[:1]:
            blocks += contrast_sentences(view, measure, by)
        blocks += margin_sentences(view, RISK_DIFFERENCE, by)
        blocks += _null_sentence(view, by)
    for measure in measures:
        blocks += contrast_figure(view, measure, levels, suffix=f"-{measure.variable}")
    margin = margin_table(view, levels, RISK_DIFFERENCE)
    if margin is not None:
        blocks.append(margin)
    return (*blocks, _table(view, measures, levels))


def counts_paragraph(view: View, by: str) -> Paragraph:
    """Say how many of each group respond."""
    runs: list[Run] = [f"{view.endpoint.label}{f', {view.by_label(by)}' if by else ''}: "]
    for place, group in enumerate(view.groups):
        counted, of, share = (_at(view, name, group.id, by) for name in _COUNTS)
        if counted is None:
            continue
        runs += [", " if place else "", number(counted, shape.count), " of "]
        runs.append(number(of, shape.count))
        if share is not None and share.is_estimated:  # nobody is none in a hundred of nobody
            runs += [" (", number(share, shape.percent), "%)"]
        runs.append(f" with {group.label}")
    return Paragraph(runs=(*(run for run in runs if run != ""), "."))


def _null_sentence(view: View, by: str) -> Iterator[Paragraph]:
    """Say how each proportion stands to the share that it is tested against."""
    found = view.rows.where(variable="null_share", by=by)
    nulls = found.where(statistic="null")
    if not nulls.rows:
        return
    runs: list[Run] = ["Tested against a share of ", fixed_number(nulls.rows[0], 1), "%: "]
    for place, row in enumerate(found.where(statistic="p_value")):
        runs += ["; " if place else "", f"{view.words.group(row.group)}, "]
        runs += [*p_value_words(row, view)]
    yield Paragraph(runs=(*(run for run in runs if run != ""), "."), kind="lead")


_COUNTS = ("count", "denominator", "percent")


def _at(view: View, statistic: str, group: str, by: str) -> Datum | None:
    return view.rows.at(statistic, variable="response", group=group, by=by)


def _table(view: View, measures: list[Measure], levels: tuple[str, ...]) -> Table:
    groups = view.groups
    body: list[Row] = []
    for by in levels:
        body += view.by_heading(by)
        depth = 1 if by else 0
        heading = tuple(Cell() for _ in groups)
        body.append(Row(label=("Response",), cells=heading, is_group=depth == 0, indent=depth))
        known = [
            number_cell(number(_at(view, "denominator", g.id, by), shape.count)) for g in groups
        ]
        body.append(Row(label=("Known",), cells=tuple(known), indent=depth + 1))
        counts = [
            Cell(count_and_percent(*(_at(view, name, g.id, by) for name in ("count", "percent"))))
            for g in groups
        ]
        body.append(Row(label=("Responders (%)",), cells=tuple(counts), indent=depth + 1))
        limits = [Cell(_percent_limits(view, g.id, by)) for g in groups]
        label = f"{view.interval_label}, %"
        body.append(Row(label=(label,), cells=tuple(limits), indent=depth + 1))
        tests = [view.rows.at("p_value", variable="null_share", group=g.id, by=by) for g in groups]
        if any(tests):
            cells = tuple(number_cell(p_value_number(one, view.p_style)) for one in tests)
            label = "p against the share tested"
            body.append(Row(label=(label,), cells=cells, indent=depth + 1))
        for measure in measures:
            body += contrast_rows(view, measure, groups, by, indent=depth + 1)
    variables = ("response", "null_share", "test", *(measure.variable for measure in measures))
    notes: list[Runs] = [
        (f"{_NAMES.get(variable, variable)}: {message}.",)
        for variable in variables
        for message in view.messages(view.rows.where(variable=variable))
    ]
    if any(measure.shift for measure in measures):
        notes.insert(0, ("Risk differences are in percentage points.",))
    return view.table(body, view.columns(groups), footnotes=notes)


_NAMES = {
    "response": "Responders",
    "null_share": "p against a share",
    "test": "p",
    "risk_difference": "Risk difference",
    "relative_risk": "Relative risk",
    "odds_ratio": "Odds ratio",
}


def _percent_limits(view: View, group: str, by: str) -> Runs:
    low, high = (_at(view, name, group, by) for name in ("ci_low", "ci_high"))
    if low is None or high is None or not low.is_estimated:
        return ()
    return (fixed_number(low, 1), " to ", fixed_number(high, 1))


_TESTS = {
    "general_association": "General association",
    "row_mean_scores": "Row mean scores differ",
    "correlation": "Nonzero correlation",
}


def cmh_blocks(view: View) -> tuple[Block, ...]:
    """Lay out Cochran-Mantel-Haenszel tests: one row for each kind of test and groups compared."""
    body: list[Row] = []
    tests = ResultRows(row for row in view.rows if row.variable != "imputed")
    for group in tests.levels("group"):
        own = tests.where(group=group)
        body.append(Row(label=(view.words.contrast(group),), is_group=True))
        for variable in own.levels("variable"):
            for by in view.by_levels(own.where(variable=variable)):
                test = chi_square_of(view, variable=variable, group=group, by=by)
                name = _TESTS.get(variable, view.words.variable(variable).label)
                label = f"{name}: {view.by_label(by)}" if by else name
                body.append(Row(label=(label,), cells=test.cells(view), indent=1))
    return (view.table(body, CHI_SQUARE_COLUMNS, stub="Groups and test"), *fit_notes(view))
