"""A synthesis computed: studies, what is pooled of them, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.evidence.synthesis.effect import (
    counts_of,
    informs,
    study_effects,
)
from equipoise.evidence.synthesis.selection import Selection
from equipoise.protocol.model.synthesis import (
    Compared,
    MantelHaenszel,
    Pooled,
    RandomEffects,
)
from equipoise.stats import Bools, Floats, meta
from equipoise.stats.binary import PooledEffect

__all__ = ["Beside", "Pooling", "pool_studies"]

_MANTEL_HAENSZEL: Mapping[str, Callable[..., PooledEffect]] = {
    "odds_ratio": meta.pool_mantel_haenszel_log_odds_ratio,
    "risk_ratio": meta.pool_mantel_haenszel_log_risk_ratio,
    "risk_difference": meta.pool_mantel_haenszel_risk_difference,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was asked for beside the pooled effect; None where it was not."""

    prediction: meta.PredictionInterval | None = None
    tau2: meta.Tau2Interval | None = None
    without: meta.Pooled | None = None
    egger: meta.AsymmetryTest | None = None
    egger_mixed: meta.AsymmetryTest | None = None
    begg: meta.RankTest | None = None
    filled: meta.TrimAndFill | None = None
    regression: meta.MetaRegression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooling:
    """A comparison pooled over its studies, on the scale of the effects.

    Attributes
    ----------
    alone : Pooled
        Each study by itself, with normal limits: fields are (studies,).
    is_informative : (studies,) bool
        Studies that say something about the pooled effect.
    pooled : Pooled or PooledEffect or None
        None with fewer than two studies that inform: there is nothing to pool.
    beside : Beside
        Empty where nothing is pooled.
    """

    alone: meta.Pooled
    is_informative: Bools
    pooled: meta.Pooled | PooledEffect | None
    beside: Beside


def pool_studies(plan: Compared, selection: Selection) -> Pooling:
    """Pool the selected studies; two that inform are needed."""
    effects = study_effects(plan, selection)
    is_informative = informs(plan, selection, effects)
    alone = meta.pool_common_effect(
        estimate=effects.estimate[:, None], variance=effects.variance[:, None],
        confidence=plan.level,
    )  # fmt: skip
    if is_informative.sum() < 2:
        return Pooling(alone=alone, is_informative=is_informative, pooled=None, beside=Beside())
    if isinstance(plan, MantelHaenszel):
        pool = _MANTEL_HAENSZEL[plan.effect]
        found = pool(
            **counts_of(selection), confidence=plan.level,
            overlap_group=[study.arms[0].cohort for study in selection.used],
        )  # fmt: skip
        return Pooling(alone=alone, is_informative=is_informative, pooled=found, beside=Beside())
    of = _studies(selection, effects)
    pooled = _pooled(plan, of)
    return Pooling(
        alone=alone,
        is_informative=is_informative,
        pooled=pooled,
        beside=_beside(plan, selection, of, pooled),
    )


def _studies(selection: Selection, effects: meta.StudyEffects) -> dict[str, Any]:
    """Give what every estimator takes; overlapping cohorts were refused with the table."""
    return {
        "estimate": effects.estimate,
        "variance": effects.variance,
        "overlap_group": [study.arms[0].cohort for study in selection.used],
    }


def _pooled(plan: Compared, of: dict[str, Any]) -> meta.Pooled:
    if isinstance(plan, RandomEffects):
        return meta.pool_random_effects(
            **of, method=plan.tau2, interval=plan.limits, confidence=plan.level
        )
    return meta.pool_common_effect(**of, confidence=plan.level)


def _beside(
    plan: Compared, selection: Selection, of: dict[str, Any], pooled: meta.Pooled
) -> Beside:
    also = getattr(plan, "also", ())
    method: meta.TauMethod = plan.tau2 if isinstance(plan, RandomEffects) else "common"
    limits: meta.Interval = plan.limits if isinstance(plan, RandomEffects) else "wald"
    found: dict[str, Any] = {}
    if "prediction_interval" in also:
        found["prediction"] = _prediction(plan, pooled)
    if "tau2_interval" in also:
        found["tau2"] = meta.tau2_interval(**of, confidence=plan.level)
    if "leave_one_out" in also:
        found["without"] = meta.leave_one_out(
            **of, method=method, interval=limits, confidence=plan.level
        )
    if "egger_test" in also:
        found["egger"] = meta.egger_test(**of)
    if "egger_test_mixed" in also:
        found["egger_mixed"] = meta.egger_test_mixed(**of, method=method)
    if "begg_test" in also:
        found["begg"] = meta.begg_test(**of)
    if "trim_and_fill" in also:
        found["filled"] = meta.trim_and_fill(**of, method=method)
    if isinstance(plan, Pooled) and plan.moderators:
        found["regression"] = meta.fit_meta_regression(
            **of, moderators=_moderators(plan, selection), method=method, interval=limits,
            confidence=plan.level,
        )  # fmt: skip
    return Beside(**found)


def _prediction(plan: Compared, pooled: meta.Pooled) -> meta.PredictionInterval:
    df = None
    if isinstance(plan, RandomEffects) and plan.prediction_df == "studies_minus_two":
        df = pooled.studies - 2
    return meta.prediction_interval(pooled=pooled, df=df, confidence=plan.level)


def _moderators(plan: Pooled, selection: Selection) -> Floats:
    """Lay the moderators out: (studies, moderators); NaN takes a study out of the regression."""
    return np.array(
        [
            [float(study.arms[0].cells.get(column) or "nan") for column in plan.moderators]
            for study in selection.used
        ]
    )
