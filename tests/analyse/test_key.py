from __future__ import annotations

from dataclasses import fields, replace

import pytest

from equipoise.analyse.key import Key, by_text, joined, levels_of, result_id

KEY = Key(analysis="main", method="ancova", statistic="mean", group="high", by="visit=W24")


def test_levels_are_read_as_they_were_written():
    levels = {"visit": "W24", "sex": "F"}
    assert by_text(**levels) == "visit=W24; sex=F"
    assert levels_of(by_text(**levels)) == levels
    assert levels_of("") == {}


def test_empty_levels_leave_no_trace():
    assert by_text(visit="", sex="F") == "sex=F"
    assert joined("", "sex=F", "") == "sex=F"
    assert levels_of(joined("sex=F", by_text(visit="W24"))) == {"sex": "F", "visit": "W24"}


@pytest.mark.parametrize("name", [field.name for field in fields(Key)])
def test_every_key_makes_another_result(name):
    assert result_id(replace(KEY, **{name: "other"})) != result_id(KEY)


def test_a_text_that_moves_to_the_next_key_makes_another_result():
    assert result_id(replace(KEY, variable="ab")) != result_id(
        replace(KEY, variable="a", variable_level="b")
    )
