"""Waist 2: results, one row per statistic, one shape for everything.

A count of adverse events, a point of a Kaplan-Meier curve, the mean of a demographic variable
and the contrast of a model are all rows of the same table. Inside a batch the rows are arrays,
one column per statistic and one entry per trial; the long form is made at the edge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from equipoise.analyse.key import KEYS, Key, result_id
from equipoise.stats import Floats, State

__all__ = ["Provenance", "Results", "Row", "frame_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One statistic over the trials of a batch.

    Attributes
    ----------
    key : Key
        What it is.
    value : (trials,) float
        NaN where there is no value; ``state`` says why.
    state : (trials,) int8
        A :class:`~equipoise.stats.State` for each trial.
    n_used, n_missing : (trials,) float
        Subjects that entered the statistic, and subjects of the analysis set that could not.
    message : str
        A sentence for the reader where the state needs one, or a choice should be known.
    """

    key: Key
    value: Floats
    state: np.ndarray[tuple[int, ...], np.dtype[np.int8]]
    n_used: Floats
    n_missing: Floats
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where results come from: enough to make them again."""

    trial: str
    protocol_version: str
    protocol_hash: str
    data_hash: str
    origin: str
    """``captured`` or ``SIMULATED``."""
    software: Mapping[str, str]
    """Package name to version."""
    notes: tuple[str, ...] = ()
    """What the reader of the data should know, such as what virtual patients rest on."""


class Results:
    """The table of results of one trial or of a batch of trials.

    Parameters
    ----------
    rows : list of Row
        In the order in which they are reported.
    provenance : Provenance
        Where they come from.
    """

    def __init__(self, rows: list[Row], provenance: Provenance) -> None:
        self.rows = tuple(rows)
        self.provenance = provenance

    @property
    def trials(self) -> int:
        """Number of trials of the batch."""
        return len(self.rows[0].value) if self.rows else 0

    def frame(self, trial: int = 0) -> pl.DataFrame:
        """Lay out the long table of one trial.

        Columns are ``result_id, trial``, the key columns, ``value, n_used, n_missing, state,
        message``. A value that does not exist is null.
        """
        return frame_of(self.rows, trial)

    def values(self, **keys: str) -> Floats:
        """Values over trials of the one statistic that the given key columns single out.

        Raises
        ------
        KeyError
            If no row or more than one row fits.
        """
        fitting = [
            row
            for row in self.rows
            if all(getattr(row.key, name) == level for name, level in keys.items())
        ]
        if len(fitting) != 1:
            raise KeyError(f"{len(fitting)} results fit {keys}; wanted one")
        return fitting[0].value


def frame_of(rows: Sequence[Row], trial: int = 0) -> pl.DataFrame:
    """Lay rows out as the long table of one trial; see :meth:`Results.frame`."""
    columns: dict[str, list[object]] = {
        "result_id": [result_id(row.key) for row in rows],
        "trial": [trial] * len(rows),
    }
    columns |= {name: [getattr(row.key, name) for row in rows] for name in KEYS}
    columns["value"] = [float(row.value[trial]) for row in rows]
    columns["n_used"] = [float(row.n_used[trial]) for row in rows]
    columns["n_missing"] = [float(row.n_missing[trial]) for row in rows]
    columns["state"] = [State(int(row.state[trial])).label for row in rows]
    columns["message"] = [row.message for row in rows]
    schema = {
        "result_id": pl.String,
        "trial": pl.Int64,
        **dict.fromkeys(KEYS, pl.String),
        "value": pl.Float64,
        "n_used": pl.Float64,
        "n_missing": pl.Float64,
        "state": pl.String,
        "message": pl.String,
    }
    return pl.DataFrame(columns, schema=schema).with_columns(
        pl.col("value", "n_used", "n_missing").fill_nan(None)
    )
