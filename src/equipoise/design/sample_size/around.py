"""Assumptions near those of a sample size, that show how far it hangs on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from equipoise.analyse.key import by_text
from equipoise.design.sample_size.route import Comparison
from equipoise.protocol.model.sample_size import (
    ChangingHazardSize,
    LogrankSize,
    MeanSize,
    ProportionSize,
)

__all__ = ["around"]

_EFFECTS = (0.75, 1.0, 1.25)
"""Effects over the assumed one; of hazard ratios on the scale of the logarithm."""
_SHIFTS = (-0.05, 0.0, 0.05)
"""What is added to the assumed share of the control."""
_FACTORS = (0.8, 1.0, 1.25)
"""Standard deviations, medians, times and probabilities of an event over the assumed one."""

_Size = TypeVar("_Size", ProportionSize, MeanSize, LogrankSize)


def around(size: Comparison) -> Iterator[tuple[str, Comparison]]:
    """List effects and nuisances near the assumed ones: the column ``by``, and the assumption.

    The effect comes first. With a margin the difference moves by a quarter of the margin, since
    it may be assumed to be none. What leaves its range is left out.
    """
    match size:
        case ProportionSize():
            yield from _shares(size)
        case MeanSize():
            yield from _means(size)
        case LogrankSize():
            yield from _hazards(size)
        case ChangingHazardSize():
            yield from _changing(size)


def _differences(size: ProportionSize | MeanSize) -> Iterator[float]:
    step = size.assumed if size.margin is None else size.margin
    for factor in _EFFECTS:
        yield size.assumed + (factor - 1) * step


def _shares(size: ProportionSize) -> Iterator[tuple[str, ProportionSize]]:
    for difference in _differences(size):
        for shift in _SHIFTS:
            control = size.control + shift
            if 0 < control < 1 and 0 < control + difference < 1:
                by = by_text(difference=f"{difference:.6g}", control=f"{control:.6g}")
                yield by, _with(size, control=control, experimental=control + difference)


def _means(size: MeanSize) -> Iterator[tuple[str, MeanSize]]:
    for difference in _differences(size):
        for factor in _FACTORS:
            spread = size.standard_deviation * factor
            by = by_text(difference=f"{difference:.6g}", standard_deviation=f"{spread:.6g}")
            yield by, _with(size, difference=difference, standard_deviation=spread)


def _hazards(size: LogrankSize) -> Iterator[tuple[str, LogrankSize]]:
    field = "median_control" if size.event_probability is None else "event_probability"
    assumed: float = getattr(size, field)
    for effect in _EFFECTS:
        ratio = size.hazard_ratio**effect
        for factor in _FACTORS:
            value = assumed * factor
            if field == "event_probability" and value >= 1:
                continue
            by = by_text(hazard_ratio=f"{ratio:.6g}", **{field: f"{value:.6g}"})
            yield by, _with(size, hazard_ratio=ratio, **{field: value})


def _changing(size: ChangingHazardSize) -> Iterator[tuple[str, ChangingHazardSize]]:
    """Move every logarithm of a hazard ratio, and the times at which they change."""
    for effect in _EFFECTS:
        for factor in _FACTORS:
            periods = tuple(
                one.model_copy(
                    update={
                        "hazard_ratio": one.hazard_ratio**effect,
                        "days": None if one.days is None else one.days * factor,
                    }
                )
                for one in size.periods
            )
            by = by_text(log_hazard_ratio=f"{effect:.6g}", change_time=f"{factor:.6g}")
            yield by, size.model_copy(update={"periods": periods})


def _with(size: _Size, **assumed: float) -> _Size:
    return size.model_copy(update=assumed)
