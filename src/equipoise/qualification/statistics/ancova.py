"""Adapter of the analysis of covariance: from R's formula to codes and back to R's names."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import polars as pl

from equipoise.qualification.adapter import Given, NotRun
from equipoise.qualification.statistics.formula import (
    Formula,
    Term,
    contrast_labels,
    factor_levels,
    level_name,
    parse_formula,
)
from equipoise.stats.continuous import (
    Ancova,
    LinearFunctions,
    TermTests,
    ancova,
    linear_functions,
    type_2_tests,
    type_3_tests,
)

__all__ = ["ancova_case"]

Label: TypeAlias = tuple[str, int | None]
"""A variable of the analysis and a code of it; None for a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Roles:
    """Which variable of the formula plays which part: ``alias`` is its name in the analysis."""

    formula: Formula
    levels: Mapping[str, tuple[str | float, ...]]
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
    used = {formula.response, *formula.variables} & set(table.columns)
    # As R, whose factors have the levels of the rows that the fit takes.
    table = table.drop_nulls(subset=sorted(used))
    roles = _roles(formula, table, given.get("treatment", "arm"))
    arguments = _arguments(roles, table)
    confidence = given.get("conf", 0.95)
    result = ancova(**arguments, confidence=confidence)
    robust = {
        kind.lower(): ancova(**arguments, variance=kind).fit.standard_errors
        for kind in ("HC0", "HC2", "HC3")
    }
    names, order = _coefficients(roles, result)
    return {
        "fit": _fit(result, names, order),
        "lsmeans": {
            "level": [level_name(level) for level in roles.levels[roles.group]],
            **_functions(result.means),
        },
        "difference": _differences(roles, result),
        "type3": _term_tests(roles, type_3_tests(result.model), ((), *roles.formula.terms)),
        "type2": _term_tests(roles, type_2_tests(result.model), roles.formula.terms),
        "robust_se": {kind: errors[order] for kind, errors in robust.items()},
    }


def _roles(formula: Formula, table: pl.DataFrame, group: str) -> _Roles:
    margins = {term[0] for term in formula.terms if len(term) == 1}
    is_known = all(
        len(term) == 1 or (len(term) == 2 and group in term and set(term) <= margins)
        for term in formula.terms
    )
    if group not in margins or not is_known or not formula.has_intercept or formula.random:
        raise NotRun(f"formula beyond {group} and its interactions with one variable each")
    levels = factor_levels(table, formula.variables, as_factors=(group,))
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


def _fit(result: Ancova, names: list[str], order: list[int]) -> Mapping[str, Any]:
    fit = result.fit
    tests = linear_functions(fit, functions=np.eye(len(order))[order])
    return {
        "names": names,
        "coef": tests.estimate,
        "se": tests.standard_error,
        "t": tests.statistic,
        "p": tests.p_value,
        "df": fit.df,
        "sigma": fit.sigma,
        "r2": fit.r_squared,
        "vcov": fit.covariance[np.ix_(order, order)],
        "loglik": fit.log_likelihood,
    }


def _functions(found: LinearFunctions) -> Mapping[str, Any]:
    return {
        "est": found.estimate,
        "se": found.standard_error,
        "df": found.df,
        "lower": found.ci_low,
        "upper": found.ci_high,
    }


def _differences(roles: _Roles, result: Ancova) -> Mapping[str, Any]:
    found = result.differences
    levels = contrast_labels(roles.group, roles.levels[roles.group])
    return {
        "contrast": [f"{levels[later]} - {levels[earlier]}" for later, earlier in result.pairs],
        **_functions(found),
        "t": found.statistic,
        "p": found.p_value,
    }


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
