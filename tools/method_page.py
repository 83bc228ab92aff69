"""Write what is generated on the pages of docs/methods: `python tools/method_page.py`.

Three things stand between markers: under each heading the methods that it describes, from the
table of `equipoise.stats.explain`; how far they agree with the reference files, from the engine
of `equipoise validate`; and the sources. The index, README.md, is made as a whole.

`--reference DIR` names another folder of reference files, for the cases whose data may not be
published: without it their rows stay as they were. `--no-agreement` leaves all these tables.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from equipoise.qualification import Case, Given, NotRun, differences, read_cases
from equipoise.qualification.closeness import closeness
from equipoise.qualification.compare import is_refusal
from equipoise.qualification.functions import find_adapter
from equipoise.qualification.tolerance import tolerance
from equipoise.stats import Explanation
from equipoise.stats.explanation import FAMILIES, explanations

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "methods"
REFERENCE = ROOT / "tests" / "reference"

INDEX = """\
# Methods

One page a family; under each heading the methods, their formula and the choices made where
textbooks differ. The same table answers `equipoise explain METHOD` and
`equipoise.stats.explain(method)`, and reports cite it. Every page ends with the agreement with
other programs, measured by the engine of `equipoise validate`, with speed, and with sources.

Names are those of functions in `equipoise.stats`, or of what a protocol writes.
"""
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


def block(name: str, text: str) -> str:
    """Put a generated text between its markers."""
    return f"<!-- {name}: made by tools/method_page.py -->\n\n{text.strip()}\n\n<!-- end -->"


def with_block(page: str, heading: str, name: str, text: str) -> str:
    """Put a generated text under a heading, in place of what stands between its markers."""
    start = re.search(rf"^## {re.escape(heading)}\n+", page, re.MULTILINE)
    if start is None:
        raise SystemExit(f"no heading '## {heading}'")
    rest = re.sub(rf"\A<!-- {name}:.*?<!-- end -->\n*", "", page[start.end() :], flags=re.DOTALL)
    gap = "\n\n" if rest else "\n"
    return f"{page[: start.start()]}## {heading}\n\n{block(name, text)}{gap}{rest}"


def method_list(entries: Iterable[Explanation]) -> str:
    """Describe the methods of one heading, one item each."""
    return "\n".join(_item(one) for one in entries)


def _item(one: Explanation) -> str:
    functions = [f"`{function.split('.', 1)[1]}`" for function in one.functions]
    words = dict.fromkeys(settings[0].replace(".", ": ") for settings in one.asked)
    named = [", ".join(functions)] if functions else []
    named += [f"protocol {', '.join(f'`{word}`' for word in words)}"] if words else []
    said = [f"- **{one.title}**: {'; '.join(named)}.", f"{one.computes}."]
    if one.variant:
        said.append(f"*{one.variant}.*")
    same = [f"{label} `{text}`" for label, text in (("R", one.r), ("SAS", one.sas)) if text]
    said += [f"{'; '.join(same)}."] if same else []
    return "\n  ".join([*said, f"{'. '.join(one.source)}."])


def source_list(entries: Iterable[Explanation]) -> str:
    """List the publications behind a page, each once."""
    found = {source.split(";")[0] for one in entries for source in one.source}
    return "\n".join(f"- {source}" for source in sorted(found))


def index() -> str:
    """Make the index: every method with its function, its page and the same in R."""
    parts = [INDEX]
    table = explanations().values()
    for family in FAMILIES:
        title = (PAGES / f"{family}.md").read_text(encoding="utf-8").splitlines()[0][2:]
        rows = [
            f"| [{one.title}]({one.page.removeprefix('methods/')}) | `{one.name}` | {_r(one)} |"
            for one in table
            if one.family == family
        ]
        head = f"## [{title}]({family}.md)\n\n| method | name | R |\n| --- | --- | --- |\n"
        parts.append(head + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _r(one: Explanation) -> str:
    return f"`{one.r}`".replace("|", "\\|") if one.r else "-"


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
    return f"{_wrapped(text)}\n\n{agreement_table(found, before)}"


def _described(path: Path, cases: int) -> str:
    head = json.loads(path.read_text(encoding="utf-8"))
    packages = ", ".join(f"{name} {version}" for name, version in head["packages"].items())
    made = f"{head['R'].split(' Patched')[0]}; {packages}"
    return f"`tests/reference/json/{path.name}` ({made}): {cases} cases"


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, width=100, break_long_words=False, break_on_hyphens=False))


def page(family: str, *, reference: Path | None = None) -> str:
    """Make a page anew: its own words stay, what stands between markers is made."""
    text = (PAGES / f"{family}.md").read_text(encoding="utf-8")
    entries = [one for one in explanations().values() if one.family == family]
    for section in dict.fromkeys(one.section for one in entries):
        own = (one for one in entries if one.section == section)
        text = with_block(text, section, "methods", method_list(own))
    cases = reference_cases(family, reference) if reference is not None else {}
    if cases:
        text = with_block(text, "Agreement", "agreement", agreement(cases, text))
    return with_block(text, "Sources", "sources", source_list(entries))


def main() -> None:
    """Write every page and the index."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reference", type=Path, default=REFERENCE, metavar="DIR")
    parser.add_argument("--no-agreement", action="store_true")
    parser.add_argument("families", nargs="*", metavar="FAMILY", help="pages; default: all")
    given = parser.parse_args()
    for family in given.families or FAMILIES:
        made = page(family, reference=None if given.no_agreement else given.reference)
        (PAGES / f"{family}.md").write_text(made, encoding="utf-8")
        sys.stderr.write(f"wrote {family}.md\n")
    (PAGES / "README.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    main()
