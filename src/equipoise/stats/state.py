"""The state of an estimate: a number is only shown as a number when it is one."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["State"]


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
