from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.format import (
    FIGURE_SPACE,
    MINUS,
    PILOT_P_VALUE,
    amount,
    count,
    decimals_of,
    fixed,
    integer_width,
    p_value,
    padding,
    percent,
    plain,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (42.65, 1, "42.7"),  # CDISC pilot, duration of disease under placebo, table 14-2.01
        (0.125, 2, "0.13"),
        (2.5, 0, "3"),
        (-2.5, 0, f"{MINUS}3"),
        (1.005, 2, "1.01"),
        (-0.04, 1, "0.0"),
        (-0.0, 2, "0.00"),
        (1e22, 1, "10000000000000000000000.0"),
        (5e-324, 1, "0.0"),
        (math.inf, 1, "∞"),
        (-math.inf, 1, f"{MINUS}∞"),
    ],
)
def test_rounds_half_up_on_the_decimal_value(value, decimals, text):
    assert fixed(value, decimals) == text


def test_refuses_a_number_that_is_none():
    with pytest.raises(ValueError, match="print the state"):
        fixed(math.nan, 1)


@given(value=FINITE, decimals=st.integers(0, 6))
def test_is_never_further_than_half_a_last_digit(value, decimals):
    text = fixed(value, decimals).replace(MINUS, "-")
    assert abs(Decimal(text) - Decimal(repr(value))) <= Decimal(5).scaleb(-decimals - 1)
    assert not (text.startswith("-") and Decimal(text) == 0)
    assert len(text.partition(".")[2]) == decimals


@given(value=FINITE, decimals=st.integers(0, 4))
def test_prints_a_number_and_its_negative_alike(value, decimals):
    assert fixed(-value, decimals).lstrip(MINUS) == fixed(value, decimals).lstrip(MINUS)


@pytest.mark.parametrize(
    ("value", "text", "pilot"),
    [
        (0.2326, "0.23", "0.2326"),
        (0.0489, "0.049", "0.0489"),
        (0.001, "0.001", "0.0010"),
        (0.00099, "<0.001", "0.0010"),
        (0.0000999, "<0.001", "<.0001"),
        (0.9999, ">0.99", ">.99"),
        (0.99, "0.99", "0.9900"),
        (1.0, ">0.99", ">.99"),
        (0.0, "<0.001", "<.0001"),
    ],
)
def test_prints_p_values_in_the_house_and_in_the_pilot_style(value, text, pilot):
    assert p_value(value) == text
    assert p_value(value, PILOT_P_VALUE) == pilot


def test_takes_decimals_from_the_collected_precision():
    assert decimals_of("mean", 0) == 1
    assert decimals_of("sd", 0) == 2
    assert decimals_of("standard_error", 1) == 3
    assert decimals_of("max", 1) == 1
    assert decimals_of("percent", 3) == 1


def test_prints_counts_percentages_and_numbers_of_the_plan():
    assert count(86.0) == "86"
    assert count(0.0) == "0"
    assert count(20.45) == "20.5"
    assert percent(33.333333) == "33.3"
    assert plain(54.0) == "54"
    assert plain(0.05) == "0.05"
    assert plain(100.0) == "100"


def test_pads_so_that_decimal_points_stand_under_each_other():
    texts = ["9.5", "123.25", f"{MINUS}1.0", "<0.001", "not a number", "7 (3.4%)"]
    padded = [before + text for before, text in zip(padding(texts), texts, strict=True)]
    numbers = [text for text in padded if text != "not a number"]
    assert {
        integer_width(text.lstrip(FIGURE_SPACE)) + text.count(FIGURE_SPACE) for text in numbers
    } == {3}
    assert padded[4] == "not a number"


@given(st.lists(FINITE.map(lambda value: fixed(value, 1)), min_size=1, max_size=8))
def test_padded_numbers_share_the_place_of_the_point(texts):
    places = {
        len(before + text.partition(".")[0])
        for before, text in zip(padding(texts), texts, strict=True)
    }
    assert len(places) == 1


@pytest.mark.parametrize(
    ("value", "text"), [(81.0, "81"), (0.8, "0.8"), (1e6, "1 × 10⁶"), (2.5e8, "2.5 × 10⁸")]
)
def test_writes_doses_by_the_million_as_powers(value, text):
    assert amount(value) == text
