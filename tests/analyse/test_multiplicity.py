"""Families of hypotheses over analyses: against R, and rules of their plan."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from scipy.stats import combine_pvalues

from equipoise.analyse.key import Key
from equipoise.analyse.multiplicity import family_rows
from equipoise.analyse.results import Row
from equipoise.errors import ProtocolError
from equipoise.protocol.model.multiplicity import Family
from support.counted import analysed, counted_cohort, counted_protocol
from support.reference import cases

CASES = {case.id: case for case in cases("multiplicity")}
NAMES = tuple("abcdef")
CONTRAST = "cells - control"


def p_value_rows(p_values):
    """One row of a p value for each analysis a, b, c ...; (trials, analyses)."""
    p_values = np.atleast_2d(p_values)
    trials = len(p_values)
    return [
        Row(
            key=Key(analysis=name, method="proportion", statistic="p_value", group=CONTRAST,
                    variable="test"),
            value=p_values[:, place], state=np.isnan(p_values[:, place]).astype(np.int8),
            n_used=np.full(trials, 10.0), n_missing=np.zeros(trials), message="a test",
        )
        for place, name in zip(range(p_values.shape[1]), NAMES, strict=False)
    ]  # fmt: skip


def decided(folder, p_values, procedure, **fields):
    """Decide about a family of made-up p values; rows by hypothesis and statistic."""
    names = NAMES[: np.atleast_2d(p_values).shape[1]]
    protocol = counted_protocol(
        folder, *(f"{name}: method: proportion, endpoint: response" for name in names)
    )
    family = Family(
        title="All", procedure=procedure,
        hypotheses={f"H{name}": {"analysis": name} for name in names}, **fields,
    )  # fmt: skip
    protocol = protocol.model_copy(update={"multiplicity": {"family": family}})
    rows = family_rows(protocol, p_value_rows(p_values))
    return {(row.key.variable, row.key.statistic): row for row in rows}


@pytest.mark.parametrize("procedure", ["bonferroni", "holm", "hochberg", "hommel"])
@pytest.mark.parametrize("name", [one for one in CASES if one.startswith("padjust")])
def test_adjusted_p_values_are_those_of_r(tmp_path, name, procedure):
    case = CASES[name]
    p_values = np.array(case.inputs["p"])
    rows = decided(tmp_path, p_values, procedure)
    for place, letter in zip(range(len(p_values)), NAMES, strict=False):
        wanted = case.expected[procedure][place]
        assert rows[f"H{letter}", "p_value_adjusted"].value[0] == pytest.approx(wanted, rel=1e-9)
        assert rows[f"H{letter}", "rejected"].value[0] == (wanted <= 0.05)


@pytest.mark.parametrize("name", [one for one in CASES if one.startswith("graph")])
def test_graphs_are_those_of_r(tmp_path, name):
    case = CASES[name]
    given = case.inputs
    hypotheses = [f"H{letter}" for letter, _ in zip(NAMES, given["p"], strict=False)]
    transitions = {
        one: {other: share for other, share in zip(hypotheses, row, strict=True) if share}
        for one, row in zip(hypotheses, given["transition"], strict=True)
    }
    rows = decided(
        tmp_path, np.array(given["p"]), "graph", alpha=given["alpha"],
        weights=dict(zip(hypotheses, map(float, given["weights"]), strict=True)),
        transitions={one: passed for one, passed in transitions.items() if passed},
    )  # fmt: skip
    for place, hypothesis in enumerate(hypotheses):
        adjusted = rows[hypothesis, "p_value_adjusted"].value[0]
        assert adjusted == pytest.approx(case.expected["adjusted_p"][place], rel=1e-9)
        assert rows[hypothesis, "rejected"].value[0] == case.expected["reject"][place]


def test_a_sequence_stops_at_the_first_that_fails_and_a_missing_p_value_stays(tmp_path):
    batch = np.array([[0.01, 0.2, 0.001], [0.01, 0.02, 0.03], [np.nan, 0.001, 0.001]])
    rows = decided(tmp_path, batch, "fixed_sequence")
    rejected = np.stack([rows[f"H{name}", "rejected"].value for name in "abc"], axis=-1)
    np.testing.assert_array_equal(rejected, [[1, 0, 0], [1, 1, 1], [0, 0, 0]])
    assert np.isnan(rows["Ha", "p_value_adjusted"].value[2])
    assert rows["Ha", "p_value_adjusted"].state[2] == 1
    assert rows["Ha", "rejected"].state[2] == 0
    order = np.stack([rows[f"H{name}", "order"].value for name in "abc"], axis=-1)
    np.testing.assert_array_equal(order, [[1, 0, 0], [1, 2, 3], [0, 0, 0]])


def test_a_sequence_is_the_graph_of_a_chain(tmp_path):
    batch = np.random.default_rng(2).random((40, 4)) ** 3
    names = [f"H{letter}" for letter in "abcd"]
    chain = {one: {other: 1.0} for one, other in pairwise(names)}
    graph = decided(tmp_path, batch, "graph", weights={"Ha": 1.0}, transitions=chain)
    sequence = decided(tmp_path, batch, "fixed_sequence")
    highest = np.maximum.accumulate(batch, axis=1)
    for place, name in enumerate(names):
        for statistic in ("p_value_adjusted", "rejected", "order"):
            np.testing.assert_array_equal(
                graph[name, statistic].value, sequence[name, statistic].value
            )
        np.testing.assert_allclose(sequence[name, "p_value_adjusted"].value, highest[:, place])


def test_other_procedures_have_no_order(tmp_path):
    rows = decided(tmp_path, np.array([0.01, 0.02]), "holm")
    assert ("Ha", "order") not in rows


PLAN = """\
multiplicity:
  family:
    title: The two questions
    procedure: {procedure}
    hypotheses:
      one: {{analysis: first, variable: test}}
      two: {{analysis: second{more}}}
