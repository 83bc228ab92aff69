"""Adapters of the survival cases: names of R's answers onto the estimators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.statistics.formula import model_matrix, parse_formula
from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.state import State
from equipoise.stats.survival import (
    CoxFit,
    FlemingHarrington,
    LogRank,
    OverallTest,
    Scale,
    Ties,
    TimeScale,
    Weight,
    baseline_hazard,
    compare_restricted_means,
    concordance,
    cox,
    cox_residuals,
    cox_robust,
    cumulative_incidence,
    fine_gray,
    gray_test,
    kaplan_meier,
    logrank,
    maxcombo,
    milestone,
    proportionality_test,
    survival_at,
    survival_quantile,
    weighted_logrank,
)

__all__ = ["METHODS"]

TIES: tuple[Ties, ...] = ("efron", "breslow", "exact")
_SCALES: dict[str, Scale] = {
    "plain": "plain",
    "log": "log",
    "log_log": "log-log",
    "logit": "logit",
    "arcsin": "arcsine",
}
_QUANTILES = [0.25, 0.5, 0.75]
_WEIGHTS: dict[str, Weight] = {
    "fh_0_0": FlemingHarrington(),
    "fh_1_0": FlemingHarrington(rho=1),
    "fh_0_1": FlemingHarrington(gamma=1),
    "fh_1_1": FlemingHarrington(rho=1, gamma=1),
    "fh_0_half": FlemingHarrington(gamma=0.5),
    "gehan": "gehan",
    "tarone_ware": "tarone-ware",
}


def _curve_answer(time: Floats, event: Bools, times: Floats) -> dict[str, Any]:
    """One sample in the words of ``survfit``, with its five intervals."""
    curve = kaplan_meier(time=time, event=event)
    fixed = survival_at(time=time, event=event, times=times, beyond="last")
    return {
        "time": curve.time,
        "n_risk": curve.at_risk,
        "n_event": curve.events,
        "n_censor": curve.censored,
        "surv": curve.survival,
        "greenwood_se_of_log_surv": curve.log_standard_error,
        "cumhaz": curve.cumulative_hazard,
        "cumhaz_se": curve.cumulative_hazard_standard_error,
        "at_times": {
            "times": times,
            "surv": fixed.survival,
            "se": fixed.standard_error,
            "n_risk": fixed.at_risk,
        },
        "ci": {
            name: _interval_answer(time, event, times, scale) for name, scale in _SCALES.items()
        },
    }


def _interval_answer(time: Floats, event: Bools, times: Floats, scale: Scale) -> dict[str, Any]:
    curve = kaplan_meier(time=time, event=event, scale=scale)
    fixed = survival_at(time=time, event=event, times=times, scale=scale, beyond="last")
    quantile = survival_quantile(time=time, event=event, quantile=_QUANTILES, scale=scale)

    def as_in_r(limit: Floats, survival: Floats) -> Floats:
        # R's arcsine formula meets 0 times infinity before the first event.
        return np.where((scale == "arcsine") & (survival == 1), np.nan, limit)

    return {
        "lower": as_in_r(curve.ci_low, curve.survival),
        "upper": as_in_r(curve.ci_high, curve.survival),
        "at_times_lower": as_in_r(fixed.ci_low, fixed.survival),
        "at_times_upper": as_in_r(fixed.ci_high, fixed.survival),
        "quantiles": {
            "p": _QUANTILES,
            "est": quantile.estimate,
            "lower": quantile.ci_low,
            "upper": quantile.ci_high,
        },
    }


def _survdiff(test: LogRank) -> dict[str, Any]:
    """One test between groups in the words of ``survdiff``."""
    return {
        "chisq": test.chi_square,
        "df": test.df,
        "p": test.p_value,
        "observed": test.observed,
        "expected": test.expected,
        "var": test.variance,
    }


def _score(test: LogRank) -> dict[str, Any]:
    """One test of two arms as the score of arm 1."""
    return {
        "U": test.observed[1] - test.expected[1],
        "V": test.variance[1, 1],
        "z": test.z,
        "chisq": test.chi_square,
        "p": test.p_value,
    }


def _logrank_answers(arguments: Mapping[str, Any], stratum: Any) -> dict[str, Any]:
    """Every log-rank test of two arms."""
    rho = {
        name: _survdiff(weighted_logrank(**arguments, weight=FlemingHarrington(rho=power)))
        for name, power in (("peto_rho1", 1.0), ("rho_half", 0.5))
    }
    weighted = {
        name: _score(weighted_logrank(**arguments, weight=weight))
        for name, weight in _WEIGHTS.items()
    }
    answer = {"logrank": _survdiff(logrank(**arguments)), "weighted": weighted} | rho
    if stratum is None:
        return answer
    late = FlemingHarrington(gamma=1)
    return answer | {
        "logrank_stratified": _survdiff(logrank(**arguments, stratum=stratum)),
        "fh_0_1_stratified": _score(weighted_logrank(**arguments, stratum=stratum, weight=late)),
    }


def _coxph(fit: CoxFit, names: list[str], *, is_robust: bool = False) -> dict[str, Any]:
    """One Cox model in the words of ``summary.coxph``."""
    return {
        "names": names,
        "coef": fit.coefficient,
        "se": fit.model_standard_error,
        "robust_se": fit.standard_error if is_robust else None,
        "p": fit.p_value,
        "hr": fit.hazard_ratio,
        "hr_ci": np.stack([fit.ci_low, fit.ci_high], axis=-1),
        "loglik": [fit.log_likelihood_null, fit.log_likelihood],
        "vcov": fit.covariance,
        # summary.coxph rounds the Wald statistic, and it alone, to two decimals.
        "wald": [np.round(fit.wald.statistic, 2), fit.wald.df, fit.wald.p_value],
        "score": _overall(fit.score),
        "lrt": _overall(fit.likelihood_ratio),
        "iterations_needed": None,  # R's own count is not given
    }


def _overall(test: OverallTest) -> list[Any]:
    return [test.statistic, test.df, test.p_value]


def _cox_answers(
    arguments: Mapping[str, Any], table: pl.DataFrame, stratum: Any, adjust: list[str]
) -> dict[str, Any]:
    """Every Cox model of two arms."""
    arm = table.select("arm").to_numpy().astype(np.float64)
    answer: dict[str, Any] = {}
    for ties in TIES:
        answer[ties] = _coxph(cox(**arguments, covariates=arm, ties=ties), ["arm"])
    answer |= _fitted_answers(arguments, arm, table["status"].to_numpy() == 1)
    for ties in TIES[:2]:
        if stratum is not None:
            fit = cox(**arguments, covariates=arm, ties=ties, stratum=stratum)
            answer[f"stratified_{ties}"] = _coxph(fit, ["arm"])
        if adjust:
            names = ["arm", *adjust]
            columns = table.select(names).to_numpy().astype(np.float64)
            answer[f"adjusted_{ties}"] = {
                "formula": " + ".join(names),
                **_coxph(cox(**arguments, covariates=columns, ties=ties), names),
            }
    return answer


def _fitted_answers(arguments: Mapping[str, Any], arm: Floats, event: Bools) -> dict[str, Any]:
    """Compute what R derives from the Efron fit of the arm alone."""
    fit = cox(**arguments, covariates=arm)
    fitted = {**arguments, "covariates": arm, "coefficient": fit.coefficient}
    residuals, baseline = cox_residuals(**fitted), baseline_hazard(**fitted)
    harrell = concordance(**arguments, risk=arm @ fit.coefficient)
    # R lists Schoenfeld residuals by time of the event, tied ones in the order of the data.
    order = np.flatnonzero(event)[np.argsort(arguments["time"][event], kind="stable")]
    return {
        "efron_robust": _coxph(cox_robust(**arguments, covariates=arm), ["arm"], is_robust=True),
        "residuals_efron": {
            "martingale": residuals.martingale,
            "deviance": residuals.deviance,
            "schoenfeld": residuals.schoenfeld[order, 0],
        },
        "baseline_cumhaz_efron": {
            "time": baseline.time,
            "hazard": baseline.cumulative_hazard,
        },
        "concordance": {"c": harrell.estimate, "se": harrell.standard_error},
    }


def _zph_answers(
    arguments: Mapping[str, Any], table: pl.DataFrame, adjust: list[str]
) -> dict[str, Any]:
    """Test proportionality on every scale of time, and of the adjusted model on one."""
    arm = table.select("arm").to_numpy().astype(np.float64)
    scales: tuple[TimeScale, ...] = ("km", "rank", "identity", "log")
    answer: dict[str, Any] = {}
    for scale in scales:
        answer[scale] = _zph(arguments, arm, ["arm"], scale)
    if adjust:
        names = ["arm", *adjust]
        columns = table.select(names).to_numpy().astype(np.float64)
        answer["adjusted_km"] = _zph(arguments, columns, names, "km")
    return answer


def _zph(
    arguments: Mapping[str, Any], columns: Floats, names: list[str], scale: TimeScale
) -> dict[str, Any]:
    fit = cox(**arguments, covariates=columns)
    test = proportionality_test(
        **arguments, covariates=columns, coefficient=fit.coefficient, scale=scale
    )
    rows = zip(test.statistic, np.ones(len(names)), test.p_value, strict=True)
    return {
        "table": [*map(list, rows), _overall(test.overall)],
        "rows": [*names, "GLOBAL"],
    }


def _rmst_answer(arguments: Mapping[str, Any], tau: float) -> dict[str, Any]:
    found = compare_restricted_means(**arguments, horizon=tau, beyond="last")
    arms = {
        f"arm{code}": {"rmst": found.mean[code], "se": found.standard_error[code]}
        for code in (0, 1)
    }
    return {
        "tau": tau,
        **arms,
        "difference": found.difference,
        "se": found.difference_standard_error,
        "ci": [found.ci_low, found.ci_high],
        "p": found.p_value,
        "ratio": found.ratio,
        "ratio_ci": [found.ratio_ci_low, found.ratio_ci_high],
        "ratio_p": found.ratio_p_value,
    }


def _milestone_answer(arguments: Mapping[str, Any], at: float) -> dict[str, Any]:
    """Compare the two arms at the middle one of the fixed times."""
    found = milestone(**arguments, at=at, beyond="last")
    return {
        "time": at,
        "s1": found.survival[1],
        "se1": found.standard_error[1],
        "s0": found.survival[0],
        "se0": found.standard_error[0],
        "difference": found.difference,
        "se": found.difference_standard_error,
        "p_untransformed": found.p_value,
        "cloglog_z": found.log_log_z,
        "cloglog_p": found.log_log_p_value,
    }


def _two_arms(table: pl.DataFrame) -> tuple[Floats, Bools, Integers]:
    """Time, event and arm of a table in the form of the two-arm cases."""
    return (
        table["time"].to_numpy().astype(np.float64),
        table["status"].to_numpy() == 1,
        table["arm"].to_numpy().astype(np.int64),
    )


def two_arm_survival(given: Given) -> Mapping[str, Any]:
    """Analyse two arms by every method for right-censored times."""
    table = given.table()
    time, event, arm = _two_arms(table)
    stratum = table["stratum"].to_numpy() if "stratum" in table.columns else None
    times = np.atleast_1d(np.asarray(given["times"], dtype=np.float64))
    adjust = given.get("covariates", [])
    adjust = [adjust] if isinstance(adjust, str) else list(adjust)
    sample = {"time": time, "event": event}
    return {
        "n": len(time),
        "events": int(event.sum()),
        "km": {
            f"arm{code}": _curve_answer(time[arm == code], event[arm == code], times)
            for code in (0, 1)
        },
        **_logrank_answers(sample | {"group": arm}, stratum),
        "cox": _cox_answers(sample, table, stratum, adjust),
        "zph": _zph_answers(sample, table, adjust),
        "rmst": _rmst_answer(sample | {"group": arm}, float(given["rmst_tau"])),
        "milestone": _milestone_answer(sample | {"group": arm}, times[(len(times) - 1) // 2]),
    }


def max_combo(given: Given) -> Mapping[str, Any]:
    """Test with several Fleming-Harrington weights; simtrial's single z are turned."""
    time, event, arm = _two_arms(given.table())
    sample: dict[str, Any] = {"time": time, "event": event, "group": arm}
    powers = zip(np.atleast_1d(given["rho"]), np.atleast_1d(given["gamma"]), strict=True)
    weights = [FlemingHarrington(rho=float(rho), gamma=float(gamma)) for rho, gamma in powers]
    found = maxcombo(**sample, weights=weights)
    weighted = {}
    for rho, gamma in ((0, 0), (0, 1), (1, 0), (0.5, 0.5)):
        weight = FlemingHarrington(rho=rho, gamma=gamma)
        test = weighted_logrank(**sample, weight=weight)
        weighted[f"fh_{rho}_{gamma}"] = {
            "z": -test.z,
            "estimate": test.observed[1] - test.expected[1],
            "se": np.sqrt(test.variance[1, 1]),
        }
    return {
        "weighted": weighted,
        "z": found.z,
        "corr": found.correlation,
        "p_value": found.p_value_fewer,
    }


