"""Clinical signs, and how BILAG-2004 records them: the same patient keeps the same organ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.simulate.parameter import Signs
from equipoise.simulate.person import DOMAINS, Person
from equipoise.simulate.slot import exponential
from equipoise.simulate.variable import BILAG_PREFIX, NERVOUS, SIGNS
from equipoise.stats import Bools, Floats
from equipoise.units import DAYS_PER_WEEK, DAYS_PER_YEAR

__all__ = ["BILAG_OF", "SignScores", "bilag_items", "episodes", "sign_scores"]

_EXTRARENAL = DOMAINS.index("extrarenal")
_ABSENT, _IMPROVING, _SAME, _WORSE, _NEW = range(5)

_SUBJECTIVE = ("arthritis", "pleurisy")
"""Signs that rest on what the patient says: expectation changes them."""

BILAG_OF: Mapping[str, tuple[str, ...]] = {
    "vasculitis": ("digital_infarcts_nodular_vasculitis", "major_cutaneous_vasculitis_thrombosis"),
    "arthritis": ("arthritis_moderate", "arthritis_severe"),
    "myositis": ("myositis_mild", "myositis_severe"),
    "rash": ("skin_eruption_mild", "skin_eruption_severe"),
    "alopecia": ("alopecia_mild", "alopecia_severe"),
    "mucosal_ulcers": ("mucosal_ulceration_mild", "mucosal_ulceration_severe"),
    "pleurisy": ("pleurisy_pericarditis",),
    "pericarditis": ("pleurisy_pericarditis",),
    "fever": ("pyrexia",),
    "seizure": ("seizure_disorder",),
    "psychosis": ("psychosis",),
    "organic_brain_syndrome": ("acute_confusional_state",),
    "visual_disturbance": ("cotton_wool_spots",),
    "cranial_nerve_disorder": ("cranial_neuropathy",),
    "lupus_headache": ("lupus_headache",),
    "cva": ("cerebrovascular_disease",),
}
"""Items of BILAG-2004 that a sign makes: the mild one, and the severe one where there is one."""

_BEFORE_FIRST_VISIT_WEEKS = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignScores:
    """How far each sign stands above its limit; present where above 0.

    Attributes
    ----------
    at_visit : mapping of str to (n, visits) float
        At each visit.
    before : mapping of str to (n,) float
        Before the first visit, at the mean activity of the person.
    """

    at_visit: Mapping[str, Floats]
    before: Mapping[str, Floats]


def sign_scores(
    person: Person,
    law: Signs,
    *,
    level: Floats,
    error: Mapping[str, Floats],
    expectation: Floats,
) -> SignScores:
    """Score the signs that follow extra-renal activity.

    Parameters
    ----------
    person, law
        Whom, and by which law.
    level : (n, visits, 4) float
        Latent activity. [A]
    error : mapping of str to (n, visits) float
        Standard normal errors.
    expectation : (n, visits) float
        Taken off the activity behind subjective signs. [A]
    """
    at_visit, before = {}, {}
    usual = person.severity[:, _EXTRARENAL]
    for name in SIGNS:
        limit = getattr(law, name)
        own = law.person * person.effect[name]
        seen = level[..., _EXTRARENAL] - (expectation if name in _SUBJECTIVE else 0.0)
        at_visit[name] = law.slope * seen + own[:, np.newaxis] + law.error * error[name] - limit
        before[name] = law.slope * usual + own - limit
    return SignScores(at_visit=at_visit, before=before)


def episodes(
    law: Signs, *, draws: Mapping[str, Floats], week: Floats
) -> tuple[dict[str, Bools], dict[str, Bools]]:
    """Find which nervous signs are present: rare episodes of some weeks, one of each kind.

    Returns
    -------
    at_visit, before : dict of str to bool
        At each visit (n, visits), and just before the first (n,).
    """
    rate = law.nervous_rate * DAYS_PER_WEEK / DAYS_PER_YEAR
    at_visit, before = {}, {}
    start = week[:, 0] - _BEFORE_FIRST_VISIT_WEEKS
    for name in NERVOUS:
        begin = start + (exponential(draws[name]) / rate if rate > 0 else np.inf)
        length = draws[f"{name}_length"] * (law.nervous_longest - law.nervous_shortest)
        end = begin + law.nervous_shortest + length
        at_visit[name] = (week >= begin[:, np.newaxis]) & (week <= end[:, np.newaxis])
        earlier = week[:, 0] - 4.0
        before[name] = (earlier >= begin) & (earlier <= end)
    return at_visit, before


def bilag_items(
    person: Person,
    law: Signs,
    *,
    level: Floats,
    scores: SignScores,
    nervous: Mapping[str, Bools],
    nervous_before: Mapping[str, Bools],
    captured: Collection[str],
) -> dict[str, Floats]:
    """Record BILAG-2004 items: 0 absent, 1 improving, 2 same, 3 worse, 4 new.

    A sign that was not there at the visit before is new. One that was is worse or improving where
    it changed between mild and severe, or extra-renal activity changed by more than a physician
    overlooks; else the same. Before the first visit stands the mean activity of the person. A
    severe sign whose own item is not captured is recorded under the mild one.

    Returns
    -------
    dict of str to (n, visits) float
        By id of the variable, ``bilag_`` and the name of the item; items that no sign makes are
        not in it.
    """
    active = level[..., _EXTRARENAL]
    change = np.diff(active, axis=1, prepend=person.severity[:, [_EXTRARENAL]])
    trend = np.where(change > law.change, 1, np.where(change < -law.change, -1, 0))
    items: dict[str, Floats] = {}

    def recorded(sign: str) -> tuple[str, ...]:
        names = (f"{BILAG_PREFIX}{name}" for name in BILAG_OF[sign])
        return tuple(name for name in names if name in captured)

    for name in SIGNS:
        now = _grade(scores.at_visit[name], law)
        earlier = np.column_stack([_grade(scores.before[name], law), now[:, :-1]])
        _record(items, recorded(name), now, earlier, trend)
    for name in NERVOUS:
        now = nervous[name].astype(np.int64)
        earlier = np.column_stack([nervous_before[name].astype(np.int64), now[:, :-1]])
        _record(items, recorded(name), now, earlier, np.zeros_like(trend))
    items |= _joint_pain(scores, law, trend)
    return items


def _grade(score: Floats, law: Signs) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """0 absent, 1 mild, 2 severe."""
    return (score > 0).astype(np.int64) + (score > law.severe_margin)


def _code(
    now: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    earlier: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    trend: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> Floats:
    step = np.where(now != earlier, np.sign(now - earlier), trend)
    lasting = np.choose(step + 1, [_IMPROVING, _SAME, _WORSE])
    return np.where(now == 0, _ABSENT, np.where(earlier == 0, _NEW, lasting)).astype(float)


def _record(
    items: dict[str, Floats],
    names: tuple[str, ...],
    now: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    earlier: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    trend: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> None:
    """Write the code to the item of the present grade; two signs of one item: the higher."""
    code = _code(now, earlier, trend)
    for place, name in enumerate(names):
        is_last = place == len(names) - 1
        holds = now >= place + 1 if is_last else now == place + 1
        own = np.where(holds, code, _ABSENT)
        items[name] = np.maximum(items[name], own) if name in items else own


def _joint_pain(
    scores: SignScores, law: Signs, trend: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
) -> dict[str, Floats]:
    """Painful joints without synovitis: just below the limit of arthritis."""

    def hurts(score: Floats) -> Bools:
        return (score <= 0) & (score > -law.mild_margin)

    now = hurts(scores.at_visit["arthritis"])
    before = scores.before["arthritis"]
    at_all = scores.at_visit["arthritis"] > -law.mild_margin
    earlier = np.column_stack([before > -law.mild_margin, at_all[:, :-1]])
    eased = np.column_stack([before > 0, scores.at_visit["arthritis"][:, :-1] > 0])
    code = _code(now.astype(np.int64), earlier.astype(np.int64), np.where(eased, -1, trend))
    return {f"{BILAG_PREFIX}arthritis_mild": code}
