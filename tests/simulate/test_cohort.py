from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.allocation import permuted_blocks, scheme_of
from equipoise.derive import derive
from equipoise.simulate import simulate_cohort
from equipoise.simulate.arm import AddressedEntropy
from support.virtual import build, nephritis


def decoded(cohort, trial):
    """A trial with categories as words: what it is, whatever else is in its batch."""

    def words(name, array):
        if name not in cohort.levels or name in cohort.visit:
            return array.tolist()
        levels = cohort.levels[name]
        return [None if np.isnan(code) else levels[int(code)] for code in array]

    own = cohort.events.trial == trial
    return {
        "subject": {name: words(name, array[trial]) for name, array in cohort.subject.items()},
        "visit": {name: array[trial].tolist() for name, array in cohort.visit.items()},
        "events": {name: words(name, array[own]) for name, array in cohort.events.columns.items()},
        "owner": cohort.events.subject[own].tolist(),
    }


def same(one, other):
    return repr(one) == repr(other)  # NaN equals NaN


@pytest.fixture(scope="module")
def batch():
    return simulate_cohort(nephritis(), scenario="null", seed=11, trials=12)


def test_a_trial_is_the_same_alone_and_in_any_batch(batch):
    for trial in (0, 5, 11):
        alone = simulate_cohort(
            nephritis(), scenario="null", seed=11, trials=range(trial, trial + 1)
        )
        assert same(decoded(alone, 0), decoded(batch, trial))


@pytest.mark.parametrize("at_once", [1, 5, 7])
def test_the_size_of_a_chunk_changes_nothing(batch, at_once):
    again = simulate_cohort(nephritis(), scenario="null", seed=11, trials=12, at_once=at_once)
    for name, array in batch.subject.items():
        assert_array_equal(again.subject[name], array, err_msg=name)
    for name, array in batch.visit.items():
        assert_array_equal(again.visit[name], array, err_msg=name)
    for name, array in batch.events.columns.items():
        assert_array_equal(again.events.columns[name], array, err_msg=name)
    assert again.levels == batch.levels
    assert again.data_hash == batch.data_hash


def test_trials_in_another_order_are_the_same_trials(batch):
    back = simulate_cohort(nephritis(), scenario="null", seed=11, trials=range(11, -1, -1))
    assert same(decoded(back, 0), decoded(batch, 11))


def test_the_same_seed_gives_the_same_and_another_seed_another(batch):
    again = simulate_cohort(nephritis(), scenario="null", seed=11, trials=12)
    other = simulate_cohort(nephritis(), scenario="null", seed=12, trials=12)
    assert_array_equal(again.visit["protein_24h"], batch.visit["protein_24h"])
    assert again.data_hash == batch.data_hash != other.data_hash
    first = batch.visit["protein_24h"][..., 0]
    assert (other.visit["protein_24h"][..., 0] != first).mean() > 0.9


def test_nothing_is_read_from_global_state(batch):
    np.random.seed(99)  # noqa: NPY002 # the generator that must not matter
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the global state is what is tested
    again = simulate_cohort(nephritis(), scenario="null", seed=11, trials=12)
    assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002 - the global state is what is tested
    assert_array_equal(again.visit["albumin"], batch.visit["albumin"])


def test_scenarios_share_their_random_numbers(batch):
    other = simulate_cohort(nephritis(), scenario="benefit", seed=11, trials=12)
    for name in ("age", "sex", "weight", "arm", "site"):
        assert_array_equal(other.subject[name], batch.subject[name])
    entry = [list(nephritis().visits).index(name) for name in ("SCR", "W0")]
    for name in ("protein_24h", "creatinine", "rash"):
        assert_array_equal(other.visit[name][..., entry], batch.visit[name][..., entry])
    control = batch.subject["arm"] == 1
    assert_array_equal(other.visit["c3"][control], batch.visit["c3"][control])
    treated = ~control
    last = other.visit["protein_24h"][treated][:, -1] - batch.visit["protein_24h"][treated][:, -1]
    assert np.nanmean(last) < -0.3


def test_every_captured_variable_is_filled(batch):
    for name, one in nephritis().variables.items():
        if one.is_derived:
            continue
        array = batch.visit[name] if one.level == "visit" else batch.subject[name]
        assert not np.isnan(array).all(), name


