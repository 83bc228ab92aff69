"""Reference cases of the test suite, read through the package's own qualification."""

from __future__ import annotations

from pathlib import Path

from equipoise.qualification.case import Case, read_cases

REFERENCE = Path(__file__).parents[1] / "reference"


def cases(name: str) -> list[Case]:
    """Read ``tests/reference/json/NAME.json``."""
    return read_cases(REFERENCE / "json" / f"{name}.json")
