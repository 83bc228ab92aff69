"""The tasks by name; each is built when it is run."""

from __future__ import annotations

from collections.abc import Callable

from peer.comparison import Task
from peer.task import binary, competing, continuous, meta, mmrm, survival

__all__ = ["TASKS"]

TASKS: dict[str, Callable[[], Task]] = {
    **binary.TASKS,
    **continuous.TASKS,
    **meta.TASKS,
    **survival.TASKS,
    **competing.TASKS,
    **mmrm.TASKS,
}
