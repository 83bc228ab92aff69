"""Two-arm trials with a yes-or-no endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats import binary
from peer.comparison import Limit, PythonPeer, RPeer, Task, each
from peer.task import strata

__all__ = ["TASKS"]

_TRIALS = 10_000
_SHARE = (0.45, 0.3)


def fisher() -> Task:
    """Fisher's test of tables with one pair of arm sizes."""
    return _fisher("Fisher, 150 v 148", _counts(150, 148))


def fisher_mixed() -> Task:
    """Fisher's test of tables that are nearly all different, as in a survey of trials."""
    rng = np.random.default_rng(2)
    n1, n0 = rng.integers(20, 151, (2, _TRIALS))
    return _fisher("Fisher, arms of 20 to 150", _counts(n1, n0))


def _fisher(title: str, counts: dict[str, NDArray[Any]]) -> Task:
    def peer() -> Callable[[], ArrayLike]:
        from scipy.stats import fisher_exact

        return lambda: [
            fisher_exact([[x1, n1 - x1], [x0, n0 - x0]]).pvalue
            for x1, n1, x0, n0 in _cells(counts, 100)
        ]

    return Task(
        method="binary.fisher_test",
        title=title,
        trials=_TRIALS,
        batch=lambda: binary.fisher_test(**counts).p_two_sided,
        single=lambda i: binary.fisher_test(**_one(counts, i)).p_two_sided,
        data=counts,
        peers=(
            RPeer(
                name="stats::fisher.test",
                packages=("stats",),
                answer="fisher.test(tables[[i]], conf.int = FALSE)$p.value",
                prepare=_R_TABLES,
                trials=100,
                target=1000,
            ),
            PythonPeer(name="scipy fisher_exact", package="scipy", trials=100, prepare=peer),
        ),
        limit=Limit(
            name="one pass over the events",
            work=lambda: counts["x1"] + counts["x0"],
            left="checking counts; each distinct table is walked once, in compiled code",
        ),
    )


_R_TABLES = """
  at <- function(a, i) a[(i - 1) %% length(a) + 1]
  tables <- lapply(seq_along(x1), function(i)
    matrix(c(x1[i], at(n1, i) - x1[i], x0[i], at(n0, i) - x0[i]), 2))
"""


def boschloo() -> Task:
    """Boschloo's test, whose nuisance parameter is searched over."""
    counts = _counts(30, 28)

    def peer() -> Callable[[], ArrayLike]:
        from scipy.stats import boschloo_exact

        return lambda: [
            boschloo_exact([[x1, x0], [n1 - x1, n0 - x0]], alternative="greater").pvalue
            for x1, n1, x0, n0 in _cells(counts, 10)
        ]

    test = partial(binary.boschloo_test, alternative="greater")
    return Task(
        method="binary.boschloo_test",
        title="Boschloo, greater, 30 v 28",
        trials=_TRIALS,
        batch=lambda: test(**counts).p_value,
        single=lambda i: test(**_one(counts, i)).p_value,
        peers=(
            PythonPeer(
                name="scipy boschloo_exact",
                package="scipy",
                trials=10,
                prepare=peer,
                tolerance=1e-5,  # its search over the nuisance parameter is a coarse one
            ),
        ),
        limit=Limit(
            name="one pass over the counts",
            work=lambda: counts["x1"] + counts["x0"],
            left="the search over the nuisance parameter, once for each distinct table",
        ),
    )


def difference() -> Task:
    """Limits of Miettinen and Nurminen for the difference of two risks."""
    return _score("difference", "diff", binary.risk_difference_miettinen_nurminen)


def ratio() -> Task:
    """Limits of Miettinen and Nurminen for the ratio of two risks."""
    return _score("ratio", "ratio", binary.risk_ratio_miettinen_nurminen)


def _score(name: str, compare: str, limits: Callable[..., Any]) -> Task:
    counts = _counts(30, 28)

    def peer() -> Callable[[], ArrayLike]:
        from statsmodels.stats.proportion import confint_proportions_2indep

        def low(cells: tuple[int, ...]) -> float:
            try:
                return confint_proportions_2indep(*cells, method="score", compare=compare)[0]
            except ValueError:  # its root search fails for some tables at the edge
                return float("nan")

        return lambda: [low(cells) for cells in _cells(counts, 10)]

    return Task(
        method=f"binary.{limits.__name__}",
        title=f"Miettinen-Nurminen {name}, 30 v 28",
        trials=_TRIALS,
        batch=lambda: limits(**counts).ci_low,
        single=lambda i: limits(**_one(counts, i)).ci_low,
        peers=(
            PythonPeer(
                name="statsmodels confint_proportions_2indep",
                package="statsmodels",
                trials=10,
                prepare=peer,
            ),
        ),
        limit=Limit(
            name="one pass over the counts",
            work=lambda: counts["x1"] + counts["x0"],
            left="the root search, once for each distinct table",
        ),
    )


