"""From a YAML file to a checked protocol; every fault at once, each with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from equipoise.errors import Fault, ProtocolError, did_you_mean
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules import FieldFault, faults_between_fields
from equipoise.protocol.sound import faults_between_sound_fields
from equipoise.protocol.yaml_lines import Lines, read_yaml

__all__ = ["load_protocol_file"]

_YAML_WORDS = {
    "dict_type": "a mapping of key: value",
    "model_type": "a mapping of key: value",
    "model_attributes_type": "a mapping of key: value",
    "tuple_type": "a list",
    "list_type": "a list",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
}
"""What a kind of fault wants, in the words of YAML."""


def load_protocol_file(path: Path) -> Protocol:
    """Read and check one protocol file.

    Raises
    ------
    ProtocolError
        Holds every fault found: in the YAML, in a field, or between fields.
    """
    content, lines = read_yaml(path)
    if not isinstance(content, dict):
        raise ProtocolError(
            Fault(where=lines.where([]), came="no mapping", wanted="a protocol of key: value")
        )
    try:
        protocol = Protocol.model_validate_json(json.dumps(content))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        others = faults_between_sound_fields(
            content, error, paths_of=_paths_of, is_required=_is_required
        )
        raise ProtocolError(
            [*_faults(details, content, lines), *(_placed(one, lines) for one in others)]
        ) from None
    faults = [_placed(one, lines) for one in faults_between_fields(protocol)]
    if faults:
        raise ProtocolError(faults)
    return protocol


def _placed(fault: FieldFault, lines: Lines) -> Fault:
    where = f"{lines.where(fault.path)} {'.'.join(map(str, fault.path))}"
    return Fault(where=where, came=fault.came, wanted=fault.wanted, repair=fault.repair)


def _paths_of(error: ValidationError, content: dict[str, Any]) -> list[tuple[str | int, ...]]:
    return [tuple(_path_in_file(one["loc"], content)) for one in error.errors(include_url=False)]


def _is_required(path: tuple[str | int, ...]) -> bool:
    """Say whether the last step of a path is a field that its model must have."""
    fields = [model.model_fields.get(str(path[-1])) for model in _models_at(Protocol, path[:-1])]
    return any(field is not None and field.is_required() for field in fields)


def _faults(details: list[ErrorDetails], content: dict[str, Any], lines: Lines) -> list[Fault]:
    faults: dict[tuple[str, str], Fault] = {}
    broken = [detail["loc"][:-1] for detail in details]
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in broken:
            continue  # its parts were given, and are faults themselves
        path = _path_in_file(detail["loc"], content)
        name = ".".join(str(step) for step in path) or "protocol"
        came, wanted, repair = _words(detail)
        where = f"{lines.where(path)} {name}"
        known = faults.get((where, came))
        if known is not None:  # branches of a union that all refuse the same value
            wanted = f"{known.wanted}, or {wanted}" if wanted not in known.wanted else known.wanted
        faults[where, came] = Fault(where=where, came=came, wanted=wanted, repair=repair)
    return list(faults.values())


def _path_in_file(loc: tuple[str | int, ...], content: Any) -> list[str | int]:
    """Drop the tags that a union puts into the path; keep a missing or unknown last field."""
    path: list[str | int] = []
    node = content
    for place, step in enumerate(loc):
        is_last = place == len(loc) - 1
        if (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        ):
            path.append(step)
            node = node[step]  # type: ignore[index] # step fits the container by the test above
        elif is_last and isinstance(node, dict) and isinstance(step, str):
            path.append(step)
    return path


def _words(detail: ErrorDetails) -> tuple[str, str, str]:
    kind, came = detail["type"], detail["input"]
    context = detail.get("ctx", {})
    field = str(detail["loc"][-1]) if detail["loc"] else ""
    shown = "nothing" if came is None else repr(came)
    if len(shown) >= 60:
        shown = f"{shown[:57]}..."
    if kind == "extra_forbidden":
        siblings = _fields_near(detail["loc"])
        return (
            f"unknown field {field!r}",
            f"one of {', '.join(siblings)}",
            did_you_mean(field, siblings),
        )
    if kind == "missing":
        return f"no field {field!r}", "it to be given", ""
    if kind in {"literal_error", "enum"}:
        expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        options = [option.strip() for option in expected.split(",")]
        return shown, f"one of {', '.join(options)}", did_you_mean(str(came), options)
    if kind == "union_tag_invalid":
        options = str(context.get("expected_tags", "")).replace("'", "").split(", ")
        tag = str(context.get("tag", ""))
        return repr(tag), f"one of {', '.join(options)}", did_you_mean(tag, options)
    if kind == "union_tag_not_found":
        return "no method or type", f"the field {context.get('discriminator')}", ""
    if kind == "string_pattern_mismatch":
        return shown, "a name of letters, digits and underscores that begins with a letter", ""
    if kind == "value_error":
        return shown, str(context["error"]), ""
    if kind in {"too_long", "too_short"}:
        most, least = context.get("max_length"), context.get("min_length")
        return shown, f"a list of at {f'most {most}' if least is None else f'least {least}'}", ""
    message = detail["msg"][0].lower() + detail["msg"][1:]
    return shown, _YAML_WORDS.get(kind, message.removeprefix("input should be ")), ""


def _fields_near(loc: tuple[str | int, ...]) -> list[str]:
    """Fields of the model that refused the last step of a path."""
    names: list[str] = []
    for model in _models_at(Protocol, loc[:-1]):
        names += [name for name in model.model_fields if name not in names]
    return names


def _models_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[type[BaseModel]]:
    """Models that a path may lead to: follow the annotations of the fields along the path."""
    here: list[type[BaseModel]] = [model]
    for step in loc:
        following: list[type[BaseModel]] = []
        for one in here:
            field = one.model_fields.get(str(step))
            if field is not None:
                following += _models_in(field.annotation)
            elif any(_is_tag(info.annotation, step) for info in one.model_fields.values()):
                following.append(one)
        here = following or here  # keys of mappings and places in lists
    return here


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    inner = getattr(annotation, "__args__", ())
    return [model for one in inner for model in _models_in(one)]


def _is_tag(annotation: Any, step: str | int) -> bool:
    return step in getattr(annotation, "__args__", ())
