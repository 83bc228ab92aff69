import functools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.analyse.key import result_id
from equipoise.design import (
    Prior,
    binary_design,
    characteristic_rows,
    cross_check,
    decide_at_look,
    design_statements,
    operating_characteristics,
)
from equipoise.errors import DataError, ProtocolError
from equipoise.stats import State
from equipoise.stats.binary import fisher_test, risk_difference_newcombe
from equipoise.trials import load_protocol
from support.small import small_protocol

LOOKS = """\
looks:
  first:
    label: After 6 and 4
    subjects: {cells: 6, control: 4}
    rules:
      - {conclusion: futility, statistic: predictive_probability, stop_when: below,
         threshold: 0.1, analysis: primary, prior: [0.5, 1.5]}
      - {conclusion: efficacy, statistic: p_value, stop_when: below, threshold: 0.02,
         analysis: primary}
  end:
    label: After 12 and 8
    subjects: {cells: 12, control: 8}
    rules:
      - {conclusion: efficacy, statistic: p_value, stop_when: below, threshold: 0.045,
         analysis: primary}
"""
SIZES = (
    "cells: {label: Cells, role: experimental}",
    "cells: {label: Cells, role: experimental, planned_subjects: 7}",
)
SIZES_0 = ("role: no_treatment", "role: no_treatment, planned_subjects: 5")


cached = functools.cache(load_protocol)


@pytest.fixture(scope="module")
def deng():
    return cached("deng2017")


@pytest.fixture(scope="module")
def wang():
    return cached("wang2012")


def looked(folder, *changes):
    return small_protocol(folder, ("analyses:\n", f"{LOOKS}analyses:\n"), SIZES, SIZES_0, *changes)


# --- numbers stated in the evidence files


def test_fisher_power_of_deng(deng):
    """deng2017.md, tension 8; simulation.md section 6 for 95 % v 50 %."""
    found = operating_characteristics(deng, experimental=[0.9, 0.9, 0.95], control=[0.6, 0.75, 0.5])
    assert_allclose(found.fixed.significant, [0.21, 0.06, 0.485], atol=0.005)
    assert found.size.size == pytest.approx(0.0274, abs=0.00005)


def test_fisher_power_of_wang(wang):
    """wang2012.md, what to encode 2: 30 v 28, two-sided."""
    found = operating_characteristics(wang, experimental=[0.55, 0.65], control=0.3)
    assert found.design.sizes == (28, 30)
    assert_allclose(found.fixed.significant, [0.40, 0.71], atol=0.005)


def test_predictive_probability_of_the_observed_result(deng):
    """deng2017.md, what to encode: 0.0019433, so the stated rule stops."""
    found = decide_at_look(deng, look="futility", responses={"cells": 9, "placebo": 5})
    assert found.predictive_probability == pytest.approx(0.0019433, abs=5e-8)
    assert found.decision == "stop for futility"


def test_newcombe_interval_of_the_observed_result(deng):
    """deng2017.md, tension 7: -40 to +35; the upper limit is 0.34494, which rounds to 34."""
    found = decide_at_look(deng, look="futility", responses={"cells": 9, "placebo": 5})
    assert found.ci_low == pytest.approx(-0.40, abs=0.005)
    assert found.ci_high == pytest.approx(0.34494, abs=5e-6)
    assert found.conclusion == "inconclusive"


def test_bias_of_the_two_stage_rule(deng):
    """simulation.md section 13: mean difference when the trial ends, and given a stop."""
    found = operating_characteristics(deng, experimental=[0.8, 0.9], control=[0.8, 0.5]).looks
    assert_allclose(found.difference, [-0.033, 0.379], atol=0.0005)
    assert_allclose(found.difference_given_futility, [-0.09, 0.02], atol=0.005)
    assert_allclose(found.bias, found.difference - [0, 0.4], atol=1e-12)
    assert_allclose(found.bias_given_futility, found.difference_given_futility - [0, 0.4])


# --- a slow twin: every subject result counted in plain Python


def binomial(n, p):
    return [math.comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)]


def beta_binomial(n, a, b):
    def beta(x, y):
        return math.gamma(x) * math.gamma(y) / math.gamma(x + y)

    return [math.comb(n, x) * beta(x + a, n - x + b) / beta(a, b) for x in range(n + 1)]


