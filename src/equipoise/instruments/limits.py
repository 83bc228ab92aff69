"""What the items of a form may hold, as arrays, and the rows of a table as loops read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Checked", "Floats", "Limits", "blocks_of", "codes_text", "limits_of"]

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

_CELLS = 1 << 16  # of a block that must be copied: half a megabyte, so that it stays in the cache
_MOST_CODES = 9  # that are written one by one
_LARGEST = float(np.finfo(np.float64).max)


class Checked(Protocol):
    """What a value is checked against: its name and its codes, or its range."""

    @property
    def name(self) -> str:
        """Name of the field."""

    @property
    def codes(self) -> tuple[float, ...]:
        """The values it may take; empty where it is measured."""

    @property
    def lowest(self) -> float:
        """Least value that can be true."""

    @property
    def highest(self) -> float:
        """Greatest value that can be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What each item of a form may hold.

    Attributes
    ----------
    lowest, highest : (items,) float
        Ends of its codes, or of its range; infinity is never inside.
    is_coded : (items,) bool
        True where it holds whole numbers only.
    is_complete : bool
        False where some codes are not whole numbers without a gap, which the ends do not tell.
    """

    lowest: Floats
    highest: Floats
    is_coded: Bools
    is_complete: bool


def limits_of(items: Sequence[Checked], *, allowed: Sequence[float] | None = None) -> Limits:
    """Read the limits of a form.

    Parameters
    ----------
    items : sequence of Item
        The form.
    allowed : sequence of float, optional
        The codes of all items; by default each item's own codes or range.
    """
    codes = [item.codes if allowed is None else tuple(allowed) for item in items]
    pairs = list(zip(items, codes, strict=True))
    return Limits(
        lowest=np.array([one[0] if one else max(item.lowest, -_LARGEST) for item, one in pairs]),
        highest=np.array([one[-1] if one else min(item.highest, _LARGEST) for item, one in pairs]),
        is_coded=np.array([bool(one) for one in codes]),
        is_complete=all(_is_run(one) for one in {*codes}),
    )


def codes_text(codes: Sequence[float]) -> str:
    """Write codes as a reader takes them in: each of a few, the ends of many."""
    if len(codes) > _MOST_CODES and _is_run(codes):
        return f"whole numbers {codes[0]:g} to {codes[-1]:g}"
    return ", ".join(f"{code:g}" for code in codes)


def blocks_of(rows: NDArray[Any]) -> Iterator[tuple[int, Floats]]:
    """Yield (rows, items) as loops read it: where a block begins, and its cells as float64.

    What is already laid out so is one block without a copy.
    """
    flags = rows.flags
    if rows.dtype == np.float64 and flags.c_contiguous and flags.writeable and flags.aligned:
        yield 0, rows
        return
    step = max(_CELLS // max(rows.shape[-1], 1), 1)
    for start in range(0, len(rows), step):
        yield start, np.array(rows[start : start + step], dtype=np.float64, order="C")


def _is_run(codes: Sequence[float]) -> bool:
    """Tell whether the codes are whole numbers without a gap, or there are none."""
    return all(after - before == 1 for before, after in pairwise(codes)) and (
        not codes or float(codes[0]).is_integer()
    )
