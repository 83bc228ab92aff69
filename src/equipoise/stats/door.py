"""The door of an estimator: arguments become arrays, all faults of a call come together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.stats.arrays import (
    Bools,
    Floats,
    Integers,
    anywhere,
    as_bools,
    as_floats,
    as_scalar,
    everywhere,
    shared_shape,
)

__all__ = ["Door"]

_LARGEST = 1e150
"""Squares of greater measurements, or their sum, are beyond the range of numbers."""

_MOST = 2.0**53
"""Up to here a float counts without leaving a number out."""

_FEW = 100
"""So many numbers of each argument are copied in less time than it takes to look at each alone."""

_MANY = 10**7
"""No memory holds an array over more groups, draws or subjects of one table than this."""


class Door:
    """Reads the arguments of one call; ``close`` raises every fault it found.

    A reader that finds a fault returns what it could read, so that the next argument is read too;
    nothing may be computed before ``close``.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._shapes: dict[str, tuple[int, ...]] = {}

    @property
    def is_open(self) -> bool:
        """True while no argument was refused."""
        return not self._faults

    def close(self) -> tuple[int, ...]:
        """Raise every fault found, or return the leading shape that the arguments share.

        Raises
        ------
        DataError
            If an argument was refused, or shapes do not broadcast together.
        """
        if self._faults:
            raise DataError(self._faults)
        return shared_shape(self._shapes)

    def wants(self, condition: object, *, where: str, came: object, wanted: str) -> bool:
        """Note a fault unless ``condition`` holds."""
        if not condition:
            self.refuse(where, str(came), wanted)
        return bool(condition)

    def refuse(self, where: str, came: str, wanted: str) -> None:
        """Note a fault."""
        self._faults.append(Fault(where=where, came=came[:80], wanted=wanted))

    def numbers(
        self,
        name: str,
        value: ArrayLike,
        *,
        core: int = 0,
        low: float = -np.inf,
        high: float = np.inf,
        wanted: str = "",
        nan: bool = False,
        infinite: bool = False,
        open_low: bool = False,
        open_high: bool = False,
        whole: bool = False,
    ) -> Floats:
        """Read numbers between ``low`` and ``high``.

        Parameters
        ----------
        name, value
            The argument.
        core : int
            How many last axes belong to the method; the others lead and are checked by `close`.
        low, high : float
            Range, its ends included unless ``open_low`` or ``open_high``. A finite number whose
            square is none is refused in any case, unless ``infinite``.
        wanted : str
            The words of the fault; made from the range if empty.
        nan, infinite, whole : bool
            Whether NaN and infinities may come, and whether only whole numbers may.
        """
        numbers = self._axes(name, value, core=core, axes=core)
        good = ~np.isnan(numbers) if infinite else np.abs(numbers) <= _LARGEST
        if low > -np.inf:
            good &= numbers > low if open_low else numbers >= low
        if high < np.inf:
            good &= numbers < high if open_high else numbers <= high
        if whole:
            good &= numbers == np.floor(numbers)
        if nan:
            good |= np.isnan(numbers)
        if not everywhere(good):
            came = f"{numbers[~good].flat[0]:g}"
            kind = "whole numbers" if whole else "numbers"
            left, right = "(" if open_low else "[", ")" if open_high else "]"
            span = "" if np.isinf([low, high]).all() else f" in {left}{low:g}, {high:g}{right}"
            finite = "" if infinite else "finite "
            size = f" up to {_LARGEST:g} in size" if _LARGEST < abs(float(came)) < np.inf else ""
            self.refuse(name, came, wanted or f"{finite}{kind}{span}{size}")
        return numbers

    def number(
        self,
        name: str,
        value: float,
        *,
        low: float = -np.inf,
        high: float = np.inf,
        wanted: str = "",
        open_low: bool = False,
        open_high: bool = False,
        whole: bool = False,
    ) -> float:
        """Read one number, under the same rules as `numbers`; NaN where it is refused."""
        # Nearly all numbers are plain and inside; one trial alone should not wait for an array.
        if type(value) is float and low < value < high and abs(value) <= _LARGEST and not whole:
            return value
        read = self.numbers(
            name,
            value,
            low=low,
            high=high,
            wanted=wanted,
            open_low=open_low,
            open_high=open_high,
            whole=whole,
        )
        if not read.ndim:
            return float(read)
        if read.size:  # an empty array comes from what was refused as no number at all
            self.refuse(name, f"shape {read.shape}", "one number")
        elif not any(fault.where == name for fault in self._faults):
            self.refuse(name, "nothing", "one number")
        return np.nan

    def rise(self, **numbers: float) -> None:
        """Note a fault unless the named numbers rise; NaN was refused before."""
        if any(high <= low for low, high in pairwise(numbers.values())):
            came = " and ".join(f"{value:g}" for value in numbers.values())
            self.refuse(", ".join(numbers), came, " below ".join(numbers))

    def switch(self, name: str, value: bool) -> bool:  # noqa: FBT001 - the argument itself
        """Read one true or false."""
        flag = as_scalar(value)
        is_switch = isinstance(flag, bool | np.bool_)
        if not is_switch:
            self.refuse(name, repr(value), "true or false")
        return is_switch and bool(flag)

    def responses(
        self, name: str, value: ArrayLike, *, core: int = 0, axes: int | None = None
    ) -> Floats:
        """Read measurements: numbers whose squares are numbers too, NaN where missing.

        At least ``axes`` axes are wanted, by default one more than the ``core`` last ones that
        belong to the method: that of the subjects, which is checked by `close` like leading axes.
        """
        numbers = self._axes(name, value, core=core, axes=core + 1 if axes is None else axes)
        is_beyond = np.abs(numbers) > _LARGEST
        if anywhere(is_beyond):
            came = numbers[is_beyond].flat[0]
            if np.isinf(came):
                self.refuse(name, "an infinite number", "finite numbers; NaN where missing")
            else:
                self.refuse(name, f"{came:g}", f"numbers up to {_LARGEST:g} in size")
        return numbers

    def spreads(self, name: str, value: ArrayLike, *, axes: int = 0) -> Floats:
        """Read standard deviations: not negative; NaN where there is none."""
        numbers = self.responses(name, value, axes=axes)
        if anywhere(numbers < 0):
            wanted = "standard deviations of 0 or more; NaN where there is none"
            self.refuse(name, "a negative standard deviation", wanted)
        return numbers

    def counts(self, name: str, value: ArrayLike, *, core: int = 0) -> Floats:
        """Read numbers of subjects or events: whole and not negative."""
        counts = self._axes(name, value, core=core, axes=core)
        is_count = _is_count(counts)
        if not everywhere(is_count):
            wrong = counts[~is_count]
            came = f"{wrong.flat[0]:g} ({wrong.size} of {counts.size})"
            top = " up to 2**53" if (counts > _MOST).any() else ""
            self.refuse(name, came, f"whole numbers of zero or more{top}")
        return counts

    def counts_of(self, **values: ArrayLike) -> list[Floats]:
        """Read several arguments as `counts`; those of a few trials are looked at together."""
        before = len(self._faults)
        arrays = [self._axes(name, value, core=0, axes=0) for name, value in values.items()]
        are_few = arrays[0].size <= _FEW and len({array.shape for array in arrays}) == 1
        if are_few and everywhere(_is_count(np.array(arrays))):
            return arrays
        del self._faults[before:]  # they come again, each in the place of its argument
        return [self.counts(name, value) for name, value in values.items()]

    def codes(
        self, name: str, value: ArrayLike, *, levels: Sequence[int] | int, core: int = 0
    ) -> Integers:
        """Read whole codes from 0 below ``levels``; -1 takes a subject out.

        ``levels`` is one number, or one for each place of the last axis.
        """
        numbers = self._axes(name, value, core=core, axes=core)
        most = np.asarray(levels)
        if most.ndim and not self.wants(
            numbers.ndim and numbers.shape[-1] == len(most),
            where=name,
            came=f"shape {numbers.shape}",
            wanted=f"a last axis of {len(most)}, as many as levels are given",
        ):
            return np.empty(0, dtype=np.int64)
        is_code = (numbers >= -1) & (numbers < most) & (numbers == np.floor(numbers))
        if not everywhere(is_code):
            wanted = f"whole codes from 0 to {most - 1}, or -1 for a subject not in the analysis"
            self.refuse(name, f"{numbers[~is_code].flat[0]:g}", wanted)
            return np.empty(0, dtype=np.int64)
        return numbers.astype(np.int64)

    def flags(self, name: str, value: ArrayLike) -> Bools:
        """Read an array of true and false."""
        try:
            flags = as_bools(name, value)
        except DataError as error:
            self._faults.extend(error.faults)
            return np.empty(0, dtype=np.bool_)
        self._shapes[name] = flags.shape
        return flags

    def probabilities(
        self, name: str, value: ArrayLike, *, core: int = 0, nan: bool = False
    ) -> Floats:
        """Read probabilities from 0 to 1, both included."""
        return self.numbers(name, value, core=core, low=0, high=1, nan=nan)

    def level(self, name: str, value: float) -> float:
        """Read one probability strictly between 0 and 1."""
        if type(value) is float and 0 < value < 1:
            return value
        number = as_scalar(value)
        is_level = isinstance(number, Real) and 0 < number < 1
        self.wants(is_level, where=name, came=value, wanted="a number between 0 and 1")
        return float(number) if is_level else np.nan

    def number_of(self, name: str, value: int, *, least: int) -> int:
        """Read a number of groups, levels or draws."""
        number = as_scalar(value)
        is_number = isinstance(number, Real) and least <= number <= _MANY and int(number) == number
        self.wants(is_number, where=name, came=value, wanted=f"a whole number, {least} or more")
        return int(number) if is_number else least

    def place(self, name: str, value: int, *, size: int, wanted: str = "") -> int:
        """Read the place of one of ``size`` things, counted from 0."""
        number = as_scalar(value)
        is_place = isinstance(number, Integral) and number in range(size)
        self.wants(is_place, where=name, came=value, wanted=wanted or f"one of {size}, from 0")
        return int(number) if is_place else 0

    def sequence(self, name: str, value: Any) -> list[Any]:
        """Read a list of anything but text."""
        is_row = isinstance(value, np.ndarray) and value.ndim == 1
        if not is_row and (not isinstance(value, Sequence) or isinstance(value, str)):
            self.refuse(name, repr(value), "a list")
            return []
        return list(value)

    def same_length(self, **arrays: Floats) -> None:
        """Check that the last axes of the named arrays have one length."""
        lengths = {name: array.shape[-1] if array.ndim else 0 for name, array in arrays.items()}
        if len(set(lengths.values())) > 1:
            came = ", ".join(f"{name} {length}" for name, length in lengths.items())
            self.refuse("shapes", came, "last axes of one length")

    def choice(self, name: str, value: Any, options: Sequence[Any]) -> bool:
        """Note a fault unless ``value`` is one of the options."""
        is_known = isinstance(as_scalar(value), str | Real) and value in options
        if not is_known:
            self._faults.append(
                Fault(
                    where=name,
                    came=repr(value),
                    wanted=", ".join(map(repr, options)),
                    repair=did_you_mean(str(value), [str(option) for option in options]),
                )
            )
        return is_known

    def _axes(self, name: str, value: ArrayLike, *, core: int, axes: int) -> Floats:
        """Read numbers of at least ``axes`` axes and note their shape without the core."""
        try:
            numbers = as_floats(name, value)
        except DataError as error:
            self._faults.extend(error.faults)
            return np.empty((0,) * max(axes, 1))
        if numbers.ndim < axes:
            self.refuse(name, f"shape {numbers.shape}", f"an array of at least {axes} axes")
            return np.empty((0,) * axes)
        self._shapes[name] = numbers.shape[: numbers.ndim - core]
        return numbers


def _is_count(numbers: Floats) -> Bools:
    # Infinity equals its own floor, and above 2**53 every number is whole.
    whole: Bools = numbers == np.minimum(np.floor(np.abs(numbers)), _MOST)
    return whole
