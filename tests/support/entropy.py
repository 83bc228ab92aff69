"""Sources of random words for tests of allocation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.allocation import GeneratorEntropy, KeyedEntropy


def keyed(text="a key of sixteen bytes or more", label="arm"):
    return KeyedEntropy(key=text.encode(), label=label)


def batch(trials, seed=20120709):
    return GeneratorEntropy(rng=np.random.default_rng(seed), shape=(trials,))


@dataclass(frozen=True)
class Scripted:
    """Answers each attempt with the words it was given."""

    attempts: tuple
    shape: tuple = ()

    def words(self, number, *, attempt, count):
        assert number == 0
        return np.array(self.attempts[attempt][:count], dtype=np.uint64)
