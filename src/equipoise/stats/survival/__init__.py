"""Survival analysis: curves, log-rank tests, Cox models, competing risks, several states."""

from equipoise.stats.survival.cox import CoxFit, OverallTest, cox
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
from equipoise.stats.survival.partial_likelihood import Ties
from equipoise.stats.survival.quantile import SurvivalQuantile, survival_quantile
from equipoise.stats.survival.weights import FlemingHarrington, Weight

__all__ = [
    "CoxFit",
    "FlemingHarrington",
    "LogRank",
    "LogRankTrend",
    "OverallTest",
    "Scale",
    "SurvivalAt",
    "SurvivalCurve",
    "SurvivalQuantile",
    "Ties",
    "Weight",
    "cox",
    "kaplan_meier",
    "logrank",
    "logrank_trend",
    "number_at_risk",
    "survival_at",
    "survival_quantile",
    "weighted_logrank",
]
