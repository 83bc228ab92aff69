"""The house style of figures: faces, sizes, colours, and how arms are told apart.

Arms differ in colour, in line type and in marker, and carry their name at the line, so that a
figure reads the same in grey. Control is grey; treatments take the colours of Okabe and Ito.

Source of the colours: Okabe M, Ito K. Color universal design, 2008 (jfly.uni-koeln.de/color).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager

from equipoise.report import fonts

__all__ = [
    "ALARM",
    "GRID",
    "INK",
    "MUTED",
    "SMALL",
    "TEXT",
    "WIDTH",
    "ArmLook",
    "FigureArm",
    "house_style",
    "looks_of",
    "shades",
]

WIDTH = 440.0
"""Width of a figure in points; PDF prints it at this size, HTML scales it to the page."""

TEXT, SMALL = 10.0, 9.0
INK, MUTED, GRID, ALARM = "#1c1c1c", "#595959", "#d9d9d9", "#8a2c00"

_CONTROL = "#595959"
_TREATMENTS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_INKS = (
    "#0072B2",
    "#B34F00",
    "#007757",
    "#A2457A",
    "#8A6000",
    "#1B6FA0",
)  # the same hues, read as text
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (6, 2),
    (1.5, 1.5),
    (7, 2, 1.5, 2),
    (3, 1.5),
    (8, 1.5, 1.5, 1.5, 1.5, 1.5),
)
_MARKERS = ("s", "^", "D", "v", "P", "X")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureArm:
    """An arm, or another group, as figures name it."""

    id: str
    label: str
    is_control: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmLook:
    """How an arm is drawn: colour, darker colour of its text, dashes, marker."""

    colour: str
    ink: str
    dashes: tuple[float, ...]
    marker: str

    @property
    def line(self) -> str | tuple[float, tuple[float, ...]]:
        """Line style as matplotlib takes it."""
        return (0, self.dashes) if self.dashes else "solid"


def looks_of(arms: Sequence[FigureArm]) -> dict[str, ArmLook]:
    """Give each arm its look: the first control grey and solid, the others in the palette."""
    control = next((arm.id for arm in arms if arm.is_control), None)
    looks = {}
    others = [arm.id for arm in arms if arm.id != control]
    for place, arm in enumerate(others):
        turn = place % len(_TREATMENTS)
        dashes = _DASHES[(turn + 1) % len(_DASHES)] if control is not None else _DASHES[turn]
        looks[arm] = ArmLook(
            colour=_TREATMENTS[turn], ink=_INKS[turn], dashes=dashes, marker=_MARKERS[turn]
        )
    if control is not None:
        looks[control] = ArmLook(colour=_CONTROL, ink=_CONTROL, dashes=(), marker="o")
    return {arm.id: looks[arm.id] for arm in arms}


def shades(levels: int) -> tuple[str, ...]:
    """Give ordered categories a light-to-dark scale of one blue, apart in grey as well."""
    light, dark = (0xE6, 0xEE, 0xF5), (0x0B, 0x3C, 0x5D)
    steps = [place / max(levels - 1, 1) for place in range(levels)]
    return tuple(
        "#" + "".join(f"{round(a + (b - a) * step):02x}" for a, b in zip(light, dark, strict=True))
        for step in steps
    )


_RC: dict[Any, Any] = {
    "font.family": [fonts.FAMILY, fonts.FALLBACK],
    "font.size": TEXT,
    "axes.titlesize": TEXT,
    "axes.labelsize": TEXT,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 3.5,
    "ytick.major.size": 3.5,
    "lines.linewidth": 1.5,
    "lines.markersize": 5,
    "text.color": INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "text.parse_math": False,
}


@contextmanager
def house_style(salt: str) -> Iterator[None]:
    """Draw inside this context: house style, and ids that depend on ``salt`` alone."""
    _know_faces()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({**_RC, "svg.hashsalt": salt})
        yield


def _know_faces() -> None:
    """Register the report's faces; the bold fallback also answers to semibold."""
    manager = font_manager.fontManager
    known = {(entry.fname, entry.weight) for entry in manager.ttflist}
    for family, weight, path in fonts.faces():
        if (str(path), weight) not in known:
            manager.ttflist.append(
                font_manager.FontEntry(fname=str(path), name=family, weight=weight, size="scalable")
            )
