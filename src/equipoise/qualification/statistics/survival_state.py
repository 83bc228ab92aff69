"""Adapters of numbers at risk, trends over groups, and histories of several states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.statistics.survival_cox import codes
from equipoise.stats.survival import (
    TimeInState,
    compare_times_in_state,
    logrank_trend,
    number_at_risk,
    state_probabilities,
    time_in_state,
)

__all__ = ["METHODS"]


def at_risk(given: Given) -> Mapping[str, Any]:
    """Answer the numbers at risk of each group at fixed times."""
    table, times = given.table(), np.atleast_1d(given["times"])
    group = codes(table, (given["group"],))
    time = table["time"].cast(pl.Float64).to_numpy()
    own = np.where(group == np.arange(group.max() + 1)[:, None], time, -np.inf)
    return {"n_risk": number_at_risk(time=own, times=times)}


def trend(given: Given) -> Mapping[str, Any]:
    """Answer the log-rank test for trend, over strata where they are named."""
    table = given.table()
    test = logrank_trend(
        time=table["time"].cast(pl.Float64).to_numpy(),
        event=table["status"].to_numpy() == 1,
        group=codes(table, (given["group"],)),
        scores=given["scores"],
        stratum=codes(table, (given["stratum"],)) if "stratum" in given else None,
    )
    return {"z": test.z, "p": test.p_value}


def multi_state(given: Given) -> Mapping[str, Any]:
    """Answer probabilities and mean times of states by arm, and differences of the times."""
    table, level = given.table(), given.get("conf", 0.95)
    answer: dict[str, Any] = {}
    spent: list[TimeInState] = []
    for arm in (1, 0):
        own = table.filter(pl.col("arm") == arm)
        rows: dict[str, Any] = {
            "start": own["start"].cast(pl.Float64).to_numpy(),
            "stop": own["stop"].cast(pl.Float64).to_numpy(),
            "origin": own["origin"].to_numpy() - 1,
            "destination": own["destination"].to_numpy() - 1,
            "subject": codes(own, ("id",)),
            "states": given["states"],
            "level": level,
        }
        found = state_probabilities(**rows, times=given["times"])
        spent.append(time_in_state(**rows, horizon=given["horizon"]))
        # The logarithm of a logarithm has no limits at 0; R leaves them out.
        is_none = found.probability == 0
        answer[f"arm{arm}"] = {
            "probability": found.probability,
            "se": found.standard_error,
            "lower": np.where(is_none, np.nan, found.ci_low),
            "upper": np.where(is_none, np.nan, found.ci_high),
            "mean": spent[-1].mean,
            "mean_se": spent[-1].standard_error,
            "table": spent[-1].mean,
        }
    gap = compare_times_in_state(experimental=spent[0], control=spent[1], level=level)
    return answer | {
        "difference": {
            "mean": gap.difference,
            "se": gap.standard_error,
            "lower": gap.ci_low,
            "upper": gap.ci_high,
            "p": gap.p_value,
        }
    }


METHODS: dict[str, Adapter] = {
    "number_at_risk": at_risk,
    "logrank_trend": trend,
    "multi_state": multi_state,
}
