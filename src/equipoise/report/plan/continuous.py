"""What comparisons of means compute, in the words of a statistical analysis plan."""

from __future__ import annotations

from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import (
    Ancova,
    Mmrm,
    PairedSamples,
    SeveralSamples,
    TwoSample,
)
from equipoise.protocol.model.analysis.base import OfMeans, WithMargin
from equipoise.report.plan.binary import margin_text
from equipoise.report.plan.terms import model_terms

__all__ = ["ancova_text", "mmrm_text", "paired_text", "several_samples_text", "two_sample_text"]

_DEGREES = {
    "kenward_roger": "Kenward and Roger with second derivatives",
    "kenward_roger_linear": "Kenward and Roger in the linear form",
    "satterthwaite": "Satterthwaite",
    "between_within": "between and within subjects",
    "residual": "residual",
}
_TYPES = {"type_1": "I", "type_2": "II", "type_3": "III"}
_TWO_SAMPLE = {
    "t_test": "Student's t test with a common variance; t limits of the difference of means.",
    "welch_test": "Welch's t test with Satterthwaite's degrees of freedom; t limits of the "
    "difference.",
}
_RANK_SUMS = {
    "normal": "Wilcoxon rank-sum test, normal approximation with continuity correction and the "
    "variance of ties; Hodges-Lehmann shift with its limits.",
    "exact": "Wilcoxon rank-sum test by the exact distribution, which holds without ties only; "
    "Hodges-Lehmann shift with its exact limits.",
}
_SIGNED_RANKS = {
    "normal": "Wilcoxon signed rank test within each group, normal approximation with continuity "
    "correction and the variance of ties; subjects without a change are left out; Hodges-Lehmann "
    "estimate with its limits.",
    "exact": "Wilcoxon signed rank test within each group by the exact distribution, which holds "
    "without ties and zeros only; Hodges-Lehmann estimate with its exact limits.",
}
_SEVERAL_SAMPLES = {
    "anova": "One-way analysis of variance with a common variance.",
    "welch_anova": "Welch's analysis of variance with a variance for each arm.",
    "kruskal_wallis": "Kruskal-Wallis test of rank sums, corrected for ties.",
}


def ancova_text(protocol: Protocol, analysis: Ancova) -> str:
    """Describe an analysis of covariance."""
    weights = "equal weights" if analysis.weights == "equal" else "observed frequencies"
    errors = (
        "the residual variance" if analysis.errors == "model" else f"a sandwich ({analysis.errors})"
    )
    text = (
        "Analysis of covariance by least squares; least-squares means at the mean of the "
        f"covariates with {weights} of factor levels; standard errors from {errors}; differences "
        "with t limits on the residual degrees of freedom; type "
        f"{_TYPES[analysis.sums_of_squares]} F tests."
        f"{model_terms(analysis.factors, analysis.covariates)}{_joint(analysis)}{_margin(analysis)}"
        f"{_combinations(analysis)}"
    )
    if analysis.trend:
        doses = ", ".join(
            f"{arm.label} {arm.dose_level:g}"
            for arm in protocol.arms.values()
            if arm.dose_level is not None
        )
        text += f" Dose response: the dose as a number in place of the arm ({doses})."
    return text


def _joint(analysis: Ancova | SeveralSamples) -> str:
    return {
        "dunnett": " Comparisons with the control are adjusted after Dunnett.",
        "tukey": " Comparisons of pairs are adjusted after Tukey and Kramer.",
    }.get(analysis.multiplicity, "")


def _margin(analysis: WithMargin) -> str:
    if analysis.margin is None:
        return ""
    return f" {margin_text(analysis, f'{analysis.margin:g}', 'one-sided t tests')}"


def mmrm_text(analysis: Mmrm) -> str:
    """Describe a mixed model for repeated measures."""
    by_visit = ", covariates by visit" if analysis.covariate_by_visit else ""
    own = ", one for each arm" if analysis.covariance_by_arm else ""
    errors = (
        ""
        if analysis.errors == "model"
        else f"; standard errors: {analysis.errors.replace('_', ' ')} sandwich over subjects"
    )
    return (
        f"Mixed model for repeated measures: arm by visit{by_visit}; "
        f"{_covariance(analysis)}{own}; "
        f"{analysis.estimation.upper()}{errors}; degrees of freedom: "
        f"{_DEGREES[analysis.degrees_of_freedom]}. Missing visits are taken as missing at "
        "random. F tests of arm and visit in the mean over the other, and of arm by visit."
        f"{model_terms(analysis.factors, analysis.covariates)}{_margin(analysis)}"
        f"{_combinations(analysis)}"
    )


def _combinations(analysis: OfMeans) -> str:
    sums = [
        f"{name} ({', '.join(f'{group} {weight:g}' for group, weight in weights.items())})"
        for name, weights in analysis.combinations.items()
    ]
    return f" Weighted sums of adjusted means, with t limits: {'; '.join(sums)}." if sums else ""


def _covariance(analysis: Mmrm) -> str:
    form = analysis.covariance
    if form == "random_intercept":
        return "a random intercept for each subject"
    if form == "random_intercept_and_slope":
        return "a random intercept and slope over the planned days for each subject, correlated"
    return f"{form.replace('_', ' ')} covariance within subjects"


def two_sample_text(analysis: TwoSample) -> str:
    """Describe a comparison of two groups."""
    if analysis.method == "wilcoxon":
        return _RANK_SUMS[analysis.distribution]
    variances = " Variances are compared by the F test of their ratio."
    return (
        _TWO_SAMPLE[analysis.method]
        + _margin(analysis)
        + (variances if analysis.variance_test else "")
    )


def paired_text(analysis: PairedSamples) -> str:
    """Describe changes within groups."""
    test = (
        "Paired t test of the mean change from baseline within each group, with t limits."
        if analysis.method == "paired_t_test"
        else _SIGNED_RANKS[analysis.distribution]
    )
    return f"{test} Groups are not compared."


def several_samples_text(analysis: SeveralSamples) -> str:
    """Describe a comparison of all groups at once."""
    return _SEVERAL_SAMPLES[analysis.method] + _joint(analysis)
