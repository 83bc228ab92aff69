from dataclasses import replace

import numpy as np
from numpy.testing import assert_array_equal

from equipoise.instruments import find_instrument
from equipoise.instruments.bilag2004.form import ITEMS
from equipoise.simulate import VARIABLES, load_population
from equipoise.simulate.person import draw_person
from equipoise.simulate.sign import BILAG_OF, bilag_items, episodes, sign_scores
from equipoise.simulate.slot import Draws, Stream
from equipoise.simulate.variable import NERVOUS, SIGNS

LAW = load_population("lupus_nephritis_new").parameters
ALL = {f"bilag_{item}" for names in BILAG_OF.values() for item in names} | {"bilag_arthritis_mild"}
NOBODY = {name: np.zeros((1, 1), dtype=bool) for name in NERVOUS}


def people(n):
    zero = np.zeros(n, dtype=np.int64)
    draws = Draws(seed=4, trial=zero, subject=np.arange(n), attempt=zero)
    return draws, draw_person(draws, LAW)


def level(*extrarenal):
    array = np.zeros((1, len(extrarenal), 4))
    array[0, :, 3] = extrarenal
    return array


def record(*extrarenal, usual=0.0, captured=frozenset(ALL), nervous=None, own=0.0):
    """BILAG items of one person with given activity at the visits and no errors."""
    _, person = people(1)
    effect = {name: np.full(1, own) for name in person.effect}
    person = replace(person, severity=np.array([[0, 0, 0, usual]]), effect=effect)
    visits = len(extrarenal)
    still = {name: np.zeros((1, visits)) for name in SIGNS}
    scores = sign_scores(
        person, LAW.signs, level=level(*extrarenal), error=still,
        expectation=np.zeros((1, visits)),
    )  # fmt: skip
    absent = {name: np.zeros((1, visits), dtype=bool) for name in NERVOUS}
    items = bilag_items(
        person, LAW.signs, level=level(*extrarenal), scores=scores, nervous=absent | (nervous or {}),
        nervous_before={name: np.zeros(1, dtype=bool) for name in NERVOUS}, captured=captured,
    )  # fmt: skip
    return {name: array[0].tolist() for name, array in items.items()}


def test_every_sign_has_an_item_of_the_form():
    names = {item.name for item in ITEMS}
    assert set(BILAG_OF) == {*SIGNS, *NERVOUS}
    assert {item for items in BILAG_OF.values() for item in items} <= names
    assert set(VARIABLES) >= ALL


def test_a_sign_is_present_above_its_limit():
    # rash: 0.8 activity > limit
    limit = LAW.signs.rash / LAW.signs.slope
    assert record(limit - 0.01, limit + 0.01)["bilag_skin_eruption_mild"] == [0, 4]


def test_new_same_worse_improving():
    base = LAW.signs.rash / LAW.signs.slope + 0.4
    step = LAW.signs.change + 0.05
    codes = record(0.0, base, base, base + step, base, 0.0, base)["bilag_skin_eruption_mild"]
    assert codes == [0, 4, 2, 3, 1, 0, 4]


def test_before_the_first_visit_stands_the_mean_of_the_person():
    base = LAW.signs.rash / LAW.signs.slope + 0.4
    assert record(base, usual=base)["bilag_skin_eruption_mild"] == [2]
    assert record(base, usual=base - LAW.signs.change - 0.05)["bilag_skin_eruption_mild"] == [3]
    assert record(base, usual=0.0)["bilag_skin_eruption_mild"] == [4]


def test_mild_and_severe_are_two_items_and_a_step_between_them_is_a_change():
    mild = (LAW.signs.rash + 0.5 * LAW.signs.severe_margin) / LAW.signs.slope
    severe = (LAW.signs.rash + LAW.signs.severe_margin + 0.01) / LAW.signs.slope
    items = record(mild, severe, mild)
    assert items["bilag_skin_eruption_mild"] == [4, 0, 1]
    assert items["bilag_skin_eruption_severe"] == [0, 3, 0]


def test_a_severe_sign_without_an_item_of_its_own_is_recorded_under_the_mild_one():
    severe = (LAW.signs.rash + LAW.signs.severe_margin + 0.01) / LAW.signs.slope
    items = record(severe, captured={"bilag_skin_eruption_mild"})
    assert items["bilag_skin_eruption_mild"] == [4]
    assert "bilag_skin_eruption_severe" not in items


def test_joints_may_hurt_without_synovitis():
    limit = LAW.signs.arthritis / LAW.signs.slope
    hurting = limit - 0.5 * LAW.signs.mild_margin / LAW.signs.slope
    items = record(0.0, hurting, limit + 0.01, hurting)
    assert items["bilag_arthritis_mild"] == [0, 4, 0, 1]
    assert items["bilag_arthritis_moderate"][1] == 0
    assert items["bilag_arthritis_moderate"][2] > 0


def test_a_nervous_episode_is_new_then_the_same():
    present = np.array([[False, True, True, False]])
    items = record(0.0, 0.0, 0.0, 0.0, nervous={"seizure": present})
    assert items["bilag_seizure_disorder"] == [0, 4, 2, 0]


def test_two_signs_of_one_item_give_the_higher_code():
    high = (LAW.signs.pericarditis + 0.05) / LAW.signs.slope
    items = record((LAW.signs.pleurisy + 0.05) / LAW.signs.slope, high)
    assert items["bilag_pleurisy_pericarditis"][0] == 4
    assert items["bilag_pleurisy_pericarditis"][1] == 4  # the pericarditis is new


def test_the_instrument_takes_the_recorded_items():
    codes = record(0.0, 2.5, 2.5, 0.0)
    columns = {name.removeprefix("bilag_"): np.array(code) for name, code in codes.items()}
    scored = find_instrument("bilag2004").score(columns)
    assert scored["lower_mucocutaneous"][1] >= 3  # B or A when a rash is new


def test_the_same_patient_keeps_the_same_organ():
    _, person = people(3000)
    error = {name: np.zeros((3000, 2)) for name in SIGNS}
    flat = np.zeros((3000, 2, 4))
    flat[..., 3] = 0.8
    scores = sign_scores(
        person, LAW.signs, level=flat, error=error, expectation=np.zeros((3000, 2))
    )
    rash = scores.at_visit["rash"] > 0
    assert_array_equal(rash[:, 0], rash[:, 1])
    assert 0.1 < rash.mean() < 0.9
    other = scores.at_visit["arthritis"][:, 0] > 0
    assert abs(np.corrcoef(rash[:, 0], other)[0, 1]) < 0.08


def test_nervous_signs_are_rare_and_last_weeks():
    draws, _ = people(20_000)
    week = np.tile(np.arange(0.0, 52.0, 1.0), (20_000, 1))
    at_visit, _ = episodes(LAW.signs, draws=draws.table(Stream.CLOCK), week=week)
    seizure = at_visit["seizure"]
    new = (seizure[:, 1:] & ~seizure[:, :-1]).sum() / (20_000 * 51 * 7 / 365.25)
    assert abs(new / LAW.signs.nervous_rate - 1) < 4 / np.sqrt(400)
    mean_length = seizure.sum() / max(1, (seizure[:, 1:] & ~seizure[:, :-1]).sum())
    assert 3.5 < mean_length < 6.5
