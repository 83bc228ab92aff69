"""From the protocol to the words of a report."""

from __future__ import annotations

import re

from equipoise.analyse.statement import opened
from equipoise.protocol import BUILT_IN, Protocol
from equipoise.protocol.model.analysis import AnalysisBase, Imputed
from equipoise.protocol.model.endpoint import (
    Endpoint,
    MeasureEndpoint,
    MultistateEndpoint,
    TimeToEventEndpoint,
)
from equipoise.report.display.words import (
    EndpointWords,
    VariableWords,
    VisitWords,
    Words,
    humanised,
    unit_words,
)
from equipoise.report.figure.style import FigureArm
from equipoise.report.format import plain

__all__ = ["method_words", "words_of"]

_METHODS = {
    "adverse_events": "counts of subjects and events",
    "ancova": "analysis of covariance",
    "anova": "one-way analysis of variance",
    "cmh": "Cochran-Mantel-Haenszel tests",
    "cox": "proportional-hazards model",
    "cumulative_incidence": "cumulative incidence by Aalen and Johansen",
    "describe": "description",
    "friedman": "Friedman's test",
    "fine_gray": "Fine-Gray model of the subdistribution",
    "flow": "counts of participants",
    "group_sequential": "comparison at each look, in the order of entry",
    "illness_death": "probabilities of states by Aalen and Johansen",
    "individual_courses": "values of single subjects",
    "kaplan_meier": "Kaplan-Meier estimate",
    "kruskal_wallis": "Kruskal-Wallis test",
    "logrank": "log-rank test",
    "maxcombo": "MaxCombo test",
    "milestone": "Kaplan-Meier estimates at one time",
    "mmrm": "mixed model for repeated measures",
    "multiple_imputation": "multiple imputation",
    "paired_t_test": "paired t test",
    "proportion": "comparison of proportions",
    "stratified_proportion": "comparison of proportions within strata",
    "logistic": "logistic regression",
    "mcnemar": "McNemar's test of two visits",
    "event_rate": "rates of events per person-time",
    "exact_monitoring": "responders against limits, in the order of entry",
    "sprt": "sequential probability ratio test, in the order of entry",
    "predictive_monitoring": "predictive probability of success, in the order of entry",
    "beta_binomial": "beta-binomial model",
    "normal_posterior": "normal estimate with a normal prior",
    "reference_based": "reference-based imputation",
    "restricted_mean": "restricted mean survival time",
    "rm_anova": "repeated-measures analysis of variance",
    "t_test": "Student's t test",
    "tipping_point": "tipping point",
    "welch_anova": "Welch's analysis of variance",
    "welch_test": "Welch's t test",
    "wilcoxon": "Wilcoxon rank-sum test",
    "wilcoxon_signed_rank": "Wilcoxon signed rank test",
}
_LOGARITHM = re.compile(r"log\((?P<variable>\w+)( \+ 1)?\)")
_WITHOUT_INTERVALS = frozenset(
    {
        "adverse_events",
        "cmh",
        "describe",
        "flow",
        "friedman",
        "individual_courses",
        "logrank",
        "maxcombo",
        "exact_monitoring",
        "sprt",
    }
)
_MISSING = {
    "none": "left missing",
    "last_observation_carried_forward": "the last observation carried forward",
    "failure": "counted as failure",
}


def words_of(protocol: Protocol) -> Words:
    """Take the names that a report uses from the protocol."""
    endpoints = {name: _endpoint(protocol, one) for name, one in protocol.endpoints.items()}
    estimands = {name: endpoints[one.endpoint] for name, one in protocol.estimands.items()}
    return Words(
        arms=tuple(
            FigureArm(id=name, label=arm.label, is_control=name == protocol.control)
            for name, arm in protocol.arms.items()
        ),
        variables={
            name: VariableWords(label=humanised(name))
            for name, symbol in BUILT_IN.items()
            if symbol.level == "subject"
        }
        | {
            name: VariableWords(
                label=one.label,
                unit=unit_words(one.unit or ""),
                decimals=one.decimals,
                levels=one.codes or {},
                is_worst_first=one.worst == "first",
            )
            for name, one in protocol.variables.items()
        },
        endpoints=endpoints | estimands,
        sets={name: one.label for name, one in protocol.analysis_sets.items()},
        visits={
            name: VisitWords(label=one.label, day=one.day) for name, one in protocol.visits.items()
        },
    )


