"""A qualification case, read from either of the two public forms of case file.

Instrument files hold ``id, function, inputs, expected, tolerance?, subset?``; reference files
of statistics hold ``id, method, input, expect`` with the data in CSV files named by the input.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equipoise.errors import DataError, Fault

__all__ = ["Case", "read_cases"]

_REMARKS = "r_warnings"
"""Key under which a reference file keeps what R remarked: no part of the answer."""
_NO_ANSWER = (_REMARKS, "converged")
"""What a reference says of its own search: ``crr`` says FALSE, too, at the end of all digits."""
_NUMBERS = {"NA": float("nan"), "NaN": float("nan"), "Inf": float("inf"), "-Inf": float("-inf")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question with its known answer.

    Attributes
    ----------
    id : str
        Name of the case in its file.
    function : str
        What to call: an instrument's function or a statistical method.
    inputs : mapping
        What goes in.
    expected : mapping or list
        What must come out; only its keys are compared.
    tolerance : float or None
        Absolute tolerance of the case; None takes the rule of its kind.
    is_subset : bool
        True where dictionaries of items may hold more than expected.
    is_statistic : bool
        True for a case of a statistical reference file.
    folder : Path
        Folder against which data files in ``inputs`` are named.
    remarks : tuple of str
        What the reference remarked on its answer.
    """

    id: str
    function: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any] | list[Any]
    tolerance: float | None
    is_subset: bool
    is_statistic: bool
    folder: Path
    remarks: tuple[str, ...] = ()


def read_cases(path: Path) -> list[Case]:
    """Read every case of one JSON file of either form.

    Raises
    ------
    DataError
        If the file is not JSON, holds no ``cases``, or a case lacks a key or holds what a case
        cannot: all faults together.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(
            Fault(where=str(path), came=str(error), wanted="a JSON file of cases")
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list):
        raise DataError(
            Fault(where=str(path), came="no list 'cases'", wanted="{..., cases: [...]}")
        )
    if not content["cases"]:
        raise DataError(Fault(where=str(path), came="no case", wanted="one case at least"))
    faults: list[Fault] = []
    cases = [
        _read_case(case, place=f"{path}: case {number}", folder=path.parent, faults=faults)
        for number, case in enumerate(content["cases"], start=1)
    ]
    if faults:
        raise DataError(faults)
    return [case for case in cases if case is not None]


def _read_case(case: Any, *, place: str, folder: Path, faults: list[Fault]) -> Case | None:
    if not isinstance(case, dict):
        faults.append(Fault(where=place, came=repr(case)[:60], wanted="an object"))
        return None
    is_statistic = "method" in case
    function, inputs, expected = (
        ("method", "input", "expect") if is_statistic else ("function", "inputs", "expected")
    )
    missing = [key for key in ("id", function, inputs, expected) if key not in case]
    if missing:
        faults.append(
            Fault(
                where=place,
                came=f"no {', '.join(missing)}",
                wanted="id, function, inputs, expected or id, method, input, expect",
            )
        )
        return None
    wrong = _shape_faults(case, place=place, function=function, inputs=inputs, expected=expected)
    if wrong:
        faults.extend(wrong)
        return None
    decode = _decode if is_statistic else _keep
    return Case(
        id=str(case["id"]),
        function=str(case[function]),
        inputs=_told(decode(case[inputs])) if is_statistic else case[inputs],
        expected=decode(case[expected]),
        tolerance=case.get("tolerance"),
        is_subset=case.get("subset", False),
        is_statistic=is_statistic,
        # Data files are named from the folder above the one that holds the JSON files.
        folder=folder.parent if is_statistic else folder,
        remarks=_remarks(case[expected]) if is_statistic else (),
    )


def _told(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what R had no value for: null, or the empty object that jsonlite may write."""
    return {name: value for name, value in inputs.items() if value is not None and value != {}}


def _remarks(expected: Any) -> tuple[str, ...]:
    told = expected.get(_REMARKS, []) if isinstance(expected, dict) else []
    return tuple(map(str, told if isinstance(told, list) else [told]))


def _shape_faults(
    case: Mapping[str, Any], *, place: str, function: str, inputs: str, expected: str
) -> list[Fault]:
    """Find what is not of the kind that a case needs."""
    kinds = {
        "id": (str | int, "a name"),
        function: (str, "a name"),
        inputs: (dict, "an object"),
        expected: (dict | list, "an object or a list"),
        "subset": (bool, "true or false"),
    }
    faults = [
        Fault(where=f"{place}, {key}", came=repr(case[key])[:60], wanted=wanted)
        for key, (kind, wanted) in kinds.items()
        if key in case and not isinstance(case[key], kind)
    ]
    tolerance = case.get("tolerance")
    is_number = isinstance(tolerance, int | float) and not isinstance(tolerance, bool)
    if tolerance is not None and not (is_number and 0 <= tolerance < math.inf):
        faults.append(
            Fault(
                where=f"{place}, tolerance", came=repr(tolerance)[:60], wanted="a number from 0 up"
            )
        )
    return faults


def _keep(value: Any) -> Any:
    return value


def _decode(value: Any) -> Any:
    """Turn the strings NA, NaN, Inf and -Inf into the numbers they stand for; drop remarks."""
    if isinstance(value, dict):
        return {key: _decode(item) for key, item in value.items() if key not in _NO_ANSWER}
    if isinstance(value, list):
        return [_decode(item) for item in value]
    return _NUMBERS.get(value, value) if isinstance(value, str) else value
