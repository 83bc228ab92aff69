"""JSON Schema of the protocol file, for editors."""

from __future__ import annotations

from typing import Any

from equipoise.protocol.model.protocol import Protocol

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """Make the JSON Schema (draft 2020-12) of the protocol file."""
    schema = Protocol.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "equipoise protocol"
    return schema
