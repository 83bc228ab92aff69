"""Where random words come from: a secret key, or a generator; never the machine's own state.

A procedure asks for the words of a list by address (list, attempt, how many). A source that
answers by address gives the same list whatever else was asked before; the addressed streams of
the simulation are such a source too.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import DataError, Fault

__all__ = ["Entropy", "GeneratorEntropy", "KeyedEntropy", "Words"]

Words: TypeAlias = NDArray[np.uint64]

_WORDS_PER_DIGEST = 4
_LEAST_KEY = 16


class Entropy(Protocol):
    """A source of words of 64 fair bits."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Leading axes: () for one trial, (trials,) for a batch."""

    def words(self, number: int, *, attempt: int, count: int) -> Words:
        """Give the first ``count`` words of list ``number``: (*shape, count).

        ``attempt`` counts up from 0 where words were refused; every attempt has words of its own.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedEntropy:
    """Words from HMAC-SHA256 in counter mode: whoever knows the key can make the list again.

    Attributes
    ----------
    key : bytes
        The secret, 16 bytes or more; in a real trial from the operating system.
    label : str
        What the list is for; another label gives other words.

    Notes
    -----
    Digest ``d`` of a list is HMAC-SHA256(key, "eqp-list/1" 0x00 label 0x00 list attempt d) with
    the three numbers as 8 bytes each, highest byte first; its 32 bytes are four words, highest
    byte first.
    """

    key: bytes = field(repr=False)
    label: str = "arm"

    def __post_init__(self) -> None:
        if len(self.key) < _LEAST_KEY:
            raise DataError(
                Fault(
                    where="key",
                    came=f"{len(self.key)} bytes",
                    wanted=f"{_LEAST_KEY} or more",
                )
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """One trial."""
        return ()

    def words(self, number: int, *, attempt: int, count: int) -> Words:
        """Give the first ``count`` words of list ``number``."""
        head = b"eqp-list/1\0" + self.label.encode() + b"\0"
        place = number.to_bytes(8, "big") + attempt.to_bytes(8, "big")
        digests = -(-count // _WORDS_PER_DIGEST)
        stream = b"".join(
            hmac.digest(self.key, head + place + one.to_bytes(8, "big"), hashlib.sha256)
            for one in range(digests)
        )
        return np.frombuffer(stream, dtype=">u8")[:count].astype(np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorEntropy:
    """Words drawn in turn from a numpy generator, for one trial or for a batch.

    Attributes
    ----------
    rng : numpy.random.Generator
        Advances with each request: the same generator state gives the same lists.
    shape : tuple of int
        Leading axes of what is drawn.
    """

    rng: np.random.Generator
    shape: tuple[int, ...] = ()

    def words(self, number: int, *, attempt: int, count: int) -> Words:
        """Draw ``count`` words for each trial; ``number`` and ``attempt`` play no part."""
        del number, attempt
        size = (*self.shape, count)
        return self.rng.integers(0, np.iinfo(np.uint64).max, size, np.uint64, endpoint=True)
