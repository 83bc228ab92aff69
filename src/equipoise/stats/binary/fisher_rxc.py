"""Fisher's exact test of r x c tables, by enumeration over columns.

A table with given margins is a path: each step fills one column and leaves what remains of the
row totals. What remains does not depend on the order of rows, and many ways lead to the same
remainder, so the paths form a network that is far smaller than the set of tables. A beginning
whose completions are all at most as probable as the observed table counts as a whole; one whose
completions are all more probable is dropped; the others go on to the next column.
Source: Mehta CR, Patel NR. JASA 1983; 78(382):427-434. No simulation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.binary.counts import distinct, read_tables
from equipoise.stats.binary.mass import TIE
from equipoise.stats.state import State

__all__ = ["ExactIndependenceTest", "fisher_test_of_independence"]

_LARGEST = 4_000_000
"""A network with more steps than this out of one column is not enumerated. [1]"""
_SAME = 1e-11
"""Log probabilities of beginnings within this distance are one. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactIndependenceTest:
    """Fisher's exact test of r x c tables; fields have the leading shape.

    ``p_value`` is the probability, given the margins, of all tables that are at most as
    probable as the observed one. ``state``: NOT_ESTIMABLE where fewer than two rows hold a
    subject, NOT_CONVERGED where the table is too large to enumerate; NaN in both.
    """

    p_value: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """Remainders before one column, and the steps that fill it."""

    total: Floats
    """Log of the summed weights of all completions of each remainder."""
    parent: Integers
    child: Integers
    weight: Floats
    """Log weight of each step, and how many fillings share it."""
    ways: Floats


def fisher_test_of_independence(*, table: ArrayLike) -> ExactIndependenceTest:
    """Test exactly whether rows and columns of a table are independent.

    Parameters
    ----------
    table : (..., rows, columns) int
        Counts, rows are the arms; NaN is refused. Each distinct table is enumerated once.

    Returns
    -------
    ExactIndependenceTest
        1 where all subjects are in one column.

    Raises
    ------
    DataError
        If ``table`` has fewer than two axes, an axis of length zero, or holds anything but
        whole numbers of zero or more.

    Notes
    -----
    Two tables whose probabilities differ by less than a relative 1e-7 count as equally
    probable. R ``fisher.test``.
    """
    counts = read_tables("table", table, axes=("rows", "columns"))
    leading, (rows, columns) = counts.shape[:-2], counts.shape[-2:]
    flat, place = distinct(*counts.reshape(-1, rows * columns).T)
    answers = [_one(cells.reshape(rows, columns)) for cells in flat.T.astype(np.int64)]
    p_value = np.array([p for p, _ in answers], dtype=np.float64)
    state = np.array([state for _, state in answers], dtype=np.int8)
    return ExactIndependenceTest(
        p_value=p_value[place].reshape(leading), state=state[place].reshape(leading)
    )


def _one(table: Integers) -> tuple[float, State]:
    if np.count_nonzero(table.sum(axis=1)) < 2:
        return np.nan, State.NOT_ESTIMABLE
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if table.shape[1] == 1:
        return 1.0, State.ESTIMATED
    # The shorter side makes the remainders, the longer one the steps, largest first.
    table = table if table.shape[0] <= table.shape[1] else table.T
    table = table[:, np.argsort(-table.sum(axis=0), kind="stable")]
    stages = _network(table)
    if stages is None:
        return np.nan, State.NOT_CONVERGED
    observed = float(np.sum(_log_multinomial(table.T.astype(np.float64))))
    return _walk(stages, observed + np.log(TIE)), State.ESTIMATED


def _network(table: Integers) -> list[_Stage] | None:
    """All remainders before each column but the last, which is what remains."""
    remainder = np.sort(table.sum(axis=1))[None, :]
    stages = []
    for size in table.sum(axis=0)[:-1]:
        filled = _fillings(remainder, int(size))
        if filled is None:
            return None
        parent, filling = filled
        after, child = distinct(*np.sort(remainder[parent] - filling, axis=1).T)
        weight = _log_multinomial(filling.astype(np.float64))
        parent, child, weight, ways = _merged(parent, child, weight, np.ones(parent.size))
        stages.append(
            _Stage(
                total=_log_multinomial(remainder.astype(np.float64)),
                parent=parent,
                child=child,
                weight=weight,
                ways=ways,
            )
        )
        remainder = after.T.astype(np.int64)
    none = np.zeros(0, dtype=np.int64)
    total = _log_multinomial(remainder.astype(np.float64))
    stages.append(
        _Stage(total=total, parent=none, child=none, weight=np.zeros(0), ways=np.zeros(0))
    )
    return stages


