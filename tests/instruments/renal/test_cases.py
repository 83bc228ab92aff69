"""Every worked case of renal.json."""

from operator import attrgetter

import pytest

from equipoise.qualification.instruments.renal import FUNCTIONS
from support.instruments import check_instrument, instrument_cases


@pytest.mark.parametrize("case", instrument_cases("renal"), ids=attrgetter("id"))
def test_case(case):
    check_instrument(case, FUNCTIONS)
