"""What is sound in a faulty protocol, so that rules between its parts can be asked at once."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules import FieldFault, faults_between_fields

__all__ = ["faults_between_sound_fields"]

Step = str | int
IsRequired = Callable[[tuple[Step, ...]], bool]
PathsOf = Callable[[ValidationError, dict[str, Any]], Iterable[tuple[Step, ...]]]

_MOST_CUTS = 5
"""Times that a protocol is read again with what was then at fault taken out."""

_STAND_INS: dict[str, object] = {
    "equipoise": 1,
    "id": "protocol",
    "trial": {"title": "-", "indication": "-"},
    "population": {"description": "-"},
    "randomisation": {"procedure": "not_found"},
}
"""Sections that no other part asks about: anything may stand there meanwhile."""

_ASSESSMENTS = ("schedule", "assessments")
_ASKED_FOR = {("variables",), ("endpoints",), ("estimands",), ("analyses",), _ASSESSMENTS}
"""Sections without which nearly every rule would find a fault."""

_OF_ASSESSMENTS = "assess"
"""Word of every fault that comes of what is assessed when."""

_OF_ALL_ARMS = ("randomisation", "sample_size", "looks", "scenarios", "masking")
"""Sections whose rules count or compare the arms."""


def faults_between_sound_fields(
    content: dict[str, Any], error: ValidationError, *, paths_of: PathsOf, is_required: IsRequired
) -> Iterator[FieldFault]:
    """Find faults between the fields of a protocol of which some fields are faulty themselves.

    The faulty parts are taken out: a field that may be left out alone, another with the noun that
    it belongs to. A fault between fields that may only follow from what was taken out, because it
    names it or counts it, is left for the next reading.

    Parameters
    ----------
    content : dict
        The protocol as plain data.
    error : ValidationError
        What is wrong with its fields.
    paths_of : callable
        Finds the places in the content that an error speaks of.
    is_required : callable
        Says whether a field must be given where its noun stands.
    """
    sound = copy.deepcopy(content)
    nouns: set[tuple[Step, ...]] = set()
    for _ in range(_MOST_CUTS):
        for path in list(paths_of(error, sound)):
            if not _cut(sound, path, is_required):
                return
            nouns.add(_noun(path))
        try:
            protocol = Protocol.model_validate_json(json.dumps(sound))
        except ValidationError as left:
            error = left
            continue
        if nouns.isdisjoint(_ASKED_FOR):
            faults = faults_between_fields(protocol)
            yield from (one for one in faults if not _may_follow(one, nouns))
        return


def _cut(content: dict[str, Any], path: tuple[Step, ...], is_required: IsRequired) -> bool:
    """Take out the smallest part around a path without which the rest can stand."""
    if len(path) >= 1 and path[0] in _STAND_INS and _required_up_to(path, is_required):
        content[str(path[0])] = copy.deepcopy(_STAND_INS[str(path[0])])
        return True
    for size in range(len(path), 0, -1):
        if isinstance(path[size - 1], int) or is_required(path[:size]):
            continue
        node: Any = content
        for step in path[: size - 1]:
            node = node[step] if _holds(node, step) else {}  # taken out with another fault
        if isinstance(node, dict):
            node.pop(path[size - 1], None)
        return True
    return False


def _holds(node: Any, step: Step) -> bool:
    return step in node if isinstance(node, dict) else isinstance(node, list)


def _required_up_to(path: tuple[Step, ...], is_required: IsRequired) -> bool:
    """Say whether no part of a path can be left out alone."""
    return all(
        isinstance(path[size - 1], int) or is_required(path[:size])
        for size in range(1, len(path) + 1)
    )


def _noun(path: tuple[Step, ...]) -> tuple[Step, ...]:
    """Give the path of the noun that a field belongs to, such as one visit or one analysis."""
    return path[:3] if path[:1] == ("schedule",) else path[:2]


def _may_follow(fault: FieldFault, nouns: set[tuple[Step, ...]]) -> bool:
    """Say whether a fault may be there only because something was taken out."""
    if len(fault.path) < 2 or _noun(fault.path) in nouns:
        return True
    if fault.path[0] in _OF_ALL_ARMS and any(noun[0] == "arms" for noun in nouns):
        return True
    text = f"{fault.came}, {fault.wanted}"
    if _OF_ASSESSMENTS in text and any(noun[:2] == _ASSESSMENTS for noun in nouns):
        return True
    names = {str(noun[-1]) for noun in nouns if len(noun) > 1}
    return not names.isdisjoint({*re.findall(r"\w+", fault.came), *map(str, fault.path)})
