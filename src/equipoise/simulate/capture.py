"""What is captured of a virtual trial: visits, values, doses, and how observation ended."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.adverse_event import Doses, adverse_events
from equipoise.simulate.conduct import missed_visits, missing_panel
from equipoise.simulate.fate import Fate, fate_of
from equipoise.simulate.person import Person
from equipoise.simulate.plan import DosePlan, Plan
from equipoise.simulate.sight import as_captured, see
from equipoise.simulate.slot import Stream
from equipoise.simulate.variable import PANELS, VARIABLES
from equipoise.simulate.virtual import HELD, MISSED, NOT_HELD, Truth, VirtualTrials
from equipoise.stats import Bools, Floats, Integers
from equipoise.units import DAYS_PER_WEEK

__all__ = [
    "assessed",
    "capture",
    "captured_variables",
    "entry_levels",
    "entry_variables",
    "site_names",
]


def site_names(plan: Plan) -> tuple[str, ...]:
    """Name the sites: the codes of the protocol where it has them, else numbers."""
    variable = plan.protocol.variables.get("site")
    codes = None if variable is None else variable.levels()
    return codes or tuple(f"{number + 1:02d}" for number in range(plan.sites))


def captured_variables(plan: Plan, level: str) -> tuple[str, ...]:
    """List the variables of one level that are captured."""
    return tuple(
        name for name, one in plan.protocol.variables_at(level).items() if not one.is_derived
    )


def entry_levels(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Codes of the categories of subjects; those of the model where the protocol has none."""
    levels = {"arm": tuple(plan.protocol.arms), "site": site_names(plan)}
    for name in captured_variables(plan, "subject"):
        if name in VARIABLES and VARIABLES[name].codes:
            levels[name] = plan.protocol.variables[name].levels() or VARIABLES[name].codes
    return levels


def entry_variables(
    plan: Plan, person: Person, *, site: Integers, enrolment: Integers
) -> dict[str, Floats]:
    """Capture what is known of subjects at entry: (n,) each."""
    levels = entry_levels(plan)

    def coded(name: str, texts: NDArray[np.str_]) -> Floats:
        index = {code: float(place) for place, code in enumerate(levels.get(name, ()))}
        return np.array([index.get(str(text), np.nan) for text in texts])

    known = {
        "age": person.age,
        "weight": person.weight,
        "enrolment_day": enrolment.astype(float),
        "sex": coded("sex", np.where(person.is_male, "M", "F")),
        "nephritis_class": coded("nephritis_class", np.where(person.is_class_iv, "IV", "III")),
        "site": site.astype(float),
    }
    variables = plan.protocol.variables
    return {
        name: as_captured(array, variables.get(name))
        for name, array in known.items()
        if name in variables or name == "site"
    }


def capture(plan: Plan, truth: Truth, trials: Integers) -> VirtualTrials:
    """Capture what is seen of the truth."""
    fate = fate_of(truth.clocks, last_visit=truth.days[:, -1])
    conduct = truth.draws.table(Stream.CONDUCT, places=plan.dated)
    status, lacks = _visits(plan, truth, fate, conduct)
    on_schedule = (truth.arm.size, len(plan.protocol.visits))
    held = np.zeros(on_schedule, dtype=np.bool_)
    held[:, plan.dated] = status == HELD
    day, full_status = np.full(on_schedule, np.nan), np.full(on_schedule, NOT_HELD)
    not_done = np.full(on_schedule, -1)
    day[:, plan.dated] = np.where(status == HELD, truth.days, np.nan)
    full_status[:, plan.dated] = status
    not_done[:, plan.dated] = np.where(status == HELD, lacks, -1)
    doses = _doses(plan, truth, fate)
    u = truth.draws.table(Stream.CLOCK)
    return VirtualTrials(
        plan=plan,
        trials=trials,
        truth=truth,
        subject=_subject(plan, truth, fate),
        day=day,
        status=full_status,
        visit=_values(plan, truth, held, not_done),
        not_done=not_done,
        fate=fate,
        reason=_reasons(plan, fate, u["drop_out_reason"]),
        doses=doses,
        events=adverse_events(
            plan.population,
            draws=truth.draws,
            clocks=truth.clocks,
            fate=fate,
            doses=doses,
            reaction_rate=plan.effects.at("infusion_reaction_rate", truth.arm),
        ),
    )


