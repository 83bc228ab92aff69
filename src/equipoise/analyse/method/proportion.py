"""Responses and categories: proportions in each group, their contrasts, tests over strata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.comparison import add_interval
from equipoise.analyse.method.design import stratum_codes
from equipoise.analyse.method.margin import add_margin
from equipoise.analyse.method.two_proportions import (
    ARM_INTERVALS,
    INTERVALS,
    Counts,
    two_proportions,
)
from equipoise.analyse.method.two_sample import values_by_visit
from equipoise.derive import Response
from equipoise.protocol.model.analysis import Cmh, Proportion
from equipoise.protocol.model.arm import ALL_ARMS
from equipoise.stats import Bools, Floats, Integers
from equipoise.stats.binary import (
    binomial_test,
    cmh_general_association,
    cmh_nonzero_correlation,
    cmh_row_mean_scores,
    column_midranks,
    modified_ridits,
    risk_difference_test_farrington_manning,
    risk_difference_test_miettinen_nurminen,
)

__all__ = ["cmh_frame", "proportion_frame", "responses"]

Array = TypeVar("Array", Floats, Integers)

_MARGIN_TESTS = {
    "farrington_manning": (
        risk_difference_test_farrington_manning,
        "Farrington and Manning's score test against the margin",
    ),
    "miettinen_nurminen": (
        risk_difference_test_miettinen_nurminen,
        "Miettinen and Nurminen's score test against the margin",
    ),
}


def proportion_frame(frame: Frame) -> None:
    """Count responders of each group, and compare each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, Proportion)
    known, responds = responses(frame)
    estimator, words = ARM_INTERVALS[analysis.arm_interval]
    counts: list[tuple[Floats, Floats]] = []
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        x = (inside & responds).sum(axis=-1).astype(float)
        n = (inside & known).sum(axis=-1).astype(float)
        counts.append((x, n))
        found = estimator(x=x, n=n, confidence=analysis.level)
        frame.add(
            {
                "count": x,
                "denominator": n,
                "percent": 100 * found.estimate,
                "ci_low": 100 * found.ci_low,
                "ci_high": 100 * found.ci_high,
            },
            group=name, variable="response", n_used=n, n_missing=inside.sum(axis=-1) - n,
            message=words, reason="of nobody in the group the response is known",
        )  # fmt: skip
        if analysis.null_share is not None:
            _null(frame, analysis, analysis.null_share, name, x, n)
    for pair in frame.contrasts():
        inside = frame.in_group(pair[0]) | frame.in_group(pair[1])
        missing = (inside & ~known).sum(axis=-1)
        _compare(frame, analysis, pair, (*counts[pair[0]], *counts[pair[1]]), missing)


def _null(
    frame: Frame, analysis: Proportion, share: float, group: str, x: Floats, n: Floats
) -> None:
    """Test the proportion of a group against the share of the null hypothesis."""
    tested = binomial_test(x=x, n=n, probability=share)
    p_value = {"greater": tested.p_greater, "less": tested.p_less}.get(
        analysis.alternative, tested.p_two_sided
    )
    frame.add(
        {"null": 100 * share, "p_value": p_value}, group=group,
        variable="null_share", n_used=n, state=tested.state, message="exact binomial test",
        reason="of nobody in the group the response is known",
    )  # fmt: skip


def responses(frame: Frame) -> tuple[Bools, Bools]:
    """Say of whom the response is known, and who responds: (trials, subjects) each."""
    value = frame.endpoint
    assert isinstance(value, Response)
    known = ~np.isnan(value.value) & (frame.codes >= 0)
    return known, known & (value.value == 1)


