"""Every worked case of eligibility.json."""

from operator import attrgetter

import pytest

from equipoise.qualification.instruments.eligibility import FUNCTIONS
from support.instruments import check_instrument, instrument_cases


@pytest.mark.parametrize("case", instrument_cases("eligibility"), ids=attrgetter("id"))
def test_case(case):
    check_instrument(case, FUNCTIONS)
