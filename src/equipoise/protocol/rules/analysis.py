"""Rules of analyses: what they name exists, and fits the method."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.expression import Level, Scope
from equipoise.protocol.model.analysis import (
    AdverseEvents,
    AnalysisBase,
    Ancova,
    Cmh,
    Describe,
    Flow,
    IndividualCourses,
)
from equipoise.protocol.model.endpoint import MeasureEndpoint
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import (
    FieldFault,
    Path,
    expression_faults,
    known_levels,
    unknown,
)
from equipoise.protocol.rules.method import method_faults
from equipoise.protocol.scope import scope_of

__all__ = ["analysis_faults"]

_FITTING: dict[str, tuple[str, ...]] = {
    "ancova": ("value", "change", "percent_change"),
    "anova": ("value", "change", "percent_change"),
    "welch_anova": ("value", "change", "percent_change"),
    "kruskal_wallis": ("value", "change", "percent_change"),
    "t_test": ("value", "change", "percent_change"),
    "welch_test": ("value", "change", "percent_change"),
    "wilcoxon": ("value", "change", "percent_change"),
    "paired_t_test": ("change",),
    "wilcoxon_signed_rank": ("change",),
    "friedman": ("value", "change", "percent_change"),
    "cmh": ("value", "response", "adverse_event"),
    "mmrm": ("value", "change", "percent_change"),
    "multiple_imputation": ("value", "change", "percent_change"),
    "reference_based": ("value", "change", "percent_change"),
    "rm_anova": ("value", "change", "percent_change"),
    "tipping_point": ("value", "change", "percent_change", "response"),
    "proportion": ("response", "adverse_event"),
    "stratified_proportion": ("response", "adverse_event"),
    "logistic": ("response", "adverse_event"),
    "beta_binomial": ("response", "adverse_event"),
    "event_rate": ("adverse_event", "time_to_event"),
    "exact_monitoring": ("response", "adverse_event"),
    "sprt": ("response", "adverse_event"),
    "group_sequential": ("response", "adverse_event", "value", "change", "percent_change"),
    "predictive_monitoring": ("response", "adverse_event"),
    "cumulative_incidence": ("time_to_event",),
    "fine_gray": ("time_to_event",),
    "illness_death": ("multistate",),
    "kaplan_meier": ("time_to_event",),
    "logrank": ("time_to_event",),
    "maxcombo": ("time_to_event",),
    "milestone": ("time_to_event",),
    "restricted_mean": ("time_to_event",),
    "cox": ("time_to_event",),
}
"""Types of endpoint that each method can analyse."""

_OF_A_COURSE = (
    "mmrm", "rm_anova", "friedman", "multiple_imputation", "reference_based", "tipping_point",
)  # fmt: skip
"""Methods that need several visits of a number."""


def analysis_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in the analyses."""
    scope = scope_of(protocol)
    for name, analysis in protocol.analyses.items():
        path: Path = ("analyses", name)
        yield from _subjects(path, analysis, protocol, scope)
        yield from _categories(path, analysis, scope)
        yield from _of_what(path, analysis, protocol)
        yield from _contrasts(path, analysis, scope)
        yield from _own(path, analysis, protocol, scope)
        yield from method_faults(path, analysis, protocol, scope)


