"""Adjusted p values over the contrasts of one analysis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from equipoise.analyse.results import Row
from equipoise.protocol.model.analysis import AnalysisBase
from equipoise.stats.multiplicity import adjust

__all__ = ["add_adjusted_p_values"]


def add_adjusted_p_values(rows: list[Row], analysis: AnalysisBase) -> list[Row]:
    """Add a row ``p_value_adjusted`` behind each p value of a contrast.

    The family is the contrasts of the analysis within one variable, level and ``by``.
    """
    method: str = getattr(analysis, "multiplicity", "none")
    if method == "none":
        return rows
    families: dict[tuple[str, str, str], list[int]] = {}
    for place, row in enumerate(rows):
        if row.key.statistic == "p_value" and " - " in row.key.group:
            family = (row.key.variable, row.key.variable_level, row.key.by)
            families.setdefault(family, []).append(place)
    added: dict[int, Row] = {}
    for places in families.values():
        p_values = np.stack([rows[place].value for place in places], axis=-1)
        adjusted = adjust(p_value=p_values, method=method)
        for column, place in enumerate(places):
            row = rows[place]
            added[place] = replace(
                row,
                key=replace(row.key, statistic="p_value_adjusted"),
                value=adjusted[..., column],
                message=f"adjusted for {len(places)} contrasts by {method.replace('_', ' ')}",
            )
    return [one for place, row in enumerate(rows) for one in (row, added.get(place)) if one]
