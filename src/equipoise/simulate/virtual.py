"""Virtual trials: the truth of some subjects, and what was captured of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.adverse_event import AdverseEvents, Doses
from equipoise.simulate.clock import Clocks
from equipoise.simulate.course import Treatment
from equipoise.simulate.fate import Fate
from equipoise.simulate.person import Person
from equipoise.simulate.plan import Plan
from equipoise.simulate.slot import Draws
from equipoise.stats import Floats, Integers

__all__ = ["HELD", "MISSED", "NOT_HELD", "Places", "Truth", "VirtualTrials"]

NOT_HELD, HELD, MISSED = 0, 1, 2
"""States of a visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Places of subjects that are to be filled; every field is (n,).

    Attributes
    ----------
    trial, subject : int
        Address.
    site, enrolment : int
        Where the subject comes, and on which day since the trial opened.
    site_effect : float
        What the laboratory of the site adds on the log scale. [1]
    """

    trial: Integers
    subject: Integers
    site: Integers
    enrolment: Integers
    site_effect: Floats

    def draws(self, seed: int, *, attempt: Integers, who: Integers | slice = slice(None)) -> Draws:
        """Address the random numbers of candidates for some of the places."""
        return Draws(seed=seed, trial=self.trial[who], subject=self.subject[who], attempt=attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What happens to subjects, seen or not.

    Attributes
    ----------
    places, draws, person, treatment, clocks
        Who they are and what comes to them.
    entry : mapping of str to (n,) float
        Captured variables of subjects that are known at entry.
    arm : (n,) int
        Index of the arm.
    days : (n, dated visits) float
        Days on which the visits are due. [day]
    level : (n, dated visits, 4) float
        Latent activity at them. [A]
    """

    places: Places
    draws: Draws
    person: Person
    treatment: Treatment
    clocks: Clocks
    entry: Mapping[str, Floats]
    arm: Integers
    days: Floats
    level: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualTrials:
    """Some trials; subjects of all trials one after another on the first axis.

    Attributes
    ----------
    plan : Plan
        What they were made from.
    trials : (trials,) int
        Their numbers.
    truth : Truth
        What nobody sees.
    subject : mapping of str to (n,) float
        Captured variables of subjects; a category is an index into its codes.
    day : (n, visits) float
        Day of each visit of the schedule that was held; NaN otherwise. [day]
    status : (n, visits) int
        ``HELD``, ``MISSED`` or ``NOT_HELD``.
    visit : mapping of str to (n, visits) float
        Captured variables of visits; NaN where not assessed or missing.
    not_done : (n, visits) int
        Place in ``PANELS`` of the panel that a held visit lacks; -1 for none.
    fate : Fate
        How observation ended.
    reason : (n,) str
        Why a subject left; empty for those who did not.
    doses : Doses
        What was given.
    events : AdverseEvents
        Adverse events.
    """

    plan: Plan
    trials: Integers
    truth: Truth
    subject: Mapping[str, Floats]
    day: Floats
    status: Integers
    visit: Mapping[str, Floats]
    not_done: Integers
    fate: Fate
    reason: NDArray[np.str_]
    doses: Doses
    events: AdverseEvents
