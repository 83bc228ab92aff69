"""Graphical procedures: hypotheses that pass their level on when they are rejected.

Source: Bretz F, Maurer W, Brannath W, Posch M. Statistics in Medicine 2009; 28:586-604,
algorithm 1 (the update of the graph) and algorithm 2 (adjusted p values).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.door import Door

__all__ = ["GraphTest", "graph_test"]

_ROUNDING = 1e-12
"""Slack for sums that should be 1, and for a p value that equals its level. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphTest:
    """What a graph decides in each trial; every field is (..., hypotheses).

    Attributes
    ----------
    adjusted_p : float
        Compared with the whole alpha; NaN where the p value is NaN.
    reject : bool
        True where the family-wise procedure at ``alpha`` rejects.
    order : int
        1 for the hypothesis rejected first, and so on; 0 where not rejected.
    """

    adjusted_p: Floats
    reject: Bools
    order: Integers


def graph_test(
    *, p_value: ArrayLike, weight: ArrayLike, transition: ArrayLike, alpha: float
) -> GraphTest:
    """Run the sequentially rejective procedure of a graph.

    Parameters
    ----------
    p_value : (..., hypotheses) float
        One-sided or two-sided alike; a hypothesis whose p value is NaN is never rejected and
        keeps its level.
    weight : (hypotheses,) float
        Share of alpha that each hypothesis starts with; the shares sum to 1 at most.
    transition : (hypotheses, hypotheses) float
        Row i says how the level of i is passed on when i is rejected: shares of at most 1 in
        all, nothing to itself.
    alpha : float
        Family-wise level.

    Raises
    ------
    DataError
        If weights or transitions are negative, sum to more than 1, a hypothesis passes level to
        itself, shapes do not fit, or a p value lies outside 0 to 1.

    Notes
    -----
    Where two hypotheses are equally near to rejection the first goes first; what is rejected in
    the end does not depend on it. Bonferroni-Holm, fixed sequence, fallback and gatekeeping are
    graphs. The R packages ``gMCP`` and ``Mediana`` (``ChainAdj``) do the same.
    """
    door = Door()
    p = door.probabilities("p_value", p_value, core=1, nan=True)
    shares = door.numbers("weight", weight, core=1, low=0, high=1)
    passes = door.numbers("transition", transition, core=2, low=0, high=1)
    alpha = door.level("alpha", alpha)
    _check_graph(door, p, shares, passes)
    door.close()
    trials = np.where(np.isnan(p), np.inf, p).reshape(-1, p.shape[-1])
    adjusted, reject, order = _reject_in_turn(trials, shares, passes, alpha)
    return GraphTest(
        adjusted_p=np.where(np.isnan(p), np.nan, adjusted.reshape(p.shape)),
        reject=reject.reshape(p.shape),
        order=order.reshape(p.shape),
    )


def _check_graph(door: Door, p: Floats, shares: Floats, passes: Floats) -> None:
    number = p.shape[-1]
    if not door.wants(
        shares.shape == (number,) and passes.shape == (number, number),
        where="shapes",
        came=f"p_value {p.shape}, weight {shares.shape}, transition {passes.shape}",
        wanted=f"weight ({number},) and transition ({number}, {number})",
    ):
        return
    one = 1 + _ROUNDING * max(number, 1)
    total = float(np.sum(shares))
    door.wants(total <= one, where="weight", came=f"a sum of {total:g}", wanted="at most 1")
    for row, passed in enumerate(np.sum(passes, axis=1)):
        place = f"transition[{row}]"
        door.wants(passed <= one, where=place, came=f"a sum of {passed:g}", wanted="at most 1")
        own = passes[row, row]
        door.wants(own == 0, where=place, came=f"{own:g} to itself", wanted="0 to itself")


def _reject_in_turn(
    p: Floats, shares: Floats, passes: Floats, alpha: float
) -> tuple[Floats, Bools, Integers]:
    """Remove the hypothesis nearest to rejection from each trial's own graph, one a turn."""
    trials, number = p.shape
    weight = np.broadcast_to(shares, p.shape).copy()
    graph = np.broadcast_to(passes, (trials, number, number)).copy()
    is_in = np.ones(p.shape, dtype=np.bool_)
    adjusted, order = np.ones(p.shape), np.zeros(p.shape, dtype=np.int64)
    every, so_far = np.arange(trials), np.zeros(trials)
    for turn in range(1, number + 1):
        ratio = np.divide(p, weight, out=np.full(p.shape, np.inf), where=is_in & (weight > 0))
        next_ = np.argmin(ratio, axis=1)
        so_far = np.maximum(so_far, ratio[every, next_])
        # A trial none of whose hypotheses can be tested any more stays as it is.
        is_open = np.isfinite(so_far)
        if not is_open.any():
            break
        row, column = every[is_open], next_[is_open]
        adjusted[row, column] = np.minimum(so_far[is_open], 1.0)
        is_rejected = so_far[is_open] <= alpha * (1 + _ROUNDING)
        order[row[is_rejected], column[is_rejected]] = turn
        is_in[row, column] = False
        weight[row], graph[row] = _without(weight[row], graph[row], column, is_in[row])
    return adjusted, order > 0, order


def _without(weight: Floats, graph: Floats, gone: Integers, is_in: Bools) -> tuple[Floats, Floats]:
    """Update weights and edges of graphs from which hypothesis ``gone`` is removed."""
    every = np.arange(len(gone))
    out, into = graph[every, gone, :], graph[every, :, gone]
    weight = np.where(is_in, weight + weight[every, gone][:, None] * out, 0.0)
    # The way over the removed hypothesis and back again is shared among the other edges.
    stays = 1 - into * out
    edges = graph + into[:, :, None] * out[:, None, :]
    is_shared = is_in[:, :, None] & is_in[:, None, :] & (stays > 0)[:, :, None]
    edges = np.divide(edges, stays[:, :, None], out=np.zeros_like(edges), where=is_shared)
    edges[:, np.arange(edges.shape[1]), np.arange(edges.shape[1])] = 0.0
    return weight, edges
