"""Contrasts with their intervals around the line of no difference, and as numbers beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from equipoise.report.figure.style import GRID, INK, MUTED, SMALL, WIDTH, house_style
from equipoise.report.figure.svg import Drawn, mark_ids, svg_of, wrap
from equipoise.report.fonts import Weight, text_width
from equipoise.report.format import plain

__all__ = ["Forest", "ForestRow", "draw_forest"]

_LINE, _ROW_GAP, _HEAD, _AXIS = 11.5, 7.0, 18.0, 50.0
_DIAMOND = 5.0
_SQUARE, _SMALLEST, _LARGEST = 5.5, 2.0, 16.0
_RATIO_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One contrast.

    Attributes
    ----------
    label : str
        Name of the contrast or subgroup; a row without ``text`` is a heading over others.
    estimate, ci_low, ci_high : Drawn or None
        None where there is no number; an infinite limit is drawn to the edge with an arrow.
    text, p_value : str
        The numbers as printed beside the interval.
    text_results, p_results : tuple of str
        Ids of the results that ``text`` and ``p_value`` show.
    weight : float or None
        Share of a pooled effect in percent, which the area of the square shows.
    is_pooled : bool
        A pooled effect: a diamond from limit to limit.
    """

    label: str
    estimate: Drawn | None = None
    ci_low: Drawn | None = None
    ci_high: Drawn | None = None
    text: str = ""
    p_value: str = ""
    text_results: tuple[str, ...] = ()
    p_results: tuple[str, ...] = ()
    weight: float | None = None
    is_pooled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Everything that the figure shows.

    Attributes
    ----------
    axis_label, text_label : str
        What is compared; head of the column of numbers.
    is_ratio : bool
        True for ratios: logarithmic axis around 1; False: around 0.
    shift : int
        Places by which the numbers at the axis move: 2 shows shares in percent.
    left, right : str
        What lies on either side of the line, such as ``favours placebo``.
    left_is_worse : bool
        True where values left of the line are worse for the arm named.
    important : float or None
        Minimal important difference: dotted lines on both sides.
    """

    name: str
    rows: tuple[ForestRow, ...]
    axis_label: str
    text_label: str
    is_ratio: bool = False
    shift: int = 0
    left: str = ""
    right: str = ""
    left_is_worse: bool = False
    important: float | None = None

    @property
    def null(self) -> float:
        """Value of no difference."""
        return 1.0 if self.is_ratio else 0.0


def draw_forest(forest: Forest) -> str:
    """Draw the contrasts as SVG."""
    columns = _Columns.of(forest)
    lines = [wrap(row.label, columns.label - 10, SMALL, _weight(row)) for row in forest.rows]
    heights = [_LINE * len(line) + _ROW_GAP for line in lines]
    body = sum(heights)
    height = _HEAD + body + _AXIS
    with house_style(forest.name):
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        axes = figure.add_axes(
            (
                columns.label / WIDTH,
                _AXIS / height,
                columns.axes / WIDTH,
                body / height,
            )
        )
        axes.set_ylim(body, 0)
        low, high = _limits(forest)
        if forest.is_ratio:
            axes.set_xscale("log")
        axes.set_xlim(low, high)
        middles = [sum(heights[:place]) + own / 2 for place, own in enumerate(heights)]
        for row, line, y in zip(forest.rows, lines, middles, strict=True):
            _draw_interval(axes, row, y, low, high)
            _draw_row_text(figure, row, line, columns, 1 - (_HEAD + y) / height)
        _draw_frame(axes, forest)
        _draw_heads(figure, forest, columns, height)
        return svg_of(figure, forest.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Widths of labels, axes, numbers and p values, in points."""

    label: float
    axes: float
    text: float

    @classmethod
    def of(cls, forest: Forest) -> _Columns:
        label = max((text_width(row.label, SMALL, _weight(row)) for row in forest.rows), default=60)
        texts = [forest.text_label, *(row.text for row in forest.rows)]
        text = max(text_width(one, SMALL, "semibold") for one in texts) + 16
        p_value = 40.0 if any(row.p_value for row in forest.rows) else 0.0
        label = min(max(label + 14, 70.0), 0.36 * WIDTH)
        return cls(label=label, axes=max(WIDTH - label - text - p_value, 110.0), text=text)


def _weight(row: ForestRow) -> Weight:
    return "regular" if row.text else "semibold"


