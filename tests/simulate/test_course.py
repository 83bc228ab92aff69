import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.simulate.course import (
    Treatment,
    activity,
    fluctuation,
    relapse_activity,
    response,
    treat,
)
from equipoise.simulate.knob import Effects
from equipoise.simulate.person import DOMAINS, draw_person
from equipoise.simulate.population import load_population
from equipoise.simulate.slot import Draws, Stream

LAW = load_population("lupus_nephritis_new").parameters
WEEKS = np.array([[-1.0, 0.0, 1.0, 4.0, 12.0, 26.0]])


def draws(n):
    zero = np.zeros(n, dtype=np.int64)
    return Draws(seed=3, trial=zero, subject=np.arange(n), attempt=zero)


def treatment(n=1, **changes):
    default = {
        "depth": 0.8, "weeks": 6.0, "delay": 0.0, "half_life": np.inf, "second_from": np.inf,
        "second_depth": 0.0,
    } | changes  # fmt: skip
    arrays = {name: np.full(n, value) for name, value in default.items()}
    return Treatment(is_full=np.ones(n, dtype=bool), **arrays)


def treated(n=4000, arms=1, **knobs):
    effects = Effects.of({"a": knobs}, ["a"])
    person = draw_person(draws(n), LAW)
    return person, treat(
        person, LAW, effects, arm=np.zeros(n, dtype=np.int64), protein=np.full(n, 3.0),
        second_infusion=np.full(arms, np.inf),
    )  # fmt: skip


def test_response_starts_at_randomisation_and_tends_to_its_depth():
    g = response(treatment(), WEEKS)[0]
    assert_array_equal(g[:2], [0, 0])
    assert_allclose(g[2:], 0.8 * (1 - np.exp(-np.array([1, 4, 12, 26]) / 6)))


def test_a_delay_shifts_and_a_half_life_halves():
    late = response(treatment(delay=3.0), WEEKS + 3)
    assert_allclose(late, response(treatment(), np.maximum(WEEKS, 0)))
    waning = response(treatment(half_life=26.0), WEEKS)[0, -1]
    assert_allclose(waning, response(treatment(), WEEKS)[0, -1] / 2)


def test_a_second_infusion_adds_only_after_its_week():
    more = response(treatment(second_from=4.0, second_depth=0.1), WEEKS)
    plain = response(treatment(), WEEKS)
    assert_array_equal(more[:, :4], plain[:, :4])
    assert_allclose((more - plain)[0, 4:], 0.1 * (1 - np.exp(-np.array([8, 22]) / 6)))


def test_shares_of_the_classes_are_those_of_the_population():
    _, plain = treated()
    share = LAW.response.full_share
    assert abs(plain.is_full.mean() - share) < 4 * np.sqrt(share * (1 - share) / 4000)


@pytest.mark.parametrize("log_odds", [-1.0, 0.7, 2.0])
def test_log_odds_move_the_odds_of_full_response(log_odds):
    _, moved = treated(response_log_odds=log_odds)
    odds = LAW.response.full_share / (1 - LAW.response.full_share) * np.exp(log_odds)
    share = odds / (1 + odds)
    assert abs(moved.is_full.mean() - share) < 4 * np.sqrt(share * (1 - share) / 4000)


def test_knobs_keep_the_random_numbers_so_that_nobody_answers_worse_to_more():
    _, plain = treated()
    _, better = treated(response_log_odds=1.0)
    assert (better.depth >= plain.depth - 1e-12).mean() > 0.99  # classes overlap a little
    assert (plain.is_full <= better.is_full).all()
    _, deeper = treated(depth=0.1)
    assert_allclose(deeper.depth, plain.depth + 0.1)
    _, slower = treated(speed=2.0)
    assert_allclose(slower.weeks, 2 * plain.weeks)


def test_the_modifier_acts_by_doublings_of_protein():
    person = draw_person(draws(3000), LAW)
    arm = np.zeros(3000, dtype=np.int64)

    def full(protein, **knobs):
        effects = Effects.of({"a": knobs}, ["a"])
        return treat(
            person, LAW, effects, arm=arm, protein=np.full(3000, protein),
            second_infusion=np.array([np.inf]),
        ).is_full  # fmt: skip

    assert_array_equal(full(3.0, effect_modifier=0.5), full(3.0))
    assert_array_equal(full(12.0, effect_modifier=0.5), full(5.0, response_log_odds=1.0))


