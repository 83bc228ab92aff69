"""Adapters of tables of rows and columns, profile likelihood, strata and chances of tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Adapter, Given
from equipoise.stats import binary

__all__ = ["METHODS"]

_PROFILES = {
    "risk_difference": binary.risk_difference_profile,
    "risk_ratio": binary.risk_ratio_profile,
    "odds_ratio": binary.odds_ratio_profile,
}
_OVER_STRATA = {
    "miettinen_nurminen": binary.stratified_difference_miettinen_nurminen,
    "klingenberg": binary.stratified_difference_klingenberg,
    "newcombe": binary.stratified_difference_newcombe,
}


def r_by_c(given: Given) -> Mapping[str, Any]:
    """Answer both chi-square tests of a table of rows and columns."""
    test = binary.chi_square_test_of_independence(table=given["table"])
    return {
        "statistic": test.statistic,
        "df": test.df,
        "p": test.p_value,
        "statistic_likelihood": test.statistic_likelihood,
        "p_likelihood": test.p_likelihood,
        "expected": test.expected,
    }


def cmh_family(given: Given) -> Mapping[str, Any]:
    """Answer the tests of Cochran, Mantel and Haenszel of tables over strata."""
    table, columns = given["tables"], given.get("column_scores")
    tests = {
        "general": binary.cmh_general_association(table=table),
        "correlation": binary.cmh_nonzero_correlation(
            table=table, row_scores=given.get("row_scores"), column_scores=columns
        ),
        **{
            name: binary.cmh_row_mean_scores(table=table, column_scores=scores)
            for name, scores in {
                "row_means": columns,
                "row_means_of_midranks": binary.column_midranks(table=table),
                "row_means_of_ridits": binary.modified_ridits(table=table),
            }.items()
        },
    }
    return {
        name: {"statistic": test.statistic, "df": test.df, "p": test.p_value}
        for name, test in tests.items()
    }


def column_scores(given: Given) -> Mapping[str, Any]:
    """Answer the scores that the ranks of a table's subjects give its columns."""
    table = [given["table"]]
    return {
        "midranks": binary.column_midranks(table=table)[0],
        "modified_ridits": binary.modified_ridits(table=table)[0],
    }


def profile_likelihood(given: Given) -> Mapping[str, Any]:
    """Answer the limits that the likelihood ratio test gives three measures of two arms."""
    counts = {name: given[name] for name in ("x1", "n1", "x0", "n0")}
    level = float(given.get("conf", 0.95))
    return {
        name: _limits(interval(**counts, confidence=level)) for name, interval in _PROFILES.items()
    }


def stratified_difference(given: Given) -> Mapping[str, Any]:
    """Answer the Mantel-Haenszel difference over strata with its limits."""
    table, level = given.table(), float(given.get("conf", 0.95))
    counts = {name: table[name].to_numpy() for name in ("x1", "n1", "x0", "n0")}
    found = {name: limits(**counts, confidence=level) for name, limits in _OVER_STRATA.items()}
    return {
        "estimate": found["newcombe"].estimate,
        **{name: _limits(interval) for name, interval in found.items()},
    }


def binomial_mass(given: Given) -> Mapping[str, Any]:
    """Answer the probabilities of each number of events, and that one arm has more of them."""
    n = given["n"]
    plain = binary.binomial_mass(n=n, probability=given["p"])
    mixed = binary.beta_binomial_mass(n=n, alpha=given["alpha"], beta=given["beta"])
    events = np.arange(n + 1)
    exceeds = binary.expected_over_tables(mass1=plain, mass0=mixed, value=events[:, None] > events)
    return {"binomial": plain, "beta_binomial": mixed, "exceeds": exceeds}


METHODS: dict[str, Adapter] = {
    "r_by_c": r_by_c,
    "cmh_family": cmh_family,
    "column_scores": column_scores,
    "profile_likelihood": profile_likelihood,
    "stratified_difference": stratified_difference,
    "binomial_mass": binomial_mass,
}


def _limits(interval: binary.IntervalEstimate) -> list[float]:
    return [float(interval.ci_low), float(interval.ci_high)]
