"""Adapters of moved and split missing values, and of errors from samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Adapter, Given
from equipoise.stats import missing
from equipoise.stats.arrays import Floats
from equipoise.stats.binary import fisher_test
from equipoise.stats.continuous import student_t_test

__all__ = ["METHODS"]


def delta_adjustment(given: Given) -> Mapping[str, Any]:
    """Move what was imputed in the experimental arm, and compare the last visit by t tests."""
    response, imputed = (
        np.array([[np.nan if one == "NA" else one for one in row] for row in given[name]], float)
        for name in ("response", "imputed")
    )
    treated = np.array(given["arm"]) == 1

    def moved(delta: Floats) -> Floats:
        own = np.asarray(delta)[:, None, None] * treated[:, None] * np.ones(response.shape[1])
        return missing.add_delta(imputed=imputed, response=response, delta=own)

    def p_value_at(delta: Floats) -> Floats:
        return student_t_test(response=moved(delta)[..., -1], treated=treated).p_value

    deltas = np.array(given["deltas"], dtype=np.float64)
    return {
        "moved": moved(deltas)[1],
        "p": p_value_at(deltas),
        "tipping_point": missing.tipping_point(
            p_value_at=p_value_at, low=given["low"], high=given["high"], alpha=given["alpha"]
        ),
    }


def imputed_tables(given: Given) -> Mapping[str, Any]:
    """List the tables of every split of the missing, and test each by Fisher's test."""
    names = ("x1", "n1", "missing1", "x0", "n0", "missing0")
    found = missing.imputed_tables(**{name: given[name] for name in names})
    test = fisher_test(x1=found.x1, n1=found.n1, x0=found.x0, n0=found.n0)
    return {
        "x1": found.x1,
        "n1": found.n1[0, 0],
        "x0": found.x0,
        "n0": found.n0[0, 0],
        "p": test.p_two_sided,
    }


def jackknife(given: Given) -> Mapping[str, Any]:
    """Answer the error of an estimate from its values without each subject."""
    found = missing.pool_jackknife(
        estimate=given["estimate"], without=given["without"], confidence=given["conf"]
    )
    return {"se": found.standard_error, "ci": [found.ci_low, found.ci_high], "p": found.p_value}


def bootstrap(given: Given) -> Mapping[str, Any]:
    """Answer the errors of an estimate from its values in samples."""
    found = missing.pool_bootstrap(
        estimate=given["estimate"], samples=given["samples"], confidence=given["conf"]
    )
    return {
        "normal": {
            "se": found.standard_error,
            "ci": [found.normal_low, found.normal_high],
            "p": found.normal_p,
        },
        "percentile": {
            "ci": [found.percentile_low, found.percentile_high],
            "p_less": found.percentile_less,
            "p_greater": found.percentile_greater,
            "p": found.percentile_p,
        },
    }


METHODS: dict[str, Adapter] = {
    "delta_adjustment": delta_adjustment,
    "imputed_tables": imputed_tables,
    "jackknife": jackknife,
    "bootstrap": bootstrap,
}
