"""SLICC/ACR damage index: items, caps, end-stage disease, damage never heals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.damage import DOMAINS, FORM, ITEMS, has_accrued, sdi, sdi_over_visits

nan = float("nan")
# Maxima of the domains as printed in the specification.
MAXIMA = {
    "ocular": 2,
    "neuropsychiatric": 6,
    "renal": 3,
    "pulmonary": 5,
    "cardiovascular": 6,
    "peripheral_vascular": 5,
    "gastrointestinal": 6,
    "musculoskeletal": 7,
    "skin": 3,
    "gonadal": 1,
    "endocrine": 1,
    "malignancy": 2,
}
UP_TO_TWO = {
    "cva",
    "mi",
    "significant_tissue_loss",
    "bowel_spleen_liver_gallbladder_loss",
    "avascular_necrosis",
    "malignancy",
}


def total(**counts):
    return sdi(FORM.array(counts, unlisted=0))


def plain(counts):
    """Damage the slow way; everything known."""
    points = {name: min(count, 2 if name in UP_TO_TWO else 1) for name, count in counts.items()}
    if counts.get("esrd"):
        points |= {"gfr_below_50": 0, "proteinuria_3_5": 0, "esrd": 3}
    return sum(points.values())


def test_41_items_and_12_domains_with_their_maxima():
    assert len(ITEMS) == 41
    answer = sdi(np.full(41, 9))
    assert dict(zip(DOMAINS, answer.domains.tolist(), strict=True)) == MAXIMA
    assert answer.total == 47 == sum(MAXIMA.values())


@pytest.mark.parametrize("name", FORM.names)
def test_caps(name):
    most = 3 if name == "esrd" else 2 if name in UP_TO_TWO else 1
    assert [float(total(**{name: count}).total) for count in (0, 9)] == [0, most]


def test_end_stage_disease_replaces_the_other_two():
    assert total(gfr_below_50=1, proteinuria_3_5=1).total == 2
    assert total(gfr_below_50=1, proteinuria_3_5=1, esrd=1).total == 3
    # so that they need not be known
    assert total(gfr_below_50=nan, proteinuria_3_5=nan, esrd=1).total == 3


def test_an_unknown_item_leaves_bounds():
    answer = total(cva=nan, mi=1, esrd=nan, gfr_below_50=1)
    assert np.isnan(answer.total)
    assert (answer.lower, answer.upper) == (2, 6)
    assert np.isnan(answer.domains[DOMAINS.index("renal")])
    assert answer.domains[DOMAINS.index("cardiovascular")] == 1


def test_damage_by_glucocorticoid():
    answer = total(cataract=1, avascular_necrosis=2, diabetes_treated=1, mi=1)
    assert (answer.total, answer.steroid_related) == (5, 4)


COUNTS = st.dictionaries(st.sampled_from(FORM.names), st.integers(0, 4))


@given(COUNTS)
def test_against_a_plain_twin(counts):
    assert total(**counts).total == plain(counts)


@given(COUNTS, st.sampled_from(FORM.names))
def test_more_damage_never_scores_less(counts, name):
    more = counts | {name: counts.get(name, 0) + 1}
    assert total(**more).total >= total(**counts).total


@given(COUNTS, st.sets(st.sampled_from(FORM.names), max_size=6))
def test_bounds_hold_whatever_is_unknown(counts, unknown):
    answer = total(**counts | dict.fromkeys(unknown, nan))
    assert answer.lower <= total(**counts).total <= answer.upper
    assert np.isnan(answer.total) or answer.total == total(**counts).total


def test_damage_never_heals():
    visits = np.zeros((5, 41))
    visits[:, FORM.place("cva")] = [1, 0, nan, 2, nan]
    totals = sdi_over_visits(visits)
    assert_array_equal(totals.total, [1, 1, nan, 2, 2])
    assert_array_equal(totals.lower, [1, 1, 1, 2, 2])
    assert_array_equal(totals.upper, [1, 1, 2, 2, 2])


@given(st.integers(0, 5000))
def test_over_visits_it_is_the_greatest_so_far(seed):
    rng = np.random.default_rng(seed)
    visits = rng.choice([0.0, 0.0, 0.0, 1.0, 2.0], size=(5, 41))
    totals = sdi_over_visits(visits)
    for visit in range(5):
        assert totals.total[visit] == sdi(visits[: visit + 1].max(axis=0)).total
    hidden = np.where(rng.random((5, 41)) < 0.2, nan, visits)
    open_ = sdi_over_visits(hidden)
    assert np.all(open_.lower <= totals.total)
    assert np.all(np.diff(open_.lower) >= 0)


def test_accrual():
    assert_array_equal(has_accrued(before=[1, 1, nan], now=[2, 1, 3]), [1, 0, nan])


def test_what_is_refused():
    with pytest.raises(DataError, match=r"mi: 0\.5"):
        total(mi=0.5)
    with pytest.raises(DataError, match="mi: -1"):
        total(mi=-1)
    with pytest.raises(DataError, match="did you mean 'cataract'"):
        total(cataracts=1)
    with pytest.raises(DataError, match="last axis of 41"):
        sdi(np.zeros(40))


def test_the_table():
    table = {name: [0.0, 0.0] for name in FORM.names} | {"cva": [3, None]}
    answer = find_instrument("sdi").score(table)
    assert_array_equal(answer["sdi"], [2, nan])
    assert answer["missing"].tolist() == ["", "cva"]
    assert_array_equal(answer["any_damage"], [1, nan])
