"""Adjusted p values: over the contrasts of one analysis, and over families of analyses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from equipoise.analyse.key import Key
from equipoise.analyse.results import Row
from equipoise.protocol import Protocol
from equipoise.protocol.contrast import contrast_name, sides_of
from equipoise.protocol.model.analysis import AnalysisBase
from equipoise.protocol.model.multiplicity import Family, Hypothesis
from equipoise.stats import Floats, State
from equipoise.stats.multiplicity import GraphTest, adjust, closed_test, graph_test

__all__ = ["METHOD", "add_adjusted_p_values", "family_rows"]

METHOD = "multiplicity"
"""Method of the rows of families, whose analysis is the name of the family."""

_CLOSED = {
    "closed_bonferroni": "bonferroni",
    "closed_simes": "simes",
    "closed_fisher": "fisher",
    "closed_inverse_normal": "inverse_normal",
}
"""Procedures that close a test of the intersections, and that test."""

_JOINT = ("none", "dunnett", "tukey")
"""No adjustment, and those that take more than p values: their methods make them."""


def add_adjusted_p_values(rows: list[Row], analysis: AnalysisBase) -> list[Row]:
    """Add a row ``p_value_adjusted`` behind each p value of a contrast.

    The family is the contrasts of the analysis within one variable, level and ``by``.
    """
    method: str = getattr(analysis, "multiplicity", "none")
    if method in _JOINT:
        return rows
    families: dict[tuple[str, str, str], list[int]] = {}
    for place, row in enumerate(rows):
        if row.key.statistic == "p_value" and sides_of(row.key.group) is not None:
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


def family_rows(protocol: Protocol, rows: Sequence[Row]) -> list[Row]:
    """Decide about the hypotheses of each family from the p values of its analyses.

    A family of which an analysis was not run is left out. For each hypothesis the rows are its
    ``p_value``, ``p_value_adjusted`` (compared with the whole alpha of the family), ``rejected``,
    1 or 0, and, of a graph or a fixed sequence, ``order``: 1 for the hypothesis rejected first,
    and so on, 0 for one that is not. A hypothesis without a p value is never rejected and keeps
    its place.

    Parameters
    ----------
    protocol : Protocol
        Plans the families.
    rows : sequence of Row
        Rows of all analyses that were run.
    """
    found: list[Row] = []
    for name, family in protocol.multiplicity.items():
        run = {row.key.analysis for row in rows}
        if {one.analysis for one in family.hypotheses.values()} <= run:
            found += _decide(name, family, rows)
    return found


def _decide(name: str, family: Family, rows: Sequence[Row]) -> list[Row]:
    chosen = [_p_value(one, rows) for one in family.hypotheses.values()]
    p_value = np.stack([row.value for row in chosen], axis=-1)
    tested = _graph_test(family, p_value)
    if tested is not None:
        adjusted = tested.adjusted_p
    elif family.procedure in _CLOSED:
        adjusted = closed_test(p_value=p_value, local=_CLOSED[family.procedure])
    else:
        adjusted = adjust(p_value=p_value, method=family.procedure)
    found: list[Row] = []
    for place, (hypothesis, row) in enumerate(zip(family.hypotheses, chosen, strict=True)):
        own = adjusted[..., place]
        known = ~np.isnan(own)
        statistics = {
            "p_value": p_value[..., place],
            "p_value_adjusted": own,
            "rejected": np.where(known, own <= family.alpha, 0.0),
        }
        if tested is not None:
            statistics["order"] = tested.order[..., place].astype(np.float64)
        for statistic, value in statistics.items():
            key = Key(
                analysis=name, method=METHOD, statistic=statistic, endpoint=row.key.endpoint,
                analysis_set=row.key.analysis_set, variable=hypothesis, group=row.key.group,
                by=row.key.by,
            )  # fmt: skip
            is_known = known | (statistic in ("rejected", "order"))
            state = np.where(is_known, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8)
            message = row.message if statistic == "p_value" else ""
            found.append(replace(row, key=key, value=value, state=state, message=message))
    return found


def _p_value(hypothesis: Hypothesis, rows: Sequence[Row]) -> Row:
    """Find the one p value that a hypothesis names; a row without a value if there is not one."""
    own = [row for row in rows if row.key.analysis == hypothesis.analysis]
    fitting = [
        row
        for row in own
        if row.key.statistic == "p_value"
        and (sides := sides_of(row.key.group)) is not None
        and hypothesis.contrast in (None, sides)
        and hypothesis.variable in (None, row.key.variable)
        and hypothesis.by in (None, row.key.by)
    ]
    overall = [row for row in fitting if not row.key.by]
    if hypothesis.by is None and len(overall) == 1:  # levels of a subgroup are asked for by name
        fitting = overall
    if len(fitting) == 1:
        return fitting[0]
    places = "; ".join(
        " ".join(part for part in (row.key.group, row.key.variable, row.key.by) if part)
        for row in fitting
    )
    message = f"{len(fitting)} p values fit" + (f" ({places})" if places else "")
    empty = np.full(own[0].value.shape, np.nan)
    group = contrast_name(*hypothesis.contrast) if hypothesis.contrast else ""
    key = replace(own[0].key, group=group, variable="", variable_level="", by=hypothesis.by or "")
    return replace(own[0], key=key, value=empty, n_used=empty, n_missing=empty, message=message)


def _graph_test(family: Family, p_value: Floats) -> GraphTest | None:
    """Test a family whose procedure is a graph; None where it is none."""
    graph = family.graph
    if graph is None:
        return None
    names = list(family.hypotheses)
    weight = [graph.weights.get(name, 0.0) for name in names]
    transition = [
        [graph.transitions.get(name, {}).get(other, 0.0) for other in names] for name in names
    ]
    return graph_test(p_value=p_value, weight=weight, transition=transition, alpha=family.alpha)
