"""Continuous endpoints: analysis of covariance and of repeated measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats import continuous
from equipoise.stats.arrays import Floats
from peer.comparison import Limit, PythonPeer, RPeer, Task, each

__all__ = ["TASKS"]

_TRIALS = 2_000
_SUBJECTS = 58
_VISITS = 6
_FEW = 30


def ancova() -> Task:
    """Difference of two arms adjusted for a baseline, with the model's variance."""
    return _ancova("ANCOVA, 29 v 29", "model", "nonrobust", target=40)


def ancova_hc3() -> Task:
    """Compare the arms with a standard error that holds under unequal variances."""
    return _ancova("ANCOVA, HC3, 29 v 29", "HC3", "HC3", target=None)


def _ancova(title: str, variance: str, cov_type: str, *, target: float | None) -> Task:
    response, group, baseline = _drawn()
    design = np.stack(
        [np.ones_like(baseline), baseline, np.broadcast_to(group, baseline.shape)], axis=-1
    )

    def ours(rows: Any) -> Floats:
        found = continuous.ancova(
            response=response[rows],
            group=group,
            groups=2,
            covariates=baseline[rows][..., None],
            variance=variance,
        ).differences
        return np.stack([found.estimate, found.p_value, found.ci_low], axis=-1)[..., 0, :]

    def peer() -> Callable[[], ArrayLike]:
        from statsmodels.regression.linear_model import OLS

        def answer(i: int) -> list[float]:
            fit = OLS(response[i], design[i]).fit(cov_type=cov_type, use_t=True)
            return [fit.params[2], fit.pvalues[2], fit.conf_int()[2, 0]]

        return each(_FEW, answer)

    r_peer = RPeer(
        name="stats::lm with summary",
        packages=("stats",),
        prepare="group <- rep(0:1, each = 29)",
        answer="""fit <- lm(response[i, ] ~ baseline[i, ] + group)
          row <- coef(summary(fit))[3, ]
          c(row[c(1, 4)], row[1] - qt(0.975, fit$df.residual) * row[2])""",
        trials=_FEW,
        target=target,
    )
    return Task(
        method="continuous.ancova",
        title=title,
        trials=_TRIALS,
        batch=lambda: ours(slice(None)),
        single=ours,
        data={"response": response, "baseline": baseline},
        peers=(
            *((r_peer,) if variance == "model" else ()),
            PythonPeer(name="statsmodels OLS", package="statsmodels", trials=_FEW, prepare=peer),
        ),
        limit=Limit(
            name="X'X and X'y of every trial",
            work=lambda: (
                np.swapaxes(design, 1, 2) @ design,
                np.swapaxes(design, 1, 2) @ response[..., None],
            ),
            left="an orthogonal basis instead of X'X (safe for near collinear columns), "
            "means, quantiles and tail areas of every group and difference",
        ),
        note="the answer is the difference, its p value and its lower limit, each by the peer's "
        "own call; we also give the mean of each group with its limits",
    )


def ancova_type_2() -> Task:
    """Type II test of the group."""
    response, group, baseline = _drawn()

    def ours(rows: Any) -> Floats:
        found = continuous.ancova(
            response=response[rows], group=group, groups=2, covariates=baseline[rows][..., None]
        )
        return continuous.type_2_tests(found.model).p_value[..., 1]

    def peer() -> Callable[[], ArrayLike]:
        from pandas import DataFrame
        from pingouin import ancova as table_of

        frames = [
            DataFrame({"y": response[i], "x": baseline[i], "arm": group}) for i in range(_FEW)
        ]
        return each(
            _FEW,
            lambda i: float(
                table_of(data=frames[i], dv="y", covar="x", between="arm")
                .filter(like="p")
                .iloc[0, 0]
            ),
        )

    return Task(
        method="continuous.type_2_tests",
        title="ANCOVA, type II test, 29 v 29",
        trials=_TRIALS,
        batch=lambda: ours(slice(None)),
        single=ours,
        peers=(PythonPeer(name="pingouin ancova", package="pingouin", trials=_FEW, prepare=peer),),
        limit=Limit(
            name="one pass over responses and covariate",
            work=lambda: response + baseline,
            left="the model is fitted once more for each term left out",
        ),
    )


def repeated() -> Task:
    """Group by visit with the correction of Greenhouse and Geisser."""
    rng = np.random.default_rng(21)
    response = rng.normal(size=(_TRIALS, _SUBJECTS, _VISITS)).cumsum(axis=-1)
    group = np.repeat([0, 1], _SUBJECTS // 2)

    def ours(rows: Any) -> Floats:
        found = continuous.repeated_anova(response=response[rows], group=group, groups=2)
        place = found.terms.index("group:visit")
        return np.stack(
            [found.statistic[..., place], found.p_greenhouse_geisser[..., place]], axis=-1
        )

    def peer() -> Callable[[], ArrayLike]:
        from pandas import DataFrame
        from pingouin import mixed_anova

        frames = [
            DataFrame(
                {
                    "y": response[i].ravel(),
                    "subject": np.repeat(np.arange(_SUBJECTS), _VISITS),
                    "visit": np.tile(np.arange(_VISITS), _SUBJECTS),
                    "arm": np.repeat(group, _VISITS),
                }
            )
            for i in range(5)
        ]

        def answer(i: int) -> list[float]:
            table = mixed_anova(
                data=frames[i],
                dv="y",
                within="visit",
                subject="subject",
                between="arm",
                correction=True,
            )
            corrected = [name for name in table.columns if name in ("p_GG_corr", "p-GG-corr")]
            row = table.iloc[2]
            p_value = row[corrected[0]] if corrected else float("nan")
            return [float(row["F"]), float(p_value)]

        return each(5, answer)

    return Task(
        method="continuous.repeated_anova",
        title="repeated-measures ANOVA, 58 x 6",
        trials=_TRIALS,
        batch=lambda: ours(slice(None)),
        single=ours,
        data={"response": response},
        peers=(
            RPeer(
                name="afex::aov_ez",
                packages=("afex",),
                prepare="""
  set_sum_contrasts()
  frames <- lapply(seq_len(10), function(i) data.frame(
    y = c(t(response[i, , ])), subject = gl(58, 6), visit = gl(6, 1, 348),
    arm = rep(c("a", "b"), each = 174)))
""",
                answer="""table <- suppressMessages(aov_ez("subject", "y", frames[[i]],
                  between = "arm", within = "visit"))$anova_table
                  as.matrix(table)["arm:visit", c("F", "Pr(>F)")]""",
                trials=10,
                target=50,
            ),
            PythonPeer(name="pingouin mixed_anova", package="pingouin", trials=5, prepare=peer),
        ),
        limit=Limit(
            name="products of the visits of every trial",
            work=lambda: np.swapaxes(response, 1, 2) @ response,
            left="rotation to orthonormal scores, group means, tail areas with three corrections",
        ),
        note="pingouin corrects the visits alone and gives no corrected p for the interaction",
    )


def _drawn() -> tuple[Floats, Any, Floats]:
    rng = np.random.default_rng(20)
    group = np.repeat([0, 1], _SUBJECTS // 2)
    baseline = rng.normal(size=(_TRIALS, _SUBJECTS))
    return baseline + 0.3 * group + rng.normal(size=baseline.shape), group, baseline


TASKS: dict[str, Callable[[], Task]] = {
    "continuous-ancova": ancova,
    "continuous-ancova-hc3": ancova_hc3,
    "continuous-ancova-type-2": ancova_type_2,
    "continuous-repeated": repeated,
}
