"""Latent activity of disease over time: severity, response, fluctuation, relapse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from equipoise.simulate.knob import Effects
from equipoise.simulate.parameter import Fluctuation, Parameters
from equipoise.simulate.person import DOMAINS, Person
from equipoise.simulate.slot import normal
from equipoise.stats import Bools, Floats, Integers

__all__ = ["Treatment", "activity", "fluctuation", "relapse_activity", "response", "treat"]

_EXTRARENAL = DOMAINS.index("extrarenal")
_HAEMATOLOGICAL = DOMAINS.index("haematological")
_MODIFIER_PROTEIN = 3.0  # g/24 h, at which the effect modifier adds nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """How a person answers to the treatment of the own arm; every field is (n,).

    Attributes
    ----------
    is_full : bool
        Full responder.
    depth : float
        Share of the activity that the response takes away in the end. [1]
    weeks, delay, half_life, second_from : float
        Time constant, delay and half-life of the response; week of a second infusion. [week]
    second_depth : float
        Depth that a second infusion adds. [1]
    """

    is_full: Bools
    depth: Floats
    weeks: Floats
    delay: Floats
    half_life: Floats
    second_from: Floats
    second_depth: Floats


def treat(
    person: Person,
    parameters: Parameters,
    effects: Effects,
    *,
    arm: Integers,
    protein: Floats,
    second_infusion: Floats,
) -> Treatment:
    """Decide class, depth and speed of response.

    Parameters
    ----------
    person, parameters, effects
        Whom, by which law, with which knobs.
    arm : (n,) int
        Arm of each person.
    protein : (n,) float
        Protein at entry, for the effect modifier. [g/24 h]
    second_infusion : (arms,) float
        Week of the second infusion. [week]
    """
    law = parameters.response
    doublings = np.log2(np.maximum(protein, 0.01) / _MODIFIER_PROTEIN)
    shift = effects.at("response_log_odds", arm) + effects.at("effect_modifier", arm) * doublings
    full = expit(logit(law.full_share) + shift)
    either = expit(logit(law.full_share + law.partial_share) + shift)
    is_full = person.response_class < full
    is_partial = ~is_full & (person.response_class < either)
    mean = np.select([is_full, is_partial], [law.full_depth, law.partial_depth], law.none_depth)
    spread = np.select(
        [is_full, is_partial], [law.full_depth_sd, law.partial_depth_sd], law.none_depth_sd
    )
    weeks = law.weeks * np.exp(law.weeks_log_sd * person.speed)
    return Treatment(
        is_full=is_full,
        depth=mean + spread * person.depth + effects.at("depth", arm),
        weeks=weeks * effects.at("speed", arm),
        delay=effects.at("onset_delay", arm),
        half_life=effects.at("waning_half_life", arm),
        second_from=second_infusion[arm],
        second_depth=effects.at("second_infusion_depth", arm),
    )


def response(treatment: Treatment, week: Floats) -> Floats:
    """Share of activity that treatment takes away at some weeks: (n, times)."""

    def column(values: Floats) -> Floats:
        return values[:, np.newaxis]

    scale = column(treatment.weeks)
    since = np.maximum(week - column(treatment.delay), 0.0)
    again = np.maximum(week - column(treatment.second_from), 0.0)
    first = column(treatment.depth) * -np.expm1(-since / scale)
    first = first * np.exp2(-since / column(treatment.half_life))
    return first + column(treatment.second_depth) * -np.expm1(-again / scale)


def fluctuation(draws: Mapping[str, Floats], week: Floats, law: Fluctuation) -> Floats:
    """Ornstein-Uhlenbeck fluctuation at the visits, by exact steps of any length.

    Parameters
    ----------
    draws : mapping of str to (n, visits) float
        Uniforms of the visits.
    week : (n, visits) float
        Times, in order. [week]
    law : Fluctuation
        Reversion and spread.

    Returns
    -------
    (n, visits, 4) float
        The first visit is stationary. [A]
    """
    noise = np.stack(
        [
            law.shared * normal(draws["shared"]) + law.own * normal(draws[domain])
            for domain in DOMAINS
        ],
        axis=-1,
    )
    sd = np.full(len(DOMAINS), law.sd)
    sd[_EXTRARENAL] *= law.extrarenal_factor
    path = np.empty_like(noise)
    path[:, 0] = sd * noise[:, 0]
    for visit in range(1, week.shape[1]):
        keep = np.exp(-law.reversion * (week[:, visit] - week[:, visit - 1]))[:, np.newaxis]
        path[:, visit] = keep * path[:, visit - 1] + sd * np.sqrt(1 - keep**2) * noise[:, visit]
    return path


def relapse_activity(
    person: Person, parameters: Parameters, *, relapse: Floats, week: Floats
) -> Floats:
    """Activity that a relapse adds: (n, times), 0 before it. ``relapse`` is (n,), or infinite."""
    law = parameters.flare
    since = np.maximum(week - relapse[:, np.newaxis], 0.0)
    size = law.size * np.exp(law.size_log_sd * person.flare)[:, np.newaxis]
    return size * -np.expm1(-since / law.rise_weeks) * np.exp(-since / law.fall_weeks)


def activity(
    person: Person,
    parameters: Parameters,
    *,
    response: Floats,
    fluctuation: Floats,
    relapse: Floats,
) -> Floats:
    """Compute the latent activity of the four domains at some times, in A: (n, times, 4).

    Severity that response has left, plus fluctuation, plus what a relapse adds outside the blood.
    Below zero only the extra-renal domain may go.
    """
    law = parameters.response
    weight = np.array([getattr(law, f"{domain}_weight") for domain in DOMAINS])
    left = 1 - weight * response[..., np.newaxis]
    takes_relapse = np.ones(len(DOMAINS))
    takes_relapse[_HAEMATOLOGICAL] = 0.0
    level = person.severity[:, np.newaxis, :] * left + fluctuation
    level = level + relapse[..., np.newaxis] * takes_relapse
    floor = np.zeros(len(DOMAINS))
    floor[_EXTRARENAL] = -np.inf
    return np.maximum(level, floor)
