"""Columns of a table: codes, and the letters that may stand for them."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.bilag2004.grades import grade_column
from equipoise.instruments.columns import Column, flag, read_column

GRADE = grade_column("grade_renal", "grade")


@pytest.mark.parametrize(
    "cells",
    [
        ["A", "C", None, "E"],
        np.array(["A", "C", None, "E"], dtype=object),
        [4, 2, np.nan, 0],
        ["A", 2, None, 0.0],
    ],
)
def test_grades_are_letters_or_codes(cells):
    assert_array_equal(read_column(GRADE, cells), [4, 2, np.nan, 0])


def test_letters_keep_their_shape():
    assert_array_equal(read_column(GRADE, np.array([["A", "B"], ["D", "E"]])), [[4, 3], [1, 0]])
    assert read_column(GRADE, "B") == 3


@pytest.mark.parametrize("cell", ["F", "a", "AB", ""])
def test_another_letter_is_refused(cell):
    with pytest.raises(DataError, match="grade_renal"):
        read_column(GRADE, ["A", cell])


def test_a_column_without_letters_takes_none():
    with pytest.raises(DataError, match="rash"):
        read_column(flag("rash", "rash"), ["A"])


def test_a_response_reads_the_letters_that_bilag_2004_writes():
    sri = find_instrument("sri")
    table = {column.name: 0.0 for column in sri.inputs} | {"sledai_baseline": 8.0}
    letters = {"grade_renal": ["A", "B", "C"], "baseline_grade_renal": "B"}
    codes = {"grade_renal": [4, 3, 2], "baseline_grade_renal": 3}
    assert_array_equal(sri.score(table | letters)["limb_bilag"], [0, 1, 1])
    assert_array_equal(sri.score(table | codes)["limb_bilag"], [0, 1, 1])


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (flag("rash", "rash"), "0, 1"),
        (GRADE, "E, D, C, B, A, 0, 1, 2, 3, 4"),
        (
            Column(name="n", meaning="", codes=tuple(map(float, range(100)))),
            "whole numbers 0 to 99",
        ),
        (Column(name="sex", meaning="", words=("F", "M")), "F, M"),
        (Column(name="age", meaning="", lowest=0, highest=130), "0 to 130"),
        (Column(name="dose", meaning="", lowest=0), "0 or more"),
        (Column(name="change", meaning=""), "a number"),
        (Column(name="missing", meaning="", is_text=True), "text"),
    ],
)
def test_what_a_column_may_hold_is_told(column, told):
    assert column.values == told
