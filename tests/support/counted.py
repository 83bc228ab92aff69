"""A trial whose subjects are given outright, so that tables of a textbook can be analysed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from equipoise.analyse import Results, analyse
from equipoise.data import Cohort
from equipoise.data.cohort import Events
from equipoise.derive import derive
from equipoise.protocol import Protocol, load_protocol_file
from support.completed import completed

COUNTED = """\
equipoise: 1
id: counted
trial: {title: A counted trial, indication: Lupus nephritis}
population: {description: Adults with lupus nephritis}
arms:
  control: {label: Standard care, role: no_treatment}
  cells: {label: Cells, role: experimental}
randomisation: {procedure: simple}
schedule:
  baseline: W0
  visits: {W0: {label: Baseline, day: 0}, W24: {label: Week 24, day: 168}}
  assessments: {all: {label: All, visits: [W0, W24], variables: [state]}}
variables:
  responds: {label: Responds, kind: yes_no}
  stratum: {label: Stratum, kind: category, codes: [a, b, c, d, e, f]}
  x: {label: A number}
  z: {label: Another number}
  state: {label: State, level: visit, kind: yes_no}
endpoints:
  response: {label: Response, type: response, when: responds, benefit: higher}
  failure: {label: Failure, type: response, when: responds, benefit: lower}
  change: {label: State at week 24, type: response, when: state, at: W24, benefit: higher}
  event: {label: An event, type: adverse_event, when: serious, benefit: lower}
  first: {label: First event, type: time_to_event, event: adverse_event, when: serious,
    benefit: higher}
analysis_sets:
  all: {label: All randomised, when: randomised}
analyses:
"""
ARMS = ("control", "cells")


def counted_protocol(
    folder: Path, *analyses: str, more: str = "", changes: Sequence[tuple[str, str]] = ()
) -> Protocol:
    """Load the trial with analyses ``name: fields`` of all subjects, and further sections."""
    text = COUNTED
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    planned = "".join(
        f"  {name.strip()}: {{title: {name.strip()}, analysis_set: all, {fields.strip()}}}\n"
        for name, _, fields in (one.partition(":") for one in analyses)
    )
    path = folder / "protocol.yaml"
    path.write_text(text + planned + more, encoding="utf-8")
    return load_protocol_file(path)


def counted_cohort(
    protocol: Protocol,
    *,
    arm: np.ndarray,
    subject: Mapping[str, np.ndarray] | None = None,
    state: np.ndarray | None = None,
    last_day: np.ndarray | float = 168.0,
    events: Sequence[tuple[int, int, float]] = (),
) -> Cohort:
    """Make a cohort of (trials, subjects); an event is its trial, its subject and its day.

    ``arm`` is 0 for control, 1 for cells; a negative arm is the padding of a smaller trial.
    """
    arm = np.atleast_2d(np.asarray(arm, dtype=float))
    shape = arm.shape
    nothing, nan = np.zeros(shape), np.full(shape, np.nan)
    given = {name: np.broadcast_to(one, shape) for name, one in (subject or {}).items()}
    shown = nan[..., np.newaxis] + [0.0, 0.0] if state is None else state
    which = np.array([one[:2] for one in events], dtype=np.int64).reshape(-1, 2)
    day = np.array([one[2] for one in events], dtype=float)
    return Cohort(
        protocol=protocol,
        enrolled=arm >= 0,
        subject={
            **completed(arm, last_day=last_day),
            **dict.fromkeys(("responds", "stratum", "x", "z"), nothing),
            **given,
        },
        visit={"day": np.broadcast_to([0.0, 168.0], (*shape, 2)), "state": shown},
        events=Events(
            trial=which[:, 0],
            subject=which[:, 1],
            columns={
                "term": np.zeros(len(day)),
                "body_system": np.zeros(len(day)),
                "severity": np.zeros(len(day)),
                "serious": np.ones(len(day)),
                "related": np.zeros(len(day)),
                "outcome": np.zeros(len(day)),
                "grade": np.full(len(day), 3.0),
                "start_day": day,
                "end_day": day + 1,
            },
        ),
        levels={
            "arm": ARMS,
            "site": ("one",),
            "withdrawal_reason": ("death",),
            "stratum": ("a", "b", "c", "d", "e", "f"),
            "term": ("Pneumonia",),
            "body_system": ("Infections",),
            "severity": ("severe",),
            "serious": ("no", "yes"),
            "related": ("related",),
            "outcome": ("recovered",),
        },
        origin="SIMULATED",
        data_hash="counted",
    )


def responders(x1: int, n1: int, x0: int, n0: int) -> tuple[np.ndarray, np.ndarray]:
    """Arms and responses of a 2x2 table, control first."""
    arm = np.repeat([0.0, 0.0, 1.0, 1.0], [x0, n0 - x0, x1, n1 - x1])
    return arm, np.repeat([1.0, 0.0, 1.0, 0.0], [x0, n0 - x0, x1, n1 - x1])


def analysed(protocol: Protocol, cohort: Cohort) -> Results:
    """Derive and analyse."""
    return analyse(protocol, derive(protocol, cohort))


def one_by_one(cohort: Cohort, trial: int) -> Cohort:
    """Take one trial out of a batch."""
    kept = cohort.events.trial == trial
    rows = slice(trial, trial + 1)
    return Cohort(
        protocol=cohort.protocol,
        enrolled=cohort.enrolled[rows],
        subject={name: array[rows] for name, array in cohort.subject.items()},
        visit={name: array[rows] for name, array in cohort.visit.items()},
        events=Events(
            trial=np.zeros(kept.sum(), dtype=np.int64),
            subject=cohort.events.subject[kept],
            columns={name: array[kept] for name, array in cohort.events.columns.items()},
        ),
        levels=cohort.levels,
        origin=cohort.origin,
        data_hash=cohort.data_hash,
    )


def assert_batch_is_its_trials(protocol: Protocol, cohort: Cohort, rtol: float = 1e-9) -> None:
    """Compare every value, state and count of a batch with those of its trials alone."""
    batch = analysed(protocol, cohort)
    table = {row.key: row for row in batch.rows}
    assert len(table) == len(batch.rows)
    for trial in range(cohort.shape[0]):
        for alone in analysed(protocol, one_by_one(cohort, trial)).rows:
            together = table[alone.key]
            where = f"{trial} {alone.key}"
            np.testing.assert_allclose(together.value[trial], alone.value[0], rtol, err_msg=where)
            assert together.state[trial] == alone.state[0], where
            np.testing.assert_equal(together.n_used[trial], alone.n_used[0], where)
