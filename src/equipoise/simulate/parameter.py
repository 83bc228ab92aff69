"""Parameters of the disease-course model, in groups; the populations give their values.

Time is in weeks. ``A`` is latent activity of a domain: about 0 quiet, about 1 typical at entry.
A field ``..._error`` is the standard deviation of the error of one measurement, ``..._person`` that
of a lasting difference between persons, both on the scale of the formula.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AdverseEventLaw",
    "Blood",
    "Conduct",
    "Entry",
    "Flare",
    "Fluctuation",
    "Hazards",
    "Kidney",
    "Parameters",
    "People",
    "Response",
    "Serology",
    "Severity",
    "Signs",
    "Sites",
    "Steroid",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Age, sex, weight and biopsy class."""

    age_mean: float
    age_sd: float
    age_lowest: float
    age_highest: float
    female_share: float
    weight_median: float
    weight_log_sd: float
    weight_male_factor: float
    class_iv_share: float
    biopsy_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """Activity before treatment: a mean and a spread for each domain, and what they share."""

    correlation: float
    renal_mean: float
    renal_sd: float
    serological_mean: float
    serological_sd: float
    haematological_mean: float
    haematological_sd: float
    extrarenal_mean: float
    extrarenal_sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Three classes of response, their depth and speed, and what each domain takes of it."""

    full_share: float
    partial_share: float
    full_depth: float
    full_depth_sd: float
    partial_depth: float
    partial_depth_sd: float
    none_depth: float
    none_depth_sd: float
    weeks: float
    weeks_log_sd: float
    renal_weight: float
    serological_weight: float
    haematological_weight: float
    extrarenal_weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fluctuation:
    """Mean-reverting ups and downs."""

    reversion: float
    sd: float
    extrarenal_factor: float
    shared: float
    own: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flare:
    """Course of activity after a relapse."""

    size: float
    size_log_sd: float
    rise_weeks: float
    fall_weeks: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kidney:
    """Urine, creatinine and albumin."""

    protein_log: float
    protein_slope: float
    protein_error: float
    protein_highest: float
    rbc_log: float
    rbc_slope: float
    rbc_person: float
    rbc_error: float
    wbc_log: float
    wbc_slope: float
    wbc_person: float
    wbc_error: float
    casts_slope: float
    casts_limit: float
    creatinine_log: float
    creatinine_slope: float
    creatinine_damage: float
    creatinine_male: float
    creatinine_site: float
    creatinine_error: float
    albumin_ceiling: float
    albumin_loss: float
    albumin_protein: float
    albumin_extrarenal: float
    albumin_person: float
    albumin_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Serology:
    """Complement and anti-dsDNA, with the limits that the population was fitted with."""

    c3_log: float
    c3_slope: float
    c3_person: float
    c3_error: float
    c4_log: float
    c4_slope: float
    c4_person: float
    c4_error: float
    dsdna_log: float
    dsdna_slope: float
    dsdna_person: float
    dsdna_error: float
    c3_lower_limit: float
    c4_lower_limit: float
    dsdna_upper_limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Blood:
    """Blood counts."""

    wbc_log: float
    wbc_slope: float
    wbc_person: float
    wbc_error: float
    wbc_drug: float
    wbc_drug_from: float
    wbc_drug_until: float
    platelets_log: float
    platelets_slope: float
    platelets_person: float
    platelets_error: float
    haemoglobin: float
    haemoglobin_slope: float
    haemoglobin_renal: float
    haemoglobin_person: float
    haemoglobin_male: float
    haemoglobin_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Steroid:
    """Prednisone: a taper, and more after a relapse."""

    start: float
    floor: float
    fall_weeks: float
    relapse_extra: float
    relapse_weeks: float
    person_log_sd: float
    tablet: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Clinical signs: each present above its limit; nervous ones as rare episodes."""

    slope: float
    person: float
    error: float
    vasculitis: float
    arthritis: float
    myositis: float
    rash: float
    alopecia: float
    mucosal_ulcers: float
    pleurisy: float
    pericarditis: float
    fever: float
    nervous_rate: float
    nervous_shortest: float
    nervous_longest: float
    severe_margin: float
    mild_margin: float
    change: float
    pga_floor: float
    pga_extrarenal: float
    pga_renal: float
    pga_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazards:
    """Hazards of events, per week."""

    relapse: float
    relapse_not_full: float
    relapse_serology: float
    relapse_centre: float
    relapse_depth: float
    infection: float
    infection_early: float
    infection_early_weeks: float
    infection_steroid: float
    infection_steroid_centre: float
    infection_wbc: float
    infection_wbc_centre: float
    infection_fatality: float
    infection_shortest_fatal: float
    infection_longest_fatal: float
    death: float
    death_renal: float
    death_centre: float
    vascular: float
    vascular_fatality: float
    drop_out: float
    drop_out_renal: float
    drop_out_centre: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """Days of visits, and what is missed."""

    day_sd_early: float
    day_sd_late: float
    day_early_until: float
    day_limit: float
    missed_visit: float
    missing_panel: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Recruitment and differences between sites."""

    effect_sd: float
    rate: float
    rate_shape: float
    opening: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventLaw:
    """Background adverse events, and how serious infections run."""

    rate: float
    grade_2: float
    grade_3: float
    serious_of_grade_3: float
    days: float
    days_log_sd: float
    related: float
    infection_days: float
    infection_grade_4: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who comes to be screened: observed values at the first visit."""

    protein_24h_from: float
    sledai_2k_from: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """All parameters of a population."""

    people: People
    severity: Severity
    response: Response
    fluctuation: Fluctuation
    flare: Flare
    kidney: Kidney
    serology: Serology
    blood: Blood
    steroid: Steroid
    signs: Signs
    hazards: Hazards
    conduct: Conduct
    sites: Sites
    adverse_events: AdverseEventLaw
    entry: Entry
