"""Random coefficients on and off the boundary: a factor of low rank, and the elements themselves.

Where the likelihood is highest at a covariance ``G`` of the random coefficients that is singular,
``G = L L'`` with fewer columns of ``L`` than rows has its optimum inside. Degrees of freedom after
Satterthwaite do not change when the columns that are missing are added: the variance of the fixed
effects does not move with them to first order, and neither does the gradient of the likelihood.

Kenward and Roger's expected information is about the elements of ``G`` and the residual variance,
in which the covariance of the visits is linear, and exists on the boundary, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.mmrm.structure import Cholesky, Expansion, Structure

__all__ = ["Elements", "Factor", "elements", "factor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor(Structure):
    """``Z L L' Z' + s^2 I``: the entries of ``L`` by column from its diagonal down, then log s."""

    z: Floats  # (visits, r)
    rank: int

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(self._places[0]) + 1

    @property
    def _places(self) -> tuple[Integers, Integers]:
        column, row = np.triu_indices(self.rank, m=self.z.shape[1])
        return row, column

    def inside(self, parameter: Floats) -> Floats:
        """Covariance ``L L'`` of the random coefficients at ``parameter`` (..., size)."""
        lower = self._lower(parameter)
        return np.asarray(lower @ lower.swapaxes(-1, -2))

    def covariance(self, parameter: Floats) -> Floats:
        """Covariance of the visits at ``parameter`` (..., size)."""
        residual = np.exp(2 * parameter[..., -1])[..., None, None] * np.eye(len(self.z))
        return np.asarray(self.z @ self.inside(parameter) @ self.z.T + residual)

    def expand(self, parameter: Floats) -> Expansion:
        """Covariance of the visits and its derivatives at ``parameter`` (..., size)."""
        row, column = self._places
        unit = np.zeros((self.size - 1, *self.z.shape[:1], self.rank))
        unit[np.arange(self.size - 1), :, column] = self.z.T[row]
        turned = (self.z @ self._lower(parameter)).swapaxes(-1, -2)
        shape = (*parameter.shape[:-1], self.size, *(2 * self.z.shape[:1]))
        first, second = np.zeros(shape), np.zeros((*shape[:-2], self.size, *shape[-2:]))
        half = unit @ turned[..., None, :, :]
        first[..., :-1, :, :] = half + half.swapaxes(-1, -2)
        both = unit[:, None] @ unit.swapaxes(-1, -2)[None]
        second[..., :-1, :-1, :, :] = both + both.swapaxes(-1, -2)
        residual = np.exp(2 * parameter[..., -1])[..., None, None] * np.eye(len(self.z))
        first[..., -1, :, :], second[..., -1, -1, :, :] = 2 * residual, 4 * residual
        return Expansion(value=self.covariance(parameter), first=first, second=second)

    def rescale(self, parameter: Floats, log_scale: Floats, groups: int) -> Floats:  # noqa: ARG002 - the signature of its base class
        """Parameters (trials, size) of the covariance times ``exp(log_scale) ** 2``."""
        longer = parameter * np.exp(log_scale)[:, None]
        longer[:, -1] = parameter[:, -1] + log_scale
        return np.asarray(longer)

    def start(self, moments: Floats) -> Floats:
        """Take the largest parts of the moments (..., visits, visits) regressed on the basis."""
        inverse = np.linalg.pinv(self.z)
        values, vectors = np.linalg.eigh(inverse @ moments @ inverse.T)
        most = vectors[..., ::-1][..., : self.rank]
        most = most * np.sqrt(np.maximum(values[..., ::-1][..., None, : self.rank], 1e-3))
        triangle: Floats = most.swapaxes(-1, -2)
        if self.rank:
            triangle = np.asarray(np.linalg.qr(triangle, mode="r"), dtype=np.float64)
        row, column = self._places
        entries = triangle[..., column, row]
        left = np.trace(moments, axis1=-2, axis2=-1) / (2 * len(self.z))
        return np.concatenate([entries, np.log(left)[..., None] / 2], axis=-1)

    def _lower(self, parameter: Floats) -> Floats:
        lower = np.zeros((*parameter.shape[:-1], self.z.shape[1], self.rank))
        lower[..., self._places[0], self._places[1]] = parameter[..., :-1]
        return lower


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements(Structure):
    """``Z G Z' + s^2 I``: the entries of ``G`` on and above its diagonal, then ``s^2``."""

    z: Floats  # (visits, r)

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(np.triu_indices(self.z.shape[1])[0]) + 1

    def expand(self, parameter: Floats) -> Expansion:
        """Covariance of the visits and its derivatives at ``parameter`` (..., size)."""
        row, column = np.triu_indices(self.z.shape[1])
        half = self.z.T[row][:, :, None] * self.z.T[column][:, None, :]
        is_off = (row != column)[:, None, None]
        slope = np.concatenate(
            [np.where(is_off, half + half.swapaxes(1, 2), half), np.eye(len(self.z))[None]]
        )
        shape = (*parameter.shape[:-1], *slope.shape)
        return Expansion(
            value=np.asarray(np.einsum("...k,kab->...ab", parameter, slope)),
            first=np.broadcast_to(slope, shape),
            second=np.zeros((*shape[:-2], self.size, *shape[-2:])),
        )


def factor(basis: Floats, rank: int) -> Factor:
    """Build the structure whose random coefficients have a covariance of at most that rank."""
    return Factor(spread=np.eye(1), form=Cholesky(visits=1), z=basis, rank=rank)


def elements(basis: Floats) -> Elements:
    """Build the structure whose parameters are the elements of the covariance."""
    return Elements(spread=np.eye(1), form=Cholesky(visits=1), z=basis)
