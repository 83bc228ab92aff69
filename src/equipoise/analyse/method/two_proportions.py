"""Two proportions: every interval, every test and every limit that a protocol can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.analyse.method.comparison import one_sided
from equipoise.stats import Floats
from equipoise.stats.binary import (
    Alternative,
    IntervalEstimate,
    UnconditionalTest,
    barnard_test,
    barnard_unpooled_test,
    boschloo_doubled_test,
    boschloo_test,
    chi_square_test,
    fisher_test,
    odds_ratio_conditional,
    odds_ratio_cornfield,
    odds_ratio_haldane_anscombe,
    odds_ratio_miettinen_nurminen,
    odds_ratio_profile,
    odds_ratio_woolf,
    proportion_agresti_coull,
    proportion_clopper_pearson,
    proportion_jeffreys,
    proportion_wald,
    proportion_wilson,
    proportion_wilson_corrected,
    risk_difference_agresti_caffo,
    risk_difference_mee,
    risk_difference_miettinen_nurminen,
    risk_difference_newcombe,
    risk_difference_profile,
    risk_difference_wald,
    risk_ratio_katz,
    risk_ratio_koopman,
    risk_ratio_miettinen_nurminen,
    risk_ratio_profile,
)

__all__ = [
    "ARM_INTERVALS",
    "INTERVALS",
    "TESTS",
    "Counts",
    "Interval",
    "ProportionTest",
    "two_proportions",
]

Counts = tuple[Floats, Floats, Floats, Floats]
"""Events and subjects of the experimental group, then of the control: (trials,) each."""

Interval = tuple[Callable[..., IntervalEstimate], str]
"""An estimator with its limits, and what a reader calls them."""

INTERVALS: Mapping[str, Mapping[str, Interval]] = {
    "risk_difference": {
        "newcombe": (risk_difference_newcombe, "Newcombe's limits"),
        "miettinen_nurminen": (
            risk_difference_miettinen_nurminen,
            "Miettinen and Nurminen's limits",
        ),
        "mee": (risk_difference_mee, "Mee's score limits"),
        "profile": (risk_difference_profile, "profile-likelihood limits"),
        "agresti_caffo": (risk_difference_agresti_caffo, "Agresti and Caffo's limits"),
        "wald": (risk_difference_wald, "Wald limits"),
    },
    "relative_risk": {
        "katz": (risk_ratio_katz, "Katz's log limits"),
        "koopman": (risk_ratio_koopman, "Koopman's score limits"),
        "miettinen_nurminen": (risk_ratio_miettinen_nurminen, "Miettinen and Nurminen's limits"),
        "profile": (risk_ratio_profile, "profile-likelihood limits"),
    },
    "odds_ratio": {
        "woolf": (odds_ratio_woolf, "Woolf's log limits"),
        "haldane_anscombe": (
            odds_ratio_haldane_anscombe,
            "1/2 added to each cell, Woolf's log limits",
        ),
        "cornfield": (odds_ratio_cornfield, "Cornfield's score limits"),
        "miettinen_nurminen": (odds_ratio_miettinen_nurminen, "Miettinen and Nurminen's limits"),
        "profile": (odds_ratio_profile, "profile-likelihood limits"),
        "conditional": (odds_ratio_conditional, "conditional estimate with exact limits"),
    },
}
"""Measure, name in the protocol -> estimator and its name."""

ARM_INTERVALS: Mapping[str, Interval] = {
    "wilson": (proportion_wilson, "Wilson's limits"),
    "wilson_corrected": (
        proportion_wilson_corrected,
        "Wilson's limits with correction for continuity",
    ),
    "clopper_pearson": (proportion_clopper_pearson, "exact limits of Clopper and Pearson"),
    "jeffreys": (proportion_jeffreys, "limits from Jeffreys' prior"),
    "agresti_coull": (proportion_agresti_coull, "Agresti and Coull's limits"),
    "wald": (proportion_wald, "Wald limits"),
}
"""Limits of one proportion, by their name in the protocol."""

TESTS: Mapping[str, str] = {
    "fisher": "Fisher's exact test",
    "fisher_mid_p": "Fisher's exact test, mid-p",
    "barnard": "Barnard's test",
    "barnard_unpooled": "Barnard's test, unpooled variance",
    "boschloo": "Boschloo's test",
    "boschloo_doubled": "Boschloo's test, smaller one-sided p doubled",
    "chi_square": "Pearson's chi-square test",
    "chi_square_corrected": "Pearson's chi-square test with Yates' correction",
    "chi_square_n_minus_1": "chi-square test with the factor (N - 1)/N",
}
"""What a reader calls each test, by its name in the protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionTest:
    """A test of two proportions: (trials,) p values and states, and its name."""

    p_value: Floats
    state: np.ndarray[tuple[int, ...], np.dtype[np.int8]]
    name: str


def two_proportions(
    counts: Counts, *, test: str, alternative: Alternative = "two_sided"
) -> ProportionTest:
    """Test two proportions.

    Parameters
    ----------
    counts : four (trials,) arrays
        Events and subjects of the experimental group, then of the control.
    test : str
        As a protocol names it, but ``none``.
    alternative : str
        ``two_sided``; ``greater`` or ``less`` proportion in the experimental group.
    """
    x1, n1, x0, n0 = counts
    if test in _UNCONDITIONAL:
        found = _UNCONDITIONAL[test](x1=x1, n1=n1, x0=x0, n0=n0, alternative=alternative)
        return ProportionTest(p_value=found.p_value, state=found.state, name=TESTS[test])
    if test == "boschloo_doubled":
        found = boschloo_doubled_test(x1=x1, n1=n1, x0=x0, n0=n0)
        return ProportionTest(p_value=found.p_value, state=found.state, name=TESTS[test])
    if test in ("fisher", "fisher_mid_p"):
        return _fisher(counts, test, alternative)
    return _chi_square(counts, test, alternative)


_UNCONDITIONAL: Mapping[str, Callable[..., UnconditionalTest]] = {
    "barnard": barnard_test,
    "barnard_unpooled": barnard_unpooled_test,
    "boschloo": boschloo_test,
}


def _fisher(counts: Counts, test: str, alternative: str) -> ProportionTest:
    x1, n1, x0, n0 = counts
    found = fisher_test(x1=x1, n1=n1, x0=x0, n0=n0)
    sides = {"greater": found.p_greater, "less": found.p_less, "two_sided": found.p_two_sided}
    if test == "fisher_mid_p":
        sides = {
            "greater": found.midp_greater,
            "less": found.midp_less,
            "two_sided": found.midp_observed,
        }
    return ProportionTest(p_value=sides[alternative], state=found.state, name=TESTS[test])


def _chi_square(counts: Counts, test: str, alternative: str) -> ProportionTest:
    x1, n1, x0, n0 = counts
    found = chi_square_test(x1=x1, n1=n1, x0=x0, n0=n0)
    p_value = {
        "chi_square": found.p_value,
        "chi_square_corrected": found.p_yates,
        "chi_square_n_minus_1": found.p_n_minus_1,
    }[test]
    return ProportionTest(
        p_value=one_sided(found.z, p_value, alternative), state=found.state, name=TESTS[test]
    )
