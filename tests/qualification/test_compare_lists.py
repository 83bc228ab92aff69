"""A list of results is compared with what an answer by name gives under ``each``."""

from __future__ import annotations

import math

import pytest

from equipoise.qualification.compare import differences


def close(_path, expected, actual):
    return math.isclose(expected, actual, rel_tol=1e-9)


def test_a_list_is_found_under_each():
    answer = {"each": [{"p": 1.0}, {"p": 2.0}], "p": [1.0, 2.0]}
    assert not list(differences([{"p": 1.0}, {"p": 2.0}], answer, close=close))
    assert not list(differences({"p": [1.0, 2.0]}, answer, close=close))
    found = list(differences([{"p": 1.0}, {"p": 3.0}], answer, close=close))
    assert [difference.path for difference in found] == ["[1].p"]


def test_a_list_without_each_differs():
    assert list(differences([1.0, 2.0], {"p": 1.0}, close=close))


@pytest.mark.parametrize(
    ("actual", "number"), [([math.nan, math.nan], 0), (math.nan, 0), ([math.nan, 1.0], 1), (2.0, 1)]
)
def test_an_interval_that_a_formula_does_not_give_has_no_limit(actual, number):
    assert len(list(differences("undefined", actual, close=lambda *_: True))) == number
