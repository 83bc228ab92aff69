"""Sample sizes: what each takes, and its power around the assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from equipoise.analyse.key import levels_of
from equipoise.protocol.model.arm import TOTAL
from equipoise.protocol.model.sample_size import ProportionSize, SampleSize, TwoArmSize
from equipoise.report.caveats import assumption_table
from equipoise.report.chapter.sequential import bounds_figure, stopping_table
from equipoise.report.chapter.view import ChapterView, paragraph_of
from equipoise.report.display.cells import fixed_number, number, number_cell, points_number
from equipoise.report.display.model import Block, Column, Row, Section, Table
from equipoise.report.format import plain
from equipoise.report.rows import Datum, ResultRows

__all__ = ["sample_size_section"]

_WORDS: Mapping[str, str] = {
    "control": "Share under control (%)",
    "difference": "Difference",
    "standard_deviation": "Standard deviation",
    "hazard_ratio": "Hazard ratio",
    "event_probability": "Participants with an event (%)",
    "median_control": "Median under control (days)",
    "log_hazard_ratio": "Logarithms of the hazard ratios, times the assumed ones",
    "change_time": "Times of change, times the assumed ones",
}
_SHARES = {"control", "event_probability"}


def sample_size_section(view: ChapterView) -> Section:
    """Lay out the sample sizes of a protocol."""
    return Section(
        id="sample_size",
        title="Sample size",
        blocks=tuple(_blocks(view)),
    )


def _blocks(view: ChapterView) -> Iterator[Block]:
    for name, size in view.protocol.sample_size.items():
        rows = view.rows.where(analysis=name)
        yield from (paragraph_of(one) for one in view.said(name))
        if isinstance(size, TwoArmSize):
            yield _subjects(view, name, size, rows)
            yield _around(view, name, size, rows.where(variable="power"))
            if size.looks is not None:
                yield bounds_figure(view, name, size, rows)
                yield stopping_table(view, name, size, rows)
        elif rows.where(variable="power").rows:
            yield _two_stages(view, name, size, rows)
    found = assumption_table(view.protocol, within=("sample_size",), id="sample_size-assumed")
    if found is not None:
        yield found


def _subjects(view: ChapterView, name: str, size: TwoArmSize, rows: ResultRows) -> Table:
    arms = [arm for arm in rows.where(variable="randomised").levels("group") if arm != TOTAL]
    body = [
        Row(
            label=("In all" if arm == TOTAL else view.words.group(arm),),
            cells=tuple(
                number_cell(number(_one(rows, "count", variable, arm), _whole))
                for variable in ("with_outcome", "randomised")
            ),
        )
        for arm in (*arms, TOTAL)
    ]
    return view.table(
        f"{name}-subjects",
        body,
        [Column(label="With an outcome"), Column(label="Randomised")],
        title=f"{size.label}: participants",
        stub="Arm",
    )


def _around(view: ChapterView, name: str, size: TwoArmSize, rows: ResultRows) -> Table:
    """Set power out by nuisance (rows) and effect (columns)."""
    places = {tuple(levels_of(by).items()): by for by in rows.levels("by") if by}
    effects = list(dict.fromkeys(effect for effect, _ in places))
    nuisances = list(dict.fromkeys(nuisance for _, nuisance in places))
    is_share = isinstance(size, ProportionSize)
    group = rows.levels("group")[0]
    body = [
        Row(
            label=(_written(nuisance, is_share=is_share),),
            cells=tuple(
                number_cell(
                    points_number(
                        rows.at("probability", variable="power", group=group,
                                by=places[effect, nuisance])
                    )
                    if (effect, nuisance) in places
                    else ""
                )
                for effect in effects
            ),
        )
        for nuisance in nuisances
    ]  # fmt: skip
    over = _WORDS[effects[0][0]] + (" (points)" if is_share else "")
    return view.table(
        f"{name}-around",
        body,
        [Column(label=_written(one, is_share=is_share), over=over) for one in effects],
        title=f"{size.label}: power around the assumptions",
        population="Percent of trials, of the size above",
        stub=_WORDS[nuisances[0][0]],
    )


def _two_stages(view: ChapterView, name: str, size: SampleSize, rows: ResultRows) -> Table:
    body = [
        Row(
            label=(plain(float(levels_of(by)["share"]), 1, shift=2),),
            cells=(
                number_cell(points_number(_one(rows, "probability", "power", TOTAL, by))),
                number_cell(points_number(_one(rows, "probability", "early_stop", TOTAL, by))),
                number_cell(fixed_number(_one(rows, "mean", "expected_subjects", TOTAL, by), 1)),
            ),
        )
        for by in rows.where(variable="power").levels("by")
    ]
    return view.table(
        f"{name}-stages",
        body,
        [
            Column(label="Called interesting (%)"),
            Column(label="Stopped early (%)"),
            Column(label="Participants, mean"),
        ],
        title=f"{size.label}: what the two-stage design does",
        stub="True share of responders (%)",
    )


def _one(rows: ResultRows, statistic: str, variable: str, group: str, by: str = "") -> Datum | None:
    return rows.at(statistic, variable=variable, group=group, by=by)


def _written(level: tuple[str, str], *, is_share: bool) -> str:
    name, value = level
    shift = 2 if name in _SHARES or (is_share and name == "difference") else 0
    return plain(float(value), 4, shift=shift)


def _whole(value: float) -> str:
    return plain(value, 1)
