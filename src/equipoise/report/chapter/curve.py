"""A published curve, reconstructed: the curves again, how well, and what follows of them."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.key import levels_of
from equipoise.protocol.contrast import contrast_name
from equipoise.protocol.model.curve import PublishedCurve
from equipoise.report import format as shape
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import (
    fixed_number,
    interval,
    number,
    number_cell,
    p_value_number,
)
from equipoise.report.display.figures import drawn
from equipoise.report.display.model import Block, Cell, Column, Figure, Row, Table
from equipoise.report.display.spoken import alt_text
from equipoise.report.figure.kaplan_meier import (
    MOST_TIMES,
    AtRisk,
    KaplanMeierCurves,
    KaplanMeierStep,
    draw_kaplan_meier,
)
from equipoise.report.figure.style import FigureArm
from equipoise.report.figure.svg import Drawn
from equipoise.report.rows import Datum, ResultRows

__all__ = ["curve_blocks"]

_NOT_REACHED = "NR"


def curve_blocks(view: ChapterView, name: str, plan: PublishedCurve) -> Iterator[Block]:
    """Lay a reconstructed figure out: sentences, curves, arms, comparison."""
    rows = view.rows.where(analysis=name)
    yield from view.texts(name)
    table = _arms_table(view, name, plan, rows)
    yield _figure(view, name, plan, rows, table)
    if plan.contrast is not None:
        yield _comparison(view, name, plan, rows)


def _title(plan: PublishedCurve) -> str:
    return f"{plan.label}, reconstructed"


def _arms_table(view: ChapterView, name: str, plan: PublishedCurve, rows: ResultRows) -> Table:
    def at(statistic: str, variable: str, arm: str, by: str = "") -> Datum | None:
        return rows.at(statistic, variable=variable, group=arm, by=by)

    body = [
        Row(
            label=(label,),
            cells=tuple(
                number_cell(number(at(statistic, "reconstructed", arm), shape.count))
                for arm in plan.arms
            ),
        )
        for label, statistic in (("Participants", "n"), ("With event", "events"))
    ]
    medians = tuple(
        _with_limits(*(at(one, "median", arm) for one in ("estimate", "ci_low", "ci_high")))
        for arm in plan.arms
    )
    body.append(Row(label=(f"Median, {plan.unit}",), cells=medians))
    if plan.horizon is not None:
        means = tuple(
            _with_limits(
                *(at(one, "restricted_mean", arm) for one in ("estimate", "ci_low", "ci_high"))
            )
            for arm in plan.arms
        )
        label = f"Mean up to {shape.plain(plan.horizon)} {plan.unit}"
        body.append(Row(label=(label,), cells=means))
    gaps = tuple(
        number_cell(fixed_number(at("largest_gap", "reconstructed", arm), 4)) for arm in plan.arms
    )
    body.append(Row(label=("Largest gap to the points",), cells=gaps))
    body.append(Row(label=("At risk, reconstructed [printed]",), is_group=True))
    for by in rows.where(variable="at_risk").levels("by"):
        cells = tuple(
            number_cell(
                number(at("at_risk", "at_risk", arm, by), shape.count), " [",
                number(at("printed", "at_risk", arm, by), shape.count), "]",
            )
            if at("printed", "at_risk", arm, by) is not None
            else Cell()
            for arm in plan.arms
        )  # fmt: skip
        label = f"{plan.unit.capitalize()} {_time(by):g}"
        body.append(Row(label=(label,), cells=cells, indent=1))
    return view.table(
        f"{name}-arms",
        body,
        [Column(label=one.label) for one in plan.arms.values()],
        title=_title(plan),
        population=f"Reconstructed from {plan.place}",
        stub="Reconstructed",
        footnotes=[(f"{_NOT_REACHED}: not reached.",)],
    )


def _with_limits(estimate: Datum | None, low: Datum | None, high: Datum | None) -> Cell:
    if estimate is None:
        return Cell()
    if not estimate.is_estimated:
        return number_cell(number(estimate, shape.plain), f" {_NOT_REACHED}")
    ends = [
        fixed_number(one, 1) if one is not None and one.is_estimated else _NOT_REACHED
        for one in (low, high)
    ]
    return number_cell(fixed_number(estimate, 1), " (", ends[0], " to ", ends[1], ")")


def _time(by: str) -> float:
    return float(levels_of(by)["time"])


def _figure(
    view: ChapterView, name: str, plan: PublishedCurve, rows: ResultRows, table: Table
) -> Figure:
    control = None if plan.contrast is None else plan.contrast[1]
    curves = KaplanMeierCurves(
        name=f"synthesis-{name}",
        arms=tuple(
            FigureArm(id=arm, label=told.label, is_control=arm == control)
            for arm, told in plan.arms.items()
        ),
        steps={arm: tuple(_steps(rows, arm)) for arm in plan.arms},
        at_risk=_at_risk(plan, rows),
        time_label=plan.unit.capitalize(),
        survival_label="Without event (%), reconstructed",
    )
    return Figure(
        id=f"figure-synthesis-{name}",
        title=_title(plan),
        population=table.population,
        svg=draw_kaplan_meier(curves),
        alt=alt_text("Reconstructed Kaplan-Meier curves", table),
        caption=(
            "Kaplan-Meier estimates of the reconstructed data, with pointwise intervals; numbers "
            "at risk are reconstructed.",
        ),
        numbers=(table,),
        source=view.source,
    )


def _steps(rows: ResultRows, arm: str) -> Iterator[KaplanMeierStep]:
    own = rows.where(variable="step", group=arm)
    yield KaplanMeierStep(time=0.0, survival=Drawn(1.0, ""))
    for by in own.levels("by"):
        survival, low, high, censored = (
            own.at(one, variable="step", group=arm, by=by)
            for one in ("survival", "ci_low", "ci_high", "censored")
        )
        height = drawn(survival)
        if height is not None:
            yield KaplanMeierStep(
                time=_time(by),
                survival=height,
                ci_low=drawn(low),
                ci_high=drawn(high),
                censored=(censored.value or 0.0) if censored is not None else 0.0,
            )


def _at_risk(plan: PublishedCurve, rows: ResultRows) -> dict[str, tuple[AtRisk, ...]]:
    """Take the times that every arm has, at most as many as a table can hold."""
    own = rows.where(variable="at_risk", statistic="at_risk")
    shared = [
        by for by in own.levels("by") if len(own.where(by=by).levels("group")) == len(plan.arms)
    ]
    step = -(-len(shared) // MOST_TIMES) or 1
    return {
        arm: tuple(
            AtRisk(time=_time(by), subjects=subjects)
            for by in shared[::step]
            if (subjects := drawn(own.at("at_risk", variable="at_risk", group=arm, by=by)))
        )
        for arm in plan.arms
    }


def _comparison(view: ChapterView, name: str, plan: PublishedCurve, rows: ResultRows) -> Table:
    assert plan.contrast is not None
    contrast = contrast_name(*plan.contrast)
    measures = {
        "hazard_ratio": ("Hazard ratio", 2),
        "difference": (f"Difference of the mean, {plan.unit}", 1),
        "logrank": ("Log-rank test", 2),
    }
    body = []
    for variable, (label, decimals) in measures.items():
        estimate, low, high, p_value = (
            rows.at(one, variable=variable, group=contrast)
            for one in ("estimate", "ci_low", "ci_high", "p_value")
        )
        if p_value is not None:
            cells = (
                number_cell(fixed_number(estimate, decimals)),
                number_cell(*interval(low, high, decimals)),
                number_cell(p_value_number(p_value)),
            )
            body.append(Row(label=(label,), cells=cells))
    labels = [plan.arms[arm].label for arm in plan.contrast]
    return view.table(
        f"{name}-comparison",
        body,
        [
            Column(label="Estimate"),
            Column(label=f"{shape.plain(100 * plan.level)}% CI"),
            Column(label="p"),
        ],
        title=f"{_title(plan)}: {labels[0]} against {labels[1]}",
        population=f"Reconstructed from {plan.place}",
        stub="Reconstructed",
    )
