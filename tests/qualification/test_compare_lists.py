"""A list of results is compared with what an answer by name gives under ``each``."""

from __future__ import annotations

import math

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
