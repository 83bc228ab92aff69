"""Tests of a hazard model: proportional hazards, interactions, concordance."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report.display.cells import fixed_number
from equipoise.report.display.chi_square import CHI_SQUARE_COLUMNS, chi_square_of
from equipoise.report.display.model import Block, Paragraph, Row, Run
from equipoise.report.display.spoken import p_value_words
from equipoise.report.display.view import View
from equipoise.report.rows import Datum, ResultRows

__all__ = ["is_doubtful", "model_test_blocks"]

_DOUBT = 0.05
"""A p value below this casts doubt on proportional hazards."""


def is_doubtful(p_value: Datum) -> bool:
    """Say whether a test of proportional hazards casts doubt on them."""
    return p_value.is_estimated and p_value.value is not None and p_value.value < _DOUBT


def model_test_blocks(view: View) -> tuple[Block, ...]:
    """Say what is known of the assumptions of a model, and list its tests."""
    tests = view.rows.where(variable=("proportionality", "interaction"))
    blocks: list[Block] = [*_proportionality(view), *_concordance(view)]
    if tests.rows:
        blocks.append(
            view.table(
                _rows(view, tests),
                CHI_SQUARE_COLUMNS,
                suffix="-tests",
                title=f"{view.title}: tests of the model",
                stub="Test",
                footnotes=view.message_notes(tests.where(statistic="p_value")),
            )
        )
    return tuple(blocks)


def _proportionality(view: View) -> Iterator[Paragraph]:
    """Warn where hazards do not look proportional; a test that is not significant shows little."""
    doubts = [
        row
        for row in view.rows.where(variable="proportionality", statistic="p_value")
        if row.variable_level and is_doubtful(row)
    ]
    for row in doubts:
        where = view.by_suffix(row.by)
        runs: tuple[Run, ...] = (
            f"{view.words.contrast(row.variable_level)}{where}: the hazards do not look "
            "proportional (",
            *p_value_words(row, view),
            "). The ratio is then an average over the follow-up of these subjects, and another "
            "length of follow-up would give another ratio; a difference in mean time free of the "
            "event, or shares at fixed times, say more.",
        )
        yield Paragraph(runs=runs, kind="note")


def _concordance(view: View) -> Iterator[Paragraph]:
    for row in view.rows.where(variable="concordance", statistic="estimate"):
        error = view.rows.at("standard_error", variable="concordance", group=row.group, by=row.by)
        where = view.by_suffix(row.by)
        runs: list[Run] = [f"Concordance of the model with the order of the events{where}: "]
        runs += [fixed_number(row, 2), " (SE ", fixed_number(error, 3), "); 0.5 is chance."]
        yield Paragraph(runs=tuple(runs), kind="note")


def _rows(view: View, tests: ResultRows) -> Iterator[Row]:
    for row in tests.where(statistic="p_value"):
        test = chi_square_of(
            view, variable=row.variable, variable_level=row.variable_level, group=row.group,
            by=row.by,
        )  # fmt: skip
        yield Row(label=(_label(view, row),), cells=test.cells(view))


def _label(view: View, row: Datum) -> str:
    where = view.by_suffix(row.by)
    if row.variable == "interaction":
        group, _, term = row.variable_level.partition(":")
        names = f"{view.words.variable(group).label} by {view.words.variable(term).label.lower()}"
        return f"Interaction: {names}{where}"
    name = view.words.contrast(row.variable_level) if row.variable_level else "whole model"
    return f"Proportional hazards: {name}{where}"
