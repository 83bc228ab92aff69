"""Efficacy bounds as the protocol names them."""

from __future__ import annotations

from equipoise.protocol.model.sample_size import EfficacyBound
from equipoise.stats.design import Shape, Spending

__all__ = ["efficacy_of"]


def efficacy_of(bound: EfficacyBound) -> Spending | Shape:
    """Give the spending function or the shape that a bound names."""
    if bound.spending is not None:
        return Spending(family=bound.spending, parameter=bound.parameter)
    assert bound.shape is not None
    return Shape(family=bound.shape, parameter=bound.parameter)
