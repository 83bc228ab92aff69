"""Continuous outcomes: summaries, tests of location, linear models, repeated measures."""

from equipoise.stats.continuous.summary import Summary, describe, quantile

__all__ = ["Summary", "describe", "quantile"]
