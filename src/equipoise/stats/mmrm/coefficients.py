"""Linear mixed model with random coefficients of functions of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, as_floats
from equipoise.stats.door import Door
from equipoise.stats.mmrm.door import read_data, read_request
from equipoise.stats.mmrm.fit import Mmrm, fit_structure
from equipoise.stats.mmrm.structure import random_coefficients

__all__ = ["RandomCoefficients", "fit_random_coefficients"]

_LARGEST = 1e50
"""Covariances of the basis are squared where likelihoods bend. [unit of time]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomCoefficients:
    """A fitted linear mixed model, with r random coefficients for each subject.

    Attributes
    ----------
    fit : Mmrm
        Fixed effects and everything that ``contrast`` and ``f_test`` need.
    random_covariance : (..., r, r) float
        Covariance of the random coefficients.
    residual_sd : (...) float
        Standard deviation of the residuals.
    """

    fit: Mmrm
    random_covariance: Floats
    residual_sd: Floats


def fit_random_coefficients(
    *,
    response: ArrayLike,
    design: ArrayLike,
    basis: ArrayLike,
    method: str = "reml",
    df: str = "kenward-roger",
    vcov: str | None = None,
    names: Sequence[str] = (),
) -> RandomCoefficients:
    """Fit ``y = X beta + Z u + e`` with ``u ~ N(0, G)`` for each subject and ``e ~ N(0, s^2)``.

    Parameters
    ----------
    response : (..., subjects, times) float
        NaN where not observed; taken as missing at random.
    design : (..., subjects, times, p) float
        Columns of the fixed effects. Read only where ``response`` is observed.
    basis : (times, r) float
        ``Z``: the functions of time whose coefficients vary between subjects; a column of ones
        is a random intercept.
    method, df : str
        As for ``fit_mmrm``.
    vcov : str, optional
        As for ``fit_mmrm``. The covariance is linear in the elements of ``G`` and ``s^2``, so
        that ``kenward-roger-linear`` is the Kenward-Roger covariance of R ``pbkrtest``.
    names : sequence of str
        As for ``fit_mmrm``.

    Returns
    -------
    RandomCoefficients
        A variance that goes to zero, or a correlation that goes to one, is the state
        ``SINGULAR``: the fit lies on the boundary and its degrees of freedom have no meaning.

    Raises
    ------
    DataError
        As ``fit_mmrm``; or if ``basis`` is not of full column rank over the times.

    Notes
    -----
    Source: Laird NM, Ware JH. Random-effects models for longitudinal data. Biometrics 1982;
    38:963-974.
    """
    door = Door()
    request = read_request(door, covariance="us", method=method, df=df, vcov=vcov)
    data = read_data(door, response=response, design=design, group=None, names=names)
    z = as_floats("basis", basis)
    times = data.response.shape[-1]
    if z.ndim != 2 or z.shape[0] != times or not z.size or not (np.abs(z) <= _LARGEST).all():
        wanted = f"({times}, r) finite numbers up to {_LARGEST:g} in size"
        door.refuse("basis", f"shape {z.shape}", wanted)
    elif np.linalg.matrix_rank(z) < z.shape[1]:
        door.refuse("basis", "dependent columns", "full column rank")
    door.close()
    form = random_coefficients(z)
    fit = fit_structure(data, form, request)
    return RandomCoefficients(
        fit=fit,
        random_covariance=form.inner.covariance(fit.parameter[..., :-1]),
        residual_sd=np.exp(fit.parameter[..., -1]),
    )
