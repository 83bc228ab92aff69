"""The class of ISN/RPS from what was counted in a biopsy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Floats, check_choice
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.composite import MISSING_INPUTS, frozen, name_missing, read_fields
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import all_of, negate
from equipoise.instruments.renal.histology.reported import CLASSES
from equipoise.instruments.renal.histology.schemes import BAJEMA_2018, WEENING_2004
from equipoise.instruments.thresholds import above, below, divide_or_nan, not_below

__all__ = ["INSTRUMENT", "CountedBiopsy", "class_from_counts"]

REVISIONS = ("2003", "2018")
TIES = ("both", "segmental", "global")


def _count(name: str, meaning: str) -> Column:
    return measured(name, meaning, "glomeruli", 1000.0)


INPUTS = (
    _count("glomeruli", "glomeruli in the biopsy"),
    _count("glomeruli_involved", "glomeruli with endo- or extracapillary disease, active or not"),
    _count("glomeruli_segmental", "those of them with segmental lesions"),
    _count("glomeruli_sclerosed", "globally sclerosed glomeruli"),
    flag("residual_activity", "activity left in a sclerosed kidney"),
    flag("membranous", "membranous disease"),
    flag("mesangial_hypercellularity", "mesangial hypercellularity"),
    flag("mesangial_deposits", "mesangial immune deposits"),
    flag("active_lesions", "active lesions"),
    flag("chronic_lesions", "chronic lesions"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedBiopsy:
    """Class of each biopsy.

    Attributes
    ----------
    classes : (..., 6) float
        ISN/RPS classes I to VI on the last axis: 1 yes, 0 no, NaN unknown.
    text : (...) object
        The class as on a report; ``none`` without lupus nephritis, None where unknown.
    missing : mapping of str to (...) bool
        Each input: true where it is unknown.
    """

    classes: Floats
    text: NDArray[np.object_]
    missing: Mapping[str, Any]


def class_from_counts(
    *,
    glomeruli: ArrayLike,
    glomeruli_involved: ArrayLike,
    glomeruli_segmental: ArrayLike,
    glomeruli_sclerosed: ArrayLike,
    residual_activity: ArrayLike,
    membranous: ArrayLike,
    mesangial_hypercellularity: ArrayLike,
    mesangial_deposits: ArrayLike,
    active_lesions: ArrayLike,
    chronic_lesions: ArrayLike,
    revision: str = "2003",
    tie: str = "both",
) -> CountedBiopsy:
    """Class biopsies by their counts.

    Parameters
    ----------
    glomeruli, glomeruli_involved, glomeruli_segmental, glomeruli_sclerosed : (...) float
        Glomeruli in all; with endo- or extracapillary disease, active or not; those of them with
        segmental lesions; globally sclerosed ones. [glomeruli]
    residual_activity, membranous, mesangial_hypercellularity, mesangial_deposits : (...) float
        1 seen, 0 not, NaN unknown.
    active_lesions, chronic_lesions : (...) float
        1 seen, 0 not, NaN unknown; they make A, A/C or C of class III and IV.
    revision : {'2003', '2018'}
        2018 drops S, G and the letters of activity, for which it has indices.
    tie : {'both', 'segmental', 'global'}
        Class IV of which exactly half is segmental and half global: IV-S/G, IV-S or IV-G.

    Returns
    -------
    CountedBiopsy
        VI from 90 % globally sclerosed without residual activity; III below and IV from 50 % of
        glomeruli involved; IV-S or IV-G from 50 % of these segmental or global (``tie`` at
        exactly half); V alone or with III or IV.

    Raises
    ------
    DataError
        For values outside their range, and for more glomeruli involved, segmental or sclerosed
        than there are.

    Notes
    -----
    Sources: Weening JJ, et al. J Am Soc Nephrol 2004; 15:241-250; Bajema IM, et al. Kidney Int
    2018; 93:789-796.
    """
    check_choice("revision", revision, REVISIONS)
    check_choice("tie", tie, TIES)
    given = read_fields(
        INPUTS,
        {
            "glomeruli": glomeruli,
            "glomeruli_involved": glomeruli_involved,
            "glomeruli_segmental": glomeruli_segmental,
            "glomeruli_sclerosed": glomeruli_sclerosed,
            "residual_activity": residual_activity,
            "membranous": membranous,
            "mesangial_hypercellularity": mesangial_hypercellularity,
            "mesangial_deposits": mesangial_deposits,
            "active_lesions": active_lesions,
            "chronic_lesions": chronic_lesions,
        },
    )
    _check_parts(given)
    number, involved = given["glomeruli"], given["glomeruli_involved"]
    share = divide_or_nan(involved, number)
    segmental = divide_or_nan(given["glomeruli_segmental"], involved)
    sclerosing = all_of(
        not_below(divide_or_nan(given["glomeruli_sclerosed"], number), 0.9),
        negate(given["residual_activity"]),
    )
    capillary, membranes = above(involved, 0), given["membranous"]
    alive = negate(sclerosing)
    quiet = all_of(alive, negate(capillary), negate(membranes))
    cells = given["mesangial_hypercellularity"]
    classes = np.stack(
        [
            all_of(quiet, negate(cells), given["mesangial_deposits"]),
            all_of(quiet, cells),
            all_of(alive, capillary, below(share, 0.5)),
            all_of(alive, capillary, not_below(share, 0.5)),
            all_of(alive, membranes),
            sclerosing,
        ],
        axis=-1,
    )
    beside = np.stack(
        [
            (above if tie == "global" else not_below)(segmental, 0.5),
            (above if tie == "segmental" else not_below)(1 - segmental, 0.5),
            given["active_lesions"],
            given["chronic_lesions"],
        ],
        axis=-1,
    )
    return CountedBiopsy(
        classes=classes,
        text=_write(classes, beside, revision=revision),
        missing=frozen({name: np.isnan(value) for name, value in given.items()}),
    )


def _check_parts(given: Mapping[str, Floats]) -> None:
    wholes = {
        "glomeruli_involved": "glomeruli",
        "glomeruli_sclerosed": "glomeruli",
        "glomeruli_segmental": "glomeruli_involved",
    }
    faults = []
    for part, whole in wholes.items():
        too_many = given[part] > given[whole]
        if too_many.any():
            faults.append(
                Fault(
                    where=part,
                    came=f"{given[part][too_many].flat[0]:g}",
                    wanted=f"at most {whole} ({given[whole][too_many].flat[0]:g})",
                )
            )
    if faults:
        raise DataError(faults)


def _write(classes: Floats, beside: Floats, *, revision: str) -> NDArray[np.object_]:
    """Write each class as on a report; rows that are alike are written once."""
    rows = np.concatenate([classes, beside], axis=-1).reshape(-1, classes.shape[-1] + 4)
    patterns, which = np.unique(rows, axis=0, return_inverse=True)
    texts = np.array([_text(row, revision=revision) for row in patterns], dtype=np.object_)
    written: NDArray[np.object_] = texts[which.reshape(-1)].reshape(classes.shape[:-1])
    return written


def _text(row: Floats, *, revision: str) -> str | None:
    flags, (segmental, global_, active, chronic) = row[:-4], row[-4:]
    if np.isnan(flags).any():
        return None
    parts = []
    for name in (name for name, present in zip(CLASSES, flags, strict=True) if present):
        if revision == "2003" and name in {"III", "IV"}:
            letters = _letters(active, chronic)
            halves = _halves(segmental, global_) if name == "IV" else ""
            if letters is None or halves is None:
                return None
            parts.append(f"{name}{halves}{letters}")
        else:
            parts.append(name)
    return " + ".join(parts) or "none"


def _letters(active: float, chronic: float) -> str | None:
    if np.isnan(active) or np.isnan(chronic):
        return None
    found = "/".join(letter for letter, seen in (("A", active), ("C", chronic)) if seen)
    return f" ({found})" if found else ""


def _halves(segmental: float, global_: float) -> str | None:
    if np.isnan(segmental):
        return None
    return "-" + "/".join(letter for letter, half in (("S", segmental), ("G", global_)) if half)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    answer = class_from_counts(
        **{column.name: columns[column.name] for column in INPUTS},
        revision=parameters["revision"],
        tie=parameters["tie"],
    )
    return {
        "isn_rps": answer.text,
        **{f"class_{name.lower()}": answer.classes[..., n] for n, name in enumerate(CLASSES)},
        MISSING_INPUTS.name: name_missing(answer.missing),
    }


INSTRUMENT = Instrument(
    id="renal_biopsy_counts",
    title="Class of lupus nephritis from counts",
    purpose="the class of ISN/RPS from what was counted in a biopsy",
    inputs=INPUTS,
    outputs=(
        Column(name="isn_rps", meaning="class as on a report", is_text=True),
        *(flag(f"class_{name.lower()}", f"class {name}") for name in CLASSES),
        MISSING_INPUTS,
    ),
    rules=(
        Rule(
            id="revision",
            text="III below and IV from half of glomeruli; VI from 90 % sclerosed without "
            "activity. 2003 adds S, G and the letters of activity, 2018 does not.",
            source=f"{WEENING_2004}; {BAJEMA_2018}",
            status=Status.CONFIRMED,
            parameter="revision",
            default="2003",
            choices=REVISIONS,
        ),
        Rule(
            id="tie",
            text="Exactly half segmental and half global: IV-S/G, since both definitions hold, or "
            "one of the two.",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="tie",
            default="both",
            choices=TIES,
        ),
    ),
    sources=(WEENING_2004, BAJEMA_2018),
    scorer=_score,
)
