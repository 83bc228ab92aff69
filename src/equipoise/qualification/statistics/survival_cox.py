"""Adapters of the Cox models: answers in the words of R's ``summary.coxph``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from equipoise.qualification.adapter import Given, NotRun
from equipoise.qualification.statistics.formula import Formula, parse_formula
from equipoise.qualification.statistics.model_matrix import factor_levels, model_matrix
from equipoise.qualification.statistics.r_expression import evaluate, parse_expression
from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival import (
    CoxFit,
    OverallTest,
    Ties,
    TimeScale,
    adjusted_survival,
    baseline_hazard,
    concordance,
    cox,
    cox_residuals,
    cox_robust,
    likelihood_ratio_test,
    proportionality_test,
)

__all__ = [
    "codes",
    "covariates",
    "cox_adjusted",
    "cox_answers",
    "cox_cluster_robust",
    "cox_counting_process",
    "cox_nested",
    "coxph_answer",
    "overall_answer",
    "two_arms",
    "zph_answers",
]

_TIES: tuple[Ties, ...] = ("efron", "breslow", "exact")


def two_arms(table: pl.DataFrame) -> tuple[Floats, Bools, Integers]:
    """Time, event and arm of a table in the form of the two-arm cases."""
    return (
        table["time"].to_numpy().astype(np.float64),
        table["status"].to_numpy() == 1,
        table["arm"].to_numpy().astype(np.int64),
    )


def coxph_answer(fit: CoxFit, names: list[str], *, is_robust: bool = False) -> dict[str, Any]:
    """One Cox model in the words of ``summary.coxph``.

    Where it has no coefficient R says that its error and covariances are 0.
    """
    is_out = np.isnan(fit.coefficient)
    pair = is_out[:, None] | is_out
    wald, *rest = overall_answer(fit.wald)
    return {
        "names": names,
        "coef": fit.coefficient,
        "se": np.where(is_out, 0.0, fit.model_standard_error),
        "robust_se": (
            np.where(is_out, 0.0, fit.standard_error) if is_robust and not is_out.all() else None
        ),
        "p": fit.p_value,
        "hr": fit.hazard_ratio,
        "hr_ci": np.stack([fit.ci_low, fit.ci_high], axis=-1),
        "loglik": [fit.log_likelihood_null, fit.log_likelihood],
        "vcov": np.where(pair, 0.0, fit.covariance),
        # summary.coxph rounds the Wald statistic, and it alone, to two decimals.
        "wald": [np.round(wald, 2), *rest],
        "score": overall_answer(fit.score),
        "lrt": overall_answer(fit.likelihood_ratio),
        "iterations_needed": None,  # R's own count is not given
    }


def overall_answer(test: OverallTest) -> list[Any]:
    """One test of a whole model as R lists it: statistic, degrees of freedom, p.

    Without any coefficient R says 0 on 0 degrees of freedom.
    """
    return [test.statistic, test.df, test.p_value] if test.df else [0.0, 0.0, 1.0]


def cox_answers(
    arguments: Mapping[str, Any],
    table: pl.DataFrame,
    stratum: Any,
    adjust: list[str],
    level: float,
) -> dict[str, Any]:
    """Every Cox model of two arms."""
    arm = table.select("arm").to_numpy().astype(np.float64)
    answer: dict[str, Any] = {}
    for ties in _TIES:
        answer[ties] = coxph_answer(
            cox(**arguments, covariates=arm, ties=ties, level=level), ["arm"]
        )
    answer |= _fitted_answers(arguments, arm, table["status"].to_numpy() == 1, level)
    for ties in _TIES[:2]:
        if stratum is not None:
            fit = cox(**arguments, covariates=arm, ties=ties, stratum=stratum, level=level)
            answer[f"stratified_{ties}"] = coxph_answer(fit, ["arm"])
        if adjust:
            known, names, columns, _ = _adjusted(arguments, table, adjust)
            answer[f"adjusted_{ties}"] = {
                "formula": " + ".join(["arm", *adjust]),
                **coxph_answer(cox(**known, covariates=columns, ties=ties, level=level), names),
            }
    return answer


def _fitted_answers(
    arguments: Mapping[str, Any], arm: Floats, event: Bools, level: float
) -> dict[str, Any]:
    """Compute what R derives from the Efron fit of the arm alone."""
    fit = cox(**arguments, covariates=arm)
    # Without a coefficient R takes 0; of an infinite one the order of the risks is known.
    coefficient = np.where(np.isnan(fit.coefficient), 0.0, fit.coefficient)
    fitted = {**arguments, "covariates": arm, "coefficient": coefficient}
    residuals, baseline = cox_residuals(**fitted), baseline_hazard(**fitted)
    harrell = concordance(**arguments, risk=np.sum(arm * np.sign(coefficient), axis=-1))
    # R lists Schoenfeld residuals by time of the event, tied ones in the order of the data.
    order = np.flatnonzero(event)[np.argsort(arguments["time"][event], kind="stable")]
    return {
        "efron_robust": coxph_answer(
            cox_robust(**arguments, covariates=arm, level=level), ["arm"], is_robust=True
        ),
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


def zph_answers(
    arguments: Mapping[str, Any], table: pl.DataFrame, adjust: list[str]
) -> dict[str, Any]:
    """Test proportionality on every scale of time, and of the adjusted model on one."""
    arm = table.select("arm").to_numpy().astype(np.float64)
    scales: tuple[TimeScale, ...] = ("km", "rank", "identity", "log")
    answer: dict[str, Any] = {}
    for scale in scales:
        answer[scale] = _zph(arguments, arm, ["arm"], scale, [0])
    if adjust:
        known, _, columns, terms = _adjusted(arguments, table, adjust)
        named = [":".join(term) for term in _formula(adjust).terms]
        answer["adjusted_km"] = _zph(known, columns, named, "km", terms)
    return answer


def _formula(adjust: list[str]) -> Formula:
    return parse_formula(f"Surv(time, status) ~ {' + '.join(['arm', *adjust])}")


def _adjusted(
    arguments: Mapping[str, Any], table: pl.DataFrame, adjust: list[str]
) -> tuple[dict[str, Any], list[str], Floats, Integers]:
    """Give the subjects with every covariate, and names, columns and terms of the covariates."""
    formula = _formula(adjust)
    factor_levels(table, formula.variables)  # all that is not there at once
    is_known = table.select(pl.all_horizontal(pl.col(formula.columns).is_not_null())).to_series()
    known = {name: value[is_known.to_numpy()] for name, value in arguments.items()}
    return known, *covariates(formula, table.filter(is_known))


def _zph(
    arguments: Mapping[str, Any], columns: Floats, names: list[str], scale: TimeScale, terms: Any
) -> dict[str, Any]:
    fit = cox(**arguments, covariates=columns)
    test = proportionality_test(
        **arguments, covariates=columns, coefficient=fit.coefficient, scale=scale, terms=terms
    )
    overall = test.overall
    found = np.stack(
        [
            np.append(test.statistic, overall.statistic),
            np.append(test.df, overall.df),
            np.append(test.p_value, overall.p_value),
        ],
        axis=-1,
    )
    return {
        # Where there is no test there are no degrees of freedom.
        "table": np.where(np.isnan(found[:, :1]), np.nan, found),
        "rows": [*names, "GLOBAL"],
    }


def cox_counting_process(given: Given) -> Mapping[str, Any]:
    """Fit a Cox model named by ``Surv(start, stop, event) ~ covariates``.

    ``Surv(time, event)``, ``strata(...)`` and ``cluster(...)`` are read as R reads them.
    """
    arguments, names, cluster = _model(given, "formula")
    if cluster is None:
        return coxph_answer(cox(**arguments), names)
    return coxph_answer(cox_robust(**arguments, cluster=cluster), names, is_robust=True)


def cox_nested(given: Given) -> Mapping[str, Any]:
    """Compare a Cox model with a larger one, fitted to the same subjects."""
    smaller, larger = (cox(**_model(given, name)[0]) for name in ("smaller", "larger"))
    test = likelihood_ratio_test(smaller=smaller, larger=larger)
    return {"statistic": test.statistic, "df": test.df, "p": test.p_value}


def cox_adjusted(given: Given) -> Mapping[str, Any]:
    """Predict the survival as if every subject were in each group, the first covariate."""
    arguments, _, _ = _model(given, "formula")
    del arguments["level"]
    survival = adjusted_survival(
        **arguments,
        coefficient=cox(**arguments).coefficient,
        groups=np.atleast_1d(given["groups"])[:, None],
        times=np.atleast_1d(given["times"]),
    )
    return {"survival": survival}


def _model(given: Given, key: str) -> tuple[dict[str, Any], list[str], Integers | None]:
    """Read a formula into arguments, names of covariates, and codes of clusters if any."""
    formula = parse_formula(given[key], specials=("strata", "cluster"))
    outcome = parse_expression(formula.response)
    if outcome.text != "Surv" or len(outcome.parts) not in (2, 3):
        raise NotRun(f"outcome {formula.response!r}, which is no Surv(time, event)")
    special = dict(formula.special)
    used = [
        *outcome.names,
        *formula.columns,
        *(name for names in special.values() for name in names),
    ]
    table = given.table()
    factor_levels(table, used)  # all that is not there at once
    table = table.drop_nulls(subset=used)
    *times, status = (evaluate(part, table).cast(pl.Float64).to_numpy() for part in outcome.parts)
    names, columns, _ = covariates(formula, table)
    arguments: dict[str, Any] = {
        "time": times[-1],
        # R takes the later of 1 and 2 for the event.
        "event": status == (2 if status.max() == 2 else 1),
        "covariates": columns,
        "ties": given.get("ties", "efron"),
        "level": given.get("conf", 0.95),
    }
    if len(times) > 1:
        arguments["start"] = times[0]
    if "strata" in special:
        arguments["stratum"] = codes(table, special["strata"])
    return arguments, names, codes(table, special["cluster"]) if "cluster" in special else None


def covariates(formula: Formula, table: pl.DataFrame) -> tuple[list[str], Floats, Integers]:
    """Name and build the columns of a Cox model, and number the term of each from 0.

    It has no intercept but codes as with one.
    """
    design = model_matrix(replace(formula, has_intercept=True), table)
    names = [name for name in design.names if name != "(Intercept)"]
    is_term = design.term_of_column > 0
    return names, design.values[:, is_term], design.term_of_column[is_term] - 1


def codes(table: pl.DataFrame, names: tuple[str, ...]) -> Integers:
    """Give each combination of some columns its code, from 0 in the order of their values."""
    return table.select(pl.struct(*names).rank("dense") - 1).to_series().to_numpy().astype(np.int64)


def cox_cluster_robust(given: Given) -> Mapping[str, Any]:
    """Fit the arm with a covariance by cluster."""
    table = given.table()
    time, event, _ = two_arms(table)
    _, cluster = np.unique(table[given["cluster"]].to_numpy(), return_inverse=True)
    arm = table.select("arm").to_numpy().astype(np.float64)
    fit = cox_robust(
        time=time, event=event, covariates=arm, cluster=cluster, level=given.get("conf", 0.95)
    )
    return coxph_answer(fit, ["arm"], is_robust=True)
