"""Renal flares: KDIGO 2012, EULAR consensus, AURORA 2, childhood."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.instruments import find_instrument
from equipoise.instruments.renal.flare import (
    CONFIRM_DAYS,
    aurora_2,
    childhood,
    kdigo_2012,
    nephritic,
    proteinuric,
)
from equipoise.instruments.responses import confirmed_after

nan = float("nan")
QUIET = {
    "urine_rbc_hpf": 0,
    "urine_rbc_baseline_hpf": 0,
    "acanthocytes_hpf": 0,
    "casts_recurred": 0,
}


def kdigo(serum, before, ratio, ratio_before, **sediment):
    """Creatinine in mg/dL, ratio in g/g."""
    return kdigo_2012(
        creatinine_umol_l=np.multiply(serum, 88.4),
        creatinine_baseline_umol_l=np.multiply(before, 88.4),
        upcr_mg_mmol=np.multiply(ratio, 113.12),
        upcr_baseline_mg_mmol=np.multiply(ratio_before, 113.12),
        **QUIET | sediment,
    )


class TestKdigo:
    @pytest.mark.parametrize(
        ("now", "before", "expected"),
        [
            (1.19, 1.0, "none"),
            (1.2, 1.0, "moderate"),
            (2.0, 1.0, "moderate"),
            (2.01, 1.0, "severe"),
            (2.39, 2.0, "none"),
            (2.4, 2.0, "moderate"),
            (3.5, 2.0, "moderate"),
            (3.51, 2.0, "severe"),
            (2.19, 1.99, "moderate"),
        ],
    )
    def test_creatinine(self, now, before, expected):
        assert kdigo(now, before, 0.1, 0.1).words.item() == expected

    @pytest.mark.parametrize(
        ("now", "before", "expected"),
        [
            (0.99, 0.4, "none"),
            (1.0, 0.4, "moderate"),
            (1.0, 0.49, "moderate"),
            (1.99, 0.5, "none"),
            (2.0, 0.5, "moderate"),
            (2.0, 1.0, "moderate"),
            (5.49, 0.5, "moderate"),
            (2.19, 1.1, "none"),
            (2.2, 1.1, "moderate"),
            (4.99, 2.0, "moderate"),
            (5.0, 2.0, "none"),  # a gap of the table
            (6.5, 3.0, "none"),  # a gap of the table
            (8.0, 3.0, "none"),  # a rise of exactly 5.0: neither below nor above
            (8.01, 3.0, "severe"),
            (5.51, 0.5, "severe"),
        ],
    )
    def test_protein(self, now, before, expected):
        assert kdigo(1.0, 1.0, now, before).words.item() == expected

    @pytest.mark.parametrize(
        ("sediment", "expected"),
        [
            ({"urine_rbc_hpf": 16, "urine_rbc_baseline_hpf": 4, "acanthocytes_hpf": 2}, "mild"),
            ({"urine_rbc_hpf": 15, "urine_rbc_baseline_hpf": 4, "acanthocytes_hpf": 2}, "none"),
            ({"urine_rbc_hpf": 16, "urine_rbc_baseline_hpf": 5, "acanthocytes_hpf": 2}, "none"),
            ({"urine_rbc_hpf": 16, "urine_rbc_baseline_hpf": 4, "acanthocytes_hpf": 1}, "none"),
            ({"casts_recurred": 1}, "mild"),
            ({"casts_recurred": nan}, None),
        ],
    )
    def test_a_mild_flare_rests_on_the_sediment(self, sediment, expected):
        assert kdigo(1.0, 1.0, 0.1, 0.1, **sediment).words.item() == expected

    def test_without_sediment_a_higher_flare_is_still_known(self):
        unknown = dict.fromkeys(QUIET, nan)
        assert kdigo(3.0, 1.0, 0.1, 0.1, **unknown).words.item() == "severe"
        assert kdigo(1.5, 1.0, 0.1, 0.1, **unknown).words.item() == "moderate"
        assert kdigo(1.0, 1.0, 0.1, 0.1, **unknown).words.item() is None

    def test_a_severe_rise_of_creatinine_beats_unknown_protein(self):
        assert kdigo(3.0, 1.0, nan, 0.1).words.item() == "severe"
        assert kdigo(1.5, 1.0, nan, 0.1).words.item() is None

    def test_the_rounded_units_of_the_table(self):
        """The table prints 1000 mg/g [100 mg/mmol]."""
        table = {
            "creatinine_umol_l": [80],
            "creatinine_baseline_umol_l": 80,
            "upcr_mg_mmol": 105,
            "upcr_baseline_mg_mmol": 40,
            **QUIET,
        }
        instrument = find_instrument("renal_flare_kdigo2012")
        assert instrument.score(table)["flare"].tolist() == ["none"]
        rounded = instrument.score(table, parameters={"unit_policy": "guideline100"})
        assert rounded["flare"].tolist() == ["moderate"]

    @given(st.floats(0.3, 5), st.floats(0, 4), st.floats(0, 12), st.floats(0, 12))
    def test_against_a_plain_twin(self, before, rise, ratio, ratio_before):
        marks = (0.2, 0.4, 1.0, 1.5, 5.0)
        if any(abs(rise - mark) < 1e-6 for mark in marks) or abs(before - 2) < 1e-6:
            return
        checks = (ratio - 1, ratio - 2, ratio - 5, ratio_before - 0.5, ratio_before - 1)
        checks += (ratio - 2 * ratio_before, ratio - ratio_before - 5)
        if any(abs(check) < 1e-6 for check in checks):
            return
        low, high = (0.2, 1.0) if before < 2 else (0.4, 1.5)
        if rise > high or ratio - ratio_before > 5:
            expected = "severe"
        elif low <= rise or protein_is_moderate(ratio, ratio_before):
            expected = "moderate"
        else:
            expected = "none"
        assert kdigo(before + rise, before, ratio, ratio_before).words.item() == expected


def protein_is_moderate(ratio, before):
    if before < 0.5:
        return ratio >= 1.0
    if before <= 1.0:
        return ratio >= 2.0 and ratio - before < 5.0
    return ratio >= 2 * before and ratio < 5.0


class TestEular:
    NEPHRITIC = (
        ({}, 1),
        ({"creatinine_umol_l": 129, "egfr": 91}, 0),
        ({"creatinine_umol_l": 100, "egfr": 90}, 1),  # filtration down by exactly 10 %
        ({"active_sediment": 0}, 0),
        ({"urine_rbc_hpf": 11}, 0),
        ({"urine_rbc_hpf": 12}, 1),
        ({"active_sediment": nan}, nan),
    )

    @pytest.mark.parametrize(("change", "expected"), NEPHRITIC)
    def test_nephritic(self, change, expected):
        base = {
            "creatinine_umol_l": 130,
            "creatinine_baseline_umol_l": 100,
            "egfr": 100,
            "egfr_baseline": 100,
            "active_sediment": 1,
            "urine_rbc_hpf": 20,
            "urine_rbc_baseline_hpf": 2,
        }
        assert_array_equal(nephritic(**base | change).any_grade, expected)

    @pytest.mark.parametrize(
        ("ratio", "before", "last", "expected"),
        [
            (101, 50, 2, 1),
            (100, 50, 2, 0),  # must exceed 100
            (101, 51, 2, 0),  # not doubled
            (201, 100, 1, 1),
            (200, 100, 1, 0),
            (150, 60, 1, 0),
            (300, 60, nan, nan),
            (300, 60, 0, nan),
            (100, 60, nan, 0),
        ],
    )
    def test_proteinuric(self, ratio, before, last, expected):
        answer = proteinuric(upcr_mg_mmol=ratio, upcr_baseline_mg_mmol=before, last_response=last)
        assert_array_equal(answer.any_grade, expected)

    def test_its_limits_are_parameters(self):
        base = {
            "creatinine_umol_l": 120,
            "creatinine_baseline_umol_l": 100,
            "egfr": 95,
            "egfr_baseline": 100,
            "active_sediment": 1,
            "urine_rbc_hpf": 8,
            "urine_rbc_baseline_hpf": 2,
        }
        assert nephritic(**base).any_grade == 0
        assert nephritic(**base, creatinine_rise=0.2, red_cells_rise=6).any_grade == 1
        assert nephritic(**base, egfr_fall=0.05, red_cells_rise=6).any_grade == 1
        ratios = {"upcr_mg_mmol": 90, "upcr_baseline_mg_mmol": 30, "last_response": [2, 1]}
        answer = proteinuric(**ratios, after_complete_mg_mmol=80, after_partial_mg_mmol=95)
        assert_array_equal(answer.any_grade, [1, 0])

    def test_a_flare_must_be_seen_again_a_week_later(self):
        answer = proteinuric(
            upcr_mg_mmol=[40, 150, 160, 40, 150],
            upcr_baseline_mg_mmol=30,
            last_response=2,
        )
        days = [0, 28, 33, 35, 60]
        confirmed = confirmed_after(days=days, states=answer.any_grade, confirm_days=CONFIRM_DAYS)
        # the sample of day 33 comes too early; that of day 35 denies
        assert_array_equal(confirmed, [0, 0, 1, 0, nan])


def test_aurora_2():
    answer = aurora_2(
        upcr_mg_mmol=np.array([1.0, 1.1, 2.0, 2.1, 1.5, 3.0, 3.0]) * 113.12,
        upcr_baseline_mg_mmol=np.array([0.19, 0.19, 0.2, 1.0, 0.5, 1.1, nan]) * 113.12,
    )
    assert_array_equal(answer.any_grade, [0, 1, 0, 1, 0, nan, nan])


def test_childhood():
    answer = childhood(
        upcr_mg_mmol=np.array([0.5, 0.51, 1.0, 1.1, 1.1, 2.0]) * 113.12,
        upcr_baseline_mg_mmol=np.array([0.1, 0.1, 0.5, 0.5, 0.6, 0.4]) * 113.12,
        last_response=[2, 2, 1, 1, 1, 0],
    )
    assert_array_equal(answer.any_grade, [0, 1, 0, 1, 0, nan])
