"""Times to an event: curves, log-rank and Cox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats import survival
from equipoise.stats.arrays import Bools, Floats
from peer.comparison import Limit, PythonPeer, RPeer, Task, each

__all__ = ["TASKS", "Sample", "draw", "one_sort"]

HORIZON = 364.0
FIXED = 180.0
_FEW = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A batch of two-arm trials with follow-up to a year, (trials, subjects); one ``arm``."""

    time: Floats
    event: Bools
    cause: NDArray[np.int64]
    arm: NDArray[np.int64]

    def for_r(self) -> dict[str, NDArray[np.float64]]:
        """Give the arrays that R reads."""
        arm = np.broadcast_to(self.arm, self.time.shape)
        arrays = {"time": self.time, "event": self.event, "cause": self.cause, "arm": arm}
        return {name: np.asarray(array, dtype=np.float64) for name, array in arrays.items()}


def draw(trials: int, subjects: int) -> Sample:
    """Draw exponential times to the day, a third of the subjects lost on the way."""
    rng = np.random.default_rng(20)
    arm = np.arange(subjects) % 2
    time = np.ceil(rng.exponential(300 * (1 + arm / 2), (trials, subjects)))
    end = np.minimum(np.ceil(rng.exponential(700, time.shape)), HORIZON)
    event = time <= end
    return Sample(
        time=np.minimum(time, end),
        event=event,
        cause=event * rng.integers(1, 3, time.shape),
        arm=arm,
    )


def one_sort(sample: Sample, left: str) -> Limit:
    """Say that no method with risk sets is faster than a sort of the times."""
    return Limit(
        name="one sort of the times",
        work=lambda: np.argsort(sample.time, axis=-1),
        left=left,
    )


def logrank() -> Task:
    """Log-rank test of two arms of a hundred."""
    sample = draw(2_000, 200)
    first = sample.arm == 0

    def ours(time: Floats, event: Bools) -> Floats:
        return survival.logrank(time=time, event=event, group=sample.arm).chi_square

    def statsmodels() -> Callable[[], ArrayLike]:
        from statsmodels.duration.survfunc import survdiff

        return each(_FEW, lambda i: survdiff(sample.time[i], sample.event[i], sample.arm)[0])

    def lifelines() -> Callable[[], ArrayLike]:
        from lifelines.statistics import logrank_test

        def answer(i: int) -> float:
            t, e = sample.time[i], sample.event[i]
            return logrank_test(t[first], t[~first], e[first], e[~first]).test_statistic

        return each(_FEW, answer)

    def scipy() -> Callable[[], ArrayLike]:
        from scipy.stats import CensoredData, logrank

        def answer(i: int) -> float:
            t, e = sample.time[i], sample.event[i]
            one, other = (
                CensoredData(uncensored=t[rows & e], right=t[rows & ~e]) for rows in (first, ~first)
            )
            return float(logrank(one, other).statistic) ** 2

        return each(_FEW, answer)

    return Task(
        method="survival.logrank",
        title="log-rank, 2 x 100",
        trials=len(sample.time),
        batch=lambda: ours(sample.time, sample.event),
        single=lambda i: ours(sample.time[i], sample.event[i]),
        data=sample.for_r(),
        peers=(
            RPeer(
                name="survival::survdiff",
                packages=("survival",),
                answer="survdiff(Surv(time[i, ], event[i, ]) ~ arm[i, ])$chisq",
                trials=_FEW,
                target=50,
            ),
            PythonPeer(
                name="statsmodels survdiff",
                package="statsmodels",
                trials=_FEW,
                prepare=statsmodels,
                target=8,
            ),
            PythonPeer(
                name="lifelines logrank_test", package="lifelines", trials=_FEW, prepare=lifelines
            ),
            PythonPeer(name="scipy logrank", package="scipy", trials=_FEW, prepare=scipy),
        ),
        limit=one_sort(sample, "ties, numbers at risk and the hypergeometric variance"),
    )