def p_of(x1, n1, x0, n0):
    return float(fisher_test(x1=x1, n1=n1, x0=x0, n0=n0).p_two_sided)


def slow_two_stage(p1, p0):
    """The rules of LOOKS by loops over the four counts."""
    out = dict.fromkeys(("futility", "efficacy", "success", "subjects", "difference", "end"), 0.0)
    for x1, a1 in enumerate(binomial(6, p1)):
        for x0, a0 in enumerate(binomial(4, p0)):
            chance = a1 * a0
            ahead = sum(
                b1 * b0
                for y1, b1 in enumerate(beta_binomial(6, 0.5 + x1, 1.5 + 6 - x1))
                for y0, b0 in enumerate(beta_binomial(4, 0.5 + x0, 1.5 + 4 - x0))
                if p_of(x1 + y1, 12, x0 + y0, 8) <= 0.045
            )
            if p_of(x1, 6, x0, 4) <= 0.02 or ahead < 0.1:
                won = p_of(x1, 6, x0, 4) <= 0.02
                out["efficacy" if won else "futility"] += chance
                out["success"] += chance * won
                out["subjects"] += chance * 10
                out["difference"] += chance * (x1 / 6 - x0 / 4)
                continue
            for y1, b1 in enumerate(binomial(6, p1)):
                for y0, b0 in enumerate(binomial(4, p0)):
                    more = chance * b1 * b0
                    out["success"] += more * (p_of(x1 + y1, 12, x0 + y0, 8) <= 0.045)
                    out["subjects"] += more * 20
                    out["end"] += more
                    out["difference"] += more * ((x1 + y1) / 12 - (x0 + y0) / 8)
    return out


@pytest.mark.parametrize(("p1", "p0"), [(0.3, 0.3), (0.9, 0.2)])
def test_looks_agree_with_plain_loops(tmp_path, p1, p0):
    found = operating_characteristics(looked(tmp_path), experimental=p1, control=p0).looks
    slow = slow_two_stage(p1, p0)
    assert found.stop_futility[0, 0] == pytest.approx(slow["futility"], rel=1e-10)
    assert found.stop_efficacy[0, 0] == pytest.approx(slow["efficacy"], rel=1e-10)
    assert found.success[0] == pytest.approx(slow["success"], rel=1e-10)
    assert found.subjects[0] == pytest.approx(slow["subjects"], rel=1e-10)
    assert found.difference[0] == pytest.approx(slow["difference"], rel=1e-10)
    assert 1 - found.stop_futility[0, 0] - found.stop_efficacy[0, 0] == pytest.approx(slow["end"])


@settings(max_examples=10)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_fixed_trial_agrees_with_plain_loops(p1, p0):
    found = operating_characteristics(
        cached("deng2017"), sizes={"cells": 7, "placebo": 4}, experimental=p1, control=p0
    ).fixed
    out = np.zeros(6)
    for x1, a1 in enumerate(binomial(7, p1)):
        for x0, a0 in enumerate(binomial(4, p0)):
            limits = risk_difference_newcombe(x1=x1, n1=7, x0=x0, n0=4)
            is_significant = p_of(x1, 7, x0, 4) <= 0.05
            first = 0 if limits.ci_low > 0 else 1 if limits.ci_high < 0.2 else 2
            out[first] += a1 * a0
            out[3] += a1 * a0 * is_significant
            out[4] += a1 * a0 * (is_significant and x1 / 7 > x0 / 4)
            out[5] += a1 * a0 * (limits.ci_low <= p1 - p0 <= limits.ci_high)
    assert_allclose(found.conclusion[0], out[:3], atol=1e-12)
    assert_allclose(found.significant[0], out[3], atol=1e-12)
    assert_allclose(found.significant_benefit[0], out[4], atol=1e-12)
    assert_allclose(found.coverage[0], out[5], atol=1e-12)


