"""What is seen at the visits: from latent activity to values as the protocol captures them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from equipoise.protocol import Protocol
from equipoise.protocol.model.variable import Variable
from equipoise.simulate.laboratory import laboratory, prednisone
from equipoise.simulate.parameter import Parameters
from equipoise.simulate.person import Person
from equipoise.simulate.sign import bilag_items, episodes, sign_scores
from equipoise.simulate.slot import Draws, Stream, normal
from equipoise.simulate.variable import BILAG_PREFIX, VARIABLES
from equipoise.stats import Floats, Integers
from equipoise.units import DAYS_PER_WEEK

__all__ = ["as_captured", "see"]

_CELLS_SEEN = 5.0  # per field, above which a sediment is active
_NEPHROTIC_PROTEIN = 3.5  # g/24 h
_NEPHROTIC_ALBUMIN = 30.0  # g/L


def see(
    protocol: Protocol,
    person: Person,
    parameters: Parameters,
    *,
    draws: Draws,
    places: Integers,
    level: Floats,
    week: Floats,
    site_effect: Floats,
    relapse: Floats,
    expectation: Floats,
) -> dict[str, Floats]:
    """Observe everything at some visits.

    Parameters
    ----------
    protocol : Protocol
        Says with which decimals and within which limits values are captured.
    person, parameters
        Whom, and by which law.
    draws : Draws
        Their random numbers.
    places : (visits,) int
        Places of the visits on the schedule: their address.
    level : (n, visits, 4) float
        Latent activity. [A]
    week : (n, visits) float
        Times. [week]
    site_effect, relapse : (n,) float
        Of the laboratory; week of a relapse.
    expectation : (n,) float
        Taken off the activity behind subjective signs after randomisation. [A]

    Returns
    -------
    dict of str to (n, visits) float
        Every visit variable that the model can produce and the protocol captures, and those that
        entry rests on.
    """
    law = parameters.signs
    error = {name: normal(u) for name, u in draws.table(Stream.VISIT, places=places).items()}
    sign_error = {name: normal(u) for name, u in draws.table(Stream.SIGN, places=places).items()}
    believed = expectation[:, np.newaxis] * (week > 0)
    values = laboratory(
        person,
        parameters,
        level=level,
        week=week,
        error=error,
        site_effect=site_effect,
        expectation=believed,
    )
    values["prednisone"] = prednisone(person, parameters.steroid, relapse=relapse, week=week)
    scores = sign_scores(person, law, level=level, error=sign_error, expectation=believed)
    nervous, nervous_before = episodes(law, draws=draws.table(Stream.CLOCK), week=week)
    values |= {name: (score > 0).astype(float) for name, score in scores.at_visit.items()}
    values |= {name: present.astype(float) for name, present in nervous.items()}
    values = {
        name: as_captured(array, protocol.variables.get(name)) for name, array in values.items()
    }
    if any(name.startswith(BILAG_PREFIX) for name in protocol.variables):
        items = bilag_items(
            person,
            law,
            level=level,
            scores=scores,
            nervous=nervous,
            nervous_before=nervous_before,
            captured=protocol.variables,
        )
        items |= _kidney_items(values, week, parameters.people.biopsy_days)
        values |= _on_form(items, protocol, week.shape)
    return values


def as_captured(array: Floats, variable: Variable | None) -> Floats:
    """Round to the decimals that are captured, and hold within what the protocol says can be."""
    if variable is None or variable.kind != "number":
        return array
    low, high = variable.range or (None, None)
    rounded = np.round(array, variable.decimals)
    return np.clip(rounded, -np.inf if low is None else low, np.inf if high is None else high)


def _kidney_items(
    values: Mapping[str, Floats], week: Floats, biopsy_days: float
) -> dict[str, Floats]:
    """Items of the kidney that follow from what was seen: sediment, nephrotic state, biopsy."""
    cells = (values["urine_rbc_hpf"] > _CELLS_SEEN) | (values["urine_wbc_hpf"] > _CELLS_SEEN)
    nephrotic = (values["protein_24h"] > _NEPHROTIC_PROTEIN) & (
        values["albumin"] < _NEPHROTIC_ALBUMIN
    )
    found = {
        "active_sediment": cells | (values["urinary_casts"] == 1),
        "nephrotic_syndrome": nephrotic,
        "active_nephritis_histology": (DAYS_PER_WEEK * week < biopsy_days) & (biopsy_days > 0),
    }
    return {f"{BILAG_PREFIX}{name}": truth.astype(float) for name, truth in found.items()}


def _on_form(
    items: Mapping[str, Floats], protocol: Protocol, shape: tuple[int, ...]
) -> dict[str, Floats]:
    """Items that the protocol captures; those that no sign of the model makes are absent."""
    return {
        name: items.get(name, np.zeros(shape))
        for name in protocol.variables
        if name.startswith(BILAG_PREFIX) and name in VARIABLES
    }
