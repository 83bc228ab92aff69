"""From random words to fair integers: the remainder of a word, and refusal of the last few."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.allocation.entropy import Entropy
from equipoise.errors import DataError, Fault
from equipoise.stats import Integers

__all__ = ["integers_below"]

_MOST_ATTEMPTS = 64


def integers_below(
    bounds: Integers | NDArray[np.uint64], *, number: int, entropy: Entropy
) -> Integers:
    """Draw one integer below each bound, all values equally likely.

    Parameters
    ----------
    bounds : (count,) int
        Each at least 1.
    number : int
        List whose words are used.
    entropy : Entropy
        Source of the words.

    Returns
    -------
    (*entropy.shape, count) int

    Raises
    ------
    DataError
        If a bound is below 1, or the source gives only words that must be refused.

    Notes
    -----
    2**64 is no multiple of most bounds, so the remainder of the highest words would favour small
    integers. Those words, fewer than one in 2**64 / bound, are refused and read again at the next
    attempt.
    """
    if np.any(np.asarray(bounds) < 1):
        raise DataError(Fault(where="bounds", came=str(np.min(bounds)), wanted="1 or more"))
    below = np.asarray(bounds, dtype=np.uint64)
    excess = (~below + np.uint64(1)) % below  # 2**64 modulo the bound
    highest = ~excess  # 2**64 - 1 - excess: the last word that is taken
    words = entropy.words(number, attempt=0, count=below.size)
    for attempt in range(1, _MOST_ATTEMPTS):
        refused = words > highest
        if not refused.any():
            return (words % below).astype(np.int64)
        again = entropy.words(number, attempt=attempt, count=below.size)
        words = np.where(refused, again, words)
    raise DataError(
        Fault(where="entropy", came=f"{_MOST_ATTEMPTS} refused words in a row", wanted="fair bits")
    )
