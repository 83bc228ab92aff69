"""The door of an estimator: arguments become arrays, all faults of a call come together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.stats.arrays import Floats, as_floats

__all__ = ["Door"]


class Door:
    """Reads the arguments of one call; ``close`` raises every fault it found.

    A reader that finds a fault returns what it could read, so that the next argument is read too;
    nothing may be computed before ``close``.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._shapes: dict[str, tuple[int, ...]] = {}

    def close(self) -> tuple[int, ...]:
        """Raise every fault found, or return the leading shape that the arguments share.

        Raises
        ------
        DataError
            If an argument was refused, or the leading shapes do not broadcast together.
        """
        if self._faults:
            raise DataError(self._faults)
        try:
            return np.broadcast_shapes(*self._shapes.values())
        except ValueError as error:
            shapes = ", ".join(f"{name} {shape}" for name, shape in self._shapes.items())
            raise DataError(
                Fault(
                    where="shapes",
                    came=shapes,
                    wanted="leading shapes that broadcast together",
                )
            ) from error

    def wants(self, condition: object, *, where: str, came: object, wanted: str) -> bool:
        """Note a fault unless ``condition`` holds."""
        if not condition:
            self._faults.append(Fault(where=where, came=str(came)[:80], wanted=wanted))
        return bool(condition)

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
            Range, its ends included unless ``open_low`` or ``open_high``.
        wanted : str
            The words of the fault; made from the range if empty.
        nan, infinite, whole : bool
            Whether NaN and infinities may come, and whether only whole numbers may.
        """
        try:
            numbers = as_floats(name, value)
        except DataError as error:
            self._faults.extend(error.faults)
            return np.full((0,) * core, np.nan)
        if not self.wants(
            numbers.ndim >= core,
            where=name,
            came=f"shape {numbers.shape}",
            wanted=f"an array of at least {core} axes",
        ):
            return np.full((0,) * core, np.nan)
        is_nan = np.isnan(numbers)
        above = numbers > low if open_low else numbers >= low
        below = numbers < high if open_high else numbers <= high
        good = above & below & (np.isfinite(numbers) | infinite)
        if whole:
            good &= numbers == np.floor(numbers)
        good |= is_nan & nan
        if not good.all():
            came = f"{numbers[~good].flat[0]:g}"
            kind = "whole numbers" if whole else "numbers"
            left, right = "(" if open_low else "[", ")" if open_high else "]"
            span = "" if np.isinf([low, high]).all() else f" in {left}{low:g}, {high:g}{right}"
            self.wants(
                False,  # noqa: FBT003 - the condition was tested above
                where=name,
                came=came,
                wanted=wanted or f"{'' if infinite else 'finite '}{kind}{span}",
            )
        self._shapes[name] = numbers.shape[: numbers.ndim - core]
        return numbers

    def probabilities(
        self, name: str, value: ArrayLike, *, core: int = 0, nan: bool = False
    ) -> Floats:
        """Read probabilities from 0 to 1, both included."""
        return self.numbers(name, value, core=core, low=0, high=1, nan=nan)

    def level(self, name: str, value: float) -> float:
        """Read one probability strictly between 0 and 1."""
        self.wants(0 < value < 1, where=name, came=value, wanted="a number between 0 and 1")
        return float(value)

    def same_length(self, **arrays: Floats) -> None:
        """Check that the last axes of the named arrays have one length."""
        lengths = {name: array.shape[-1] if array.ndim else 0 for name, array in arrays.items()}
        self.wants(
            len(set(lengths.values())) <= 1,
            where="shapes",
            came=", ".join(f"{name} {length}" for name, length in lengths.items()),
            wanted="last axes of one length",
        )

    def choice(self, name: str, value: str, options: Sequence[str]) -> None:
        """Check that ``value`` is one of the options."""
        if value not in options:
            self._faults.append(
                Fault(
                    where=name,
                    came=repr(value),
                    wanted=", ".join(map(repr, options)),
                    repair=did_you_mean(str(value), list(options)),
                )
            )
