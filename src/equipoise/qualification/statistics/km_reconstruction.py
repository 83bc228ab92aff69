"""Adapter of the reconstruction of individual data from published curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Adapter, Given
from equipoise.stats.km_reconstruction import Reconstruction, reconstruct, reconstruct_steps
from equipoise.stats.survival import cox, logrank, survival_quantile

__all__ = ["METHODS"]


def km_reconstruction(given: Given) -> Mapping[str, Any]:
    """Compare two reconstructed arms; the reference is the comparison of the true data."""
    control, treated = (
        _arm(given[f"arm{arm}"], exact="exact" in given["digitisation"]) for arm in (0, 1)
    )
    time = np.concatenate([control.time, treated.time])
    event = np.concatenate([control.event, treated.event])
    arm = np.repeat([0, 1], [control.time.size, treated.time.size])
    fit = cox(time=time, event=event, covariates=arm[:, None].astype(float))
    return {
        "truth": {
            "log_hr": fit.coefficient[0],
            "se": fit.standard_error[0],
            "logrank_chisq": logrank(time=time, event=event, group=arm).chi_square,
            "median0": survival_quantile(time=control.time, event=control.event).estimate,
            "median1": survival_quantile(time=treated.time, event=treated.event).estimate,
        }
    }


METHODS: dict[str, Adapter] = {"km_reconstruction": km_reconstruction}


def _arm(arm: Mapping[str, Any], *, exact: bool) -> Reconstruction:
    read: dict[str, Any] = {
        "time": np.atleast_1d(arm["curve_time"]),
        "survival": np.atleast_1d(arm["curve_surv"]),
        "risk_time": np.atleast_1d(arm["risk_time"]),
        "at_risk": np.atleast_1d(arm["n_risk"]),
        "total_events": int(arm["total_events"]),
    }
    return reconstruct_steps(**read, precision=1e-9) if exact else reconstruct(**read)
