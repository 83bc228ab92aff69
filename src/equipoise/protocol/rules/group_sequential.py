"""Rules of group sequential bounds: shares that rise to 1, and parameters that a family has."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.expression import Scope
from equipoise.protocol.model.analysis import AnalysisBase, GroupSequentialComparison
from equipoise.protocol.model.endpoint import MeasureEndpoint
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.model.sample_size import EfficacyBound, TwoArmSize, WithHypothesis
from equipoise.protocol.rules.fault import FieldFault, Path, expression_faults

__all__ = ["comparison_faults", "group_sequential_faults"]

_NEEDS = ("hwang_shih_decani", "power", "exponential", "wang_tsiatis")
_MAY = ("haybittle_peto",)
_POSITIVE = ("power", "exponential", "haybittle_peto")


def group_sequential_faults(path: Path, size: TwoArmSize) -> Iterator[FieldFault]:
    """Find faults in the looks of one sample size."""
    looks = size.looks
    if looks is None:
        return
    here: Path = (*path, "looks")
    if size.power is None:
        yield FieldFault(
            path=here, came="looks without power", wanted="power: it sets the bounds' drift"
        )
    if isinstance(size, WithHypothesis) and size.hypothesis == "equivalence":
        yield FieldFault(
            path=here, came="looks of an equivalence", wanted="superiority or non_inferiority"
        )
    yield from _information((*here, "information"), looks.information)
    efficacy, futility = looks.efficacy, looks.futility
    yield from _efficacy((*here, "efficacy"), efficacy)
    if futility is None:
        return
    yield from _parameter((*here, "futility"), futility.spending, futility.parameter)
    if futility.binding and efficacy.shape is not None:
        yield FieldFault(
            path=(*here, "futility", "binding"), came="true beside efficacy by shape",
            wanted="efficacy by spending, or futility that does not bind",
        )  # fmt: skip


def comparison_faults(
    path: Path, analysis: AnalysisBase, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    """Find faults of one analysis that compares arms at looks; none for other methods."""
    if not isinstance(analysis, GroupSequentialComparison):
        return
    yield from _information((*path, "information"), analysis.information)
    yield from _efficacy((*path, "efficacy"), analysis.efficacy)
    yield from expression_faults((*path, "order"), analysis.order, scope, kind="number")
    if analysis.by:
        yield FieldFault(
            path=(*path, "by"), came="looks of several levels",
            wanted="an analysis for each, with where",
        )  # fmt: skip
    if analysis.outlook == "assumed" and analysis.effect is None:
        yield FieldFault(
            path=(*path, "outlook"), came="assumed without effect", wanted="an assumed effect"
        )
    if "outlook" in analysis.model_fields_set and analysis.futility is None:
        yield FieldFault(
            path=(*path, "outlook"), came="outlook without futility",
            wanted="the value of futility below which a look stops",
        )  # fmt: skip
    estimand = protocol.estimands.get(analysis.estimand or "")
    name = estimand.endpoint if estimand is not None else analysis.endpoint
    endpoint = protocol.endpoints.get(name or "")
    if isinstance(endpoint, MeasureEndpoint):
        if len(endpoint.visits) > 1:
            yield FieldFault(
                path=(*path, "endpoint"), came=f"{len(endpoint.visits)} visits",
                wanted="an endpoint of one visit",
            )  # fmt: skip
    elif analysis.effect is not None and not -1 < analysis.effect < 1:
        yield FieldFault(
            path=(*path, "effect"), came=f"{analysis.effect:g}",
            wanted="a difference of shares between -1 and 1, such as 0.2",
        )  # fmt: skip


def _efficacy(path: Path, efficacy: EfficacyBound) -> Iterator[FieldFault]:
    if (efficacy.spending is None) == (efficacy.shape is None):
        yield FieldFault(
            path=path, came="neither or both of spending and shape", wanted="one of them"
        )
    else:
        family = efficacy.spending or efficacy.shape or ""
        yield from _parameter(path, family, efficacy.parameter)


def _information(path: Path, shares: tuple[float, ...]) -> Iterator[FieldFault]:
    before = 0.0
    for place, share in enumerate(shares):
        if share <= before:
            yield FieldFault(
                path=(*path, place), came=f"{share:g} after {before:g}", wanted="a larger share"
            )
        before = share
    if shares[-1] != 1:
        yield FieldFault(
            path=(*path, len(shares) - 1), came=f"{shares[-1]:g} at the end", wanted="1"
        )


def _parameter(path: Path, family: str, parameter: float | None) -> Iterator[FieldFault]:
    if parameter is None:
        if family in _NEEDS:
            yield FieldFault(path=path, came=f"{family} without parameter", wanted="a parameter")
    elif family not in (*_NEEDS, *_MAY):
        yield FieldFault(
            path=(*path, "parameter"), came=f"{parameter:g} for {family}",
            wanted="none: this family has no parameter",
        )  # fmt: skip
    elif family in _POSITIVE and parameter <= 0:
        yield FieldFault(
            path=(*path, "parameter"), came=f"{parameter:g} for {family}", wanted="above 0"
        )
