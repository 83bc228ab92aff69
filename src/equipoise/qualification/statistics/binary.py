"""Adapters of the reference methods for binary outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from scipy.special import chdtrc

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.statistics import binary_table
from equipoise.qualification.statistics.formula import Formula, parse_formula
from equipoise.qualification.statistics.model_matrix import factor_levels, model_matrix
from equipoise.qualification.statistics.r_expression import evaluate, parse_expression
from equipoise.stats import binary

__all__ = ["METHODS", "pooled_answer"]

_ALTERNATIVES: tuple[binary.Alternative, ...] = ("two_sided", "less", "greater")


def two_by_two(given: Given) -> Mapping[str, Any]:
    """Every test and interval of one 2x2 table."""
    counts = {name: given[name] for name in ("x1", "n1", "x0", "n0")}
    level = float(given.get("conf", 0.95))
    return {
        "fisher": _fisher(counts, level),
        "odds_ratio_conditional_tight": _conditional(counts, level),
        "midp": _mid_p(counts),
        "chisq": _chi_square(counts),
        "risk_difference": {
            "estimate": binary.risk_difference_wald(**counts, confidence=level).estimate,
            "wald": _limits(binary.risk_difference_wald(**counts, confidence=level)),
            "newcombe": _limits(binary.risk_difference_newcombe(**counts, confidence=level)),
            "miettinen_nurminen": _limits(
                binary.risk_difference_miettinen_nurminen(**counts, confidence=level)
            ),
            "mee": _limits(binary.risk_difference_mee(**counts, confidence=level)),
            "agresti_caffo": _limits(
                binary.risk_difference_agresti_caffo(**counts, confidence=level)
            ),
        },
        "relative_risk": {
            "estimate": binary.risk_ratio_katz(**counts, confidence=level).estimate,
            "katz": _limits(binary.risk_ratio_katz(**counts, confidence=level)),
            "koopman": _limits(binary.risk_ratio_koopman(**counts, confidence=level)),
            "miettinen_nurminen": _limits(
                binary.risk_ratio_miettinen_nurminen(**counts, confidence=level)
            ),
        },
        "odds_ratio": _odds_ratio(counts, level),
        "barnard_pooled": _unconditional(binary.barnard_test, counts),
        "barnard_unpooled": _unconditional(binary.barnard_unpooled_test, counts),
        "boschloo": _unconditional(binary.boschloo_test, counts)
        | {
            "two_sided_doubled_one_sided": {
                "p_value": binary.boschloo_doubled_test(**counts).p_value
            }
        },
    }


def one_proportion(given: Given) -> Mapping[str, Any]:
    """Intervals and exact test of one proportion."""
    counts: dict[str, Any] = {"x": given["x"], "n": given["n"]}
    level, null = float(given.get("conf", 0.95)), float(given.get("p0", 0.5))
    test = binary.binomial_test(**counts, probability=null)
    one_sided = binary.proportion_clopper_pearson(**counts, confidence=_of_one_side(level))
    # R prop.test, called without a null, corrects by at most the distance from one half.
    correction = min(0.5, abs(counts["x"] - counts["n"] / 2))
    return {
        "estimate": one_sided.estimate,
        "clopper_pearson": _limits(binary.proportion_clopper_pearson(**counts, confidence=level)),
        "p_exact_two_sided": test.p_two_sided,
        "p_exact_less": test.p_less,
        "p_exact_greater": test.p_greater,
        "lower_one_sided": one_sided.ci_low,
        "upper_one_sided": one_sided.ci_high,
        "wilson": _limits(binary.proportion_wilson(**counts, confidence=level)),
        "wilson_cc": _limits(
            binary.proportion_wilson_corrected(**counts, confidence=level, correction=correction)
        ),
        "wald": _limits(binary.proportion_wald(**counts, confidence=level)),
        "agresti_coull": _limits(binary.proportion_agresti_coull(**counts, confidence=level)),
        "jeffreys": _limits(binary.proportion_jeffreys(**counts, confidence=level)),
    }


def stratified_tables(given: Given) -> Mapping[str, Any]:
    """Answer every test and pooled effect of 2x2 tables over strata."""
    table, level = given.table(), float(given.get("conf", 0.95))
    counts = {name: table[name].to_numpy() for name in ("x1", "n1", "x0", "n0")}
    cmh = binary.cmh_test(**counts)
    exact = binary.cmh_exact_test(**counts, confidence=level)
    odds_ratio = binary.mantel_haenszel_log_odds_ratio(**counts, confidence=level)
    homogeneity = binary.breslow_day_test(**counts)
    common = {
        "common_or": np.exp(odds_ratio.estimate),
        "ci": np.exp([odds_ratio.ci_low, odds_ratio.ci_high]),
    }
    return {
        "cmh": {"statistic": cmh.statistic, "p": cmh.p_value, **common},
        "cmh_corrected": {
            "statistic": cmh.statistic_corrected,
            "p": cmh.p_corrected,
            **common,
        },
        "cmh_exact": {
            "statistic": exact.statistic,
            "p": exact.p_two_sided,
            # Without any event, or with nothing else, R says 0 where there is no estimate.
            "common_or": np.nan_to_num(exact.estimate, nan=0.0, posinf=np.inf),
            "ci": [exact.ci_low, exact.ci_high],
        },
        "log_or": pooled_answer(odds_ratio) | _rma_mh_tests(cmh, homogeneity),
        "log_rr": pooled_answer(binary.mantel_haenszel_log_risk_ratio(**counts, confidence=level)),
        "rd": pooled_answer(binary.mantel_haenszel_risk_difference(**counts, confidence=level)),
    }


def fisher_rxc(given: Given) -> Mapping[str, Any]:
    """Fisher's exact test of an r x c table."""
    return {"p": binary.fisher_test_of_independence(table=given["table"]).p_value}


