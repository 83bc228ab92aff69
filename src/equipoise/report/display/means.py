"""Means compared: analysis of covariance, mixed models, two samples, analysis of variance."""

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
)
from equipoise.report.display.contrasts import (
    Measure,
    contrast_figure,
    contrast_rows,
    contrast_sentences,
)
from equipoise.report.display.figures import course_figure, drawn
from equipoise.report.display.fit_note import fit_notes
from equipoise.report.display.margin import margin_sentences, margin_table
from equipoise.report.display.model import Block, Cell, Column, Row, Run, Runs, Table
from equipoise.report.display.plain_rows import rows_table
from equipoise.report.display.view import View
from equipoise.report.figure.course import Course, CoursePoint, CourseVisit
from equipoise.report.figure.style import FigureArm
from equipoise.report.format import decimals_of
from equipoise.report.rows import Datum

__all__ = ["means_blocks", "means_course", "means_measure", "means_table", "terms_table"]

_SUMMARIES = {
    "baseline": "Baseline",
    "value": "Value",
    "change": "Change from baseline",
    "percent_change": "Change from baseline, %",
}
_SHOWN = frozenset(
    {
        *_SUMMARIES, "lsmean", "contrast", "term", "trend", "residual", "seen", "filled", "margin",
        "fit", "imputed",
    }
)  # fmt: skip
_CORRECTED = {
    "p_value_greenhouse_geisser": "p, Greenhouse-Geisser",
    "p_value_huynh_feldt": "p, Huynh-Feldt",
    "p_value_huynh_feldt_lecoutre": "p, Huynh-Feldt-Lecoutre",
}
_LEAST_VISITS = 2


def means_blocks(view: View) -> tuple[Block, ...]:
    """Lay out a comparison of means: sentences, figures, table of means, terms of the model."""
    measure = means_measure(view)
    levels = view.by_levels(view.rows.where(variable=("contrast", "lsmean", "value")))
    last = _visits(levels)[-1:] if _is_course(levels) else levels
    blocks: list[Block] = []
    for by in last:
        blocks += contrast_sentences(view, measure, by)
        blocks += margin_sentences(view, measure, by)
    means = means_table(view, measure, levels)
    course = means_course(view, levels)
    if course is not None:
        title = f"{view.title}: adjusted means"
        blocks.append(course_figure(view, course, title=title, decimals=measure.decimals))
    blocks += contrast_figure(view, measure, levels)
    if means.rows:
        blocks.append(means)
    margin = margin_table(view, levels, measure)
    if margin is not None:
        blocks.append(margin)
    terms = terms_table(view)
    if terms is not None:
        blocks.append(terms)
    blocks += fit_notes(view)
    further = view.rows.where(variable=set(view.rows.levels("variable")) - _SHOWN)
    if further.rows:
        title = f"{view.title}: further results"
        blocks.append(rows_table(view, further, suffix="-further", title=title))
    return tuple(blocks)


def _is_course(levels: tuple[str, ...]) -> bool:
    return len(_visits(levels)) >= _LEAST_VISITS and all(
        set(levels_of(by)) == {"visit"} for by in levels
    )


