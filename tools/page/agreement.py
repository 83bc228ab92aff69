"""How far the methods of a family agree with the reference files."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from equipoise.qualification import Case, Given, NotRun, differences, read_cases
from equipoise.qualification.closeness import closeness
from equipoise.qualification.compare import is_refusal
from equipoise.qualification.functions import find_adapter
from equipoise.qualification.tolerance import tolerance
from page.text import wrapped

REFERENCE = Path(__file__).parents[2] / "tests" / "reference"

_LEAST = 1e-12
"""Differences below this are shown as this: they are rounding, and change with the machine."""
_FILES = {
    "binary": ("binary", "margin"),
    **{
        family: (family, f"{family}_unusual")
        for family in ("bayes", "continuous", "design", "meta", "mmrm", "multiplicity")
    },
}
"""Reference files of a family that has more than one; the others have one of their name."""
_MIXED = ("formula", "sparse_input")
"""Reference files of several families: each takes the cases of methods of its other files."""
_NOT_COMPARED = 1.0
"""From this tolerance on a value is no answer: a setting, or a place that is not unique."""


@dataclass(slots=True)
class Tally:
    """What was compared at one tolerance in the cases of one method.

    Attributes
    ----------
    cases : set of str
        Ids of the cases.
    values : int
        Numbers, words and truth values expected.
    largest : float
        Largest relative difference, but for numbers that only an absolute floor forgives.
    by_floor : int
        Numbers that only an absolute floor forgives, most of them zero in theory.
    not_run : bool
        A case could not be run here: its data are kept elsewhere.
    """

    cases: set[str] = field(default_factory=set)
    values: int = 0
    largest: float = 0.0
    by_floor: int = 0
    not_run: bool = False


Tallies = dict[tuple[str, float], Tally]


def reference_cases(family: str, folder: Path = REFERENCE) -> dict[Path, list[Case]]:
    """Read the cases of a family: files of the folder, else those of the repository."""
    found = {path: read_cases(path) for path in _files(_FILES.get(family, (family,)), folder)}
    methods = {case.function for cases in found.values() for case in cases}
    for path in _files(_MIXED, folder):
        found[path] = [case for case in read_cases(path) if case.function in methods]
    return {path: cases for path, cases in found.items() if cases}


def _files(names: Iterable[str], folder: Path) -> Iterator[Path]:
    for name in names:
        paths = [place / "json" / f"{name}.json" for place in (folder, REFERENCE)]
        yield from [path for path in paths if path.is_file()][:1]


def counted(cases: Iterable[Case]) -> Tallies:
    """Count what is compared, by method and tolerance; nothing is run."""
    found: Tallies = defaultdict(Tally)
    for case in cases:
        for path in leaves(case.expected):
            one = found[case.function, tolerance(case.function, path)]
            one.cases.add(case.id)
            one.values += 1
    return found


def measured(cases: Iterable[Case]) -> Tallies:
    """Count, and compare every case that can be run here."""
    cases = list(cases)
    found = counted(cases)
    for case in cases:
        if is_refusal(case.expected):  # both have no answer: no difference to measure
            continue
        answer = _answer(case)
        if answer is None:
            for path in leaves(case.expected):
                found[case.function, tolerance(case.function, path)].not_run = True
            continue
        for path, gap, expected in _gaps(case, answer):
            limit = tolerance(case.function, path)
            one = found[case.function, limit]
            relative = gap / abs(expected) if expected else math.inf
            if relative > limit:
                one.by_floor += 1
            else:
                one.largest = max(one.largest, relative)
    return found


def _answer(case: Case) -> Mapping[str, object] | None:
    adapter = find_adapter(case)
    if adapter is None:
        raise SystemExit(f"{case.id}: no adapter for {case.function}")
    try:
        return adapter(Given(case.inputs, case.folder))
    except NotRun:
        return None


def leaves(expected: object, path: str = "") -> Iterator[str]:
    """Yield the path of every value, as the comparison names it."""
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(expected, list):
        for place, value in enumerate(expected):
            yield from leaves(value, f"{path}[{place}]")
    else:
        yield path


def _gaps(case: Case, answer: Mapping[str, object]) -> list[tuple[str, float, float]]:
    """Give path, difference and expected value of each number that is not the expected one."""
    found: list[tuple[str, float, float]] = []
    close = closeness(case)

    def record(path: str, expected: float, actual: float) -> bool:
        found.append((path, abs(expected - actual), expected))
        return close(path, expected, actual)

    wrong = list(differences(case.expected, answer, close=record))
    if wrong:
        raise SystemExit(f"{case.id}: {wrong[0]}")
    return found


def agreement_table(found: Tallies, before: str = "") -> str:
    """Tabulate cases, values, and the largest difference, rounded up to 1, 2 or 5.

    Where a case could not be run, the differences are those of the table ``before``.
    """
    rows = []
    for (method, limit), one in sorted(found.items()):
        what = f"| `{method}` | {len(one.cases)} | {one.values:,} | {allowed(limit)} |"
        old = next((line for line in before.splitlines() if line.startswith(what)), None)
        largest = "-" if limit >= _NOT_COMPARED else rounded_up(one.largest)
        new = f"{what} {'not run' if one.not_run else largest} | {one.by_floor or ''} |"
        rows.append(old if one.not_run and old else new)
    heads = ("method of the file", "cases", "values", "tolerance", "largest difference", "by floor")
    return "\n".join([f"| {' | '.join(heads)} |", "| --- | --- | --- | --- | --- | --- |", *rows])


def allowed(limit: float) -> str:
    """Show a tolerance."""
    return "not compared" if limit >= _NOT_COMPARED else _short(limit)


def rounded_up(largest: float) -> str:
    """Round up to 1, 2 or 5 of a power of ten: ``below 2e-5``."""
    power = math.floor(math.log10(max(largest, _LEAST)))
    steps = (10.0**power, 2 * 10.0**power, 5 * 10.0**power, 10.0 ** (power + 1))
    return f"below {_short(next(step for step in steps if max(largest, _LEAST) <= step * 1.001))}"


def _short(number: float) -> str:
    return f"{number:.1e}".replace(".0e", "e").replace("e-0", "e-")


def agreement(cases: Mapping[Path, list[Case]], before: str = "") -> str:
    """Say what the reference files are, and how far ours is from them; ``before`` is the page."""
    files = "; ".join(_described(path, len(found)) for path, found in cases.items())
    text = (
        f"{files}. Differences are relative and rounded up; `by floor` counts numbers that are "
        "further off and forgiven by an absolute floor, because they are zero in theory or for a "
        "reason below. Rules and reasons: `src/equipoise/qualification/tolerance.py`."
    )
    found = measured(one for own in cases.values() for one in own)
    return f"{wrapped(text)}\n\n{agreement_table(found, before)}"


def _described(path: Path, cases: int) -> str:
    head = json.loads(path.read_text(encoding="utf-8"))
    packages = ", ".join(f"{name} {version}" for name, version in head["packages"].items())
    made = f"{head['R'].split(' Patched')[0]}; {packages}"
    return f"`tests/reference/json/{path.name}` ({made}): {cases} cases"
