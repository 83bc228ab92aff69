"""What comes in: shapes and words checked, leading axes laid flat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, Integers, as_floats, broadcast
from equipoise.stats.door import Door
from equipoise.stats.mmrm.structure import COVARIANCES

__all__ = ["DEGREES_OF_FREEDOM", "VCOVS", "Data", "Request", "read_data", "read_request"]

DEGREES_OF_FREEDOM = ("kenward-roger", "satterthwaite", "between-within", "residual")
VCOVS = (
    "asymptotic",
    "kenward-roger",
    "kenward-roger-linear",
    "empirical",
    "empirical-bias-reduced",
    "empirical-jackknife",
)
_METHODS = ("reml", "ml")
_MOST_VISITS = 60
_LARGEST = 1e100
"""Sums of squares of residuals are squared in turn. [unit of the response]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a fit."""

    is_restricted: bool
    df: str
    vcov: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Arrays with one axis of trials; ``leading`` is what it was before."""

    response: Floats  # (trials, subjects, visits)
    design: Floats  # (trials, subjects, visits, p)
    group: Integers  # (trials, subjects)
    groups: int
    leading: tuple[int, ...]
    names: tuple[str, ...]  # of the columns of the design; none where none were given


def read_request(door: Door, *, covariance: str, method: str, df: str, vcov: str | None) -> Request:
    """Check the words of a request and settle the covariance of the coefficients."""
    asked = (
        ("covariance", covariance, COVARIANCES),
        ("method", method, _METHODS),
        ("df", df, DEGREES_OF_FREEDOM),
        ("vcov", vcov if vcov is not None else VCOVS[0], VCOVS),
    )
    are_known = [door.choice(where, came, known) for where, came, known in asked]
    default = {"kenward-roger": "kenward-roger-linear", "residual": "empirical"}.get(
        df if are_known[2] else "", "asymptotic"
    )
    kind = vcov if vcov is not None else default
    is_adjusted = kind in ("kenward-roger", "kenward-roger-linear")
    if all(are_known) and door.wants(
        is_adjusted == (df == "kenward-roger"),
        where="vcov",
        came=f"{kind!r} with df {df!r}",
        wanted="a Kenward-Roger covariance with Kenward-Roger degrees of freedom only",
    ):
        door.wants(
            not is_adjusted or method == "reml",
            where="method",
            came=repr(method),
            wanted="'reml' for Kenward-Roger",
        )
    return Request(is_restricted=are_known[1] and method == "reml", df=df, vcov=kind)


def read_data(
    door: Door,
    *,
    response: ArrayLike,
    design: ArrayLike,
    group: ArrayLike | None,
    names: Sequence[str] = (),
) -> Data:
    """Check shapes and values; lay the leading axes flat.

    Raises
    ------
    DataError
        If an array is not numeric or its shape does not fit: nothing more can be checked then.
    """
    y, x = as_floats("response", response), as_floats("design", design)
    if y.ndim < 2 or x.ndim < 3 or x.shape[-1] == 0 or 0 in y.shape[-2:]:
        came = f"response {y.shape}, design {x.shape}"
        wanted = "response (..., subjects, visits), design (..., subjects, visits, p)"
        raise DataError(Fault(where="shapes", came=came, wanted=wanted))
    codes = np.zeros(1) if group is None else as_floats("group", group)
    broadcast(response=y, design=x[..., 0], group=codes[..., None])
    shape = np.broadcast_shapes(y.shape, x.shape[:-1], codes[..., None].shape)
    trials = math.prod(shape[:-2])
    y = np.broadcast_to(y, shape).reshape(trials, *shape[-2:])
    x = np.broadcast_to(x, (*shape, x.shape[-1])).reshape(trials, *shape[-2:], x.shape[-1])
    codes = np.broadcast_to(codes, shape[:-1]).reshape(trials, shape[-2])
    if (np.abs(y) > _LARGEST).any():
        door.refuse("response", "infinity or nearly", f"numbers up to {_LARGEST:g}, NaN: missing")
    if not (np.abs(x[~np.isnan(y)]) <= _LARGEST).all():
        wanted = "finite numbers wherever the response is observed (else make that response NaN)"
        door.refuse("design", "NaN or infinity", f"{wanted}, up to {_LARGEST:g} in size")
    if not ((codes < codes.size) & (codes >= 0) & (codes == np.floor(codes))).all():
        door.refuse("group", "other values", "codes 0, 1, 2, ...")
        codes = np.zeros_like(codes)
    listed = door.sequence("names", names)
    door.wants(
        len(listed) in (0, x.shape[-1]) and all(isinstance(one, str) for one in listed),
        where="names",
        came=f"{len(listed)} of {', '.join(sorted({type(one).__name__ for one in listed}))}",
        wanted=f"{x.shape[-1]} texts, one for each column of the design",
    )
    if shape[-1] > _MOST_VISITS:
        door.refuse("response", f"{shape[-1]} visits", f"at most {_MOST_VISITS}")
    return Data(
        response=y,
        design=np.where(np.isnan(y)[..., None], 0, x),
        group=codes.astype(np.int64),
        groups=int(codes.max(initial=0)) + 1,
        leading=shape[:-2],
        names=tuple(map(str, listed)),
    )
