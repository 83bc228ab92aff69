"""Rates of events as a protocol names them: against R `poisson.test`, and what counts as time."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ProtocolError
from equipoise.stats import State
from equipoise.units import DAYS_PER_YEAR
from support.counted import analysed, assert_batch_is_its_trials, counted_cohort, counted_protocol
from support.reference import cases

EXPECTED = {case.id: case for case in cases("rate")}
CONTRAST = "cells - control"


def values_of(results):
    return lambda **keys: float(results.values(**keys)[0])


@pytest.mark.parametrize(
    "name",
    ["rate_ratio_3_11.5_4_6.1_95", "rate_ratio_11_84.2_22_79.9_90", "rate_ratio_5_20_0_19.5_95"],
)
def test_rates_and_their_ratio_are_those_of_r(tmp_path, name):
    case = EXPECTED[name]
    given = case.inputs
    protocol = counted_protocol(
        tmp_path, f"one: method: event_rate, endpoint: event, per: 10, level: {given['conf']}"
    )
    # five subjects of each arm share its time; the first of them has all its events
    years = np.repeat([given["time0"] / 5, given["time1"] / 5], 5)
    events = [(0, 5, 1.0)] * given["events1"] + [(0, 0, 1.0)] * given["events0"]
    cohort = counted_cohort(
        protocol, arm=np.repeat([0.0, 1.0], 5), last_day=years * DAYS_PER_YEAR, events=events
    )
    value = values_of(analysed(protocol, cohort))
    ratio = {"group": CONTRAST, "variable": "rate_ratio"}
    expected = case.expected
    if given["events0"]:
        assert value(**ratio, statistic="estimate") == pytest.approx(expected["estimate"], rel=1e-9)
        assert value(**ratio, statistic="ci_high") == pytest.approx(expected["ci"][1], rel=1e-9)
    else:
        rows = {row.key.statistic: row for row in analysed(protocol, cohort).rows
                if row.key.variable == "rate_ratio"}  # fmt: skip
        states = [rows[name].state[0] for name in ("estimate", "ci_low", "ci_high")]
        assert states == [State.INFINITE, State.ESTIMATED, State.INFINITE]
    assert value(**ratio, statistic="ci_low") == pytest.approx(expected["ci"][0], rel=1e-9)
    assert value(**ratio, statistic="p_value") == pytest.approx(expected["p_two_sided"], rel=1e-9)
    rate = {"group": "cells", "variable": "rate"}
    assert value(**rate, statistic="person_years") == pytest.approx(given["time1"])
    assert value(**rate, statistic="estimate") == pytest.approx(
        10 * given["events1"] / given["time1"]
    )
    assert value(**rate, statistic="subjects") == min(1, given["events1"])


def test_which_events_and_which_days_count(tmp_path):
    protocol = counted_protocol(
        tmp_path,
        "all: method: event_rate, endpoint: event",
        "first: method: event_rate, endpoint: event, count: first",
        "late: method: event_rate, endpoint: event, origin: '30', censor: 'lowest(last_contact_day, 100)'",
        "time: method: event_rate, endpoint: first, count: first",
    )
    # control: events on days 10, 50 and 120 of one subject, none of another, both seen 168 days
    cohort = counted_cohort(
        protocol, arm=np.array([0.0, 0.0, 1.0, 1.0]), last_day=np.array([168.0, 168.0, 168.0, 20.0]),
        events=[(0, 0, 10.0), (0, 0, 50.0), (0, 0, 120.0), (0, 2, 160.0)],
    )  # fmt: skip
    value = values_of(analysed(protocol, cohort))
    wanted = {
        ("all", "control"): (3, 336),
        ("first", "control"): (1, 178),
        ("late", "control"): (1, 140),
        ("time", "control"): (1, 178),
        ("all", "cells"): (1, 188),
        ("late", "cells"): (0, 70),  # who left on day 20 is never seen from day 30 on
    }
    for (analysis, group), (events, days) in wanted.items():
        keys = {"analysis": analysis, "group": group, "variable": "rate"}
        assert value(**keys, statistic="events") == events, analysis
        got = value(**keys, statistic="person_years") * DAYS_PER_YEAR
        assert got == pytest.approx(days), analysis


def test_a_batch_equals_its_trials_even_with_an_empty_arm(tmp_path):
    protocol = counted_protocol(
        tmp_path,
        "one: method: event_rate, endpoint: event, count: first",
        "two: method: event_rate, endpoint: event",
    )
    rng = np.random.default_rng(4)
    arm = rng.integers(0, 2, (4, 18)).astype(float)
    arm[2] = 0
    arm[3, 9:] = -1
    where = np.argwhere((rng.random(arm.shape) < 0.4) & (arm >= 0))
    events = [(int(t), int(s), float(rng.integers(1, 160))) for t, s in where for _ in range(2)]
    cohort = counted_cohort(protocol, arm=arm, events=events)
    assert_batch_is_its_trials(protocol, cohort)
    results = analysed(protocol, cohort)
    keys = {"analysis": "two", "statistic": "estimate"}
    row = next(row for row in results.rows
               if all(getattr(row.key, k) == v for k, v in keys.items()) and row.key.group == "cells")  # fmt: skip
    assert row.state[2] == State.NOT_ESTIMABLE


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("endpoint: response", r"event_rate of a response endpoint"),
        ("endpoint: first", r"all events of a time to the first; wanted count: first"),
        ("endpoint: first, count: first, origin: '3'", r"origin beside a time to an event"),
        ("endpoint: event, origin: nowhere", r"unknown name 'nowhere'"),
        ("endpoint: event, per: 0", r"per"),
        ("endpoint: event, alternative: greater", r"greater for event_rate"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(tmp_path, fields, message):
    with pytest.raises(ProtocolError, match=message) as caught:
        counted_protocol(tmp_path, f"one: method: event_rate, {fields}")
    assert "protocol.yaml:" in str(caught.value)
