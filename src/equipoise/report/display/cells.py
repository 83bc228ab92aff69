"""Cells of tables: each number with its result, or with the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.report import format as shape
from equipoise.report.display.model import Cell, Number, Run, Runs
from equipoise.report.format import P_VALUE, PValueStyle
from equipoise.report.rows import Datum

__all__ = [
    "NOT_ESTIMABLE",
    "count_and_percent",
    "fixed_number",
    "interval",
    "number",
    "number_cell",
    "p_value_number",
    "points_number",
    "text_cell",
]

NOT_ESTIMABLE = "NE"
"""Stands where the results hold no number; the reason is a footnote."""

_FEW = 20
"""A group smaller than this shows its size beside every percentage."""


def number(datum: Datum | None, written: Callable[[float], str]) -> Run:
    """Show a result; nothing where the results hold no such row."""
    if datum is None:
        return ""
    if datum.is_estimated and datum.value is not None:
        return Number(written(datum.value), datum.result_id)
    return Number(_text_without_value(datum), datum.result_id, reason(datum))


def _text_without_value(datum: Datum) -> str:
    if datum.state == "infinite" and datum.statistic == "ci_high":
        return "∞"
    if datum.state == "infinite" and datum.statistic == "estimate" and "ratio" in datum.variable:
        return "0 or ∞" if datum.variable != "odds_ratio" else NOT_ESTIMABLE
    return NOT_ESTIMABLE


def reason(datum: Datum) -> str:
    """Say why a result has no value."""
    state = datum.state if datum.state != "estimated" else "not estimable"
    return f"{state} ({datum.message})" if datum.message else state


def fixed_number(datum: Datum | None, decimals: int) -> Run:
    """Show a result with so many decimals."""
    return number(datum, lambda value: shape.fixed(value, decimals))


def limit_number(datum: Datum | None, participants: float) -> Run:
    """Show a limit of a number counted among participants; ``none`` where no number meets it."""
    return number(datum, lambda value: shape.count(value) if 0 <= value <= participants else "none")


def points_number(datum: Datum | None) -> Run:
    """Show a share in percent, or a difference of shares in points."""
    return number(datum, lambda value: shape.fixed(value, 1, shift=2))


def p_value_number(datum: Datum | None, style: PValueStyle = P_VALUE) -> Run:
    """Show a p value."""
    return number(datum, lambda value: shape.p_value(value, style))


def number_cell(*runs: Run) -> Cell:
    """Make a cell aligned on the decimal point of its first number."""
    return Cell(tuple(run for run in runs if run != ""))


def text_cell(*runs: Run) -> Cell:
    """Make a cell of words."""
    return Cell(tuple(run for run in runs if run != ""), kind="text")


def count_and_percent(
    count: Datum | None, percent: Datum | None, denominator: Datum | None = None
) -> Runs:
    """Show a count with its percentage: ``12 (14.0%)``, ``3/12 (25.0%)`` in a small group, ``0``.

    A count of zero carries no percentage; a group below 20 subjects shows its size.
    """
    if count is None:
        return ()
    counted = number(count, shape.count)
    if not count.is_estimated or count.value == 0:
        return (counted,)
    share: Runs = ()
    if percent is not None and percent.is_estimated:
        share = (" (", number(percent, shape.percent), "%)")
    of: Runs = ()
    if denominator is not None and denominator.value is not None and denominator.value < _FEW:
        of = ("/", number(denominator, shape.count))
    return (counted, *of, *share)


def interval(low: Datum | None, high: Datum | None, decimals: int) -> Runs:
    """Show limits: ``−2.7 to 0.7``; nothing where there are none."""
    if low is None or high is None:
        return ()
    if not (low.is_estimated or high.is_estimated):
        return (fixed_number(low, decimals),)
    return (fixed_number(low, decimals), " to ", fixed_number(high, decimals))
