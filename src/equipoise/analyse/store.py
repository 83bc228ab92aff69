"""Results as files: the table as CSV and Parquet, the protocol and the provenance as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from equipoise.analyse.chapter import Chapter
from equipoise.analyse.results import Provenance
from equipoise.errors import DataError, Fault
from equipoise.protocol import Protocol

__all__ = [
    "REPORT_FILES",
    "RESULT_FILES",
    "json_rows",
    "read_results",
    "whole_frame",
    "write_results",
]

RESULT_FILES = frozenset(
    {"results.csv", "results.parquet", "provenance.json", "protocol.json", "chapters.json"}
)
"""Files that hold the results of a trial."""

REPORT_FILES = frozenset({"figures", "report.html", "report.pdf", "results.json"})
"""Files that a report adds to them; they do not outlive the results that they show."""


def whole_frame(frame: pl.DataFrame, chapters: Sequence[Chapter]) -> pl.DataFrame:
    """Put the rows of chapters under those of the trial."""
    return pl.concat([frame, *(chapter.results for chapter in chapters)])


def json_rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Turn rows of results into what JSON can hold: an infinite number is text, as in CSV."""
    return [
        {
            name: str(value) if isinstance(value, float) and math.isinf(value) else value
            for name, value in row.items()
        }
        for row in frame.to_dicts()
    ]


def write_results(
    protocol: Protocol,
    frame: pl.DataFrame,
    provenance: Provenance,
    folder: Path,
    *,
    chapters: Sequence[Chapter] = (),
) -> None:
    """Write the results of one trial, with what is needed to lay them out again.

    Parameters
    ----------
    protocol : Protocol
        The protocol that was analysed.
    frame : DataFrame
        The long table of :meth:`Results.frame`.
    provenance : Provenance
        Where the results come from.
    folder : Path
        An existing folder; ``results.csv``, ``results.parquet``, ``provenance.json``,
        ``protocol.json`` and ``chapters.json`` are written into it.
    chapters : sequence of Chapter
        What no participant's data are behind; their rows follow those of the trial.
    """
    whole = whole_frame(frame, chapters)
    whole.write_csv(folder / "results.csv")
    whole.write_parquet(folder / "results.parquet")
    _write_json(folder / "provenance.json", asdict(provenance))
    _write_json(folder / "chapters.json", [chapter.described() for chapter in chapters])
    content = protocol.model_dump_json(indent=2, exclude_defaults=True) + "\n"
    (folder / "protocol.json").write_text(content, encoding="utf-8")


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def read_results(
    folder: Path,
) -> tuple[Protocol, pl.DataFrame, Provenance, tuple[Chapter, ...]]:
    """Read what :func:`write_results` wrote.

    Raises
    ------
    DataError
        If a file is missing or is not what was written.
    """
    names = ("results.parquet", "provenance.json", "protocol.json", "chapters.json")
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise DataError(
            Fault(
                where=str(folder),
                came=f"no {', '.join(missing)}",
                wanted="a folder that `equipoise analyse` or `equipoise run` wrote",
            )
        )
    try:
        whole = pl.read_parquet(folder / "results.parquet")
        origin = _read_json(folder / "provenance.json")
        provenance = Provenance(**{**origin, "notes": tuple(origin["notes"])})
        protocol = Protocol.model_validate_json((folder / "protocol.json").read_text("utf-8"))
        chapters = tuple(
            Chapter.from_described(one, whole) for one in _read_json(folder / "chapters.json")
        )
    except (pl.exceptions.PolarsError, OSError, KeyError, TypeError, ValueError) as error:
        came = str(error).strip().split("\n")[0]
        raise DataError(
            Fault(where=str(folder), came=came, wanted="files as they were written")
        ) from error
    if protocol.content_hash != provenance.protocol_hash:
        raise DataError(
            Fault(
                where=str(folder / "protocol.json"),
                came="another protocol than the results'",
                wanted=f"hash {provenance.protocol_hash[:12]}",
            )
        )
    own = sum(chapter.results.height for chapter in chapters)
    return protocol, whole.head(whole.height - own), provenance, chapters


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
