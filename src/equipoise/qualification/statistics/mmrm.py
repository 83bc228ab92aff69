"""Adapters of the repeated-measures cases: a formula and a table onto the mixed model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.statistics import mmrm_means
from equipoise.qualification.statistics.formula import Formula, parse_formula
from equipoise.qualification.statistics.linear_model import reverse_pairs
from equipoise.qualification.statistics.model_matrix import (
    contrast_labels,
    factor_levels,
    level_name,
    model_matrix,
    reference_grid,
    response_of,
)
from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.mmrm import (
    Mmrm,
    RandomCoefficients,
    contrast,
    f_test,
    fit_mmrm,
    fit_random_coefficients,
)

__all__ = ["METHODS"]

_FACTORS = ("visit", "arm")
_MOST_TIMES = 60
"""Distinct times of a plan, as in the estimator."""
_ROW = "row of the table"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laid:
    """A long table laid out as subjects by visits."""

    formula: Formula
    names: tuple[str, ...]
    response: Floats
    design: Floats
    subject: Integers  # of each row of the table
    levels: Mapping[str, tuple[Any, ...]]
    analysed: pl.DataFrame


def _mmrm(given: Given) -> dict[str, Any]:
    """Answer as R ``mmrm`` with ``emmeans`` does."""
    table = given.table()
    laid = _lay(table, parse_formula(given["formula"]), as_factors=_FACTORS)
    group, groups = _groups(table, laid, given.get("group"))
    vcov = given.get("vcov")
    if vcov is None and given["method"] == "Kenward-Roger":
        vcov = "Kenward-Roger"  # the default of R mmrm, with second derivatives
    fit = fit_mmrm(
        response=laid.response,
        design=laid.design,
        covariance=given["covariance"],
        group=group,
        method="reml" if given.get("reml", True) else "ml",
        df=given["method"].lower(),
        vcov=None if vcov is None else vcov.lower(),
    )
    one = np.eye(len(laid.names))
    each = contrast(fit, matrix=one)
    return {
        "n_obs": int(fit.observations),
        "n_subjects": int(fit.subjects),
        "names": list(laid.names),
        "coef": each.estimate,
        "se": each.standard_error,
        "df": each.df,
        "t": each.t,
        "p": each.p_value,
        "vcov": fit.vcov,
        # The reference reads the component "beta_vcov", which is the adjusted matrix wherever
        # an adjustment was asked for.
        "vcov_unadjusted": fit.vcov,
        "covariance": dict(zip(groups, fit.covariance, strict=True))
        if groups
        else fit.covariance[0],
        "minus2loglik": fit.minus_twice_log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "max_abs_gradient": fit.gradient,
        **_means(fit, laid, alpha=1 - given.get("conf", 0.95)),
        "wald_tests": {
            name: {
                "coefficients": [laid.names[row] for row in rows],
                "num_df": int(test.numerator_df),
                "den_df": test.denominator_df,
                "F": test.statistic,
                "p": test.p_value,
            }
            for name, rows in _hypotheses(laid.names).items()
            for test in [f_test(fit, matrix=one[rows])]
        },
    }


def _gls(given: Given) -> dict[str, Any]:
    """Answer as R ``nlme::gls`` with an unstructured correlation and a variance a visit."""
    laid = _lay(given.table(), parse_formula(given["formula"]), as_factors=_FACTORS)
    fit = fit_mmrm(response=laid.response, design=laid.design, df="satterthwaite")
    return {
        "names": list(laid.names),
        "coef": fit.coefficient,
        "se": np.sqrt(np.diagonal(fit.vcov)),
        "minus2loglik": fit.minus_twice_log_likelihood,
    }


def _linear_mixed_model(given: Given) -> dict[str, Any]:
    """Answer as R ``lme4`` with ``lmerTest`` and ``pbkrtest``; one random part over time."""
    formula = parse_formula(given["formula"])
    if len(formula.random) != 1:
        raise NotRun("a linear mixed model with one random part is understood")
    (terms, subject) = formula.random[0]
    slopes = [term for term in terms if term]
    if len(slopes) > 1 or any(len(term) != 1 for term in slopes):
        raise NotRun("a random part with an intercept and one function of time is understood")
    table = given.table()
    time = slopes[0][0] if slopes else _ROW
    if time == _ROW:
        table = table.with_columns(pl.int_range(pl.len()).over(subject).alias(_ROW))
    if time not in table.columns or not table[time].dtype.is_numeric():
        raise NotRun(f"a random coefficient of {time!r}, which is no column of numbers")
    if table.select(subject, time).is_duplicated().any() or table[time].n_unique() > _MOST_TIMES:
        raise NotRun(f"random coefficients of times that are not those of a plan, {time!r}")
    laid = _lay(table, formula, as_factors=(), visit=time, subject=subject)
    times = np.array(laid.levels[time], dtype=np.float64)
    basis = np.stack([times if term else np.ones_like(times) for term in terms], axis=-1)
    method = "reml" if given.get("reml", True) else "ml"

    def fit(df: str, information: str) -> RandomCoefficients:
        return fit_random_coefficients(
            response=laid.response,
            design=laid.design,
            basis=basis,
            method=method,
            df=df,
            information=information,
        )

    plain, one = fit("satterthwaite", "observed"), np.eye(len(laid.names))
    each = contrast(plain.fit, matrix=one)
    answer = {
        "coef": each.estimate,
        "se": each.standard_error,
        "df_satterthwaite": each.df,
        "random_cov": plain.random_covariance,
        "sigma": plain.residual_sd,
        "reml_criterion": plain.fit.minus_twice_log_likelihood,
    }
    if method == "ml":  # Kenward and Roger's is an adjustment of REML
        return answer
    small = contrast(fit("kenward-roger", "expected").fit, matrix=one)
    return answer | {"se_kr": small.standard_error, "df_kr": small.df, "p_kr": small.p_value}


def _lay(
    table: pl.DataFrame,
    formula: Formula,
    *,
    as_factors: tuple[str, ...],
    visit: str = "visit",
    subject: str = "id",
) -> _Laid:
    """Lay rows out; a row with a missing covariate counts as a missing response, as in R."""
    used = tuple(name for name in as_factors if name in formula.variables)
    matrix = model_matrix(formula, table, as_factors=used)
    levels = dict(factor_levels(table, formula.variables, as_factors=used))
    for name in {visit, *(name for name in as_factors if name in formula.columns)}:
        levels[name] = tuple(sorted(table[name].unique().to_list()))
    subjects = table[subject].unique(maintain_order=True).to_list()
    row = _codes(table[subject].to_list(), subjects)
    column = _codes(table[visit].to_list(), levels[visit])
    value = response_of(formula, table)
    value[np.isnan(matrix.values).any(axis=1)] = np.nan
    response = np.full((len(subjects), len(levels[visit])), np.nan)
    response[row, column] = value
    design = np.zeros((*response.shape, len(matrix.names)))
    design[row, column] = matrix.values
    return _Laid(
        formula=formula,
        names=matrix.names,
        response=response,
        design=design,
        subject=row,
        levels=levels,
        analysed=table.filter(pl.Series(~np.isnan(value))),
    )


def _codes(values: list[Any], levels: list[Any] | tuple[Any, ...]) -> Integers:
    place = {level: number for number, level in enumerate(levels)}
    return np.array([place[value] for value in values], dtype=np.int64)


def _groups(
    table: pl.DataFrame, laid: _Laid, name: str | None
) -> tuple[Integers | None, tuple[str, ...]]:
    if name is None:
        return None, ()
    values = table[name].to_list()
    levels = tuple(sorted(set(values)))
    group = np.zeros(len(laid.response), dtype=np.int64)
    group[laid.subject] = _codes(values, levels)
    return group, tuple(map(str, levels))


def _means(fit: Mmrm, laid: _Laid, *, alpha: float) -> dict[str, Any]:
    """LS means of every arm at every visit, and their pairwise differences, later minus earlier."""
    if not {"arm", "visit"} <= set(laid.formula.columns):
        raise NotRun("LS means by arm and visit need both in the formula")
    arms, visits = laid.levels["arm"], laid.levels["visit"]
    rows = _reference_rows(laid)
    mean = contrast(fit, matrix=rows.reshape(-1, rows.shape[-1]), alpha=alpha)
    pairs = reverse_pairs(len(arms))
    gap = contrast(
        fit,
        matrix=np.array([at[high] - at[low] for at in rows for high, low in pairs]),
        alpha=alpha,
    )
    label = contrast_labels("arm", arms)
    return {
        "lsmeans": {
            "arm": [level_name(arm) for _ in visits for arm in arms],
            "visit": [str(visit) for visit in visits for _ in arms],
            "est": mean.estimate,
            "se": mean.standard_error,
            "df": mean.df,
            "lower": mean.ci_low,
            "upper": mean.ci_high,
        },
        "differences": {
            "contrast": [f"{label[high]} - {label[low]}" for _ in visits for high, low in pairs],
            "visit": [str(visit) for visit in visits for _ in pairs],
            "est": gap.estimate,
            "se": gap.standard_error,
            "df": gap.df,
            "lower": gap.ci_low,
            "upper": gap.ci_high,
            "t": gap.t,
            "p": gap.p_value,
        },
    }


def _reference_rows(laid: _Laid) -> Floats:
    """Mean design row of each visit and arm, (visits, arms, p).

    Equal weights for the levels of other factors, numeric variables at their mean (both values of
    one that has no more).
    """
    grid = reference_grid(laid.formula, laid.analysed, laid.levels)
    coded = model_matrix(laid.formula, grid, levels=laid.levels).values
    arm, visit = grid["arm"].to_numpy(), grid["visit"].to_numpy()
    return np.array(
        [
            [coded[(arm == a) & (visit == v)].mean(axis=0) for a in laid.levels["arm"]]
            for v in laid.levels["visit"]
        ]
    )


def _hypotheses(names: tuple[str, ...]) -> dict[str, list[int]]:
    """Name the rows of the reference's hypotheses: no arm by visit interaction, no arm at all."""
    found = {
        "interaction": [k for k, name in enumerate(names) if re.search(r"^arm.*:|:arm", name)],
        "arm_at_all_visits": [k for k, name in enumerate(names) if "arm" in name],
    }
    return {name: rows for name, rows in found.items() if rows}


METHODS: Mapping[str, Adapter] = {
    "mmrm": _mmrm,
    "gls_unstructured": _gls,
    "linear_mixed_model": _linear_mixed_model,
    **mmrm_means.METHODS,
}
