"""Adapter of the analysis of covariance: from R's formula to codes and back to R's names."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import polars as pl

from equipoise.qualification.adapter import Given, NotRun
from equipoise.qualification.statistics.formula import Formula, Term, parse_formula
from equipoise.qualification.statistics.linear_model import (
    coefficient_answer,
    difference_answer,
    linear_model_answer,
    mean_answer,
    refuse_alias,
    sandwich_answer,
)
from equipoise.qualification.statistics.model_matrix import (
    Levels,
    contrast_labels,
    factor_levels,
    level_name,
    response_of,
)
from equipoise.qualification.statistics.r_expression import parse_expression
from equipoise.stats.continuous import (
    Ancova,
    TermTests,
    ancova,
    ancova_trend,
    linear_functions,
    type_1_tests,
    type_2_tests,
    type_3_tests,
)

__all__ = ["ancova_case", "trend_case", "type_1_case"]

_OF_TREND = ("response", "group", "covariates", "factors", "levels")
Label: TypeAlias = tuple[str, int | None]
"""A variable of the analysis and a code of it; None for a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Roles:
    """Which variable of the formula plays which part: ``alias`` is its name in the analysis."""

    formula: Formula
    levels: Levels
    group: str
    covariates: tuple[str, ...]
    factors: tuple[str, ...]

    @property
    def alias(self) -> Mapping[str, str]:
        """The name in the analysis of each variable."""
        return {
            self.group: "group",
            **{name: f"covariate {place}" for place, name in enumerate(self.covariates)},
            **{name: f"factor {place}" for place, name in enumerate(self.factors)},
        }


def ancova_case(given: Given) -> Mapping[str, Any]:
    """Answer a linear model with least squares means, tests of terms and sandwich errors."""
    formula = parse_formula(given["formula"])
    table = given.table()
    outcome = parse_expression(formula.response)
    used = {*outcome.names, *formula.columns} & set(table.columns)
    # As R, whose factors have the levels of the rows that the fit takes.
    table = table.drop_nulls(subset=sorted(used))
    if outcome.kind != "name":  # the logarithm of a number below 0 is missing, too
        table = table.filter(pl.Series(np.isfinite(response_of(formula, table))))
    group, confidence = given.get("treatment", "arm"), given.get("conf", 0.95)
    levels = factor_levels(table, formula.variables, as_factors=(group,))
    if not _is_ancova(formula, table, levels, group):
        return linear_model_answer(formula, table, group=group, confidence=confidence)
    roles = _roles(formula, levels, group)
    arguments = _arguments(roles, table)
    result = ancova(**arguments, confidence=confidence)
    names, order = _coefficients(roles, result)
    refuse_alias(result.fit, [name for _, name in sorted(zip(order, names, strict=True))])
    robust = sandwich_answer(
        lambda kind: ancova(**arguments, variance=kind).fit.standard_errors[order]
    )
    each = linear_functions(result.fit, functions=np.eye(len(order))[order])
    groups = levels[group]
    return {
        "fit": coefficient_answer(result.fit, each, names, order),
        "lsmeans": {
            "level": [level_name(level) for level in groups],
            **mean_answer(result.means),
        },
        "difference": difference_answer(
            result.differences, result.pairs, contrast_labels(group, groups)
        ),
        "type3": _term_tests(roles, type_3_tests(result.model), ((), *roles.formula.terms)),
        "type2": _term_tests(roles, type_2_tests(result.model), roles.formula.terms),
        "robust_se": robust,
    }


def trend_case(given: Given) -> Mapping[str, Any]:
    """Answer the slope over the doses of a group, beside the terms of a formula."""
    formula, group = parse_formula(given["formula"]), given["group"]
    table = given.table().drop_nulls(subset=[formula.response, group, *formula.columns])
    levels = factor_levels(table, [*formula.variables, group], as_factors=(group,))
    arguments = _arguments(_roles(formula, levels, group), table)
    arguments = {name: value for name, value in arguments.items() if name in _OF_TREND}
    found = ancova_trend(**arguments, dose=given["dose"], confidence=given.get("conf", 0.95))
    return {
        "slope": found.slope,
        "se": found.standard_error,
        "df": found.df,
        "F": found.statistic,
        "p": found.p_value,
        "ci": [found.ci_low, found.ci_high],
    }


