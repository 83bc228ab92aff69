"""Studies that share subjects: pooled as if independent, they would count the same people twice.

Reports of one cohort carry one label; of each label one report alone may be pooled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError
from equipoise.stats.arrays import Bools, as_bools
from equipoise.stats.door import Door

__all__ = ["kept_studies"]


def kept_studies(
    door: Door,
    *,
    studies: int,
    overlap_group: Sequence[str | None] | None,
    keep: ArrayLike | None,
) -> Bools:
    """Say which studies are pooled: (studies,) bool; overlapping ones are a fault of the call.

    Parameters
    ----------
    door : Door
        Takes the faults.
    studies : int
        Number of studies.
    overlap_group : (studies,) str or None, optional
        Label of the cohort that a study reports on; None or an empty text: of its own.
    keep : (studies,) bool, optional
        False leaves a study out.
    """
    kept = np.ones(studies, dtype=np.bool_)
    if keep is not None:
        try:
            given = as_bools("keep", keep)
        except DataError as error:
            for fault in error.faults:
                door.wants(False, where="keep", came=fault.came, wanted=fault.wanted)  # noqa: FBT003 - always a fault
            given = kept
        if door.wants(
            given.shape == (studies,),
            where="keep",
            came=f"shape {given.shape}",
            wanted=f"one flag for each of {studies} studies",
        ):
            kept = given
    if overlap_group is None:
        return kept
    labels = overlap_group if isinstance(overlap_group, Sequence | np.ndarray) else ()
    if not door.wants(
        len(labels) == studies,
        where="overlap_group",
        came=f"{len(labels)} labels",
        wanted=f"one for each of {studies} studies",
    ):
        return kept
    members: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        if isinstance(label, str) and label and kept[place]:
            members.setdefault(label, []).append(place)
    for label, places in members.items():
        door.wants(
            len(places) == 1,
            where="overlap_group",
            came=f"studies {', '.join(map(str, places))} (from 0) all report on {label!r}",
            wanted="one study of each cohort: say in keep which",
        )
    return kept
