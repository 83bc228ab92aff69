"""What the methods for times to an event compute, in the words of a statistical analysis plan."""

from __future__ import annotations

from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import (
    Cox,
    CumulativeIncidence,
    FineGray,
    IllnessDeath,
    KaplanMeier,
    LogRank,
    MaxCombo,
    Milestone,
    RestrictedMean,
)
from equipoise.report.plan.terms import model_terms

__all__ = ["SurvivalAnalysis", "survival_text"]

SurvivalAnalysis = (
    KaplanMeier
    | CumulativeIncidence
    | IllnessDeath
    | LogRank
    | MaxCombo
    | RestrictedMean
    | Milestone
    | Cox
    | FineGray
)
_SCALE = {
    "plain": "the plain scale",
    "log": "the log scale",
    "log_log": "the log-log scale (Kalbfleisch and Prentice)",
    "arcsine": "the arcsine scale",
    "logit": "the logit scale",
}
_WEIGHT = {
    "none": "Log-rank test",
    "gehan": "Log-rank test weighted by the number at risk (Gehan 1965)",
    "tarone_ware": "Log-rank test weighted by the root of the number at risk (Tarone, Ware 1977)",
}
_TIME = {
    "km": "1 less the Kaplan-Meier estimate",
    "rank": "the rank of the time",
    "identity": "the time itself",
    "log": "the logarithm of the time",
}
_BEYOND = {
    "not_estimable": "beyond the last follow-up nothing is estimated",
    "last": "beyond the last follow-up the last estimate is drawn on",
}


def survival_text(protocol: Protocol, analysis: SurvivalAnalysis) -> str:
    """Describe the method of an analysis: formulas by name, choices, handling of ties."""
    match analysis:
        case KaplanMeier():
            return (
                "Kaplan-Meier estimate with Greenwood's variance; limits on "
                f"{_SCALE[analysis.interval]}; numbers at risk at t count subjects with a time of "
                "at least t; quantiles after Brookmeyer and Crowley."
            )
        case CumulativeIncidence():
            test = "; Gray's test of equal incidence" if analysis.test == "gray" else ""
            return (
                "Cumulative incidence after Aalen and Johansen, of the event and of what competes "
                "with it; standard errors by the infinitesimal jackknife, limits on "
                f"{_SCALE[analysis.interval]}{test}."
            )
        case IllnessDeath():
            return _illness_death(analysis)
        case LogRank():
            return _logrank(protocol, analysis)
        case MaxCombo():
            powers = "; ".join(f"{rho:g}, {gamma:g}" for rho, gamma in analysis.weights)
            return (
                f"MaxCombo: the largest of log-rank tests with Fleming-Harrington weights (rho, "
                f"gamma) {powers}, p value from their joint normal distribution"
                f"{_within(analysis.strata)}."
            )
        case RestrictedMean():
            return (
                "Restricted mean survival time, the area under the Kaplan-Meier curve up to day "
                f"{analysis.horizon:g} (Royston and Parmar 2013), compared by "
                f"{' and '.join(analysis.measures)}{_weighed(analysis.strata)}; normal limits, "
                f"those of the ratio on the log scale; {_BEYOND[analysis.beyond]}."
            )
        case Milestone():
            test = "log-log" if analysis.test == "log_log" else "plain"
            return (
                f"Kaplan-Meier estimates at day {analysis.at:g}, limits on "
                f"{_SCALE[analysis.interval]}; their difference with normal limits"
                f"{_weighed(analysis.strata)}; test on the {test} scale (Klein et al. 2007); "
                f"{_BEYOND[analysis.beyond]}."
            )
        case Cox():
            return _cox(analysis)
        case FineGray():
            return (
                "Fine-Gray model: proportional hazards of the subdistribution, in which subjects "
                "with a competing event stay at risk with a weight for censoring; variance of Fine "
                "and Gray (1999); Wald test and limits."
                f"{model_terms(analysis.factors, analysis.covariates)}"
            )


def _illness_death(analysis: IllnessDeath) -> str:
    return (
        "Probabilities of the states after Aalen and Johansen, for which no Markov property is "
        "needed (Datta and Satten 2001); standard errors by the infinitesimal jackknife, limits on "
        f"{_SCALE[analysis.interval]}. Mean time in each state up to day {analysis.horizon:g} is "
        "the area under its probability; arms are compared by the difference with normal limits. "
        "A state is entered at the visit at which it is seen and lasts until a visit shows "
        f"another; {_BEYOND[analysis.beyond]}."
    )


def _logrank(protocol: Protocol, analysis: LogRank) -> str:
    name = _WEIGHT.get(
        analysis.weight,
        f"Log-rank test with Fleming-Harrington weights, rho {analysis.rho:g}, gamma "
        f"{analysis.gamma:g}",
    )
    text = f"{name} with the hypergeometric variance{_within(analysis.strata)}."
    if not analysis.trend:
        return text
    doses = ", ".join(
        f"{arm.label} {arm.dose_level:g}"
        for arm in protocol.arms.values()
        if arm.dose_level is not None
    )
    scores = doses if analysis.group == "arm" else "the order of the levels"
    return f"{text} Test for trend (Tarone 1975) with the scores {scores}."


def _cox(analysis: Cox) -> str:
    text = f"Proportional-hazards model, ties after {analysis.ties.capitalize()}"
    if analysis.errors == "robust":
        rows = f" over {analysis.cluster}" if analysis.cluster else ""
        text += f"; robust standard errors (Lin and Wei 1989){rows}"
    text += f"{_within(analysis.strata)}; Wald test and limits."
    if analysis.proportionality_test != "none":
        text += (
            " Proportional hazards are tested after Grambsch and Therneau with "
            f"{_TIME[analysis.proportionality_test]}."
        )
    if analysis.interactions:
        text += (
            " Likelihood-ratio tests of the interactions "
            f"{', '.join(analysis.interactions)}, each in a model of its own."
        )
    if analysis.predicted:
        text += (
            " The model's share without the event in each group, averaged over all subjects as if "
            f"they were of it, at days {', '.join(f'{day:g}' for day in analysis.predicted)}."
        )
    if analysis.residuals:
        text += (
            " Scaled Schoenfeld residuals are drawn over time, martingale residuals over each "
            "covariate."
        )
    if analysis.concordance:
        text += " Harrell's concordance."
    return f"{text}{model_terms(analysis.factors, analysis.covariates)}"


def _weighed(strata: tuple[str, ...]) -> str:
    if not strata:
        return ""
    return (
        f"{_within(strata)}, each group a mean over the strata weighed by their subjects in both "
        "groups"
    )


def _within(strata: tuple[str, ...]) -> str:
    return f", stratified by {', '.join(strata)}" if strata else ""
