"""Survival methods beside lifelines, statsmodels and scikit-survival: ratios of time.

Run with ``python benchmarks/survival.py``. A peer that is not installed is named as absent. Peers
take one trial at a time and are timed on a few of them; each line also says how far the two
answers are apart, since a fast wrong answer is no answer.
"""

from __future__ import annotations

import importlib
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from equipoise.stats import survival

SEED = 20
HORIZON = 364.0
FIXED = 180.0
SIZES = ((10_000, 58), (1_000, 300))  # trials of the batch, subjects
PEER_TRIALS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A batch of two-arm trials with follow-up to a year."""

    time: np.ndarray
    event: np.ndarray
    cause: np.ndarray
    arm: np.ndarray

    @classmethod
    def of(cls, trials: int, subjects: int) -> Sample:
        """Draw exponential times to the day, a third of the subjects lost on the way."""
        rng = np.random.default_rng(SEED)
        arm = np.arange(subjects) % 2
        time = np.ceil(rng.exponential(300 * (1 + arm / 2), (trials, subjects)))
        end = np.minimum(np.ceil(rng.exponential(700, time.shape)), HORIZON)
        event = time <= end
        return cls(
            time=np.minimum(time, end),
            event=event,
            cause=event * rng.integers(1, 3, time.shape),
            arm=arm,
        )


def main() -> None:
    """Print one line per method and peer."""
    peers = {
        name: _peer(name)
        for name in (
            "lifelines",
            "lifelines.statistics",
            "lifelines.utils",
            "pandas",
            "statsmodels.duration.survfunc",
            "statsmodels.duration.hazard_regression",
            "sksurv.nonparametric",
            "sksurv.linear_model",
            "sksurv.compare",
        )
    }
    print(f"{'method':38}{'peer':34}{'us/trial':>10}{'peer us':>11}{'ratio':>8}  apart")
    for trials, subjects in SIZES:
        sample = Sample.of(trials, subjects)
        _curves(sample, peers)
        _log_rank(sample, peers)
        _cox(sample, peers)
        _restricted_mean(sample, peers)
        _incidence(sample, peers)


def _peer(name: str) -> ModuleType | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError:
        print(f"{name}: absent")
        return None


def _compare(
    method: str,
    peer: str,
    sample: Sample,
    *,
    ours: Callable[[], np.ndarray],
    theirs: Callable[[np.ndarray, np.ndarray, np.ndarray], Any],
) -> None:
    """Time the whole batch and the peer's few trials; print the ratio and the distance."""
    batch, answer = _timed(ours)

    def one_by_one() -> list[float]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [
                float(theirs(sample.time[trial], sample.event[trial], sample.cause[trial]))
                for trial in range(PEER_TRIALS)
            ]

    few, expected = _timed(one_by_one)
    trials, subjects = sample.time.shape
    mine, other = batch / trials, few / PEER_TRIALS
    apart = np.nanmax(np.abs(np.asarray(answer)[:PEER_TRIALS] - np.asarray(expected)))
    print(
        f"{f'{method}, {subjects} subjects':38}{peer:34}{mine * 1e6:10.1f}{other * 1e6:11.0f}"
        f"{other / mine:8.0f}  {apart:.1e}"
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Time the better of two runs, so that loading is not counted."""
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), answer


def _curves(sample: Sample, peers: Mapping[str, ModuleType | None]) -> None:
    def ours() -> np.ndarray:
        found = survival.survival_at(time=sample.time, event=sample.event, times=[FIXED])
        return found.survival[:, 0]

    if lifelines := peers["lifelines"]:
        _compare(
            "Kaplan-Meier at a time",
            "lifelines KaplanMeierFitter",
            sample,
            ours=ours,
            theirs=lambda t, e, _: lifelines.KaplanMeierFitter().fit(t, e).predict(FIXED),
        )
    if survfunc := peers["statsmodels.duration.survfunc"]:

        def by_statsmodels(t: np.ndarray, e: np.ndarray, _: np.ndarray) -> float:
            curve = survfunc.SurvfuncRight(t, e.astype(float))
            return curve.surv_prob[np.searchsorted(curve.surv_times, FIXED, side="right") - 1]

        _compare(
            "Kaplan-Meier at a time", "statsmodels SurvfuncRight", sample,
            ours=ours, theirs=by_statsmodels,
        )  # fmt: skip
    if sksurv := peers["sksurv.nonparametric"]:

        def by_sksurv(t: np.ndarray, e: np.ndarray, _: np.ndarray) -> float:
            times, curve = sksurv.kaplan_meier_estimator(e, t)
            return curve[np.searchsorted(times, FIXED, side="right") - 1]

        _compare(
            "Kaplan-Meier at a time", "sksurv kaplan_meier_estimator", sample,
            ours=ours, theirs=by_sksurv,
        )  # fmt: skip


def _log_rank(sample: Sample, peers: Mapping[str, ModuleType | None]) -> None:
    def ours() -> np.ndarray:
        return survival.logrank(time=sample.time, event=sample.event, group=sample.arm).chi_square

    first = sample.arm == 0
    if statistics := peers["lifelines.statistics"]:
        _compare(
            "log-rank",
            "lifelines logrank_test",
            sample,
            ours=ours,
            theirs=lambda t, e, _: (
                statistics.logrank_test(t[first], t[~first], e[first], e[~first]).test_statistic
            ),
        )
    if survfunc := peers["statsmodels.duration.survfunc"]:
        _compare(
            "log-rank",
            "statsmodels survdiff",
            sample,
            ours=ours,
            theirs=lambda t, e, _: survfunc.survdiff(t, e, sample.arm)[0],
        )
    if compare := peers["sksurv.compare"]:

        def by_sksurv(t: np.ndarray, e: np.ndarray, _: np.ndarray) -> float:
            pairs = np.array(list(zip(e, t, strict=True)), dtype=[("e", bool), ("t", float)])
            return compare.compare_survival(pairs, sample.arm)[0]

        _compare("log-rank", "sksurv compare_survival", sample, ours=ours, theirs=by_sksurv)


def _cox(sample: Sample, peers: Mapping[str, ModuleType | None]) -> None:
    arm = sample.arm[:, None].astype(float)

    def ours() -> np.ndarray:
        return survival.cox(time=sample.time, event=sample.event, covariates=arm).coefficient[:, 0]

    lifelines, pandas = peers["lifelines"], peers["pandas"]
    if lifelines and pandas:

        def by_lifelines(t: np.ndarray, e: np.ndarray, _: np.ndarray) -> float:
            frame = pandas.DataFrame({"t": t, "e": e, "arm": sample.arm})
            return lifelines.CoxPHFitter().fit(frame, "t", "e").params_.iloc[0]

        _compare("Cox, Efron", "lifelines CoxPHFitter", sample, ours=ours, theirs=by_lifelines)
    if regression := peers["statsmodels.duration.hazard_regression"]:
        _compare(
            "Cox, Efron",
            "statsmodels PHReg",
            sample,
            ours=ours,
            theirs=lambda t, e, _: regression.PHReg(t, arm, status=e, ties="efron").fit().params[0],
        )
    if linear := peers["sksurv.linear_model"]:

        def by_sksurv(t: np.ndarray, e: np.ndarray, _: np.ndarray) -> float:
            pairs = np.array(list(zip(e, t, strict=True)), dtype=[("e", bool), ("t", float)])
            return linear.CoxPHSurvivalAnalysis(ties="efron").fit(arm, pairs).coef_[0]

        _compare("Cox, Efron", "sksurv CoxPHSurvivalAnalysis", sample, ours=ours, theirs=by_sksurv)


def _restricted_mean(sample: Sample, peers: Mapping[str, ModuleType | None]) -> None:
    lifelines, utils = peers["lifelines"], peers["lifelines.utils"]
    if not (lifelines and utils):
        return

    def by_lifelines(t: np.ndarray, e: np.ndarray, _: np.ndarray) -> float:
        curve = lifelines.KaplanMeierFitter().fit(t, e)
        return utils.restricted_mean_survival_time(curve, t=FIXED)

    _compare(
        "restricted mean",
        "lifelines restricted_mean_...",
        sample,
        ours=lambda: (
            survival.restricted_mean(time=sample.time, event=sample.event, horizon=FIXED).mean
        ),
        theirs=by_lifelines,
    )


def _incidence(sample: Sample, peers: Mapping[str, ModuleType | None]) -> None:
    sksurv = peers["sksurv.nonparametric"]
    if not sksurv:
        return

    def by_sksurv(t: np.ndarray, _: np.ndarray, cause: np.ndarray) -> float:
        times, curves = sksurv.cumulative_incidence_competing_risks(cause, t)
        return curves[1][np.searchsorted(times, FIXED, side="right") - 1]

    _compare(
        "cumulative incidence",
        "sksurv cumulative_incidence_...",
        sample,
        ours=lambda: survival.cumulative_incidence(
            time=sample.time, cause=sample.cause, times=[FIXED]
        ).incidence[:, 0, 0],
        theirs=by_sksurv,
    )


if __name__ == "__main__":
    main()
