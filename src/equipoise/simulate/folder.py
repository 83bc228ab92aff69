"""Write a virtual trial as a data folder, which is read like captured data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl

from equipoise.data import TABLES, write_template, written_folder
from equipoise.protocol import Protocol
from equipoise.protocol.model.variable import Variable
from equipoise.simulate.capture import assessed, captured_variables, entry_levels, site_names
from equipoise.simulate.cohort import event_texts
from equipoise.simulate.plan import MODEL_VERSION, Plan, make_plan
from equipoise.simulate.trial import make_trials
from equipoise.simulate.variable import PANELS, VARIABLES
from equipoise.simulate.virtual import HELD, MISSED, VirtualTrials

__all__ = ["manifest_text", "write_simulated_folder"]

_OPENING = date(2000, 1, 1)
"""First day of the calendar of every virtual trial."""

_NOT_DONE = "not done"

_Table: TypeAlias = dict[str, Sequence[str]]


def write_simulated_folder(
    protocol: Protocol, scenario: str, seed: int, trial: int, folder: Path
) -> None:
    """Write one virtual trial as a data folder.

    Parameters
    ----------
    protocol : Protocol
        What is simulated.
    scenario : str
        Id of the scenario.
    seed, trial : int
        Address of the trial: the same gives the same bytes, and the same values as
        ``simulate_cohort`` gives for this trial in any batch.
    folder : Path
        A folder that is not there yet, or empty. It gets six tables, ``dictionary.csv`` and
        ``manifest.json`` with origin ``SIMULATED``.

    Raises
    ------
    DataError
        For everything that is wrong with the scenario, before anything is drawn or written; or
        if something is in the folder already.
    """
    numbers = range(trial, trial + 1)
    plan = make_plan(protocol, scenario=scenario, seed=seed, trials=numbers)
    virtual = make_trials(plan, seed=seed, trials=np.array(numbers))
    tables = _tables(virtual)
    with written_folder(folder) as place:
        write_template(protocol, place)
        for name in TABLES:
            header = (place / f"{name}.csv").read_text("utf-8").strip().split(",")
            columns = {column: list(tables[name].get(column, ())) for column in header}
            size = max((len(cells) for cells in columns.values()), default=0)
            frame = {
                column: [cell or None for cell in cells] or [None] * size
                for column, cells in columns.items()
            }
            pl.DataFrame(frame, schema=dict.fromkeys(header, pl.String)).write_csv(
                place / f"{name}.csv"
            )
        manifest = manifest_text(plan, seed=seed, trial=trial)
        (place / "manifest.json").write_text(manifest, "utf-8")


def manifest_text(plan: Plan, *, seed: int, trial: int) -> str:
    """Write the manifest of a virtual trial: what it is a trial of, and its address."""
    protocol, population = plan.protocol, plan.population
    content = {
        "trial": protocol.id,
        "origin": "SIMULATED",
        "protocol_version": protocol.trial.protocol_version,
        "protocol_hash": protocol.content_hash,
        "simulation": {
            "model_version": MODEL_VERSION,
            "scenario": plan.scenario_id,
            "scenario_hash": plan.hash,
            "seed": seed,
            "trial": trial,
            "population": population.id,
            "population_version": population.version,
            "population_hash": population.hash,
            "calibration": population.calibration,
            "calendar_opens": _OPENING.isoformat(),
            "notes": list(plan.notes),
        },
    }
    return json.dumps(content, indent=2) + "\n"


def _tables(virtual: VirtualTrials) -> dict[str, _Table]:
    ids = _ids(virtual.plan.subjects)
    return {
        "subjects": _subjects(virtual, ids),
        "visits": _visits(virtual, ids),
        "values": _values(virtual, ids),
        "events": _events(virtual, ids),
        "doses": _doses(virtual, ids),
        "disposition": _disposition(virtual, ids),
    }


def _ids(subjects: int) -> list[str]:
    width = max(3, len(str(subjects)))
    return [f"{number + 1:0{width}d}" for number in range(subjects)]


def _day(day: float) -> str:
    return "" if np.isnan(day) else str(int(day))


def _cell(value: float, variable: Variable | None, levels: Sequence[str] = ()) -> str:
    """Write a value as it was captured: decimals, yes or no, or the code of a category."""
    if np.isnan(value):
        return ""
    if levels:
        return levels[int(value)]
    if variable is not None and variable.kind == "yes_no":
        return "yes" if value == 1 else "no"
    return f"{value:.{0 if variable is None else variable.decimals}f}"


def _subjects(virtual: VirtualTrials, ids: Sequence[str]) -> _Table:
    plan, places = virtual.plan, virtual.truth.places
    arms, sites = list(plan.protocol.arms), site_names(plan)
    levels = entry_levels(plan)
    own = {
        name: [
            _cell(value, plan.protocol.variables[name], levels.get(name, ()))
            for value in virtual.subject[name]
        ]
        for name in captured_variables(plan, "subject")
        if name != "site"
    }
    came = [_OPENING + timedelta(days=int(day)) for day in places.enrolment]
    return {
        "subject": list(ids),
        "site": [sites[number] for number in places.site],
        "arm": [arms[number] for number in virtual.truth.arm],
        "randomised": [day.isoformat() for day in came],
        **own,
    }


def _visits(virtual: VirtualTrials, ids: Sequence[str]) -> _Table:
    names = list(virtual.plan.protocol.visits)
    who, which = np.nonzero(virtual.status > 0)
    state = {HELD: "held", MISSED: "missed"}
    return {
        "subject": [ids[int(place)] for place in who],
        "visit": [names[int(place)] for place in which],
        "date": [_day(day) for day in virtual.day[who, which]],
        "status": [state[int(one)] for one in virtual.status[who, which]],
    }


def _values(virtual: VirtualTrials, ids: Sequence[str]) -> _Table:
    """Write the values of visits that were held; a panel that was not done says so."""
    plan = virtual.plan
    visits, panels = list(plan.protocol.visits), (*PANELS, "")
    table: dict[str, list[str]] = {column.name: [] for column in TABLES["values"]}
    captured = captured_variables(plan, "visit")
    planned = {name: assessed(plan, name)[virtual.truth.arm] for name in captured}
    for subject, place in zip(*np.nonzero(virtual.status == HELD), strict=True):
        for name in captured:
            if not planned[name][subject, place]:
                continue
            variable, value = plan.protocol.variables[name], virtual.visit[name][subject, place]
            is_lost = VARIABLES[name].panel == panels[int(virtual.not_done[subject, place])]
            row = (
                ids[int(subject)], visits[int(place)], _day(virtual.day[subject, place]), name,
                _cell(value, variable), variable.unit or "", _NOT_DONE if is_lost else "",
            )  # fmt: skip
            for column, cell in zip(table.values(), row, strict=True):
                column.append(cell)
    return dict(table)


def _events(virtual: VirtualTrials, ids: Sequence[str]) -> _Table:
    events = virtual.events
    words: Mapping[str, Sequence[str]] = {
        name: [str(text) for text in texts] for name, texts in event_texts(virtual).items()
    }
    return {
        "subject": [ids[int(place)] for place in events.subject],
        **words,
        "start": [_day(day) for day in events.start],
        "end": [_day(day) for day in events.end],
        "grade": [str(int(grade)) for grade in events.grade],
        "serious": ["yes" if one == 1 else "no" for one in events.serious],
    }


def _doses(virtual: VirtualTrials, ids: Sequence[str]) -> _Table:
    doses, plans = virtual.doses, virtual.plan.doses
    order = np.lexsort((doses.number, doses.day, doses.subject))
    numbers = doses.number[order]
    units = [plans[number].dose for number in numbers]
    return {
        "subject": [ids[int(place)] for place in doses.subject[order]],
        "intervention": [plans[number].agent for number in numbers],
        "date": [_day(day) for day in doses.day[order]],
        "amount": [_amount(amount) for amount in doses.amount[order]],
        "unit": ["" if one is None else one.unit for one in units],
    }


def _amount(amount: float) -> str:
    return "" if np.isnan(amount) else f"{amount:.10g}"


def _disposition(virtual: VirtualTrials, ids: Sequence[str]) -> _Table:
    fate = virtual.fate
    what = np.where(fate.died, "death", np.where(fate.withdrew, "withdrawn", "completed"))
    return {
        "subject": list(ids),
        "what": [str(one) for one in what],
        "date": [_day(day) for day in fate.last_contact],
        "reason": [str(one) for one in virtual.reason],
    }
