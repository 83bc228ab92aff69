"""Adapter of least-squares means of arms at visits, laid out by the estimator itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Adapter, Given
from equipoise.stats.mmrm import Contrast, fit_mmrm, ls_means, visit_design

__all__ = ["METHODS"]


def visit_means(given: Given) -> Mapping[str, Any]:
    """Answer means of arms at visits, and differences to the first arm, visit by visit."""
    table = given.table()
    wide = table.sort("visit").pivot(on="visit", index=["id", "arm"], values="y")
    arms, arm = np.unique(wide["arm"].to_numpy(), return_inverse=True)
    visits = [str(visit) for visit in sorted(table["visit"].unique())]
    response = wide.select(visits).to_numpy().astype(np.float64)
    names = np.atleast_1d(given.get("covariates_by_visit", [])).tolist()
    covariates = wide.select("id").join(table.unique("id"), on="id", maintain_order="left")
    design = visit_design(
        response=response,
        arm=arm,
        arms=len(arms),
        covariate_by_visit=covariates.select(names).to_numpy() if names else None,
    )
    fit = fit_mmrm(response=response, design=design.matrix, df="satterthwaite")
    means = ls_means(fit, design=design, alpha=1 - given.get("conf", 0.95))
    return {
        "visits": [
            {
                "mean": _contrast_answer(means.mean, place),
                "difference": _contrast_answer(means.difference, place),
            }
            for place in range(len(visits))
        ]
    }


METHODS: Mapping[str, Adapter] = {"visit_means": visit_means}


def _contrast_answer(found: Contrast, visit: int) -> dict[str, Any]:
    """Lay the contrasts of each arm at one visit out as ``emmeans`` does."""
    names = {
        "est": found.estimate,
        "se": found.standard_error,
        "df": found.df,
        "lower": found.ci_low,
        "upper": found.ci_high,
        "t": found.t,
        "p": found.p_value,
    }
    return {name: value[:, visit] for name, value in names.items()}
