"""Continuous methods beside scipy, statsmodels and pingouin: time for one trial, and the ratio.

Run with ``python benchmarks/continuous.py``. A peer that is not installed is named as absent.
Peers take one trial at a time and are timed on a few of them; where scipy can take a batch along
an axis, it is timed on a batch too. Each line also says how far the p values are apart, since a
fast wrong answer is no answer.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.stats import continuous
from equipoise.stats.arrays import Floats

SEED = 20
BATCH = 20_000
SUBJECTS = 60
VISITS = 4
PEER_TRIALS = 30
SCIPY_BATCH = 2_000

Peer = Callable[[Any, int], float]
"""Given the peer's module and the number of a trial, returns its p value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One method of ours on the whole batch, and what the peers do for one trial."""

    method: str
    ours: Callable[[], Floats]
    peers: dict[str, Peer]
    scipy_batch: Callable[[Any], Floats] | None = None
    """Given scipy.stats, returns the p values of the first `SCIPY_BATCH` trials at once."""


def main() -> None:
    """Print one line per method and peer."""
    print(f"{BATCH} trials of {SUBJECTS} subjects; peers on {PEER_TRIALS}\n")
    print(f"{'method':32}{'peer':18}{'us/trial':>10}{'peer us':>11}{'ratio':>9}{'p apart':>11}")
    for comparison in comparisons():
        begin = time.perf_counter()
        p_values = comparison.ours()
        ours = (time.perf_counter() - begin) / len(p_values)
        for name, peer in comparison.peers.items():
            module = _peer(name)
            line = f"{comparison.method:32}{name.partition('.')[0]:18}{ours * 1e6:10.1f}"
            if module is None:
                print(f"{line}     absent")
                continue
            peer(module, 0)  # imports and first calls are not what is compared
            begin = time.perf_counter()
            theirs = [peer(module, trial) for trial in range(PEER_TRIALS)]
            seconds = (time.perf_counter() - begin) / PEER_TRIALS
            apart = np.max(np.abs(np.array(theirs) - p_values[:PEER_TRIALS]))
            print(f"{line}{seconds * 1e6:11.1f}{seconds / ours:9.1f}{apart:11.1e}")
        stats = _peer("scipy.stats")
        if comparison.scipy_batch is not None and stats is not None:
            begin = time.perf_counter()
            batch = comparison.scipy_batch(stats)
            seconds = (time.perf_counter() - begin) / SCIPY_BATCH
            apart = np.max(np.abs(batch - p_values[:SCIPY_BATCH]))
            line = f"{comparison.method:32}{'scipy, batch':18}{ours * 1e6:10.1f}"
            print(f"{line}{seconds * 1e6:11.1f}{seconds / ours:9.1f}{apart:11.1e}")


def comparisons() -> Iterator[Comparison]:
    """Draw the batch and yield what is compared on it."""
    rng = np.random.default_rng(SEED)
    group = np.arange(SUBJECTS) % 3
    treated = group > 0
    covariate = rng.normal(size=(BATCH, SUBJECTS))
    response = covariate + 0.3 * group + rng.normal(size=(BATCH, SUBJECTS))
    two = {"response": response, "treated": treated}
    three = {"response": response, "group": group, "groups": 3}

    def arms(trial: int) -> tuple[Floats, Floats]:
        return response[trial, treated], response[trial, ~treated]

    def samples(trial: int) -> list[Floats]:
        return [response[trial, group == code] for code in range(3)]

    first = response[:SCIPY_BATCH]
    sides = first[:, treated], first[:, ~treated]
    parts = [first[:, group == code] for code in range(3)]

    yield Comparison(
        method="Welch t test",
        ours=lambda: continuous.welch_t_test(**two).p_value,
        peers={
            "scipy.stats": lambda stats, trial: stats.ttest_ind(*arms(trial), equal_var=False)[1],
            "statsmodels.stats.weightstats": lambda weights, trial: weights.ttest_ind(
                *arms(trial), usevar="unequal"
            )[1],
            "pingouin": lambda pingouin, trial: _cell(
                pingouin.ttest(*arms(trial), correction=True), "p"
            ),
        },
        scipy_batch=lambda stats: stats.ttest_ind(*sides, equal_var=False, axis=1)[1],
    )
    yield Comparison(
        method="Wilcoxon rank sum, normal",
        ours=lambda: continuous.wilcoxon_rank_sum(**two).p_value,
        peers={
            "scipy.stats": lambda stats, trial: stats.mannwhitneyu(
                *arms(trial), method="asymptotic"
            )[1],
        },
        scipy_batch=lambda stats: stats.mannwhitneyu(*sides, method="asymptotic", axis=1)[1],
    )
    yield Comparison(
        method="Wilcoxon rank sum, exact",
        ours=lambda: continuous.wilcoxon_rank_sum_exact(**two).p_value,
        peers={
            "scipy.stats": lambda stats, trial: stats.mannwhitneyu(*arms(trial), method="exact")[1],
        },
        scipy_batch=lambda stats: stats.mannwhitneyu(*sides, method="exact", axis=1)[1],
    )
    yield Comparison(
        method="one-way ANOVA",
        ours=lambda: continuous.one_way_anova(**three).p_value,
        peers={"scipy.stats": lambda stats, trial: stats.f_oneway(*samples(trial))[1]},
        scipy_batch=lambda stats: stats.f_oneway(*parts, axis=1)[1],
    )
    yield Comparison(
        method="Kruskal-Wallis",
        ours=lambda: continuous.kruskal_wallis(**three).p_value,
        peers={"scipy.stats": lambda stats, trial: stats.kruskal(*samples(trial))[1]},
        scipy_batch=lambda stats: stats.kruskal(*parts, axis=1)[1],
    )
    yield from _models(response, group, covariate)
    yield _repeated(rng)


