"""Names that captured tables, expressions and results need for themselves."""

import pytest

from equipoise.errors import ProtocolError
from support.small import small_protocol

OWN = "has a meaning of its own"
COLUMN = "is a column of the {}s that has its own use"


def with_variable(folder, name, level):
    variable = f"  {name}: {{label: A variable, level: {level}, kind: yes_no}}\n"
    return small_protocol(folder, ("variables:\n", f"variables:\n{variable}"))


@pytest.mark.parametrize(
    ("name", "level", "message"),
    [
        ("subject", "subject", COLUMN.format("subject")),
        ("row", "subject", COLUMN.format("subject")),
        ("arm", "subject", OWN),
        ("randomised", "subject", OWN),
        ("subject", "event", COLUMN.format("event")),
        ("start", "event", COLUMN.format("event")),
        ("end", "event", COLUMN.format("event")),
        ("start_day", "event", COLUMN.format("event")),
        ("end_day", "event", COLUMN.format("event")),
        ("row", "event", COLUMN.format("event")),
        ("in_safety", "subject", "begin with in_ stand for analysis sets"),
        ("in_all", "event", "begin with in_ stand for analysis sets"),
        ("Total", "subject", OWN),
        ("known", "subject", OWN),
        ("lambda", "subject", OWN),
        ("day", "event", OWN),
        ("grade", "subject", "subject of 'grade', which every trial has; wanted level: event"),
    ],
)
def test_a_name_with_another_use_is_a_fault(tmp_path, name, level, message):
    with pytest.raises(ProtocolError, match=message):
        with_variable(tmp_path, name, level)


@pytest.mark.parametrize(
    ("name", "level"), [("site", "subject"), ("serious", "event"), ("inside", "subject")]
)
def test_a_variable_may_give_codes_to_what_every_trial_has(tmp_path, name, level):
    assert with_variable(tmp_path, name, level).variables[name].level == level


def test_no_arm_has_the_name_of_all_arms_together(tmp_path):
    with pytest.raises(ProtocolError, match=r":7 arms.Total: an arm named 'Total'"):
        small_protocol(tmp_path, ("  cells: {label", "  Total: {label"))


def test_only_the_baseline_visit_is_named_baseline(tmp_path):
    with pytest.raises(ProtocolError, match="expressions call W0 so"):
        small_protocol(
            tmp_path, ("    W4: {label", "    baseline: {label"), ("[W0, W4, W12", "[W0, W12")
        )
