"""Events that others compete with: curves beside each other, probabilities at planned times."""

from __future__ import annotations

from equipoise.protocol.model.arm import ALL_ARMS
from equipoise.report import format as shape
from equipoise.report.display.cells import number, number_cell
from equipoise.report.display.chi_square import chi_square_of
from equipoise.report.display.figures import drawn, incidence_figure
from equipoise.report.display.model import Block, Cell, Paragraph, Row, Run, Runs, Table
from equipoise.report.display.over_time import outer_levels, percent_runs, slug, times_of
from equipoise.report.display.view import View
from equipoise.report.figure.incidence import IncidenceCurves, IncidencePanel, IncidenceStep
from equipoise.report.figure.kaplan_meier import AtRisk

__all__ = ["incidence_blocks"]

_CAUSES = ("event", "competing")


def incidence_blocks(view: View) -> tuple[Block, ...]:
    """Lay out the incidence: Gray's test in words, curves of both causes, planned times."""
    blocks: list[Block] = []
    for outer in outer_levels(view):
        blocks += _tests(view, outer)
        table = _table(view, outer)
        curves = _curves(view, outer)
        caption: list[Run] = ["Shaded: pointwise intervals. Both panels count the same subjects."]
        if view.endpoint.origin:
            caption.append(
                f" Time counts from: {view.endpoint.origin}. Only who came so far is at risk."
            )
        blocks += [incidence_figure(view, curves, table, tuple(caption)), table]
    return tuple(blocks)


def _titles(view: View) -> tuple[str, str]:
    other = view.endpoint.competing or "what competes"
    return "The event", f"Competing: {other}"


def _tests(view: View, outer: str) -> list[Paragraph]:
    found = []
    for group in view.rows.where(variable="test", statistic="p_value").levels("group"):
        test = chi_square_of(view, variable="test", group=group, by=outer)
        if test.p_value is None or (group == ALL_ARMS and len(view.contrasts) == 1):
            continue  # of two arms the one contrast says the same
        where = view.by_suffix(outer)
        said = f"{view.words.contrast(group)}{where}: Gray's test of equal incidence, "
        found.append(Paragraph(runs=(said, *test.words(view), "."), kind="lead"))
    return found


def _curves(view: View, outer: str) -> IncidenceCurves:
    groups = view.arms
    times = times_of(view.rows.where(statistic="at_risk", variable=""), outer)
    panels = tuple(
        IncidencePanel(
            title=title, steps={group.id: _steps(view, group.id, cause, outer) for group in groups}
        )
        for title, cause in zip(_titles(view), _CAUSES, strict=True)
    )
    return IncidenceCurves(
        name=f"{view.id}{'-' + slug(outer) if outer else ''}",
        arms=groups,
        panels=panels,
        at_risk={
            group.id: tuple(
                AtRisk(time=time, subjects=subjects)
                for time, by in times.items()
                if (subjects := drawn(view.rows.at("at_risk", group=group.id, by=by)))
            )
            for group in groups
        },
        times=tuple(times),
    )


def _steps(view: View, group: str, cause: str, outer: str) -> tuple[IncidenceStep, ...]:
    rows = view.rows.where(variable="step", variable_level=cause, group=group)
    steps = []
    for time, by in times_of(rows.where(statistic="incidence"), outer).items():
        height, low, high = (
            drawn(rows.at(name, variable="step", variable_level=cause, group=group, by=by))
            for name in ("incidence", "ci_low", "ci_high")
        )
        if height is not None:
            steps.append(IncidenceStep(time=time, incidence=height, ci_low=low, ci_high=high))
    return tuple(steps)


def _table(view: View, outer: str) -> Table:
    groups = view.arms
    body = [
        Row(
            label=(label,),
            cells=tuple(
                number_cell(number(view.rows.at(name, group=g.id, by=outer), shape.count))
                for g in groups
            ),
        )
        for label, name in (
            ("Subjects", "n"),
            ("With event", "events"),
            ("With competing event", "competing"),
        )
    ]
    times = times_of(view.rows.where(statistic="at_risk", variable=""), outer)
    for title, cause in zip(_titles(view), _CAUSES, strict=True):
        head = f"{title}, % ({view.interval_label})"
        body.append(Row(label=(f"{head} [at risk]" if cause == "event" else head,), is_group=True))
        for time, by in times.items():
            cells = tuple(_share(view, cause, group.id, by) for group in groups)
            body.append(Row(label=(f"Day {shape.plain(time)}",), cells=cells, indent=1))
    notes: tuple[Runs, ...] = view.message_notes(view.rows.where(variable=(*_CAUSES, "test")))
    title = f"{view.title}: {view.by_label(outer)}" if outer else view.title
    suffix = f"-{slug(outer)}" if outer else ""
    return view.table(body, view.columns(groups), suffix=suffix, title=title, footnotes=notes)


def _share(view: View, cause: str, group: str, by: str) -> Cell:
    share, low, high = (
        view.rows.at(name, variable=cause, group=group, by=by)
        for name in ("incidence", "ci_low", "ci_high")
    )
    at_risk = view.rows.at("at_risk", group=group, by=by) if cause == "event" else None
    return number_cell(*percent_runs(share, low, high, at_risk))
