"""Waist 2: results, one row per statistic, one shape for everything.

A count of adverse events, a point of a Kaplan-Meier curve, the mean of a demographic variable
and the contrast of a model are all rows of the same table. Inside a batch the rows are arrays,
one column per statistic and one entry per trial; the long form is made at the edge.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from equipoise.stats import Floats, State

__all__ = ["KEYS", "Key", "Provenance", "Results", "Row", "by_text", "frame_of", "result_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a statistic is a statistic of; equal keys are the same statistic.

    Attributes
    ----------
    analysis : str
        Id of the analysis in the protocol.
    method : str
        Method that the analysis names, such as ``ancova``.
    endpoint : str
        Endpoint or estimand that was analysed; empty where variables are described.
    analysis_set : str
        Id of the analysis set.
    variable, variable_level : str
        What is summarised, and its level (a category, an adverse-event term, a model term).
    group : str
        Arm, contrast written ``experimental - control``, or ``Total``.
    by : str
        Further levels as ``name=level`` joined by ``; `` (visit, time, subgroup).
    statistic : str
        ``n, mean, sd, median, min, max, count, denominator, percent, estimate, standard_error,
        df, ci_low, ci_high, statistic, p_value, at_risk, survival ...``
    unit : str
        Unit of the value; empty for a pure number.
    look : str
        Interim look, or ``final``.
    """

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


KEYS: tuple[str, ...] = tuple(field.name for field in fields(Key))
"""Names of the key columns, in the order of the table."""


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


def result_id(key: Key) -> str:
    """Twelve hexadecimal digits that name a statistic: the hash of its keys."""
    text = "\x1f".join(getattr(key, name) for name in KEYS)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def by_text(**levels: str) -> str:
    """Write further levels as the ``by`` column holds them."""
    return "; ".join(f"{name}={level}" for name, level in levels.items() if level)


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
