"""Many studies of one question: effects, pooling, heterogeneity, small-study effects."""

from equipoise.stats.meta.bias import (
    AsymmetryTest,
    RankTest,
    begg_test,
    egger_test,
    egger_test_mixed,
)
from equipoise.stats.meta.effects import (
    StudyEffects,
    log_odds_ratio_effects,
    log_risk_ratio_effects,
    mean_difference_effects,
    peto_log_odds_ratio_effects,
    risk_difference_effects,
    standardised_mean_difference_effects,
)
from equipoise.stats.meta.fit import Interval
from equipoise.stats.meta.heterogeneity import TauMethod
from equipoise.stats.meta.mantel_haenszel import (
    pool_mantel_haenszel_log_odds_ratio,
    pool_mantel_haenszel_log_risk_ratio,
    pool_mantel_haenszel_risk_difference,
)
from equipoise.stats.meta.pool import (
    Pooled,
    PredictionInterval,
    leave_one_out,
    pool_common_effect,
    pool_random_effects,
    prediction_interval,
)
from equipoise.stats.meta.profile import Tau2Interval, tau2_interval
from equipoise.stats.meta.regression import MetaRegression, fit_meta_regression
from equipoise.stats.meta.trim_and_fill import TrimAndFill, trim_and_fill

__all__ = [
    "AsymmetryTest",
    "Interval",
    "MetaRegression",
    "Pooled",
    "PredictionInterval",
    "RankTest",
    "StudyEffects",
    "Tau2Interval",
    "TauMethod",
    "TrimAndFill",
    "begg_test",
    "egger_test",
    "egger_test_mixed",
    "fit_meta_regression",
    "leave_one_out",
    "log_odds_ratio_effects",
    "log_risk_ratio_effects",
    "mean_difference_effects",
    "peto_log_odds_ratio_effects",
    "pool_common_effect",
    "pool_mantel_haenszel_log_odds_ratio",
    "pool_mantel_haenszel_log_risk_ratio",
    "pool_mantel_haenszel_risk_difference",
    "pool_random_effects",
    "prediction_interval",
    "risk_difference_effects",
    "standardised_mean_difference_effects",
    "tau2_interval",
    "trim_and_fill",
]
