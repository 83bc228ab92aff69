"""Adapters of interim looks, inference after stopping, and trials of one arm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.statistics.design_sequential import (
    rpact_design,
    rpact_efficacy,
    spending_in_words,
)
from equipoise.stats.arrays import Floats
from equipoise.stats.binary import risk_difference_mee
from equipoise.stats.design import (
    Futility,
    GroupSequentialDesign,
    SimonDesign,
    analyse_after_stopping,
    analyse_repeatedly,
    conditional_bounds,
    conditional_crossing,
    conditional_power,
    conditional_power_trend,
    design_group_sequential,
    monitor_binomial,
    predictive_crossing,
    predictive_power,
    simon_two_stage,
    sprt_binomial,
)

__all__ = ["METHODS"]


def power_at_a_look(given: Given) -> Mapping[str, Any]:
    """Conditional and predictive power on the scale of Brownian motion."""
    now = {"z": given["z"], "fraction": given["t"], "critical": given["zcrit"]}
    return {
        "at_theta": conditional_power(**now, drift=given["theta"]),
        "current_trend": conditional_power_trend(**now),
        "predictive_flat": predictive_power(**now),
    }


def conditional_power_gs(given: Given) -> Mapping[str, Any]:
    """Answer R ``gsDesign::gsCP`` and ``gsPP``: alpha 0.025, power 0.9, futility by spending."""
    if given["test_type"] not in (3, 4):
        raise NotRun(f"gsDesign's type {given['test_type']}, without futility of type II error")
    high, _, low = given["spending"].partition("/")
    looks, look, z = int(given["k"]), int(given["interim"]) - 1, given["z"]
    design = design_group_sequential(
        fraction=np.arange(1, looks + 1) / looks,
        power=0.9,
        efficacy=spending_in_words(high),
        futility=Futility(spending=spending_in_words(low), is_binding=given["test_type"] == 3),
    )
    information = given["n_fix"] * design.inflation * design.fraction
    known: dict[str, Any] = {"information": information, "look": look, "z": z}
    effect = [
        z / np.sqrt(information[look]),
        0.0,
        design.fixed_drift / np.sqrt(given["n_fix"]),
    ]
    bounds: dict[str, Any] = {"upper": design.upper, "lower": design.lower}
    crossing = conditional_crossing(**known, **bounds, effect=effect)
    grid = np.arange(-300, 601) / 1000
    return {
        "theta": effect,
        "upper_prob": crossing.upper.T,
        "lower_prob": crossing.lower.T,
        "upper_bounds": conditional_bounds(**known, bounds=design.upper),
        "lower_bounds": conditional_bounds(**known, bounds=design.lower),
        "n_I": information[look + 1 :] - information[look],
        "predictive_power_flat_like": predictive_crossing(
            **known, **bounds, effect=grid, weight=np.ones(grid.size)
        ),
    }


def gs_inference(given: Given) -> Mapping[str, Any]:
    """Answer R ``rpact::getAnalysisResults`` for proportions or means, two arms, by stages."""
    arguments = {**given.inputs, "typeOfDesign": given["design"]}
    design = rpact_design(arguments)
    read = _rates if "events1" in given else _means
    stages = read(given, design)
    z = stages.z
    so_far, planned = len(z), len(design.fraction)
    crossed = np.flatnonzero(z >= design.upper[:so_far])
    stage = int(crossed[0]) if crossed.size else so_far - 1
    has_ended = crossed.size > 0 or so_far == planned
    final = analyse_after_stopping(
        information=design.fraction,
        upper=design.upper,
        look=stage,
        z=float(z[stage]),
        confidence=1 - 2 * design.alpha,
    )
    # The unit of the information is that of the plan: its standard error at the end.
    unit = stages.error[stage] * np.sqrt(design.fraction[stage])
    limits = [final.median_unbiased * unit, final.ci_low * unit, final.ci_high * unit]
    if stage == 0:  # as without looks
        limits = list(stages.alone)

    def by_look(values: Floats) -> Floats:
        return np.concatenate([values, np.full(planned - so_far, np.nan)])

    def at_end(value: Any) -> Floats:
        return np.where(has_ended & (np.arange(planned) == stage), float(value), np.nan)

    repeated = analyse_repeatedly(
        fraction=design.fraction, z=z, efficacy=rpact_efficacy(arguments), alpha=design.alpha
    )
    return {
        "test_statistics": by_look(stages.statistic),
        "repeated_p": by_look(np.minimum(repeated.p_value, 0.5)),  # rpact looks no further
        "rci_lower": by_look(stages.low),
        "rci_upper": by_look(stages.high),
        "final_stage": stage + 1 if has_ended else np.nan,
        "final_p": at_end(final.p_value),
        "final_ci_lower": at_end(limits[1]),
        "final_ci_upper": at_end(limits[2]),
        "median_unbiased": at_end(limits[0]),
    }


def simon(given: Given) -> Mapping[str, Any]:
    """Simon's two-stage designs."""
    found = simon_two_stage(
        null=given["p0"],
        alternative=given["p1"],
        alpha=given["alpha"],
        power=1 - given["beta"],
        largest=given["nmax"],
    )
    return {"minimax": _simon(found.minimax), "optimal": _simon(found.optimal)}


