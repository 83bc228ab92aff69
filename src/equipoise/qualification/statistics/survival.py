"""Adapters of the survival cases: names of R's answers onto the estimators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Adapter, Given
from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.survival import (
    Scale,
    kaplan_meier,
    survival_at,
    survival_quantile,
)

__all__ = ["METHODS"]

_SCALES: dict[str, Scale] = {
    "plain": "plain",
    "log": "log",
    "log_log": "log-log",
    "logit": "logit",
    "arcsin": "arcsine",
}
_QUANTILES = [0.25, 0.5, 0.75]


def _curve_answer(time: Floats, event: Bools, times: Floats) -> dict[str, Any]:
    """One sample in the words of ``survfit``, with its five intervals."""
    curve = kaplan_meier(time=time, event=event)
    fixed = survival_at(time=time, event=event, times=times)
    return {
        "time": curve.time,
        "n_risk": curve.at_risk,
        "n_event": curve.events,
        "n_censor": curve.censored,
        "surv": curve.survival,
        "greenwood_se_of_log_surv": curve.log_standard_error,
        "cumhaz": curve.cumulative_hazard,
        "cumhaz_se": curve.cumulative_hazard_standard_error,
        "at_times": {
            "times": times,
            "surv": fixed.survival,
            "se": fixed.standard_error,
            "n_risk": fixed.at_risk,
        },
        "ci": {
            name: _interval_answer(time, event, times, scale) for name, scale in _SCALES.items()
        },
    }


def _interval_answer(time: Floats, event: Bools, times: Floats, scale: Scale) -> dict[str, Any]:
    curve = kaplan_meier(time=time, event=event, scale=scale)
    fixed = survival_at(time=time, event=event, times=times, scale=scale)
    quantile = survival_quantile(time=time, event=event, quantile=_QUANTILES, scale=scale)
    return {
        "lower": curve.ci_low,
        "upper": curve.ci_high,
        "at_times_lower": fixed.ci_low,
        "at_times_upper": fixed.ci_high,
        "quantiles": {
            "p": _QUANTILES,
            "est": quantile.estimate,
            "lower": quantile.ci_low,
            "upper": quantile.ci_high,
        },
    }


def two_arm_survival(given: Given) -> Mapping[str, Any]:
    """Analyse two arms by every method for right-censored times."""
    table = given.table()
    time = table["time"].to_numpy().astype(np.float64)
    event = table["status"].to_numpy() == 1
    arm = table["arm"].to_numpy().astype(np.int64)
    times = np.atleast_1d(np.asarray(given["times"], dtype=np.float64))
    return {
        "n": len(time),
        "events": int(event.sum()),
        "km": {
            f"arm{code}": _curve_answer(time[arm == code], event[arm == code], times)
            for code in (0, 1)
        },
    }


METHODS: dict[str, Adapter] = {"two_arm_survival": two_arm_survival}