def cox() -> Task:
    """Cox model of the arm, ties by Efron, five hundred subjects."""
    sample = draw(400, 500)
    arm = sample.arm[:, None].astype(np.float64)

    def ours(time: Floats, event: Bools) -> Floats:
        fit = survival.cox(time=time, event=event, covariates=arm)
        return np.stack([fit.coefficient, fit.model_standard_error], axis=-1)[..., 0, :]

    def statsmodels() -> Callable[[], ArrayLike]:
        from statsmodels.duration.hazard_regression import PHReg

        def answer(i: int) -> list[float]:
            fit = PHReg(sample.time[i], arm, status=sample.event[i], ties="efron").fit()
            return [fit.params[0], fit.bse[0]]

        return each(5, answer)

    def lifelines() -> Callable[[], ArrayLike]:
        from lifelines import CoxPHFitter
        from pandas import DataFrame

        frames = [
            DataFrame({"t": sample.time[i], "e": sample.event[i], "arm": sample.arm})
            for i in range(5)
        ]

        def answer(i: int) -> list[float]:
            fit = CoxPHFitter().fit(frames[i], "t", "e", fit_options={"precision": 1e-11})
            return [fit.params_.iloc[0], fit.standard_errors_.iloc[0]]

        return each(5, answer)

    return Task(
        method="survival.cox",
        title="Cox, Efron, 500 subjects",
        trials=len(sample.time),
        batch=lambda: ours(sample.time, sample.event),
        single=lambda i: ours(sample.time[i], sample.event[i]),
        data=sample.for_r(),
        peers=(
            RPeer(
                name="survival::coxph",
                packages=("survival",),
                answer="""fit <- coxph(Surv(time[i, ], event[i, ]) ~ arm[i, ])
                  c(coef(fit), sqrt(vcov(fit)))""",
                trials=_FEW,
                tolerance=1e-5,  # it stops at a relative change of the likelihood of 1e-9
                target=20,
            ),
            RPeer(
                name="survival:::coxph.fit, bare",
                packages=("survival",),
                prepare="""
  control <- coxph.control()
  answers <- lapply(seq_len(20), function(i) Surv(time[i, ], event[i, ]))
""",
                answer="""fit <- survival:::coxph.fit(cbind(arm = arm[i, ]), answers[[i]], NULL,
                  NULL, NULL, control, NULL, "efron", NULL, resid = FALSE)
                  c(fit$coefficients, sqrt(fit$var))""",
                trials=_FEW,
                tolerance=1e-5,
                target=3,
            ),
            PythonPeer(
                name="statsmodels PHReg",
                package="statsmodels",
                trials=5,
                prepare=statsmodels,
                tolerance=1e-5,
            ),
            PythonPeer(
                name="lifelines CoxPHFitter",
                package="lifelines",
                trials=5,
                prepare=lifelines,
                tolerance=1e-5,
            ),
        ),
        limit=one_sort(
            sample,
            "ties and lists of events; then, four or five times, a division at each event and "
            "three sums over all subjects that wait for themselves",
        ),
    )


def curve() -> Task:
    """Estimate whole curves with their limits."""
    sample = draw(2_000, 200)

    def ours() -> Floats:
        found = survival.kaplan_meier(time=sample.time, event=sample.event)
        so_far = np.cumsum(found.events > 0, axis=-1)
        rows = np.stack([np.argmax(so_far == number, axis=-1) for number in (5, 21)], axis=-1)
        fields = (found.survival, found.ci_low, found.ci_high)
        return np.concatenate([np.take_along_axis(one, rows, axis=-1) for one in fields], axis=-1)

    def alone(i: int) -> Floats:
        found = survival.kaplan_meier(time=sample.time[i], event=sample.event[i])
        rows = np.flatnonzero(found.events)[[4, 20]]
        return np.concatenate([found.survival[rows], found.ci_low[rows], found.ci_high[rows]])

    def lifelines() -> Callable[[], ArrayLike]:
        from lifelines import KaplanMeierFitter

        def answer(i: int) -> Floats:
            fit = KaplanMeierFitter().fit(sample.time[i], sample.event[i])
            rows = np.flatnonzero(fit.event_table["observed"].to_numpy())[[4, 20]]
            limits = fit.confidence_interval_.to_numpy()[rows]
            return np.concatenate(
                [fit.survival_function_.to_numpy()[rows, 0], limits[:, 0], limits[:, 1]]
            )

        return each(_FEW, answer)

    return Task(
        method="survival.kaplan_meier",
        title="Kaplan-Meier curve with limits, 200 subjects",
        trials=len(sample.time),
        batch=ours,
        single=alone,
        data=sample.for_r(),
        peers=(
            RPeer(
                name="survival::survfit",
                packages=("survival",),
                answer="""fit <- survfit(Surv(time[i, ], event[i, ]) ~ 1, conf.type = "log-log")
                  at <- which(fit$n.event > 0)[c(5, 21)]
                  c(fit$surv[at], fit$lower[at], fit$upper[at])""",
                trials=_FEW,
                target=30,
            ),
            PythonPeer(
                name="lifelines KaplanMeierFitter",
                package="lifelines",
                trials=_FEW,
                prepare=lifelines,
            ),
        ),
        limit=one_sort(
            sample, "checks, the product with limits at each time, and a result of eleven arrays"
        ),
    )


