"""Continuous endpoints: t and rank tests, k groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats import continuous
from equipoise.stats.arrays import Floats
from peer.comparison import Limit, PythonPeer, RPeer, Task, each
from peer.task import linear

__all__ = ["TASKS"]

_TRIALS = 10_000
_SUBJECTS = 60
_BATCH = 2_000  # trials of scipy's calls along an axis
_FEW = 30


def welch() -> Task:
    """Welch's t test of two arms."""
    response, treated = _two_arms()

    def statsmodels() -> Callable[[], ArrayLike]:
        from statsmodels.stats.weightstats import ttest_ind

        return each(_FEW, lambda i: ttest_ind(*_arms(response[i], treated), usevar="unequal")[:2])

    def pingouin() -> Callable[[], ArrayLike]:
        from pingouin import ttest

        def answer(i: int) -> list[float]:
            table = ttest(*_arms(response[i], treated), correction=True)
            return [float(table["T"].iloc[0]), float(table.filter(like="p").iloc[0, 0])]

        return each(_FEW, answer)

    return Task(
        method="continuous.welch_t_test",
        title="Welch's t test, 20 v 40",
        trials=_TRIALS,
        batch=lambda: _t_and_p(continuous.welch_t_test(response=response, treated=treated)),
        single=lambda i: _t_and_p(continuous.welch_t_test(response=response[i], treated=treated)),
        data={"response": response},
        peers=(
            RPeer(
                name="stats::t.test",
                packages=("stats",),
                prepare="treated <- (seq_len(60) - 1) %% 3 > 0",
                answer="""unlist(t.test(response[i, treated], response[i, !treated])[
                  c("statistic", "p.value")])""",
                trials=_FEW,
            ),
            *_scipy(
                "ttest_ind",
                lambda stats: (
                    lambda rows: stats.ttest_ind(
                        *_arms(response[rows], treated), equal_var=False, axis=-1
                    )[:2]
                ),
            ),
            PythonPeer(
                name="statsmodels ttest_ind",
                package="statsmodels",
                trials=_FEW,
                prepare=statsmodels,
            ),
            PythonPeer(name="pingouin ttest", package="pingouin", trials=_FEW, prepare=pingouin),
        ),
        limit=_one_pass(response, "means, deviations, tail area: some tens of passes"),
    )


def tost() -> Task:
    """Two one-sided tests for equivalence, by Welch."""
    response, treated = _two_arms()
    low, high = -0.8, 0.8

    def ours(values: Floats) -> Floats:
        return continuous.tost_means(response=values, treated=treated, low=low, high=high).p_value

    def statsmodels() -> Callable[[], ArrayLike]:
        from statsmodels.stats.weightstats import ttost_ind

        return each(
            _FEW,
            lambda i: ttost_ind(*_arms(response[i], treated), low, high, usevar="unequal")[0],
        )

    def pingouin() -> Callable[[], ArrayLike]:
        from pingouin import tost

        def answer(i: int) -> float:
            table = tost(*_arms(response[i], treated), bound=high, correction=True)
            return float(table.filter(like="p").iloc[0, 0])

        return each(_FEW, answer)

    return Task(
        method="continuous.tost_means",
        title="two one-sided tests, 20 v 40",
        trials=_TRIALS,
        batch=lambda: ours(response),
        single=lambda i: ours(response[i]),
        data={"response": response},
        peers=(
            PythonPeer(
                name="statsmodels ttost_ind",
                package="statsmodels",
                trials=_FEW,
                prepare=statsmodels,
            ),
            PythonPeer(name="pingouin tost", package="pingouin", trials=_FEW, prepare=pingouin),
        ),
        limit=_one_pass(response, "means, deviations, two tail areas: some tens of passes"),
    )


def rank_sum() -> Task:
    """Wilcoxon's rank sum test with the normal approximation."""
    response, treated = _two_arms()
    return Task(
        method="continuous.wilcoxon_rank_sum",
        title="Wilcoxon rank sum, normal, 20 v 40",
        trials=_TRIALS,
        batch=lambda: continuous.wilcoxon_rank_sum(response=response, treated=treated).p_value,
        single=lambda i: (
            continuous.wilcoxon_rank_sum(response=response[i], treated=treated).p_value
        ),
        data={"response": response},
        peers=(
            _wilcoxon_in_r("exact = FALSE"),
            *_scipy(
                "mannwhitneyu",
                lambda stats: (
                    lambda rows: stats.mannwhitneyu(
                        *_arms(response[rows], treated), method="asymptotic", axis=-1
                    )[1]
                ),
            ),
        ),
        limit=_one_sort(response),
    )


def rank_sum_exact() -> Task:
    """Wilcoxon's rank sum test with its exact distribution."""
    response, treated = _two_arms()
    test = continuous.wilcoxon_rank_sum_exact
    return Task(
        method="continuous.wilcoxon_rank_sum_exact",
        title="Wilcoxon rank sum, exact, 20 v 40",
        trials=_TRIALS,
        batch=lambda: test(response=response, treated=treated).p_value,
        single=lambda i: test(response=response[i], treated=treated).p_value,
        data={"response": response},
        peers=(
            _wilcoxon_in_r("exact = TRUE"),
            *_scipy(
                "mannwhitneyu, exact",
                lambda stats: (
                    lambda rows: stats.mannwhitneyu(
                        *_arms(response[rows], treated), method="exact", axis=-1
                    )[1]
                ),
            ),
        ),
        limit=_one_sort(response),
    )


