"""The tables of a BILAG-2004 visit: read, checked and laid out by item, some visits at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.bilag2004.form import BY_RISE, ITEMS, MEASURED, NOTHING_MOVED, SYSTEMS
from equipoise.instruments.bilag2004.lists import lists_of
from equipoise.instruments.bilag2004.renal import PREVIOUS
from equipoise.instruments.checks import check_items, read_table
from equipoise.instruments.columns import FLAG
from equipoise.instruments.form import Item
from equipoise.instruments.layout import Codes, Layout, Wanted, lay_out, wanted
from equipoise.instruments.limits import Floats

__all__ = ["Visits", "blocks_of_visits", "read_tables"]

_VISITS = 16000  # at a time, so that the arrays of one item stay in the cache
_NAMES = tuple(item.name for item in ITEMS)
_TABLES: dict[str, tuple[Item, ...]] = {
    "recorded": ITEMS,
    "previous": ITEMS,
    "prior": tuple(Item(name, system=name, codes=FLAG) for name in SYSTEMS),
    "attributed": tuple(Item(name, system="attributed", codes=FLAG) for name in _NAMES),
}
_MEASURED: dict[str, list[int]] = {
    "recorded": [place for place, item in enumerate(ITEMS) if item.system in BY_RISE],
    "previous": [_NAMES.index(name) for name in PREVIOUS],
    "prior": list(range(len(SYSTEMS))),
    "attributed": [_NAMES.index(name) for name in MEASURED],
}


@lru_cache
def _wanted(table: str, moved_items: str) -> Wanted:
    lists = lists_of(moved_items) if table == "recorded" else ()
    return wanted(_TABLES[table], lists=lists, measured=_MEASURED[table])


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Some visits, by item. What serves every visit is one visit long.

    Attributes
    ----------
    greatest : (lists, visits) int
        Greatest record of each of the lists; 0 where none was done.
    gap : (lists, visits) int
        -1 where an item of the list was not done, else 0.
    prior : (9, visits) float
        Earlier involvement of each system: 1 or 0, NaN unknown.
    now, before : mapping of str to (visits,) float
        The renal and haematological items, and those of the last assessment; NaN not done.
    attributed : mapping of str to (visits,) float
        1 where a measured value is due to lupus, 0 where not, NaN not recorded.
    n_missing : (visits,) int
        Number of items not done.
    """

    greatest: Codes
    gap: Codes
    prior: Floats
    now: Mapping[str, Floats]
    before: Mapping[str, Floats]
    attributed: Mapping[str, Floats]
    n_missing: NDArray[np.int64]


def read_tables(
    recorded: ArrayLike,
    previous: ArrayLike | None = None,
    prior: ArrayLike | None = None,
    attributed: ArrayLike | None = None,
) -> dict[str, Floats]:
    """Read the inputs of a visit as float64; what is left out is one visit of unknowns.

    Raises
    ------
    DataError
        For last axes of another length and what is not numeric: every fault of all tables.
    """
    given = {
        name: np.full(len(_TABLES[name]), np.nan) if table is None else table
        for name, table in zip(_TABLES, (recorded, previous, prior, attributed), strict=True)
    }
    try:
        return {name: read_table(given[name], _TABLES[name], where=name) for name in _TABLES}
    except DataError:
        _refuse(given)
        raise


def blocks_of_visits(
    tables: Mapping[str, Floats], shape: tuple[int, ...], *, moved_items: str = NOTHING_MOVED
) -> Iterator[tuple[slice, Visits]]:
    """Yield blocks of visits, and their place among all of them.

    Parameters
    ----------
    tables : mapping of str to (..., items) float
        What :func:`read_tables` returns.
    shape : tuple of int
        The shape to which their leading axes broadcast.
    moved_items : str
        What :func:`~equipoise.instruments.bilag2004.form.read_moves` returns.

    Raises
    ------
    DataError
        For values that an item cannot hold: of all visits, items and tables together.
    """
    size = math.prod(shape)
    rows = {
        name: table.reshape(1, -1)
        if table.size == table.shape[-1] and name != "recorded"
        else _spread(table, shape).reshape(-1, table.shape[-1])
        for name, table in tables.items()
    }
    for start in range(0, size, _VISITS):
        place = slice(start, min(start + _VISITS, size))
        laid: dict[str, Layout] = {}
        for name, table in rows.items():
            part = table[place] if len(table) == size else table
            done = lay_out(part, _wanted(name, moved_items))
            if done is None:
                _refuse(tables)
            else:
                laid[name] = done
        yield place, _visits(laid)


def _visits(laid: Mapping[str, Layout]) -> Visits:
    def named(table: str) -> dict[str, Floats]:
        return {
            _NAMES[item]: values
            for item, values in zip(_MEASURED[table], laid[table].values, strict=True)
        }

    recorded = laid["recorded"]
    return Visits(
        greatest=recorded.greatest,
        gap=recorded.gap,
        prior=laid["prior"].values,
        now=named("recorded"),
        before=named("previous"),
        attributed=named("attributed"),
        n_missing=recorded.n_missing,
    )


def _spread(table: Floats, shape: tuple[int, ...]) -> Floats:
    """Broadcast the leading axes, unless they have the shape already: then it stays writeable."""
    if table.shape[:-1] == shape:
        return table
    return np.broadcast_to(table, (*shape, table.shape[-1]))


def _refuse(tables: Mapping[str, ArrayLike]) -> None:
    """Look for every fault of all tables and raise them together."""
    faults: list[Fault] = []
    for name, table in tables.items():
        try:
            check_items(table, _TABLES[name], where=name)
        except DataError as error:
            faults += error.faults
    raise DataError(faults)
