"""Results as files: the table as CSV and Parquet, the protocol and the provenance as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import polars as pl

from equipoise.analyse.results import Provenance
from equipoise.errors import DataError, Fault
from equipoise.protocol import Protocol

__all__ = ["REPORT_FILES", "RESULT_FILES", "read_results", "write_results"]

RESULT_FILES = frozenset({"results.csv", "results.parquet", "provenance.json", "protocol.json"})
"""Files that hold the results of a trial."""

REPORT_FILES = frozenset({"figures", "report.html", "report.pdf", "results.json"})
"""Files that a report adds to them; they do not outlive the results that they show."""


def write_results(
    protocol: Protocol, frame: pl.DataFrame, provenance: Provenance, folder: Path
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
        An existing folder; ``results.csv``, ``results.parquet``, ``provenance.json`` and
        ``protocol.json`` are written into it.
    """
    frame.write_csv(folder / "results.csv")
    frame.write_parquet(folder / "results.parquet")
    origin = json.dumps(asdict(provenance), indent=2) + "\n"
    (folder / "provenance.json").write_text(origin, encoding="utf-8")
    content = protocol.model_dump_json(indent=2, exclude_defaults=True) + "\n"
    (folder / "protocol.json").write_text(content, encoding="utf-8")


def read_results(folder: Path) -> tuple[Protocol, pl.DataFrame, Provenance]:
    """Read what :func:`write_results` wrote.

    Raises
    ------
    DataError
        If a file is missing or is not what was written.
    """
    names = ("results.parquet", "provenance.json", "protocol.json")
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
        frame = pl.read_parquet(folder / "results.parquet")
        provenance = Provenance(**json.loads((folder / "provenance.json").read_text("utf-8")))
        protocol = Protocol.model_validate_json((folder / "protocol.json").read_text("utf-8"))
    except (pl.exceptions.PolarsError, OSError, TypeError, ValueError) as error:
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
    return protocol, frame, provenance
