"""The window of a visit: what still counts, and which sample is taken.

A day is counted; the day exactly at the edge of the window belongs to it. SLEDAI looks 10 days
back; SLEDAI-2K is also validated for 30. The two scores differ only where a manifestation ended
11 to 30 days before the visit.

Source: Touma Z, Urowitz MB, Gladman DD. Lupus 2010; 19:49-51.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Floats, common_shape, read_numbers
from equipoise.instruments.composite import read_setting

__all__ = ["latest_in_window", "within_window"]


def within_window(days_since_active: ArrayLike, *, window_days: float = 10) -> Floats:
    """Tell whether a manifestation that was last active so long ago still counts.

    Parameters
    ----------
    days_since_active : (...) float
        Days from the last day on which it was active to the visit; 0 on the day itself; a
        negative number lies after the visit and does not count; NaN is unknown. [day]
    window_days : float
        Length of the window: 10, or 30 for SLEDAI-2K. [day]

    Returns
    -------
    (...) float
        1 present, 0 absent, NaN unknown.

    Raises
    ------
    DataError
        For days that are no numbers, and a window that is not one length from 0.
    """
    days = read_numbers("days_since_active", days_since_active)
    counts = (days >= 0) & (days <= read_setting("window_days", window_days))
    return np.where(np.isnan(days), np.nan, counts)


def latest_in_window(
    values: ArrayLike,
    *,
    sample_day: ArrayLike,
    visit_day: ArrayLike,
    window_days: float = 10,
    after_days: float = 0,
) -> Floats:
    """Take the newest measured value whose sample lies in the window of the visit.

    Parameters
    ----------
    values : (..., samples) float
        Measured values; NaN was not measured.
    sample_day : (..., samples) float
        Day of each sample; NaN where unknown, then it is not taken. [day]
    visit_day : (...) float
        Day of the visit. [day]
    window_days : float
        Days before the visit that count; the edge belongs to the window. [day]
    after_days : float
        Days after the visit that count, as some protocols allow. [day]

    Returns
    -------
    (...) float
        The value; NaN where no sample lies in the window. Of two on the same day, the later
        one in the array is taken.

    Raises
    ------
    DataError
        For values and days that are no numbers, lengths that are not one number from 0, where
        there is no axis of samples, and for shapes that do not broadcast.
    """
    measured = read_numbers("values", values)
    taken = read_numbers("sample_day", sample_day)
    visit = read_numbers("visit_day", visit_day)
    before = read_setting("window_days", window_days)
    after = read_setting("after_days", after_days)
    if measured.ndim == 0:
        raise DataError(Fault(where="values", came="one number", wanted="a last axis of samples"))
    shape = common_shape({"values": measured, "sample_day": taken, "visit_day": visit[..., None]})
    measured, taken = np.broadcast_to(measured, shape), np.broadcast_to(taken, shape)
    age = visit[..., None] - taken
    fits = (age <= before) & (age >= -after) & ~np.isnan(measured)
    if shape[-1] == 0:
        return np.full(shape[:-1], np.nan)
    day = np.where(fits, taken, -np.inf)
    newest = shape[-1] - 1 - np.argmax(day[..., ::-1], axis=-1)
    value = np.take_along_axis(measured, newest[..., None], axis=-1)[..., 0]
    return np.where(fits.any(axis=-1), value, np.nan)
