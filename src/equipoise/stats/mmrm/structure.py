"""Covariance structures over visits, with their first and second derivatives.

Every structure is written as ``Sigma = D R D`` with ``D = diag(exp(B s))``: ``s`` are log standard
deviations (one for all visits or one a visit, which the 0/1 matrix ``B`` says) and ``R`` is a
correlation matrix, or for the unstructured form ``R = L L'`` with ``L`` unit lower triangular.
All correlation forms are monomials ``R_ab = prod_k rho_k ** n_abk`` in basic correlations, so
that one formula gives all their derivatives. A correlation that may lie anywhere in (-1, 1) is
``rho = tau / sqrt(1 + tau^2)``; that of compound symmetry over m visits, which may not fall below
``-a = -1 / (m - 1)``, is ``rho = (1 + a) / (1 + exp(-tau)) - a``.

Source: the parameters are those of Sabanes Bove D, et al. mmrm: Mixed Models for Repeated
Measures, R package, vignette "Covariance Structures"; they matter because the Kenward-Roger
covariance with second derivatives depends on them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from scipy.special import expit, logit

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.stats.arrays import Floats, Integers

__all__ = ["COVARIANCES", "Expansion", "Structure", "random_coefficients", "structure"]

_Form: TypeAlias = "Monomial | Cholesky"
_STEEPEST_START = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A covariance matrix and its derivatives by the parameters."""

    value: Floats  # (..., visits, visits)
    first: Floats  # (..., parameters, visits, visits)
    second: Floats  # (..., parameters, parameters, visits, visits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Monomial:
    """Correlations that are products of powers of basic ones: ``power`` (visits, visits, k).

    ``lowest`` is the least value that compound symmetry allows; None: anything in (-1, 1).
    """

    power: Integers
    lowest: float | None = None

    @property
    def size(self) -> int:
        """Number of basic correlations."""
        return int(self.power.shape[-1])

    def correlation(self, tau: Floats) -> Floats:
        """Correlation matrix at ``tau`` (..., k)."""
        basic, _, _ = self._correlations(tau)
        return _product(basic[..., None, None] ** np.moveaxis(self.power, -1, 0), {})

    def expand(self, tau: Floats) -> Expansion:
        """Value and derivatives by ``tau`` (..., k)."""
        basic, slope, curve = self._correlations(tau)
        rho = basic[..., None, None]
        power = np.moveaxis(self.power, -1, 0)  # (k, visits, visits)
        plain = rho**power
        once = power * rho ** np.maximum(power - 1, 0)
        twice = power * (power - 1) * rho ** np.maximum(power - 2, 0)
        visits = self.power.shape[0]
        shape = (*tau.shape[:-1], self.size)
        first = np.empty((*shape, visits, visits))
        second = np.empty((*shape, self.size, visits, visits))
        for k in range(self.size):
            by_rho = _product(plain, {k: once})
            first[..., k, :, :] = by_rho * slope[..., k, None, None]
            second[..., k, k, :, :] = (
                _product(plain, {k: twice}) * slope[..., k, None, None] ** 2
                + by_rho * curve[..., k, None, None]
            )
            for other in range(k):
                mixed = _product(plain, {k: once, other: once})
                mixed = mixed * (slope[..., k] * slope[..., other])[..., None, None]
                second[..., k, other, :, :] = second[..., other, k, :, :] = mixed
        return Expansion(value=_product(plain, {}), first=first, second=second)

    def _correlations(self, tau: Floats) -> tuple[Floats, Floats, Floats]:
        """Map to basic correlations with their first and second derivatives by ``tau``."""
        if self.lowest is None:
            bend = 1 + tau**2
            return tau / np.sqrt(bend), bend**-1.5, -3 * tau * bend**-2.5
        share = expit(tau)
        slope = (1 - self.lowest) * share * (1 - share)
        return (1 - self.lowest) * share + self.lowest, slope, slope * (1 - 2 * share)

    def start(self, moments: Floats) -> Floats:
        """Mean of the correlations that are a single basic one to the first power."""
        spread = np.sqrt(np.diagonal(moments, axis1=-2, axis2=-1))
        correlation = moments / (spread[..., :, None] * spread[..., None, :])
        alone = (self.power == 1) & (self.power.sum(axis=-1, keepdims=True) == 1)
        mean = np.einsum("...ab,abk->...k", correlation, alone / alone.sum(axis=(0, 1)))
        if self.lowest is None:
            mean = np.clip(mean, -_STEEPEST_START, _STEEPEST_START)
            return np.asarray(mean / np.sqrt(1 - mean**2))
        mean = np.clip(mean, _STEEPEST_START * self.lowest, _STEEPEST_START)
        return np.asarray(logit((mean - self.lowest) / (1 - self.lowest)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cholesky:
    """``R = L L'`` with ``L`` unit lower triangular; the parameters are its entries by row."""

    visits: int

    @property
    def size(self) -> int:
        """Number of entries below the diagonal."""
        return self.visits * (self.visits - 1) // 2

    def correlation(self, tau: Floats) -> Floats:
        """``L L'`` at the entries ``tau`` (..., size) of ``L``."""
        lower = self._factor(tau)
        return np.asarray(lower @ np.swapaxes(lower, -1, -2))

    def expand(self, tau: Floats) -> Expansion:
        """Value and derivatives by the entries ``tau`` (..., size) of ``L``."""
        row, column = np.tril_indices(self.visits, -1)
        place = np.arange(self.size)
        lower = self._factor(tau)
        half = np.zeros((*tau.shape[:-1], self.size, self.visits, self.visits))
        half[..., place, row, :] = np.swapaxes(lower[..., :, column], -1, -2)
        second = np.zeros((self.size, self.size, self.visits, self.visits))
        one, other = np.nonzero(column[:, None] == column)
        second[one, other, row[one], row[other]] += 1
        second[one, other, row[other], row[one]] += 1
        return Expansion(
            value=lower @ np.swapaxes(lower, -1, -2),
            first=half + np.swapaxes(half, -1, -2),
            second=np.broadcast_to(second, (*tau.shape[:-1], *second.shape)),
        )

    def _factor(self, tau: Floats) -> Floats:
        lower = np.zeros((*tau.shape[:-1], self.visits, self.visits))
        lower[..., np.arange(self.visits), np.arange(self.visits)] = 1
        lower[(..., *np.tril_indices(self.visits, -1))] = tau
        return lower

    def start(self, moments: Floats) -> Floats:
        """Entries of the Cholesky factor of the moments, each row over its diagonal."""
        factor = np.linalg.cholesky(moments)
        factor = factor / np.diagonal(factor, axis1=-2, axis2=-1)[..., :, None]
        return np.asarray(factor[(..., *np.tril_indices(self.visits, -1))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """One covariance matrix of all visits.

    Attributes
    ----------
    spread : (visits, scales) float
        The matrix ``B`` that hands each visit its log standard deviation.
    form : Monomial or Cholesky
        Correlations.
    basis : (times, visits) float or None
        Where given, ``Sigma = basis D R D basis' + residual variance * I``: random coefficients;
        the last parameter is the log of the residual standard deviation.
    """

    spread: Floats
    form: Monomial | Cholesky
    basis: Floats | None = None

    @property
    def size(self) -> int:
        """Number of parameters."""
        return int(self.spread.shape[1]) + self.form.size + (self.basis is not None)

    @property
    def inner(self) -> Structure:
        """Structure of the random coefficients, whose parameters are all but the last."""
        return replace(self, basis=None)

    def covariance(self, parameter: Floats) -> Floats:
        """Covariance of the visits at ``parameter`` (..., size)."""
        if self.basis is not None:
            inner = self.inner.covariance(parameter[..., :-1])
            residual = np.exp(2 * parameter[..., -1])[..., None, None] * np.eye(len(self.basis))
            return np.asarray(self.basis @ inner @ self.basis.T + residual)
        scales = self.spread.shape[1]
        sd = np.exp(parameter[..., :scales] @ self.spread.T)
        correlation = self.form.correlation(parameter[..., scales:])
        return np.asarray(sd[..., :, None] * sd[..., None, :] * correlation)

    def expand(self, parameter: Floats) -> Expansion:
        """Covariance of the visits and its derivatives at ``parameter`` (..., size)."""
        if self.basis is not None:
            return _with_residual(
                self.inner.expand(parameter[..., :-1]), self.basis, parameter[..., -1]
            )
        scales = self.spread.shape[1]
        log_sd = parameter[..., :scales] @ self.spread.T
        correlation = self.form.expand(parameter[..., scales:])
        product = np.exp(log_sd[..., :, None] + log_sd[..., None, :])
        value = product * correlation.value
        # d log(sd_a sd_b) / d s_c is the number of times that scale c enters the pair (a, b).
        entry = (self.spread[:, None, :] + self.spread[None, :, :]).transpose(2, 0, 1)
        by_form = product[..., None, :, :] * correlation.first
        first = np.concatenate([entry * value[..., None, :, :], by_form], axis=-3)
        second = np.empty((*first.shape[:-3], self.size, *first.shape[-3:]))
        second[..., :scales, :, :, :] = entry[:, None] * first[..., None, :, :, :]
        second[..., scales:, :scales, :, :] = by_form[..., :, None, :, :] * entry
        second[..., scales:, scales:, :, :] = product[..., None, None, :, :] * correlation.second
        return Expansion(value=value, first=first, second=second)

    def rescale(self, parameter: Floats, log_scale: Floats, groups: int) -> Floats:
        """Parameters (trials, groups * size) of the covariance times ``exp(log_scale) ** 2``."""
        shift = np.zeros(self.size)
        shift[: self.spread.shape[1]] = 1
        if self.basis is not None:
            shift[-1] = 1
        return np.asarray(parameter + log_scale[:, None] * np.tile(shift, groups))

    def start(self, moments: Floats) -> Floats:
        """Parameters near ``moments`` (..., visits, visits), which must be positive definite."""
        if self.basis is not None:
            return _start_coefficients(self, moments)
        if isinstance(self.form, Cholesky):
            factor = np.linalg.cholesky(moments)
            variance = np.diagonal(factor, axis1=-2, axis2=-1) ** 2
        else:
            variance = np.diagonal(moments, axis1=-2, axis2=-1)
        share = self.spread / self.spread.sum(axis=0)
        log_sd = np.log(variance @ share) / 2
        parameter = np.concatenate([log_sd, self.form.start(moments)], axis=-1)
        broken = np.linalg.eigvalsh(self.covariance(parameter))[..., 0] <= 0
        parameter[broken, self.spread.shape[1] :] = self.form.start(np.eye(len(self.spread)))
        return parameter


def _product(plain: Floats, instead: dict[int, Floats]) -> Floats:
    """Multiply the factors over k, taking factor k from ``instead`` where it is named."""
    size = plain.shape[-3]
    factors = [instead.get(k, plain)[..., k, :, :] for k in range(size)]
    result = np.ones((*plain.shape[:-3], *plain.shape[-2:]))
    for factor in factors:
        result = result * factor
    return result


def _with_residual(inner: Expansion, basis: Floats, log_sd: Floats) -> Expansion:
    """Carry the covariance of random coefficients to the times and add the residual variance."""
    times, size = basis.shape[0], inner.first.shape[-3]
    residual = np.exp(2 * log_sd)[..., None, None] * np.eye(times)
    first = np.empty((*log_sd.shape, size + 1, times, times))
    first[..., :size, :, :] = basis @ inner.first @ basis.T
    first[..., size, :, :] = 2 * residual
    second = np.zeros((*log_sd.shape, size + 1, size + 1, times, times))
    second[..., :size, :size, :, :] = basis @ inner.second @ basis.T
    second[..., size, size, :, :] = 4 * residual
    return Expansion(value=basis @ inner.value @ basis.T + residual, first=first, second=second)


def _start_coefficients(structure: Structure, moments: Floats) -> Floats:
    """Regress the moments on the basis; what is left over is residual."""
    basis = structure.basis
    if basis is None:
        raise TypeError("a structure without a basis has no random coefficients")
    times, coefficients = basis.shape
    inverse = np.linalg.pinv(basis)
    around = np.eye(times) - basis @ inverse
    left = np.einsum("ab,...ba->...", around, moments) / max(times - coefficients, 1)
    left = np.maximum(left, 0.01 * np.trace(moments, axis1=-2, axis2=-1) / times)
    cross = inverse @ inverse.T
    inside = inverse @ moments @ inverse.T - left[..., None, None] * cross
    values, vectors = np.linalg.eigh(inside)
    floor = 0.05 * (np.einsum("aa->", cross) * left / coefficients)[..., None]
    values = np.maximum(values, floor)
    inside = (vectors * values[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    return np.concatenate([structure.inner.start(inside), np.log(left)[..., None] / 2], axis=-1)


def _lag(visits: int) -> Integers:
    order = np.arange(visits)
    return np.asarray(np.abs(order[:, None] - order))


def _compound(visits: int) -> _Form:
    power = (_lag(visits) > 0).astype(np.int64)[..., None]
    return Monomial(power=power, lowest=-1 / (visits - 1))


def _autoregressive(visits: int) -> _Form:
    return Monomial(power=_lag(visits)[..., None])


def _toeplitz(visits: int) -> _Form:
    return Monomial(power=(_lag(visits)[..., None] == np.arange(1, visits)).astype(np.int64))


def _antedependence(visits: int) -> _Form:
    order = np.arange(visits)
    low, high = np.minimum.outer(order, order), np.maximum.outer(order, order)
    step = np.arange(visits - 1)
    between = (low[..., None] <= step) & (step < high[..., None])
    return Monomial(power=between.astype(np.int64))


def _unstructured(visits: int) -> _Form:
    return Cholesky(visits=visits)


_FORMS: dict[str, Callable[[int], _Form]] = {
    "us": _unstructured,
    "cs": _compound,
    "ar1": _autoregressive,
    "toep": _toeplitz,
    "ad": _antedependence,
}
COVARIANCES = ("us", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh")
"""Names: unstructured; compound symmetry, first-order autoregressive, Toeplitz and first-order
antedependence, each with one variance, or with one a visit where the name ends in ``h``."""


def structure(name: str, visits: int) -> Structure:
    """Build the named covariance structure over ``visits`` visits.

    Raises
    ------
    DataError
        If the name is none of ``COVARIANCES``.
    """
    if name not in COVARIANCES:
        raise DataError(
            Fault(
                where="covariance",
                came=repr(name),
                wanted=", ".join(COVARIANCES),
                repair=did_you_mean(str(name), COVARIANCES),
            )
        )
    by_visit = name == "us" or name.endswith("h")
    if visits == 1:  # nothing to correlate
        return Structure(spread=np.ones((1, 1)), form=Cholesky(visits=1))
    return Structure(
        spread=np.eye(visits) if by_visit else np.ones((visits, 1)),
        form=_FORMS[name.removesuffix("h")](visits),
    )


def random_coefficients(basis: Floats) -> Structure:
    """Build ``basis G basis' + residual variance * I`` with ``G`` unstructured."""
    coefficients = basis.shape[1]
    return Structure(spread=np.eye(coefficients), form=Cholesky(visits=coefficients), basis=basis)
