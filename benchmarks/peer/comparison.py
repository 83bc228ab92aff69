"""What a task is: the project's call, the peers that answer the same question, and the targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Answers", "Limit", "PythonPeer", "RPeer", "Task", "each"]

Answers: TypeAlias = Callable[[], ArrayLike]
"""Gives the numbers of some trials, (trials, values), or (trials,) if one number is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonPeer:
    """A Python library's answer to a task.

    Attributes
    ----------
    name : str
        Library and function.
    package : str
        Distribution whose version is printed.
    prepare : callable
        Imports the library and gives the work that is timed; ImportError names the peer absent.
    trials : int
        How many of the task's first trials the work answers.
    in_batch : bool
        True where one call takes all trials: then it is no match for a single call of ours.
    tolerance : float
        Largest relative distance at which the peer's answer counts as the same.
    target : float, optional
        How many times faster the project should be.
    """

    name: str
    package: str
    prepare: Callable[[], Answers]
    trials: int
    in_batch: bool = False
    tolerance: float = 1e-6
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RPeer:
    """An R function's answer to a task.

    Attributes
    ----------
    name : str
        Package and function, for example ``survival::survdiff``.
    packages : tuple of str
        What must be installed; the version of the first is printed.
    prepare : str
        R code that is not timed. The task's data stand there under their names, as arrays whose
        first axis is trials.
    answer : str
        R expression of the trial ``i``: the numbers that are compared.
    trials, tolerance, target
        As in `PythonPeer`.
    """

    name: str
    packages: tuple[str, ...]
    answer: str
    trials: int
    prepare: str = ""
    tolerance: float = 1e-6
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The least that any method must do with these data, and what stays above it."""

    name: str
    work: Callable[[], object]
    left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question asked of the project and of its peers.

    Attributes
    ----------
    method : str
        Public function below :mod:`equipoise.stats` that is asked: ``binary.fisher_test``.
    title : str
        Method and size.
    trials : int
        Trials of the batch.
    single : callable
        Numbers of one trial, given its place, by a call that is not batched.
    batch : callable, optional
        Numbers of all trials by one call; None where the method takes one sample.
    limit : Limit
        Of the whole batch; of one trial where there is no batch.
    data : mapping
        What R is given: arrays with trials on the first axis.
    note : str
        What a reader must know about the comparison.
    """

    method: str
    title: str
    trials: int
    single: Callable[[int], ArrayLike]
    peers: tuple[PythonPeer | RPeer, ...]
    limit: Limit
    batch: Answers | None = None
    data: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    note: str = ""


def each(trials: int, answer: Callable[[int], ArrayLike]) -> Answers:
    """Answer trial after trial."""
    return lambda: np.array([answer(trial) for trial in range(trials)], dtype=np.float64)
