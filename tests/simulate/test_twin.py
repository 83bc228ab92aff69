"""One patient by hand: the formulas of the design written out once more, from addresses."""

from math import exp, floor, log
from statistics import NormalDist

import numpy as np
import pytest

from equipoise.simulate import load_population, simulate_cohort
from equipoise.simulate.plan import make_plan
from equipoise.simulate.slot import Stream, uniform_at
from equipoise.simulate.trial import make_trials
from support.virtual import nephritis

NORMAL = NormalDist()
SEED = 20120709
TRIAL = 3


class Twin:
    """A virtual patient computed with plain numbers."""

    def __init__(self, virtual, subject):
        self.law = load_population("lupus_nephritis_new").parameters
        self.subject = subject
        self.attempt = int(virtual.truth.draws.attempt[subject])
        self.days = virtual.truth.days[subject]
        self.places = virtual.plan.dated
        self.site_effect = virtual.truth.places.site_effect[subject]
        self.relapse = float(virtual.truth.clocks.relapse[subject])

    def u(self, stream, slot, place=0):
        return uniform_at(
            slot, seed=SEED, trial=TRIAL, subject=self.subject, stream=stream,
            attempt=self.attempt, place=int(place),
        )  # fmt: skip

    def z(self, stream, slot, place=0):
        return NORMAL.inv_cdf(self.u(stream, slot, place))

    def severity(self, domain):
        law = self.law.severity
        shared = law.correlation * self.z(Stream.PERSON, "severity")
        own = (1 - law.correlation**2) ** 0.5 * self.z(Stream.PERSON, domain)
        return getattr(law, f"{domain}_mean") + getattr(law, f"{domain}_sd") * (shared + own)

    def response(self, week):
        law = self.law.response
        u = self.u(Stream.PERSON, "response_class")
        z = self.z(Stream.PERSON, "response_depth")
        if u < law.full_share:
            depth = law.full_depth + law.full_depth_sd * z
        elif u < law.full_share + law.partial_share:
            depth = law.partial_depth + law.partial_depth_sd * z
        else:
            depth = law.none_depth + law.none_depth_sd * z
        tau = law.weeks * exp(law.weeks_log_sd * self.z(Stream.PERSON, "response_speed"))
        return depth * (1 - exp(-max(week, 0) / tau))

    def fluctuation(self, domain, visit):
        law = self.law.fluctuation
        sd = law.sd * (law.extrarenal_factor if domain == "extrarenal" else 1)
        value = 0.0
        for place in range(visit + 1):
            address = self.places[place]
            noise = law.shared * self.z(Stream.VISIT, "shared", address)
            noise += law.own * self.z(Stream.VISIT, domain, address)
            step = (self.days[place] - self.days[place - 1]) / 7 if place else np.inf
            keep = exp(-law.reversion * step)
            value = keep * value + sd * (1 - keep**2) ** 0.5 * noise
        return value

    def level(self, domain, visit):
        law = self.law
        week = self.days[visit] / 7
        weight = getattr(law.response, f"{domain}_weight")
        value = self.severity(domain) * (1 - weight * self.response(week))
        value += self.fluctuation(domain, visit)
        since = week - self.relapse
        if since > 0 and domain != "haematological":
            size = law.flare.size * exp(law.flare.size_log_sd * self.z(Stream.PERSON, "flare_size"))
            value += (
                size * (1 - exp(-since / law.flare.rise_weeks)) * exp(-since / law.flare.fall_weeks)
            )
        return value if domain == "extrarenal" else max(value, 0)

    def values(self, visit):
        address, week = self.places[visit], self.days[visit] / 7
        r, s, h, e = (
            self.level(domain, visit)
            for domain in ("renal", "serological", "haematological", "extrarenal")
        )
        law, p = self.law, lambda slot: self.z(Stream.PERSON, slot)
        male = self.u(Stream.PERSON, "sex") >= law.people.female_share

        def v(slot):
            return self.z(Stream.VISIT, slot, address)

        k, c, b = law.kidney, law.serology, law.blood
        protein = exp(k.protein_log + k.protein_slope * r)
        drug = b.wbc_drug if b.wbc_drug_from <= week < b.wbc_drug_until else 0
        taper = law.steroid.start * exp(-max(week, 0) / law.steroid.fall_weeks) + law.steroid.floor
        taper *= exp(law.steroid.person_log_sd * p("prednisone"))
        if 0 <= week - self.relapse < law.steroid.relapse_weeks:
            taper += law.steroid.relapse_extra
        return {
            "protein_24h": min(protein * exp(k.protein_error * v("protein_24h")), k.protein_highest),
            "urine_rbc_hpf": floor(exp(
                k.rbc_log + k.rbc_slope * r + k.rbc_person * p("urine_rbc")
                + k.rbc_error * v("urine_rbc"))),
            "urine_wbc_hpf": floor(exp(
                k.wbc_log + k.wbc_slope * r + k.wbc_person * p("urine_wbc")
                + k.wbc_error * v("urine_wbc"))),
            "urinary_casts": float(v("urinary_casts") + k.casts_slope * r > k.casts_limit),
            "creatinine": exp(
                k.creatinine_log + k.creatinine_slope * r + k.creatinine_damage * p("damage")
                + k.creatinine_male * male + k.creatinine_site * self.site_effect
                + k.creatinine_error * v("creatinine")),
            "albumin": k.albumin_ceiling - k.albumin_loss * (1 - exp(-protein / k.albumin_protein))
            - k.albumin_extrarenal * e + k.albumin_person * p("albumin")
            + k.albumin_error * v("albumin"),
            "c3": 0.01 * exp(c.c3_log - c.c3_slope * s + c.c3_person * p("c3") + self.site_effect
                             + c.c3_error * v("c3")),
            "c4": 0.01 * exp(c.c4_log - c.c4_slope * s + c.c4_person * p("c4") + self.site_effect
                             + c.c4_error * v("c4")),
            "anti_dsdna": exp(c.dsdna_log + c.dsdna_slope * s + c.dsdna_person * p("anti_dsdna")
                              + c.dsdna_error * v("anti_dsdna")),
            "wbc": exp(b.wbc_log - b.wbc_slope * h + b.wbc_person * p("wbc") - drug
                       + b.wbc_error * v("wbc")),
            "platelets": exp(b.platelets_log - b.platelets_slope * h
                             + b.platelets_person * p("platelets")
                             + b.platelets_error * v("platelets")),
            "haemoglobin": b.haemoglobin - b.haemoglobin_slope * h - b.haemoglobin_renal * r
            + b.haemoglobin_person * p("haemoglobin") + b.haemoglobin_male * male
            + b.haemoglobin_error * v("haemoglobin"),
            "prednisone": law.steroid.tablet * round(taper / law.steroid.tablet),
            "pga": min(max(law.signs.pga_floor + law.signs.pga_extrarenal * e
                           + law.signs.pga_renal * r + law.signs.pga_error * v("pga"), 0), 3),
            **{
                sign: float(
                    law.signs.slope * e + law.signs.person * p(sign)
                    + law.signs.error * self.z(Stream.SIGN, sign, address)
                    > getattr(law.signs, sign))
                for sign in ("arthritis", "rash", "vasculitis", "fever", "mucosal_ulcers")
            },
        }  # fmt: skip