def mcnemar(given: Given) -> Mapping[str, Any]:
    """McNemar's test."""
    test = binary.mcnemar_test(table=given["table"])
    return {
        "statistic": test.statistic,
        "p": test.p_value,
        "statistic_corrected": test.statistic_corrected,
        "p_corrected": test.p_corrected,
        "exact_p": test.p_exact,
    }


def logistic(given: Given) -> Mapping[str, Any]:
    """Logistic regression; the arm is its first variable, the later level experimental."""
    formula = parse_formula(given["formula"])
    table = given.table()
    arm = given.get("treatment", next(iter(formula.columns), ""))
    factor_levels(table, [formula.response, *formula.variables])  # all that is not there at once
    table = table.drop_nulls(subset=[*parse_expression(formula.response).names, *formula.columns])
    levels = factor_levels(table, formula.variables)
    laid = model_matrix(formula, table, levels=levels)
    event = _events(formula, table)
    fit = binary.fit_logistic(design=laid.values, event=event)
    term = next((term for term in formula.terms if parse_expression(term[0]).names == (arm,)), ())
    reduced = model_matrix(formula.without(term), table, levels=levels)
    treated, control = (
        model_matrix(formula, table.with_columns(pl.lit(level).alias(arm)), levels=levels).values
        for level in _two_arms(table[arm])
    )
    risks = binary.standardise_risks(fit, treated_design=treated, control_design=control)
    return {
        "names": list(laid.names),
        "coef": fit.coefficients,
        "se": fit.standard_errors,
        "vcov": fit.covariance,
        "deviance": fit.deviance,
        "loglik": fit.log_likelihood,
        f"lrt_{arm}": _likelihood_ratio(fit, reduced.values, event),
        "standardised": {
            "p1": risks.risk1,
            "p0": risks.risk0,
            "rd": risks.risk_difference,
            "rr": risks.risk_ratio,
            "rd_se_delta_model_based": risks.standard_error,
        },
    }


def risk_difference_against(given: Given) -> Mapping[str, Any]:
    """Answer the score tests of a risk difference against a given one."""
    counts = {name: given[name] for name in ("x1", "n1", "x0", "n0", "difference")}
    plain = _score_test(binary.risk_difference_test_farrington_manning(**counts))
    corrected = binary.risk_difference_test_miettinen_nurminen(**counts)
    return {
        "farrington_manning": plain,
        "rpact": plain,
        "miettinen_nurminen": _score_test(corrected),
    }


METHODS: dict[str, Adapter] = {
    "risk_difference_against": risk_difference_against,
    "two_by_two": two_by_two,
    "one_proportion": one_proportion,
    "stratified_tables": stratified_tables,
    "fisher_rxc": fisher_rxc,
    "mcnemar": mcnemar,
    "logistic": logistic,
    **binary_table.METHODS,
}


def _of_one_side(level: float) -> float:
    """Two-sided level whose limits each have the given level; at one half, just above 0."""
    return 2 * level - 1 if level != 0.5 else float(np.finfo(np.float64).tiny)


def _limits(interval: binary.IntervalEstimate) -> list[float]:
    return [float(interval.ci_low), float(interval.ci_high)]


def _conditional(counts: Mapping[str, Any], level: float) -> dict[str, Any]:
    two_sided = binary.odds_ratio_conditional(**counts, confidence=level)
    one_sided = binary.odds_ratio_conditional(**counts, confidence=_of_one_side(level))
    # Without any event, or with nothing else, R says 0 where there is no estimate.
    events = counts["x1"] + counts["x0"]
    is_degenerate = events in (0, counts["n1"] + counts["n0"])
    return {
        "or_cond_mle": 0.0 if is_degenerate else two_sided.estimate,
        "or_ci": _limits(two_sided),
        "or_ci_less": [0.0, float(one_sided.ci_high)],
        "or_ci_greater": [float(one_sided.ci_low), np.inf],
    }