def test_assurance_is_the_average_over_the_prior(deng):
    prior = Prior(label="informed", experimental=(8, 3), control=(6, 4))
    found = operating_characteristics(deng, priors=[prior])
    rng = np.random.default_rng(11)
    rates1, rates0 = rng.beta(8, 3, 4000), rng.beta(6, 4, 4000)
    averaged = operating_characteristics(deng, experimental=rates1, control=rates0).fixed
    for name, values in (("significant_benefit", averaged.significant_benefit),
                         ("benefit", averaged.conclusion[:, 0]),
                         ("inconclusive", averaged.conclusion[:, 2])):  # fmt: skip
        error = values.std() / math.sqrt(len(values))
        assert abs(found.assurance["informed"][name] - values.mean()) < 4 * error


# --- both routes


def test_simulation_agrees_with_enumeration_for_deng(deng):
    found = operating_characteristics(deng)
    check = cross_check(found, trials=3000, rng=np.random.default_rng(20170506))
    assert check.agrees, check.worst
    assert {one.look for one in check.agreements} == {"fixed", "with_looks"}
    assert len(check.agreements) == 18


def test_simulation_agrees_with_enumeration_for_wang_and_for_efficacy(wang, tmp_path):
    for protocol in (wang, looked(tmp_path)):
        found = operating_characteristics(
            protocol, experimental=[0.2, 0.4, 0.9], control=[0.2, 0.1, 0.3]
        )
        assert cross_check(found, trials=4000, rng=np.random.default_rng(3)).agrees


def test_the_cross_check_sees_a_wrong_answer(deng):
    """Enumerating one pair of rates and simulating another cannot pass."""
    right = operating_characteristics(deng, experimental=[0.8], control=[0.8])
    wrong = operating_characteristics(deng, experimental=[0.8], control=[0.7])
    mixed = type(right)(
        **{name: getattr(right, name) for name in right.__dataclass_fields__ if name != "control"},
        control=wrong.control,
    )
    assert not cross_check(mixed, trials=4000, rng=np.random.default_rng(1)).agrees


def test_the_same_seed_gives_the_same_simulation(deng):
    found = operating_characteristics(deng, experimental=[0.8], control=[0.5])
    one, two = (cross_check(found, trials=500, rng=np.random.default_rng(9)) for _ in range(2))
    for first, second in zip(one.agreements, two.agreements, strict=True):
        assert_array_equal(first.simulated, second.simulated)


# --- properties


@settings(max_examples=10)
@given(st.floats(0, 1), st.floats(0, 1))
def test_probabilities_add_up(p1, p0):
    found = operating_characteristics(cached("deng2017"), experimental=p1, control=p0)
    assert_allclose(found.fixed.conclusion.sum(axis=-1), 1, rtol=1e-12)
    assert_allclose(found.looks.conclusion.sum(axis=-1), 1, rtol=1e-12)
    parts = found.fixed.significant_benefit + found.fixed.significant_harm
    assert_allclose(parts, found.fixed.significant, rtol=1e-9, atol=1e-15)
    assert (found.looks.success <= found.looks.success_without + 1e-12).all()
    assert (found.looks.subjects >= 18).all()
    assert (found.looks.subjects < 36 + 1e-9).all()
    ended = found.looks.stop_futility[:, 0]
    mean = ended * np.nan_to_num(found.looks.difference_given_futility) + (
        1 - ended
    ) * np.nan_to_num(found.looks.difference_given_end)
    assert_allclose(found.looks.difference, mean, atol=1e-12)


def test_a_batch_equals_its_points_one_by_one(deng):
    rates1, rates0 = np.array([0.1, 0.9, 0.75]), np.array([0.5, 0.5, 0.83])
    batch = operating_characteristics(deng, experimental=rates1, control=rates0)
    for place in range(3):
        alone = operating_characteristics(deng, experimental=rates1[place], control=rates0[place])
        for part in ("fixed", "looks"):
            for name in getattr(batch, part).__dataclass_fields__:
                got = getattr(getattr(batch, part), name)[place]
                assert_allclose(
                    got, getattr(getattr(alone, part), name)[0], rtol=1e-12, err_msg=name
                )