"""
ANALYSES = (
    "first: method: proportion, endpoint: response, margin: 0.3, margin_kind: equivalence",
    "second: method: proportion, endpoint: failure",
)


def test_a_protocol_plans_it_and_an_unclear_p_value_is_a_row_that_says_so(tmp_path):
    plan = PLAN.format(procedure="holm", more="")
    protocol = counted_protocol(tmp_path, *ANALYSES, more=plan)
    rng = np.random.default_rng(1)
    arm = np.repeat([0.0, 1.0], 20)[np.newaxis].repeat(3, axis=0)
    cohort = counted_cohort(
        protocol, arm=arm, subject={"responds": rng.integers(0, 2, arm.shape).astype(float)}
    )
    results = analysed(protocol, cohort)
    assert results.values(analysis="family", variable="one", statistic="rejected").shape == (3,)
    hypotheses = {"one": {"analysis": "first"}, "two": {"analysis": "second"}}
    family = Family(title="Both", procedure="holm", hypotheses=hypotheses)
    again = protocol.model_copy(update={"multiplicity": {"family": family}})
    row = next(row for row in family_rows(again, results.rows) if row.key.variable == "one")
    assert np.isnan(row.value).all()
    assert row.message == "2 p values fit (cells - control margin; cells - control test)"


@pytest.mark.parametrize(
    ("procedure", "more", "message"),
    [
        ("holm", ", contrast: [cells, placebo]", r"unknown contrast 'cells - placebo'"),
        ("hohm", "", r"'hohm'; wanted"),
        ("holm\n    weights: {one: 1}", "", r"weights of a holm procedure"),
        ("graph", "", r"a graph without weights"),
        ("graph\n    weights: {one: 0.6, two: 0.6}", "", r"weights that sum to 1.2; wanted at most 1"),
        ("graph\n    weights: {one: 1, three: 0}", "", r"unknown hypothesis 'three'"),
        ("graph\n    weights: {one: 1}\n    transitions: {one: {two: 0.7}}", "", r"shares that sum to 0.7"),
        ("graph\n    weights: {one: 1}\n    transitions: {one: {one: 1}}", "", r"a share to itself"),
        ("graph\n    weights: {one: 1}\n    transitions: {one: {two: 2}}", "", r"2; wanted a share of 0 to 1"),
        ("holm\n    alpha: 0.7", "", r"less than 0.5"),
    ],
)  # fmt: skip
def test_a_wrong_plan_is_refused_with_its_place(tmp_path, procedure, more, message):
    plan = PLAN.format(procedure=procedure, more=more)
    with pytest.raises(ProtocolError, match=message) as caught:
        counted_protocol(tmp_path, *ANALYSES, more=plan)
    assert "protocol.yaml:" in str(caught.value)


@pytest.mark.parametrize(
    ("analyses", "message"),
    [
        (("first: method: proportion, endpoint: response",), r"unknown analysis 'second'"),
        (("first: method: milestone, endpoint: first, at: 9", ANALYSES[0].replace("first:", "second:")),
         r"two.variable: no p value of 'second' named, which has several; wanted one of test, margin"),
        (("first: method: logrank, endpoint: first", ANALYSES[1]), r"'test' of 'first', which has one p value; wanted no field variable"),
        (("first: method: cox, endpoint: first", ANALYSES[1]), r"unknown p value 'test'; wanted one of hazard_ratio"),
        ((ANALYSES[0], "second: method: describe, variables: [x]"), r"of method describe"),
        ((ANALYSES[0], "second: method: kaplan_meier, endpoint: first, times: [1]"), r"of method kaplan_meier"),
        ((ANALYSES[0], "second: method: kruskal_wallis, endpoint: first"), r"of method kruskal_wallis"),
        ((*ANALYSES, "family: method: proportion, endpoint: response"), r"which is an analysis"),
    ],
)  # fmt: skip
def test_hypotheses_are_those_of_tests_that_are_planned(tmp_path, analyses, message):
    with pytest.raises(ProtocolError, match=message):
        counted_protocol(tmp_path, *analyses, more=PLAN.format(procedure="holm", more=""))


@pytest.mark.parametrize(
    ("procedure", "combination"),
    [("closed_fisher", "fisher"), ("closed_inverse_normal", "stouffer")],
)
def test_a_closed_procedure_rejects_what_every_combination_with_it_rejects(
    tmp_path, procedure, combination
):
    p_values = np.array([0.02, 0.04, 0.3])
    rows = decided(tmp_path, p_values, procedure)
    for place, name in enumerate("abc"):
        others = [one for one in range(3) if one != place]
        sets = [[place, *kept] for size in range(3) for kept in combinations(others, size)]
        wanted = max(combine_pvalues(p_values[one], method=combination).pvalue for one in sets)
        assert rows[f"H{name}", "p_value_adjusted"].value[0] == pytest.approx(wanted, rel=1e-12)


def test_a_closed_family_is_small_enough_to_write_every_intersection_out(tmp_path):
    names = [f"h{place}" for place in range(15)]
    chosen = ", ".join(f"{one}: {{analysis: {one}}}" for one in names)
    more = (
        f"multiplicity: {{all: {{title: A, procedure: closed_fisher, hypotheses: {{{chosen}}}}}}}\n"
    )
    analyses = [f"{one}: method: proportion, endpoint: response" for one in names]
    with pytest.raises(ProtocolError, match="15 of a closed test; wanted at most 14"):
        counted_protocol(tmp_path, *analyses, more=more)