def _fillings(remainder: Integers, size: int) -> tuple[Integers, Integers] | None:
    """All columns of ``size`` subjects within each remainder: which one, and the column."""
    rows = remainder.shape[1]
    later = np.cumsum(remainder[:, ::-1], axis=1)[:, ::-1]
    parent = np.arange(remainder.shape[0])
    filling = np.zeros((parent.size, rows), dtype=np.int64)
    left = np.full(parent.size, size)
    for row in range(rows):
        beyond = later[parent, row + 1] if row + 1 < rows else np.zeros_like(left)
        low = np.maximum(0, left - beyond)
        choices = np.minimum(remainder[parent, row], left) - low + 1
        if choices.sum() > _LARGEST:
            return None
        first = np.cumsum(choices) - choices
        source = np.repeat(np.arange(parent.size), choices)
        value = low[source] + np.arange(source.size) - first[source]
        parent, filling, left = parent[source], filling[source], left[source] - value
        filling[:, row] = value
    return parent, filling


def _walk(stages: list[_Stage], limit: float) -> float:
    """Sum the probability of all paths whose log weight is at most ``limit``."""
    longest, shortest = _extremes(stages)
    node, past, ways = np.zeros(1, dtype=np.int64), np.zeros(1), np.ones(1)
    p_value = 0.0
    for stage, long, short in zip(stages, longest, shortest, strict=True):
        is_in = past + long[node] <= limit
        p_value += float(
            np.sum(ways[is_in] * np.exp(past[is_in] + stage.total[node[is_in]] - stages[0].total))
        )
        is_open = ~is_in & (past + short[node] <= limit)
        node, past, ways = node[is_open], past[is_open], ways[is_open]
        steps = np.bincount(stage.parent, minlength=stage.total.size)
        source = np.repeat(np.arange(node.size), steps[node])
        first = np.cumsum(steps) - steps
        begin = np.cumsum(steps[node]) - steps[node]
        step = first[node][source] + np.arange(source.size) - begin[source]
        node, _, past, ways = _merged(
            stage.child[step],
            np.zeros(step.size, dtype=np.int64),
            past[source] + stage.weight[step],
            ways[source] * stage.ways[step],
        )
    return min(1.0, p_value)


def _merged(
    first: Integers, second: Integers, weight: Floats, ways: Floats
) -> tuple[Integers, Integers, Floats, Floats]:
    """Merge entries with the same keys and weight, sorted by the first key."""
    if first.size == 0:
        return first, second, weight, ways
    order = np.lexsort((weight, second, first))
    first, second, weight, ways = first[order], second[order], weight[order], ways[order]
    is_new = (np.diff(first) != 0) | (np.diff(second) != 0) | (np.diff(weight) > _SAME)
    start = np.concatenate([[0], np.flatnonzero(is_new) + 1])
    return first[start], second[start], weight[start], np.add.reduceat(ways, start)


def _extremes(stages: list[_Stage]) -> tuple[list[Floats], list[Floats]]:
    """Largest and smallest log weight of the completions of each remainder of each stage."""
    longest, shortest = [stages[-1].total], [stages[-1].total]
    for stage in stages[-2::-1]:
        long = np.full(stage.total.size, -np.inf)
        np.maximum.at(long, stage.parent, stage.weight + longest[0][stage.child])
        short = np.full(stage.total.size, np.inf)
        np.minimum.at(short, stage.parent, stage.weight + shortest[0][stage.child])
        longest.insert(0, long)
        shortest.insert(0, short)
    return longest, shortest


def _log_multinomial(columns: Floats) -> Floats:
    """Log of the number of ways to deal sum(column) subjects into the cells of each row."""
    return np.asarray(gammaln(columns.sum(axis=1) + 1) - gammaln(columns + 1).sum(axis=1))
