"""SLICC 2012 classification: four of 17 criteria of both kinds, or nephritis with antibodies.

Criteria count once ever present. Source: Petri M, et al. Arthritis Rheum 2012; 64:2677-2686.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Bools, Floats, check_items, common_shape, name_true
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import read_fields
from equipoise.instruments.form import Columns, Form, Instrument, Item, Rule, Status
from equipoise.instruments.logic import all_of, any_of
from equipoise.instruments.thresholds import count_bounds

__all__ = ["CRITERIA", "FORM", "INSTRUMENT", "Slicc2012", "slicc_2012"]

PETRI_2012 = "Petri M, et al. Arthritis Rheum 2012; 64:2677-2686"
NEEDED = 4.0


def _criterion(name: str, kind: str, definition: str) -> Item:
    return Item(name, weight=1, system=kind, definition=definition, source=PETRI_2012)


CRITERIA: tuple[Item, ...] = (
    _criterion("acute_cutaneous", "clinical", "acute or subacute cutaneous lupus"),
    _criterion("chronic_cutaneous", "clinical", "chronic cutaneous lupus"),
    _criterion("oral_ulcers", "clinical", "oral or nasal ulcers"),
    _criterion("alopecia", "clinical", "non-scarring alopecia"),
    _criterion(
        "synovitis",
        "clinical",
        "swelling of two joints, or tenderness of two with 30 min of morning stiffness",
    ),
    _criterion(
        "serositis", "clinical", "pleurisy or pericardial pain for over a day, or its signs"
    ),
    _criterion("renal", "clinical", "protein of 0.5 g/24 h or more, or red-cell casts"),
    _criterion(
        "neurological",
        "clinical",
        "seizure, psychosis, mononeuritis multiplex, myelitis, neuropathy, confusional state",
    ),
    _criterion("haemolytic_anaemia", "clinical", "haemolytic anaemia"),
    _criterion("leukopenia", "clinical", "white cells < 4.0 or lymphocytes < 1.0, at least once"),
    _criterion("thrombocytopenia", "clinical", "platelets below 100 x 10^9/L, at least once"),
    _criterion("ana", "immunological", "antinuclear antibodies above the range"),
    _criterion("anti_dsdna", "immunological", "anti-dsDNA above the range; by ELISA twice it"),
    _criterion("anti_sm", "immunological", "anti-Sm"),
    _criterion("antiphospholipid", "immunological", "antiphospholipid antibodies"),
    _criterion("low_complement", "immunological", "low C3, C4 or CH50"),
    _criterion("direct_coombs", "immunological", "direct Coombs test without haemolytic anaemia"),
)
FORM = Form(id="slicc_2012", title="SLICC 2012 classification", items=CRITERIA, source=PETRI_2012)

_IS_CLINICAL = FORM.of_system("clinical")
_ANAEMIA, _COOMBS = FORM.place("haemolytic_anaemia"), FORM.place("direct_coombs")
_ANA, _DSDNA = FORM.place("ana"), FORM.place("anti_dsdna")
_NEPHRITIS = flag("biopsy_nephritis", "nephritis of lupus in a biopsy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slicc2012:
    """Classification of each patient.

    Attributes
    ----------
    met : (...) float
        1 classified, 0 not, NaN undetermined.
    n : (...) float
        Criteria known to be met. [criteria]
    lower, upper : (...) float
        Bounds whatever the unknown criteria are. [criteria]
    n_clinical, n_immunological : (...) float
        Criteria of either kind known to be met. [criteria]
    missing : (..., 18) bool
        True where a criterion, or at the end ``biopsy_nephritis``, is unknown.
    """

    met: Floats
    n: Floats
    lower: Floats
    upper: Floats
    n_clinical: Floats
    n_immunological: Floats
    missing: Bools


def slicc_2012(present: ArrayLike, *, biopsy_nephritis: ArrayLike) -> Slicc2012:
    """Classify patients.

    Parameters
    ----------
    present : (..., 17) float
        1 ever present, 0 not, NaN unknown, in the order of ``CRITERIA``.
    biopsy_nephritis : (...) float
        1 for lupus nephritis proven by biopsy, 0 none, NaN unknown.

    Returns
    -------
    Slicc2012
        Classified with four criteria of which at least one of either kind, or with proven
        nephritis and antinuclear antibodies or anti-dsDNA. A direct Coombs test does not count
        beside haemolytic anaemia.

    Raises
    ------
    DataError
        If the last axis is not 17 long, for codes other than 0, 1 and NaN, and for shapes that
        do not broadcast.

    Notes
    -----
    Source: Petri M, et al. Arthritis Rheum 2012; 64:2677-2686.
    """
    values = check_items(present, CRITERIA, where="present")
    nephritis = read_fields((_NEPHRITIS,), {"biopsy_nephritis": biopsy_nephritis})[
        "biopsy_nephritis"
    ]
    shape = common_shape({"present": values[..., 0], "biopsy_nephritis": nephritis})
    values = np.broadcast_to(values, (*shape, len(CRITERIA)))
    nephritis = np.broadcast_to(nephritis, shape)
    known = _without_coombs(np.where(np.isnan(values), 0, values))
    # Anaemia takes the place of the Coombs test: more of it is not always more criteria.
    cases = [_with_anaemia(values, anaemia) for anaemia in (0.0, 1.0)]
    is_open = np.isnan(values[..., _ANAEMIA])
    has_anaemia = values[..., _ANAEMIA] == 1
    bounds = [count_bounds(case) for case in cases]
    lowers, uppers = zip(*bounds, strict=True)
    without, with_ = (_classified(case, nephritis) for case in cases)
    either = np.where(without == with_, without, np.nan)

    def settle(case_without: Floats, case_with: Floats, case_open: Floats) -> Floats:
        return np.where(is_open, case_open, np.where(has_anaemia, case_with, case_without))

    return Slicc2012(
        met=settle(without, with_, either),
        n=known.sum(axis=-1),
        lower=settle(lowers[0], lowers[1], np.minimum(*lowers)),
        upper=settle(uppers[0], uppers[1], np.maximum(*uppers)),
        n_clinical=known[..., _IS_CLINICAL].sum(axis=-1),
        n_immunological=known[..., ~_IS_CLINICAL].sum(axis=-1),
        missing=np.concatenate([np.isnan(values), np.isnan(nephritis)[..., None]], axis=-1),
    )


def _with_anaemia(values: Floats, anaemia: float) -> Floats:
    case = values.copy()
    case[..., _ANAEMIA] = anaemia
    return _without_coombs(case)


def _without_coombs(values: Floats) -> Floats:
    counted = values.copy()
    counted[..., _COOMBS] = np.where(values[..., _ANAEMIA] == 1, 0, values[..., _COOMBS])
    return counted


def _classified(values: Floats, nephritis: Floats) -> Floats:
    lower, upper = count_bounds(values)
    enough = np.where(lower >= NEEDED, 1.0, np.where(upper < NEEDED, 0.0, np.nan))
    clinical = any_of(*np.moveaxis(values[..., _IS_CLINICAL], -1, 0))
    immunological = any_of(*np.moveaxis(values[..., ~_IS_CLINICAL], -1, 0))
    antibodies = any_of(values[..., _ANA], values[..., _DSDNA])
    return any_of(all_of(enough, clinical, immunological), all_of(nephritis, antibodies))


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    del parameters
    present = np.stack([columns[name] for name in FORM.names], axis=-1)
    answer = slicc_2012(present, biopsy_nephritis=columns["biopsy_nephritis"])
    return {
        "met": answer.met,
        "n": answer.n,
        "lower": answer.lower,
        "upper": answer.upper,
        "n_clinical": answer.n_clinical,
        "n_immunological": answer.n_immunological,
        "missing": name_true(answer.missing, (*FORM.names, "biopsy_nephritis")),
    }


INSTRUMENT = Instrument(
    id="slicc_2012",
    title="SLICC 2012 classification criteria",
    purpose="classification of systemic lupus by 17 criteria; not a diagnosis",
    inputs=(*(item.column() for item in CRITERIA), _NEPHRITIS),
    outputs=(
        flag("met", "classified"),
        Column(name="n", meaning="criteria, unknown ones as absent", unit="criteria"),
        Column(name="lower", meaning="least number of criteria", unit="criteria"),
        Column(name="upper", meaning="greatest number of criteria", unit="criteria"),
        Column(name="n_clinical", meaning="clinical criteria", unit="criteria"),
        Column(name="n_immunological", meaning="immunological criteria", unit="criteria"),
        Column(name="missing", meaning="unknown criteria", is_text=True),
    ),
    rules=(
        Rule(
            id="four",
            text="Four criteria or more, of which at least one clinical and one immunological.",
            source=PETRI_2012,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="nephritis",
            text="Or nephritis proven by biopsy with antinuclear antibodies or anti-dsDNA.",
            source=PETRI_2012,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="coombs",
            text="A direct Coombs test counts only in the absence of haemolytic anaemia.",
            source=PETRI_2012,
            status=Status.CONFIRMED,
        ),
    ),
    sources=(PETRI_2012,),
    scorer=_score,
    form=FORM,
)
