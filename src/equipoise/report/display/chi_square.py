"""A chi-square test as a report shows it: a row of three cells, or words in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.report import format as shape
from equipoise.report.display.cells import fixed_number, number, number_cell, p_value_number
from equipoise.report.display.model import Cell, Column, Runs
from equipoise.report.display.spoken import p_value_words
from equipoise.report.display.view import View
from equipoise.report.rows import Datum

__all__ = ["CHI_SQUARE_COLUMNS", "ChiSquare", "chi_square_of"]

CHI_SQUARE_COLUMNS = (Column(label="Chi-square"), Column(label="df"), Column(label="p"))
"""Columns over the cells of chi-square tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiSquare:
    """The results of one test, each None where the results hold no such row."""

    statistic: Datum | None
    df: Datum | None
    p_value: Datum | None

    def cells(self, view: View) -> tuple[Cell, ...]:
        """Show the test under :data:`CHI_SQUARE_COLUMNS`."""
        return (
            number_cell(fixed_number(self.statistic, 2)),
            number_cell(number(self.df, shape.plain)),
            number_cell(p_value_number(self.p_value, view.p_style)),
        )

    def words(self, view: View) -> Runs:
        """Say the test: ``chi-square 5.99 on 2 df, p = 0.050``."""
        return (
            "chi-square ",
            fixed_number(self.statistic, 2),
            " on ",
            number(self.df, shape.plain),
            " df, ",
            *p_value_words(self.p_value, view),
        )


def chi_square_of(
    view: View, *, variable: str = "", variable_level: str = "", group: str = "", by: str = ""
) -> ChiSquare:
    """Find the test with exactly these keys among the rows of an analysis."""

    def at(statistic: str) -> Datum | None:
        return view.rows.at(
            statistic, variable=variable, variable_level=variable_level, group=group, by=by
        )

    return ChiSquare(statistic=at("statistic"), df=at("df"), p_value=at("p_value"))
