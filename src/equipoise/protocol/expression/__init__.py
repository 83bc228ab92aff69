"""The one small expression language: typed, total, three-valued on missing, no code execution."""

from equipoise.protocol.expression.assessed import assessed_at
from equipoise.protocol.expression.compile import Compiled, compile_expression
from equipoise.protocol.expression.function import FUNCTIONS
from equipoise.protocol.expression.scope import BUILT_IN, Kind, Level, Scope, Symbol
from equipoise.protocol.expression.value import Environment, Value

__all__ = [
    "BUILT_IN",
    "FUNCTIONS",
    "Compiled",
    "Environment",
    "Kind",
    "Level",
    "Scope",
    "Symbol",
    "Value",
    "assessed_at",
    "compile_expression",
]
