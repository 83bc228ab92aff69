"""Curves of the reference through a protocol: reconstructed, compared with the true data."""

import math

import pytest
from numpy.testing import assert_allclose

from equipoise.errors import ProtocolError
from equipoise.qualification.adapter import Given
from equipoise.qualification.closeness import closeness
from equipoise.qualification.compare import differences
from support.curves import arms_field, points_text, with_curve
from support.reference import cases
from support.studies import made, numbers

CASES = {case.id: case for case in cases("km_reconstruction")}
COMPARED = "contrast: [arm1, arm0], compare: [cox, logrank, restricted_mean], horizon: 365"
SMALL = """\
arm,time,survival,at_risk
a,0,1,4
a,10,0.75,
a,20,,2
a,30,0.375,
b,0,1,4
b,15,0.5,
b,20,,2
b,40,0,
"""
PLAIN = "method: digitised_points, arms: {a: {label: Cells}, b: {label: Control, events: 4}}"


def of_case(folder, case, more=COMPARED):
    given = Given(case.inputs, case.folder)
    arms = {name: given[name] for name in ("arm0", "arm1")}
    exact = "exact" in given["digitisation"]
    method = "exact_steps, precision: 1.0e-9" if exact else "digitised_points"
    events = arms_field({name: int(arm["total_events"]) for name, arm in arms.items()})
    return made(with_curve(folder, points_text(arms), f"method: {method}, {events}, {more}"))[1]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_reconstructed_arms_give_what_the_true_data_give(tmp_path, case):
    found = of_case(tmp_path, case)
    ratio = numbers(found, variable="log_hazard_ratio", group="arm1 - arm0")
    medians = [numbers(found, variable="median", group=arm)["estimate"] for arm in ("arm0", "arm1")]
    actual = {
        "truth": {
            "log_hr": ratio["estimate"],
            "se": ratio["standard_error"],
            "logrank_chisq": numbers(found, variable="logrank", group="arm1 - arm0")["statistic"],
            "median0": medians[0],
            "median1": medians[1],
        }
    }
    assert not list(differences(case.expected, actual, close=closeness(case)))


@pytest.fixture(scope="module")
def veteran(tmp_path_factory):
    return of_case(tmp_path_factory.mktemp("veteran"), CASES["recon_veteran_exact"])


def test_every_row_of_a_reconstruction_says_so(veteran):
    assert all("reconstructed" in message for message in veteran.results["message"])
    (said,) = veteran.statements
    assert said.kind == "caution"
    assert said.title == "Survival, reconstructed"
    assert "These are reconstructed data, not those of the participants" in said.text
    assert "(Guyot and others 2012)" in said.text


def test_numbers_at_risk_are_those_printed(veteran):
    frame = veteran.results.filter(veteran.results["variable"] == "at_risk")
    assert set(frame["group"]) == {"arm0", "arm1"}
    printed = frame.filter(frame["statistic"] == "printed")["value"].to_list()
    assert frame.filter(frame["statistic"] == "at_risk")["value"].to_list() == printed
    met = [numbers(veteran, variable="reconstructed", group=arm)["agrees"] for arm in ("arm0", "arm1")]  # fmt: skip
    assert met == [1, 1]


def test_the_curve_passes_through_the_points_by_hand(tmp_path):
    """4 at risk: 1 event at 10 leaves 3/4, 1 is censored before 20, 1 of 2 at 30 leaves 3/8."""
    found = made(with_curve(tmp_path, SMALL, PLAIN))[1]
    arm = numbers(found, variable="reconstructed", group="a")
    assert (arm["n"], arm["events"], arm["agrees"]) == (4, 2, 1)
    assert numbers(found, variable="step", group="a", by="time=10")["survival"] == 0.75
    assert numbers(found, variable="step", group="a", by="time=30")["survival"] == 0.375
    assert numbers(found, variable="median", group="a")["estimate"] == 30
    assert_allclose(numbers(found, variable="median", group="b")["estimate"], 27.5)
    assert "logrank" not in set(found.results["variable"])


