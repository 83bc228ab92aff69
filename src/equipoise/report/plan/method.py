"""What each method computes, in the words of a statistical analysis plan."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import (
    AdverseEvents,
    Analysis,
    Ancova,
    BetaBinomial,
    Cmh,
    Describe,
    EventRate,
    GroupSequentialComparison,
    Imputed,
    Logistic,
    Mcnemar,
    Mmrm,
    Monitoring,
    NormalPosterior,
    PairedSamples,
    Proportion,
    SeveralSamples,
    StratifiedProportion,
    TwoSample,
)
from equipoise.report.plan.binary import (
    adverse_event_text,
    beta_binomial_text,
    cmh_text,
    event_rate_text,
    logistic_text,
    mcnemar_text,
    normal_posterior_text,
    proportion_text,
    stratified_text,
)
from equipoise.report.plan.continuous import (
    ancova_text,
    mmrm_text,
    paired_text,
    several_samples_text,
    two_sample_text,
)
from equipoise.report.plan.imputation import imputation_text
from equipoise.report.plan.monitoring import group_sequential_text, monitoring_text
from equipoise.report.plan.survival import SurvivalAnalysis, survival_text

__all__ = ["method_text"]

_TESTS = {
    "anova": "one-way analysis of variance",
    "welch_anova": "Welch's analysis of variance",
    "kruskal_wallis": "Kruskal-Wallis test",
    "t": "Student's t test",
    "welch": "Welch's t test",
    "wilcoxon": "Wilcoxon rank-sum test",
    "chi_square": "Pearson's chi-square test without continuity correction",
    "fisher": "Fisher's exact test, two-sided by probability",
    "none": "no test",
}
_FIXED: Mapping[str, str] = {
    "flow": "Participants are counted from assessment to analysis, as CONSORT 2025 asks.",
    "friedman": "Friedman's test of the visits within the subjects of each group, corrected for "
    "ties. Subjects with a missing visit are left out.",
    "individual_courses": "Every value of every subject over the visits, as it was seen.",
    "rm_anova": "Repeated-measures analysis of variance with arm between and visit within "
    "subjects, type III; p values also with the corrections of Greenhouse and Geisser and of "
    "Huynh and Feldt (plain and after Lecoutre). Subjects with a missing visit are left out.",
}


def method_text(protocol: Protocol, analysis: Analysis) -> str:
    """Describe the method of an analysis: formulas by name, choices, handling of ties."""
    if isinstance(analysis, SurvivalAnalysis):
        return survival_text(protocol, analysis)
    match analysis:
        case Describe():
            return _describe(analysis)
        case Ancova():
            return ancova_text(protocol, analysis)
        case Mmrm():
            return mmrm_text(analysis)
        case Imputed():
            return imputation_text(protocol, analysis)
        case Proportion():
            return proportion_text(analysis)
        case Cmh():
            return cmh_text(analysis)
        case StratifiedProportion():
            return stratified_text(analysis)
        case Logistic():
            return logistic_text(analysis)
        case Mcnemar():
            return mcnemar_text(analysis)
        case EventRate():
            return event_rate_text(analysis)
        case Monitoring():
            return monitoring_text(analysis)
        case GroupSequentialComparison():
            return group_sequential_text(analysis)
        case NormalPosterior():
            return normal_posterior_text(protocol, analysis)
        case BetaBinomial():
            return beta_binomial_text(analysis)
        case AdverseEvents():
            return adverse_event_text(analysis)
        case TwoSample():
            return two_sample_text(analysis)
        case PairedSamples():
            return paired_text(analysis)
        case SeveralSamples():
            return several_samples_text(analysis)
        case _:
            return _FIXED.get(analysis.method, analysis.method.replace("_", " "))


def _describe(analysis: Describe) -> str:
    tests = [
        f"{kind}s: {_TESTS[name]}"
        for kind, name in (
            ("number", analysis.tests.number),
            ("category", analysis.tests.category),
        )
        if name is not None
    ]
    text = (
        "Numbers: n, mean, standard deviation, median, quartiles (averaged at steps, SAS "
        "definition 5), range. Categories: counts and percentages of "
        + ("the whole group." if analysis.denominator == "set" else "those known.")
    )
    return f"{text} Tests over the groups: {'; '.join(tests)}." if tests else text
