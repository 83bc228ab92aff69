"""Number, mean and standard deviation, batched; from subjects or from published numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers, divide_or_nan
from equipoise.stats.continuous.grouped import trial_rows

__all__ = ["Moments", "moments", "moments_by_group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Number, mean and squared deviations of a sample; all of one shape.

    ``mean`` is NaN for an empty sample; ``deviations`` is the sum of squared deviations from the
    mean, 0 for one value and for none.
    """

    n: Floats
    mean: Floats
    deviations: Floats

    @classmethod
    def from_summary(cls, *, n: Floats, mean: Floats, sd: Floats) -> Moments:
        """Take published numbers; ``sd`` may be NaN where ``n`` is 1 or less."""
        n, mean, sd = np.broadcast_arrays(n, mean, sd)
        spread = np.where(n > 1, (n - 1) * np.square(sd), 0.0)
        return cls(n=n, mean=np.where(n > 0, mean, np.nan), deviations=spread)

    def group(self, code: int) -> Moments:
        """Take one group of (..., groups)."""
        # The last () makes a number of an array without axes, of which numpy takes less time.
        return Moments(
            n=self.n[..., code][()],
            mean=self.mean[..., code][()],
            deviations=self.deviations[..., code][()],
        )

    @property
    def variance(self) -> Floats:
        """Unbiased variance; NaN below two values."""
        return divide_or_nan(self.deviations, np.where(self.n > 1, self.n - 1, 0))

    @property
    def sd(self) -> Floats:
        """Standard deviation; NaN below two values."""
        return np.sqrt(self.variance)


def moments(values: Floats, inside: Bools) -> Moments:
    """Compute the moments of the values that are inside, over the last axis.

    The mean is corrected by the mean of the deviations from it, which takes the rounding of the
    first pass away. Source: Chan TF, Golub GH, LeVeque RJ. American Statistician 1983;
    37:242-247, equation 1.7.
    """
    kept = np.where(inside, values, 0.0)
    n = np.asarray(inside.sum(axis=-1, dtype=np.float64))
    some = np.where(n > 0, n, np.nan)
    mean = kept.sum(axis=-1) / some
    deviations = np.where(inside, kept - mean[..., None], 0.0)
    rest = deviations.sum(axis=-1) / some
    squares = np.square(deviations).sum(axis=-1) - n * np.square(rest)
    # fmax takes the 0 where an empty sample has given NaN.
    return Moments(n=n, mean=np.asarray(mean + rest), deviations=np.fmax(squares, 0.0))


def moments_by_group(response: Floats, group: Integers, groups: int) -> Moments:
    """Compute the moments of each group; NaN responses are left out. Shape (..., groups)."""
    # Loading the compiler takes a moment, which only who compares groups should pay for.
    from equipoise.stats.continuous.moments_kernel import group_moments

    values, codes, leading = trial_rows(response, group)
    n, mean, deviations = group_moments(values, codes, groups).reshape(3, *leading, groups)
    return Moments(n=n, mean=mean, deviations=deviations)
