"""The table of slots: which variate of which stream stands where. Slots are only ever appended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy.special import ndtri

from equipoise.simulate.address import PER_BLOCK, uniforms, words_at
from equipoise.stats import Floats, Integers

__all__ = ["SLOTS", "Draws", "Stream", "exponential", "normal", "uniform_at"]


class Stream(IntEnum):
    """Processes with randomness of their own."""

    PERSON = 1
    VISIT = 2
    CLOCK = 3
    SIGN = 4
    CONDUCT = 5
    DIRT = 6
    ADVERSE_EVENT = 7
    SITE = 10
    ARRIVAL = 11
    ALLOCATION = 12


_PERSON = (
    "age", "sex", "weight", "nephritis_class", "severity", "renal", "serological",
    "haematological", "extrarenal", "response_class", "response_depth", "response_speed",
    "damage", "flare_size", "urine_rbc", "urine_wbc", "albumin", "c3", "c4", "anti_dsdna", "wbc",
    "platelets", "haemoglobin", "prednisone", "vasculitis", "arthritis", "myositis", "rash",
    "alopecia", "mucosal_ulcers", "pleurisy", "pericarditis", "fever",
)  # fmt: skip
_VISIT = (
    "shared", "renal", "serological", "haematological", "extrarenal", "protein_24h", "urine_rbc",
    "urine_wbc", "urinary_casts", "creatinine", "albumin", "c3", "c4", "anti_dsdna", "wbc",
    "platelets", "haemoglobin", "pga",
)  # fmt: skip
_CLOCK = (
    "relapse", "infection", "death", "vascular", "drop_out", "infection_fatal",
    "infection_fatal_delay", "vascular_fatal", "drop_out_reason", "seizure", "psychosis",
    "organic_brain_syndrome", "visual_disturbance", "cranial_nerve_disorder", "lupus_headache",
    "cva", "seizure_length", "psychosis_length", "organic_brain_syndrome_length",
    "visual_disturbance_length", "cranial_nerve_disorder_length", "lupus_headache_length",
    "cva_length",
)  # fmt: skip
_SIGN = (
    "vasculitis", "arthritis", "myositis", "rash", "alopecia", "mucosal_ulcers", "pleurisy",
    "pericarditis", "fever",
)  # fmt: skip
_CONDUCT = ("day", "missed", "panel_missing", "which_panel")
_ADVERSE_EVENT = ("gap", "term", "grade", "length", "related", "serious", "occurs")
_SITE = ("rate", "effect", "opening")

SLOTS: Mapping[Stream, tuple[str, ...]] = {
    Stream.PERSON: _PERSON,
    Stream.VISIT: _VISIT,
    Stream.CLOCK: _CLOCK,
    Stream.SIGN: _SIGN,
    Stream.CONDUCT: _CONDUCT,
    Stream.ADVERSE_EVENT: _ADVERSE_EVENT,
    Stream.SITE: _SITE,
}
"""Slot of each variate: its place in the tuple is its number inside the stream.

Streams without names count: slot k of ``ARRIVAL`` is the k-th gap of a site; ``ALLOCATION`` gives
words to the allocation room; ``DIRT`` is kept free for errors of capture.
"""


def uniform_at(
    slot: str,
    *,
    seed: int,
    trial: int,
    subject: int,
    stream: Stream,
    attempt: int = 0,
    place: int = 0,
) -> float:
    """Rebuild one uniform variate alone, from its address.

    Parameters
    ----------
    slot : str
        Name in :data:`SLOTS` of the stream.
    seed, trial, subject, attempt, place : int
        Address, as in :mod:`equipoise.simulate.address`.
    stream : Stream
        Process.
    """
    one = np.array([0])
    draws = Draws(seed=seed, trial=one + trial, subject=one + subject, attempt=one + attempt)
    return float(draws.table(stream, places=one + place)[slot][0, 0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Random numbers of some subjects.

    Attributes
    ----------
    seed : int
        Seed of the simulation.
    trial, subject : (n,) int
        Whose numbers they are.
    attempt : (n,) int
        Number of the candidate who took the subject's place, from 0.
    """

    seed: int
    trial: Integers
    subject: Integers
    attempt: Integers

    def count(self, stream: Stream, *, slots: int, places: Integers | None = None) -> Floats:
        """Give uniforms by number: (n, slots), or (n, places, slots)."""
        parts = (self.trial, self.subject, self.attempt)
        place: Integers = np.array([0])
        if places is not None:
            parts = tuple(part[:, np.newaxis] for part in parts)  # type: ignore[assignment] # as many parts as before
            place = places
        words = words_at(
            seed=self.seed,
            trial=parts[0],
            subject=parts[1],
            attempt=parts[2],
            stream=int(stream),
            place=place,
            blocks=-(-slots // PER_BLOCK),
        )
        return uniforms(words)[..., :slots]

    def table(self, stream: Stream, *, places: Integers | None = None) -> dict[str, Floats]:
        """Give uniforms by the names of their slots: (n,) each, or (n, places)."""
        names = SLOTS[stream]
        numbers = self.count(stream, slots=len(names), places=places)
        return {name: numbers[..., slot] for slot, name in enumerate(names)}


def normal(uniform: Floats) -> Floats:
    """Turn uniforms into standard normals by the inverse distribution, which is monotone."""
    quantile: Floats = ndtri(uniform)
    return quantile


def exponential(uniform: Floats) -> Floats:
    """Turn uniforms into exponentials with mean 1."""
    return -np.log1p(-uniform)