def slow_path(draws_of_visits, weeks, law):
    """One person, one domain at a time."""
    from statistics import NormalDist

    quantile = NormalDist().inv_cdf
    path = []
    for domain in DOMAINS:
        sd = law.sd * (law.extrarenal_factor if domain == "extrarenal" else 1)
        value, values = 0.0, []
        for visit, week in enumerate(weeks):
            noise = law.shared * quantile(draws_of_visits["shared"][visit])
            noise += law.own * quantile(draws_of_visits[domain][visit])
            keep = 0.0 if visit == 0 else np.exp(-law.reversion * (week - weeks[visit - 1]))
            value = keep * value + sd * np.sqrt(1 - keep**2) * noise
            values.append(value)
        path.append(values)
    return np.array(path).T


def test_fluctuation_agrees_with_a_slow_twin():
    week = np.array([[-2.0, 0.0, 1.3, 5.0, 30.0]])
    u = draws(1).table(Stream.VISIT, places=np.arange(5))
    fast = fluctuation(u, week, LAW.fluctuation)[0]
    slow = slow_path({name: values[0] for name, values in u.items()}, week[0], LAW.fluctuation)
    assert_allclose(fast, slow, rtol=1e-9)


def test_fluctuation_is_stationary_and_forgets_as_it_should():
    n = 6000
    week = np.tile([0.0, 2.0, 4.0, 30.0], (n, 1))
    path = fluctuation(draws(n).table(Stream.VISIT, places=np.arange(4)), week, LAW.fluctuation)
    sd = path.std(axis=0)
    assert_allclose(sd[:, :3], LAW.fluctuation.sd, rtol=4 / np.sqrt(2 * n))
    assert_allclose(sd[:, 3], 2 * LAW.fluctuation.sd, rtol=4 / np.sqrt(2 * n))
    remembered = np.corrcoef(path[:, 0, 0], path[:, 2, 0])[0, 1]
    assert_allclose(remembered, np.exp(-4 * LAW.fluctuation.reversion), atol=4 / np.sqrt(n))
    between = np.corrcoef(path[:, 1, 0], path[:, 1, 1])[0, 1]
    assert_allclose(between, LAW.fluctuation.shared**2, atol=4 / np.sqrt(n))


def test_a_visit_more_does_not_change_the_visits_before():
    week = np.tile([0.0, 2.0, 4.0, 9.0], (5, 1))
    u = draws(5).table(Stream.VISIT, places=np.arange(4))
    whole = fluctuation(u, week, LAW.fluctuation)
    part = fluctuation({name: x[:, :3] for name, x in u.items()}, week[:, :3], LAW.fluctuation)
    assert_array_equal(part, whole[:, :3])


def test_a_relapse_adds_nothing_before_it_and_fades_after():
    person = draw_person(draws(1), LAW)
    week = np.array([[0.0, 10.0, 12.0, 16.0, 200.0]])
    added = relapse_activity(person, LAW, relapse=np.array([10.0]), week=week)[0]
    assert_array_equal(added[:2], [0, 0])
    size = LAW.flare.size * np.exp(LAW.flare.size_log_sd * person.flare[0])
    assert_allclose(added[2], size * (1 - np.exp(-1)) * np.exp(-2 / 22))
    assert added[4] < 0.01
    never = relapse_activity(person, LAW, relapse=np.array([np.inf]), week=week)
    assert_array_equal(never, np.zeros((1, 5)))


def test_a_relapse_spares_the_blood_and_only_extra_renal_activity_goes_below_zero():
    person = draw_person(draws(500), LAW)
    nothing = np.zeros((500, 1))
    deep = np.full((500, 1, 4), -5.0)
    low = activity(person, LAW, response=nothing, fluctuation=deep, relapse=nothing)
    assert (low[..., :3] == 0).all()
    assert (low[..., 3] < 0).any()
    flat = np.zeros((500, 1, 4))
    plain = activity(person, LAW, response=nothing, fluctuation=flat, relapse=nothing)
    ill = activity(person, LAW, response=nothing, fluctuation=flat, relapse=nothing + 1)
    assert_array_equal(ill[..., 2], plain[..., 2])
    assert (ill[..., [0, 1, 3]] >= plain[..., [0, 1, 3]]).all()


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_response_is_less_activity(one, other):
    person = draw_person(draws(20), LAW)
    flat, nothing = np.zeros((20, 1, 4)), np.zeros((20, 1))
    less, more = sorted((one, other))
    high = activity(person, LAW, response=nothing + less, fluctuation=flat, relapse=nothing)
    low = activity(person, LAW, response=nothing + more, fluctuation=flat, relapse=nothing)
    ill = person.severity[:, np.newaxis, :] > 0
    assert (low <= high + 1e-12)[ill].all()
