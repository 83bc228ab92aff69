"""How visits are kept: on which day, which are missed, which panel is not done."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtr

from equipoise.protocol.model.schedule import Visit
from equipoise.simulate.parameter import Conduct
from equipoise.simulate.slot import normal
from equipoise.simulate.variable import PANELS
from equipoise.stats import Bools, Floats, Integers
from equipoise.units import DAYS_PER_WEEK

__all__ = ["missed_visits", "missing_panel", "visit_days"]


def visit_days(visits: list[Visit], law: Conduct, *, uniform: Floats) -> Floats:
    """Draw the days of the visits.

    Parameters
    ----------
    visits : list of Visit
        Visits that have a day, in order.
    law : Conduct
        Spread of the days.
    uniform : (n, visits) float
        One for each day.

    Returns
    -------
    (n, visits) float
        Whole days from randomisation. The visit of day 0 keeps its day; the others deviate by a
        normal cut at the limit, stay in their window where they have one, on their side of
        randomisation, and after the visit before. [day]
    """
    low, high = ndtr(-law.day_limit), ndtr(law.day_limit)
    deviation = normal(low + uniform * (high - low))
    days = np.empty_like(uniform)
    for place, visit in enumerate(visits):
        assert visit.day is not None
        is_early = visit.day <= DAYS_PER_WEEK * law.day_early_until
        spread = DAYS_PER_WEEK * (law.day_sd_early if is_early else law.day_sd_late)
        day = np.round(visit.day + spread * deviation[:, place] * (visit.day != 0))
        if visit.window is not None:
            first, last = visit.window.first, visit.window.last
            day = np.clip(
                day, -np.inf if first is None else first, np.inf if last is None else last
            )
        day = np.minimum(day, -1.0) if visit.day < 0 else day
        if place:
            day = np.maximum(day, days[:, place - 1] + 1)
        days[:, place] = np.zeros_like(day) if visit.day == 0 else day
    return days


def missed_visits(law: Conduct, *, uniform: Floats, may_be_missed: Bools) -> Bools:
    """Say which visits are missed: (n, visits); ``may_be_missed`` is (visits,)."""
    return (uniform < law.missed_visit) & may_be_missed


def missing_panel(law: Conduct, *, draws: Mapping[str, Floats], may_be_missing: Bools) -> Integers:
    """Choose the panel that is not done at each visit: its place in ``PANELS``, -1 for none."""
    is_missing = (draws["panel_missing"] < law.missing_panel) & may_be_missing
    which = np.floor(draws["which_panel"] * len(PANELS)).astype(np.int64)
    return np.where(is_missing, which, -1)
