"""Places for labels that would otherwise lie on each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.figure.style import SMALL
from equipoise.report.figure.svg import wrap
from equipoise.report.fonts import text_width

__all__ = ["VisitTicks", "name_lines", "short_name", "spread", "visit_ticks"]


_MOST_LINES = 3


def name_lines(names: Sequence[str], *, width: float, lines: float) -> list[list[str]]:
    """Break names at line ends into lines; a name too long for the room ends in an ellipsis.

    Parameters
    ----------
    names : sequence of str
        Names of the arms.
    width : float
        Width of the room. [pt]
    lines : float
        Lines of text that the room has for all names together.
    """
    most = min(max(int(lines / max(len(names), 1)), 1), _MOST_LINES)
    broken = [wrap(name, width, SMALL, "semibold") for name in names]
    return [_cut(line, most) for line in broken]


def _cut(lines: list[str], most: int) -> list[str]:
    return (
        lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][:-2].rstrip()}…"]
    )


def short_name(name: str, width: float) -> str:
    """Keep a name on one line; one too long for the width ends in an ellipsis."""
    return _cut(wrap(name, width, SMALL, "semibold"), 1)[0]


def spread(
    places: Sequence[float], *, heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Move the centres of labels apart until none overlap, as little as that takes.

    Parameters
    ----------
    places : sequence of float
        Where the centres would like to be.
    heights : sequence of float
        Heights of the labels.
    low, high : float
        Ends that no label leaves, unless there are too many for the room.

    Returns
    -------
    list of float
        Centres in the order of ``places``; the order along the axis is kept.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    blocks: list[_Block] = []
    for index in order:
        block = _Block((index,), places, heights, low, high)
        while blocks and block.start < blocks[-1].end:
            block = _Block((*blocks.pop().members, *block.members), places, heights, low, high)
        blocks.append(block)
    placed = [0.0] * len(places)
    for block in blocks:
        for index, centre in zip(block.members, block.centres(), strict=True):
            placed[index] = centre
    return placed


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTicks:
    """How visits are named under an axis.

    Attributes
    ----------
    title : str
        The word that all names begin with; empty where they share none.
    names : tuple of str
        What stands at each tick; its lines keep it clear of its neighbours.
    lines : int
        Most lines of a name.
    """

    title: str
    names: tuple[str, ...]
    lines: int


def visit_ticks(labels: Sequence[str], *, places: Sequence[float], size: float) -> VisitTicks:
    """Name visits so that no name lies on another.

    A word that all names begin with goes to the title of the axis (``Week 0``, ``Week 4`` become
    0 and 4 over ``Week``); a name that would still touch one before it moves a line down.

    Parameters
    ----------
    labels : sequence of str
        Names of the visits in their order.
    places : sequence of float
        Where they stand. [pt]
    size : float
        Size of the type. [pt]
    """
    title, short = _shared_word(labels)
    ends: list[float] = []
    names = []
    for label, place in zip(short, places, strict=True):
        half = text_width(label, size) / 2 + 1.5
        row = next((row for row, end in enumerate(ends) if place - half >= end), len(ends))
        ends[row : row + 1] = [place + half]
        names.append("\n" * row + label)
    return VisitTicks(title=title, names=tuple(names), lines=max(len(ends), 1))


def _shared_word(labels: Sequence[str]) -> tuple[str, Sequence[str]]:
    heads = {label.partition(" ")[0] for label in labels}
    rests = [label.partition(" ")[2] for label in labels]
    if len(heads) != 1 or len(labels) == 1 or not all(rests):
        return "", labels
    return heads.pop(), rests


class _Block:
    """Labels that touch each other, placed together where their members would like to be."""

    def __init__(
        self,
        members: tuple[int, ...],
        places: Sequence[float],
        heights: Sequence[float],
        low: float,
        high: float,
    ) -> None:
        self.members = members
        self._heights = [heights[one] for one in members]
        below = [
            sum(self._heights[:step]) + self._heights[step] / 2 for step in range(len(members))
        ]
        wished = [places[one] - under for one, under in zip(members, below, strict=True)]
        start = sum(wished) / len(wished)
        self._below = below
        self.start = max(min(start, high - sum(self._heights)), low)
        self.end = self.start + sum(self._heights)

    def centres(self) -> list[float]:
        return [self.start + under for under in self._below]
