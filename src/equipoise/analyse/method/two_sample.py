"""Two groups compared on a number at each visit of an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.mean_difference import add_mean_margin
from equipoise.derive import Measure
from equipoise.protocol.model.analysis import TwoSample
from equipoise.stats import Floats
from equipoise.stats.continuous import (
    RankSum,
    Shift,
    describe,
    hodges_lehmann_exact,
    hodges_lehmann_normal,
    student_t_test,
    variance_ratio_test,
    welch_t_test,
    wilcoxon_rank_sum,
    wilcoxon_rank_sum_exact,
)

__all__ = ["NO_SPREAD", "add_summaries", "two_sample_frame", "values_by_visit"]

NO_SPREAD = "a group has too few values, or the values do not vary"

_RANK_SUMS: Mapping[str, tuple[Callable[..., RankSum], Callable[..., Shift], str, str]] = {
    "normal": (
        wilcoxon_rank_sum,
        hodges_lehmann_normal,
        "Wilcoxon rank-sum test; Hodges-Lehmann shift",
        "a group is empty, all values are tied, or the groups are too small for limits of this "
        "level",
    ),
    "exact": (
        wilcoxon_rank_sum_exact,
        hodges_lehmann_exact,
        "exact Wilcoxon rank-sum test; Hodges-Lehmann shift with exact limits",
        "a group is empty, two values are tied, for which the exact distribution does not hold, or "
        "the groups are too small for limits of this level",
    ),
}
"""Test, shift, their words, and why there may be no value, of each distribution."""

_ROUNDING = 1e-9


def values_by_visit(frame: Frame) -> Iterator[tuple[str, Floats]]:
    """Yield the ``by`` text and the (trials, subjects) values of each visit of the endpoint."""
    value = frame.endpoint
    assert isinstance(value, Measure)
    for place, visit in enumerate(value.visits):
        by = by_text(visit=visit) if len(value.visits) > 1 else ""
        yield by, value.value[..., place]


def add_summaries(frame: Frame, values: Floats, *, variable: str, by: str) -> None:
    """Add n, mean, sd, median and extremes of each group."""
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        summary = describe(values=np.where(inside, values, np.nan))
        frame.add(
            {
                "n": summary.n,
                "mean": summary.mean,
                "sd": summary.sd,
                "median": summary.median,
                "min": summary.minimum,
                "max": summary.maximum,
            },
            group=name, variable=variable, by=by, n_used=summary.n,
            n_missing=inside.sum(axis=-1) - summary.n, reason="too few values",
        )  # fmt: skip


def two_sample_frame(frame: Frame) -> None:
    """Compare each contrast by Student's or Welch's t test, or by rank sums."""
    analysis = frame.analysis
    assert isinstance(analysis, TwoSample)
    value = frame.endpoint
    assert isinstance(value, Measure)
    for by, values in values_by_visit(frame):
        add_summaries(frame, values, variable="value", by=by)
        for pair in frame.contrasts():
            _compare(frame, analysis, values, pair, by=by)


def _compare(
    frame: Frame,
    analysis: TwoSample,
    values: Floats,
    pair: tuple[int, int],
    *,
    by: str,
) -> None:
    group = frame.contrast_name(pair)
    response, treated = frame.pair(values, pair)
    used = (~np.isnan(response)).sum(axis=-1)
    missing = sum(frame.in_group(one).sum(axis=-1) for one in pair) - used
    if analysis.method == "wilcoxon":
        test, estimator, words, reason = _RANK_SUMS[analysis.distribution]
        tested = test(response=response, treated=treated)
        shift = estimator(response=response, treated=treated, confidence=analysis.level)
        attains = shift.confidence >= analysis.level - _ROUNDING
        p_value = {"greater": tested.p_greater, "less": tested.p_less}.get(
            analysis.alternative, tested.p_value
        )
        frame.add(
            {
                "estimate": shift.estimate,
                "ci_low": np.where(attains, shift.ci_low, np.nan),
                "ci_high": np.where(attains, shift.ci_high, np.nan),
                "statistic": tested.statistic,
                "p_value": p_value,
            },
            group=group, variable="contrast", by=by, n_used=used, n_missing=missing,
            message=words, reason=reason,
        )  # fmt: skip
        return
    compare = student_t_test if analysis.method == "t_test" else welch_t_test
    mean = compare(response=response, treated=treated, confidence=analysis.level)
    p_value = {"greater": mean.p_greater, "less": mean.p_less}.get(
        analysis.alternative, mean.p_value
    )
    found = {
        name: getattr(mean, name)
        for name in ("estimate", "standard_error", "df", "ci_low", "ci_high", "statistic")
    }
    frame.add(
        {**found, "p_value": p_value}, group=group, variable="contrast", by=by, n_used=used,
        n_missing=missing, state=mean.state,
        message="Student's t test" if analysis.method == "t_test" else "Welch's t test",
        reason=NO_SPREAD,
    )  # fmt: skip
    add_mean_margin(frame, found, group=group, by=by, n_used=used, n_missing=missing)
    if analysis.variance_test:
        ratio = variance_ratio_test(response=response, treated=treated, confidence=analysis.level)
        frame.add(
            {
                "estimate": ratio.ratio,
                "ci_low": ratio.ci_low,
                "ci_high": ratio.ci_high,
                "df": ratio.df_treated,
                "df_2": ratio.df_control,
                "p_value": ratio.p_value,
            },
            variable="variance_ratio", variable_level=group, by=by, n_used=used,
            n_missing=missing, state=ratio.state,
            message="F test of the ratio of variances; twice the smaller tail", reason=NO_SPREAD,
        )  # fmt: skip
