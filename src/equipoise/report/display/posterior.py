"""Posteriors of responses: what is probable in words, groups and differences in a table."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report import format as shape
from equipoise.report.display.cells import fixed_number, number, number_cell, points_number
from equipoise.report.display.model import Block, Cell, Paragraph, Row, Run, Runs
from equipoise.report.display.view import View
from equipoise.report.rows import Datum

__all__ = ["posterior_blocks"]

_SIDES = {"above": "more", "below": "less"}


def posterior_blocks(view: View) -> tuple[Block, ...]:
    """Lay out a beta-binomial comparison."""
    levels = view.by_levels(view.rows.where(variable="posterior"))
    blocks: list[Block] = [one for by in levels for one in _sentences(view, by)]
    body: list[Row] = []
    for by in levels:
        body += view.by_heading(by)
        body += _rows(view, by)
    notes: list[Runs] = [
        (f"{view.words.group(one.group)}: {one.message}.",)
        for one in view.rows.where(variable="posterior", statistic="mean")
    ]
    notes += view.message_notes(
        view.rows.where(variable=("prior", "risk_difference", "above", "below"))
    )
    return (*blocks, view.table(body, view.columns(view.groups), footnotes=notes))


def _credible(view: View) -> str:
    return view.interval_label.replace("CI", "credible interval")


def _sentences(view: View, by: str) -> Iterator[Paragraph]:
    where = view.by_suffix(by)
    for name, experimental, control in view.contrasts:
        estimate, low, high = (
            view.rows.at(one, variable="risk_difference", group=name, by=by)
            for one in ("estimate", "ci_low", "ci_high")
        )
        runs: list[Run] = [f"{view.endpoint.label}{where}: the difference of the shares with "]
        runs += [view.words.group(experimental), " and with ", view.words.group(control)]
        runs += [
            " has a posterior median of ",
            points_number(estimate),
            " percentage points (",
        ]
        runs += [
            _credible(view),
            " ",
            points_number(low),
            " to ",
            points_number(high),
            ")",
        ]
        for side, chance in _chances(view, name, by):
            size = shape.plain(float(chance.variable_level), shift=2)
            runs += ["; the probability that it is ", _SIDES[side], f" than {size} is "]
            runs.append(fixed_number(chance, 3))
        yield Paragraph(runs=(*runs, "."), kind="lead")


def _chances(view: View, name: str, by: str) -> Iterator[tuple[str, Datum]]:
    for side in _SIDES:
        for one in view.rows.where(variable=side, group=name, by=by):
            yield side, one


def _rows(view: View, by: str) -> Iterator[Row]:
    def at(statistic: str, variable: str, group: str) -> Datum | None:
        return view.rows.at(statistic, variable=variable, group=group, by=by)

    def line(label: str, cells: list[Cell], indent: int = 0) -> Row:
        return Row(label=(label,), cells=tuple(cells), indent=indent)

    groups = view.groups
    yield line(
        "Responders of subjects",
        [
            number_cell(
                number(at("count", "response", g.id), shape.count), " of ",
                number(at("denominator", "response", g.id), shape.count),
            )
            for g in groups
        ],
    )  # fmt: skip
    if view.rows.where(variable="prior").rows:
        cells = [number_cell(fixed_number(at("subjects", "prior", g.id), 1)) for g in groups]
        yield line("Subjects that the prior is worth", cells)
    for label, statistic in (("Posterior mean, %", "mean"), ("Posterior median, %", "median")):
        cells = [number_cell(fixed_number(at(statistic, "posterior", g.id), 1)) for g in groups]
        yield line(label, cells)
    yield line(
        f"{_credible(view)}, %",
        [
            Cell(
                (
                    fixed_number(at("ci_low", "posterior", g.id), 1), " to ",
                    fixed_number(at("ci_high", "posterior", g.id), 1),
                )
            )
            for g in groups
        ],
    )  # fmt: skip
    for name, experimental, control in view.contrasts:
        against = view.words.group(control)
        yield Row(label=(f"Difference against {against}, percentage points",), is_group=True)

        def own(cell: Cell, experimental: str = experimental) -> list[Cell]:
            return [cell if group.id == experimental else Cell() for group in groups]

        median, low, high = (
            at(statistic, "risk_difference", name)
            for statistic in ("estimate", "ci_low", "ci_high")
        )
        yield line("Posterior median", own(number_cell(points_number(median))), 1)
        yield line(
            _credible(view),
            own(Cell((points_number(low), " to ", points_number(high)))),
            1,
        )
        for side, chance in _chances(view, name, by):
            size = shape.plain(float(chance.variable_level), shift=2)
            label = f"Probability of {_SIDES[side]} than {size}"
            yield line(label, own(number_cell(fixed_number(chance, 3))), 1)
