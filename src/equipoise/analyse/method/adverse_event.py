"""Adverse events: subjects and events, any and nested by classes of terms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.two_proportions import INTERVALS, Counts, two_proportions
from equipoise.protocol.model.analysis import AdverseEvents
from equipoise.protocol.model.arm import TOTAL
from equipoise.stats import Bools, Floats, State

__all__ = ["adverse_event_frame"]


def adverse_event_frame(frame: Frame) -> None:
    """Count subjects with at least one event, and events, in every class and term.

    Denominators are the members of the analysis set, never those who had an event.
    """
    analysis = frame.analysis
    assert isinstance(analysis, AdverseEvents)
    kept = _kept(frame, analysis)
    _add(frame, analysis, kept, variable="any", level="", by="")
    for names, chosen in _nested(frame, analysis, kept):
        *outer, (variable, level) = names
        _add(frame, analysis, chosen, variable=variable, level=level, by=by_text(**dict(outer)))


def _kept(frame: Frame, analysis: AdverseEvents) -> Bools:
    """Events of members that the condition of the analysis keeps."""
    world = frame.derived.world
    owner = world.event_owner()
    kept = (frame.codes >= 0)[owner]
    if analysis.events is not None:
        value = frame.derived.evaluate(
            analysis.events, kind="yes_no", levels=("constant", "subject", "event")
        )
        array = value.array[owner] if value.level == "subject" else value.array
        kept = kept & np.broadcast_to(array == 1, kept.shape)
    return np.asarray(kept)


def _nested(
    frame: Frame, analysis: AdverseEvents, kept: Bools
) -> Iterator[tuple[list[tuple[str, str]], Bools]]:
    """Yield the path of each class or term and the events in it, classes before their terms."""
    world = frame.derived.world

    def below(
        path: list[tuple[str, str]], chosen: Bools
    ) -> Iterator[tuple[list[tuple[str, str]], Bools]]:
        depth = len(path)
        if depth == len(analysis.hierarchy):
            return
        name = analysis.hierarchy[depth]
        codes = world.event[name]
        levels = world.levels.get(name, ("no", "yes"))
        present = [code for code in range(len(levels)) if (chosen & (codes == code)).any()]
        is_innermost = depth == len(analysis.hierarchy) - 1
        if is_innermost and analysis.sort == "frequency":
            present.sort(key=lambda code: (-_subjects_of_last(frame, chosen & (codes == code)),
                                           levels[code]))  # fmt: skip
        else:
            present.sort(key=lambda code: levels[code])
        for code in present:
            deeper = [*path, (name, levels[code])]
            yield deeper, chosen & (codes == code)
            yield from below(deeper, chosen & (codes == code))

    yield from below([], kept)


def _subjects(frame: Frame, chosen: Bools) -> Bools:
    """Subjects with at least one of the chosen events: (trials, subjects)."""
    events = frame.derived.cohort.events
    had = np.zeros(frame.members.shape, dtype=np.bool_)
    had[events.trial[chosen], events.subject[chosen]] = True
    return had


def _subjects_of_last(frame: Frame, chosen: Bools) -> int:
    """Subjects of the last group with such an event; terms are sorted by it."""
    return int((_subjects(frame, chosen) & frame.in_group(len(frame.groups) - 1)).sum())


def _add(
    frame: Frame, analysis: AdverseEvents, chosen: Bools, *, variable: str, level: str, by: str
) -> None:
    events = frame.derived.cohort.events
    had = _subjects(frame, chosen)
    number: Floats = np.zeros(frame.members.shape)
    np.add.at(number, (events.trial[chosen], events.subject[chosen]), 1)
    columns = [(name, frame.in_group(group)) for group, name in enumerate(frame.groups)]
    if analysis.total:
        columns.append((TOTAL, frame.codes >= 0))
    with_event = []
    sizes = []
    for name, inside in columns:
        size, subjects = inside.sum(axis=-1), (had & inside).sum(axis=-1)
        with_event.append(subjects)
        sizes.append(size)
        with np.errstate(divide="ignore", invalid="ignore"):
            percent = 100 * subjects / size
        frame.add(
            {
                "subjects": subjects,
                "events": (number * inside).sum(axis=-1),
                "denominator": size,
                "percent": percent,
            },
            group=name, variable=variable, variable_level=level, by=by, n_used=size, n_missing=0,
        )  # fmt: skip
    for pair in frame.contrasts():
        one, other = pair
        counts = (with_event[one], sizes[one], with_event[other], sizes[other])
        _compare(frame, analysis, pair, counts, variable=variable, level=level, by=by)


def _compare(
    frame: Frame,
    analysis: AdverseEvents,
    pair: tuple[int, int],
    counts: Counts,
    *,
    variable: str,
    level: str,
    by: str,
) -> None:
    """Add the difference of the risks of one contrast, and its test."""
    x1, n1, x0, n0 = counts
    name = frame.contrast_name(pair)
    estimator, words = INTERVALS["risk_difference"][analysis.interval]
    found = estimator(x1=x1, n1=n1, x0=x0, n0=n0, confidence=analysis.level)
    frame.add(
        {"estimate": found.estimate, "ci_low": found.ci_low, "ci_high": found.ci_high},
        group=name, variable=variable, variable_level=level, by=by, n_used=n1 + n0, n_missing=0,
        state=found.state, message=words, reason="a group is empty",
    )  # fmt: skip
    if analysis.test == "none":
        return
    tested = two_proportions(counts, test=analysis.test)
    nobody = x1 + x0 == 0  # nothing to compare: no p value, rather than a p value of 1
    frame.add(
        {"p_value": np.where(nobody, np.nan, tested.p_value)}, group=name, variable=variable,
        variable_level=level, by=by, n_used=n1 + n0,
        state=np.where(nobody, State.NOT_ESTIMABLE, tested.state), message=tested.name,
        reason="nobody in either group had the event",
    )  # fmt: skip
