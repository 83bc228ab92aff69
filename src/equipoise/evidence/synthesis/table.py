"""A table of studies: what was printed of each study, arm, outcome and time.

Columns: ``study_id, randomised (1 or 0), arm, arm_role, outcome, timepoint_months`` (empty: over
the whole follow-up), ``measure``, the numbers ``events, n_eval, mean, sd, unit``, and what a
reader must know of them: ``source, locator, access, confidence, overlap_group, note``. Others
may follow, such as moderators. An empty cell was not reported or not reached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from equipoise.evidence.column import Columns, read_columns

__all__ = ["MEASURES", "OWN_COHORT", "StudyRow", "StudyTable", "read_studies"]

MEASURES = (
    "binary", "mean_sd", "mean_change_sd", "mean_derived", "median_range", "median", "count",
)  # fmt: skip
"""Kinds of numbers; the first three are enough to compute with."""

OWN_COHORT = ("", "none")
"""Values of ``overlap_group`` of studies that share patients with no other."""

_CONFIDENCE = ("high", "medium", "low")
_NEEDED = (
    "study_id", "randomised", "arm", "arm_role", "outcome", "timepoint_months", "measure",
    "events", "n_eval", "mean", "sd", "unit", "source", "locator", "access", "confidence",
    "overlap_group", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRow:
    """One row; numbers that are not there are NaN, ``months`` too where the row has no time."""

    row: int
    study: str
    is_randomised: bool
    role: str
    outcome: str
    months: float
    measure: str
    events: float
    subjects: float
    mean: float
    sd: float
    unit: str
    confidence: str
    cohort: str
    cells: Mapping[str, str]
    """Every cell as it stands, by column: moderators, source, note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyTable:
    """A table that was read: its file, the hash of its bytes, its rows."""

    file: str
    data_hash: str
    rows: tuple[StudyRow, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.rows[0].cells) if self.rows else ()


def read_studies(path: Path) -> StudyTable:
    """Read a table of studies.

    Raises
    ------
    DataError
        With every fault of the table, each with its row and column.
    """
    columns = read_columns(path, _NEEDED)
    rows = tuple(_row(columns, place) for place in columns.places)
    columns.close()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return StudyTable(file=path.name, data_hash=digest, rows=rows)


def _row(columns: Columns, place: int) -> StudyRow:
    measure = columns.choice(place, "measure", MEASURES)
    subjects = columns.number(place, "n_eval", low=0, whole=True)
    cohort = columns.text(place, "overlap_group")
    row = StudyRow(
        row=columns.row(place),
        study=columns.text(place, "study_id", needed=True),
        is_randomised=columns.choice(place, "randomised", ("1", "0")) == "1",
        role=columns.text(place, "arm_role", needed=True),
        outcome=columns.text(place, "outcome", needed=True),
        months=columns.number(place, "timepoint_months", low=0),
        measure=measure,
        events=columns.number(place, "events", low=0, whole=True),
        subjects=subjects,
        mean=columns.number(place, "mean"),
        sd=columns.number(place, "sd", low=0),
        unit=columns.text(place, "unit"),
        confidence=columns.choice(place, "confidence", _CONFIDENCE),
        cohort="" if cohort in OWN_COHORT else cohort,
        cells={name: columns.text(place, name) for name in columns.names},
    )
    _check(columns, place, row)
    return row


def _check(columns: Columns, place: int, row: StudyRow) -> None:
    """Check the name, and numbers against each other; one that was not reached is no fault."""
    if set(";=") & set(row.study):  # they part the levels of a result
        columns.fail(place, "study_id", repr(row.study), "a name without ; and =")
    if row.measure == "binary" and row.events > row.subjects:
        columns.fail(
            place, "events", f"{row.events:g} of {row.subjects:g}", "no more events than subjects"
        )
    if row.measure in ("mean_sd", "mean_change_sd") and np.isnan(row.mean):
        columns.fail(place, "mean", "nothing", f"a number, for measure: {row.measure}")
    if row.measure == "binary" and np.isnan(row.events) and not columns.text(place, "events"):
        columns.fail(place, "events", "nothing", "a number, for measure: binary")
