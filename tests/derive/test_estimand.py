import numpy as np
from numpy.testing import assert_array_equal

from equipoise.data import cohort_of, read_folder
from equipoise.derive import derive
from support.small import small_folder, small_protocol

NAN = np.nan

ESTIMANDS = """\
estimands:
  policy:
    {label: Policy, endpoint: albumin_change, analysis_set: all,
     intercurrent_events: {stop: {label: Stop, day: death_day, strategy: treatment_policy}}}
  hypothetical:
    {label: Hypothetical, endpoint: albumin_change, analysis_set: all,
     intercurrent_events: {stop: {label: Stop, day: "60", strategy: hypothetical}}}
  on_treatment:
    {label: On treatment, endpoint: albumin_change, analysis_set: all,
     intercurrent_events: {stop: {label: Stop, day: "60", strategy: while_on_treatment}}}
  carried:
    {label: Carried, endpoint: albumin_change, analysis_set: all,
     missing: last_observation_carried_forward}
  stratum:
    {label: Stratum, endpoint: albumin_change, analysis_set: all,
     intercurrent_events: {dead: {label: Death, day: death_day, strategy: principal_stratum}}}
  observed_response: {label: Observed, endpoint: remission, analysis_set: all}
  death_fails:
    {label: Death fails, endpoint: remission, analysis_set: all,
     intercurrent_events: {dead: {label: Death, day: death_day, strategy: composite_variable}}}
  ever_fails: {label: Ever, endpoint: remission_ever, analysis_set: all, missing: failure}
  relapse_free:
    {label: Composite, endpoint: survival, analysis_set: all,
     intercurrent_events: {stop: {label: Stop, day: "20 if arm == 'control' else 500",
                           strategy: composite_variable}}}
  death_counts:
    {label: Death as an event, endpoint: flare, analysis_set: all,
     intercurrent_events: {dead: {label: Death, day: death_day, strategy: composite_variable}}}
  flare_until_stop:
    {label: Hypothetical, endpoint: flare, analysis_set: all,
     intercurrent_events: {stop: {label: Stop, day: "20", strategy: hypothetical}}}
  censored_at_stop:
    {label: Hypothetical, endpoint: survival, analysis_set: all,
     intercurrent_events: {stop: {label: Stop, day: "30", strategy: hypothetical}}}
"""


FLARE = """\
endpoints:
  flare:
    {label: First event after day 10, type: time_to_event, event: adverse_event, origin: "10",
     first_day: 1, benefit: higher}
"""


def derived(tmp_path):
    protocol = small_protocol(tmp_path, ("estimands:\n", ESTIMANDS), ("endpoints:\n", FLARE))
    values = ("01,W12,2012-05-25,albumin,31,g/L,",
              "01,W4,2012-03-29,albumin,28,g/L,\n01,W12,2012-05-25,albumin,31,g/L,")  # fmt: skip
    return derive(
        protocol, cohort_of(protocol, read_folder(protocol, small_folder(tmp_path, values=values)))
    )


def test_treatment_policy_uses_every_value(tmp_path):
    value = derived(tmp_path).estimands["policy"].value[0]
    assert_array_equal(value[:2], [[6, NAN], [NAN, NAN]])


def test_hypothetical_removes_values_after_the_event(tmp_path):
    assert_array_equal(derived(tmp_path).estimands["hypothetical"].value[0, 0], [NAN, NAN])


def test_while_on_treatment_keeps_the_last_value_before_the_event(tmp_path):
    assert_array_equal(derived(tmp_path).estimands["on_treatment"].value[0, 0], [3, 3])


def test_carrying_forward_fills_and_says_so(tmp_path):
    found = derived(tmp_path).estimands["carried"]
    assert_array_equal(found.value[0, :2], [[6, 6], [0, 0]])
    assert_array_equal(found.imputed[0, :2], [[False, True], [True, True]])
    assert np.isnan(found.value[0, 2:]).all()


def test_principal_stratum_narrows_the_set(tmp_path):
    found = derived(tmp_path)
    assert_array_equal(found.estimand_sets["stratum"], [[True, True, False, True]])
    assert_array_equal(found.sets["all"], [[True, True, True, True]])


