"""Arms from the production allocator, with words from the address of the trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.allocation import allocate
from equipoise.simulate.address import Words, words_at
from equipoise.simulate.plan import Plan
from equipoise.simulate.slot import Stream
from equipoise.stats import Floats, Integers

__all__ = ["AddressedEntropy", "allocated_arms"]

_WHOLE_TRIAL = 2**32 - 1  # subject field of draws that belong to no subject
_WORDS_PER_BLOCK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressedEntropy:
    """Words of the allocation stream of some trials: the allocator's source of chance.

    Attributes
    ----------
    seed : int
        Seed of the simulation.
    trials : (trials,) int
        Numbers of the trials.
    """

    seed: int
    trials: Integers

    @property
    def shape(self) -> tuple[int, ...]:
        """One leading axis of trials."""
        return self.trials.shape

    def words(self, number: int, *, attempt: int, count: int) -> Words:
        """Give the words of list ``number``: (trials, count)."""
        words = words_at(
            seed=self.seed,
            trial=self.trials,
            subject=np.array([_WHOLE_TRIAL]),
            stream=int(Stream.ALLOCATION),
            attempt=np.array([attempt]),
            place=np.array([number]),
            blocks=-(-count // _WORDS_PER_BLOCK),
        )
        return words[..., :count]


def allocated_arms(
    plan: Plan, *, seed: int, trials: Integers, subject: Mapping[str, Floats], site: Integers
) -> Integers:
    """Allocate the subjects of each trial in the order in which they came.

    Parameters
    ----------
    plan : Plan
        Scheme and strata.
    seed : int
        Seed of the simulation.
    trials : (trials,) int
        Numbers of the trials.
    subject : mapping of str to (n,) float
        Captured variables of subjects, those of the strata among them.
    site : (n,) int
        Site of each subject.

    Returns
    -------
    (n,) int
        Index of the arm.
    """
    shape = (trials.size, plan.subjects)
    factors = np.zeros((*shape, len(plan.strata)), dtype=np.int64)
    levels: list[int] = []
    for place, name in enumerate(plan.strata):
        if name == "site":
            factors[..., place] = site.reshape(shape)
            levels.append(plan.sites)
        else:
            factors[..., place] = subject[name].reshape(shape).astype(np.int64)
            levels.append(len(plan.protocol.variables[name].levels() or ()))
    entropy = AddressedEntropy(seed=seed, trials=trials)
    return allocate(plan.scheme, factors=factors, levels=levels, entropy=entropy).ravel()
