"""Seriousness of adverse events and the days on which a suspected reaction must be reported.

Severity (a grade) is not seriousness. Source: ICH E2A, Clinical Safety Data Management:
Definitions and Standards for Expedited Reporting, 1994.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Bools, Floats, common_shape
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import frozen, read_fields
from equipoise.instruments.logic import all_of, any_of

__all__ = ["CRITERIA", "FLAGS", "ICH_E2A", "SusarDue", "as_days", "is_serious", "susar_due"]

ICH_E2A = "ICH E2A, Clinical Safety Data Management, 1994"
FATAL_DAYS, FOLLOWUP_DAYS, OTHER_DAYS = 7, 8, 15

_CRITERIA = {
    "death": "died",
    "life_threatening": "was at risk of death at the time of the event",
    "hospitalisation": "in-patient admission, or its prolongation",
    "disability": "persistent or significant disability or incapacity",
    "congenital_anomaly": "congenital anomaly or birth defect",
    "medically_important": "medically important otherwise",
}
CRITERIA: tuple[Column, ...] = tuple(flag(name, meaning) for name, meaning in _CRITERIA.items())
"""Criteria of which any one makes an event serious."""

FLAGS: tuple[Column, ...] = (
    flag("serious", "serious by any criterion"),
    flag("related", "suspected to be related to the product"),
    flag("unexpected", "not in the reference safety information"),
    flag("fatal_or_life_threatening", "died, or at risk of death"),
)
_Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SusarDue:
    """Expedited reporting of each event.

    Attributes
    ----------
    expedited : (...) float
        1 a suspected unexpected serious reaction, 0 not, NaN unknown.
    first_due, followup_due : (...) datetime64[D]
        Last day of the first report, and of the complete report of a fatal or life-threatening
        reaction; NaT where none is due or that is unknown.
    earliest_due : (...) datetime64[D]
        Day on which the first report is due if every unknown turns out for the worse; NaT where
        none can be due.
    missing : mapping of str to (...) bool
        Each input: true where it is unknown.
    """

    expedited: Floats
    first_due: _Days
    followup_due: _Days
    earliest_due: _Days
    missing: Mapping[str, Bools]


def is_serious(
    *,
    death: ArrayLike,
    life_threatening: ArrayLike,
    hospitalisation: ArrayLike,
    disability: ArrayLike,
    congenital_anomaly: ArrayLike,
    medically_important: ArrayLike,
) -> Floats:
    """Say whether an event is serious: any one criterion is enough.

    Parameters
    ----------
    death, life_threatening, hospitalisation, disability, congenital_anomaly, medically_important
        (...) float: 1 yes, 0 no, NaN unknown.

    Returns
    -------
    (...) float
        1 serious, 0 not, NaN unknown.

    Raises
    ------
    DataError
        For values outside their range, and for shapes that do not broadcast.
    """
    given = read_fields(
        CRITERIA,
        {
            "death": death,
            "life_threatening": life_threatening,
            "hospitalisation": hospitalisation,
            "disability": disability,
            "congenital_anomaly": congenital_anomaly,
            "medically_important": medically_important,
        },
    )
    return any_of(*given.values())


def susar_due(
    *,
    day0: ArrayLike,
    serious: ArrayLike,
    related: ArrayLike,
    unexpected: ArrayLike,
    fatal_or_life_threatening: ArrayLike,
    fatal_known: ArrayLike = "NaT",
) -> SusarDue:
    """Compute when a suspected unexpected serious adverse reaction must be reported.

    Parameters
    ----------
    day0 : (...) datetime64[D]
        Day on which the sponsor knew the minimum: patient, product, reporter, event; ISO texts
        are read too. NaT unknown.
    serious, related, unexpected, fatal_or_life_threatening : (...) float
        1 yes, 0 no, NaN unknown.
    fatal_known : (...) datetime64[D]
        Day on which an event that was neither fatal nor life-threatening became known as such;
        NaT where it did not.

    Returns
    -------
    SusarDue
        Fatal or life-threatening: 7 calendar days, complete report 8 days later; other: 15 days.
        Weekends do not extend. An event that turns fatal has 7 days from that knowledge, if that
        is sooner.

    Raises
    ------
    DataError
        For dates that are not ISO days, codes other than 0, 1 and NaN, and shapes that do not
        broadcast.

    Notes
    -----
    Source: ICH E2A, 1994, section III.B.
    """
    start, turned = as_days("day0", day0), as_days("fatal_known", fatal_known)
    flags = read_fields(
        FLAGS,
        {
            "serious": serious,
            "related": related,
            "unexpected": unexpected,
            "fatal_or_life_threatening": fatal_or_life_threatening,
        },
    )
    shape = common_shape({"day0": start, "fatal_known": turned, **flags})
    start, turned = np.broadcast_to(start, shape), np.broadcast_to(turned, shape)
    spread = {name: np.broadcast_to(flag, shape) for name, flag in flags.items()}
    expedited = all_of(spread["serious"], spread["related"], spread["unexpected"])
    fatal = spread["fatal_or_life_threatening"]
    none = np.datetime64("NaT", "D")

    seven, fifteen = start + FATAL_DAYS, start + OTHER_DAYS
    turned_due = turned + FATAL_DAYS
    later = np.fmin(fifteen, turned_due)
    first = np.where(fatal == 1, seven, np.where(fatal == 0, later, none))
    complete = np.where(
        fatal == 1,
        seven + FOLLOWUP_DAYS,
        np.where(fatal == 0, turned_due + FOLLOWUP_DAYS, none),
    )
    earliest = np.where(fatal == 0, later, seven)
    return SusarDue(
        expedited=expedited,
        first_due=np.where(expedited == 1, first, none),
        followup_due=np.where(expedited == 1, complete, none),
        earliest_due=np.where(expedited == 0, none, earliest),
        missing=frozen(
            {"day0": np.isnat(start), **{name: np.isnan(flag) for name, flag in spread.items()}}
        ),
    )


def as_days(name: str, value: ArrayLike) -> _Days:
    """Read calendar days: datetime64, or ISO texts; None and empty texts are NaT.

    Raises
    ------
    DataError
        For a text that is not an ISO day.
    """
    if isinstance(value, np.ndarray | np.datetime64) and value.dtype.kind == "M":
        return np.asarray(value, dtype="datetime64[D]")
    texts = np.array(value, dtype=np.object_)
    texts[(texts == "") | (texts != texts)] = None
    try:
        days: list[Any] = [
            np.datetime64("NaT" if text is None else text, "D") for text in texts.ravel().tolist()
        ]
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(
            Fault(where=name, came=repr(value)[:60], wanted="ISO days such as 2024-02-28")
        ) from error
    return np.array(days, dtype="datetime64[D]").reshape(texts.shape)
