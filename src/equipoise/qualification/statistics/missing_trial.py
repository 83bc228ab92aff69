"""Reading the trials of cases of missing values: a long table, and a strategy in rbmi's words."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from equipoise.qualification.adapter import Given, NotRun

__all__ = ["strategy_of", "trial_of"]

_STRATEGIES = {
    "mar": "missing_at_random",
    "j2r": "jump_to_reference",
    "jr": "jump_to_reference",
    "cr": "copy_reference",
    "cir": "copy_increments",
}


def trial_of(table: pl.DataFrame) -> tuple[list[str], dict[str, Any]]:
    """Name the visits of a long table, and lay out the subjects who have a value."""
    visits = [str(visit) for visit in sorted(table["visit"].unique())]
    wide = table.pivot(on="visit", index=["id", "arm", "base"], values="y")
    response = wide.select(visits).to_numpy().astype(float)
    known = ~np.isnan(response).all(axis=1)
    wide = wide.filter(known)
    return visits, {
        "response": response[known],
        "arm": (wide["arm"] != "PBO").to_numpy().astype(int),
        "covariate": wide["base"].to_numpy()[:, None],
    }


def strategy_of(given: Given) -> str:
    """Give the name here of the strategy that a case names as rbmi does."""
    word = str(given["strategy"]).lower()
    if word not in _STRATEGIES:
        raise NotRun(f"the strategy {given['strategy']!r}")
    return _STRATEGIES[word]
