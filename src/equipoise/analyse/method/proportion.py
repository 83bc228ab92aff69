"""Responses and categories: proportions in each group, their contrasts, tests over strata."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from equipoise.analyse.frame import ALL_GROUPS, Frame
from equipoise.analyse.method.comparison import two_proportions
from equipoise.analyse.method.design import stratum_codes
from equipoise.analyse.method.two_sample import values_by_visit
from equipoise.derive import Response
from equipoise.protocol.model.analysis import Cmh, Proportion
from equipoise.stats import Bools, Floats, Integers
from equipoise.stats.binary import (
    IntervalEstimate,
    cmh_general_association,
    cmh_nonzero_correlation,
    cmh_row_mean_scores,
    odds_ratio_miettinen_nurminen,
    odds_ratio_woolf,
    proportion_wilson,
    risk_difference_miettinen_nurminen,
    risk_difference_newcombe,
    risk_difference_wald,
    risk_ratio_katz,
    risk_ratio_miettinen_nurminen,
)

__all__ = ["cmh_frame", "proportion_frame"]

_Interval = Callable[..., IntervalEstimate]
_INTERVALS: dict[tuple[str, str], tuple[_Interval, str]] = {
    ("risk_difference", "newcombe"): (risk_difference_newcombe, "Newcombe's limits"),
    ("risk_difference", "miettinen_nurminen"): (
        risk_difference_miettinen_nurminen,
        "Miettinen and Nurminen's limits",
    ),
    ("risk_difference", "wald"): (risk_difference_wald, "Wald limits"),
    ("relative_risk", "newcombe"): (risk_ratio_katz, "Katz's log limits"),
    ("relative_risk", "miettinen_nurminen"): (
        risk_ratio_miettinen_nurminen,
        "Miettinen and Nurminen's limits",
    ),
    ("relative_risk", "wald"): (risk_ratio_katz, "Katz's log limits"),
    ("odds_ratio", "newcombe"): (odds_ratio_woolf, "Woolf's log limits"),
    ("odds_ratio", "miettinen_nurminen"): (
        odds_ratio_miettinen_nurminen,
        "Miettinen and Nurminen's limits",
    ),
    ("odds_ratio", "wald"): (odds_ratio_woolf, "Woolf's log limits"),
}


def proportion_frame(frame: Frame) -> None:
    """Count responders of each group, and compare each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, Proportion)
    value = frame.endpoint
    assert isinstance(value, Response)
    known = ~np.isnan(value.value) & (frame.codes >= 0)
    responds = known & (value.value == 1)
    counts: list[tuple[Floats, Floats]] = []
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        x = (inside & responds).sum(axis=-1).astype(float)
        n = (inside & known).sum(axis=-1).astype(float)
        counts.append((x, n))
        wilson = proportion_wilson(x=x, n=n, confidence=analysis.level)
        frame.add(
            {
                "count": x,
                "denominator": n,
                "percent": 100 * wilson.estimate,
                "ci_low": 100 * wilson.ci_low,
                "ci_high": 100 * wilson.ci_high,
            },
            group=name, variable="response", n_used=n, n_missing=inside.sum(axis=-1) - n,
            message="Wilson's limits",
        )  # fmt: skip
    for pair in frame.contrasts():
        (x1, n1), (x0, n0) = counts[pair[0]], counts[pair[1]]
        name = frame.contrast_name(pair)
        inside = frame.in_group(pair[0]) | frame.in_group(pair[1])
        missing = (inside & ~known).sum(axis=-1)
        for measure in analysis.measures:
            estimator, words = _INTERVALS[measure, analysis.interval]
            found = estimator(x1=x1, n1=n1, x0=x0, n0=n0, confidence=analysis.level)
            frame.add(
                {"estimate": found.estimate, "ci_low": found.ci_low, "ci_high": found.ci_high},
                group=name, variable=measure, n_used=n1 + n0, n_missing=missing,
                state=found.state, message=words, reason="the counts do not determine it",
            )  # fmt: skip
        if analysis.test == "none":
            continue
        tested = two_proportions(
            (x1, n1, x0, n0), test=analysis.test, alternative=analysis.alternative
        )
        frame.add(
            {"p_value": tested.p_value}, group=name, variable="test", n_used=n1 + n0,
            n_missing=missing, state=tested.state, message=tested.name,
            reason="a group is empty",
        )  # fmt: skip


_FAMILY = {
    "general_association": (cmh_general_association, "general association"),
    "row_mean_scores": (cmh_row_mean_scores, "row mean scores differ"),
    "correlation": (cmh_nonzero_correlation, "nonzero correlation"),
}


def cmh_frame(frame: Frame) -> None:
    """Test a category against the groups over strata: all groups, then each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, Cmh)
    for by, array in _categories(frame, analysis):
        stratum, is_known = stratum_codes(frame, analysis.strata)
        inside = is_known & ~np.isnan(array)
        scores = np.unique(array[inside & (frame.codes >= 0)])
        if analysis.overall:
            groups = list(range(len(frame.groups)))
            _family(frame, array, scores, stratum, inside, groups, ALL_GROUPS, by)
        for pair in frame.contrasts():
            name = frame.contrast_name(pair)
            _family(frame, array, scores, stratum, inside, sorted(pair), name, by)


def _categories(frame: Frame, analysis: Cmh) -> Iterator[tuple[str, Floats]]:
    if analysis.variable is not None:
        array = frame.derived.evaluate(analysis.variable).array
        yield "", np.broadcast_to(array, frame.members.shape)
    elif isinstance(frame.endpoint, Response):
        yield "", frame.endpoint.value
    else:
        yield from values_by_visit(frame)


def _family(
    frame: Frame,
    array: Floats,
    scores: Floats,
    stratum: Integers,
    inside: Bools,
    groups: list[int],
    name: str,
    by: str,
) -> None:
    strata = np.unique(stratum[inside & (frame.codes >= 0)])
    table = np.zeros((len(array), len(strata), len(groups), len(scores)))
    for row, group in enumerate(groups):
        cells = inside & frame.in_group(group)
        trial, subject = np.nonzero(cells)
        level = np.searchsorted(strata, stratum[trial, subject])
        column = np.searchsorted(scores, array[trial, subject])
        np.add.at(table, (trial, level, np.full_like(trial, row), column), 1)
    used = table.sum(axis=(-1, -2, -3))
    members = sum(frame.in_group(group).sum(axis=-1) for group in groups)
    for variable, (test, words) in _FAMILY.items():
        keywords = {} if variable == "general_association" else {"column_scores": scores}
        found = test(table=table, **keywords)
        frame.add(
            {"statistic": found.statistic, "df": found.df, "p_value": found.p_value},
            group=name, variable=variable, by=by, n_used=used, n_missing=members - used,
            state=found.state, message=f"Cochran-Mantel-Haenszel test: {words}",
        )  # fmt: skip
