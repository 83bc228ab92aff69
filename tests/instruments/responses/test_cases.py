"""Every worked case of responses.json."""

from operator import attrgetter

import pytest

from equipoise.qualification.instruments.responses import FUNCTIONS
from support.instruments import check_instrument, instrument_cases


@pytest.mark.parametrize("case", instrument_cases("responses"), ids=attrgetter("id"))
def test_case(case):
    check_instrument(case, FUNCTIONS)