def type_1_case(given: Given) -> Mapping[str, Any]:
    """Answer the tests of terms after those before them: numbers, factors, then the group."""
    formula, group = parse_formula(given["formula"]), given.get("treatment", "arm")
    table = given.table().drop_nulls(subset=[formula.response, *formula.columns])
    roles = _roles(formula, factor_levels(table, formula.variables, as_factors=(group,)), group)
    if formula.terms != tuple((name,) for name in (*roles.covariates, *roles.factors, group)):
        raise NotRun("tests in another order than numbers, factors and the group")
    model = ancova(**_arguments(roles, table)).model
    return _term_tests(roles, type_1_tests(model), formula.terms)


def _is_ancova(formula: Formula, table: pl.DataFrame, levels: Levels, group: str) -> bool:
    """Say whether a formula is the group, plain variables, and its interactions with one each.

    A number of two values is none: R ``emmeans`` does not take its mean.
    """
    margins = {term[0] for term in formula.terms if len(term) == 1}
    numbers = [name for name in formula.columns if name not in levels]
    return (
        formula.has_intercept
        and group in margins
        and {formula.response, *formula.variables} <= set(table.columns)
        and all(
            len(term) == 1 or (len(term) == 2 and group in term and set(term) <= margins)
            for term in formula.terms
        )
        and all(table[name].n_unique() > 2 for name in numbers)
    )


def _roles(formula: Formula, levels: Levels, group: str) -> _Roles:
    others = [name for name in formula.variables if name != group]
    return _Roles(
        formula=formula,
        levels=levels,
        group=group,
        covariates=tuple(name for name in others if name not in levels),
        factors=tuple(name for name in others if name in levels),
    )


def _arguments(roles: _Roles, table: pl.DataFrame) -> dict[str, Any]:
    def codes(name: str) -> Any:
        code = {level: number for number, level in enumerate(roles.levels[name])}
        return np.array([code.get(value, -1) for value in table[name].to_list()])

    def numbers(name: str) -> Any:
        return table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()

    partners = {
        name
        for term in roles.formula.terms
        if len(term) == 2
        for name in term
        if name != roles.group
    }
    arguments: dict[str, Any] = {
        "response": numbers(roles.formula.response),
        "group": codes(roles.group),
        "groups": len(roles.levels[roles.group]),
        "group_by_covariate": _places(roles.covariates, partners),
        "group_by_factor": _places(roles.factors, partners),
    }
    if roles.covariates:
        arguments["covariates"] = np.stack([numbers(name) for name in roles.covariates], axis=-1)
    if roles.factors:
        arguments["factors"] = np.stack([codes(name) for name in roles.factors], axis=-1)
        arguments["levels"] = [len(roles.levels[name]) for name in roles.factors]
    return arguments


def _places(names: tuple[str, ...], chosen: set[str]) -> list[int]:
    return [place for place, name in enumerate(names) if name in chosen]


def _coefficients(roles: _Roles, result: Ancova) -> tuple[list[str], list[int]]:
    """Name the coefficients as R does, in R's order, with their places in the analysis."""
    place_of = {frozenset(column): place for place, column in enumerate(result.columns)}
    names, order = ["(Intercept)"], [place_of[frozenset()]]
    for term in roles.formula.terms:
        # In R the variable named first runs fastest.
        for choice in itertools.product(*(list(_labels(roles, name)) for name in reversed(term))):
            texts, labels = zip(*reversed(choice), strict=True)
            names.append(":".join(texts))
            order.append(place_of[frozenset(labels)])
    return names, order


def _labels(roles: _Roles, name: str) -> Iterator[tuple[str, Label]]:
    if name not in roles.levels:
        yield name, (roles.alias[name], None)
        return
    for code, level in enumerate(roles.levels[name][1:], start=1):
        yield f"{name}{level_name(level)}", (roles.alias[name], code)


def _term_tests(roles: _Roles, found: TermTests, terms: tuple[Term, ...]) -> Mapping[str, Any]:
    """Lay tests out as ``car::Anova`` does, with the residual in the last row."""
    place_of = {frozenset(name.split(":")): place for place, name in enumerate(found.terms)}
    order = [
        place_of[
            frozenset(roles.alias[name] for name in term) if term else frozenset(["intercept"])
        ]
        for term in terms
    ]
    return {
        "term": [*(":".join(term) or "(Intercept)" for term in terms), "Residuals"],
        "ss": [*found.sum_of_squares[order], found.residual_sum_of_squares],
        "df": [*found.df[order], found.residual_df],
        "F": [*found.statistic[order], np.nan],
        "p": [*found.p_value[order], np.nan],
    }
