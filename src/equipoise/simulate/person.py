"""The person behind a virtual patient: everything that is drawn once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from equipoise.simulate.parameter import Parameters, People
from equipoise.simulate.slot import Draws, Stream, normal
from equipoise.stats import Bools, Floats

__all__ = ["DOMAINS", "Person", "draw_person"]

DOMAINS = ("renal", "serological", "haematological", "extrarenal")
"""Latent domains of activity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What lasts; every field is (n,) unless said otherwise.

    Attributes
    ----------
    age, weight : float
        At entry. [year], [kg]
    is_male, is_class_iv : bool
        Sex, class of the biopsy.
    severity : (n, 4) float
        Mean activity of each domain before treatment. [A]
    response_class : float
        Uniform that decides the class of response.
    depth, speed, damage, flare : float
        Standard normal: depth and speed of response, kidney damage, size of a relapse.
    effect : mapping of str to float
        Standard normal lasting differences of laboratory values and signs.
    """

    age: Floats
    weight: Floats
    is_male: Bools
    is_class_iv: Bools
    severity: Floats
    response_class: Floats
    depth: Floats
    speed: Floats
    damage: Floats
    flare: Floats
    effect: Mapping[str, Floats]


def draw_person(draws: Draws, parameters: Parameters) -> Person:
    """Draw the persons of a set of addresses."""
    u = draws.table(Stream.PERSON)
    people, severity = parameters.people, parameters.severity
    z = {name: normal(u[name]) for name in u}
    is_male = u["sex"] >= people.female_share
    weight = people.weight_median * np.exp(people.weight_log_sd * z["weight"])
    shared, rho = z["severity"], severity.correlation
    own = np.sqrt(1 - rho**2)
    activity = np.stack(
        [
            getattr(severity, f"{domain}_mean")
            + getattr(severity, f"{domain}_sd") * (rho * shared + own * z[domain])
            for domain in DOMAINS
        ],
        axis=-1,
    )
    return Person(
        age=np.floor(_age(u["age"], people)),
        weight=np.where(is_male, people.weight_male_factor, 1.0) * weight,
        is_male=is_male,
        is_class_iv=u["nephritis_class"] < people.class_iv_share,
        severity=activity,
        response_class=u["response_class"],
        depth=z["response_depth"],
        speed=z["response_speed"],
        damage=z["damage"],
        flare=z["flare_size"],
        effect=z,
    )


def _age(uniform: Floats, people: People) -> Floats:
    """Draw a normal age between the limits, by the inverse of its distribution."""
    low, high = (
        ndtr((limit - people.age_mean) / people.age_sd)
        for limit in (people.age_lowest, people.age_highest + 1)
    )
    return people.age_mean + people.age_sd * normal(low + uniform * (high - low))
