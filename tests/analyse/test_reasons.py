"""Where there is no number the row says why, whatever the method; and the page prints it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.protocol.rules.multiplicity import CONTRAST_P_VALUES
from equipoise.report.caveats import caveat_blocks
from equipoise.report.display import Table, blocks_of, text_of
from equipoise.report.document import view_of
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from equipoise.stats import State
from support.lupus import invented_cohort
from support.planned import planned

COURSE = "analysis_set: itt, endpoint: albumin_change"
VALUE = "analysis_set: itt, endpoint: protein_24h_final"
CHANGE = "analysis_set: itt, endpoint: protein_24h_change, covariates: [baseline]"
RESPONSE = "analysis_set: itt, endpoint: remission_24"
TIME = "analysis_set: itt, endpoint: time_to_remission"
EVERY = "measures: [risk_difference, relative_risk, odds_ratio]"
MARGIN = "margin: 2, margin_kind: equivalence"
PLANNED = {
    "t": f"t_test, {VALUE}, {MARGIN}",
    "welch": f"welch_test, {VALUE}",
    "ranks": f"wilcoxon, {VALUE}",
    "exact_ranks": f"wilcoxon, {VALUE}, distribution: exact",
    "anova": f"anova, {VALUE}, multiplicity: tukey, contrasts: pairwise",
    "welch_anova": f"welch_anova, {VALUE}",
    "kruskal": f"kruskal_wallis, {VALUE}",
    "ancova": f'ancova, {CHANGE}, factors: [sex], interactions: ["arm:sex"], {MARGIN}',
    "sandwich": f"ancova, {CHANGE}, errors: HC3",
    "dunnett": f"ancova, {CHANGE}, multiplicity: dunnett",
    "mmrm": f"mmrm, {COURSE}, covariates: [baseline], {MARGIN}",
    "repeated": f"rm_anova, {COURSE}",
    "paired": f"paired_t_test, {COURSE}",
    "signed_ranks": f"wilcoxon_signed_rank, {COURSE}, distribution: exact",
    "friedman": f"friedman, {COURSE}",
    "slopes": f"mmrm, {COURSE}, covariance: random_intercept",
    "reference": f"reference_based, {COURSE}",
    "drawn": f"multiple_imputation, {COURSE}, imputations: 3, seed: 1",
    "tipping": f"tipping_point, {COURSE}, deltas: [-1, 0, 1]",
    "split": f"tipping_point, {RESPONSE}",
    "proportion": f"proportion, {RESPONSE}, {EVERY}, margin: 0.2, margin_kind: equivalence",
    "score": f"proportion, {RESPONSE}, {EVERY}, interval: mee, relative_risk_interval: koopman, "
    "odds_ratio_interval: conditional, test: barnard_unpooled",
    "strata": f"stratified_proportion, {RESPONSE}, strata: [sex], {EVERY}",
    "exact_strata": f"stratified_proportion, {RESPONSE}, strata: [sex], test: exact",
    "logistic": f'logistic, {RESPONSE}, covariates: [age], interactions: ["arm:age"]',
    "cmh": f"cmh, {RESPONSE}, strata: [sex]",
    "bayes": f"beta_binomial, {RESPONSE}",
    "rate": "event_rate, analysis_set: itt, endpoint: any_event",
    "described": "describe, analysis_set: itt, variables: [age, sex, albumin@W24], "
    "tests: {number: welch, category: fisher}",
    "curve": f"kaplan_meier, {TIME}, times: [84, 168]",
    "incidence": f"cumulative_incidence, {TIME}, times: [84, 168]",
    "logrank": f"logrank, {TIME}, strata: [sex]",
    "hazard": f"cox, {TIME}, covariates: [age], predicted: [84], residuals: true",
    "subdistribution": f"fine_gray, {TIME}",
    "mean_time": f"restricted_mean, {TIME}, horizon: 168",
    "largest": f"maxcombo, {TIME}",
    "height": f"milestone, {TIME}, at: 84",
    "states": "illness_death, analysis_set: itt, endpoint: disease_course, times: [84, 168], horizon: 168",
}
ANALYSES = "".join(f"  {name}: {{title: T, method: {text}}}\n" for name, text in PLANNED.items())


def unseen(cohort, whom):
    """Take every value after entry away from these subjects."""
    taken = {
        name: np.where(whom[..., np.newaxis] & (name != "day"), np.nan, array)
        for name, array in cohort.visit.items()
    }
    return replace(cohort, visit=taken)


def one_arm_unseen(cohort):
    return unseen(cohort, cohort.subject["arm"] == 1)


def one_subject_seen(cohort):
    return unseen(cohort, np.arange(18) > 0)


def one_control_seen(cohort):
    return unseen(cohort, np.arange(18) > 12)


def all_alike(cohort):
    values = {"albumin": 30.0, "protein_24h": 2.0}
    same = {name: np.where(np.isnan(cohort.visit[name]), np.nan, values[name]) for name in values}
    return replace(cohort, visit={**cohort.visit, **same})


def separated(cohort):
    protein = np.where(cohort.subject["arm"][..., np.newaxis] == 0, 0.1, 10.0)
    protein = np.broadcast_to(protein, cohort.visit["protein_24h"].shape)
    return replace(cohort, visit={**cohort.visit, "protein_24h": protein})


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("reasons"), "deng2017", ANALYSES)


@pytest.fixture(scope="module")
def cohort(protocol):
    return invented_cohort(protocol, sizes={"cells": 12, "placebo": 6}, seed=5)


@pytest.fixture(scope="module")
def usual(protocol, cohort):
    """What rows say where everything could be estimated."""
    rows = analyse(protocol, derive(protocol, cohort)).rows
    return {row.key: row.message for row in rows if row.state[0] == State.ESTIMATED}


def test_families_may_name_just_the_p_values_of_contrasts_that_methods_make(protocol, cohort):
    made = defaultdict(set)
    for row in analyse(protocol, derive(protocol, cohort)).rows:
        key = row.key
        if key.statistic == "p_value" and key.group in ("cells - placebo", "placebo - cells"):
            made[protocol.analyses[key.analysis].method].add(key.variable)
    del made["describe"]  # its p values are of no endpoint
    known = {
        method: {*variables, *({"margin"} & made[method])} or {""}
        for method, variables in CONTRAST_P_VALUES.items()
    }
    assert made == known


@pytest.mark.parametrize(
    "change", [one_arm_unseen, one_subject_seen, one_control_seen, all_alike, separated]
)
def test_what_has_no_number_says_why_and_the_page_prints_it(protocol, cohort, usual, change):
    results = analyse(protocol, derive(protocol, change(cohort)))
    absent = [row for row in results.rows if row.state[0] != State.ESTIMATED]
    assert absent
    for row in absent:
        assert row.message, row.key
        assert row.message != usual.get(row.key), row.key
        if row.state[0] == State.INFINITE:
            assert "infinite" in row.message or "no finite" in row.message, row.key
    assert not [row.key for row in results.rows if row.key.variable == "analysis"]
    rows, words = ResultRows.from_frame(results.frame()), words_of(protocol)
    for name in protocol.analyses:
        assert blocks_of(view_of(protocol, rows, words, name))
    (listed,) = (
        block for block in caveat_blocks(protocol, rows, words)
        if isinstance(block, Table) and block.title == "Results that could not be estimated"
    )  # fmt: skip
    printed = {text_of(row.cells[-1].runs) for row in listed.rows if row.cells}
    for row in absent:
        assert any(f"{State(row.state[0]).label}: {row.message}" in text for text in printed), (
            row.key
        )


def test_an_infinite_ratio_a_singular_model_and_an_empty_arm_are_told_apart(protocol, cohort):
    def state_of(change, **keys):
        results = analyse(protocol, derive(protocol, change(cohort)), only=[keys["analysis"]])
        (row,) = (row for row in results.rows
                  if all(getattr(row.key, name) == level for name, level in keys.items()))  # fmt: skip
        return State(row.state[0])

    ratio = {"statistic": "estimate", "group": "cells - placebo"}
    assert (
        state_of(separated, analysis="hazard", variable="hazard_ratio", **ratio) == State.INFINITE
    )
    assert state_of(all_alike, analysis="mmrm", variable="fit", statistic="aic") == State.SINGULAR
    empty = state_of(one_arm_unseen, analysis="t", variable="contrast", **ratio)
    assert empty == State.NOT_ESTIMABLE
