"""Counter-based randomness: every variate has an address, and the address gives the variate.

Philox4x64-10 turns a counter of four 64-bit words and a key of two into four random words. The
key is (seed, world); the counter says which variate it is::

    counter = (block, stream * 2**32 + attempt * 2**16 + place, subject, trial)

``stream`` is the process, ``attempt`` the candidate who is screened for the subject's place,
``place`` the visit (or another count inside the stream), ``block`` eight variates together. No
draw depends on how many were made before it: any one can be rebuilt alone, in any order, in any
chunk.

Source: Salmon JK, Moraes MA, Dror RO, Shaw DE. Parallel random numbers: as easy as 1, 2, 3. SC'11
(multipliers, round and key schedule of Philox4x64-10). ``numpy.random.Philox`` gives the same
words, after adding one to the counter.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from equipoise.stats import Floats, Integers

__all__ = ["PER_BLOCK", "Words", "philox4x64", "uniforms", "words_at"]

Words: TypeAlias = NDArray[np.uint64]

_WORLD = 0
"""Second word of the key: 0, unless a whole study is replicated independently."""

PER_BLOCK = 8
"""Uniforms of one block: two from each of its four words."""

_ROUNDS = 10
_MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
_WEYL = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MASK = (1 << 64) - 1


def _product(multiplier: int, factor: Words) -> tuple[Words, Words]:
    """High and low word of a product of 128 bits, from products of 32-bit halves."""
    a_high, a_low = np.uint64(multiplier >> 32), np.uint64(multiplier & 0xFFFFFFFF)
    b_high, b_low = factor >> _HALF, factor & _LOW
    low_low = a_low * b_low
    middle = a_high * b_low + (low_low >> _HALF)
    cross = a_low * b_high + (middle & _LOW)
    return a_high * b_high + (middle >> _HALF) + (cross >> _HALF), np.uint64(multiplier) * factor


def philox4x64(
    counter: tuple[Words, Words, Words, Words], key: tuple[int, int]
) -> tuple[Words, Words, Words, Words]:
    """Turn counters into random words.

    Parameters
    ----------
    counter : four (...) uint64
        Words 0 to 3 of the counter; they broadcast together, and none is a bare number.
    key : two int
        Words of the key, below 2**64.

    Returns
    -------
    four (...) uint64
    """
    one, two, three, four = np.broadcast_arrays(*counter)
    left, right = key
    for _ in range(_ROUNDS):
        high_one, low_one = _product(_MULTIPLIERS[0], one)
        high_three, low_three = _product(_MULTIPLIERS[1], three)
        one, two, three, four = (
            high_three ^ two ^ np.uint64(left),
            low_three,
            high_one ^ four ^ np.uint64(right),
            low_one,
        )
        left, right = (left + _WEYL[0]) & _MASK, (right + _WEYL[1]) & _MASK
    return one, two, three, four


def words_at(
    *,
    seed: int,
    trial: Integers,
    subject: Integers,
    stream: int,
    attempt: Integers,
    place: Integers,
    blocks: int,
) -> Words:
    """Give the random words of addresses.

    Parameters
    ----------
    seed : int
        From 0 to 2**64 - 1.
    trial, subject, attempt, place : (...) int
        Parts of the address; they broadcast together to one axis or more.
    stream : int
        Process.
    blocks : int
        Blocks from the first.

    Returns
    -------
    (..., 4 * blocks) uint64
    """
    where = (stream << 32) + (np.asarray(attempt) << 16) + np.asarray(place)
    counter = tuple(
        np.asarray(part).astype(np.uint64)[..., np.newaxis]
        for part in np.broadcast_arrays(where, subject, trial)
    )
    number = np.arange(blocks, dtype=np.uint64)
    words = philox4x64((number, *counter), (seed, _WORLD))  # type: ignore[arg-type] # the counter is a tuple of three
    return np.stack(words, axis=-1).reshape(*words[0].shape[:-1], 4 * blocks)


def uniforms(words: Words) -> Floats:
    """Read two uniforms from each word, low half first: (half + 0.5) / 2**32.

    Parameters
    ----------
    words : (..., n) uint64

    Returns
    -------
    (..., 2 n) float
        Above 0 and below 1.
    """
    halves = np.stack([words & _LOW, words >> _HALF], axis=-1)
    shape = (*words.shape[:-1], 2 * words.shape[-1])
    read: Floats = (halves.reshape(shape).astype(np.float64) + 0.5) / 2.0**32
    return read
