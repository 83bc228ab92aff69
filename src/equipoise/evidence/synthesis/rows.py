"""Syntheses as rows of results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.evidence.synthesis.pooled_rows import effect_rows, pooled_rows
from equipoise.evidence.synthesis.pooling import Pooling
from equipoise.evidence.synthesis.selection import Selection, Study, measure_of, roles_of
from equipoise.evidence.synthesis.table import StudyRow, StudyTable
from equipoise.protocol.contrast import contrast_name
from equipoise.protocol.model.synthesis import Compared, Pooled, SingleArms, Synthesis
from equipoise.stats.binary import proportion_wilson

__all__ = ["METHOD", "synthesis_rows"]

METHOD = "synthesis"
"""Method of the rows that this room makes; their analysis is the id of the synthesis."""

_Keys = dict[str, Any]


def synthesis_rows(
    name: str, plan: Synthesis, table: StudyTable, selection: Selection, pooling: Pooling | None
) -> tuple[Row, ...]:
    """Lay a synthesis out as rows.

    ``variable_level`` is a study, or empty for what is pooled. Studies have ``used`` (1, or 0 with
    the reason); by role what was printed (``response``: ``count, denominator``; ``value``: ``n,
    mean, sd``); the effect (``odds_ratio`` ...: ``estimate, ci_low, ci_high``, of ratios
    ``log_odds_ratio``: ``estimate, standard_error``) and ``weight``. What is pooled has the
    effect too, ``heterogeneity``, and by what was asked for ``prediction``, ``asymmetry``,
    ``missing_studies``, ``moderator``; ``by`` says ``without=STUDY`` or ``with=filled_studies``.
    """
    keys: _Keys = {"analysis": name, "method": METHOD}
    source = f"{table.file}, SHA-256 {table.data_hash[:12]}"
    found = list(_selected(selection, keys, source))
    for study in selection.used:
        found += _printed(plan, study, keys)
    if isinstance(plan, SingleArms):
        return (*found, *_shares(plan, selection, keys))
    assert pooling is not None
    keys["group"] = contrast_name(*roles_of(plan))
    found += _alone(plan, selection, pooling, keys)
    found += pooled_rows(plan, selection, pooling, keys)
    return tuple(found)


def _selected(selection: Selection, keys: _Keys, source: str) -> Iterator[Row]:
    for study in selection.used:
        rows = " and ".join(str(arm.row) for arm in study.arms)
        yield from rows_of(
            {"used": 1.0}, variable="study", variable_level=study.study, n_used=study.subjects,
            message=f"rows {rows} of {source}", **keys,
        )  # fmt: skip
    for left in selection.left_out:
        yield from rows_of(
            {"used": 0.0}, variable="study", variable_level=left.study, message=left.reason, **keys
        )


def _printed(plan: Synthesis, study: Study, keys: _Keys) -> Iterator[Row]:
    for role, arm in zip(roles_of(plan), study.arms, strict=True):
        own = {**keys, "variable_level": study.study, "group": role, "n_used": arm.subjects}
        message = _told(arm)
        if measure_of(plan) == "binary":
            counts = {"count": arm.events, "denominator": arm.subjects}
            yield from rows_of(counts, variable="response", message=message, **own)
        else:
            values = {"n": arm.subjects, "mean": arm.mean, "sd": arm.sd}
            yield from rows_of(values, variable="value", unit=arm.unit, message=message, **own)


def _told(arm: StudyRow) -> str:
    """Say where a number stands, how it was reached, how sure it is, and what is to be known."""
    cells = arm.cells
    place = ", ".join(part for part in (cells["source"], cells["locator"]) if part)
    parts = [place, cells["access"].replace("_", " "), f"confidence {arm.confidence}"]
    return "; ".join(part for part in (*parts, cells["note"]) if part)


def _shares(plan: SingleArms, selection: Selection, keys: _Keys) -> Iterator[Row]:
    for study in selection.used:
        (arm,) = study.arms
        share = proportion_wilson(x=arm.events, n=arm.subjects, confidence=plan.level)
        yield from rows_of(
            {
                "percent": 100 * share.estimate,
                "ci_low": 100 * share.ci_low,
                "ci_high": 100 * share.ci_high,
            },
            variable="proportion", variable_level=study.study, group=plan.arm,
            n_used=arm.subjects, state=share.state, message="Wilson's limits", **keys,
        )  # fmt: skip


def _alone(plan: Compared, selection: Selection, pooling: Pooling, keys: _Keys) -> Iterator[Row]:
    weights = getattr(pooling.pooled, "weights", None)
    for place, study in enumerate(selection.used):
        own = {**keys, "variable_level": study.study, "n_used": study.subjects}
        message = _state_of_study(plan, study, says_something=bool(pooling.is_informative[place]))
        one = {
            "estimate": pooling.alone.estimate[place],
            "standard_error": pooling.alone.standard_error[place],
            "ci_low": pooling.alone.ci_low[place],
            "ci_high": pooling.alone.ci_high[place],
        }
        yield from effect_rows(plan, one, state=None, message=message, keys=own)
        if weights is not None:
            yield from rows_of({"percent": weights[place]}, variable="weight", **own)


def _state_of_study(plan: Compared, study: Study, *, says_something: bool) -> str:
    """Say what a reader must know of the effect of one study."""
    if measure_of(plan) != "binary":
        return "" if says_something else "its numbers leave no variance"
    events, total = sum(arm.events for arm in study.arms), study.subjects
    if not says_something:
        return "says nothing about the pooled effect: an arm or a cell is empty"
    cells = [one for arm in study.arms for one in (arm.events, arm.subjects - arm.events)]
    if 0 not in cells or not (isinstance(plan, Pooled) and plan.added):
        return ""
    filled = f"{plan.added:g} is added to each of its cells, as one is empty"
    if events in (0, total):
        return f"{filled}; no arm tells it from the other"
    return filled
