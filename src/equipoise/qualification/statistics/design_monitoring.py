"""Adapters of interim looks, inference after stopping, and trials of one arm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.statistics.design_sequential import rpact_design
from equipoise.stats.arrays import Floats
from equipoise.stats.binary import risk_difference_mee
from equipoise.stats.design import (
    Futility,
    Shape,
    SimonDesign,
    Spending,
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
    """Answer R ``gsDesign::gsCP`` and ``gsPP``: alpha 0.025, power 0.9, futility not binding."""
    if given["test_type"] != 4 or given["spending"] != "LDOF / HSD -2":
        raise NotRun(f"type {given['test_type']} with spending {given['spending']!r}")
    looks, look, z = int(given["k"]), int(given["interim"]) - 1, given["z"]
    design = design_group_sequential(
        fraction=np.arange(1, looks + 1) / looks,
        power=0.9,
        futility=Futility(spending=Spending(family="hwang_shih_decani", parameter=-2)),
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
    design = rpact_design({"kMax": given["kMax"], "typeOfDesign": given["design"]})
    known: dict[str, Spending | Shape] = {"asOF": Spending(), "P": Shape(family="pocock")}
    if given["design"] not in known:
        raise NotRun(f"design {given['design']!r}")
    efficacy = known[given["design"]]
    read = _rates if "events1" in given else _means
    statistic, z, error, low, high = read(given, design.upper)
    looks = len(z)
    crossed = np.flatnonzero(z >= design.upper[:looks])
    stage = int(crossed[0]) if crossed.size else looks - 1
    final = analyse_after_stopping(
        information=design.fraction, upper=design.upper, look=stage, z=float(z[stage])
    )

    def at_end(value: Any, scale: float = 1.0) -> Floats:
        return np.where(np.arange(looks) == stage, float(value) * scale, np.nan)

    return {
        "test_statistics": statistic,
        "repeated_p": analyse_repeatedly(fraction=design.fraction, z=z, efficacy=efficacy).p_value,
        "rci_lower": low,
        "rci_upper": high,
        "final_stage": stage + 1,
        "final_p": at_end(final.p_value),
        "final_ci_lower": at_end(final.ci_low, error),
        "final_ci_upper": at_end(final.ci_high, error),
        "median_unbiased": at_end(final.median_unbiased, error),
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
        n=given["n"],
        lower=given["lower"],
        upper=given["upper"],
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

_Stages = tuple[Floats, Floats, float, Floats, Floats]


def _rates(given: Given, bound: Floats) -> _Stages:
    """Statistics, the same as z, standard error at the end, and repeated limits of rates."""
    one, other = (np.cumsum(given[name]) for name in ("events1", "events2"))
    size1, size0 = (
        np.cumsum(np.broadcast_to(given[name], one.shape)).astype(float) for name in ("n1", "n2")
    )
    p1, p0 = one / size1, other / size0
    pooled = (one + other) / (size1 + size0)
    z = (p1 - p0) / np.sqrt(pooled * (1 - pooled) * (1 / size1 + 1 / size0))
    spread = p1 * (1 - p1) / size1 + p0 * (1 - p0) / size0
    limits = [
        risk_difference_mee(
            x1=one[look],
            n1=size1[look],
            x0=other[look],
            n0=size0[look],
            confidence=1 - 2 * float(ndtr(-bound[look])),
        )
        for look in range(len(z))
    ]
    low = np.array([float(limit.ci_low) for limit in limits])
    high = np.array([float(limit.ci_high) for limit in limits])
    return z, z, float(np.sqrt(spread[-1])), low, high


def _means(given: Given, bound: Floats) -> _Stages:
    """Give the same of means, whose t statistics become z by their p values."""
    arms = [
        _cumulate(np.asarray(given[f"means{arm}"]), np.asarray(given[f"sd{arm}"]), given["n"])
        for arm in (1, 2)
    ]
    size = given["n"] * np.arange(1.0, len(given["means1"]) + 1)
    df = 2 * size - 2
    gap = arms[0][0] - arms[1][0]
    error = np.sqrt((arms[0][1] + arms[1][1]) / df * 2 / size)
    statistic = gap / error
    z = -ndtri(stdtr(df, -statistic))
    reach = -stdtrit(df, ndtr(-bound[: len(z)])) * error
    return statistic, z, float(error[-1]), gap - reach, gap + reach


def _cumulate(mean: Floats, sd: Floats, n: int) -> tuple[Floats, Floats]:
    """Mean and sum of squares about it after each stage."""
    looks = np.arange(1, len(mean) + 1)
    so_far = np.cumsum(mean) / looks
    within = np.cumsum((n - 1) * sd**2)
    between = n * (np.cumsum(mean**2) - looks * so_far**2)
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
