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
from equipoise.stats.survival.maxcombo import MaxCombo, maxcombo
from equipoise.stats.survival.milestone import Milestone, milestone
from equipoise.stats.survival.partial_likelihood import Ties
from equipoise.stats.survival.quantile import SurvivalQuantile, survival_quantile
from equipoise.stats.survival.restricted_mean import (
    RestrictedMean,
    RestrictedMeanComparison,
    compare_restricted_means,
    restricted_mean,
)
from equipoise.stats.survival.weights import FlemingHarrington, Weight

__all__ = [
    "CoxFit",
    "FlemingHarrington",
    "LogRank",
    "LogRankTrend",
    "MaxCombo",
    "Milestone",
    "OverallTest",
    "RestrictedMean",
    "RestrictedMeanComparison",
    "Scale",
    "SurvivalAt",
    "SurvivalCurve",
    "SurvivalQuantile",
    "Ties",
    "Weight",
    "compare_restricted_means",
    "cox",
    "kaplan_meier",
    "logrank",
    "logrank_trend",
    "maxcombo",
    "milestone",
    "number_at_risk",
    "restricted_mean",
    "survival_at",
    "survival_quantile",
    "weighted_logrank",
]
