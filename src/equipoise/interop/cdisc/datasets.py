"""Find CDISC data sets in a folder or in a package, and hash what was read."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import ModuleType

import polars as pl

from equipoise.data import as_text, read_text_table
from equipoise.errors import DataError, Fault, InteropError, did_you_mean
from equipoise.interop.cdisc.package import imported
from equipoise.protocol.model.look import DataSource

__all__ = ["Datasets"]

_NUMBER = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?$"
"""Text that is a number and no more: ids with leading zeros stay text."""


class Datasets:
    """Data sets of a source by name; each is read once.

    An installed package is imported, and taken for one of data if it has a function
    ``list_datasets()`` that names its attributes, or polars data frames as attributes.

    Raises
    ------
    InteropError
        If the folder or package is not there, or the package holds no data sets.
    """

    def __init__(self, source: DataSource) -> None:
        self._folder = Path(source.path) if source.path is not None else None
        if self._folder is not None and not self._folder.is_dir():
            raise _error("data.path", f"no folder {source.path}", "a folder")
        self._modules: list[tuple[ModuleType, dict[str, str]]] = []
        for name in source.packages:
            module = imported(name)
            self._modules.append((module, _offered(name, module)))
        self._read: dict[str, pl.DataFrame] = {}

    def names(self) -> list[str]:
        """List the data sets there are, in capitals."""
        found = [path.stem for path in self._files()]
        for _, offered in self._modules:
            found += offered
        return sorted({name.upper() for name in found})

    def get(self, name: str, *, where: str) -> pl.DataFrame:
        """Read a data set; text columns hold null where nothing was captured.

        Raises
        ------
        InteropError
            If there is no such data set, or it cannot be read.
        """
        name = name.upper()
        if name not in self._read:
            frame = self._load(name)
            if frame is None:
                known = self.names()
                wanted = f"one of {', '.join(known)}" if known else "a CSV or Parquet file"
                raise _error(where, f"no data set {name}", wanted, did_you_mean(name, known))
            try:
                as_text(frame.clear(), name)
            except DataError as error:
                raise InteropError(error.faults) from error
            self._read[name] = frame.with_columns(pl.col(pl.String).replace("", None))
        return self._read[name]

    def column(self, name: str, column: str, *, where: str) -> pl.Series:
        """Read one column of a data set, or raise InteropError naming what is there."""
        frame = self.get(name, where=where)
        if column not in frame.columns:
            raise _error(
                where, f"no column {column} in {name.upper()}", "a column of the data set",
                did_you_mean(column, frame.columns),
            )  # fmt: skip
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
        return sorted(
            path for path in self._folder.iterdir() if path.suffix in (".parquet", ".csv")
        )

    def _load(self, name: str) -> pl.DataFrame | None:
        paths = [path for path in self._files() if path.stem.upper() == name]
        if len(paths) > 1:
            raise _error(name, " and ".join(path.name for path in paths), "one file")
        if paths:
            return _read_file(paths[0])
        for module, offered in self._modules:
            if name in offered:
                return _attribute(module, offered[name])
        return None


def _error(where: str, came: str, wanted: str, repair: str = "") -> InteropError:
    return InteropError(Fault(where=where, came=came, wanted=wanted, repair=repair))


def _read_file(path: Path) -> pl.DataFrame:
    """Read a file; columns of a CSV that hold numbers and nothing else become numbers."""
    if path.suffix == ".parquet":
        try:
            return pl.read_parquet(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            came = str(error).strip().split("\n")[0] or "nothing"
            raise _error(path.name, came, "a Parquet table") from error
    try:
        frame = read_text_table(path).frame
    except DataError as error:
        raise InteropError(error.faults) from error
    frame = frame.with_columns(pl.all().replace("", None))
    numbers = [
        column.name
        for column in frame
        if column.null_count() < frame.height and column.drop_nulls().str.contains(_NUMBER).all()
    ]
    return frame.with_columns(pl.col(numbers).cast(pl.Float64))


def _offered(name: str, module: ModuleType) -> dict[str, str]:
    """Find the data sets of a module: name in capitals to attribute."""
    lister = getattr(module, "list_datasets", None)
    if callable(lister):
        listed = list(lister())
    else:
        listed = [one for one, value in vars(module).items() if isinstance(value, pl.DataFrame)]
    if not listed or not all(isinstance(one, str) for one in listed):
        raise _error(
            "data.packages", f"{name} names no data sets",
            "a module with list_datasets(), or with polars data frames as attributes",
        )  # fmt: skip
    return {one.upper(): one for one in listed}


def _attribute(module: ModuleType, name: str) -> pl.DataFrame:
    frame = getattr(module, name, None)
    if not isinstance(frame, pl.DataFrame):
        came = f"{module.__name__}.{name} is of type {type(frame).__name__}"
        raise _error("data.packages", came, "a polars data frame")
    return frame
