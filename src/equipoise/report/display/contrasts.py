"""Contrasts of groups, whatever the method: sentences, forest plot, rows of tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.report import format as shape
from equipoise.report.display.cells import interval, number, number_cell, p_value_number
from equipoise.report.display.figures import drawn, forest_figure
from equipoise.report.display.model import (
    Cell,
    Column,
    Figure,
    Paragraph,
    Row,
    Run,
    Runs,
    numbers_of,
    text_of,
)
from equipoise.report.display.spoken import Effect, finding, lowered, reading
from equipoise.report.display.view import View
from equipoise.report.display.words import Benefit
from equipoise.report.figure.forest import Forest, ForestRow
from equipoise.report.figure.style import FigureArm
from equipoise.report.figure.svg import Drawn
from equipoise.report.rows import Datum

__all__ = ["Measure", "benefit_of", "contrast_figure", "contrast_rows", "contrast_sentences"]

_LEAST_DRAWN = 2
"""Contrasts that a forest plot needs; fewer are read as well without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How one kind of contrast is printed and put into words.

    Attributes
    ----------
    variable : str
        Variable of its rows in the results.
    label : str
        In tables and at axes, such as ``Difference in adjusted means``.
    name, quantity : str
        In sentences: name of the estimate, and what differs.
    unit : str
        Behind a difference in sentences.
    decimals, shift : int
        Of the estimate; a shift of 2 prints a share in percent.
    is_ratio : bool
        True for ratios.
    turns_benefit : bool
        True where more of the measure means less of the endpoint: a higher hazard is a shorter
        time.
    """

    variable: str
    label: str
    name: str
    quantity: str
    unit: str = ""
    decimals: int = 1
    shift: int = 0
    is_ratio: bool = False
    turns_benefit: bool = False


def benefit_of(view: View, measure: Measure) -> Benefit:
    """Say which direction of the measure is good for the subject."""
    benefit = view.endpoint.benefit
    if benefit == "neither" or not measure.turns_benefit:
        return benefit
    return "lower" if benefit == "higher" else "higher"


def _at(view: View, measure: Measure, statistic: str, group: str, by: str) -> Datum | None:
    return view.rows.at(statistic, variable=measure.variable, group=group, by=by)


def _p_at(view: View, measure: Measure, group: str, by: str, *, adjusted: bool) -> Datum | None:
    """Find the p value of a contrast: its own, else that of the test beside the measures."""
    statistic = "p_value_adjusted" if adjusted else "p_value"
    for variable in (measure.variable, "test"):
        found = view.rows.at(statistic, variable=variable, group=group, by=by)
        if found is not None:
            return found
    return None


def contrast_sentences(view: View, measure: Measure, by: str = "") -> Iterator[Paragraph]:
    """Put each contrast into a sentence; a reading that all intervals share is given once."""
    found = [
        (finding(effect, view), reading(effect, is_primary=view.is_primary))
        for effect in _effects(view, measure, by)
    ]
    readings = dict.fromkeys(read for _, read in found)
    if len(found) > 1 and len(readings) == 1 and (shared := next(iter(readings))):
        for said, _ in found:
            yield Paragraph(runs=said, kind="lead")
        yield Paragraph(runs=("For each of these comparisons: ", *lowered(shared)), kind="lead")
        return
    for said, read in found:
        yield Paragraph(runs=(*said, " ", *read) if read else said, kind="lead")


def _effects(view: View, measure: Measure, by: str) -> Iterator[Effect]:
    words = view.endpoint
    for name, experimental, control in view.contrasts:
        estimate = _at(view, measure, "estimate", name, by)
        if estimate is None:
            continue
        where = view.by_suffix(by)
        yield Effect(
            subject=f"{words.label}{where}",
            quantity=measure.quantity,
            name=measure.name,
            unit=measure.unit,
            experimental=view.words.group(experimental),
            control=view.words.group(control),
            decimals=measure.decimals,
            is_ratio=measure.is_ratio,
            shift=measure.shift,
            benefit=benefit_of(view, measure),
            important=words.important,
            estimate=estimate,
            ci_low=_at(view, measure, "ci_low", name, by),
            ci_high=_at(view, measure, "ci_high", name, by),
            p_value=_p_at(view, measure, name, by, adjusted=False),
            p_adjusted=_p_at(view, measure, name, by, adjusted=True),
        )


def _written(measure: Measure, datum: Datum | None) -> Run:
    return number(datum, lambda value: shape.fixed(value, measure.decimals, shift=measure.shift))


def _limits(view: View, measure: Measure, name: str, by: str) -> Runs:
    low, high = (_at(view, measure, end, name, by) for end in ("ci_low", "ci_high"))
    if low is None or high is None:
        return ()
    if not measure.shift or not (low.is_estimated or high.is_estimated):
        return interval(low, high, measure.decimals)
    return (_written(measure, low), " to ", _written(measure, high))


def contrast_rows(
    view: View, measure: Measure, groups: tuple[FigureArm, ...], by: str = "", *, indent: int = 1
) -> Iterator[Row]:
    """Lay contrasts out under their experimental groups, one heading for each control."""
    controls = dict.fromkeys(control for _, _, control in view.contrasts)
    for control in controls:
        names = {one: name for name, one, other in view.contrasts if other == control}
        if not any(_at(view, measure, "estimate", name, by) for name in names.values()):
            continue
        label = f"{measure.label} against {view.words.group(control)}"
        yield Row(
            label=(label,), cells=(Cell(),) * len(groups), is_group=indent == 1, indent=indent - 1
        )
        estimates = [
            number_cell(*_with_error(view, measure, names[g.id], by) if g.id in names else ("",))
            for g in groups
        ]
        has_error = any(
            _at(view, measure, "standard_error", name, by) is not None for name in names.values()
        )
        yield Row(
            label=("Estimate (SE)" if has_error else "Estimate",),
            cells=tuple(estimates),
            indent=indent,
        )
        limits = [
            Cell(_limits(view, measure, names[g.id], by) if g.id in names else ()) for g in groups
        ]
        if any(cell.runs for cell in limits):
            yield Row(label=(view.interval_label,), cells=tuple(limits), indent=indent)
        for adjusted, text in ((False, "p"), (True, "p, adjusted")):
            cells = [
                number_cell(
                    p_value_number(
                        _p_at(view, measure, names[g.id], by, adjusted=adjusted), view.p_style
                    )
                    if g.id in names
                    else ""
                )
                for g in groups
            ]
            if any(cell.runs for cell in cells):
                yield Row(label=(text,), cells=tuple(cells), indent=indent)


def _with_error(view: View, measure: Measure, name: str, by: str) -> Runs:
    estimate = _at(view, measure, "estimate", name, by)
    error = _at(view, measure, "standard_error", name, by)
    shown = _written(measure, estimate)
    if error is None or not error.is_estimated:
        return (shown,)
    written = number(
        error, lambda value: shape.fixed(value, measure.decimals + 1, shift=measure.shift)
    )
    return (shown, " (", written, ")")


def contrast_figure(
    view: View, measure: Measure, levels: tuple[str, ...] = ("",), *, suffix: str = ""
) -> Iterator[Figure]:
    """Draw the contrasts as a forest plot; nothing for a single one, which a table shows as well.

    A single one is drawn if it is the primary result, or is held against a margin.
    """
    rows: list[ForestRow] = []
    body: list[Row] = []
    for head, label, name, by in _forest_lines(view, measure, levels):
        if not any(row.label == head for row in rows):
            rows.append(ForestRow(label=head))
            body.append(Row(label=(head,), is_group=True))
        rows.append(_forest_row(view, measure, name, by, label))
        body.append(_numbers_row(view, measure, name, by, label))
    known = sum(row.estimate is not None for row in rows)
    margin = _margin(view)
    if known < (1 if view.is_primary or margin is not None else _LEAST_DRAWN):
        return
    left, right = _favours(view, measure)
    forest = Forest(
        name=f"{view.id}{suffix}",
        rows=tuple(rows),
        axis_label=measure.label + (f", {measure.unit}" if measure.unit else ""),
        text_label=f"{measure.name.capitalize()} ({view.interval_label})",
        is_ratio=measure.is_ratio,
        shift=measure.shift,
        left=left,
        right=right,
        left_is_worse=benefit_of(view, measure) == "higher",
        important=None if measure.is_ratio else margin or view.endpoint.important,
    )
    columns = [
        Column(label=measure.name.capitalize()),
        Column(label=view.interval_label),
        Column(label="p"),
    ]
    table = view.table(
        body, columns, suffix=f"{suffix}-contrasts", title=f"{view.title}: {measure.name}"
    )
    caption: Runs = ()
    if forest.important is not None:
        lines = "the margin" if margin else "the smallest difference that matters"
        caption = (f"Dotted lines: {lines}, by the protocol.",)
    yield forest_figure(view, forest, table, caption)


def _forest_lines(
    view: View, measure: Measure, levels: tuple[str, ...]
) -> Iterator[tuple[str, str, str, str]]:
    """Give each contrast with its heading and label: levels under a single pair of groups."""
    by_level: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for by in levels:
        for name, experimental, control in view.contrasts:
            if _at(view, measure, "estimate", name, by) is not None:
                by_level.setdefault((by, control), []).append((name, experimental))
    is_one_pair = len({name for found in by_level.values() for name, _ in found}) == 1
    for (by, control), found in by_level.items():
        against = f"against {view.words.group(control)}"
        for name, experimental in found:
            group = view.words.group(experimental)
            if by and is_one_pair:
                yield f"{group} {against}", view.by_label(by), name, by
            else:
                head = f"{view.by_label(by)}: {against}" if by else f"A{against[1:]}"
                yield head, group, name, by


def _margin(view: View) -> float | None:
    """Read the margin that the contrasts are held against; None without one."""
    found = view.rows.where(variable="margin", statistic="margin").rows
    return found[0].value if found else None


def _forest_row(view: View, measure: Measure, name: str, by: str, label: str) -> ForestRow:
    estimate, low, high = (
        _at(view, measure, one, name, by) for one in ("estimate", "ci_low", "ci_high")
    )
    limits = _limits(view, measure, name, by)
    shown: Runs = (_written(measure, estimate),)
    if limits and estimate is not None and estimate.is_estimated:
        shown = (*shown, " (", *limits, ")")
    p_value: Runs = (p_value_number(_p_at(view, measure, name, by, adjusted=False), view.p_style),)
    return ForestRow(
        label=label,
        estimate=drawn(estimate),
        ci_low=_limit(low, -math.inf),
        ci_high=_limit(high, math.inf),
        text=text_of(shown),
        p_value=text_of(p_value),
        text_results=tuple(one.result_id for one in numbers_of(shown)),
        p_results=tuple(one.result_id for one in numbers_of(p_value)),
    )


def _limit(datum: Datum | None, end: float) -> Drawn | None:
    """Take a limit for drawing: an infinite one is drawn to the edge, an unknown one not at all."""
    if datum is not None and datum.state == "infinite":
        return Drawn(end, datum.result_id)
    return drawn(datum)


def _numbers_row(view: View, measure: Measure, name: str, by: str, label: str) -> Row:
    p_value = _p_at(view, measure, name, by, adjusted=False)
    return Row(
        label=(label,),
        indent=1,
        cells=(
            number_cell(_written(measure, _at(view, measure, "estimate", name, by))),
            Cell(_limits(view, measure, name, by)),
            number_cell(p_value_number(p_value, view.p_style)),
        ),
    )


def _favours(view: View, measure: Measure) -> tuple[str, str]:
    """Say what lies on either side of the line of no difference."""
    benefit = benefit_of(view, measure)
    if benefit == "neither" or not view.contrasts:
        return ("", "")
    first, second = "arm named is better", "its comparator is better"
    return (second, first) if benefit == "higher" else (first, second)
