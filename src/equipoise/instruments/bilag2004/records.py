"""Records of BILAG-2004: what each instrument reads, writes and rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from equipoise.instruments.bilag2004.flare import index_flare, risen, trial_flare
from equipoise.instruments.bilag2004.form import BY_RISE, FORM, ITEMS, MEASURED, SYSTEMS
from equipoise.instruments.bilag2004.grade import grade
from equipoise.instruments.bilag2004.grades import grade_column, letters
from equipoise.instruments.bilag2004.haematological import HaematologicalRules
from equipoise.instruments.bilag2004.renal import FEATURES, PREVIOUS, RenalRules
from equipoise.instruments.bilag2004.rules import FLARE_RULES, RULES, SOURCES, TRIAL_RULES
from equipoise.instruments.checks import Floats, name_true
from equipoise.instruments.columns import FLAG, Column, flag
from equipoise.instruments.form import Columns, Instrument

__all__ = ["BILAG_2004", "BILAG_2004_FLARE", "BILAG_TRIAL_FLARE"]

_NAMES = FORM.names
_BY_NAME = {item.name: item for item in ITEMS}
_BANDS = "4 A, 3 B, 2 C, 1 D, 0 E"
_BLOOD = tuple(field.name for field in fields(HaematologicalRules))
_KIDNEY = tuple(field.name for field in fields(RenalRules))


def _per_system(prefix: str, meaning: str, codes: tuple[float, ...] = ()) -> tuple[Column, ...]:
    return tuple(
        Column(name=f"{prefix}_{system}", meaning=f"{system}: {meaning}", codes=codes)
        for system in SYSTEMS
    )


def _grades(prefix: str, meaning: str) -> tuple[Column, ...]:
    return tuple(grade_column(f"{prefix}_{system}", f"{system}: {meaning}") for system in SYSTEMS)


def _stack(columns: Columns, prefix: str) -> Floats:
    return np.stack([columns[f"{prefix}_{system}"] for system in SYSTEMS], axis=-1)


def _previous(name: str) -> Column:
    item = _BY_NAME[name]
    return Column(
        name=f"previous_{name}",
        meaning=f"{item.definition} at the last assessment",
        unit=item.unit,
        codes=item.codes,
        lowest=item.lowest,
        highest=item.highest,
    )


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    settings = dict(parameters)
    kidney = RenalRules(**{name: settings.pop(name) for name in _KIDNEY})
    blood = HaematologicalRules(**{name: settings.pop(name) for name in _BLOOD})
    unknown = np.full(columns[_NAMES[0]].shape, np.nan)
    result = grade(
        np.stack([columns[name] for name in _NAMES], axis=-1),
        previous=np.stack([columns.get(f"previous_{name}", unknown) for name in _NAMES], axis=-1),
        prior=_stack(columns, "prior"),
        attributed=np.stack(
            [columns.get(f"attributed_{name}", unknown) for name in _NAMES], axis=-1
        ),
        renal_rules=kidney,
        haematological_rules=blood,
        **settings,
    )
    words, points, tally = letters(result.grade), result.points, result.tally
    by_system: dict[str, Any] = {}
    for place, system in enumerate(SYSTEMS):
        by_system |= {
            f"grade_{system}": result.grade[:, place],
            f"letter_{system}": words[:, place],
            f"lower_{system}": result.lower[:, place],
            f"upper_{system}": result.upper[:, place],
            f"points_{system}": points[:, place],
            f"supported_{system}": result.supported[:, place],
        }
    return {
        **by_system,
        "total": result.total,
        "lower": result.total_lower,
        "upper": result.total_upper,
        "n_a": tally[:, 4],
        "n_b": tally[:, 3],
        "n_c": tally[:, 2],
        "incomplete": name_true(result.incomplete, SYSTEMS),
        "renal_reasons": name_true(result.renal_features == 1, FEATURES),
        "n_missing": result.n_missing,
        "missing": name_true(result.missing, _NAMES),
    }


def _score_flare(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    settings = dict(parameters)
    is_rise = settings.pop("carried_by") == "rise"
    by_rise = np.array([is_rise or system in BY_RISE for system in SYSTEMS])
    grades, support = _stack(columns, "grade"), _stack(columns, "supported")
    rise = risen(grades, previous=_stack(columns, "previous_grade"))
    support = np.where(by_rise, rise, support)
    result = index_flare(grades, supported=support, **settings)
    return {
        "flare": result.flare,
        "lower": result.lower,
        "upper": result.upper,
        "reasons": name_true((result.counted == 1).any(axis=-1), SYSTEMS),
        "n_missing": result.n_missing,
        "missing": name_true(result.missing, SYSTEMS),
    }


def _score_trial_flare(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    result = trial_flare(
        _stack(columns, "grade"), previous=_stack(columns, "previous_grade"), **parameters
    )
    return {
        "flare": result.flare,
        "new_a": result.new_a,
        "new_b": result.new_b,
        "new_a_systems": name_true(result.is_new_a == 1, SYSTEMS),
        "new_b_systems": name_true(result.is_new_b == 1, SYSTEMS),
        "n_missing": result.n_missing,
        "missing": name_true(result.missing, SYSTEMS),
    }


_MISSING_SYSTEMS = (
    Column(name="n_missing", meaning="number of unknown systems", unit="systems"),
    Column(name="missing", meaning="unknown systems", is_text=True),
)

BILAG_2004 = Instrument(
    id="bilag2004",
    title="BILAG-2004",
    purpose="disease activity in nine systems, grades A to E by intention to treat",
    inputs=(
        *(item.column() for item in ITEMS),
        *(_previous(name) for name in PREVIOUS),
        *_per_system("prior", "involved before this assessment", FLAG),
        *(
            flag(f"attributed_{name}", f"{_BY_NAME[name].definition} is due to lupus")
            for name in MEASURED
        ),
    ),
    outputs=(
        *_per_system("grade", f"grade, {_BANDS}"),
        *(
            Column(name=f"letter_{system}", meaning=f"{system}: grade A to E", words=tuple("ABCDE"))
            for system in SYSTEMS
        ),
        *_per_system("lower", f"least grade that items not done allow, {_BANDS}"),
        *_per_system("upper", f"greatest grade that items not done allow, {_BANDS}"),
        *_per_system("points", "points, A 12, B 8, C 1, D and E 0"),
        *_per_system("supported", "an item recorded worse or new carries the grade"),
        Column(name="total", meaning="points of nine systems", unit="points", highest=108),
        Column(name="lower", meaning="least total", unit="points", highest=108),
        Column(name="upper", meaning="greatest total", unit="points", highest=108),
        Column(name="n_a", meaning="systems known to be A", unit="systems"),
        Column(name="n_b", meaning="systems known to be B", unit="systems"),
        Column(name="n_c", meaning="systems known to be C", unit="systems"),
        Column(name="incomplete", meaning="systems that items not done could raise", is_text=True),
        Column(name="renal_reasons", meaning="renal features that hold", is_text=True),
        Column(name="n_missing", meaning="number of items not done", unit="items"),
        Column(name="missing", meaning="items not done", is_text=True),
    ),
    rules=RULES,
    sources=SOURCES,
    scorer=_score,
    form=FORM,
)

BILAG_2004_FLARE = Instrument(
    id="bilag2004_flare",
    title="BILAG-2004 flare",
    purpose="flare of one visit by items recorded worse or new: none, mild, moderate, severe",
    inputs=(
        *_grades("grade", f"grade now, {_BANDS}"),
        *_per_system("supported", "an item recorded worse or new carries the grade", FLAG),
        *_grades("previous_grade", f"grade at the last assessment, {_BANDS}"),
    ),
    outputs=(
        Column(name="flare", meaning="0 none, 1 mild, 2 moderate, 3 severe"),
        Column(name="lower", meaning="least class that what is unknown allows"),
        Column(name="upper", meaning="greatest class that what is unknown allows"),
        Column(name="reasons", meaning="systems that count", is_text=True),
        *_MISSING_SYSTEMS,
    ),
    rules=FLARE_RULES,
    sources=SOURCES,
    scorer=_score_flare,
)

BILAG_TRIAL_FLARE = Instrument(
    id="bilag_trial_flare",
    title="BILAG flare of trials",
    purpose="a new A in one system, or a new B in two, against an earlier visit",
    inputs=(
        *_grades("grade", f"grade now, {_BANDS}"),
        *_grades("previous_grade", f"grade at the earlier visit, {_BANDS}"),
    ),
    outputs=(
        flag("flare", "1 flare, 0 none"),
        Column(name="new_a", meaning="systems with a new A", unit="systems"),
        Column(name="new_b", meaning="systems with a new B", unit="systems"),
        Column(name="new_a_systems", meaning="which they are", is_text=True),
        Column(name="new_b_systems", meaning="which they are", is_text=True),
        *_MISSING_SYSTEMS,
    ),
    rules=TRIAL_RULES,
    sources=SOURCES,
    scorer=_score_trial_flare,
)
