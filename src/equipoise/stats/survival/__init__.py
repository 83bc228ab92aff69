"""Survival analysis: curves, log-rank tests, Cox models, competing risks, several states."""

from equipoise.stats.survival.kaplan_meier import (
    SurvivalAt,
    SurvivalCurve,
    kaplan_meier,
    number_at_risk,
    survival_at,
)
from equipoise.stats.survival.limits import Scale
from equipoise.stats.survival.quantile import SurvivalQuantile, survival_quantile

__all__ = [
    "Scale",
    "SurvivalAt",
    "SurvivalCurve",
    "SurvivalQuantile",
    "kaplan_meier",
    "number_at_risk",
    "survival_at",
    "survival_quantile",
]
