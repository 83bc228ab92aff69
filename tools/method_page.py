"""Write what is generated on the pages of docs/methods: `python tools/method_page.py`.

Between markers stand, on the page of a method, its facts and its sources from the table of
`equipoise.stats.explain`; on the page of a family, its methods, how far they agree with the
reference files, from the engine of `equipoise validate`, and its sources. The index is made as a
whole. A method without a page gets one, to be filled with its formula and choices.

`--reference DIR` names another folder of reference files, for the cases whose data may not be
published: without it their rows stay as they were. `--no-agreement` leaves all these tables.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from page.agreement import REFERENCE, agreement, reference_cases
from page.family import family_page, index, methods_of
from page.method import method_page
from page.text import with_block

from equipoise.stats.explanation import FAMILIES

PAGES = Path(__file__).parents[1] / "docs" / "methods"


def pages(family: str, *, reference: Path | None = None) -> dict[Path, str]:
    """Make the pages of a family anew: their own words stay, what is between markers is made."""
    path = PAGES / family / "README.md"
    text = family_page(family, path.read_text(encoding="utf-8"))
    cases = reference_cases(family, reference) if reference is not None else {}
    if cases:
        text = with_block(text, "Agreement", "agreement", agreement(cases, text))
    made = {path: text}
    for one in methods_of(family):
        path = PAGES.parent / one.page
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        made[path] = method_page(one, before)
    return made


def main() -> None:
    """Write every page and the index."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reference", type=Path, default=REFERENCE, metavar="DIR")
    parser.add_argument("--no-agreement", action="store_true")
    parser.add_argument("families", nargs="*", metavar="FAMILY", help="folders; default: all")
    given = parser.parse_args()
    for family in given.families or FAMILIES:
        made = pages(family, reference=None if given.no_agreement else given.reference)
        for path, text in made.items():
            path.write_text(text, encoding="utf-8")
        sys.stderr.write(f"wrote {len(made)} pages of {family}\n")
    (PAGES / "README.md").write_text(index(PAGES), encoding="utf-8")


if __name__ == "__main__":
    main()
