"""Times to event as curves: numbers at risk, quantiles, every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from equipoise.analyse.statement import opened
from equipoise.protocol.contrast import sides_of
from equipoise.protocol.model.arm import ALL_ARMS
from equipoise.report import format as shape
from equipoise.report.display.cells import (
    fixed_number,
    interval,
    number,
    number_cell,
    points_number,
)
from equipoise.report.display.figures import drawn, kaplan_meier_figure
from equipoise.report.display.model import (
    Block,
    Cell,
    Column,
    Number,
    Paragraph,
    Row,
    Run,
    Runs,
    Table,
    numbers_of,
    text_of,
)
from equipoise.report.display.model_tests import is_doubtful
from equipoise.report.display.over_time import (
    outer_levels,
    percent_runs,
    slug,
    time_of,
    times_of,
)
from equipoise.report.display.spoken import p_value_words
from equipoise.report.display.view import View
from equipoise.report.figure.kaplan_meier import (
    MOST_TIMES,
    AtRisk,
    KaplanMeierCurves,
    KaplanMeierStep,
)
from equipoise.report.figure.style import FigureArm
from equipoise.report.figure.svg import Drawn
from equipoise.report.rows import Datum

__all__ = ["kaplan_meier_blocks"]

_FEW = 20
_NOT_REACHED = "NR"


def kaplan_meier_blocks(view: View) -> tuple[Block, ...]:
    """Lay out the curve: figure with numbers at risk, table of quantiles and of planned times."""
    blocks: list[Block] = []
    for outer in outer_levels(view):
        curves = _curves_of(view, outer)
        table = _table(view, outer)
        if not any(curves.steps.values()):
            words = "No curve is drawn: nobody of this set was followed."
            blocks += [Paragraph(runs=(words,)), table]
            continue
        steps = tuple(_steps_table(view, outer, group) for group in curves.arms)
        caption: list[Run] = ["Shaded: pointwise intervals. Ticks: censored subjects."]
        if view.endpoint.origin:
            caption.append(
                f" Time counts from: {view.endpoint.origin}. Only who came so far is at risk."
            )
        small = [group for group in curves.arms if _is_small(view, group.id, outer)]
        if small:
            names = ", ".join(group.label for group in small)
            caption.append(f" Fewer than {_FEW} subjects ({names}): the curve is descriptive.")
        blocks += [kaplan_meier_figure(view, curves, (table, *steps), tuple(caption)), table]
    return tuple(blocks)


def _is_small(view: View, group: str, outer: str) -> bool:
    size = view.rows.at("n", group=group, by=outer)
    return size is not None and size.value is not None and size.value < _FEW


def _curves_of(view: View, outer: str = "") -> KaplanMeierCurves:
    """Read curves, numbers at risk and, from related analyses, the hazard ratios."""
    groups = view.arms
    times = _grid(view, outer)
    note = _note(view, outer)
    return KaplanMeierCurves(
        name=f"{view.id}{'-' + slug(outer) if outer else ''}",
        arms=groups,
        steps={group.id: tuple(_steps(view, group.id, outer)) for group in groups},
        at_risk={
            group.id: tuple(
                AtRisk(time=time, subjects=subjects)
                for time, by in times
                if (subjects := drawn(view.rows.at("at_risk", group=group.id, by=by)))
            )
            for group in groups
        },
        time_label="Days",
        survival_label="Without event (%)",
        note=text_of(note),
        note_results=tuple(one.result_id for one in numbers_of(note)),
    )


def _grid(view: View, outer: str) -> list[tuple[float, str]]:
    """Planned times, at most 11: every second, third ... of them where there are more."""
    times = times_of(view.rows.where(statistic="at_risk", variable=""), outer)
    step = -(-len(times) // MOST_TIMES) or 1
    return list(times.items())[::step]


def _steps(view: View, group: str, outer: str) -> Iterator[KaplanMeierStep]:
    rows = view.rows.where(variable="step", group=group)
    known = times_of(rows.where(statistic="survival"), outer)
    if not known:
        return
    if min(known) > 0:  # the curve begins at one, which is no estimate
        yield KaplanMeierStep(time=0.0, survival=Drawn(1.0, ""))
    for time, by in known.items():
        survival, low, high, censored = (
            rows.at(name, variable="step", group=group, by=by)
            for name in ("survival", "ci_low", "ci_high", "censored")
        )
        height = drawn(survival)
        if height is not None:
            yield KaplanMeierStep(
                time=time,
                survival=height,
                ci_low=drawn(low),
                ci_high=drawn(high),
                censored=(censored.value or 0.0) if censored is not None else 0.0,
            )


def _note(view: View, outer: str) -> Runs:
    """Write what compares the curves of the same endpoint: ratios, mean times, tests."""
    lines: list[Runs] = []
    for row in view.related.where(method="cox", variable="hazard_ratio", statistic="estimate"):
        sides = sides_of(row.group)
        if row.by != outer or sides is None or not row.is_estimated:
            continue
        low, high = (
            view.related.where(analysis=row.analysis).at(
                name, variable="hazard_ratio", group=row.group, by=outer
            )
            for name in ("ci_low", "ci_high")
        )
        name = f"Hazard ratio, {view.words.contrast(row.group)}: "
        limits = interval(low, high, 2)
        shown = (f" ({view.interval_label} ", *limits, ")") if limits else ()
        lines.append((name, fixed_number(row, 2), *shown))
        lines += _doubt(view, row)
    lines += _mean_times(view, outer)
    for row in view.related.where(method="logrank", group=ALL_ARMS, statistic="p_value"):
        if row.by == outer and row.is_estimated and not row.variable:
            name = opened(row.message) or "Log-rank test"
            lines += [(f"{name}: ", *p_value_words(row, view))]
    return tuple(
        run for place, line in enumerate(lines) for run in (("\n",) if place else ()) + line
    )


def _mean_times(view: View, outer: str) -> list[Runs]:
    """Write the differences in mean days without the event."""
    lines: list[Runs] = []
    means = view.related.where(method="restricted_mean")
    for row in means.where(variable="difference", statistic="estimate"):
        if row.by != outer or not row.is_estimated:
            continue
        own = means.where(analysis=row.analysis)
        low, high = (
            own.at(name, variable="difference", group=row.group, by=outer)
            for name in ("ci_low", "ci_high")
        )
        horizon = own.at("horizon", variable="restricted_mean", by=outer)
        contrast = f", {view.words.contrast(row.group)}: "
        limits = interval(low, high, 1)
        shown = (f" ({view.interval_label} ", *limits, ")") if limits else ()
        days = number(horizon, shape.plain)
        lines.append(("Days without event by day ", days, contrast, fixed_number(row, 1), *shown))
    return lines


def _doubt(view: View, ratio: Datum) -> list[Runs]:
    """Say under a hazard ratio that hazards do not look proportional, where they do not."""
    found = view.related.where(analysis=ratio.analysis).at(
        "p_value", variable="proportionality", variable_level=ratio.group, by=ratio.by
    )
    if found is None or not is_doubtful(found):
        return []
    return [("Hazards do not look proportional (", *p_value_words(found, view), ")")]


def _table(view: View, outer: str) -> Table:
    groups = view.arms
    body = [
        _row("Subjects", groups, lambda g: view.rows.at("n", group=g, by=outer)),
        _row("With event", groups, lambda g: view.rows.at("events", group=g, by=outer)),
    ]
    quantiles = view.rows.where(variable=("median", "quantile"), by=outer, statistic="estimate")
    for variable, level in dict.fromkeys((row.variable, row.variable_level) for row in quantiles):
        body.append(
            Row(
                label=(_quantile_name(view, variable, level),),
                cells=tuple(_quantile(view, variable, level, g.id, outer) for g in groups),
            )
        )
    grid = _grid(view, outer)
    if grid:
        label = f"Without event, % ({view.interval_label}) [at risk]"
        body.append(Row(label=(label,), is_group=True))
    for time, by in grid:
        cells = tuple(_at_time(view, group.id, by) for group in groups)
        body.append(Row(label=(f"Day {shape.plain(time)}",), cells=cells, indent=1))
    notes: list[Runs] = []
    if any(text == _NOT_REACHED for row in body for text in _texts(row)):
        notes.append((f"{_NOT_REACHED}: not reached within follow-up.",))
    notes += view.message_notes(quantiles)
    suffix = f"-{slug(outer)}" if outer else ""
    title = f"{view.title}: {view.by_label(outer)}" if outer else view.title
    return view.table(body, view.columns(groups), suffix=suffix, title=title, footnotes=notes)


def _texts(row: Row) -> Iterator[str]:
    return (one.text for cell in row.cells for one in numbers_of(cell.runs))


def _row(label: str, groups: tuple[FigureArm, ...], find: Callable[[str], Datum | None]) -> Row:
    cells = tuple(number_cell(number(find(group.id), shape.count)) for group in groups)
    return Row(label=(label,), cells=cells)


def _quantile_name(view: View, variable: str, level: str) -> str:
    name = "Median" if variable == "median" else f"{shape.plain(float(level), shift=2)}% quantile"
    return f"{name}, days ({view.interval_label})"


def _quantile(view: View, variable: str, level: str, group: str, outer: str) -> Cell:
    estimate, low, high = (
        view.rows.at(name, variable=variable, variable_level=level, group=group, by=outer)
        for name in ("estimate", "ci_low", "ci_high")
    )
    ends = [one for one in (low, high) if one is not None and one.is_estimated]
    if not ends:
        return number_cell(_reached(estimate))
    return number_cell(_reached(estimate), " (", _reached(low), " to ", _reached(high), ")")


def _reached(datum: Datum | None) -> Run:
    if datum is None or datum.is_estimated:
        return number(datum, shape.plain)
    return Number(_NOT_REACHED, datum.result_id)


def _at_time(view: View, group: str, by: str) -> Cell:
    survival, low, high, at_risk = (
        view.rows.at(name, group=group, by=by)
        for name in ("survival", "ci_low", "ci_high", "at_risk")
    )
    return number_cell(*percent_runs(survival, low, high, at_risk))


def _steps_table(view: View, outer: str, group: FigureArm) -> Table:
    rows = view.rows.where(variable="step", group=group.id)
    body = []
    for by in view.by_levels(rows):
        survival, low, high, events, censored, at_risk = (
            rows.at(name, variable="step", group=group.id, by=by)
            for name in ("survival", "ci_low", "ci_high", "events", "censored", "at_risk")
        )
        time = None if survival is None else time_of(survival, outer)
        if time is None:
            continue
        body.append(
            Row(
                label=(shape.plain(time),),
                cells=(
                    number_cell(number(at_risk, shape.count)),
                    number_cell(number(events, shape.count)),
                    number_cell(number(censored, shape.count)),
                    number_cell(points_number(survival)),
                    number_cell(points_number(low)) if low is None or low.is_estimated else Cell(),
                    number_cell(points_number(high))
                    if high is None or high.is_estimated
                    else Cell(),
                ),
            )
        )
    names = ("At risk", "Events", "Censored", "Without event, %", "Lower limit", "Upper limit")
    return view.table(
        body,
        [Column(label=name) for name in names],
        suffix=f"{'-' + slug(outer) if outer else ''}-steps-{slug(group.id)}",
        title=f"{view.title}: every step of the curve, {group.label}",
        stub="Day",
    )
