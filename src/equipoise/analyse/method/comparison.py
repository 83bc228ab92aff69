"""What several methods do alike: rows of an interval, p values of one-sided alternatives."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyse.frame import Frame
from equipoise.stats import Floats, State

__all__ = ["add_interval", "one_sided", "ratio_reason"]


class _Limited(Protocol):
    """An estimate with its limits, as estimators return it."""

    @property
    def estimate(self) -> Floats:
        """The estimate of each trial."""

    @property
    def ci_low(self) -> Floats:
        """Its low limit."""

    @property
    def ci_high(self) -> Floats:
        """Its high limit."""

    @property
    def state(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
        """State of the estimate."""


def add_interval(
    frame: Frame,
    found: _Limited,
    *,
    group: str,
    variable: str,
    n_used: ArrayLike,
    n_missing: ArrayLike,
    message: str,
    reason: str,
) -> None:
    """Add an estimate and its limits; of an infinite ratio the low limit is still a number."""
    is_number = (found.state == State.INFINITE) & np.isfinite(found.ci_low)
    low = np.where(is_number, State.ESTIMATED, found.state)
    reason = ratio_reason(found.state, reason)
    for statistic, value, state in (
        ("estimate", found.estimate, found.state),
        ("ci_low", found.ci_low, low),
        ("ci_high", found.ci_high, found.state),
    ):
        frame.add(
            {statistic: value}, group=group, variable=variable, n_used=n_used,
            n_missing=n_missing, state=state, message=message, reason=reason,
        )  # fmt: skip


def ratio_reason(state: np.ndarray[tuple[int, ...], np.dtype[np.int8]], other: str) -> str:
    """Say why a ratio is not finite; ``other`` where it is not that."""
    if (state == State.INFINITE).any():
        return "an outcome is missing in a group, so that the ratio is 0 or infinite"
    return other


def one_sided(statistic: Floats, p_value: Floats, alternative: str) -> Floats:
    """Turn the two-sided p value of a symmetric statistic into that of the alternative.

    Parameters
    ----------
    statistic, p_value : (trials,) float
        The statistic, positive where the experimental group is higher, and its two-sided p value.
    alternative : str
        ``two_sided``, ``greater`` or ``less``.
    """
    if alternative == "two_sided":
        return p_value
    agrees = statistic > 0 if alternative == "greater" else statistic < 0
    return np.where(agrees, p_value / 2, 1 - p_value / 2)
