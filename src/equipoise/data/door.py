"""What the checks of the data share: the protocol, who is in the trial, and the faults so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from equipoise.data.text import TextTable
from equipoise.errors import Fault
from equipoise.protocol import Protocol

__all__ = ["Door", "Start"]

_MOST_ALIKE = 20
"""Faults of one kind, in one column of one file, that are listed one by one."""

Start = date | Literal["by_day", "never", "unclear"]
"""Date of randomisation; or days are used; or never randomised; or the cell is itself at fault."""


@dataclass(slots=True)
class Door:
    """Collects faults; of many alike the first are kept and the rest counted.

    Attributes
    ----------
    protocol : Protocol
        What the trial is.
    start : mapping of str to Start
        Randomisation of each subject; None where the table of subjects cannot be read.
    """

    protocol: Protocol
    start: dict[str, Start] | None = None
    _faults: list[tuple[Fault, tuple[str, str]]] = field(default_factory=list)
    _alike: Counter[tuple[str, str]] = field(default_factory=Counter)

    def fail(
        self, text: TextTable, record: int, column: str, came: str, wanted: str, repair: str = ""
    ) -> None:
        """Note a fault of one cell, or of one record where no column is named."""
        key = (text.column(record, column), wanted)
        self._alike[key] += 1
        if self._alike[key] <= _MOST_ALIKE:
            where = text.where(record, column)
            fault = Fault(where=where, came=came, wanted=wanted, repair=repair)
            self._faults.append((fault, key))

    def fail_table(self, where: str, came: str, wanted: str, repair: str = "") -> None:
        """Note a fault of a whole table."""
        fault = Fault(where=where, came=came, wanted=wanted, repair=repair)
        self._faults.append((fault, ("", "")))

    def faults(self) -> list[Fault]:
        """List the faults in the order they were found, the rest of each kind as one."""
        listed: list[Fault] = []
        left = Counter({key: count for key, count in self._alike.items() if count > _MOST_ALIKE})
        seen: Counter[tuple[str, str]] = Counter()
        for fault, key in self._faults:
            listed.append(fault)
            seen[key] += 1
            if key in left and seen[key] == _MOST_ALIKE:
                where, wanted = key
                listed.append(
                    Fault(
                        where=where,
                        came=f"and {left[key] - _MOST_ALIKE} more like it",
                        wanted=wanted,
                    )
                )
        return listed
