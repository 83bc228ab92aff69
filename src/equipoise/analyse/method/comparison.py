"""What several methods do alike: the test of two proportions, and one-sided alternatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats import Floats
from equipoise.stats.binary import chi_square_test, fisher_test

__all__ = ["Counts", "ProportionTest", "one_sided", "two_proportions"]

Counts = tuple[Floats, Floats, Floats, Floats]
"""Events and subjects of the experimental group, then of the control: (trials,) each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionTest:
    """A test of two proportions: (trials,) p values and states, and its name."""

    p_value: Floats
    state: np.ndarray[tuple[int, ...], np.dtype[np.int8]]
    name: str


def two_proportions(counts: Counts, *, test: str, alternative: str = "two_sided") -> ProportionTest:
    """Test two proportions by Fisher's exact or by Pearson's chi-square test.

    Parameters
    ----------
    counts : four (trials,) arrays
        Events and subjects of the experimental group, then of the control.
    test : str
        ``fisher`` or ``chi_square``.
    alternative : str
        ``two_sided``; ``greater`` or ``less`` proportion in the experimental group.
    """
    x1, n1, x0, n0 = counts
    if test == "fisher":
        exact = fisher_test(x1=x1, n1=n1, x0=x0, n0=n0)
        p_value = {"greater": exact.p_greater, "less": exact.p_less}.get(
            alternative, exact.p_two_sided
        )
        return ProportionTest(p_value=p_value, state=exact.state, name="Fisher's exact test")
    tested = chi_square_test(x1=x1, n1=n1, x0=x0, n0=n0)
    return ProportionTest(
        p_value=one_sided(tested.z, tested.p_value, alternative),
        state=tested.state,
        name="Pearson's chi-square test",
    )


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
