"""What a death, and the moment of counting, do to a published share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from equipoise.analyse.key import by_text
from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.analyse.statement import Statement, cited, percent, points
from equipoise.evidence.counts import METHOD, compare, contrast_of, contrast_rows, counts_of
from equipoise.evidence.published import Published

__all__ = ["estimand_rows", "estimand_statements"]

_MOST_LOST = 3
"""Remissions that each arm is taken to have lost again, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One reading of the counts: what it is called, and the counts (x1, n1, x0, n0)."""

    level: str
    words: str
    counts: tuple[int, int, int, int]


def estimand_rows(published: Published) -> tuple[Row, ...]:
    """Recompute the main counts under each strategy for death, and as if some had been lost."""
    rows: list[Row] = []
    for name, count in published.counts.items():
        if count.important is None:
            continue
        endpoint = count.endpoint or ""
        for reading in _deaths(published, name):
            by = by_text(death=reading.level)
            rows += _counted(published, name, reading, endpoint=endpoint, by=by)
            rows += contrast_rows(
                name, contrast_of(published), reading.counts, endpoint=endpoint, by=by,
                note=reading.words,
            )  # fmt: skip
        for (lost1, lost0), counts in _lost(published, name).items():
            rows += contrast_rows(
                name, contrast_of(published), counts, endpoint=endpoint,
                by=by_text(lost=f"{lost1} v {lost0}"),
                note="as if so many of those counted had no longer been in remission at the visit",
            )  # fmt: skip
    return tuple(rows)


def _counted(
    published: Published, name: str, reading: _Reading, *, endpoint: str, by: str
) -> Iterator[Row]:
    x1, n1, x0, n0 = reading.counts
    for arm, count, size in zip(published.contrast, (x1, x0), (n1, n0), strict=True):
        yield from rows_of(
            {"count": count, "denominator": size}, analysis=name, method=METHOD,
            endpoint=endpoint, variable="response", group=arm, by=by, n_used=size,
            message=reading.words,
        )  # fmt: skip


def estimand_statements(published: Published, rows: tuple[Row, ...]) -> Iterator[Statement]:
    """Say how far the strategies and the moment of counting move the answer."""
    yield from _alive(published, rows)
    for name, count in published.counts.items():
        if count.important is not None:
            own = tuple(row for row in rows if row.key.analysis == name)
            yield from _death_statement(published, name, own)
            yield from _lost_statement(published, name, own)


def _deaths_of(published: Published) -> tuple[int, int]:
    counts = counts_of(published, "death") if "death" in published.counts else None
    return (0, 0) if counts is None else (counts[0], counts[2])


def _deaths(published: Published, name: str) -> list[_Reading]:
    """List the readings of a count when nobody says whether the dead are among those counted."""
    counts = counts_of(published, name)
    died = _deaths_of(published)
    if counts is None or not any(died):
        return []
    x1, n1, x0, n0 = counts
    inside = (x1 - min(died[0], x1), n1, x0 - min(died[1], x0), n0)
    return [
        _Reading(
            level="failure, not counted in print",
            words="death is a failure; the dead were not among those counted",
            counts=counts,
        ),
        _Reading(
            level="failure, counted in print",
            words="death is a failure; the dead were among those counted",
            counts=inside,
        ),
        _Reading(
            level="left out, not counted in print",
            words="only those alive; the dead were not among those counted",
            counts=(x1, n1 - died[0], x0, n0 - died[1]),
        ),
        _Reading(
            level="left out, counted in print",
            words="only those alive; the dead were among those counted",
            counts=(inside[0], n1 - died[0], inside[2], n0 - died[1]),
        ),
    ]


def _death_statement(published: Published, name: str, own: tuple[Row, ...]) -> Iterator[Statement]:
    readings = _deaths(published, name)
    if not readings:
        return
    count, died = published.counts[name], _deaths_of(published)
    said = [_shares(reading.counts) for reading in readings]
    differences = [float(compare(*reading.counts)[0].estimate) for reading in readings]
    who = " and ".join(
        f"{number} under {label}"
        for number, label in zip(died, published.labels, strict=True)
        if number
    )
    yield Statement(
        id=f"death_{name}",
        topic="death",
        title=f"{count.label}: the death under two strategies",
        text=(
            f"Died: {who}. Whether that patient is among those counted in print is not said. With "
            f"death as a failure the shares are {said[0]} if not, {said[1]} if so. With the dead "
            f"left out they are {said[2]} if not, {said[3]} if so. A plan would have chosen one of "
            f"these beforehand."
        ),
        kind="disagreement",
        cites=cited(row for row in own if row.key.by.startswith("death=")),
        short=(
            f"How the death is counted, which is not said, moves that difference between "
            f"{points(min(differences))} and {points(max(differences))}."
        ),
    )


def _shares(counts: tuple[int, int, int, int]) -> str:
    difference, _ = compare(*counts)
    return (
        f"{counts[0]}/{counts[1]} against {counts[2]}/{counts[3]} "
        f"({points(float(difference.estimate))})"
    )


def _alive(published: Published, rows: tuple[Row, ...]) -> Iterator[Statement]:
    """Find percentages at the visit whose denominator still holds the dead."""
    died = dict(zip(published.contrast, _deaths_of(published), strict=True))
    for arm, number in died.items():
        if not number:
            continue
        n = published.arms[arm].n
        held = [
            (name, count)
            for name, count in published.counts.items()
            if count.needs_alive and arm in count.arms and count.arms[arm].percent is not None
        ]
        if not held:
            continue
        count = held[0][1]
        one = count.arms[arm]
        yield Statement(
            id=f"alive_{arm}",
            topic="death",
            title="Measures at the visit of a patient who died",
            text=(
                f"In the arm {published.arms[arm].label} {number} of {n} died, but {len(held)} "
                f"percentages of measures at the visit are of all {n} ({count.label}: "
                f"{one.count} is {one.percent}% of {n}; of {n - number} it would be "
                f"{percent(one.count / (n - number))}). When the patient died, and how the "
                f"missing values were filled, is not said."
            ),
            kind="caution",
            cites=cited(
                row for row in rows
                if row.key.analysis in {name for name, _ in held} and row.key.group == arm
                and row.key.statistic == "percent"
            ),
        )  # fmt: skip


def _lost(published: Published, name: str) -> Mapping[tuple[int, int], tuple[int, int, int, int]]:
    """Give the counts at the visit if so many of those ever in remission had lost it again."""
    counts = counts_of(published, name)
    if counts is None or not published.counts[name].may_be_ever:
        return {}
    x1, n1, x0, n0 = counts
    return {
        (lost1, lost0): (x1 - lost1, n1, x0 - lost0, n0)
        for lost1 in range(min(_MOST_LOST, x1) + 1)
        for lost0 in range(min(_MOST_LOST, x0) + 1)
    }


def _lost_statement(published: Published, name: str, own: tuple[Row, ...]) -> Iterator[Statement]:
    lost = _lost(published, name)
    if not lost:
        return
    count = published.counts[name]
    differences = {
        pair: counts[0] / counts[1] - counts[2] / counts[3] for pair, counts in lost.items()
    }
    start = differences[0, 0]
    turned = [pair for pair, value in differences.items() if value * start < 0]
    if turned:
        few = min(turned, key=sum)
        counts = lost[few]
        who = " and ".join(
            f"{number} of the remissions under {label}"
            for number, label in zip(few, published.labels, strict=True)
            if number
        )
        turn = (
            f"If {who} had been lost again by then, the direction would turn: "
            f"{percent(counts[0] / counts[1])} against {percent(counts[2] / counts[3])}."
        )
    else:
        turn = f"Losing up to {_MOST_LOST} in either arm would not turn the direction."
    yield Statement(
        id=f"ever_or_at_{name}",
        topic="ever",
        title=f"{count.label}: ever, or at the visit",
        text=(
            f"{count.may_be_ever} As counted the difference is {points(start)}. {turn} "
            f"With up to {_MOST_LOST} lost in each arm it lies between "
            f"{points(min(differences.values()))} and {points(max(differences.values()))}."
        ),
        kind="caution",
        cites=cited(row for row in own if row.key.by.startswith("lost=")),
    )
