"""Rows of results that come from published numbers or from a design: one value each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyse.key import Key
from equipoise.analyse.results import Row
from equipoise.stats import State

__all__ = ["rows_of"]


def rows_of(
    statistics: Mapping[str, ArrayLike],
    *,
    analysis: str,
    method: str,
    endpoint: str = "",
    analysis_set: str = "",
    variable: str = "",
    variable_level: str = "",
    group: str = "",
    by: str = "",
    unit: str = "",
    look: str = "final",
    n_used: float = np.nan,
    state: ArrayLike | None = None,
    message: str = "",
) -> tuple[Row, ...]:
    """Make one row for each statistic; a value that is not a number is not estimable.

    Parameters
    ----------
    statistics : mapping of str to float
        Statistic and its value.
    analysis, method, endpoint, analysis_set, variable, variable_level, group, by, unit, look
        Keys, see :class:`~equipoise.analyse.results.Key`.
    n_used : float
        Subjects that the value rests on.
    state : int8, optional
        State of the estimate, where an estimator gave one.
    message : str
        How the value came about.
    """
    rows = []
    for statistic, given in statistics.items():
        value = np.asarray(given, dtype=np.float64).reshape(1)
        own = np.where(np.isnan(value), State.NOT_ESTIMABLE, State.ESTIMATED)
        known = own if state is None else np.asarray(state).reshape(1)
        rows.append(
            Row(
                key=Key(
                    analysis=analysis, method=method, statistic=statistic, endpoint=endpoint,
                    analysis_set=analysis_set, variable=variable, variable_level=variable_level,
                    group=group, by=by, unit=unit, look=look,
                ),
                value=value,
                state=known.astype(np.int8),
                n_used=np.full(1, float(n_used)),
                n_missing=np.full(1, np.nan),
                message=message,
            )
        )  # fmt: skip
    return tuple(rows)
