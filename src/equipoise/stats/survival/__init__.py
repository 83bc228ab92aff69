"""Survival analysis: curves, log-rank tests, Cox models, competing risks, several states."""

from equipoise.stats.survival.kaplan_meier import (
    SurvivalAt,
    SurvivalCurve,
    kaplan_meier,
    number_at_risk,
    survival_at,
)
from equipoise.stats.survival.limits import Scale
from equipoise.stats.survival.logrank import (
    LogRank,
    LogRankTrend,
    logrank,
    logrank_trend,
    weighted_logrank,
)
from equipoise.stats.survival.quantile import SurvivalQuantile, survival_quantile
from equipoise.stats.survival.weights import FlemingHarrington, Weight

__all__ = [
    "FlemingHarrington",
    "LogRank",
    "LogRankTrend",
    "Scale",
    "SurvivalAt",
    "SurvivalCurve",
    "SurvivalQuantile",
    "Weight",
    "kaplan_meier",
    "logrank",
    "logrank_trend",
    "number_at_risk",
    "survival_at",
    "survival_quantile",
    "weighted_logrank",
]
