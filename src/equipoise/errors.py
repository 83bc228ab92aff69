"""Errors of the package: every one says where, what came, what was wanted.

The tree::

    EquipoiseError
    ├── ProtocolError     the protocol file does not describe a trial
    ├── DataError         captured or given data are not what the protocol or a function wants
    └── InteropError      a foreign format cannot be read or written

Faults are reported together: an error carries all of them in ``faults``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "DataError",
    "EquipoiseError",
    "Fault",
    "InteropError",
    "ProtocolError",
    "did_you_mean",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: where it is, what came, what was wanted, the nearest repair."""

    where: str
    came: str
    wanted: str
    repair: str = ""

    def __str__(self) -> str:
        repair = f"; {self.repair}" if self.repair else ""
        return f"{self.where}: {self.came}; wanted {self.wanted}{repair}"


class EquipoiseError(Exception):
    """Base of all errors that a user can mend; holds every fault found, not just the first."""

    def __init__(self, faults: Fault | str | Iterable[Fault]) -> None:
        if isinstance(faults, str):
            self.faults: tuple[Fault, ...] = ()
            super().__init__(faults)
            return
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class ProtocolError(EquipoiseError):
    """The protocol file does not describe a trial."""


class DataError(EquipoiseError):
    """Data are not what the protocol, or the called function, wants."""


class InteropError(EquipoiseError):
    """A foreign format cannot be read or written."""


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Name the known word nearest to ``word`` as a question; empty where none is near.

    Parameters
    ----------
    word : str
        What came.
    known : sequence of str
        What would have been right.
    """
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""
