"""Times to the first of several events."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats import survival
from equipoise.stats.arrays import Floats
from peer.comparison import PythonPeer, RPeer, Task, each
from peer.task.survival import FIXED, draw, one_sort

__all__ = ["TASKS"]

_FEW = 20


def gray() -> Task:
    """Gray's test of two arms of a hundred."""
    sample = draw(500, 200)

    def ours(time: Floats, cause: NDArray[np.int64]) -> Floats:
        return survival.gray_test(time=time, cause=cause, group=sample.arm).chi_square

    return Task(
        method="survival.gray_test",
        title="Gray, 2 x 100",
        trials=len(sample.time),
        batch=lambda: ours(sample.time, sample.cause),
        single=lambda i: ours(sample.time[i], sample.cause[i]),
        data=sample.for_r(),
        peers=(
            RPeer(
                name="cmprsk::cuminc",
                packages=("cmprsk",),
                answer="cuminc(time[i, ], cause[i, ], arm[i, ])$Tests[1, 1]",
                trials=_FEW,
                target=10,
            ),
        ),
        limit=one_sort(sample, "two curves an arm and the running sums of the variance"),
        note="cuminc tests both causes in one call; no Python library has the test",
    )


def incidence() -> Task:
    """Probability of a cause by a fixed time."""
    sample = draw(500, 200)

    def ours(time: Floats, cause: NDArray[np.int64]) -> Floats:
        found = survival.cumulative_incidence(time=time, cause=cause, times=[FIXED])
        return found.incidence[..., 0, 0]

    def lifelines() -> Callable[[], ArrayLike]:
        from lifelines import AalenJohansenFitter

        def answer(i: int) -> float:
            fit = AalenJohansenFitter(seed=0).fit(sample.time[i], sample.cause[i], 1)
            return float(fit.cumulative_density_.loc[:FIXED].iloc[-1, 0])

        return each(5, answer)

    return Task(
        method="survival.cumulative_incidence",
        title="cumulative incidence, 200 subjects",
        trials=len(sample.time),
        batch=lambda: ours(sample.time, sample.cause),
        single=lambda i: ours(sample.time[i], sample.cause[i]),
        data=sample.for_r(),
        peers=(
            RPeer(
                name="survival::survfit, states",
                packages=("survival",),
                answer=f"""fit <- survfit(Surv(time[i, ], factor(cause[i, ], 0:2)) ~ 1)
                  fit$pstate[findInterval({FIXED}, fit$time), 2]""",
                trials=_FEW,
            ),
            PythonPeer(
                name="lifelines AalenJohansenFitter",
                package="lifelines",
                trials=5,
                prepare=lifelines,
                tolerance=1e-2,  # it moves tied times apart at random
            ),
        ),
        limit=one_sort(sample, "the product over event times and the jackknife variance"),
        note="lifelines moves tied times apart at random: its answer is near, not the same",
    )


TASKS: dict[str, Callable[[], Task]] = {
    "survival-gray": gray,
    "survival-incidence": incidence,
}
