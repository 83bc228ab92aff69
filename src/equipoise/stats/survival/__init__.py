"""Survival analysis: curves, log-rank tests, Cox models, competing risks, several states."""

from equipoise.stats.survival.adjusted_survival import adjusted_survival
from equipoise.stats.survival.baseline import BaselineHazard, baseline_hazard
from equipoise.stats.survival.concordance import Concordance, concordance
from equipoise.stats.survival.cox import cox
from equipoise.stats.survival.cox_fit import CoxFit, OverallTest, likelihood_ratio_test
from equipoise.stats.survival.cox_residuals import CoxResiduals, cox_residuals
from equipoise.stats.survival.cox_robust import cox_robust
from equipoise.stats.survival.door import Beyond
from equipoise.stats.survival.fine_gray import FineGrayFit, fine_gray
from equipoise.stats.survival.gray import GrayTest, gray_test
from equipoise.stats.survival.incidence import (
    CumulativeIncidence,
    Variance,
    cumulative_incidence,
)
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
from equipoise.stats.survival.multistate import (
    StateProbabilities,
    TimeInState,
    state_probabilities,
    time_in_state,
)
from equipoise.stats.survival.partial_likelihood import Ties
from equipoise.stats.survival.proportionality import (
    ProportionalityTest,
    TimeScale,
    proportionality_test,
)
from equipoise.stats.survival.quantile import SurvivalQuantile, survival_quantile
from equipoise.stats.survival.restricted_mean import (
    RestrictedMean,
    RestrictedMeanComparison,
    compare_restricted_means,
    restricted_mean,
)
from equipoise.stats.survival.sojourns import Sojourns, sojourns
from equipoise.stats.survival.time_difference import TimeDifference, compare_times_in_state
from equipoise.stats.survival.weights import FlemingHarrington, Weight

__all__ = [
    "BaselineHazard",
    "Beyond",
    "Concordance",
    "CoxFit",
    "CoxResiduals",
    "CumulativeIncidence",
    "FineGrayFit",
    "FlemingHarrington",
    "GrayTest",
    "LogRank",
    "LogRankTrend",
    "MaxCombo",
    "Milestone",
    "OverallTest",
    "ProportionalityTest",
    "RestrictedMean",
    "RestrictedMeanComparison",
    "Scale",
    "Sojourns",
    "StateProbabilities",
    "SurvivalAt",
    "SurvivalCurve",
    "SurvivalQuantile",
    "Ties",
    "TimeDifference",
    "TimeInState",
    "TimeScale",
    "Variance",
    "Weight",
    "adjusted_survival",
    "baseline_hazard",
    "compare_restricted_means",
    "compare_times_in_state",
    "concordance",
    "cox",
    "cox_residuals",
    "cox_robust",
    "cumulative_incidence",
    "fine_gray",
    "gray_test",
    "kaplan_meier",
    "likelihood_ratio_test",
    "logrank",
    "logrank_trend",
    "maxcombo",
    "milestone",
    "number_at_risk",
    "proportionality_test",
    "restricted_mean",
    "sojourns",
    "state_probabilities",
    "survival_at",
    "survival_quantile",
    "time_in_state",
    "weighted_logrank",
]
