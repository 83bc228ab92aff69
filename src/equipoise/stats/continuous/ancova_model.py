"""From the arguments of an analysis of covariance to a checked model of every trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, spread
from equipoise.stats.continuous.design import Model, Term, Variable
from equipoise.stats.door import Door

__all__ = ["Inputs", "build_model", "read_inputs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Checked arguments laid out as (trials, subjects)."""

    response: Floats
    others: tuple[Variable, ...]
    group: Variable
    interactions: tuple[int, ...]
    leading: tuple[int, ...]

    def with_group(self, group: Variable) -> Inputs:
        """Replace the variable of the group."""
        return replace(self, group=group)


def read_inputs(
    *,
    response: ArrayLike,
    group: ArrayLike,
    groups: int,
    covariates: ArrayLike | None,
    factors: ArrayLike | None,
    levels: Sequence[int],
    confidence: float,
    choices: Sequence[tuple[str, Any, Sequence[Any]]],
    group_by_covariate: Sequence[int] = (),
    group_by_factor: Sequence[int] = (),
) -> Inputs:
    """Read the arguments of `ancova`; raise all their faults together."""
    door = Door()
    groups = door.number_of("groups", groups, least=2)
    values = door.responses("response", response)
    codes = door.codes("group", group, levels=groups)
    numbers = None if covariates is None else door.responses("covariates", covariates, core=1)
    levels = door.sequence("levels", levels)
    for place, level in enumerate(levels):
        door.number_of(f"levels[{place}]", level, least=2)
    door.wants(
        (factors is None) == (len(levels) == 0),
        where="factors, levels",
        came="one without the other",
        wanted="codes and the number of levels of each factor",
    )
    kinds = (
        None
        if factors is None or not levels
        else door.codes("factors", factors, levels=levels, core=1)
    )
    p = 0 if numbers is None or numbers.ndim < 2 else numbers.shape[-1]
    _check_places(door, "group_by_covariate", group_by_covariate, p)
    _check_places(door, "group_by_factor", group_by_factor, len(levels))
    for name, value, options in choices:
        door.choice(name, value, options)
    door.level("confidence", confidence)
    shape = door.close()
    trials = prod(shape[:-1])

    columns: list[NDArray[Any]] = [
        table[..., place]
        for table in (numbers, kinds)
        if table is not None
        for place in range(table.shape[-1])
    ]

    def lay_out(array: NDArray[Any]) -> Floats:
        return spread(array, shape).reshape(trials, shape[-1]).astype(np.float64, copy=False)

    names = [f"covariate {place}" for place in range(p)]
    names += [f"factor {place}" for place in range(len(levels))]
    sizes = [*[None] * p, *map(int, levels)]
    return Inputs(
        response=lay_out(values),
        others=tuple(
            Variable(name=name, values=lay_out(column), levels=size)
            for name, column, size in zip(names, columns, sizes, strict=True)
        ),
        group=Variable(name="group", values=lay_out(codes), levels=groups),
        interactions=(*group_by_covariate, *(p + place for place in group_by_factor)),
        leading=shape[:-1],
    )


def build_model(inputs: Inputs) -> tuple[Model, int]:
    """Build the model: intercept, covariates, factors, group, interactions; and the group's place.

    A subject with a missing number or code is outside.
    """
    variables = (*inputs.others, inputs.group)
    place = len(inputs.others)
    inside = ~np.isnan(inputs.response)
    for variable in variables:
        missing = np.isnan(variable.values) if variable.levels is None else variable.values < 0
        inside = inside & ~missing
    margins: list[Term] = [(), *((number,) for number in range(len(variables)))]
    model = Model(
        response=np.where(inside, inputs.response, 0.0),
        inside=inside,
        variables=variables,
        terms=(*margins, *((number, place) for number in inputs.interactions)),
        leading=inputs.leading,
    )
    return model, place


def _check_places(door: Door, name: str, places: Sequence[int], size: int) -> None:
    given = door.sequence(name, places)
    is_place = [isinstance(place, Real) and place in range(size) for place in given]
    door.wants(
        all(is_place) and len(set(map(str, given))) == len(given),
        where=name,
        came=given,
        wanted=f"different places from 0 to {size - 1}" if size else "none, as there are none",
    )
