"""SLICC/ACR damage index: 41 items in 12 domains, irreversible change since lupus began.

Damage counts whatever caused it, once present for 6 months, and never heals in the index.
Source: Gladman D, et al. Arthritis Rheum 1996; 39:363-369.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Bools, Floats, check_items, name_true, read_numbers
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.damage.form import CAPS, DOMAINS, FORM, ITEMS, STEROID_RELATED
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.thresholds import above

__all__ = ["INSTRUMENT", "Sdi", "has_accrued", "sdi", "sdi_over_visits"]

GLADMAN_1996 = "Gladman D, et al. Arthritis Rheum 1996; 39:363-369"
GOMEZ_2025 = "Gomez A, et al. Lupus Sci Med 2025; 12:e001403"
LITTLE_2016 = "Little J, et al. Ann Rheum Dis 2016; 75(Suppl 2):293"

_ESRD = FORM.place("esrd")
_REPLACED = np.array([FORM.place("gfr_below_50"), FORM.place("proteinuria_3_5")])
_ESRD_POINTS = 3.0
_STEROID = np.array([name in STEROID_RELATED for name in FORM.names])
_DOMAIN_OF = np.stack([FORM.of_system(domain) for domain in DOMAINS], axis=-1).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdi:
    """Damage of each visit.

    Attributes
    ----------
    total : (...) float
        0 to 47; NaN where an item that matters is unknown. [points]
    lower, upper : (...) float
        Bounds whatever the unknown items are. [points]
    domains : (..., 12) float
        Points of each of ``DOMAINS``; NaN where unknown. [points]
    steroid_related : (...) float
        Points of the items that glucocorticoid brings; NaN where unknown. [points]
    missing : (..., 41) bool
        True where an item is unknown.
    """

    total: Floats
    lower: Floats
    upper: Floats
    domains: Floats
    steroid_related: Floats
    missing: Bools


def sdi(counts: ArrayLike) -> Sdi:
    """Add up damage.

    Parameters
    ----------
    counts : (..., 41) float
        Events or sites of each item, in the order of ``ITEMS``; 0 none, NaN unknown. Beyond its
        cap an item adds nothing.

    Returns
    -------
    Sdi
        End-stage renal disease scores 3 and replaces the other two renal items.

    Raises
    ------
    DataError
        If the last axis is not 41 long, or a count is not a whole number from 0 to 99.

    Notes
    -----
    Validate items, not the total: the maxima of the domains add up to 47, while the literature
    quotes 46 and 49. Source: Gladman D, et al. Arthritis Rheum 1996; 39:363-369.
    """
    values = check_items(counts, ITEMS, where="counts")
    missing = np.isnan(values)
    return _between(np.where(missing, 0, values), np.where(missing, CAPS, values), missing)


def sdi_over_visits(counts: ArrayLike) -> Sdi:
    """Add up damage at successive visits, where it never decreases.

    Parameters
    ----------
    counts : (..., visits, 41) float
        Items as recorded at successive visits; NaN unknown.

    Returns
    -------
    Sdi
        Of the greatest count of each item so far. What was recorded before is the lower bound of
        an item that is unknown at a visit; one that had reached its cap stays known.

    Raises
    ------
    DataError
        As :func:`sdi`.
    """
    values = check_items(counts, ITEMS, where="counts")
    greatest: Floats = np.fmax.accumulate(values, axis=-2)
    so_far = np.where(np.isnan(greatest), 0, greatest)
    # An earlier gap leaves open what had happened by then, until the item is recorded again.
    missing = np.isnan(values) & (so_far < CAPS)
    return _between(so_far, np.where(missing, CAPS, so_far), missing)


def _between(lowest: Floats, highest: Floats, missing: Bools) -> Sdi:
    """Score counts that lie between two."""
    least, most = _points(lowest), _points(highest)
    lower, upper = least.sum(axis=-1), most.sum(axis=-1)
    low, high = least @ _DOMAIN_OF, most @ _DOMAIN_OF
    steroid_low = least[..., _STEROID].sum(axis=-1)
    steroid_high = most[..., _STEROID].sum(axis=-1)
    return Sdi(
        total=np.where(lower == upper, lower, np.nan),
        lower=lower,
        upper=upper,
        domains=np.where(low == high, low, np.nan),
        steroid_related=np.where(steroid_low == steroid_high, steroid_low, np.nan),
        missing=missing,
    )


def has_accrued(*, before: ArrayLike, now: ArrayLike) -> Floats:
    """Say whether damage grew between two dates: 1, 0, or NaN where a total is unknown."""
    return above(read_numbers("now", now) - read_numbers("before", before), 0)


def _points(counts: Floats) -> Floats:
    """Points of each item: capped, and end-stage disease in place of two others."""
    points: Floats = np.minimum(counts, CAPS)
    end_stage = points[..., _ESRD] > 0
    points[..., _ESRD] = np.where(end_stage, _ESRD_POINTS, 0)
    points[..., _REPLACED] = np.where(end_stage[..., None], 0, points[..., _REPLACED])
    return points


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    del parameters
    answer = sdi(np.stack([columns[name] for name in FORM.names], axis=-1))
    return {
        "sdi": answer.total,
        "lower": answer.lower,
        "upper": answer.upper,
        "steroid_related": answer.steroid_related,
        "any_damage": above(answer.total, 0),
        **{f"points_{domain}": answer.domains[..., n] for n, domain in enumerate(DOMAINS)},
        "missing": name_true(answer.missing, FORM.names),
    }


INSTRUMENT = Instrument(
    id="sdi",
    title="SLICC/ACR damage index",
    purpose="irreversible damage since lupus began, 0 to 47",
    inputs=tuple(item.column() for item in ITEMS),
    outputs=(
        Column(name="sdi", meaning="damage", unit="points", lowest=0, highest=47),
        Column(name="lower", meaning="least damage", unit="points", lowest=0, highest=47),
        Column(name="upper", meaning="greatest damage", unit="points", lowest=0, highest=47),
        Column(name="steroid_related", meaning="of it by glucocorticoid", unit="points"),
        flag("any_damage", "any damage"),
        *(
            Column(name=f"points_{domain}", meaning=f"points, {domain}", unit="points")
            for domain in DOMAINS
        ),
        Column(name="missing", meaning="unknown items", is_text=True),
    ),
    rules=(
        Rule(
            id="caps",
            text="Each item scores its events or sites up to a cap: cerebrovascular accident, "
            "infarction, tissue loss, bowel loss, avascular necrosis and malignancy up to 2.",
            source=f"{GLADMAN_1996}, as printed on a public form and coded by {GOMEZ_2025}",
            status=Status.CONFIRMED,
        ),
        Rule(
            id="esrd",
            text="End-stage renal disease scores 3 and replaces filtration and proteinuria.",
            source=GLADMAN_1996,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="never_heals",
            text="Damage never decreases; repeats count at least 6 months apart.",
            source=GLADMAN_1996,
            status=Status.MEMORY,
            fixed="A row is one visit and its counts are what was ever scored: the distance of "
            "repeats is judged when they are counted.",
        ),
        Rule(
            id="steroid",
            text="By glucocorticoid: cataract, osteoporotic fracture, avascular necrosis, "
            "diabetes.",
            source=LITTLE_2016,
            status=Status.CONFIRMED,
        ),
    ),
    sources=(GLADMAN_1996, GOMEZ_2025, LITTLE_2016),
    scorer=_score,
    form=FORM,
)
