"""Adapters of the methods for missing values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.statistics import missing_draws, missing_sensitivity
from equipoise.qualification.statistics.missing_trial import strategy_of, trial_of
from equipoise.stats import missing

__all__ = ["METHODS"]

_IMPUTATION_MODEL = "y ~ base*visit + arm*visit"
_ANALYSIS = "y ~ base + arm"


def rubin_rules(given: Given) -> Mapping[str, Any]:
    """Pool estimates Q with squared standard errors U."""
    pooled = missing.pool_rubin(
        estimate=given["Q"],
        standard_error=np.sqrt(given["U"]),
        df_complete=given.get("df_complete", np.inf),
        confidence=float(given.get("conf", 0.95)),
    )
    return {
        "estimate": pooled.estimate,
        "within": pooled.within,
        "between": pooled.between,
        "total": pooled.total,
        "se": pooled.standard_error,
        "r": pooled.relative_increase,
        "lambda": pooled.share_missing,
        "df_old": pooled.df_old,
        "df": pooled.df,
        "fmi": pooled.fraction_missing_information,
        "ci": [pooled.ci_low, pooled.ci_high],
        "p": pooled.p_value,
        "mice": {
            "qbar": pooled.estimate,
            "t": pooled.total,
            "df": pooled.df,
            "fmi": pooled.fraction_missing_information,
        },
    }


def reference_based_conditional_mean(given: Given) -> Mapping[str, Any]:
    """Complete the visits of one subject."""
    response = np.atleast_1d(np.array(given["y"], dtype=float))
    strategy = strategy_of(given)
    completed = missing.impute_conditional_mean(
        response=response,
        mean_own=np.atleast_1d(given["mu_own"]),
        mean_reference=np.atleast_1d(given["mu_ref"]),
        covariance_own=np.atleast_2d(given["cov_own"]),
        covariance_reference=np.atleast_2d(given["cov_ref"]),
        strategy=strategy,
        # A copy of the reference follows it throughout, also where the last visit was observed.
        departure=0 if strategy == "copy_reference" else None,
    )
    gone = np.isnan(response)
    return {"mean": completed.response, "cov": completed.covariance[np.ix_(gone, gone)]}


def reference_based_analysis(given: Given) -> Mapping[str, Any]:
    """Answer the conditional-mean analysis of R ``rbmi``; arm PBO is the control."""
    table = given.table()
    if _IMPUTATION_MODEL not in given["imputation_model"] or _ANALYSIS not in given["analysis"]:
        raise NotRun(f"models other than {_IMPUTATION_MODEL!r} and {_ANALYSIS!r}")
    visits, trial = trial_of(table)
    treated = trial["arm"] == 1
    result = missing.reference_based_analysis(**trial, strategy=strategy_of(given))
    arms = sorted(table["arm"].unique(), key=lambda name: name != "PBO")
    last = visits[-1]
    return {
        "pars": {
            f"trt_{last}": _parameter(result.difference, 0),
            f"lsm_ref_{last}": _parameter(result.mean, 0),
            f"lsm_alt_{last}": _parameter(result.mean, 1),
        },
        "mean_imputed_by_arm_visit": {
            "arm": [arm for _ in visits for arm in arms],
            "visit": [visit for visit in visits for _ in arms],
            "mean": [
                float(np.mean(result.imputed[treated == is_treated, place]))
                for place in range(len(visits))
                for is_treated in (False, True)
            ],
        },
    }


def delta_plane(given: Given) -> Mapping[str, Any]:
    """Answer the whole analysis, differences at deltas of both arms, and where they turn."""
    _, trial = trial_of(given.table())
    whole = missing.reference_based_analysis(**trial, strategy=strategy_of(given))
    plane = missing.delta_plane(**trial, strategy=strategy_of(given))
    found = missing.differences_at(
        plane,
        delta=given["deltas"],
        control_delta=given["control_deltas"],
        confidence=given["conf"],
    )
    turns = missing.turning_points(plane, alpha=given["alpha"])
    return {
        "analysis": {
            "est": whole.difference.estimate,
            "se": whole.difference.standard_error,
            "imputed": whole.imputed,
        },
        "difference": {
            "est": found.estimate[0],
            "se": found.standard_error[0],
            "lower": found.ci_low[0],
            "upper": found.ci_high[0],
            "p": found.p_value[0],
        },
        "turns": {
            "below": turns.below[0],
            "above": turns.above[0],
            "is_significant": turns.is_significant[0],
        },
    }


METHODS: dict[str, Adapter] = {
    "delta_plane": delta_plane,
    "rubin_rules": rubin_rules,
    "reference_based_conditional_mean": reference_based_conditional_mean,
    "reference_based_mi_conditional_mean_jackknife": reference_based_analysis,
    **missing_draws.METHODS,
    **missing_sensitivity.METHODS,
}


def _parameter(result: missing.Jackknifed, place: int) -> dict[str, Any]:
    return {
        "est": result.estimate[place],
        "se": result.standard_error[place],
        "ci": [result.ci_low[place], result.ci_high[place]],
        "p": result.p_value[place],
    }
