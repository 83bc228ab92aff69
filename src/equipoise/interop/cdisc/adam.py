"""Read ADaM data sets into records: the same door as any other data.

Imputed rows (``DTYPE`` of LOCF and its kin) are left out, because filling missing values is the
business of the estimand. Where a variable is taken by the visit that its records name and several
records name one visit, those flagged for analysis (``ANL01FL``) go first; where it is placed by
its date, the windows of the protocol decide.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.data import Records, check_records
from equipoise.errors import Fault, InteropError
from equipoise.interop.cdisc.datasets import Datasets
from equipoise.interop.cdisc.sourced import (
    Cells,
    Source,
    SourcedTable,
    frame_of,
    frame_of_rows,
    texts_of,
    with_flags,
)
from equipoise.protocol import Protocol
from equipoise.protocol.model.look import DataSource
from equipoise.protocol.model.variable import Capture, Variable

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
        If a data set or column that the protocol names is not there, or a variable of subjects
        has several values for one of them: all faults at once.
    DataError
        For every value that does not fit the protocol, with its data set, column and USUBJID.
    """
    reader = _Reader(protocol, source)
    tables = {
        "subjects": reader.subjects(),
        "visits": SourcedTable(frame_of({"subject": [], "visit": []}), []),
        "values": reader.values(),
        "events": reader.events(),
        "doses": reader.doses(),
        "disposition": reader.disposition(),
    }
    if reader.faults:
        raise InteropError(reader.faults)
    return check_records(
        protocol,
        {name: table.as_text_table() for name, table in tables.items()},
        origin="captured",
        data_hash=reader.datasets.digest(),
    )


