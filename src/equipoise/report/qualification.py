"""The qualification report that a trial unit files: what was checked, where, with what result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from equipoise.qualification import Outcome, Verdict
from equipoise.report.display.model import (
    Cell,
    Column,
    Document,
    Facts,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)

__all__ = ["qualification_report"]

_MOST_DIFFERENCES = 5


def qualification_report(
    outcomes: Sequence[Outcome], *, date: str, machine: Mapping[str, str]
) -> Document:
    """Assemble the qualification report.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Every case that was run, in its order.
    date : str
        Day of the qualification, ISO 8601.
    machine : mapping of str to str
        What it ran on: names such as ``python`` or ``system`` to their versions.
    """
    count = Counter(outcome.verdict for outcome in outcomes)
    is_qualified = count[Verdict.FAILED] + count[Verdict.UNKNOWN] == 0
    verdict = "Every case that was run passed." if is_qualified else "Not every case passed."
    sections = [
        Section(
            id="verdict",
            title="Result",
            blocks=(
                Paragraph(runs=(Strong(verdict),), kind="lead"),
                Facts(
                    entries=tuple((name.capitalize(), (text,)) for name, text in machine.items())
                ),
                _summary(outcomes),
            ),
        )
    ]
    found = [one for one in outcomes if one.verdict is not Verdict.PASSED or one.message]
    if found:
        sections.append(Section(id="open", title="Cases to be looked at", blocks=(_open(found),)))
    sections.append(Section(id="cases", title="Every case", blocks=(_cases(outcomes),)))
    return Document(
        title="Installation qualification of equipoise",
        subtitle="Cases with known answers, run on this machine",
        date=date,
        source=f"equipoise {machine.get('equipoise', '')}",
        sections=tuple(sections),
    )


def _text(text: str) -> Cell:
    return Cell(runs=(text,), kind="text")


def _summary(outcomes: Sequence[Outcome]) -> Table:
    rows = []
    for file in dict.fromkeys(outcome.file for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.file == file]
        count = Counter(outcome.verdict for outcome in own)
        numbers = [*(count[verdict] for verdict in Verdict), sum(one.compared for one in own)]
        cells = tuple(Cell(runs=(str(number),)) for number in numbers)
        rows.append(Row(label=(file,), cells=cells))
    heads = [*(verdict.value.capitalize() for verdict in Verdict), "Values compared"]
    return Table(
        id="summary",
        title="Cases by file",
        stub="File",
        columns=tuple(Column(label=head) for head in heads),
        rows=tuple(rows),
    )


def _open(outcomes: Sequence[Outcome]) -> Table:
    rows = []
    for outcome in outcomes:
        lines = [str(one) for one in outcome.differences[:_MOST_DIFFERENCES]]
        more = len(outcome.differences) - len(lines)
        lines += [f"and {more} more"] if more > 0 else []
        rows.append(
            Row(
                label=(f"{outcome.file}: {outcome.id}",),
                cells=(
                    _text(outcome.function),
                    _text(outcome.verdict.value),
                    _text("; ".join([*lines, *([outcome.message] if outcome.message else [])])),
                ),
            )
        )
    return Table(
        id="open",
        title="Cases that failed, have no function, were not run, or were read in part",
        stub="Case",
        columns=(Column(label="Function"), Column(label="Verdict"), Column(label="Difference")),
        rows=tuple(rows),
    )


def _cases(outcomes: Sequence[Outcome]) -> Table:
    return Table(
        id="cases",
        title="Cases and verdicts",
        stub="Case",
        columns=(
            Column(label="File"),
            Column(label="Function"),
            Column(label="Values compared"),
            Column(label="Verdict"),
        ),
        rows=tuple(
            Row(
                label=(outcome.id,),
                cells=(
                    _text(outcome.file),
                    _text(outcome.function),
                    Cell(runs=(str(outcome.compared),)),
                    _text(outcome.verdict.value),
                ),
            )
            for outcome in outcomes
        ),
    )
