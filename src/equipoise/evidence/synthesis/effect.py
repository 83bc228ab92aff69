"""Effects of the selected studies, from their printed numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from equipoise.evidence.synthesis.selection import Selection
from equipoise.evidence.synthesis.unit import factor_between
from equipoise.protocol.model.synthesis import Compared, MantelHaenszel, Peto, Pooled
from equipoise.stats import Bools, Floats, meta

__all__ = ["counts_of", "effect_of", "informs", "is_ratio", "study_effects"]

_OF_COUNTS: Mapping[str, Callable[..., meta.StudyEffects]] = {
    "odds_ratio": meta.log_odds_ratio_effects,
    "risk_ratio": meta.log_risk_ratio_effects,
    "risk_difference": meta.risk_difference_effects,
}
_OF_MEANS: Mapping[str, Callable[..., meta.StudyEffects]] = {
    "mean_difference": meta.mean_difference_effects,
    "standardised_mean_difference": meta.standardised_mean_difference_effects,
}


def effect_of(plan: Compared) -> str:
    """Name the effect; Peto's method has the odds ratio."""
    return plan.effect if isinstance(plan, Pooled | MantelHaenszel) else "odds_ratio"


def is_ratio(plan: Compared) -> bool:
    """Say whether the effect is pooled as a logarithm."""
    return effect_of(plan) in ("odds_ratio", "risk_ratio")


def counts_of(selection: Selection) -> dict[str, Floats]:
    """Lay events and subjects out by arm: x1, n1 experimental, x0, n0 control, each (studies,)."""
    return {
        name: np.array([getattr(study.arms[arm], field) for study in selection.used])
        for name, arm, field in (
            ("x1", 0, "events"), ("n1", 0, "subjects"), ("x0", 1, "events"), ("n0", 1, "subjects"),
        )
    }  # fmt: skip


def study_effects(plan: Compared, selection: Selection) -> meta.StudyEffects:
    """Compute effect and variance of each study, (studies,); ratios as logarithms.

    A study whose numbers leave no variance, such as two standard deviations of 0, is NaN.
    """
    found = _effects(plan, selection)
    has_variance = found.variance > 0
    return meta.StudyEffects(
        estimate=np.where(has_variance, found.estimate, np.nan),
        variance=np.where(has_variance, found.variance, np.nan),
    )


def _effects(plan: Compared, selection: Selection) -> meta.StudyEffects:
    if isinstance(plan, Peto):
        return meta.peto_log_odds_ratio_effects(**counts_of(selection))
    effect = effect_of(plan)
    if effect in _OF_MEANS:
        assert isinstance(plan, Pooled)
        return _OF_MEANS[effect](**_means_of(plan, selection))
    added = plan.added if isinstance(plan, Pooled) else 0.5
    return _OF_COUNTS[effect](**counts_of(selection), added=added)


def informs(plan: Compared, selection: Selection, effects: meta.StudyEffects) -> Bools:
    """Say which studies say something about the pooled effect: (studies,) bool.

    Mantel and Haenszel fill no cell: a study without an event says nothing about a ratio, and one
    in which all had the event nothing about an odds ratio.
    """
    if not isinstance(plan, MantelHaenszel):
        return ~np.isnan(effects.estimate)
    counts = counts_of(selection)
    events, total = counts["x1"] + counts["x0"], counts["n1"] + counts["n0"]
    if plan.effect == "odds_ratio":
        return (events > 0) & (events < total)
    return (events > 0) | (plan.effect == "risk_difference")


def _means_of(plan: Pooled, selection: Selection) -> dict[str, Floats]:
    """Lay means and standard deviations out by arm, in the unit of the plan."""
    found: dict[str, Floats] = {}
    for side, arm in (("1", 0), ("0", 1)):
        rows = [study.arms[arm] for study in selection.used]
        factors = np.array([_factor(row.unit, plan.unit, row.outcome) for row in rows])
        found[f"n{side}"] = np.array([row.subjects for row in rows])
        found[f"mean{side}"] = np.array([row.mean for row in rows]) * factors
        found[f"sd{side}"] = np.array([row.sd for row in rows]) * factors
    return found


def _factor(unit: str, wanted: str | None, outcome: str) -> float:
    factor = 1.0 if wanted is None else factor_between(unit, wanted, outcome)
    assert factor is not None
    return factor
