"""From what the protocol plans to the methods that it computes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from equipoise.protocol.model.analysis import AnalysisBase
from equipoise.protocol.model.multiplicity import Family
from equipoise.stats import Explanation
from equipoise.stats.explanation import explanations

__all__ = ["methods_of"]


def methods_of(planned: AnalysisBase | Family) -> tuple[Explanation, ...]:
    """List the methods that an analysis or a family computes, with variants and sources.

    Parameters
    ----------
    planned : AnalysisBase or Family
        Its fields are the settings that the table of methods knows.
    """
    settings = frozenset(_settings(planned))
    return tuple(one for one in explanations().values() if one.is_used_with(settings))


def _settings(model: BaseModel) -> Iterator[str]:
    """Yield each word of each field as ``field.word``, a yes/no field as ``field.true``.

    Every field that may be left out is also ``field.given`` or ``field.empty``.
    """
    for field in type(model).model_fields:
        value = getattr(model, field)
        yield f"{field}.{'empty' if value in (None, ()) else 'given'}"
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BaseModel):
                yield from _settings(one)
            elif isinstance(one, bool):
                yield f"{field}.{str(one).lower()}"
            elif isinstance(one, str):
                yield f"{field}.{one}"
