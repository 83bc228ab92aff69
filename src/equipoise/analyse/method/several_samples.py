"""All groups compared on a number at each visit of an endpoint, and pairs of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.two_sample import add_summaries, values_by_visit
from equipoise.protocol.model.analysis import SeveralSamples
from equipoise.protocol.model.arm import ALL_ARMS
from equipoise.stats import Floats
from equipoise.stats.continuous import (
    GroupMeans,
    RankTest,
    kruskal_wallis,
    one_way_anova,
    welch_anova,
)
from equipoise.stats.multiplicity import Comparisons, dunnett_test, tukey_test

__all__ = ["several_samples_frame"]

_TESTS: dict[str, tuple[Callable[..., GroupMeans | RankTest], str]] = {
    "anova": (one_way_anova, "one-way analysis of variance"),
    "welch_anova": (welch_anova, "Welch's analysis of variance"),
    "kruskal_wallis": (kruskal_wallis, "Kruskal-Wallis test"),
}
_NAMES = {"dunnett": "Dunnett's test", "tukey": "Tukey's test (Tukey-Kramer)"}


def several_samples_frame(frame: Frame) -> None:
    """Test all groups at once; with an adjustment compare pairs, with simultaneous limits."""
    analysis = frame.analysis
    assert isinstance(analysis, SeveralSamples)
    estimator, name = _TESTS[analysis.method]
    for by, values in values_by_visit(frame):
        add_summaries(frame, values, variable="value", by=by)
        members = (frame.codes >= 0).sum(axis=-1)
        used = (~np.isnan(values) & (frame.codes >= 0)).sum(axis=-1)
        found = estimator(response=values, group=frame.codes, groups=len(frame.groups))
        frame.add(
            _statistics(found), group=ALL_ARMS, variable="term",
            variable_level=analysis.group, by=by,
            n_used=used, n_missing=members - used, state=found.state, message=name,
            reason="too few values, or values that do not vary",
        )  # fmt: skip
        if analysis.multiplicity != "none":
            _pairs(frame, analysis, values, by, used)


def _statistics(found: GroupMeans | RankTest) -> dict[str, Floats]:
    if isinstance(found, RankTest):
        return {"statistic": found.statistic, "df": found.df, "p_value": found.p_value}
    return {
        "statistic": found.statistic,
        "df": found.df_between,
        "df_2": found.df_within,
        "p_value": found.p_value,
    }


def _pairs(frame: Frame, analysis: SeveralSamples, values: Floats, by: str, used: Floats) -> None:
    """Compare the contrasts of the analysis, all limits and p values simultaneous."""
    pairs = frame.contrasts()
    groups = len(frame.groups)
    if analysis.multiplicity == "tukey":
        found = tukey_test(
            response=values, group=frame.codes, groups=groups, confidence=analysis.level
        )
    else:
        found = dunnett_test(
            response=values, group=frame.codes, groups=groups, confidence=analysis.level,
            control=pairs[0][1] if pairs else 0, alternative=analysis.alternative,
        )  # fmt: skip
    members = (frame.codes >= 0).sum(axis=-1)
    for pair in pairs:
        frame.add(
            _of_pair(found, pair), group=frame.contrast_name(pair), variable="contrast", by=by,
            n_used=used, n_missing=members - used,
            message=f"{_NAMES[analysis.multiplicity]}; limits and p values hold for all contrasts "
            "at once",
            reason="too few values, or values that do not vary",
        )  # fmt: skip


def _of_pair(found: Comparisons, pair: tuple[int, int]) -> dict[str, Floats]:
    """Take one comparison, turned where the pair stands the other way round."""
    known = [tuple(one) for one in found.pairs.tolist()]
    is_turned = pair not in known
    place = known.index((pair[1], pair[0]) if is_turned else pair)
    sign = -1.0 if is_turned else 1.0
    low, high = found.ci_low[..., place], found.ci_high[..., place]
    return {
        "estimate": sign * found.estimate[..., place],
        "standard_error": found.standard_error[..., place],
        "df": found.df[..., place],
        "ci_low": -high if is_turned else low,
        "ci_high": -low if is_turned else high,
        "statistic": sign * found.statistic[..., place],
        "p_value": found.p_value[..., place],
    }
