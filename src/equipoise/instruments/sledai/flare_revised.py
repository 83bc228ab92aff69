"""SELENA flare index, revised form: mild, moderate or severe in each of eight systems.

It does not use the SLEDAI. In each system the findings have a level and the treatment has one;
the level of the system is the higher, or by choice that of the findings; that of the visit the
highest of the systems.

Source: Petri M, et al. Ann Rheum Dis 2013; 72(Suppl 3):A473 (FRI0293); Thanou A, et al.
Rheumatology 2014, doi 10.1093/rheumatology/keu153. The list of systems and the levels of
treatment are not confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.instruments.checks import (
    Bools,
    Floats,
    check_choice,
    check_items,
    check_switch,
    common_shape,
    name_true,
)
from equipoise.instruments.clinical import PREDNISONE
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.composite import read_fields, read_setting
from equipoise.instruments.form import Columns, Form, Instrument, Item, Rule, Status
from equipoise.instruments.logic import all_of, any_of, at_least, more_than

__all__ = [
    "INSTRUMENT",
    "LEVELS",
    "SYSTEMS",
    "RevisedFlare",
    "score_revised_flare",
    "treatment_level",
]

LEVELS = ("none", "mild", "moderate", "severe")
"""Words of the codes 0 to 3."""

_CODES = (0.0, 1.0, 2.0, 3.0)
_TREATMENT = (
    replace(PREDNISONE, name="prednisone_previous_mg_day"),
    replace(PREDNISONE, name="prednisone_now_mg_day"),
    measured("weight_kg", "body weight", "kg"),
    flag("mild_drug", "an anti-inflammatory drug or hydroxychloroquine was started"),
    flag("immunosuppressant", "one other than cyclophosphamide was started or raised"),
    flag("cyclophosphamide_or_biologic", "cyclophosphamide or a biologic was started"),
    flag("hospitalised", "the flare led to admission"),
)

_SOURCE = "Petri M, et al. Ann Rheum Dis 2013; 72(Suppl 3):A473"

SYSTEMS: tuple[Item, ...] = tuple(
    Item(
        name,
        system=name,
        definition=f"level of the flare in the {name} system",
        source=_SOURCE,
        status=Status.MEMORY,
        codes=_CODES,
    )
    for name in (
        "mucocutaneous",
        "musculoskeletal",
        "cardiopulmonary",
        "haematological",
        "constitutional",
        "renal",
        "neurological",
        "gastrointestinal",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedFlare:
    """Flare of each visit by system.

    Attributes
    ----------
    flare : (...) float
        Highest level of any system, 0 to 3 of ``LEVELS``; NaN where what is unknown decides.
    lower, upper : (...) float
        Bounds of the level whatever the unknown inputs are.
    systems : (..., systems) float
        Level of each system; NaN where unknown.
    n_flaring : (...) float
        Number of systems above none; NaN where unknown.
    missing : (..., 2, systems) bool
        True where the level of the findings (first) or of the treatment (second) is unknown.
    n_missing : (...) int
        Number of unknown levels.
    parameters : mapping
        The rules that were used.
    """

    flare: Floats
    lower: Floats
    upper: Floats
    systems: Floats
    n_flaring: Floats
    missing: Bools
    n_missing: NDArray[np.int64]
    parameters: Mapping[str, Any]


def score_revised_flare(
    *,
    clinical_level: ArrayLike,
    treatment_level: ArrayLike,
    use_medication: bool = True,
    missing: str = "strict",
) -> RevisedFlare:
    """Take the higher of findings and treatment in each system, and the highest system.

    Parameters
    ----------
    clinical_level, treatment_level : (..., 8) float
        0 none, 1 mild, 2 moderate, 3 severe, NaN unknown, in the order of ``SYSTEMS``.
    use_medication : bool
        Whether the level of the treatment counts; without it the findings stand alone.
    missing : {'strict', 'as_absent'}
        What an unknown level is: unknown, or none.

    Returns
    -------
    RevisedFlare
        Codes 0 to 3 of ``LEVELS``.

    Raises
    ------
    DataError
        For a last axis that is not 8 long, and codes outside 0 to 3.
    """
    check_choice("missing", missing, ("strict", "as_absent"))
    findings = check_items(clinical_level, SYSTEMS, where="clinical_level")
    treatment = check_items(treatment_level, SYSTEMS, where="treatment_level")
    shape = common_shape({"clinical_level": findings, "treatment_level": treatment})
    pair = np.stack([np.broadcast_to(findings, shape), np.broadcast_to(treatment, shape)], axis=-2)
    gaps = np.isnan(pair)
    check_switch("use_medication", use_medication)
    counts = slice(None) if use_medication else slice(1)  # findings come first
    lowest, highest = (np.where(gaps, level, pair)[..., counts, :].max(axis=-2) for level in (0, 3))
    lower, upper = lowest.max(axis=-1), highest.max(axis=-1)
    fewest, most = (np.count_nonzero(levels > 0, axis=-1) for levels in (lowest, highest))
    is_lenient = missing == "as_absent"
    return RevisedFlare(
        flare=np.where((lower == upper) | is_lenient, lower, np.nan),
        lower=lower,
        upper=upper,
        systems=np.where((lowest == highest) | is_lenient, lowest, np.nan),
        n_flaring=np.where((fewest == most) | is_lenient, fewest, np.nan),
        missing=gaps,
        n_missing=np.count_nonzero(gaps, axis=(-2, -1)).astype(np.int64),
        parameters=MappingProxyType({"use_medication": use_medication, "missing": missing}),
    )


def treatment_level(
    *,
    prednisone_previous_mg_day: ArrayLike,
    prednisone_now_mg_day: ArrayLike,
    weight_kg: ArrayLike,
    mild_drug: ArrayLike,
    immunosuppressant: ArrayLike,
    cyclophosphamide_or_biologic: ArrayLike,
    hospitalised: ArrayLike,
    mild_dose_mg_day: float = 7.5,
    severe_dose_mg_kg: float = 0.5,
) -> Floats:
    """Grade a change of treatment for a flare of one system.

    Parameters
    ----------
    prednisone_previous_mg_day, prednisone_now_mg_day : (...) float
        Prednisone or equivalent; only a raised dose counts. [mg/day]
    weight_kg : (...) float
        Body weight. [kg]
    mild_drug : (...) float
        1 where an anti-inflammatory drug or hydroxychloroquine was started.
    immunosuppressant : (...) float
        1 where one other than cyclophosphamide was started or raised.
    cyclophosphamide_or_biologic : (...) float
        1 where cyclophosphamide, or a biologic for a severe flare, was started.
    hospitalised : (...) float
        1 where the flare led to admission.
    mild_dose_mg_day, severe_dose_mg_kg : float
        Highest raised dose that is mild; least raised dose by weight that is severe.

    Returns
    -------
    (...) float
        0 to 3 of ``LEVELS``; NaN where what is unknown decides. No change is 0: the level of
        the findings then stands alone.

    Raises
    ------
    DataError
        For values outside their range, and for shapes that do not broadcast.

    Notes
    -----
    The levels are from general knowledge and await confirmation; the two doses are parameters.
    """
    mild_dose = read_setting("mild_dose_mg_day", mild_dose_mg_day)
    severe_dose = read_setting("severe_dose_mg_kg", severe_dose_mg_kg)
    given = read_fields(
        _TREATMENT,
        {
            "prednisone_previous_mg_day": prednisone_previous_mg_day,
            "prednisone_now_mg_day": prednisone_now_mg_day,
            "weight_kg": weight_kg,
            "mild_drug": mild_drug,
            "immunosuppressant": immunosuppressant,
            "cyclophosphamide_or_biologic": cyclophosphamide_or_biologic,
            "hospitalised": hospitalised,
        },
    )
    now = given["prednisone_now_mg_day"]
    raised = more_than(now, given["prednisone_previous_mg_day"])
    severe = any_of(
        given["cyclophosphamide_or_biologic"],
        given["hospitalised"],
        all_of(raised, at_least(now, severe_dose * given["weight_kg"])),
    )
    moderate = any_of(given["immunosuppressant"], all_of(raised, more_than(now, mild_dose)))
    mild = any_of(given["mild_drug"], raised)
    lower = np.select([severe == 1, moderate == 1, mild == 1], [3.0, 2.0, 1.0], 0.0)
    upper = np.select([severe != 0, moderate != 0, mild != 0], [3.0, 2.0, 1.0], 0.0)
    return np.where(lower == upper, lower, np.nan)


_NAMES = tuple(item.name for item in SYSTEMS)
_KINDS = {"clinical": "findings", "treatment": "treatment"}
_INPUTS = tuple(
    Column(
        name=f"{kind}_{name}",
        meaning=f"level of the {word} in the {name} system: 0 none, 1 mild, 2 moderate, 3 severe",
        codes=_CODES,
    )
    for kind, word in _KINDS.items()
    for name in _NAMES
)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    findings, treatment = (
        np.stack([columns[f"{kind}_{name}"] for name in _NAMES], axis=-1) for kind in _KINDS
    )
    result = score_revised_flare(clinical_level=findings, treatment_level=treatment, **parameters)
    gaps = result.missing.reshape(*result.missing.shape[:-2], -1)
    return {
        "flare": result.flare,
        "lower": result.lower,
        "upper": result.upper,
        "n_flaring": result.n_flaring,
        "reasons": name_true(result.systems > 0, _NAMES),
        "n_missing": result.n_missing,
        "missing": name_true(gaps, tuple(column.name for column in _INPUTS)),
    }


INSTRUMENT = Instrument(
    id="sfi_revised",
    title="SELENA flare index, revised",
    purpose="flare in each of eight systems: none, mild, moderate, severe",
    inputs=_INPUTS,
    outputs=(
        Column(name="flare", meaning="highest level of any system, 0 to 3"),
        Column(name="lower", meaning="least level that the unknown inputs allow"),
        Column(name="upper", meaning="greatest level that the unknown inputs allow"),
        Column(name="n_flaring", meaning="number of systems that flare", unit="systems"),
        Column(name="reasons", meaning="systems that flare", is_text=True),
        Column(name="n_missing", meaning="number of unknown levels", unit="levels"),
        Column(name="missing", meaning="unknown levels", is_text=True),
    ),
    rules=(
        Rule(
            id="level",
            text="A system has the higher level of its findings and its treatment; without "
            "medication that of its findings.",
            source=_SOURCE,
            status=Status.MEMORY,
            parameter="use_medication",
            default=True,
        ),
        Rule(
            id="systems",
            text="There are eight systems.",
            source="general knowledge",
            status=Status.MEMORY,
            fixed="The systems are the columns that the index reads: a trial that leaves one out "
            "records no level in it.",
        ),
        Rule(
            id="missing",
            text="An unknown level leaves unknown what depends on it (strict), or is none.",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="missing",
            default="strict",
            choices=("strict", "as_absent"),
        ),
    ),
    sources=(_SOURCE, "Thanou A, et al. Rheumatology 2014, doi 10.1093/rheumatology/keu153"),
    scorer=_score,
    form=Form(
        id="sfi_revised", title="Systems of the revised index", items=SYSTEMS, source=_SOURCE
    ),
)
