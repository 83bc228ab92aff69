"""A chapter of a report that no participant's data are behind: sentences and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import polars as pl

from equipoise.analyse.statement import Statement

__all__ = ["Chapter", "Name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """How pages name something that rows speak of, and the decimals that it was printed with."""

    label: str
    decimals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chapter:
    """What a design can show or needs, or what was published: data for a report, without layout.

    Attributes
    ----------
    id : {'design', 'sample_size', 'monitoring', 'evidence', 'synthesis'}
        Which of them.
    results : DataFrame
        Rows in the long form; no analysis of a trial has their methods.
    statements : tuple of Statement
        Sentences that cite those rows.
    names : mapping of id to Name
        Names of analyses of the rows that no protocol holds.
    """

    id: Literal["design", "sample_size", "monitoring", "evidence", "synthesis"]
    results: pl.DataFrame
    statements: tuple[Statement, ...]
    names: Mapping[str, Name] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Give everything but the rows as plain data that JSON holds."""
        return {
            "id": self.id,
            "methods": sorted(self.results["method"].unique()),
            "statements": [asdict(one) for one in self.statements],
            "names": {name: asdict(one) for name, one in self.names.items()},
        }

    @classmethod
    def from_described(cls, content: Mapping[str, Any], results: pl.DataFrame) -> Chapter:
        """Read what :meth:`described` gave; its rows are picked out of all results."""
        return cls(
            id=content["id"],
            results=results.filter(pl.col("method").is_in(content["methods"])),
            statements=tuple(
                Statement(**{**one, "cites": tuple(one["cites"])}) for one in content["statements"]
            ),
            names={name: Name(**one) for name, one in content["names"].items()},
        )
