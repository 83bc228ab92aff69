"""Adapters of the survival cases: names of R's answers onto the estimators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.statistics import survival_state
from equipoise.qualification.statistics.formula import parse_formula
from equipoise.qualification.statistics.survival_competing import competing_risks
from equipoise.qualification.statistics.survival_cox import (
    codes,
    covariates,
    cox_adjusted,
    cox_answers,
    cox_cluster_robust,
    cox_counting_process,
    cox_nested,
    overall_answer,
    two_arms,
    zph_answers,
)
from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.survival import (
    FlemingHarrington,
    LogRank,
    Scale,
    Weight,
    compare_restricted_means,
    cox,
    kaplan_meier,
    logrank,
    maxcombo,
    milestone,
    survival_at,
    survival_quantile,
    weighted_logrank,
)

__all__ = ["METHODS"]

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
_NEAR = float(np.sqrt(np.finfo(np.float64).eps))
"""Heights of a curve that near are one height to R."""
_WITHOUT_LIMITS_AT_1: tuple[Scale, ...] = ("log-log", "logit", "arcsine")


def _curve_answer(time: Floats, event: Bools, times: Floats, level: float) -> dict[str, Any]:
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
            name: _interval_answer(time, event, times, scale, level)
            for name, scale in _SCALES.items()
        },
    }


def _interval_answer(
    time: Floats, event: Bools, times: Floats, scale: Scale, level: float
) -> dict[str, Any]:
    sample: dict[str, Any] = {"time": time, "event": event, "scale": scale, "level": level}
    curve = kaplan_meier(**sample)
    fixed = survival_at(**sample, times=times, beyond="last")
    quantile = survival_quantile(**sample, quantile=_QUANTILES)

    def as_in_r(limit: Floats, survival: Floats, at: Floats) -> Floats:
        # Three formulas of R meet 0 times infinity on its rows before the first event; before
        # its first row R says 1.
        meets = scale in _WITHOUT_LIMITS_AT_1
        return np.where(meets & (survival == 1) & (at >= curve.time[0]), np.nan, limit)

    lower = as_in_r(curve.ci_low, curve.survival, curve.time)
    upper = as_in_r(curve.ci_high, curve.survival, curve.time)
    return {
        "lower": lower,
        "upper": upper,
        "at_times_lower": as_in_r(fixed.ci_low, fixed.survival, times),
        "at_times_upper": as_in_r(fixed.ci_high, fixed.survival, times),
        "quantiles": {
            "p": _QUANTILES,
            "est": quantile.estimate,
            "lower": quantile.ci_low,
            "upper": _late(curve.time, upper) if _rises(upper) else quantile.ci_high,
        },
    }


def _rises(limit: Floats) -> bool:
    """Say whether a limit of a curve goes up again, as that on the log scale may late."""
    return bool(np.any(np.diff(limit[np.isfinite(limit)]) > 0))


def _late(time: Floats, limit: Floats) -> list[float]:
    """Read quantiles off a limit that rises as ``quantile.survfit`` does.

    It sorts the heights, and so finds the place that is nearest below the height, not the first.
    """
    at, fallen = np.append(0.0, time), np.append(0.0, 1 - limit)
    fallen, first = np.unique(fallen[~np.isnan(fallen)], return_index=True)
    places = (np.searchsorted(fallen + slack, _QUANTILES) for slack in (_NEAR, -_NEAR))
    ends = np.append(at[~np.isnan(np.append(0.0, limit))][first], np.nan)
    return [(ends[one] + ends[other]) / 2 for one, other in zip(*places, strict=True)]


def _survdiff(test: LogRank) -> dict[str, Any]:
    """One test between groups in the words of ``survdiff``: 0 where no event tells them apart."""
    is_told = test.df > 0
    return {
        "chisq": test.chi_square if is_told else 0.0,
        "df": test.df if is_told else test.observed.size - 1,
        "p": test.p_value if is_told else 1.0,
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


def _rmst_answer(arguments: Mapping[str, Any], tau: float, level: float) -> dict[str, Any]:
    found = compare_restricted_means(**arguments, horizon=tau, level=level, beyond="last")
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


def two_arm_survival(given: Given) -> Mapping[str, Any]:
    """Analyse two arms by every method for right-censored times."""
    table = given.table()
    time, event, arm = two_arms(table)
    stratum = codes(table, ("stratum",)) if "stratum" in table.columns else None
    times = np.atleast_1d(np.asarray(given["times"], dtype=np.float64))
    adjust = given.get("covariates", [])
    adjust = [adjust] if isinstance(adjust, str) else list(adjust)
    sample = {"time": time, "event": event}
    level = given.get("conf", 0.95)
    return {
        "n": len(time),
        "events": int(event.sum()),
        "km": {
            f"arm{code}": _curve_answer(time[arm == code], event[arm == code], times, level)
            for code in (0, 1)
        },
        **_logrank_answers(sample | {"group": arm}, stratum),
        "cox": cox_answers(sample, table, stratum, adjust, level),
        "zph": zph_answers(sample, table, adjust),
        "rmst": _rmst_answer(sample | {"group": arm}, float(given["rmst_tau"]), level),
        "milestone": _milestone_answer(sample | {"group": arm}, times[(len(times) - 1) // 2]),
    }


def max_combo(given: Given) -> Mapping[str, Any]:
    """Test with several Fleming-Harrington weights; simtrial's single z are turned."""
    time, event, arm = two_arms(given.table())
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
    group = codes(table, ("g",))
    sample = {
        "time": table["time"].to_numpy().astype(np.float64),
        "event": table["status"].to_numpy() == 1,
    }
    _, columns, _ = covariates(parse_formula("Surv(time, status) ~ g"), table)
    trend = cox(**sample, covariates=columns, ties="breslow")
    test = logrank(**sample, group=group, groups=int(group.max()) + 1)
    return {**_survdiff(test), "trend_cox_score": overall_answer(trend.score)}


METHODS: dict[str, Adapter] = {
    "adjusted_survival": cox_adjusted,
    "competing_risks": competing_risks,
    "cox_cluster_robust": cox_cluster_robust,
    "cox_counting_process": cox_counting_process,
    "cox_nested": cox_nested,
    "logrank_k_groups": logrank_k_groups,
    "maxcombo": max_combo,
    "two_arm_survival": two_arm_survival,
    **survival_state.METHODS,
}
