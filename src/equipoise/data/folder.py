"""The data folder: six tables as CSV or Parquet, a dictionary and a manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl

from equipoise.data.atomic import written_folder
from equipoise.data.check import check_records
from equipoise.data.records import TABLES, Origin, Records, columns_of
from equipoise.data.text import TextTable, read_text_table
from equipoise.errors import DataError, Fault
from equipoise.protocol import Protocol

__all__ = ["read_folder", "write_template"]


def read_folder(protocol: Protocol, folder: Path) -> Records:
    """Read and check a data folder.

    Raises
    ------
    DataError
        If a file is missing or is not text, or for every cell that does not fit the protocol:
        all faults at once, each with its file and row.
    """
    if not folder.is_dir():
        raise DataError(
            Fault(where=str(folder), came="no such folder", wanted="a data folder",
                  repair="`equipoise template` makes an empty one")
        )  # fmt: skip
    faults: list[Fault] = []
    tables: dict[str, TextTable] = {}
    digest = hashlib.sha256()
    for name in TABLES:
        path = _find(folder, name, faults)
        if path is None:
            continue
        try:
            tables[name] = read_text_table(path)
        except DataError as error:
            faults += error.faults
            continue
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    origin = _manifest(protocol, folder, faults)
    if faults:
        raise DataError(faults)
    return check_records(protocol, tables, origin=origin, data_hash=digest.hexdigest())


def _find(folder: Path, name: str, faults: list[Fault]) -> Path | None:
    found = [path for end in ("csv", "parquet") if (path := folder / f"{name}.{end}").is_file()]
    if len(found) == 1:
        return found[0]
    came = "both a CSV and a Parquet file" if found else "no such file"
    faults.append(Fault(where=f"{name}.csv", came=came, wanted="one table of " + name))
    return None


def _manifest(protocol: Protocol, folder: Path, faults: list[Fault]) -> Origin:
    """Read the origin of the data; data of another trial are a fault."""
    path = folder / "manifest.json"
    if not path.is_file():
        return "captured"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        trial, origin = content["trial"], content["origin"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        faults.append(
            Fault(where=path.name, came="no trial and origin", wanted="JSON as `template` writes")
        )
        return "captured"
    if trial != protocol.id:
        faults.append(
            Fault(where=path.name, came=f"data of trial {trial!r}", wanted=repr(protocol.id))
        )
    if origin not in ("captured", "SIMULATED"):
        faults.append(
            Fault(where=path.name, came=repr(origin), wanted="origin captured or SIMULATED")
        )
    return "SIMULATED" if origin == "SIMULATED" else "captured"


def write_template(protocol: Protocol, folder: Path) -> None:
    """Write an empty data folder: headers, a dictionary of all columns, and a manifest.

    Raises
    ------
    DataError
        If the folder already holds something; nothing is written then.
    """
    with written_folder(folder) as place:
        for name in TABLES:
            columns: dict[str, list[str]] = {
                column.name: [] for column in columns_of(protocol, name)
            }
            pl.DataFrame(columns).write_csv(place / f"{name}.csv")
        _dictionary(protocol).write_csv(place / "dictionary.csv")
        manifest = {
            "trial": protocol.id,
            "origin": "captured",
            "protocol_version": protocol.trial.protocol_version,
            "protocol_hash": protocol.content_hash,
        }
        (place / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def _dictionary(protocol: Protocol) -> pl.DataFrame:
    """List every column and variable: where it goes, its label, unit, decimals, codes, range."""
    rows: list[dict[str, str]] = []
    for table in TABLES:
        rows += [
            {"table": table, "name": column.name, "label": column.meaning, "kind": column.kind}
            for column in columns_of(protocol, table)
            if column.name not in protocol.variables
        ]
    tables = {"subject": "subjects", "visit": "values", "event": "events"}
    for name, variable in protocol.variables.items():
        if variable.is_derived:
            continue
        low, high = variable.range or (None, None)
        rows.append(
            {
                "table": tables[variable.level],
                "name": name,
                "label": variable.label,
                "kind": variable.kind,
                "unit": variable.unit or "",
                "decimals": str(variable.decimals) if variable.kind == "number" else "",
                "codes": " | ".join(f"{k}, {v}" for k, v in (variable.codes or {}).items()),
                "lowest": "" if low is None else f"{low:g}",
                "highest": "" if high is None else f"{high:g}",
                "visits": " ".join(protocol.visits_of(name)) if variable.level == "visit" else "",
            }
        )
    names = ("table", "name", "label", "kind", "unit", "decimals", "codes", "lowest", "highest",
             "visits")  # fmt: skip
    return pl.DataFrame({name: [row.get(name, "") for row in rows] for name in names})
