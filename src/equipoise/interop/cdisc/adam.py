"""Read ADaM data sets into records: the same door as any other data.

Imputed rows (``DTYPE`` of LOCF and its kin) are left out, because filling missing values is the
business of the estimand. Where a variable is taken by the visit that its records name and several
records name one visit, those flagged for analysis (``ANL01FL``) go first; where it is placed by
its date, the windows of the protocol decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from equipoise.data import Records, TextTable, check_records
from equipoise.errors import Fault, InteropError
from equipoise.interop.cdisc.datasets import Datasets
from equipoise.protocol import Protocol
from equipoise.protocol.model.look import DataSource
from equipoise.protocol.model.variable import Capture

__all__ = ["read_adam"]

SUBJECT_COLUMNS: Mapping[str, str] = {
    "subject": "USUBJID",
    "site": "SITEID",
    "arm": "TRT01P",
    "randomised": "RANDDT",
    "first_dose": "TRTSDT",
    "last_dose": "TRTEDT",
    "last_contact": "EOSDT",
    "death": "DTHDT",
    "dead": "DTHFL",
    "status": "EOSSTT",
    "withdrawal_reason": "DCSREAS",
}
"""Standard fields and the ADSL columns they are read from, unless the protocol says otherwise."""

EVENT_COLUMNS: Mapping[str, str] = {
    "term": "AETERM",
    "body_system": "AEBODSYS",
    "start": "ASTDT",
    "end": "AENDT",
    "grade": "ATOXGRN",
    "severity": "AESEV",
    "serious": "AESER",
    "related": "AEREL",
    "outcome": "AEOUT",
}
"""Standard fields of an adverse event and their ADAE columns."""

_OPTIONAL = frozenset({"last_contact", "death", "dead", "grade", "withdrawal_reason", "site"})
_COMPUTED = ("AVERAGE", "MAXIMUM", "MEDIAN", "MINIMUM", "SUM")
"""Values of DTYPE that say how a value was computed from observed ones, not that it was filled."""
_SAS_EPOCH = date(1960, 1, 1)


def read_adam(protocol: Protocol, source: DataSource) -> Records:
    """Read the ADaM data sets that a protocol names.

    Parameters
    ----------
    protocol : Protocol
        Its variables say with ``cdisc`` where they stand.
    source : DataSource
        Folder or packages, and columns that differ from the standard.

    Raises
    ------
    InteropError
        If a data set or column that the protocol names is not there: all faults at once.
    DataError
        For every value that does not fit the protocol.
    """
    reader = _Reader(protocol, source)
    tables = {
        "subjects": reader.subjects(),
        "visits": pl.DataFrame({"subject": [], "visit": []}, schema_overrides=_TEXT_PAIR),
        "values": reader.values(),
        "events": reader.events(),
        "doses": reader.doses(),
        "disposition": reader.disposition(),
    }
    if reader.faults:
        raise InteropError(reader.faults)
    return check_records(
        protocol,
        {
            name: TextTable(file=f"{name} (from ADaM)", frame=frame, first_row=1)
            for name, frame in tables.items()
        },
        origin="captured",
        data_hash=reader.datasets.digest(),
    )


_TEXT_PAIR = {"subject": pl.String, "visit": pl.String}


class _Reader:
    def __init__(self, protocol: Protocol, source: DataSource) -> None:
        self.protocol = protocol
        self.source = source
        self.datasets = Datasets(source)
        self.faults: list[Fault] = []
        self.adsl = self.datasets.get("ADSL", where="data")

    def text(self, dataset: str, column: str, where: str) -> list[str | None]:
        """Read a column as text; a missing column becomes a fault and nulls."""
        try:
            series = self.datasets.column(dataset, column, where=where)
        except InteropError as error:
            self.faults += error.faults
            return []
        return _as_text(series, is_date=column.endswith("DT"))

    def field(self, name: str) -> list[str | None]:
        """Read a standard field of the subjects, null where ADSL lacks an optional one."""
        column = self.source.subjects.get(name, SUBJECT_COLUMNS[name])
        is_named = name in self.source.subjects
        if name in _OPTIONAL and not is_named and column not in self.adsl.columns:
            return [None] * self.adsl.height
        return self.text("ADSL", column, f"data.subjects.{name}")

    def subjects(self) -> pl.DataFrame:
        arm_of = {
            self.source.arms.get(name, arm.label): name for name, arm in self.protocol.arms.items()
        }
        columns: dict[str, list[str | None]] = {
            "subject": self.field("subject"),
            "site": self.field("site"),
            "arm": [arm_of.get(text or "", text) for text in self.field("arm")],
            "randomised": self.field("randomised"),
        }
        for name, variable in self.protocol.variables_at("subject").items():
            capture = variable.capture()
            if capture is None:
                continue
            column = capture.column or ""
            cells = self.text(capture.dataset, column, f"variables.{name}.cdisc")
            if variable.kind == "yes_no" and column.endswith("FL"):
                cells = [cell or "N" for cell in cells]
            if capture.dataset.upper() != "ADSL" and cells:
                owners = self.text(capture.dataset, "USUBJID", f"variables.{name}.cdisc")
                cell_of = dict(zip(owners, cells, strict=True))
                cells = [cell_of.get(subject) for subject in columns["subject"]]
            columns[name] = cells or [None] * self.adsl.height
        return pl.concat([_frame(columns), self.screen_failures()], how="diagonal")

    def screen_failures(self) -> pl.DataFrame:
        """Subjects of DM who never reached ADSL were screened and not randomised."""
        empty = _frame({"subject": []})
        if "DM" not in self.datasets.names():
            return empty
        everyone = self.datasets.column("DM", "USUBJID", where="data")
        known = set(self.field("subject"))
        return _frame({"subject": [one for one in everyone if one not in known]})

    def values(self) -> pl.DataFrame:
        names = ("subject", "visit", "date", "variable", "value")
        frames = [_frame({name: [] for name in names})]
        for name, variable in self.protocol.variables_at("visit").items():
            capture = variable.capture()
            if capture is not None:
                frames += self.values_of(name, capture)
        return pl.concat(frames, how="diagonal")

    def values_of(self, name: str, capture: Capture) -> list[pl.DataFrame]:
        where = f"variables.{name}.cdisc"
        try:
            frame = self.datasets.get(capture.dataset, where=where)
            wanted: dict[str, object] = dict(capture.where)
            if capture.parameter is not None:
                wanted["PARAMCD"] = capture.parameter
            for column, level in wanted.items():
                self.datasets.column(capture.dataset, column, where=where)
                frame = frame.filter(pl.col(column) == level)
            if "DTYPE" in frame.columns:
                kept = pl.col("DTYPE").is_null() | pl.col("DTYPE").is_in(_COMPUTED)
                frame = frame.filter(kept)
            for column in ("USUBJID", "AVISIT", capture.column or "AVAL"):
                self.datasets.column(capture.dataset, column, where=where)
        except InteropError as error:
            self.faults += error.faults
            return []
        if capture.place == "by_visit" and "ANL01FL" in frame.columns:
            flagged = (pl.col("ANL01FL") == "Y").fill_null(value=False)
            has_flag = flagged.any().over("USUBJID", "AVISIT")
            frame = frame.filter(flagged | ~has_flag)
        if frame.height == 0:
            came = f"no row of {capture.dataset} where {wanted}"
            self.faults.append(Fault(where=where, came=came, wanted="at least one"))
            return []
        label = {
            self.source.visits.get(visit, one.label): visit
            for visit, one in self.protocol.visits.items()
        }
        size = frame.height
        visits = [label.get(text or "") for text in _as_text(frame["AVISIT"])]
        columns: dict[str, list[str | None]] = {
            "subject": _as_text(frame["USUBJID"]),
            "visit": [None] * size if capture.place == "by_date" else visits,
            "date": _as_text(frame["ADT"], is_date=True)
            if "ADT" in frame.columns
            else [None] * size,
            "variable": [name] * size,
            "value": _as_text(frame[capture.column or "AVAL"]),
        }
        known = pl.col("visit").is_not_null() if capture.place == "by_visit" else pl.lit(value=True)
        return [_frame(columns).filter(known)]

    def events(self) -> pl.DataFrame:
        columns = {
            **{name: self.source.events.get(name, one) for name, one in EVENT_COLUMNS.items()},
            **{
                name: capture.column or ""
                for name, variable in self.protocol.variables_at("event").items()
                if (capture := variable.capture()) is not None
            },
        }
        frame = self.datasets.get("ADAE", where="data")
        read: dict[str, list[str | None]] = {"subject": self.text("ADAE", "USUBJID", "data")}
        for name, column in columns.items():
            if column in frame.columns or name not in _OPTIONAL:
                read[name] = self.text("ADAE", column, f"data.events.{name}")
        return _frame({name: cells for name, cells in read.items() if cells or not frame.height})

    def doses(self) -> pl.DataFrame:
        """First and last dose, as the subject-level data set gives them."""
        first, last = self.field("first_dose"), self.field("last_dose")
        agents = {
            self.source.arms.get(name, arm.label): arm.interventions[0].agent
            if arm.interventions
            else arm.label
            for name, arm in self.protocol.arms.items()
        }
        arms = self.field("arm")
        rows = [
            (subject, agents.get(arm or "", arm), day)
            for subject, arm, *days in zip(self.field("subject"), arms, first, last, strict=False)
            for day in days
            if day is not None
        ]
        return _frame(
            {name: [row[place] for row in rows] for place, name in
             enumerate(("subject", "intervention", "date"))}
        )  # fmt: skip

    def disposition(self) -> pl.DataFrame:
        rows: list[tuple[str | None, str, str | None, str | None]] = []
        for subject, status, day, death, dead, reason in zip(
            self.field("subject"), self.field("status"), self.field("last_contact"),
            self.field("death"), self.field("dead"), self.field("withdrawal_reason"), strict=False,
        ):  # fmt: skip
            if status == "COMPLETED":
                rows.append((subject, "completed", day, None))
            elif status == "DISCONTINUED":
                rows.append((subject, "withdrawn", day, reason))
            if day is not None:
                rows.append((subject, "last_contact", day, None))
            if death is not None or dead == "Y":
                rows.append((subject, "death", death or day, None))
        rows += [
            (subject, "screen_failure", None, None) for subject in self.screen_failures()["subject"]
        ]
        names = ("subject", "what", "date", "reason")
        return _frame({name: [row[place] for row in rows] for place, name in enumerate(names)})


def _frame(columns: Mapping[str, list[str | None]]) -> pl.DataFrame:
    return pl.DataFrame(dict(columns), schema=dict.fromkeys(columns, pl.String))


def _as_text(series: pl.Series, *, is_date: bool = False) -> list[str | None]:
    """Write cells as text; numbers in full, whole numbers without a point, dates as ISO."""
    return [_cell(value, is_date=is_date) for value in series.to_list()]


def _cell(value: object, *, is_date: bool) -> str | None:
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, float):
        if is_date:
            return (_SAS_EPOCH + timedelta(days=int(value))).isoformat()
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value)
