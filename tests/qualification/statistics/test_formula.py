from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.qualification.adapter import NotRun
from equipoise.qualification.statistics.formula import parse_formula
from equipoise.qualification.statistics.model_matrix import (
    contrast_labels,
    factor_levels,
    level_name,
    model_matrix,
    reference_grid,
)

TABLE = pl.DataFrame(
    {
        "y": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "base": [10.0, 11.0, 12.0, 13.0, 14.0, 15.0],
        "sex": ["f", "m", "f", "m", "f", None],
        "site": ["c", "a", "b", "c", "a", "b"],
        "visit": [1, 2, 3, 1, 2, 3],
    }
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("y ~ base", [("base",)]),
        ("y ~ base + sex*arm", [("base",), ("sex",), ("arm",), ("sex", "arm")]),
        ("y ~ arm*visit + base", [("arm",), ("visit",), ("base",), ("arm", "visit")]),
        ("y ~ arm:visit + arm", [("arm",), ("arm", "visit")]),
        ("y~a*b + b:a", [("a",), ("b",), ("a", "b")]),
        ("y ~ a*b*c", [(*"a",), (*"b",), (*"c",), (*"ab",), (*"ac",), (*"bc",), (*"abc",)]),
        # terms and names of R's terms(y ~ base*visit + arm*visit), terms(y ~ c + s:c + s)
        (
            "y ~ base*visit + arm*visit",
            [("base",), ("visit",), ("arm",), ("base", "visit"), ("visit", "arm")],
        ),
        ("y ~ c + s:c + s", [("c",), ("s",), ("c", "s")]),
        ("y ~ 1", []),
        ("y ~ a*b - a", [("b",), ("a", "b")]),
        ("y ~ (a + b)*c", [*"abc", ("a", "c"), ("b", "c")]),
        ("y ~ (a + b + c)^2", [*"abc", ("a", "b"), ("a", "c"), ("b", "c")]),
        ("y ~ a/b", [("a",), ("a", "b")]),
        ("y ~ a + b %in% a", [("a",), ("a", "b")]),
        ("y ~ a*b:c", [("a",), ("b", "c"), ("a", "b", "c")]),
        ("y ~ I( a^2 )+log( b,2 )", [("I(a^2)",), ("log(b, 2)",)]),
        ("y ~ I(a-10*b) + factor( c )", [("I(a - 10 * b)",), ("factor(c)",)]),
    ],
)
def test_terms_are_ordered_by_degree_then_as_they_stand(text, terms):
    assert list(parse_formula(text).terms) == [tuple(term) for term in terms]


@pytest.mark.parametrize(
    ("text", "has_intercept"),
    [("y ~ x", True), ("y ~ x - 1", False), ("y ~ 0 + x", False), ("y ~ 1 + x", True)],
)
def test_the_intercept_is_there_unless_taken_out(text, has_intercept):
    formula = parse_formula(text)
    assert formula.has_intercept is has_intercept
    assert formula.terms == (("x",),)


def test_levels_are_named_as_in_r():
    assert [level_name(level) for level in ("M", 2, True)] == ["M", "2", "TRUE"]
    assert contrast_labels("arm", (0, 1)) == ["arm0", "arm1"]
    assert contrast_labels("arm", ("ACT", "PLC")) == ["ACT", "PLC"]
    assert contrast_labels("arm", (False, True)) == ["FALSE", "TRUE"]


def test_a_random_part_is_set_apart():
    formula = parse_formula("y ~ visit + (visit | id)")
    assert formula.terms == (("visit",),)
    assert formula.random == ((((), ("visit",)), "id"),)
    assert parse_formula("y ~ (1 | id)").random == ((((),), "id"),)
    assert parse_formula("y ~ (1 | id)").terms == ()


@pytest.mark.parametrize(
    "text",
    [
        "y ~ poly(x, 2)",
        "y ~ splines::ns(x, df = 3)",
        "y ~ offset(x) + a",
        "y ~ .",
        "y ~ x + (1 | a/b)",
        "y ~ x + (x || id)",
    ],
)
def test_what_is_not_built_is_no_refusal(text):
    with pytest.raises(NotRun, match="not built here"):
        parse_formula(text)


def test_arguments_are_read_by_name_and_rounded_clipped_and_chosen():
    formula = parse_formula("y ~ log(base, base = 2) + pmax(base, 12) + ifelse(base > 12, 1, 0)")
    assert formula.columns == ("base",)
    values, base = model_matrix(formula, TABLE).values, TABLE["base"].to_numpy()
    assert_allclose(values[:, 1], np.log2(base), rtol=1e-15)
    assert_array_equal(values[:, 2], np.maximum(base, 12))
    assert_array_equal(values[:, 3], base > 12)


def test_special_terms_are_set_apart():
    formula = parse_formula("Surv(t, d == 1) ~ x + strata(a, b)", specials=("strata",))
    assert formula.response == "Surv(t, d == 1)"
    assert formula.terms == (("x",),)
    assert formula.special == (("strata", ("a", "b")),)


