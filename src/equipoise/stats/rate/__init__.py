"""Rates of events per person-time: one rate, and the ratio of two."""

from equipoise.stats.rate.poisson import event_rate
from equipoise.stats.rate.ratio import RateRatio, rate_ratio

__all__ = ["RateRatio", "event_rate", "rate_ratio"]
