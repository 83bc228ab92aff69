"""Margins of non-inferiority and equivalence: what was tested, and what may be said."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report import format as shape
from equipoise.report.display.cells import number, p_value_number
from equipoise.report.display.contrasts import Measure, benefit_of
from equipoise.report.display.model import Cell, Column, Number, Paragraph, Row, Run, Table
from equipoise.report.display.view import View
from equipoise.report.rows import Datum

__all__ = ["margin_sentences", "margin_table"]

_NAMES = {"non_inferiority": "Non-inferiority", "equivalence": "Equivalence"}


def margin_sentences(view: View, measure: Measure, by: str = "") -> Iterator[Paragraph]:
    """Say of each contrast what its margin allows to claim; nothing without a margin."""
    for name, experimental, control in view.contrasts:
        size = _at(view, "margin", name, by)
        if size is None:
            continue
        first, second = view.words.group(experimental), view.words.group(control)
        p_value, done = _at(view, "p_value", name, by), _at(view, "concluded", name, by)
        lead: tuple[Run, ...] = (
            f"{_NAMES[size.variable_level]} within a margin of ",
            _written(measure, size),
            f" {measure.unit}: " if measure.unit else ": ",
        )
        if done is None or not done.is_estimated or p_value is None:
            runs = (*lead, f"{first} against {second} could not be judged.")
            yield Paragraph(runs=runs, kind="lead")
            continue
        shown = p_value_number(p_value, view.p_style)
        claim = _claim(size.variable_level, first, second, is_shown=bool(done.value))
        runs = (*lead, claim, f" ({_p_name(size.variable_level)} ", shown, ").")
        yield Paragraph(runs=(*runs, *_open(view, measure, size, name, by)), kind="lead")


def _claim(kind: str, first: str, second: str, *, is_shown: bool) -> str:
    if kind == "equivalence":
        said = "are shown to differ" if is_shown else "are not shown to differ"
        return f"{first} and {second} {said} by less than that"
    if is_shown:
        return f"{first} is shown not to be worse than {second} by that much"
    return f"it is not shown that {first} is worse than {second} by less than that"


def _p_name(kind: str) -> str:
    return "larger one-sided p" if kind == "equivalence" else "one-sided p"


def _open(view: View, measure: Measure, size: Datum, name: str, by: str) -> tuple[Run, ...]:
    """Say which margins the interval leaves open; an inconclusive result shows nothing else."""
    sides = {"lower": "−", "upper": "+"}
    if size.variable_level == "non_inferiority":
        worse = "lower" if benefit_of(view, measure) == "higher" else "upper"
        sides = {worse: sides[worse]}
    found = [(sign, _at(view, f"excludes_{side}", name, by)) for side, sign in sides.items()]
    known = [(sign, one) for sign, one in found if one is not None and one.is_estimated]
    text = _plain(measure, size)
    left = [f"{sign}{text}" for sign, one in known if not one.value]
    if not known:
        return ()
    if not left:
        done = _at(view, "concluded", name, by)
        rest = "." if done is not None and done.value else "; the test does not: inconclusive."
        return (f" The {view.interval_label} excludes {_joined(sides, text)}{rest}",)
    return (
        f" The {view.interval_label} does not exclude {' and '.join(left)}: the result is "
        "inconclusive, which shows neither a difference nor that there is none.",
    )


def _joined(sides: dict[str, str], text: str) -> str:
    return " and ".join(f"{sign}{text}" for sign in sides.values())


def margin_table(view: View, levels: tuple[str, ...], measure: Measure) -> Table | None:
    """Lay out the tests against the margin; None where the analysis has none."""
    body = [
        row
        for by in levels
        for name, _, _ in view.contrasts
        if (row := _row(view, measure, name, by)) is not None
    ]
    if not body:
        return None
    columns = [
        Column(label="Margin"),
        Column(label="p, above −margin"),
        Column(label="p, below +margin"),
        Column(label="Smallest margin excluded"),
        Column(label="Conclusion"),
    ]
    notes = view.message_notes(view.rows.where(variable="margin", statistic="p_value"))
    one_sided = ("Both p values are one-sided; a claim needs half of what the interval leaves.",)
    return view.table(
        body, columns, suffix="-margin", title=f"{view.title}: margin",
        footnotes=(*notes, one_sided),
    )  # fmt: skip


def _row(view: View, measure: Measure, name: str, by: str) -> Row | None:
    size, done = _at(view, "margin", name, by), _at(view, "concluded", name, by)
    if size is None or done is None:
        return None
    label = view.words.contrast(name) + view.by_suffix(by)
    sides = [
        Cell((p_value_number(_at(view, f"p_value_{side}", name, by), view.p_style),))
        for side in ("lower", "upper")
    ]
    words = {"non_inferiority": "non-inferior", "equivalence": "equivalent"}[size.variable_level]
    conclusion: Run = number(done, lambda value: words if value else "inconclusive")
    return Row(
        label=(label,),
        cells=(
            Cell((_written(measure, size),)),
            *sides,
            Cell((_fixed(measure, _at(view, "smallest_margin", name, by)),)),
            Cell((conclusion,), kind="text"),
        ),
    )


def _at(view: View, statistic: str, group: str, by: str) -> Datum | None:
    """Find a row of the margin, of whichever kind it is."""
    for kind in _NAMES:
        found = view.rows.at(statistic, variable="margin", variable_level=kind, group=group, by=by)
        if found is not None:
            return found
    return None


def _written(measure: Measure, size: Datum) -> Run:
    return number(size, lambda value: shape.plain(value, shift=measure.shift))


def _fixed(measure: Measure, datum: Datum | None) -> Run:
    decimals = measure.decimals
    return number(datum, lambda value: shape.fixed(value, decimals, shift=measure.shift))


def _plain(measure: Measure, size: Datum) -> str:
    shown = _written(measure, size)
    return shown.text if isinstance(shown, Number) else ""
