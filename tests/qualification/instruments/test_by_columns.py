"""Cases that name an instrument and its columns."""

from pathlib import Path

import pytest

from equipoise.errors import DataError
from equipoise.instruments import INSTRUMENTS
from equipoise.qualification.adapter import Given
from equipoise.qualification.instruments.by_columns import adapter_of

JOINTS = {"swollen": 4, "swollen_baseline": 8, "tender": [5, 6], "tender_baseline": 10}


def test_an_instrument_is_asked_for_its_columns_and_parameters():
    given = Given(JOINTS, Path())
    answer = adapter_of("joint_response")
    assert answer(given)["responder"].tolist() == [1, 0]
    assert given.read == set(JOINTS)
    lenient = answer(Given(JOINTS | {"least_fall": 0.4}, Path()))
    assert lenient["responder"].tolist() == [1, 1]


def test_a_column_that_it_does_not_have_is_refused():
    with pytest.raises(DataError, match="column 'swolen'"):
        adapter_of("joint_response")(Given({"swolen": 1}, Path()))


def test_every_instrument_can_be_named_and_nothing_else():
    assert all(adapter_of(name) for name in INSTRUMENTS)
    assert adapter_of("joint_respons") is None
