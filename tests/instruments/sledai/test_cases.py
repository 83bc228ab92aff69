"""Every worked case of the SLEDAI family."""

from operator import attrgetter

import pytest

from equipoise.qualification.instruments.sledai import FUNCTIONS
from support.instruments import check_instrument, instrument_cases


@pytest.mark.parametrize("case", instrument_cases("sledai"), ids=attrgetter("id"))
def test_case(case):
    check_instrument(case, FUNCTIONS)
