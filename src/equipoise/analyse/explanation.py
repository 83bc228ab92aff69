"""From an analysis of the protocol to the methods that it computes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from equipoise.protocol.model.analysis import AnalysisBase
from equipoise.stats import Explanation
from equipoise.stats.explanation import explanations

__all__ = ["methods_of"]


def methods_of(analysis: AnalysisBase) -> tuple[Explanation, ...]:
    """List the methods that an analysis computes, with their variants and sources.

    Parameters
    ----------
    analysis : AnalysisBase
        As planned; its fields are the settings that the table of methods knows.
    """
    settings = frozenset(_settings(analysis))
    return tuple(one for one in explanations().values() if one.is_used_with(settings))


def _settings(model: BaseModel) -> Iterator[str]:
    """Yield each word of each field as ``field.word``.

    A yes/no field is ``field.true`` or ``field.false``; a list also ``field.given`` or
    ``field.empty``.
    """
    for field in type(model).model_fields:
        value = getattr(model, field)
        if isinstance(value, tuple):
            yield f"{field}.{'given' if value else 'empty'}"
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BaseModel):
                yield from _settings(one)
            elif isinstance(one, bool):
                yield f"{field}.{str(one).lower()}"
            elif isinstance(one, str):
                yield f"{field}.{one}"
