"""The one table of what the model can produce: every variable by its id, with its unit.

A protocol captures variables by these ids. A captured variable that is not in the table, or has
another unit, kind or code, is a fault of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from equipoise.errors import Fault, did_you_mean
from equipoise.instruments.bilag2004.form import ITEMS as BILAG_ITEMS
from equipoise.protocol import Protocol
from equipoise.protocol.model.variable import Variable

__all__ = [
    "BILAG_PREFIX",
    "NERVOUS",
    "OUTCOME",
    "PANELS",
    "RELATED",
    "SEVERITY",
    "SIGNS",
    "VARIABLES",
    "ModelVariable",
    "variable_faults",
]

Panel = Literal["urine", "chemistry", "serology", "blood", "examination", "drugs"]

PANELS: tuple[Panel, ...] = ("urine", "chemistry", "serology", "blood", "examination")
"""What is missing together. The drug record is never missing."""

SIGNS = (
    "vasculitis", "arthritis", "myositis", "rash", "alopecia", "mucosal_ulcers", "pleurisy",
    "pericarditis", "fever",
)  # fmt: skip
"""Clinical signs above a limit of activity."""

NERVOUS = (
    "seizure", "psychosis", "organic_brain_syndrome", "visual_disturbance",
    "cranial_nerve_disorder", "lupus_headache", "cva",
)  # fmt: skip
"""Rare episodes."""

BILAG_PREFIX = "bilag_"

SEVERITY = ("MILD", "MODERATE", "SEVERE", "LIFE THREATENING", "FATAL")
"""Severity of an adverse event in words by grade, from 1."""

RELATED = ("RELATED", "NOT RELATED")
OUTCOME = ("RECOVERED", "NOT RECOVERED", "FATAL")
"""Relation of an adverse event to treatment; how it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVariable:
    """A variable that the model produces.

    Attributes
    ----------
    meaning : str
        In words.
    level : {'subject', 'visit', 'event'}
        What has it.
    kinds : tuple of str
        Kinds under which a protocol may capture it.
    units : tuple of str
        The unit, and other ways to write it; empty for none.
    codes : tuple of str
        Codes of a category.
    panel : str
        With what it is missing together; empty for a subject.
    """

    meaning: str
    level: Literal["subject", "visit", "event"] = "visit"
    kinds: tuple[str, ...] = ("number",)
    units: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    panel: Panel | Literal[""] = ""


def _number(meaning: str, panel: Panel, *units: str) -> ModelVariable:
    return ModelVariable(meaning=meaning, units=units, panel=panel)


def _yes_no(meaning: str, panel: Panel = "examination") -> ModelVariable:
    return ModelVariable(meaning=meaning, kinds=("yes_no",), panel=panel)


def _of_subject(meaning: str, *units: str) -> ModelVariable:
    return ModelVariable(meaning=meaning, level="subject", units=units)


def _of_event(meaning: str, kind: str, *codes: str) -> ModelVariable:
    return ModelVariable(meaning=meaning, level="event", kinds=(kind,), codes=codes)


def _bilag() -> dict[str, ModelVariable]:
    """Items of the form that are recorded; measured ones are laboratory values of their own."""
    return {
        f"{BILAG_PREFIX}{item.name}": ModelVariable(
            meaning=f"BILAG-2004: {item.definition}",
            kinds=("number", "yes_no") if item.codes == (0.0, 1.0) else ("number",),
            units=("1",),
            panel="examination",
        )
        for item in BILAG_ITEMS
        if not item.is_measured and item.name != "dipstick"
    }


VARIABLES: Mapping[str, ModelVariable] = {
    "age": _of_subject("age at entry", "years", "year"),
    "sex": ModelVariable(
        meaning="sex", level="subject", kinds=("category",), codes=("F", "M")
    ),
    "weight": _of_subject("body weight at entry", "kg"),
    "nephritis_class": ModelVariable(
        meaning="class of the biopsy", level="subject", kinds=("category",), codes=("III", "IV")
    ),
    "enrolment_day": _of_subject("day of randomisation since the trial opened", "days", "day"),
    "flare_day": _of_subject("day on which a relapse began", "days", "day"),
    "serious_infection_day": _of_subject("day of the first serious infection", "days", "day"),
    "protein_24h": _number("protein of a 24 h urine collection", "urine", "g/24 h"),
    "urine_rbc_hpf": _number("red cells in urine", "urine", "/hpf", "1/hpf"),
    "urine_wbc_hpf": _number("white cells in urine", "urine", "/hpf", "1/hpf"),
    "urinary_casts": _yes_no("haem-granular or red-cell casts", "urine"),
    "creatinine": _number("serum creatinine", "chemistry", "umol/L", "µmol/L"),
    "albumin": _number("serum albumin", "chemistry", "g/L"),
    "c3": _number("complement C3", "serology", "g/L"),
    "c4": _number("complement C4", "serology", "g/L"),
    "anti_dsdna": _number("anti-dsDNA antibodies", "serology", "IU/mL"),
    "wbc": _number("white blood cells", "blood", "1e9/L", "10^9/L"),
    "platelets": _number("platelets", "blood", "1e9/L", "10^9/L"),
    "haemoglobin": _number("haemoglobin", "blood", "g/L"),
    "prednisone": _number("daily dose of prednisone", "drugs", "mg/day"),
    "pga": _number("physician's global assessment, 0 to 3", "examination", "1", "points", "0-3"),
    **{name: _yes_no(name.replace("_", " ")) for name in (*SIGNS, *NERVOUS)},
    **_bilag(),
    "term": _of_event("term of the event", "category"),
    "body_system": _of_event("body system of the term", "category"),
    "grade": _of_event("grade 1 to 5", "number"),
    "severity": _of_event("severity in words", "category", *SEVERITY),
    "serious": _of_event("whether it was serious", "yes_no"),
    "related": _of_event("relation to treatment", "category", *RELATED),
    "outcome": _of_event("outcome", "category", *OUTCOME),
}  # fmt: skip


def variable_faults(protocol: Protocol) -> Iterator[Fault]:
    """Find captured variables of a protocol that the model cannot produce."""
    for name, variable in protocol.variables.items():
        if variable.is_derived:
            continue
        known = VARIABLES.get(name)
        where = f"variables.{name}"
        if known is None or known.level != variable.level:
            yield Fault(
                where=where, came=f"a {variable.level} variable that the model cannot produce",
                wanted="one that `docs/simulation.md` lists, or a derived one",
                repair=did_you_mean(name, list(VARIABLES)),
            )  # fmt: skip
            continue
        yield from _form_faults(where, variable, known)


def _form_faults(where: str, variable: Variable, known: ModelVariable) -> Iterator[Fault]:
    if variable.kind not in known.kinds:
        yield Fault(where=f"{where}.kind", came=variable.kind, wanted=" or ".join(known.kinds))
    if variable.unit is not None and known.kinds[0] == "number" and known.level != "event":
        if variable.unit not in known.units:
            yield Fault(where=f"{where}.unit", came=variable.unit, wanted=known.units[0])
    elif variable.unit is None and known.units and known.units[0] not in ("1",):
        yield Fault(where=f"{where}.unit", came="none", wanted=known.units[0])
    for code in known.codes:
        if variable.codes is not None and code not in variable.codes:
            yield Fault(where=f"{where}.codes", came=f"no code {code!r}", wanted=f"{known.codes}")
