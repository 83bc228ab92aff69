"""Responses and groups as rows of trials, the form that kernels take."""

from __future__ import annotations

from math import prod

import numpy as np

from equipoise.stats.arrays import Floats, Integers, in_rows, spread

__all__ = ["trial_rows"]


def trial_rows(response: Floats, group: Integers) -> tuple[Floats, Integers, tuple[int, ...]]:
    """Lay out (..., subjects) as (trials, subjects), and give the leading shape.

    Where one allocation serves every trial the groups stay one row, (1, subjects).
    """
    if response.shape == group.shape:
        *leading, subjects = response.shape
    else:
        *leading, subjects = np.broadcast_shapes(response.shape, group.shape)
    trials = prod(leading)
    is_shared = group.ndim == 1 and trials > 0
    codes = spread(group, (subjects,) if is_shared else (*leading, subjects))
    return (
        in_rows(spread(response, (*leading, subjects)).reshape(trials, subjects)),
        in_rows(codes.reshape(1 if is_shared else trials, subjects)),
        tuple(leading),
    )
