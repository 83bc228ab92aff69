"""Survival adjusted by a Cox model, beside R 4.2.2 survival 3.5.3 and by hand.

R, with ``veteran.csv``::

    f <- coxph(Surv(time, status) ~ arm + karno + age)
    rowMeans(summary(survfit(f, newdata = transform(d, arm = a)), times = c(30, 100, 365))$surv)
    cox.zph(f, transform = "identity", terms = FALSE)$y
"""

from __future__ import annotations

import csv

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.stats.survival import adjusted_survival, baseline_hazard, cox, cox_residuals
from support.reference import REFERENCE

TIMES = (30.0, 100.0, 365.0)


@pytest.fixture(scope="module")
def veteran():
    with (REFERENCE / "data" / "veteran.csv").open() as file:
        rows = list(csv.DictReader(file))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    return {
        "time": columns["time"],
        "event": columns["status"] > 0,
        "covariates": np.stack([columns[name] for name in ("arm", "karno", "age")], axis=-1),
        "prior": columns["prior"].astype(int),
    }


def model(veteran, **changes):
    return {**{name: veteran[name] for name in ("time", "event", "covariates")}, **changes}


def fitted(data):
    return cox(**data).coefficient


def test_it_is_the_mean_of_the_curves_of_r(veteran):
    data = model(veteran)
    found = adjusted_survival(**data, coefficient=fitted(data), groups=[[0], [1]], times=TIMES)
    expected = [[0.71225196335976, 0.41823015154310, 0.12590787808128],
                [0.668478021086764, 0.362159089186209, 0.091886306120525]]  # fmt: skip
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_strata_keep_their_own_hazard_as_in_r(veteran):
    data = model(veteran, covariates=veteran["covariates"][:, :2], stratum=veteran["prior"])
    found = adjusted_survival(**data, coefficient=fitted(data), groups=[[0], [1]], times=TIMES)
    expected = [[0.71612472553363, 0.42317518917855, 0.12748589981533],
                [0.669483783957146, 0.362427232713091, 0.090763343687462]]  # fmt: skip
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_it_is_the_mean_over_subjects_one_by_one(veteran):
    data = model(veteran, ties="breslow")
    beta = fitted(data)
    base = baseline_hazard(**data, coefficient=beta)
    total = 0.0
    for own in veteran["covariates"]:
        risk = np.exp(np.array([1.0, *own[1:]]) @ beta)
        total += np.exp(-base.cumulative_hazard[base.time <= 100][-1] * risk)
    found = adjusted_survival(**data, coefficient=beta, groups=[[1]], times=[100])
    assert found[0, 0] == pytest.approx(total / len(veteran["time"]), rel=1e-12)


def test_it_begins_at_one_and_ends_with_the_follow_up(veteran):
    data = model(veteran)
    found = adjusted_survival(**data, coefficient=fitted(data), groups=[[1]], times=[0, 999, 1000])
    assert found[0, 0] == 1
    assert 0 < found[0, 1] < 1
    assert np.isnan(found[0, 2])


def test_a_batch_equals_its_trials_and_who_is_out_does_not_count(veteran):
    out = np.where(np.arange(137) % 5 == 0, -np.inf, veteran["time"])
    data = model(veteran, time=np.stack([veteran["time"], out]))
    beta = fitted(data)
    both = adjusted_survival(**data, coefficient=beta, groups=[[0], [1]], times=TIMES)
    inside = out > -np.inf
    alone = {name: value[inside] for name, value in model(veteran).items()}
    one = adjusted_survival(**alone, coefficient=beta[1], groups=[[0], [1]], times=TIMES)
    np.testing.assert_allclose(both[1], one, rtol=1e-12)


@pytest.mark.parametrize("beta", [[np.inf, 0, 0], [np.nan, np.nan, np.nan]])
def test_without_ratios_nothing_is_predicted(veteran, beta):
    found = adjusted_survival(**model(veteran), coefficient=beta, groups=[[1]], times=TIMES)
    assert np.isnan(found).all()


def test_bad_arguments_are_refused_together(veteran):
    with pytest.raises(DataError, match="groups") as caught:
        adjusted_survival(**model(veteran), coefficient=[0, 0, 0], groups=[[0] * 4], times=[-1])
    assert "times" in str(caught.value)
    with pytest.raises(DataError, match="exact"):
        adjusted_survival(
            **model(veteran), coefficient=[0, 0, 0], groups=[[1]], times=[1], ties="exact"
        )


def test_scaled_residuals_are_those_of_cox_zph(veteran):
    data = model(veteran)
    found = cox_residuals(**data, coefficient=fitted(data)).scaled_schoenfeld
    order = np.lexsort([veteran["time"], ~veteran["event"]])
    expected = [[2.3289059376466, -0.119009430308368], [2.8423693156128, -0.054761577335152],
                [2.7625626554973, -0.079184417509225], [-1.4003362250024, -0.098695917682581]]  # fmt: skip
    np.testing.assert_allclose(found[order[:4], :2], expected, rtol=1e-7)
    assert np.isnan(found[~veteran["event"]]).all()
    np.testing.assert_allclose(np.nanmean(found, axis=0), fitted(data), rtol=1e-9)
