"""The plan of a trial: frozen, serialisable, read by every room below it."""

from equipoise.protocol.expression import (
    BUILT_IN,
    FUNCTIONS,
    Compiled,
    Environment,
    Scope,
    Symbol,
    Value,
    compile_expression,
)
from equipoise.protocol.loader import load_protocol_file
from equipoise.protocol.model.protocol import FORMAT_VERSION, Protocol
from equipoise.protocol.schema import json_schema
from equipoise.protocol.scope import assessed_visits, scope_of, variable_scope

__all__ = [
    "BUILT_IN",
    "FORMAT_VERSION",
    "FUNCTIONS",
    "Compiled",
    "Environment",
    "Protocol",
    "Scope",
    "Symbol",
    "Value",
    "assessed_visits",
    "compile_expression",
    "json_schema",
    "load_protocol_file",
    "scope_of",
    "variable_scope",
]
