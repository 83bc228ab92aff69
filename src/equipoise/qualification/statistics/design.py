"""Adapters of the design methods."""

from __future__ import annotations

from equipoise.qualification.adapter import Adapter
from equipoise.qualification.statistics import (
    design_monitoring,
    design_sequential,
    design_size,
)

__all__ = ["METHODS"]

METHODS: dict[str, Adapter] = {
    **design_sequential.METHODS,
    **design_size.METHODS,
    **design_monitoring.METHODS,
}
