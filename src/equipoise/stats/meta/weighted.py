"""Many meta-analyses at once, and their regressions with given weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equipoise.stats.arrays import Bools, Floats

__all__ = ["Problem", "Weighted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """One weighted fit per meta-analysis.

    Attributes
    ----------
    weight : (trials, studies) float
        Zero takes a study out.
    coefficients : (trials, columns) float
    inverse : (trials, columns, columns) float
        (X'W X)^-1, the covariance of the coefficients.
    rss : (trials,) float
        y'P y, the weighted residual sum of squares.
    trace : (trials,) float
        That of P.
    is_singular : (trials,) bool
        True where the columns of the design depend on each other.
    """

    weight: Floats
    coefficients: Floats
    inverse: Floats
    rss: Floats
    trace: Floats
    is_singular: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Meta-analyses of one shape; NaN studies are out and carry zeros.

    ``y``, ``variance``: (trials, studies); ``design``: (trials, studies, columns); ``is_in``:
    (trials, studies) bool; ``studies``, ``df``: (trials,) studies in, and less the columns.
    """

    y: Floats
    variance: Floats
    design: Floats
    is_in: Bools
    studies: Floats
    df: Floats

    def common(self) -> Weighted:
        """Fit with weights 1 / v."""
        return self.weighted(np.zeros(self.df.shape))

    def unweighted(self) -> Weighted:
        """Fit with equal weights."""
        return replace(self, variance=self.is_in.astype(np.float64)).common()

    def weighted(self, tau2: Floats) -> Weighted:
        """Fit with weights 1 / (v + tau^2), NaN as 0."""
        # Loading the compiler takes a moment, which only who pools studies should pay for.
        from equipoise.stats.meta.fit_kernel import weigh

        weight, coefficients, inverse, rss, trace, is_singular = weigh(
            self.y, self.variance, self.design, self.is_in, tau2
        )
        return Weighted(
            weight=weight,
            coefficients=coefficients,
            inverse=inverse,
            rss=rss,
            trace=trace,
            is_singular=is_singular,
        )

    def take(self, chosen: Bools) -> Problem:
        """Take the chosen meta-analyses."""
        return Problem(
            y=self.y[chosen],
            variance=self.variance[chosen],
            design=self.design[chosen],
            is_in=self.is_in[chosen],
            studies=self.studies[chosen],
            df=self.df[chosen],
        )
