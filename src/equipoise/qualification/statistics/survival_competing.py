"""Adapter of the competing causes: answers of ``survfit``, ``cuminc`` and ``crr``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Given
from equipoise.qualification.statistics.survival_cox import codes, coxph_answer
from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.survival import (
    cox,
    cumulative_incidence,
    fine_gray,
    gray_test,
)

__all__ = ["competing_risks"]


def competing_risks(given: Given) -> Mapping[str, Any]:
    """Analyse two arms with several causes by survfit, cuminc and crr."""
    table = given.table()
    sample: dict[str, Any] = {
        "time": table["time"].to_numpy().astype(np.float64),
        "cause": table["event"].to_numpy().astype(np.int64),
    }
    arm = table["arm"].to_numpy().astype(np.int64)
    times = np.atleast_1d(np.asarray(given["times"], dtype=np.float64))
    causes = max(2, int(sample["cause"].max()))
    interest = int(given["cause"])
    answer = {
        "aalen_johansen_survfit": _survfit_states(sample, arm, times, causes),
        "gray_test": _gray(sample | {"group": arm}, None),
        "cuminc_estimates": _cuminc(sample, arm, times, causes),
        "cause_specific_cox": coxph_answer(
            cox(
                time=sample["time"],
                event=sample["cause"] == interest,
                covariates=arm[:, None],
            ),
            ["arm"],
        ),
    }
    if "stratum" in table.columns:
        answer["gray_test_stratified"] = _gray(sample | {"group": arm}, codes(table, ("stratum",)))
    fit = fine_gray(**sample, covariates=arm[:, None], interest=interest)
    return answer | {
        "fine_gray": {
            "coef": fit.coefficient,
            "se": fit.standard_error,
            "loglik": np.where(np.isnan(fit.coefficient).all(), np.nan, fit.log_likelihood),
        },
    }


def _survfit_states(
    sample: Mapping[str, Any], arm: Integers, times: Floats, causes: int
) -> dict[str, Any]:
    """State probabilities of each arm, first the state of those without an event."""
    answer = {}
    for code in (0, 1):
        own = {name: array[arm == code] for name, array in sample.items()}
        found = cumulative_incidence(**own, times=times, causes=causes, beyond="last")
        errors = [found.event_free_standard_error[:, None], found.standard_error]
        answer[f"arm{code}"] = {
            "times": times,
            "states": ["(s0)", *(str(cause) for cause in range(1, causes + 1))],
            "pstate": np.concatenate([found.event_free[:, None], found.incidence], axis=1),
            "se": np.concatenate(errors, axis=1),
        }
    return answer


def _cuminc(sample: Mapping[str, Any], arm: Integers, times: Floats, causes: int) -> dict[str, Any]:
    """Incidence by cause and arm, with Aalen's variance, up to the last time of each arm."""
    time = np.where(arm == np.arange(2)[:, None], sample["time"], -np.inf)
    found = cumulative_incidence(
        time=time, cause=sample["cause"], times=times, causes=causes, variance="aalen"
    )
    is_beyond = times > np.max(time, axis=-1, keepdims=True)
    pairs = [
        (code, cause)
        for cause in range(1, causes + 1)
        for code in (0, 1)
        if np.any(sample["cause"] == cause)
    ]

    def by_pair(values: Floats) -> list[Floats]:
        return [
            np.where(is_beyond[code], np.nan, values[code, :, cause - 1]) for code, cause in pairs
        ]

    return {
        "rows": [f"{code} {cause}" for code, cause in pairs],
        "times": times,
        "est": by_pair(found.incidence),
        "var": by_pair(found.standard_error**2),
    }


def _gray(sample: Mapping[str, Any], stratum: Integers | None) -> dict[str, Any]:
    """Gray's test of each cause that was seen."""
    seen = [int(cause) for cause in np.unique(sample["cause"]) if cause > 0]
    tests = [gray_test(**sample, interest=cause, stratum=stratum) for cause in seen]
    return {
        "rows": [str(cause) for cause in seen],
        "values": [[test.chi_square, test.p_value, test.df] for test in tests],
    }
