"""What the methods of responses and adverse events compute, in the words of a plan."""

from __future__ import annotations

from equipoise.analyse.method.two_proportions import ARM_INTERVALS, INTERVALS, TESTS
from equipoise.protocol.model.analysis import AdverseEvents, Cmh, Proportion
from equipoise.protocol.model.analysis.base import WithMargin

__all__ = ["adverse_event_text", "cmh_text", "margin_text", "proportion_text"]

_REFERENCES = {
    "newcombe": " (Newcombe 1998, method 10)",
    "miettinen_nurminen": " (1985)",
    "agresti_caffo": " (2000)",
    "mee": " (1984)",
    "koopman": " (1984)",
}
_MARGIN_TESTS = {
    "farrington_manning": "score tests of Farrington and Manning (1990)",
    "miettinen_nurminen": "score tests of Miettinen and Nurminen (1985)",
}


def proportion_text(analysis: Proportion) -> str:
    """Describe the comparison of a response."""
    chosen = {
        "risk_difference": analysis.interval,
        "relative_risk": analysis.relative_risk_interval,
        "odds_ratio": analysis.odds_ratio_interval,
    }
    measures = [
        f"{one.replace('_', ' ')} with {_limits(one, chosen[one])}" for one in analysis.measures
    ]
    text = f"Proportions with {ARM_INTERVALS[analysis.arm_interval][1]}; {'; '.join(measures)}"
    text += f"; {_test(analysis.test)}."
    if analysis.margin is None:
        return text
    size = f"{100 * analysis.margin:g} percentage points"
    return f"{text} {margin_text(analysis, size, _MARGIN_TESTS[analysis.margin_test])}"


def _limits(measure: str, interval: str) -> str:
    return INTERVALS[measure][interval][1] + _REFERENCES.get(interval, "")


def _test(test: str) -> str:
    if test == "none":
        return "no test"
    sides = ", two-sided by probability" if test == "fisher" else ""
    plain = " without continuity correction" if test == "chi_square" else ""
    return f"{TESTS[test]}{plain}{sides}"


def margin_text(analysis: WithMargin, size: str, tests: str) -> str:
    """Describe a margin: its size in words, the tests against it, and their level."""
    alpha = f"{100 * (1 - analysis.level) / 2:g}%"
    if analysis.margin_kind == "equivalence":
        return (
            f"Equivalence within {size} in either direction: two one-sided tests ({tests}), each "
            f"at {alpha}, and the interval inside both margins."
        )
    return (
        f"Non-inferiority with a margin of {size}: {tests}, one-sided at {alpha}, and the "
        "interval on the good side of the margin."
    )


def cmh_text(analysis: Cmh) -> str:
    """Describe tests of a category over strata."""
    strata = ", ".join(analysis.strata) or "none"
    return (
        "Cochran-Mantel-Haenszel tests of general association, of row mean scores (table "
        f"scores) and of nonzero correlation; strata: {strata}."
    )


def adverse_event_text(analysis: AdverseEvents) -> str:
    """Describe tables of adverse events."""
    return (
        "Subjects with at least one event and numbers of events, by "
        f"{' and '.join(name.replace('_', ' ') for name in analysis.hierarchy)}; denominators are "
        "the members of the set; risk differences with "
        f"{_limits('risk_difference', analysis.interval)}; {_test(analysis.test)}."
    )
