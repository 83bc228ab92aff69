"""Read single cells: days, numbers, yes or no, codes; nothing is guessed."""

from __future__ import annotations

import math
import re
from datetime import date, time

from equipoise.data.door import Door
from equipoise.data.records import Column
from equipoise.data.text import TextTable
from equipoise.errors import did_you_mean
from equipoise.protocol.model.variable import Variable

__all__ = ["CellReader", "read_date", "read_number", "read_yes_no"]

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DAY = re.compile(r"-?[0-9]{1,5}")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ](.+))?")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_FARTHEST = 36525
"""Days from randomisation, either way: a hundred years."""
_FIRST_YEAR = 1900
_YES_NO = {
    "yes": True, "y": True, "true": True, "1": True,
    "no": False, "n": False, "false": False, "0": False,
}  # fmt: skip
_WANTED_DAY = "a date as 2012-07-09, or a whole day from randomisation"


def read_number(cell: str) -> float | None:
    """Read a decimal number in plain digits; None if the cell is none, or not finite."""
    if _NUMBER.fullmatch(cell) is None:
        return None
    number = float(cell)
    return number if math.isfinite(number) else None


def read_yes_no(cell: str) -> bool | None:
    """Read yes/no, y/n, true/false, 1/0 in any case; None if the cell is none of them."""
    return _YES_NO.get(cell.lower())


def read_date(cell: str) -> date | None:
    """Read an ISO date of 1900 or later, with or without a time of day; None if it is none."""
    found = _DATE.fullmatch(cell)
    if found is None:
        return None
    try:
        day = date.fromisoformat(found[1])
        if found[2] is not None:
            if _TIME.fullmatch(found[3]) is None:
                return None
            time.fromisoformat(found[3])
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None


class CellReader:
    """Reads the cells of one column; a bad cell becomes a fault and null."""

    def __init__(
        self, door: Door, text: TextTable, column: Column, variable: Variable | None
    ) -> None:
        self.door, self.text, self.column, self.variable = door, text, column, variable

    def fail(self, record: int, came: str, wanted: str, repair: str = "") -> None:
        """Note a fault of one cell of the column."""
        self.door.fail(self.text, record, self.column.name, came, wanted, repair)

    def read(self, cell: str | None, record: int, subject: str | None) -> object:
        """Read a cell of the table by the kind of its column or variable."""
        name, protocol = self.column.name, self.door.protocol
        if cell is None:
            if self.column.is_required:
                self.fail(record, "nothing", self.column.meaning)
            return None
        if name == "subject" and self.door.start is not None and cell not in self.door.start:
            self.fail(record, f"unknown subject {cell!r}", "a subject of the table of subjects")
        if name == "arm" and cell not in protocol.arms:
            arms = list(protocol.arms)
            self.fail(record, repr(cell), f"one of {', '.join(arms)}", did_you_mean(cell, arms))
            return None
        if self.variable is not None:
            return self.of_variable(cell, record, self.variable)
        if self.column.kind == "day":
            return self.day(cell, record, subject)
        if self.column.kind == "number":
            return self.number(cell, record)
        if self.column.kind == "yes_no":
            return self.yes_no(cell, record)
        return cell

    def of_variable(self, cell: str, record: int, variable: Variable) -> object:
        """Read a cell by the kind, codes and range of a variable."""
        if variable.kind == "number":
            number = self.number(cell, record)
            problem = _range_problem(number, variable)
            if problem:
                self.fail(record, cell, problem)
            return number
        if variable.kind == "yes_no":
            return self.yes_no(cell, record)
        if variable.codes is not None and cell not in variable.codes:
            codes = list(variable.codes)
            self.fail(record, repr(cell), f"one of {', '.join(codes)}", did_you_mean(cell, codes))
            return None
        return cell

    def number(self, cell: str, record: int) -> float | None:
        """Read a number."""
        number = read_number(cell)
        if number is None:
            self.fail(record, repr(cell), "a number")
        return number

    def yes_no(self, cell: str, record: int) -> bool | None:
        """Read yes or no."""
        answer = read_yes_no(cell)
        if answer is None:
            self.fail(record, repr(cell), "yes or no")
        return answer

    def day(self, cell: str, record: int, subject: str | None) -> int | None:
        """Read a day from randomisation, or a date and count from the subject's.

        The dates of a subject who was never randomised have no day: they are null. A dose or an
        adverse event of such a subject is a fault.
        """
        start = (self.door.start or {}).get(subject or "", "unclear")
        if _DAY.fullmatch(cell):
            day = int(cell)
        else:
            parsed = read_date(cell)
            if parsed is None:
                self.fail(record, repr(cell), _WANTED_DAY)
                return None
            if not isinstance(start, date):
                self.no_start(record, start, subject)
                return None
            day = (parsed - start).days
        if abs(day) > _FARTHEST:
            self.fail(record, repr(cell), f"at most {_FARTHEST} days from randomisation")
            return None
        return day

    def no_start(self, record: int, start: str, subject: str | None) -> None:
        """Note a date that cannot be counted from randomisation, where that is a fault."""
        if start == "by_day":
            self.fail(
                record,
                f"a date, but {subject!r} has no date of randomisation",
                "a whole day from randomisation",
            )
        elif start == "never" and self.column.never_before_randomisation:
            self.fail(
                record, f"a date, but {subject!r} was never randomised", "a randomised subject"
            )


def _range_problem(number: float | None, variable: Variable) -> str:
    low, high = variable.range or (None, None)
    if number is None or ((low is None or number >= low) and (high is None or number <= high)):
        return ""
    ends = [
        f"at least {low}" if low is not None else "",
        f"at most {high}" if high is not None else "",
    ]
    return " and ".join(end for end in ends if end) + (f" {variable.unit}" if variable.unit else "")
