"""Imputation and tipping points: what is asked is what is computed, for one trial and for many."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.analyse import analyse
from equipoise.derive import departure_visit, derive
from equipoise.errors import ProtocolError
from equipoise.stats.missing import (
    multiple_imputation_analysis,
    reference_based_analysis,
    reference_based_bootstrap,
)
from support.lupus import invented_cohort
from support.planned import planned

ANALYSES = """\
  drawn: {title: T, method: multiple_imputation, estimand: protein_alive, covariates: [baseline],
          imputations: 20, seed: 7}
  drawn_again: {title: T, method: multiple_imputation, estimand: protein_alive,
                covariates: [baseline], imputations: 20, seed: 8}
  reference: {title: T, method: reference_based, estimand: protein_alive, covariates: [baseline]}
  early: {title: T, method: reference_based, estimand: protein_alive, covariates: [baseline],
          visit: W12, departure: intercurrent_event, strategies: [jump_to_reference]}
  rubin: {title: T, method: reference_based, estimand: protein_alive, covariates: [baseline],
          factors: [sex], error: rubin, imputations: 20, seed: 7, strategies: [copy_reference]}
  boot: {title: T, method: reference_based, estimand: protein_alive, covariates: [baseline],
         error: bootstrap, samples: 50, seed: 3, strategies: [jump_to_reference]}
  boot_normal: {title: T, method: reference_based, estimand: protein_alive, covariates: [baseline],
                error: bootstrap, samples: 50, seed: 3, strategies: [jump_to_reference],
                interval: normal, alternative: less}
  delta: {title: T, method: tipping_point, estimand: protein_alive, covariates: [baseline],
          deltas: [-1, 0, 0.5], control_deltas: [0, 2]}
  split: {title: T, method: tipping_point, estimand: remission_without_death}
  split_chi: {title: T, method: tipping_point, estimand: remission_without_death, test: chi_square,
              group: sex, contrasts: against_control}
