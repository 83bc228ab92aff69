"""A comparison at its looks: the path of z under its bounds, and what each look means."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.key import levels_of
from equipoise.report import format as shape
from equipoise.report.display.cells import (
    fixed_number,
    interval,
    number,
    number_cell,
    p_value_number,
    points_number,
    text_cell,
)
from equipoise.report.display.figures import drawn, path_figure
from equipoise.report.display.model import (
    Block,
    Cell,
    Column,
    Figure,
    Paragraph,
    Row,
    Run,
    Runs,
    Table,
)
from equipoise.report.display.view import View
from equipoise.report.figure.lines import Curve, CurvePanel, LineChart
from equipoise.report.format import decimals_of
from equipoise.report.rows import Datum

__all__ = ["group_sequential_blocks"]

_SAYS = {1.0: "Efficacy", -1.0: "Futility", 0.0: "Goes on"}
_OUTLOOK = {
    "conditional_power_trend": "Conditional power, trend so far",
    "conditional_power": "Conditional power, assumed difference",
    "predictive_power": "Predictive power",
    "crossing": "A later bound is crossed, trend so far",
}


def group_sequential_blocks(view: View) -> tuple[Block, ...]:
    """Lay out the looks: what they came to, the path under the bounds, their numbers."""
    blocks: list[Block] = []
    for name, experimental, control in view.contrasts:
        arms = [view.words.group(one) for one in (experimental, control)]
        blocks.append(Paragraph(runs=_sentence(view, name, arms), kind="lead"))
        figure = _figure(view, name)
        blocks += [_looks(view, name)] if figure is None else [figure]
        blocks.append(_outlook(view, name))
    return tuple(blocks)


def _at(view: View, name: str, variable: str, statistic: str, by: str = "") -> Datum | None:
    return view.rows.at(statistic, variable=variable, group=name, by=by)


def _is_known(datum: Datum | None) -> bool:
    return datum is not None and datum.is_estimated


def _levels(view: View, name: str) -> tuple[str, ...]:
    return view.by_levels(view.rows.where(variable="look", group=name))


def _sentence(view: View, name: str, arms: list[str]) -> Runs:
    head = f"{view.endpoint.label}, {arms[0]} against {arms[1]}: "
    reached = [
        by for by in _levels(view, name) if _is_known(_at(view, name, "look", "estimate", by))
    ]
    if not reached:
        return (f"{head}too few participants are known for the first look.",)
    ends = _at(view, name, "stop", "decision")
    if _is_known(ends):
        assert ends is not None
        says = {1.0: "with the bound of efficacy crossed", -1.0: "for futility"}
        return (
            f"{head}the looks end after ", number(_at(view, name, "stop", "subjects"), shape.count),
            f" participants, {says.get(ends.value or 0.0, 'with no bound crossed')}. With the "
            "looks in mind the difference is ", *_estimate(view, name, "after_stopping", ""),
            "; one-sided p ", p_value_number(_at(view, name, "after_stopping", "p_value")), ".",
        )  # fmt: skip
    last = reached[-1]
    runs: list[Run] = [
        f"{head}no bound is met at the last look that could be made, after "
        f"{levels_of(last)['subjects']} participants. If the trial goes on it ends with a "
        "significant benefit with a probability of ",
        points_number(_at(view, name, "outlook", "conditional_power_trend", last)),
        "% if the trend so far is the truth",
    ]
    if _is_known(_at(view, name, "outlook", "conditional_power", last)):
        power = points_number(_at(view, name, "outlook", "conditional_power", last))
        runs += [", ", power, "% if the assumed difference is"]
    predicted = points_number(_at(view, name, "outlook", "predictive_power", last))
    return (*runs, ", and ", predicted, "% over all that the data leave open (predictive power).")


def _decimals(view: View) -> int:
    return decimals_of("estimate", view.endpoint.decimals)


def _difference(view: View, datum: Datum | None) -> Run:
    return points_number(datum) if _is_share(view) else fixed_number(datum, _decimals(view))


def _is_share(view: View) -> bool:
    return view.endpoint.kind in ("response", "adverse_event")


def _estimate(view: View, name: str, variable: str, by: str) -> Runs:
    low, high = (_at(view, name, variable, one, by) for one in ("ci_low", "ci_high"))
    unit = " points" if _is_share(view) else f" {view.endpoint.unit}".rstrip()
    estimate = _difference(view, _at(view, name, variable, "estimate", by))
    return (estimate, f"{unit} (limits ", _difference(view, low), " to ",
            _difference(view, high), ")")  # fmt: skip


def _figure(view: View, name: str) -> Figure | None:
    curves = []
    for label, statistic in (("z so far", "statistic"), ("Efficacy bound", "efficacy")):
        points = tuple(
            (float(levels_of(by)["subjects"]), value)
            for by in _levels(view, name)
            if (value := drawn(_at(view, name, "look", statistic, by))) is not None
        )
        if points:
            curves.append(Curve(label=label, points=points))
    if max(len(one.points) for one in curves) < 2:  # a line takes two points
        return None
    values = [value.value for one in curves for _, value in one.points]
    chart = LineChart(
        name=f"{view.id}-{name.replace(' ', '')}-path",
        panels=(CurvePanel(curves=tuple(curves)),),
        x_label="Participants",
        y_label="z, above 0 towards benefit",
        y_limits=(min(0.0, *values) - 0.3, max(values) + 0.3),
    )
    caption: Runs = ("At or above the bound a look stops for efficacy.",)
    return path_figure(view, chart, _looks(view, name), caption)


def _looks(view: View, name: str) -> Table:
    unit = ", points" if _is_share(view) else view.unit_suffix
    columns = [
        Column(label=f"Difference{unit}"), Column(label="z"), Column(label="Efficacy bound"),
        Column(label="Says"), Column(label=f"Repeated limits{unit}"),
        Column(label="Repeated p, one-sided"),
    ]  # fmt: skip
    return view.table(
        _look_rows(view, name),
        columns,
        suffix=f"-{name.replace(' ', '')}-looks",
        title=f"{view.title}: {view.words.contrast(name)}",
        stub="Participants",
        footnotes=view.message_notes(view.rows.where(variable="repeated", group=name)),
    )


def _look_rows(view: View, name: str) -> Iterator[Row]:
    for by in _levels(view, name):
        decision = _at(view, name, "look", "decision", by)
        said = ""
        if decision is not None and decision.is_estimated:
            said = _SAYS[decision.value or 0.0]
        low, high = (_at(view, name, "repeated", one, by) for one in ("ci_low", "ci_high"))
        limits: Runs = interval(low, high, _decimals(view))
        if _is_share(view):
            limits = (points_number(low), " to ", points_number(high)) if _is_known(low) else ()
        yield Row(
            label=(levels_of(by)["subjects"],),
            cells=(
                number_cell(_difference(view, _at(view, name, "look", "estimate", by))),
                number_cell(fixed_number(_at(view, name, "look", "statistic", by), 3)),
                number_cell(fixed_number(_at(view, name, "look", "efficacy", by), 3)),
                text_cell(said),
                Cell(limits),
                number_cell(p_value_number(_at(view, name, "repeated", "p_value", by))),
            ),
        )


def _outlook(view: View, name: str) -> Table:
    rows = view.rows.where(variable="outlook", group=name)
    levels = view.by_levels(rows)
    body = [
        Row(
            label=(f"{label} (%)",),
            cells=tuple(
                number_cell(points_number(_at(view, name, "outlook", statistic, by)))
                for by in levels
            ),
        )
        for statistic, label in _OUTLOOK.items()
        if rows.where(statistic=statistic).rows
    ]
    if _is_known(_at(view, name, "after_stopping", "estimate")):
        body += _after(view, name, len(levels))
    return view.table(
        body,
        [Column(label=f"After {levels_of(by)['subjects']}") for by in levels],
        suffix=f"-{name.replace(' ', '')}-outlook",
        title=f"{view.title}: what the looks mean",
        stub="Probability of a significant benefit, and the difference at the end",
        footnotes=view.message_notes(view.rows.where(variable="after_stopping", group=name)),
    )


def _after(view: View, name: str, columns: int) -> Iterator[Row]:
    """Set the estimates with the looks in mind beside the plain one."""
    labels = {
        "naive": "Difference as seen",
        "estimate": "Median-unbiased difference",
        "bias_adjusted": "Bias-adjusted difference",
    }
    for statistic, label in labels.items():
        cell = number_cell(_difference(view, _at(view, name, "after_stopping", statistic)))
        unit = ", points" if _is_share(view) else view.unit_suffix
        yield Row(
            label=(f"{label}{unit}",), cells=(cell, *(number_cell("") for _ in range(columns - 1)))
        )
