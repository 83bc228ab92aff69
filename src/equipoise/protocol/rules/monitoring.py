"""Rules of monitoring: limits that can be met, and of which not both are."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.expression import Scope
from equipoise.protocol.model.analysis import (
    AnalysisBase,
    ExactMonitoring,
    Monitoring,
    PredictiveMonitoring,
    Sprt,
)
from equipoise.protocol.rules.fault import FieldFault, Path, expression_faults, repeated

__all__ = ["monitoring_faults"]


def monitoring_faults(path: Path, analysis: AnalysisBase, scope: Scope) -> Iterator[FieldFault]:
    """Find faults of one analysis that monitors a response; none for other methods."""
    if not isinstance(analysis, Monitoring):
        return
    yield from expression_faults((*path, "order"), analysis.order, scope, kind="number")
    yield from repeated((*path, "rates"), analysis.rates)
    if analysis.by:
        yield FieldFault(
            path=(*path, "by"), came="a monitoring of several levels",
            wanted="an analysis for each, with where",
        )  # fmt: skip
    match analysis:
        case ExactMonitoring():
            yield from _rising((*path, "at"), analysis.at)
            yield from _limits(path, analysis)
        case Sprt():
            yield from _ratio(path, analysis)
        case PredictiveMonitoring():
            yield from _rising((*path, "at"), (*analysis.at, analysis.largest))
            yield from _predictive(path, analysis)


def _rising(path: Path, sizes: tuple[int, ...]) -> Iterator[FieldFault]:
    for place in range(1, len(sizes)):
        if sizes[place] <= sizes[place - 1]:
            yield FieldFault(
                path=path, came=f"{sizes[place]} after {sizes[place - 1]}",
                wanted="more subjects than before",
            )  # fmt: skip


def _limits(path: Path, analysis: ExactMonitoring) -> Iterator[FieldFault]:
    looks = len(analysis.at)
    wrong = [name for name in ("lower", "upper") if len(getattr(analysis, name)) != looks]
    for name in wrong:
        yield FieldFault(
            path=(*path, name), came=f"{len(getattr(analysis, name))} limits at {looks} looks",
            wanted="one for each of at",
        )  # fmt: skip
    if wrong:
        return
    for place, (low, high) in enumerate(zip(analysis.lower, analysis.upper, strict=True)):
        if low >= high:
            yield FieldFault(
                path=(*path, "lower", place), came=f"{low} beside an upper limit of {high}",
                wanted="less than the upper limit",
            )  # fmt: skip
    size = zip(analysis.at, analysis.lower, analysis.upper, strict=True)
    if all(low < 0 and high > n for n, low, high in size):
        yield FieldFault(
            path=path, came="limits that no number of responders can meet",
            wanted="a lower limit of 0 or more, or an upper one up to the subjects",
        )  # fmt: skip
    if not analysis.rates:
        yield FieldFault(path=path, came="no rates", wanted="true shares, such as rates: [0.1]")


def _ratio(path: Path, analysis: Sprt) -> Iterator[FieldFault]:
    if analysis.high <= analysis.low:
        yield FieldFault(
            path=(*path, "high"), came=f"{analysis.high:g}",
            wanted=f"a share above low, {analysis.low:g}",
        )  # fmt: skip
    if analysis.alpha + analysis.beta >= 1:
        yield FieldFault(
            path=(*path, "beta"), came=f"{analysis.beta:g} beside alpha {analysis.alpha:g}",
            wanted="error rates together below 1",
        )  # fmt: skip
    if analysis.largest < analysis.smallest:
        yield FieldFault(
            path=(*path, "largest"), came=f"{analysis.largest} below smallest",
            wanted=f"{analysis.smallest} or more",
        )  # fmt: skip


def _predictive(path: Path, analysis: PredictiveMonitoring) -> Iterator[FieldFault]:
    low, high = analysis.futility, analysis.efficacy
    if low is None and high is None:
        yield FieldFault(
            path=path, came="neither futility nor efficacy", wanted="one of them, or both"
        )
    if low is not None and high is not None and low >= high:
        yield FieldFault(
            path=(*path, "futility"), came=f"{low:g} beside efficacy {high:g}",
            wanted="less than efficacy",
        )  # fmt: skip
