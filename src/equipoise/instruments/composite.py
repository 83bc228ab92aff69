"""Composite endpoints: what is met, which limb failed, which input was missing.

Everything is 1, 0 or NaN and has the common shape of the inputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import (
    Bools,
    Floats,
    common_shape,
    name_true,
    read_numbers,
    value_faults,
)
from equipoise.instruments.columns import Column
from equipoise.instruments.logic import all_of, any_of

__all__ = [
    "FAILED_LIMBS",
    "MISSING_INPUTS",
    "Composite",
    "Graded",
    "conjunction",
    "frozen",
    "graded",
    "name_failed",
    "name_missing",
    "read_fields",
    "read_setting",
    "words_of",
]

FAILED_LIMBS = Column(name="failed_limbs", meaning="limbs that are false", is_text=True)
MISSING_INPUTS = Column(name="missing_inputs", meaning="inputs that are unknown", is_text=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """An endpoint that is met when all its limbs hold.

    Attributes
    ----------
    met : (...) float
        1 met, 0 not met, NaN unknown or not evaluable.
    limbs : mapping of str to (...) float
        Each limb: 1 holds, 0 fails, NaN unknown.
    missing : mapping of str to (...) bool
        Each input: true where it is unknown.
    parameters : mapping
        The rules that were used.
    """

    met: Floats
    limbs: Mapping[str, Floats]
    missing: Mapping[str, Bools]
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """An endpoint with rising grades, such as partial and complete response.

    Attributes
    ----------
    grades : mapping of str to (...) float
        Grades in rising order; each is 1 where at least this grade is reached, 0 where not, NaN
        where that is unknown.
    level : (...) float
        0 none, 1 for the first grade, 2 for the second; NaN where the grade is unknown.
    limbs : mapping of str to (...) float
        Each limb: 1 holds, 0 fails, NaN unknown.
    missing : mapping of str to (...) bool
        Each input: true where it is unknown.
    parameters : mapping
        The rules that were used.
    """

    grades: Mapping[str, Floats]
    level: Floats
    limbs: Mapping[str, Floats]
    missing: Mapping[str, Bools]
    parameters: Mapping[str, Any]

    @property
    def any_grade(self) -> Floats:
        """1 where any grade is reached, 0 where none is, NaN where unknown."""
        return next(iter(self.grades.values()))

    @property
    def words(self) -> NDArray[np.object_]:
        """Grade as a word, ``none`` below the first; None where unknown."""
        return words_of(self.level, ("none", *self.grades))


def conjunction(
    limbs: Mapping[str, ArrayLike],
    *,
    inputs: Mapping[str, Floats],
    parameters: Mapping[str, Any],
) -> Composite:
    """Join limbs that must all hold; ``inputs`` have one shape and tell what is missing."""
    shape = common_shape(dict(inputs))
    spread = {name: _spread(limb, shape) for name, limb in limbs.items()}
    return Composite(
        met=all_of(*spread.values()),
        limbs=frozen(spread),
        missing=frozen({name: np.isnan(value) for name, value in inputs.items()}),
        parameters=frozen(parameters),
    )


def graded(
    grades: Mapping[str, ArrayLike],
    *,
    limbs: Mapping[str, ArrayLike],
    inputs: Mapping[str, Floats],
    parameters: Mapping[str, Any],
) -> Graded:
    """Join grades in rising order: whoever reaches a higher one has reached the lower ones."""
    shape = common_shape(dict(inputs))
    reached: dict[str, Floats] = {}
    higher: Floats = np.zeros(shape)
    for name in reversed(list(grades)):
        higher = _spread(any_of(grades[name], higher), shape)
        reached[name] = higher
    rising = {name: reached[name] for name in grades}
    return Graded(
        grades=frozen(rising),
        level=np.sum(list(rising.values()), axis=0),
        limbs=frozen({name: _spread(limb, shape) for name, limb in limbs.items()}),
        missing=frozen({name: np.isnan(value) for name, value in inputs.items()}),
        parameters=frozen(parameters),
    )


def frozen(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """Copy a mapping into one that cannot be changed."""
    return MappingProxyType(dict(mapping))


def read_fields(fields: Sequence[Column], values: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    """Read the inputs of a kernel: numbers inside their range, of one common shape.

    Parameters
    ----------
    fields : sequence of Column
        What each input is; one field per value, by name.
    values : mapping of str to array
        The inputs; NaN is unknown.

    Returns
    -------
    dict of str to (...) float
        The inputs by name, broadcast to their common shape.

    Raises
    ------
    DataError
        For what is not numeric, for values outside codes or range (field, first value, what is
        allowed), and for shapes that do not broadcast: all faults of values together.
    """
    by_name = {field.name: field for field in fields}
    given: dict[str, Floats] = {}
    faults: list[Fault] = []
    for name, value in values.items():
        try:
            given[name] = read_numbers(name, value)
        except DataError as error:
            faults += error.faults
            continue
        faults += value_faults(given[name], by_name[name])
    if faults:
        raise DataError(faults)
    shape = common_shape(given)
    return {name: np.broadcast_to(value, shape) for name, value in given.items()}


_GREATEST = np.finfo(np.float64).max


def read_setting(
    name: str, value: float, *, lowest: float = 0.0, highest: float = _GREATEST
) -> float:
    """Read a number that is a parameter of a rule; DataError outside its range."""
    number = read_numbers(name, value)
    if number.ndim or not lowest <= number <= highest:
        ends = (
            f", {lowest:g} or more" if highest == _GREATEST else f" from {lowest:g} to {highest:g}"
        )
        raise DataError(Fault(where=name, came=repr(value)[:80], wanted=f"one number{ends}"))
    return float(number)


def name_failed(limbs: Mapping[str, Floats]) -> NDArray[np.object_]:
    """Write the names of the limbs that are false, joined by semicolons."""
    return _names({name: limb == 0 for name, limb in limbs.items()})


def name_missing(missing: Mapping[str, Bools]) -> NDArray[np.object_]:
    """Write the names of the inputs that are unknown, joined by semicolons."""
    return _names(missing)


def words_of(level: Floats, words: Sequence[str]) -> NDArray[np.object_]:
    """Write levels 0, 1, ... as words; None where the level is NaN."""
    known = ~np.isnan(level)
    table = np.array([*words, None], dtype=np.object_)
    places = np.where(known, np.where(known, level, 0), len(words)).astype(np.int64)
    return np.asarray(table[places], dtype=np.object_)


def _names(masks: Mapping[str, Bools]) -> NDArray[np.object_]:
    return name_true(np.stack(list(masks.values()), axis=-1), tuple(masks))


def _spread(limb: ArrayLike, shape: tuple[int, ...]) -> Floats:
    return np.broadcast_to(np.asarray(limb, dtype=np.float64), shape)
