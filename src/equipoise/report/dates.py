"""Dates as readers see them; none is ever read from a clock."""

from __future__ import annotations

from datetime import date

__all__ = ["long_date"]

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def long_date(text: str) -> str:
    """Write an ISO 8601 day out: ``2026-11-22`` becomes ``22 November 2026``, in any locale.

    Raises
    ------
    ValueError
        If ``text`` is not an ISO 8601 day.
    """
    day = date.fromisoformat(text)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
