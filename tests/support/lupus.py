"""An invented cohort that fits a lupus protocol: rough values, no disease model behind them."""

from __future__ import annotations

import numpy as np

from equipoise.data import Cohort
from equipoise.data.cohort import Events
from equipoise.protocol import Protocol

_LEVELS_OF_LABORATORY = {
    # start, end after a year, spread between subjects on the logarithmic scale
    "protein_24h": (3.5, 0.5, 0.5),
    "urine_rbc_hpf": (20.0, 3.0, 0.6),
    "urine_wbc_hpf": (8.0, 2.0, 0.6),
    "creatinine": (80.0, 70.0, 0.15),
    "albumin": (27.0, 40.0, 0.1),
    "c3": (0.6, 1.0, 0.15),
    "c4": (0.1, 0.2, 0.2),
    "anti_dsdna": (200.0, 60.0, 0.5),
    "wbc": (6.0, 6.5, 0.2),
    "platelets": (200.0, 230.0, 0.2),
    "haemoglobin": (100.0, 120.0, 0.08),
    "prednisone": (50.0, 8.0, 0.1),
    "pga": (1.5, 0.4, 0.2),
}


def invented_cohort(
    protocol: Protocol, *, sizes: dict[str, int], trials: int = 1, seed: int = 1
) -> Cohort:
    """Draw subjects of each arm; a few visits are missed, one subject in twenty dies."""
    rng = np.random.default_rng(seed)
    arm = np.repeat(np.arange(len(sizes), dtype=float), list(sizes.values()))
    shape = (trials, len(arm))
    days = np.array([np.nan if one.day is None else one.day for one in protocol.visits.values()])
    last_day = float(np.nanmax(days))
    died = rng.random(shape) < 0.05
    death = np.where(died, rng.integers(10, int(last_day), shape).astype(float), np.nan)
    contact = np.where(died, death, last_day)
    held = (rng.random((*shape, len(days))) > 0.05) & (days <= contact[..., np.newaxis])
    for place, visit in enumerate(protocol.visits.values()):
        kept = [list(sizes).index(name) for name in visit.arms or sizes]
        held[..., place] &= np.isin(arm, kept)
    held[..., list(protocol.visits).index(protocol.baseline)] = True
    subject = {
        "arm": np.broadcast_to(arm, shape),
        "site": np.zeros(shape),
        "randomised": np.ones(shape),
        "treated": np.ones(shape),
        "completed": (~died).astype(float),
        "withdrawal_reason": np.full(shape, np.nan),
        "first_dose_day": np.zeros(shape),
        "last_dose_day": np.full(shape, 7.0),
        "death_day": death,
        "withdrawal_day": death,
        "last_contact_day": contact,
    }
    levels = {"arm": tuple(sizes), "site": ("Kunming",), "withdrawal_reason": ("death",)}
    for name, variable in protocol.variables_at("subject").items():
        if not variable.is_derived:
            subject[name], levels[name] = _of_subject(variable, shape, rng)
    visit = {"day": np.where(held, days, np.nan)}
    for name, variable in protocol.variables_at("visit").items():
        if not variable.is_derived:
            drawn = _of_visit(name, variable.kind, (*shape, len(days)), days, rng)
            assessed = np.isin(list(protocol.visits), protocol.visits_of(name))
            visit[name] = np.where(held & assessed, drawn, np.nan)
    return Cohort(
        protocol=protocol, enrolled=np.ones(shape, dtype=np.bool_), subject=subject, visit=visit,
        events=_events(shape, rng), levels={**levels, **_EVENT_LEVELS}, origin="SIMULATED",
        data_hash=f"invented {seed}",
    )  # fmt: skip


def _of_subject(variable, shape, rng):
    codes = variable.levels()
    if codes is not None:
        return rng.integers(0, len(codes), shape).astype(float), codes
    centre = {"years": 32.0, "kg": 58.0}.get(variable.unit, 10.0)
    return np.round(centre * np.exp(0.15 * rng.standard_normal(shape)), variable.decimals), ()


def _of_visit(name, kind, shape, days, rng):
    if kind == "yes_no":
        return (rng.random(shape) < 0.1).astype(float)
    if name.startswith("bilag_"):
        return rng.choice([0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0], shape)
    start, end, spread = _LEVELS_OF_LABORATORY[name]
    gone = np.clip(days, 0, 365) / 365
    own = rng.standard_normal(shape[:-1])[..., np.newaxis]
    noise = 0.8 * own + 0.6 * rng.standard_normal(shape)
    value = np.exp(np.log(start) * (1 - gone) + np.log(end) * gone + spread * noise)
    highest = {"albumin": 58.0, "pga": 3.0}.get(name)
    return np.floor(value) if name.endswith("_hpf") else np.clip(value, None, highest)


_EVENT_LEVELS = {
    "term": ("Headache", "Pneumonia"),
    "body_system": ("Nervous", "Infections"),
    "severity": ("mild", "severe"),
    "serious": ("no", "yes"),
    "related": ("unrelated", "related"),
    "outcome": ("recovered", "fatal"),
}


def _events(shape, rng):
    trial, subject = np.nonzero(rng.random(shape) < 0.4)
    kind = rng.integers(0, 2, trial.size).astype(float)
    start = rng.integers(1, 160, trial.size).astype(float)
    return Events(
        trial=trial, subject=subject,
        columns={
            "term": kind, "body_system": kind, "severity": kind, "serious": kind,
            "related": np.zeros(trial.size), "outcome": np.zeros(trial.size),
            "start_day": start, "end_day": start + 10, "grade": 1 + 2 * kind,
        },
    )  # fmt: skip
