"""Why R ``pbkrtest`` has other degrees of freedom: it takes the expected information.

Compound symmetry with values missing, as two variances: theta = (between, within subjects).
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import contrast, fit_mmrm
from support.reference import REFERENCE

from .twin import rows_of

# pbkrtest 0.5.2 under lmerTest 3.1.3, printed by tests/reference/R/90_unusual_input.R; lme4 stops
# its search at about 1e-8.
PBKRTEST_DF = [
    113.374374133, 119.278848998, 115.200143649, 115.738337597,
    116.524901109, 116.719647079, 116.183118542, 116.284827975,
]  # fmt: skip
PBKRTEST_SE = [
    0.376492326940, 0.532474282080, 0.356901471053, 0.354571000028,
    0.369414052585, 0.513962644731, 0.500453670116, 0.513463011399,
]  # fmt: skip
PBKRTEST_W = [[0.22291059514958, -0.00969622330506], [-0.00969622330506, 0.02751503056570]]


@pytest.fixture(scope="module")
def trial():
    """Response and design of y ~ arm*visit, columns as R orders them."""
    table = pl.read_csv(REFERENCE / "data" / "unusual_random_intercept.csv")
    visits = 4
    response = table["y"].to_numpy().reshape(-1, visits)
    treated = (table["arm"].to_numpy().reshape(-1, visits) == "TRT")[..., None].astype(float)
    visit = np.broadcast_to(np.eye(visits)[:, 1:], (*response.shape, visits - 1))
    one = np.ones_like(treated)
    return response, np.concatenate([one, treated, visit, treated * visit], axis=-1)


@pytest.fixture(scope="module")
def fit(trial):
    response, design = trial
    return fit_mmrm(response=response, design=design, covariance="cs")


def kenward_roger_with(trial, covariance, *, expected):
    """Covariance of theta, standard errors and degrees of freedom from dense matrices."""
    between, within = covariance[0, 1], covariance[0, 0] - covariance[0, 1]
    subjects = []
    for seen, x, y in rows_of(*trial):
        parts = (np.ones((len(seen),) * 2), np.eye(len(seen)))
        v = np.linalg.inv(between * parts[0] + within * parts[1])
        subjects.append((x, y, v, parts))
    phi = np.linalg.inv(sum(x.T @ v @ x for x, _, v, _ in subjects))
    beta = phi @ sum(x.T @ v @ y for x, y, v, _ in subjects)
    p = [-sum(x.T @ v @ g[a] @ v @ x for x, _, v, g in subjects) for a in range(2)]
    z = [sum(x.T @ v @ g[a] @ v @ (y - x @ beta) for x, y, v, g in subjects) for a in range(2)]
    information, q = np.empty((2, 2)), np.empty((2, 2, *phi.shape))
    for a, b in np.ndindex(2, 2):
        q[a, b] = sum(x.T @ v @ g[a] @ v @ g[b] @ v @ x for x, _, v, g in subjects)
        trace = sum(np.trace(v @ g[a] @ v @ g[b]) for _, _, v, g in subjects)
        fixed = np.trace(phi @ p[a] @ phi @ p[b]) - 2 * np.trace(phi @ q[a, b])
        residual = sum(
            (y - x @ beta) @ v @ g[a] @ v @ g[b] @ v @ (y - x @ beta) for x, y, v, g in subjects
        )
        observed = -trace + 2 * residual - 2 * z[a] @ phi @ z[b] - fixed
        information[a, b] = (trace + fixed if expected else observed) / 2
    w = np.linalg.inv(information)
    slope = np.array([-np.diag(phi @ p[a] @ phi) for a in range(2)])
    df = 2 * np.diag(phi) ** 2 / np.einsum("aj,ab,bj->j", slope, w, slope)
    more = sum(w[a, b] * (q[a, b] - p[a] @ phi @ p[b]) for a, b in np.ndindex(2, 2))
    return w, np.sqrt(np.diag(phi + 2 * phi @ more @ phi)), df


def test_with_the_expected_information_pbkrtest_is_met(trial, fit):
    w, se, df = kenward_roger_with(trial, fit.covariance[0], expected=True)
    assert_allclose(w, PBKRTEST_W, rtol=1e-6)
    assert_allclose(se, PBKRTEST_SE, rtol=1e-7)
    assert_allclose(df, PBKRTEST_DF, rtol=1e-6)


def test_ours_is_the_same_formula_with_the_observed_information(trial, fit):
    _, se, df = kenward_roger_with(trial, fit.covariance[0], expected=False)
    each = contrast(fit, matrix=np.eye(len(df)))
    assert_allclose(each.standard_error, se, rtol=1e-8)
    assert_allclose(each.df, df, rtol=1e-7)
    assert np.max(np.abs(df / PBKRTEST_DF - 1)) > 1e-3
