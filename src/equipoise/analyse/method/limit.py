"""Limits of the number of responders, whatever the method that sets them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.protocol.model.analysis import (
    ExactMonitoring,
    Monitoring,
    PredictiveMonitoring,
    Sprt,
)
from equipoise.stats import Floats, Integers
from equipoise.stats.bayes import predictive_probability_one_arm
from equipoise.stats.design import sprt_binomial

__all__ = ["Limits", "limit_words", "limits_of", "predicted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Looks of a monitoring, (looks,) each.

    Attributes
    ----------
    subjects : (looks,) int
        Rising numbers of subjects at which responders are counted.
    lower, upper : (looks,) int
        So many responders or fewer, so many or more stop; -1 and one more than the subjects
        never do.
    """

    subjects: Integers
    lower: Integers
    upper: Integers


def limit_words(benefit: str) -> tuple[str, str]:
    """Name the upper and the lower limit by what meeting them says."""
    return {
        "higher": ("limit of efficacy", "limit of futility"),
        "lower": ("limit of harm", "limit of safety"),
    }.get(benefit, ("upper limit", "lower limit"))


def limits_of(analysis: Monitoring) -> Limits:
    """Set the limits that a planned monitoring has.

    A predictive probability rises with the responders, so that its thresholds are limits of
    their number; at the end every number is one of success or of none.
    """
    match analysis:
        case ExactMonitoring():
            return Limits(
                subjects=np.array(analysis.at),
                lower=np.array(analysis.lower),
                upper=np.minimum(analysis.upper, np.array(analysis.at) + 1),
            )
        case Sprt():
            found = sprt_binomial(
                null=analysis.low, alternative=analysis.high, alpha=analysis.alpha,
                beta=analysis.beta, smallest=analysis.smallest, largest=analysis.largest,
            )  # fmt: skip
            return Limits(subjects=found.n, lower=found.lower, upper=found.upper)
        case PredictiveMonitoring():
            return _predictive(analysis)
    raise AssertionError(analysis)


def predicted(analysis: PredictiveMonitoring, *, x: Floats, n: int) -> Floats:
    """Give the predictive probability of success at the end, after x responders of n."""
    alpha, beta = analysis.prior
    return predictive_probability_one_arm(
        x=x, n=n, total=analysis.largest, null=analysis.reference, cut=analysis.cut, alpha=alpha,
        beta=beta,
    ).probability  # fmt: skip


def _predictive(analysis: PredictiveMonitoring) -> Limits:
    subjects = np.array([*analysis.at, analysis.largest])
    pairs = [_crossed(analysis, int(n)) for n in subjects]
    return Limits(
        subjects=subjects,
        lower=np.array([low for low, _ in pairs]),
        upper=np.array([high for _, high in pairs]),
    )


def _crossed(analysis: PredictiveMonitoring, n: int) -> tuple[int, int]:
    """Largest number of responders that stops low, smallest that stops high."""
    chance = predicted(analysis, x=np.arange(n + 1.0), n=n)
    if n == analysis.largest:
        successes = int(np.sum(chance > 0))
        return n - successes, n + 1 - successes
    low = 0 if analysis.futility is None else int(np.sum(chance < analysis.futility))
    high = 0 if analysis.efficacy is None else int(np.sum(chance > analysis.efficacy))
    return low - 1, n + 1 - high
