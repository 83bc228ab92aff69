"""The state of an estimate: a number is only shown as a number when it is one."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.arrays import Bools, anywhere

__all__ = ["State", "first_state"]


class State(IntEnum):
    """How an estimate came out; in a batch each trial has its own.

    Estimators return an int8 array of these, so that a fit that failed is a row and
    never an exception.
    """

    ESTIMATED = 0
    NOT_ESTIMABLE = 1
    INFINITE = 2
    SINGULAR = 3
    NOT_CONVERGED = 4

    @property
    def label(self) -> str:
        """The state in words, as results and reports print it."""
        return self.name.lower().replace("_", " ")


_CODES = {state: np.int8(state) for state in State}


def first_state(*conditions: tuple[Bools | np.bool_, State]) -> NDArray[np.int8]:
    """Give each trial the state of the first condition that holds, ESTIMATED where none does."""
    shapes = {holds.shape for holds, _ in conditions}
    found = np.zeros(np.broadcast_shapes(*shapes) if len(shapes) > 1 else shapes.pop(), np.int8)
    for holds, state in reversed(conditions):
        if anywhere(holds):
            found = np.where(holds, _CODES[state], found)
    return found
