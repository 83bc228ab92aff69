"""Binary outcomes: tests, intervals, strata, r x c tables, logistic regression."""

from equipoise.stats.binary.chi_square import (
    ChiSquareTest,
    IndependenceTest,
    chi_square_test,
    chi_square_test_of_independence,
)
from equipoise.stats.binary.cmh_ordinal import (
    CmhFamilyTest,
    cmh_general_association,
    cmh_nonzero_correlation,
    cmh_row_mean_scores,
    column_midranks,
    modified_ridits,
)
from equipoise.stats.binary.fisher import (
    FisherTest,
    fisher_test,
)
from equipoise.stats.binary.fisher_rxc import (
    ExactIndependenceTest,
    fisher_test_of_independence,
)
from equipoise.stats.binary.interval import (
    IntervalEstimate,
)
from equipoise.stats.binary.logistic import (
    LogisticFit,
    fit_logistic,
)
from equipoise.stats.binary.mantel_haenszel import (
    PooledEffect,
    mantel_haenszel_log_odds_ratio,
    mantel_haenszel_log_risk_ratio,
    mantel_haenszel_risk_difference,
)
from equipoise.stats.binary.mcnemar import (
    McNemarTest,
    mcnemar_test,
)
from equipoise.stats.binary.odds_ratio import (
    odds_ratio_conditional,
    odds_ratio_cornfield,
    odds_ratio_haldane_anscombe,
    odds_ratio_miettinen_nurminen,
    odds_ratio_woolf,
)
from equipoise.stats.binary.one_proportion import (
    BinomialTest,
    binomial_test,
    proportion_agresti_coull,
    proportion_clopper_pearson,
    proportion_jeffreys,
    proportion_wald,
    proportion_wilson,
    proportion_wilson_corrected,
)
from equipoise.stats.binary.profile import (
    odds_ratio_profile,
    risk_difference_profile,
    risk_ratio_profile,
)
from equipoise.stats.binary.risk_difference import (
    risk_difference_agresti_caffo,
    risk_difference_mee,
    risk_difference_miettinen_nurminen,
    risk_difference_newcombe,
    risk_difference_wald,
)
from equipoise.stats.binary.risk_ratio import (
    risk_ratio_katz,
    risk_ratio_koopman,
    risk_ratio_miettinen_nurminen,
)
from equipoise.stats.binary.sample_space import (
    beta_binomial_mass,
    binomial_mass,
    expected_over_tables,
)
from equipoise.stats.binary.score_test import (
    ScoreTest,
    risk_difference_test_farrington_manning,
    risk_difference_test_miettinen_nurminen,
)
from equipoise.stats.binary.standardised import (
    LikelihoodRatioTest,
    StandardisedRisks,
    likelihood_ratio_test,
    standardise_risks,
)
from equipoise.stats.binary.stratified import (
    BreslowDayTest,
    CmhTest,
    breslow_day_test,
    cmh_test,
)
from equipoise.stats.binary.stratified_difference import (
    stratified_difference_klingenberg,
    stratified_difference_miettinen_nurminen,
    stratified_difference_newcombe,
)
from equipoise.stats.binary.stratified_exact import (
    CmhExactTest,
    cmh_exact_test,
)
from equipoise.stats.binary.unconditional import (
    Alternative,
    UnconditionalTest,
    barnard_test,
    barnard_unpooled_test,
    boschloo_doubled_test,
    boschloo_test,
)

__all__ = [
    "Alternative",
    "BinomialTest",
    "BreslowDayTest",
    "ChiSquareTest",
    "CmhExactTest",
    "CmhFamilyTest",
    "CmhTest",
    "ExactIndependenceTest",
    "FisherTest",
    "IndependenceTest",
    "IntervalEstimate",
    "LikelihoodRatioTest",
    "LogisticFit",
    "McNemarTest",
    "PooledEffect",
    "ScoreTest",
    "StandardisedRisks",
    "UnconditionalTest",
    "barnard_test",
    "barnard_unpooled_test",
    "beta_binomial_mass",
    "binomial_mass",
    "binomial_test",
    "boschloo_doubled_test",
    "boschloo_test",
    "breslow_day_test",
    "chi_square_test",
    "chi_square_test_of_independence",
    "cmh_exact_test",
    "cmh_general_association",
    "cmh_nonzero_correlation",
    "cmh_row_mean_scores",
    "cmh_test",
    "column_midranks",
    "expected_over_tables",
    "fisher_test",
    "fisher_test_of_independence",
    "fit_logistic",
    "likelihood_ratio_test",
    "mantel_haenszel_log_odds_ratio",
    "mantel_haenszel_log_risk_ratio",
    "mantel_haenszel_risk_difference",
    "mcnemar_test",
    "modified_ridits",
    "odds_ratio_conditional",
    "odds_ratio_cornfield",
    "odds_ratio_haldane_anscombe",
    "odds_ratio_miettinen_nurminen",
    "odds_ratio_profile",
    "odds_ratio_woolf",
    "proportion_agresti_coull",
    "proportion_clopper_pearson",
    "proportion_jeffreys",
    "proportion_wald",
    "proportion_wilson",
    "proportion_wilson_corrected",
    "risk_difference_agresti_caffo",
    "risk_difference_mee",
    "risk_difference_miettinen_nurminen",
    "risk_difference_newcombe",
    "risk_difference_profile",
    "risk_difference_test_farrington_manning",
    "risk_difference_test_miettinen_nurminen",
    "risk_difference_wald",
    "risk_ratio_katz",
    "risk_ratio_koopman",
    "risk_ratio_miettinen_nurminen",
    "risk_ratio_profile",
    "standardise_risks",
    "stratified_difference_klingenberg",
    "stratified_difference_miettinen_nurminen",
    "stratified_difference_newcombe",
]
