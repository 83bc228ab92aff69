"""Cases of the instruments, run through the package's own qualification."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.case import Case, read_cases
from equipoise.qualification.closeness import closeness
from equipoise.qualification.compare import differences
from support.reference import REFERENCE

__all__ = ["check_instrument", "instrument_cases"]


def instrument_cases(name: str) -> list[Case]:
    """Read ``tests/reference/instruments/NAME.json``."""
    return read_cases(REFERENCE / "instruments" / f"{name}.json")


def check_instrument(case: Case, functions: Mapping[str, Adapter]) -> None:
    """Fail with every difference of the case from its adapter's answer."""
    assert case.function in functions, f"no adapter for function {case.function!r}"
    try:
        answer = functions[case.function](Given(case.inputs, case.folder))
    except NotRun as reason:
        pytest.skip(f"not run: {reason}")  # the reason that the adapter gives
    found = list(differences(case.expected, answer, close=closeness(case)))
    assert not found, "\n".join(map(str, [case.id, *found]))
