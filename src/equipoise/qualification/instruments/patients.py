"""Cases of several patients: an input may hold one value, or one for each patient.

A list is one value for each patient, unless the case form writes the value of one patient as a
list: the doses of a day, the names of criteria, the days of visits. There a list of lists is of
several patients. An input that is no list is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from equipoise.errors import DataError, Fault
from equipoise.qualification.adapter import Adapter, Given

__all__ = ["for_each_patient"]

_OF_ONE_PATIENT = frozenset(
    {
        "clinical",
        "daily_pred_mg_weeks_44_52",
        "days",
        "doses",
        "drugs",
        "immunological",
        "items",
        "new_drugs",
        "new_or_worse",
        "present",
        "previous_items",
        "states",
        "unknown",
    }
)

_OF_RECORDS = frozenset({"doses", "drugs"})


def for_each_patient(adapter: Adapter) -> Adapter:
    """Let an adapter of one patient answer for several: each answer becomes a list.

    Patients by visits are lists of lists. Bounds are a pair for each patient.
    """

    def answer(given: Given) -> Mapping[str, Any]:
        sizes = dict(_sizes(given.inputs))
        if not sizes:
            return adapter(given)
        number = max(sizes.values())
        faults = [
            Fault(where=name, came=f"{size} values", wanted=f"{number}, one for each patient")
            for name, size in sizes.items()
            if size not in (1, number)
        ]
        if faults:
            raise DataError(faults)
        answers = [
            answer(replace(given, inputs=_of_patient(given.inputs, patient)))
            for patient in range(number)
        ]
        return _together(answers)

    return answer


def _sizes(inputs: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for name, value in inputs.items():
        if isinstance(value, Mapping):
            yield from _sizes(value)
        elif _is_of_patients(name, value):
            yield name, len(value)


def _of_patient(inputs: Mapping[str, Any], patient: int) -> dict[str, Any]:
    own: dict[str, Any] = {}
    for name, value in inputs.items():
        if isinstance(value, Mapping):
            own[name] = _of_patient(value, patient)
        elif _is_of_patients(name, value):
            own[name] = value[patient if len(value) > 1 else 0]
        else:
            own[name] = value
    return own


def _is_of_patients(name: str, value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    own_parts = list if name in _OF_RECORDS else (list, Mapping)
    return name not in _OF_ONE_PATIENT or any(isinstance(one, own_parts) for one in value)


def _together(answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Turn one answer a patient into one answer that holds a list at each of its places."""
    return {name: _listed([answer[name] for answer in answers]) for name in answers[0]}


def _listed(values: list[Any]) -> Any:
    return _together(values) if isinstance(values[0], Mapping) else values