def _limits(forest: Forest) -> tuple[float, float]:
    """Both ends of the axis: every finite limit, the null, and some room."""
    drawn = [
        one.value
        for row in forest.rows
        for one in (row.estimate, row.ci_low, row.ci_high)
        if one is not None and math.isfinite(one.value)
    ]
    values = [forest.null, *(one for one in drawn if one > 0 or not forest.is_ratio)]
    least, most = min(values), max(values)
    if forest.is_ratio:
        least, most = max(least, 0.01), min(most, 100.0)
        return min(least / 1.25, 0.8), max(most * 1.25, 1.25)
    room = 0.08 * (most - least) or 1.0
    return least - room, most + room


def _draw_interval(axes: Axes, row: ForestRow, y: float, low: float, high: float) -> None:
    if row.estimate is None or not math.isfinite(row.estimate.value):
        return
    start = row.ci_low.value if row.ci_low is not None else row.estimate.value
    end = row.ci_high.value if row.ci_high is not None else row.estimate.value
    if row.is_pooled:
        left, right = max(start, low), min(end, high)
        across = [left, row.estimate.value, right, row.estimate.value]
        axes.fill(across, [y, y - _DIAMOND, y, y + _DIAMOND], color=INK, linewidth=0, zorder=3)
        return
    axes.plot([max(start, low), min(end, high)], [y, y], color=INK, linewidth=1.2, zorder=2)
    for limit, edge, marker in ((start, low, "<"), (end, high, ">")):
        if limit < low or limit > high:
            axes.plot([edge], [y], marker=marker, color=INK, markersize=4, clip_on=False, zorder=2)
    if low <= row.estimate.value <= high:
        axes.plot([row.estimate.value], [y], marker="s", color=INK, markersize=_size(row), zorder=3)


def _size(row: ForestRow) -> float:
    """Side of the square: by weight its area, and never too small to be seen."""
    if row.weight is None:
        return _SQUARE
    return max(_LARGEST * math.sqrt(row.weight / 100), _SMALLEST)


def _draw_row_text(
    figure: Figure, row: ForestRow, lines: Sequence[str], columns: _Columns, y: float
) -> None:
    weight = "normal" if row.text else "semibold"
    figure.text(0, y, "\n".join(lines), size=SMALL, va="center", weight=weight, linespacing=1.1)
    x = (columns.label + columns.axes + 12) / WIDTH
    if row.text:
        text = figure.text(x, y, row.text, size=SMALL, va="center")
        mark_ids(text, row.text_results)
    if row.p_value:
        text = figure.text(1, y, row.p_value, size=SMALL, va="center", ha="right")
        mark_ids(text, row.p_results)


def _draw_frame(axes: Axes, forest: Forest) -> None:
    low, high = axes.get_xlim()
    axes.axvline(forest.null, color=MUTED, linewidth=0.8, zorder=1)
    if forest.important is not None:
        for side in (-forest.important, forest.important):
            if low < side < high:
                axes.axvline(side, color=MUTED, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    if forest.is_ratio:
        ticks = [tick for tick in _RATIO_TICKS if low <= tick <= high]
        axes.xaxis.set_major_locator(FixedLocator(ticks))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(6, min_n_ticks=3))
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: plain(value, shift=forest.shift))
        )
    axes.grid(axis="x", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(forest.axis_label, labelpad=16 if forest.left or forest.right else 4)


def _draw_heads(figure: Figure, forest: Forest, columns: _Columns, height: float) -> None:
    top = 1 - 8 / height
    x = (columns.label + columns.axes + 12) / WIDTH
    figure.text(x, top, forest.text_label, size=SMALL, weight="semibold", va="center")
    if any(row.p_value for row in forest.rows):
        figure.text(1, top, "p", size=SMALL, weight="semibold", va="center", ha="right")
    y = (_AXIS - 24) / height
    start, end = columns.label / WIDTH, (columns.label + columns.axes) / WIDTH
    sides = ((f"← {forest.left}", start, "left"), (f"{forest.right} →", end, "right"))
    if sum(text_width(text, SMALL) for text, _, _ in sides) > columns.axes - 12:
        sides = (("← better", start, "left"), ("worse →", end, "right"))
        if forest.left_is_worse:
            sides = (("← worse", start, "left"), ("better →", end, "right"))
    for text, at, side in sides if forest.left or forest.right else ():
        figure.text(at, y, text, size=SMALL, color=MUTED, ha=side, va="center")