def test_responses_as_observed_and_with_death_as_failure(tmp_path):
    found = derived(tmp_path).estimands
    assert_array_equal(found["observed_response"].value, [[1, 0, NAN, 1]])
    assert_array_equal(found["death_fails"].value, [[1, 0, 0, 1]])
    assert_array_equal(found["remission_24"].value, [[1, 0, 0, 1]])
    assert_array_equal(found["remission_24"].imputed, [[False, False, True, False]])


def test_ever_needs_every_visit_to_be_known_before_it_is_no(tmp_path):
    found = derived(tmp_path)
    assert_array_equal(found.endpoints["remission_ever"].value, [[1, NAN, NAN, 1]])
    assert_array_equal(found.estimands["ever_fails"].value, [[1, 0, 0, 1]])


def test_times_to_event_under_strategies(tmp_path):
    found = derived(tmp_path)
    plain = found.endpoints["survival"]
    assert_array_equal(plain.time[0, [0, 2]], [172, 61])
    assert_array_equal(plain.event, [[False, False, True, False]])
    composite = found.estimands["relapse_free"]
    assert composite.time[0, 2] == 61
    assert_array_equal(composite.event[0, [0, 2]], [False, True])
    censored = found.estimands["censored_at_stop"]
    assert_array_equal(censored.time[0, [0, 2]], [30, 30])
    assert not censored.event.any()


def test_a_category_of_unknown_arms_belongs_to_no_set(tmp_path):
    found = derived(tmp_path)
    assert found.world.subject["in_all"].sum() == 4


def test_a_death_on_the_last_day_counts_in_a_composite_on_the_scale_of_the_endpoint(tmp_path):
    found = derived(tmp_path)
    observed, composite = found.endpoints["flare"], found.estimands["death_counts"]
    # pneumonia on day 31 of subject 01; death on day 61 of subject 03, the last day of contact
    assert_array_equal(observed.time[0, [0, 2]], [31 - 10 + 1, 61 - 10 + 1])
    assert_array_equal(observed.event[0, [0, 2]], [True, False])
    assert_array_equal(composite.time[0, [0, 2]], [31 - 10 + 1, 61 - 10 + 1])
    assert_array_equal(composite.event[0, [0, 2]], [True, True])


def test_an_intercurrent_event_censors_on_the_scale_of_the_endpoint(tmp_path):
    found = derived(tmp_path).estimands["flare_until_stop"]
    assert_array_equal(found.time[0, [0, 2]], [20 - 10 + 1, 20 - 10 + 1])
    assert not found.event.any()


def test_events_before_the_origin_neither_count_nor_hide_later_ones(tmp_path):
    early = ("01,PNEUMONIA", "01,RASH,SKIN,2012-03-03,,1,MILD,no,NONE,RECOVERED\n01,PNEUMONIA")
    protocol = small_protocol(tmp_path, ("endpoints:\n", FLARE))
    folder = small_folder(tmp_path, events=early)
    found = derive(protocol, cohort_of(protocol, read_folder(protocol, folder)))
    assert found.endpoints["flare"].time[0, 0] == 31 - 10 + 1


def test_a_death_before_the_end_of_a_visit_never_held_is_a_failure(tmp_path):
    late = ("03,death,2012-06-01", "03,death,2012-09-20")  # day 172, after the planned day 168
    protocol = small_protocol(tmp_path, ("estimands:\n", ESTIMANDS), ("endpoints:\n", FLARE))
    folder = small_folder(tmp_path, disposition=late)
    found = derive(protocol, cohort_of(protocol, read_folder(protocol, folder)))
    assert found.estimands["death_fails"].value[0, 2] == 0


def test_visits_at_which_nothing_is_assessed_leave_nothing_unknown(tmp_path):
    change = ("  remission_ever:", "  low_index:\n    {label: Low, type: response, when: index < 10, "
              "ever_by: W24, benefit: higher}\n  remission_ever:")  # fmt: skip
    protocol = small_protocol(tmp_path, change)
    values = ("01,,2012-03-01,protein", "01,W24,2012-08-10,index,12,,\n01,,2012-03-01,protein")
    folder = small_folder(tmp_path, values=values)
    found = derive(protocol, cohort_of(protocol, read_folder(protocol, folder)))
    assert found.endpoints["low_index"].value[0, 0] == 0  # the index is assessed at W24 alone
