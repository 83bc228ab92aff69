"""Death that competes with an endpoint: what is counted, and what everybody else sees."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.analyse import analyse
from equipoise.data import cohort_of, read_folder
from equipoise.derive import derive
from equipoise.errors import ProtocolError
from equipoise.stats.survival import cumulative_incidence, gray_test
from equipoise.trials import load_protocol
from support.batch import trial_of
from support.lupus import invented_cohort
from support.small import small_folder, small_protocol

ENDPOINT = (
    "  survival: {label: Survival",
    "  to_remission: {label: Time to remission, type: time_to_event, event: visit,\n"
    "    when: protein < 0.5, competing: death_day, benefit: lower}\n"
    "  survival: {label: Survival",
)
ANALYSIS = (
    "analyses:\n",
    "analyses:\n"
    "  incidence: {title: Remission, method: cumulative_incidence, analysis_set: all,\n"
    "    endpoint: to_remission, times: [28, 100, 168]}\n"
    "  curve: {title: Remission, method: kaplan_meier, analysis_set: all,\n"
    "    endpoint: to_remission, times: [28, 100]}\n",
)


def small_derived(folder, *changes):
    protocol = small_protocol(folder, ENDPOINT, ANALYSIS, *changes)
    return protocol, derive(
        protocol, cohort_of(protocol, read_folder(protocol, small_folder(folder)))
    )


def test_death_before_the_event_competes_and_is_censored_for_others(tmp_path):
    protocol, derived = small_derived(tmp_path)
    value = derived.endpoints["to_remission"]
    # 01 remits on day 29; 03 dies on day 61 without; 02 never remits; 04 remits on day 169
    assert_array_equal(value.event[0], [True, False, False, True])
    assert_array_equal(value.competing[0], [False, False, True, False])
    assert value.time[0, 0] == 29
    assert value.time[0, 2] == 61
    curve = analyse(protocol, derived, only=["curve"])
    assert curve.values(group="cells", statistic="events", by="", variable="") == 1


def test_a_death_after_the_event_does_not_compete(tmp_path):
    _, derived = small_derived(tmp_path, ("competing: death_day", "competing: death_day - 61 + 29"))
    value = derived.endpoints["to_remission"]
    assert value.time[0, 2] == 29  # subject 03 now "dies" on day 29
    assert value.competing[0, 2]


def test_on_the_day_of_the_event_the_event_has_it(tmp_path):
    _, derived = small_derived(tmp_path, ("competing: death_day", 'competing: "29"'))
    value = derived.endpoints["to_remission"]
    assert value.event[0, 0]
    assert_array_equal(value.competing[0], [False, True, True, True])


def test_without_censoring_incidences_are_shares():
    """Everybody is followed to the end, so each probability is a count over the size of the arm."""
    protocol = load_protocol("wang2012")
    cohort = invented_cohort(protocol, sizes={"single": 30, "double": 28}, seed=8, trials=3)
    results = analyse(protocol, derive(protocol, cohort), only=["remission_incidence"])
    derived = derive(protocol, cohort).endpoints["time_to_remission"]
    arm = cohort.subject["arm"]
    for code, (name, size) in enumerate((("single", 30), ("double", 28))):
        for variable, flag in (("event", derived.event), ("competing", derived.competing)):
            counted = (flag & (arm == code) & (derived.time <= 548)).sum(axis=-1) / size
            got = results.values(
                group=name, variable=variable, by="time=548", statistic="incidence"
            )
            assert_allclose(got, counted, rtol=1e-12)
    assert derived.competing.any()


def test_rows_are_those_of_the_estimators():
    protocol = load_protocol("wang2012")
    cohort = invented_cohort(protocol, sizes={"single": 30, "double": 28}, seed=9)
    world = derive(protocol, cohort)
    results = analyse(protocol, world, only=["relapse_incidence"])
    value = world.endpoints["time_to_relapse"]
    cause = np.where(value.event, 1, np.where(value.competing, 2, 0))
    known = ~np.isnan(value.time)
    arm = cohort.subject["arm"]
    time = np.where(known, value.time, -np.inf)
    found = cumulative_incidence(
        time=np.where(arm == 1, time, -np.inf), cause=np.where(arm == 1, cause, 0), times=[365.0]
    )
    for statistic, expected in (("incidence", found.incidence), ("ci_low", found.ci_low),
                                ("standard_error", found.standard_error)):  # fmt: skip
        got = results.values(group="double", variable="event", by="time=365", statistic=statistic)
        assert_allclose(got, expected[..., 0, 0], rtol=1e-12)
    tested = gray_test(time=time, cause=np.where(known, cause, 0), group=arm.astype(int))
    got = results.values(group="double - single", variable="test", statistic="p_value")
    assert_allclose(got, tested.p_value, rtol=1e-12)


def test_a_batch_equals_its_trials_one_by_one():
    protocol = load_protocol("wang2012")
    batch = invented_cohort(protocol, sizes={"single": 30, "double": 28}, seed=10, trials=3)
    together = analyse(protocol, derive(protocol, batch), only=["remission_incidence"])
    for trial in range(3):
        alone = trial_of(batch, trial)
        single = analyse(protocol, derive(protocol, alone), only=["remission_incidence"])
        alike = [row for row in single.rows if row.key.variable != "step"]  # of a single trial only
        for one, other in zip(together.rows, alike, strict=True):
            assert one.key == other.key
            assert_array_equal(one.value[trial], other.value[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("competing: death_day, ", ""), "nothing competes with 'Time to remission'.*kaplan_meier"),
        (("competing: death_day", "competing: protein"), "wanted one for each subject"),
        (("competing: death_day", "competing: dead_day"), "did you mean 'death_day'"),
        (("times: [28, 100, 168]", "times: [-1, 100]"), "day -1; wanted 0 or later"),
        (("endpoint: to_remission, times: [28, 100, 168]", "endpoint: remission, times: [28]"),
         "cumulative_incidence of a response endpoint"),
    ],
)  # fmt: skip
def test_what_cannot_compete_is_a_fault(tmp_path, change, message):
    with pytest.raises(ProtocolError, match=message):
        small_protocol(tmp_path, ENDPOINT, ANALYSIS, change)
