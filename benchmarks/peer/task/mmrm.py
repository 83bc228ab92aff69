"""Repeated measures with values missing: the mixed model with an unstructured covariance."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats
from equipoise.stats.mmrm import Mmrm, fit_mmrm, fit_random_coefficients, visit_design
from peer.comparison import Limit, PythonPeer, RPeer, Task, each

__all__ = ["TASKS"]


def unstructured(visits: int, subjects: int) -> Task:
    """Arm by visit, baseline, unstructured covariance; Kenward-Roger on our side."""
    trials = 4_000 // subjects
    y, arm, base = _drawn(trials, subjects, visits)
    x = visit_design(response=y, arm=arm, covariate=base[..., None]).matrix

    def numbers(fit: Mmrm) -> Floats:
        # Arm at the first visit: intercept, covariate, arm.
        variance = fit.vcov_model[..., 2, 2]
        return np.stack([fit.coefficient[..., 2], np.sqrt(variance)], axis=-1)

    frame = f"""
  frame <- data.frame(y = c(t(y[1, , ])), base = rep(base[1, ], each = {visits}),
    arm = rep(arm[1, ], each = {visits}), visit = gl({visits}, 1, {subjects * visits}),
    at = rep(seq_len({visits}), {subjects}), subject = gl({subjects}, {visits}))
  frame <- frame[!is.na(frame$y), ]
"""
    return Task(
        method="mmrm.fit_mmrm",
        title=f"MMRM, unstructured, {visits} visits, {subjects} subjects",
        trials=trials,
        batch=lambda: numbers(fit_mmrm(response=y, design=x)),
        single=lambda i: numbers(fit_mmrm(response=y[i], design=x[i])),
        data={"y": y, "base": base, "arm": np.broadcast_to(arm, base.shape)},
        peers=(
            RPeer(
                name="nlme::gls, no df",
                packages=("nlme",),
                prepare=frame,
                answer="""fit <- gls(y ~ base + arm * visit, frame,
                  correlation = corSymm(form = ~ at | subject),
                  weights = varIdent(form = ~ 1 | visit),
                  control = glsControl(maxIter = 200, msMaxIter = 500))
                  c(coef(fit)["arm"], sqrt(vcov(fit)["arm", "arm"]))""",
                trials=1,
                tolerance=1e-3,  # it stops far from the maximum
                target=50,
            ),
            RPeer(
                name="mmrm::mmrm, Kenward-Roger",
                packages=("mmrm",),
                prepare=frame,
                answer="""fit <- mmrm(y ~ base + arm * visit + us(visit | subject), frame,
                  method = "Kenward-Roger", vcov = "Kenward-Roger-Linear")
                  c(coef(fit)["arm"], sqrt(component(fit, "beta_vcov")["arm", "arm"]))""",
                trials=1,
                tolerance=1e-4,
                target=15,
            ),
        ),
        limit=Limit(
            name="products of response and design once",
            work=lambda: np.swapaxes(x, -1, -2) @ x,
            left="Newton steps on the covariance, Kenward-Roger's derivatives",
        ),
        note="no Python library fits an unstructured covariance of residuals",
    )


def random_intercept() -> Task:
    """Fit the one mixed model that statsmodels shares."""
    visits, subjects, trials = 4, 58, 20
    y, arm, base = _drawn(trials, subjects, visits)
    x = visit_design(response=y, arm=arm, covariate=base[..., None]).matrix
    basis = np.ones((visits, 1))

    def peer() -> Callable[[], ArrayLike]:
        from statsmodels.regression.mixed_linear_model import MixedLM

        subject = np.repeat(np.arange(subjects), visits).reshape(subjects, visits)

        def answer(i: int) -> list[float]:
            seen = ~np.isnan(y[i])
            fit = MixedLM(y[i][seen], x[i][seen], groups=subject[seen]).fit(reml=True)
            return [fit.fe_params[2], fit.bse_fe[2]]

        return each(5, answer)

    def numbers(one: Floats, design: Floats) -> Floats:
        fit = fit_random_coefficients(response=one, design=design, basis=basis).fit
        return np.stack([fit.coefficient[..., 2], np.sqrt(fit.vcov_model[..., 2, 2])], axis=-1)

    return Task(
        method="mmrm.fit_random_coefficients",
        title="random intercept, 4 visits, 58 subjects",
        trials=trials,
        batch=lambda: numbers(y, x),
        single=lambda i: numbers(y[i], x[i]),
        peers=(
            PythonPeer(
                name="statsmodels MixedLM, no df",
                package="statsmodels",
                trials=5,
                prepare=peer,
                tolerance=1e-3,  # it stops far from the maximum
            ),
        ),
        limit=Limit(
            name="products of response and design once",
            work=lambda: np.swapaxes(x, -1, -2) @ x,
            left="Newton steps on the covariance, Kenward-Roger's derivatives",
        ),
    )


def _drawn(trials: int, subjects: int, visits: int) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Trials without an effect, with correlated visits and a tenth of the values missing."""
    rng = np.random.default_rng(20_260_101)
    arm = np.repeat([1, 0], subjects // 2)
    base = rng.normal(size=(trials, subjects))
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    y = rng.normal(size=(trials, subjects, visits)) @ np.linalg.cholesky(0.6**lag).T
    y = y * (1 + 0.2 * np.arange(visits)) + 0.5 * base[..., None]
    y[rng.random(y.shape) < 0.1] = np.nan
    return y, arm, base


TASKS: dict[str, Callable[[], Task]] = {
    **{
        f"mmrm-{visits}-visits-{subjects}": partial(unstructured, visits, subjects)
        for visits in (4, 8)
        for subjects in (200, 1_000)
    },
    "mmrm-random-intercept": random_intercept,
}