def mcnemar() -> Task:
    """McNemar's test of pairs."""
    tables = np.random.default_rng(20).multinomial(58, [0.4, 0.25, 0.15, 0.2], _TRIALS)
    tables = tables.reshape(-1, 2, 2)

    def peer() -> Callable[[], ArrayLike]:
        from statsmodels.stats.contingency_tables import mcnemar as test

        return lambda: [test(table, exact=False, correction=False).pvalue for table in tables[:100]]

    return Task(
        method="binary.mcnemar_test",
        title="McNemar, 58 pairs",
        trials=_TRIALS,
        batch=lambda: binary.mcnemar_test(table=tables).p_value,
        single=lambda i: binary.mcnemar_test(table=tables[i]).p_value,
        data={"tables": tables},
        peers=(
            RPeer(
                name="stats::mcnemar.test",
                packages=("stats",),
                answer="mcnemar.test(tables[i, , ], correct = FALSE)$p.value",
                trials=100,
            ),
            PythonPeer(name="statsmodels mcnemar", package="statsmodels", trials=100, prepare=peer),
        ),
        limit=Limit(
            name="one pass over the tables",
            work=lambda: tables.sum(axis=(1, 2)),
            left="checking counts; an exact tail area, which the peers were not asked for",
        ),
    )


def logistic() -> Task:
    """Logistic regression on arm and one covariate."""
    rng = np.random.default_rng(20)
    trials, subjects = 2_000, 58
    arm = np.broadcast_to(np.repeat([1.0, 0.0], subjects // 2), (trials, subjects))
    design = np.stack([np.ones_like(arm), arm, rng.normal(size=arm.shape)], axis=-1)
    event = rng.random(arm.shape) < 1 / (1 + np.exp(0.4 - 0.6 * arm))

    def peer() -> Callable[[], ArrayLike]:
        from statsmodels.discrete.discrete_model import Logit

        return each(50, lambda i: Logit(event[i].astype(float), design[i]).fit(disp=0).params[1])

    return Task(
        method="binary.fit_logistic",
        title="logistic regression, 58 subjects",
        trials=trials,
        batch=lambda: binary.fit_logistic(design=design, event=event).coefficients[:, 1],
        single=lambda i: binary.fit_logistic(design=design[i], event=event[i]).coefficients[1],
        data={"arm": arm, "covariate": design[..., 2], "event": event},
        peers=(
            RPeer(
                name="stats::glm",
                packages=("stats",),
                answer="""coef(glm(event[i, ] ~ arm[i, ] + covariate[i, ], family = binomial,
                  epsilon = 1e-12))[2]""",
                trials=50,
            ),
            PythonPeer(name="statsmodels Logit", package="statsmodels", trials=50, prepare=peer),
        ),
        limit=Limit(
            name="X'WX of every trial once",
            work=lambda: np.swapaxes(design, 1, 2) @ design,
            left="five to seven Newton steps in compiled code, each with a curve and a solution",
        ),
    )


def _counts(n1: ArrayLike, n0: ArrayLike) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(20)
    return {
        "x1": rng.binomial(n1, _SHARE[0], _TRIALS),
        "n1": np.atleast_1d(n1),
        "x0": rng.binomial(n0, _SHARE[1], _TRIALS),
        "n0": np.atleast_1d(n0),
    }


def _one(counts: dict[str, NDArray[Any]], trial: int) -> dict[str, Any]:
    return {name: count[trial % len(count)] for name, count in counts.items()}


def _cells(counts: dict[str, NDArray[Any]], number: int) -> Iterator[tuple[int, ...]]:
    for trial in range(number):
        yield tuple(int(count) for count in _one(counts, trial).values())


TASKS: dict[str, Callable[[], Task]] = {
    "binary-fisher": fisher,
    "binary-fisher-mixed": fisher_mixed,
    "binary-boschloo": boschloo,
    "binary-difference": difference,
    "binary-ratio": ratio,
    "binary-mcnemar": mcnemar,
    **strata.TASKS,
    "binary-logistic": logistic,
}
