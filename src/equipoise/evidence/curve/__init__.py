"""Published survival curves: individual data reconstructed from their points."""

from equipoise.evidence.curve.chapter import read_all, rebuild
from equipoise.evidence.curve.table import CurveTable, read_points

__all__ = ["CurveTable", "read_all", "read_points", "rebuild"]
