"""Write what is generated on the pages of docs/methods: `python tools/method_page.py`.

Between markers stand, on the page of a method, its facts and its sources from the table of
`equipoise.stats.explain`, how far it agrees with the reference files, from the engine of
`equipoise validate`, and its speed, from `benchmarks/measured.json`; on the page of a family, its
methods and its sources. The index is made as a whole. A method without a page gets one, to be
filled with its formula and choices.

`--reference DIR` names another folder of reference files, for the cases whose data may not be
published: without it their rows stay as they were. `--no-agreement` leaves all these tables.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from page.agreement import REFERENCE, Measured, measured, reference_cases
from page.family import family_page, index, methods_of
from page.method import method_page

from equipoise.stats.explanation import FAMILIES

PAGES = Path(__file__).parents[1] / "docs" / "methods"


def pages(family: str, found: Measured | None = None) -> dict[Path, str]:
    """Make the pages of a family anew: their own words stay, what is between markers is made."""
    path = PAGES / family / "README.md"
    made = {path: family_page(family, path.read_text(encoding="utf-8"))}
    for one in methods_of(family):
        path = PAGES.parent / one.page
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        made[path] = method_page(one, before, found)
    return made


def main() -> None:
    """Write every page and the index."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reference", type=Path, default=REFERENCE, metavar="DIR")
    parser.add_argument("--no-agreement", action="store_true")
    parser.add_argument("families", nargs="*", metavar="FAMILY", help="folders; default: all")
    given = parser.parse_args()
    families = given.families or FAMILIES
    found = None
    if not given.no_agreement:
        found = measured(reference_cases(families, given.reference))
    for family in families:
        made = pages(family, found)
        for path, text in made.items():
            path.write_text(text, encoding="utf-8")
        sys.stderr.write(f"wrote {len(made)} pages of {family}\n")
    (PAGES / "README.md").write_text(index(PAGES), encoding="utf-8")


if __name__ == "__main__":
    main()
