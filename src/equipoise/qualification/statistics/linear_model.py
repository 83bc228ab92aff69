"""Adapter of linear models of any formula: R's ``lm`` with ``emmeans`` and ``car``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from equipoise.errors import DataError, Fault
from equipoise.qualification.adapter import NotRun
from equipoise.qualification.statistics.formula import Formula
from equipoise.qualification.statistics.model_matrix import (
    Levels,
    ModelMatrix,
    contrast_labels,
    factor_levels,
    level_name,
    model_matrix,
    reference_grid,
    response_of,
)
from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.continuous import (
    LinearFit,
    LinearFunctions,
    fit_linear_model,
    linear_functions,
)
from equipoise.stats.continuous.least_squares import Variance
from equipoise.stats.tails import f_upper

__all__ = [
    "coefficient_answer",
    "difference_answer",
    "linear_model_answer",
    "mean_answer",
    "refuse_alias",
    "reverse_pairs",
    "sandwich_answer",
]


def linear_model_answer(
    formula: Formula, table: pl.DataFrame, *, group: str, confidence: float
) -> Mapping[str, Any]:
    """Answer as the analysis of covariance does, for a formula that goes beyond it."""
    if group not in formula.columns:
        raise NotRun(f"least squares means of {group!r}, which is not in the formula")
    levels = factor_levels(table, formula.variables, as_factors=(group,))
    response = response_of(formula, table)
    laid = model_matrix(formula, table, levels=levels)
    fit = fit_linear_model(response=response, design=laid.values)
    refuse_alias(fit, laid.names)
    each = linear_functions(fit, functions=np.eye(len(laid.names)))
    rows, groups = _mean_rows(formula, table, levels, group)
    pairs = reverse_pairs(len(groups))
    gaps = np.array([rows[high] - rows[low] for high, low in pairs])
    means, differences = (
        linear_functions(fit, functions=functions, confidence=confidence)
        for functions in (rows, gaps)
    )
    summed = model_matrix(formula, table, levels=levels, coding="sum")
    return {
        "fit": {
            **coefficient_answer(fit, each, list(laid.names)),
            "r2": _share_explained(formula, fit, response),
        },
        "lsmeans": {"level": [level_name(level) for level in groups], **mean_answer(means)},
        "difference": difference_answer(differences, pairs, contrast_labels(group, groups)),
        "type3": _type_3(formula, summed, response),
        "type2": _type_2(formula, laid, response),
        "robust_se": sandwich_answer(
            lambda kind: (
                (
                    fit_linear_model(response=response, design=laid.values, variance=kind)
                ).standard_errors
            )
        ),
    }


def coefficient_answer(
    fit: LinearFit, each: LinearFunctions, names: list[str], order: Sequence[int] | None = None
) -> Mapping[str, Any]:
    """Lay the coefficients out as ``summary.lm`` does."""
    order = range(len(names)) if order is None else order
    return {
        "names": names,
        "coef": each.estimate,
        "se": each.standard_error,
        "t": each.statistic,
        "p": each.p_value,
        "df": fit.df,
        "sigma": fit.sigma,
        "r2": fit.r_squared,
        "vcov": fit.covariance[np.ix_(order, order)],
        "loglik": fit.log_likelihood,
    }


def mean_answer(found: LinearFunctions) -> Mapping[str, Any]:
    """Lay means out as ``emmeans`` does."""
    return {
        "est": found.estimate,
        "se": found.standard_error,
        "df": found.df,
        "lower": found.ci_low,
        "upper": found.ci_high,
    }


def difference_answer(
    found: LinearFunctions, pairs: Sequence[tuple[int, int]], labels: Sequence[str]
) -> Mapping[str, Any]:
    """Lay differences out as ``contrast`` does, later minus earlier."""
    order = [pairs.index(pair) for pair in reverse_pairs(len(labels))]
    answer = {**mean_answer(found), "t": found.statistic, "p": found.p_value}
    return {
        "contrast": [f"{labels[pairs[place][0]]} - {labels[pairs[place][1]]}" for place in order],
        **{name: values[order] for name, values in answer.items()},
    }


def reverse_pairs(levels: int) -> list[tuple[int, int]]:
    """Name all pairs, later and earlier, in the order of ``emmeans`` for "revpairwise"."""
    return [(later, earlier) for later in range(1, levels) for earlier in range(later)]


def sandwich_answer(errors: Callable[[Variance], Floats]) -> Mapping[str, Floats]:
    """Lay the standard errors of each sandwich out, which ``car::hccm`` has all or none of.

    Raises
    ------
    DataError
        If an observation alone determines a coefficient.
    """
    kinds: tuple[Variance, ...] = ("HC0", "HC2", "HC3")
    answer = {kind.lower(): errors(kind) for kind in kinds}
    if any(np.isnan(values).any() for values in answer.values()):
        raise DataError(
            Fault(
                where="formula",
                came="a coefficient that one observation determines",
                wanted="leverages below 1, as sandwich errors need",
            )
        )
    return answer


def refuse_alias(fit: LinearFit, names: Sequence[str]) -> None:
    """Refuse a fit with columns that follow from others, as ``car::Anova`` does.

    Raises
    ------
    DataError
        Names them.
    """
    alias = ", ".join(name for name, gone in zip(names, fit.aliased, strict=True) if gone)
    if alias:
        raise DataError(
            Fault(
                where="formula",
                came=f"{alias}: a combination of the columns before",
                wanted="terms that the data tell apart, as tests of terms need",
            )
        )


def _mean_rows(
    formula: Formula, table: pl.DataFrame, levels: Levels, group: str
) -> tuple[Floats, list[Any]]:
    """Mean row of the design over the reference grid, for each level of the group."""
    grid = reference_grid(formula, table, levels)
    coded = model_matrix(formula, grid, levels=levels).values
    groups = grid[group].unique().sort().to_list()
    return np.array([coded[(grid[group] == level).to_numpy()].mean(axis=0) for level in groups]), (
        groups
    )


def _share_explained(formula: Formula, fit: LinearFit, response: Floats) -> Any:
    """Give R squared, about zero where there is no intercept, as R does."""
    if formula.has_intercept:
        return fit.r_squared
    return 1 - fit.residual_sum_of_squares / np.nansum(np.square(response))


def _type_3(formula: Formula, laid: ModelMatrix, response: Floats) -> Mapping[str, Any]:
    """Test each term given all the others, in sum contrasts."""
    numbers = range(0 if formula.has_intercept else 1, len(formula.terms) + 1)
    tests = [(laid.term_of_column >= 0, laid.term_of_column == number) for number in numbers]
    return _tests(formula, list(numbers), tests, laid, response)


def _type_2(formula: Formula, laid: ModelMatrix, response: Floats) -> Mapping[str, Any]:
    """Test each term given those that do not contain it."""
    numbers = list(range(1, len(formula.terms) + 1))
    sets = [set(term) for term in formula.terms]
    tests = []
    for own in sets:
        beyond = [number for number in numbers if own < sets[number - 1]]
        mine = laid.term_of_column == 1 + sets.index(own)
        tests.append((~np.isin(laid.term_of_column, beyond), mine))
    return _tests(formula, numbers, tests, laid, response)


def _tests(
    formula: Formula,
    numbers: list[int],
    tests: list[tuple[Bools, Bools]],
    laid: ModelMatrix,
    response: Floats,
) -> Mapping[str, Any]:
    """Test the columns of each term in the fit of those taken, as ``car::Anova`` lays out."""
    whole = fit_linear_model(response=response, design=laid.values)
    found = [_squares(laid.values, response, taken, term) for taken, term in tests]
    squares, sizes = (np.array(column) for column in zip(*found, strict=True))
    left, df = whole.residual_sum_of_squares, whole.df
    statistic = squares / sizes / (left / df)
    terms = [":".join(formula.terms[number - 1]) if number else "(Intercept)" for number in numbers]
    return {
        "term": [*terms, "Residuals"],
        "ss": [*squares, left],
        "df": [*sizes, df],
        "F": [*statistic, np.nan],
        "p": [*f_upper(statistic, sizes, df), np.nan],
    }


def _squares(design: Floats, response: Floats, taken: Bools, term: Bools) -> tuple[float, float]:
    """Sum of squares of the term's columns given the others taken, and their number."""
    fit = fit_linear_model(response=response, design=design[:, taken])
    own = np.flatnonzero(term[taken] & ~fit.aliased)
    if not own.size:
        return float("nan"), 0.0
    value = fit.coefficients[own]
    unit = fit.covariance[np.ix_(own, own)] / fit.sigma**2
    return float(value @ np.linalg.solve(unit, value)), float(own.size)
