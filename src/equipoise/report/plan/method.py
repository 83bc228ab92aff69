"""What each method computes, in the words of a statistical analysis plan."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import (
    AdverseEvents,
    Analysis,
    Ancova,
    Cmh,
    Describe,
    Imputed,
    Mmrm,
    Proportion,
    TwoSample,
)
from equipoise.report.plan.binary import adverse_event_text, cmh_text, proportion_text
from equipoise.report.plan.imputation import imputation_text
from equipoise.report.plan.survival import SurvivalAnalysis, survival_text
from equipoise.report.plan.terms import model_terms

__all__ = ["method_text"]

_DEGREES = {
    "kenward_roger": "Kenward and Roger with second derivatives",
    "kenward_roger_linear": "Kenward and Roger in the linear form",
    "satterthwaite": "Satterthwaite",
    "between_within": "between and within subjects",
    "residual": "residual",
}
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
    "individual_courses": "Every value of every subject over the visits, as it was seen.",
    "t_test": "Student's t test with a common variance; t limits of the difference of means.",
    "welch_test": "Welch's t test with Satterthwaite's degrees of freedom; t limits of the "
    "difference.",
    "wilcoxon": "Wilcoxon rank-sum test, normal approximation with continuity correction and the "
    "variance of ties; Hodges-Lehmann shift with its limits.",
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
            return _ancova(protocol, analysis)
        case Mmrm():
            return _mmrm(analysis)
        case Imputed():
            return imputation_text(protocol, analysis)
        case Proportion():
            return proportion_text(analysis)
        case Cmh():
            return cmh_text(analysis)
        case AdverseEvents():
            return adverse_event_text(analysis)
        case TwoSample():
            return _FIXED[analysis.method]
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


def _ancova(protocol: Protocol, analysis: Ancova) -> str:
    weights = "equal weights" if analysis.weights == "equal" else "observed frequencies"
    text = (
        "Analysis of covariance by least squares; least-squares means at the mean of the "
        f"covariates with {weights} of factor levels; differences with t limits on the residual "
        f"degrees of freedom; type III F tests.{model_terms(analysis.factors, analysis.covariates)}"
    )
    if analysis.trend:
        doses = ", ".join(
            f"{arm.label} {arm.dose_level:g}"
            for arm in protocol.arms.values()
            if arm.dose_level is not None
        )
        text += f" Dose response: the dose as a number in place of the arm ({doses})."
    return text


def _mmrm(analysis: Mmrm) -> str:
    by_visit = ", covariates by visit" if analysis.covariate_by_visit else ""
    return (
        f"Mixed model for repeated measures: arm by visit{by_visit}; "
        f"{analysis.covariance.replace('_', ' ')} covariance within subjects; "
        f"{analysis.estimation.upper()}; degrees of freedom: "
        f"{_DEGREES[analysis.degrees_of_freedom]}. Missing visits are taken as missing at "
        f"random.{model_terms(analysis.factors, analysis.covariates)}"
    )
