"""Courses through states: what each visit changes, by hand."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.data import cohort_of, read_folder
from equipoise.derive import derive
from support.small import small_folder, small_protocol

STATES = """\
  course:
    label: Course
    type: multistate
    states:
      active: {label: Active}
      remission: {label: Remission, when: protein < 0.5}
      relapse: {label: Relapse, when: protein >= 1, after: [remission]}
      death: {label: Death, day: death_day}
    benefit: neither
  survival: {label: Survival"""
ENDPOINT = ("  survival: {label: Survival", STATES)
VALUES = """subject,visit,date,variable,value,unit,missing_reason
01,W0,2012-03-01,protein,0.3,,
01,W4,2012-03-30,protein,0.4,,
01,W12,2012-05-24,protein,1.2,,
01,W24,2012-08-10,protein,0.2,,
02,W0,2012-03-05,protein,3.0,,
02,W4,2012-04-02,protein,2.0,,
02,W12,2012-05-28,protein,0.7,,
02,W24,2012-08-20,protein,0.4,,
03,W0,2012-04-01,protein,2.0,,
03,W4,2012-04-29,protein,0.4,,
04,W0,2012-04-09,protein,5.0,,
04,W4,2012-05-07,protein,0.1,,
04,W12,2012-07-02,protein,0.7,,
04,W24,2012-09-24,protein,0.9,,
"""


def course(folder, *changes):
    protocol = small_protocol(folder, ENDPOINT, *changes)
    place = small_folder(folder)
    (place / "values.csv").write_text(VALUES, encoding="utf-8")
    derived = derive(protocol, cohort_of(protocol, read_folder(protocol, place)))
    return derived.endpoints["course"], derived


def stays(value, subject):
    """Stays of a subject as (start, stop, from, to)."""
    return [
        (start, stop, value.states[origin], value.states[destination])
        for start, stop, origin, destination in zip(
            *(getattr(value, name)[0, subject] for name in ("start", "stop", "origin",
                                                            "destination")), strict=True)
        if stop > -np.inf
    ]  # fmt: skip


def test_states_last_from_the_visit_that_shows_them_to_the_next_that_shows_another(tmp_path):
    value, _ = course(tmp_path)
    assert stays(value, 0) == [
        (0, 29, "active", "remission"),  # remission at baseline shows nothing: all begin active
        (29, 84, "remission", "relapse"),
        (84, 162, "relapse", "remission"),  # a second remission is remission again
        (162, 172, "remission", "remission"),  # the day of completion is the last contact
    ]
    assert stays(value, 1) == [
        (0, 168, "active", "remission"),  # 2.0 is no relapse: it comes after remission only
    ]


def test_a_visit_that_shows_no_state_changes_nothing(tmp_path):
    value, _ = course(tmp_path)
    assert stays(value, 3) == [(0, 28, "active", "remission"), (28, 168, "remission", "remission")]


def test_a_state_entered_on_a_day_ends_the_course(tmp_path):
    value, derived = course(tmp_path)
    assert stays(value, 2) == [(0, 28, "active", "remission"), (28, 61, "remission", "death")]
    assert derived.world.subject["death_day"][0, 2] == 61


def test_the_state_entered_for_good_wins_over_a_visit_on_its_day(tmp_path):
    value, _ = course(tmp_path, ("day: death_day", 'day: "28"'))
    assert stays(value, 2) == [(0, 28, "active", "death")]


def test_of_several_states_at_one_visit_the_last_in_the_list_counts(tmp_path):
    value, _ = course(tmp_path, ("when: protein >= 1, after", "when: protein > 0.1, after"))
    assert stays(value, 0)[:2] == [(0, 29, "active", "remission"), (29, 84, "remission", "relapse")]
    assert stays(value, 0)[2] == (84, 172, "relapse", "relapse")


def test_without_after_a_state_can_come_from_any(tmp_path):
    value, _ = course(tmp_path, (", after: [remission]", ""))
    assert stays(value, 1)[0] == (0, 28, "active", "relapse")


def test_the_first_state_can_come_again_if_visits_show_it(tmp_path):
    value, _ = course(tmp_path, ("{label: Active}", "{label: Active, when: protein >= 0.8}"),
                      ("when: protein >= 1, after", "when: protein >= 1.1, after"))  # fmt: skip
    assert stays(value, 3)[-1] == (28, 168, "remission", "active")


def test_observation_ends_with_the_censoring_day(tmp_path):
    value, _ = course(tmp_path, ("    benefit: neither\n  survival",
                                 '    censor: "84"\n    benefit: neither\n  survival'))  # fmt: skip
    assert stays(value, 0) == [(0, 29, "active", "remission"), (29, 84, "remission", "relapse")]
    assert_array_equal(value.until[0], [84, 84, 61, 84])


def test_who_was_never_observed_has_no_stay(tmp_path):
    value, _ = course(tmp_path, ("    benefit: neither\n  survival",
                                 '    censor: "0"\n    benefit: neither\n  survival'))  # fmt: skip
    assert stays(value, 0) == []
    assert np.isnan(value.final).all()


def test_the_final_state_is_where_observation_ends(tmp_path):
    value, _ = course(tmp_path)
    names = [value.states[int(code)] for code in value.final[0]]
    assert names == ["remission", "remission", "death", "remission"]


@pytest.mark.parametrize("field", ["start", "stop", "origin", "destination"])
def test_axes_are_trials_subjects_and_stays(tmp_path, field):
    value, derived = course(tmp_path)
    visits = len(derived.cohort.protocol.visits)
    assert getattr(value, field).shape == (1, 4, visits + 1)
