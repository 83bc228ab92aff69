"""Whatever a public function of an instrument is given, it ends in a DataError or an answer.

Every argument of every public function in turn takes every hostile value, the others staying as
they should be. Raw Python errors and warnings, which are errors here, fail the test.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import equipoise.instruments
from equipoise.errors import DataError
from equipoise.instruments import bilag2004, sledai
from support.hostile import hostile

ONE = 1.0
"""A flag that holds, a small score and a small measurement: good for most arguments."""

VISITS = (0.0, 1.0)
NAMED: dict[str, Any] = {
    **dict.fromkeys(("days", "states", "values", "daily_mg"), VISITS),
    **{"drug": "prednisone", "route": "oral", "analyte": "platelets", "biopsy_class": "III"},
    **{"unit_policy": "exact", "scheme": "isn_rps_2003", "text": "III", "day0": "2026-01-01"},
    **{"letter": "A", "variant": sledai.SLEDAI_2K, "rules": None},
    **{key: {} for key in ("items", "inputs", "parts", "labs")},
}
"""Good values by the name of an argument, where it is not :data:`ONE`."""

SYSTEMS = np.ones((2, 9))
GRADES = dict.fromkeys(
    ("grade", "previous", "lower", "upper", "bilag", "bilag_baseline", "supported"), SYSTEMS
)
OWN: dict[str, dict[str, Any]] = {
    "bilag2004.grade": {"recorded": np.full((2, len(bilag2004.ITEMS)), np.nan)},
    **dict.fromkeys(
        (
            *(f"bilag2004.{name}" for name in ("index_flare", "involved_before", "trial_flare")),
            *("bilag2004.total_of_grades", "responses.bicla", "responses.sri"),
        ),
        GRADES,
    ),
    **{key: {"counts": np.zeros((2, 41))} for key in ("damage.sdi", "damage.sdi_over_visits")},
    "eligibility.acr_1997": {"present": np.ones((2, 11))},
    "eligibility.eular_acr_2019": {"present": np.ones((2, 22))},
    "eligibility.slicc_2012": {"present": np.ones((2, 17))},
    "renal.histology.nih_indices": {"scores": np.ones((2, 10))},
    "responses.clasi_activity": {"scores": np.ones((2, 29))},
    "responses.count_joints": dict.fromkeys(("tender", "swollen"), np.zeros((2, 28))),
    "responses.lldas": {
        **dict.fromkeys(("items", "previous_items"), np.zeros((2, 24))),
        "doses": np.zeros((2, 6)),
    },
    "safety.as_days": {"name": "day", "value": "2026-01-01"},
    "sledai.score_revised_flare": dict.fromkeys(
        ("clinical_level", "treatment_level"), np.zeros((2, 8))
    ),
    "sledai.activity_category": {"scheme": "mosca"},
    "sledai.total": {"present": np.zeros((2, len(sledai.ITEMS)))},
    "sledai.variant_named": {"name": "sledai_2k"},
}
"""What single functions want otherwise."""


def functions() -> Iterator[tuple[str, str]]:
    prefix = f"{equipoise.instruments.__name__}."
    for module in pkgutil.walk_packages(equipoise.instruments.__path__, prefix):
        if module.ispkg:
            room = importlib.import_module(module.name)
            names = (one for one in room.__all__ if inspect.isfunction(getattr(room, one)))
            yield from ((module.name.removeprefix(prefix), name) for name in names)


def good_value(room: str, name: str, argument: inspect.Parameter) -> Any:
    own = OWN.get(f"{room}.{name}", {})
    if argument.name in own:
        return own[argument.name]
    if argument.default is not argument.empty:
        return argument.default
    return NAMED.get(argument.name, ONE)


@pytest.mark.parametrize(("room", "name"), list(functions()))
def test_hostile_values_end_in_a_fault_or_an_answer(room, name):
    function = getattr(importlib.import_module(f"equipoise.instruments.{room}"), name)
    arguments = inspect.signature(function).parameters.values()
    good = {one.name: good_value(room, name, one) for one in arguments}
    places = [one.name for one in arguments if one.kind is one.POSITIONAL_OR_KEYWORD]

    def call(values: dict[str, Any]) -> None:
        named = {key: value for key, value in values.items() if key not in places}
        function(*(values[key] for key in places), **named)

    call(good)
    for argument in arguments:
        if isinstance(good[argument.name], sledai.Variant):
            continue
        for value in hostile(good[argument.name]):
            with contextlib.suppress(DataError):
                call(good | {argument.name: value})