def test_variables_are_made_of_columns():
    matrix = model_matrix(parse_formula("y ~ I(base^2) + factor(visit) + I(base > 12)"), TABLE)
    # R: colnames(model.matrix(y ~ I(base^2) + factor(visit) + I(base > 12)))
    assert matrix.names == (
        "(Intercept)",
        "I(base^2)",
        "factor(visit)2",
        "factor(visit)3",
        "I(base > 12)TRUE",
    )
    assert_array_equal(matrix.values[:, 1], TABLE["base"].to_numpy() ** 2)
    assert_array_equal(matrix.values[:, 4], [0, 0, 0, 1, 1, 1])


def test_without_an_intercept_the_first_factor_alone_is_coded_in_full():
    matrix = model_matrix(parse_formula("y ~ 0 + base + site + sex"), TABLE)
    # R: colnames(model.matrix(y ~ 0 + base + site + sex))
    assert matrix.names == ("base", "sitea", "siteb", "sitec", "sexm")


def test_a_number_of_two_values_keeps_both_in_the_reference_grid():
    table = TABLE.with_columns(smoker=pl.Series([0, 1, 0, 1, 1, 1]))
    formula = parse_formula("y ~ base + smoker")
    grid = reference_grid(formula, table, factor_levels(table, formula.variables))
    # R: emmeans::ref_grid keeps covariates of two values (cov.keep = "2") and averages others
    assert_array_equal(grid["smoker"].to_numpy(), [0, 1])
    assert_array_equal(grid["base"].to_numpy(), [12.5, 12.5])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y + x", "wanted 'response ~ terms'"),
        ("y ~ a + ", "'its end' in 'a \\+'; wanted variables joined"),
        ("y ~ a + $b", r"'\$b' in"),
        ("y ~ a^b", r"'a\^b'"),
        ("y ~ (a + b", "'its end'"),
    ],
)
def test_a_form_that_is_not_understood_is_refused(text, message):
    with pytest.raises(DataError, match=message):
        parse_formula(text)


def test_columns_carry_the_names_of_r_and_treatment_contrasts():
    matrix = model_matrix(parse_formula("y ~ base + site"), TABLE)
    assert matrix.names == ("(Intercept)", "base", "siteb", "sitec")
    assert_array_equal(matrix.term_of_column, [0, 1, 2, 2])
    assert_array_equal(matrix.values[:, 0], np.ones(6))
    assert_array_equal(matrix.values[:, 1], TABLE["base"].to_numpy())
    assert_array_equal(matrix.values[:, 2], [0, 0, 1, 0, 0, 1])
    assert_array_equal(matrix.values[:, 3], [1, 0, 0, 1, 0, 0])


def test_in_an_interaction_the_first_variable_runs_fastest():
    matrix = model_matrix(parse_formula("y ~ site*visit"), TABLE, as_factors=("visit",))
    assert matrix.names[5:] == ("siteb:visit2", "sitec:visit2", "siteb:visit3", "sitec:visit3")
    assert_array_equal(matrix.values[:, 7], [0, 0, 1, 0, 0, 1])


def test_sum_contrasts_give_the_last_level_minus_one():
    matrix = model_matrix(parse_formula("y ~ site"), TABLE, coding="sum")
    assert matrix.names == ("(Intercept)", "site1", "site2")
    assert_array_equal(matrix.values[:, 1], [-1, 1, 0, -1, 1, 0])
    assert_array_equal(matrix.values[:, 2], [-1, 0, 1, -1, 0, 1])


def test_a_factor_without_its_margin_is_coded_in_full():
    matrix = model_matrix(parse_formula("y ~ site - 1"), TABLE)
    assert matrix.names == ("sitea", "siteb", "sitec")
    nested = model_matrix(parse_formula("y ~ base + site:base"), TABLE)
    # R: colnames(model.matrix(y ~ base + site:base)), in the order of first mention
    assert nested.names == ("(Intercept)", "base", "base:siteb", "base:sitec")
    cells = model_matrix(parse_formula("y ~ site:base"), TABLE)
    assert cells.names == ("(Intercept)", "sitea:base", "siteb:base", "sitec:base")


def test_a_missing_level_leaves_its_row_nan():
    matrix = model_matrix(parse_formula("y ~ sex"), TABLE)
    assert_array_equal(matrix.values[:, 1], [0, 1, 0, 1, 0, np.nan])


def test_levels_are_alphabetical_and_numbers_are_levels_only_when_told():
    assert factor_levels(TABLE, ["site", "visit"]) == {"site": ("a", "b", "c")}
    assert factor_levels(TABLE, ["visit"], as_factors=["visit"]) == {"visit": (1, 2, 3)}


def test_unknown_variables_are_named_together():
    with pytest.raises(DataError, match=r"'sitte'.*did you mean 'site'") as caught:
        model_matrix(parse_formula("y ~ sitte + armm"), TABLE)
    assert len(caught.value.faults) == 2
