"""Rules that join cells: of one row, of the rows of one subject, and of several tables."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.data.door import Door
from equipoise.data.rules.disposition import check_disposition
from equipoise.data.rules.missed import check_missed_visits
from equipoise.data.rules.subject import check_subjects
from equipoise.data.rules.table import Table
from equipoise.data.rules.timeline import check_death, check_randomisation
from equipoise.data.rules.treatment import check_doses, check_events
from equipoise.data.rules.value import check_values
from equipoise.data.rules.visit import check_order_of_visits, check_visits
from equipoise.data.text import TextTable

__all__ = ["Table", "check_between_tables", "check_table"]

_CHECKS = {
    "visits": (check_visits, check_order_of_visits),
    "values": (check_values, check_visits, check_order_of_visits),
    "events": (check_events,),
    "doses": (check_doses,),
    "disposition": (check_disposition,),
}
"""What is asked of the rows of each table."""


def check_table(door: Door, name: str, table: Table) -> None:
    """Check the rows of one table, given its cells as text and as they were read."""
    for check in _CHECKS.get(name, ()):
        check(door, table)


def check_between_tables(
    door: Door, texts: Mapping[str, TextTable], frames: Mapping[str, pl.DataFrame]
) -> None:
    """Check what only several tables can show, on those of them that could be read."""
    for check in (check_subjects, check_randomisation, check_death, check_missed_visits):
        check(door, texts, frames)
