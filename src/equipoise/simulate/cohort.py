"""Simulate a cohort: a batch of virtual trials of one scenario of a protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from equipoise.data import Cohort, Events
from equipoise.protocol import Protocol
from equipoise.simulate.capture import captured_variables, entry_levels
from equipoise.simulate.plan import Plan, make_plan
from equipoise.simulate.trial import make_trials
from equipoise.simulate.virtual import VirtualTrials
from equipoise.stats import Floats

__all__ = ["event_texts", "simulate_cohort"]

_SUBJECTS_AT_ONCE = 4096


def simulate_cohort(
    protocol: Protocol,
    *,
    scenario: str,
    seed: int,
    trials: range | int,
    subjects: int | None = None,
    at_once: int | None = None,
) -> Cohort:
    """Simulate trials of one scenario.

    Parameters
    ----------
    protocol : Protocol
        What is simulated; ``scenarios`` holds the population and the effects of each arm.
    scenario : str
        Id of the scenario.
    seed : int
        From 0 to 2**64 - 1. The same seed gives the same trials, in every scenario from the same
        random numbers.
    trials : range or int
        Numbers of the trials; an int is how many, from trial 0 on. ``range(7, 8)`` is trial 7
        alone.
    subjects : int, optional
        Subjects of each trial, instead of the scenario's.
    at_once : int, optional
        Trials that are made together; it changes memory and time, never a value.

    Returns
    -------
    Cohort
        Origin ``SIMULATED``; every captured variable is filled.

    Raises
    ------
    DataError
        For everything that is wrong with the scenario at once, before any patient is drawn; or if
        the population has nobody whom the protocol's criteria let in.
    """
    numbers = range(trials) if isinstance(trials, int) else trials
    plan = make_plan(protocol, scenario=scenario, seed=seed, trials=numbers, subjects=subjects)
    size = at_once or max(1, _SUBJECTS_AT_ONCE // plan.subjects)
    parts = [
        make_trials(plan, seed=seed, trials=np.array(numbers[start : start + size]))
        for start in range(0, len(numbers), size)
    ]
    return _cohort_of_trials(plan, parts, seed=seed)


def _cohort_of_trials(plan: Plan, parts: Sequence[VirtualTrials], *, seed: int) -> Cohort:
    """Join chunks of virtual trials to the cohort that analyses read."""
    trials = sum(part.trials.size for part in parts)
    shape = (trials, plan.subjects)

    def joined(read: Callable[[VirtualTrials], Floats]) -> Floats:
        return np.concatenate([read(part) for part in parts]).astype(np.float64)

    levels: dict[str, tuple[str, ...]] = {"arm": tuple(plan.protocol.arms)}
    subject = {name: array.reshape(shape) for name, array in _standard(joined).items()}
    reason = np.concatenate([part.reason for part in parts])
    subject["withdrawal_reason"] = _coded(plan, "withdrawal_reason", reason, levels).reshape(shape)
    for name in dict.fromkeys(("site", *captured_variables(plan, "subject"))):
        array = joined(_of_subject(name))
        subject[name] = _relevelled(plan, name, array, levels).reshape(shape)
    visit = {"day": joined(lambda part: part.day).reshape(*shape, -1)}
    for name in captured_variables(plan, "visit"):
        visit[name] = joined(_of_visit(name)).reshape(*shape, -1)
        if plan.protocol.variables[name].kind == "yes_no":
            levels[name] = ("no", "yes")
    return Cohort(
        protocol=plan.protocol,
        enrolled=np.ones(shape, dtype=np.bool_),
        subject=subject,
        visit=visit,
        events=_events(plan, parts, levels),
        levels=levels,
        origin="SIMULATED",
        data_hash=_address_hash(plan, parts, seed),
        notes=_notes(plan, parts, seed),
    )


def _of_subject(name: str) -> Callable[[VirtualTrials], Floats]:
    if name == "site":
        return lambda part: part.truth.places.site.astype(float)
    return lambda part: part.subject[name]


def _of_visit(name: str) -> Callable[[VirtualTrials], Floats]:
    return lambda part: part.visit[name]


def _standard(joined: Callable[[Callable[[VirtualTrials], Floats]], Floats]) -> dict[str, Floats]:
    """Fields of every subject, whatever the trial; ``site`` and the reason come apart."""
    last = joined(lambda part: part.fate.last_contact)
    died = joined(lambda part: part.fate.died.astype(float)) == 1
    withdrew = joined(lambda part: part.fate.withdrew.astype(float)) == 1
    first_dose = joined(lambda part: _dose_day(part, np.fmin, np.inf))
    last_dose = joined(lambda part: _dose_day(part, np.fmax, -np.inf))
    return {
        "arm": joined(lambda part: part.truth.arm.astype(float)),
        "randomised": np.ones(last.shape),
        "treated": (~np.isnan(first_dose)).astype(float),
        "completed": (~died & ~withdrew).astype(float),
        "first_dose_day": first_dose,
        "last_dose_day": last_dose,
        "death_day": np.where(died, last, np.nan),
        "withdrawal_day": np.where(withdrew, last, np.nan),
        "last_contact_day": last,
    }


def _dose_day(part: VirtualTrials, choose: np.ufunc, start: float) -> Floats:
    day = np.full(part.truth.arm.shape, start)
    choose.at(day, part.doses.subject, part.doses.day)
    return np.where(np.isinf(day), np.nan, day)


def _relevelled(plan: Plan, name: str, array: Floats, levels: dict[str, tuple[str, ...]]) -> Floats:
    """Bring a category into the order of its codes; open ones into that of the texts found."""
    variable = plan.protocol.variables.get(name)
    if variable is not None and variable.kind == "yes_no":
        levels[name] = ("no", "yes")
        return array
    own = entry_levels(plan).get(name)
    if own is None:
        return array
    return _coded(plan, name, np.array(own)[array.astype(np.int64)], levels)


def _coded(
    plan: Plan, name: str, texts: NDArray[np.str_], levels: dict[str, tuple[str, ...]]
) -> Floats:
    """Turn texts into indices of levels; an empty text is missing."""
    variable = plan.protocol.variables.get(name)
    known = None if variable is None else variable.levels()
    if known is None:
        known = tuple(str(text) for text in np.unique(texts) if text)
    levels[name] = known
    index = {code: float(place) for place, code in enumerate(known)}
    found, inverse = np.unique(texts, return_inverse=True)
    return np.array([index.get(str(text), np.nan) for text in found])[inverse]


def event_texts(part: VirtualTrials) -> dict[str, NDArray[np.str_]]:
    """Columns of adverse events that are words."""
    events = part.events
    return {
        "term": events.term,
        "body_system": events.system,
        "severity": events.severity,
        "related": events.related,
        "outcome": events.outcome,
    }


def _events(
    plan: Plan, parts: Sequence[VirtualTrials], levels: dict[str, tuple[str, ...]]
) -> Events:
    starts = np.cumsum([0, *(part.trials.size for part in parts)])
    trial = [
        start + part.events.subject // plan.subjects
        for start, part in zip(starts, parts, strict=False)
    ]
    texts = [event_texts(part) for part in parts]
    columns: dict[str, Floats] = {
        name: _coded(plan, name, np.concatenate([one[name] for one in texts]), levels)
        for name in texts[0]
    }
    for name, field in (("start_day", "start"), ("end_day", "end"), ("grade", "grade"),
                        ("serious", "serious")):  # fmt: skip
        columns[name] = np.concatenate([getattr(part.events, field) for part in parts])
    levels["serious"] = ("no", "yes")
    return Events(
        trial=np.concatenate(trial).astype(np.int64),
        subject=np.concatenate([part.events.subject % plan.subjects for part in parts]),
        columns=columns,
    )


def _address_hash(plan: Plan, parts: Sequence[VirtualTrials], seed: int) -> str:
    numbers = [int(number) for part in parts for number in part.trials]
    text = f"{plan.hash}:{seed}:{numbers[0]}:{numbers[-1]}:{len(numbers)}"
    return hashlib.sha256(text.encode()).hexdigest()


def _notes(plan: Plan, parts: Sequence[VirtualTrials], seed: int) -> tuple[str, ...]:
    return tuple(_note_lines(plan, parts, seed))


def _note_lines(plan: Plan, parts: Sequence[VirtualTrials], seed: int) -> Iterator[str]:
    population = plan.population
    screened = sum(int((part.truth.draws.attempt + 1).sum()) for part in parts)
    subjects = sum(part.trials.size for part in parts) * plan.subjects
    yield (
        f"SIMULATED: scenario {plan.scenario_id}, seed {seed}, population {population.id} "
        f"version {population.version} ({population.hash[:12]}), {population.calibration}; "
        "treatment effects are inputs, not findings"
    )
    yield f"{screened} candidates were screened for {subjects} places"
    yield from plan.notes
