"""The slow, obvious way of an analysis of covariance: predictions averaged, models compared."""

from __future__ import annotations

import itertools

import numpy as np


def trial(seed, *, subjects=40, groups=3, missing=0.0, balanced=False):
    """Draw one trial with two covariates and two factors of 2 and 3 levels."""
    rng = np.random.default_rng(seed)
    group = np.arange(subjects) % groups if balanced else rng.integers(groups, size=subjects)
    covariates = rng.normal(size=(subjects, 2)) + np.array([3, -1])
    factors = np.stack([rng.integers(level, size=subjects) for level in (2, 3)], axis=-1)
    response = rng.normal(size=subjects) + group + covariates[:, 0] + factors[:, 1]
    response[rng.random(subjects) < missing] = np.nan
    covariates[rng.random(covariates.shape) < missing / 2] = np.nan
    factors[rng.random(factors.shape) < missing / 2] = -1
    return {
        "response": response,
        "group": group,
        "groups": groups,
        "covariates": covariates,
        "factors": factors,
        "levels": (2, 3),
    }


def known(one):
    return (
        ~np.isnan(one["response"])
        & ~np.isnan(one["covariates"]).any(axis=-1)
        & (one["factors"] >= 0).all(axis=-1)
        & (one["group"] >= 0)
    )


def design(one, group, covariates, factors, *, terms, coding="treatment"):
    """Build the columns of the named terms, one subject a row."""
    levels = {"group": one["groups"], "factor 0": one["levels"][0], "factor 1": one["levels"][1]}
    values = {
        "group": group,
        "covariate 0": covariates[:, 0],
        "covariate 1": covariates[:, 1],
        "factor 0": factors[:, 0],
        "factor 1": factors[:, 1],
    }

    def coded(name):
        if name not in levels:
            return values[name][:, None]
        full = (values[name][:, None] == np.arange(levels[name])).astype(float)
        return full[:, 1:] if coding == "treatment" else full[:, :-1] - full[:, -1:]

    columns = []
    for term in terms:
        names = [] if term == "intercept" else term.split(":")
        parts = [coded(name).T for name in names]
        columns += [
            np.prod([np.ones(len(group)), *chosen], axis=0) for chosen in itertools.product(*parts)
        ]
    return np.stack(columns, axis=-1)


def terms_of(group_by=()):
    margins = ["intercept", "covariate 0", "covariate 1", "factor 0", "factor 1", "group"]
    return [*margins, *(f"{name}:group" for name in group_by)]


def fit(one, terms, coding="treatment"):
    """Least squares by the pseudo-inverse: coefficients, their covariance, residual sum, df."""
    keep = known(one)
    x = design(
        one, one["group"][keep], one["covariates"][keep], one["factors"][keep],
        terms=terms, coding=coding,
    )  # fmt: skip
    y = one["response"][keep]
    beta = np.linalg.pinv(x) @ y
    squares, df = np.sum((y - x @ beta) ** 2), len(y) - np.linalg.matrix_rank(x)
    return beta, squares / df * np.linalg.pinv(x.T @ x), squares, df


def mean_rows(one, terms, weighting):
    """Average what the model says of each group over one common mix of subjects."""
    keep = known(one)
    covariates, factors = one["covariates"][keep], one["factors"][keep]
    if weighting == "equal":
        grid = np.array(list(itertools.product(*(range(level) for level in one["levels"]))))
        factors, covariates = grid, np.tile(covariates.mean(axis=0), (len(grid), 1))
    return np.stack(
        [
            design(
                one, np.full(len(factors), code), covariates, factors, terms=terms
            ).mean(axis=0)
            for code in range(one["groups"])
        ]
    )  # fmt: skip