def logrank_k_groups(given: Given) -> Mapping[str, Any]:
    """Test several groups; the trend is the score test of a Cox model in their number."""
    table = given.table()
    group = table["g"].to_numpy().astype(np.int64)
    sample = {
        "time": table["time"].to_numpy().astype(np.float64),
        "event": table["status"].to_numpy() == 1,
    }
    trend = cox(**sample, covariates=group[:, None], ties="breslow")
    test = logrank(**sample, group=group, groups=int(group.max()) + 1)
    return {**_survdiff(test), "trend_cox_score": _overall(trend.score)}


def cox_counting_process(given: Given) -> Mapping[str, Any]:
    """Fit a Cox model to intervals, named by ``Surv(start, stop, event) ~ covariates``."""
    table = given.table()
    outcome, _, terms = str(given["formula"]).partition("~")
    start, stop, event = outcome.strip().removeprefix("Surv(").removesuffix(")").split(",")
    design = model_matrix(parse_formula(f"{stop.strip()} ~ {terms}"), table)
    is_term = design.term_of_column > 0  # a Cox model has no intercept
    fit = cox(
        start=table[start.strip()].to_numpy().astype(np.float64),
        time=table[stop.strip()].to_numpy().astype(np.float64),
        event=table[event.strip()].to_numpy() == 1,
        covariates=design.values[:, is_term],
        ties=given.get("ties", "efron"),
    )
    return _coxph(fit, [name for name, keep in zip(design.names, is_term, strict=True) if keep])


