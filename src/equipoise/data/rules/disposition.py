"""Rules of the table of disposition: how each subject ended, once."""

from __future__ import annotations

from equipoise.data.door import Door
from equipoise.data.records import DISPOSITION
from equipoise.data.rules.table import Table
from equipoise.errors import did_you_mean

__all__ = ["check_disposition"]

_GROUPS = {"completed": "end", "withdrawn": "end"}
"""Rows that exclude each other; of any other kind a subject has one row at most."""

_WANTED = {
    "end": "completed or withdrawn, once",
    "death": "one death",
    "last_contact": "one last contact",
    "screen_failure": "one screen failure",
}


def check_disposition(door: Door, table: Table) -> None:
    """Find unknown ends, ends that come twice, and ends that contradict randomisation."""
    seen: dict[tuple[object, str], int] = {}
    kinds = table.read["what"]
    for record, (subject, what) in enumerate(zip(table.read["subject"], kinds, strict=True)):
        if what is None:
            continue
        if what not in DISPOSITION:
            wanted = f"one of {', '.join(DISPOSITION)}"
            door.fail(
                table.text, record, "what", repr(what), wanted,
                did_you_mean(str(what), DISPOSITION),
            )  # fmt: skip
            continue
        group = _GROUPS.get(str(what), str(what))
        before = seen.setdefault((subject, group), record)
        if before != record:
            came = f"{what} of {subject!r}, but {kinds[before]} in {table.text.other(before)}"
            door.fail(table.text, record, "what", came, _WANTED[group])
        _fits_randomisation(door, table, record, str(subject), str(what))


def _fits_randomisation(door: Door, table: Table, record: int, subject: str, what: str) -> None:
    start = (door.start or {}).get(subject, "unclear")
    if what == "screen_failure" and start not in ("never", "unclear"):
        came = f"screen_failure of {subject!r}, who was randomised"
        door.fail(table.text, record, "what", came, "completed, withdrawn, death or last_contact")
    if what == "completed" and start == "never":
        came = f"completed of {subject!r}, who was never randomised"
        door.fail(table.text, record, "what", came, "screen_failure, or a date of randomisation")
