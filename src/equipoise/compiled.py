"""The one door to the compiler: what a kernel of ragged loops is built with.

Importing this module loads numba, which takes a moment; only modules named ``kernel`` import it,
and they are themselves imported at the first use of what they compute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

__all__ = ["compiled"]

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


def compiled(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Compile a function of arrays and numbers at its first call.

    The machine code is kept beside the source, or in the user's cache folder where the source
    cannot be written, so that only the first call on a machine pays for it; where neither can be
    written each process compiles anew. Arithmetic is that of IEEE 754 in the order written (no
    fast-math), and a division by zero gives infinity or NaN, as in numpy.

    Parameters
    ----------
    function : callable
        A function in the part of Python that numba compiles.

    Returns
    -------
    callable
        The same function, compiled.
    """
    compile_cached = numba.njit(cache=True, nogil=True, error_model="numpy")
    compile_anew = numba.njit(nogil=True, error_model="numpy")
    try:
        done = compile_cached(function)
    except RuntimeError:  # no folder for the cache
        done = compile_anew(function)
    return cast("Callable[Parameters, Returned]", done)
