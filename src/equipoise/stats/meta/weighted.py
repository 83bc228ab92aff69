"""Weighted regression of study effects, many meta-analyses at once, and its quadratic forms.

With W the weights and X the design, P = W - W X (X'W X)^-1 X'W; tau^2 estimators and their
standard errors are quadratic forms in P and traces of its products.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from equipoise.stats.arrays import Bools, Floats

__all__ = ["Weighted"]

_SINGULAR = 1e-12
"""Reciprocal condition of the scaled X'W X below which columns count as dependent. [1]"""


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """One weighted fit per meta-analysis.

    Attributes
    ----------
    y : (trials, studies) float
        Effects; any number where the weight is zero.
    design : (trials, studies, columns) float
        Design; any number where the weight is zero.
    weight : (trials, studies) float
        Zero takes a study out.
    """

    y: Floats
    design: Floats
    weight: Floats

    @cached_property
    def _gram(self) -> tuple[Floats, Bools]:
        gram = self.cross(self.weight)
        if gram.shape[1] == 1:  # one column depends on nothing
            is_singular = ~(gram[:, 0, 0] > 0)
            return 1 / np.where(is_singular[:, None, None], 1.0, gram), is_singular
        length = np.sqrt(np.einsum("tii->ti", gram))
        unit = np.where(length > 0, length, 1.0)
        scaled = gram / (unit[:, :, None] * unit[:, None, :])
        values = np.linalg.eigvalsh(scaled)
        is_singular = ~(values[:, 0] > _SINGULAR)
        safe = np.where(is_singular[:, None, None], np.eye(gram.shape[1]), scaled)
        inverse = np.linalg.inv(safe) / (unit[:, :, None] * unit[:, None, :])
        return inverse, is_singular

    @property
    def inverse(self) -> Floats:
        """(X'W X)^-1, the covariance of the coefficients; (trials, columns, columns)."""
        return self._gram[0]

    @property
    def is_singular(self) -> Bools:
        """True where the columns of the design depend on each other."""
        return self._gram[1]

    def cross(self, weight: Floats) -> Floats:
        """X' diag(weight) X, (trials, columns, columns)."""
        return (self.design * weight[:, :, None]).swapaxes(1, 2) @ self.design

    @cached_property
    def coefficients(self) -> Floats:
        """(trials, columns)."""
        right = (self.weight * self.y)[:, None, :] @ self.design
        return (right @ self.inverse)[:, 0]

    @cached_property
    def residual(self) -> Floats:
        """(trials, studies); weights times it are P y."""
        return self.y - (self.design @ self.coefficients[:, :, None])[:, :, 0]

    @cached_property
    def rss(self) -> Floats:
        """Give y'P y, the weighted residual sum of squares; (trials,)."""
        return np.asarray((self.weight * np.square(self.residual)).sum(axis=1))

    @cached_property
    def slope(self) -> Floats:
        """Give y'P P y, minus the derivative of y'P y where every weight is 1 / (v + tau^2)."""
        return np.asarray(np.square(self.weight * self.residual).sum(axis=1))

    def trace(self, inner: Floats) -> Floats:
        """Trace of P diag(inner), (trials,)."""
        weighted = self.weight * inner
        part = _trace(self.inverse @ self.cross(self.weight * weighted))
        return np.asarray(weighted.sum(axis=1) - part)

    def trace_of_square(self, inner: Floats) -> Floats:
        """Trace of the square of P diag(inner), (trials,)."""
        weighted = self.weight * inner
        square = np.square(weighted)
        once = self.inverse @ self.cross(self.weight * weighted)
        twice = _trace(self.inverse @ self.cross(self.weight * square))
        return np.asarray(square.sum(axis=1) - 2 * twice + _trace(once @ once))


def _trace(matrix: Floats) -> Floats:
    return np.asarray(matrix.trace(axis1=1, axis2=2))
