"""Sites, and when their subjects come: gamma rates between sites, Poisson arrivals in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from equipoise.simulate.parameter import Sites
from equipoise.simulate.slot import Draws, Stream, exponential, normal
from equipoise.stats import Floats, Integers
from equipoise.units import DAYS_PER_WEEK

__all__ = ["Recruitment", "recruit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recruitment:
    """Subjects in the order in which they come.

    Attributes
    ----------
    site : (trials, subjects) int
        Site of each.
    day : (trials, subjects) int
        Day of randomisation since the trial opened. [day]
    effect : (trials, subjects) float
        What the laboratory of the site adds on the log scale. [1]
    """

    site: Integers
    day: Integers
    effect: Floats


def recruit(law: Sites, *, seed: int, trial: Integers, sites: int, subjects: int) -> Recruitment:
    """Draw sites and arrivals of some trials.

    Parameters
    ----------
    law : Sites
        Rates and spread.
    seed : int
        Seed of the simulation.
    trial : (trials,) int
        Numbers of the trials.
    sites, subjects : int
        Of each trial; recruitment ends with the last subject.
    """
    trials = trial.size
    owner = np.repeat(trial, sites)
    site = np.tile(np.arange(sites), trials)
    draws = Draws(seed=seed, trial=owner, subject=site, attempt=np.zeros_like(site))
    of_site = {name: u.reshape(trials, sites) for name, u in draws.table(Stream.SITE).items()}
    rate = law.rate * gammaincinv(law.rate_shape, of_site["rate"]) / law.rate_shape
    rate = np.maximum(rate, 1e-6 * law.rate)
    gaps = exponential(draws.count(Stream.ARRIVAL, slots=subjects))
    arrival = np.cumsum(gaps.reshape(trials, sites, subjects), axis=-1) / rate[..., np.newaxis]
    arrival = arrival + (law.opening * of_site["opening"])[..., np.newaxis]
    flat = arrival.reshape(trials, sites * subjects)
    first = np.argsort(flat, axis=-1, kind="stable")[:, :subjects]
    chosen = first // subjects
    effect = law.effect_sd * normal(of_site["effect"])
    week = np.take_along_axis(flat, first, axis=-1)
    return Recruitment(
        site=chosen,
        day=np.floor(DAYS_PER_WEEK * week).astype(np.int64),
        effect=np.take_along_axis(effect, chosen, axis=-1),
    )
