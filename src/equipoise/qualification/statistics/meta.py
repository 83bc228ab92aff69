"""Adapters of the meta-analytic methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import polars as pl

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.statistics.binary import pooled_answer
from equipoise.qualification.statistics.formula import parse_formula
from equipoise.qualification.statistics.model_matrix import factor_levels, model_matrix
from equipoise.stats import meta

__all__ = ["METHODS"]

_EffectsOf: TypeAlias = Callable[..., meta.StudyEffects]
_METHODS: dict[str, meta.TauMethod] = {
    "EE": "common",
    "FE": "common",
    "CE": "common",
    "DL": "dersimonian_laird",
    "REML": "restricted_likelihood",
    "ML": "likelihood",
    "PM": "paule_mandel",
    "HE": "hedges",
    "SJ": "sidik_jonkman",
    "EB": "empirical_bayes",
    "HS": "hunter_schmidt",
}
_INTERVALS: dict[str, meta.Interval] = {
    "": "wald",
    "_HKSJ": "hartung_knapp",
    "_HKSJ_adhoc": "hartung_knapp_ad_hoc",
}
_EFFECTS = {
    "OR": meta.log_odds_ratio_effects,
    "RR": meta.log_risk_ratio_effects,
    "RD": meta.risk_difference_effects,
}
_MEANS = {
    "MD": meta.mean_difference_effects,
    "SMD": meta.standardised_mean_difference_effects,
}
_MANTEL_HAENSZEL = {
    "OR": meta.pool_mantel_haenszel_log_odds_ratio,
    "RR": meta.pool_mantel_haenszel_log_risk_ratio,
    "RD": meta.pool_mantel_haenszel_risk_difference,
}


def meta_binary(given: Given) -> Mapping[str, Any]:
    """Pool studies with binary outcomes in every way, ratios on the logarithmic scale."""
    every, level = _counts(given), given.get("conf", 0.95)
    is_known = ~np.isnan(list(every.values())).any(axis=0)
    # As metafor, which leaves out the studies with a missing count.
    counts = {name: column[is_known] for name, column in every.items()}
    answer: dict[str, Any] = {}

    def laid_out(values: Any) -> Any:
        by_study = np.full(is_known.size, np.nan)
        by_study[is_known] = values
        return by_study

    for name, effects_of in _EFFECTS.items():
        effects = _arguments(effects_of(**counts))
        pooled = _MANTEL_HAENSZEL[name](**counts, confidence=level)
        answer[name] = {
            "escalc": {
                "yi": laid_out(effects["estimate"]),
                "vi": laid_out(effects["variance"]),
            },
            **_every_way(effects, level),
            "MH": pooled_answer(pooled),
        }
    peto = _common(_arguments(meta.peto_log_odds_ratio_effects(**counts)), level)
    answer["Peto"] = peto | {"z": peto["stat"]}
    answer["OR_extras"] = _extras(_arguments(meta.log_odds_ratio_effects(**counts)))
    return answer


def meta_continuous(given: Given) -> Mapping[str, Any]:
    """Pool mean differences or standardised ones."""
    table = given.table()
    names = {"n1": "n1i", "mean1": "m1i", "sd1": "sd1i", "n0": "n2i", "mean0": "m2i", "sd0": "sd2i"}
    columns: dict[str, Any] = {name: table[theirs].to_numpy() for name, theirs in names.items()}
    effects = _arguments(_effects_by(_MEANS, given["measure"])(**columns))
    return {
        "yi": effects["estimate"],
        "vi": effects["variance"],
        **_every_way(effects, given.get("conf", 0.95)),
    }


def meta_regression(given: Given) -> Mapping[str, Any]:
    """Regress study effects on the named moderators."""
    table, named = given.table(), np.atleast_1d(given["mods"]).tolist()
    counts = _counts(given)
    formula = parse_formula(f"effect ~ {' + '.join(named)}")
    factor_levels(table, formula.variables)  # all that is not there at once
    is_known = ~np.isnan(list(counts.values())).any(axis=0)
    for name in formula.columns:
        is_known &= table[name].is_not_null().to_numpy()
    counts = {name: column[is_known] for name, column in counts.items()}
    table = table.filter(pl.Series(is_known))
    effects = _arguments(_effects_by(_EFFECTS, given["measure"])(**counts))
    # A text is a factor, as in a formula of R; the estimator adds the intercept itself.
    columns = model_matrix(formula, table).values[:, 1:]
    fit = meta.fit_meta_regression(
        **effects,
        moderators=columns,
        method=_METHODS[given["method"]],
        interval="wald",
    )
    return {
        "beta": fit.coefficients,
        "se": fit.standard_errors,
        "tau2": fit.tau2,
        "QM": fit.moderator_statistic,
        "QMp": fit.moderator_p,
        # metafor 3.8 says 0 where there is no heterogeneity to explain.
        "R2": np.nan_to_num(fit.r_squared, nan=0.0),
        "I2": fit.i_squared,
    }


METHODS: dict[str, Adapter] = {
    "meta_binary": meta_binary,
    "meta_continuous": meta_continuous,
    "meta_regression": meta_regression,
}


def _effects_by(known: Mapping[str, _EffectsOf], measure: str) -> _EffectsOf:
    if measure not in known:
        raise NotRun(f"the measure {measure!r} of metafor")
    return known[measure]


def _counts(given: Given) -> dict[str, Any]:
    names = {"x1": "ai", "n1": "n1i", "x0": "ci", "n0": "n2i"}
    if "data" not in given:
        return {
            name: np.atleast_1d(np.asarray(given[theirs], dtype=np.float64))
            for name, theirs in names.items()
        }
    table = given.table()
    return {
        name: table[theirs].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        for name, theirs in names.items()
    }


def _arguments(effects: meta.StudyEffects) -> dict[str, Any]:
    return {"estimate": effects.estimate, "variance": effects.variance}


def _every_way(effects: dict[str, Any], level: float) -> dict[str, Any]:
    if _is_alone(effects):
        # metafor takes the one study as it is, whatever the method.
        common = _common(effects, level)
        random = common | {"prediction": common["ci"]}
        return {
            f"{short}{suffix}": common if method == "common" else random
            for short, method in _METHODS.items()
            for suffix in _INTERVALS
        }
    profile = meta.tau2_interval(**effects, confidence=level)
    limits = [profile.ci_low, profile.ci_high]
    return {
        f"{short}{suffix}": _pooled(
            meta.pool_random_effects(**effects, method=method, interval=kind, confidence=level),
            None if method == "common" else limits,
            level,
        )
        for short, method in _METHODS.items()
        for suffix, kind in _INTERVALS.items()
    }


def _pooled(pooled: meta.Pooled, limits: list[Any] | None, level: float) -> dict[str, Any]:
    further = meta.prediction_interval(pooled=pooled, confidence=level)
    return {
        "estimate": pooled.estimate,
        "se": pooled.standard_error,
        "ci": [pooled.ci_low, pooled.ci_high],
        "stat": pooled.statistic,
        "p": pooled.p_value,
        "tau2": pooled.tau2,
        "se_tau2": pooled.tau2_standard_error,
        "I2": pooled.i_squared,
        "H2": pooled.h_squared,
        "Q": pooled.q,
        "Qp": pooled.q_p_value,
        "weights": pooled.weights,
        "prediction": None if limits is None else [further.low, further.high],
        "tau2_ci_qprofile": limits,
    }


def _is_alone(effects: dict[str, Any]) -> bool:
    return int(np.isfinite(effects["estimate"]).sum()) == 1


def _common(effects: dict[str, Any], level: float) -> dict[str, Any]:
    """Pool a common effect; metafor says of one study that it agrees with itself."""
    answer = _pooled(meta.pool_common_effect(**effects, confidence=level), None, level)
    agrees = {"tau2": 0.0, "se_tau2": None, "I2": 0.0, "H2": 1.0, "Qp": 1.0}
    return answer | agrees if _is_alone(effects) else answer


def _extras(effects: dict[str, Any]) -> dict[str, Any]:
    mixed, classical = meta.egger_test_mixed(**effects), meta.egger_test(**effects)
    ranks, filled = meta.begg_test(**effects), meta.trim_and_fill(**effects)
    without = meta.leave_one_out(**effects, interval="wald")
    pooled = meta.pool_random_effects(**effects, interval="wald")
    return {
        "egger_mixed": {"z": mixed.statistic, "p": mixed.p_value},
        "egger_lm": {"t": classical.statistic, "df": classical.df, "p": classical.p_value},
        "begg": {"tau": ranks.tau, "p": ranks.p_value},
        "trimfill": {
            "k0": filled.missing,
            "side": "right" if filled.is_right else "left",
            "estimate": filled.pooled.estimate,
            "se": filled.pooled.standard_error,
        },
        "leave_one_out": {
            "estimate": without.estimate,
            "se": without.standard_error,
            "tau2": without.tau2,
        },
        "blup": pooled.shrunken,
    }
