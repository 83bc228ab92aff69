"""EULAR/ACR 2019 classification: antinuclear antibodies, then the best weight of ten domains.

A criterion counts once it was ever present and nothing else explains it better. Source: Aringer
M, et al. Ann Rheum Dis 2019; 78:1151-1159.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.instruments.checks import (
    Bools,
    Floats,
    check_choice,
    check_items,
    common_shape,
    name_true,
)
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import read_fields
from equipoise.instruments.form import Columns, Form, Instrument, Item, Rule, Status
from equipoise.instruments.logic import all_of, any_of

__all__ = [
    "CRITERIA",
    "DOMAINS",
    "FORM",
    "INSTRUMENT",
    "STATUSES",
    "UNKNOWN_RULES",
    "EularAcr2019",
    "eular_acr_2019",
]

ARINGER_2019 = "Aringer M, et al. Ann Rheum Dis 2019; 78:1151-1159"
NEEDED = 10.0
STATUSES = ("not_met", "met", "undetermined")
UNKNOWN_RULES = ("undetermined", "bounded", "absent")
"""What unknown criteria do to the status; the bounds are given either way."""


def _criterion(name: str, weight: float, domain: str, definition: str) -> Item:
    return Item(name, weight=weight, system=domain, definition=definition, source=ARINGER_2019)


CRITERIA: tuple[Item, ...] = (
    _criterion("fever", 2, "constitutional", "above 38.3 degrees Celsius"),
    _criterion("leukopenia", 3, "haematological", "white cells below 4.0 x 10^9/L"),
    _criterion("thrombocytopenia", 4, "haematological", "platelets below 100 x 10^9/L"),
    _criterion("haemolysis", 4, "haematological", "haemolysis with a positive Coombs test"),
    _criterion("delirium", 2, "neuropsychiatric", "delirium"),
    _criterion("psychosis", 3, "neuropsychiatric", "psychosis in the absence of delirium"),
    _criterion("seizure", 5, "neuropsychiatric", "seizure"),
    _criterion("alopecia", 2, "mucocutaneous", "non-scarring alopecia"),
    _criterion("oral_ulcers", 2, "mucocutaneous", "oral ulcers"),
    _criterion("scle_or_discoid", 4, "mucocutaneous", "subacute cutaneous or discoid lupus"),
    _criterion("acute_cutaneous", 6, "mucocutaneous", "acute cutaneous lupus"),
    _criterion("effusion", 5, "serosal", "pleural or pericardial effusion"),
    _criterion("acute_pericarditis", 6, "serosal", "acute pericarditis"),
    _criterion(
        "joint",
        6,
        "musculoskeletal",
        "synovitis of two joints, or tenderness of two with 30 min of morning stiffness",
    ),
    _criterion("proteinuria", 4, "renal", "above 0.5 g/24 h, or that ratio"),
    _criterion("class_ii_v", 8, "renal", "class II or V in a biopsy"),
    _criterion("class_iii_iv", 10, "renal", "class III or IV in a biopsy, with V or without"),
    _criterion(
        "antiphospholipid",
        2,
        "antiphospholipid",
        "anticardiolipin or anti-beta2-glycoprotein I IgG above 40, or lupus anticoagulant",
    ),
    _criterion("low_c3", 3, "complement", "low C3; with low C4 four points together"),
    _criterion("low_c4", 3, "complement", "low C4; with low C3 four points together"),
    _criterion("anti_dsdna", 6, "specific_antibodies", "anti-dsDNA"),
    _criterion("anti_sm", 6, "specific_antibodies", "anti-Sm"),
)
FORM = Form(
    id="eular_acr_2019", title="EULAR/ACR 2019 classification", items=CRITERIA, source=ARINGER_2019
)
DOMAINS = FORM.systems
"""Domains in the order of the criteria; the last three are immunological."""

_IMMUNOLOGICAL = ("antiphospholipid", "complement", "specific_antibodies")
_CLINICAL = np.array([item.system not in _IMMUNOLOGICAL for item in CRITERIA])
_COMPLEMENT = FORM.of_system("complement")
_BOTH_LOW = 4.0
_ANA = flag("ana", "antinuclear antibodies 1:80 or more on HEp-2, ever")


@dataclass(frozen=True, slots=True, kw_only=True)
class EularAcr2019:
    """Classification of each patient.

    Attributes
    ----------
    met : (...) float
        1 classified, 0 not, NaN undetermined.
    points : (...) float
        Points of what is known to be present; NaN without antinuclear antibodies. [points]
    lower, upper : (...) float
        Bounds whatever the unknown criteria are; NaN without antinuclear antibodies. [points]
    domains : (..., 10) float
        Points of each of ``DOMAINS`` from what is known to be present. [points]
    clinical : (...) float
        1 if a clinical criterion is present, 0 if none, NaN unknown.
    missing : (..., 23) bool
        True where a criterion, or at the end ``ana``, is unknown.
    """

    met: Floats
    points: Floats
    lower: Floats
    upper: Floats
    domains: Floats
    clinical: Floats
    missing: Bools

    @property
    def status(self) -> NDArray[np.object_]:
        """``met``, ``not_met`` or ``undetermined``."""
        words = np.array(STATUSES, dtype=np.object_)
        places = np.where(np.isnan(self.met), 2, np.nan_to_num(self.met)).astype(np.int64)
        return np.asarray(words[places], dtype=np.object_)


def eular_acr_2019(
    present: ArrayLike, *, ana: ArrayLike, unknown_rule: str = "undetermined"
) -> EularAcr2019:
    """Classify patients.

    Parameters
    ----------
    present : (..., 22) float
        1 ever present, 0 not, NaN unknown, in the order of ``CRITERIA``.
    ana : (...) float
        1 where antinuclear antibodies ever reached 1:80, 0 where not, NaN unknown.
    unknown_rule : {'undetermined', 'bounded', 'absent'}
        Whether unknown antinuclear antibodies leave the status undetermined whatever the points
        are; or only where they, as any unknown criterion, can decide; or whether what is unknown
        counts as absent.

    Returns
    -------
    EularAcr2019
        Classified with antinuclear antibodies, 10 points or more and a clinical criterion.
        Without antinuclear antibodies nothing is scored.

    Raises
    ------
    DataError
        If the last axis is not 22 long, for codes other than 0, 1 and NaN, an unknown rule, and
        for shapes that do not broadcast.

    Notes
    -----
    Only the best weight of a domain counts; low C3 and low C4 together have 4. Source: Aringer
    M, et al. Ann Rheum Dis 2019; 78:1151-1159.
    """
    check_choice("unknown_rule", unknown_rule, UNKNOWN_RULES)
    values = check_items(present, CRITERIA, where="present")
    entry = read_fields((_ANA,), {"ana": ana})["ana"]
    shape = common_shape({"present": values[..., 0], "ana": entry})
    values = np.broadcast_to(values, (*shape, len(CRITERIA)))
    entry = np.broadcast_to(entry, shape)
    domains = _domain_points(np.where(np.isnan(values), 0, values))
    lower = domains.sum(axis=-1)
    upper = _domain_points(np.where(np.isnan(values), 1, values)).sum(axis=-1)
    clinical = any_of(*np.moveaxis(values[..., _CLINICAL], -1, 0))
    # With every unknown absent, and with every unknown present.
    surely = all_of(entry, lower >= NEEDED, clinical == 1)
    perhaps = all_of(entry, upper >= NEEDED, clinical != 0)
    met = np.where(surely == perhaps, surely, np.nan)
    if unknown_rule == "undetermined":
        met = np.where(np.isnan(entry), np.nan, met)
    elif unknown_rule == "absent":
        met = np.where(surely == 1, 1.0, 0.0)
    has_entry = np.where(entry == 0, np.nan, 1.0)
    return EularAcr2019(
        met=met,
        points=lower * has_entry,
        lower=lower * has_entry,
        upper=upper * has_entry,
        domains=domains,
        clinical=clinical,
        missing=np.concatenate([np.isnan(values), np.isnan(entry)[..., None]], axis=-1),
    )


def _domain_points(present: Floats) -> Floats:
    points = present * FORM.weights
    best = [points[..., FORM.of_system(domain)].max(axis=-1) for domain in DOMAINS]
    both = present[..., _COMPLEMENT].min(axis=-1) == 1
    place = DOMAINS.index("complement")
    best[place] = np.where(both, _BOTH_LOW, best[place])
    return np.stack(best, axis=-1)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    present = np.stack([columns[name] for name in FORM.names], axis=-1)
    answer = eular_acr_2019(present, ana=columns["ana"], **parameters)
    return {
        "status": answer.status,
        "met": answer.met,
        "points": answer.points,
        "lower": answer.lower,
        "upper": answer.upper,
        "clinical": answer.clinical,
        **{f"points_{domain}": answer.domains[..., n] for n, domain in enumerate(DOMAINS)},
        "missing": name_true(answer.missing, (*FORM.names, "ana")),
    }


INSTRUMENT = Instrument(
    id="eular_acr_2019",
    title="EULAR/ACR 2019 classification criteria",
    purpose="classification of systemic lupus by weighted criteria; not a diagnosis",
    inputs=(_ANA, *(item.column() for item in CRITERIA)),
    outputs=(
        Column(name="status", meaning="classified or not", words=STATUSES),
        flag("met", "classified"),
        Column(name="points", meaning="points, unknown criteria as absent", unit="points"),
        Column(name="lower", meaning="least points", unit="points"),
        Column(name="upper", meaning="greatest points", unit="points"),
        flag("clinical", "a clinical criterion is present"),
        *(
            Column(name=f"points_{domain}", meaning=f"points of the domain {domain}", unit="points")
            for domain in DOMAINS
        ),
        Column(name="missing", meaning="unknown criteria", is_text=True),
    ),
    rules=(
        Rule(
            id="entry",
            text="Antinuclear antibodies 1:80 or more, ever: without them nothing is scored.",
            source=ARINGER_2019,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="points",
            text="The best weight of each domain; 10 points or more with a clinical criterion.",
            source=ARINGER_2019,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="unknown",
            text="Undetermined while the unknown criteria can decide, and while antinuclear "
            "antibodies are unknown (undetermined) or while these can decide (bounded); or what is "
            "unknown counts as absent (absent).",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="unknown_rule",
            default="undetermined",
            choices=UNKNOWN_RULES,
        ),
    ),
    sources=(ARINGER_2019,),
    scorer=_score,
    form=FORM,
)
