"""Exact operating characteristics of a trial without looks: every result with its probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.design.plan import BinaryDesign
from equipoise.design.tables import CONCLUSIONS, decide, every_result
from equipoise.stats import Bools, Floats
from equipoise.stats.binary import beta_binomial_mass, binomial_mass, expected_over_tables

__all__ = ["FixedCharacteristics", "assurance", "fixed_characteristics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedCharacteristics:
    """A trial without looks, at each pair of true rates; fields are (points,) unless said.

    Attributes
    ----------
    significant : float
        Probability that the test rejects.
    significant_benefit, significant_harm : float
        That it rejects with the difference on the good, and on the bad side.
    conclusion : (points, 3) float
        Probability of each of ``CONCLUSIONS``.
    coverage : float
        Probability that the interval holds the true difference.
    """

    significant: Floats
    significant_benefit: Floats
    significant_harm: Floats
    conclusion: Floats
    coverage: Floats


def fixed_characteristics(
    design: BinaryDesign, *, experimental: Floats, control: Floats
) -> FixedCharacteristics:
    """Enumerate a trial without looks.

    Parameters
    ----------
    design : BinaryDesign
        Sizes and decision.
    experimental, control : (points,) float
        True rates of the arms.
    """
    x1, x0 = every_result(design.sizes)
    found = decide(design, x1=x1, x0=x0, sizes=design.sizes)
    mass1 = binomial_mass(n=design.sizes[0], probability=experimental)
    mass0 = binomial_mass(n=design.sizes[1], probability=control)

    def chance(value: Bools) -> Floats:
        return expected_over_tables(mass1=mass1, mass0=mass0, value=value)

    return FixedCharacteristics(
        significant=chance(found.is_significant),
        significant_benefit=chance(found.is_significant & found.favours_benefit),
        significant_harm=chance(found.is_significant & ~found.favours_benefit),
        conclusion=np.stack(
            [chance(found.conclusion == place) for place in range(len(CONCLUSIONS))], axis=-1
        ),
        coverage=_coverage(found.ci_low, found.ci_high, mass1, mass0, experimental - control),
    )


def _coverage(low: Floats, high: Floats, mass1: Floats, mass0: Floats, true: Floats) -> Floats:
    points = np.empty(true.shape)
    for place, difference in enumerate(true):
        holds = (low <= difference) & (difference <= high)
        points[place] = mass1[place] @ holds @ mass0[place]
    return points


def assurance(
    design: BinaryDesign,
    *,
    experimental: tuple[float, float],
    control: tuple[float, float],
) -> dict[str, float]:
    """Average a trial without looks over Beta priors of the true rates.

    Parameters
    ----------
    design : BinaryDesign
        Sizes and decision.
    experimental, control : tuple of float
        Parameters of the Beta prior of each arm.

    Returns
    -------
    dict
        Probability of a significant result on the good side, and of each conclusion.
    """
    x1, x0 = every_result(design.sizes)
    found = decide(design, x1=x1, x0=x0, sizes=design.sizes)
    mass1 = beta_binomial_mass(n=design.sizes[0], alpha=experimental[0], beta=experimental[1])
    mass0 = beta_binomial_mass(n=design.sizes[1], alpha=control[0], beta=control[1])

    def chance(value: Bools) -> float:
        return float(expected_over_tables(mass1=mass1, mass0=mass0, value=value))

    return {
        "significant_benefit": chance(found.is_significant & found.favours_benefit),
        **{name: chance(found.conclusion == place) for place, name in enumerate(CONCLUSIONS)},
    }
