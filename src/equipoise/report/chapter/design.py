"""What a design can show: conclusions by scenario, power over the difference, stopping rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.analyse.statement import opened
from equipoise.protocol.contrast import sides_of
from equipoise.report.caveats import assumption_table
from equipoise.report.chapter.design_figure import conclusion_figure, power_figure
from equipoise.report.chapter.point import Point, points_of
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import number, number_cell, points_number
from equipoise.report.display.model import (
    Block,
    Cited,
    Column,
    Paragraph,
    Row,
    Run,
    Runs,
    Section,
    Strong,
    Table,
)
from equipoise.report.format import fixed
from equipoise.report.rows import Datum, ResultRows

__all__ = ["design_section"]

_EXACT, _SIMULATED = "operating_characteristics", "operating_characteristics_simulated"
_Columns = Sequence[tuple[str, str, str]]
"""Statistic, variable, and how its value is written: ``share``, ``points`` or ``count``."""


def design_section(view: ChapterView) -> Section:
    """Lay out what a design can show."""
    return Section(
        id="design",
        title="What this design can show",
        blocks=tuple(_blocks(view)),
        sections=tuple(_sections(view)),
    )


def _blocks(view: ChapterView) -> Iterator[Block]:
    for one in view.said("important"):
        yield Paragraph(runs=(Cited(one.text, one.cites),), kind="lead")
    for one in view.said("claim"):
        yield Paragraph(runs=(Strong(f"{one.title}: "), Cited(one.text, one.cites)))
    yield _conclusions(view)
    yield power_figure(view)
    yield conclusion_figure(view)
    yield from view.paragraphs("size", "assurance")
    for one in view.said("check"):
        yield Paragraph(runs=(Strong(f"{one.title}. "), Cited(one.text, one.cites)), kind="note")
    found = assumption_table(view.protocol, within=_places(view), id="design-assumed")
    if found is not None:
        yield found


def _sections(view: ChapterView) -> Iterator[Section]:
    if not view.rows.where(look="with_looks").rows:
        return
    yield Section(
        id="design-rule",
        title="What the stated stopping rule would do",
        blocks=(*view.paragraphs("seen"), _rule(view), _bias(view)),
    )


def _places(view: ChapterView) -> tuple[str, ...]:
    """Places in the protocol that the numbers rest on."""
    analysis = view.protocol.analyses[view.rows.levels("analysis")[0]]
    endpoint = view.protocol.endpoint_of(analysis)
    arms = [f"arms.{name}.ratio" for name in view.protocol.arms]
    return ("scenarios", "looks", f"endpoints.{endpoint}", *arms)


def _sizes(rows: ResultRows) -> str:
    """Say how large the trial is, in the words of its route."""
    messages = [row.message for row in rows if row.message]
    return messages[0].rpartition(" results of ")[2].replace(" v ", " against ") if messages else ""


def _conclusions(view: ChapterView) -> Table:
    sides = sides_of(view.rows.levels("group")[0])
    favour = view.words.group(sides[0]) if sides is not None else ""
    columns = (
        Column(label="Significant", over="By the test"),
        Column(label=f"In favour of {favour}", over="By the test"),
        Column(label="Benefit", over="By the interval"),
        Column(label="Relevant benefit ruled out", over="By the interval"),
        Column(label="Inconclusive", over="By the interval"),
        Column(label="Interval holds the truth"),
    )
    quantities = [
        ("probability", name, "share")
        for name in ("significant", "significant_benefit", "benefit",
                     "relevant_benefit_ruled_out", "inconclusive", "coverage")
    ]  # fmt: skip
    rows = view.rows.where(look="fixed")
    return view.table(
        "conclusions",
        _by_scenario(view, rows, quantities),
        columns,
        title="How often the trial comes to each conclusion",
        population=f"Percent of trials; {_sizes(rows)}, without looks",
        stub="If the truth is",
        footnotes=_routes(rows),
    )


def _rule(view: ChapterView) -> Table:
    rows = view.rows.where(look="with_looks")
    has_efficacy = any(
        row.value for row in rows.where(variable="stop_efficacy") if row.is_estimated
    )
    named = [
        ("probability", "stop_futility", "share", "Stops for futility, %"),
        *([("probability", "stop_efficacy", "share", "Stops for success, %")]
          if has_efficacy else []),
        ("mean", "subjects", "count", "Subjects, mean"),
        ("probability", "success", "share", "Success with the rule, %"),
        ("probability", "success_without_looks", "share", "Success without it, %"),
    ]  # fmt: skip
    looks = [f"{one.label}: {_rules(one.rules)}" for one in view.protocol.looks.values()]
    return view.table(
        "rule",
        _by_scenario(view, rows, [one[:3] for one in named]),
        [Column(label=one[3]) for one in named],
        title="What the stated rule would do, and what it costs",
        population=f"Largest size {_sizes(rows)}",
        stub="If the truth is",
        footnotes=(*((text,) for text in looks), *_routes(rows)),
    )


def _rules(rules: Sequence[object]) -> str:
    return " ".join(getattr(rule, "text", None) or "" for rule in rules).strip() or "no rule."


def _bias(view: ChapterView) -> Table:
    rows = view.rows.where(look="with_looks")
    quantities = [
        ("mean", name, "points")
        for name in ("difference", "difference_given_futility", "difference_given_end",
                     "bias", "bias_given_futility", "bias_given_end")
    ]  # fmt: skip
    columns = [
        Column(label=label, over=over)
        for over in ("Difference seen, mean", "Seen minus true")
        for label in ("All trials", "After a stop", "At the end")
    ]
    return view.table(
        "bias",
        _by_scenario(view, rows, quantities),
        columns,
        title="How far the difference that is seen lies from the true one",
        population="Percentage points",
        stub="If the truth is",
        footnotes=_routes(rows),
    )


def _by_scenario(view: ChapterView, rows: ResultRows, quantities: _Columns) -> Iterator[Row]:
    """Put each scenario over its exact and its simulated numbers."""
    named = [point for point in points_of(rows) if point.scenario]
    simulated = rows.where(method=_SIMULATED)
    points = named or points_of(simulated)
    for place, point in enumerate(points, start=1):
        yield Row(label=(f"{place}. {_label(view, point)}",), is_group=True)
        for label, method in (("Exact", _EXACT), ("Simulated", _SIMULATED)):
            own = rows.where(method=method, by=point.by)
            cells = tuple(
                number_cell(_written(own.at(statistic, variable=variable, group=_group(own),
                                            by=point.by), kind))
                for statistic, variable, kind in quantities
            )  # fmt: skip
            if any(cell.runs for cell in cells):
                yield Row(label=(label,), cells=cells, indent=1)


def _group(rows: ResultRows) -> str:
    return rows.rows[0].group if rows.rows else ""


def _label(view: ChapterView, point: Point) -> str:
    if not point.scenario:
        return point.rates
    label = view.protocol.scenarios[point.scenario].label.replace(" %", "%")
    return label if "%" in label else f"{label} ({point.rates})"


def _written(datum: Datum | None, kind: str) -> Run:
    if kind == "count":
        return number(datum, lambda value: fixed(value, 1))
    return points_number(datum)


def _routes(rows: ResultRows) -> tuple[Runs, ...]:
    """Say which route gave which number."""
    exact = rows.where(method=_EXACT)
    simulated = rows.where(method=_SIMULATED)
    texts = [one.rows[0].message for one in (exact, simulated) if one.rows]
    return tuple((f"{opened(text)}.",) for text in texts)
