"""Whatever a public estimator is given, it ends in a DataError, a state or a number.

Every argument of every public function in turn takes every hostile value, the others staying as
they should be. Raw Python errors and warnings, which are errors here, fail the test.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import itertools
from typing import Any

import numpy as np
import pytest

from equipoise.errors import DataError
from support.hostile import hostile
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
