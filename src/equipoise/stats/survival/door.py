"""The door of the survival estimators: arguments become arrays of (trials, subjects)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import (
    Bools,
    Floats,
    Integers,
    anywhere,
    as_bools,
    as_floats,
    everywhere,
    in_rows,
    shared_shape,
    spread,
)
from equipoise.stats.door import Door

__all__ = [
    "BEYOND",
    "OUT",
    "Beyond",
    "Subjects",
    "blocks",
    "read_choice",
    "read_level",
    "read_subjects",
    "read_times",
]

OUT = -np.inf
"""The time of a subject that is out of the analysis: it leaves every risk set."""

Beyond: TypeAlias = Literal["not estimable", "last"]
"""What holds after the last follow-up of a curve above 0: nothing, or the last estimate."""

BEYOND: tuple[Beyond, ...] = ("not estimable", "last")
_OPTIONAL = ("start", "stratum", "cluster", "covariates")
_NO_CODES = frozenset({"time", "event", "start", "covariates"})
_LARGEST = 1e100
"""Squares of covariates are summed, and their products squared in a variance."""
_MOST_CODES = 2**31
"""Codes below fit the integers of every kernel."""
_BLOCK = 1_000_000  # elements worked on at once: some tens of megabytes with all temporaries


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Arguments checked and laid out as (trials, subjects); no subject is a subject that is out.

    Attributes
    ----------
    time, start : (trials, subjects) float
        End and begin of the time at risk; ``start`` is None where all begin at once.
    event : (trials, subjects) bool
        False for subjects that are out.
    codes : dict of str to (trials, subjects) int
        Groups, strata and so on; 0 for subjects that are out.
    covariates : (trials, subjects, covariates) float or None
        0 for subjects that are out.
    leading : tuple of int
        The leading shape of the result.
    """

    time: Floats
    event: Bools
    start: Floats | None = None
    codes: Mapping[str, Integers] = field(default_factory=dict)
    covariates: Floats | None = None
    leading: tuple[int, ...]

    @property
    def trials(self) -> int:
        """Number of trials."""
        return len(self.time)

    @property
    def is_in(self) -> Bools:
        """True for the subjects of the analysis."""
        inside: Bools = self.time > OUT
        return inside

    def part(self, rows: slice | Integers) -> Subjects:
        """Take some of the trials."""
        return Subjects(
            time=self.time[rows],
            event=self.event[rows],
            start=None if self.start is None else self.start[rows],
            codes={name: code[rows] for name, code in self.codes.items()},
            covariates=None if self.covariates is None else self.covariates[rows],
            leading=(),
        )

    def lay_out(self, array: NDArray[Any]) -> NDArray[Any]:
        """Give an array of (trials, ...) the leading shape of the arguments."""
        return array.reshape(self.leading + array.shape[1:])


def read_subjects(
    *,
    time: ArrayLike,
    event: ArrayLike,
    start: ArrayLike | None = None,
    codes: Mapping[str, ArrayLike | None] | None = None,
    covariates: ArrayLike | None = None,
) -> Subjects:
    """Check the arguments, all faults together, and broadcast them to (trials, subjects).

    Raises
    ------
    DataError
        Arguments that are not numbers, NaN in ``time``, ``start`` or a covariate of a subject
        that is in, codes that are not whole numbers from 0, an interval that ends before it
        begins, shapes that do not broadcast.
    """
    faults: list[Fault] = []
    given: dict[str, NDArray[Any]] = {}
    wanted = [("time", time), ("event", event), ("start", start)]
    for name, value in (*wanted, *(codes or {}).items(), ("covariates", covariates)):
        if value is None:
            if name not in _OPTIONAL:
                faults.append(Fault(where=name, came="nothing", wanted="one value a subject"))
            continue
        try:
            given[name] = (as_bools if name == "event" else as_floats)(name, value)
        except DataError as error:
            faults.extend(error.faults)
    _check_ranks(given, faults)
    if faults:
        raise DataError(faults)

    told = {name: array.shape for name, array in given.items()}
    own = told if covariates is None else told | {"covariates": told["covariates"][:-1]}
    shape = shared_shape(own, told=told)
    # NaN is above nothing, so that one passage tells whether a second is needed.
    is_out = None if everywhere(given["time"] > OUT) else given["time"] == OUT
    _check_values(given, is_out, shape, faults)
    if faults:
        raise DataError(faults)
    if is_out is not None:
        given = {name: _blank(name, array, is_out) for name, array in given.items()}
    flat = {name: _flatten(array, shape, name) for name, array in given.items()}
    return Subjects(
        time=flat["time"],
        event=flat["event"],
        start=flat.get("start"),
        codes={name: flat[name] for name in codes or () if name in flat},
        covariates=flat.get("covariates"),
        leading=shape[:-1],
    )


