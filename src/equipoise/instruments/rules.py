"""Rules of an instrument as records: text, source, how far confirmed, parameter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import check_choice

__all__ = ["Rule", "Status"]


class Status(StrEnum):
    """How far a rule is confirmed."""

    CONFIRMED = "confirmed"  # read in a publication or a public form
    DISPUTED = "disputed"  # read, but sources disagree; the choice is stated
    MEMORY = "memory"  # not confirmed: a clinician checks it before a real trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of an instrument.

    Attributes
    ----------
    id : str
        Short name, unique in its instrument.
    text : str
        What holds, in one sentence.
    source : str
        Publication, form or stated choice.
    status : Status
        How far it is confirmed.
    parameter : str
        Name of the argument that stands for it; empty where it is fixed.
    fixed : str
        Why a rule that is not confirmed is no parameter; empty otherwise.
    default : object
        Value of the parameter unless it is given.
    choices : tuple
        The values that a named parameter may take; empty for a number.
    reader : callable or None
        Reads a parameter that is neither a choice nor a number, and raises DataError.
    lowest, highest : float
        Ends of a number that is a parameter.
    is_open : bool
        True where such a number lies strictly between its ends.
    is_whole : bool
        True where such a number is whole.
    """

    id: str
    text: str
    source: str
    status: Status
    parameter: str = ""
    fixed: str = ""
    default: Any = None
    choices: tuple[str, ...] = ()
    reader: Callable[[Any], Any] | None = field(default=None, repr=False)
    lowest: float = 0.0
    highest: float = np.finfo(np.float64).max
    is_open: bool = False
    is_whole: bool = False

    def read(self, value: Any) -> Any:
        """Read a value of the parameter; a number may come as text.

        Raises
        ------
        DataError
            If it is none of the choices, not of the kind of the default, outside its ends, or
            not whole where it has to be.
        """
        if self.reader is not None:
            return self.reader(value)
        if self.choices:
            return check_choice(self.parameter, value, self.choices)
        if isinstance(self.default, bool):
            words = {"true": True, "false": False}
            known = words.get(str(value).lower())
            if known is None:
                raise DataError(
                    Fault(where=self.parameter, came=repr(value), wanted="true or false")
                )
            return known
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = np.nan
        if not self._fits(number):
            raise DataError(Fault(where=self.parameter, came=repr(value), wanted=self._wanted()))
        return number

    def _fits(self, number: float) -> bool:
        if self.is_whole and not number.is_integer():
            return False
        if self.is_open:
            return self.lowest < number < self.highest
        return self.lowest <= number <= self.highest

    def _wanted(self) -> str:
        kind = "a whole number" if self.is_whole else "a number"
        if self.is_open:
            return f"{kind} between {self.lowest:g} and {self.highest:g}"
        most = "up" if self.highest == np.finfo(np.float64).max else f"to {self.highest:g}"
        return f"{kind} from {self.lowest:g} {most}"
