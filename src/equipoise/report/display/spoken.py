"""Words made from numbers: descriptions of figures, and sentences about contrasts.

A sentence says what was estimated, how sure that is, and what the interval can and cannot
exclude. It never concludes that there is no difference because a test was not significant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.report import format as shape
from equipoise.report.display.cells import number, p_value_number
from equipoise.report.display.model import Number, Row, Run, Runs, Table, text_of
from equipoise.report.display.view import View
from equipoise.report.rows import Datum

__all__ = ["Effect", "alt_text", "finding", "lowered", "p_value_words", "reading"]

_MOST_SPOKEN_ROWS, _MOST_SPOKEN = 12, 1500
_INCONCLUSIVE = (
    "The interval includes no difference and differences in both directions: the trial does not "
    "show which arm does better, and it does not show that they do equally well."
)
_INCONCLUSIVE_IN_SHORT = (
    "The interval includes differences in both directions: inconclusive, and not a sign that the "
    "arms do equally well."
)
_PLURAL = ("odds",)
_SIDES = {False: ("a benefit", "a harm"), True: ("a higher value", "a lower value")}


def alt_text(kind: str, table: Table) -> str:
    """Describe a figure by reading out the table of its numbers.

    Parameters
    ----------
    kind : str
        What kind of figure it is, such as ``Kaplan-Meier curves``.
    table : Table
        The numbers that were drawn.
    """
    spoken: list[str] = []
    group, rows = "", [row for row in table.rows if row.is_group or _is_told(row)]
    told = sum(map(_is_told, rows))
    for row in rows:
        if row.is_group:
            group = f"{text_of(row.label)}, "
        if not _is_told(row):
            continue
        if len(spoken) == _MOST_SPOKEN_ROWS or sum(map(len, spoken)) > _MOST_SPOKEN:
            break
        spoken.append(f"{'' if row.is_group else group}{_spoken_row(row, table)}")
    more = told - len(spoken)
    rest = f" {more} more rows stand in the table of its numbers." if more > 0 else ""
    return f"{kind}: {table.title}. {'; '.join(spoken)}.{rest}"


def _is_told(row: Row) -> bool:
    return any(cell.runs for cell in row.cells)


def _spoken_row(row: Row, table: Table) -> str:
    cells = [
        f"{column.label} {text_of(cell.runs)}"
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell.runs
    ]
    return f"{text_of(row.label)}: {', '.join(cells)}"


def p_value_words(p_value: Datum | None, view: View) -> Runs:
    """Write ``p = 0.23`` or ``p <0.001``; one-sided tests are named so."""
    if p_value is None:
        return ()
    shown = p_value_number(p_value, view.p_style)
    text = shown.text if isinstance(shown, Number) else ""
    sign = "" if text[:1] in "<>" else "=\u00a0"
    name = "p" if view.alternative == "two_sided" else "one-sided p"
    return (f"{name}\u00a0{sign}", shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A contrast to put into words.

    Attributes
    ----------
    subject : str
        What was compared, such as ``Change in ADAS-Cog (11) at week 24``.
    quantity : str
        How it was summarised: ``adjusted mean``, ``mean``, ``share of responders``.
    name : str
        Name of the estimate: ``difference``, ``hazard ratio``.
    unit : str
        Behind the absolute difference, such as ``points`` or ``percentage points``.
    """

    subject: str
    quantity: str
    name: str
    unit: str = ""
    experimental: str
    control: str
    decimals: int
    is_ratio: bool = False
    shift: int = 0
    benefit: Literal["higher", "lower", "neither"] = "neither"
    important: float | None = None
    estimate: Datum
    ci_low: Datum | None
    ci_high: Datum | None
    p_value: Datum | None = None
    p_adjusted: Datum | None = None

    @property
    def null(self) -> float:
        """Value of no difference."""
        return 1.0 if self.is_ratio else 0.0


def finding(effect: Effect, view: View) -> Runs:
    """Say in plain words what a contrast found: estimate, interval, p value."""
    estimate = effect.estimate
    if not estimate.is_estimated or estimate.value is None:
        why = f" ({estimate.message})" if estimate.message else ""
        return (
            f"{effect.subject}: {effect.experimental} against {effect.control} could not be "
            f"estimated: {estimate.state}{why}.",
        )
    return (*_finding(effect), *_evidence(effect, view), ".")


def lowered(runs: Runs) -> Runs:
    """Let a sentence go on behind a colon."""
    first, *rest = runs
    text = first if isinstance(first, str) else first.text
    return (text[:1].lower() + text[1:], *rest)


def _shown(datum: Datum | None, effect: Effect) -> Run:
    return number(datum, lambda value: shape.fixed(value, effect.decimals, shift=effect.shift))


