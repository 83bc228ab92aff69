"""State probabilities: loops, special cases, a simulated illness and death, rows by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.linalg import expm

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import (
    cumulative_incidence,
    restricted_mean,
    sojourns,
    state_probabilities,
    survival_at,
    time_in_state,
)
from support.survival import cohorts, few

NAN = float("nan")
TIMES = [0.0, 1.0, 2.5, 4.0, 6.0]


@st.composite
def histories(draw, subjects=6):
    """Draw rows of subjects who move at random between three states, with unit times."""
    rows = []
    for subject in range(draw(st.integers(1, subjects))):
        at, where = 0.0, draw(st.integers(0, 2))
        for _ in range(draw(st.integers(1, 3))):
            stop = at + draw(st.integers(1, 3))
            goes = draw(st.integers(0, 2))
            rows.append((at, stop, where, goes, subject))
            at, where = stop, goes
    names = ("start", "stop", "origin", "destination", "subject")
    return dict(zip(names, map(np.array, zip(*rows, strict=True)), strict=True))


def naive(rows, at, weight):
    """Aalen-Johansen with weights of the subjects, by loops."""
    w = weight[rows["subject"]]
    begins = rows["start"] <= 0
    p = np.array([w[begins & (rows["origin"] == k)].sum() for k in range(3)]) / w[begins].sum()
    area = np.zeros(3)
    before = 0.0
    moments = sorted(set(rows["stop"]))
    for moment in [t for t in moments if t <= at]:
        area += p * (moment - before)
        before = moment
        there = (rows["start"] < moment) & (moment <= rows["stop"])
        step = np.zeros((3, 3))
        for j in range(3):
            y = w[there & (rows["origin"] == j)].sum()
            for k in range(3):
                leaves = (rows["stop"] == moment) & (rows["origin"] == j)
                d = w[leaves & (rows["destination"] == k)].sum()
                if j != k and y > 0:
                    step[j, k] = d / y
                    step[j, j] -= d / y
        p = p @ (np.eye(3) + step)
    return p, area + p * (at - before)


@few
@given(histories())
def test_probabilities_areas_and_errors_are_those_of_the_loops(rows):
    found = state_probabilities(**rows, states=3, times=TIMES, beyond="last")
    size = rows["subject"].max() + 1
    one, step = np.ones(size), 1e-5
    for place, at in enumerate(TIMES):
        probability, area = naive(rows, at, one)
        assert_allclose(found.probability[place], probability, atol=1e-12)
        moved = [
            [naive(rows, at, one + sign * step * row) for sign in (1, -1)] for row in np.eye(size)
        ]
        change = np.array([(up[0] - down[0]) / 2 / step for up, down in moved])
        error = np.sqrt((change**2).sum(axis=0))
        assert_allclose(found.standard_error[place], error, atol=1e-6)
        if at > 0:
            spent = time_in_state(**rows, states=3, horizon=at, beyond="last")
            assert_allclose(spent.mean, area, atol=1e-12)
            change = np.array([(up[1] - down[1]) / 2 / step for up, down in moved])
            error = np.sqrt((change**2).sum(axis=0))
            assert_allclose(spent.standard_error, error, atol=1e-6)
            assert_allclose(spent.mean.sum(), at)


@few
@given(histories(), histories())
def test_a_batch_equals_its_trials_one_by_one(one, other):
    size = max(len(one["stop"]), len(other["stop"]))

    def padded(rows, name):
        fill = -np.inf if name == "stop" else 0
        return np.concatenate([rows[name], np.full(size - len(rows[name]), fill)])

    both = {name: np.stack([padded(one, name), padded(other, name)]) for name in one}
    batch = state_probabilities(**both, states=3, times=TIMES)
    spent = time_in_state(**both, states=3, horizon=2.5)
    for trial, rows in enumerate((one, other)):
        alone = state_probabilities(**rows, states=3, times=TIMES)
        for field in batch.__slots__:
            assert_allclose(getattr(batch, field)[trial], getattr(alone, field), atol=1e-12)
        mean = time_in_state(**rows, states=3, horizon=2.5)
        assert_allclose(spent.mean[trial], mean.mean, atol=1e-12)
        assert_allclose(spent.standard_error[trial], mean.standard_error, atol=1e-12)


@few
@given(cohorts(trials=2))
def test_two_states_are_kaplan_meier_and_its_area(cohort):
    time = np.where(cohort["time"] > 0, cohort["time"], -np.inf)  # no one leaves at 0
    event = cohort["event"]
    size = time.shape[-1]
    rows = {
        "start": np.zeros(size),
        "stop": time,
        "origin": np.zeros(size),
        "destination": event.astype(int),
        "subject": np.arange(size),
    }
    found = state_probabilities(**rows, states=2, times=TIMES[1:], scale="plain")
    curve = survival_at(time=time, event=event, times=TIMES[1:], scale="plain")
    assert_allclose(found.probability[..., 0], curve.survival, atol=1e-12)
    assert_array_equal(found.state[..., 0], curve.state)
    assert_array_equal(found.at_risk[..., 0], curve.at_risk)
    inside = curve.survival > 0
    assert_allclose(found.standard_error[..., 0][inside], curve.standard_error[inside], atol=1e-12)
    assert_allclose(found.ci_low[..., 0][inside], curve.ci_low[inside], atol=1e-12)
    area = restricted_mean(time=time, event=event, horizon=2.5)
    spent = time_in_state(**rows, states=2, horizon=2.5)
    assert_allclose(spent.mean[..., 0], area.mean, atol=1e-12)
    assert_allclose(spent.standard_error[..., 0], area.standard_error, atol=1e-12)


def test_competing_causes_are_states():
    source = np.random.default_rng(4)
    time, cause = np.ceil(source.exponential(8, 50)), source.integers(0, 3, 50)
    found = state_probabilities(
        start=np.zeros(50), stop=time, origin=np.zeros(50), destination=cause,
        subject=np.arange(50), states=3, times=[2, 5, 9],
    )  # fmt: skip
    incidence = cumulative_incidence(time=time, cause=cause, times=[2, 5, 9])
    assert_allclose(found.probability[:, 1:], incidence.incidence)
    assert_allclose(found.standard_error[:, 1:], incidence.standard_error)
    assert_allclose(found.standard_error[:, 0], incidence.event_free_standard_error)


def simulated(size, source):
    """Active disease, remission, relapse, death, with constant hazards by the state."""
    to_remission, to_relapse = source.exponential(1 / 0.5, size), source.exponential(1 / 0.4, size)
    death = [source.exponential(1 / rate, size) for rate in (0.1, 0.05, 0.3)]
    entered = np.full((size, 4), NAN)
    entered[:, 0] = 0
    remits = to_remission < death[0]
    entered[:, 1] = np.where(remits, to_remission, NAN)
    relapses = remits & (to_relapse < death[1])
    entered[:, 2] = np.where(relapses, to_remission + to_relapse, NAN)
    entered[:, 3] = np.select(
        [relapses, remits], [entered[:, 2] + death[2], entered[:, 1] + death[1]], death[0]
    )
    until = np.minimum(source.uniform(1, 8, size), entered[:, 3])
    entered[entered > until[:, None]] = NAN
    return entered, until


def test_a_simulated_illness_and_death_is_recovered():
    entered, until = simulated(700, np.random.default_rng(12))
    rows = fields_of(sojourns(entered=entered, until=until))
    found = state_probabilities(**rows, states=4, times=[1.0, 3.0])
    rates = np.zeros((4, 4))
    rates[0, 1], rates[1, 2] = 0.5, 0.4
    rates[:3, 3] = [0.1, 0.05, 0.3]
    rates -= np.diag(rates.sum(axis=1))
    for place, at in enumerate((1.0, 3.0)):
        truth = expm(rates * at)[0]
        error = np.abs(found.probability[place] - truth) / found.standard_error[place]
        assert np.all(error < 4)
    spent = time_in_state(**rows, states=4, horizon=3.0)
    grid = np.linspace(0, 3, 601)
    value, vector = np.linalg.eig(rates)
    curve = np.real(vector[0] * np.exp(value * grid[:, None]) @ np.linalg.inv(vector))
    truth = ((curve[1:] + curve[:-1]) / 2).sum(axis=0) * 3 / 600
    assert np.all(np.abs(spent.mean - truth) < 4 * spent.standard_error + 1e-4)


def fields_of(rows):
    return {name: getattr(rows, name) for name in rows.__slots__}


def test_errors_of_repeated_trials_are_those_that_are_printed():
    source = np.random.default_rng(2)
    trials = [simulated(60, source) for _ in range(200)]
    entered, until = (np.stack(column) for column in zip(*trials, strict=True))
    rows = fields_of(sojourns(entered=entered, until=until))
    found = state_probabilities(**rows, states=4, times=[2.0])
    spread = found.probability[:, 0].std(axis=0)
    printed = np.sqrt((found.standard_error[:, 0] ** 2).mean(axis=0))
    assert_allclose(printed, spread, rtol=4 / np.sqrt(2 * 200))


def test_rows_of_a_subject_by_hand():
    rows = sojourns(entered=[[0, 3, NAN, 10], [0, NAN, NAN, NAN]], until=[10, 7])
    inside = rows.stop > -np.inf
    assert_array_equal(rows.start[inside], [0, 3, 0])
    assert_array_equal(rows.stop[inside], [3, 10, 7])
    assert_array_equal(rows.origin[inside], [0, 1, 0])
    assert_array_equal(rows.destination[inside], [1, 3, 0])
    assert_array_equal(rows.subject[inside], [0, 0, 1])


def test_a_subject_that_is_out_has_no_row():
    rows = sojourns(entered=[[[0, 3.0], [NAN, NAN]]], until=[[5.0, -np.inf]])
    assert_array_equal(rows.stop > -np.inf, [[True, True, False, False]])
    found = state_probabilities(**fields_of(rows), states=2, times=[0, 4])
    assert_array_equal(found.probability[0], [[1, 0], [0, 1]])
    assert_array_equal(found.at_risk[0], [[1, 0], [0, 1]])


def test_nobody_is_not_estimable():
    rows = sojourns(entered=np.zeros((0, 2)), until=np.zeros(0))
    found = state_probabilities(**fields_of(rows), states=2, times=[1])
    assert_array_equal(found.state, [[State.NOT_ESTIMABLE] * 2])
    assert np.isnan(time_in_state(**fields_of(rows), states=2, horizon=1).mean).all()


ROWS = {"start": [0, 2], "stop": [2, 5], "origin": [0, 1], "destination": [1, 1], "subject": [0, 0]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": [0, 1]}, r"start: 1 row\(s\) begin before the subject's last one ended"),
        ({"origin": [0, 0]}, r"origin: 1 row\(s\) in another state than"),
        ({"destination": [2, 1]}, "states: state 2 of 2 states"),
        ({"start": [0, 5]}, r"start: 1 interval\(s\) that do not begin before they end"),
        ({"times": [NAN]}, "times: "),
    ],
)
def test_what_is_wrong_with_rows_is_named(change, message):
    with pytest.raises(DataError, match=message):
        state_probabilities(**({**ROWS, "states": 2, "times": [1]} | change))


@pytest.mark.parametrize(
    ("entered", "until", "message"),
    [
        ([[0, 0]], [5], r"entered: two states entered at one time for 1 subject\(s\)"),
        ([[0, 6]], [5], r"entered: a state entered after 'until' for 1"),
        ([[NAN, NAN]], [5], "entered: no state for 1"),
        ([[0, 1]], [NAN], "until: NaN for 1"),
        ([0, 1], [5, 5, 5], r"shapes: entered \(2,\)"),
    ],
)
def test_what_is_wrong_with_entries_is_named(entered, until, message):
    with pytest.raises(DataError, match=message):
        sojourns(entered=entered, until=until)


def test_a_horizon_is_above_0():
    with pytest.raises(DataError, match="horizon: 0; wanted a time above 0"):
        time_in_state(**ROWS, states=2, horizon=0)
