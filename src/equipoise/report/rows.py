"""Results as a report reads them: rows found by their keys, never computed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from equipoise.analyse.results import KEYS
from equipoise.errors import DataError, Fault

__all__ = ["COLUMNS", "Datum", "ResultRows", "levels_of", "sides_of"]

_TEXT = ("result_id", *KEYS, "state", "message")
_NUMBERS = ("value", "n_used", "n_missing")
COLUMNS = _TEXT + _NUMBERS
"""Columns of a results frame that a report reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """One row of the results: a statistic, its keys, and how it came out."""

    result_id: str
    analysis: str
    method: str
    statistic: str
    endpoint: str = ""
    analysis_set: str = ""
    variable: str = ""
    variable_level: str = ""
    group: str = ""
    by: str = ""
    unit: str = ""
    look: str = "final"
    state: str = "estimated"
    message: str = ""
    value: float | None
    n_used: float | None = None
    n_missing: float | None = None

    @property
    def is_estimated(self) -> bool:
        """True where there is a number to print."""
        return self.value is not None and self.state == "estimated"


class ResultRows:
    """Rows in the order of the results.

    Parameters
    ----------
    rows : iterable of Datum
        The rows.
    """

    def __init__(self, rows: Iterable[Datum]) -> None:
        self.rows = tuple(rows)

    @classmethod
    def from_frame(cls, frame: pl.DataFrame) -> ResultRows:
        """Read the long results frame of one trial.

        Raises
        ------
        DataError
            If columns are missing, or the frame holds more than one trial.
        """
        missing = [name for name in COLUMNS if name not in frame.columns]
        faults = [
            Fault(where="results", came=f"no column {name!r}", wanted="a frame of results")
            for name in missing
        ]
        if "trial" in frame.columns and frame["trial"].n_unique() > 1:
            faults.append(
                Fault(
                    where="results",
                    came=f"{frame['trial'].n_unique()} trials",
                    wanted="the results of one trial",
                )
            )
        if faults:
            raise DataError(faults)
        texts = frame.select(pl.col(_TEXT).fill_null(""), pl.col(_NUMBERS))
        return cls(Datum(**row) for row in texts.iter_rows(named=True))

    def __iter__(self) -> Iterator[Datum]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, **keys: str | Iterable[str]) -> ResultRows:
        """Keep the rows whose key columns hold the given level, or one of the given levels."""
        wanted = {
            name: {level} if isinstance(level, str) else set(level) for name, level in keys.items()
        }
        return ResultRows(
            row
            for row in self.rows
            if all(getattr(row, name) in levels for name, levels in wanted.items())
        )

    def levels(self, column: str) -> tuple[str, ...]:
        """List the levels of a key column that are not empty, in the order of the results."""
        return tuple(
            dict.fromkeys(getattr(row, column) for row in self.rows if getattr(row, column))
        )

    def at(
        self,
        statistic: str,
        *,
        variable: str = "",
        variable_level: str = "",
        group: str = "",
        by: str = "",
    ) -> Datum | None:
        """Find the one row with exactly these keys; None where the results hold none.

        Raises
        ------
        DataError
            If more than one row fits: the caller must first narrow the rows.
        """
        found = self._index.get((statistic, variable, variable_level, group, by), ())
        if len(found) > 1:
            raise DataError(
                Fault(
                    where=f"results of {found[0].analysis!r}",
                    came=f"{len(found)} rows for {statistic} of {variable or group!r}",
                    wanted="one row for each statistic",
                )
            )
        return found[0] if found else None

    @cached_property
    def _index(self) -> Mapping[tuple[str, str, str, str, str], tuple[Datum, ...]]:
        index: dict[tuple[str, str, str, str, str], tuple[Datum, ...]] = {}
        for row in self.rows:
            keys = (row.statistic, row.variable, row.variable_level, row.group, row.by)
            index[keys] = (*index.get(keys, ()), row)
        return index


def levels_of(by: str) -> dict[str, str]:
    """Read the ``by`` column: ``visit=W24; sex=F`` becomes a mapping."""
    pairs = (part.partition("=") for part in by.split("; ") if part)
    return {name: level for name, _, level in pairs}


def sides_of(contrast: str) -> tuple[str, str] | None:
    """Split ``experimental - control``; None for a group that is no contrast."""
    first, separator, second = contrast.partition(" - ")
    return (first, second) if separator else None
