"""The keys of a result: what a statistic is a statistic of, and how they are written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

__all__ = ["KEYS", "Key", "by_text", "joined", "levels_of", "result_id"]

_BETWEEN = "; "
"""What stands between two levels in the ``by`` column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a statistic is a statistic of; equal keys are the same statistic.

    Attributes
    ----------
    analysis : str
        Id of the analysis in the protocol.
    method : str
        Method that the analysis names, such as ``ancova``.
    endpoint : str
        Endpoint or estimand that was analysed; empty where variables are described.
    analysis_set : str
        Id of the analysis set.
    variable, variable_level : str
        What is summarised, and its level (a category, an adverse-event term, a model term).
    group : str
        Arm, contrast written ``experimental - control``, or ``Total``.
    by : str
        Further levels as ``name=level`` joined by ``; `` (visit, time, subgroup).
    statistic : str
        ``n, mean, sd, median, min, max, count, denominator, percent, estimate, standard_error,
        df, ci_low, ci_high, statistic, p_value, at_risk, survival ...``
    unit : str
        Unit of the value; empty for a pure number.
    look : str
        Interim look, or ``final``.
    """

    analysis: str
    method: str
    statistic: str
    endpoint: str = ""
    analysis_set: str = ""
    variable: str = ""
    variable_level: str = ""
    group: str = ""
    by: str = ""
    unit: str = ""
    look: str = "final"


KEYS: tuple[str, ...] = tuple(field.name for field in fields(Key))
"""Names of the key columns, in the order of the table."""


def result_id(key: Key) -> str:
    """Twelve hexadecimal digits that name a statistic: the hash of its keys."""
    text = "\x1f".join(getattr(key, name) for name in KEYS)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def by_text(**levels: str) -> str:
    """Write further levels as the ``by`` column holds them; an empty level is left out."""
    return _BETWEEN.join(f"{name}={level}" for name, level in levels.items() if level)


def joined(*by: str) -> str:
    """Put further levels behind each other, as far as there are any."""
    return _BETWEEN.join(one for one in by if one)


def levels_of(by: str) -> dict[str, str]:
    """Read the ``by`` column: ``visit=W24; sex=F`` becomes a mapping."""
    pairs = (part.partition("=") for part in by.split(_BETWEEN) if part)
    return {name: level for name, _, level in pairs}