def test_many_points_are_taken_in_blocks(deng, monkeypatch):
    rates = np.linspace(0, 1, 7)
    whole = operating_characteristics(deng, experimental=rates, control=rates).looks
    monkeypatch.setattr("equipoise.design.exact_looks._CELLS", 6000)
    parts = operating_characteristics(deng, experimental=rates, control=rates).looks
    assert_array_equal(parts.success, whole.success)


def test_a_grid_broadcasts(deng):
    found = operating_characteristics(deng, experimental=[[0.2], [0.9]], control=[0.1, 0.5, 0.7])
    assert_array_equal(found.experimental, [0.2, 0.2, 0.2, 0.9, 0.9, 0.9])
    assert_array_equal(found.control, [0.1, 0.5, 0.7] * 2)


def test_where_fewer_responses_are_good_the_conclusions_turn_round(tmp_path):
    fewer = small_protocol(
        tmp_path, SIZES, SIZES_0,
        ("when: protein < 0.5, at: W24, benefit: higher",
         "when: protein < 0.5, at: W24, benefit: lower, minimal_important_difference: 0.3"),
    )  # fmt: skip
    down = operating_characteristics(fewer, experimental=[0.1, 0.9], control=[0.9, 0.1]).fixed
    more = small_protocol(
        tmp_path, SIZES, SIZES_0,
        ("at: W24, benefit: higher", "at: W24, benefit: higher, minimal_important_difference: 0.3"),
    )  # fmt: skip
    up = operating_characteristics(more, experimental=[0.9, 0.1], control=[0.1, 0.9]).fixed
    assert_allclose(down.conclusion, up.conclusion, rtol=1e-12)
    assert_allclose(down.significant_benefit, up.significant_benefit, rtol=1e-12)


def test_without_a_margin_nothing_is_ruled_out(tmp_path):
    protocol = small_protocol(tmp_path, SIZES, SIZES_0)
    found = operating_characteristics(protocol, experimental=[0.0, 1.0], control=[1.0, 1.0])
    assert_array_equal(found.fixed.conclusion[:, 1], [0, 0])
    assert found.looks is None
    assert np.isnan(found.size.looks_size)


def test_certain_rates_leave_one_result(deng):
    found = operating_characteristics(deng, experimental=[1.0, 0.0], control=[0.0, 1.0])
    assert_array_equal(found.fixed.significant, [1, 1])
    assert_array_equal(found.fixed.conclusion, [[1, 0, 0], [0, 1, 0]])
    assert_array_equal(found.looks.stop_futility[:, 0], [0, 1])
    assert np.isnan(found.looks.difference_given_futility[0])
    assert np.isnan(found.looks.difference_given_end[1])


@pytest.mark.parametrize("test", ["fisher", "chi_square", "none"])
@pytest.mark.parametrize("interval", ["newcombe", "miettinen_nurminen", "wald"])
def test_every_test_and_interval_of_a_proportion_has_an_exact_answer(tmp_path, test, interval):
    protocol = small_protocol(
        tmp_path, SIZES, SIZES_0,
        ("method: proportion,", f"method: proportion, test: {test}, interval: {interval},"),
    )  # fmt: skip
    found = operating_characteristics(protocol, experimental=[0.5], control=[0.5])
    assert 0 < found.size.size < 0.2
    assert found.fixed.conclusion.sum() == pytest.approx(1)


# --- sizes


def test_sizes_come_from_what_was_realised_else_planned(deng, tmp_path):
    assert binary_design(deng).sizes == (12, 6)
    assert binary_design(deng, sizes={"placebo": 8, "cells": 17}).sizes == (17, 8)
    assert binary_design(small_protocol(tmp_path, SIZES, SIZES_0)).sizes == (7, 5)
    split = small_protocol(
        tmp_path,
        ("description: Adults with lupus nephritis", "description: Adults, planned_subjects: 26"),
        ("role: experimental", "role: experimental, ratio: 2"),
        ("block_sizes: [2, 4]", "block_sizes: [3, 6]"),
    )
    assert binary_design(split).sizes == (17, 9)


# --- rows and sentences


