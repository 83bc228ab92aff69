"""Repeated-measures analysis of variance: who is in it, what it tests, means by visit."""

from __future__ import annotations

from equipoise.report import format as shape
from equipoise.report.display.cells import fixed_number, number, number_cell, p_value_number
from equipoise.report.display.figures import course_figure
from equipoise.report.display.means import (
    means_course,
    means_measure,
    means_table,
    terms_table,
)
from equipoise.report.display.model import (
    Block,
    Column,
    Paragraph,
    Row,
    Run,
    Runs,
    Table,
    numbers_of,
)
from equipoise.report.display.view import View
from equipoise.report.rows import Datum

__all__ = ["repeated_blocks"]

_EPSILONS = {
    "greenhouse_geisser": "Epsilon of Greenhouse and Geisser",
    "huynh_feldt": "Epsilon of Huynh and Feldt",
    "huynh_feldt_lecoutre": "Epsilon of Huynh and Feldt, after Lecoutre",
    "mauchly_w": "Mauchly's W",
}


def repeated_blocks(view: View) -> tuple[Block, ...]:
    """Lay out the analysis: sentences, the course, means with errors, terms, sphericity."""
    measure = means_measure(view)
    levels = view.by_levels(view.rows.where(variable="value"))
    blocks: list[Block] = [
        Paragraph(runs=_interaction(view), kind="lead"),
        Paragraph(runs=(*_used(view), *_beside(view))),
    ]
    course = means_course(view, levels, adjusted=False)
    if course is not None:
        title = f"{view.title}: means of subjects with every visit"
        blocks.append(course_figure(view, course, title=title, decimals=measure.decimals))
    means = means_table(view, measure, levels)
    terms, sphericity = terms_table(view), _sphericity(view)
    blocks += [one for one in (means, terms, sphericity) if one is not None]
    return tuple(blocks)


def _terms(view: View) -> tuple[str, ...]:
    return view.rows.where(variable="term").levels("variable_level")


def _interaction(view: View) -> Runs:
    """Say what the test of arm by visit shows: whether the courses of the arms differ."""
    both = [level for level in _terms(view) if ":" in level]
    corrected = _term(view, both[0], "p_value_greenhouse_geisser") if both else None
    if corrected is None or not corrected.is_estimated or corrected.value is None:
        return (f"{view.endpoint.label}: the courses of the arms could not be compared.",)
    statistic = number(_term(view, both[0], "statistic"), lambda value: shape.fixed(value, 2))
    p_value = p_value_number(corrected, view.p_style)
    shown = "".join(one.text for one in numbers_of((p_value,)))
    sign = "" if shown[:1] in "<>" else "=\u00a0"
    is_shown = corrected.value < 1 - view.level
    said = (
        "the courses of the arms differ."
        if is_shown
        else "this shows neither that the courses of the arms differ nor that they run alike."
    )
    return (
        f"{view.endpoint.label}, arm by visit: F\u00a0=\u00a0", statistic, f", p\u00a0{sign}",
        p_value, f" after the correction of Greenhouse and Geisser: {said}",
    )  # fmt: skip


def _term(view: View, level: str, statistic: str) -> Datum | None:
    return view.rows.at(statistic, variable="term", variable_level=level)


def _used(view: View) -> Runs:
    """Say how many subjects have every visit, and how many are left out."""
    levels = _terms(view)
    found = _term(view, levels[0], "statistic") if levels else None
    if found is None or found.n_used is None or found.n_missing is None:
        return ("No subject has a value at every visit.",)
    used = shape.count(found.n_used)
    left = shape.count(found.n_missing)
    return (
        "It uses the subjects with a value at every visit: ", _of(found, used), "; ",
        _of(found, left), f" {'is' if found.n_missing == 1 else 'are'} left out.",
    )  # fmt: skip


def _of(datum: Datum, text: str) -> Run:
    """Show a number of subjects that a row of the results carries."""
    shown = number(datum, lambda _: text)
    return shown if datum.is_estimated else text


def _beside(view: View) -> Runs:
    """Say how many subjects the mixed models of the same measure use."""
    variable = view.endpoint.variable
    fits = view.every.where(method="mmrm", variable="fit", statistic="n")
    runs: list[Run] = []
    for row in fits:
        words = view.words.endpoints.get(row.endpoint)
        is_same = words is not None and variable != "" and words.variable == variable
        if is_same and row.is_estimated and row.analysis_set in view.rows.levels("analysis_set"):
            runs += [" The mixed model of the same measure uses ", number(row, shape.count), "."]
    return tuple(runs)


def _sphericity(view: View) -> Table | None:
    found = view.rows.where(variable="sphericity")
    if not found.rows:
        return None
    body = [
        Row(label=(label,), cells=(number_cell(fixed_number(datum, 3)),))
        for statistic, label in _EPSILONS.items()
        if (datum := found.at(statistic, variable="sphericity")) is not None
    ]
    p_value = found.at("p_value", variable="sphericity")
    if p_value is not None:
        cell = number_cell(p_value_number(p_value, view.p_style))
        body.append(Row(label=("p of Mauchly's test",), cells=(cell,)))
    return view.table(
        body, [Column(label="Value")], suffix="-sphericity", title=f"{view.title}: sphericity"
    )
