"""Values of single subjects are those of the cohort, arm by arm, alone and in a batch."""

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.simulate import simulate_cohort
from equipoise.trials import load_protocol

NAME = "individual_courses"


@pytest.fixture(scope="module")
def protocol():
    return load_protocol("deng2017")


def values(results, trial=0):
    return {
        (row.key.group, row.key.variable, row.key.by): row.value[trial]
        for row in results.rows
        if row.key.statistic == "value" and not np.isnan(row.value[trial])
    }


def made(protocol, trials):
    cohort = simulate_cohort(protocol, scenario="no_effect", seed=5, trials=trials)
    return cohort, analyse(protocol, derive(protocol, cohort), only=[NAME])


def test_every_known_value_is_given_once(protocol):
    cohort, results = made(protocol, range(1))
    found = values(results)
    visits = list(protocol.visits)
    known = {
        visit: np.isfinite(cohort.visit["protein_24h"][0, :, visits.index(visit)]).sum()
        for visit in protocol.analyses[NAME].visits
    }
    for visit, count in known.items():
        own = [key for key in found if key[1] == "protein_24h" and key[2].endswith(f"={visit}")]
        assert len(own) == count
        given = sorted(found[key] for key in own)
        there = cohort.visit["protein_24h"][0, :, visits.index(visit)]
        assert given == sorted(there[np.isfinite(there)])


def test_a_batch_equals_its_trials_one_by_one(protocol):
    _, batch = made(protocol, range(3))
    for trial in range(3):
        _, alone = made(protocol, range(trial, trial + 1))
        assert values(batch, trial) == values(alone)


def test_an_arm_that_is_too_large_is_said_to_be(protocol):
    plan = protocol.analyses[NAME].model_copy(update={"most_subjects": 6})
    small = protocol.model_copy(update={"analyses": {NAME: plan}})
    _, results = made(small, range(1))
    groups = {key[0] for key in values(results)}
    assert groups == {"placebo"}
    (row,) = [one for one in results.rows if one.key.variable == "individual"]
    assert row.key.group == "cells"
    assert row.message == "more than 6 subjects, too many to show singly"
