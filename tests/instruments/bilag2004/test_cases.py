"""Every worked case of the BILAG-2004."""

from operator import attrgetter

import pytest

from equipoise.qualification.instruments.bilag2004 import FUNCTIONS
from support.instruments import check_instrument, instrument_cases


@pytest.mark.parametrize("case", instrument_cases("bilag2004"), ids=attrgetter("id"))
def test_case(case):
    check_instrument(case, FUNCTIONS)
