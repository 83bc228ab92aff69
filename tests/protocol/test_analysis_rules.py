"""Rules of analyses: what is planned can be done, or is a fault that says what would do."""

import re

import pytest

from equipoise.errors import ProtocolError
from support.small import small_protocol

PRIMARY = (
    "  primary: {title: Remission, method: proportion, role: primary, estimand: remission_24}\n"
)


def planned(folder, analysis, *changes):
    """Load the small trial with one more analysis."""
    more = f"{PRIMARY}  more: {{title: More, analysis_set: all, {analysis}}}\n"
    return small_protocol(folder, (PRIMARY, more), *changes).analyses["more"]


def refused(folder, analysis, message, *changes):
    with pytest.raises(ProtocolError) as caught:
        planned(folder, analysis, *changes)
    assert re.search(message, str(caught.value)), str(caught.value)
    assert "analyses.more" in str(caught.value)


RACE = ("variables:\n", "variables:\n  race: {label: Race, kind: category}\n"
        "  age_group: {label: Age group, kind: category, codes: ['<65', '>=65'], "
        "derive: \"'<65' if age < 65 else '>=65'\"}\n")  # fmt: skip


@pytest.mark.parametrize(
    ("group", "pair"),
    [
        ("race", ["WHITE", "BLACK OR AFRICAN AMERICAN"]),
        ("age_group", ["<65", ">=65"]),
        ("treated", ["yes", "no"]),
        ("arm", ["cells", "control"]),
    ],
)
def test_contrasts_name_levels_of_any_category(tmp_path, group, pair):
    texts = ", ".join(f'"{one}"' for one in pair)
    analysis = planned(
        tmp_path,
        f"method: t_test, endpoint: albumin_change, group: {group}, contrasts: [[{texts}]]",
        RACE,
    )
    assert analysis.contrasts == (tuple(pair),)


@pytest.mark.parametrize(
    ("group", "pair", "message"),
    [
        (
            "age_group",
            '"<65", ">65"',
            "unknown group '>65'; wanted one of <65, >=65; did you mean '>=65'",
        ),
        ("treated", "treated, not", "unknown group 'treated'; wanted one of no, yes"),
        ("arm", "cells, placebo", "unknown group 'placebo'; wanted one of control, cells"),
        ("race", "WHITE, WHITE", "WHITE against itself"),
    ],
)
def test_a_contrast_of_levels_that_are_known_not_to_be_is_a_fault(tmp_path, group, pair, message):
    text = f"method: t_test, endpoint: albumin_change, group: {group}, contrasts: [[{pair}]]"
    refused(tmp_path, text, message, RACE)


def test_events_and_subjects_of_adverse_events_are_chosen_apart(tmp_path):
    analysis = planned(
        tmp_path, "method: adverse_events, events: serious and age > 20, where: age > 18"
    )
    assert (analysis.events, analysis.where) == ("serious and age > 20", "age > 18")


@pytest.mark.parametrize(
    ("analysis", "message"),
    [
        ("method: adverse_events, where: serious", r"more.where: 'serious' has a value for each event; wanted one for each subject"),
        ("method: adverse_events, events: protein > 3", r"more.events: 'protein > 3' has a value for each visit"),
        ("method: adverse_events, events: grade", r"more.events: 'grade' is a number; wanted a condition"),
        ("method: describe, variables: [age], events: serious", r"unknown field 'events'"),
    ],
)  # fmt: skip
def test_conditions_on_events_stand_in_events(tmp_path, analysis, message):
    refused(tmp_path, analysis, message)