def test_swapped_arms_turn_the_comparison(tmp_path):
    both = "contrast: [{}], compare: [cox, logrank, restricted_mean], horizon: 25"
    one, other = (
        made(with_curve(tmp_path, SMALL, f"{PLAIN}, {both.format(order)}"))[1]
        for order in ("a, b", "b, a")
    )
    ratio, turned = (
        numbers(found, variable="hazard_ratio", group=group)["estimate"]
        for found, group in ((one, "a - b"), (other, "b - a"))
    )
    assert math.isclose(ratio * turned, 1, rel_tol=1e-9)
    gain, loss = (
        numbers(found, variable="difference", group=group)["estimate"]
        for found, group in ((one, "a - b"), (other, "b - a"))
    )
    assert math.isclose(gain, -loss, rel_tol=1e-9)
    tests = [
        numbers(found, variable="logrank", group=group)["p_value"]
        for found, group in ((one, "a - b"), (other, "b - a"))
    ]
    assert_allclose(tests[0], tests[1], rtol=1e-12)


def test_events_that_cannot_be_met_are_said(tmp_path):
    plan = PLAIN.replace("label: Cells", "label: Cells, events: 4")
    found = made(with_curve(tmp_path, SMALL, plan))[1]
    arm = numbers(found, variable="reconstructed", group="a")
    assert arm["agrees"] == 0
    assert "could not all be met (2 events reconstructed of 4 printed events)" in (
        found.statements[0].text
    )


def test_a_median_that_is_not_reached_is_a_state(tmp_path):
    text = "arm,time,survival,at_risk\na,0,1,10\na,10,0.9,\n"
    plan = "method: digitised_points, arms: {a: {label: Cells}}"
    found = made(with_curve(tmp_path, text, plan))[1]
    is_median = (found.results["variable"] == "median") & (found.results["statistic"] == "estimate")
    assert found.results.filter(is_median)["state"].to_list() == ["not estimable"]
    assert "the reconstructed median is not reached" in found.statements[0].text


def faults(folder, text, fields=PLAIN):
    with pytest.raises(ProtocolError) as error:
        made(with_curve(folder, text, fields))
    return [str(fault) for fault in error.value.faults]


def test_hostile_points_have_all_their_faults_at_once_with_rows(tmp_path):
    text = (
        "arm,time,survival,at_risk\na,0,1.5,\n,1,0.5,\na,,0.5,\na,soon,0.5,\na,5,,\n"
        "a,6,,2.5\na,7,-1,\n"
    )
    assert faults(tmp_path, text) == [
        "points.csv, row 2, survival: '1.5'; wanted a number from 0 to 1",
        "points.csv, row 3, arm: nothing; wanted text",
        "points.csv, row 4, time: nothing; wanted a time",
        "points.csv, row 5, time: 'soon'; wanted a number from 0 up",
        "points.csv, row 6, survival: nothing; wanted a survival, or a number at risk",
        "points.csv, row 7, at_risk: '2.5'; wanted a whole number from 0 up",
        "points.csv, row 8, survival: '-1'; wanted a number from 0 to 1",
    ]


def test_faults_between_curve_and_points_have_the_line_of_the_curve(tmp_path):
    text = "arm,time,survival,at_risk\na,5,0.5,4\na,9,0.4,6\nc,0,1,3\n"
    plan = "method: digitised_points, arms: {a: {label: A, events: 5}, b: {label: B}}"
    found = faults(tmp_path, text, plan)
    assert all("protocol.yaml:" in one for one in found)
    assert [one.split(" ", 1)[1] for one in found] == [
        "curves.one.arms.a: points.csv: numbers at risk at 5, 9; wanted rising times that start "
        "at 0",
        "curves.one.arms.a: points.csv: numbers at risk 4, 6; wanted numbers that do not rise",
        "curves.one.arms.a.events: 5 events of 4 at risk; wanted no more than were at risk",
        "curves.one.arms.b: points.csv has no arm 'b'; wanted one of a, c",
    ]