def cox_cluster_robust(given: Given) -> Mapping[str, Any]:
    """Fit the arm with a covariance by cluster."""
    table = given.table()
    time, event, _ = _two_arms(table)
    _, cluster = np.unique(table[given["cluster"]].to_numpy(), return_inverse=True)
    arm = table.select("arm").to_numpy().astype(np.float64)
    fit = cox_robust(time=time, event=event, covariates=arm, cluster=cluster)
    return _coxph(fit, ["arm"], is_robust=True)


def competing_risks(given: Given) -> Mapping[str, Any]:
    """Analyse two arms with several causes by survfit, cuminc and crr."""
    table = given.table()
    sample: dict[str, Any] = {
        "time": table["time"].to_numpy().astype(np.float64),
        "cause": table["event"].to_numpy().astype(np.int64),
    }
    arm = table["arm"].to_numpy().astype(np.int64)
    times = np.atleast_1d(np.asarray(given["times"], dtype=np.float64))
    causes = max(2, int(sample["cause"].max()))
    interest = int(given["cause"])
    answer = {
        "aalen_johansen_survfit": _survfit_states(sample, arm, times, causes),
        "gray_test": _gray(sample | {"group": arm}, None),
        "cuminc_estimates": _cuminc(sample, arm, times, causes),
        "cause_specific_cox": _coxph(
            cox(
                time=sample["time"],
                event=sample["cause"] == interest,
                covariates=arm[:, None],
            ),
            ["arm"],
        ),
    }
    if "stratum" in table.columns:
        answer["gray_test_stratified"] = _gray(
            sample | {"group": arm}, table["stratum"].to_numpy().astype(np.int64)
        )
    fit = fine_gray(**sample, covariates=arm[:, None], interest=interest)
    return answer | {
        "fine_gray": {
            "coef": fit.coefficient,
            "se": fit.standard_error,
            "loglik": fit.log_likelihood,
            "converged": bool(np.all(fit.state == State.ESTIMATED)),
        },
    }


