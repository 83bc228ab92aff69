"""Published means: two tests of each, the start of the arms, and one patient behind a mean."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report import format as shape
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import fixed_number, number, number_cell, p_value_number
from equipoise.report.display.model import Block, Cell, Column, Row, Runs
from equipoise.report.display.words import unit_words
from equipoise.report.rows import Datum, ResultRows

__all__ = ["lone_blocks", "mean_blocks"]

_MEASURES = {"measure=final": "At the visit", "measure=change": "Change"}


def mean_blocks(view: ChapterView) -> Iterator[Block]:
    """Set means as published beside the differences and the tests that come of them."""
    rows = view.rows.where(method="recomputed", variable=("value", "contrast", "baseline"))
    if not rows.rows:
        return
    yield from view.paragraphs("mean")
    published = rows.where(variable="value").levels("group")
    arms = [arm for arm in view.words.arms if arm.id in published]
    contrast = rows.where(variable="contrast").levels("group")
    body: list[Row] = []
    for analysis in rows.levels("analysis"):
        own = rows.where(analysis=analysis)
        name = view.named(analysis)
        unit = own.levels("unit")[0] if own.levels("unit") else ""
        label = name.label if unit in ("", "1") else f"{name.label}, {unit_words(unit)}"
        body.append(Row(label=(label,), is_group=True))
        for by, words in _MEASURES.items():
            measure = own.where(by=by)
            if measure.rows:
                means = [_mean(measure, arm.id, by, name.decimals) for arm in arms]
                tests = _tests(measure, contrast[0] if contrast else "", by, name.decimals)
                body.append(Row(label=(words,), cells=(*means, *tests), indent=1))
        body += _start(own, [arm.id for arm in arms], name.decimals)
    columns = [
        *(Column(label=arm.label, over="Published: mean (SD)") for arm in arms),
        Column(label="Difference", over="Recomputed"),
        Column(label="95% CI (Student)", over="Recomputed"),
        Column(label="p, Student", over="Recomputed"),
        Column(label="p, Welch", over="Recomputed"),
    ]
    yield view.table(
        "means",
        body,
        columns,
        title="Means as published, and what comes of them",
        population=view.words.contrast(contrast[0]) if contrast else "",
        stub="Measure",
        footnotes=[
            ("At entry: mean at the visit minus mean change, right only if the same patients are "
             "in both; not printed. No p value was printed.",)
        ],
    )  # fmt: skip


def _mean(rows: ResultRows, arm: str, by: str, decimals: int) -> Cell:
    def at(statistic: str) -> Datum | None:
        return rows.at(statistic, variable="value", group=arm, by=by)

    if at("mean") is None:
        return Cell()
    return number_cell(
        fixed_number(at("mean"), decimals), " (", fixed_number(at("sd"), decimals), ")"
    )


def _tests(rows: ResultRows, contrast: str, by: str, decimals: int) -> tuple[Cell, ...]:
    def at(statistic: str, test: str = "student") -> Datum | None:
        return rows.at(statistic, variable="contrast", variable_level=test, group=contrast, by=by)

    limits: Runs = ()
    if at("ci_low") is not None:
        limits = (
            fixed_number(at("ci_low"), decimals + 1), " to ",
            fixed_number(at("ci_high"), decimals + 1),
        )  # fmt: skip
    return (
        number_cell(fixed_number(at("estimate"), decimals)),
        number_cell(*limits),
        number_cell(p_value_number(at("p_value"))),
        number_cell(p_value_number(at("p_value", "welch"))),
    )


def _start(rows: ResultRows, arms: list[str], decimals: int) -> Iterator[Row]:
    """Write the baselines that nobody printed."""
    own = rows.where(variable="baseline")
    if own.rows:
        means = [
            number_cell(fixed_number(own.at("mean", variable="baseline", group=arm), decimals))
            for arm in arms
        ]
        yield Row(label=("At entry, derived",), cells=(*means, *(Cell() for _ in range(4))),
                  indent=1)  # fmt: skip


def lone_blocks(view: ChapterView) -> Iterator[Block]:
    """Show who would have to be in an arm for its mean and standard deviation."""
    rows = view.rows.where(variable="one_patient")
    if not rows.rows:
        return
    yield from view.paragraphs("one_patient")
    body = []
    for analysis in rows.levels("analysis"):
        own = view.rows.where(analysis=analysis)
        name = view.named(analysis)
        for arm in own.where(variable="one_patient").levels("group"):
            keys = {"variable": "one_patient", "group": arm}
            size = own.at("n", variable="value", group=arm, by="measure=final")
            cells = (
                number_cell(number(size, shape.count)),
                _mean(own, arm, "measure=final", name.decimals),
                number_cell(fixed_number(own.at("others", **keys), 1)),
                number_cell(fixed_number(own.at("lone", **keys), 1)),
            )
            unit = unit_words(own.levels("unit")[0])
            label = f"{name.label}, {unit}, {view.words.group(arm)}"
            body.append(Row(label=(label,), cells=cells))
    yield view.table(
        "one-patient",
        body,
        [Column(label=label) for label in ("n", "Published: mean (SD)", "All but one at",
                                           "One at")],
        title="One patient apart who would explain a mean and its standard deviation",
        stub="Measure and arm",
    )  # fmt: skip
