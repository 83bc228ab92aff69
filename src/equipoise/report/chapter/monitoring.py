"""Planned monitoring: its limits, and how often each is met."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.key import levels_of
from equipoise.analyse.method.limit import limit_words
from equipoise.analyse.statement import opened
from equipoise.protocol.model.arm import TOTAL
from equipoise.report.chapter.view import ChapterView, paragraph_of
from equipoise.report.display.cells import fixed_number, limit_number, number_cell, points_number
from equipoise.report.display.model import Block, Column, Row, Section, Table
from equipoise.report.format import plain
from equipoise.report.rows import ResultRows

__all__ = ["monitoring_section"]


def monitoring_section(view: ChapterView) -> Section:
    """Lay out what the monitoring of a protocol does."""
    return Section(id="monitoring", title="Monitoring", blocks=tuple(_blocks(view)))


def _blocks(view: ChapterView) -> Iterator[Block]:
    for name in view.rows.levels("analysis"):
        rows = view.rows.where(analysis=name)
        yield from (paragraph_of(one) for one in view.said(name))
        yield _stops(view, name, rows)
        yield _limits(view, name, rows.where(variable="look"))


def _words(view: ChapterView, name: str) -> tuple[str, str]:
    analysis = view.protocol.analyses[name]
    endpoint = view.protocol.endpoints[view.protocol.endpoint_of(analysis) or ""]
    high, low = limit_words(endpoint.benefit)
    return opened(high), opened(low)


def _stops(view: ChapterView, name: str, rows: ResultRows) -> Table:
    high, low = _words(view, name)
    body = [
        Row(
            label=(plain(float(levels_of(by)["rate"]), 1, shift=2),),
            cells=(
                *(
                    number_cell(
                        points_number(
                            rows.at("probability", variable=stop, group=TOTAL, by=by)
                        )
                    )
                    for stop in ("stop_high", "stop_low")
                ),
                number_cell(
                    fixed_number(
                        rows.at("mean", variable="expected_subjects", group=TOTAL, by=by), 1
                    )
                ),
            ),
        )
        for by in rows.where(variable="stop_high").levels("by")
    ]  # fmt: skip
    return view.table(
        f"{name}-stops",
        body,
        [Column(label=f"{high} (%)"), Column(label=f"{low} (%)"),
         Column(label="Participants, mean")],
        title=f"{view.protocol.analyses[name].title}: how often each limit is met",
        population="Percent of trials, exact",
        stub="True share (%)",
    )  # fmt: skip


def _limits(view: ChapterView, name: str, rows: ResultRows) -> Table:
    body = [
        Row(
            label=(size,),
            cells=tuple(
                number_cell(
                    limit_number(rows.at(one, variable="look", group=TOTAL, by=by), float(size))
                )
                for one in ("upper", "lower")
            ),
        )
        for by in rows.levels("by")
        for size in (levels_of(by)["subjects"],)
    ]
    high, low = _words(view, name)
    return view.table(
        f"{name}-limits",
        body,
        [Column(label=f"{high}: so many or more"), Column(label=f"{low}: so many or fewer")],
        title=f"{view.protocol.analyses[name].title}: limits of the number counted",
        stub="Participants",
        footnotes=(("None: no number of so many participants can meet the limit.",),),
    )