def binomial_monitoring(given: Given) -> Mapping[str, Any]:
    """Exact monitoring: for each proportion, and as the matrices of gsDesign."""
    result = monitor_binomial(
        n=np.atleast_1d(given["n"]),
        lower=np.atleast_1d(given["lower"]),
        upper=np.atleast_1d(given["upper"]),
        proportion=np.atleast_1d(given["p"]),
    )
    return {
        "upper": result.upper.T,
        "lower": result.lower.T,
        "en": result.expected_n,
        "each": [
            {
                "upper_prob": result.upper[row],
                "lower_prob": result.lower[row],
                "reject": result.reject[row],
                "stop_low": result.stop_low[row],
                "expected_n": result.expected_n[row],
            }
            for row in range(len(result.reject))
        ],
    }


def binomial_sprt(given: Given) -> Mapping[str, Any]:
    """Limits of the sequential probability ratio test."""
    bounds = sprt_binomial(
        null=given["p0"],
        alternative=given["p1"],
        alpha=given["alpha"],
        beta=given["beta"],
        smallest=given["minn"],
        largest=given["maxn"],
    )
    return {"lower": bounds.lower, "upper": bounds.upper}


METHODS: dict[str, Adapter] = {
    "conditional_power": power_at_a_look,
    "conditional_power_gs": conditional_power_gs,
    "gs_inference": gs_inference,
    "simon_two_stage": simon,
    "binomial_monitoring": binomial_monitoring,
    "binomial_sprt": binomial_sprt,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stages:
    """Two arms by look; ``alone``: estimate and limits of the first look without another."""

    statistic: Floats
    z: Floats
    error: Floats
    low: Floats  # repeated limits
    high: Floats
    alone: tuple[float, float, float]


def _rates(given: Given, design: GroupSequentialDesign) -> _Stages:
    """Statistics, the same as z, standard errors, and repeated limits of rates, by look."""
    one, other = (np.cumsum(given[name]) for name in ("events1", "events2"))
    size1, size0 = (np.cumsum(size) for size in _sizes(given, one.size))
    p1, p0 = one / size1, other / size0
    pooled = (one + other) / (size1 + size0)
    z = (p1 - p0) / np.sqrt(pooled * (1 - pooled) * (1 / size1 + 1 / size0))

    def limits(look: int, alpha: float) -> tuple[float, float]:
        found = risk_difference_mee(
            x1=one[look], n1=size1[look], x0=other[look], n0=size0[look], confidence=1 - 2 * alpha
        )
        return float(found.ci_low), float(found.ci_high)

    low, high = np.array(
        [limits(look, float(ndtr(-design.upper[look]))) for look in range(len(z))]
    ).T
    return _Stages(
        statistic=z,
        z=z,
        error=np.sqrt(p1 * (1 - p1) / size1 + p0 * (1 - p0) / size0),
        low=low,
        high=high,
        alone=(p1[0] - p0[0], *limits(0, design.alpha)),
    )


def _means(given: Given, design: GroupSequentialDesign) -> _Stages:
    """Give the same of means, whose t statistics become z by their p values."""
    read = {name: np.atleast_1d(given[name]) for name in ("means1", "means2", "sd1", "sd2")}
    sizes = _sizes(given, read["means1"].size)
    (mean1, within1), (mean0, within0) = (
        _cumulate(read[f"means{arm}"], read[f"sd{arm}"], size)
        for arm, size in zip((1, 2), sizes, strict=True)
    )
    size1, size0 = (np.cumsum(size) for size in sizes)
    df = size1 + size0 - 2
    gap = mean1 - mean0
    error = np.sqrt((within1 + within0) / df * (1 / size1 + 1 / size0))
    statistic = gap / error
    z = -ndtri(stdtr(df, -statistic))
    reach = -stdtrit(df, ndtr(-design.upper[: len(z)])) * error
    alone = -ndtri(design.alpha) * error[0]
    return _Stages(
        statistic=statistic,
        z=z,
        error=error,
        low=gap - reach,
        high=gap + reach,
        alone=(gap[0], gap[0] - alone, gap[0] + alone),
    )


def _sizes(given: Given, looks: int) -> tuple[Floats, Floats]:
    """Subjects of each arm at each stage: ``n1`` and ``n2``, or ``n`` for both."""
    first, second = (
        np.broadcast_to(np.asarray(given.get(name, given.get("n")), dtype=np.float64), (looks,))
        for name in ("n1", "n2")
    )
    return first, second


def _cumulate(mean: Floats, sd: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Mean and sum of squares about it after each stage."""
    total = np.cumsum(size)
    so_far = np.cumsum(size * mean) / total
    within = np.cumsum((size - 1) * sd**2)
    between = np.cumsum(size * mean**2) - total * so_far**2
    return so_far, within + between


def _simon(design: SimonDesign) -> dict[str, Any]:
    return {
        "r1": design.r1,
        "n1": design.n1,
        "r": design.r,
        "n": design.n,
        "en0": design.expected_n_null,
        "pet0": design.early_stop_null,
        "alpha": design.alpha,
        "power": design.power,
    }
