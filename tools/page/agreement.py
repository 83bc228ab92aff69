"""How far a method agrees with the reference files: counted and measured, and tabulated."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from equipoise.errors import DataError
from equipoise.qualification import Case, Given, NotRun, case_files, differences, read_cases
from equipoise.qualification.closeness import closeness, is_limit
from equipoise.qualification.compare import is_refusal
from equipoise.qualification.tolerance import tolerance
from equipoise.stats.explanation import FAMILIES, explanations
from page.belonging import ADAPTERS, Watch, belonging, placed, watched

__all__ = [
    "REFERENCE",
    "Key",
    "Measured",
    "Tally",
    "agreement",
    "file_table",
    "measured",
    "reference_cases",
]

REFERENCE = Path(__file__).parents[2] / "tests" / "reference"

_LEAST = 1e-12
"""Differences below this are shown as this: they are rounding, and change with the machine."""
_NOT_COMPARED = 1.0
"""From this tolerance on a value is no answer: a setting, or a place that is not unique."""
_HEADS = ("file: its method", "cases", "values", "tolerance", "largest difference", "by floor")


class Key(NamedTuple):
    """A row of a table: a reference file, the method that it names, and one tolerance."""

    file: str
    function: str
    limit: float

    @property
    def cells(self) -> tuple[str, str]:
        """What the row says of it."""
        return f"`{self.file}`: `{self.function}`", _allowed(self.limit)


@dataclass(slots=True)
class Tally:
    """What was compared at one tolerance, of the values that belong to one method.

    Attributes
    ----------
    cases : set of str
        Ids of the cases.
    values : int
        Numbers, words and truth values expected.
    largest : float
        Largest relative difference, but for numbers that only an absolute floor forgives.
    by_floor : int
        Numbers that only an absolute floor forgives, most of them zero in theory, and those of
        fits that R stopped on the way to an infinite estimate.
    """

    cases: set[str] = field(default_factory=set)
    values: int = 0
    largest: float = 0.0
    by_floor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was found: rows by method, and keys with a case whose data are not here."""

    rows: Mapping[str, Mapping[Key, Tally]]
    not_run: frozenset[Key]


def reference_cases(families: Iterable[str], folder: Path = REFERENCE) -> dict[Path, list[Case]]:
    """Read the cases of families: files of the folder, else those of the repository."""
    wanted = set(families)
    found = {}
    for path in case_files([REFERENCE / "json"]):
        other = folder / "json" / path.name
        path = other if other.is_file() else path
        found[path] = [case for case in read_cases(path) if family_of(case) in wanted]
    return {path: cases for path, cases in found.items() if cases}


def family_of(case: Case) -> str | None:
    """Say which family's adapter answers a case; None for a case of an instrument."""
    if not case.is_statistic:
        return None
    return next((family for family in FAMILIES if case.function in _adapters(family)), None)


@cache
def _adapters(family: str) -> Mapping[str, Any]:
    if family == "description":
        return {}
    found: Mapping[str, Any] = import_module(f"{ADAPTERS}.{family}").METHODS
    return found


def measured(cases: Mapping[Path, Sequence[Case]]) -> Measured:
    """Compare every case that can be run here, and give each value to its methods."""
    rows: dict[str, dict[Key, Tally]] = defaultdict(lambda: defaultdict(Tally))
    not_run: set[Key] = set()
    with watched() as watch:
        for path, own in cases.items():
            for case in own:
                keys = {place: _key(path, case, place) for place, _ in placed(case.expected, None)}
                try:
                    for method, places in _compared(case, watch).items():
                        _count(rows[method], case, keys, places)
                except NotRun:
                    not_run.update(keys.values())
    return Measured(rows=rows, not_run=frozenset(not_run))


def _key(path: Path, case: Case, place: str) -> Key:
    return Key(path.stem, case.function, tolerance(case.function, place))


def _compared(case: Case, watch: Watch) -> dict[str, dict[str, tuple[float, float] | None]]:
    """Answer a case: for each method its values, with difference and expected number if any."""
    family = family_of(case)
    adapter = _adapters(family or "")[case.function]
    watch.called.clear()
    try:
        answer = adapter(Given(case.inputs, case.folder))
    except DataError:
        if not is_refusal(case.expected):
            raise
        answer = {}
    gaps = {} if is_refusal(case.expected) else _gaps(case, answer)
    table = explanations()
    return {
        method: {place: gaps.get(place) for place in places}
        for method, places in belonging(case, adapter, answer, watch).items()
        if table[method].family == family and places
    }


