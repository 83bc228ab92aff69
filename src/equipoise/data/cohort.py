"""Waist 1: the cohort, named arrays with their protocol; a real trial is a batch of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from equipoise.data.records import Origin
from equipoise.errors import DataError, Fault
from equipoise.protocol import Protocol
from equipoise.stats import Bools, Floats, Integers

__all__ = ["SUBJECT_FIELDS", "Cohort", "Events"]

SUBJECT_FIELDS: tuple[str, ...] = (
    "arm",
    "site",
    "randomised",
    "treated",
    "completed",
    "withdrawal_reason",
    "first_dose_day",
    "last_dose_day",
    "death_day",
    "withdrawal_day",
    "last_contact_day",
)
"""Fields of every subject, whatever the trial; the expression language knows them by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Adverse events of all trials in the long form.

    Attributes
    ----------
    trial, subject : (events,) int
        Whose event it is, as indices on the axes of the cohort.
    columns : mapping of str to (events,) float
        Days, grades, yes/no as 1 and 0, categories as indices into the cohort's levels.
    """

    trial: Integers
    subject: Integers
    columns: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Arrays of one trial or of a batch; axes (trial, subject) or (trial, subject, visit).

    Attributes
    ----------
    protocol : Protocol
        What the trial is; its visits are the visit axis.
    enrolled : (trials, subjects) bool
        False for the padding of a smaller trial of a batch.
    subject : mapping of str to (trials, subjects) float
        Standard fields and variables of subjects. NaN is missing; a category is an index into
        ``levels``; yes/no is 1 and 0; days count from randomisation.
    visit : mapping of str to (trials, subjects, visits) float
        Variables of visits, and ``day``.
    events : Events
        Adverse events.
    levels : mapping of str to tuple of str
        Codes of each category.
    subject_id : tuple of str
        Ids on the subject axis; empty for virtual trials.
    origin : str
        ``captured`` or ``SIMULATED``.
    data_hash : str
        Hash of the data, or of the simulation's address.

    Raises
    ------
    DataError
        If shapes disagree, a standard field or a captured variable is absent, or a value lies
        outside its range: every fault at once.
    """

    protocol: Protocol
    enrolled: Bools
    subject: Mapping[str, Floats]
    visit: Mapping[str, Floats]
    events: Events
    levels: Mapping[str, tuple[str, ...]]
    origin: Origin
    data_hash: str
    subject_id: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise DataError(faults)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of trials and of subjects."""
        trials, subjects = self.enrolled.shape
        return trials, subjects

    def _faults(self) -> Iterator[Fault]:
        shape = self.enrolled.shape
        wanted = {"subject": shape, "visit": (*shape, len(self.protocol.visits))}
        for level, arrays in (("subject", self.subject), ("visit", self.visit)):
            names = [
                *(SUBJECT_FIELDS if level == "subject" else ("day",)),
                *(n for n, v in self.protocol.variables_at(level).items() if not v.is_derived),
            ]
            for name in names:
                if name not in arrays:
                    yield Fault(where=name, came="nothing", wanted=f"an array of the {level}")
            for name, array in arrays.items():
                if array.shape != wanted[level]:
                    yield Fault(where=name, came=f"shape {array.shape}", wanted=f"{wanted[level]}")
                yield from self._range_faults(name, array)
        for name, array in self.events.columns.items():
            if array.shape != self.events.subject.shape:
                yield Fault(
                    where=name, came=f"shape {array.shape}", wanted=f"{self.events.subject.shape}"
                )

    def _range_faults(self, name: str, array: Floats) -> Iterator[Fault]:
        variable = self.protocol.variables.get(name)
        if variable is None or variable.range is None or variable.is_derived:
            return
        low, high = variable.range
        outside = (array < (-np.inf if low is None else low)) | (
            array > (np.inf if high is None else high)
        )
        if outside.any():
            yield Fault(
                where=name,
                came=f"{float(array[outside][0]):g} and {int(outside.sum()) - 1} more",
                wanted=f"values within {low} and {high}",
            )