def _endpoint(protocol: Protocol, endpoint: Endpoint) -> EndpointWords:
    unit, decimals = "", 0
    states = endpoint.states if isinstance(endpoint, MultistateEndpoint) else {}
    if isinstance(endpoint, MeasureEndpoint):
        variable = protocol.variables.get(endpoint.variable)
        if variable is not None:
            unit, decimals = unit_words(variable.unit or ""), variable.decimals
        if endpoint.type == "percent_change":
            unit, decimals = "%", 0
    return EndpointWords(
        label=endpoint.label,
        unit=unit,
        decimals=decimals,
        benefit=endpoint.benefit,
        important=endpoint.minimal_important_difference,
        kind=endpoint.type,
        levels={name: state.label for name, state in states.items()},
        origin=_origin(protocol, endpoint),
        competing=_competing(protocol, endpoint),
        variable=_measured(protocol, getattr(endpoint, "variable", "")),
    )


def _origin(protocol: Protocol, endpoint: Endpoint) -> str:
    """Say from what a time counts; nothing where that is randomisation."""
    if not isinstance(endpoint, TimeToEventEndpoint) or endpoint.origin == "0":
        return ""
    return _term(protocol, endpoint.origin)


def _competing(protocol: Protocol, endpoint: Endpoint) -> str:
    """Name what competes with the event: ``death_day`` reads as death."""
    if not isinstance(endpoint, TimeToEventEndpoint) or endpoint.competing is None:
        return ""
    return _term(protocol, endpoint.competing).removesuffix(" day")


def _measured(protocol: Protocol, name: str) -> str:
    """Say which variable is measured where one is the logarithm of another."""
    variable = protocol.variables.get(name)
    found = _LOGARITHM.fullmatch(variable.derive or "") if variable is not None else None
    return found["variable"] if found is not None else name


def method_words(protocol: Protocol, analysis: AnalysisBase) -> str:
    """Say in a sentence how an analysis was made and in whom."""
    method = str(getattr(analysis, "method", ""))
    parts = [_METHODS.get(method, method.replace("_", " "))]
    factors = [*getattr(analysis, "factors", ())]
    covariates = [*getattr(analysis, "covariates", ())]
    if factors or covariates:
        names = [_term(protocol, one) for one in (*factors, *covariates)]
        parts.append(f"adjusted for {', '.join(names)}")
    strata = getattr(analysis, "strata", ())
    if strata:
        parts.append(f"stratified by {', '.join(_term(protocol, one) for one in strata)}")
    text = f"{', '.join(parts)}; {protocol.analysis_sets[protocol.set_of(analysis)].label} set"
    if analysis.where is not None:
        text += f", where {analysis.where}"
    if analysis.by:
        text += f"; by {', '.join(_term(protocol, one) for one in analysis.by)}"
    estimand = getattr(analysis, "estimand", None)
    if estimand is not None and not isinstance(analysis, Imputed):
        missing = protocol.estimands[estimand].missing
        text += f"; missing values: {_MISSING[missing]}"
    if getattr(analysis, "alternative", "two_sided") != "two_sided":
        text += "; one-sided"
    if getattr(analysis, "multiplicity", "none") != "none":
        name = getattr(analysis, "multiplicity", "").replace("_", " ")
        text += f"; p values also adjusted over the contrasts ({name})"
    text = f"{opened(text)}."
    if method in _WITHOUT_INTERVALS:
        return text
    return f"{text} Confidence level {plain(analysis.level, shift=2)}%."


def _term(protocol: Protocol, name: str) -> str:
    variable = protocol.variables.get(name)
    label = variable.label if variable is not None else name.replace("_", " ")
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
