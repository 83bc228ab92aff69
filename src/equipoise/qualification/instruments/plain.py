"""Between the null, true and words of a case and the NaN, 1 and arrays of a kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.instruments import find_instrument
from equipoise.qualification.adapter import Given

__all__ = ["first_listed", "number", "options", "truth", "truths"]


def number(value: Any) -> float:
    """Read a number or flag; null is NaN."""
    return float("nan") if value is None else float(value)


def truth(value: Any) -> bool | None:
    """Write 1, 0 and NaN as true, false and null."""
    plain = float(np.asarray(value))
    return None if np.isnan(plain) else plain == 1


def truths(values: Mapping[str, Any]) -> dict[str, bool | None]:
    """Write each of several answers as true, false or null."""
    return {name: truth(value) for name, value in values.items()}


def first_listed(given: Given, *names: str, default: Any = None) -> Any:
    """Take the input under the first name that the case lists."""
    return next((given[name] for name in names if name in given), default)


def options(given: Given, instrument: str) -> dict[str, Any]:
    """Take the parameters of the instrument that the case lists; the others keep their default."""
    return {name: given[name] for name in find_instrument(instrument).parameters if name in given}
