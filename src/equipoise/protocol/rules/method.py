"""Rules of methods: what an analysis asks of its method, the method can do."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import did_you_mean
from equipoise.protocol.contrast import contrast_name
from equipoise.protocol.expression import Scope
from equipoise.protocol.model.analysis import (
    AdverseEvents,
    AnalysisBase,
    Ancova,
    Flow,
    Imputed,
    Logistic,
    LogRank,
    Proportion,
)
from equipoise.protocol.model.analysis.base import WithMargin
from equipoise.protocol.model.arm import ALL_ARMS, TOTAL
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.binary import binary_faults
from equipoise.protocol.rules.continuous import continuous_faults
from equipoise.protocol.rules.fault import (
    FieldFault,
    Path,
    known_levels,
    repeated,
    unknown,
)
from equipoise.protocol.rules.group_sequential import comparison_faults
from equipoise.protocol.rules.margin import margin_faults
from equipoise.protocol.rules.missing import imputation_faults
from equipoise.protocol.rules.monitoring import monitoring_faults
from equipoise.protocol.rules.survival import survival_faults

__all__ = ["method_faults"]

_ONE_SIDED = (
    "ancova", "anova", "mmrm", "t_test", "welch_test", "wilcoxon", "paired_t_test",
    "wilcoxon_signed_rank", "multiple_imputation",
    "reference_based", "proportion", "logrank", "cox",
    "maxcombo", "restricted_mean", "milestone", "fine_gray",
)  # fmt: skip
"""Methods whose contrasts can be tested against one side."""

_DIRECTED = ("fisher", "fisher_mid_p", "barnard", "barnard_unpooled", "boschloo")
"""Tests of two proportions that have sides of their own."""

_LISTS = (
    "by", "factors", "covariates", "strata", "interactions", "hierarchy", "times", "quantiles",
    "predicted",     "visits", "variables", "endpoints", "estimands", "measures", "exceeds",
)  # fmt: skip
"""Fields of analyses that name each thing once."""


def method_faults(
    path: Path, analysis: AnalysisBase, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    """Find faults of one analysis in what its method can do."""
    for field in _LISTS:
        yield from repeated((*path, field), getattr(analysis, field, ()))
    if not isinstance(getattr(analysis, "contrasts", ""), str):
        pairs = [contrast_name(one, other) for one, other in getattr(analysis, "contrasts", ())]
        yield from repeated((*path, "contrasts"), pairs)
    yield from _group(path, analysis, scope)
    yield from _alternative(path, analysis)
    yield from _principal_stratum(path, analysis, protocol)
    yield from survival_faults(path, analysis, protocol, scope)
    yield from continuous_faults(path, analysis, protocol, scope)
    yield from binary_faults(path, analysis, protocol, scope)
    yield from monitoring_faults(path, analysis, scope)
    yield from comparison_faults(path, analysis, protocol, scope)
    if isinstance(analysis, WithMargin):
        yield from margin_faults(path, analysis, protocol)
    match analysis:
        case Imputed():
            yield from imputation_faults(path, analysis, protocol)
        case Ancova() | Logistic():
            yield from _interactions(path, analysis)
        case AdverseEvents():
            yield from _hierarchy(path, analysis, scope)
        case Flow():
            for field in ("by", "where"):
                if getattr(analysis, field):
                    yield FieldFault(
                        path=(*path, field), came=f"{field} of a flow",
                        wanted="none: the flow is that of all participants",
                    )  # fmt: skip


def _group(path: Path, analysis: AnalysisBase, scope: Scope) -> Iterator[FieldFault]:
    for field in ("by", "factors", "strata"):
        for place, name in enumerate(getattr(analysis, field, ())):
            if name == analysis.group:
                yield FieldFault(
                    path=(*path, field, place), came=f"{name!r}, which is the group",
                    wanted="another category: the groups are compared anyway",
                )  # fmt: skip
    symbol = scope.symbols.get(analysis.group)
    for level in (known_levels(symbol) if symbol is not None else None) or ():
        if level in (TOTAL, ALL_ARMS):
            yield FieldFault(
                path=(*path, "group"), came=f"a group {level!r}",
                wanted="another code: results give this name to all groups together",
            )  # fmt: skip


def _alternative(path: Path, analysis: AnalysisBase) -> Iterator[FieldFault]:
    """Find one-sided alternatives of tests that have two sides or none."""
    alternative = getattr(analysis, "alternative", "two_sided")
    if alternative == "two_sided":
        return
    method: str = analysis.method  # type: ignore[attr-defined] # every analysis class has it
    wanted = ""
    if method not in _ONE_SIDED:
        wanted = f"two_sided, or one of the methods {', '.join(_ONE_SIDED)}"
    elif isinstance(analysis, Proportion) and not _has_side(analysis):
        wanted = f"two_sided, or test: {' or '.join(_DIRECTED)}"
    elif isinstance(analysis, LogRank) and analysis.overall:
        wanted = "two_sided, or overall: false, which tests the contrasts alone"
    if wanted:
        test = f" ({analysis.test})" if isinstance(analysis, Proportion) else ""
        yield FieldFault(
            path=(*path, "alternative"), came=f"{alternative} for {method}{test}", wanted=wanted
        )


def _has_side(analysis: Proportion) -> bool:
    if analysis.test == "none":
        return analysis.null_share is not None
    return analysis.test in _DIRECTED


def _principal_stratum(
    path: Path, analysis: AnalysisBase, protocol: Protocol
) -> Iterator[FieldFault]:
    estimand = protocol.estimands.get(getattr(analysis, "estimand", None) or "")
    if estimand is None or analysis.analysis_set is None:
        return
    strategies = {event.strategy for event in estimand.intercurrent_events.values()}
    if "principal_stratum" in strategies:
        yield FieldFault(
            path=(*path, "analysis_set"),
            came="an analysis set beside an estimand of a principal stratum",
            wanted="none: the estimand says who belongs to the stratum",
        )


def _interactions(path: Path, analysis: Ancova | Logistic) -> Iterator[FieldFault]:
    terms = [*analysis.factors, *analysis.covariates]
    known = [f"{analysis.group}:{term}" for term in terms]
    for place, term in enumerate(analysis.interactions):
        if term not in known:
            yield FieldFault(
                path=(*path, "interactions", place), came=f"interaction {term!r}",
                wanted=f"one of {', '.join(known)}" if known
                else f"{analysis.group}:TERM of a factor or covariate that the analysis has",
                repair=did_you_mean(term, known),
            )  # fmt: skip


def _hierarchy(path: Path, analysis: AdverseEvents, scope: Scope) -> Iterator[FieldFault]:
    known = [
        name
        for name, symbol in scope.symbols.items()
        if symbol.level == "event" and symbol.kind in ("category", "yes_no")
    ]
    for place, name in enumerate(analysis.hierarchy):
        yield from unknown((*path, "hierarchy", place), "category of events", name, known)
