"""Seriousness, and the days on which a suspected reaction must be reported."""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.safety import as_days, is_serious, susar_due
from equipoise.instruments.safety.reporting import CRITERIA

nan = float("nan")
NAMES = [column.name for column in CRITERIA]
TABLE = find_instrument("susar_due")


def due(**change):
    base = {
        "day0": "2024-02-28",
        "serious": 1,
        "related": 1,
        "unexpected": 1,
        "fatal_or_life_threatening": 1,
    }
    return susar_due(**base | change)


def iso(days):
    return [None if np.isnat(day) else str(day) for day in np.atleast_1d(days)]


@pytest.mark.parametrize("name", NAMES)
def test_any_one_criterion_is_enough(name):
    assert is_serious(**dict.fromkeys(NAMES, 0)) == 0
    assert is_serious(**dict.fromkeys(NAMES, 0) | {name: 1}) == 1
    assert np.isnan(is_serious(**dict.fromkeys(NAMES, 0) | {name: nan}))
    assert is_serious(**dict.fromkeys(NAMES, nan) | {name: 1}) == 1


def test_a_fatal_reaction_over_a_leap_day():
    answer = due()
    assert answer.expedited == 1
    assert iso(answer.first_due) == ["2024-03-06"]
    assert iso(answer.followup_due) == ["2024-03-14"]


def test_another_serious_reaction_has_fifteen_days_and_no_second_report():
    answer = due(fatal_or_life_threatening=0)
    assert iso(answer.first_due) == ["2024-03-14"]
    assert iso(answer.followup_due) == [None]


@pytest.mark.parametrize("flag", ["serious", "related", "unexpected"])
def test_each_part_is_needed(flag):
    answer = due(**{flag: [0, nan]})
    assert_array_equal(answer.expedited, [0, nan])
    assert iso(answer.first_due) == [None, None]
    # what is unknown may still turn out for the worse
    assert iso(answer.earliest_due) == [None, "2024-03-06"]
    assert answer.missing[flag].tolist() == [False, True]


def test_unknown_whether_fatal():
    answer = due(fatal_or_life_threatening=nan)
    assert answer.expedited == 1
    assert iso(answer.first_due) == [None]
    assert iso(answer.earliest_due) == ["2024-03-06"]


def test_a_case_that_turns_fatal_has_seven_days_from_that_knowledge():
    answer = due(fatal_or_life_threatening=0, fatal_known=["2024-02-29", "2024-03-12", "NaT"])
    assert iso(answer.first_due) == ["2024-03-07", "2024-03-14", "2024-03-14"]
    assert iso(answer.followup_due) == ["2024-03-15", "2024-03-27", None]


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.booleans())
def test_against_the_calendar(day0, is_fatal):
    answer = due(day0=day0.isoformat(), fatal_or_life_threatening=float(is_fatal))
    assert answer.first_due.item() == day0 + timedelta(days=7 if is_fatal else 15)
    if is_fatal:
        assert answer.followup_due.item() == day0 + timedelta(days=15)


def test_every_settling_lies_not_before_the_earliest_day():
    for states in product([0.0, 1.0, nan], repeat=4):
        flags = dict(
            zip(
                ("serious", "related", "unexpected", "fatal_or_life_threatening"),
                states,
                strict=True,
            )
        )
        open_ = due(**flags)
        for settled in product(*([0.0, 1.0] if np.isnan(one) else [one] for one in states)):
            closed = due(**dict(zip(flags, settled, strict=True)))
            if not np.isnat(closed.first_due):
                assert open_.earliest_due <= closed.first_due
            if not np.isnan(open_.expedited):
                assert closed.expedited == open_.expedited


def test_days_are_read_from_texts_and_refused_if_they_are_none():
    assert iso(as_days("day0", ["2024-02-28", None, ""])) == ["2024-02-28", None, None]
    assert as_days("day0", np.array(["2024-02-28T13:00"], dtype="datetime64[m]")).dtype == "<M8[D]"
    with pytest.raises(DataError, match="ISO days such as 2024-02-28"):
        due(day0="28/02/2024")
    with pytest.raises(DataError, match="serious: 2"):
        due(serious=2)
    with pytest.raises(DataError, match="broadcast"):
        due(day0=["2024-02-28"] * 2, serious=[1, 1, 1])


class TestTable:
    def test_a_criterion_that_is_true_decides(self):
        answer = TABLE.score(
            {
                "day0": ["2024-02-28"] * 4,
                "serious": [0, None, None, 0],
                "hospitalisation": [1, 1, 0, 0],
                "related": 1,
                "unexpected": 1,
                "fatal_or_life_threatening": 0,
            }
        )
        assert_array_equal(answer["serious"], [1, 1, nan, 0])
        assert answer["first_due"].tolist() == ["2024-03-14", "2024-03-14", None, None]

    def test_death_makes_it_fatal(self):
        answer = TABLE.score({"day0": ["2024-02-28"], "death": 1, "related": 1, "unexpected": 1})
        assert answer["first_due"].tolist() == ["2024-03-06"]
