"""When a kernel is worth compiling: little work runs as written, much work as machine code.

To load the compiler takes most of a second, which one visit at the bedside must not wait for;
a million visits must not wait for a loop of Python. It is the same function either way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

__all__ = ["Tiered"]

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")

_LITTLE = 1 << 14  # cells: as written these take about 30 ms, far less than to load the compiler


class Tiered(Generic[Parameters, Returned]):
    """A function that is compiled once the work given to it so far is no longer little.

    Parameters
    ----------
    function : callable
        A loop over arrays that is both plain Python and what numba compiles.
    """

    def __init__(self, function: Callable[Parameters, Returned]) -> None:
        self.as_written = function
        self._compiled: Callable[Parameters, Returned] | None = None
        self._cells = 0

    def for_cells(self, cells: int) -> Callable[Parameters, Returned]:
        """Return the function, as written or compiled, to work on this many cells more."""
        self._cells += cells
        if self._cells < _LITTLE:
            return self.as_written
        return self.compiled()

    def compiled(self) -> Callable[Parameters, Returned]:
        """Compile the function at the first call; later ones return the same machine code."""
        if self._compiled is None:
            # The compiler is loaded by who needs it, not by who scores one visit.
            from equipoise.compiled import compiled

            self._compiled = compiled(self.as_written)
        return self._compiled
