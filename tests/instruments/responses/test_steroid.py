"""Prednisone equivalents and the steroid-sparing endpoint."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.responses import EQUIVALENT_MG, pred_eq, steroid_sparing
from equipoise.instruments.responses.steroid import ROUTES

nan = float("nan")


def oral(drug, mg, **rules):
    return pred_eq(drug=[drug], total_mg=[mg], route=["oral"], **rules)


@pytest.mark.parametrize("drug", sorted(EQUIVALENT_MG))
def test_each_equivalent_is_worth_five_milligrams(drug):
    assert_allclose(oral(drug, EQUIVALENT_MG[drug]), 5)


def test_the_published_equivalents():
    assert {
        "prednisolone": 5,
        "methylprednisolone": 4,
        "triamcinolone": 4,
        "hydrocortisone": 20,
        "cortisone": 25,
        "dexamethasone": 0.75,
    }.items() <= EQUIVALENT_MG.items()


def test_disputed_equivalents_are_parameters():
    assert_allclose(oral("betamethasone", 0.75, betamethasone_mg=0.75), 5)
    assert_allclose(oral("deflazacort", 7.5, deflazacort_mg=7.5), 5)
    with pytest.raises(DataError, match="betamethasone_mg"):
        oral("betamethasone", 1, betamethasone_mg=1)


def test_drugs_add_up_over_the_window():
    answer = pred_eq(
        drug=["prednisone", "dexamethasone"],
        total_mg=[40, 3],
        route=["oral", "iv"],
        window_days=7,
    )
    assert_allclose(answer, (40 + 20) / 7)


@pytest.mark.parametrize("route", ["inhaled", "topical", "intra_articular"])
def test_other_routes_do_not_count_whatever_was_given(route):
    answer = pred_eq(
        drug=["triamcinolone", None], total_mg=[nan, 40], route=[route, route], is_pulse=nan
    )
    assert answer == 0


@pytest.mark.parametrize(
    ("rule", "counted"),
    [
        ("systemic", {"oral", "iv", "im"}),
        ("oral", {"oral"}),
        ("systemic_and_joint", {"oral", "iv", "im", "intra_articular"}),
    ],
)
def test_which_routes_count_is_a_parameter(rule, counted):
    doses = pred_eq(
        drug=[["prednisone"]] * len(ROUTES),
        total_mg=10,
        route=[[route] for route in ROUTES],
        counted_routes=rule,
    )
    assert_array_equal(doses, [10.0 * (route in counted) for route in ROUTES])
    unknown = pred_eq(drug=["prednisone"], total_mg=[10], route=[None], counted_routes=rule)
    assert np.isnan(unknown)
    with pytest.raises(DataError, match="counted_routes"):
        pred_eq(drug=["prednisone"], total_mg=[10], route=["oral"], counted_routes="all")


def test_pulses_count_only_when_the_protocol_says_so():
    pulse = {
        "drug": ["methylprednisolone", "prednisone"],
        "total_mg": [500, 10],
        "route": ["iv", "oral"],
        "is_pulse": [1, nan],
    }
    assert pred_eq(**pulse) == 10
    assert_allclose(pred_eq(**pulse, include_pulses=True), 635)
    unknown = pulse | {"is_pulse": [nan, 0]}
    assert np.isnan(pred_eq(**unknown))
    assert_allclose(pred_eq(**unknown, include_pulses=True), 635)


@pytest.mark.parametrize(
    ("drug", "mg", "route", "expected"),
    [
        (None, 10, "oral", nan),
        (None, 0, "oral", 0),
        ("prednisone", nan, "oral", nan),
        ("prednisone", 10, None, nan),
        ("prednisone", 0, None, 0),
    ],
)
def test_unknown_parts_of_a_record(drug, mg, route, expected):
    answer = pred_eq(drug=[drug], total_mg=[mg], route=[route])
    assert_array_equal(answer, expected)


def test_no_record_is_no_steroid():
    assert pred_eq(drug=[], total_mg=[], route=[]) == 0


@given(st.lists(st.tuples(st.sampled_from(sorted(EQUIVALENT_MG)), st.floats(0, 500)), min_size=1))
def test_it_is_linear_and_additive(records):
    drugs, doses = zip(*records, strict=True)
    whole = pred_eq(drug=drugs, total_mg=doses, route="oral")
    assert_allclose(whole, sum(float(oral(*record)) for record in records), atol=1e-9)
    doubled = pred_eq(drug=drugs, total_mg=2 * np.array(doses), route="oral")
    assert_allclose(doubled, 2 * whole, atol=1e-9)
    assert_allclose(pred_eq(drug=drugs, total_mg=doses, route="oral", window_days=7), whole / 7)


def test_batches_of_subjects():
    answer = pred_eq(
        drug=[["prednisone", None], ["hydrocortisone", "prednisone"]],
        total_mg=[[5, 0], [20, 5]],
        route="oral",
    )
    assert_allclose(answer, [5, 10])


def test_what_is_refused():
    with pytest.raises(DataError, match="did you mean 'prednisone'"):
        oral("prednison", 5)
    with pytest.raises(DataError) as caught:
        pred_eq(drug=["water"], total_mg=[-1], route=["air"])
    assert {fault.where for fault in caught.value.faults} == {"drug", "total_mg", "route"}
    with pytest.raises(DataError, match="window_days"):
        oral("prednisone", 5, window_days=0)


def test_a_row_of_a_table_is_one_record():
    answer = find_instrument("pred_eq").score(
        {"drug": ["prednisone", "dexamethasone"], "total_mg": [70, 3], "route": "oral"},
        parameters={"window_days": 7},
    )
    assert_allclose(answer["pred_eq_mg_day"], [10, 20 / 7])


class TestSparing:
    DAYS = (140, 168, 196, 224, 252, 280)

    @pytest.mark.parametrize(
        ("doses", "baseline", "new", "expected"),
        [
            ((10, 7.5, 7.5, 7.5, 7.5, 10), 10, 0, 1),
            ((10, 7.5, 7.5, 7.5, 10, 10), 10, 0, 0),  # 56 days
            ((5, 5, 5, 5, 10, 10), 10, 0, 0),  # day 140 lies before the window
            ((10, 7.5, 7.5, 7.5, 7.5, 10), 9.9, 0, 0),  # not a quarter lower
            ((10, 5, 5, 5, 5, 5), 7.5, 0, nan),  # not evaluable
            ((10, 5, 5, 5, 5, 5), 10, 1, 0),
            ((10, 5, 5, nan, 5, 10), 10, 0, nan),
            ((10, 5, nan, 10, 10, 10), 10, 0, 0),
        ],
    )
    def test_three_months_at_a_low_dose(self, doses, baseline, new, expected):
        answer = steroid_sparing(
            days=self.DAYS, prednisone_mg_day=doses, baseline_mg_day=baseline, new_treatment=new
        )
        assert_array_equal(answer, expected)