def test_rows_are_named_once_and_say_their_route(deng):
    found = operating_characteristics(deng)
    rows = characteristic_rows(found)
    assert len({result_id(row.key) for row in rows}) == len(rows)
    assert all(row.message.startswith("exact: ") for row in rows)
    assert {row.key.method for row in rows} == {"operating_characteristics"}
    (power,) = [
        row for row in rows
        if row.key.variable == "significant" and row.key.by == "scenario=dramatic; control=0.6; experimental=0.9"
    ]  # fmt: skip
    assert power.value[0] == pytest.approx(0.20920164514469353, rel=1e-10)
    assert power.message == "exact: 91 results of 12 v 6 subjects"
    empty = [row for row in rows if np.isnan(row.value[0])]
    assert all(row.state[0] == State.NOT_ESTIMABLE for row in empty)
    check = cross_check(
        operating_characteristics(deng, experimental=0.9, control=0.6), trials=200,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    routes = {row.message for row in check.rows if row.key.variable != "cross_check"}
    assert routes == {"simulated: 200 trials"}


def test_sentences_cite_rows_that_exist(deng):
    found = operating_characteristics(deng)
    look = decide_at_look(deng, look="futility", responses={"cells": 9, "placebo": 5})
    statements = design_statements(deng, found, look=look)
    ids = {result_id(row.key) for row in (*characteristic_rows(found), *look.rows)}
    assert all(one.cites and set(one.cites) <= ids for one in statements)
    assert len({one.id for one in statements}) == len(statements)
    text = {one.id: one.text for one in statements}
    assert "in 21% of trials" in text["design_dramatic"]
    assert "predictive probability of 0.0019" in text["rule_seen"]
    assert "does not show that there is no relevant benefit" in text["rule_seen"]


# --- refusals


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"experimental": [1.2], "control": [0.5]},
            DataError,
            "experimental: 1.2; wanted rates from 0 to 1",
        ),
        (
            {"experimental": [-0.1], "control": [np.nan]},
            DataError,
            "experimental: -0.1.*\ncontrol: nan",
        ),
        ({"experimental": [0.5]}, DataError, "control: nothing; wanted rates of both arms"),
        ({"experimental": [0.5, 0.6], "control": [0.1, 0.2, 0.3]}, DataError, "broadcast together"),
        (
            {"sizes": {"cells": 0, "placebo": 6}},
            ProtocolError,
            "sizes.cells: 0; wanted one subject",
        ),
        ({"sizes": {"cell": 5, "placebo": 6}}, ProtocolError, "did you mean 'cells'"),
        ({"analysis": "primry"}, ProtocolError, "'primry'.*did you mean 'primary'"),
        ({"analysis": "table_2"}, ProtocolError, "'table_2'; wanted one of primary"),
    ],
)
def test_what_cannot_be_answered_is_refused(deng, arguments, error, message):
    with pytest.raises(error, match=message):
        operating_characteristics(deng, **arguments)


def test_protocols_without_an_exact_route_say_why(tmp_path):
    with pytest.raises(ProtocolError, match="no analysis of method proportion"):
        operating_characteristics(load_protocol("cdisc_pilot"))
    with pytest.raises(ProtocolError, match="no planned subjects; wanted subjects of each arm"):
        operating_characteristics(small_protocol(tmp_path))
    with pytest.raises(ProtocolError, match="wanted futility by a low predictive probability"):
        operating_characteristics(
            looked(tmp_path, ("statistic: predictive_probability", "statistic: p_value"))
        )
    with pytest.raises(ProtocolError, match="cells: 12 after 13; wanted as many subjects"):
        operating_characteristics(
            looked(tmp_path, ("{cells: 6, control: 4}", "{cells: 13, control: 4}"))
        )


@pytest.mark.parametrize(
    ("look", "responses", "message"),
    [
        ("end", {"cells": 9, "placebo": 5}, "'end'; wanted one of futility"),
        (
            "futility",
            {"cells": 13, "placebo": 5},
            "responses.cells: 13; wanted a whole number from 0 to 12",
        ),
        ("futility", {"cells": 9}, "responses.placebo: nothing"),
        ("futility", {"cells": 9, "placebo": 5, "other": 1}, "responses.other: an unknown arm"),
    ],
)
def test_a_look_that_cannot_be_decided_is_refused(deng, look, responses, message):
    with pytest.raises(DataError, match=message):
        decide_at_look(deng, look=look, responses=responses)
