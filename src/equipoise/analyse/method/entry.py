"""The order in which subjects came, where looks count them."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.stats import Bools, Integers

__all__ = ["in_order", "rank_of"]


def in_order(frame: Frame, known: Bools, order: str | None) -> tuple[Integers, Bools]:
    """Put the known subjects of each trial into their order; the others stand behind them.

    Parameters
    ----------
    frame : Frame
        Whose subjects they are.
    known : (trials, subjects) bool
        Subjects whose endpoint is known.
    order : str, optional
        Number by which subjects are ordered; the order of the data if not given.

    Returns
    -------
    (trials, subjects) int
        Indices of subjects, the first first.
    (trials, subjects) bool
        Who is known and has a place in the order.
    """
    place = np.broadcast_to(np.arange(known.shape[-1], dtype=np.float64), known.shape)
    if order is not None:
        given = frame.derived.evaluate(order, kind="number").array
        place = np.broadcast_to(given, known.shape)
        known = known & ~np.isnan(place)
    return np.argsort(np.where(known, place, np.inf), axis=-1, kind="stable"), known


def rank_of(order: Integers) -> Integers:
    """Give each subject its place in the order, from 0."""
    return np.argsort(order, axis=-1, kind="stable")