def _models(response: Floats, group: Floats, covariate: Floats) -> Iterator[Comparison]:
    model = {"response": response, "group": group, "groups": 3, "covariates": covariate[..., None]}
    design = np.stack(
        [
            np.ones_like(covariate),
            covariate,
            np.broadcast_to(group == 1, covariate.shape),
            np.broadcast_to(group == 2, covariate.shape),
        ],
        axis=-1,
    )

    def least_squares(kind: str) -> Peer:
        return lambda api, trial: api.OLS(response[trial], design[trial]).fit(
            cov_type=kind, use_t=True
        ).pvalues[2]  # fmt: skip

    yield Comparison(
        method="ANCOVA, difference 1 - 0",
        ours=lambda: continuous.ancova(**model).differences.p_value[:, 0],
        peers={"statsmodels.api": least_squares("nonrobust")},
    )
    yield Comparison(
        method="ANCOVA, HC3",
        ours=lambda: continuous.ancova(**model, variance="HC3").differences.p_value[:, 0],
        peers={"statsmodels.api": least_squares("HC3")},
    )
    yield Comparison(
        method="ANCOVA, type II test of group",
        ours=lambda: continuous.type_2_tests(continuous.ancova(**model).model).p_value[:, 1],
        peers={
            "pingouin": lambda pingouin, trial: pingouin.ancova(
                data=_frame(y=response[trial], x=covariate[trial], arm=group),
                dv="y", covar="x", between="arm",
            )["p_unc"].iloc[0],
        },
    )  # fmt: skip


def _repeated(rng: np.random.Generator) -> Comparison:
    response = rng.normal(size=(BATCH, SUBJECTS, VISITS)).cumsum(axis=-1)
    group = np.arange(SUBJECTS) % 2

    def ours() -> Floats:
        result = continuous.repeated_anova(response=response, group=group, groups=2)
        return result.p_value[:, result.terms.index("group:visit")]

    def peer(pingouin: Any, trial: int) -> float:
        long = _frame(
            y=response[trial].ravel(),
            subject=np.repeat(np.arange(SUBJECTS), VISITS),
            visit=np.tile(np.arange(VISITS), SUBJECTS),
            arm=np.repeat(group, VISITS),
        )
        table = pingouin.mixed_anova(
            data=long, dv="y", within="visit", subject="subject", between="arm"
        )
        return float(table["p_unc"].iloc[2])

    return Comparison(method="repeated-measures ANOVA", ours=ours, peers={"pingouin": peer})


def _frame(**columns: Any) -> Any:
    return importlib.import_module("pandas").DataFrame(columns)


def _cell(table: Any, start: str) -> float:
    """Take a number by the start of its column's name, which changes between versions."""
    name = next(name for name in table.columns if name.replace("-", "_").startswith(start))
    return float(table[name].iloc[0])


def _peer(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


if __name__ == "__main__":
    main()
