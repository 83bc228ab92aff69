"""Linear mixed model with random coefficients of functions of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, as_floats
from equipoise.stats.door import Door
from equipoise.stats.mmrm.adjust import kenward_roger
from equipoise.stats.mmrm.boundary import elements, factor
from equipoise.stats.mmrm.door import Data, Request, read_data, read_request
from equipoise.stats.mmrm.fit import Mmrm, fit_structure
from equipoise.stats.mmrm.likelihood import evaluate, expected_hessian
from equipoise.stats.mmrm.problem import build, standardise
from equipoise.stats.mmrm.structure import random_coefficients
from equipoise.stats.state import State

__all__ = ["RandomCoefficients", "fit_random_coefficients"]

_BOUNDARY = ("refuse", "keep")
_INFORMATION = ("observed", "expected")
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
    boundary: str = "keep",
    information: str = "observed",
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
    boundary : str
        Where the likelihood is highest at a ``G`` that is singular: ``keep`` that optimum, as R
        ``lme4`` and SAS do, or ``refuse`` it.
    information : str
        About ``G`` and ``s^2``, for Kenward and Roger's methods: ``observed`` as in ``fit_mmrm``,
        or ``expected`` as in their paper and in R ``pbkrtest``. The two agree where the data are
        balanced and complete.

    Returns
    -------
    RandomCoefficients
        Where a variance goes to zero, or a correlation to one, ``random_covariance`` is singular
        and ``fit.parameter`` holds the entries of a factor of ``G``, filled up with 0, and the log
        of ``s``; with ``refuse`` it is the state ``SINGULAR``.

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
    if door.choice("information", information, _INFORMATION):
        door.wants(
            information == "observed" or request.vcov == "kenward-roger-linear",
            where="information",
            came=f"'expected' with vcov {request.vcov!r}",
            wanted="'kenward-roger-linear' with it",
        )
    door.choice("boundary", boundary, _BOUNDARY)
    door.close()
    form = random_coefficients(z)
    fit = fit_structure(data, form, request)
    found = RandomCoefficients(
        fit=fit,
        random_covariance=form.inner.covariance(fit.parameter[..., :-1]),
        residual_sd=np.exp(fit.parameter[..., -1]),
    )
    if boundary == "keep":
        found = _with_boundary(found, data, z, request)
    return _with_expectation(found, data, z) if information == "expected" else found


def _with_boundary(
    found: RandomCoefficients, data: Data, z: Floats, request: Request
) -> RandomCoefficients:
    """Fit the trials on the boundary with a covariance of one rank less."""
    lost = np.flatnonzero(found.fit.state.ravel() == State.SINGULAR)
    if not lost.size:
        return found
    form = factor(z, z.shape[1] - 1)
    some = replace(
        data,
        response=data.response[lost],
        design=data.design[lost],
        group=data.group[lost],
        leading=lost.shape,
    )
    low = fit_structure(some, form, request)
    inside, residual = form.inside(low.parameter), np.exp(low.parameter[..., -1])
    low = replace(
        low,
        parameter=np.insert(low.parameter, -1, 0.0, axis=-1),
        parameter_vcov=np.pad(low.parameter_vcov, ((0, 0), (0, 1), (0, 1))),
        sensitivity=np.pad(low.sensitivity, ((0, 0), (0, 1), (0, 0), (0, 0))),
    )
    lead = len(data.leading)

    def merged(whole: Any, part: Any) -> Any:
        if isinstance(whole, str):
            return whole
        shape = np.shape(whole)
        flat = np.reshape(whole, (len(data.response), *shape[lead:])).copy()
        flat[lost] = part
        return flat.reshape(shape)

    names = [field.name for field in fields(Mmrm)]
    return RandomCoefficients(
        fit=Mmrm(**{name: merged(getattr(found.fit, name), getattr(low, name)) for name in names}),
        random_covariance=merged(found.random_covariance, inside),
        residual_sd=merged(found.residual_sd, residual),
    )


def _with_expectation(found: RandomCoefficients, data: Data, z: Floats) -> RandomCoefficients:
    """Take Kenward and Roger's covariance anew, with the expected information."""
    fit, form, lead = found.fit, elements(z), data.leading
    good = np.flatnonzero(fit.state.ravel() == State.ESTIMATED)
    standard = standardise(data.response[good], data.design[good])
    r, size = z.shape[1], standard.scale[:, None] ** 2
    inside = found.random_covariance.reshape(-1, r, r)[good][:, *np.triu_indices(r)]
    residual = found.residual_sd.reshape(-1, 1)[good] ** 2
    point = np.concatenate([inside, residual], axis=1) / size
    problem = build(standard, data.group[good], data.groups)
    at = evaluate(problem, form, point, restricted=True)
    information = expected_hessian(problem, form, point, at)
    spread: Floats = np.asarray(2 * np.linalg.pinv(information, hermitian=True), dtype=np.float64)
    adjusted = kenward_roger(problem, form, point, at, spread, linear=True)
    slope = at.unscaled[:, None] @ at.slope @ at.unscaled[:, None]
    back: Floats = np.asarray(np.linalg.inv(standard.triangle), dtype=np.float64)
    turn, scale = np.swapaxes(back, 1, 2), size[..., None]

    def laid_out(part: Floats) -> Floats:
        flat = np.full((len(data.response), *part.shape[1:]), np.nan)
        flat[good] = part
        return flat.reshape(*lead, *part.shape[1:])

    return replace(
        found,
        fit=replace(
            fit,
            vcov=laid_out(scale * (back @ adjusted @ turn)),
            parameter_vcov=laid_out(spread),
            sensitivity=laid_out(-scale[..., None] * (back[:, None] @ slope @ turn[:, None])),
        ),
    )
