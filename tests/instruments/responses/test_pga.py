"""Global assessment: any line on the scale from 0 to 3."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.responses import pga_0_to_3


@pytest.mark.parametrize(
    ("reading", "length", "expected"),
    [(40, 100, 1.2), (4, 10, 1.2), (1.2, 3, 1.2), (0, 8, 0), (8, 8, 3)],
)
def test_lines_in_use(reading, length, expected):
    assert_allclose(pga_0_to_3(reading=reading, line_length=length), expected, rtol=1e-12)


@given(st.floats(0, 1), st.floats(0.1, 200))
def test_only_the_share_of_the_line_matters(share, length):
    assert_allclose(pga_0_to_3(reading=share * length, line_length=length), 3 * share, atol=1e-9)


def test_unknown_and_a_line_without_length():
    assert np.isnan(pga_0_to_3(reading=[np.nan, 0], line_length=[10, 0])).all()


def test_a_reading_beyond_the_line_is_refused():
    with pytest.raises(DataError, match="reading: 40; wanted 0 to the length of the line"):
        pga_0_to_3(reading=[4, 40], line_length=10)
    with pytest.raises(DataError, match="reading: 101"):
        find_instrument("pga").score({"reading": [101]})
    answer = find_instrument("pga").score({"reading": [8]}, parameters={"line_length": 8})
    assert answer["pga"] == 3
