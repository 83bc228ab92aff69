"""How a row of results is made: its state where none is given, and why it has no value."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyse.key import Key
from equipoise.analyse.results import Row
from equipoise.stats import Bools, State

__all__ = ["row_of", "rows_of"]


def row_of(
    key: Key,
    value: ArrayLike,
    *,
    trials: int,
    n_used: ArrayLike = np.nan,
    n_missing: ArrayLike = np.nan,
    state: ArrayLike | None = None,
    message: str = "",
    reason: str = "",
) -> Row:
    """Make the row of one statistic over the trials of a batch.

    Parameters
    ----------
    key : Key
        What it is.
    value, n_used, n_missing : (trials,) float
        As in the row; a bare number stands for all trials.
    state : (trials,) int8, optional
        State of the estimate; without it a value that is not a number is not estimable.
    message, reason : str
        What should be known of a value; and why there is none, where there is none.
    """
    array, used, missing = (
        np.broadcast_to(np.asarray(one, dtype=np.float64), (trials,))
        for one in (value, n_used, n_missing)
    )
    own = np.where(np.isnan(array), State.NOT_ESTIMABLE, State.ESTIMATED)
    given = own if state is None else np.broadcast_to(np.asarray(state), (trials,))
    is_estimated = given == State.ESTIMATED
    return Row(
        key=key,
        value=array,
        state=given.astype(np.int8),
        n_used=used,
        n_missing=missing,
        message=message if is_estimated.all() else _why(message, reason, is_estimated),
    )


def _why(message: str, reason: str, is_estimated: Bools) -> str:
    """Say why there is no value; in a batch beside what should be known of the others."""
    if not reason:
        return message
    if is_estimated.any():
        return "; ".join(part for part in (message, f"no value where {reason}") if part)
    return reason


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
    """Make rows that no participant's data are behind: one value for each statistic.

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
    return tuple(
        row_of(
            Key(
                analysis=analysis, method=method, statistic=statistic, endpoint=endpoint,
                analysis_set=analysis_set, variable=variable, variable_level=variable_level,
                group=group, by=by, unit=unit, look=look,
            ),
            value, trials=1, n_used=n_used, state=state, message=message,
        )
        for statistic, value in statistics.items()
    )  # fmt: skip
