"""Reference cases of the test suite, read through the package's own qualification."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.case import Case, read_cases
from equipoise.qualification.closeness import closeness
from equipoise.qualification.compare import Difference, differences

REFERENCE = Path(__file__).parents[1] / "reference"
# Data that may not be published lie beside the checkout, where they lie at all.
BESIDE = REFERENCE.parents[2] / "shared" / "reference"


def cases(name: str) -> list[Case]:
    """Read ``tests/reference/json/NAME.json``."""
    return read_cases(REFERENCE / "json" / f"{name}.json")


def check(case: Case, methods: Mapping[str, Adapter]) -> None:
    """Fail with every difference of the case from its adapter's answer; skip if not run."""
    found = disagreements(case, methods)
    assert not found, "\n".join(map(str, [case.id, *found]))


def disagreements(case: Case, methods: Mapping[str, Adapter]) -> list[Difference]:
    """Run one case and return what differs; skip the test where its data file is not at hand."""
    assert case.function in methods, f"no adapter for method {case.function!r}"
    try:
        actual = _answer(case, methods[case.function])
    except NotRun as reason:
        pytest.skip(f"not run: {reason}")  # data that may not be published, or no function
    return list(differences(case.expected, actual, close=closeness(case)))


def _answer(case: Case, adapter: Adapter) -> Mapping[str, Any]:
    try:
        return adapter(Given(case.inputs, case.folder))
    except NotRun:
        return adapter(Given(case.inputs, BESIDE))
