"""What stands beside a pooled effect: heterogeneity, single studies, small studies, moderators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.analyse.key import by_text
from equipoise.protocol.model.synthesis import Compared
from equipoise.report import format as shape
from equipoise.report.chapter.effect import Effect
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import (
    fixed_number,
    number,
    number_cell,
    p_value_number,
    text_cell,
)
from equipoise.report.display.figures import drawn
from equipoise.report.display.model import Block, Cell, Column, Figure, Row, Table
from equipoise.report.display.spoken import alt_text
from equipoise.report.figure.funnel import Funnel, FunnelPoint, draw_funnel
from equipoise.report.rows import ResultRows

__all__ = ["beside_blocks", "funnel_figure"]

_TESTS = {
    "egger": "Egger's test",
    "egger_mixed": "Egger's test, mixed model",
    "begg": "Begg's test",
}


def beside_blocks(
    view: ChapterView, name: str, plan: Compared, rows: ResultRows, effect: Effect, contrast: str
) -> Iterator[Block]:
    """Lay out what was asked for beside the pooled effect; nothing where nothing is pooled."""
    if rows.where(variable="heterogeneity", by="").rows:
        yield _heterogeneity(view, name, plan, rows.where(variable="heterogeneity", by=""))
    without = [by for by in rows.levels("by") if by.startswith("without=")]
    if without:
        yield _without(view, name, plan, rows, effect, contrast, without)
    if rows.where(variable=("asymmetry", "missing_studies")).rows:
        yield _small_studies(view, name, plan, rows, effect, contrast)
    if rows.where(variable="moderator").rows:
        yield _moderators(view, name, plan, rows.where(variable="moderator"), effect)


def _heterogeneity(view: ChapterView, name: str, plan: Compared, rows: ResultRows) -> Table:
    group = rows.levels("group")[0]

    def cell(statistic: str, decimals: int) -> Cell:
        found = rows.at(statistic, variable="heterogeneity", group=group)
        return number_cell(fixed_number(found, decimals))

    p_value = rows.at("p_value", variable="heterogeneity", group=group)
    columns = [
        ("Q", cell("statistic", 2)),
        ("df", cell("df", 0)),
        ("p", number_cell(p_value_number(p_value))),
        ("I², %", cell("i_squared", 1)),
    ]
    tau2 = rows.at("tau2", variable="heterogeneity", group=group)
    if tau2 is not None:
        columns.append(("tau²", cell("tau2", 4)))
    if rows.at("tau2_ci_low", variable="heterogeneity", group=group) is not None:
        low, high = (
            rows.at(one, variable="heterogeneity", group=group)
            for one in ("tau2_ci_low", "tau2_ci_high")
        )
        limits = number_cell(fixed_number(low, 4), " to ", fixed_number(high, 4))
        columns.append((f"tau², {shape.plain(100 * plan.level)}% CI", limits))
    return view.table(
        f"{name}-heterogeneity",
        [Row(label=("Between studies",), cells=tuple(cell for _, cell in columns))],
        [Column(label=label) for label, _ in columns],
        title=f"{plan.label}: what differs between studies",
        stub="",
    )


def _without(
    view: ChapterView,
    name: str,
    plan: Compared,
    rows: ResultRows,
    effect: Effect,
    contrast: str,
    without: Sequence[str],
) -> Table:
    body = []
    for by in without:
        spread = rows.at("i_squared", variable="heterogeneity", group=contrast, by=by)
        cells = (*effect.cells(rows, contrast, by=by), number_cell(fixed_number(spread, 1)))
        body.append(Row(label=(by.partition("=")[2],), cells=cells))
    return view.table(
        f"{name}-without",
        body,
        [
            Column(label=f"Pooled {effect.name}"),
            Column(label=f"{shape.plain(100 * plan.level)}% CI"),
            Column(label="I², %"),
        ],
        title=f"{plan.label}: without each study in turn",
        stub="Without",
    )


def _small_studies(
    view: ChapterView,
    name: str,
    plan: Compared,
    rows: ResultRows,
    effect: Effect,
    contrast: str,
) -> Table:
    body = []
    for test, label in _TESTS.items():
        by = by_text(test=test)
        estimate, p_value = (
            rows.at(one, variable="asymmetry", group=contrast, by=by)
            for one in ("estimate", "p_value")
        )
        if estimate is not None:
            kind = "Kendall's tau" if test == "begg" else "slope on the standard error"
            cells = (
                text_cell(kind),
                number_cell(fixed_number(estimate, 2)),
                number_cell(p_value_number(p_value)),
            )
            body.append(Row(label=(label,), cells=cells))
    for row in rows.where(variable="missing_studies"):
        cells = (text_cell(row.message), number_cell(number(row, shape.count)), Cell())
        body.append(Row(label=("Trim and fill, studies",), cells=cells))
        filled, limits = effect.cells(rows, contrast, by=by_text(studies="filled"))
        shown = number_cell(*filled.runs, " (", *limits.runs, ")") if limits.runs else filled
        pooled = (text_cell(f"pooled {effect.name} with them"), shown, Cell())
        body.append(Row(label=("Trim and fill, pooled",), cells=pooled))
    return view.table(
        f"{name}-small",
        body,
        [Column(label="What"), Column(label="Estimate"), Column(label="p")],
        title=f"{plan.label}: small studies against large ones",
        stub="Method",
        footnotes=[("With fewer than ten studies these tests find little.",)],
    )


def _moderators(
    view: ChapterView, name: str, plan: Compared, rows: ResultRows, effect: Effect
) -> Table:
    group = rows.levels("group")[0]
    body = []
    for level in rows.levels("variable_level"):
        estimate, low, high, p_value = (
            rows.at(one, variable="moderator", variable_level=level, group=group)
            for one in ("estimate", "ci_low", "ci_high", "p_value")
        )
        cells = (
            number_cell(fixed_number(estimate, 4)),
            number_cell(fixed_number(low, 4), " to ", fixed_number(high, 4)),
            number_cell(p_value_number(p_value)),
        )
        body.append(Row(label=(level.replace("_", " ").capitalize(),), cells=cells))
    together, share = (
        rows.at(one, variable="moderator", group=group) for one in ("p_value", "r_squared")
    )
    tested = (Cell(), Cell(), number_cell(p_value_number(together)))
    body.append(Row(label=("All moderators",), cells=tested))
    taken = (number_cell(fixed_number(share, 1)), Cell(), Cell())
    body.append(Row(label=("Taken off tau², %",), cells=taken))
    scale = f"Logarithm of the {effect.name}" if effect.is_ratio else effect.name.capitalize()
    return view.table(
        f"{name}-moderators",
        body,
        [
            Column(label="Coefficient"),
            Column(label=f"{shape.plain(100 * plan.level)}% CI"),
            Column(label="p"),
        ],
        title=f"{plan.label}: meta-regression",
        population=f"{scale}, by one unit of the moderator",
        stub="Moderator",
    )


def funnel_figure(
    view: ChapterView,
    name: str,
    plan: Compared,
    rows: ResultRows,
    effect: Effect,
    contrast: str,
    studies: Sequence[str],
) -> Figure:
    """Draw effects over their standard errors, on the scale that is pooled."""
    points, body = [], []
    variable = effect.pooled_variable
    for study in studies:
        estimate, error = (
            rows.at(one, variable=variable, variable_level=study, group=contrast)
            for one in ("estimate", "standard_error")
        )
        one, other = drawn(estimate), drawn(error)
        if one is not None and other is not None:
            points.append(FunnelPoint(estimate=one, standard_error=other))
        cells = (number_cell(fixed_number(estimate, 3)), number_cell(fixed_number(error, 3)))
        body.append(Row(label=(study,), cells=cells))
    label = f"Logarithm of the {effect.name}" if effect.is_ratio else effect.name.capitalize()
    table = view.table(
        f"{name}-funnel",
        body,
        [Column(label=label), Column(label="Standard error")],
        title=f"{plan.label}: funnel plot",
        stub="Study",
    )
    centre = rows.at("estimate", variable=variable, group=contrast)
    funnel = Funnel(
        name=f"synthesis-{name}-funnel",
        points=tuple(points),
        centre=drawn(centre),
        axis_label=label,
    )
    return Figure(
        id=f"figure-synthesis-{name}-funnel",
        title=table.title,
        svg=draw_funnel(funnel),
        alt=alt_text("Funnel plot of studies", table),
        caption=(
            "Large studies stand above. Broken lines: where 95% of studies lie if all estimate "
            "the pooled effect.",
        ),
        numbers=(table,),
        source=view.source,
    )
