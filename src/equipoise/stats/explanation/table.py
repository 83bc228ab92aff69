"""The table of methods: read from one file a family when it is first asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from equipoise.errors import DataError, Fault
from equipoise.stats.explanation.explanation import Explanation

__all__ = ["FAMILIES", "explain", "explanations"]

FAMILIES = (
    "description",
    "binary",
    "rate",
    "continuous",
    "mmrm",
    "survival",
    "missing",
    "multiplicity",
    "meta",
    "bayes",
    "km_reconstruction",
    "design",
)
"""Files of the table and pages of the documentation, in the order of a reader."""

_MOST_NAMED = 5
_NEAR = 0.6
"""Likeness from which :mod:`difflib` calls a word near; its own default."""


def explain(method: str) -> Explanation:
    """Say what a method computes, which variant it is, its source, and the same in R.

    Parameters
    ----------
    method : str
        A method or function of :mod:`equipoise.stats` (``"risk_difference_newcombe"``), or what
        a protocol names (``"mmrm"``, ``"newcombe"``, ``"ties.efron"``).

    Raises
    ------
    DataError
        If no method has that name, with the nearest ones; if several have, with their names.
    """
    table = explanations()
    if not isinstance(method, str):
        wanted = "the name of a method"
        raise DataError(Fault(where="method", came=repr(method)[:80], wanted=wanted))
    own = table.get(method.split(".")[-1])
    if own is not None and method in (own.name, *own.names):
        return own
    found = [one for one in table.values() if method in one.names]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(one.name for one in found)
        raise DataError(
            Fault(where="method", came=f"{method!r} names several", wanted=f"one of {names}")
        )
    near = _nearest(method, [*table, *(name for one in table.values() for name in one.names)])
    raise DataError(
        Fault(
            where="method",
            came=repr(method),
            wanted="a method of equipoise.stats or of a protocol",
            repair=f"did you mean {' or '.join(map(repr, near))}?" if near else "",
        )
    )


def _nearest(word: str, known: Iterable[str]) -> list[str]:
    """Names that hold the word, then those spelt like it."""
    names = sorted(set(known))
    holding = [name for name in names if word and word in name and "." not in name]
    alike = difflib.get_close_matches(word, names, n=_MOST_NAMED, cutoff=_NEAR)
    return list(dict.fromkeys([*holding, *alike]))[:_MOST_NAMED]


@cache
def explanations() -> Mapping[str, Explanation]:
    """Give the whole table, by name of the method."""
    # Loaded when asked for: `import equipoise.stats` stays as quick as without the table.
    import tomllib

    found: dict[str, Explanation] = {}
    for family in FAMILIES:
        text = Path(__file__).with_name(f"{family}.toml").read_text(encoding="utf-8")
        for section, entries in tomllib.loads(text).items():
            for name, entry in entries.items():
                found[name] = _read(name, family, section, entry)
    return found


def _read(name: str, family: str, section: str, entry: Mapping[str, Any]) -> Explanation:
    functions = entry.get("functions", [name])
    return Explanation(
        name=name,
        title=entry["title"],
        computes=entry["computes"],
        variant=entry.get("variant", ""),
        source=tuple(entry["source"]),
        r=entry.get("r", ""),
        sas=entry.get("sas", ""),
        family=family,
        section=section,
        functions=tuple(one if "." in one else f"{family}.{one}" for one in functions),
        arguments=tuple(_argument(text) for text in entry.get("arguments", ())),
        asked=_settings(entry.get("protocol", ())),
        within=_settings(entry.get("within", ())),
    )


def _argument(text: str) -> tuple[str, tuple[str, ...]]:
    """Read ``name.word|other``."""
    name, words = text.split(".", 1)
    return name, tuple(words.split("|"))


def _settings(texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Read ``field.word|other + method.name``: one tuple for each of the words that may stand."""
    return tuple(
        settings
        for text in texts
        for settings in product(*(_alternatives(one) for one in text.split(" + ")))
    )


def _alternatives(setting: str) -> list[str]:
    field, words = setting.split(".", 1)
    return [f"{field}.{word}" for word in words.split("|")]
