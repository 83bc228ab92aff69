"""Describe variables by group: numbers by moments and quantiles, categories by counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.two_sample import NO_SPREAD
from equipoise.derive import EndpointValue, Multistate, Response, TimeToEvent
from equipoise.protocol import Value
from equipoise.protocol.model.analysis import Describe
from equipoise.protocol.model.arm import ALL_ARMS, TOTAL
from equipoise.stats import Bools, Floats, State
from equipoise.stats.binary import chi_square_test_of_independence, fisher_test_of_independence
from equipoise.stats.continuous import (
    GroupMeans,
    MeanDifference,
    RankSum,
    RankTest,
    describe,
    kruskal_wallis,
    one_way_anova,
    student_t_test,
    welch_anova,
    welch_t_test,
    wilcoxon_rank_sum,
)

__all__ = ["describe_frame"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Described:
    """One variable at one visit, ready to be described; levels is None for a number."""

    name: str
    by: str
    array: Floats
    levels: tuple[str, ...] | None
    unit: str


def describe_frame(frame: Frame) -> None:
    """Describe every variable of the analysis, and test it over the groups where asked to."""
    analysis = frame.analysis
    assert isinstance(analysis, Describe)
    for name, inside in _columns(frame, analysis):
        frame.add({"n": inside.sum(axis=-1)}, group=name)
    for one in _described(frame, analysis):
        if one.levels is None:
            _number(frame, one, analysis)
        else:
            _category(frame, one, one.levels, analysis)


def _described(frame: Frame, analysis: Describe) -> Iterator[_Described]:
    for text in analysis.variables:
        value = frame.derived.evaluate(text, levels=("constant", "subject", "visit"))
        variable = frame.protocol.variables.get(text)
        unit = (variable.unit if variable else None) or ""
        if value.level != "visit":
            yield _one(text, "", value, np.broadcast_to(value.array, frame.members.shape), unit)
            continue
        yield from _at_visits(frame, analysis, text, value, unit)
    for name in analysis.endpoints:
        yield from _endpoint(frame, name, frame.derived.endpoints[name], name)
    for name in analysis.estimands:
        endpoint = frame.protocol.estimands[name].endpoint
        yield from _endpoint(frame, name, frame.derived.estimands[name], endpoint)


def _one(name: str, by: str, value: Value, array: Floats, unit: str) -> _Described:
    levels = {"category": value.levels, "yes_no": ("no", "yes")}.get(value.kind)
    return _Described(name=name, by=by, array=array, levels=levels, unit=unit)


def _at_visits(
    frame: Frame, analysis: Describe, text: str, value: Value, unit: str
) -> Iterator[_Described]:
    order = list(frame.protocol.visits)
    baseline = value.array[..., order.index(frame.protocol.baseline)]
    planned = frame.protocol.visits_of(text) or tuple(order)
    for visit in analysis.visits or planned:
        array = value.array[..., order.index(visit)]
        for measure in analysis.measures:
            by = by_text(visit=visit, measure=measure if len(analysis.measures) > 1 else "")
            if measure == "value":
                yield _one(text, by, value, array, unit)
            elif visit != frame.protocol.baseline and value.kind == "number":
                change = array - baseline
                if measure == "percent_change":
                    with np.errstate(divide="ignore", invalid="ignore"):
                        change = np.where(baseline == 0, np.nan, 100 * change / baseline)
                yield _one(text, by, value, change, unit if measure == "change" else "%")


def _endpoint(frame: Frame, name: str, value: EndpointValue, endpoint: str) -> Iterator[_Described]:
    """Describe an endpoint under its own name, or under that of its estimand."""
    if isinstance(value, TimeToEvent):
        yield _Described(name=name, by="", array=value.time, levels=None, unit="days")
    elif isinstance(value, Response):
        yield _Described(name=name, by="", array=value.value, levels=("no", "yes"), unit="")
    elif isinstance(value, Multistate):
        yield _Described(name=name, by="", array=value.final, levels=value.states, unit="")
    else:
        variable = frame.protocol.variables.get(
            getattr(frame.protocol.endpoints[endpoint], "variable", "")
        )
        is_number = variable is None or variable.kind == "number"
        source = getattr(frame.protocol.endpoints[endpoint], "variable", "")
        levels = None if is_number else frame.derived.world.levels.get(source, ("no", "yes"))
        for place, visit in enumerate(value.visits):
            yield _Described(
                name=name,
                by=by_text(visit=visit),
                array=value.value[..., place],
                levels=levels,
                unit=_unit_of(frame, endpoint),
            )


def _unit_of(frame: Frame, endpoint: str) -> str:
    """Find the unit of a measure: that of its variable, or percent."""
    measure = frame.protocol.endpoints[endpoint]
    if measure.type == "percent_change":
        return "%"
    variable = frame.protocol.variables.get(getattr(measure, "variable", ""))
    return (variable.unit if variable else None) or ""


def _columns(frame: Frame, analysis: Describe) -> Iterator[tuple[str, Bools]]:
    for group, name in enumerate(frame.groups):
        yield name, frame.in_group(group)
    if analysis.total:
        yield TOTAL, frame.codes >= 0


def _number(frame: Frame, one: _Described, analysis: Describe) -> None:
    for group, inside in _columns(frame, analysis):
        summary = describe(values=np.where(inside, one.array, np.nan))
        missing = inside.sum(axis=-1) - summary.n
        frame.add(
            {
                "n": summary.n,
                "missing": missing,
                "mean": summary.mean,
                "sd": summary.sd,
                "standard_error": summary.standard_error,
                "median": summary.median,
                "q1": summary.q1,
                "q3": summary.q3,
                "min": summary.minimum,
                "max": summary.maximum,
            },
            group=group, variable=one.name, by=one.by, unit=one.unit,
            n_used=summary.n, n_missing=missing, reason="too few values",
        )  # fmt: skip
    test = analysis.tests.number
    if test is not None:
        _test_number(frame, one, test)


_Overall = Callable[..., GroupMeans | RankTest]
_Pairwise = Callable[..., MeanDifference | RankSum]
_OVERALL: dict[str, tuple[_Overall, str]] = {
    "anova": (one_way_anova, "one-way analysis of variance"),
    "welch_anova": (welch_anova, "Welch's analysis of variance"),
    "kruskal_wallis": (kruskal_wallis, "Kruskal-Wallis test"),
}
_PAIRWISE: dict[str, tuple[_Pairwise, str]] = {
    "t": (student_t_test, "Student's t test"),
    "welch": (welch_t_test, "Welch's t test"),
    "wilcoxon": (wilcoxon_rank_sum, "Wilcoxon rank-sum test"),
}


def _test_number(frame: Frame, one: _Described, test: str) -> None:
    used = (~np.isnan(one.array) & (frame.codes >= 0)).sum(axis=-1)
    if test in _OVERALL:
        estimator, name = _OVERALL[test]
        result = estimator(response=one.array, group=frame.codes, groups=len(frame.groups))
        statistics = {"statistic": result.statistic, "p_value": result.p_value}
        frame.add(
            statistics, group=ALL_ARMS, variable=one.name, by=one.by, n_used=used,
            state=result.state, message=name, reason=NO_SPREAD,
        )  # fmt: skip
        return
    compare, name = _PAIRWISE[test]
    for pair in frame.contrasts():
        response, treated = frame.pair(one.array, pair)
        used = (~np.isnan(response)).sum(axis=-1)
        tested = compare(response=response, treated=treated)
        frame.add(
            {"statistic": tested.statistic, "p_value": tested.p_value},
            group=frame.contrast_name(pair), variable=one.name, by=one.by, n_used=used,
            state=tested.state, message=name, reason=NO_SPREAD,
        )  # fmt: skip


def _category(frame: Frame, one: _Described, levels: tuple[str, ...], analysis: Describe) -> None:
    known = ~np.isnan(one.array)
    for group, inside in _columns(frame, analysis):
        of = inside & known if analysis.denominator == "known" else inside
        denominator = of.sum(axis=-1)
        used, missing = (inside & known).sum(axis=-1), (inside & ~known).sum(axis=-1)
        for code, level in enumerate(levels):
            count = (inside & (one.array == code)).sum(axis=-1)
            with np.errstate(divide="ignore", invalid="ignore"):
                percent = 100 * count / denominator
            frame.add(
                {"count": count, "denominator": denominator, "percent": percent},
                group=group, variable=one.name, variable_level=level, by=one.by,
                n_used=used, n_missing=missing,
            )  # fmt: skip
        frame.add({"missing": missing}, group=group, variable=one.name, by=one.by, n_used=used,
                  n_missing=missing)  # fmt: skip
    test = analysis.tests.category
    if test is None:
        return
    counts = _counts(frame, one.array, len(levels))
    if not analysis.tests.per_level:
        _test_table(frame, one, counts, test, "")
        return
    rest = counts.sum(axis=-1, keepdims=True)
    for code, level in enumerate(levels):
        own = counts[..., code : code + 1]
        _test_table(frame, one, np.concatenate([own, rest - own], axis=-1), test, level)


def _counts(frame: Frame, array: Floats, levels: int) -> Floats:
    """Count the members of each group at each level: (trials, groups, levels)."""
    return np.stack(
        [
            np.stack(
                [(frame.in_group(group) & (array == code)).sum(axis=-1) for code in range(levels)],
                axis=-1,
            )
            for group in range(len(frame.groups))
        ],
        axis=-2,
    ).astype(float)


def _test_table(frame: Frame, one: _Described, counts: Floats, test: str, level: str) -> None:
    used = counts.sum(axis=(-1, -2))
    if test == "fisher":
        exact = fisher_test_of_independence(table=counts)
        statistics = {"p_value": exact.p_value}
        state, name = exact.state, "Fisher's exact test"
    else:
        tested = chi_square_test_of_independence(table=counts)
        statistics = {"statistic": tested.statistic, "df": tested.df, "p_value": tested.p_value}
        state, name = tested.state, "Pearson's chi-square test"
    frame.add(
        statistics, group=ALL_ARMS, variable=one.name, variable_level=level, by=one.by,
        n_used=used, state=state, message=name, reason=_no_test(state),
    )  # fmt: skip


def _no_test(state: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> str:
    if (state == State.NOT_CONVERGED).any():
        return "too many tables have these margins to go through them all"
    return "the subjects are of one group or of one category"
