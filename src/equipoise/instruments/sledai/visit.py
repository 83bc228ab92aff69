"""A SLEDAI visit from everything that was recorded: items, last active days, measured values.

For each item the most objective record that is known decides: the measured value, else the days
since it was last active, else the item as ticked; or, by choice, the tick before either. Where a
tick and a measurement disagree the visit says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import (
    Bools,
    check_choice,
    check_items,
    common_shape,
    read_mapping,
)
from equipoise.instruments.logic import all_of
from equipoise.instruments.sledai.form import ITEMS, SKIN, Variant
from equipoise.instruments.sledai.laboratory import DERIVED_FROM, derive_items
from equipoise.instruments.sledai.score import Sledai, total
from equipoise.instruments.sledai.window import within_window

__all__ = ["DECIDING", "SKIN_RULES", "Visit", "score_visit"]

NAMES = tuple(item.name for item in ITEMS)
SKIN_RULES = ("variant", "any", "onset")
DECIDING = ("record", "tick")
"""What decides first: what was measured, else the days since last active; or the tick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A scored visit.

    Attributes
    ----------
    score : Sledai
        Points, bounds and what was missing; ``score.items`` are the items as scored.
    conflicts : (..., items) bool
        True where an item was ticked otherwise than a measured value says.
    """

    score: Sledai
    conflicts: Bools


def score_visit(
    items: Mapping[str, ArrayLike],
    *,
    variant: Variant,
    labs: Mapping[str, ArrayLike] | None = None,
    days_since_active: Mapping[str, ArrayLike] | None = None,
    new_or_recurrent: Mapping[str, ArrayLike] | None = None,
    window_days: float = 10,
    missing: str = "strict",
    arthritis_min_joints: float | None = None,
    proteinuria_rule: str = "variant",
    no_previous_protein: str = "new_onset",
    unrecorded_exclusion: str = "unknown",
    complement_normal: str = "c3_c4_or_ch50",
    skin_rule: str = "variant",
    decides_first: str = "record",
) -> Visit:
    """Score visits of one version of the index.

    Parameters
    ----------
    items : mapping of str to (...) float
        Items as ticked: 1 present, 0 absent, NaN unknown; one that is left out is unknown.
    variant : Variant
        ``ORIGINAL``, ``SLEDAI_2K`` or ``SELENA``.
    labs : mapping of str to (...) float, optional
        Measured values, see :func:`derive_items`.
    days_since_active : mapping of str to (...) float, optional
        By item, days from the last day on which it was active to the visit. [day]
    new_or_recurrent : mapping of str to (...) float, optional
        By item, 1 where it is new or recurrent; needed for rash, alopecia and ulcers where
        they count only then.
    window_days : float
        Window for ``days_since_active``. [day]
    missing : {'strict', 'as_absent'}
        What an unknown item does, see :func:`total`.
    arthritis_min_joints, proteinuria_rule, no_previous_protein : optional
        Rules of :func:`derive_items`.
    unrecorded_exclusion, complement_normal : str
        Rules of :func:`derive_items`.
    skin_rule : {'variant', 'any', 'onset'}
        Whether rash, alopecia and ulcers count new or lasting, or only new or recurrent; by
        default as the version has it.
    decides_first : {'record', 'tick'}
        ``record``: the measured value, else the days since last active, else the tick. ``tick``:
        the tick wherever there is one, as where a committee has judged the items.

    Returns
    -------
    Visit
        Points with bounds, and where ticks and measured values disagree.

    Raises
    ------
    DataError
        For items and fields that do not exist, values that they cannot hold and shapes that do
        not broadcast.
    """
    check_choice("skin_rule", skin_rule, SKIN_RULES)
    check_choice("decides_first", decides_first, DECIDING)
    skin_rule = variant.skin if skin_rule == "variant" else skin_rule
    form = variant.form
    ticked = check_items(form.array(read_mapping("items", items)), ITEMS)
    lasted = form.array(read_mapping("days_since_active", days_since_active))
    new = read_mapping("new_or_recurrent", new_or_recurrent)
    onset = check_items(form.array(new), ITEMS, where="new_or_recurrent")
    derived = derive_items(
        read_mapping("labs", labs),
        variant=variant,
        arthritis_min_joints=arthritis_min_joints,
        proteinuria_rule=proteinuria_rule,
        no_previous_protein=no_previous_protein,
        unrecorded_exclusion=unrecorded_exclusion,
        complement_normal=complement_normal,
    )
    measured = form.array({name: derived[name] for name in DERIVED_FROM})
    shape = common_shape(
        {"items": ticked, "days_since_active": lasted, "new_or_recurrent": onset, "labs": measured}
    )
    conflicts = np.broadcast_to(np.abs(ticked - measured) == 1, shape)
    records = [within_window(lasted, window_days=window_days), measured]
    last_first = [*records, ticked] if decides_first == "tick" else [ticked, *records]
    present = np.full(shape, np.nan)
    for record in last_first:
        np.copyto(present, record, where=~np.isnan(record))
    for place in (NAMES.index(name) for name in SKIN if skin_rule == "onset"):
        present[..., place] = all_of(present[..., place], onset[..., place])
    score = total(present, missing=missing)
    joints = variant.arthritis_min_joints if arthritis_min_joints is None else arthritis_min_joints
    rules: dict[str, Any] = {
        **score.parameters,
        "variant": variant.id,
        "window_days": window_days,
        "arthritis_min_joints": joints,
        "proteinuria_rule": variant.proteinuria
        if proteinuria_rule == "variant"
        else proteinuria_rule,
        "no_previous_protein": no_previous_protein,
        "unrecorded_exclusion": unrecorded_exclusion,
        "complement_normal": complement_normal,
        "skin_rule": skin_rule,
        "decides_first": decides_first,
    }
    return Visit(score=replace(score, parameters=MappingProxyType(rules)), conflicts=conflicts)
