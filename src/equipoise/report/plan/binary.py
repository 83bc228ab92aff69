"""What the methods of responses and adverse events compute, in the words of a plan."""

from __future__ import annotations

from equipoise.analyse.method.two_proportions import ARM_INTERVALS, INTERVALS, TESTS
from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import (
    AdverseEvents,
    BetaBinomial,
    BetaComponent,
    Cmh,
    EventRate,
    Logistic,
    Mcnemar,
    NormalPosterior,
    Proportion,
    StratifiedProportion,
)
from equipoise.protocol.model.analysis.base import WithMargin
from equipoise.report.plan.terms import model_terms

__all__ = [
    "adverse_event_text",
    "beta_binomial_text",
    "cmh_text",
    "event_rate_text",
    "logistic_text",
    "margin_text",
    "mcnemar_text",
    "normal_posterior_text",
    "proportion_text",
    "stratified_text",
]

_REFERENCES = {
    "newcombe": " (Newcombe 1998, method 10)",
    "miettinen_nurminen": " (1985)",
    "agresti_caffo": " (2000)",
    "mee": " (1984)",
    "koopman": " (1984)",
}
_STRATIFIED_LIMITS = {
    "sato": "Sato's standard error (1989)",
    "klingenberg": "Klingenberg's limits (2014)",
    "miettinen_nurminen": "Miettinen and Nurminen's score limits (1985), Mantel-Haenszel weights",
    "newcombe": "Newcombe's limits over strata (Yan and Su 2010), Mantel-Haenszel weights",
}
_STRATIFIED_TESTS = {
    "chi_square": "Cochran-Mantel-Haenszel test",
    "chi_square_corrected": "Cochran-Mantel-Haenszel test with correction for continuity",
    "exact": "exact test given the margins of all strata",
}
_SCORES = {
    "values": "table scores",
    "midranks": "midranks within strata",
    "modified_ridits": "modified ridits, van Elteren's test",
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
    if analysis.null_share is not None:
        text += (
            " The proportion of each group is tested against "
            f"{100 * analysis.null_share:g}% by the exact binomial test."
        )
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
        "Cochran-Mantel-Haenszel tests of general association, of row mean scores "
        f"({_SCORES[analysis.scores]}) and of nonzero correlation; strata: {strata}."
    )


def adverse_event_text(analysis: AdverseEvents) -> str:
    """Describe tables of adverse events."""
    return (
        "Subjects with at least one event and numbers of events, by "
        f"{' and '.join(name.replace('_', ' ') for name in analysis.hierarchy)}; denominators are "
        "the members of the set; risk differences with "
        f"{_limits('risk_difference', analysis.interval)}; {_test(analysis.test)}."
    )


def stratified_text(analysis: StratifiedProportion) -> str:
    """Describe a comparison within strata."""
    limits = {"risk_difference": f" with {_STRATIFIED_LIMITS[analysis.interval]}"}
    measures = ", ".join(one.replace("_", " ") + limits.get(one, "") for one in analysis.measures)
    return (
        f"Mantel-Haenszel {measures} over the strata of {', '.join(analysis.strata)}; "
        f"{_STRATIFIED_TESTS[analysis.test]}; Breslow and Day's test of one odds ratio, "
        "plain and with Tarone's correction."
    )


def logistic_text(analysis: Logistic) -> str:
    """Describe a logistic regression."""
    test = {
        "wald": "Wald test",
        "likelihood_ratio": "likelihood ratio test, which stands where a ratio is infinite",
    }[analysis.test]
    text = (
        f"Logistic regression by maximum likelihood: odds ratios with Wald limits, {test}; risk "
        "difference standardised over all subjects of the fit, standard error by the delta method "
        "(Ge and others 2011). Separated data are reported as such."
    )
    if analysis.interactions:
        text += (
            f" Interactions {', '.join(analysis.interactions)}: likelihood ratio tests one by one; "
            "odds ratios also in each level of a factor among them."
        )
    return f"{text}{model_terms(analysis.factors, analysis.covariates)}"


def mcnemar_text(analysis: Mcnemar) -> str:
    """Describe a comparison of two visits."""
    test = {
        "exact": "exact test of McNemar",
        "mid_p": "McNemar's test, mid-p",
        "chi_square": "McNemar's test",
        "chi_square_corrected": "McNemar's test with correction for continuity",
    }[analysis.test]
    before, after = analysis.visits
    return (
        f"Subjects known at both {before} and {after}; {test} within each group; odds ratio of "
        "gained over lost with exact limits."
    )


def event_rate_text(analysis: EventRate) -> str:
    """Describe rates of events."""
    counted = {
        "all": "all events, taken as independent",
        "first": "the first event of each subject, whose time ends with it",
    }[analysis.count]
    test = "; exact test of equal rates" if analysis.test == "exact" else ""
    return (
        f"Events per {analysis.per:g} person-years ({counted}) with exact Poisson limits (Garwood "
        f"1936); ratio of rates with exact limits given the total number of events{test}."
    )


def beta_binomial_text(analysis: BetaBinomial) -> str:
    """Describe a Bayesian comparison: every prior, and what is reported."""
    priors = [f"every other group {_mixture(analysis.prior)}"] if analysis.prior else []
    priors = [f"{name} {_mixture(one)}" for name, one in analysis.priors.items()] + priors
    text = f"Beta-binomial model; priors: {'; '.join(priors) or 'uniform'}"
    if analysis.robust is not None:
        text += f", each named prior with a uniform component of weight {analysis.robust:g}"
    return (
        f"{text}. Posterior medians with equal-tailed credible limits; probability that the "
        "difference is on the good side of 0, of the minimal important difference"
        + "".join(f", of {one:g}" for one in analysis.exceeds)
        + "."
    )


def normal_posterior_text(protocol: Protocol, analysis: NormalPosterior) -> str:
    """Describe the posterior of the estimates of another analysis."""
    parts = [f"{one.weight:g} N({one.mean:g}, SD {one.sd:g})" for one in analysis.prior]
    if len(parts) == 1:
        parts = [parts[0].split(" ", 1)[1]]
    values = ", ".join(f"{one:g}" for one in sorted({0.0, *analysis.exceeds}))
    return (
        f"Estimates of the contrasts of {protocol.analyses[analysis.of].title!r}, taken as normal "
        f"with their standard errors; prior {' + '.join(parts)}. Posterior median with "
        f"equal-tailed credible limits; probability that the true value is above {values}."
    )


def _mixture(components: tuple[BetaComponent, ...]) -> str:
    if len(components) == 1:
        return f"Beta({components[0].alpha:g}, {components[0].beta:g})"
    return " + ".join(f"{one.weight:g} Beta({one.alpha:g}, {one.beta:g})" for one in components)
