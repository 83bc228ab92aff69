"""Columns of a wide table: what an instrument reads and writes, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.instruments.checks import read_numbers, read_texts, value_faults
from equipoise.instruments.limits import codes_text

__all__ = ["FLAG", "Column", "flag", "measured", "read_column"]

FLAG = (0.0, 1.0)
"""Codes of an item or column that is absent or present, no or yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that an instrument reads from, or writes into, a wide table.

    Attributes
    ----------
    name : str
        Its name in the table.
    meaning : str
        What it holds, in our own words.
    unit : str
        Its one unit; "1" where it has none.
    codes : tuple of float
        The numbers that it may take; ``(0, 1)`` for a flag; empty for a measured value.
    letters : str
        Letters that a table may hold in place of the codes 0, 1, 2 and so on; empty where none.
    words : tuple of str
        The texts that it may take; then it holds text and None is unknown.
    lowest, highest : float
        Range of a measured value.
    is_text : bool
        True where it holds text; implied by ``words``.
    is_required : bool
        True where the instrument cannot do without it; other columns may be left out and are
        then unknown.
    """

    name: str
    meaning: str
    unit: str = "1"
    codes: tuple[float, ...] = ()
    letters: str = ""
    words: tuple[str, ...] = ()
    lowest: float = -np.inf
    highest: float = np.inf
    is_text: bool = False
    is_required: bool = False

    @property
    def holds_text(self) -> bool:
        """True where the column holds text and not numbers."""
        return self.is_text or bool(self.words)

    @property
    def reads_words(self) -> bool:
        """True where a table may hold words or letters in it."""
        return self.holds_text or bool(self.letters)

    @property
    def values(self) -> str:
        """What it may hold, for a reader."""
        if self.words:
            return ", ".join(self.words)
        if self.codes:
            return ", ".join([*self.letters, codes_text(self.codes)])
        if self.holds_text:
            return "text"
        if np.isinf(self.highest):
            return "a number" if np.isinf(self.lowest) else f"{self.lowest:g} or more"
        return f"{self.lowest:g} to {self.highest:g}"

    def unknown(self) -> NDArray[Any]:
        """Stand for the column where it is not given."""
        return np.array(None, dtype=np.object_) if self.holds_text else np.array(np.nan)


def flag(name: str, meaning: str) -> Column:
    """Make the column of what holds or does not: 1 yes, 0 no."""
    return Column(name=name, meaning=meaning, codes=FLAG)


def measured(name: str, meaning: str, unit: str, highest: float = np.inf) -> Column:
    """Make the column of a measured value, which is never negative."""
    return Column(name=name, meaning=meaning, unit=unit, lowest=0.0, highest=highest)


def read_column(column: Column, value: ArrayLike) -> NDArray[Any]:
    """Read the values of a column as float64, or as objects where it holds text.

    NaN, None and an empty text become unknown: NaN in numbers, None in texts.

    Raises
    ------
    DataError
        Names the column, the first value that it cannot hold, and what it can.
    """
    if not column.holds_text:
        numbers = read_numbers(column.name, _without_letters(column, value))
        faults = list(value_faults(numbers, column))
        if faults:
            raise DataError(faults)
        return numbers
    texts = read_texts(column.name, value)
    for word in dict.fromkeys(texts.ravel().tolist()):
        if column.words and word is not None and word not in column.words:
            raise DataError(
                Fault(
                    where=column.name,
                    came=repr(word),
                    wanted=" or ".join(column.words),
                    repair=did_you_mean(str(word), column.words),
                )
            )
    return texts


def _without_letters(column: Column, value: ArrayLike) -> ArrayLike:
    """Put the code in the place of each letter."""
    if not column.letters:
        return value
    cells: NDArray[Any] = np.asarray(value)
    if cells.dtype.kind not in "OSU":
        return cells
    codes = {letter: code for code, letter in enumerate(column.letters)}
    plain = [codes.get(cell, cell) for cell in cells.ravel().tolist()]
    return np.array(plain, dtype=np.object_).reshape(cells.shape)
