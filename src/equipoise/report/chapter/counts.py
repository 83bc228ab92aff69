"""Published counts: percentages rebuilt, and the differences between the arms."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report import format as shape
from equipoise.report.chapter.view import ChapterView, paragraph_of
from equipoise.report.display.cells import number, number_cell, p_value_number, points_number
from equipoise.report.display.model import Block, Cell, Cited, Column, Paragraph, Row, Runs, Table
from equipoise.report.rows import Datum, ResultRows

__all__ = ["agreement", "count_blocks", "difference_cells", "share_cell"]


def count_blocks(view: ChapterView) -> Iterator[Block]:
    """Set counts beside the percentages that were printed, and compare the arms."""
    rows = view.rows.where(method="recomputed", variable="response")
    plain = ResultRows(row for row in rows if not row.by)
    if not plain.rows:
        return
    for one in view.said("count"):
        if one.short:
            yield Paragraph(runs=(Cited(one.text, one.cites),), kind="lead")
    yield _percentages(view, plain)
    yield from _differences(view)
    for one in view.said("count"):
        if not one.short:
            yield paragraph_of(one)


def _percentages(view: ChapterView, rows: ResultRows) -> Table:
    arms = [arm for arm in view.words.arms if arm.id in rows.levels("group")]
    columns = [
        Column(label=label, over=arm.label)
        for arm in arms
        for label in ("Published", "Recomputed", "Agrees")
    ]
    body = []
    for analysis in rows.levels("analysis"):
        own = rows.where(analysis=analysis)
        cells = [cell for arm in arms for cell in _percent_cells(own, arm.id)]
        body.append(Row(label=(view.named(analysis).label,), cells=tuple(cells)))
    return view.table(
        "percentages",
        body,
        columns,
        title="Percentages, as published and from their counts",
        stub="Outcome",
        footnotes=[
            ("Published: count and percentage as printed. Agrees: within half a unit of the last "
             "printed digit. A dash: no percentage was printed.",)
        ],
    )  # fmt: skip


def _percent_cells(rows: ResultRows, arm: str) -> tuple[Cell, Cell, Cell]:
    def at(statistic: str) -> Datum | None:
        return rows.at(statistic, variable="response", group=arm)

    printed, size = at("percent_published"), at("denominator")
    if at("count") is None:
        return (number_cell("–"), Cell(), Cell())
    shown: Runs = (number(at("count"), shape.count), "/", number(size, shape.count))
    if printed is None:
        shown = (*shown, " –")
    else:
        shown = (*shown, " (", number(printed, shape.plain), "%)")
    return (
        number_cell(*shown),
        number_cell(number(at("percent"), shape.percent), "%"),
        agreement(at("agrees")),
    )


def agreement(datum: Datum | None) -> Cell:
    """Write whether two numbers agree; a disagreement in capitals."""
    if datum is None:
        return number_cell("–")
    return number_cell(number(datum, lambda value: "yes" if value == 1 else "NO"))


def _differences(view: ChapterView) -> Iterator[Table]:
    """Compare the arms; nothing where no outcome was counted in both."""
    rows = view.rows.where(method="recomputed", variable=("risk_difference", "test"))
    plain = ResultRows(row for row in rows if not row.by)
    if not plain.rows:
        return
    contrast = plain.levels("group")[0]
    body = [
        Row(
            label=(view.named(analysis).label,),
            cells=difference_cells(plain.where(analysis=analysis), contrast),
        )
        for analysis in plain.levels("analysis")
    ]
    yield view.table(
        "differences",
        body,
        [Column(label="Difference"), Column(label="95% CI"), Column(label="p")],
        title="Differences between the arms, from the published counts",
        population=f"{view.words.contrast(contrast)}, percentage points",
        stub="Outcome",
        footnotes=[
            ("Newcombe's interval; Fisher's exact test, two-sided, without adjustment for the "
             "number of outcomes; the two are built differently and may disagree near 5%. None of "
             "these was printed.",)
        ],
    )  # fmt: skip


def difference_cells(rows: ResultRows, contrast: str, by: str = "") -> tuple[Cell, Cell, Cell]:
    """Write a difference of shares in points, its interval, and the p value of the test."""

    def at(statistic: str, variable: str = "risk_difference") -> Datum | None:
        return rows.at(statistic, variable=variable, group=contrast, by=by)

    low, high = (points_number(at(name)) for name in ("ci_low", "ci_high"))
    return (
        number_cell(points_number(at("estimate"))),
        number_cell(low, " to ", high),
        number_cell(p_value_number(at("p_value", "test"))),
    )


def share_cell(rows: ResultRows, arm: str, by: str) -> Cell:
    """Write a count over its denominator."""

    def at(statistic: str) -> Datum | None:
        return rows.at(statistic, variable="response", group=arm, by=by)

    return number_cell(
        number(at("count"), shape.count), "/", number(at("denominator"), shape.count)
    )
