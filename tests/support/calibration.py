"""Published numbers that virtual patients should show, and the same numbers measured on them.

A reading is what the model gives for a target: the population's own rule of entry, no effect, a
fixed seed. Bands are those of the evidence, or the published number with 15 % (shares: with 3
percentage points if that is wider).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equipoise.derive import derive
from equipoise.simulate import simulate_cohort
from equipoise.stats.survival import survival_at
from support.virtual import course

SEED = 20120709
MONTHS = {0: 0, 1: 30, 3: 91, 6: 182, 12: 365}


@dataclass(frozen=True)
class Reading:
    """A target with its band, and what the model gives."""

    target: str
    low: float
    high: float
    source: str
    value: float

    @property
    def is_met(self) -> bool:
        return self.low <= self.value <= self.high


def near(number, *, points=0.0):
    """The band of a single number: 15 %, or some percentage points if that is wider."""
    wide = max(0.15 * number, points)
    return number - wide, number + wide


class Followed:
    """A population followed on given days, as (subjects, visits) arrays."""

    def __init__(self, population, days, trials):
        self.cohort = simulate_cohort(
            course(population, days), scenario="course", seed=SEED, trials=trials
        )
        world = derive(self.cohort.protocol, self.cohort).world
        self.at = {day: place for place, day in enumerate(days)}
        self.visit = {name: x.reshape(-1, len(days)) for name, x in world.visit.items()}
        self.subject = {name: x.ravel() for name, x in self.cohort.subject.items()}
        self.size = self.subject["age"].size

    def now(self, name, day):
        return self.visit[name][:, self.at[day]]

    def change(self, name, day):
        return np.nanmean(self.now(name, day) - self.now(name, 0))

    def percent(self, truth, known):
        return 100 * np.mean(truth[~np.isnan(known)])

    def percent_above(self, name, limit, day=0):
        values = self.now(name, day)
        return self.percent(values > limit, values)

    def event_free(self, name, days, among=None):
        """Kaplan-Meier per cent without an event, left subjects censored."""
        who = np.ones(self.size, dtype=bool) if among is None else among
        day, last = self.subject[name][who], self.subject["last_contact_day"][who]
        event = ~np.isnan(day)
        found = survival_at(time=np.where(event, day, last), event=event, times=[days])
        return 100 * float(np.squeeze(found.survival))

    def percent_with_event(self, terms, days):
        events, levels = self.cohort.events, self.cohort.levels
        name, wanted = terms
        chosen = events.columns[name] == levels[name].index(wanted)
        chosen &= events.columns["start_day"] <= days
        width = self.cohort.shape[1]
        owner = np.unique(events.trial[chosen] * width + events.subject[chosen])
        return 100 * owner.size / self.size

    def ever(self, truth, days):
        """Per cent true at a visit up to a day, of those of whom that is known."""
        places = [place for day, place in self.at.items() if 0 < day <= days]
        seen = truth[:, places]
        known = (seen == 1).any(axis=1) | ~np.isnan(seen).any(axis=1)
        return 100 * np.mean((seen == 1).any(axis=1)[known])


def nephritis_readings() -> Iterator[Reading]:
    """New class III/IV nephritis on standard induction, half a year."""
    one = Followed("lupus_nephritis_new", (0, 7, 14, 28, 56, 91, 112, 140, 182), trials=30)
    protein = {day: one.now("protein_24h", day) for day in one.at}
    start = protein[0]
    alms, section_7 = "ALMS subset, PMC11552023", "evidence, section 7"
    entry = [
        ("SLEDAI-2K, median", near(15), "PMC3303691 T1", np.median(one.now("sledai", 0))),
        ("SLEDAI-2K renal, median", near(12), "PMC3303691 T1", np.median(one.now("sledai_renal", 0))),
        ("24-h protein, mean, g", near(3.59), "PMC3674621 T1", start.mean()),
        ("24-h protein, SD, g", near(2.13), "PMC3674621 T1", start.std()),
        ("albumin, median, g/L", near(28), "PMC3303691 T1", np.median(one.now("albumin", 0))),
        ("creatinine, mean, umol/L", near(78), "Deng 2017 T2, placebo, derived", one.now("creatinine", 0).mean()),
        ("creatinine, SD, umol/L", near(48), "PMC3674621 T1", one.now("creatinine", 0).std()),
        ("C3, mean, g/L", near(0.61), "PMC3674621 T1", one.now("c3", 0).mean()),
        ("C4, median, g/L", near(0.13), "PMC3303691 T1", np.median(one.now("c4", 0))),
        ("haemoglobin, median, g/L", near(95), "PMC3303691 T1", np.median(one.now("haemoglobin", 0))),
        ("platelets, median, 1e9/L", near(210), "PMC3303691 T1", np.median(one.now("platelets", 0))),
        ("leukocytes, median, 1e9/L", near(7.3), "PMC3303691 T1", np.median(one.now("wbc", 0))),
        ("haematuria, %", near(83, points=3), "PMC3303691 T1", one.percent_above("urine_rbc_hpf", 5)),
        ("pyuria, %", near(42, points=3), "PMC3303691 T1", one.percent_above("urine_wbc_hpf", 5)),
        ("casts, %", near(38, points=3), "PMC3303691 T1", one.percent_above("urinary_casts", 0.5)),
        ("anti-dsDNA positive, %", near(50, points=3), "PMC3303691 T1", one.percent_above("anti_dsdna", 100)),
        ("age, mean, years", near(32.9), "PMC3674621 T1", one.subject["age"].mean()),
    ]  # fmt: skip
    course_ = [
        ("protein down by 25 % at 3 months, %", (60, 78), f"{alms}; {section_7}", one.percent(protein[91] <= 0.75 * start, protein[91])),
        ("protein down by 50 % at 6 months, %", (52, 62), f"{alms}; {section_7}", one.percent(protein[182] <= 0.5 * start, protein[182])),
        ("protein up to 0.5 g at 6 months, %", (17, 33), f"{alms}; {section_7}", one.percent(protein[182] <= 0.5, protein[182])),
        ("any remission by 6 months, %", (70, 88), section_7, one.ever(one.visit["remission"], 182)),
        ("serious infection by 6 months, %", (8, 16), section_7, 100 * np.mean(one.subject["serious_infection_day"] <= 182)),
        ("change of albumin at 6 months, g/L", (4.1, 13.9), "Deng 2017 T2", one.change("albumin", 182)),
        ("change of C3 at 6 months, g/L", (0.07, 0.59), "Deng 2017 T2", one.change("c3", 182)),
        ("change of creatinine at 6 months, umol/L", (-39, 1), "Deng 2017 T2", one.change("creatinine", 182)),
        ("change of SLEDAI-2K at 6 months", (-11.5, 1.5), "Deng 2017 T2", one.change("sledai", 182)),
        ("prednisone at 3 months, mean, mg/day", near(21.6), f"{alms} T2", np.nanmean(one.now("prednisone", 91))),
        ("prednisone at 6 months, mean, mg/day", near(9.85), f"{alms} T2", np.nanmean(one.now("prednisone", 182))),
        ("death by 6 months, %", near(2.2, points=3), "ALMS subset, 4 of 179", 100 * np.mean(one.subject["death_day"] <= 182)),
        ("any infection in 6 months, %", near(58, points=3), f"{alms} T3", one.percent_with_event(("body_system", "Infections and infestations"), 182)),
        ("leucopenia in 6 months, %", near(25, points=3), f"{alms} T3", one.percent_with_event(("term", "Leucopenia"), 182)),
    ]  # fmt: skip
    yield from _readings("nephritis", [*entry, *course_])


def nephritis_long_readings() -> Iterator[Reading]:
    """The same over five years: relapse among those who remitted within half a year."""
    days = (0, 28, 91, 182, *range(273, 1830, 91), 1917)
    one = Followed("lupus_nephritis_new", days, trials=20)
    remitted = (one.visit["remission"][:, 1:4] == 1).any(axis=1)
    bands = {1: (93, 98), 3: (82, 90), 5: (63, 75)}
    rows = [
        (f"free of relapse at {years} year{'s' * (years > 1)}, %", band, "Yap 2017; evidence, section 7",
         one.event_free("flare_day", 365 * years, remitted))
        for years, band in bands.items()
    ]  # fmt: skip
    left = ("left the trial within 3 years, %", near(36, points=3), "Fu 2022",
            100 - one.event_free("withdrawal_day", 1096))  # fmt: skip
    yield from _readings("nephritis", [*rows, left])


def refractory_readings() -> Iterator[Reading]:
    """Refractory SLE over a year."""
    one = Followed("refractory_sle", tuple(MONTHS.values()), trials=30)
    protein, section_7 = one.visit["protein_24h"], "evidence, section 7"
    medians = {0: near(13), 1: (8, 10), 3: (7, 9), 6: (5, 7), 12: (4, 6)}
    course_ = [
        (f"SLEDAI-2K at {month} month{'s' * (month != 1)}, median", band, "Wen 2019; evidence, section 7",
         np.nanmedian(one.now("sledai", MONTHS[month])))
        for month, band in medians.items()
    ]  # fmt: skip
    sledai = one.now("sledai", 365)
    quiet = (one.visit["sledai_clinical"] - one.visit["sledai_renal"] == 0) & (protein < 0.5)
    quiet &= one.visit["creatinine"] <= 1.15 * one.visit["creatinine"][:, [0]]
    remitted = (one.visit["sledai"][:, 1:4] <= 6).any(axis=1)
    low = (one.now("c3", 0) < 0.8) | (one.now("c4", 0) < 0.1)
    joints = (one.now("arthritis", 0) == 1) | (one.now("bilag_arthritis_mild", 0) > 0)
    blood = (
        (one.now("wbc", 0) < 4) | (one.now("platelets", 0) < 100) | (one.now("haemoglobin", 0) < 80)
    )
    course_ += [
        ("SLEDAI-2K at entry, mean", near(12.2), "Liang 2010", one.now("sledai", 0).mean()),
        ("SLEDAI-2K at 12 months, mean", near(3.2), "Liang 2010", np.nanmean(sledai)),
        ("complete remission at 12 months, %", (20, 33), section_7, one.percent(quiet[:, -1], sledai + protein[:, -1])),
        ("SLEDAI-2K up to 6 at 12 months, %", (50, 65), "any response; evidence, section 7", one.percent(sledai <= 6, sledai)),
        ("relapse among remitters by 12 months, %", (15, 30), section_7, 100 - one.event_free("flare_day", 365, remitted)),
        ("death by 12 months, %", (3, 8), section_7, 100 - one.event_free("death_day", 365)),
        ("24-h protein at entry, mean, g", near(2.51), "Liang 2010", protein[:, 0].mean()),
        ("24-h protein at 12 months, mean, g", near(0.86), "Liang 2010", np.nanmean(protein[:, -1])),
        ("24-h protein at 1 month, median, g", near(1.02), "Ranjbar 2022", np.nanmedian(protein[:, 1])),
        ("GFR at entry, mean, mL/min/1.73 m2", near(58.6), "Gu 2014", one.now("egfr", 0).mean()),
        ("GFR at entry, SD, mL/min/1.73 m2", near(19.2), "Gu 2014", one.now("egfr", 0).std()),
        ("GFR at 12 months, mean, mL/min/1.73 m2", near(69.5), "Gu 2014", np.nanmean(one.now("egfr", 365))),
        ("low complement at entry, %", near(43, points=3), "Wen 2019 T2", 100 * low.mean()),
        ("anti-dsDNA positive at entry, %", near(39, points=3), "Wen 2019 T2", one.percent_above("anti_dsdna", 100)),
        ("arthritis or joint pain at entry, %", near(71, points=3), "Wen 2019 T2", 100 * joints.mean()),
        ("haematological disorder at entry, %", near(46, points=3), "Wen 2019 T2", 100 * blood.mean()),
        ("prednisone above 20 mg at entry, %", near(59, points=3), "Wen 2019 T2", one.percent_above("prednisone", 20)),
        ("age, mean, years", near(29.1), "Wang 2014 T1", one.subject["age"].mean()),
    ]  # fmt: skip
    yield from _readings("refractory", course_)


def refractory_long_readings() -> Iterator[Reading]:
    """Deaths over five years."""
    days = (0, 30, 91, 182, 365, *range(548, 1830, 182), 1917)
    one = Followed("refractory_sle", days, trials=20)
    death = 100 - one.event_free("death_day", 1826)
    row = ("death by 5 years, %", (10, 20), "evidence, section 7", death)
    yield from _readings("refractory", [row])


def _readings(population, rows) -> Iterator[Reading]:
    for target, (low, high), source, value in rows:
        yield Reading(f"{population}: {target}", float(low), float(high), source, float(value))


def all_readings() -> list[Reading]:
    """Every target with what the model gives."""
    return [
        *nephritis_readings(),
        *nephritis_long_readings(),
        *refractory_readings(),
        *refractory_long_readings(),
    ]


def row_of(reading: Reading) -> str:
    """The row of the table in `docs/simulation.md`."""
    verdict = "yes" if reading.is_met else "**no**"
    return (
        f"| {reading.target} | {reading.low:.4g} to {reading.high:.4g} | {reading.value:.3g} "
        f"| {verdict} | {reading.source} |"
    )
