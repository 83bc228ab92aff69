"""Meta-analysis: one effect out of many studies, limits by Hartung, Knapp, Sidik and Jonkman."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats import meta
from equipoise.stats.arrays import Floats
from peer.comparison import Limit, PythonPeer, RPeer, Task, each

__all__ = ["TASKS"]

_TRIALS = 2_000
_STUDIES = 12
_FEW = 20


def pooled(
    method: meta.TauMethod, *, in_r: str, in_statsmodels: str = "", target: float | None = None
) -> Task:
    """Random effects by one estimator of the variance between studies."""
    rng = np.random.default_rng(22)
    variance = rng.uniform(0.02, 0.4, (_TRIALS, _STUDIES))
    estimate = -0.3 + rng.normal(size=variance.shape) * np.sqrt(0.15 + variance)

    def ours(y: Floats, v: Floats) -> Floats:
        found = meta.pool_random_effects(estimate=y, variance=v, method=method)
        return np.stack([found.estimate, found.ci_low], axis=-1)

    def statsmodels() -> Callable[[], ArrayLike]:
        from statsmodels.stats.meta_analysis import combine_effects

        def answer(i: int) -> list[float]:
            found = combine_effects(
                estimate[i], variance[i], method_re=in_statsmodels, use_t=True, atol=1e-12
            )
            return [found.mean_effect_re, found.conf_int()[3][0]]

        return each(_FEW, answer)

    peer = PythonPeer(
        name="statsmodels combine_effects", package="statsmodels", trials=_FEW, prepare=statsmodels
    )
    return Task(
        method="meta.pool_random_effects",
        title=f"{method.replace('_', ' ')} with HKSJ, 12 studies",
        trials=_TRIALS,
        batch=lambda: ours(estimate, variance),
        single=lambda i: ours(estimate[i], variance[i]),
        data={"estimate": estimate, "variance": variance},
        peers=(
            RPeer(
                name="metafor::rma",
                packages=("metafor",),
                answer=f"""unlist(rma(estimate[i, ], variance[i, ], method = "{in_r}",
                  test = "knha", control = list(threshold = 1e-12, tol = 1e-12, maxiter = 1000))[
                  c("beta", "ci.lb")])""",
                trials=_FEW,
                target=target,
            ),
            *((peer,) if in_statsmodels else ()),
        ),
        limit=Limit(
            name="weights and weighted mean once",
            work=lambda: np.sum(estimate / variance, axis=1) / np.sum(1 / variance, axis=1),
            left="a weighted fit for each step of the search for tau2, all in one compiled call",
        ),
        note="" if in_statsmodels else "no Python library has the estimator with these limits",
    )


TASKS: dict[str, Callable[[], Task]] = {
    "meta-reml": partial(pooled, "restricted_likelihood", in_r="REML", target=10),
    "meta-paule-mandel": partial(pooled, "paule_mandel", in_r="PM", in_statsmodels="iterated"),
    "meta-dersimonian-laird": partial(
        pooled, "dersimonian_laird", in_r="DL", in_statsmodels="chi2"
    ),
}
