"""Laboratory values and drug dose from latent activity: the design's section 3.3.

Functions give unrounded values in house units; ``level`` is (n, times, 4) in the order of the
domains, ``error`` holds standard normal errors by the name of their slot.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from equipoise.simulate.parameter import Blood, Parameters, Steroid
from equipoise.simulate.person import DOMAINS, Person
from equipoise.stats import Floats
from equipoise.units import G_L_PER_MG_DL

__all__ = ["expected_wbc", "laboratory", "prednisone"]

_RENAL, _SEROLOGICAL, _HAEMATOLOGICAL, _EXTRARENAL = range(len(DOMAINS))


def laboratory(
    person: Person,
    parameters: Parameters,
    *,
    level: Floats,
    week: Floats,
    error: Mapping[str, Floats],
    site_effect: Floats,
    expectation: Floats,
) -> dict[str, Floats]:
    """Observe urine, blood and the global assessment at some times.

    Parameters
    ----------
    person, parameters
        Whom, and by which law.
    level : (n, times, 4) float
        Latent activity. [A]
    week : (n, times) float
        Times. [week]
    error : mapping of str to (n, times) float
        Standard normal errors of measurement.
    site_effect : (n,) float
        What the site's laboratory adds on the log scale. [1]
    expectation : (n, times) float
        Taken off the extra-renal activity behind the global assessment. [A]

    Returns
    -------
    dict of str to (n, times) float
        By id of the variable; ``urinary_casts`` is 1 or 0.
    """
    lasting = {name: values[:, np.newaxis] for name, values in person.effect.items()}
    site = site_effect[:, np.newaxis]
    return {
        **_urine(parameters, level, lasting, error),
        **_chemistry(person, parameters, level, lasting, error, site),
        **_serology(parameters, level, lasting, error, site),
        **_blood(person, parameters, level, week, lasting, error),
        "pga": _pga(parameters, level, error, expectation),
    }


def _protein_log(parameters: Parameters, level: Floats) -> Floats:
    law = parameters.kidney
    return law.protein_log + law.protein_slope * level[..., _RENAL]


def _urine(
    parameters: Parameters,
    level: Floats,
    lasting: Mapping[str, Floats],
    error: Mapping[str, Floats],
) -> dict[str, Floats]:
    law, renal = parameters.kidney, level[..., _RENAL]
    red = law.rbc_log + law.rbc_slope * renal + law.rbc_person * lasting["urine_rbc"]
    white = law.wbc_log + law.wbc_slope * renal + law.wbc_person * lasting["urine_wbc"]
    protein = _protein_log(parameters, level) + law.protein_error * error["protein_24h"]
    casts = error["urinary_casts"] + law.casts_slope * renal > law.casts_limit
    return {
        "protein_24h": np.minimum(np.exp(protein), law.protein_highest),
        "urine_rbc_hpf": np.floor(np.exp(red + law.rbc_error * error["urine_rbc"])),
        "urine_wbc_hpf": np.floor(np.exp(white + law.wbc_error * error["urine_wbc"])),
        "urinary_casts": casts.astype(float),
    }


def _chemistry(
    person: Person,
    parameters: Parameters,
    level: Floats,
    lasting: Mapping[str, Floats],
    error: Mapping[str, Floats],
    site: Floats,
) -> dict[str, Floats]:
    law = parameters.kidney
    creatinine = (
        law.creatinine_log
        + law.creatinine_slope * level[..., _RENAL]
        + (law.creatinine_damage * person.damage + law.creatinine_male * person.is_male)[
            :, np.newaxis
        ]
        + law.creatinine_site * site
        + law.creatinine_error * error["creatinine"]
    )
    lost = -np.expm1(-np.exp(_protein_log(parameters, level)) / law.albumin_protein)
    albumin = (
        law.albumin_ceiling
        - law.albumin_loss * lost
        - law.albumin_extrarenal * level[..., _EXTRARENAL]
        + law.albumin_person * lasting["albumin"]
        + law.albumin_error * error["albumin"]
    )
    return {"creatinine": np.exp(creatinine), "albumin": albumin}


def _serology(
    parameters: Parameters,
    level: Floats,
    lasting: Mapping[str, Floats],
    error: Mapping[str, Floats],
    site: Floats,
) -> dict[str, Floats]:
    law, active = parameters.serology, level[..., _SEROLOGICAL]
    c3 = law.c3_log - law.c3_slope * active + law.c3_person * lasting["c3"]
    c4 = law.c4_log - law.c4_slope * active + law.c4_person * lasting["c4"]
    antibody = law.dsdna_log + law.dsdna_slope * active + law.dsdna_person * lasting["anti_dsdna"]
    return {
        "c3": G_L_PER_MG_DL * np.exp(c3 + site + law.c3_error * error["c3"]),
        "c4": G_L_PER_MG_DL * np.exp(c4 + site + law.c4_error * error["c4"]),
        "anti_dsdna": np.exp(antibody + law.dsdna_error * error["anti_dsdna"]),
    }


def _blood(
    person: Person,
    parameters: Parameters,
    level: Floats,
    week: Floats,
    lasting: Mapping[str, Floats],
    error: Mapping[str, Floats],
) -> dict[str, Floats]:
    law, active = parameters.blood, level[..., _HAEMATOLOGICAL]
    cells = expected_wbc(person, law, active, week)
    platelets = law.platelets_log - law.platelets_slope * active
    platelets = platelets + law.platelets_person * lasting["platelets"]
    haemoglobin = (
        law.haemoglobin
        - law.haemoglobin_slope * active
        - law.haemoglobin_renal * level[..., _RENAL]
        + law.haemoglobin_person * lasting["haemoglobin"]
        + law.haemoglobin_male * person.is_male[:, np.newaxis]
    )
    return {
        "wbc": cells * np.exp(law.wbc_error * error["wbc"]),
        "platelets": np.exp(platelets + law.platelets_error * error["platelets"]),
        "haemoglobin": haemoglobin + law.haemoglobin_error * error["haemoglobin"],
    }


def expected_wbc(person: Person, law: Blood, active: Floats, week: Floats) -> Floats:
    """Compute white cells without error of measurement, in 1e9/L: (n, times)."""
    on_drug = (week >= law.wbc_drug_from) & (week < law.wbc_drug_until)
    person_effect = law.wbc_person * person.effect["wbc"][:, np.newaxis]
    return np.exp(law.wbc_log - law.wbc_slope * active + person_effect - law.wbc_drug * on_drug)


def _pga(
    parameters: Parameters, level: Floats, error: Mapping[str, Floats], expectation: Floats
) -> Floats:
    law = parameters.signs
    score = law.pga_floor + law.pga_extrarenal * (level[..., _EXTRARENAL] - expectation)
    score = score + law.pga_renal * level[..., _RENAL] + law.pga_error * error["pga"]
    return np.clip(score, 0.0, 3.0)


def prednisone(person: Person, law: Steroid, *, relapse: Floats, week: Floats) -> Floats:
    """Compute the daily dose, in mg/day: (n, times).

    A taper from randomisation on, and more for some weeks after a relapse, in steps of a tablet.
    """
    taper = law.start * np.exp(-np.maximum(week, 0.0) / law.fall_weeks) + law.floor
    since = week - relapse[:, np.newaxis]
    extra = law.relapse_extra * ((since >= 0) & (since < law.relapse_weeks))
    own = np.exp(law.person_log_sd * person.effect["prednisone"])[:, np.newaxis]
    return law.tablet * np.round((taper * own + extra) / law.tablet)
