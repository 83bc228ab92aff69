"""Which margins a trial of two arms can exclude, and what a real answer would need."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from equipoise.analyse.key import by_text, levels_of
from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.analyse.statement import Statement, cited, percent, points, signed
from equipoise.evidence.counts import contrast_of
from equipoise.evidence.published import Margins, Published
from equipoise.stats import Floats
from equipoise.stats.binary import binomial_mass, risk_difference_newcombe

__all__ = [
    "METHOD",
    "margin_rows",
    "margin_statements",
    "probability_within",
    "smallest_margin",
    "subjects_needed",
]

METHOD = "margin"
"""Method of the rows that ask what a trial of this size could exclude."""

_NEGLIGIBLE = 1e-12
_CHANCES = (0.8, 0.9)
_LARGEST = 20_000


def _likely(n: int, rate: float) -> tuple[Floats, Floats]:
    """Responses of an arm that are not negligible, and their probabilities."""
    mass = binomial_mass(n=n, probability=rate)
    kept = np.flatnonzero(mass > _NEGLIGIBLE)
    return kept.astype(np.float64), mass[kept]


def _limits(sizes: tuple[int, int], rate: float) -> tuple[Floats, Floats, Floats]:
    """Limits of the difference for every likely table, and the probability of each."""
    x1, mass1 = _likely(sizes[0], rate)
    x0, mass0 = _likely(sizes[1], rate)
    found = risk_difference_newcombe(x1=x1[:, np.newaxis], n1=sizes[0], x0=x0, n0=sizes[1])
    return found.ci_low, found.ci_high, mass1[:, np.newaxis] * mass0


def probability_within(*, sizes: tuple[int, int], rate: float, margin: float) -> float:
    """Probability that the 95% interval lies inside the margins when the arms do not differ.

    Parameters
    ----------
    sizes : tuple of int
        Subjects of the arms.
    rate : float
        True share of responders in both arms.
    margin : float
        Differences of this size and more, in either direction, are to be excluded.

    Notes
    -----
    Exact, over all tables with Newcombe's interval. That the 95% interval lies inside is each
    one-sided test at 2.5%.
    """
    low, high, chance = _limits(sizes, rate)
    return float(np.sum(chance[(low > -margin) & (high < margin)]))


def smallest_margin(*, sizes: tuple[int, int], rate: float, chance: float) -> float:
    """Smallest margin that is excluded with a given probability when the arms do not differ."""
    low, high, mass = _limits(sizes, rate)
    reach = np.maximum(-low, high).ravel()
    order = np.argsort(reach)
    total = np.cumsum(mass.ravel()[order])
    return float(reach[order][int(np.searchsorted(total, chance))])


def subjects_needed(*, rate: float, margin: float, chance: float) -> int:
    """Find the subjects of each of two equal arms that exclude a margin with a given probability.

    Parameters
    ----------
    rate : float
        True share of responders in both arms.
    margin : float
        Difference to be excluded in both directions.
    chance : float
        Wanted probability.

    Returns
    -------
    int
        Smallest size from which on five sizes in a row reach the probability; it rises in steps,
        not smoothly.

    Raises
    ------
    ValueError
        If more than 20,000 subjects an arm would be needed.
    """
    return _needed(min(rate, 1 - rate), margin, chance)  # the interval does not know which is which


@lru_cache(maxsize=1024)
def _needed(rate: float, margin: float, chance: float) -> int:
    # Bracket from the normal approximation: both limits inside with half the rest on each side.
    quantiles = ndtri(0.975) + ndtri((1 + chance) / 2)
    guess = int(2 * rate * (1 - rate) * (quantiles / margin) ** 2)
    low, high = max(1, guess // 2), max(2, guess)
    while low > 1 and low <= _LARGEST and _reaches(low, rate, margin, chance):
        low, high = low // 2, low
    while high <= _LARGEST and not _reaches(high, rate, margin, chance):
        low, high = high, high + high // 4 + 1
    if high > _LARGEST:
        raise ValueError(f"more than {_LARGEST} subjects an arm for a margin of {margin}")
    while high - low > 1:
        middle = (low + high) // 2
        if _reaches(middle, rate, margin, chance):
            high = middle
        else:
            low = middle
    return high


def _reaches(n: int, rate: float, margin: float, chance: float) -> bool:
    return all(
        probability_within(sizes=(size, size), rate=rate, margin=margin) >= chance
        for size in range(n, n + 5)
    )


def margin_rows(published: Published) -> tuple[Row, ...]:
    """Ask a trial of the published sizes what it could exclude, over shares and margins."""
    if published.margins is None:
        return ()
    return tuple(_rows(published, published.margins))


def _rows(published: Published, asked: Margins) -> Iterator[Row]:
    sizes = published.sizes
    keys = {
        "analysis": "margin", "method": METHOD, "endpoint": asked.endpoint or "",
        "group": contrast_of(published),
    }  # fmt: skip
    exact = f"exact, {sizes[0]} v {sizes[1]} subjects, Newcombe's 95% limits"
    for text in asked.rates:
        rate = float(text)
        x1, x0 = round(rate * sizes[0]), round(rate * sizes[1])
        seen = risk_difference_newcombe(x1=x1, n1=sizes[0], x0=x0, n0=sizes[1])
        by = by_text(rate=text)
        yield from rows_of(
            {"estimate": seen.estimate, "ci_low": seen.ci_low, "ci_high": seen.ci_high},
            variable="alike", by=by, n_used=sum(sizes),
            message=f"the most alike result: {x1}/{sizes[0]} v {x0}/{sizes[1]}; Newcombe's limits",
            **keys,
        )  # fmt: skip
        for chance in _CHANCES:
            yield from rows_of(
                {"margin": smallest_margin(sizes=sizes, rate=rate, chance=chance)},
                variable="smallest_margin", by=by_text(rate=text, chance=f"{chance:g}"),
                n_used=sum(sizes), message=exact, **keys,
            )  # fmt: skip
        for margin in asked.margins:
            chance_within = probability_within(sizes=sizes, rate=rate, margin=float(margin))
            yield from rows_of(
                {"probability": chance_within}, variable="excluded",
                by=by_text(rate=text, margin=margin), n_used=sum(sizes), message=exact, **keys,
            )  # fmt: skip
            for chance in _CHANCES:
                needed = subjects_needed(rate=rate, margin=float(margin), chance=chance)
                yield from rows_of(
                    {"subjects": needed}, variable="needed",
                    by=by_text(rate=text, margin=margin, chance=f"{chance:g}"), n_used=2 * needed,
                    message="exact, each of two equal arms, Newcombe's 95% limits", **keys,
                )  # fmt: skip


def margin_statements(
    published: Published, rows: tuple[Row, ...], *, important: float | None
) -> Iterator[Statement]:
    """Say what a trial of this size could exclude; ``important`` is the protocol's margin."""
    asked = published.margins
    if asked is None:
        return
    own = tuple(row for row in rows if row.key.method == METHOD)
    yield _smallest(published, asked, own)
    if important is not None:
        yield from _at_margin(published, asked, own, important)