def test_values_have_the_decimals_and_limits_of_the_protocol(batch):
    for name, one in nephritis().variables_at("visit").items():
        if one.is_derived or one.kind != "number":
            continue
        values = batch.visit[name][~np.isnan(batch.visit[name])]
        texts = [f"{value:.{one.decimals}f}" for value in values]
        assert_array_equal([float(text) for text in texts], values)


def test_values_beyond_the_range_of_the_protocol_are_held_at_its_ends():
    variables = nephritis().model_dump(mode="json", exclude_defaults=True)["variables"]
    variables["protein_24h"]["range"] = [1.5, 3.0]
    narrow = simulate_cohort(build(variables=variables), scenario="null", seed=1, trials=2)
    assert np.nanmin(narrow.visit["protein_24h"]) == 1.5
    assert np.nanmax(narrow.visit["protein_24h"]) == 3.0


def test_eligibility_is_judged_on_what_is_observed(batch):
    derived = derive(nephritis(), batch)
    screening = list(nephritis().visits).index("SCR")
    assert (derived.world.visit["sledai"][..., screening] > 8).all()
    assert (batch.visit["creatinine"][..., screening] <= 250).all()
    assert (batch.visit["wbc"][..., screening] >= 3.5).all()
    assert (batch.visit["protein_24h"][..., screening] >= 1.0).all()


def test_selection_at_a_peak_brings_regression_to_the_mean():
    rules = {
        "include": {"peak": {"text": "Protein of 6 g or more", "when": "protein_24h@SCR >= 6"}}
    }
    peak = build(population={"description": "Peak", "eligibility": rules})
    cohort = simulate_cohort(peak, scenario="null", seed=1, trials=10, subjects=30)
    protein = cohort.visit["protein_24h"]
    assert (protein[..., 0] >= 6).all()
    assert np.median(protein[..., 1] / protein[..., 0]) < 0.95  # a week later, nothing given yet


def test_arms_come_from_the_production_allocator(batch):
    entropy = AddressedEntropy(seed=11, trials=np.arange(12))
    lists = permuted_blocks(scheme_of(nephritis()), length=24, strata=2, entropy=entropy).arm
    for trial in range(12):
        taken = Counter()
        for subject in range(24):
            stratum = int(batch.subject["nephritis_class"][trial, subject])
            arm = lists[trial, stratum, taken[stratum]]
            assert batch.subject["arm"][trial, subject] == arm
            taken[stratum] += 1


def test_without_a_known_procedure_the_planned_numbers_are_dealt():
    arms = nephritis().model_dump(mode="json", exclude_defaults=True)["arms"]
    arms["cells"]["planned_subjects"], arms["placebo"]["planned_subjects"] = 14, 10
    unknown = build(arms=arms, randomisation={"procedure": "not_found"})
    cohort = simulate_cohort(unknown, scenario="null", seed=2, trials=5)
    assert ((cohort.subject["arm"] == 0).sum(axis=1) == 14).all()
    assert any("NOT FOUND" in note and "random order" in note for note in cohort.notes)
    fewer = simulate_cohort(unknown, scenario="null", seed=2, trials=5, subjects=9)
    assert any("simple randomisation" in note for note in fewer.notes)
    assert fewer.shape == (5, 9)


def test_sites_can_be_strata():
    changes = {"randomisation": {"procedure": "permuted_blocks", "block_sizes": [3],
                                 "strata": ["site", "sex"]}}  # fmt: skip
    cohort = simulate_cohort(build(**changes), scenario="null", seed=2, trials=20)
    for site in range(3):
        inside = cohort.subject["site"] == site
        share = (inside & (cohort.subject["arm"] == 1)).sum() / inside.sum()
        assert 0.25 < share < 0.42


def test_visits_are_held_in_order_and_end_with_observation(batch):
    day = batch.visit["day"]
    assert_array_equal(day[..., 1], 0)
    known = np.where(np.isnan(day), -np.inf, day)
    before = np.maximum.accumulate(known, axis=-1)[..., :-1]
    assert (known[..., 1:][~np.isnan(day[..., 1:])] > before[~np.isnan(day[..., 1:])]).all()
    assert (np.nanmax(day, axis=-1) <= batch.subject["last_contact_day"]).all()
    planned = np.array([visit.day for visit in nephritis().visits.values()])
    assert np.nanmax(np.abs(day - planned)) <= 2.5 * 0.9 * 7 + 1


