"""Time the mixed model for repeated measures beside what else can fit it, and show its test sizes.

Run ``python benchmarks/mmrm.py`` for times, ``python benchmarks/mmrm.py --size`` for the share of
trials in which a true null hypothesis is rejected. Peers that are not installed are named.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy import optimize
from scipy.special import betainc

from equipoise.stats.mmrm import (
    VisitDesign,
    fit_mmrm,
    fit_random_coefficients,
    ls_means,
    visit_design,
)
from equipoise.stats.mmrm.structure import structure

VISITS = 4
REPEATS = 5


def made(trials: int, treated: int, control: int) -> tuple[np.ndarray, VisitDesign]:
    """Trials without an effect, with correlated visits and one tenth of the values missing."""
    rng = np.random.default_rng(20_260_101)
    subjects = treated + control
    arm = np.repeat([1, 0], [treated, control])
    base = rng.normal(size=(trials, subjects))
    lag = np.abs(np.subtract.outer(np.arange(VISITS), np.arange(VISITS)))
    y = rng.normal(size=(trials, subjects, VISITS)) @ np.linalg.cholesky(0.6**lag).T
    y = y * (1 + 0.2 * np.arange(VISITS)) + 0.5 * base[..., None]
    y[rng.random(y.shape) < 0.1] = np.nan
    return y, visit_design(response=y, arm=arm, covariate=base[..., None])


def textbook(y: np.ndarray, x: np.ndarray) -> float:
    """REML with one dense matrix a subject and a quasi-Newton search without derivatives."""
    form = structure("us", y.shape[1])
    blocks = [(np.flatnonzero(~np.isnan(r)), z, r) for r, z in zip(y, x, strict=True)]

    def criterion(theta: np.ndarray) -> float:
        sigma = form.expand(theta).value
        information, score, total = 0.0, 0.0, 0.0
        for seen, z, r in blocks:
            if not len(seen):
                continue
            v = sigma[np.ix_(seen, seen)]
            w = np.linalg.inv(v)
            information = information + z[seen].T @ w @ z[seen]
            score = score + z[seen].T @ w @ r[seen]
            total += np.linalg.slogdet(v)[1] + r[seen] @ w @ r[seen]
        beta = np.linalg.solve(information, score)
        return total - beta @ score + np.linalg.slogdet(information)[1]

    return optimize.minimize(criterion, np.zeros(form.size), method="BFGS").fun


def seconds(work: Callable[[], object]) -> float:
    """Median processor time of some runs after one that is not counted."""
    work()
    times = []
    for _ in range(REPEATS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def show_times() -> None:
    """Print one line for each piece of work."""
    y, design = made(1, 29, 29)
    one, x = y[0], design.matrix[0]
    ours = seconds(lambda: fit_mmrm(response=one, design=x))
    slow = seconds(lambda: textbook(one, x))
    print("unstructured, REML, 58 subjects, 4 visits, one trial")
    print(f"  equipoise, with Kenward-Roger          {1e3 * ours:9.1f} ms")
    print(f"  one dense matrix a subject, no df      {1e3 * slow:9.1f} ms   x {slow / ours:.0f}")
    y, design = made(1, 2900, 2900)
    many = seconds(lambda: fit_mmrm(response=y[0], design=design.matrix[0]))
    print(f"  equipoise, 5,800 subjects              {1e3 * many:9.1f} ms")
    print("1,000 trials of 58 subjects and 4 visits in one call, by structure, each trial")
    y, design = made(1000, 29, 29)
    for name in ("us", "toeph", "adh", "ar1", "cs"):
        each = seconds(lambda n=name: fit_mmrm(response=y, design=design.matrix, covariance=n))
        print(f"  {name:<38} {each:9.2f} ms")
    show_peers(one, x)


def show_peers(y: np.ndarray, x: np.ndarray) -> None:
    """Time statsmodels on the one model it shares; name what is not there."""
    print("random intercept, REML, 58 subjects, one trial")
    basis = np.ones((VISITS, 1))
    ours = seconds(lambda: fit_random_coefficients(response=y, design=x, basis=basis))
    print(f"  equipoise, with Kenward-Roger          {1e3 * ours:9.1f} ms")
    if importlib.util.find_spec("statsmodels") is None:
        print("  statsmodels MixedLM                    not installed")
    else:
        from statsmodels.regression.mixed_linear_model import MixedLM

        seen = ~np.isnan(y)
        subject = np.repeat(np.arange(len(y)), VISITS).reshape(y.shape)
        theirs = seconds(lambda: MixedLM(y[seen], x[seen], groups=subject[seen]).fit(reml=True))
        print(f"  statsmodels MixedLM, no df             {1e3 * theirs:9.1f} ms")
        print("  statsmodels has no unstructured covariance of residuals and no small-sample df")
    for peer in ("mmrm", "nlme", "lme4 with pbkrtest"):
        there = "R is installed; run it by hand" if shutil.which("Rscript") else "R not installed"
        print(f"  R {peer:<36} {there}")


def show_sizes(trials: int) -> None:
    """Print how often a true null hypothesis about the last visit is rejected at 5 %."""
    print(f"rejections at 5 %, {trials} trials; standard error {np.sqrt(0.0475 / trials):.4f}")
    print("treated control  covariance  df              covariance of the estimates   rejected")
    for treated, control in ((12, 6), (9, 9), (29, 29)):
        y, design = made(trials, treated, control)
        for name in ("us", "ar1h"):
            for df, vcov in (
                ("satterthwaite", "asymptotic"),
                ("kenward-roger", "kenward-roger"),
                ("kenward-roger", "kenward-roger-linear"),
                ("satterthwaite", "empirical-bias-reduced"),
            ):
                fit = fit_mmrm(response=y, design=design.matrix, covariance=name, df=df, vcov=vcov)
                gap = ls_means(fit, design=design).difference
                t, free = gap.t[fit.state == 0, 0, -1], gap.df[fit.state == 0, 0, -1]
                share = np.mean(betainc(free / 2, 0.5, free / (free + t**2)) < 0.05)
                print(f"{treated:7} {control:7}  {name:<10}  {df:<14}  {vcov:<27} {share:10.4f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", action="store_true", help="show test sizes instead of times")
    parser.add_argument("--trials", type=int, default=10_000, help="trials for --size")
    arguments = parser.parse_args()
    if arguments.size:
        show_sizes(arguments.trials)
    else:
        show_times()


if __name__ == "__main__":
    main()