def _subjects(
    path: Path, analysis: AnalysisBase, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    if analysis.analysis_set is not None:
        yield from unknown(
            (*path, "analysis_set"), "analysis set", analysis.analysis_set, protocol.analysis_sets
        )
    elif getattr(analysis, "estimand", None) is None:
        yield FieldFault(
            path=path, came="no field 'analysis_set'", wanted="an analysis set, or an estimand"
        )
    yield from expression_faults((*path, "where"), analysis.where, scope, kind="yes_no")
    if isinstance(analysis, AdverseEvents):
        yield from expression_faults(
            (*path, "events"),
            analysis.events,
            scope,
            kind="yes_no",
            levels=("constant", "subject", "event"),
        )


def _categories(path: Path, analysis: AnalysisBase, scope: Scope) -> Iterator[FieldFault]:
    named: list[tuple[Path, str]] = [((*path, "group"), analysis.group)]
    for field in ("by", "factors", "strata"):
        names: tuple[str, ...] = getattr(analysis, field, ())
        named += [((*path, field, place), name) for place, name in enumerate(names)]
    known = {
        name: symbol
        for name, symbol in scope.symbols.items()
        if symbol.level == "subject" and symbol.kind in ("category", "yes_no")
    }
    for here, name in named:
        yield from unknown(here, "category of subjects", name, known)


def _of_what(path: Path, analysis: AnalysisBase, protocol: Protocol) -> Iterator[FieldFault]:
    method: str = analysis.method  # type: ignore[attr-defined] # every analysis class has it
    endpoint_id: str | None = getattr(analysis, "endpoint", None)
    estimand_id: str | None = getattr(analysis, "estimand", None)
    if method not in _FITTING:
        return
    if isinstance(analysis, Cmh) and analysis.variable is not None:
        if endpoint_id is not None or estimand_id is not None:
            yield FieldFault(path=path, came="a variable and an endpoint", wanted="one of them")
        return
    if (endpoint_id is None) == (estimand_id is None):
        came = "neither estimand nor endpoint" if endpoint_id is None else "estimand and endpoint"
        yield FieldFault(path=path, came=came, wanted="one of them")
        return
    if estimand_id is not None:
        yield from unknown((*path, "estimand"), "estimand", estimand_id, protocol.estimands)
        if estimand_id not in protocol.estimands:
            return
        endpoint_id = protocol.estimands[estimand_id].endpoint
    else:
        assert endpoint_id is not None
        yield from unknown((*path, "endpoint"), "endpoint", endpoint_id, protocol.endpoints)
    endpoint = protocol.endpoints.get(endpoint_id)
    if endpoint is None:
        return
    if endpoint.type not in _FITTING[method]:
        yield FieldFault(
            path=(*path, "method"), came=f"{method} of a {endpoint.type} endpoint",
            wanted=f"an endpoint of type {' or '.join(_FITTING[method])}",
        )  # fmt: skip
    variable = protocol.variables.get(getattr(endpoint, "variable", ""))
    if variable is not None and variable.kind != "number" and method != "cmh":
        yield FieldFault(
            path=(*path, "method"), came=f"{method} of a {variable.kind}", wanted="a number"
        )
    is_single = isinstance(endpoint, MeasureEndpoint) and len(endpoint.visits) < 2
    if method in _OF_A_COURSE and is_single:
        yield FieldFault(
            path=(*path, "method"), came=f"{method} of one visit", wanted="two visits or more"
        )


def _contrasts(path: Path, analysis: AnalysisBase, scope: Scope) -> Iterator[FieldFault]:
    contrasts = getattr(analysis, "contrasts", ())
    if isinstance(contrasts, str):
        return
    symbol = scope.symbols.get(analysis.group)
    levels = known_levels(symbol) if symbol is not None else None
    for place, pair in enumerate(contrasts):
        here: Path = (*path, "contrasts", place)
        for name in pair:
            if levels is not None:
                yield from unknown(here, "group", name, levels)
        if pair[0] == pair[1]:
            yield FieldFault(path=here, came=f"{pair[0]} against itself", wanted="two groups")


def _own(
    path: Path, analysis: AnalysisBase, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    for place, text in enumerate(getattr(analysis, "covariates", ())):
        if text == "baseline":
            yield from _own_baseline((*path, "covariates", place), analysis, protocol)
        else:
            yield from expression_faults((*path, "covariates", place), text, scope, kind="number")
    if isinstance(analysis, Ancova) and analysis.trend:
        without = [name for name, arm in protocol.arms.items() if arm.dose_level is None]
        if without and analysis.group == "arm":
            yield FieldFault(
                path=(*path, "trend"), came=f"no dose_level in {', '.join(without)}",
                wanted="a dose_level in every arm",
            )  # fmt: skip
    if isinstance(analysis, Flow):
        yield from unknown(
            (*path, "analysed"), "analysis set", analysis.analysed, protocol.analysis_sets
        )
    if isinstance(analysis, Describe):
        yield from _described(path, analysis, protocol, scope)
    if isinstance(analysis, IndividualCourses):
        for place, text in enumerate(analysis.variables):
            yield from expression_faults(
                (*path, "variables", place), text, scope, kind="number", levels=("visit",)
            )
        for place, visit in enumerate(analysis.visits):
            yield from unknown((*path, "visits", place), "visit", visit, protocol.visits)
    if isinstance(analysis, Cmh):
        yield from expression_faults((*path, "variable"), analysis.variable, scope, kind=None)


def _own_baseline(path: Path, analysis: AnalysisBase, protocol: Protocol) -> Iterator[FieldFault]:
    estimand = protocol.estimands.get(getattr(analysis, "estimand", None) or "")
    endpoint = protocol.endpoints.get(
        estimand.endpoint if estimand else getattr(analysis, "endpoint", None) or ""
    )
    if endpoint is not None and not (isinstance(endpoint, MeasureEndpoint) and endpoint.visits):
        yield FieldFault(
            path=path, came="baseline of an endpoint without visits",
            wanted="a variable with its visit, such as albumin@W0",
        )  # fmt: skip


def _described(
    path: Path, analysis: Describe, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    if not (analysis.variables or analysis.endpoints or analysis.estimands):
        yield FieldFault(path=path, came="nothing to describe", wanted="variables or endpoints")
    for place, name in enumerate(analysis.endpoints):
        yield from unknown((*path, "endpoints", place), "endpoint", name, protocol.endpoints)
    for place, name in enumerate(analysis.estimands):
        yield from unknown((*path, "estimands", place), "estimand", name, protocol.estimands)
    levels: tuple[Level, ...] = ("constant", "subject", "visit")
    for place, text in enumerate(analysis.variables):
        yield from expression_faults(
            (*path, "variables", place), text, scope, kind=None, levels=levels
        )
    for place, visit in enumerate(analysis.visits):
        yield from unknown((*path, "visits", place), "visit", visit, protocol.visits)
