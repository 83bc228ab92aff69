"""Results of a method that has no display of its own: every row, none dropped."""

from __future__ import annotations

from equipoise.report.display.cells import fixed_number, number_cell, p_value_number
from equipoise.report.display.model import Block, Cell, Column, Row, Run, Table
from equipoise.report.display.view import View
from equipoise.report.display.words import humanised
from equipoise.report.format import decimals_of
from equipoise.report.rows import Datum, ResultRows

__all__ = ["plain_blocks", "rows_table"]


_HEADS = {
    "aic": "AIC",
    "bic": "BIC",
    "ci_high": "CI high",
    "ci_low": "CI low",
    "df": "df",
    "greenhouse_geisser": "Greenhouse-Geisser",
    "huynh_feldt": "Huynh-Feldt",
    "huynh_feldt_lecoutre": "Huynh-Feldt-Lecoutre",
    "mauchly_w": "Mauchly's W",
    "n": "n",
    "p_value": "p",
    "sd": "SD",
}


def plain_blocks(view: View) -> tuple[Block, ...]:
    """Lay out rows as they are."""
    return (rows_table(view, view.rows),)


def rows_table(view: View, rows: ResultRows, *, suffix: str = "", title: str = "") -> Table:
    """Put what is summarised down, and statistics across."""
    statistics = rows.levels("statistic")
    keys = dict.fromkeys((row.variable, row.variable_level, row.group, row.by) for row in rows)
    body = []
    for variable, level, group, by in keys:
        cells = tuple(
            _cell(view, rows.at(name, variable=variable, variable_level=level, group=group, by=by))
            for name in statistics
        )
        body.append(Row(label=(_label(view, variable, level, group, by),), cells=cells))
    columns = [Column(label=_HEADS.get(name, humanised(name))) for name in statistics]
    notes = view.message_notes(rows)
    return view.table(body, columns, suffix=suffix, title=title, footnotes=notes)


def _label(view: View, variable: str, level: str, group: str, by: str) -> str:
    parts = [
        view.words.variable(variable).label if variable else "",
        view.words.level(variable, level) if level else "",
        view.words.contrast(group) if group else "",
        view.by_label(by) if by else "",
    ]
    return ", ".join(part for part in parts if part)


def _cell(view: View, datum: Datum | None) -> Cell:
    if datum is None:
        return Cell()
    shown: Run
    if datum.statistic.startswith("p_value"):
        shown = p_value_number(datum, view.p_style)
    else:
        decimals = decimals_of(datum.statistic, view.words.variable(datum.variable).decimals)
        is_whole = datum.value is not None and float(datum.value).is_integer()
        shown = fixed_number(datum, 0 if is_whole else max(decimals, 2))
    return number_cell(shown)