def _compare(
    frame: Frame, analysis: Proportion, pair: tuple[int, int], counts: Counts, missing: Integers
) -> None:
    """Add measures, margin and test of one contrast."""
    x1, n1, x0, n0 = counts
    name = frame.contrast_name(pair)
    chosen = {
        "risk_difference": analysis.interval,
        "relative_risk": analysis.relative_risk_interval,
        "odds_ratio": analysis.odds_ratio_interval,
    }
    for measure in analysis.measures:
        estimator, words = INTERVALS[measure][chosen[measure]]
        found = estimator(x1=x1, n1=n1, x0=x0, n0=n0, confidence=analysis.level)
        add_interval(
            frame, found, group=name, variable=measure, n_used=n1 + n0, n_missing=missing,
            message=words, reason="the counts do not determine it",
        )  # fmt: skip
        if measure == "risk_difference" and analysis.margin is not None:
            test, words = _MARGIN_TESTS[analysis.margin_test]
            lower, upper = (
                test(x1=x1, n1=n1, x0=x0, n0=n0, difference=side * analysis.margin)
                for side in (-1.0, 1.0)
            )
            add_margin(
                frame, group=name, p_lower=lower.p_greater, p_upper=upper.p_less,
                ci_low=found.ci_low, ci_high=found.ci_high, test=words, n_used=n1 + n0,
                n_missing=missing,
            )  # fmt: skip
    if analysis.test == "none":
        return
    tested = two_proportions(counts, test=analysis.test, alternative=analysis.alternative)
    frame.add(
        {"p_value": tested.p_value}, group=name, variable="test", n_used=n1 + n0,
        n_missing=missing, state=tested.state, message=tested.name, reason="a group is empty",
    )  # fmt: skip


_FAMILY = {
    "general_association": (cmh_general_association, "general association"),
    "row_mean_scores": (cmh_row_mean_scores, "row mean scores differ"),
    "correlation": (cmh_nonzero_correlation, "nonzero correlation"),
}

_SCORES = {"midranks": column_midranks, "modified_ridits": modified_ridits}
"""Scores of the columns that come from the table itself."""


def cmh_frame(frame: Frame) -> None:
    """Test a category against the groups over strata: all groups, then each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, Cmh)
    for by, array in _categories(frame, analysis):
        stratum, is_known = stratum_codes(frame, analysis.strata)
        inside = is_known & ~np.isnan(array)
        scores = _present(array[inside & (frame.codes >= 0)])
        if analysis.overall:
            groups = list(range(len(frame.groups)))
            _family(frame, analysis, array, scores, stratum, inside, groups, ALL_ARMS, by)
        for pair in frame.contrasts():
            name = frame.contrast_name(pair)
            _family(frame, analysis, array, scores, stratum, inside, sorted(pair), name, by)


def _present(values: Array) -> Array:
    """List the values that occur, in order; a single 0 where nobody has one."""
    found = np.unique(values)
    return found if found.size else np.zeros_like(values, shape=1)


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
    analysis: Cmh,
    array: Floats,
    scores: Floats,
    stratum: Integers,
    inside: Bools,
    groups: list[int],
    name: str,
    by: str,
) -> None:
    strata = _present(stratum[inside & (frame.codes >= 0)])
    table = np.zeros((len(array), len(strata), len(groups), len(scores)))
    for row, group in enumerate(groups):
        cells = inside & frame.in_group(group)
        trial, subject = np.nonzero(cells)
        level = np.searchsorted(strata, stratum[trial, subject])
        column = np.searchsorted(scores, array[trial, subject])
        np.add.at(table, (trial, level, np.full_like(trial, row), column), 1)
    used = table.sum(axis=(-1, -2, -3))
    members = sum(frame.in_group(group).sum(axis=-1) for group in groups)
    scored = _SCORES[analysis.scores](table=table) if analysis.scores != "values" else scores
    for variable, (test, words) in _FAMILY.items():
        keywords = {} if variable == "general_association" else {"column_scores": scored}
        found = test(table=table, **keywords)
        frame.add(
            {"statistic": found.statistic, "df": found.df, "p_value": found.p_value},
            group=name, variable=variable, by=by, n_used=used, n_missing=members - used,
            state=found.state, message=f"Cochran-Mantel-Haenszel test: {words}",
            reason="within each stratum the subjects are of one group or of one category",
        )  # fmt: skip
