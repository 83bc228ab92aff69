"""The usual design of a trial with visits, and its least-squares means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, as_floats, broadcast
from equipoise.stats.door import Door
from equipoise.stats.mmrm.contrast import Contrast, contrast
from equipoise.stats.mmrm.fit import Mmrm

__all__ = ["LsMeans", "VisitDesign", "ls_means", "visit_design"]

_WEIGHTS = ("equal", "observed")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDesign:
    """Columns for ``fit_mmrm`` and the combinations of coefficients that are LS means.

    Attributes
    ----------
    matrix : (..., subjects, visits, p) float
        The design.
    names : tuple of str
        Name of each column.
    mean : (..., arms, visits, p) float
        Row of coefficients of the mean of each arm at each visit, other things averaged.
    """

    matrix: Floats
    names: tuple[str, ...]
    mean: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class LsMeans:
    """Least-squares means by arm and visit, and differences to the first arm."""

    mean: Contrast  # (..., arms, visits)
    difference: Contrast  # (..., arms - 1, visits): arm k minus arm 0


def visit_design(
    *,
    response: ArrayLike,
    arm: ArrayLike,
    arms: int = 2,
    covariate: ArrayLike | None = None,
    covariate_by_visit: ArrayLike | None = None,
    factor: ArrayLike | None = None,
    levels: Sequence[int] = (),
    weights: str = "equal",
) -> VisitDesign:
    """Build ``covariates + factors + arm * visit``, with covariates by visit where asked.

    Parameters
    ----------
    response : (..., subjects, visits) float
        NaN where not observed: averages are over what is analysed. A response whose subject has
        no value of a covariate or factor must be NaN.
    arm : (..., subjects) int
        Codes 0 to ``arms - 1``; 0 is the control.
    covariate, covariate_by_visit : (..., subjects, c) float, optional
        Covariates with one slope, and with a slope of their own at each visit.
    factor : (..., subjects, f) int, optional
        Codes 0 to ``levels[j] - 1`` of each factor j; level 0 is the baseline.
    levels : sequence of int
        Number of levels of each factor.
    weights : str
        ``equal``: LS means give every level of a factor the same weight. ``observed``: the share
        of analysed observations that have it.

    Returns
    -------
    VisitDesign
        Columns in the order intercept, covariates, factors, arm, visit, arm by visit, covariates
        by visit; treatment contrasts, the first level as baseline.

    Raises
    ------
    DataError
        If shapes do not fit, codes are outside their range, or ``weights`` is another word.

    Notes
    -----
    Covariates stand at their mean over the analysed observations, as in R ``emmeans``.

    Source: Searle SR, Speed FM, Milliken GA. American Statistician 1980; 34:216-221 (population
    marginal means); Lenth RV, R ``emmeans``.
    """
    door = Door()
    arms = door.number_of("arms", arms, least=1)
    levels = [door.number_of("levels", count, least=1) for count in door.sequence("levels", levels)]
    door.choice("weights", weights, _WEIGHTS)
    y, code = door.responses("response", response, core=1), as_floats("arm", arm)
    door.close()
    if y.ndim < 2 or 0 in y.shape[-2:]:
        wanted = "(..., subjects, visits)"
        raise DataError(Fault(where="response", came=f"shape {y.shape}", wanted=wanted))
    plain = _columns("covariate", covariate)
    varying = _columns("covariate_by_visit", covariate_by_visit)
    coded = _columns("factor", factor)
    broadcast(
        response=y[..., 0],
        arm=code,
        covariate=plain[..., 0] if plain.shape[-1] else code,
        covariate_by_visit=varying[..., 0] if varying.shape[-1] else code,
        factor=coded[..., 0] if coded.shape[-1] else code,
    )
    faults = [*_range_faults("arm", code, arms, y), *_level_faults(coded, levels, y)]
    if faults:
        raise DataError(faults)
    visits = y.shape[-1]
    dummies = [
        (f"factor {j} level {level}", (coded[..., j] == level).astype(np.float64))
        for j, count in enumerate(levels)
        for level in range(1, count)
    ]
    slopes = [(f"covariate {j}", plain[..., j]) for j in range(plain.shape[-1])]
    turning = [(f"covariate {j} by visit", varying[..., j]) for j in range(varying.shape[-1])]
    observed = ~np.isnan(y)
    equal = [1 / count for count in levels for _ in range(1, count)]
    average = {name: _mean(value, observed) for name, value in (*slopes, *dummies, *turning)}
    if weights == "equal":
        average |= {
            name: np.asarray(share) for (name, _), share in zip(dummies, equal, strict=True)
        }

    fixed = [*slopes, *dummies]
    names = [
        "(Intercept)",
        *(name for name, _ in fixed),
        *(f"arm {a}" for a in range(1, arms)),
        *(f"visit {v}" for v in range(1, visits)),
        *(f"arm {a}: visit {v}" for v in range(1, visits) for a in range(1, arms)),
        *(name for name, _ in turning),
        *(f"{name} {v}" for v in range(1, visits) for name, _ in turning),
    ]
    member = code[..., None] == np.arange(1, arms)
    matrix = _assemble([value for _, value in fixed], member, [value for _, value in turning], y)
    each = np.eye(arms, dtype=np.bool_)[:, 1:]
    mean = _assemble(
        [average[name][..., None] for name, _ in fixed],
        each,
        [average[name][..., None] for name, _ in turning],
        np.zeros((*y.shape[:-2], arms, visits)),
    )
    return VisitDesign(matrix=matrix, names=tuple(names), mean=mean)


def ls_means(fit: Mmrm, *, design: VisitDesign, alpha: float = 0.05) -> LsMeans:
    """Estimate the mean of each arm at each visit, and the differences to arm 0.

    Parameters
    ----------
    fit : Mmrm
        A fit of ``design.matrix``.
    design : VisitDesign
        As made by ``visit_design``.
    alpha : float
        The limits cover with probability ``1 - alpha``.
    """
    arms, visits, p = design.mean.shape[-3:]
    leading = design.mean.shape[:-3]
    means = design.mean.reshape(*leading, arms * visits, p)
    gaps = design.mean[..., 1:, :, :] - design.mean[..., :1, :, :]
    return LsMeans(
        mean=_by_visit(contrast(fit, matrix=means, alpha=alpha), arms, visits),
        difference=_by_visit(
            contrast(fit, matrix=gaps.reshape(*leading, (arms - 1) * visits, p), alpha=alpha),
            arms - 1,
            visits,
        ),
    )


def _columns(name: str, value: ArrayLike | None) -> Floats:
    """Read (..., subjects, c); no columns where there is nothing."""
    if value is None:
        return np.empty((1, 0))
    array = as_floats(name, value)
    if array.ndim < 2:
        wanted = "(..., subjects, columns)"
        raise DataError(Fault(where=name, came=f"shape {array.shape}", wanted=wanted))
    return array


def _range_faults(name: str, code: Floats, count: int, response: Floats) -> list[Fault]:
    has_value, code = np.broadcast_arrays(~np.isnan(response).all(axis=-1), code)
    used = code[has_value]
    if ((used >= 0) & (used < count) & (used == np.floor(used))).all():
        return []
    return [Fault(where=name, came="other values", wanted=f"codes 0 to {count - 1}")]


def _level_faults(coded: Floats, levels: Sequence[int], response: Floats) -> list[Fault]:
    if coded.shape[-1] != len(levels):
        came = f"{len(levels)} numbers for {coded.shape[-1]} factors"
        return [Fault(where="levels", came=came, wanted="one number of levels for each factor")]
    return [
        fault
        for j, count in enumerate(levels)
        for fault in _range_faults(f"factor[..., {j}]", coded[..., j], count, response)
    ]


def _mean(value: Floats, observed: Bools) -> Floats:
    """Mean over the analysed observations, (...)."""
    count = observed.sum(axis=-1)
    total = np.sum(np.where(count > 0, value, 0) * count, axis=-1)
    return np.asarray(total / np.maximum(count.sum(axis=-1), 1))


def _assemble(fixed: list[Floats], member: Bools, turning: list[Floats], like: Floats) -> Floats:
    """Columns (..., units, visits, p) for units with ``member`` (..., units, arms - 1)."""
    visits, shape = like.shape[-1], like.shape
    later = np.eye(visits)[:, 1:]
    treated = member.astype(np.float64)[..., None, :]  # (..., units, 1, arms - 1)
    cross = later[:, :, None] * treated[..., None, :]
    parts = [
        np.ones((1, 1)),
        *(value[..., None, None] for value in fixed),
        treated,
        later,
        cross.reshape(*cross.shape[:-2], -1),
        *(value[..., None, None] for value in turning),
        *(
            value[..., None, None] * later[:, v, None]
            for v in range(visits - 1)
            for value in turning
        ),
    ]
    leading = np.broadcast_shapes(shape, *(part.shape[:-1] for part in parts))
    return np.concatenate(
        [np.broadcast_to(part, (*leading, part.shape[-1])) for part in parts], axis=-1
    )


def _by_visit(flat: Contrast, arms: int, visits: int) -> Contrast:
    leading = flat.estimate.shape[:-1]
    return Contrast(
        **{name: getattr(flat, name).reshape(*leading, arms, visits) for name in Contrast.__slots__}
    )
