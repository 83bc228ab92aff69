"""From addresses to virtual trials; the order of the steps is the contract.

1. Sites open and subjects come (streams 10 and 11).
2. Candidates are screened on what is observed up to randomisation until one is eligible
   (streams 1 to 5; the number of the candidate is part of the address).
3. The production allocator gives arms (stream 12).
4. Treatment sets class, depth and speed of response.
5. Visits get days (stream 5) and fluctuation (stream 2).
6. Clocks of relapse, infection, death, vascular events and drop-out run (stream 3).
7. Observation ends; visits are held, missed or lack a panel (stream 5).
8. Signs and laboratory values are seen (streams 2, 3 and 4) and captured.
9. Doses and adverse events are recorded (stream 7).
"""

from __future__ import annotations

import numpy as np

from equipoise.simulate.arm import allocated_arms
from equipoise.simulate.capture import capture, entry_levels, entry_variables
from equipoise.simulate.clock import run_clocks
from equipoise.simulate.conduct import visit_days
from equipoise.simulate.course import activity, fluctuation, relapse_activity, response, treat
from equipoise.simulate.person import Person, draw_person
from equipoise.simulate.plan import Plan
from equipoise.simulate.recruitment import recruit
from equipoise.simulate.screening import Candidates, Tally, eligible
from equipoise.simulate.sight import see
from equipoise.simulate.slot import Draws, Stream
from equipoise.simulate.virtual import Places, Truth, VirtualTrials
from equipoise.stats import Floats, Integers
from equipoise.units import DAYS_PER_WEEK

__all__ = ["MOST_ATTEMPTS", "make_trials"]

MOST_ATTEMPTS = 500
"""Candidates that are screened for one place before the scenario is given up."""


def make_trials(plan: Plan, *, seed: int, trials: Integers) -> VirtualTrials:
    """Make virtual trials.

    Parameters
    ----------
    plan : Plan
        Protocol, population, effects.
    seed : int
        Seed of the simulation.
    trials : (trials,) int
        Numbers of the trials: each is the same whatever others are made with it.

    Raises
    ------
    DataError
        If no candidate is eligible for a place.
    """
    law = plan.population.parameters
    came = recruit(law.sites, seed=seed, trial=trials, sites=plan.sites, subjects=plan.subjects)
    places = Places(
        trial=np.repeat(trials, plan.subjects),
        subject=np.tile(np.arange(plan.subjects), trials.size),
        site=came.site.ravel(),
        enrolment=came.day.ravel(),
        site_effect=came.effect.ravel(),
    )
    draws = places.draws(seed, attempt=_screen(plan, places, seed))
    person = draw_person(draws, law)
    days = _days(plan, draws)
    week = days / DAYS_PER_WEEK
    entry = entry_variables(plan, person, site=places.site, enrolment=places.enrolment)
    arm = allocated_arms(plan, seed=seed, trials=trials, subject=entry, site=places.site)
    seen = _seen_at_entry(plan, draws, person, days, places.site_effect)
    treatment = treat(
        person,
        law,
        plan.effects,
        arm=arm,
        protein=seen["protein_24h"][:, 0],
        second_infusion=plan.second_infusion,
    )
    path = _path(plan, draws, days)
    clocks = run_clocks(
        person,
        treatment,
        law,
        plan.effects,
        arm=arm,
        draws=draws.table(Stream.CLOCK),
        path=path,
        visit_week=week,
        weeks=_weeks(plan),
    )
    added = relapse_activity(person, law, relapse=clocks.relapse, week=week)
    answer = response(treatment, week)
    truth = Truth(
        places=places,
        draws=draws,
        person=person,
        treatment=treatment,
        clocks=clocks,
        entry=entry,
        arm=arm,
        days=days,
        level=activity(person, law, response=answer, fluctuation=path, relapse=added),
    )
    return capture(plan, truth, trials)


def _weeks(plan: Plan) -> int:
    """Weeks in which the last visit surely lies; the same for every trial of the plan."""
    law = plan.population.parameters.conduct
    latest = law.day_limit * max(law.day_sd_early, law.day_sd_late)
    return int(np.ceil((plan.days[-1] + plan.days.size) / DAYS_PER_WEEK + latest)) + 1


def _days(plan: Plan, draws: Draws, visits: Integers | None = None) -> Floats:
    """Days of the first of the dated visits, or of all."""
    places = plan.dated if visits is None else plan.dated[visits]
    schedule = list(plan.protocol.visits.values())
    uniform = draws.table(Stream.CONDUCT, places=places)["day"]
    law = plan.population.parameters.conduct
    return visit_days([schedule[place] for place in places], law, uniform=uniform)


def _path(plan: Plan, draws: Draws, days: Floats) -> Floats:
    """Fluctuation at the first visits, as many as there are days."""
    u = draws.table(Stream.VISIT, places=plan.dated[: days.shape[1]])
    return fluctuation(u, days / DAYS_PER_WEEK, plan.population.parameters.fluctuation)


def _seen_at_entry(
    plan: Plan, draws: Draws, person: Person, days: Floats, site_effect: Floats
) -> dict[str, Floats]:
    """Observe the visits up to randomisation, when nothing has been given yet."""
    law = plan.population.parameters
    first = days[:, plan.at_entry]
    nothing = np.zeros(first.shape)
    level = activity(
        person, law, response=nothing, fluctuation=_path(plan, draws, first), relapse=nothing
    )
    return see(
        plan.protocol,
        person,
        law,
        draws=draws,
        places=plan.dated[plan.at_entry],
        level=level,
        week=first / DAYS_PER_WEEK,
        site_effect=site_effect,
        relapse=np.full(first.shape[0], np.inf),
        expectation=np.zeros(first.shape[0]),
    )


def _screen(plan: Plan, places: Places, seed: int) -> Integers:
    """Find for each place the first candidate who is eligible: (n,) numbers from 0."""
    law = plan.population.parameters
    found = np.zeros(places.trial.size, dtype=np.int64)
    open_places = np.arange(places.trial.size)
    tally = Tally()
    for attempt in range(MOST_ATTEMPTS):
        draws = places.draws(seed, attempt=np.full(open_places.size, attempt), who=open_places)
        person = draw_person(draws, law)
        days = _days(plan, draws, plan.at_entry)
        visit = _seen_at_entry(plan, draws, person, days, places.site_effect[open_places])
        subject = entry_variables(
            plan, person, site=places.site[open_places], enrolment=places.enrolment[open_places]
        )
        candidates = Candidates(
            plan=plan, subject=subject, visit=visit | {"day": days}, levels=entry_levels(plan)
        )
        meets = eligible(candidates, tally)
        found[open_places] = attempt
        open_places = open_places[~meets]
        if open_places.size == 0:
            return found
    raise tally.fault(plan.scenario_id, MOST_ATTEMPTS)