def _survfit_states(
    sample: Mapping[str, Any], arm: Integers, times: Floats, causes: int
) -> dict[str, Any]:
    """State probabilities of each arm, first the state of those without an event."""
    answer = {}
    for code in (0, 1):
        own = {name: array[arm == code] for name, array in sample.items()}
        found = cumulative_incidence(**own, times=times, causes=causes, beyond="last")
        errors = [found.event_free_standard_error[:, None], found.standard_error]
        answer[f"arm{code}"] = {
            "times": times,
            "states": ["(s0)", *(str(cause) for cause in range(1, causes + 1))],
            "pstate": np.concatenate([found.event_free[:, None], found.incidence], axis=1),
            "se": np.concatenate(errors, axis=1),
        }
    return answer


def _cuminc(sample: Mapping[str, Any], arm: Integers, times: Floats, causes: int) -> dict[str, Any]:
    """Incidence by cause and arm, with Aalen's variance."""
    time = np.where(arm == np.arange(2)[:, None], sample["time"], -np.inf)
    found = cumulative_incidence(
        time=time, cause=sample["cause"], times=times, causes=causes, variance="aalen"
    )
    pairs = [
        (code, cause)
        for cause in range(1, causes + 1)
        for code in (0, 1)
        if np.any((sample["cause"] == cause) & (arm == code))
    ]
    return {
        "rows": [f"{code} {cause}" for code, cause in pairs],
        "times": times,
        "est": [found.incidence[code, :, cause - 1] for code, cause in pairs],
        "var": [found.standard_error[code, :, cause - 1] ** 2 for code, cause in pairs],
    }


def _gray(sample: Mapping[str, Any], stratum: Integers | None) -> dict[str, Any]:
    """Gray's test of each cause that was seen."""
    seen = [int(cause) for cause in np.unique(sample["cause"]) if cause > 0]
    tests = [gray_test(**sample, interest=cause, stratum=stratum) for cause in seen]
    return {
        "rows": [str(cause) for cause in seen],
        "values": [[test.chi_square, test.p_value, test.df] for test in tests],
    }


METHODS: dict[str, Adapter] = {
    "competing_risks": competing_risks,
    "cox_cluster_robust": cox_cluster_robust,
    "cox_counting_process": cox_counting_process,
    "logrank_k_groups": logrank_k_groups,
    "maxcombo": max_combo,
    "two_arm_survival": two_arm_survival,
}
