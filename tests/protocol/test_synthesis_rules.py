"""Syntheses and curves that ask for what nothing can answer, each a fault at its own line."""

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol import load_protocol_file
from support.curves import with_curve
from support.studies import BINARY, pair, table_text, with_synthesis

ODDS = f"method: common_effect, effect: odds_ratio, {BINARY}"
RANDOM = f"method: random_effects, effect: odds_ratio, {BINARY}"
CURVE = "arms: {a: {label: A}, b: {label: B}}"

FAULTS = {
    "an unknown method": (f"method: fixed_effect, {BINARY}", "'fixed_effect'; wanted one of common_effect, random_effects"),
    "an unknown estimator": (f"{RANDOM}, tau2: reml", "one.tau2: 'reml'; wanted one of restricted_likelihood"),
    "an outcome twice": (ODDS.replace("[cure]", "[cure, cure]"), "one.outcomes.1: 'cure' again"),
    "several outcomes": (ODDS.replace("[cure]", "[cure, ever]"), "one.outcomes: 2 outcomes; wanted one, or counted_alike"),
    "a reason for nothing": (f"{ODDS}, counted_alike: they are", "one.counted_alike: counted_alike beside one outcome"),
    "a window around nothing": (ODDS.replace("months: 6, ", "") + ", window: 1", "one.window: a window without months"),
    "a file elsewhere": (f"{ODDS}, studies: ../studies.csv", "one.studies: '../studies.csv'; wanted a CSV file beside"),
    "no CSV": (f"{ODDS}, studies: studies.xlsx", "one.studies: 'studies.xlsx'; wanted a CSV file beside"),
    "taken and left out": (f"{ODDS}, take: {{nanjing: x}}, leave_out: {{x: too small}}", "one.take.nanjing: 'x', which is left out"),
    "one role twice": (f"{ODDS}, control: experimental", "one.control: 'experimental' against itself"),
    "means of counts": (f"{ODDS}, means: changes", "one.means: odds_ratio with means"),
    "no means of means": (ODDS.replace("odds_ratio", "standardised_mean_difference"), "one.effect: standardised_mean_difference without means"),
    "no unit": (ODDS.replace("odds_ratio", "mean_difference, means: changes"), "one.effect: mean_difference without a unit"),
    "a unit of a ratio": (f"{ODDS}, unit: g/day", "one.unit: odds_ratio with a unit"),
    "cells of means": (ODDS.replace("odds_ratio", "mean_difference, unit: g, means: changes, added: 1"), "one.added: added beside means"),
    "an extra twice": (f"{RANDOM}, also: [begg_test, begg_test]", "one.also.1: 'begg_test' again"),
    "an extra of another method": (f"{ODDS}, also: [tau2_interval]", "one.also.0: 'tau2_interval'; wanted one of leave_one_out"),
    "a moderator twice": (f"{RANDOM}, moderators: [year, year]", "one.moderators.1: 'year' again"),
    "degrees of nothing": (f"{RANDOM}, also: [], prediction_df: studies_minus_two", "one.prediction_df: prediction_df without prediction_interval"),
    "a level in percent": (f"{ODDS}, level: 95", "one.level: 95"),
    "an effect of Peto": (f"method: peto, effect: odds_ratio, {BINARY}", "unknown field 'effect'"),
}  # fmt: skip

CURVE_FAULTS = {
    "no method": (CURVE, "no field 'method'"),
    "no arm": ("method: digitised_points, arms: {}", "arms"),
    "an unknown arm": (f"method: digitised_points, {CURVE}, contrast: [a, c], compare: [cox]", "one.contrast.1: unknown arm of the curve 'c'; wanted one of a, b"),
    "an arm twice": (f"method: digitised_points, {CURVE}, contrast: [a, a], compare: [cox]", "one.contrast: 'a' twice"),
    "a contrast for nothing": (f"method: digitised_points, {CURVE}, contrast: [a, b]", "one.contrast: a contrast without compare"),
    "no contrast": (f"method: digitised_points, {CURVE}, compare: [cox]", "one.compare: compare without contrast"),
    "no horizon": (f"method: digitised_points, {CURVE}, contrast: [a, b], compare: [restricted_mean]", "one.compare: no horizon beside compare: restricted_mean"),
    "a horizon for nothing": (f"method: digitised_points, {CURVE}, horizon: 9", "one.horizon: a horizon beside compare: nothing"),
    "a precision of points": (f"method: digitised_points, {CURVE}, precision: 0.01", "one.precision: a precision of digitised_points"),
}  # fmt: skip


def faults(path):
    with pytest.raises(ProtocolError) as error:
        load_protocol_file(path)
    return [str(fault) for fault in error.value.faults]


@pytest.mark.parametrize(("plan", "words"), FAULTS.values(), ids=FAULTS)
def test_a_synthesis_that_cannot_be_is_a_fault_at_its_line(tmp_path, plan, words):
    if "studies:" in plan:
        path = with_synthesis(tmp_path, "", ODDS)
        file = plan.rpartition("studies: ")[2]
        path.write_text(path.read_text("utf-8").replace("studies: studies.csv", f"studies: {file}"))
    else:
        path = with_synthesis(tmp_path, "", plan)
    found = faults(path)
    assert any(words in one for one in found), found
    assert all(one.startswith(f"{path}:") for one in found)


@pytest.mark.parametrize(("plan", "words"), CURVE_FAULTS.values(), ids=CURVE_FAULTS)
def test_a_curve_that_cannot_be_is_a_fault_at_its_line(tmp_path, plan, words):
    path = with_curve(tmp_path, "", plan)
    found = faults(path)
    assert any(words in one for one in found), found
    assert all(one.startswith(f"{path}:") for one in found)


def test_faults_of_several_sections_come_together(tmp_path):
    plan = f"{ODDS}, control: experimental, window: 1, take: {{a: b}}, leave_out: {{b: why}}"
    assert len(faults(with_synthesis(tmp_path, "", plan))) == 2


def test_a_curve_and_a_synthesis_have_names_of_their_own(tmp_path):
    path = with_curve(tmp_path, "", f"method: digitised_points, {CURVE}")
    text = path.read_text("utf-8")
    both = f"synthesis:\n  one: {{label: One, studies: studies.csv, {ODDS}}}\ncurves:\n"
    path.write_text(text.replace("curves:\n", both), encoding="utf-8")
    (fault,) = faults(path)
    assert "curves.one: 'one', the name of a synthesis too; wanted another name" in fault


def test_files_that_a_protocol_names_are_known(tmp_path):
    path = with_synthesis(tmp_path, table_text(pair("a", 1, 5, 2, 5)), ODDS, RANDOM)
    assert load_protocol_file(path).tables == ("studies.csv",)
