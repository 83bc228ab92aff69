"""Logistic regression: odds ratios in words, over subgroups as a figure, and all in a table."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report.display.chi_square import chi_square_of
from equipoise.report.display.contrasts import contrast_figure, contrast_rows, contrast_sentences
from equipoise.report.display.model import Block, Paragraph, Row, Run
from equipoise.report.display.proportions import ODDS_RATIO, RISK_DIFFERENCE
from equipoise.report.display.view import View

__all__ = ["logistic_blocks"]


def logistic_blocks(view: View) -> tuple[Block, ...]:
    """Lay out odds ratios, standardised risk differences and tests of interaction."""
    levels = view.by_levels(view.rows.where(variable="odds_ratio"))
    tested = view.by_levels(view.rows.where(variable="interaction"))
    blocks: list[Block] = []
    for by in tested or levels:
        blocks += contrast_sentences(view, ODDS_RATIO, by)
        blocks += contrast_sentences(view, RISK_DIFFERENCE, by)
        blocks += _interactions(view, by)
    blocks += contrast_figure(view, ODDS_RATIO, levels, suffix="-odds-ratio")
    groups = view.compared
    body: list[Row] = []
    for by in levels:
        body += view.by_heading(by)
        for measure in (ODDS_RATIO, RISK_DIFFERENCE):
            body += contrast_rows(view, measure, groups, by, indent=2 if by else 1)
    notes = view.message_notes(view.rows.where(variable=("odds_ratio", "risk_difference")))
    return (*blocks, view.table(body, view.columns(groups), footnotes=notes))


def _interactions(view: View, by: str) -> Iterator[Paragraph]:
    """Say what was tested; a p value that is not small does not make effects alike."""
    for term in view.rows.where(variable="interaction", by=by).levels("variable_level"):
        test = chi_square_of(view, variable="interaction", variable_level=term, by=by)
        _, _, name = term.partition(":")
        label = view.words.variable(name).label
        p_value = test.p_value
        if p_value is None or not p_value.is_estimated:
            why = f" ({p_value.message})" if p_value is not None and p_value.message else ""
            yield Paragraph(runs=(f"Interaction with {label}: it could not be tested{why}.",))
            continue
        runs: tuple[Run, ...] = (
            f"Interaction with {label}: likelihood ratio ",
            *test.words(view),
            ". Without a small p value, effects are still not shown to be alike.",
        )
        yield Paragraph(runs=runs)
