"""Rules of sample sizes: what is assumed can be shown, and fits the analysis that it serves."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model.endpoint import (
    MeasureEndpoint,
    ResponseEndpoint,
    TimeToEventEndpoint,
)
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.model.sample_size import (
    ChangingHazardSize,
    LogrankSize,
    MeanSize,
    ProportionSize,
    SampleSize,
    SimonSize,
    TwoArmSize,
    WithHypothesis,
)
from equipoise.protocol.rules.fault import FieldFault, Path, unknown
from equipoise.protocol.rules.group_sequential import group_sequential_faults

__all__ = ["sample_size_faults"]

_ENDPOINTS = {
    "proportion": (ResponseEndpoint, "a response"),
    "simon_two_stage": (ResponseEndpoint, "a response"),
    "mean": (MeasureEndpoint, "a number: value, change or percent_change"),
    "logrank": (TimeToEventEndpoint, "a time to an event"),
    "average_hazard_ratio": (TimeToEventEndpoint, "a time to an event"),
}
_TIMES = ("median_control", "accrual", "follow_up")


def sample_size_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in the sample sizes."""
    for name, one in protocol.sample_size.items():
        path: Path = ("sample_size", name)
        yield from _analysis(path, one, protocol)
        if isinstance(one, TwoArmSize):
            yield from _arms(path, one, protocol)
            yield from _goal(path, one)
            yield from group_sequential_faults(path, one)
        match one:
            case ProportionSize():
                yield from _hypothesis(path, one)
                yield from _exact(path, one)
            case MeanSize():
                yield from _hypothesis(path, one)
            case LogrankSize():
                yield from _times(path, one)
            case ChangingHazardSize():
                yield from _periods((*path, "periods"), one)
            case SimonSize():
                if one.desirable <= one.uninteresting:
                    yield FieldFault(
                        path=(*path, "desirable"), came=f"{one.desirable:g}",
                        wanted=f"a share above the uninteresting one, {one.uninteresting:g}",
                    )  # fmt: skip


def _analysis(path: Path, one: SampleSize, protocol: Protocol) -> Iterator[FieldFault]:
    if one.analysis is None:
        return
    here = (*path, "analysis")
    yield from unknown(here, "analysis", one.analysis, protocol.analyses)
    analysis = protocol.analyses.get(one.analysis)
    estimand = getattr(analysis, "estimand", None)
    if analysis is None or (estimand is not None and estimand not in protocol.estimands):
        return
    endpoint = protocol.endpoints.get(protocol.endpoint_of(analysis) or "")
    kind, wanted = _ENDPOINTS[one.method]
    if not isinstance(endpoint, kind):
        yield FieldFault(
            path=here, came=f"{one.analysis!r}, of {endpoint.label if endpoint else 'no endpoint'}",
            wanted=f"an analysis of {wanted}, for method: {one.method}",
        )  # fmt: skip
    elif (
        isinstance(one, WithHypothesis)
        and one.hypothesis == "non_inferiority"
        and endpoint.benefit != one.benefit
    ):
        yield FieldFault(
            path=(*path, "benefit"), came=one.benefit,
            wanted=f"{endpoint.benefit}, as in the endpoint of {one.analysis}",
        )  # fmt: skip


def _arms(path: Path, one: TwoArmSize, protocol: Protocol) -> Iterator[FieldFault]:
    for place, arm in enumerate(one.contrast or ()):
        yield from unknown((*path, "contrast", place), "arm", arm, protocol.arms)
    if one.contrast is not None and one.contrast[0] == one.contrast[1]:
        yield FieldFault(
            path=(*path, "contrast"), came=f"{one.contrast[0]!r} twice", wanted="two arms"
        )
    if len(protocol.arms) < 2:
        yield FieldFault(
            path=(*path, "method"), came=f"{one.method} in a trial of one arm",  # type: ignore[attr-defined] # every size of two arms has one
            wanted="two arms, or method: simon_two_stage",
        )  # fmt: skip
        return
    for arm in one.subjects or {}:
        yield from unknown((*path, "subjects", arm), "arm", arm, protocol.arms)
    missing = [] if one.subjects is None else set(protocol.contrast_of(one)) - set(one.subjects)
    if missing:
        yield FieldFault(
            path=(*path, "subjects"), came=f"none of {', '.join(sorted(missing))}",
            wanted="subjects of both arms that are compared",
        )  # fmt: skip


def _goal(path: Path, one: TwoArmSize) -> Iterator[FieldFault]:
    if (one.power is None) == (one.subjects is None):
        yield FieldFault(
            path=path, came="neither power nor subjects" if one.power is None else "both power "
            "and subjects",
            wanted="power, to find the subjects; or subjects, to find the power",
        )  # fmt: skip