class _Reader:
    def __init__(self, protocol: Protocol, source: DataSource) -> None:
        self.protocol = protocol
        self.source = source
        self.datasets = Datasets(source)
        self.faults: list[Fault] = []
        self.adsl = self.datasets.get("ADSL", where="data")
        self.columns = {
            name: source.subjects.get(name, column) for name, column in SUBJECT_COLUMNS.items()
        }
        self.fields = {name: self.field(name) for name in SUBJECT_COLUMNS}

    def field(self, name: str) -> Cells:
        """Read a standard field of the subjects, null where ADSL lacks an optional one."""
        column = self.columns[name]
        is_named = name in self.source.subjects
        if name in _OPTIONAL and not is_named and column not in self.adsl.columns:
            return [None] * self.adsl.height
        return self.text(self.adsl, "ADSL", column, f"data.subjects.{name}")

    def text(self, frame: pl.DataFrame, dataset: str, column: str, where: str) -> Cells:
        """Read a column as text; a missing column becomes a fault and nulls."""
        try:
            self.datasets.column(dataset, column, where=where)
        except InteropError as error:
            self.faults += error.faults
            return [None] * frame.height
        return texts_of(frame[column], is_date=column.endswith("DT"))

    def subjects(self) -> SourcedTable:
        arm_of = {
            self.source.arms.get(name, arm.label): name for name, arm in self.protocol.arms.items()
        }
        columns: dict[str, Cells] = {
            "subject": self.fields["subject"],
            "site": self.fields["site"],
            "arm": [arm_of.get(text or "", text) for text in self.fields["arm"]],
            "randomised": self.fields["randomised"],
        }
        names = {name: self.columns[name] for name in columns}
        for name, variable in self.protocol.variables_at("subject").items():
            capture = variable.capture()
            if capture is not None:
                columns[name] = self.of_subjects(name, variable, capture)
                names[name] = f"{capture.dataset.upper()}.{capture.column or ''}"
        own, screened = frame_of(columns), self.screen_failures()
        sources = [Source("ADSL", names)] * own.height
        sources += [Source("DM", {"subject": "USUBJID"})] * screened.height
        return SourcedTable(pl.concat([own, screened], how="diagonal"), sources)

    def of_subjects(self, name: str, variable: Variable, capture: Capture) -> Cells:
        """Read a variable of subjects, from ADSL or from a data set with rows that agree."""
        where, dataset, column = f"variables.{name}.cdisc", capture.dataset.upper(), capture.column
        nothing: Cells = [None] * self.adsl.height
        if dataset == "ADSL":
            return with_flags(self.text(self.adsl, dataset, column or "", where), variable, column)
        frame = self.rows_of(capture, where)
        if frame is None:
            return nothing
        cells = with_flags(self.text(frame, dataset, column or "AVAL", where), variable, column)
        cell_of: dict[str | None, str | None] = {}
        differ: dict[str | None, str] = {}
        for owner, cell in zip(self.text(frame, dataset, "USUBJID", where), cells, strict=True):
            if cell_of.setdefault(owner, cell) != cell:
                differ.setdefault(owner, f"{cell_of[owner]} and {cell}")
        if differ:
            owner, both = next(iter(differ.items()))
            more = f" (and {len(differ) - 1} more subjects)" if len(differ) > 1 else ""
            self.fail(
                where, f"{dataset}, {column}, USUBJID {owner}: {both}{more}",
                "one value for each subject; `where` picks rows",
            )  # fmt: skip
        return [cell_of.get(subject) for subject in self.fields["subject"]]

    def fail(self, where: str, came: str, wanted: str) -> None:
        self.faults.append(Fault(where=where, came=came, wanted=wanted))

    def rows_of(self, capture: Capture, where: str) -> pl.DataFrame | None:
        """Pick the rows of a data set that a variable names; None after a fault."""
        before = len(self.faults)
        try:
            frame = self.datasets.get(capture.dataset, where=where)
        except InteropError as error:
            self.faults += error.faults
            return None
        wanted: dict[str, str | int | float] = dict(capture.where)
        if capture.parameter is not None:
            wanted["PARAMCD"] = capture.parameter
        for column, level in wanted.items():
            try:
                series = self.datasets.column(capture.dataset, column, where=where)
            except InteropError as error:
                self.faults += error.faults
                continue
            is_text = series.dtype in (pl.String, pl.Categorical, pl.Enum)
            if is_text != isinstance(level, str) or not (is_text or series.dtype.is_numeric()):
                came = f"{column} = {level!r}, where {column} is of type {series.dtype}"
                self.fail(where, came, "text for text, a number for numbers")
                continue
            value = pl.col(column).cast(pl.String) if is_text else pl.col(column)
            frame = frame.filter(value == level)
        if len(self.faults) > before:
            return None
        if "DTYPE" in frame.columns:
            kind = pl.col("DTYPE").cast(pl.String)
            frame = frame.filter(kind.is_null() | kind.is_in(_COMPUTED))
        if frame.height == 0:
            came = f"no row of {capture.dataset}" + (f" where {wanted}" if wanted else "")
            self.fail(where, came, "at least one")
            return None
        return frame

    def screen_failures(self) -> pl.DataFrame:
        """Subjects of DM who never reached ADSL were screened and not randomised."""
        if "DM" not in self.datasets.names():
            return frame_of({"subject": []})
        everyone = texts_of(self.datasets.column("DM", "USUBJID", where="data"))
        known = set(self.fields["subject"])
        return frame_of({"subject": [one for one in everyone if one not in known]})

    def values(self) -> SourcedTable:
        frames = [
            frame_of({name: [] for name in ("subject", "visit", "date", "variable", "value")})
        ]
        sources: list[Source] = []
        for name, variable in self.protocol.variables_at("visit").items():
            capture = variable.capture()
            frame = None if capture is None else self.values_of(name, variable, capture)
            if capture is not None and frame is not None:
                names = {"subject": "USUBJID", "visit": "AVISIT", "date": "ADT",
                         "variable": "PARAMCD", "value": capture.column or "AVAL"}  # fmt: skip
                frames.append(frame)
                sources += [Source(capture.dataset.upper(), names)] * frame.height
        return SourcedTable(pl.concat(frames, how="diagonal"), sources)

    def values_of(self, name: str, variable: Variable, capture: Capture) -> pl.DataFrame | None:
        where, dataset = f"variables.{name}.cdisc", capture.dataset.upper()
        frame = self.rows_of(capture, where)
        if frame is None:
            return None
        if capture.place == "by_visit" and {"ANL01FL", "AVISIT"} <= set(frame.columns):
            flagged = (pl.col("ANL01FL").cast(pl.String) == "Y").fill_null(value=False)
            has_flag = flagged.any().over("USUBJID", "AVISIT")
            frame = frame.filter(flagged | ~has_flag)
        visit_of = {
            self.source.visits.get(visit, one.label): visit
            for visit, one in self.protocol.visits.items()
        }
        by_visit = capture.place == "by_visit"
        nothing: Cells = [None] * frame.height
        visits = self.text(frame, dataset, "AVISIT", where) if by_visit else nothing
        value = capture.column or "AVAL"
        has_date = not by_visit or "ADT" in frame.columns
        columns: dict[str, Cells] = {
            "subject": self.text(frame, dataset, "USUBJID", where),
            "visit": [visit_of.get(text or "") for text in visits],
            "date": self.text(frame, dataset, "ADT", where) if has_date else nothing,
            "variable": [name] * frame.height,
            "value": with_flags(self.text(frame, dataset, value, where), variable, value),
        }
        known = pl.col("visit").is_not_null() if by_visit else pl.lit(value=True)
        return frame_of(columns).filter(known)

    def events(self) -> SourcedTable:
        columns = {
            name: (self.source.events.get(name, one), f"data.events.{name}")
            for name, one in EVENT_COLUMNS.items()
        }
        own = self.protocol.variables_at("event")
        for name, variable in own.items():
            capture, where = variable.capture(), f"variables.{name}.cdisc"
            if capture is None:
                continue
            if capture.dataset.upper() != "ADAE":
                self.fail(where, f"an event's variable in {capture.dataset}", "one in ADAE")
                continue
            columns[name] = (capture.column or "", where)
        try:
            frame = self.datasets.get("ADAE", where="data")
        except InteropError as error:
            self.faults += error.faults
            return SourcedTable(frame_of({"subject": []}), [])
        read = {"subject": self.text(frame, "ADAE", "USUBJID", "data")}
        for name, (column, where) in columns.items():
            if column in frame.columns or name not in _OPTIONAL or name in own:
                read[name] = self.text(frame, "ADAE", column, where)
                if name in own:
                    read[name] = with_flags(read[name], own[name], column)
        names = {"subject": "USUBJID"} | {name: column for name, (column, _) in columns.items()}
        return SourcedTable(frame_of(read), [Source("ADAE", names)] * frame.height)

    def doses(self) -> SourcedTable:
        """First and last dose, as the subject-level data set gives them."""
        agents = {
            self.source.arms.get(name, arm.label): arm.interventions[0].agent
            if arm.interventions
            else arm.label
            for name, arm in self.protocol.arms.items()
        }
        rows: list[tuple[str | None, ...]] = []
        sources: list[Source] = []
        for field in ("first_dose", "last_dose"):
            names = {"subject": self.columns["subject"], "intervention": self.columns["arm"],
                     "date": self.columns[field]}  # fmt: skip
            for subject, arm, day in zip(
                self.fields["subject"], self.fields["arm"], self.fields[field], strict=True
            ):
                if day is not None:
                    rows.append((subject, agents.get(arm or "", arm), day))
                    sources.append(Source("ADSL", names))
        return SourcedTable(frame_of_rows(("subject", "intervention", "date"), rows), sources)

    def disposition(self) -> SourcedTable:
        rows: list[tuple[str | None, ...]] = []
        sources: list[Source] = []

        def add(
            subject: str | None, what: str, day: str | None, reason: str | None, at: str
        ) -> None:
            rows.append((subject, what, day, reason))
            names = {"subject": self.columns["subject"], "what": self.columns["status"],
                     "date": self.columns[at]}  # fmt: skip
            sources.append(Source("ADSL", names))

        fields = ("subject", "status", "last_contact", "death", "dead", "withdrawal_reason")
        for subject, status, day, death, dead, reason in zip(
            *(self.fields[name] for name in fields), strict=True
        ):
            if status == "COMPLETED":
                add(subject, "completed", day, None, "last_contact")
            elif status == "DISCONTINUED":
                add(subject, "withdrawn", day, reason, "last_contact")
            if day is not None:
                add(subject, "last_contact", day, None, "last_contact")
            if death is not None or dead == "Y":
                at = "last_contact" if death is None else "death"
                add(subject, "death", death or day, None, at)
        for subject in self.screen_failures()["subject"]:
            rows.append((subject, "screen_failure", None, None))
            sources.append(Source("DM", {"subject": "USUBJID"}))
        return SourcedTable(frame_of_rows(("subject", "what", "date", "reason"), rows), sources)
