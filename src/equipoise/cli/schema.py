"""`equipoise schema`."""

from __future__ import annotations

from equipoise.cli.console import print_json
from equipoise.protocol import json_schema

__all__ = ["schema_command"]


def schema_command() -> None:
    """Print the JSON Schema of the protocol file, for editors.

    Point an editor at it with a first line such as
    `# yaml-language-server: $schema=protocol.schema.json`.
    """
    print_json(json_schema())
