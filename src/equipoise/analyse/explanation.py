"""From what the protocol plans to the methods that it computes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import AnalysisBase
from equipoise.protocol.model.curve import PublishedCurve
from equipoise.protocol.model.look import StoppingRule
from equipoise.protocol.model.multiplicity import Family
from equipoise.protocol.model.sample_size import SampleSizeBase
from equipoise.protocol.model.synthesis import SynthesisBase
from equipoise.stats import Explanation
from equipoise.stats.explanation import explanations

__all__ = ["Planned", "method_sentence", "methods_of", "methods_of_protocol"]

Planned = AnalysisBase | Family | StoppingRule | SampleSizeBase | SynthesisBase | PublishedCurve
"""A part of a protocol whose fields name methods."""


def methods_of_protocol(protocol: Protocol) -> tuple[Explanation, ...]:
    """List the methods of all that a protocol plans, in the order of first use."""
    rules = (rule for look in protocol.looks.values() for rule in look.rules)
    planned = (
        *protocol.analyses.values(),
        *protocol.multiplicity.values(),
        *rules,
        *protocol.sample_size.values(),
        *protocol.synthesis.values(),
        *protocol.curves.values(),
    )
    return tuple({one.name: one for part in planned for one in methods_of(part)}.values())


def methods_of(planned: Planned) -> tuple[Explanation, ...]:
    """List the methods that a part of the plan computes, with their variants and sources.

    Parameters
    ----------
    planned : Planned
        Its fields are the settings that the table of methods knows; the method of a sample size
        is known as ``sample_size.proportion``, so that it is not the analysis of that name.
    """
    settings = frozenset(_settings(planned))
    if isinstance(planned, SampleSizeBase):
        settings = frozenset(one.replace("method.", "sample_size.", 1) for one in settings)
    return tuple(one for one in explanations().values() if one.is_used_with(settings))


def method_sentence(planned: Planned) -> str:
    """Name the methods of a part of the plan, each with its sources and its variant."""
    used = [
        f"{one.title} ({one.citation})" + (f": {_lowered(one.variant)}" if one.variant else "")
        for one in methods_of(planned)
    ]
    return f"Method: {'. '.join(used)}."


def _lowered(text: str) -> str:
    """Begin a text without a capital, unless its first word is a name or an abbreviation."""
    first = text.split(" ", 1)[0]
    is_name = "'" in first or "-" in first or first.isupper()
    return text if is_name else text[:1].lower() + text[1:]


def _settings(model: BaseModel) -> Iterator[str]:
    """Yield each word of each field as ``field.word``, a yes/no field as ``field.true``.

    Every field that may be left out is also ``field.given`` or ``field.empty``.
    """
    for field in type(model).model_fields:
        value = getattr(model, field)
        yield f"{field}.{'empty' if value in (None, (), {}) else 'given'}"
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BaseModel):
                yield from _settings(one)
            elif isinstance(one, bool):
                yield f"{field}.{str(one).lower()}"
            elif isinstance(one, str):
                yield f"{field}.{one}"