def _value(own: tuple[Row, ...], statistic: str, variable: str, by: str) -> float | None:
    return next(
        (
            float(row.value[0]) for row in own
            if row.key.statistic == statistic and row.key.variable == variable
            and row.key.by == by
        ),
        None,
    )  # fmt: skip


def _smallest(published: Published, asked: Margins, own: tuple[Row, ...]) -> Statement:
    """Report the share that is hardest to pin down."""
    widest = max(
        asked.rates,
        key=lambda text: (
            _value(own, "margin", "smallest_margin", by_text(rate=text, chance="0.8")) or 0
        ),
    )
    margin = _value(own, "margin", "smallest_margin", by_text(rate=widest, chance="0.8"))
    low = _value(own, "ci_low", "alike", by_text(rate=widest))
    high = _value(own, "ci_high", "alike", by_text(rate=widest))
    assert margin is not None
    assert low is not None
    assert high is not None
    sizes, labels = published.sizes, published.labels
    return Statement(
        id="margin_smallest",
        topic="margin",
        title=f"{asked.label}: what {sizes[0]} against {sizes[1]} can exclude",
        text=(
            f"If {percent(float(widest))} remit in both arms and the counts come out as alike as "
            f"they can, the 95% interval of {labels[0]} minus {labels[1]} still runs from "
            f"{signed(100 * low)} to {points(high)}. With a probability of 80% a trial of this "
            f"size excludes differences of {100 * margin:.0f} points and more, not smaller ones. "
            f"No significant difference is not the same as no difference."
        ),
        short=(
            f"A trial of {sizes[0]} against {sizes[1]} excludes with a probability of 80% only "
            f"differences of {100 * margin:.0f} points and more, if "
            f"{percent(float(widest))} remit in both arms."
        ),
        kind="caution",
        cites=cited(
            row for row in own
            if row.key.by.startswith(by_text(rate=widest))
            and row.key.variable in ("alike", "smallest_margin")
        ),
    )  # fmt: skip


def _at_margin(
    published: Published, asked: Margins, own: tuple[Row, ...], important: float
) -> Iterator[Statement]:
    wanted = next((text for text in asked.margins if float(text) == important), None)
    if wanted is None:
        return
    sizes = published.sizes
    parts, needs = [], []
    for text in asked.rates:
        chance = _value(own, "probability", "excluded", by_text(rate=text, margin=wanted))
        needed = _value(own, "subjects", "needed", by_text(rate=text, margin=wanted, chance="0.8"))
        assert chance is not None
        assert needed is not None
        parts.append(chance)
        needs.append(int(needed))
    low, high = min(parts), max(parts)
    note = f" {asked.note}" if asked.note else ""
    yield Statement(
        id="margin_needed",
        topic="needed",
        title=f"{asked.label}: what an answer on equivalence would need",
        text=(
            f"If one arm is as good as the other, a trial of {sizes[0]} against {sizes[1]} shows "
            f"that they differ by less than {100 * important:.0f} points in {percent(low)} to "
            f"{percent(high)} of trials, over remission from {percent(float(asked.rates[0]))} to "
            f"{percent(float(asked.rates[-1]))}. To show it in 80% of trials needs "
            f"{min(needs)} to {max(needs)} patients in each arm."
            f"{note}"
        ),
        short=(
            f"To show in 80% of trials that the arms differ by less than "
            f"{100 * important:.0f} points needs {min(needs)} to {max(needs)} patients in each "
            f"arm, by the share that remits."
        ),
        cites=cited(
            row for row in own
            if row.key.variable in ("excluded", "needed")
            and levels_of(row.key.by).get("margin") == wanted
        ),
    )  # fmt: skip
