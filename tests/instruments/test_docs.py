"""The pages of the instruments: examples run, and every item and parameter is told."""

import doctest
from pathlib import Path

import pytest

from equipoise.instruments import bilag2004, sledai

PAGES = Path(__file__).parents[2] / "docs" / "instruments"


@pytest.mark.parametrize(
    ("page", "instruments"),
    [("sledai.md", sledai.INSTRUMENTS), ("bilag2004.md", bilag2004.INSTRUMENTS)],
)
class TestPage:
    def test_the_worked_examples_come_out(self, page, instruments):
        assert instruments
        found = doctest.testfile(str(PAGES / page), module_relative=False)
        assert found.attempted > 5
        assert found.failed == 0

    def test_every_instrument_item_and_parameter_is_told(self, page, instruments):
        text = (PAGES / page).read_text(encoding="utf-8")
        for instrument in instruments:
            assert f"`{instrument.id}`" in text
            for name in instrument.parameters:
                assert f"`{name}`" in text or f"`{name}=" in text, name
        for item in instruments[0].form.items:
            assert f"`{item.name}`" in text
            assert item.definition in text or page == "bilag2004.md", item.name
