"""Variables that an instrument computes from other variables."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from equipoise.derive.world import World
from equipoise.instruments import find_instrument
from equipoise.protocol import Scope, Value
from equipoise.protocol.model.variable import FromInstrument, Variable
from equipoise.protocol.scoring import instrument_columns, instrument_value

__all__ = ["scored"]


def scored(name: str, variable: Variable, scope: Scope, world: World) -> Value:
    """Score a variable with its instrument; loading checked that it has what is asked for.

    Variables that ask the same instrument the same question share one scoring.

    Raises
    ------
    DataError
        If a value cannot be an input of the instrument.
    """
    wanted = variable.instrument
    assert wanted is not None
    outputs = world.scores.get(_question(wanted))
    if outputs is None:
        outputs = world.scores[_question(wanted)] = _score(name, wanted, scope, world)
    return instrument_value(variable, outputs)


def _question(wanted: FromInstrument) -> str:
    return wanted.model_dump_json(include={"name", "inputs", "options"})


def _score(
    name: str, wanted: FromInstrument, scope: Scope, world: World
) -> dict[str, NDArray[Any]]:
    """Score once, and keep the outputs that variables of the protocol ask for."""
    columns = instrument_columns(name, wanted, scope, world)
    outputs = find_instrument(wanted.name).score(columns, parameters=wanted.options)
    asked = {
        other.instrument.output
        for other in world.cohort.protocol.variables.values()
        if other.instrument is not None and _question(other.instrument) == _question(wanted)
    }
    return {output: outputs[output] for output in asked}