def _visits(levels: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the average over all visits."""
    return tuple(by for by in levels if levels_of(by).get("visit") != "all")


def means_measure(view: View) -> Measure:
    """Say how contrasts of means are printed and put into words."""
    words = view.endpoint
    is_adjusted = bool(view.rows.where(variable="lsmean").rows)
    is_shift = view.rows.levels("method") == ("wilcoxon",)
    quantity = "adjusted mean" if is_adjusted else "mean"
    label = "Difference in adjusted means" if is_adjusted else "Difference in means"
    if is_shift:
        quantity, label = "typical value (Hodges-Lehmann shift)", "Hodges-Lehmann shift"
    return Measure(
        variable="contrast",
        label=label,
        name="shift" if is_shift else "difference",
        quantity=quantity,
        unit=words.unit,
        decimals=decimals_of("estimate", words.decimals),
    )


def means_table(view: View, measure: Measure, levels: tuple[str, ...]) -> Table:
    """Lay out summaries, adjusted means and contrasts of each level."""
    groups = view.groups
    body: list[Row] = []
    for by in levels:
        body += view.by_heading(by)
        depth = 1 if by else 0
        for variable, label in _SUMMARIES.items():
            body += _summary_rows(view, variable, label, groups, by, depth)
        body += _adjusted_rows(view, groups, by, depth)
        body += contrast_rows(view, measure, groups, by, indent=depth + 1)
    units = view.unit_suffix
    notes: list[Runs] = [("SD, standard deviation; SE, standard error.",)]
    notes += view.message_notes(view.rows.where(variable=("contrast", "lsmean")))
    residual = view.rows.at("sd", variable="residual")
    if residual is not None:
        df = view.rows.at("df", variable="residual")
        shown = fixed_number(residual, decimals_of("sd", view.endpoint.decimals))
        of: Runs = () if df is None else (" on ", number(df, shape.plain), " degrees of freedom")
        notes.append(("Residual standard deviation ", shown, *of, "."))
    return view.table(
        body, view.columns(groups), stub=f"{view.endpoint.label}{units}", footnotes=notes
    )


def _summary_rows(
    view: View, variable: str, label: str, groups: tuple[FigureArm, ...], by: str, depth: int
) -> Iterator[Row]:
    def at(statistic: str, group: str) -> Datum | None:
        return view.rows.at(statistic, variable=variable, group=group, by=by)

    def shown(statistic: str, group: str) -> Run:
        return fixed_number(at(statistic, group), decimals_of(statistic, view.endpoint.decimals))

    if not any(at("n", group.id) for group in groups):
        return
    yield Row(label=(label,), cells=(Cell(),) * len(groups), is_group=depth == 0, indent=depth)
    counts = [number_cell(number(at("n", group.id), shape.count)) for group in groups]
    yield Row(label=("n",), cells=tuple(counts), indent=depth + 1)
    means = [_bracketed(shown("mean", g.id), shown("sd", g.id), at("sd", g.id)) for g in groups]
    yield Row(label=("Mean (SD)",), cells=tuple(means), indent=depth + 1)
    if any(at("standard_error", group.id) for group in groups):
        errors = [number_cell(shown("standard_error", group.id)) for group in groups]
        yield Row(label=("SE of the mean",), cells=tuple(errors), indent=depth + 1)
    if any(at("median", group.id) for group in groups):
        medians = [
            number_cell(
                shown("median", g.id), " (", shown("min", g.id), " to ", shown("max", g.id), ")"
            )
            if (middle := at("median", g.id)) is not None and middle.is_estimated
            else number_cell(shown("median", g.id))
            for g in groups
        ]
        yield Row(label=("Median (range)",), cells=tuple(medians), indent=depth + 1)


def _bracketed(first: Run, second: Run, datum: Datum | None) -> Cell:
    if datum is None or not datum.is_estimated:
        return number_cell(first)
    return number_cell(first, " (", second, ")")


def _adjusted_rows(view: View, groups: tuple[FigureArm, ...], by: str, depth: int) -> Iterator[Row]:
    def at(statistic: str, group: str) -> Datum | None:
        return view.rows.at(statistic, variable="lsmean", group=group, by=by)

    if not any(at("estimate", group.id) for group in groups):
        return
    decimals = view.endpoint.decimals
    yield Row(
        label=("Adjusted mean",), cells=(Cell(),) * len(groups), is_group=depth == 0, indent=depth
    )
    means = [
        _bracketed(
            fixed_number(at("estimate", g.id), decimals_of("estimate", decimals)),
            fixed_number(at("standard_error", g.id), decimals_of("standard_error", decimals)),
            at("standard_error", g.id),
        )
        for g in groups
    ]
    yield Row(label=("Estimate (SE)",), cells=tuple(means), indent=depth + 1)
    limits = [
        Cell(interval(at("ci_low", g.id), at("ci_high", g.id), decimals_of("ci_low", decimals)))
        for g in groups
    ]
    yield Row(label=(view.interval_label,), cells=tuple(limits), indent=depth + 1)


def terms_table(view: View) -> Table | None:
    """Lay out tests of the terms of the model, and of the dose response."""
    terms = view.rows.where(variable=("term", "trend"))
    if not terms.rows:
        return None
    body = []
    corrected = [name for name in _CORRECTED if terms.where(statistic=name).rows]
    keys = dict.fromkeys((row.variable, row.variable_level, row.by, row.group) for row in terms)
    for variable, level, by, group in keys:
        found = {
            name: terms.at(name, variable=variable, variable_level=level, by=by, group=group)
            for name in ("statistic", "df", "df_2", "p_value", *corrected)
        }
        name = "Dose response" if variable == "trend" else _term_name(view, level)
        body.append(
            Row(
                label=(f"{name}: {view.by_label(by)}" if by else name,),
                cells=(
                    number_cell(fixed_number(found["statistic"], 2)),
                    number_cell(number(found["df"], _degrees)),
                    number_cell(number(found["df_2"], _degrees)),
                    *(
                        number_cell(p_value_number(found[one], view.p_style))
                        for one in ("p_value", *corrected)
                    ),
                ),
            )
        )
    names = ("Statistic", "df", "df, error", "p", *(_CORRECTED[name] for name in corrected))
    columns = [Column(label=name) for name in names]
    title = f"{view.title}: terms of the model"
    notes = view.message_notes(terms)
    return view.table(body, columns, suffix="-terms", title=title, footnotes=notes)


def _degrees(value: float) -> str:
    return shape.fixed(value, 0 if float(value).is_integer() else 1)


def _term_name(view: View, level: str) -> str:
    names = {"arm": "Arm", "visit": "Visit", "base": "Baseline", "baseline": "Baseline"}
    parts = [names.get(part) or view.words.variable(part).label for part in level.split(":")]
    return " × ".join(parts)


def means_course(view: View, levels: tuple[str, ...], *, adjusted: bool = True) -> Course | None:
    """Read means by visit, adjusted or as seen, with their errors; None for a single visit."""
    if not _is_course(levels):
        return None
    levels = _visits(levels)
    groups = view.arms
    visits = [(by, levels_of(by)["visit"]) for by in levels]
    places = view.day_places([visit for _, visit in visits])
    points = {
        group.id: tuple(_points(view, group.id, levels, adjusted=adjusted)) for group in groups
    }
    if not any(points.values()):
        return None
    unit = view.unit_suffix
    return Course(
        name=f"{view.id}-course",
        arms=groups,
        visits=tuple(
            CourseVisit(id=by, label=view.words.visit(visit), place=place)
            for (by, visit), place in zip(visits, places, strict=True)
        ),
        points=points,
        value_label=f"{'Adjusted mean' if adjusted else 'Mean'} ± SE{unit}",
        reference=0.0 if view.endpoint.kind in {"change", "percent_change"} else None,
    )


def _points(
    view: View, group: str, levels: tuple[str, ...], *, adjusted: bool
) -> Iterator[CoursePoint]:
    variable, statistic = ("lsmean", "estimate") if adjusted else ("value", "mean")
    for by in levels:
        mean = drawn(view.rows.at(statistic, variable=variable, group=group, by=by))
        if mean is not None:
            yield CoursePoint(
                visit=by,
                mean=mean,
                error=drawn(view.rows.at("standard_error", variable=variable, group=group, by=by)),
                subjects=drawn(view.rows.at("n", variable="value", group=group, by=by)),
            )
