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
        product: Floats = np.einsum("tki,tk,tkj->tij", self.design, weight, self.design)
        return product

    @cached_property
    def coefficients(self) -> Floats:
        """(trials, columns)."""
        right = np.einsum("tki,tk,tk->ti", self.design, self.weight, self.y)
        solved: Floats = np.einsum("tij,tj->ti", self.inverse, right)
        return solved

    @cached_property
    def residual(self) -> Floats:
        """(trials, studies); weights times it are P y."""
        return np.asarray(self.y - np.einsum("tki,ti->tk", self.design, self.coefficients))

    @cached_property
    def rss(self) -> Floats:
        """Give y'P y, the weighted residual sum of squares; (trials,)."""
        return np.asarray(np.sum(self.weight * np.square(self.residual), axis=1))

    @cached_property
    def slope(self) -> Floats:
        """Give y'P P y, minus the derivative of y'P y where every weight is 1 / (v + tau^2)."""
        return np.asarray(np.sum(np.square(self.weight * self.residual), axis=1))

    def trace(self, inner: Floats) -> Floats:
        """Trace of P diag(inner), (trials,)."""
        part = np.einsum("tij,tji->t", self.inverse, self.cross(np.square(self.weight) * inner))
        return np.asarray(np.sum(self.weight * inner, axis=1) - part)

    def trace_of_square(self, left: Floats, right: Floats) -> Floats:
        """Trace of P diag(left) P diag(right), (trials,)."""
        w = self.weight
        mixed = np.einsum("tij,tji->t", self.inverse, self.cross(w**3 * left * right))
        one = self.inverse @ self.cross(np.square(w) * left)
        other = self.inverse @ self.cross(np.square(w) * right)
        both = np.einsum("tij,tji->t", one, other)
        return np.asarray(np.sum(np.square(w) * left * right, axis=1) - 2 * mixed + both)
