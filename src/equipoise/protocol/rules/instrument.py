"""Rules of variables that an instrument computes: the instrument has what they ask of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from equipoise.errors import DataError, did_you_mean
from equipoise.instruments import INSTRUMENTS
from equipoise.instruments.columns import Column
from equipoise.protocol.model.variable import Variable
from equipoise.protocol.rules.fault import FieldFault, Path, unknown

__all__ = ["instrument_faults"]


_SPELLED = {"1e9/L": "10^9/L"}
"""Units that protocols spell otherwise than instruments."""

_UNITS = frozenset(
    {
        "10^9/L", "cm", "day", "degC", "g/24 h", "g/L", "g/dL", "g/g", "kg", "mL/min/1.73 m2",
        "mg/dL", "mg/day", "mg/mmol", "mmHg", "month", "umol/L", "years",
    }
)  # fmt: skip
"""Units of measured inputs: where both sides have one of these, they must have the same."""


def instrument_faults(
    path: Path, variable: Variable, variables: Mapping[str, Variable]
) -> Iterator[FieldFault]:
    """Find faults of one variable that names an instrument; ``path`` is that of the variable."""
    wanted = variable.instrument
    if wanted is None:
        return
    here: Path = (*path, "instrument")
    if wanted.name not in INSTRUMENTS:
        near = did_you_mean(wanted.name, list(INSTRUMENTS))
        yield FieldFault(
            path=(*here, "name"), came=f"unknown instrument {wanted.name!r}",
            wanted="one that `equipoise instruments` lists", repair=near,
        )  # fmt: skip
        return
    instrument = INSTRUMENTS[wanted.name]
    outputs = {column.name: column for column in instrument.outputs}
    yield from unknown((*here, "output"), "output", wanted.output, outputs)
    inputs = [column.name for column in instrument.inputs]
    for name in wanted.inputs:
        yield from unknown((*here, "inputs", name), "input", name, inputs)
    yield from _units(here, wanted.inputs, instrument.inputs, variables)
    yield from _categories(here, wanted.inputs, instrument.inputs, variables)
    rules = {rule.parameter: rule for rule in instrument.rules if rule.parameter}
    for name, value in wanted.options.items():
        yield from unknown((*here, "options", name), "option", name, rules)
        if name in rules:
            try:
                rules[name].read(value)
            except DataError as error:
                fault = error.faults[0]
                yield FieldFault(
                    path=(*here, "options", name), came=fault.came, wanted=fault.wanted,
                    repair=fault.repair,
                )  # fmt: skip
    if wanted.output in outputs:
        yield from _kind(here, variable, outputs[wanted.output])


def _units(
    path: Path,
    read: Mapping[str, str],
    columns: Sequence[Column],
    variables: Mapping[str, Variable],
) -> Iterator[FieldFault]:
    """Find a variable handed over as it is, in another unit than the input is counted in."""
    for column in columns:
        source = variables.get(read.get(column.name, column.name))
        unit = (source.unit if source is not None else None) or ""
        unit = _SPELLED.get(unit, unit).replace("\N{MICRO SIGN}", "u")
        if {unit, column.unit} <= _UNITS and unit != column.unit:
            yield FieldFault(
                path=(*path, "inputs", column.name),
                came=f"{read.get(column.name, column.name)!r} in {unit}",
                wanted=f"{column.unit}, as {column.name} is read, or an expression that converts",
            )  # fmt: skip


def _categories(
    path: Path,
    read: Mapping[str, str],
    columns: Sequence[Column],
    variables: Mapping[str, Variable],
) -> Iterator[FieldFault]:
    """Find a category handed over to an input of numbers, which its codes have no place in."""
    for column in columns:
        name = read.get(column.name, column.name)
        source = variables.get(name)
        if source is None or source.kind not in ("category", "text") or column.reads_words:
            continue
        yield FieldFault(
            path=(*path, "inputs", column.name),
            came=f"{name!r} of kind {source.kind}",
            wanted=f"a number ({column.values}), or an expression such as {name} == 'yes'",
        )


def _kind(path: Path, variable: Variable, output: Column) -> Iterator[FieldFault]:
    """Find an output that the kind of the variable cannot hold."""
    words = output.words
    if output.holds_text and not words:
        yield FieldFault(
            path=(*path, "output"), came=f"{output.name!r}, which is free text",
            wanted="an output of numbers, flags or named grades",
        )  # fmt: skip
    elif words and variable.kind != "category":
        yield FieldFault(
            path=path, came=f"{output.name!r}, which is one of {', '.join(words)}",
            wanted="kind: category",
        )  # fmt: skip
    elif not words and variable.kind == "category":
        yield FieldFault(
            path=path, came=f"{output.name!r}, which is a number", wanted="kind: number or yes_no"
        )
    known = variable.levels()
    for word in words if known is not None else ():
        yield from unknown((*path[:-1], "codes"), "code", word, known or ())
