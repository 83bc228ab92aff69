"""Show how often the mixed model for repeated measures rejects a true null hypothesis.

Run ``python benchmarks/mmrm_size.py``: tests of the last visit at 5 %, in small trials, for each
way to degrees of freedom. Times beside peers are those of ``python benchmarks/stats.py``.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy.special import betainc

from equipoise.stats.mmrm import VisitDesign, fit_mmrm, ls_means, visit_design

VISITS = 4


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


def show_sizes(trials: int) -> None:
    """Print one line for each size of a trial, covariance and way to degrees of freedom."""
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
    parser.add_argument("--trials", type=int, default=10_000, help="trials of each size (10,000)")
    show_sizes(parser.parse_args().trials)


if __name__ == "__main__":
    main()
