"""Invented ADaM data sets of the small trial, and the protocol that reads them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from equipoise.protocol import Protocol, load_protocol_file
from support.small import SMALL

DATA = """\
data:
  format: adam
  path: {path}
  visits: {{W0: BASELINE}}
"""

CHANGES = (
    ("age: {label: Age,", "age: {cdisc: ADSL.AGE, label: Age,"),
    ("albumin: {label: Albumin,", "albumin: {cdisc: ADLB.ALB, label: Albumin,"),
    (
        "protein: {label: Proteinuria,",
        "protein: {cdisc: {dataset: ADLB, parameter: UPRO, place: by_date}, label: Proteinuria,",
    ),
    (
        "biopsy_class: {",
        "emergent: {label: Emergent, level: event, kind: yes_no, cdisc: ADAE.TRTEMFL}\n"
        "  flagged: {label: Flagged, kind: yes_no, cdisc: ADSL.SAFFL}\n"
        "  biopsy_class: {",
    ),
)
"""What the small protocol says of CDISC."""


def adam_protocol(
    folder: Path, *changes: tuple[str, str], data: str = DATA.format(path="PATH")
) -> Protocol:
    """Load the small trial, reading ADaM data sets from ``folder / adam``."""
    text = SMALL + data.replace("PATH", str(folder / "adam"))
    for old, new in (*CHANGES, *changes):
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    return load_protocol_file(path)


def adam_frames() -> dict[str, pl.DataFrame]:
    """Two subjects in two arms, one screen failure, three laboratory values, two events."""
    start = date(2012, 3, 1)
    return {
        "adsl": pl.DataFrame(
            {
                "USUBJID": ["01", "02"],
                "SITEID": ["K", "K"],
                "TRT01P": ["Cells", "Standard care"],
                "RANDDT": [start, date(2012, 3, 5)],
                "TRTSDT": [start, None],
                "TRTEDT": [date(2012, 3, 8), None],
                "EOSDT": [date(2012, 8, 20), date(2012, 5, 1)],
                "EOSSTT": ["COMPLETED", "DISCONTINUED"],
                "DCSREAS": ["", "Moved away"],
                "AGE": [30.0, 40.0],
                "SAFFL": ["Y", ""],
            }
        ),
        "dm": pl.DataFrame({"USUBJID": ["01", "02", "03"]}),
        "adlb": pl.DataFrame(
            {
                "USUBJID": ["01", "01", "01", "02"],
                "PARAMCD": ["ALB", "ALB", "UPRO", "UPRO"],
                "AVISIT": ["BASELINE", "Unscheduled", "BASELINE", ""],
                "AVISITN": [0.0, 99.0, 0.0, None],
                "ADT": [start, date(2012, 3, 20), start, date(2012, 4, 2)],
                "AVAL": [25.0, 27.5, 4.0, 3.1],
                "DTYPE": ["", "", "", ""],
            }
        ),
        "adae": pl.DataFrame(
            {
                "USUBJID": ["01", "02"],
                "AETERM": ["PNEUMONIA", "FALL"],
                "AEBODSYS": ["INFECTIONS", "INJURY"],
                "ASTDT": [date(2012, 4, 1), date(2012, 4, 2)],
                "AENDT": [date(2012, 4, 20), None],
                "AESEV": ["SEVERE", "MILD"],
                "AESER": ["Y", "N"],
                "AEREL": ["POSSIBLE", "NONE"],
                "AEOUT": ["RECOVERED", ""],
                "TRTEMFL": ["Y", ""],
            }
        ),
    }


def write_adam(folder: Path, frames: dict[str, pl.DataFrame], ending: str = "parquet") -> Path:
    """Write data sets as files into ``folder / adam``."""
    place = folder / "adam"
    place.mkdir()
    for name, frame in frames.items():
        if ending == "csv":
            frame.write_csv(place / f"{name}.csv")
        else:
            frame.write_parquet(place / f"{name}.parquet")
    return place
