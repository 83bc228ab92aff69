"""What is decided from each result that two arms can have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analyse.method.two_proportions import INTERVALS, two_proportions
from equipoise.design.plan import BinaryDesign, BinaryTest
from equipoise.stats import Bools, Floats

__all__ = ["CONCLUSIONS", "Decisions", "conclusions", "decide", "every_result", "is_success"]

_INTERVALS = INTERVALS["risk_difference"]

CONCLUSIONS: tuple[str, ...] = ("benefit", "relevant_benefit_ruled_out", "inconclusive")
"""The conclusions from an interval; the first that holds is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Decisions for results (..., of any shape): events of the experimental and control arm.

    Attributes
    ----------
    difference, ci_low, ci_high : (...) float
        Share of the experimental arm minus that of the control, as the analysis gives them.
    is_significant : (...) bool
        The test of the analysis rejects.
    favours_benefit : (...) bool
        The difference is on the side that is good for the subject.
    conclusion : (...) int
        Index into ``CONCLUSIONS``.
    """

    difference: Floats
    ci_low: Floats
    ci_high: Floats
    is_significant: Bools
    favours_benefit: Bools
    conclusion: np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def every_result(sizes: tuple[int, int]) -> tuple[Floats, Floats]:
    """Responses of the experimental arm as a column, and of the control arm as a row."""
    return np.arange(sizes[0] + 1.0)[:, np.newaxis], np.arange(sizes[1] + 1.0)[np.newaxis]


def decide(design: BinaryDesign, *, x1: Floats, x0: Floats, sizes: tuple[int, int]) -> Decisions:
    """Analyse results of two arms as the protocol plans it.

    Parameters
    ----------
    design : BinaryDesign
        Test, interval and smallest important difference.
    x1, x0 : (...) float
        Responses of the experimental and the control arm; they broadcast together.
    sizes : tuple of int
        Subjects of the arms.
    """
    estimator, _ = _INTERVALS[design.interval]
    found = estimator(x1=x1, n1=sizes[0], x0=x0, n0=sizes[1], confidence=design.confidence)
    difference, low, high = found.estimate, found.ci_low, found.ci_high
    side = 1.0 if design.is_higher_better else -1.0
    return Decisions(
        difference=difference,
        ci_low=low,
        ci_high=high,
        is_significant=is_success(design, design.test, x1=x1, x0=x0, sizes=sizes),
        favours_benefit=np.asarray(side * difference > 0),
        conclusion=conclusions(design, low, high),
    )


def conclusions(
    design: BinaryDesign, low: Floats, high: Floats
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Draw the first conclusion that an interval of the difference allows.

    Benefit: the whole interval is on the good side of 0. Relevant benefit ruled out: the whole
    interval stays short of the smallest difference that matters. Else inconclusive.
    """
    if not design.is_higher_better:
        low, high = -high, -low
    ruled_out = high < (-np.inf if design.margin is None else design.margin)
    return np.where(low > 0, 0, np.where(ruled_out, 1, 2)).astype(np.int64)


def is_success(
    design: BinaryDesign, test: BinaryTest, *, x1: Floats, x0: Floats, sizes: tuple[int, int]
) -> Bools:
    """Say whether a test calls results a success; ``none`` asks the interval."""
    n1, n0 = sizes
    if test.test != "none":
        counts = (x1, np.asarray(float(n1)), x0, np.asarray(float(n0)))
        tested = two_proportions(counts, test=test.test, alternative=test.alternative)
        return np.asarray(tested.p_value <= test.alpha)
    estimator, _ = _INTERVALS[design.interval]
    found = estimator(x1=x1, n1=n1, x0=x0, n0=n0, confidence=1 - test.alpha)
    return np.asarray((found.ci_low > 0) | (found.ci_high < 0))
