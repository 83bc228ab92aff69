"""What estimates of an earlier analysis make of a prior: posterior, limits, probabilities."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.results import Row
from equipoise.protocol.contrast import sides_of
from equipoise.protocol.model.analysis import NormalPosterior
from equipoise.stats import Floats, State
from equipoise.stats.bayes import (
    NormalMixture,
    normal_mixture,
    normal_mixture_exceeds,
    summarise_normal_mixture,
    update_normal_mixture,
)

__all__ = ["normal_posterior_frame"]

_VARIABLES = {
    "cox": "log_hazard_ratio",
    "fine_gray": "log_subdistribution_hazard_ratio",
    "logistic": "log_odds_ratio",
    "milestone": "difference",
    "restricted_mean": "difference",
}
"""Which of its contrasts a method gives with a standard error; of means ``contrast``."""
_REASON = "the estimate that it rests on could not be made"


def normal_posterior_frame(frame: Frame) -> None:
    """Update the prior with each estimate of a contrast that has a standard error."""
    analysis = frame.analysis
    assert isinstance(analysis, NormalPosterior)
    prior = normal_mixture(
        weight=[one.weight for one in analysis.prior],
        mean=[one.mean for one in analysis.prior],
        sd=[one.sd for one in analysis.prior],
    )
    for estimate, error in _estimates(frame, analysis.of):
        _add(frame, analysis, prior, estimate, error)


def _estimates(frame: Frame, name: str) -> Iterator[tuple[Row, Row]]:
    """Pair estimates of contrasts with their standard errors, in the order of the results."""
    own = [
        row
        for row in frame.earlier
        if row.key.analysis == name
        and row.key.variable == _VARIABLES.get(row.key.method, "contrast")
        and not row.key.variable_level
    ]
    errors = {
        (row.key.group, row.key.by): row for row in own if row.key.statistic == "standard_error"
    }
    for row in own:
        place = (row.key.group, row.key.by)
        if row.key.statistic == "estimate" and sides_of(row.key.group) and place in errors:
            yield row, errors[place]


def _add(
    frame: Frame, analysis: NormalPosterior, prior: NormalMixture, estimate: Row, error: Row
) -> None:
    known = (estimate.state == State.ESTIMATED) & (error.state == State.ESTIMATED)
    known &= np.nan_to_num(error.value) > 0
    posterior = update_normal_mixture(
        mixture=prior,
        estimate=np.where(known, estimate.value, np.nan),
        standard_error=np.where(known, error.value, np.nan),
    )
    found = summarise_normal_mixture(mixture=posterior, confidence=analysis.level)
    keys = {"group": estimate.key.group, "by": estimate.key.by, "reason": _REASON}

    def add(
        variable: str, statistics: dict[str, Floats], level: str = "", message: str = ""
    ) -> None:
        frame.add(
            statistics, variable=variable, variable_level=level, message=message,
            n_used=estimate.n_used, n_missing=estimate.n_missing, unit=estimate.key.unit, **keys,
        )  # fmt: skip

    level = estimate.key.variable
    add("data", {"estimate": estimate.value, "standard_error": error.value}, level)
    add(
        "posterior",
        {
            "mean": found.mean,
            "sd": found.sd,
            "median": found.median,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
        },
        level,
        f"prior {_words(prior)}; equal-tailed limits",
    )
    for place in range(prior.weight.size if prior.weight.size > 1 else 0):
        add("weight", {"probability": posterior.weight[..., place]}, str(place + 1),
            "weight of the component of the prior after the data")  # fmt: skip
    for threshold in sorted({0.0, *analysis.exceeds}):
        chance = normal_mixture_exceeds(mixture=posterior, threshold=threshold)
        add("above", {"probability": chance}, f"{threshold:g}",
            "probability that the true value is above this one")  # fmt: skip


def _words(prior: NormalMixture) -> str:
    parts = zip(prior.weight, prior.mean, prior.sd, strict=True)
    if prior.weight.size == 1:
        return "".join(f"N({mean:g}, SD {sd:g})" for _, mean, sd in parts)
    return " + ".join(f"{weight:g} N({mean:g}, SD {sd:g})" for weight, mean, sd in parts)
