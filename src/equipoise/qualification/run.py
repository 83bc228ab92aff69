"""Run case files: the installation qualification of a trial unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from polars.exceptions import PolarsError

from equipoise.errors import DataError, EquipoiseError, Fault
from equipoise.qualification.adapter import Given, NotRun, Unreadable
from equipoise.qualification.case import Case, read_cases
from equipoise.qualification.closeness import closeness, is_limit
from equipoise.qualification.compare import Difference, differences, is_refusal
from equipoise.qualification.functions import find_adapter

__all__ = ["Outcome", "Verdict", "case_files", "run_case", "run_files", "shipped_cases"]

_UNFORESEEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    PolarsError,  # a table without a column, or no table at all
    StopIteration,
    TypeError,
    ValueError,
)


class Verdict(Enum):
    """How a case came out."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown function"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One case, its verdict, and why.

    Attributes
    ----------
    file, id, function : str
        The case.
    verdict : Verdict
        How it came out.
    compared : int
        Numbers, words and truth values that were compared.
    differences : tuple of Difference
        Every place at which the answer is not the expected one.
    message : str
        Why it was not run, what stopped it, or what it did not look at.
    """

    file: str
    id: str
    function: str
    verdict: Verdict
    compared: int = 0
    differences: tuple[Difference, ...] = ()
    message: str = ""


def shipped_cases() -> Path:
    """Find the folder of the case files that ship with the package."""
    return Path(__file__).parent / "reference"


def case_files(paths: Iterable[Path]) -> list[Path]:
    """List the case files at some paths: a file itself, or the JSON files below a folder.

    Raises
    ------
    DataError
        For every path that is not there, or a folder without case files.
    """
    faults: list[Fault] = []
    files: list[Path] = []
    for path in paths:
        found = [path] if path.is_file() else sorted(path.rglob("*.json"))
        found = [one for one in found if path.is_file() or _holds_cases(one)]
        if not found:
            came = "no case file below it" if path.exists() else "no such file or folder"
            faults.append(Fault(where=str(path), came=came, wanted="JSON files of cases"))
        files += found
    if faults:
        raise DataError(faults)
    return files


def _holds_cases(path: Path) -> bool:
    """Tell case files of a folder from other JSON files, such as published tables."""
    return '"cases"' in path.read_text(encoding="utf-8", errors="replace")


def run_files(
    files: Iterable[Path], on_progress: Callable[[str], None] = lambda _: None
) -> Iterator[Outcome]:
    """Run every case of every file, in their order.

    Raises
    ------
    DataError
        If a file is not a case file: the faults of all files, before any case is run.
    """
    read: list[tuple[Path, list[Case]]] = []
    faults: list[Fault] = []
    for path in files:
        try:
            read.append((path, read_cases(path)))
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    for path, cases in read:
        on_progress(path.name)
        given = Counter(case.id for case in cases)
        for case in cases:
            outcome = run_case(case, file=path.name)
            yield _told_apart(outcome, among=given[case.id])


def run_case(case: Case, *, file: str = "") -> Outcome:
    """Run one case through the adapter of its function and compare the answer."""
    adapter = find_adapter(case)
    if adapter is None:
        return _outcome(case, file, Verdict.UNKNOWN, message=f"no function {case.function!r}")
    compared = _count(case.expected)
    if not compared:
        return _outcome(case, file, Verdict.FAILED, message="expects nothing, so it cannot fail")
    given = Given(case.inputs, case.folder)
    try:
        answer = adapter(given)
    except NotRun as reason:
        return _outcome(case, file, Verdict.NOT_RUN, message=str(reason))
    except EquipoiseError as error:
        # An estimator that refuses agrees with a reference that did; an adapter at a loss does not.
        if is_refusal(case.expected) and not isinstance(error, Unreadable):
            return Outcome(
                file=file,
                id=case.id,
                function=case.function,
                verdict=Verdict.PASSED,
                compared=compared,
                message=str(error),
            )
        return _outcome(case, file, Verdict.FAILED, message=str(error))
    except _UNFORESEEN as error:
        # A file of somebody else's may ask for what no adapter foresaw; the others still run.
        message = f"{type(error).__name__}: {error}"
        return _outcome(case, file, Verdict.FAILED, message=message)
    found = tuple(
        difference
        for difference in differences(case.expected, answer, close=closeness(case))
        if not is_limit(case, difference)
    )
    return Outcome(
        file=file,
        id=case.id,
        function=case.function,
        verdict=Verdict.FAILED if found else Verdict.PASSED,
        compared=compared,
        differences=found,
        message=_unread(case, given),
    )


def _unread(case: Case, given: Given) -> str:
    """Name the inputs of an instrument that were not looked at: misspelt, or of no use here.

    Files of statistics also hold notes and what other software asks for.
    """
    names = [] if case.is_statistic else sorted(set(case.inputs) - given.read)
    return f"inputs that were not read: {', '.join(names)}" if names else ""


def _outcome(case: Case, file: str, verdict: Verdict, *, message: str) -> Outcome:
    return Outcome(file=file, id=case.id, function=case.function, verdict=verdict, message=message)


def _told_apart(outcome: Outcome, *, among: int) -> Outcome:
    """Say where several cases of a file have the same id, so that a report names neither."""
    if among == 1:
        return outcome
    told = f"{among} cases of this file have this id"
    return replace(outcome, message=f"{outcome.message}; {told}" if outcome.message else told)


def _count(expected: object) -> int:
    if isinstance(expected, dict):
        return sum(map(_count, expected.values()))
    if isinstance(expected, list):
        return sum(map(_count, expected))
    return 1
