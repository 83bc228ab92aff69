"""One task run: the project's answers, those of the peers beside them, then the times."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from peer.clock import seconds_in_turns
from peer.comparison import PythonPeer, RPeer, Task
from peer.outcome import Outcome
from peer.python import ask_python
from peer.rscript import run_r

__all__ = ["Line", "Measured", "measure"]

_SINGLES = 10  # trials that are timed by calls of one
_SINGLE, _BATCH, _LIMIT = "one call", "batch", "limit"
_NOTHING = 1e-3  # distances are relative to the answer, or to this if the answer is smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A peer beside the project.

    ``apart`` is the largest relative distance of an answer from ours, NaN without an answer;
    ``ratio`` is the peer's time over ours, in a batch (where there is one) and in single calls.
    """

    peer: PythonPeer | RPeer
    outcome: Outcome
    apart: float
    ratio: float
    ratio_single: float

    @property
    def is_correct(self) -> bool:
        """True where the peer gave our answer."""
        return bool(self.apart <= self.peer.tolerance)

    @property
    def is_reached(self) -> bool:
        """True where the target is reached."""
        return self.peer.target is None or self.ratio >= self.peer.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A task with its times [s]; ``batch`` is for one trial of the batch, NaN without batch."""

    task: Task
    batch: float
    single: float
    limit: float
    lines: tuple[Line, ...]

    def fastest(self, *, only_python: bool) -> Line | None:
        """Give the fastest peer with a correct answer; of Python's, those of single calls."""
        correct = [
            line
            for line in self.lines
            if line.is_correct
            and (not only_python or (isinstance(line.peer, PythonPeer) and not line.peer.in_batch))
        ]
        return min(correct, key=lambda line: line.outcome.seconds, default=None)


def measure(task: Task, repeat: int) -> Measured:
    """Compare the answers of a task, then time everything that is right or wrong alike."""
    few = task.trials if task.batch is None else min(_SINGLES, task.trials)
    singles = np.array([np.atleast_1d(task.single(trial)) for trial in range(few)])
    ours = singles
    if task.batch is not None:
        ours = np.asarray(task.batch(), dtype=np.float64).reshape(task.trials, -1)
        np.testing.assert_allclose(ours[:few], singles, rtol=1e-9, atol=1e-12)
    outcomes = run_r((peer for peer in task.peers if isinstance(peer, RPeer)), task.data, repeat)
    works: dict[str, tuple[Callable[[], object], int]] = {
        _SINGLE: (lambda: [task.single(trial) for trial in range(few)], few),
        _LIMIT: (task.limit.work, 1 if task.batch is None else task.trials),
    }
    if task.batch is not None:
        works[_BATCH] = (task.batch, task.trials)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a peer warns of is not ours to mend
        for peer in task.peers:
            if isinstance(peer, PythonPeer):
                outcomes[peer.name], work = ask_python(peer)
                if work is not None:
                    works[peer.name] = (work, peer.trials)
        spent = seconds_in_turns([work for work, _ in works.values()], repeat)
    a_trial = {name: time / works[name][1] for name, time in zip(works, spent, strict=True)}
    single, batch = a_trial[_SINGLE], a_trial.get(_BATCH, float("nan"))
    lines = []
    for peer in task.peers:
        outcome = outcomes[peer.name]
        outcome = replace(outcome, seconds=a_trial.get(peer.name, outcome.seconds))
        lines.append(
            Line(
                peer=peer,
                outcome=outcome,
                apart=_apart(ours, outcome.answer),
                ratio=outcome.seconds / (single if task.batch is None else batch),
                ratio_single=outcome.seconds / single,
            )
        )
    return Measured(
        task=task, batch=batch, single=single, limit=a_trial[_LIMIT], lines=tuple(lines)
    )


def _apart(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    if not theirs.size:
        return float("nan")
    mine = ours[: len(theirs)]
    if mine.shape != theirs.shape:
        raise ValueError(f"the project gives {mine.shape} numbers, the peer {theirs.shape}")
    is_same = (mine == theirs) | (np.isnan(mine) & np.isnan(theirs))
    with np.errstate(invalid="ignore"):
        distance = np.abs(mine - theirs) / np.maximum(np.abs(mine), _NOTHING)
    return float(np.max(np.where(is_same, 0.0, np.where(np.isnan(distance), np.inf, distance))))
