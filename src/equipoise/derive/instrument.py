"""Variables that an instrument computes from other variables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.derive.world import World
from equipoise.instruments import find_instrument
from equipoise.instruments.columns import Column
from equipoise.protocol import Scope, Value, compile_expression
from equipoise.protocol.expression import Level
from equipoise.protocol.model.variable import FromInstrument, Variable
from equipoise.protocol.rules.instrument import texts_of_inputs
from equipoise.stats import Floats

__all__ = ["scored"]

_LEVELS: tuple[Level, ...] = ("constant", "subject", "visit")


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
    instrument = find_instrument(wanted.name)
    column = next(one for one in instrument.outputs if one.name == wanted.output)
    level: Level = "visit" if variable.level == "visit" else "subject"
    if not column.words:
        return Value(variable.kind, level, np.asarray(outputs[wanted.output], dtype=np.float64))
    codes = variable.levels() or column.words
    return Value("category", level, _places(outputs[wanted.output], codes), codes)


def _question(wanted: FromInstrument) -> str:
    return wanted.model_dump_json(include={"name", "inputs", "options"})


def _score(
    name: str, wanted: FromInstrument, scope: Scope, world: World
) -> dict[str, NDArray[Any]]:
    """Score once, and keep the outputs that variables of the protocol ask for."""
    instrument = find_instrument(wanted.name)
    known = {column.name: column for column in instrument.inputs}
    columns: dict[str, NDArray[Any]] = {}
    others = [symbol for symbol in scope.symbols if symbol != name]
    for one, text in texts_of_inputs(wanted, others).items():
        value = compile_expression(text, scope, where=name, levels=_LEVELS).evaluate(world)
        columns[one] = _column(value, known[one])
    outputs = instrument.score(columns, parameters=wanted.options)
    asked = {
        other.instrument.output
        for other in world.cohort.protocol.variables.values()
        if other.instrument is not None and _question(other.instrument) == _question(wanted)
    }
    return {output: outputs[output] for output in asked}


def _column(value: Value, column: Column) -> NDArray[Any]:
    """Spread a value over visits; a category becomes the words that a column of text holds."""
    array: NDArray[Any] = value.array
    if column.holds_text and value.levels:
        words = np.array([*value.levels, None], dtype=np.object_)
        place = np.where(np.isnan(value.array), len(value.levels), value.array)
        array = words[place.astype(np.intp)]
    return array[..., np.newaxis] if value.level == "subject" else array


def _places(words: NDArray[Any], codes: tuple[str, ...]) -> Floats:
    """Turn words into indices of codes; NaN where unknown."""
    places = np.full(words.shape, np.nan)
    for place, code in enumerate(codes):
        places[words == code] = place
    return places
