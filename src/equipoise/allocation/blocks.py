"""Permuted blocks: inside each block the ratio holds exactly, in random order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.allocation.entropy import Entropy
from equipoise.allocation.integers import integers_below
from equipoise.allocation.scheme import Scheme
from equipoise.errors import DataError, Fault
from equipoise.stats import Integers

__all__ = ["AllocationList", "permuted_blocks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationList:
    """Lists of one trial or a batch; every field has shape (..., strata, places).

    Attributes
    ----------
    arm : int
        Index into the arms of the scheme.
    block : int
        Number of the block inside its stratum, from 0.
    block_size : int
        Size of that block; the last one may be cut by the end of the list.
    """

    arm: Integers
    block: Integers
    block_size: Integers


def permuted_blocks(
    scheme: Scheme, *, length: int, strata: int = 1, entropy: Entropy
) -> AllocationList:
    """Make a list of permuted blocks for each stratum.

    Parameters
    ----------
    scheme : Scheme
        Arms, ratio and block sizes.
    length : int
        Places in the list of each stratum.
    strata : int
        Number of strata.
    entropy : Entropy
        Source of chance; its shape leads.

    Returns
    -------
    AllocationList
        A longer list begins with the shorter one, and a further stratum changes no other, when
        the source answers by address.

    Raises
    ------
    DataError
        If the scheme has no block sizes, or a number is negative.

    Notes
    -----
    Block ``b`` of a list reads its own words: one for its size, one for each exchange of the
    Fisher-Yates shuffle (Durstenfeld R. Commun ACM 1964; 7:420, algorithm 235), which makes all
    orders equally likely.
    """
    _check(scheme, length=length, strata=strata)
    lists = [_one_list(scheme, length=length, number=one, entropy=entropy) for one in range(strata)]
    shape = (*entropy.shape, strata, length)
    arm, block, size = (
        np.stack([one[field] for one in lists], axis=-2) if lists else np.zeros(shape, np.int64)
        for field in range(3)
    )
    return AllocationList(arm=arm, block=block, block_size=size)


def _check(scheme: Scheme, *, length: int, strata: int) -> None:
    faults = [
        Fault(where=name, came=str(value), wanted="0 or more")
        for name, value in (("length", length), ("strata", strata))
        if value < 0
    ]
    if not scheme.block_sizes:
        faults.append(Fault(where="block_sizes", came="none", wanted="sizes of the blocks"))
    if faults:
        raise DataError(faults)


def _one_list(
    scheme: Scheme, *, length: int, number: int, entropy: Entropy
) -> tuple[Integers, Integers, Integers]:
    sizes = np.array(scheme.block_sizes, dtype=np.int64)
    widest = int(sizes.max())
    blocks = max(1, -(-length // int(sizes.min())))
    # The words of a block: its size, then the exchanges of places widest - 1 down to 1.
    bounds = np.array([len(sizes), *range(widest, 1, -1)], dtype=np.int64)
    drawn = integers_below(np.tile(bounds, blocks), number=number, entropy=entropy)
    drawn = drawn.reshape((*entropy.shape, blocks, widest))
    which = drawn[..., 0]
    contents = _contents(scheme)[which]
    size = sizes[which]
    for exchange, place in enumerate(range(widest - 1, 0, -1), start=1):
        other = np.where(place < size, drawn[..., exchange], place)[..., np.newaxis]
        moved = np.take_along_axis(contents, other, axis=-1)
        np.put_along_axis(contents, other, contents[..., [place]], axis=-1)
        contents[..., place] = moved[..., 0]
    return _joined(contents, size, length)


def _contents(scheme: Scheme) -> Integers:
    """Arms of each block size in order, -1 beyond the end of a smaller block."""
    widest = max(scheme.block_sizes)
    rows = np.full((len(scheme.block_sizes), widest), -1, dtype=np.int64)
    for row, size in zip(rows, scheme.block_sizes, strict=True):
        row[:size] = np.repeat(
            np.arange(len(scheme.arms)), np.array(scheme.ratio) * (size // scheme.share)
        )
    return rows


def _joined(contents: Integers, size: Integers, length: int) -> tuple[Integers, Integers, Integers]:
    """Lay the blocks end to end, without the empty places of smaller ones."""
    *shape, blocks, widest = contents.shape
    arm = contents.reshape(*shape, blocks * widest)
    block = np.broadcast_to(np.repeat(np.arange(blocks), widest), arm.shape)
    wide = np.repeat(size, widest, axis=-1)
    filled_first = np.argsort(arm < 0, axis=-1, kind="stable")[..., :length]
    return (
        np.take_along_axis(arm, filled_first, axis=-1),
        np.take_along_axis(block, filled_first, axis=-1),
        np.take_along_axis(wide, filled_first, axis=-1),
    )