"""
SIZES = {"cells": 16, "placebo": 14}


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("imputation"), "deng2017", ANALYSES)


@pytest.fixture(scope="module")
def batch(protocol):
    """Three trials of which many values are missing."""
    cohort = invented_cohort(protocol, sizes=SIZES, seed=5, trials=3)
    rng = np.random.default_rng(1)
    protein = cohort.visit["protein_24h"].copy()
    late = list(protocol.visits).index("W12")
    left = rng.random(cohort.shape) < 0.3
    protein[..., late:] = np.where(left[..., np.newaxis], np.nan, protein[..., late:])
    return replace(cohort, visit={**cohort.visit, "protein_24h": protein})


def alone(cohort, trial):
    rows = slice(trial, trial + 1)
    kept = cohort.events.trial == trial
    return replace(
        cohort,
        enrolled=cohort.enrolled[rows],
        subject={name: array[rows] for name, array in cohort.subject.items()},
        visit={name: array[rows] for name, array in cohort.visit.items()},
        events=type(cohort.events)(
            trial=np.zeros(kept.sum(), dtype=np.int64),
            subject=cohort.events.subject[kept],
            columns={name: array[kept] for name, array in cohort.events.columns.items()},
        ),
    )


@pytest.fixture(scope="module")
def derived(protocol, batch):
    return derive(protocol, batch)


@pytest.fixture(scope="module")
def found(protocol, derived):
    return analyse(protocol, derived)


def arrays(derived):
    """Course, arm with the placebo first, and baseline, as the estimators take them."""
    value = derived.estimands["protein_alive"]
    arm = 1 - derived.cohort.subject["arm"].astype(int)  # cells come first in the protocol
    return value.value, arm, value.baseline[..., np.newaxis]


CONTRAST = {"variable": "contrast", "group": "cells - placebo"}


def test_draws_are_those_of_the_seed_in_every_trial(derived, found):
    response, arm, baseline = arrays(derived)
    keys = {"analysis": "drawn", **CONTRAST}
    for trial in range(3):
        expected = multiple_imputation_analysis(
            response=response[trial], arm=arm[trial], covariate=baseline[trial], imputations=20,
            rng=np.random.Generator(np.random.Philox(7)),
        ).difference  # fmt: skip
        for name in ("estimate", "standard_error", "df", "ci_low", "p_value"):
            got = found.values(**keys, statistic=name)[trial]
            assert_allclose(got, getattr(expected, name)[0], rtol=1e-12)
    other = found.values(analysis="drawn_again", **CONTRAST, statistic="estimate")
    assert (other != found.values(**keys, statistic="estimate")).all()


def test_the_same_protocol_and_data_give_the_same_bytes(protocol, derived, found):
    again = analyse(protocol, derived, only=["drawn", "rubin"])
    for row in again.rows:
        first = next(one for one in found.rows if one.key == row.key)
        assert_array_equal(first.value, row.value)


def test_a_trial_of_a_batch_is_the_trial_alone(protocol, batch, found):
    for trial in range(3):
        single = analyse(protocol, derive(protocol, alone(batch, trial)))
        together = {row.key: row for row in found.rows}
        for row in single.rows:
            got = together[row.key]
            assert_allclose(got.value[trial], row.value[0], rtol=1e-8, atol=1e-11,
                            err_msg=str(row.key))  # fmt: skip
            assert got.state[trial] == row.state[0]


@pytest.mark.parametrize("strategy", ["jump_to_reference", "copy_reference", "copy_increments"])
def test_the_control_of_the_protocol_is_the_reference(derived, found, strategy):
    response, arm, baseline = arrays(derived)
    expected = reference_based_analysis(
        response=response, arm=arm, covariate=baseline, strategy=strategy
    )
    keys = {"analysis": "reference", "by": f"visit=W24; strategy={strategy}"}
    for name in ("estimate", "standard_error", "ci_low", "ci_high", "p_value"):
        got = found.values(**keys, **CONTRAST, statistic=name)
        assert_allclose(got, getattr(expected.difference, name)[:, 0], rtol=1e-10)
    got = found.values(**keys, variable="lsmean", group="cells", statistic="estimate")
    assert_allclose(got, expected.mean.estimate[:, 1], rtol=1e-10)


def test_the_bootstrap_is_that_of_the_seed_in_every_trial(derived, found):
    response, arm, baseline = arrays(derived)
    keys = {"by": "visit=W24; strategy=jump_to_reference", **CONTRAST}
    for trial in range(3):
        all_of_it = reference_based_bootstrap(
            response=response[trial], arm=arm[trial], covariate=baseline[trial], samples=50,
            strategy="jump_to_reference", rng=np.random.Generator(np.random.Philox(3)),
        )  # fmt: skip
        expected = all_of_it.difference
        for analysis, kind in (("boot", "percentile"), ("boot_normal", "normal")):
            for name, own in (
                ("estimate", expected.estimate),
                ("standard_error", expected.standard_error),
                ("ci_low", getattr(expected, f"{kind}_low")),
                ("ci_high", getattr(expected, f"{kind}_high")),
            ):
                got = found.values(analysis=analysis, **keys, statistic=name)[trial]
                assert_allclose(got, own[0], rtol=1e-12)
        got = found.values(analysis="boot", **keys, statistic="p_value")[trial]
        assert got == expected.percentile_p[0]
        z = expected.estimate[0] / expected.standard_error[0]
        got = found.values(analysis="boot_normal", **keys, statistic="p_value")[trial]
        assert got == pytest.approx(stats.norm.cdf(z), rel=1e-9)
        again = found.values(analysis="boot", variable="bootstrap", statistic="failed")[trial]
        assert again == all_of_it.failed


def test_departure_is_the_first_visit_after_the_event(protocol, derived, found):
    response, arm, baseline = arrays(derived)
    estimand = protocol.estimands["protein_alive"]
    left = departure_visit(estimand, ("W4", "W12", "W24"), protocol, derived.scope, derived.world)
    death = derived.world.subject["death_day"]
    for trial, subject in np.argwhere(~np.isnan(death)):
        days = [28, 84, 168]
        expected = sum(day <= death[trial, subject] for day in days)
        assert left[trial, subject] == expected
    assert (left[np.isnan(death)] == 3).all()
    expected = reference_based_analysis(
        response=response, arm=arm, covariate=baseline, strategy="jump_to_reference",
        departure=left, visit=1,
    )  # fmt: skip
    keys = {"analysis": "early", "by": "visit=W12; strategy=jump_to_reference"}
    got = found.values(**keys, **CONTRAST, statistic="estimate")
    assert_allclose(got, expected.difference.estimate[:, 0], rtol=1e-10)


def test_what_was_filled_is_counted(derived, found):
    response, arm, _ = arrays(derived)
    for place, visit in enumerate(("W4", "W12", "W24")):
        missing = (np.isnan(response[..., place]) & (arm == 1)).sum(axis=-1)
        keys = {"analysis": "reference", "group": "cells", "by": f"visit={visit}"}
        assert_array_equal(found.values(**keys, variable="filled", statistic="count"), missing)
        assert_array_equal(found.values(**keys, variable="seen", statistic="n"), 16 - missing)
    names = {row.key.variable for row in found.rows if row.key.analysis == "reference"}
    assert "imputed" not in names


@pytest.mark.parametrize(("delta", "control"), [(-1, 0), (0.5, 2)])
def test_a_delta_moves_the_imputed_values_of_its_arm(derived, found, delta, control):
    response, arm, baseline = arrays(derived)
    shift = np.where(arm == 1, float(delta), float(control))[..., np.newaxis]
    expected = reference_based_analysis(
        response=response, arm=arm, covariate=baseline, delta=np.repeat(shift, 3, axis=-1)
    )
    by = f"visit=W24; delta={delta:g}; control_delta={control:g}"
    for name in ("estimate", "standard_error", "p_value"):
        got = found.values(analysis="delta", by=by, **CONTRAST, statistic=name)
        assert_allclose(got, getattr(expected.difference, name)[:, 0], rtol=1e-7)


def test_the_conclusion_turns_at_the_turning_point(derived, found, tmp_path):
    keys = {"analysis": "delta", "by": "visit=W24; control_delta=0", "group": "cells - placebo"}
    points = [
        (trial, point)
        for side in ("below", "above")
        for trial, point in enumerate(
            found.values(**keys, variable="turning_point", statistic=side)
        )
        if np.isfinite(point)
    ]
    assert points
    for trial, point in points[:2]:
        text = ANALYSES.replace("[-1, 0, 0.5]", str(sorted([0.0, float(point)])))
        again = analyse(planned(tmp_path, "deng2017", text), derived, only=["delta"])
        by = f"visit=W24; delta={point:g}; control_delta=0"
        p_value = again.values(analysis="delta", by=by, **CONTRAST, statistic="p_value")
        assert p_value[trial] == pytest.approx(0.05, rel=1e-6)


def test_every_split_of_the_missing_is_tested(derived, found):
    value = derived.estimands["remission_without_death"].value
    arm = derived.cohort.subject["arm"]
    for trial in range(3):
        x1, x0 = ((value[trial] == 1) & (arm[trial] == code) for code in (0, 1))
        m1, m0 = (int((np.isnan(value[trial]) & (arm[trial] == code)).sum()) for code in (0, 1))
        p_values = []
        for one in range(m1 + 1):
            for other in range(m0 + 1):
                a, b = x1.sum() + one, x0.sum() + other
                expected = stats.fisher_exact([[a, 16 - a], [b, 14 - b]]).pvalue
                by = f"responders={one}; control_responders={other}"
                got = found.values(analysis="split", variable="split", by=by, statistic="p_value")
                assert got[trial] == pytest.approx(expected, rel=1e-9)
                p_values.append(expected)
        for statistic, expected in (
            ("splits", len(p_values)),
            ("significant", sum(p < 0.05 for p in p_values)),
            ("p_value_lowest", min(p_values)),
            ("p_value_highest", max(p_values)),
        ):
            got = found.values(
                analysis="split", variable="splits", statistic=statistic, group="cells - placebo"
            )
            assert got[trial] == pytest.approx(expected, rel=1e-9)


def test_a_trial_too_small_for_the_model_is_a_state_with_a_reason(protocol):
    cohort = invented_cohort(protocol, sizes={"cells": 3, "placebo": 2}, seed=2)
    results = analyse(protocol, derive(protocol, cohort), only=["drawn", "reference", "delta"])
    for name in ("drawn", "reference", "delta"):
        rows = [row for row in results.rows if row.key.analysis == name
                and row.key.variable == "contrast" and row.key.statistic == "estimate"]  # fmt: skip
        assert rows
        for row in rows:
            assert np.isnan(row.value).all()
            assert "too few subjects" in row.message


def test_nobody_in_an_arm_is_a_row(protocol):
    cohort = invented_cohort(protocol, sizes={"cells": 12, "placebo": 12}, seed=2, trials=2)
    cohort.enrolled[1, 12:] = False
    names = ("drawn", "reference", "delta", "split")
    results = analyse(protocol, derive(protocol, cohort), only=names)
    for name in names:
        rows = [row for row in results.rows if row.key.analysis == name
                and row.key.statistic == "p_value"]  # fmt: skip
        assert rows
        assert all(np.isnan(row.value[1]) for row in rows)
    for name in ("cells", "placebo"):
        cohort.enrolled[:] = cohort.subject["arm"] == list(SIZES).index(name)
        results = analyse(protocol, derive(protocol, cohort), only=names)
        assert {row.key.analysis for row in results.rows} == set(names)


MI = "method: multiple_imputation, estimand: protein_alive"
RB = "method: reference_based, estimand: protein_alive"
TP = "method: tipping_point, estimand: protein_alive"
TR = "method: tipping_point, estimand: remission_without_death"


@pytest.mark.parametrize(
    ("analysis", "message"),
    [
        (f"{MI}, seed: 1", "imputations"),
        (f"{MI}, imputations: 100", "seed"),
        (f"{MI}, imputations: 1, seed: 1", "imputations"),
        (f"{MI}, imputations: 9, seed: 1, visit: W8", "unknown visit of the endpoint 'W8'; wanted one of W4, W12, W24"),
        (f"{MI}, imputations: 9, seed: 1, contrasts: pairwise", "contrasts: pairwise; wanted against_control"),
        ("method: multiple_imputation, endpoint: protein_24h_change, analysis_set: itt, imputations: 9, seed: 1",
         "multiple_imputation of one visit; wanted two visits or more"),
        ("method: multiple_imputation, estimand: remission_without_death, imputations: 9, seed: 1",
         "multiple_imputation of a response endpoint"),
        (f"{RB}, strategies: [jump]", "strategies"),
        (f"{RB}, strategies: [copy_reference, copy_reference]", "'copy_reference' again"),
        (f"{RB}, error: rubin, seed: 1", "rubin without imputations"),
        (f"{RB}, seed: 1", "seed beside jackknife errors; wanted none, or error: bootstrap or rubin"),
        (f"{RB}, error: bootstrap, samples: 99", "bootstrap without seed"),
        (f"{RB}, error: bootstrap, seed: 9", "bootstrap without samples"),
        (f"{RB}, error: bootstrap, seed: 9, samples: 99, imputations: 9", "imputations beside bootstrap"),
        (f"{RB}, error: bootstrap, seed: 9, samples: 38", "38 samples for percentiles at level 0.95; wanted 39"),
        (f"{RB}, interval: normal", "interval beside jackknife errors; wanted none, or error: bootstrap"),
        ("method: reference_based, endpoint: protein_change, analysis_set: itt, departure: intercurrent_event",
         "intercurrent_event without such an event"),
        (TP, "no field 'deltas'"),
        (f"{TP}, deltas: [1, 0]", "deltas: 1, 0; wanted each once, from the least upwards"),
        (f"{TP}, deltas: [1, 2]", "no 0 among them"),
        (f"{TP}, deltas: [0, 1], test: fisher", "fisher for a number"),
        (f"{TP}, deltas: [0, 1], multiplicity: holm", "holm of a tipping point"),
        (f"{TP}, deltas: [0, 1], alternative: less", "less for tipping_point"),
        (f"{TR}, deltas: [0, 1]", "deltas for a response"),
        ("method: tipping_point, estimand: remission_composite", "fills by failure; wanted one with missing: none"),
    ],
)  # fmt: skip
def test_what_cannot_be_imputed_is_a_fault_with_its_line(tmp_path, analysis, message):
    with pytest.raises(ProtocolError, match=message) as caught:
        planned(tmp_path, "deng2017", f"  more: {{title: More, {analysis}}}\n")
    assert "protocol.yaml:" in str(caught.value)
    assert "analyses.more" in str(caught.value)
