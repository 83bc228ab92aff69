"""Populations: parameters of the disease-course model with their basis, one file each."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_type_hints

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.simulate.parameter import Parameters

__all__ = ["STATUSES", "Basis", "Population", "Term", "load_population", "populations"]

_FOLDER = Path(__file__).parent / "populations"
_COMMON = "common"

Status = Literal["published", "derived", "assumed"]

_RATES = ("1/week", "1/year")
_PROBABILITIES = frozenset(
    {
        "female_share", "class_iv_share", "full_share", "partial_share", "infection_fatality",
        "vascular_fatality", "missed_visit", "missing_panel", "grade_2", "grade_3",
        "serious_of_grade_3", "related", "infection_grade_4",
    }
)  # fmt: skip

STATUSES: tuple[str, ...] = ("published", "derived", "assumed")
"""How well a parameter is founded: printed so, computed from or fitted to printed numbers, or
our own assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Value of one parameter, its unit, and what it rests on."""

    value: float
    unit: str
    status: Status
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of adverse events, its body system, and how often it is drawn among its kind."""

    term: str
    system: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A population from which virtual patients are drawn.

    Attributes
    ----------
    id, label, version
        Name, what it is, version of its parameters.
    parameters : Parameters
        Values in their groups.
    basis : mapping of str to Basis
        Every parameter by ``group.name``, with unit, status and basis.
    terms : mapping of str to tuple of Term
        Terms of adverse events by kind.
    hash : str
        SHA-256 of all values and terms.
    calibrated : str
        Beginning of the hash of the values whose agreement with published numbers was checked.
    """

    id: str
    label: str
    version: int
    parameters: Parameters
    basis: Mapping[str, Basis]
    terms: Mapping[str, tuple[Term, ...]]
    hash: str
    calibrated: str

    @property
    def calibration(self) -> str:
        """Say whether these values are those that were checked."""
        if self.hash.startswith(self.calibrated):
            return "calibration checked against published numbers"
        return "NOT CALIBRATED: parameters changed since they were checked"


def populations() -> tuple[str, ...]:
    """List the populations that are shipped."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml") if path.stem != _COMMON))


@cache
def load_population(name: str) -> Population:
    """Load a population by its name.

    Raises
    ------
    DataError
        If there is none of that name, or its file lacks a parameter or its basis.
    """
    if name not in populations():
        raise DataError(
            Fault(
                where="population",
                came=repr(name),
                wanted=f"one of {', '.join(populations())}",
                repair=did_you_mean(name, populations()),
            )
        )
    common, own = (_read(_FOLDER / f"{one}.toml") for one in (_COMMON, name))
    return build_population(common, own)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def build_population(common: Mapping[str, Any], own: Mapping[str, Any]) -> Population:
    """Join what all populations share with what one has of its own.

    Raises
    ------
    DataError
        For every parameter that is missing, unknown or without a basis.
    """
    faults: list[Fault] = []
    basis: dict[str, Basis] = {}
    groups: dict[str, Any] = {}
    for group, kind in get_type_hints(Parameters).items():
        names = [field.name for field in fields(kind)]
        given = {**common.get(group, {}), **own.get(group, {})}
        faults += _name_faults(group, given, names)
        read = {one: given[one] for one in names if one in given}
        faults += [
            fault for one, entry in read.items() for fault in _entry_faults(group, one, entry)
        ]
        if not faults:
            basis |= {f"{group}.{one}": Basis(**entry) for one, entry in read.items()}
            groups[group] = kind(**{one: float(entry["value"]) for one, entry in read.items()})
    if faults:
        raise DataError(faults)
    terms = {
        kind: tuple(Term(**one) for one in table["terms"])
        for kind, table in {**common.get("terms", {}), **own.get("terms", {})}.items()
    }
    content = {
        "values": {name: one.value for name, one in sorted(basis.items())},
        "terms": {kind: [(t.term, t.system, t.weight) for t in terms[kind]] for kind in terms},
    }
    return Population(
        id=own["id"],
        label=own["label"],
        version=own["version"],
        parameters=Parameters(**groups),
        basis=basis,
        terms=terms,
        hash=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        calibrated=own["calibrated"],
    )


def _name_faults(group: str, given: Mapping[str, Any], names: list[str]) -> Iterator[Fault]:
    for name in names:
        if name not in given:
            yield Fault(where=f"{group}.{name}", came="nothing", wanted="a parameter")
    for name in given:
        if name not in names:
            yield Fault(
                where=f"{group}.{name}", came="an unknown parameter",
                wanted=f"one of {', '.join(names)}", repair=did_you_mean(name, names),
            )  # fmt: skip


def _entry_faults(group: str, name: str, entry: Mapping[str, Any]) -> Iterator[Fault]:
    where = f"{group}.{name}"
    wanted = {field.name for field in fields(Basis)}
    if set(entry) != wanted:
        yield Fault(where=where, came=f"{', '.join(entry)}", wanted=", ".join(sorted(wanted)))
        return
    if entry["status"] not in STATUSES:
        yield Fault(where=where, came=repr(entry["status"]), wanted=f"one of {', '.join(STATUSES)}")
    if not entry["basis"] or not entry["unit"]:
        yield Fault(where=where, came="no basis or unit", wanted="both in words")
    value = entry["value"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Fault(where=where, came=repr(value), wanted="a number")
    elif name in _PROBABILITIES and not 0 <= value <= 1:
        yield Fault(where=where, came=f"{value:g}", wanted="a probability from 0 to 1")
    elif value < 0 and (entry["unit"] in _RATES or name.endswith("_sd")):
        yield Fault(where=where, came=f"{value:g}", wanted="0 or more")
