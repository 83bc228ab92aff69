"""Variables that an instrument computes from other variables."""

from __future__ import annotations

import numpy as np

from equipoise.derive.world import World
from equipoise.errors import DataError, Fault
from equipoise.instruments import find_instrument
from equipoise.protocol import Scope, Value, compile_expression
from equipoise.protocol.expression import Level
from equipoise.protocol.model.variable import Variable
from equipoise.stats import Floats

__all__ = ["scored"]

_LEVELS: tuple[Level, ...] = ("constant", "subject", "visit")


def scored(name: str, variable: Variable, scope: Scope, world: World) -> Value:
    """Score a variable with its instrument.

    Raises
    ------
    DataError
        If the instrument has no such output, or an input has no variable.
    """
    assert variable.instrument is not None
    wanted = variable.instrument
    instrument = find_instrument(wanted.name)
    columns: dict[str, Floats] = {}
    for one in instrument.inputs:
        text = wanted.inputs.get(one.name, one.name if one.name in scope.symbols else None)
        if text is None:
            continue
        value = compile_expression(text, scope, where=name, levels=_LEVELS).evaluate(world)
        array = value.array[..., np.newaxis] if value.level == "subject" else value.array
        columns[one.name] = array
    outputs = instrument.score(columns, parameters=wanted.options)
    if wanted.output not in outputs:
        raise DataError(
            Fault(
                where=f"variables.{name}.instrument.output",
                came=repr(wanted.output),
                wanted=f"one of {', '.join(outputs)}",
            )
        )
    level: Level = "visit" if variable.level == "visit" else "subject"
    return Value(variable.kind, level, np.asarray(outputs[wanted.output], dtype=float))
