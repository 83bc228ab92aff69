"""The slow, obvious way to each answer: fractions, full enumeration, scalar root searches."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
from scipy.optimize import brentq

TIE = Fraction(10_000_001, 10_000_000)


def hypergeometric(n1, n0, events):
    """Possible events of arm 1 with their exact probabilities."""
    all_ways = math.comb(n1 + n0, events)
    return {
        x: Fraction(math.comb(n1, x) * math.comb(n0, events - x), all_ways)
        for x in range(max(0, events - n0), min(n1, events) + 1)
    }


def fisher(x1, n1, x0, n0):
    """Two-sided, less, greater p values as fractions, and those of the mid-p variants."""
    mass = hypergeometric(n1, n0, x1 + x0)
    observed = mass[x1]
    low = sum(p for p in mass.values() if p <= observed * TIE)
    tied = sum(p for p in mass.values() if observed / TIE <= p <= observed * TIE)
    less = sum(p for x, p in mass.items() if x <= x1)
    greater = sum(p for x, p in mass.items() if x >= x1)
    return {
        "p_two_sided": low,
        "p_less": less,
        "p_greater": greater,
        "midp_less": less - observed / 2,
        "midp_greater": greater - observed / 2,
        "midp_doubled": min(Fraction(1), 2 * min(less, greater) - observed),
        "midp_two_sided": low - tied / 2,
        "midp_observed": low - observed / 2,
    }


def z_of(x1, n1, x0, n0, *, is_pooled):
    """Standardised difference of two risks; equal risks give zero."""
    p1, p0 = Fraction(x1, n1), Fraction(x0, n0)
    pooled = Fraction(x1 + x0, n1 + n0)
    variance = (
        pooled * (1 - pooled) * (Fraction(1, n1) + Fraction(1, n0))
        if is_pooled
        else p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
    )
    if p1 == p0:
        return 0.0
    return float(p1 - p0) / math.sqrt(variance) if variance else math.copysign(math.inf, p1 - p0)


def extremity(name, alternative, x1, n1, x0, n0):
    """What orders the tables of an unconditional test; larger is more extreme."""
    if name == "boschloo":
        return -float(fisher(x1, n1, x0, n0)[f"p_{alternative}"])
    z = z_of(x1, n1, x0, n0, is_pooled=name == "barnard_pooled")
    return {"two_sided": abs(z), "greater": z, "less": -z}[alternative]


def tail_tables(name, alternative, x1, n1, x0, n0):
    """All tables at least as extreme as the observed one."""
    observed = extremity(name, alternative, x1, n1, x0, n0)
    return [
        (i, j)
        for i in range(n1 + 1)
        for j in range(n0 + 1)
        if (value := extremity(name, alternative, i, n1, j, n0)) >= observed
        or math.isclose(value, observed, rel_tol=1e-9)
    ]


def tail_probability(tables, n1, n0, risk):
    """Probability of the tables at one common risk."""
    return math.fsum(
        math.comb(n1, i) * math.comb(n0, j) * risk ** (i + j) * (1 - risk) ** (n1 + n0 - i - j)
        for i, j in tables
    )


def restricted_risk(difference, x1, n1, x0, n0):
    """Most likely control risk under a difference, by a search on the score."""

    def slope(p):
        terms = ((x1, p + difference), (x0, p), (x1 - n1, 1 - p - difference), (x0 - n0, 1 - p))
        return math.fsum(count / max(point, 1e-300) for count, point in terms if count)

    low, high = max(0.0, -difference), min(1.0, 1 - difference)
    edge = 1e-15 * (high - low)
    if high - low < 1e-14 or slope(low + edge) <= 0:
        return low
    if slope(high - edge) >= 0:
        return high
    return brentq(slope, low + edge, high - edge, xtol=1e-16, rtol=1e-15, maxiter=500)


def mee_statistic(difference, x1, n1, x0, n0):
    """Score statistic of a difference without a variance factor."""
    p0 = restricted_risk(difference, x1, n1, x0, n0)
    p1 = p0 + difference
    variance = p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
    gap = x1 / n1 - x0 / n0 - difference
    if variance <= 0:
        return math.copysign(1e6, gap) if abs(gap) > 1e-15 else 0.0
    return gap / math.sqrt(variance)


def tables_of_margins(rows, columns):
    """Every table with the given margins."""
    if len(columns) == 1:
        yield tuple((row,) for row in rows)
        return
    for first in itertools.product(*(range(min(row, columns[0]) + 1) for row in rows)):
        if sum(first) == columns[0]:
            left = tuple(row - cell for row, cell in zip(rows, first, strict=True))
            for rest in tables_of_margins(left, columns[1:]):
                yield tuple((cell, *row) for cell, row in zip(first, rest, strict=True))


def fisher_rxc(table):
    """Exact p value of an r x c table, every table visited."""
    rows, columns = table.sum(axis=1).tolist(), table.sum(axis=0).tolist()

    def weight(cells):
        return Fraction(1, math.prod(math.factorial(cell) for row in cells for cell in row))

    observed = weight(table.tolist())
    weights = [weight(cells) for cells in tables_of_margins(tuple(rows), tuple(columns))]
    return float(sum(w for w in weights if w <= observed * TIE) / sum(weights))


def tilted_sum(x1, n1, x0, n0):
    """Masses of the summed events of arm 1 over strata given all margins, as exact integers."""
    low, masses = 0, [1]
    for a, size1, c, size0 in zip(x1, n1, x0, n0, strict=True):
        events = a + c
        support = range(max(0, events - size0), min(size1, events) + 1)
        ways = [math.comb(size1, x) * math.comb(size0, events - x) for x in support]
        low += support[0]
        masses = [
            sum(masses[i] * ways[s - i] for i in range(len(masses)) if 0 <= s - i < len(ways))
            for s in range(len(masses) + len(ways) - 1)
        ]
    return low, masses


def logistic(design, event, *, steps=60):
    """Newton's method for one trial, without precautions."""
    beta = np.zeros(design.shape[1])
    for _ in range(steps):
        mean = 1 / (1 + np.exp(-design @ beta))
        information = design.T @ (design * (mean * (1 - mean))[:, None])
        beta = beta + np.linalg.solve(information, design.T @ (event - mean))
    return beta, np.linalg.inv(information)
