"""Valid arguments of every public function of the statistics: one small trial for each.

What hostile values are put in place of, and what the batches of the benchmark repeat.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

import equipoise.stats
from equipoise.stats import bayes, binary, continuous, design, meta, missing, mmrm, survival

__all__ = ["arguments_of", "functions"]

Lead: TypeAlias = Callable[[ArrayLike], ArrayLike]
"""What becomes of the data that a result is made of: as they are, or with a leading axis."""

RESPONSE = np.array([1.0, 2, 4, 3, 7, 5])
ARM = np.array([0, 1, 0, 1, 0, 1])
VISITS = (np.arange(36.0) ** 2 % 7).reshape(12, 3) + np.arange(3)
ARMS = np.arange(12) % 2
COVARIATES = np.array([[0.1], [-0.4], [0.3], [1.0], [-0.7], [0.2]])
TABLES = {"x1": [1, 2, 3], "n1": [5, 6, 7], "x0": [1, 1, 2], "n0": [6, 6, 6]}
SUMMARY = {"n": [5, 6], "mean": [1.0, 2], "sd": [1.0, 1.5]}

# Functions of tables by stratum.
STRATIFIED = (
    "cmh_general_association",
    "cmh_nonzero_correlation",
    "cmh_row_mean_scores",
    "column_midranks",
    "modified_ridits",
)
COMPLETION = (
    "response",
    "mean_own",
    "mean_reference",
    "covariance_own",
    "covariance_reference",
    "strategy",
)
ROWS = ("start", "stop", "origin", "destination", "subject", "states", "horizon")
# By module and name; below, what single functions want otherwise.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "bayes": {
        **{"weight": [0.5, 0.5], "mean": [0, 1.0], "sd": [1, 2.0], "x": 3, "n": 9},
        **{"alpha": [1, 3.0], "beta": [2, 2.0], "probability": 0.4, "cut": 0.95, "null": 0.3},
        **{"alpha1": 3, "beta1": 4, "alpha0": 2, "beta0": 7, "total1": 8, "total0": 7},
        **{"total": 20, "x1": 1, "n1": 3, "x0": 0, "n0": 2, "success": np.eye(9, 8) > 0},
        **{"vague_weight": 0.2, "estimate": 0.3, "standard_error": 0.1},
    },
    "binary": {
        **TABLES,
        **{"x": 3, "n": 9, "alpha": 1.0, "beta": 2.0, "probability": 0.3, "difference": -0.1},
        **{"table": [[3, 2], [1, 4]], "mass1": [0.5, 0.5], "mass0": [0.2, 0.8]},
        **{"value": np.eye(2), "event": [0, 1, 1, 0, 0, 1]},
        **dict.fromkeys(
            ("design", "treated_design", "control_design"), np.c_[np.ones(6), RESPONSE]
        ),
    },
    "continuous": {
        **{"response": RESPONSE, "group": ARM, "groups": 2, "treated": ARM, "dose": [0, 1.0]},
        **{"values": RESPONSE, "design": np.c_[np.ones(6), ARM], "functions": [[0, 1.0]]},
        **{"change": RESPONSE - 2.5, "first": RESPONSE, "second": RESPONSE[::-1] * 1.1, **SUMMARY},
        **{"mean_difference": 1.0, "sd_difference": 2.0, "probability": 0.3},
        **{"n_treated": 9, "mean_treated": 1.0, "sd_treated": 2.0},
        **{"n_control": 8, "mean_control": 0.0, "sd_control": 1.0},
        **{"estimate": 0.3, "standard_error": 0.2, "df": 9, "low": -1, "high": 1},
    },
    "design": {
        **{"information": [0.5, 1.0], "upper": [2.5, 2.0], "bounds": [2.5, 2.0], "look": 0},
        **{"z": 2.6, "fraction": [0.5, 1.0], "enrolment_duration": [4, 8.0], "n0": 40},
        **{"enrolment_rate": [2, 5.0], "period_duration": [3, 9.0], "hazard0": [0.1, 0.05]},
        **{"hazard_ratio": [0.8, 0.6], "time": [12.0, 20.0], "drift": 2.0, "critical": 1.96},
        **{"proportion1": 0.3, "proportion0": 0.5, "n1": 40, "hazard": 0.1, "accrual": 5.0},
        **{"events": 90, "sd": 2.0, "difference": 1.0, "low": -3.0, "high": 3.0, "margin": 0.2},
        **{"reject": np.eye(4, 5) > 0, "effect": [0.0, 1.0], "weight": [0.5, 0.5]},
        **{"null": 0.1, "alternative": 0.3, "total": 0.025, "alpha": 0.05, "beta": 0.1},
        **{"smallest": 5, "largest": 30, "share": 0.3, "hazard1": 0.05, "proportion": [0.3]},
    },
    "explanation": {"method": "fisher_test"},
    "km_reconstruction": {
        **{"time": [0, 1, 2.0], "survival": [1, 0.8, 0.5]},
        **{"risk_time": [0, 1.0], "at_risk": [10, 7]},
    },
    "meta": {
        **TABLES,
        **{"estimate": RESPONSE / 9, "variance": RESPONSE / 20, "moderators": COVARIATES},
        **{"mean1": [1, 2, 2.0], "sd1": [1, 1, 2.0], "mean0": [1, 1, 0.0], "sd0": [1, 2, 2.0]},
    },
    "missing": {
        **{"response": VISITS, "imputed": VISITS, "delta": 1.0, "arm": ARMS},
        **{"mean_own": np.zeros((12, 3)), "mean_reference": np.ones((12, 3))},
        **{"covariance_own": np.eye(3), "covariance_reference": np.eye(3) + 1},
        **{"strategy": "jump_to_reference", "low": -5.0, "high": 9.0},
        **{"x1": 2, "n1": 5, "missing1": 1, "x0": 1, "n0": 5, "missing0": 2},
        **{"estimate": [0.1, 0.3], "samples": [[0.1, 0.3, 0.2]] * 2, "standard_error": [0.2, 0.3]},
        **{"without": [[0.1, 0.3, 0.2]] * 2},
    },
    "mmrm": {
        **{"response": VISITS, "arm": ARMS, "matrix": [[0.0, 0, 1]], "basis": np.ones((3, 1))},
        "design": np.tile(np.eye(3), (12, 1, 1)),
    },
    "multiplicity": {
        **{"p_value": [0.01, 0.2], "method": "holm", "p_intersection": [0.01, 0.02, 0.03]},
        **{"local": "bonferroni", "statistic": [2.0, 1.0], "df": 9, "correlation": np.eye(2)},
        **{"response": RESPONSE, "group": [0, 1, 2, 0, 1, 2], "groups": 3, **SUMMARY},
        **{"weight": [0.5, 0.5], "transition": [[0, 1], [1, 0]], "alpha": 0.025},
        "hypotheses": 3,
    },
    "rate": {
        **{"events": 9, "time": 12.0, "events1": 9, "time1": 12.0, "events0": 3, "time0": 9.0}
    },
    "survival": {
        **{"time": RESPONSE, "event": [1, 1, 0, 1, 1, 1], "covariates": COVARIATES},
        **{"coefficient": [0.1], "group": ARM, "horizon": 4.0, "risk": RESPONSE, "at": 3.0},
        **{"cause": [1, 2, 0, 1, 2, 1], "times": [1.0, 3.0], "scores": [0, 1.0]},
        **{"entered": [[0.0, 2, np.nan], [0, np.nan, np.nan]], "until": [5.0, 4.0]},
        **{"start": [0, 2.0, 0], "stop": [2.0, 5, 4], "origin": [0, 1, 0]},
        **{"destination": [1, 2, 0], "subject": [0, 0, 1], "states": 3},
    },
}

OVERRIDES: dict[str, dict[str, Any]] = {
    "beta_posterior": {"alpha": 1.0, "beta": 1.0},
    "predictive_probability_one_arm": {"alpha": 1.0, "beta": 1.0},
    "predictive_probability_two_arms": {"n1": 3, "n0": 2},
    "normal_effective_sample_size": {"sd": 5.0},
    **{name: {"table": [[[3, 2], [1, 4]], [[2, 5], [4, 1]]]} for name in STRATIFIED},
    "mcnemar_test": {"table": [[5, 2], [3, 4]]},
    "monitor_binomial": {"n": [10, 20], "lower": [1, 6], "upper": [6, 7]},
    "simon_characteristics": {"r1": 1, "n1": 10, "r": 5, "n": 29},
    "event_share": {"time": 9.0},
    "sample_size_lachin_foulkes": {"hazard0": 0.1, "hazard_ratio": 0.6, "time": 9.0},
    "time_of_share": {"hazard0": 0.1},
    "mean_difference_effects": {"n1": [5, 6, 7]},
    "paired_t_test_from_summary": {"n": 9},
    "analyse_repeatedly": {"z": [1.0, 2.0]},
    **{name: {"fraction": 0.5} for name in ("conditional_power", "conditional_power_trend")},
    "predictive_power": {"fraction": 0.5},
    **{name: {"matrix": [[0.0, 0, 0, 0, 0, 1]]} for name in ("contrast", "f_test")},
    **{name: {"df": [9.0]} for name in ("dunnett_p_values", "tukey_p_values")},
    "multiple_imputation_analysis": {"imputations": 2},
    "reference_based_bootstrap": {"samples": 2},
    "friedman": {"response": VISITS},
    "adjusted_survival": {"groups": [[0.0], [1.0]]},
    "repeated_anova": {"response": VISITS, "group": ARMS},
    "repeated_anova_within": {"response": VISITS},
    "ancova_trend": {"group": ARM},
    "fit_random_coefficients": {"design": np.ones((12, 3, 1))},
}


def _mixture(lead: Lead) -> Any:
    return bayes.beta_mixture(weight=lead([0.5, 0.5]), alpha=lead([1.0, 3]), beta=lead([2.0, 2]))


def _normal_mixture(lead: Lead) -> Any:
    return bayes.normal_mixture(weight=lead([0.5, 0.5]), mean=lead([0.0, 1]), sd=lead([1.0, 2]))


def _logistic(lead: Lead, *, columns: int) -> Any:
    of_six = ARGUMENTS["binary"]["design"][:, :columns]
    return binary.fit_logistic(design=lead(of_six), event=lead(ARGUMENTS["binary"]["event"]))


def _linear_model(lead: Lead) -> Any:
    of_six = lead(ARGUMENTS["binary"]["design"])
    return continuous.fit_linear_model(response=lead(RESPONSE), design=of_six)


def _visit_design(lead: Lead) -> Any:
    return mmrm.visit_design(response=lead(VISITS), arm=lead(ARMS))


def _mmrm(lead: Lead) -> Any:
    return mmrm.fit_mmrm(response=lead(VISITS), design=_visit_design(lead).matrix)


def _time_in_state(lead: Lead) -> Any:
    given = {name: ARGUMENTS["survival"][name] for name in ROWS}
    return survival.time_in_state(
        **{name: lead(one) if isinstance(one, list) else one for name, one in given.items()}
    )


def _cox(lead: Lead) -> Any:
    event = lead(ARGUMENTS["survival"]["event"])
    return survival.cox(time=lead(RESPONSE), event=event, covariates=lead(COVARIATES))


def _conditional(lead: Lead) -> Any:
    given = {name: ARGUMENTS["missing"][name] for name in COMPLETION}
    return missing.impute_conditional_mean(**given | {"response": lead(VISITS)})


def _plane(lead: Lead) -> Any:
    seen = np.where(VISITS > 6, np.nan, VISITS)
    return missing.delta_plane(response=lead(seen), arm=lead(ARMS))


RESULTS: dict[str, Callable[[Lead], Any]] = {
    "bayes.mixture": _mixture,
    "bayes.treated": _mixture,
    "bayes.control": _mixture,
    "bayes.normal_effective_sample_size.mixture": _normal_mixture,
    "bayes.normal_mixture_exceeds.mixture": _normal_mixture,
    "bayes.summarise_normal_mixture.mixture": _normal_mixture,
    "bayes.update_normal_mixture.mixture": _normal_mixture,
    "binary.fit": lambda lead: _logistic(lead, columns=2),
    "binary.reduced": lambda lead: _logistic(lead, columns=1),
    "continuous.fit": _linear_model,
    "continuous.model": lambda lead: (
        continuous.ancova(response=lead(RESPONSE), group=lead(ARM), groups=2).model
    ),
    "design.spending": lambda _: design.Spending(),
    "meta.pooled": lambda lead: meta.pool_random_effects(
        estimate=lead(RESPONSE / 9), variance=lead(RESPONSE / 20)
    ),
    "missing.conditional": _conditional,
    "missing.plane": _plane,
    "missing.rng": lambda _: np.random.default_rng(1),
    "missing.p_value_at": lambda _: lambda delta: np.abs(delta) / 10,
    "mmrm.fit": _mmrm,
    "mmrm.ls_means.design": _visit_design,
    "survival.experimental": _time_in_state,
    "survival.control": _time_in_state,
    "survival.smaller": _cox,
    "survival.larger": _cox,
    "survival.weight": lambda _: survival.FlemingHarrington(rho=1.0, gamma=0.0),
}
"""Results of one function that another takes, by module, taker and name; or of any taker."""


def functions() -> Iterator[tuple[str, str]]:
    """Yield module and name of every public function."""
    for module in pkgutil.iter_modules(equipoise.stats.__path__):
        if module.ispkg:
            room = importlib.import_module(f"equipoise.stats.{module.name}")
            names = (name for name in room.__all__ if inspect.isfunction(getattr(room, name)))
            yield from ((module.name, name) for name in names)


def arguments_of(room: str, name: str, *, lead: Lead = np.asarray) -> dict[str, Any]:
    """Give good arguments of a function; defaults stay, and None is one.

    ``lead`` is applied to the data of those arguments that are results of another function.
    """
    function = getattr(importlib.import_module(f"equipoise.stats.{room}"), name)
    parameters = inspect.signature(function).parameters.values()
    return {one.name: _valid(room, name, one, lead) for one in parameters}


def _valid(room: str, name: str, argument: inspect.Parameter, lead: Lead) -> Any:
    for key in (f"{room}.{name}.{argument.name}", f"{room}.{argument.name}"):
        if key in RESULTS:
            return RESULTS[key](lead)
    own = OVERRIDES.get(name, {})
    if argument.name in own:
        return own[argument.name]
    if argument.default is not argument.empty:
        return argument.default
    return ARGUMENTS[room][argument.name]
