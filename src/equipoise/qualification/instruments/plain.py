"""Between the null, true and words of a case and the NaN, 1 and arrays of a kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.errors import DataError, Fault
from equipoise.instruments import find_instrument
from equipoise.qualification.adapter import Given, NotRun

__all__ = ["first_listed", "is_nri", "missing_policy", "number", "options", "truth", "truths"]

_POLICIES = {"strict": "strict", "absent": "as_absent", "as_absent": "as_absent"}


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


def missing_policy(given: Given, *, otherwise: str = "strict") -> str:
    """Read what becomes of items that are unknown: ``strict`` or ``as_absent``."""
    policy = given.get("missing_policy", otherwise)
    if policy == "locf":
        raise NotRun("missing policy 'locf' imputes outcomes; it belongs to an estimand")
    if policy not in _POLICIES:
        raise DataError(
            Fault(where="missing_policy", came=repr(policy), wanted=" or ".join(_POLICIES))
        )
    return _POLICIES[policy]


def is_nri(given: Given) -> bool:
    """Say whether an unknown answer counts as failure: the policy ``nri``, else ``strict``."""
    policy = given.get("missing_policy", "strict")
    if policy not in ("strict", "nri"):
        raise DataError(Fault(where="missing_policy", came=repr(policy), wanted="strict or nri"))
    return bool(policy == "nri")


def options(given: Given, instrument: str) -> dict[str, Any]:
    """Take the parameters of the instrument that the case lists; the others keep their default."""
    return {name: given[name] for name in find_instrument(instrument).parameters if name in given}
