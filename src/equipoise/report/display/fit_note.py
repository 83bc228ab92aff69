"""How a model was fitted, and what its estimand filled, as notes under the display."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.key import levels_of
from equipoise.report import format as shape
from equipoise.report.display.cells import number
from equipoise.report.display.model import Paragraph, Run
from equipoise.report.display.view import View

__all__ = ["fit_notes"]

_PARTS = {
    "n": ("", shape.count, " subjects"),
    "observations": ("", shape.count, " observations"),
    "iterations": ("iterations: ", shape.count, ""),
    "gradient": ("largest slope at the end ", lambda value: shape.fixed(value, 4), ""),
    "least_curvature": ("least curvature ", lambda value: shape.fixed(value, 3), ""),
    "minus_twice_log_likelihood": ("−2 log-likelihood ", lambda value: shape.fixed(value, 1), ""),
    "aic": ("AIC ", lambda value: shape.fixed(value, 1), ""),
    "bic": ("BIC ", lambda value: shape.fixed(value, 1), ""),
}


def fit_notes(view: View) -> Iterator[Paragraph]:
    """Say whether the search for the fit ended well, and which values the estimand filled."""
    for runs in (_fit(view), _filled(view)):
        if runs:
            yield Paragraph(runs=(*(run for run in runs if run != ""), "."), kind="note")


def _fit(view: View) -> list[Run]:
    """Write the fit: who is in it, how the search ended, its criteria."""
    end = view.rows.at("converged", variable="fit")
    words = "converged" if end is not None and end.value else "the search did not end well"
    runs: list[Run] = [] if end is None else [f"The fit: {words}"]
    for statistic, (before, written, after) in _PARTS.items():
        found = view.rows.at(statistic, variable="fit")
        if found is not None:
            runs += [f"{', ' if runs else 'The fit: '}{before}", number(found, written), after]
    return runs


def _filled(view: View) -> list[Run]:
    """Count the values that the estimand filled; nothing where there are none."""
    runs: list[Run] = []
    for row in view.rows.where(variable="imputed", statistic="count"):
        if not row.value:
            continue
        of = view.rows.at("denominator", variable="imputed", group=row.group, by=row.by)
        where = f" at {view.by_label(row.by)}" if levels_of(row.by) else ""
        runs += ["; " if runs else "Filled by the estimand: ", number(row, shape.count), " of "]
        runs += [number(of, shape.count), f" with {view.words.group(row.group)}{where}"]
    return runs
