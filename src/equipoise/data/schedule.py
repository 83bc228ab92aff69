"""Place records on the schedule: from captured tables to the cohort."""

from __future__ import annotations

import itertools
from collections.abc import Container, Mapping, Sequence

import numpy as np
import polars as pl

from equipoise.data.cells import read_number, read_yes_no
from equipoise.data.cohort import Cohort, Events
from equipoise.data.intervention import background_agents
from equipoise.data.records import Records
from equipoise.protocol import Protocol
from equipoise.protocol.model.schedule import Window
from equipoise.protocol.model.variable import Variable
from equipoise.stats import Floats

__all__ = ["cohort_of", "windows_of"]

_CONTACTS = ("last_contact", "completed", "withdrawn", "death")


def windows_of(protocol: Protocol, variable: str) -> dict[str, Window]:
    """Find the days that belong to each visit at which a variable is assessed.

    A visit with a window of its own keeps it; an end left open there reaches as far as that of a
    visit without one. A visit without a window takes the days nearest to it, the earlier visit on
    a tie; beside a visit that has a window it fills up to the edge of that window. Days between
    two visits that both have windows, and in neither of them, belong to no visit.

    Baseline ends on the day of the baseline visit, or at randomisation (day 0) if that is later:
    days up to its end never belong to a visit after it without a window, later days never to a
    visit before it.

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
    baseline_end = max(protocol.visits[protocol.baseline].day or 0, 0)
    own = {name: protocol.visits[name].window or Window() for name in names}
    first: dict[str, int | None] = {name: own[name].first for name in names}
    last: dict[str, int | None] = {name: own[name].last for name in names}
    for one, other in itertools.pairwise(names):
        crosses = days[one] <= baseline_end < days[other]
        limit = baseline_end if crosses else (days[one] + days[other]) // 2
        end, start = own[one].last, own[other].first
        if end is None and start is not None:
            limit = min(limit, start - 1) if crosses else start - 1
        elif end is not None and start is None:
            limit = max(limit, end) if crosses else end
        last[one] = limit if end is None else end
        first[other] = limit + 1 if start is None else start
    after = next((name for name in names if days[name] > baseline_end), None)
    if after is not None and after == names[0] and first[after] is None:
        first[after] = baseline_end + 1
    return {name: Window(first=first[name], last=last[name]) for name in names}


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
    columns = _standard_columns(protocol, records, ids)
    captured = {n: v for n, v in protocol.variables_at("subject").items() if not v.is_derived}
    columns |= {name: records.subjects[name] for name in captured}
    arrays = {
        name: _array(name, column, captured.get(name), levels)[np.newaxis]
        for name, column in columns.items()
    }
    for name, variable in captured.items():
        if variable.kind == "yes_no":
            levels[name] = ("no", "yes")
    return arrays


def _standard_columns(
    protocol: Protocol, records: Records, ids: tuple[str, ...]
) -> dict[str, pl.Series]:
    """Build the standard fields of each subject, in the order of ``ids``."""
    ends = {
        what: {
            subject: (day, reason)
            for subject, day, reason in records.disposition.filter(pl.col("what") == what)
            .select("subject", "date", "reason")
            .iter_rows()
        }
        for what in ("death", "withdrawn", "completed")
    }
    is_standard_care = pl.col("intervention").is_in(background_agents(protocol))
    doses = (
        records.doses.filter(~is_standard_care)
        .group_by("subject")
        .agg(first=pl.min("date"), last=pl.max("date"))
    )
    first = dict(doses.select("subject", "first").iter_rows())
    last = dict(doses.select("subject", "last").iter_rows())
    death = {subject: day for subject, (day, _) in ends["death"].items() if day is not None}
    nothing = (None, None)

    def days(of: Mapping[str, int | None]) -> pl.Series:
        return pl.Series([of.get(one) for one in ids], dtype=pl.Int64)

    def flags(of: Container[str]) -> pl.Series:
        return pl.Series([one in of for one in ids], dtype=pl.Boolean)

    withdrawn = [ends["withdrawn"].get(one, nothing) for one in ids]
    return {
        "arm": records.subjects["arm"],
        "site": records.subjects["site"],
        "randomised": records.subjects["randomised"].is_not_null(),
        "treated": flags(first),
        "completed": flags(ends["completed"]),
        "withdrawal_reason": pl.Series([reason for _, reason in withdrawn], dtype=pl.String),
        "first_dose_day": days(first),
        "last_dose_day": days(last),
        "death_day": days(death),
        "withdrawal_day": pl.Series([day for day, _ in withdrawn], dtype=pl.Int64),
        "last_contact_day": days(_last_contact(records)),
    }


def _last_contact(records: Records) -> dict[str, int]:
    """Last day on which anything is known of a subject; deaths come in through disposition."""
    seen = [
        records.disposition.filter(pl.col("what").is_in(_CONTACTS)).select("subject", day="date"),
        _held(records).select("subject", day="date"),
        records.values.filter(pl.col("value").is_not_null()).select("subject", day="date"),
        records.doses.select("subject", day="date"),
        records.events.select("subject", day="start"),
    ]
    days = pl.concat(seen).drop_nulls().group_by("subject").agg(pl.max("day"))
    return dict(days.iter_rows())


def _held(records: Records) -> pl.DataFrame:
    return records.visits.filter(pl.col("status").ne_missing("missed"))


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
    for subject, visit, day in _held(records).select("subject", "visit", "date").iter_rows():
        if day is not None:
            arrays["day"][0, row[subject], place_of[visit]] = day
    return arrays


def _values(
    name: str, column: pl.Series, variable: Variable, levels: dict[str, tuple[str, ...]]
) -> Floats:
    if variable.kind == "number":
        return np.array([read_number(cell) for cell in column], dtype=float)
    if variable.kind == "yes_no":
        levels[name] = ("no", "yes")
        return np.array([read_yes_no(cell) for cell in column], dtype=float)
    return _codes(name, column.to_list(), variable.levels(), levels)


def _place(protocol: Protocol, name: str, own: pl.DataFrame) -> pl.DataFrame:
    """Give each record its visit, and keep one record for each subject and visit."""
    # One coalesce over all visits: nesting a condition in the next would double with each visit.
    by_date = [
        pl.when(
            pl.col("date").is_between(
                -(2**31) if window.first is None else window.first,
                2**31 if window.last is None else window.last,
            )
        ).then(pl.lit(visit))
        for visit, window in windows_of(protocol, name).items()
    ]
    placed = pl.coalesce(pl.col("visit"), *by_date)
    target = pl.col("visit").replace_strict(
        {visit: one.day for visit, one in protocol.visits.items()},
        default=None,
        return_dtype=pl.Int64,
    )
    return (
        own.with_columns(visit=placed)
        .filter(pl.col("visit").is_not_null())
        .with_columns(_distance=(pl.col("date") - target).abs().fill_null(0))
        .sort("_distance", -pl.col("date").fill_null(0), -pl.col("_row"), maintain_order=True)
        .unique(["subject", "visit"], keep="first", maintain_order=True)
    )


def _events(
    protocol: Protocol, records: Records, ids: tuple[str, ...], levels: dict[str, tuple[str, ...]]
) -> Events:
    row = {subject: place for place, subject in enumerate(ids)}
    frame = records.events
    days = {"start_day": "start", "end_day": "end"}
    own = {n: v for n, v in protocol.variables_at("event").items() if not v.is_derived}
    names = {
        name: name for name in frame.columns if name not in ("_row", "subject", "start", "end")
    }
    columns = {
        name: _array(name, frame[column], own.get(name), levels)
        for name, column in (days | names).items()
    }
    for name in ("serious", *(n for n, v in own.items() if v.kind == "yes_no")):
        levels[name] = ("no", "yes")
    return Events(
        trial=np.zeros(frame.height, dtype=np.int64),
        subject=np.array([row[subject] for subject in frame["subject"]], dtype=np.int64),
        columns=columns,
    )
