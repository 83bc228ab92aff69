"""Questions put to a fit: contrasts of the coefficients and tests of several at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, fdtrc, stdtrit

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, Integers, as_floats
from equipoise.stats.door import Door
from equipoise.stats.mmrm.fit import Mmrm

__all__ = ["Contrast", "FTest", "contrast", "f_test"]

_SAME_DF = 1.5e-8
_DEPENDENT = 1e-10

_LARGEST = 1e50
"""Variances of functions of the coefficients are squared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Estimates of contrasts, (..., rows); NaN where the fit is not ``ESTIMATED``."""

    estimate: Floats
    standard_error: Floats
    df: Floats
    t: Floats
    p_value: Floats  # two-sided
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class FTest:
    """Test that several contrasts are all zero, (...); NaN where there is no estimate."""

    statistic: Floats
    numerator_df: Integers
    denominator_df: Floats
    p_value: Floats
    state: NDArray[np.int8]


def contrast(fit: Mmrm, *, matrix: ArrayLike, alpha: float = 0.05) -> Contrast:
    """Estimate contrasts of the coefficients, each by itself.

    Parameters
    ----------
    fit : Mmrm
        A fit with leading shape (...) and p coefficients.
    matrix : (..., rows, p) float
        One contrast a row. Its sign is that of the estimate.
    alpha : float
        The limits cover with probability ``1 - alpha``.

    Returns
    -------
    Contrast
        Fields of shape (..., rows).

    Raises
    ------
    DataError
        If ``matrix`` does not fit the coefficients or ``alpha`` is not in (0, 1).

    Notes
    -----
    Satterthwaite and Kenward-Roger degrees of freedom of one contrast ``l`` are the same,
    ``2 (l' Phi l)^2 / (g' W g)`` with ``g_k = l' (d Phi / d theta_k) l`` and ``W`` the covariance
    of the parameters; for a sandwich they are ``tr(G)^2 / tr(G^2)``, see ``sandwich``.
    Between-within takes the least of the coefficients that a contrast touches.

    Source: Giesbrecht FG, Burns JC. Biometrics 1985; 41:477-486; Kenward and Roger 1997;
    Bell and McCaffrey 2002.
    """
    rows = _read_matrix(fit, matrix)
    door = Door()
    door.level("alpha", alpha)
    door.close()
    estimate = np.einsum("...rp,...p->...r", rows, fit.coefficient)
    variance = np.einsum("...rp,...pq,...rq->...r", rows, fit.vcov, rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.where(variance > 0, variance, np.nan))
        df = _degrees(fit, rows)
        t = estimate / error
        p_value = betainc(df / 2, 0.5, df / (df + t**2))
        half = -stdtrit(df, alpha / 2) * error
    return Contrast(
        estimate=estimate,
        standard_error=error,
        df=df,
        t=t,
        p_value=p_value,
        ci_low=estimate - half,
        ci_high=estimate + half,
        state=np.broadcast_to(fit.state[..., None], estimate.shape),
    )


def f_test(fit: Mmrm, *, matrix: ArrayLike) -> FTest:
    """Test that all contrasts of ``matrix`` are zero at once.

    Parameters
    ----------
    fit : Mmrm
        A fit with leading shape (...) and p coefficients.
    matrix : (..., rows, p) float
        Contrasts, none of them a combination of the others.

    Returns
    -------
    FTest
        Fields of shape (...).

    Raises
    ------
    DataError
        If ``matrix`` does not fit the coefficients, or its rows are linearly dependent.

    Notes
    -----
    Kenward-Roger scales the statistic and finds the denominator from the two matched moments.
    The others rotate the hypothesis to uncorrelated contrasts, find the degrees of freedom
    ``nu_m`` of each, and take ``2 E / (E - q)`` with ``E = sum_m nu_m / (nu_m - 2)``: their
    common value where all are equal, and 2 where one is no more than 2. Between-within and
    residual take the least of the coefficients that the hypothesis touches. After Fai and
    Cornelius the denominator depends a little on how the hypothesis is written, because rows
    of different length are rotated differently; that of Kenward-Roger does not.

    Source: Kenward and Roger 1997; Fai AH-T, Cornelius PL. Journal of
    Statistical Computation and Simulation 1996; 54:363-378.
    """
    rows = _read_matrix(fit, matrix)
    size = rows.shape[-2]
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    if (lengths == 0).any() or (
        np.linalg.svd(rows / np.where(lengths > 0, lengths, 1), compute_uv=False)[..., -1]
        < _DEPENDENT
    ).any():
        raise DataError(Fault(where="matrix", came="dependent rows", wanted="independent rows"))
    estimated = np.isfinite(fit.coefficient).all(axis=-1)
    shape = np.broadcast_shapes(estimated.shape, rows.shape[:-2])
    estimated = np.broadcast_to(estimated, shape)
    estimate = np.einsum("...rp,...p->...r", rows, fit.coefficient)
    vcov = rows @ fit.vcov @ np.swapaxes(rows, -1, -2)
    vcov = np.where(estimated[..., None, None], vcov, np.eye(size))
    wald = np.einsum("...r,...r->...", estimate, _solve(vcov, estimate)) / size
    if fit.df == "kenward-roger":
        df, factor = _matched(fit, rows, estimated)
        wald = wald * factor
    elif fit.df == "satterthwaite":
        df = _pooled(fit, rows, vcov)
    else:
        df = _least(fit, (rows != 0).any(axis=-2, keepdims=True))[..., 0]
    df = np.where(estimated, df, np.nan)
    wald = np.where(estimated, wald, np.nan)
    return FTest(
        statistic=wald,
        numerator_df=np.full(shape, size),
        denominator_df=df,
        p_value=np.asarray(fdtrc(size, df, wald)),
        state=np.broadcast_to(fit.state, shape),
    )


def _read_matrix(fit: Mmrm, matrix: ArrayLike) -> Floats:
    rows = as_floats("matrix", matrix)
    columns = fit.coefficient.shape[-1]
    fits = rows.ndim >= 2 and rows.shape[-1] == columns and (np.abs(rows) <= _LARGEST).all()
    if fits:
        try:
            np.broadcast_shapes(rows.shape[:-2], fit.state.shape)
        except ValueError:
            fits = False
    if not fits:
        came = f"shape {rows.shape}" if np.isfinite(rows).all() else "NaN or infinity"
        wanted = f"(..., rows, {columns}) finite numbers, leading shape as {fit.state.shape}"
        raise DataError(Fault(where="matrix", came=came, wanted=wanted))
    return rows


def _degrees(fit: Mmrm, rows: Floats) -> Floats:
    """Degrees of freedom of each row."""
    if fit.df in ("between-within", "residual"):
        return _least(fit, rows != 0)
    if fit.vcov_kind.startswith("empirical"):
        return _sandwich_df(fit, rows)
    variance = np.einsum("...rp,...pq,...rq->...r", rows, fit.vcov_model, rows)
    slope = np.einsum("...rp,...kpq,...rq->...rk", rows, fit.sensitivity, rows)
    spread = np.einsum("...rk,...kj,...rj->...r", slope, fit.parameter_vcov, slope)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0, 2 * variance**2 / spread, np.nan)


def _least(fit: Mmrm, touched: NDArray[np.bool_]) -> Floats:
    """Least degrees of freedom of the coefficients that each row touches."""
    each = np.where(touched, fit.coefficient_df[..., None, :], np.inf).min(axis=-1)
    return np.where(np.isfinite(each), each, np.nan)


def _sandwich_df(fit: Mmrm, rows: Floats) -> Floats:
    """``tr(G)^2 / tr(G^2)`` with ``G = diag(d) - F F'``, without making ``G``."""
    diagonal = np.einsum("...rp,...npq,...rq->...rn", rows, fit.leverage, rows)
    pull = np.einsum("...npq,...rq->...rnp", fit.pull, rows)
    own = np.einsum("...rnp,...rnp->...rn", pull, pull)
    gram = np.swapaxes(pull, -1, -2) @ pull
    trace = (diagonal - own).sum(axis=-1)
    square = (diagonal**2 - 2 * diagonal * own).sum(axis=-1) + (gram**2).sum(axis=(-1, -2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(trace**2 / square)


def _pooled(fit: Mmrm, rows: Floats, vcov: Floats) -> Floats:
    """Denominator degrees of freedom after Fai and Cornelius."""
    _, vectors = np.linalg.eigh(vcov)
    each = _degrees(fit, np.swapaxes(vectors, -1, -2) @ rows)
    size = rows.shape[-2]
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.sum(each / (each - 2), axis=-1)
        pooled = 2 * total / (total - size)
    same = (np.abs(np.diff(each, axis=-1)) < _SAME_DF).all(axis=-1)
    pooled = np.where((each <= 2).any(axis=-1), 2, pooled)
    return np.where(same, each.mean(axis=-1), pooled)


def _matched(fit: Mmrm, rows: Floats, estimated: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Denominator degrees of freedom and scale of the Kenward-Roger statistic."""
    size = rows.shape[-2]
    model = rows @ fit.vcov_model @ np.swapaxes(rows, -1, -2)
    model = np.where(estimated[..., None, None], model, np.eye(size))[..., None, :, :]
    turned: Floats = (
        rows[..., None, :, :] @ fit.sensitivity @ np.swapaxes(rows, -1, -2)[..., None, :, :]
    )
    turned = np.asarray(np.linalg.solve(model, turned), dtype=np.float64)
    traces = np.trace(turned, axis1=-2, axis2=-1)
    first = np.einsum("...ij,...i,...j->...", fit.parameter_vcov, traces, traces)
    second = np.einsum("...ij,...iab,...jba->...", fit.parameter_vcov, turned, turned)
    q = size
    with np.errstate(invalid="ignore", divide="ignore"):
        b = (first + 6 * second) / (2 * q)
        g = ((q + 1) * first - (q + 4) * second) / ((q + 2) * second)
        bottom = 3 * q + 2 * (1 - g)
        c1, c2, c3 = g / bottom, (q - g) / bottom, (q + 2 - g) / bottom
        mean = 1 / (1 - second / q)
        variance = (2 / q) * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
        ratio = variance / (2 * mean**2)
        df = 4 + (q + 2) / (q * ratio - 1)
        return df, df / (mean * (df - 2))


def _solve(matrix: Floats, vector: Floats) -> Floats:
    return np.asarray(np.linalg.solve(matrix, vector[..., None])[..., 0])
