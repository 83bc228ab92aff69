"""Changes and visits within the subjects of each group; groups are not compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.two_sample import add_summaries, values_by_visit
from equipoise.derive import Measure
from equipoise.protocol.model.analysis import Friedman, PairedSamples
from equipoise.stats import Floats
from equipoise.stats.continuous import (
    MeanDifference,
    SignedRank,
    friedman,
    paired_t_test,
    wilcoxon_signed_rank,
    wilcoxon_signed_rank_exact,
)

__all__ = ["friedman_frame", "paired_frame"]

_ROUNDING = 1e-9
_SIGNED_RANKS: Mapping[str, tuple[Callable[..., SignedRank], str, str]] = {
    "normal": (
        wilcoxon_signed_rank,
        "Wilcoxon signed rank test; Hodges-Lehmann estimate; subjects without a change left out",
        "nobody changed, or too few did for limits of this level",
    ),
    "exact": (
        wilcoxon_signed_rank_exact,
        "exact Wilcoxon signed rank test; Hodges-Lehmann estimate with exact limits",
        "a change is 0 or two are of one size, for which the exact distribution does not hold, or "
        "too few subjects changed for limits of this level",
    ),
}
"""Test, its words, and why there may be no value, of each distribution."""


def paired_frame(frame: Frame) -> None:
    """Test the change from baseline of each group at each visit."""
    analysis, value = frame.analysis, frame.endpoint
    assert isinstance(analysis, PairedSamples)
    assert isinstance(value, Measure)
    for by, change in values_by_visit(frame):
        baseline = np.where(np.isnan(change), np.nan, value.baseline)
        add_summaries(frame, baseline, variable="baseline", by=by)
        add_summaries(frame, baseline + change, variable="value", by=by)
        add_summaries(frame, change, variable="change", by=by)
        for group, name in enumerate(frame.groups):
            inside = frame.in_group(group)
            own = np.where(inside, change, np.nan)
            used = (~np.isnan(own)).sum(axis=-1)
            add = _mean if analysis.method == "paired_t_test" else _ranks
            found, message, reason = add(analysis, own, baseline)
            frame.add(
                found, group=name, variable="change_within", by=by, n_used=used,
                n_missing=inside.sum(axis=-1) - used, message=message, reason=reason,
            )  # fmt: skip


def _mean(
    analysis: PairedSamples, change: Floats, baseline: Floats
) -> tuple[dict[str, Floats], str, str]:
    found = paired_t_test(first=baseline + change, second=baseline, confidence=analysis.level)
    names = ("estimate", "standard_error", "df", "ci_low", "ci_high", "statistic")
    statistics = {name: getattr(found, name) for name in names}
    statistics["p_value"] = _p_value(found, analysis.alternative)
    return statistics, "paired t test", "fewer than two subjects, or all changed alike"


def _ranks(
    analysis: PairedSamples, change: Floats, _: Floats
) -> tuple[dict[str, Floats], str, str]:
    test, message, reason = _SIGNED_RANKS[analysis.distribution]
    found = test(change=change, confidence=analysis.level)
    attains = found.confidence >= analysis.level - _ROUNDING
    statistics = {
        "estimate": found.estimate,
        "ci_low": np.where(attains, found.ci_low, np.nan),
        "ci_high": np.where(attains, found.ci_high, np.nan),
        "statistic": found.statistic,
        "p_value": _p_value(found, analysis.alternative),
    }
    return statistics, message, reason


def _p_value(found: MeanDifference | SignedRank, alternative: str) -> Floats:
    chosen = {"greater": found.p_greater, "less": found.p_less}
    return chosen.get(alternative, found.p_value)


def friedman_frame(frame: Frame) -> None:
    """Compare the visits within the subjects of each group who have them all."""
    assert isinstance(frame.analysis, Friedman)
    value = frame.endpoint
    assert isinstance(value, Measure)
    complete = np.where(np.isnan(value.value).any(axis=-1, keepdims=True), np.nan, value.value)
    for place, visit in enumerate(value.visits):
        add_summaries(frame, complete[..., place], variable="value", by=by_text(visit=visit))
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        found = friedman(response=np.where(inside[..., np.newaxis], value.value, np.nan))
        frame.add(
            {"statistic": found.statistic, "df": found.df, "p_value": found.p_value},
            group=name, variable="visits_within", n_used=found.n,
            n_missing=inside.sum(axis=-1) - found.n, state=found.state,
            message="Friedman's test; subjects with a missing visit are left out",
            reason="nobody has every visit, or nobody's values differ between visits",
        )  # fmt: skip