def _gaps(case: Case, answer: Mapping[str, object]) -> dict[str, tuple[float, float]]:
    """Give difference and expected value of each number that is not the expected one."""
    found: dict[str, tuple[float, float]] = {}
    close, places = closeness(case), {place for place, _ in placed(case.expected, None)}

    def record(path: str, expected: float, actual: float) -> bool:
        # A number expected and a list of one answered are the same: its place is the number's.
        place = path if path in places else path.removesuffix("[0]")
        found[place] = (abs(expected - actual), expected)
        return close(path, expected, actual)

    for one in differences(case.expected, answer, close=record):
        if not is_limit(case, one):
            raise SystemExit(f"{case.id}: {one}")
        found[one.path] = (math.inf, math.inf)
    return found


def _count(
    rows: dict[Key, Tally],
    case: Case,
    keys: Mapping[str, Key],
    places: Mapping[str, tuple[float, float] | None],
) -> None:
    for place, found in places.items():
        one = rows[keys[place]]
        one.cases.add(case.id)
        one.values += 1
        if found is None:
            continue
        gap, expected = found
        relative = gap / abs(expected) if expected and math.isfinite(gap) else math.inf
        if relative > keys[place].limit:
            one.by_floor += 1
        else:
            one.largest = max(one.largest, relative)


def agreement(rows: Mapping[Key, Tally], not_run: frozenset[Key], before: str) -> str:
    """Tabulate what was found for a method; empty where no case of a reference file asks for it.

    Rows with a case whose data are not here stay as the page ``before`` has them.
    """
    lines = {key.cells: _row(key, one) for key, one in rows.items()}
    old = {(cells[0], cells[3]): line for line, cells in table_rows(before)}
    lines |= {key.cells: old[key.cells] for key in not_run if key.cells in old}
    if not lines:
        return ""
    text = "[Files and columns](../README.md#agreement)."
    head = [f"| {' | '.join(_HEADS)} |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join([text, "", *head, *(lines[cells] for cells in sorted(lines))])


def _row(key: Key, one: Tally) -> str:
    what, limit = key.cells
    largest = "-" if key.limit >= _NOT_COMPARED else rounded_up(one.largest)
    return (
        f"| {what} | {len(one.cases)} | {one.values:,} | {limit} | {largest} |"
        f" {one.by_floor or ''} |"
    )


def table_rows(page: str) -> list[tuple[str, list[str]]]:
    """Give the rows of a page's table, each whole and in cells."""
    block = re.search(r"<!-- agreement:.*?<!-- end -->", page, re.DOTALL)
    lines = [line for line in block.group().splitlines() if line.startswith("| `")] if block else []
    return [(line, [cell.strip() for cell in line.strip("|").split("|")]) for line in lines]


def file_table() -> str:
    """Tabulate the reference files of statistics: cases, and what made them."""
    rows = [
        f"| `{path.stem}` | {len(cases)} | {_made_with(path)} |"
        for path, cases in reference_cases(FAMILIES).items()
    ]
    return "\n".join(["| file | cases | made with |", "| --- | --- | --- |", *rows])


def _made_with(path: Path) -> str:
    head = json.loads(path.read_text(encoding="utf-8"))
    version = head["R"].removeprefix("R version ").split(" ")[0]
    return ", ".join([f"R {version}", *(f"{one} {v}" for one, v in head["packages"].items())])


def _allowed(limit: float) -> str:
    return "not compared" if limit >= _NOT_COMPARED else _short(limit)


def rounded_up(largest: float) -> str:
    """Round up to 1, 2 or 5 of a power of ten: ``below 2e-5``."""
    power = math.floor(math.log10(max(largest, _LEAST)))
    steps = (10.0**power, 2 * 10.0**power, 5 * 10.0**power, 10.0 ** (power + 1))
    return f"below {_short(next(step for step in steps if max(largest, _LEAST) <= step * 1.001))}"


def _short(number: float) -> str:
    return f"{number:.1e}".replace(".0e", "e").replace("e-0", "e-")
