"""Rules of methods for times to an event and for courses through states."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import did_you_mean
from equipoise.protocol.expression import Scope
from equipoise.protocol.model.analysis import (
    AnalysisBase,
    Cox,
    CumulativeIncidence,
    FineGray,
    IllnessDeath,
    KaplanMeier,
    LogRank,
    MaxCombo,
)
from equipoise.protocol.model.endpoint import TimeToEventEndpoint
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import FieldFault, Path, repeated, unknown

__all__ = ["survival_faults"]


def survival_faults(
    path: Path, analysis: AnalysisBase, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    """Find faults of one analysis in what its method can do; none for other methods."""
    match analysis:
        case KaplanMeier():
            yield from _times(path, analysis.times)
            yield from _quantiles(path, analysis)
        case CumulativeIncidence():
            yield from _times(path, analysis.times)
            yield from _competing(path, analysis, protocol)
        case FineGray():
            yield from _competing(path, analysis, protocol)
        case IllnessDeath():
            yield from _times(path, analysis.times)
        case LogRank():
            yield from _weight(path, analysis)
            yield from _trend(path, analysis, protocol)
        case MaxCombo():
            yield from _weights(path, analysis)
        case Cox():
            yield from _times(path, analysis.predicted, field="predicted")
            yield from _errors(path, analysis, scope)
            yield from _interactions(path, analysis)


def _times(path: Path, times: tuple[float, ...], *, field: str = "times") -> Iterator[FieldFault]:
    for place, time in enumerate(times):
        if time < 0:
            yield FieldFault(path=(*path, field, place), came=f"day {time:g}", wanted="0 or later")


def _quantiles(path: Path, analysis: KaplanMeier) -> Iterator[FieldFault]:
    for place, share in enumerate(analysis.quantiles):
        if not 0 < share < 1:
            yield FieldFault(
                path=(*path, "quantiles", place), came=f"quantile {share:g}",
                wanted="one between 0 and 1, such as 0.5 for the median",
            )  # fmt: skip


def _competing(
    path: Path, analysis: CumulativeIncidence | FineGray, protocol: Protocol
) -> Iterator[FieldFault]:
    name = protocol.endpoint_of(analysis) if analysis.estimand in protocol.estimands else None
    endpoint = protocol.endpoints.get(name or analysis.endpoint or "")
    other = "kaplan_meier" if isinstance(analysis, CumulativeIncidence) else "cox"
    if isinstance(endpoint, TimeToEventEndpoint) and endpoint.competing is None:
        yield FieldFault(
            path=(*path, "method"), came=f"nothing competes with {endpoint.label!r}",
            wanted=f"the field competing in the endpoint, or method: {other}",
        )  # fmt: skip


def _weight(path: Path, analysis: LogRank) -> Iterator[FieldFault]:
    has_powers = analysis.rho > 0 or analysis.gamma > 0
    if analysis.weight == "fleming_harrington" and not has_powers:
        yield FieldFault(
            path=(*path, "weight"), came="fleming_harrington with rho 0 and gamma 0",
            wanted="one of them above 0, or weight: none, which is the same test",
        )  # fmt: skip
    if analysis.weight != "fleming_harrington" and has_powers:
        field = "rho" if analysis.rho > 0 else "gamma"
        yield FieldFault(
            path=(*path, field), came=f"{field} for weight: {analysis.weight}",
            wanted="weight: fleming_harrington, or neither rho nor gamma",
        )  # fmt: skip


def _trend(path: Path, analysis: LogRank, protocol: Protocol) -> Iterator[FieldFault]:
    if not analysis.trend:
        return
    here = (*path, "trend")
    if analysis.weight != "none":
        yield FieldFault(
            path=here, came=f"a trend with weight: {analysis.weight}",
            wanted="weight: none, or no trend",
        )  # fmt: skip
    if analysis.alternative != "two_sided":
        yield FieldFault(
            path=here, came=f"a trend beside alternative: {analysis.alternative}",
            wanted="two_sided: the trend has no experimental side",
        )  # fmt: skip
    without = [name for name, arm in protocol.arms.items() if arm.dose_level is None]
    if without and analysis.group == "arm":
        yield FieldFault(
            path=here, came=f"no dose_level in {', '.join(without)}",
            wanted="a dose_level in every arm",
        )  # fmt: skip


def _weights(path: Path, analysis: MaxCombo) -> Iterator[FieldFault]:
    yield from repeated((*path, "weights"), analysis.weights)
    for place, powers in enumerate(analysis.weights):
        if min(powers) < 0:
            yield FieldFault(
                path=(*path, "weights", place), came=f"powers {powers[0]:g} and {powers[1]:g}",
                wanted="powers from 0",
            )  # fmt: skip


def _errors(path: Path, analysis: Cox, scope: Scope) -> Iterator[FieldFault]:
    """Find ties and clusters that the errors and tests asked for do not have."""
    if analysis.ties == "exact":
        for field, none in (("errors", "model"), ("proportionality", "none")):
            if getattr(analysis, field) not in (none, None):
                yield FieldFault(
                    path=(*path, field), came=f"{getattr(analysis, field)} with ties: exact",
                    wanted=f"{none}, or ties: efron or breslow, which have residuals",
                )  # fmt: skip
        for field in ("predicted", "residuals"):
            if getattr(analysis, field):
                yield FieldFault(
                    path=(*path, field), came=f"{field} with ties: exact",
                    wanted="none, or ties: efron or breslow, which have a hazard over time",
                )  # fmt: skip
    if analysis.cluster is None:
        return
    if analysis.errors != "robust":
        yield FieldFault(
            path=(*path, "cluster"), came=f"a cluster with errors: {analysis.errors}",
            wanted="errors: robust",
        )  # fmt: skip
    known = [
        name
        for name, symbol in scope.symbols.items()
        if symbol.level == "subject" and symbol.kind in ("category", "yes_no")
    ]
    yield from unknown((*path, "cluster"), "category of subjects", analysis.cluster, known)


def _interactions(path: Path, analysis: Cox) -> Iterator[FieldFault]:
    terms = [*analysis.factors, *analysis.covariates]
    known = [f"{analysis.group}:{term}" for term in terms]
    for place, term in enumerate(analysis.interactions):
        here = (*path, "interactions", place)
        if term not in known:
            yield FieldFault(
                path=here, came=f"interaction {term!r}",
                wanted=f"one of {', '.join(known)}" if known
                else f"{analysis.group}:TERM of a factor or covariate that the analysis has",
                repair=did_you_mean(term, known),
            )  # fmt: skip
        elif analysis.errors == "robust":
            yield FieldFault(
                path=here, came=f"interaction {term!r} with robust errors",
                wanted="errors: model, to which the likelihood-ratio test belongs",
            )  # fmt: skip
