"""An instrument as data: its items, its rules and one record that describes it whole.

A form lists items in printed order; a rule names its source, how far it is confirmed and the
parameter that stands for it; an :class:`Instrument` can be shown and scored by column names
without special code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.instruments.checks import (
    Bools,
    Floats,
    check_items,
    check_names,
    common_shape,
    read_numbers,
)
from equipoise.instruments.columns import FLAG, Column, read_column
from equipoise.instruments.rules import Rule, Status

__all__ = ["Column", "Columns", "Form", "Instrument", "Item", "Rule", "Status", "check_items"]

Columns: TypeAlias = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a form.

    Attributes
    ----------
    name : str
        Name in data: lower case, words joined by underscores, unit at the end if measured.
    weight : float
        Points that it adds when present; 0 for an item without a weight.
    system : str
        Organ system to which it belongs.
    definition : str
        What makes it present, in our own words.
    window_days : int or None
        Days up to and with the visit over which it is looked for; None where not defined.
    source : str
        Where the definition stands, if not where the form does.
    status : Status
        How far the definition is confirmed.
    number : int or None
        Number on the printed form.
    unit : str
        Unit of a measured item; "1" without one.
    codes : tuple of float
        The codes that it may take; empty for a measured item, which has a range.
    lowest, highest : float
        Range of a measured item: beyond it the value is a slip of unit or of the pen.
    """

    name: str
    weight: float = 0.0
    system: str = ""
    definition: str = ""
    window_days: int | None = None
    source: str = ""
    status: Status = Status.CONFIRMED
    number: int | None = None
    unit: str = "1"
    codes: tuple[float, ...] = FLAG
    lowest: float = 0.0
    highest: float = np.inf

    @property
    def is_measured(self) -> bool:
        """True where the item holds a measured value instead of a code."""
        return not self.codes

    def column(self) -> Column:
        """Describe the item as a column of a wide table."""
        return Column(
            name=self.name,
            meaning=self.definition,
            unit=self.unit,
            codes=self.codes,
            lowest=self.lowest,
            highest=self.highest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The items of an instrument, in the order of the printed form."""

    id: str
    title: str
    items: tuple[Item, ...]
    source: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the items."""
        return tuple(item.name for item in self.items)

    @property
    def systems(self) -> tuple[str, ...]:
        """Organ systems in order of their first item."""
        return tuple(dict.fromkeys(item.system for item in self.items))

    @property
    def weights(self) -> Floats:
        """Weight of each item."""
        return np.array([item.weight for item in self.items], dtype=np.float64)

    def place(self, name: str) -> int:
        """Place of the item on the last axis; DataError for a name the form does not have."""
        check_names(self.id, [name], self.names)
        return self.names.index(name)

    def of_system(self, system: str) -> Bools:
        """Which items belong to ``system``: a mask over the last axis."""
        return np.array([item.system == system for item in self.items], dtype=np.bool_)

    def array(self, values: Mapping[str, ArrayLike], *, unlisted: float = np.nan) -> Floats:
        """Stack named values into (..., items); a name that is not given becomes ``unlisted``.

        Raises
        ------
        DataError
            For names the form does not have, and for shapes that do not broadcast.
        """
        check_names(self.id, values, self.names)
        given = {name: read_numbers(name, value) for name, value in values.items()}
        stacked = np.full((*common_shape(given), len(self.items)), unlisted, dtype=np.float64)
        for name, value in given.items():
            stacked[..., self.names.index(name)] = value
        return stacked


_ROWS = 1 << 16  # rows handed to a scorer at once: a long table needs no second copy of itself

Scorer: TypeAlias = Callable[[Columns, Mapping[str, Any]], Columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """Everything that can be said about an instrument, and the way to score a wide table.

    Attributes
    ----------
    id, title, purpose : str
        Name on the command line, printed name, one sentence.
    inputs, outputs : tuple of Column
        Columns read and columns written.
    rules : tuple of Rule
        Rules with source, status and parameter.
    sources : tuple of str
        Publications.
    scorer : callable
        ``(columns, parameters) -> columns``: every input is there, one-dimensional and of one
        length, numbers as float64 with NaN unknown, texts as objects with None unknown; every
        parameter is there. Rows are independent of each other: a long table comes in pieces.
    form : Form or None
        The printed form, where there is one.
    """

    id: str
    title: str
    purpose: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]
    sources: tuple[str, ...]
    scorer: Scorer = field(repr=False)
    form: Form | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """Each parameter with its default."""
        return {rule.parameter: rule.default for rule in self.rules if rule.parameter}

    def score(
        self, columns: Mapping[str, ArrayLike], *, parameters: Mapping[str, Any] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Score named columns.

        Parameters
        ----------
        columns : mapping of str to array
            Input columns by name, of shapes that broadcast together. A column that is not given
            is unknown, and so is NaN, None or an empty text in it.
        parameters : mapping of str to object, optional
            Parameters that differ from their defaults.

        Returns
        -------
        dict of str to array
            Output columns by name, each of the common shape.

        Raises
        ------
        DataError
            For unknown columns and parameters, required columns that are not there, values
            outside codes or range and shapes that do not broadcast: all faults together.
        """
        settings = self._settings(parameters or {})
        given = self._read(columns)
        shape = common_shape(given)
        complete = {
            name: np.broadcast_to(column, shape).reshape(-1) for name, column in given.items()
        }
        rows = math.prod(shape)
        parts = [
            self.scorer(self._chunk(complete, start, min(start + _ROWS, rows)), settings)
            for start in range(0, max(rows, 1), _ROWS)
        ]
        return {
            column.name: np.concatenate([part[column.name] for part in parts]).reshape(shape)
            for column in self.outputs
        }

    def _chunk(self, given: Columns, start: int, stop: int) -> dict[str, NDArray[Any]]:
        return {
            column.name: given[column.name][start:stop]
            if column.name in given
            else np.broadcast_to(column.unknown(), (stop - start,))
            for column in self.inputs
        }

    def _settings(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        known = self.parameters
        check_names(f"{self.id}: parameter", parameters, tuple(known))
        rules = {rule.parameter: rule for rule in self.rules if rule.parameter}
        settings, faults = known, list[Fault]()
        for name, value in parameters.items():
            try:
                settings[name] = rules[name].read(value)
            except DataError as error:
                faults += error.faults
        if faults:
            raise DataError(faults)
        return settings

    def _read(self, columns: Mapping[str, ArrayLike]) -> dict[str, NDArray[Any]]:
        known = {column.name: column for column in self.inputs}
        faults = [
            Fault(
                where=self.id,
                came=f"column {name!r}",
                wanted="a column of the instrument",
                repair=did_you_mean(name, tuple(known)),
            )
            for name in columns
            if name not in known
        ]
        faults += [
            Fault(where=self.id, came=f"no column {column.name!r}", wanted=column.meaning)
            for column in self.inputs
            if column.is_required and column.name not in columns
        ]
        given: dict[str, NDArray[Any]] = {}
        for name in (one for one in columns if one in known):
            try:
                given[name] = read_column(known[name], columns[name])
            except DataError as error:
                faults += error.faults
        if faults:
            raise DataError(sorted(faults, key=str))
        return given