def _visits(
    plan: Plan, truth: Truth, fate: Fate, conduct: dict[str, Floats]
) -> tuple[Integers, Integers]:
    """State of each dated visit, and the panel that it lacks."""
    law = plan.population.parameters.conduct
    dose_days = {dose.day for dose in plan.doses}
    after_entry = plan.days > 0
    may_be_missed = after_entry & np.array([day not in dose_days for day in plan.days])
    missed = missed_visits(law, uniform=conduct["missed"], may_be_missed=may_be_missed)
    open_to = np.array(
        [
            [not visit.arms or arm in visit.arms for visit in plan.protocol.visits.values()]
            for arm in plan.protocol.arms
        ]
    )[:, plan.dated]
    due = fate.holds_visit(truth.days) & open_to[truth.arm]
    status = np.where(due, np.where(missed, MISSED, HELD), NOT_HELD)
    return status, missing_panel(law, draws=conduct, may_be_missing=after_entry)


def _values(plan: Plan, truth: Truth, held: Bools, not_done: Integers) -> dict[str, Floats]:
    """Capture values where the visit was held, the variable assessed and the panel done."""
    seen = see(
        plan.protocol,
        truth.person,
        plan.population.parameters,
        draws=truth.draws,
        places=plan.dated,
        level=truth.level,
        week=truth.days / DAYS_PER_WEEK,
        site_effect=truth.places.site_effect,
        relapse=truth.clocks.relapse,
        expectation=plan.effects.at("expectation", truth.arm),
    )
    values: dict[str, Floats] = {}
    for name in captured_variables(plan, "visit"):
        array = np.full(held.shape, np.nan)
        array[:, plan.dated] = seen[name]
        panel = VARIABLES[name].panel
        lacks = not_done == PANELS.index(panel) if panel in PANELS else np.zeros_like(held)
        planned = assessed(plan, name)[truth.arm]
        values[name] = np.where(held & planned & ~lacks, array, np.nan)
    return values


def assessed(plan: Plan, name: str) -> Bools:
    """Say at which visits a variable is assessed in each arm: (arms, visits)."""
    order = list(plan.protocol.visits)
    planned = np.zeros((len(plan.protocol.arms), len(order)), dtype=np.bool_)
    for one in plan.protocol.assessments_of(name):
        for number, arm in enumerate(plan.protocol.arms):
            if not one.arms or arm in one.arms:
                planned[number, [order.index(visit) for visit in one.visits]] = True
    return planned


def _subject(plan: Plan, truth: Truth, fate: Fate) -> dict[str, Floats]:
    seen = {
        "flare_day": fate.seen(truth.clocks.relapse),
        "serious_infection_day": fate.seen(truth.clocks.infection),
    }
    known = dict(truth.entry) | seen
    return {name: known[name] for name in captured_variables(plan, "subject") if name in known}


def _reasons(plan: Plan, fate: Fate, uniform: Floats) -> NDArray[np.str_]:
    terms = plan.population.terms["drop_out"]
    ends = np.cumsum([one.weight for one in terms])
    chosen = np.searchsorted(ends / ends[-1], uniform, side="right")
    reason = np.array([one.term for one in terms])[chosen]
    return np.where(fate.withdrew, reason, "")


def _doses(plan: Plan, truth: Truth, fate: Fate) -> Doses:
    """Give the planned doses: on the day of the visit that falls on their day, if there is one."""
    who: list[Integers] = []
    days: list[Floats] = []
    amounts: list[Floats] = []
    weight = truth.entry.get("weight", truth.person.weight)
    for dose in plan.doses:
        at_visit = np.flatnonzero(plan.days == dose.day)
        day = truth.days[:, at_visit[0]] if at_visit.size else np.full(truth.arm.size, dose.day)
        given = (truth.arm == dose.arm) & fate.holds_visit(day[:, np.newaxis])[:, 0]
        who.append(np.flatnonzero(given))
        days.append(day[given].astype(float))
        amounts.append(_amount(dose, weight[given]))
    number = np.repeat(np.arange(len(who)), [one.size for one in who])
    empty: Integers = np.zeros(0, dtype=np.int64)
    return Doses(
        subject=np.concatenate([empty, *who]),
        number=number.astype(np.int64),
        day=np.concatenate([np.zeros(0), *days]),
        amount=np.concatenate([np.zeros(0), *amounts]),
    )


def _amount(dose: DosePlan, weight: Floats) -> Floats:
    """Amount given; unknown where it goes by body surface, because height is not modelled."""
    if dose.dose is None or dose.dose.per == "m2":
        return np.full(weight.shape, np.nan)
    per_kg = weight if dose.dose.per == "kg" else np.ones(weight.shape)
    return dose.dose.amount * per_kg
