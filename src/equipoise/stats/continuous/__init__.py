"""Continuous outcomes: summaries, tests of location, linear models, repeated measures."""

from equipoise.stats.continuous.ancova import Ancova, Trend, ancova, ancova_trend
from equipoise.stats.continuous.equivalence import (
    Equivalence,
    tost_estimate,
    tost_means,
    tost_means_from_summary,
)
from equipoise.stats.continuous.hodges_lehmann import (
    Shift,
    hodges_lehmann_exact,
    hodges_lehmann_normal,
)
from equipoise.stats.continuous.least_squares import LinearFit, fit_linear_model
from equipoise.stats.continuous.linear_function import LinearFunctions, linear_functions
from equipoise.stats.continuous.mean_difference import MeanDifference
from equipoise.stats.continuous.one_way import (
    GroupMeans,
    one_way_anova,
    one_way_anova_from_summary,
    welch_anova,
    welch_anova_from_summary,
)
from equipoise.stats.continuous.rank_groups import RankTest, friedman, kruskal_wallis
from equipoise.stats.continuous.rank_sum import RankSum, wilcoxon_rank_sum, wilcoxon_rank_sum_exact
from equipoise.stats.continuous.repeated import (
    RepeatedAnova,
    repeated_anova,
    repeated_anova_within,
)
from equipoise.stats.continuous.signed_rank import (
    SignedRank,
    wilcoxon_signed_rank,
    wilcoxon_signed_rank_exact,
)
from equipoise.stats.continuous.sphericity import Sphericity
from equipoise.stats.continuous.summary import Summary, describe, quantile
from equipoise.stats.continuous.t_test import paired_t_test, student_t_test, welch_t_test
from equipoise.stats.continuous.t_test_from_summary import (
    paired_t_test_from_summary,
    student_t_test_from_summary,
    welch_t_test_from_summary,
)
from equipoise.stats.continuous.term_tests import (
    TermTests,
    type_1_tests,
    type_2_tests,
    type_3_tests,
)
from equipoise.stats.continuous.variance_ratio import (
    VarianceRatio,
    variance_ratio_test,
    variance_ratio_test_from_summary,
)

__all__ = [
    "Ancova",
    "Equivalence",
    "GroupMeans",
    "LinearFit",
    "LinearFunctions",
    "MeanDifference",
    "RankSum",
    "RankTest",
    "RepeatedAnova",
    "Shift",
    "SignedRank",
    "Sphericity",
    "Summary",
    "TermTests",
    "Trend",
    "VarianceRatio",
    "ancova",
    "ancova_trend",
    "describe",
    "fit_linear_model",
    "friedman",
    "hodges_lehmann_exact",
    "hodges_lehmann_normal",
    "kruskal_wallis",
    "linear_functions",
    "one_way_anova",
    "one_way_anova_from_summary",
    "paired_t_test",
    "paired_t_test_from_summary",
    "quantile",
    "repeated_anova",
    "repeated_anova_within",
    "student_t_test",
    "student_t_test_from_summary",
    "tost_estimate",
    "tost_means",
    "tost_means_from_summary",
    "type_1_tests",
    "type_2_tests",
    "type_3_tests",
    "variance_ratio_test",
    "variance_ratio_test_from_summary",
    "welch_anova",
    "welch_anova_from_summary",
    "welch_t_test",
    "welch_t_test_from_summary",
    "wilcoxon_rank_sum",
    "wilcoxon_rank_sum_exact",
    "wilcoxon_signed_rank",
    "wilcoxon_signed_rank_exact",
]
