"""Adapters of sample size and power: the names and conventions of base R, rpact and gsDesign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.statistics.design_sequential import rpact_design
from equipoise.stats.binary import fisher_test
from equipoise.stats.design import (
    average_hazard_ratio,
    crossing_probabilities,
    drift_proportion,
    event_share,
    events_logrank,
    information_logrank,
    information_mean,
    information_proportion,
    power_equivalence_mean,
    power_equivalence_proportion,
    power_mean,
    power_proportion_exact,
    sample_size_equivalence_mean,
    sample_size_lachin_foulkes,
    sample_size_mean,
    sample_size_mean_normal,
    sample_size_proportion,
    time_of_share,
)

__all__ = ["METHODS"]


def n_two_proportions(given: Given) -> Mapping[str, Any]:
    """Size of a two-sided test of two proportions."""
    asked = {
        "proportion1": given["p1"],
        "proportion0": given["p0"],
        "alpha": given["alpha_two_sided"],
        "power": given["power"],
    }
    equal = sample_size_proportion(**asked)
    return {
        "power_prop_test": equal.n0,
        "rpact_per_trial": equal.total,
        "rpact_ratio2": sample_size_proportion(**asked, ratio=2).total,
        "gsDesign_nBinomial_2arm_total": equal.total,
    }


def n_two_means(given: Given) -> Mapping[str, Any]:
    """Size and power of a two-sided t test."""
    effect = {"difference": given["delta"], "sd": given["sd"], "alpha": given["alpha_two_sided"]}
    power = given["power"]
    equal = sample_size_mean(**effect, power=power)
    return {
        "power_t_test_per_arm": equal.n0,
        "power_t_strict_per_arm": sample_size_mean(
            **effect, power=power, counting="either_side"
        ).n0,
        "power_at_n20": power_mean(**effect, n1=20, n0=20),
        "power_at_n20_strict": power_mean(**effect, n1=20, n0=20, counting="either_side"),
        "normal_approx_per_arm": sample_size_mean_normal(**effect, power=power).n0,
        "rpact_total": equal.total,
        "rpact_total_ratio2": sample_size_mean(**effect, power=power, ratio=2).total,
    }


def n_noninferiority_rates(given: Given) -> Mapping[str, Any]:
    """Size of a one-sided test with a margin, at alpha 0.025 and power 0.8."""
    total = sample_size_proportion(
        proportion1=given["pi1"],
        proportion0=given["pi2"],
        null=given["margin"],
        alpha=given.get("alpha", 0.025),
        power=given.get("power", 0.8),
        sides=1,
    ).total
    return {"rpact_total": total, "gsDesign_total": total}


def events_of_logrank(given: Given) -> Mapping[str, Any]:
    """Events of the log-rank test."""
    asked = {
        "hazard_ratio": given["hr"],
        "ratio": given["ratio"],
        "alpha": given["alpha_one_sided"],
        "power": given["power"],
        "sides": 1,
    }
    schoenfeld = events_logrank(**asked)
    return {
        "schoenfeld": schoenfeld,
        "freedman": events_logrank(**asked, formula="freedman"),
        "rpact_schoenfeld": schoenfeld,
        "gsDesign_nEvents": schoenfeld,
    }


def n_survival(given: Given) -> Mapping[str, Any]:
    """Size after Lachin and Foulkes."""
    if given["method"] != "Lachin-Foulkes":
        raise NotRun(f"method {given['method']!r}")
    size = sample_size_lachin_foulkes(
        hazard0=given["lambda_c"],
        hazard_ratio=given["hr"],
        dropout=given["eta"],
        time=given["T"],
        accrual=given["R"],
        alpha=given["alpha_one_sided"],
        power=given["power"],
        sides=1,
    )
    return {"n": size.total, "events": size.events, "gamma": size.accrual_rate}


def n_survival_gs(given: Given) -> Mapping[str, Any]:
    """Events, subjects and times of looks of a group sequential survival trial."""
    design = rpact_design(
        {"kMax": given["kMax"], "typeOfDesign": given["design"], "beta": 1 - given["power"]}
        | {"alpha": given["alpha_one_sided"]}
    )
    events = design.inflation * events_logrank(
        hazard_ratio=given["hr"], alpha=given["alpha_one_sided"], power=given["power"], sides=1
    )
    share, _, months = given["dropout"].split(",")[0].partition("% in ")
    hazard = np.log(2) / given["median_control"]
    course = {
        "dropout": -np.log1p(-float(share) / 100) / float(months.split()[0]),
        "accrual": given["accrual"],
    }
    end = given["accrual"] + given["followup"]
    seen = [event_share(hazard=rate, time=end, **course) for rate in (hazard * given["hr"], hazard)]
    total = events / np.mean(seen)
    by_look = events * design.fraction
    return {
        "max_events": events,
        "n": total,
        "analysis_time": time_of_share(
            share=np.minimum(by_look / total, 1),
            hazard1=hazard * given["hr"],
            hazard0=hazard,
            **course,
        ),
        "events_per_stage": by_look,
        "reject_per_stage": design.effect.upper,
    }


def power_rates_gs(given: Given) -> Mapping[str, Any]:
    """Power of a group sequential test of two proportions."""
    design = rpact_design(
        {
            "kMax": given["kMax"],
            "typeOfDesign": given["design"],
            **({"futilityBounds": given["futility"]} if "futility" in given else {}),
        }
    )
    arm = given["n"] / 2
    drift = drift_proportion(
        proportion1=given["pi1"],
        proportion0=given["pi2"],
        n1=arm,
        n0=arm,
        alpha=design.alpha,
        sides=1,
    )
    crossing = crossing_probabilities(
        information=design.fraction,
        upper=design.upper,
        lower=design.lower,
        effect=drift,
    )
    return {
        "overall_reject": np.sum(crossing.upper, axis=-1),
        "reject_per_stage": crossing.upper.T,
        "futility_stop": np.sum(crossing.lower[..., :-1], axis=-1),
        "expected_n": crossing.expected_information * given["n"],
    }


def hazard_ratio_on_average(given: Given) -> Mapping[str, Any]:
    """Average hazard ratio under delayed effect."""
    names = ("enroll_duration", "enroll_rate", "fail_duration", "fail_rate", "hr")
    read = {name: np.atleast_1d(given[name]) for name in names}
    result = average_hazard_ratio(
        enrolment_duration=read["enroll_duration"],
        enrolment_rate=read["enroll_rate"],
        period_duration=read["fail_duration"],
        hazard0=read["fail_rate"],
        hazard_ratio=read["hr"],
        dropout=given["dropout_rate"],
        time=given["total_duration"],
    )
    return {
        "time": given["total_duration"],
        "ahr": result.average_hazard_ratio,
        "event": result.events,
        "info": result.information,
        "info0": result.information_null,
    }


def information(given: Given) -> Mapping[str, Any]:
    """Answer the information about the effect whose inputs are given."""
    if "events" in given:
        return {"logrank": information_logrank(events=given["events"], ratio=given["ratio"])}
    sizes = {"n1": given["n1"], "n0": given["n0"]}
    if "sd" in given:
        return {"mean": information_mean(sd=given["sd"], **sizes)}
    risks = {"proportion1": given["p1"], "proportion0": given["p0"]}
    return {"proportion": information_proportion(**risks, **sizes)}


def power_equivalence_rates(given: Given) -> Mapping[str, Any]:
    """Power of two one-sided tests of a difference of proportions."""
    power = power_equivalence_proportion(
        proportion1=given["p1"],
        proportion0=given["p0"],
        **{name: given[name] for name in ("n1", "n0", "margin", "alpha")},
    )
    return {"power": power}


def power_equivalence_means(given: Given) -> Mapping[str, Any]:
    """Power of two one-sided t tests."""
    names = ("difference", "sd", "n1", "n0", "low", "high", "alpha")
    return {"power": power_equivalence_mean(**{name: given[name] for name in names})}


def n_equivalence_means(given: Given) -> Mapping[str, Any]:
    """Size of two one-sided t tests."""
    names = ("difference", "sd", "low", "high", "power", "alpha", "ratio")
    size = sample_size_equivalence_mean(**{name: given[name] for name in names})
    return {"n0": size.n0, "n1": size.n1, "total": size.total}


def power_fisher(given: Given) -> Mapping[str, Any]:
    """Exact power of Fisher's two-sided test."""
    n1, n0 = given["n1"], given["n0"]
    x1, x0 = np.arange(n1 + 1)[:, None], np.arange(n0 + 1)
    p_value = fisher_test(x1=x1, n1=n1, x0=x0, n0=n0).p_two_sided
    reject = p_value <= given["alpha"]
    power = power_proportion_exact(proportion1=given["p1"], proportion0=given["p0"], reject=reject)
    return {"power": power}


METHODS: dict[str, Adapter] = {
    "n_two_proportions": n_two_proportions,
    "n_two_means": n_two_means,
    "n_equivalence_means": n_equivalence_means,
    "power_equivalence_means": power_equivalence_means,
    "power_equivalence_rates": power_equivalence_rates,
    "power_fisher": power_fisher,
    "information": information,
    "n_noninferiority_rates": n_noninferiority_rates,
    "events_logrank": events_of_logrank,
    "n_survival": n_survival,
    "n_survival_gs": n_survival_gs,
    "power_rates_gs": power_rates_gs,
    "average_hazard_ratio": hazard_ratio_on_average,
}
