"""Readings of one published share: how a death counts, and when the outcome was counted."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.key import levels_of
from equipoise.protocol.contrast import sides_of
from equipoise.report.chapter.counts import difference_cells, share_cell
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import number_cell, points_number
from equipoise.report.display.model import Block, Column, Row
from equipoise.report.rows import ResultRows

__all__ = ["death_blocks", "ever_blocks"]

_HEADS = ("Difference", "95% CI", "p")


def death_blocks(view: ChapterView) -> Iterator[Block]:
    """Set the strategies for a death beside each other."""
    yield from view.paragraphs("death")
    for analysis, own in _readings(view, "death"):
        contrast = own.where(variable="risk_difference").levels("group")[0]
        sides = sides_of(contrast) or ("", "")
        body = [
            Row(
                label=(levels_of(by)["death"].capitalize(),),
                cells=(
                    *(share_cell(own, arm, by) for arm in sides),
                    *difference_cells(own, contrast, by),
                ),
            )
            for by in own.levels("by")
        ]
        yield view.table(
            f"death-{analysis}",
            body,
            [Column(label=label) for label in (*map(view.words.group, sides), *_HEADS)],
            title=f"{view.named(analysis).label}: the death under two strategies",
            population="Percentage points",
            stub="The death is",
            footnotes=[("Whether the dead are among those counted in print is not said.",)],
        )


def ever_blocks(view: ChapterView) -> Iterator[Block]:
    """Show the difference as if some of those counted had lost the outcome by the visit."""
    yield from view.paragraphs("ever")
    for analysis, own in _readings(view, "lost"):
        contrast = own.where(variable="risk_difference").levels("group")[0]
        sides = sides_of(contrast) or ("", "")
        lost = {tuple(levels_of(by)["lost"].split(" v ")): by for by in own.levels("by")}
        columns = list(dict.fromkeys(other for _, other in lost))
        body = []
        for first in dict.fromkeys(one for one, _ in lost):
            cells = tuple(
                number_cell(
                    points_number(
                        own.at(
                            "estimate", variable="risk_difference", group=contrast,
                            by=lost[first, other],
                        )
                    )
                )
                for other in columns
            )  # fmt: skip
            body.append(Row(label=(first,), cells=cells))
        over = f"Lost again by the visit under {view.words.group(sides[1])}"
        yield view.table(
            f"ever-{analysis}",
            body,
            [Column(label=other, over=over) for other in columns],
            title=f"{view.named(analysis).label}: the difference if some had been lost again",
            population=f"{view.words.contrast(contrast)}, percentage points",
            stub=f"Lost again under {view.words.group(sides[0])}",
        )


def _readings(view: ChapterView, name: str) -> Iterator[tuple[str, ResultRows]]:
    rows = ResultRows(
        row for row in view.rows.where(method="recomputed") if name in levels_of(row.by)
    )
    for analysis in rows.where(variable="risk_difference").levels("analysis"):
        yield analysis, rows.where(analysis=analysis)
