"""Adapters of samples and draws, whose randomness a case tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.statistics.missing_trial import strategy_of, trial_of
from equipoise.stats import missing

__all__ = ["METHODS"]


class _Told:
    """Stands in for a generator: gives the places within arms, and the noise, of a case."""

    def __init__(self, given: Given) -> None:
        names = ("control_places", "treated_places")
        self._places: Iterator[Any] = iter([np.array(given.get(name)) for name in names])
        self._noise = np.array(given.get("noise"), dtype=np.float64)

    def integers(self, high: int, size: tuple[int, ...]) -> NDArray[np.int64]:
        """Give the places of the next arm."""
        return np.asarray(next(self._places) % high).reshape(size)

    def standard_normal(self, size: tuple[int, ...]) -> NDArray[np.float64]:
        """Give the noise."""
        return self._noise.reshape(size)


def reference_based_bootstrap(given: Given) -> Mapping[str, Any]:
    """Answer the difference and its bootstrap errors over the samples that are told."""
    _, trial = trial_of(given.table())
    told: Any = _Told(given)
    found = missing.reference_based_bootstrap(
        **trial,
        strategy=strategy_of(given),
        samples=len(given["control_places"]),
        confidence=given["conf"],
        rng=told,
    ).difference
    return {
        "est": found.estimate,
        "se": found.standard_error,
        "ci_normal": [found.normal_low[0], found.normal_high[0]],
        "ci_percentile": [found.percentile_low[0], found.percentile_high[0]],
        "p_percentile": found.percentile_p,
    }


def multiple_imputation(given: Given) -> Mapping[str, Any]:
    """Answer the pooled difference over the samples and the noise that are told."""
    _, trial = trial_of(given.table())
    told: Any = _Told(given)
    found = missing.multiple_imputation_analysis(
        **trial,
        strategy=strategy_of(given),
        imputations=len(given["control_places"]),
        confidence=given["conf"],
        rng=told,
    ).difference
    return {
        "est": found.estimate,
        "se": found.standard_error,
        "within": found.within,
        "between": found.between,
        "df": found.df,
        "ci": [found.ci_low[0], found.ci_high[0]],
        "p": found.p_value,
    }


def draw_conditional(given: Given) -> Mapping[str, Any]:
    """Draw the missing visits of one subject with the noise that is told."""
    response = [np.nan if value == "NA" else value for value in given["y"]]
    conditional = missing.impute_conditional_mean(
        response=response,
        mean_own=given["mu"],
        mean_reference=given["mu"],
        covariance_own=given["cov"],
        covariance_reference=given["cov"],
        strategy="missing_at_random",
    )
    told: Any = _Told(given)
    return {"drawn": missing.draw_conditional(conditional=conditional, rng=told)[0]}


METHODS: dict[str, Adapter] = {
    "reference_based_bootstrap": reference_based_bootstrap,
    "multiple_imputation": multiple_imputation,
    "draw_conditional": draw_conditional,
}
