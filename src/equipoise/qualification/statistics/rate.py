"""Adapters of rates of events: one rate, and the ratio of two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.qualification.adapter import Adapter, Given
from equipoise.stats import rate

__all__ = ["METHODS"]


def event_rate(given: Given) -> Mapping[str, Any]:
    """Answer the exact limits of one rate."""
    found = rate.event_rate(
        events=given["events"], time=given["time"], confidence=float(given.get("conf", 0.95))
    )
    return {"estimate": found.estimate, "ci": [found.ci_low, found.ci_high]}


def rate_ratio(given: Given) -> Mapping[str, Any]:
    """Answer the exact ratio of two rates and its tests."""
    found = rate.rate_ratio(
        **{name: given[name] for name in ("events1", "time1", "events0", "time0")},
        confidence=float(given.get("conf", 0.95)),
    )
    return {
        "estimate": found.estimate,
        "ci": [found.ci_low, found.ci_high],
        "p_two_sided": found.p_two_sided,
        "p_greater": found.p_greater,
        "p_less": found.p_less,
    }


METHODS: Mapping[str, Adapter] = {"event_rate": event_rate, "rate_ratio": rate_ratio}