def survival_at() -> Task:
    """Survival at one time with its limits, in a batch."""
    sample = draw(2_000, 200)

    def ours(time: Floats, event: Bools) -> Floats:
        found = survival.survival_at(time=time, event=event, times=[FIXED])
        return np.stack([found.survival, found.ci_low, found.ci_high], axis=-1)[..., 0, :]

    def lifelines() -> Callable[[], ArrayLike]:
        from lifelines import KaplanMeierFitter

        def answer(i: int) -> list[float]:
            fit = KaplanMeierFitter().fit(sample.time[i], sample.event[i])
            limits = fit.confidence_interval_.loc[:FIXED].iloc[-1]
            return [fit.predict(FIXED), *limits]

        return each(_FEW, answer)

    def statsmodels() -> Callable[[], ArrayLike]:
        from statsmodels.duration.survfunc import SurvfuncRight

        def answer(i: int) -> list[float]:
            fit = SurvfuncRight(sample.time[i], sample.event[i].astype(float))
            place = np.searchsorted(fit.surv_times, FIXED, side="right") - 1
            s, error = fit.surv_prob[place], fit.surv_prob_se[place]
            reach = 1.959963984540054 * error / (s * np.log(s))
            return [s, s ** np.exp(-reach), s ** np.exp(reach)]

        return each(_FEW, answer)

    return Task(
        method="survival.survival_at",
        title="Kaplan-Meier at 180 days with limits, 200 subjects",
        trials=len(sample.time),
        batch=lambda: ours(sample.time, sample.event),
        single=lambda i: ours(sample.time[i], sample.event[i]),
        data=sample.for_r(),
        peers=(
            RPeer(
                name="survival::survfit",
                packages=("survival",),
                answer=f"""fit <- survfit(Surv(time[i, ], event[i, ]) ~ 1, conf.type = "log-log")
                  at <- findInterval({FIXED}, fit$time)
                  c(fit$surv[at], fit$lower[at], fit$upper[at])""",
                trials=_FEW,
                target=30,
            ),
            PythonPeer(
                name="lifelines KaplanMeierFitter",
                package="lifelines",
                trials=_FEW,
                prepare=lifelines,
            ),
            PythonPeer(
                name="statsmodels SurvfuncRight",
                package="statsmodels",
                trials=_FEW,
                prepare=statsmodels,
            ),
        ),
        limit=one_sort(sample, "the product over event times and its variance"),
    )


def restricted_mean() -> Task:
    """Mean time free of the event in half a year."""
    sample = draw(2_000, 200)

    def ours(time: Floats, event: Bools) -> Floats:
        return survival.restricted_mean(time=time, event=event, horizon=FIXED).mean

    def lifelines() -> Callable[[], ArrayLike]:
        from lifelines import KaplanMeierFitter
        from lifelines.utils import restricted_mean_survival_time

        def answer(i: int) -> float:
            fit = KaplanMeierFitter().fit(sample.time[i], sample.event[i])
            return restricted_mean_survival_time(fit, t=FIXED)

        return each(5, answer)

    return Task(
        method="survival.restricted_mean",
        title="restricted mean, 200 subjects",
        trials=len(sample.time),
        batch=lambda: ours(sample.time, sample.event),
        single=lambda i: ours(sample.time[i], sample.event[i]),
        data=sample.for_r(),
        peers=(
            RPeer(
                name="survival::survfit, rmean",
                packages=("survival",),
                answer=f"""summary(survfit(Surv(time[i, ], event[i, ]) ~ 1),
                  rmean = {FIXED})$table["rmean"]""",
                trials=_FEW,
            ),
            PythonPeer(
                name="lifelines restricted_mean_survival_time",
                package="lifelines",
                trials=5,
                prepare=lifelines,
            ),
        ),
        limit=one_sort(sample, "the curve, its area and the variance of the area"),
    )


TASKS: dict[str, Callable[[], Task]] = {
    "survival-logrank": logrank,
    "survival-cox": cox,
    "survival-curve": curve,
    "survival-at": survival_at,
    "survival-restricted-mean": restricted_mean,
}
