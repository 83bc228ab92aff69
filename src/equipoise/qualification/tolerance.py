"""How near a statistic must come to the reference, by method and path.

The rules are those of the reference set: closed forms to 1e-10 relative, iterative fits to
1e-7, and looser only where the reference itself is less exact. An absolute floor of 1e-12 goes
with each, except for p values, which are compared relatively down to 1e-300.
"""

from __future__ import annotations

import fnmatch

__all__ = ["absolute_floor", "searched_to", "tolerance"]

_RULES: tuple[tuple[str, str, float], ...] = (
    # method, path, relative tolerance; the first that fits holds
    # the place of a maximum that is flat or mirrored is not unique; its p value is compared
    ("two_by_two", "*.nuisance", float("inf")),
    ("two_by_two", "odds_ratio_conditional_tight*", 1e-9),
    ("two_by_two", "*barnard*", 1e-9),
    ("two_by_two", "*boschloo*", 1e-9),
    ("two_by_two", "*miettinen_nurminen*", 1e-9),
    ("two_by_two", "*mee*", 1e-9),
    ("two_by_two", "*koopman*", 1e-9),
    # R glm's covariance has the weights of the step before its last: 4e-10 off with epsilon 1e-14,
    # within 1e-10 in formula.json, whose fits went three steps on
    ("logistic", "se*", 1e-8),
    ("logistic", "vcov*", 1e-8),
    ("logistic", "standardised.rd_se*", 1e-8),
    # R's difference of two log likelihoods near -500 is off by 8e-13; found with 50 digits
    ("two_arm_survival", "cox.*.lrt*", 1e-9),
    ("competing_risks", "cause_specific_cox.lrt*", 1e-9),
    ("cox_*", "lrt*", 1e-9),
    # crr stops at a score of 1e-12 of the log likelihood: 4e-10 here, 1e-11 in the coefficient
    ("competing_risks", "fine_gray.coef*", 1e-9),
    ("maxcombo", "p_value", 1e-4),  # a randomised integral
    ("maxcombo", "z*", 1e-8),
    ("gls_unstructured", "*", 1e-3),  # a second opinion, limited by its optimiser
    # lme4 stops short of the optimum, which is known in closed form for its balanced data:
    # docs/methods/mmrm/fit_random_coefficients.md, "Agreement"
    ("linear_mixed_model", "p_*", 2e-4),
    # the criterion is flat in a covariance that is near zero, and near the boundary; ours is lower
    ("linear_mixed_model", "df_*", 2e-4),
    ("linear_mixed_model", "random_cov*", 1e-3),
    ("linear_mixed_model", "*", 2e-5),
    ("mmrm", "*", 1e-7),
    ("visit_means", "*", 1e-7),
    ("delta_plane", "*", 1e-7),
    ("reference_based_bootstrap", "*", 1e-7),
    ("multiple_imputation", "*", 1e-7),
    ("dunnett", "p*", 1e-6),  # a randomised integral
    # a setting of the reference, not an answer: ours must not be coarser
    ("gs_*", "solver_tolerance", 1.0),
    # gsDesign misses its own spending by up to 1e-6 where it searches bounds and size together:
    # docs/methods/design/design_group_sequential.md, "Agreement"
    ("gs_futility", "nominal_p_upper*", 2e-6),
    ("gs_futility", "*", 1e-6),
    ("gs_boundary", "*", 1e-8),
    ("gs_spending", "*", 1e-8),
    ("boundary_crossing_mvn", "*", 1e-7),  # Miwa's algorithm with 512 steps
    ("gs_rpact", "alpha_spent*", 1e-7),
    ("gs_rpact", "critical_values*", 1e-7),
    # an error of a bound z, as a share of it, is z^2 + 1 times as large a share of its level
    ("gs_rpact", "stage_levels*", 1e-6),
    ("gs_rpact", "*", 1e-5),
    ("n_two_means", "rpact_*", 1e-5),
    ("n_survival_gs", "*", 1e-5),
    ("power_rates_gs", "*", 1e-7),
    ("conditional_power_gs", "*", 1e-5),  # gsDesign at its default tolerance 1e-6
    # rpact stops the search for a repeated p value at 1e-6 absolute
    ("gs_inference", "repeated_p*", 1e-3),
    ("gs_inference", "*", 1e-5),
    # No program's answer but the truth behind a digitised curve (120 points, error 0.4 % of each
    # axis): a median is known to two points; ratio and test as ``closeness`` says.
    ("km_reconstruction", "truth.median*", 0.11),
    ("km_reconstruction", "truth.se", 0.03),
    # The mmrm fits inside rbmi stop early, which moves a jackknife error by up to 1.5e-4 (found
    # with an independent program: docs/methods/missing/reference_based_analysis.md); an error e of
    # z moves p by (z^2 + 1) e.
    ("reference_based_mi_*", "*.p", 1e-3),
    ("reference_based_mi_*", "*.se", 2e-4),
    ("reference_based_mi_*", "*", 1e-4),
    # metafor refits what it has filled with its default threshold of 1e-5 for tau2
    ("meta_binary", "OR_extras.trimfill.*", 1e-4),
    # metafor inverts X'WX as it stands: a calendar year leaves nine digits, by exact fractions
    *(
        ("meta_regression", f"{method}.{place}", rule)
        for method in ("EE", "FE", "CE", "DL", "HE", "SJ", "HS")
        for place, rule in (("beta*", 1e-9), ("R2", 1e-8))
    ),
    ("meta_*", "*tau2_ci_qprofile*", 1e-6),  # a search with a tolerance of its own
    ("meta_*", "*ML*", 1e-7),  # iterative: REML and ML
    ("meta_*", "*PM*", 1e-7),
    ("meta_*", "*EB*", 1e-7),
    ("*", "*", 1e-10),
)
_FLOORS: tuple[tuple[str, str, float], ...] = (
    # crr halves its step until the log likelihood, of 16 digits, no longer tells: near the maximum
    # that is 1e-8 of a standard error
    ("competing_risks", "fine_gray.coef*", 2e-8),
    ("competing_risks", "fine_gray.se*", 2e-9),
    # zero in theory: each search reports where it stopped itself
    ("mmrm", "max_abs_gradient", 1e-8),
    # rpact reports alpha - 1e-8 as spent in the end
    ("gs_rpact", "alpha_spent*", 1.1e-8),
    # rpact counts 1e-9 at each look without a futility bound, whatever the effect
    ("power_rates_gs", "futility_stop*", 1e-8),
    # ten times the tolerance that gsDesign's search asks of a probability; bounds near zero
    ("gs_futility", "*_prob*", 1e-8),
    ("gs_futility", "lower_z*", 1e-7),
    # a randomised integral whose error is absolute: 3e-6 with four unlike doses, by the integral
    # over the common factor; ptukey gives 1 less the lower tail, off by 8e-12 of scipy's
    ("dunnett", "p*", 5e-6),
    ("dunnett", "tukey.p*", 2e-11),
    # coxph stops at 1e-13 of the log likelihood: 4e-12 in a coefficient near zero
    ("two_arm_survival", "cox.*.coef*", 1e-11),
    ("cox_cluster_robust", "coef*", 1e-11),
    ("competing_risks", "cause_specific_cox.coef*", 1e-11),
    # 100 tau2 / (tau2 + v) in per cent, where the search for tau2 = 0 stopped at 2e-15
    ("meta_*", "*I2", 1e-10),
    # simtrial asks its randomised integral for 1e-5; in maxcombo_lung it is off by 1.15e-5, by
    # the exact integral over the angle in tests/stats/survival/test_maxcombo.py
    ("maxcombo", "p_value", 2e-5),
)
_SEARCHED: tuple[tuple[str, str], ...] = (
    ("two_by_two", "fisher.or_*"),
    ("stratified_tables", "cmh_exact.c*"),
)
_SEARCH = 1.2208e-4
"""Where ``uniroot`` stops on the scale of the ratio from 0 to 1: the fourth root of 2.2e-16."""
FLOOR = 1e-12
P_VALUE_FLOOR = 1e-300


def tolerance(method: str, path: str) -> float:
    """Relative tolerance of one number of one method."""
    return next(
        rule
        for pattern, place, rule in _RULES
        if fnmatch.fnmatchcase(method, pattern) and fnmatch.fnmatchcase(path, place)
    )


def searched_to(method: str, path: str) -> float | None:
    """Absolute tolerance of an odds ratio, or of its inverse where that is below 1, that R seeks.

    ``fisher.test`` and ``mantelhaen.test`` search on that scale, and stop early: proof in
    tests/stats/binary/test_reference.py. None where it is no such ratio.
    """
    is_searched = any(
        fnmatch.fnmatchcase(method, pattern) and fnmatch.fnmatchcase(path, place)
        for pattern, place in _SEARCHED
    )
    return _SEARCH if is_searched else None


def absolute_floor(method: str, path: str) -> float:
    """Absolute difference of one number of one method that is always forgiven."""
    return next(
        (
            floor
            for pattern, place, floor in _FLOORS
            if fnmatch.fnmatchcase(method, pattern) and fnmatch.fnmatchcase(path, place)
        ),
        FLOOR,
    )
