"""Batches of trials made from one cohort by drawing its subjects anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from equipoise.data import Cohort, Events


def drawn(cohort: Cohort, chosen: np.ndarray) -> Cohort:
    """A batch whose trial t holds the subjects ``chosen[t]`` of the one trial of a cohort."""
    trials, subjects, columns = [], [], {name: [] for name in cohort.events.columns}
    owners = cohort.events.subject
    for trial, picks in enumerate(chosen):
        for place, pick in enumerate(picks):
            own = np.flatnonzero(owners == pick)
            trials += [trial] * len(own)
            subjects += [place] * len(own)
            for name, array in cohort.events.columns.items():
                columns[name] += list(array[own])
    return replace(
        cohort,
        enrolled=cohort.enrolled[0][chosen],
        subject={name: array[0][chosen] for name, array in cohort.subject.items()},
        visit={name: array[0][chosen] for name, array in cohort.visit.items()},
        events=Events(
            trial=np.array(trials, dtype=np.int64),
            subject=np.array(subjects, dtype=np.int64),
            columns={name: np.array(column) for name, column in columns.items()},
        ),
        subject_id=(),
    )


def trial_of(batch: Cohort, trial: int) -> Cohort:
    """One trial of a batch, as a batch of its own."""
    rows = slice(trial, trial + 1)
    kept = batch.events.trial == trial
    return replace(
        batch,
        enrolled=batch.enrolled[rows],
        subject={name: array[rows] for name, array in batch.subject.items()},
        visit={name: array[rows] for name, array in batch.visit.items()},
        events=Events(
            trial=np.zeros(kept.sum(), dtype=np.int64),
            subject=batch.events.subject[kept],
            columns={name: array[kept] for name, array in batch.events.columns.items()},
        ),
    )
