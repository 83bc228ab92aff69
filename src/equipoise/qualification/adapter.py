"""The contract of an adapter: from a case's inputs to an answer with the case's keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from equipoise.errors import DataError, Fault

__all__ = ["Adapter", "Given", "NotRun", "Unreadable"]


class Unreadable(DataError):
    """The inputs of a case do not say what its function needs: no answer, and no refusal."""


class NotRun(Exception):
    """A case cannot be run here: its data file is kept elsewhere, or its form is not known."""


@dataclass(frozen=True, slots=True)
class Given:
    """The inputs of one case, which of them were read, and the folder of its data files."""

    inputs: Mapping[str, Any]
    folder: Path
    read: set[str] = field(default_factory=set)

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        if key not in self.inputs:
            raise Unreadable(
                Fault(
                    where="inputs",
                    came=", ".join(sorted(self.inputs)) or "nothing",
                    wanted=f"{key!r} too",
                )
            )
        return self.inputs[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Give the input of that name, or the default of the case form."""
        self.read.add(key)
        return self.inputs.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self.inputs

    def table(self, key: str = "data") -> pl.DataFrame:
        """Read the CSV file that the input names; an empty field is missing.

        Raises
        ------
        NotRun
            If the file is not there.
        """
        path = self.folder / self[key]
        if not path.is_file():
            raise NotRun(f"data file {self[key]} is not in {self.folder}")
        return pl.read_csv(path, infer_schema_length=None, null_values=["", "NA"])


Adapter: TypeAlias = Callable[[Given], Mapping[str, Any]]