def _fisher(counts: Mapping[str, Any], level: float) -> dict[str, Any]:
    test = binary.fisher_test(**counts)
    return {
        "p_two_sided": test.p_two_sided,
        "p_less": test.p_less,
        "p_greater": test.p_greater,
        **_conditional(counts, level),
    }


def _mid_p(counts: Mapping[str, Any]) -> dict[str, Any]:
    test = binary.fisher_test(**counts)
    return {
        "less": test.midp_less,
        "greater": test.midp_greater,
        "two_sided_doubled": test.midp_doubled,
        "two_sided_by_probability": test.midp_two_sided,
        "two_sided_by_probability_minus_half_observed": test.midp_observed,
    }


def _chi_square(counts: Mapping[str, Any]) -> dict[str, Any]:
    test = binary.chi_square_test(**counts)
    return {
        "statistic": test.statistic,
        "p": test.p_value,
        "statistic_yates": test.statistic_yates,
        "p_yates": test.p_yates,
        "statistic_n_minus_1": test.statistic_n_minus_1,
    }


def _odds_ratio(counts: Mapping[str, Any], level: float) -> dict[str, Any]:
    woolf = binary.odds_ratio_woolf(**counts, confidence=level)
    shifted = binary.odds_ratio_haldane_anscombe(**counts, confidence=level)
    return {
        "estimate": woolf.estimate,
        "woolf": _limits(woolf),
        "haldane_anscombe": [float(shifted.estimate), *_limits(shifted)],
        "cornfield_score": _limits(binary.odds_ratio_cornfield(**counts, confidence=level)),
        "miettinen_nurminen": _limits(
            binary.odds_ratio_miettinen_nurminen(**counts, confidence=level)
        ),
    }


def _unconditional(test: Any, counts: Mapping[str, Any]) -> dict[str, Any]:
    answers = {name: test(**counts, alternative=name) for name in _ALTERNATIVES}
    return {
        name: {
            "statistic": answer.statistic,
            "p_value": answer.p_value,
            "nuisance": answer.nuisance,
            "tables_in_tail": answer.tables_in_tail,
        }
        for name, answer in answers.items()
    }


def _score_test(test: binary.ScoreTest) -> dict[str, Any]:
    return {"z": test.z, "p_greater": test.p_greater, "p_less": test.p_less}


def _rma_mh_tests(cmh: binary.CmhTest, homogeneity: binary.BreslowDayTest) -> dict[str, Any]:
    """Answer the tests of ``metafor::rma.mh``, whose correction is 1/2 however small the excess.

    One stratum agrees with itself.
    """
    is_told = cmh.variance > 0
    corrected = (np.abs(cmh.excess) - 0.5) ** 2 / cmh.variance if is_told else np.nan
    is_one = is_told and homogeneity.df == 0
    return {
        "mh_chisq_corrected": corrected,
        "mh_p": chdtrc(1, corrected),
        "breslow_day": 0.0 if is_one else homogeneity.statistic,
        "breslow_day_p": homogeneity.p_value,
        "tarone": 0.0 if is_one else homogeneity.statistic_tarone,
        "tarone_p": homogeneity.p_tarone,
    }


def pooled_answer(effect: binary.PooledEffect) -> dict[str, Any]:
    """Lay a pooled effect out as ``rma.mh``, which has no estimate where a ratio is 0 or infinite.

    Without two strata to compare it says that there is no heterogeneity.
    """
    is_alone = effect.heterogeneity_df == 0 and not np.isinf(effect.estimate)
    return {
        "estimate": effect.estimate if np.isfinite(effect.estimate) else np.nan,
        "se": effect.standard_error,
        "ci": [float(effect.ci_low), float(effect.ci_high)],
        "z": effect.z,
        "p": effect.p_value,
        "Q": 0.0 if is_alone else effect.heterogeneity,
        "Qp": 1.0 if is_alone else effect.heterogeneity_p,
        "I2": 0.0 if is_alone else effect.i_squared,
    }


def _likelihood_ratio(fit: binary.LogisticFit, reduced: Any, event: Any) -> list[float]:
    """Compare with a fit of fewer columns; an arm that its interactions tell leaves none out."""
    if reduced.shape[1] == fit.coefficients.shape[-1]:
        return [0.0, float("nan")]
    test = binary.likelihood_ratio_test(
        fit, reduced=binary.fit_logistic(design=reduced, event=event)
    )
    return [float(test.statistic), float(test.p_value)]


def _events(formula: Formula, table: pl.DataFrame) -> Any:
    """Read the response: 1 or true, or the later of two words, is the event."""
    values = evaluate(parse_expression(formula.response), table)
    if values.dtype.is_numeric() or values.dtype == pl.Boolean:
        return values.to_numpy()
    return (values != values.min()).to_numpy()


def _two_arms(arm: pl.Series) -> tuple[Any, Any]:
    """Name the experimental and the control arm."""
    levels = arm.unique().sort().to_list()
    if len(levels) != 2:
        raise NotRun(f"standardised risks of {len(levels)} arms")
    return levels[1], levels[0]
