"""Small made trials for the tests of the mixed model."""

from __future__ import annotations

import numpy as np

from equipoise.stats.mmrm import visit_design


def made(seed, *, trials=(), subjects=24, visits=3, missing=0.15, arms=2):
    """Response with correlated visits and missing values, arm, baseline and usual design."""
    rng = np.random.default_rng(seed)
    arm = np.arange(subjects) % arms
    base = rng.normal(size=(*trials, subjects))
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    noise = rng.normal(size=(*trials, subjects, visits)) @ np.linalg.cholesky(0.6**lag).T
    y = 3 + 0.5 * base[..., None] + 0.4 * arm[:, None] + noise * (1 + 0.2 * np.arange(visits))
    y[rng.random(y.shape) < missing] = np.nan
    design = visit_design(response=y, arm=arm, arms=arms, covariate=base[..., None])
    return y, arm, base, design