def test_missing_values_are_rare_and_come_in_panels(batch):
    held = ~np.isnan(batch.visit["day"])
    urine = [np.isnan(batch.visit[n][held]) for n in ("protein_24h", "urine_rbc_hpf")]
    assert_array_equal(*urine)
    assert 0 < urine[0].mean() < 0.02
    assert not np.isnan(batch.visit["prednisone"][held]).any()
    first = batch.visit["albumin"][..., :2]
    assert not np.isnan(first).any()  # nobody is randomised without a complete screening


def test_doses_follow_the_arm(batch):
    assert (batch.subject["treated"] == 1).all()
    assert_array_equal(batch.subject["first_dose_day"], 0)
    week_1 = batch.visit["day"][..., list(nephritis().visits).index("W1")]
    stayed = ~np.isnan(week_1)
    assert_array_equal(batch.subject["last_dose_day"][stayed], week_1[stayed])


def test_dispositions_are_whole(batch):
    subject = batch.subject
    died, left = ~np.isnan(subject["death_day"]), ~np.isnan(subject["withdrawal_day"])
    assert not (died & left).any()
    assert_array_equal(subject["completed"] == 1, ~died & ~left)
    assert_array_equal(~np.isnan(subject["withdrawal_reason"]), left)
    for name, who in (("death_day", died), ("withdrawal_day", left)):
        assert_array_equal(subject[name][who], subject["last_contact_day"][who])


def test_a_death_is_an_adverse_event_of_grade_5(batch):
    columns, levels = batch.events.columns, batch.levels
    fatal = columns["outcome"] == levels["outcome"].index("FATAL")
    owner = set(zip(batch.events.trial[fatal], batch.events.subject[fatal], strict=True))
    died = set(zip(*np.nonzero(~np.isnan(batch.subject["death_day"])), strict=True))
    assert owner == died
    assert len(died) > 0
    assert_array_equal(columns["grade"][fatal], 5)
    assert (columns["serious"][fatal] == 1).all()
    end = columns["end_day"][fatal]
    death = batch.subject["death_day"][batch.events.trial[fatal], batch.events.subject[fatal]]
    assert_array_equal(end, death)


def test_adverse_events_lie_inside_observation(batch):
    columns = batch.events.columns
    last = batch.subject["last_contact_day"][batch.events.trial, batch.events.subject]
    assert (columns["start_day"] >= 1).all()
    assert (columns["start_day"] <= last).all()
    ended = ~np.isnan(columns["end_day"])
    assert (columns["end_day"][ended] >= columns["start_day"][ended]).all()
    assert (columns["end_day"][ended] <= last[ended]).all()
    ongoing = columns["outcome"] == batch.levels["outcome"].index("NOT RECOVERED")
    assert_array_equal(~ended, ongoing)


def test_background_events_come_at_their_rate():
    cohort = simulate_cohort(nephritis(), scenario="null", seed=5, trials=60)
    years = cohort.subject["last_contact_day"].sum() / 365.25
    serious = cohort.events.columns["grade"] >= 4
    number = (~serious).sum()
    rate = number / years
    assert 4.0 < rate < 4.9  # 4 a year, and serious infections of grade 3


def test_reactions_follow_infusions_of_their_arm():
    cohort = simulate_cohort(nephritis(), scenario="benefit", seed=5, trials=60)
    reaction = cohort.levels["term"].index("Infusion related reaction")
    own = cohort.events.columns["term"] == reaction
    arm = cohort.subject["arm"][cohort.events.trial[own], cohort.events.subject[own]]
    assert (arm == 0).all()
    infusions = 2 * (cohort.subject["arm"] == 0).sum()
    assert_allclose(own.sum() / infusions, 0.5, atol=4 * 0.5 / np.sqrt(infusions))


def test_outputs_say_that_they_are_simulated(batch):
    assert batch.origin == "SIMULATED"
    assert batch.notes[0].startswith("SIMULATED: scenario null, seed 11")
    assert "calibration checked" in batch.notes[0]
    assert len(batch.data_hash) == 64