def _finding(effect: Effect) -> Runs:
    value = effect.estimate.value or 0.0
    result = effect.estimate.result_id
    if effect.is_ratio:
        times = shape.fixed(value, effect.decimals)
        is_plural = effect.quantity in _PLURAL
        return (
            f"{effect.subject}: the {effect.quantity} with {effect.experimental} "
            f"{'were' if is_plural else 'was'} ",
            Number(times, result),
            f" times {'those' if is_plural else 'that'} with {effect.control}",
        )
    size = shape.fixed(abs(value), effect.decimals, shift=effect.shift)
    if float(size) == 0:
        return (
            f"{effect.subject}: the {effect.quantity} with {effect.experimental} and with "
            f"{effect.control} differed by ",
            Number(size, result),
            _unit(effect, size),
        )
    direction = "lower" if value < 0 else "higher"
    return (
        f"{effect.subject}: the {effect.quantity} was ",
        Number(size, result),
        f"{_unit(effect, size)} {direction} with {effect.experimental} than with {effect.control}",
    )


def _unit(effect: Effect, size: str) -> str:
    if not effect.unit:
        return ""
    singular = effect.unit.removesuffix("s")
    is_one = size.rstrip("0").rstrip(".") == "1"
    return f" {singular if is_one and effect.unit.endswith('points') else effect.unit}"


def _evidence(effect: Effect, view: View) -> Runs:
    runs: list[Run] = [f" ({effect.name} ", _shown(effect.estimate, effect)]
    if effect.ci_low is not None and not _has_end(effect.ci_low):
        runs.append(f", no interval: {effect.ci_low.message or effect.ci_low.state}")
    elif effect.ci_low is not None and effect.ci_high is not None:
        low, high = _shown(effect.ci_low, effect), _shown(effect.ci_high, effect)
        runs += [f", {view.interval_label} ", low, " to ", high]
    for label, p_value in (("", effect.p_value), ("adjusted ", effect.p_adjusted)):
        words = p_value_words(p_value, view)
        if words and p_value is not None and p_value.is_estimated:
            runs += [f"; {label}", *words] if label else ["; ", *words]
    return (*runs, ")")


def reading(effect: Effect, *, is_primary: bool = True) -> Runs:
    """Say what the interval can and cannot exclude; nothing where there is no interval.

    What an inconclusive result means is told in full at the primary result, in short elsewhere.
    """
    if not effect.estimate.is_estimated:
        return ()
    low = _end(effect.ci_low, -float("inf"))
    high = _end(effect.ci_high, float("inf"))
    if not (_has_end(effect.ci_low) and _has_end(effect.ci_high)):
        return ()
    if low <= effect.null <= high:
        words = _INCONCLUSIVE if is_primary else _INCONCLUSIVE_IN_SHORT
        if low == effect.null or high == effect.null:
            words = (
                "The interval reaches no difference: the trial neither shows a difference nor "
                "that there is none."
            )
        return (words, *_important(effect, low, high))
    is_above = low > effect.null
    side = "above" if is_above else "below"
    favours = _favoured(effect, above=is_above)
    words = f"The whole interval lies {side} no difference{favours}."
    return (words, *_important(effect, low, high))


def _has_end(limit: Datum | None) -> bool:
    """Say whether a limit is known; an infinite one is."""
    return limit is not None and (limit.is_estimated or limit.state == "infinite")


def _end(limit: Datum | None, open_end: float) -> float:
    if limit is None or not limit.is_estimated or limit.value is None:
        return open_end
    return limit.value


def _favoured(effect: Effect, *, above: bool) -> str:
    if effect.benefit == "neither":
        return ""
    is_good = above == (effect.benefit == "higher")
    return f", in favour of {effect.experimental if is_good else effect.control}"


def _important(effect: Effect, low: float, high: float) -> Runs:
    """Compare the interval with the smallest difference that matters, in both directions."""
    if effect.important is None or effect.is_ratio:
        return ()
    least = effect.important
    size = shape.plain(least, shift=effect.shift)
    unit = _unit(effect, size)
    sign = -1 if effect.benefit == "lower" else 1
    gain, loss = _SIDES[effect.benefit == "neither"]
    sides = ((gain, sign * least), (loss, -sign * least))
    beyond = [word for word, place in sides if (high < place < 0) or (0 < place < low)]
    inside = [word for word, place in sides if low <= place <= high]
    outside = [word for word, _ in sides if word not in beyond + inside]
    parts = [f"the whole interval is {word} of more than that" for word in beyond]
    if len(inside) == len(sides):
        parts.append(f"neither {gain} nor {loss} of that size is excluded")
    elif inside:
        parts.append(f"{inside[0]} of that size is not excluded")
    parts += [f"{word} of that size is excluded" for word in outside]
    return (
        f" The smallest difference that matters to subjects is {size}{unit}, by the protocol: "
        f"{', '.join(parts)}.",
    )
