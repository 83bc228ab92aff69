"""Sample sizes as rows of results."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analyse.key import by_text
from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.design.sample_size.plan import SizePlan, TwoStagePlan
from equipoise.design.sample_size.sequential import SequentialPlan
from equipoise.protocol import Protocol
from equipoise.protocol.contrast import contrast_name
from equipoise.protocol.model.arm import TOTAL
from equipoise.protocol.model.sample_size import SampleSizeBase

__all__ = ["METHOD", "size_rows"]

METHOD = "sample_size"
"""Method of the rows that this room makes; their analysis is the id of the sample size."""


def size_rows(protocol: Protocol, plan: SizePlan | TwoStagePlan) -> tuple[Row, ...]:
    """Lay a sample size out as rows.

    ``variable`` is ``randomised`` or ``with_outcome`` (by arm and in all), ``unrounded``,
    ``events``, ``information`` or ``power``; ``by`` holds the assumptions of a power near that of
    the size. Looks have ``bounds`` and ``subjects`` or ``events`` by look, ``stop_efficacy``,
    ``stop_futility`` (``stop_other_side`` of two sides) and ``expected_subjects`` or
    ``expected_events`` by truth, and ``inflation``. A two-stage design has ``first_stage``,
    ``first_limit``, ``subjects``, ``limit``, and by true share ``power``, ``early_stop`` and
    ``expected_subjects``.
    """
    keys = _keys(protocol, plan.name, plan.size)
    return tuple(
        _of_comparison(plan, keys) if isinstance(plan, SizePlan) else _of_two_stages(plan, keys)
    )


def _keys(protocol: Protocol, name: str, size: SampleSizeBase) -> dict[str, str]:
    keys = {"analysis": name, "method": METHOD}
    if size.analysis is not None:
        analysis = protocol.analyses[size.analysis]
        keys["endpoint"] = protocol.endpoint_of(analysis) or ""
        keys["analysis_set"] = protocol.set_of(analysis)
    return keys


def _of_comparison(plan: SizePlan, keys: dict[str, str]) -> Iterator[Row]:
    for variable, by_arm in (("with_outcome", plan.with_outcome), ("randomised", plan.randomised)):
        for arm, subjects in {**by_arm, TOTAL: sum(by_arm.values())}.items():
            yield from rows_of(
                {"count": subjects}, variable=variable, group=arm, n_used=np.nan, **keys
            )
    if plan.size.subjects is None:
        yield from rows_of(
            {"count": plan.unrounded}, variable="unrounded", group=TOTAL, n_used=np.nan, **keys
        )
    compared = {**keys, "group": contrast_name(*plan.contrast)}
    used = sum(plan.with_outcome[arm] for arm in plan.contrast)
    if not np.isnan(plan.events):
        yield from rows_of({"count": plan.events}, variable="events", n_used=used, **compared)
    yield from rows_of(
        {"information": plan.information}, variable="information", n_used=used, **compared
    )
    yield from rows_of({"probability": plan.power}, variable="power", n_used=used, **compared)
    for one in plan.grid:
        yield from rows_of(
            {"probability": one.power}, variable="power", by=one.by, n_used=used, **compared
        )
    if plan.sequential is not None:
        yield from _of_looks(plan, plan.sequential, compared)


def _of_looks(plan: SizePlan, looks: SequentialPlan, keys: dict[str, str]) -> Iterator[Row]:
    used = sum(plan.with_outcome[arm] for arm in plan.contrast)
    unit = "subjects" if np.isnan(plan.events) else "events"
    most = sum(plan.with_outcome.values()) if np.isnan(plan.events) else plan.events
    for place, share in enumerate(looks.information):
        bounds = {
            "information": share, "efficacy": looks.efficacy[place],
            "p_value": looks.nominal[place], "alpha_spent": looks.spent[place],
        }  # fmt: skip
        if not np.isnan(looks.futility[place]):
            bounds["futility"] = looks.futility[place]
        by = by_text(look=str(place + 1))
        yield from rows_of(bounds, variable="bounds", by=by, n_used=used * share, **keys)
        yield from rows_of(
            {"count": most * share}, variable=unit, by=by, n_used=used * share, **keys
        )
    lower = "stop_other_side" if np.isnan(looks.futility).all() else "stop_futility"
    for truth, crossing in (("no_effect", looks.null), ("assumed", looks.effect)):
        for place in range(len(looks.information)):
            stops = {"stop_efficacy": crossing.upper[place], lower: crossing.lower[place]}
            for variable, value in stops.items():
                yield from rows_of(
                    {"probability": value}, variable=variable, n_used=used,
                    by=by_text(look=str(place + 1), truth=truth), **keys,
                )  # fmt: skip
        expected = most * float(crossing.expected_information) / looks.inflation
        yield from rows_of(
            {"mean": expected}, variable=f"expected_{unit}", by=by_text(truth=truth),
            n_used=used, **keys,
        )  # fmt: skip
    yield from rows_of({"ratio": looks.inflation}, variable="inflation", n_used=used, **keys)


def _of_two_stages(plan: TwoStagePlan, keys: dict[str, str]) -> Iterator[Row]:
    design = plan.design
    if not plan.grid:
        yield from rows_of(
            {"count": np.nan}, variable="subjects", group=TOTAL, n_used=np.nan,
            message=f"no two-stage design of up to {plan.size.largest} subjects has this level "
            "and power", **keys,
        )  # fmt: skip
        return
    counts = {
        "first_stage": design.n1,
        "first_limit": design.r1,
        "subjects": design.n,
        "limit": design.r,
    }
    for variable, count in counts.items():
        yield from rows_of(
            {"count": count}, variable=variable, group=TOTAL, n_used=design.n, **keys
        )
    for one, early, expected in zip(plan.grid, plan.early_stop, plan.expected, strict=True):
        for variable, statistic, value in (
            ("power", "probability", one.power),
            ("early_stop", "probability", early),
            ("expected_subjects", "mean", expected),
        ):
            yield from rows_of(
                {statistic: value}, variable=variable, by=one.by, group=TOTAL, n_used=design.n,
                **keys,
            )  # fmt: skip
