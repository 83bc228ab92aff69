"""Cells of a table of published numbers, read with every fault of the file at once."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path

import numpy as np

from equipoise.data.text import TextTable, read_text_table
from equipoise.errors import DataError, Fault, did_you_mean

__all__ = ["Columns", "read_columns"]

_MOST = 20
"""Faults of one file that are listed one by one."""


class Columns:
    """A table of text whose cells are asked for by row and column; faults are collected.

    Parameters
    ----------
    table : TextTable
        As it was read.
    """

    def __init__(self, table: TextTable) -> None:
        self.faults: list[Fault] = []
        self._table = table
        self._cells = {name: table.frame[name].to_list() for name in table.frame.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._cells)

    @property
    def places(self) -> range:
        """Records of the table."""
        return range(self._table.frame.height)

    def row(self, place: int) -> int:
        """Row of the file in which a record stands."""
        return int(self._table.rows[place])

    def fail(self, place: int, name: str, came: str, wanted: str, repair: str = "") -> None:
        """Note a fault of a cell, or of the whole row where no column is named."""
        where = self._table.where(place, name)
        self.faults.append(Fault(where=where, came=came, wanted=wanted, repair=repair))

    def text(self, place: int, name: str, *, needed: bool = False) -> str:
        """Read words; an absent column is empty."""
        text = (self._cells[name][place] or "").strip() if name in self._cells else ""
        if needed and not text:
            self.fail(place, name, "nothing", "text")
        return text

    def choice(self, place: int, name: str, known: Collection[str]) -> str:
        """Read one of several words."""
        word = self.text(place, name)
        if word not in known:
            wanted = f"one of {', '.join(known)}"
            self.fail(place, name, repr(word), wanted, did_you_mean(word, list(known)))
        return word

    def number(
        self,
        place: int,
        name: str,
        *,
        low: float = -math.inf,
        high: float = math.inf,
        whole: bool = False,
    ) -> float:
        """Read a number; NaN where the cell is empty or at fault."""
        text = self.text(place, name)
        if not text:
            return np.nan
        try:
            value = float(text)
        except ValueError:
            value = np.nan
        if not (math.isfinite(value) and low <= value <= high and (not whole or value % 1 == 0)):
            kind = "a whole number" if whole else "a number"
            if math.isfinite(low) and math.isfinite(high):
                kind += f" from {low:g} to {high:g}"
            elif math.isfinite(low):
                kind += f" from {low:g} up"
            self.fail(place, name, repr(text), kind)
            return np.nan
        return value

    def close(self) -> None:
        """Raise everything that was noted; of many faults the first are listed, the rest counted.

        Raises
        ------
        DataError
            If there is any fault.
        """
        if len(self.faults) > _MOST:
            more = Fault(
                where=self._table.file,
                came=f"and {len(self.faults) - _MOST} faults more",
                wanted="the first to be mended",
            )
            raise DataError([*self.faults[:_MOST], more])
        if self.faults:
            raise DataError(self.faults)


def read_columns(path: Path, needed: Collection[str]) -> Columns:
    """Read a table whose columns are all there.

    Raises
    ------
    DataError
        If there is no such file, it is no table, or columns are missing, all of them named.
    """
    if not path.is_file():
        came = "no such file beside the protocol"
        raise DataError(Fault(where=path.name, came=came, wanted="a table"))
    columns = Columns(read_text_table(path))
    absent = [name for name in needed if name not in columns.names]
    if absent:
        raise DataError(
            [
                Fault(
                    where=path.name, came=f"no column {name!r}",
                    wanted=f"the columns {', '.join(needed)}",
                    repair=did_you_mean(name, list(columns.names)),
                )
                for name in absent
            ]
        )  # fmt: skip
    return columns
