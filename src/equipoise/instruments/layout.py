"""Tables laid out by item: each row of memory is one item, or one list of items, over visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.instruments import kernel
from equipoise.instruments.limits import Checked, Floats, Limits, blocks_of, limits_of

__all__ = ["Codes", "Layout", "Wanted", "lay_out", "wanted"]

Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a table holds, by item.

    Attributes
    ----------
    greatest : (lists, rows) int
        Greatest code of each list of items that was asked for; 0 where none is known.
    gap : (lists, rows) int
        -1 where an item of the list is unknown, else 0.
    values : (measured, rows) float
        Values of the items that were asked for; NaN where unknown.
    n_missing : (rows,) int
        Number of unknown items.
    """

    greatest: Codes
    gap: Codes
    values: Floats
    n_missing: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be laid out of a table.

    Attributes
    ----------
    limits : Limits
        What its items may hold; codes are whole numbers without a gap.
    members : (members,) int
        Places of the coded items of the lists, list after list.
    ends : (lists,) int
        Where each list ends among the members.
    measured : (measured,) int
        Places of the items that are laid out as they are.
    """

    limits: Limits
    members: NDArray[np.intp]
    ends: NDArray[np.intp]
    measured: NDArray[np.intp]


def wanted(
    items: Sequence[Checked],
    *,
    lists: Sequence[Sequence[int]] = (),
    measured: Sequence[int] = (),
) -> Wanted:
    """Say what is to be laid out: places of the items of each list, and of measured ones."""
    return Wanted(
        limits=limits_of(items),
        members=np.array([place for one in lists for place in one], dtype=np.intp),
        ends=np.cumsum([len(one) for one in lists], dtype=np.intp),
        measured=np.array(measured, dtype=np.intp),
    )


def lay_out(rows: Floats, what: Wanted) -> Layout | None:
    """Check a table and lay it out in one pass; None where a value does not fit its item.

    Parameters
    ----------
    rows : (rows, items) float
        Values; NaN is unknown.
    what : Wanted
        The lists and the items.
    """
    size, lists = len(rows), len(what.ends)
    layout = Layout(
        greatest=np.empty((lists, size), dtype=np.int8),
        gap=np.empty((lists, size), dtype=np.int8),
        values=np.empty((len(what.measured), size)),
        n_missing=np.empty(size, dtype=np.int64),
    )
    fill = kernel.lay_out.for_cells(rows.size)
    for start, cells in blocks_of(rows):
        misfit = fill(
            cells,
            what.limits.lowest,
            what.limits.highest,
            what.limits.is_coded,
            what.members,
            what.ends,
            what.measured,
            layout.greatest,
            layout.gap,
            layout.values,
            layout.n_missing,
            start,
        )
        if misfit >= 0:
            return None
    return layout
