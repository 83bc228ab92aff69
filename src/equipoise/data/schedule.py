"""Place records on the schedule: from captured tables to the cohort."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from equipoise.data.cohort import Cohort, Events
from equipoise.data.records import Records
from equipoise.protocol import Protocol
from equipoise.protocol.model.schedule import Window
from equipoise.protocol.model.variable import Variable
from equipoise.stats import Floats

__all__ = ["cohort_of", "windows_of"]


def windows_of(protocol: Protocol, variable: str) -> dict[str, Window]:
    """Find the days that belong to each visit at which a variable is assessed.

    A visit with a window of its own keeps it. Otherwise a day belongs to the nearest visit, the
    earlier on a tie; days up to randomisation belong to visits up to the baseline visit, later
    days to later visits.

    Parameters
    ----------
    protocol : Protocol
        Holds the schedule.
    variable : str
        Id of a variable of visits.

    Returns
    -------
    dict of visit id to Window
        Visits without a day are left out: only records that name them belong to them.
    """
    days = {
        name: visit.day
        for name in protocol.visits_of(variable)
        if (visit := protocol.visits[name]).day is not None
    }
    names = list(days)
    windows: dict[str, Window] = {}
    for place, name in enumerate(names):
        own = protocol.visits[name].window
        before = names[place - 1] if place else None
        after = names[place + 1] if place + 1 < len(names) else None
        windows[name] = own or Window(
            first=None if before is None else _limit(protocol, days, before, name) + 1,
            last=None if after is None else _limit(protocol, days, name, after),
        )
    first = next((name for name in names if days[name] > 0), None)
    if first is not None and windows[first].first is None:
        windows[first] = windows[first].model_copy(update={"first": 1})
    return windows


def _limit(protocol: Protocol, days: dict[str, int], one: str, other: str) -> int:
    """Last day that belongs to the earlier of two neighbouring visits."""
    start = protocol.visits[protocol.baseline].day or 0
    if days[one] <= start < days[other]:
        return start
    return (days[one] + days[other]) // 2


def cohort_of(protocol: Protocol, records: Records) -> Cohort:
    """Build the cohort of one trial from its records.

    Of several records for one visit the nearest to its day is taken, the later on a tie;
    unscheduled records stay in the records and reach no visit.

    Raises
    ------
    DataError
        If the records do not fill the cohort's arrays.
    """
    ids = tuple(records.subjects["subject"])
    levels: dict[str, tuple[str, ...]] = {"arm": tuple(protocol.arms)}
    subject = _subject_arrays(protocol, records, ids, levels)
    visit = _visit_arrays(protocol, records, ids, levels)
    return Cohort(
        protocol=protocol,
        enrolled=np.ones((1, len(ids)), dtype=np.bool_),
        subject=subject,
        visit=visit,
        events=_events(protocol, records, ids, levels),
        levels=levels,
        subject_id=ids,
        origin=records.origin,
        data_hash=records.data_hash,
    )


def _codes(
    name: str,
    column: Sequence[str | None],
    known: Sequence[str] | None,
    levels: dict[str, tuple[str, ...]],
) -> Floats:
    """Turn texts into indices of levels; open categories take their sorted texts as levels."""
    if known is None:
        known = sorted({text for text in column if text is not None})
    levels[name] = tuple(known)
    index = {code: float(place) for place, code in enumerate(known)}
    return np.array([np.nan if text is None else index[text] for text in column], dtype=float)


def _array(
    name: str, column: pl.Series, variable: Variable | None, levels: dict[str, tuple[str, ...]]
) -> Floats:
    if column.dtype == pl.String:
        known = variable.levels() if variable is not None else levels.get(name)
        return _codes(name, column.to_list(), known, levels)
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(float)


def _subject_arrays(
    protocol: Protocol, records: Records, ids: tuple[str, ...], levels: dict[str, tuple[str, ...]]
) -> dict[str, Floats]:
    frame = records.subjects
    doses = records.doses.group_by("subject").agg(
        pl.col("date").min().alias("first_dose_day"), pl.col("date").max().alias("last_dose_day")
    )
    frame = frame.join(doses, on="subject", how="left", maintain_order="left")
    for what, day in (
        ("death", "death_day"),
        ("withdrawn", "withdrawal_day"),
        ("last_contact", "last_contact_day"),
        ("completed", "completed_day"),
    ):
        picked = (
            records.disposition.filter(pl.col("what") == what)
            .sort("date", nulls_last=True, maintain_order=True)
            .group_by("subject", maintain_order=True)
            .first()
            .select("subject", pl.col("date").alias(day), pl.lit(1.0).alias(f"_{what}"),
                    pl.col("reason").alias(f"_{what}_reason"))
        )  # fmt: skip
        frame = frame.join(picked, on="subject", how="left", maintain_order="left")
    frame = frame.with_columns(
        randomised=pl.col("randomised").is_not_null().cast(pl.Float64),
        treated=pl.col("subject").is_in(records.doses["subject"].implode()).cast(pl.Float64),
        completed=pl.col("_completed").fill_null(0.0),
        withdrawal_reason=pl.col("_withdrawn_reason"),
        last_contact_day=pl.max_horizontal(
            "last_contact_day", "completed_day", "withdrawal_day", "death_day"
        ),
    )
    names = [
        "arm", "site", "randomised", "treated", "completed", "withdrawal_reason",
        "first_dose_day", "last_dose_day", "death_day", "withdrawal_day", "last_contact_day",
    ]  # fmt: skip
    captured = {n: v for n, v in protocol.variables_at("subject").items() if not v.is_derived}
    arrays = {
        name: _array(name, frame[name], captured.get(name), levels)[np.newaxis]
        for name in dict.fromkeys([*names, *captured])
    }
    for name, variable in captured.items():
        if variable.kind == "yes_no":
            levels[name] = ("no", "yes")
    assert arrays["arm"].shape == (1, len(ids))
    return arrays


def _visit_arrays(
    protocol: Protocol, records: Records, ids: tuple[str, ...], levels: dict[str, tuple[str, ...]]
) -> dict[str, Floats]:
    row = {subject: place for place, subject in enumerate(ids)}
    place_of = {visit: place for place, visit in enumerate(protocol.visits)}
    shape = (1, len(ids), len(place_of))
    arrays: dict[str, Floats] = {"day": np.full(shape, np.nan)}
    for name, variable in protocol.variables_at("visit").items():
        if variable.is_derived:
            continue
        array = arrays[name] = np.full(shape, np.nan)
        own = records.values.filter((pl.col("variable") == name) & pl.col("value").is_not_null())
        placed = _place(protocol, name, own)
        values = _values(name, placed["value"], variable, levels)
        for subject, visit, day, value in zip(
            placed["subject"], placed["visit"], placed["date"], values, strict=True
        ):
            array[0, row[subject], place_of[visit]] = value
            if day is not None:
                arrays["day"][0, row[subject], place_of[visit]] = day
    for subject, visit, day in records.visits.select("subject", "visit", "date").iter_rows():
        if day is not None:
            arrays["day"][0, row[subject], place_of[visit]] = day
    return arrays


def _values(
    name: str, column: pl.Series, variable: Variable, levels: dict[str, tuple[str, ...]]
) -> Floats:
    if variable.kind == "number":
        return column.cast(pl.Float64).to_numpy()
    if variable.kind == "yes_no":
        levels[name] = ("no", "yes")
        return (
            column.str.to_lowercase().is_in(["yes", "y", "true", "1"]).cast(pl.Float64).to_numpy()
        )
    return _codes(name, column.to_list(), variable.levels(), levels)


def _place(protocol: Protocol, name: str, own: pl.DataFrame) -> pl.DataFrame:
    """Give each record its visit, and keep one record for each subject and visit."""
    placed = pl.col("visit")
    for visit, window in windows_of(protocol, name).items():
        inside = pl.col("date").is_between(
            -(2**31) if window.first is None else window.first,
            2**31 if window.last is None else window.last,
        )
        placed = pl.when(placed.is_null() & inside).then(pl.lit(visit)).otherwise(placed)
    target = pl.col("visit").replace_strict(
        {visit: one.day for visit, one in protocol.visits.items()},
        default=None,
        return_dtype=pl.Int64,
    )
    return (
        own.with_columns(visit=placed)
        .filter(pl.col("visit").is_not_null())
        .with_columns(distance=(pl.col("date") - target).abs().fill_null(0))
        .sort("distance", -pl.col("date").fill_null(0), -pl.col("row"), maintain_order=True)
        .unique(["subject", "visit"], keep="first", maintain_order=True)
    )


def _events(
    protocol: Protocol, records: Records, ids: tuple[str, ...], levels: dict[str, tuple[str, ...]]
) -> Events:
    row = {subject: place for place, subject in enumerate(ids)}
    frame = records.events.rename({"start": "start_day", "end": "end_day"})
    own = {n: v for n, v in protocol.variables_at("event").items() if not v.is_derived}
    columns = {
        name: _array(name, frame[name], own.get(name), levels)
        for name in frame.columns
        if name not in ("row", "subject")
    }
    for name in ("serious", *(n for n, v in own.items() if v.kind == "yes_no")):
        levels[name] = ("no", "yes")
    return Events(
        trial=np.zeros(frame.height, dtype=np.int64),
        subject=np.array([row[subject] for subject in frame["subject"]], dtype=np.int64),
        columns=columns,
    )
