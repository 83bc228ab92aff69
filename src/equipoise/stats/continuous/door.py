"""The door of this folder: arguments become arrays, and all faults of a call come together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.stats.arrays import Bools, Floats, Integers, as_bools, as_floats

__all__ = ["Door"]


class Door:
    """Reads the arguments of one call; ``close`` raises every fault it found.

    A reader that finds a fault returns an empty array, so that the next argument is read too.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._shapes: dict[str, tuple[int, ...]] = {}

    def close(self) -> None:
        """Raise DataError with every fault, if there is one; then check the shapes together."""
        if self._faults:
            raise DataError(self._faults)
        try:
            np.broadcast_shapes(*self._shapes.values())
        except ValueError as error:
            shapes = ", ".join(f"{name} {shape}" for name, shape in self._shapes.items())
            raise DataError(
                Fault(where="shapes", came=shapes, wanted="arrays that broadcast together")
            ) from error

    def wants(self, condition: object, *, where: str, came: object, wanted: str) -> bool:
        """Note a fault unless ``condition`` holds."""
        if not condition:
            self._faults.append(Fault(where=where, came=str(came)[:80], wanted=wanted))
        return bool(condition)

    def responses(self, name: str, value: ArrayLike, *, core: int = 1, whole: int = 1) -> Floats:
        """Read finite numbers, NaN where missing, with at least ``whole`` axes.

        The shape without the ``core - 1`` last axes is checked against the other arguments.
        """
        try:
            numbers = as_floats(name, value)
        except DataError as error:
            return self._failed(error, np.float64)
        self.wants(
            numbers.ndim >= max(core, whole),
            where=name,
            came=f"shape {numbers.shape}",
            wanted=f"at least {max(core, whole)} axes",
        )
        self.wants(
            not np.isinf(numbers).any(),
            where=name,
            came="an infinite number",
            wanted="finite numbers; NaN where missing",
        )
        self._note_shape(name, numbers, core)
        return numbers

    def flags(self, name: str, value: ArrayLike) -> Bools:
        """Read an array of true and false."""
        try:
            flags = as_bools(name, value)
        except DataError as error:
            return self._failed(error, np.bool_)
        self._note_shape(name, flags, 1)
        return flags

    def codes(
        self, name: str, value: ArrayLike, *, levels: Sequence[int] | int, core: int = 1
    ) -> Integers:
        """Read whole codes from 0 below ``levels``; -1 takes a subject out.

        ``levels`` is one number, or one for each place of the last axis.
        """
        try:
            numbers = as_floats(name, value)
        except DataError as error:
            return self._failed(error, np.int64)
        most = np.asarray(levels)
        if most.ndim and not self.wants(
            numbers.ndim and numbers.shape[-1] == len(most),
            where=name,
            came=f"shape {numbers.shape}",
            wanted=f"a last axis of {len(most)}, as many as levels are given",
        ):
            return np.empty(0, dtype=np.int64)
        is_code = (numbers >= -1) & (numbers < most) & (numbers == np.floor(numbers))
        if not self.wants(
            is_code.all(),
            where=name,
            came=f"{numbers[~is_code].flat[0]:g}" if not is_code.all() else "",
            wanted=f"whole codes from 0 to {most - 1}, or -1 for a subject not in the analysis",
        ):
            return np.empty(0, dtype=np.int64)
        self._note_shape(name, numbers, core)
        return numbers.astype(np.int64)

    def counts(self, name: str, value: ArrayLike, *, core: int = 0) -> Floats:
        """Read numbers of subjects: whole and not negative."""
        try:
            numbers = as_floats(name, value)
        except DataError as error:
            return self._failed(error, np.float64)
        self.wants(
            np.all((numbers >= 0) & (numbers == np.floor(numbers)) & np.isfinite(numbers)),
            where=name,
            came=np.array2string(numbers, threshold=6),
            wanted="whole numbers of subjects, not negative",
        )
        self._note_shape(name, numbers, core)
        return numbers

    def spreads(self, name: str, value: ArrayLike, *, core: int = 0) -> Floats:
        """Read standard deviations: not negative; NaN where there is none."""
        numbers = self.responses(name, value, core=core, whole=0)
        self.wants(
            not np.any(numbers < 0),
            where=name,
            came="a negative standard deviation",
            wanted="standard deviations of 0 or more; NaN where there is none",
        )
        return numbers

    def level(self, name: str, value: float) -> float:
        """Read a probability strictly between 0 and 1."""
        self.wants(0 < value < 1, where=name, came=value, wanted="a number between 0 and 1")
        return float(value)

    def number_of(self, name: str, value: int, *, least: int) -> int:
        """Read a number of groups or levels."""
        self.wants(
            int(value) == value and value >= least,
            where=name,
            came=value,
            wanted=f"a whole number, {least} or more",
        )
        return int(value)

    def choice(self, name: str, value: Any, options: Sequence[Any]) -> None:
        """Check that ``value`` is one of the options."""
        if value not in options:
            self._faults.append(
                Fault(
                    where=name,
                    came=repr(value),
                    wanted=", ".join(map(repr, options)),
                    repair=did_you_mean(str(value), [str(option) for option in options]),
                )
            )

    def _note_shape(self, name: str, array: NDArray[Any], core: int) -> None:
        self._shapes[name] = array.shape[: array.ndim - (core - 1)] if core > 1 else array.shape

    def _failed(self, error: DataError, kind: type) -> NDArray[Any]:
        self._faults.extend(error.faults)
        return np.empty(0, dtype=kind)