@pytest.fixture(scope="module")
def trial():
    plan = make_plan(nephritis(), scenario="null", seed=SEED, trials=range(TRIAL, TRIAL + 1))
    return make_trials(plan, seed=SEED, trials=np.array([TRIAL]))


@pytest.fixture(scope="module")
def cohort():
    return simulate_cohort(nephritis(), scenario="null", seed=SEED, trials=range(TRIAL, TRIAL + 1))


@pytest.mark.parametrize("subject", [0, 7, 23])
def test_every_captured_value_of_a_patient(trial, cohort, subject):
    twin = Twin(trial, subject)
    seen = 0
    for visit, place in enumerate(trial.plan.dated):
        for name, value in twin.values(visit).items():
            captured = cohort.visit[name][0, subject, place]
            if np.isnan(captured):
                continue
            decimals = cohort.protocol.variables[name].decimals
            assert abs(captured - value) <= 0.5 * 10**-decimals + 1e-9, (visit, name)
            seen += 1
    assert seen > 50


@pytest.mark.parametrize("subject", [0, 7, 23])
def test_the_person(trial, cohort, subject):
    twin, people = Twin(trial, subject), load_population("lupus_nephritis_new").parameters.people
    low, high = (
        NORMAL.cdf((limit - people.age_mean) / people.age_sd)
        for limit in (people.age_lowest, people.age_highest + 1)
    )
    u = low + twin.u(Stream.PERSON, "age") * (high - low)
    age = floor(people.age_mean + people.age_sd * NORMAL.inv_cdf(u))
    assert cohort.subject["age"][0, subject] == age
    male = twin.u(Stream.PERSON, "sex") >= people.female_share
    assert cohort.levels["sex"][int(cohort.subject["sex"][0, subject])] == ("M" if male else "F")
    weight = people.weight_median * exp(people.weight_log_sd * twin.z(Stream.PERSON, "weight"))
    weight *= people.weight_male_factor if male else 1
    assert cohort.subject["weight"][0, subject] == round(weight)


def test_the_clock_of_drop_out_by_hand(trial):
    """The clock that needs only the kidney, week by week."""
    truth = trial.truth
    for subject in (0, 7, 23):
        twin = Twin(trial, subject)
        law = twin.law.hazards
        total = 0.0
        target = -log(1 - twin.u(Stream.CLOCK, "drop_out"))
        found = np.inf
        for week in range(30):
            at = max(v for v in range(len(twin.days)) if twin.days[v] / 7 <= week)
            lapse = week - twin.days[at] / 7
            left = twin.severity("renal") * (1 - twin.response(week))
            drift = twin.fluctuation("renal", at) * exp(-twin.law.fluctuation.reversion * lapse)
            flare = 0.0
            since = week - twin.relapse
            if since > 0:
                flare = (
                    twin.law.flare.size
                    * exp(twin.law.flare.size_log_sd * twin.z(Stream.PERSON, "flare_size"))
                    * (1 - exp(-since / 2))
                    * exp(-since / 22)
                )
            renal = max(left + drift + flare, 0)
            rate = law.drop_out * exp(law.drop_out_renal * (renal - law.drop_out_centre))
            if total + rate >= target:
                found = week + (target - total) / rate
                break
            total += rate
        strike = truth.clocks.drop_out[subject]
        assert found == pytest.approx(strike, rel=1e-9) or (found == np.inf and strike > 29)
