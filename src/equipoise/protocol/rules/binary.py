"""Rules of methods for responses and for rates of events."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.expression import Scope
from equipoise.protocol.model.analysis import (
    AnalysisBase,
    BetaBinomial,
    BetaComponent,
    EventRate,
    Mcnemar,
    NormalComponent,
    NormalPosterior,
)
from equipoise.protocol.model.endpoint import ResponseEndpoint
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import (
    FieldFault,
    Path,
    expression_faults,
    known_levels,
    level_of,
    unknown,
)

__all__ = ["binary_faults"]

_ROUNDING = 1e-9

_WITH_ERROR = (
    "ancova", "mmrm", "t_test", "welch_test", "logistic", "cox", "fine_gray", "restricted_mean",
    "milestone",
)  # fmt: skip
"""Methods whose contrasts have an estimate with a standard error."""


def binary_faults(
    path: Path, analysis: AnalysisBase, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    """Find faults of one analysis in what its method can do; none for other methods."""
    match analysis:
        case Mcnemar():
            yield from _two_visits(path, analysis, protocol, scope)
        case EventRate():
            yield from _rate(path, analysis, protocol, scope)
        case BetaBinomial():
            yield from _priors(path, analysis, scope)
        case NormalPosterior():
            yield from _posterior(path, analysis, protocol)


def _two_visits(
    path: Path, analysis: Mcnemar, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    yield from unknown((*path, "endpoint"), "endpoint", analysis.endpoint, protocol.endpoints)
    for place, visit in enumerate(analysis.visits):
        yield from unknown((*path, "visits", place), "visit", visit, protocol.visits)
    endpoint = protocol.endpoints.get(analysis.endpoint)
    if endpoint is None:
        return
    if not isinstance(endpoint, ResponseEndpoint):
        yield FieldFault(
            path=(*path, "endpoint"), came=f"mcnemar of a {endpoint.type} endpoint",
            wanted="an endpoint of type response",
        )  # fmt: skip
    elif level_of(endpoint.when, scope) in ("constant", "subject"):
        yield FieldFault(
            path=(*path, "endpoint"), came=f"{endpoint.when!r}, which no visit can change",
            wanted="a response that is read at visits",
        )  # fmt: skip


def _rate(
    path: Path, analysis: EventRate, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    for field in ("origin", "censor"):
        yield from expression_faults((*path, field), getattr(analysis, field), scope, kind="number")
    known = analysis.estimand is None or analysis.estimand in protocol.estimands
    endpoint = protocol.endpoints.get(protocol.endpoint_of(analysis) or "") if known else None
    if endpoint is None:
        return
    if endpoint.type == "time_to_event":
        if analysis.count == "all":
            yield FieldFault(
                path=(*path, "count"), came="all events of a time to the first",
                wanted="count: first, or an endpoint of type adverse_event",
            )  # fmt: skip
        for field in ("origin", "censor"):
            if field in analysis.model_fields_set:
                yield FieldFault(
                    path=(*path, field), came=f"{field} beside a time to an event",
                    wanted="none: the endpoint has its own",
                )  # fmt: skip
    elif analysis.estimand is not None:
        yield FieldFault(
            path=(*path, "estimand"), came="an estimand of adverse events",
            wanted="the endpoint itself: all events seen between origin and censor count",
        )  # fmt: skip


def _priors(path: Path, analysis: BetaBinomial, scope: Scope) -> Iterator[FieldFault]:
    if analysis.prior:
        yield from _mixture((*path, "prior"), analysis.prior)
    symbol = scope.symbols.get(analysis.group)
    levels = known_levels(symbol) if symbol is not None else None
    for name, components in analysis.priors.items():
        here: Path = (*path, "priors", name)
        if levels is not None:
            yield from unknown(here, "group", name, levels)
        yield from _mixture(here, components)
    if analysis.robust is not None and not analysis.priors:
        yield FieldFault(
            path=(*path, "robust"), came="robust without priors",
            wanted="priors of the groups that the uniform component is for",
        )  # fmt: skip
    for place, difference in enumerate(analysis.exceeds):
        if not -1 < difference < 1:
            yield FieldFault(
                path=(*path, "exceeds", place), came=f"{difference:g}",
                wanted="a difference of shares between -1 and 1, such as 0.2",
            )  # fmt: skip


def _posterior(path: Path, analysis: NormalPosterior, protocol: Protocol) -> Iterator[FieldFault]:
    yield from _mixture((*path, "prior"), analysis.prior)
    names = list(protocol.analyses)
    above = names[: names.index(str(path[-1]))]
    here = (*path, "of")
    yield from unknown(here, "analysis above this one", analysis.of, above)
    if analysis.by:
        yield FieldFault(
            path=(*path, "by"), came="levels of its own", wanted="none: those of the analysis named"
        )
    if analysis.of not in above:
        return
    other = protocol.analyses[analysis.of]
    sets = (analysis.analysis_set, other.analysis_set)
    if all(sets) and sets[0] != sets[1]:
        yield FieldFault(
            path=(*path, "analysis_set"), came=f"{sets[0]}",
            wanted=f"{sets[1]}, as in {analysis.of}",
        )  # fmt: skip
    if other.method not in _WITH_ERROR:
        yield FieldFault(
            path=here, came=f"{analysis.of}, of method {other.method}",
            wanted=f"an analysis of method {', '.join(_WITH_ERROR)}",
        )  # fmt: skip


def _mixture(
    path: Path, components: tuple[BetaComponent | NormalComponent, ...]
) -> Iterator[FieldFault]:
    total = sum(one.weight for one in components)
    if abs(total - 1) > _ROUNDING:
        yield FieldFault(path=path, came=f"weights that sum to {total:g}", wanted="a sum of 1")
