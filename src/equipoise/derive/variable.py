"""Derived variables and analysis sets."""

from __future__ import annotations

import numpy as np

from equipoise.derive.instrument import scored
from equipoise.derive.world import World
from equipoise.protocol import Protocol, Value, compile_expression, variable_scope
from equipoise.protocol.expression import Level
from equipoise.protocol.model.variable import Variable
from equipoise.protocol.rules.variable import derivation_order
from equipoise.stats import Bools, Floats

__all__ = ["add_analysis_sets", "add_derived_variables"]


def add_derived_variables(protocol: Protocol, world: World) -> None:
    """Compute every derived variable, each after those that it reads."""
    if "treatment_emergent" not in world.event:
        world.event["treatment_emergent"] = _treatment_emergent(world)
    scope = variable_scope(protocol)
    for name in derivation_order(protocol, scope):
        variable = protocol.variables[name]
        if variable.derive is not None:
            levels: tuple[Level, ...] = ("constant", "subject", "visit", "event")
            compiled = compile_expression(variable.derive, scope, where=name, levels=levels)
            value = compiled.evaluate(world)
        else:
            value = scored(name, variable, scope, world)
        world.add(name, variable.level, _in_own_levels(value, variable))


def _treatment_emergent(world: World) -> Floats:
    """Say which events began on or after the first dose: (events,) of 1 and 0.

    An unknown start, or an unknown day of the first dose of a treated subject, counts as
    emergent; without treatment nothing is.
    """
    owner = world.event_owner()
    start, first = world.event["start_day"], world.subject["first_dose_day"][owner]
    is_treated = world.subject["treated"][owner] == 1
    return np.where(is_treated & ~(start < first), 1.0, 0.0)


def _in_own_levels(value: Value, variable: Variable) -> Value:
    """Bring a derived category into the order of its codes."""
    codes = variable.levels()
    if variable.kind != "category" or codes is None or not value.levels:
        return value
    place = np.array(
        [float(codes.index(code)) if code in codes else np.nan for code in value.levels]
    )
    index = np.where(np.isnan(value.array), 0, value.array).astype(np.intp)
    array = np.where(np.isnan(value.array), np.nan, place[index])
    return Value(value.kind, value.level, array, codes)


def add_analysis_sets(protocol: Protocol, world: World) -> dict[str, Bools]:
    """Evaluate the analysis sets; a subject whose membership is unknown does not belong.

    Returns
    -------
    dict of set id to (trials, subjects) bool
        Padding never belongs.
    """
    scope = variable_scope(protocol)
    sets: dict[str, Bools] = {}
    for name, one in protocol.analysis_sets.items():
        value = compile_expression(one.when, scope, where=name, kind="yes_no").evaluate(world)
        sets[name] = np.broadcast_to(value.array == 1, world.cohort.enrolled.shape) & (
            world.cohort.enrolled
        )
        world.subject[f"in_{name}"] = sets[name].astype(float)
    return sets
