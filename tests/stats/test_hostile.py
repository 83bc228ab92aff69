"""Whatever a public estimator is given, it ends in a DataError, a state or a number.

Every argument of every public function in turn takes every hostile value, the others staying as
they should be. Raw Python errors and warnings, which are errors here, fail the test.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest

from equipoise.errors import DataError
from support.stats_examples import arguments_of, functions

# These fit or search many times for each value that is taken: they meet the first values alone.
FIRST = 8
REFITTED = (
    "delta_plane",
    "multiple_imputation_analysis",
    "reference_based_analysis",
    "reference_based_bootstrap",
    "power_equivalence_mean",
    "sample_size_equivalence_mean",
    "simon_two_stage",
)


def takes_data(argument: inspect.Parameter, good: Any) -> bool:
    """Say whether an argument is data or a word, not an object of the package or a function."""
    if good is None:
        return "ArrayLike" in str(argument.annotation) or argument.name == "overlap_group"
    if isinstance(good, list | tuple):
        return all(isinstance(one, int | float | list | str) for one in good)
    return isinstance(good, str | bool | int | float | np.ndarray)


def hostile(good: Any) -> Iterator[Any]:
    """Yield what an argument should never be given, made from what it should."""
    yield from ("text", None, [], {"a": 1}, object(), 1 + 2j, [[1, 2], [3]], np.zeros((2, 3, 4, 5)))
    yield from (-1, 0.5, True, 2**63, 1e300, -1e300, np.nan, np.inf, -np.inf)
    yield from (["a", "b"], np.array([object()] * 2), np.array([None, 1.0]), pl.Series([1.0, None]))
    if good is None or isinstance(good, str):
        return
    array = np.array(good, dtype=float)
    if not array.ndim or not array.size:
        return
    for last in (np.nan, np.inf, -np.inf, -1, 1e300, -1e300, 0.5, 2.0**63):
        array.flat[-1] = last
        yield array.copy()
    array = np.array(good, dtype=float)
    yield from (np.full_like(array, np.nan), np.zeros_like(array), array.astype(object))
    yield from (array[..., :0], array[..., :-1], array[None, None], array > 1)
    yield np.ma.masked_array(array, mask=array > 1)


@pytest.mark.parametrize(("room", "name"), list(functions()))
def test_hostile_values_end_in_a_fault_a_state_or_a_number(room, name):
    function = getattr(importlib.import_module(f"equipoise.stats.{room}"), name)
    arguments = inspect.signature(function).parameters.values()
    good = arguments_of(room, name)
    places = [one.name for one in arguments if one.kind is one.POSITIONAL_OR_KEYWORD]

    def call(values: dict[str, Any]) -> None:
        named = {key: value for key, value in values.items() if key not in places}
        function(*(values[key] for key in places), **named)

    call(good)
    for argument in arguments:
        if not takes_data(argument, good[argument.name]):
            continue
        most = FIRST if name in REFITTED else None
        for value in itertools.islice(hostile(good[argument.name]), most):
            with contextlib.suppress(DataError):
                call(good | {argument.name: value})
