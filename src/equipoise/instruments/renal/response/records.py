"""Records of the response definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from equipoise.instruments.columns import Column
from equipoise.instruments.composite import Graded
from equipoise.instruments.form import Instrument, Rule
from equipoise.instruments.renal.records import describe_graded

__all__ = ["Definition", "describe"]

Definition: TypeAlias = Callable[..., Graded]


def describe(
    definition: Definition,
    *,
    name: str,
    title: str,
    inputs: Sequence[Column],
    grades: Sequence[str],
    rules: Sequence[Rule],
    sources: Sequence[str],
) -> Instrument:
    """Describe a definition as the instrument ``renal_response_NAME``."""
    return describe_graded(
        definition,
        name=f"renal_response_{name}",
        title=title,
        purpose=f"response of lupus nephritis: none, {', '.join(grades)}",
        answer="response",
        inputs=inputs,
        grades=grades,
        rules=rules,
        sources=sources,
    )
