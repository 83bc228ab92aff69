"""Tipping points: how far the missing values may lie before the conclusion turns."""

from __future__ import annotations

from itertools import product

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.course import Course, add_filled, course_of
from equipoise.analyse.method.two_proportions import two_proportions
from equipoise.derive import Response
from equipoise.protocol.model.analysis import TippingPoint
from equipoise.stats import Floats
from equipoise.stats.arrays import divide_or_nan
from equipoise.stats.missing import (
    DeltaPlane,
    delta_plane,
    differences_at,
    turning_points,
)

__all__ = ["tipping_point_frame"]

_FAILED = "the model could not be fitted to every sample: too few subjects for its visits"
_NO_TURN = "no delta on this side turns the conclusion"
_WIDTHS = ((20, 1), (100, 5), (np.inf, 25))
"""Up to which number of responders among the missing splits are tried in steps of what width."""


def tipping_point_frame(frame: Frame) -> None:
    """Move the imputed values of a course, or split the missing of a response."""
    if isinstance(frame.endpoint, Response):
        _splits(frame, frame.endpoint)
    else:
        _course(frame)


def _course(frame: Frame) -> None:
    analysis = frame.analysis
    assert isinstance(analysis, TippingPoint)
    course = course_of(frame)
    add_filled(frame, course)
    plane = delta_plane(
        **course.model, strategy=analysis.strategy, departure=course.departure,
        covariance_by_arm=analysis.covariance_by_arm,
    )  # fmt: skip
    visit = course.visits[course.visit]
    for control in analysis.control_deltas:
        shift = {} if analysis.control_deltas == (0.0,) else {"control_delta": f"{control:g}"}
        _turning(frame, analysis, course, plane, control, by_text(visit=visit, **shift))
        for delta in analysis.deltas:
            by = by_text(visit=visit, delta=f"{delta:g}", **shift)
            _at(frame, analysis, course, plane, (delta, control), by)


def _at(
    frame: Frame,
    analysis: TippingPoint,
    course: Course,
    plane: DeltaPlane,
    deltas: tuple[float, float],
    by: str,
) -> None:
    delta, control = deltas
    found = differences_at(plane, delta=delta, control_delta=control, confidence=analysis.level)
    names = ("estimate", "standard_error", "ci_low", "ci_high", "p_value")
    for place, group in enumerate(course.groups[1:]):
        numbers = {name: getattr(found, name)[..., place, 0] for name in names}
        frame.add(
            {**numbers, "conclusion": _conclusion(frame, numbers["estimate"], numbers["p_value"])},
            group=frame.contrast_name((group, course.groups[0])), variable="contrast", by=by,
            n_used=course.subjects, state=found.state[..., place, 0],
            message="conditional means moved by delta; jackknife standard error, normal limits",
            reason=_FAILED,
        )  # fmt: skip


def _conclusion(frame: Frame, estimate: Floats, p_value: Floats) -> Floats:
    """Say what a test shows: 1 higher, -1 lower in the experimental group, 0 neither."""
    shown = np.where(p_value < 1 - frame.analysis.level, np.sign(estimate), 0.0)
    return np.where(np.isnan(p_value), np.nan, shown)


def _turning(
    frame: Frame,
    analysis: TippingPoint,
    course: Course,
    plane: DeltaPlane,
    control: float,
    by: str,
) -> None:
    alpha = 1 - analysis.level
    points = turning_points(plane, control_delta=control, alpha=alpha)
    for place, group in enumerate(course.groups[1:]):
        state = plane.state[..., place]
        keys = {
            "group": frame.contrast_name((group, course.groups[0])),
            "variable": "turning_point",
            "by": by,
        }
        is_significant = points.is_significant[..., place].astype(np.float64)
        frame.add(
            {"significant": np.where(state == 0, is_significant, np.nan)}, **keys,
            n_used=course.subjects, message=f"1 where p < {alpha:.2g} at delta 0, else 0",
            reason=_FAILED,
        )  # fmt: skip
        for side in ("below", "above"):
            delta = getattr(points, side)[..., place]
            frame.add(
                {side: delta}, **keys, n_used=course.subjects,
                message=f"delta nearest to 0 at which p crosses {alpha:.2g}", reason=_NO_TURN,
            )  # fmt: skip


def _splits(frame: Frame, value: Response) -> None:
    """Test every split of the missing of two groups into responders and others."""
    counts: list[tuple[Floats, Floats, Floats]] = []
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        kinds = (inside & (value.value == 1), inside, inside & np.isnan(value.value))
        x, n, missing = (kind.sum(axis=-1).astype(np.float64) for kind in kinds)
        counts.append((x, n, missing))
        frame.add(
            {"missing": missing}, group=name, variable="splits", n_used=n - missing,
            n_missing=missing,
        )  # fmt: skip
    for one, other in frame.contrasts():
        _grid(frame, frame.contrast_name((one, other)), [counts[one], counts[other]])


def _grid(frame: Frame, name: str, counts: list[tuple[Floats, Floats, Floats]]) -> None:
    """Add the answer of each split, and over all of them; (trials,) counts of x, n, missing."""
    analysis = frame.analysis
    assert isinstance(analysis, TippingPoint)
    (x1, n1, missing1), (x0, n0, missing0) = counts
    known, missing = n1 + n0 - missing1 - missing0, missing1 + missing0
    found: list[Floats] = []
    for more, more_control in product(_steps(missing1), _steps(missing0)):
        can_be = (more <= missing1) & (more_control <= missing0)
        one, other = (np.where(can_be, part, 0.0) for part in (more, more_control))
        tested = two_proportions((x1 + one, n1, x0 + other, n0), test=analysis.test)
        p_value = np.where(can_be, tested.p_value, np.nan)
        found.append(p_value)
        shares = divide_or_nan(x1 + one, n1) - divide_or_nan(x0 + other, n0)
        difference = np.where(can_be, shares, np.nan)
        frame.add(
            {
                "estimate": difference,
                "p_value": p_value,
                "conclusion": _conclusion(frame, difference, p_value),
            },
            group=name, variable="split",
            by=by_text(responders=f"{more}", control_responders=f"{more_control}"),
            n_used=known, n_missing=missing, message=tested.name,
            reason="fewer are missing, or a group is empty",
        )  # fmt: skip
    alpha = 1 - analysis.level
    tried = np.stack(found)
    has_any = ~np.isnan(tried).all(axis=0)
    frame.add(
        {
            "splits": (~np.isnan(tried)).sum(axis=0),
            "significant": np.where(has_any, (tried < alpha).sum(axis=0), np.nan),
            "p_value_lowest": np.fmin.reduce(tried),
            "p_value_highest": np.fmax.reduce(tried),
        },
        group=name, variable="splits", n_used=known, n_missing=missing,
        message=f"significant: p < {alpha:.2g}", reason="a group is empty",
    )  # fmt: skip


def _steps(missing: Floats) -> list[int]:
    """List the numbers of responders among the missing that are tried in any trial.

    They do not depend on the other trials of a batch.
    """
    most = int(missing.max(initial=0))
    return [
        step
        for step in range(most + 1)
        if any(step <= end and step % width == 0 for end, width in _WIDTHS)
    ]
