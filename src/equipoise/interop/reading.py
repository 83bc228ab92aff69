"""How a table of visits is read: a small YAML that maps its names to those of an instrument."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from equipoise.errors import DataError, Fault, did_you_mean

__all__ = ["Reading", "read_reading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a table is read: from its own column names to those of the instrument.

    Attributes
    ----------
    columns : mapping of str to str
        Column of the instrument to column of the table.
    parameters : mapping of str to object
        Parameters of the instrument.
    keep : tuple of str
        Columns that are carried along.
    item, value : str
        In a long table the columns that hold the item's name and its value.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    item: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of the file: what it must be, and how to say so."""

    holds: Callable[[Any], bool]
    wanted: str


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in value)


def _is_name_to_name(value: Any) -> bool:
    return _is_named(value) and all(isinstance(name, str) for name in value.values())


def _is_list_of_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_long(value: Any) -> bool:
    return _is_name_to_name(value) and set(value) == {"item", "value"} and all(value.values())


_FIELDS: Mapping[str, _Field] = {
    "columns": _Field(
        _is_name_to_name,
        "names of the instrument, each with the name of a column, such as {age_years: AGE}",
    ),
    "parameters": _Field(_is_named, "names, each with a value, such as {missing: strict}"),
    "keep": _Field(_is_list_of_names, "a list of names of columns, such as [centre]"),
    "long": _Field(_is_long, "{item: a column of names, value: a column of values}"),
}
_WANTED = f"YAML with {', '.join(_FIELDS)}"


def read_reading(path: Path | None) -> Reading:
    """Read a mapping file: ``columns``, ``parameters``, ``keep``, ``long: {item, value}``.

    A field that is left out or empty maps nothing.

    Raises
    ------
    DataError
        If the file is not YAML of that form: every field that is not.
    """
    if path is None:
        return Reading()
    content = _loaded(path)
    faults = list(_faults(path, content))
    if faults:
        raise DataError(faults)
    long = content.get("long") or {}
    return Reading(
        columns=content.get("columns") or {},
        parameters=content.get("parameters") or {},
        keep=tuple(content.get("keep") or ()),
        item=long.get("item", ""),
        value=long.get("value", ""),
    )


def _loaded(path: Path) -> dict[Any, Any]:
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError, ValueError, RecursionError) as error:
        came = str(error).strip().split("\n")[0]
        raise DataError(Fault(where=str(path), came=came, wanted=_WANTED)) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise DataError(Fault(where=str(path), came=_short(content), wanted=_WANTED))
    return content


def _faults(path: Path, content: Mapping[Any, Any]) -> Iterator[Fault]:
    for name, value in content.items():
        known = _FIELDS.get(name)
        if known is None:
            yield Fault(
                where=f"{path}, {name}",
                came="no field of a mapping",
                wanted=_WANTED,
                repair=did_you_mean(str(name), list(_FIELDS)),
            )
        elif value is not None and not known.holds(value):
            yield Fault(where=f"{path}, {name}", came=_short(value), wanted=known.wanted)


def _short(value: object) -> str:
    return repr(value)[:80]
