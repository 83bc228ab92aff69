"""The page of a family: its methods under their headings, its sources; and the index of all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from equipoise.stats import Explanation
from equipoise.stats.explanation import FAMILIES, explanations
from page.agreement import file_table
from page.text import with_block

__all__ = ["family_page", "index", "methods_of"]

INDEX = """\
# Methods

One folder a family; in it a page a method, with formula, choices made where textbooks differ,
agreement with other programs, speed and sources, and the page of the family, with what its
methods share. The same table answers `equipoise explain METHOD` and
`equipoise.stats.explain(method)`, and reports cite it.

Names are those of functions in `equipoise.stats`, or of what a protocol writes.

## Agreement

A table on the page of a method counts the values of the reference files that belong to it: those
that change when the answer of its functions is changed. Differences are relative and rounded up to
1, 2 or 5 of a power of ten. `by floor` counts numbers that are further off and forgiven by an
absolute floor, because they are zero in theory or for a reason given on the page; and those of fits
that R stopped, with a warning, on the way to an infinite estimate, which is ours. `not compared`
are settings, and places that are not unique. Rules and reasons of tolerances:
`src/equipoise/qualification/tolerance.py`. `equipoise validate` runs every case.

Files lie in `tests/reference/json`, the scripts that made them in `tests/reference/R`:

{files}

## Speed

Figures come from `benchmarks/measured.json`; both sides run on one core and count processor time.
A ratio is the time of the peer over ours, for a trial of a batch and for one call.
What a batch gains over single calls is measured on the small examples of the tests, its best case:
the cost of one call hardly depends on the number of subjects.
"""


def methods_of(family: str) -> list[Explanation]:
    """Give the methods of a family in the order of a reader."""
    return [one for one in explanations().values() if one.family == family]


def family_page(family: str, before: str) -> str:
    """Make what stands between the markers of a family's page anew."""
    entries = methods_of(family)
    for section in dict.fromkeys(one.section for one in entries):
        own = (one for one in entries if one.section == section)
        before = with_block(before, section, "methods", method_list(own))
    return with_block(before, "Sources", "sources", source_list(entries))


def method_list(entries: Iterable[Explanation]) -> str:
    """List the methods of one heading, each with what it computes and its page."""
    return "\n".join(f"- [{one.title}]({one.name}.md): {one.computes}." for one in entries)


def source_list(entries: Iterable[Explanation]) -> str:
    """List the publications behind a family, each once."""
    found = {source.split(";")[0] for one in entries for source in one.source}
    return "\n".join(f"- {source}" for source in sorted(found))


def index(pages: Path) -> str:
    """Make the index: every method with its name, its page and the same in R."""
    parts = [INDEX.format(files=file_table())]
    for family in FAMILIES:
        title = (pages / family / "README.md").read_text(encoding="utf-8").splitlines()[0][2:]
        rows = [
            f"| [{one.title}]({one.page.removeprefix('methods/')}) | `{one.name}` | {_r(one)} |"
            for one in methods_of(family)
        ]
        head = f"## [{title}]({family}/README.md)\n\n| method | name | R |\n| --- | --- | --- |\n"
        parts.append(head + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _r(one: Explanation) -> str:
    return f"`{one.r}`".replace("|", "\\|") if one.r else "-"
