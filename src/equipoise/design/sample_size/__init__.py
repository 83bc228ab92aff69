"""Sizes that a protocol asks for: subjects, events, power, and how far they hang on assumptions."""

from equipoise.design.sample_size.chapter import sample_size_chapter
from equipoise.design.sample_size.plan import GridPower, SizePlan, TwoStagePlan, plan_size

__all__ = ["GridPower", "SizePlan", "TwoStagePlan", "plan_size", "sample_size_chapter"]
