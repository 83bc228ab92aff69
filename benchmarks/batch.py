"""What a batch is worth: trials of one call each, against one call for all, in processor time.

Run ``python benchmarks/batch.py`` for all public functions that take leading axes, ``--only NAME``
for those whose name holds NAME; ``--write`` keeps the ratios in ``measured.json``. The trial is
the small one of the tests (``tests/support/stats_examples.py``) over again; counts of events
differ from trial to trial, because a table that came before need not be computed again. Small
trials are the best case of a batch: a call costs the same, whatever comes after the door.
Which arguments may lead is found out: those that do give the result of one trial at its place.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from peer.clock import seconds_in_turns
from peer.record import record_batches

from equipoise.errors import DataError

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.stats_examples import arguments_of, functions

FEW = 7
"""Copies by which a leading axis is recognised; no example has an axis of seven."""
TRIALS = 1_000
BATCH = 1.0
"""A batch may last about this long, as single calls, or it is a smaller one. [s]"""
SIZES = {"x": "n", "x1": "n1", "x0": "n0"}
REPEAT = 5


def main() -> None:
    """Read the command line, measure and print one line for each function."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="NAME", default="", help="functions that hold NAME")
    parser.add_argument("--write", action="store_true", help="keep the ratios in measured.json")
    arguments = parser.parse_args()
    measured = {}
    for room, name in functions():
        whole = f"{room}.{name}"
        if arguments.only in whole and (batch := measure(room, name)):
            measured[whole] = batch
            print(f"{whole:50}{batch['trials']:>7,} trials{batch['ratio']:>9.3g} x", flush=True)
    if arguments.write:
        record_batches(measured)


def measure(room: str, name: str) -> dict[str, float] | None:
    """Time the trials of a function one by one and at once; None where no argument leads."""
    function = getattr(importlib.import_module(f"equipoise.stats.{room}"), name)
    one = arguments_of(room, name)
    call = partial(_call, function)
    first = list(arrays_of(call(one)))
    leading = [place for place in one if leads(call, one, batch_of(room, name, FEW), place, first)]
    if not leading:
        return None
    once = seconds_in_turns([partial(call, one)], 1)[0]
    trials = int(np.clip(BATCH / once, FEW, TRIALS))
    all_trials = batch_of(room, name, trials)
    batch = one | {place: all_trials[place] for place in leading}
    many, alone = next(led(call(batch), first, trials))
    np.testing.assert_allclose(many[0], alone, rtol=1e-7, atol=1e-12)
    single, whole = seconds_in_turns([partial(call, one), partial(call, batch)], REPEAT)
    return {"trials": trials, "ratio": single * trials / whole}


def _call(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call with each argument in the way that the function takes it."""
    bound = inspect.signature(function).bind_partial()
    bound.arguments.update(arguments)
    return function(*bound.args, **bound.kwargs)


def batch_of(room: str, name: str, trials: int) -> dict[str, Any]:
    """Give all arguments with a leading axis of trials, the first of which is the example."""
    lead = partial(_repeat, trials=trials)
    try:
        given = arguments_of(room, name, lead=lead)
    except DataError:  # a result that takes one sample cannot lead
        given = arguments_of(room, name)
    numeric = {place: one for place, one in given.items() if is_data(one)}
    return given | {place: _varied(place, one, given, trials) for place, one in numeric.items()}


def _repeat(value: ArrayLike, *, trials: int) -> NDArray[Any]:
    return np.repeat(np.asarray(value)[None], trials, axis=0)


def _varied(place: str, value: Any, given: Mapping[str, Any], trials: int) -> NDArray[Any]:
    """Repeat an argument; counts of events take other values, each within its sample."""
    copies = _repeat(value, trials=trials)
    number = np.arange(trials).reshape((trials,) + (1,) * (copies.ndim - 1))
    if place == "table":
        digits = np.arange(copies[0].size).reshape(copies.shape[1:])
        return copies + number // 3.0**digits % 3 // 1
    if place in SIZES and SIZES[place] in given:
        step = number // FEW if place.endswith("0") else number
        return (copies + step) % (np.asarray(given[SIZES[place]]) + 1)
    return copies


def is_data(value: Any) -> bool:
    """Say whether an argument is numbers, not an object, a word or a switch."""
    return (
        isinstance(value, int | float | list | np.ndarray)
        and np.asarray(value).dtype.kind in "biuf"
    )


def leads(
    call: Callable[[Mapping[str, Any]], Any],
    one: Mapping[str, Any],
    few: Mapping[str, Any],
    place: str,
    first: list[NDArray[Any]],
) -> bool:
    """Say whether an argument may have a leading axis that the result then has, too."""
    if few[place] is one[place] or isinstance(one[place], bool):
        return False
    try:
        found = call({**one, place: few[place]})
    except (DataError, TypeError):  # what is one number, or one sample
        return False
    return any(led(found, first, FEW))


def led(
    result: Any, first: list[NDArray[Any]], trials: int
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Yield the fields of a batch that have its axis, each with that of the example alone."""
    for many, alone in zip(arrays_of(result), first, strict=True):
        if many.shape == (trials, *alone.shape):
            yield many, alone


def arrays_of(result: Any) -> Iterator[NDArray[Any]]:
    """Yield the numbers of a result, field by field."""
    if is_dataclass(result):
        for field in fields(result):
            yield from arrays_of(getattr(result, field.name))
    elif isinstance(result, np.ndarray | float | int | np.generic):
        yield np.asarray(result)
    elif isinstance(result, tuple | list):
        for part in result:
            yield from arrays_of(part)


if __name__ == "__main__":
    main()
