"""Tables of studies in the form that protocols name, and the small trial with a synthesis."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from equipoise.analyse import Chapter
from equipoise.evidence import synthesis_chapter
from equipoise.protocol import Protocol, load_protocol_file
from support.reference import REFERENCE
from support.small import small_file

COLUMNS = (
    "study_id", "randomised", "arm", "arm_role", "outcome", "timepoint_months", "measure",
    "events", "n_eval", "mean", "sd", "unit", "source", "locator", "access", "confidence",
    "overlap_group", "note",
)  # fmt: skip
BINARY = "months: 6, outcomes: [cure], benefit: lower"


def row(study: str, role: str, **cells: object) -> dict[str, object]:
    """Give a row of a table, a count of 5 in 10 unless told otherwise."""
    plain = {
        "study_id": study, "randomised": 1, "arm": role, "arm_role": role, "outcome": "cure",
        "timepoint_months": 6, "measure": "binary", "events": 5, "n_eval": 10,
        "source": "a paper", "locator": "table 1", "access": "full_table", "confidence": "high",
    }  # fmt: skip
    return {**plain, **cells}


def pair(study: str, x1: object, n1: object, x0: object, n0: object, **cells: object) -> list[dict[str, object]]:  # fmt: skip
    """Give both arms of a study with counts."""
    return [
        row(study, "experimental", events=x1, n_eval=n1, **cells),
        row(study, "control", events=x0, n_eval=n0, **cells),
    ]


def table_text(rows: Iterable[Mapping[str, object]], *more: str) -> str:
    """Write rows as CSV, with further columns where named."""
    target = io.StringIO()
    writer = csv.DictWriter(target, [*COLUMNS, *more], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def reference_rows(name: str) -> list[dict[str, object]]:
    """Read a data file of the reference: counts, or means with standard deviations."""
    with (REFERENCE / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        studies = list(csv.DictReader(file))
    found: list[dict[str, object]] = []
    for place, one in enumerate(studies, start=1):
        cells: dict[str, object] = {"latitude": one.get("ablat", "")}
        if "ai" in one:
            found += pair(f"S{place}", one["ai"], one["n1i"], one["ci"], one["n2i"], **cells)
            continue
        for role, arm in (("experimental", "1"), ("control", "2")):
            values = {"mean": one[f"m{arm}i"], "sd": one[f"sd{arm}i"], "n_eval": one[f"n{arm}i"]}
            found.append(
                row(f"S{place}", role, measure="mean_sd", events="", unit="days", **values)
            )
    return found


def with_synthesis(folder: Path, table: str, *plans: str, curves: str = "") -> Path:
    """Write the small trial with syntheses ``one``, ``two`` ... in flow style, and their table."""
    names = ("one", "two", "three", "four")
    lines = "".join(
        f"  {name}: {{label: Question {name}, studies: studies.csv, {plan}}}\n"
        for name, plan in zip(names, plans, strict=False)
    )
    section = f"synthesis:\n{lines}" if plans else ""
    (folder / "studies.csv").write_text(table, encoding="utf-8")
    return small_file(folder, ("estimands:\n", f"{section}{curves}estimands:\n"))


def made(path: Path) -> tuple[Protocol, Chapter]:
    """Load a protocol and make its chapter on the studies of others."""
    protocol = load_protocol_file(path)
    chapter = synthesis_chapter(path, protocol)
    assert chapter is not None
    return protocol, chapter


def numbers(chapter: Chapter, analysis: str = "one", **keys: str) -> dict[str, float]:
    """Pick the values of a variable by statistic; keys that are not given are empty."""
    wanted = {"variable_level": "", "by": "", "analysis": analysis, **keys}
    frame = chapter.results
    for name, level in wanted.items():
        frame = frame.filter(frame[name] == level)
    return dict(zip(frame["statistic"], frame["value"], strict=True))
