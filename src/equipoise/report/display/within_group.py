"""Changes and visits within groups: sentences, summaries, tests; groups are not compared."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report.display.cells import fixed_number, interval, number_cell, p_value_number
from equipoise.report.display.chi_square import CHI_SQUARE_COLUMNS, chi_square_of
from equipoise.report.display.means import means_measure, means_table
from equipoise.report.display.model import Block, Cell, Paragraph, Row, Run, Table
from equipoise.report.display.spoken import p_value_words
from equipoise.report.display.view import View
from equipoise.report.format import decimals_of
from equipoise.report.rows import Datum

__all__ = ["friedman_blocks", "within_group_blocks"]

_NO_COMPARISON = Paragraph(
    runs=(
        "A change within a group is not an effect of its treatment: it holds what would have "
        "happened anyway. Groups are not compared here.",
    ),
    kind="note",
)


def within_group_blocks(view: View) -> tuple[Block, ...]:
    """Lay out changes from baseline: a sentence for each group, summaries, tests."""
    levels = view.by_levels(view.rows.where(variable="change_within"))
    sentences = [
        sentence for by in levels for group in view.groups
        for sentence in _sentence(view, group.id, by)
    ]  # fmt: skip
    summaries = means_table(view, means_measure(view), levels)
    return (*sentences, _NO_COMPARISON, summaries, _tests(view, levels))


def _at(view: View, statistic: str, group: str, by: str) -> Datum | None:
    return view.rows.at(statistic, variable="change_within", group=group, by=by)


def _name(view: View) -> str:
    is_ranks = view.rows.levels("method") == ("wilcoxon_signed_rank",)
    return "Typical change (Hodges-Lehmann)" if is_ranks else "Mean change"


def _sentence(view: View, group: str, by: str) -> Iterator[Paragraph]:
    estimate, p_value = _at(view, "estimate", group, by), _at(view, "p_value", group, by)
    if estimate is None or p_value is None:
        return
    begin = f"{view.endpoint.label}{view.by_suffix(by)}, {view.words.group(group)}: "
    if not estimate.is_estimated:
        yield Paragraph(
            runs=(f"{begin}no change can be estimated ({estimate.message}).",), kind="lead"
        )
        return
    decimals = decimals_of("estimate", view.endpoint.decimals)
    unit = f" {view.endpoint.unit}" if view.endpoint.unit else ""
    limits = interval(_at(view, "ci_low", group, by), _at(view, "ci_high", group, by), decimals)
    runs: list[Run] = [f"{begin}{_name(view).lower()} ", fixed_number(estimate, decimals), unit]
    if not p_value.is_estimated:
        runs.append(f"; it could not be tested ({p_value.message}).")
    else:
        runs += [*((f" ({view.interval_label} ", *limits, ")") if limits else ()), ", "]
        runs += [*p_value_words(p_value, view), "."]
    yield Paragraph(runs=tuple(run for run in runs if run != ""), kind="lead")


def _tests(view: View, levels: tuple[str, ...]) -> Table:
    groups = view.groups
    body: list[Row] = []
    decimals = decimals_of("estimate", view.endpoint.decimals)
    for by in levels:
        body += view.by_heading(by)
        depth = 1 if by else 0
        errors = [_at(view, "standard_error", g.id, by) for g in groups]
        has_error = any(error is not None for error in errors)
        cells = [
            number_cell(
                fixed_number(_at(view, "estimate", g.id, by), decimals),
                *(
                    (" (", fixed_number(error, decimals + 1), ")")
                    if error is not None and error.is_estimated
                    else ()
                ),
            )
            for g, error in zip(groups, errors, strict=True)
        ]
        label = f"{_name(view)}{' (SE)' if has_error else ''}"
        body.append(Row(label=(label,), cells=tuple(cells), indent=depth))
        limits = [
            Cell(interval(_at(view, "ci_low", g.id, by), _at(view, "ci_high", g.id, by), decimals))
            for g in groups
        ]
        body.append(Row(label=(view.interval_label,), cells=tuple(limits), indent=depth))
        p_values = [
            number_cell(p_value_number(_at(view, "p_value", g.id, by), view.p_style))
            for g in groups
        ]
        body.append(Row(label=("p",), cells=tuple(p_values), indent=depth))
    return view.table(
        body, view.columns(groups), suffix="-within", title=f"{view.title}: change within groups",
        stub=f"{view.endpoint.label}{view.unit_suffix}",
        footnotes=view.message_notes(view.rows.where(variable="change_within")),
    )  # fmt: skip


def friedman_blocks(view: View) -> tuple[Block, ...]:
    """Lay out Friedman's tests: a sentence and a row for each group, summaries of the visits."""
    tests = view.rows.where(variable="visits_within")
    blocks: list[Block] = []
    body: list[Row] = []
    for by in view.by_levels(tests):
        for group in view.groups:
            test = chi_square_of(view, variable="visits_within", group=group.id, by=by)
            if test.p_value is None:
                continue
            where = view.by_suffix(by)
            begin = (
                f"{view.endpoint.label}{where}, {group.label}, visits compared within subjects: "
            )
            blocks.append(Paragraph(runs=(begin, *test.words(view), "."), kind="lead"))
            body.append(Row(label=(f"{group.label}{where}",), cells=test.cells(view)))
    table = view.table(
        body, CHI_SQUARE_COLUMNS, suffix="-tests", title=f"{view.title}: tests",
        stub="Visits compared within", footnotes=view.message_notes(tests),
    )  # fmt: skip
    levels = view.by_levels(view.rows.where(variable="value"))
    return (*blocks, _NO_COMPARISON, means_table(view, means_measure(view), levels), table)