def _hypothesis(path: Path, one: ProportionSize | MeanSize) -> Iterator[FieldFault]:
    if (one.hypothesis == "superiority") != (one.margin is None):
        yield FieldFault(
            path=(*path, "hypothesis"),
            came=f"{one.hypothesis} with{'out' if one.margin is None else ''} a margin",
            wanted="a margin for non_inferiority and equivalence, and for nothing else",
        )  # fmt: skip
        return
    if isinstance(one, ProportionSize) and (one.margin or 0) >= 1:
        yield FieldFault(
            path=(*path, "margin"), came=f"{one.margin:g}", wanted="a share below 1, such as 0.1"
        )
    if isinstance(one, MeanSize) and one.hypothesis == "equivalence" and one.correlation:
        yield FieldFault(
            path=(*path, "correlation"), came="a correlation beside equivalence",
            wanted="none: put standard_deviation times the root of 1 - correlation^2",
        )  # fmt: skip
    if isinstance(one, MeanSize) and one.hypothesis == "equivalence" and one.distribution != "t":
        yield FieldFault(
            path=(*path, "distribution"), came=f"{one.distribution} beside equivalence",
            wanted="t: both tests together have no formula by normal quantiles",
        )  # fmt: skip
    if not _can_be_shown(one):
        yield FieldFault(
            path=path, came=f"an assumed difference of {one.assumed:g}", wanted=_shown(one)
        )


def _exact(path: Path, one: ProportionSize) -> Iterator[FieldFault]:
    if one.test is None:
        return
    here = (*path, "test")
    if one.hypothesis != "superiority":
        yield FieldFault(
            path=here, came=f"{one.test} beside {one.hypothesis}",
            wanted="no test: exact power is that of superiority",
        )  # fmt: skip
    if one.looks is not None:
        yield FieldFault(
            path=here, came=f"{one.test} beside looks",
            wanted="no test: the bounds of looks are those of a z statistic",
        )  # fmt: skip
    if one.subjects is not None and one.dropout:
        yield FieldFault(
            path=(*path, "dropout"), came="dropout beside subjects and an exact test",
            wanted="the subjects with an outcome, who are whole",
        )  # fmt: skip


def _periods(path: Path, one: ChangingHazardSize) -> Iterator[FieldFault]:
    *earlier, last = one.periods
    for place, period in enumerate(earlier):
        if period.days is None:
            yield FieldFault(
                path=(*path, place), came="no days before another period", wanted="its days"
            )
    if last.days is not None:
        yield FieldFault(
            path=(*path, len(earlier), "days"), came=f"{last.days:g} of the last period",
            wanted="none: the last period has no end",
        )  # fmt: skip
    if all(period.hazard_ratio == 1 for period in one.periods):
        yield FieldFault(
            path=path, came="a hazard ratio of 1 throughout",
            wanted="one other than 1, which alone can be shown",
        )  # fmt: skip


def _can_be_shown(one: ProportionSize | MeanSize) -> bool:
    if one.hypothesis == "superiority":
        return one.assumed != 0
    if one.hypothesis == "equivalence":
        return abs(one.assumed) < (one.margin or 0)
    return (one.assumed - one.null) * (1 if one.benefit == "higher" else -1) > 0


def _shown(one: ProportionSize | MeanSize) -> str:
    if one.hypothesis == "superiority":
        return "one other than 0, which alone can be shown"
    return f"one on the good side of the margin of {one.margin:g}, which alone can be shown"


def _times(path: Path, one: LogrankSize) -> Iterator[FieldFault]:
    if one.hazard_ratio == 1:
        yield FieldFault(
            path=(*path, "hazard_ratio"), came="1",
            wanted="one other than 1, which alone can be shown",
        )  # fmt: skip
    given = [field for field in _TIMES if getattr(one, field) is not None]
    if one.event_probability is not None:
        for field in [*given, *(["yearly_dropout"] if one.yearly_dropout else [])]:
            yield FieldFault(
                path=(*path, field), came=f"{field} beside event_probability",
                wanted="one or the other: the times give the probability",
            )  # fmt: skip
        if one.formula == "lachin_foulkes":
            yield FieldFault(
                path=(*path, "formula"), came="lachin_foulkes with event_probability",
                wanted=f"{', '.join(_TIMES)}, or formula: schoenfeld",
            )  # fmt: skip
    elif len(given) < len(_TIMES):
        absent = ", ".join(field for field in _TIMES if field not in given)
        yield FieldFault(
            path=path, came=f"neither event_probability nor {absent}",
            wanted=f"event_probability, or all of {', '.join(_TIMES)}",
        )  # fmt: skip
