"""How many values of an endpoint were filled, in whom."""

from __future__ import annotations

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.derive import Measure, Response
from equipoise.protocol.model.analysis import Imputed
from equipoise.stats import Bools

__all__ = ["add_imputed"]


def add_imputed(frame: Frame) -> None:
    """Count the filled values of an analysis under an estimand, by group and visit.

    An analysis that imputes leaves the counting of what it fills to its method.
    """
    if getattr(frame.analysis, "estimand", None) is None or isinstance(frame.analysis, Imputed):
        return
    value = frame.endpoint
    if isinstance(value, Response):
        _count(frame, value.imputed, "")
    elif isinstance(value, Measure):
        for place, visit in enumerate(value.visits):
            _count(frame, value.imputed[..., place], by_text(visit=visit))


def _count(frame: Frame, imputed: Bools, by: str) -> None:
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        frame.add(
            {"count": (inside & imputed).sum(axis=-1), "denominator": inside.sum(axis=-1)},
            group=name, variable="imputed", by=by,
        )  # fmt: skip
