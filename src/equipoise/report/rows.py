"""Results as a report reads them: rows found by their keys, never computed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from equipoise.analyse.key import KEYS, Key
from equipoise.errors import DataError, Fault

__all__ = ["Datum", "ResultRows"]

_TEXT = ("result_id", *KEYS, "state", "message")
_NUMBERS = ("value", "n_used", "n_missing")
_COLUMNS = _TEXT + _NUMBERS
"""Columns of a results frame that a report reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum(Key):
    """One row of the results: its keys, and the statistic as it came out."""

    result_id: str
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
        missing = [name for name in _COLUMNS if name not in frame.columns]
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
