"""What instruments refuse at the door, and how they say it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments.checks import (
    check_choice,
    check_items,
    check_names,
    common_shape,
    name_true,
    read_numbers,
)
from equipoise.instruments.columns import Column, read_column
from equipoise.instruments.form import Item

ITEMS = (
    Item("rash", weight=2),
    Item("pyrexia", codes=(0, 1, 2, 3, 4)),
    Item("platelets", codes=(), highest=2000, unit="10^9/L"),
    Item("gap", codes=(0, 2, 7)),
)


def test_what_fits_passes_and_unknown_passes():
    values = np.array([[1, 4, 150.5, 7], [np.nan, np.nan, np.nan, np.nan]])
    assert check_items(values, ITEMS) is values


def test_booleans_and_none_are_read():
    assert_array_equal(check_items([True, None], ITEMS[:1] * 2), [1, np.nan])


def test_every_wrong_item_is_named_with_value_count_and_what_is_allowed():
    values = [[2, 5, -1, 3], [2, 0, 5000, 0], [0.5, 1.5, 1, 2]]
    with pytest.raises(DataError) as caught:
        check_items(values, ITEMS)
    assert [str(fault) for fault in caught.value.faults] == [
        "rash: 2 and 2 more; wanted 0, 1 or NaN",
        "pyrexia: 5 and 1 more; wanted 0, 1, 2, 3, 4 or NaN",
        "platelets: -1 and 1 more; wanted 0 to 2000 or NaN",
        "gap: 3; wanted 0, 2, 7 or NaN",
    ]


def test_infinity_is_no_measurement():
    with pytest.raises(DataError, match="platelets: inf; wanted 0 to 2000 or NaN"):
        check_items([np.inf], ITEMS[2:3])
    with pytest.raises(DataError, match="open: -inf"):
        check_items([-np.inf], [Item("open", codes=(), lowest=-np.inf)])


def test_codes_of_the_caller_hold_instead():
    with pytest.raises(DataError, match="pyrexia: 3; wanted 0, 1 or NaN"):
        check_items([1, 3], ITEMS[:2], allowed=(0, 1))


@pytest.mark.parametrize("values", [1.0, [1.0], np.ones((4, 3))])
def test_another_last_axis_is_refused(values):
    with pytest.raises(DataError, match=r"items: shape .*; wanted last axis of 2 items \(rash"):
        check_items(values, ITEMS[:2])


@given(st.integers(0, 2**32 - 1))
def test_the_quick_look_and_the_careful_one_agree(seed):
    rng = np.random.default_rng(seed)
    values = rng.choice(
        [0, 1, 1, 2, 0.5, -1, np.nan], (50, 2), p=[0.4, 0.2, 0.2, 0.1, 0.03, 0.03, 0.04]
    )
    values = values[rng.random(50) < 0.2]
    with np.errstate(invalid="ignore"):
        fits = np.isnan(values) | (values == 0) | (values == 1)
    if fits.all():
        check_items(values, ITEMS[:1] * 2)
    else:
        with pytest.raises(DataError, match="rash"):
            check_items(values, ITEMS[:1] * 2)


def test_words_are_not_numbers():
    with pytest.raises(DataError, match=r"dose: .*lots.*; wanted numbers"):
        read_numbers("dose", ["lots"])


def test_shapes_that_do_not_broadcast_are_named():
    with pytest.raises(DataError, match=r"now \(2,\), before \(3,\); wanted arrays that broadcast"):
        common_shape({"now": np.zeros(2), "before": np.zeros(3)})


def test_a_wrong_choice_is_told_the_nearest():
    assert check_choice("missing", "strict", ("strict", "as_absent")) == "strict"
    with pytest.raises(DataError, match="'strikt'; wanted strict or as_absent; did you mean 'stri"):
        check_choice("missing", "strikt", ("strict", "as_absent"))


def test_unknown_names_are_all_told():
    with pytest.raises(DataError) as caught:
        check_names("form", ["rush", "rash", "fewer"], ("rash", "fever"))
    assert [fault.came for fault in caught.value.faults] == ["'rush'", "'fewer'"]
    assert "did you mean 'fever'?" in str(caught.value)


@pytest.mark.parametrize("width", [1, 3, 8, 24, 64, 65, 97, 130])
def test_names_of_true_columns_are_joined(width):
    rng = np.random.default_rng(width)
    names = [f"n{place}" for place in range(width)]
    mask = rng.random((4, 5, width)) < 0.3
    slow = [
        [[name for name, is_true in zip(names, cell, strict=True) if is_true] for cell in row]
        for row in mask
    ]
    written = name_true(mask, names)
    assert written.shape == (4, 5)
    assert written.tolist() == [["; ".join(cell) for cell in row] for row in slow]


def test_names_of_no_row_and_of_one():
    assert name_true(np.zeros((0, 3), dtype=bool), "abc").shape == (0,)
    assert name_true(np.array([True, False, True]), "abc").item() == "a; c"


def test_a_text_column_reads_blank_nan_and_none_as_unknown():
    column = Column(name="grade", meaning="", words=("A", "B"))
    assert read_column(column, ["A", "", None, float("nan"), "B"]).tolist() == [
        "A",
        None,
        None,
        None,
        "B",
    ]
    with pytest.raises(DataError, match="grade: 'C'; wanted A or B"):
        read_column(column, ["A", "C"])
