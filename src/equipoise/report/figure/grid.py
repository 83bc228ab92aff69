"""Small multiples: panels of one kind in two columns under one key of the arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from equipoise.report.figure.labels import short_name
from equipoise.report.figure.style import SMALL, WIDTH, FigureArm, looks_of
from equipoise.report.fonts import text_width

__all__ = ["PANEL_TEXT", "Grid"]

PANEL_TEXT = 8.0
"""Size of the type inside a panel. [pt]"""

_LEFT, _BETWEEN, _HEAD, _KEY_ROW, _SAMPLE = 36.0, 10.0, 18.0, 14.0, 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Places of the panels of a figure, in points from its upper left corner.

    Attributes
    ----------
    panels : int
        Number of panels.
    body, foot : float
        Height of the drawing of a panel, and of what stands under it. [pt]
    arms : tuple of FigureArm
        Named in the key.
    head : float
        Room kept free above the key of the arms. [pt]
    columns : int
        Panels beside each other.
    """

    panels: int
    body: float
    foot: float
    arms: tuple[FigureArm, ...]
    head: float = 0.0
    columns: int = 2

    @property
    def width(self) -> float:
        """Width of the drawing of a panel, in points."""
        return WIDTH / self.columns - _LEFT - _BETWEEN

    @property
    def height(self) -> float:
        """Height of the figure, in points."""
        rows = -(-self.panels // self.columns)
        return self._key_height + rows * self._row

    @property
    def _row(self) -> float:
        return _HEAD + self.body + self.foot

    @property
    def _key_height(self) -> float:
        return self.head + _KEY_ROW * len(self._key_rows()) + 4

    def left(self, place: int) -> float:
        """Left end of the drawing of a panel, in points."""
        return (place % self.columns) * WIDTH / self.columns + _LEFT

    def top(self, place: int) -> float:
        """Upper end of the drawing of a panel, in points from the top of the figure."""
        return self._key_height + (place // self.columns) * self._row + _HEAD

    def axes(self, figure: Figure, place: int, title: str) -> Axes:
        """Add the axes of a panel, with its title."""
        left, top = self.left(place), self.top(place)
        axes = figure.add_axes(
            (
                left / WIDTH,
                1 - (top + self.body) / self.height,
                self.width / WIDTH,
                self.body / self.height,
            )
        )
        axes.tick_params(labelsize=PANEL_TEXT, length=2.5, pad=2)
        self.write(figure, left - _LEFT + 4, top - 9, title, weight="semibold", size=SMALL)
        return axes

    def write(
        self,
        figure: Figure,
        x: float,
        y: float,
        text: str,
        *,
        size: float = PANEL_TEXT,
        **look: Any,
    ) -> Text:
        """Write a text at a place in points from the upper left corner; give the artist."""
        return figure.text(x / WIDTH, 1 - y / self.height, text, size=size, va="center", **look)

    def mark_arm(self, figure: Figure, arm: FigureArm, x: float, y: float) -> None:
        """Put the marker of an arm at a place in points from the upper left corner."""
        look = looks_of(self.arms)[arm.id]
        figure.add_artist(
            Line2D(
                [x / WIDTH],
                [1 - y / self.height],
                marker=look.marker,
                markersize=4,
                color=look.colour,
                linestyle="none",
            )
        )

    def draw_key(self, figure: Figure) -> None:
        """Name the arms with their lines and markers above the panels."""
        looks = looks_of(self.arms)
        for row, arms in enumerate(self._key_rows()):
            x, y = 4.0, self.head + _KEY_ROW * row + 7
            for arm in arms:
                look = looks[arm.id]
                across = [x / WIDTH, (x + _SAMPLE / 2) / WIDTH, (x + _SAMPLE) / WIDTH]
                sample = Line2D(across, [1 - y / self.height] * 3, color=look.colour)
                sample.set(linestyle=look.line, marker=look.marker, markevery=[1])
                figure.add_artist(sample)
                x += _SAMPLE + 5
                name = _shown(arm)
                self.write(figure, x, y, name, size=SMALL, weight="semibold", color=look.ink)
                x += text_width(name, SMALL, "semibold") + 16

    def _key_rows(self) -> Sequence[Sequence[FigureArm]]:
        rows: list[list[FigureArm]] = [[]]
        x = 0.0
        for arm in self.arms:
            own = _SAMPLE + 21 + text_width(_shown(arm), SMALL, "semibold")
            if x + own > WIDTH and rows[-1]:
                rows.append([])
                x = 0.0
            rows[-1].append(arm)
            x += own
        return rows


def _shown(arm: FigureArm) -> str:
    return short_name(arm.label, WIDTH - _SAMPLE - 21)
