"""Variables that an instrument computes: its columns from expressions, its output as a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.instruments import find_instrument
from equipoise.instruments.columns import Column
from equipoise.protocol.expression import Environment, Level, Scope, Value, compile_expression
from equipoise.protocol.instrument_input import texts_of_inputs
from equipoise.protocol.model.variable import FromInstrument, Variable

__all__ = ["instrument_columns", "instrument_value"]

_LEVELS: tuple[Level, ...] = ("constant", "subject", "visit")


def instrument_columns(
    name: str, wanted: FromInstrument, scope: Scope, environment: Environment
) -> dict[str, NDArray[Any]]:
    """Evaluate the inputs of an instrument for the variable ``name``.

    Returns
    -------
    dict of str to array
        Columns that broadcast to (..., visits); a column of text holds words, None unknown.
    """
    known = {column.name: column for column in find_instrument(wanted.name).inputs}
    others = [symbol for symbol in scope.symbols if symbol != name]
    columns: dict[str, NDArray[Any]] = {}
    for one, text in texts_of_inputs(wanted, others).items():
        value = compile_expression(text, scope, where=name, levels=_LEVELS).evaluate(environment)
        columns[one] = _column(value, known[one])
    return columns


def _column(value: Value, column: Column) -> NDArray[Any]:
    """Spread a value over visits; a category becomes the words or letters that a column holds."""
    array: NDArray[Any] = value.array
    if column.reads_words and value.levels:
        words = np.array([*value.levels, None], dtype=np.object_)
        place = np.where(np.isnan(value.array), len(value.levels), value.array)
        array = words[place.astype(np.intp)]
    return array[..., np.newaxis] if value.level == "subject" else array


def instrument_value(variable: Variable, outputs: Mapping[str, NDArray[Any]]) -> Value:
    """Read the output that a variable asks for; words become indices of its codes."""
    wanted = variable.instrument
    assert wanted is not None
    columns = find_instrument(wanted.name).outputs
    column = next(one for one in columns if one.name == wanted.output)
    level: Level = "visit" if variable.level == "visit" else "subject"
    found = outputs[wanted.output]
    if not column.words:
        return Value(variable.kind, level, np.asarray(found, dtype=np.float64))
    codes = variable.levels() or column.words
    places = np.full(found.shape, np.nan)
    for place, code in enumerate(codes):
        places[found == code] = place
    return Value("category", level, places, codes)
