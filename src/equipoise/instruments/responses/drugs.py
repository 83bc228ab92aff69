"""Standard maintenance doses of the multinational LLDAS cohort."""

from __future__ import annotations

import numpy as np

from equipoise.instruments.form import Item

__all__ = ["CEILINGS", "DRUGS"]

FRANKLYN_2016 = "Franklyn K, et al. Ann Rheum Dis 2016; 75:1615-1621"

_CEILINGS = {
    "hydroxychloroquine_mg_day": 400.0,
    "methotrexate_mg_week": 30.0,
    "azathioprine_mg_day": 200.0,
    "mycophenolate_mofetil_mg_day": 3000.0,
    "mycophenolic_acid_mg_day": 2160.0,
    "leflunomide_mg_day": 20.0,
}

DRUGS: tuple[Item, ...] = tuple(
    Item(
        name,
        definition=f"dose of {name.rsplit('_mg_', 1)[0].replace('_', ' ')}, 0 where not taken",
        unit="mg/week" if name.endswith("week") else "mg/day",
        codes=(),
        source=FRANKLYN_2016,
    )
    for name in _CEILINGS
)
"""Drugs that have a ceiling, each dose in the unit of its name."""

CEILINGS = np.array(list(_CEILINGS.values()))
"""Greatest standard maintenance dose of each of ``DRUGS``; equal passes."""
