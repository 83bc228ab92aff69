"""Growth of 27 children: Potthoff RF, Roy SN. Biometrika 1964; 51:313-326.

Minus twice the log likelihoods: Verbeke G, Molenberghs G. Linear Mixed Models for Longitudinal
Data, 2000, chapter 17, growth data, models 1 to 7 (after Jennrich RI, Schluchter MD. Biometrics
1986; 42:805-820). Estimates of model 2 and the criterion by sex: SAS/STAT User's Guide, The MIXED
Procedure, example "Repeated Measures".
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.stats.mmrm import contrast, fit_mmrm, fit_random_coefficients
from support.reference import REFERENCE

AGE = np.array([8.0, 10, 12, 14])
TABLE = pl.read_csv(REFERENCE / "data" / "orthodont.csv")
Y = TABLE["y"].to_numpy().reshape(27, 4)
GIRL = 1 - TABLE["arm"].to_numpy().reshape(27, 4)[:, 0]
ONE = np.ones((27, 4))
GIRLS = ONE * GIRL[:, None]
SATURATED = np.concatenate(
    [np.eye(4) * GIRL[:, None, None], np.eye(4) * (1 - GIRL)[:, None, None]], axis=-1
)
TWO_LINES = np.stack([ONE, GIRLS, ONE * AGE, GIRLS * AGE], axis=-1)
PARALLEL = TWO_LINES[..., :3]
LAST_DIGIT = 0.0005


@pytest.mark.parametrize(
    ("design", "covariance", "published"),
    [
        (SATURATED, "us", 416.509),
        (TWO_LINES, "us", 419.477),
        (PARALLEL, "us", 426.153),
        (TWO_LINES, "toep", 424.643),
        (TWO_LINES, "ar1", 440.681),
        (TWO_LINES, "cs", 428.639),
    ],
)
def test_criterion_of_the_models(design, covariance, published):
    fit = fit_mmrm(
        response=Y, design=design, covariance=covariance, method="ml", df="satterthwaite"
    )
    assert abs(fit.minus_twice_log_likelihood - published) <= LAST_DIGIT


def test_criterion_of_random_lines():
    basis = np.stack([np.ones(4), AGE], axis=-1)
    both = fit_random_coefficients(
        response=Y, design=TWO_LINES, basis=basis, method="ml", df="satterthwaite"
    )
    assert abs(both.fit.minus_twice_log_likelihood - 427.806) <= LAST_DIGIT


def test_compound_symmetry_by_sex():
    fit = fit_mmrm(
        response=Y, design=TWO_LINES, covariance="cs", group=GIRL, method="ml", df="satterthwaite"
    )
    assert abs(fit.minus_twice_log_likelihood - 408.8) <= 0.05


def test_estimates_with_an_unstructured_covariance():
    fit = fit_mmrm(response=Y, design=TWO_LINES, method="ml", df="satterthwaite")
    at = contrast(fit, matrix=np.eye(4))
    for value, published in zip(at.estimate, [15.8423, 1.5831, 0.8268, -0.3504], strict=True):
        assert abs(value - published) <= 0.00005
    for value, published in zip(at.standard_error, [0.9356, 1.4658, 0.0791, 0.1239], strict=True):
        assert abs(value - published) <= 0.00005
    first_row = [5.1192, 2.4409, 3.6105, 2.5222]
    for value, published in zip(fit.covariance[0, 0], first_row, strict=True):
        assert abs(value - published) <= 0.00005
