"""Measures that are analysed in two ways, in one table before the analyses themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.analyse.key import levels_of
from equipoise.report import format as shape
from equipoise.report.display.cells import (
    fixed_number,
    interval,
    number,
    number_cell,
    p_value_number,
)
from equipoise.report.display.means import means_measure
from equipoise.report.display.model import Cell, Column, Paragraph, Row, Section, Table
from equipoise.report.display.view import View
from equipoise.report.rows import Datum

__all__ = ["two_ways_section"]

_LEAST = 2
_ANOVA, _MODEL = "Analysis of variance", "Mixed model, last visit"


def two_ways_section(views: Iterable[View]) -> Section | None:
    """Set analyses of variance beside the mixed models of the same measures.

    Parameters
    ----------
    views : iterable of View
        Analyses of one section of the report, in order.

    Returns
    -------
    Section or None
        None where fewer than two measures have both.
    """
    views = list(views)
    pairs = list(_pairs(views))
    if len(pairs) < _LEAST:
        return None
    contrast = pairs[0][1].contrasts[0][0]
    if any(len(model.contrasts) != 1 for _, model in pairs):
        return None
    table = _table(pairs, contrast)
    text = (
        "The repeated-measures analysis of variance keeps those with a value at every visit, the "
        "mixed model everybody with one. A high p value of either does not show that the arms are "
        "alike; the interval shows what is excluded."
    )
    return Section(id=table.id, title=table.title, blocks=(Paragraph(runs=(text,)), table))


def _pairs(views: list[View]) -> Iterator[tuple[View, View]]:
    """Find the mixed model of the measure of each analysis of variance."""
    models = [one for one in views if one.rows.levels("method") == ("mmrm",) and one.contrasts]
    for one in views:
        if one.rows.levels("method") != ("rm_anova",):
            continue
        for model in models:
            if model.endpoint.variable == one.endpoint.variable != "":
                yield one, model
                break


def _table(pairs: list[tuple[View, View]], contrast: str) -> Table:
    first = pairs[0][1]
    columns = [
        Column(label="Subjects", over=_ANOVA),
        Column(label="p, arm × visit", over=_ANOVA),
        Column(label="Subjects", over=_MODEL),
        Column(label=f"Difference ({first.interval_label})", over=_MODEL),
        Column(label="p", over=_MODEL),
    ]
    notes = [
        (f"Difference: {first.words.contrast(contrast)}, in the unit of the row.",),
        ("p of arm × visit: after the correction of Greenhouse and Geisser.",),
    ]
    return first.table(
        [_row(anova, model) for anova, model in pairs], columns, suffix="-two-ways",
        title="Each measure in two ways", stub="Measure in the mixed model", footnotes=notes,
    )  # fmt: skip


def _row(anova: View, model: View) -> Row:
    words = model.endpoint
    label = f"{words.label}{f', {words.unit}' if words.unit else ''}"
    return Row(label=(label,), cells=(*_anova_cells(anova), *_model_cells(model)))


def _anova_cells(view: View) -> Iterator[Cell]:
    """Show who has every visit, and whether the courses of the arms differ."""
    both = [
        row
        for row in view.rows.where(variable="term", statistic="p_value_greenhouse_geisser")
        if ":" in row.variable_level
    ]
    found = both[0] if both else None
    used = shape.count(found.n_used) if found is not None and found.n_used is not None else ""
    yield number_cell(number(found, lambda _: used))
    yield number_cell(p_value_number(found, view.p_style))


def _model_cells(view: View) -> Iterator[Cell]:
    """Show who is in the model, and the contrast at its last visit."""
    visits = [
        row.by
        for row in view.rows.where(variable="contrast", statistic="estimate")
        if levels_of(row.by).get("visit") != "all"
    ]
    group = view.contrasts[0][0]

    def at(statistic: str) -> Datum | None:
        return view.rows.at(statistic, variable="contrast", group=group, by=visits[-1])

    decimals = means_measure(view).decimals
    yield number_cell(number(view.rows.at("n", variable="fit"), shape.count))
    limits = interval(at("ci_low"), at("ci_high"), decimals)
    shown = (" (", *limits, ")") if limits else ()
    yield number_cell(fixed_number(at("estimate"), decimals), *shown)
    yield number_cell(p_value_number(at("p_value"), view.p_style))