def _check_ranks(given: Mapping[str, NDArray[Any]], faults: list[Fault]) -> None:
    for name, array in given.items():
        least = 2 if name == "covariates" else 1
        if array.ndim < least:
            shape = "(..., subjects, covariates)" if least == 2 else "(..., subjects)"
            faults.append(Fault(where=name, came=f"shape {array.shape}", wanted=shape))


def _blank(name: str, array: NDArray[Any], is_out: Bools) -> NDArray[Any]:
    """Give subjects that are out a value that says nothing; their time stays."""
    if name == "time":
        return array
    if name == "covariates":
        return np.where(is_out[..., None], 0.0, array)
    if name == "event":
        return array & ~is_out
    return np.where(is_out, OUT if name == "start" else 0.0, array)


def _flatten(array: NDArray[Any], shape: tuple[int, ...], name: str) -> NDArray[Any]:
    """Lay out as (trials, subjects, ...), codes whole; an empty trial gets one subject out."""
    tail = array.shape[-1:] if name == "covariates" else ()
    if name not in _NO_CODES:
        array = array.astype(np.int64)
    full = spread(array, shape + tail).reshape(prod(shape[:-1]), shape[-1], *tail)
    if shape[-1]:
        return in_rows(full)
    nobody = np.full((full.shape[0], 1, *tail), OUT if name == "time" else 0)
    return nobody.astype(array.dtype)


def _check_values(
    given: Mapping[str, NDArray[Any]],
    is_out: Bools | None,
    shape: tuple[int, ...],
    faults: list[Fault],
) -> None:
    """Note what is wrong with the values of subjects that are in; no ``is_out``: all are."""
    for name, array in given.items():
        if name == "event" or (name == "time" and is_out is None):
            continue
        bad, came, wanted = _bad(name, array, given["time"])
        counts = bad if is_out is None else bad & ~is_out
        if anywhere(bad) and (count := np.count_nonzero(np.broadcast_to(counts, shape))):
            faults.append(Fault(where=name, came=came.format(count), wanted=wanted))


def _bad(name: str, array: NDArray[Any], time: Floats) -> tuple[Bools, str, str]:
    """Mark the values that are refused, and say what came and what is wanted."""
    match name:
        case "time":
            return np.isnan(array), "NaN for {} subject(s)", "times; -inf for out"
        case "covariates":
            wanted = f"finite covariates up to {_LARGEST:g} for each subject that is in"
            is_good = (np.abs(array) <= _LARGEST).all(axis=-1)
            return ~is_good, "NaN or infinite for {} subject(s)", wanted
        case "start":
            came = "{} interval(s) that do not begin before they end"
            return ~(array < time), came, "start < time"
        case _:
            is_code = (array >= 0) & (array == np.floor(array)) & (array < _MOST_CODES)
            return ~is_code, "{} code(s) that are not whole numbers from 0", "0, 1, 2, ..."


def read_times(name: str, value: ArrayLike) -> Floats:
    """Read the fixed times asked for; a single time is a list of one."""
    times = np.atleast_1d(as_floats(name, value))
    if times.ndim != 1 or not times.size or np.isnan(times).any():
        raise DataError(Fault(where=name, came=repr(value)[:80], wanted="one list of times"))
    return times


def read_level(level: float) -> float:
    """Check a confidence level."""
    door = Door()
    known = door.level("level", level)
    door.close()
    return known


def read_number_of(name: str, value: int, *, least: int) -> int:
    """Check a number of groups, causes or states."""
    door = Door()
    number = door.number_of(name, value, least=least)
    door.close()
    return number


def read_number(name: str, value: float, *, wanted: str = "a number") -> float:
    """Check one finite number."""
    door = Door()
    number = door.number(name, value, wanted=wanted)
    door.close()
    return number


def read_horizon(horizon: float) -> float:
    """Check the time up to which time counts."""
    door = Door()
    known = door.number("horizon", horizon, low=0, open_low=True, wanted="a time above 0")
    door.close()
    return known


def read_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    """Check a word against the known ones."""
    if type(value) is str and value in known:  # one trial alone should not wait for a door
        return
    door = Door()
    door.choice(name, value, known)
    door.close()


def blocks(trials: int, elements: int) -> Iterator[slice]:
    """Cut the trials so that a block holds about a million elements, one trial at least."""
    step = max(1, _BLOCK // max(elements, 1))
    for first in range(0, max(trials, 1), step):
        yield slice(first, min(first + step, trials))
