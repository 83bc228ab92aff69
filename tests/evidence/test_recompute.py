import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.analyse.key import result_id
from equipoise.analyse.statement import p_words, percent, points, signed
from equipoise.errors import DataError
from equipoise.evidence import (
    lone_patient,
    probability_within,
    recompute,
    smallest_margin,
    subjects_needed,
)
from equipoise.stats import State
from equipoise.stats.binary import risk_difference_newcombe


@pytest.fixture(scope="module", params=["deng2017", "wang2012"])
def evidence(request):
    return recompute(request.param)


def test_every_row_has_a_name_of_its_own_and_a_reason(evidence):
    ids = [result_id(row.key) for row in evidence.rows]
    assert len(set(ids)) == len(ids)
    assert all(row.message for row in evidence.rows)
    for row in evidence.rows:
        assert np.isnan(row.value[0]) == (row.state[0] != State.ESTIMATED)


def test_sentences_cite_rows_that_exist(evidence):
    ids = {result_id(row.key) for row in evidence.rows}
    names = [one.id for one in evidence.statements]
    assert len(set(names)) == len(names)
    for one in evidence.statements:
        assert set(one.cites) <= ids, one.id
        assert len(set(one.cites)) == len(one.cites), one.id
        assert bool(one.cites) == (one.kind in ("finding", "caution", "disagreement")
                                   and not one.id.startswith("conflict_")), one.id  # fmt: skip


def test_sentences_are_whole(evidence):
    for one in evidence.statements:
        assert one.text[0].isupper() or one.text[0].isdigit(), one.text
        assert one.text.rstrip(")").endswith(".") or one.kind == "claim"
        assert "nan" not in one.text.split()


def test_endpoints_are_those_of_the_protocol(evidence):
    known = {"", *evidence.protocol.endpoints}
    assert {row.key.endpoint for row in evidence.rows} <= known


# --- one patient


@given(st.integers(2, 40), st.floats(-5, 50), st.floats(0.01, 20))
def test_one_patient_apart_has_the_mean_and_the_sd(n, mean, sd):
    others, lone = lone_patient(n=n, mean=mean, sd=sd)
    values = np.array([others] * (n - 1) + [lone])
    assert_allclose(values.mean(), mean, rtol=1e-9, atol=1e-9)
    assert_allclose(values.std(ddof=1), sd, rtol=1e-9)


# --- margins


@pytest.mark.parametrize(("rate", "margin"), [(0.3, 0.25), (0.5, 0.3), (0.9, 0.2)])
def test_excluding_a_margin_agrees_with_simulation(rate, margin):
    rng = np.random.default_rng(12)
    x1, x0 = rng.binomial(28, rate, 20_000), rng.binomial(30, rate, 20_000)
    found = risk_difference_newcombe(x1=x1, n1=28, x0=x0, n0=30)
    seen = np.mean((found.ci_low > -margin) & (found.ci_high < margin))
    chance = probability_within(sizes=(28, 30), rate=rate, margin=margin)
    assert abs(seen - chance) <= 4 * np.sqrt(max(chance * (1 - chance), 1e-4) / 20_000)


@given(st.integers(5, 40), st.floats(0.05, 0.95), st.floats(0.05, 0.6))
def test_margins_do_not_know_which_outcome_is_good(n, rate, margin):
    one = probability_within(sizes=(n, n + 3), rate=rate, margin=margin)
    other = probability_within(sizes=(n, n + 3), rate=1 - rate, margin=margin)
    assert one == pytest.approx(other, abs=1e-9)
    wider = probability_within(sizes=(n, n + 3), rate=rate, margin=margin + 0.05)
    assert wider >= one - 1e-12


def test_the_smallest_margin_is_excluded_with_its_probability():
    margin = smallest_margin(sizes=(28, 30), rate=0.4, chance=0.8)
    assert probability_within(sizes=(28, 30), rate=0.4, margin=margin + 1e-9) >= 0.8
    assert probability_within(sizes=(28, 30), rate=0.4, margin=margin - 1e-9) < 0.8


def test_subjects_needed_are_needed():
    n = subjects_needed(rate=0.4, margin=0.2, chance=0.8)
    assert all(
        probability_within(sizes=(size, size), rate=0.4, margin=0.2) >= 0.8
        for size in range(n, n + 5)
    )
    assert probability_within(sizes=(n - 1, n - 1), rate=0.4, margin=0.2) < 0.8
    # The normal approximation: 2 p (1 - p) (1.95996 + 1.28155)^2 / margin^2 = 126.1
    assert n == pytest.approx(126, abs=8)


def test_a_margin_beyond_reach_is_refused():
    with pytest.raises(ValueError, match="more than 20000 subjects an arm"):
        subjects_needed(rate=0.5, margin=0.005, chance=0.9)
    with pytest.raises(DataError, match="probability"):
        probability_within(sizes=(10, 10), rate=1.5, margin=0.2)


# --- words


def test_numbers_in_words():
    assert [signed(-0.04), signed(0.6), signed(-1.25, 1)] == ["0", "+1", "−1.2"]
    assert [percent(0.075, 1), points(-0.083)] == ["7.5%", "−8 points"]
    assert [p_words(0.0004), p_words(0.0271), p_words(0.118), p_words(1.0)] == [
        "<0.001", "= 0.027", "= 0.12", ">0.99",
    ]  # fmt: skip
