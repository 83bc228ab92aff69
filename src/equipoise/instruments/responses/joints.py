"""Counts of 28 joints: tender, swollen, active; and the response by half in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Floats, check_choice, check_items, common_shape
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.composite import MISSING_INPUTS, name_missing, read_fields, read_setting
from equipoise.instruments.form import Columns, Form, Instrument, Item, Rule, Status
from equipoise.instruments.logic import all_of
from equipoise.instruments.thresholds import count_bounds, divide_or_nan, fallen_by, not_below

__all__ = [
    "INSTRUMENT",
    "INSTRUMENT_RESPONSE",
    "JOINTS",
    "POLICIES",
    "JointCount",
    "JointResponse",
    "count_joints",
    "joint_response",
]

SOURCE = "Fuchs HA, et al. Arthritis Rheum 1989; 32:531-537"
POLICIES = ("strict", "proportional")
_FINGERS = tuple(f"{row}_{finger}" for row in ("mcp", "pip") for finger in range(1, 6))

JOINTS: tuple[str, ...] = tuple(
    f"{joint}_{side}"
    for joint in ("shoulder", "elbow", "wrist", *_FINGERS, "knee")
    for side in ("right", "left")
)
"""The 28 joints; ``pip_1`` is the interphalangeal joint of the thumb."""


def _items(sign: str) -> tuple[Item, ...]:
    return tuple(
        Item(
            f"{sign}_{joint}",
            system=sign,
            definition=f"{joint.replace('_', ' ')} is {sign}",
            source=SOURCE,
        )
        for joint in JOINTS
    )


_TENDER, _SWOLLEN = _items("tender"), _items("swollen")


@dataclass(frozen=True, slots=True, kw_only=True)
class JointCount:
    """A count of each visit.

    Attributes
    ----------
    count : (...) float
        Joints; NaN where unknown. [joints]
    lower, upper : (...) float
        Bounds whatever the joints not assessed are. [joints]
    n_assessed : (...) float
        Joints whose state is known. [joints]
    """

    count: Floats
    lower: Floats
    upper: Floats
    n_assessed: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class JointResponse:
    """Response of the joints of each visit.

    Attributes
    ----------
    responder : (...) float
        1 both counts fallen by half or more, 0 not; NaN unknown or not evaluable.
    evaluable : (...) float
        1 where both counts of baseline are high enough, 0 where not, NaN unknown.
    """

    responder: Floats
    evaluable: Floats


def count_joints(
    *, tender: ArrayLike, swollen: ArrayLike, missing: str = "strict"
) -> dict[str, JointCount]:
    """Count the joints of a visit.

    Parameters
    ----------
    tender, swollen : (..., 28) float
        1 yes, 0 no, NaN not assessed, in the order of ``JOINTS``.
    missing : {'strict', 'proportional'}
        Whether a joint not assessed makes the count unknown, or the count is scaled up from at
        least half of the joints.

    Returns
    -------
    dict of str to JointCount
        ``tender``, ``swollen``, and ``active`` (tender *and* swollen).

    Raises
    ------
    DataError
        For last axes that are not 28 long, and codes other than 0, 1 and NaN.
    """
    check_choice("missing", missing, POLICIES)
    hurts = check_items(tender, _TENDER, where="tender")
    swells = check_items(swollen, _SWOLLEN, where="swollen")
    common_shape({"tender": hurts, "swollen": swells})
    states = {"tender": hurts, "swollen": swells, "active": all_of(hurts, swells)}
    return {name: _count(state, missing=missing) for name, state in states.items()}


def _count(state: Floats, *, missing: str) -> JointCount:
    lower, upper = count_bounds(state)
    n_assessed = len(JOINTS) - (upper - lower)
    if missing == "proportional":
        scaled = divide_or_nan(lower * len(JOINTS), n_assessed)
        count = np.where(2 * n_assessed >= len(JOINTS), scaled, np.nan)
    else:
        count = np.where(lower == upper, lower, np.nan)
    return JointCount(count=count, lower=lower, upper=upper, n_assessed=n_assessed)


_COUNTS = tuple(
    measured(f"{kind}{when}", f"{kind} joints", "joints", 28.0)
    for kind in ("tender", "swollen")
    for when in ("_baseline", "")
)


def joint_response(
    *,
    tender: ArrayLike,
    tender_baseline: ArrayLike,
    swollen: ArrayLike,
    swollen_baseline: ArrayLike,
    min_baseline: float = 6.0,
    least_fall: float = 0.5,
) -> JointResponse:
    """Judge whether tender and swollen joints have both fallen by half.

    Parameters
    ----------
    tender, tender_baseline, swollen, swollen_baseline : (...) float
        Counts, now and at baseline. [joints]
    min_baseline : float
        Least count at baseline, of both, of an evaluable patient. [joints]
    least_fall : float
        Least fall of both counts, as a share of baseline. [1]

    Returns
    -------
    JointResponse
        A fall of exactly the share passes.

    Raises
    ------
    DataError
        For counts outside 0 to 28 and shapes that do not broadcast.
    """
    least = read_setting("min_baseline", min_baseline, lowest=1, highest=28)
    share = read_setting("least_fall", least_fall, lowest=0, highest=1)
    given = read_fields(
        _COUNTS,
        {
            "tender_baseline": tender_baseline,
            "tender": tender,
            "swollen_baseline": swollen_baseline,
            "swollen": swollen,
        },
    )
    evaluable = all_of(
        not_below(given["tender_baseline"], least), not_below(given["swollen_baseline"], least)
    )
    halved = all_of(
        fallen_by(now=given["tender"], baseline=given["tender_baseline"], share=share),
        fallen_by(now=given["swollen"], baseline=given["swollen_baseline"], share=share),
    )
    return JointResponse(responder=np.where(evaluable == 1, halved, np.nan), evaluable=evaluable)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    counts = count_joints(
        tender=np.stack([columns[item.name] for item in _TENDER], axis=-1),
        swollen=np.stack([columns[item.name] for item in _SWOLLEN], axis=-1),
        missing=parameters["missing"],
    )
    return {
        f"{kind}{suffix}": getattr(count, field)
        for kind, count in counts.items()
        for suffix, field in (("", "count"), ("_lower", "lower"), ("_upper", "upper"))
    }


def _score_response(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    given: dict[str, Any] = {column.name: columns[column.name] for column in _COUNTS}
    answer = joint_response(**given, **parameters)
    return {
        "responder": answer.responder,
        "evaluable": answer.evaluable,
        MISSING_INPUTS.name: name_missing({name: np.isnan(v) for name, v in given.items()}),
    }


INSTRUMENT = Instrument(
    id="joint_count",
    title="Count of 28 joints",
    purpose="tender, swollen and active joints",
    inputs=tuple(item.column() for item in (*_TENDER, *_SWOLLEN)),
    outputs=tuple(
        Column(name=f"{kind}{suffix}", meaning=f"{kind} joints{which}", unit="joints")
        for kind in ("tender", "swollen", "active")
        for suffix, which in (("", ""), ("_lower", ", at least"), ("_upper", ", at most"))
    ),
    rules=(
        Rule(
            id="joints",
            text="Shoulders, elbows, wrists, ten metacarpophalangeal and ten proximal "
            "interphalangeal joints with the thumbs, knees; active is tender and swollen.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="missing",
            text="A joint not assessed makes the count unknown, or the count is scaled up from "
            "at least half of the joints.",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="missing",
            default="strict",
            choices=POLICIES,
        ),
    ),
    sources=(SOURCE,),
    scorer=_score,
    form=Form(id="joint_count", title="28 joints", items=(*_TENDER, *_SWOLLEN), source=SOURCE),
)

INSTRUMENT_RESPONSE = Instrument(
    id="joint_response",
    title="Joint response",
    purpose="tender and swollen joints both fallen by half",
    inputs=_COUNTS,
    outputs=(
        flag("responder", "responder; empty if not evaluable"),
        flag("evaluable", "both counts of baseline are high enough"),
        MISSING_INPUTS,
    ),
    rules=(
        Rule(
            id="evaluable",
            text="Evaluable from this many tender and this many swollen joints at baseline.",
            source="practice of trials",
            status=Status.MEMORY,
            parameter="min_baseline",
            default=6.0,
            lowest=1.0,
            highest=28.0,
        ),
        Rule(
            id="fall",
            text="Both counts have fallen by at least this share of baseline.",
            source="practice of trials",
            status=Status.MEMORY,
            parameter="least_fall",
            default=0.5,
            highest=1.0,
        ),
    ),
    sources=(SOURCE,),
    scorer=_score_response,
)