def one_way() -> Task:
    """One-way analysis of variance of three groups."""
    response, group = _three_groups()
    arguments = {"group": group, "groups": 3}
    return Task(
        method="continuous.one_way_anova",
        title="one-way ANOVA, 3 x 20",
        trials=_TRIALS,
        batch=lambda: _f_and_p(continuous.one_way_anova(response=response, **arguments)),
        single=lambda i: _f_and_p(continuous.one_way_anova(response=response[i], **arguments)),
        data={"response": response},
        peers=(
            RPeer(
                name="stats::oneway.test",
                packages=("stats",),
                prepare="group <- gl(3, 1, 60)",
                answer="""unlist(oneway.test(response[i, ] ~ group, var.equal = TRUE)[
                  c("statistic", "p.value")])""",
                trials=_FEW,
            ),
            *_scipy(
                "f_oneway",
                lambda stats: (
                    lambda rows: stats.f_oneway(*_samples(response[rows], group), axis=-1)[:2]
                ),
            ),
        ),
        limit=_one_pass(response, "means, deviations, tail area: some tens of passes"),
    )


def kruskal_wallis() -> Task:
    """Kruskal and Wallis' test of three groups."""
    response, group = _three_groups()
    arguments = {"group": group, "groups": 3}
    return Task(
        method="continuous.kruskal_wallis",
        title="Kruskal-Wallis, 3 x 20",
        trials=_TRIALS,
        batch=lambda: continuous.kruskal_wallis(response=response, **arguments).p_value,
        single=lambda i: continuous.kruskal_wallis(response=response[i], **arguments).p_value,
        data={"response": response},
        peers=(
            RPeer(
                name="stats::kruskal.test",
                packages=("stats",),
                prepare="group <- gl(3, 1, 60)",
                answer="kruskal.test(response[i, ], group)$p.value",
                trials=_FEW,
            ),
            *_scipy(
                "kruskal",
                lambda stats: (
                    lambda rows: stats.kruskal(*_samples(response[rows], group), axis=-1)[1]
                ),
            ),
        ),
        limit=_one_sort(response),
    )


def _scipy(
    name: str, test_of: Callable[[Any], Callable[[Any], Any]]
) -> tuple[PythonPeer, PythonPeer]:
    """Ask scipy trial after trial, and once along an axis."""

    def one_by_one() -> Callable[[], ArrayLike]:
        from scipy import stats

        test = test_of(stats)
        return each(_FEW, lambda i: np.asarray(test(i)))

    def along_an_axis() -> Callable[[], ArrayLike]:
        from scipy import stats

        test = test_of(stats)
        return lambda: np.moveaxis(np.atleast_2d(test(slice(_BATCH))), 0, -1)

    return (
        PythonPeer(name=f"scipy {name}", package="scipy", trials=_FEW, prepare=one_by_one),
        PythonPeer(
            name=f"scipy {name}, batch",
            package="scipy",
            trials=_BATCH,
            prepare=along_an_axis,
            in_batch=True,
        ),
    )


def _wilcoxon_in_r(option: str) -> RPeer:
    return RPeer(
        name="stats::wilcox.test",
        packages=("stats",),
        prepare="treated <- (seq_len(60) - 1) %% 3 > 0",
        answer=f"wilcox.test(response[i, treated], response[i, !treated], {option})$p.value",
        trials=_FEW,
    )


def _two_arms() -> tuple[Floats, NDArray[np.bool_]]:
    response, group = _three_groups()
    return response, group > 0


def _three_groups() -> tuple[Floats, NDArray[np.int64]]:
    rng = np.random.default_rng(20)
    group = np.arange(_SUBJECTS) % 3
    return 0.3 * group + 1.4 * rng.normal(size=(_TRIALS, _SUBJECTS)), group


def _arms(response: Floats, treated: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    return response[..., treated], response[..., ~treated]


def _samples(response: Floats, group: NDArray[np.int64]) -> list[Floats]:
    return [response[..., group == code] for code in range(3)]


def _t_and_p(test: Any) -> Floats:
    return np.stack([test.statistic, test.p_value], axis=-1)


def _f_and_p(test: Any) -> Floats:
    return np.stack([test.statistic, test.p_value], axis=-1)


def _one_pass(response: Floats, left: str) -> Limit:
    return Limit(name="one pass over the responses", work=response.sum, left=left)


def _one_sort(response: Floats) -> Limit:
    return Limit(
        name="one sort of the responses",
        work=lambda: np.argsort(response, axis=-1),
        left="ranks of ties and their count, tail area",
    )


TASKS: dict[str, Callable[[], Task]] = {
    "continuous-welch": welch,
    "continuous-tost": tost,
    "continuous-rank-sum": rank_sum,
    "continuous-rank-sum-exact": rank_sum_exact,
    "continuous-one-way": one_way,
    "continuous-kruskal": kruskal_wallis,
    **linear.TASKS,
}
