"""Which tests call a method that no reference file asks for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from equipoise.stats import Explanation

__all__ = ["tests_of"]

_TESTS = Path(__file__).parents[2] / "tests"


def tests_of(one: Explanation) -> list[str]:
    """Name the test files that name a function of the method, with its arguments if it has any."""
    names = [function.split(".")[1] for function in one.functions]
    words = [words for _, words in one.arguments]
    return [
        path
        for path, text in _files(one.family).items()
        if any(re.search(rf"\b{name}\b", text) for name in names)
        and all(any(f'"{word}"' in text for word in choice) for choice in words)
    ]


@cache
def _files(family: str) -> dict[str, str]:
    places = [_TESTS / "stats" / family, _TESTS / "published"]
    found = sorted(path for place in places for path in place.rglob("test_*.py"))
    root = _TESTS.parent
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in found}
