"""Posteriors of a difference or a log ratio: in words, beside the data in a table."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report import format as shape
from equipoise.report.display.cells import fixed_number, interval, number_cell
from equipoise.report.display.model import Block, Cell, Column, Paragraph, Row, Runs
from equipoise.report.display.view import View
from equipoise.report.rows import Datum

__all__ = ["normal_posterior_blocks"]

_DECIMALS = 3


def normal_posterior_blocks(view: View) -> tuple[Block, ...]:
    """Lay out the posterior of each estimate."""
    thresholds = view.rows.where(variable="above").levels("variable_level")
    credible = view.interval_label.replace("CI", "credible interval")
    columns = [
        Column(label="Seen"), Column(label="Standard error"), Column(label="Posterior median"),
        Column(label=credible),
        *(Column(label=f"Probability above {shape.plain(float(one))}") for one in thresholds),
    ]  # fmt: skip
    body = list(_rows(view, thresholds))
    said = tuple(
        Paragraph(runs=_sentence(view, name, by, credible), kind="lead")
        for name, by in _places(view)
    )
    table = view.table(
        body, columns, stub="Contrast",
        footnotes=view.message_notes(view.rows.where(variable=("posterior", "above"))),
    )  # fmt: skip
    return (*said[-1:], table)


def _places(view: View) -> tuple[tuple[str, str], ...]:
    rows = view.rows.where(variable="posterior")
    return tuple(dict.fromkeys((row.group, row.by) for row in rows))


def _at(view: View, statistic: str, name: str, by: str, *, variable: str) -> Datum | None:
    found = view.rows.where(variable=variable, group=name, by=by, statistic=statistic).rows
    return found[0] if found else None


def _sentence(view: View, name: str, by: str, credible: str) -> Runs:
    found = {
        one: _at(view, one, name, by, variable="posterior")
        for one in ("median", "ci_low", "ci_high")
    }
    above = view.rows.where(variable="above", group=name, by=by, variable_level="0").rows
    return (
        f"{view.title}, {view.words.contrast(name)}{view.by_suffix(by)}: prior and data together "
        "have a median of ", fixed_number(found["median"], _DECIMALS), f" ({credible} ",
        *interval(found["ci_low"], found["ci_high"], _DECIMALS),
        "); the probability that the true value is above 0 is ",
        fixed_number(above[0] if above else None, _DECIMALS), ".",
    )  # fmt: skip


def _rows(view: View, thresholds: tuple[str, ...]) -> Iterator[Row]:
    for name, by in _places(view):
        chances = view.rows.where(variable="above", group=name, by=by)
        yield Row(
            label=(f"{view.words.contrast(name)}{view.by_suffix(by)}",),
            cells=(
                number_cell(fixed_number(_at(view, "estimate", name, by, variable="data"), 3)),
                number_cell(
                    fixed_number(_at(view, "standard_error", name, by, variable="data"), 3)
                ),
                number_cell(fixed_number(_at(view, "median", name, by, variable="posterior"), 3)),
                Cell(
                    interval(
                        _at(view, "ci_low", name, by, variable="posterior"),
                        _at(view, "ci_high", name, by, variable="posterior"),
                        _DECIMALS,
                    )
                ),
                *(
                    number_cell(
                        fixed_number(next(iter(chances.where(variable_level=one)), None), 3)
                    )
                    for one in thresholds
                ),
            ),
        )
