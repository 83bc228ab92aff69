"""Every worked case of damage_safety.json."""

from operator import attrgetter

import pytest

from equipoise.qualification.instruments.damage_safety import FUNCTIONS
from support.instruments import check_instrument, instrument_cases


@pytest.mark.parametrize("case", instrument_cases("damage_safety"), ids=attrgetter("id"))
def test_case(case):
    check_instrument(case, FUNCTIONS)
