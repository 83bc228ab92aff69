"""Two-arm trials with a yes-or-no endpoint, randomised within three strata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats import binary
from peer.comparison import Limit, PythonPeer, RPeer, Task

__all__ = ["TASKS"]

_TRIALS = 10_000
_FEW = 50
_SIZES = np.array([12, 30, 16])
_SHARE = (0.45, 0.3)


def cmh() -> Task:
    """Cochran, Mantel and Haenszel's test."""
    return _task(
        "Cochran-Mantel-Haenszel",
        "cmh_test",
        lambda counts: binary.cmh_test(**counts).statistic,
        in_r=("stats", "mantelhaen.test(tables[[i]], correct = FALSE)$statistic"),
        in_statsmodels=lambda table: table.test_null_odds(correction=False).statistic,
    )


def breslow_day() -> Task:
    """Breslow and Day's test of one odds ratio for all strata."""
    return _task(
        "Breslow-Day",
        "breslow_day_test",
        lambda counts: binary.breslow_day_test(**counts).statistic,
        in_r=("metafor", f"{_RMA_MH}$BD"),
        in_statsmodels=lambda table: table.test_equal_odds().statistic,
    )


def odds_ratio() -> Task:
    """Mantel and Haenszel's odds ratio with its standard error and limits."""

    def ours(counts: dict[str, NDArray[Any]]) -> ArrayLike:
        found = binary.mantel_haenszel_log_odds_ratio(**counts)
        return np.stack(
            [found.estimate, found.standard_error, found.ci_low, found.ci_high], axis=-1
        )

    return _task(
        "Mantel-Haenszel odds ratio",
        "mantel_haenszel_log_odds_ratio",
        ours,
        in_r=("metafor", f'unlist({_RMA_MH}[c("beta", "se", "ci.lb", "ci.ub")])'),
        in_statsmodels=lambda table: [
            table.logodds_pooled,
            table.logodds_pooled_se,
            *table.logodds_pooled_confint(),
        ],
    )


_RMA_MH = """rma.mh(ai = x1[i, ], bi = n - x1[i, ], ci = x0[i, ], di = n - x0[i, ],
    measure = "OR")"""

_R_TABLES = """
  n <- c(12, 30, 16)
  tables <- lapply(seq_len(nrow(x1)), function(i)
    array(rbind(x1[i, ], n - x1[i, ], x0[i, ], n - x0[i, ]), c(2, 2, 3)))
"""


def _task(
    name: str,
    method: str,
    ours: Callable[[dict[str, NDArray[Any]]], ArrayLike],
    *,
    in_r: tuple[str, str],
    in_statsmodels: Callable[[Any], ArrayLike],
) -> Task:
    rng = np.random.default_rng(20)
    x1, x0 = (rng.binomial(_SIZES, share, (_TRIALS, 3)) for share in _SHARE)

    def counts(trial: int | slice) -> dict[str, NDArray[Any]]:
        return {"x1": x1[trial], "n1": _SIZES, "x0": x0[trial], "n0": _SIZES}

    def peer() -> Callable[[], ArrayLike]:
        from statsmodels.stats.contingency_tables import StratifiedTable

        tables = [
            np.stack([[a, _SIZES - a], [c, _SIZES - c]]).astype(float)
            for a, c in zip(x1[:_FEW], x0[:_FEW], strict=True)
        ]
        return lambda: np.array([in_statsmodels(StratifiedTable(table)) for table in tables])

    package, answer = in_r
    return Task(
        method=f"binary.{method}",
        title=f"{name}, 3 strata",
        trials=_TRIALS,
        batch=lambda: ours(counts(slice(None))),
        single=lambda i: ours(counts(i)),
        data={"x1": x1, "x0": x0},
        peers=(
            RPeer(
                name="stats::mantelhaen.test" if package == "stats" else "metafor::rma.mh",
                packages=(package,),
                prepare=_R_TABLES,
                answer=answer,
                trials=_FEW,
            ),
            PythonPeer(
                name="statsmodels StratifiedTable",
                package="statsmodels",
                trials=_FEW,
                prepare=peer,
            ),
        ),
        limit=Limit(
            name="one pass over the counts",
            work=lambda: x1 + x0,
            left="checking counts; some tens of passes of arithmetic",
        ),
    )


TASKS: dict[str, Callable[[], Task]] = {
    "binary-cmh": cmh,
    "binary-breslow-day": breslow_day,
    "binary-odds-ratio": odds_ratio,
}
