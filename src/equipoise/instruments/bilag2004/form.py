"""The 97 items of the BILAG-2004 form (revision 1 September 2009) and their lists.

Ordinal items hold 0 not present, 1 improving, 2 same, 3 worse, 4 new; yes/no items 0 or 1;
measured items a value. NaN is not done. Only what is due to active lupus is recorded; the
assessment compares the last 4 weeks with the 4 weeks before.

Item names and numbers 1-77: form copies of revision 1/Sep/2009; the numbers 78-97 are not
confirmed. Isenberg DA, et al. Rheumatology 2005; 44:902-906.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.instruments.bilag2004.definitions import DEFINITIONS
from equipoise.instruments.form import Form, Item, Status

__all__ = [
    "BY_RISE",
    "FORM",
    "ITEMS",
    "MEASURED",
    "NOTHING_MOVED",
    "ORDINAL_SYSTEMS",
    "SYSTEMS",
    "Lists",
    "lists_after",
    "read_moves",
]

ISENBERG_2005 = "Isenberg DA, et al. Rheumatology 2005; 44:902-906"
YEE_2007 = "Yee CS, et al. Arthritis Rheum 2007; 56:4113-4119"
YEE_2010 = "Yee CS, et al. Rheumatology 2010; 49:1665-1669"

WINDOW_DAYS = 28
SYSTEMS = (
    "constitutional",
    "mucocutaneous",
    "neuropsychiatric",
    "musculoskeletal",
    "cardiorespiratory",
    "gastrointestinal",
    "ophthalmic",
    "renal",
    "haematological",
)
"""The nine systems in the order of the form: the last axis of every array of grades."""

_ORDINAL = (0.0, 1.0, 2.0, 3.0, 4.0)
_FIRST = (1, 5, 19, 39, 44, 56, 65, 78, 90)  # number of the first item of each system
_YES_NO = {80, 85, 88, 89, 96, 97}
_GLOSSARY_IN_NAME = ("severe", "mild", "moderate")

# Unit and range of each measured item. The ends catch a slip of unit, not a rare patient:
# milligrams for grams, creatinine in mg/dL (below 10), haemoglobin in g/L (above 25), counts
# per mm3 (platelets above 2000, white cells above 500).
_RANGES: dict[int, tuple[str, float, float]] = {
    78: ("mmHg", 0, 350),
    79: ("mmHg", 0, 350),
    82: ("mg/mmol", 0, 11312),
    83: ("mg/mmol", 0, 11312),
    84: ("g/24 h", 0, 100),
    86: ("umol/L", 10, 5000),
    87: ("mL/min/1.73 m2", 0, 400),
    90: ("g/dL", 0, 25),
    91: ("10^9/L", 0, 500),
    92: ("10^9/L", 0, 500),
    93: ("10^9/L", 0, 500),
    94: ("10^9/L", 0, 2000),
}
_DIPSTICK = 81


def _item(number: int, name: str, definition: str) -> Item:
    system = SYSTEMS[np.searchsorted(_FIRST, number, side="right") - 1]
    unit, lowest, highest = _RANGES.get(number, ("1", 0.0, np.inf))
    codes: tuple[float, ...] = _ORDINAL
    if number in _RANGES:
        codes = ()
    elif number in _YES_NO:
        codes = _ORDINAL[:2]
    elif number == _DIPSTICK:
        codes = _ORDINAL[:4]
    rests_on_glossary = number > 77 or any(word in name for word in _GLOSSARY_IN_NAME)
    return Item(
        name,
        system=system,
        definition=definition,
        window_days=WINDOW_DAYS,
        source=ISENBERG_2005,
        status=Status.MEMORY if rests_on_glossary else Status.CONFIRMED,
        number=number,
        unit=unit,
        codes=codes,
        lowest=lowest,
        highest=highest,
    )


ITEMS: tuple[Item, ...] = tuple(
    _item(number, name, definition)
    for number, (name, definition) in enumerate(DEFINITIONS.items(), start=1)
)

FORM = Form(id="bilag2004", title="BILAG-2004 index", items=ITEMS, source=ISENBERG_2005)

MEASURED: tuple[str, ...] = tuple(
    item.name for item in ITEMS if item.is_measured or item.number == _DIPSTICK
)
"""Items that hold a value: each may be attributed to lupus or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Numbers of the items that make a system A, B or C."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    c: tuple[int, ...] = ()


ORDINAL_SYSTEMS: dict[str, Lists] = {
    "mucocutaneous": Lists(a=(5, 7, 9, 11, 13), b=(6, 12, 14, 15), c=(8, 10, 16, 17, 18)),
    "neuropsychiatric": Lists(a=(*range(19, 30), 31, 36), b=(30, 32, 33, 34, 35, 37, 38)),
    "musculoskeletal": Lists(a=(39, 41), b=(40, 42), c=(43,)),
    "cardiorespiratory": Lists(a=(45, 46, 47, *range(49, 56)), b=(44, 48)),
    "gastrointestinal": Lists(a=(56, 58, 61, 63, 64), b=(57, 59, 60, 62)),
    "ophthalmic": Lists(a=(65, 66, 69, 72, 74, 76, 77), b=(67, 68, 70, 73), c=(71, 75)),
}
"""The systems graded by their lists alone; the other three have rules of their own."""


BY_RISE = ("renal", "haematological")
"""The systems that are not ordinal: in a flare a rise of their grade counts, not an item."""


NOTHING_MOVED = "none"
_LISTS = ("A", "B", "C", "none")


def read_moves(value: Any) -> str:
    """Read which items stand on another list than on that of ``ORDINAL_SYSTEMS``.

    Parameters
    ----------
    value : str
        ``arrhythmia=B; shrinking_lung=none`` puts one item on the B-list of its system and takes
        the other off every list; ``none`` moves nothing.

    Returns
    -------
    str
        The same in one spelling.

    Raises
    ------
    DataError
        For items that the six systems do not have, and lists that there are not: all together.
    """
    if not isinstance(value, str):
        raise DataError(
            Fault(where="moved_items", came=repr(value)[:80], wanted="text such as arrhythmia=B")
        )
    if value == NOTHING_MOVED:
        return NOTHING_MOVED
    movable = [item.name for item in ITEMS if item.system in ORDINAL_SYSTEMS]
    moves, faults = dict[str, str](), list[Fault]()
    for move in str(value).split(";"):
        name, _, wanted = (part.strip() for part in move.partition("="))
        moves[name] = wanted
        if name not in movable:
            repair = did_you_mean(name, movable)
            faults.append(
                Fault(where="moved_items", came=repr(name), wanted="a listed item", repair=repair)
            )
        elif wanted not in _LISTS:
            faults.append(
                Fault(
                    where="moved_items", came=repr(move.strip()), wanted=f"{name}=A, B, C or none"
                )
            )
    if faults:
        raise DataError(faults)
    return "; ".join(f"{name}={wanted}" for name, wanted in sorted(moves.items()))


@lru_cache
def lists_after(moved_items: str) -> dict[str, Lists]:
    """Find the lists of the six systems after the moves that :func:`read_moves` reads."""
    if moved_items == NOTHING_MOVED:
        return ORDINAL_SYSTEMS
    moves = dict(move.split("=") for move in moved_items.split("; "))
    numbers = {FORM.place(name) + 1: wanted for name, wanted in moves.items()}

    def after(system: str, letter: str) -> tuple[int, ...]:
        before = getattr(ORDINAL_SYSTEMS[system], letter.lower())
        kept = [number for number in before if number not in numbers]
        come = [
            number
            for number, wanted in numbers.items()
            if wanted == letter and ITEMS[number - 1].system == system
        ]
        return tuple(sorted([*kept, *come]))

    return {
        system: Lists(a=after(system, "A"), b=after(system, "B"), c=after(system, "C"))
        for system in ORDINAL_SYSTEMS
    }
