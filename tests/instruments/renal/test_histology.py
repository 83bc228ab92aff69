"""Classes of lupus nephritis as reported and as counted, and the NIH indices."""

from types import MappingProxyType

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.renal.histology import (
    LESIONS,
    Reading,
    class_from_counts,
    lesion_score,
    nih_indices,
    read_biopsy,
    read_class,
)
from equipoise.instruments.renal.histology.nih import FORM

nan = float("nan")


class TestReported:
    @pytest.mark.parametrize(
        ("text", "classes", "activity", "pattern"),
        [
            ("I", ("I",), "", ""),
            ("VI", ("VI",), "", ""),
            ("III (A/C)", ("III",), "A/C", ""),
            ("IV-S(C)", ("IV",), "C", "S"),
            ("IV-G (A) + V", ("IV", "V"), "A", "G"),
            ("III + V", ("III", "V"), "", ""),
        ],
    )
    def test_isn_rps_2003(self, text, classes, activity, pattern):
        reading = read_class(text, scheme="isn_rps_2003")
        assert reading == Reading(classes=classes, activity=activity, pattern=pattern)

    @pytest.mark.parametrize(
        ("text", "classes"),
        [
            ("Ia", ()),
            ("I", ("I",)),
            ("Ib", ("I",)),
            ("IIb", ("II",)),
            ("IIIa", ("III",)),
            ("IVb", ("IV",)),
            ("IV", ("IV",)),
            ("Va", ("V",)),
            ("Vb", ("V",)),
            ("Vc", ("III", "V")),
            ("Vd", ("IV", "V")),
            ("VI", ("VI",)),
        ],
    )
    def test_from_who_1982(self, text, classes):
        assert read_class(text, scheme="who_1982").classes == classes

    @pytest.mark.parametrize("text", ["Vc", "Vd"])
    def test_who_1995_has_no_vc_and_vd(self, text):
        with pytest.raises(DataError, match="who_1995"):
            read_class(text, scheme="who_1995")

    @pytest.mark.parametrize(
        ("text", "scheme"),
        [
            ("IIIc", "who_1982"),
            ("IVd", "who_1982"),
            ("III (C)", "isn_rps_2003"),
            ("IV (C)", "isn_rps_2003"),
            ("IV-S (C)", "isn_rps_2003"),
            ("IV-G (C)", "isn_rps_2003"),
        ],
    )
    def test_classes_that_trials_of_proliferative_nephritis_leave_out(self, text, scheme):
        biopsy = read_biopsy([text], scheme=scheme)
        assert_array_equal(biopsy.proliferative, [1])
        assert_array_equal(biopsy.chronic_only, [1])

    def test_a_report_without_letters_does_not_say_whether_disease_is_active(self):
        biopsy = read_biopsy(["III", "III (A)", "II"])
        assert_array_equal(biopsy.chronic_only, [nan, 0, 0])

    def test_flags_of_the_classification_criteria(self):
        biopsy = read_biopsy(["II", "V", "III + V", "IV-G (A)", "I", "VI", None])
        assert_array_equal(biopsy.class_ii_v, [1, 1, 0, 0, 0, 0, nan])
        assert_array_equal(biopsy.class_iii_iv, [0, 0, 1, 1, 0, 0, nan])
        assert biopsy.isn_rps.tolist() == ["II", "V", "III + V", "IV", "I", "VI", None]
        assert_array_equal(biopsy.classes[2], [0, 0, 1, 0, 1, 0])

    @pytest.mark.parametrize(
        ("text", "scheme"),
        [
            ("VII", "isn_rps_2003"),
            ("II (A)", "isn_rps_2003"),
            ("III-S", "isn_rps_2003"),
            ("II + V", "isn_rps_2003"),
            ("III + IV", "isn_rps_2003"),
            ("V (C)", "isn_rps_2003"),
            ("IV-G", "isn_rps_2018"),
            ("III (A)", "isn_rps_2018"),
            ("III + V", "who_1982"),
            ("IIc", "who_1982"),
        ],
    )
    def test_what_a_scheme_does_not_have_is_refused(self, text, scheme):
        with pytest.raises(DataError, match=scheme):
            read_class(text, scheme=scheme)

    def test_all_wrong_classes_are_told_together(self):
        with pytest.raises(DataError) as caught:
            read_biopsy(["III", "X", "IX", "X"])
        assert len(caught.value.faults) == 2

    def test_the_table_flags_few_glomeruli(self):
        answer = find_instrument("renal_histology").score(
            {"biopsy_class": ["IVc", "Ia", None], "glomeruli": [9, 10, None]},
            parameters={"scheme": "who_1982"},
        )
        assert answer["isn_rps"].tolist() == ["IV", "none", None]
        assert_array_equal(answer["few_glomeruli"], [1, 0, nan])


class TestCounted:
    BIOPSY = MappingProxyType(
        {
            "glomeruli": 20,
            "glomeruli_involved": 0,
            "glomeruli_segmental": 0,
            "glomeruli_sclerosed": 0,
            "residual_activity": 0,
            "membranous": 0,
            "mesangial_hypercellularity": 0,
            "mesangial_deposits": 0,
            "active_lesions": 0,
            "chronic_lesions": 0,
        }
    )

    @pytest.mark.parametrize(
        ("seen", "expected"),
        [
            ({}, "none"),
            ({"mesangial_deposits": 1}, "I"),
            ({"mesangial_deposits": 1, "mesangial_hypercellularity": 1}, "II"),
            ({"glomeruli_involved": 9, "glomeruli_segmental": 9, "active_lesions": 1}, "III (A)"),
            # exactly half is diffuse
            ({"glomeruli_involved": 10, "glomeruli_segmental": 9, "active_lesions": 1}, "IV-S (A)"),
            (
                {"glomeruli_involved": 18, "glomeruli_segmental": 2, "chronic_lesions": 1},
                "IV-G (C)",
            ),
            ({"glomeruli_involved": 18, "glomeruli_segmental": 9}, "IV-S/G"),
            ({"membranous": 1, "mesangial_hypercellularity": 1}, "V"),
            (
                {
                    "membranous": 1,
                    "glomeruli_involved": 3,
                    "active_lesions": 1,
                    "chronic_lesions": 1,
                },
                "III (A/C) + V",
            ),
            ({"glomeruli_sclerosed": 18, "glomeruli_involved": 20}, "VI"),
            ({"glomeruli_sclerosed": 17, "glomeruli_involved": 20}, "IV-G"),
            (
                {"glomeruli_sclerosed": 18, "glomeruli_involved": 20, "residual_activity": 1},
                "IV-G",
            ),
        ],
    )
    def test_isn_rps_2003(self, seen, expected):
        assert class_from_counts(**self.BIOPSY | seen).text.item() == expected

    def test_the_revision_of_2018_writes_the_class_alone(self):
        seen = {"glomeruli_involved": 18, "glomeruli_segmental": 2, "active_lesions": 1}
        assert class_from_counts(**self.BIOPSY | seen, revision="2018").text.item() == "IV"

    def test_what_was_counted_can_be_read_back(self):
        counted = class_from_counts(
            **self.BIOPSY
            | {
                "glomeruli_involved": [3, 12, 20],
                "glomeruli_segmental": [0, 12, 0],
                "active_lesions": [1, 0, 1],
                "chronic_lesions": [0, 1, 1],
            }
        )
        read = read_biopsy(counted.text)
        assert_array_equal(read.classes, counted.classes)

    def test_unknown_counts(self):
        counted = class_from_counts(**self.BIOPSY | {"glomeruli_involved": nan})
        assert counted.text.item() is None
        assert_array_equal(counted.classes, [0, 0, nan, nan, 0, 0])
        assert counted.missing["glomeruli_involved"]

    def test_a_part_larger_than_its_whole_is_refused(self):
        with pytest.raises(DataError) as caught:
            class_from_counts(**self.BIOPSY | {"glomeruli_involved": 21, "glomeruli_segmental": 22})
        assert [fault.where for fault in caught.value.faults] == [
            "glomeruli_involved",
            "glomeruli_segmental",
        ]

    def test_an_unknown_revision_is_refused(self):
        with pytest.raises(DataError, match="revision"):
            class_from_counts(**self.BIOPSY, revision="2019")


class TestNih:
    def test_the_maxima(self):
        answer = nih_indices(np.full(10, 3))
        assert (answer.activity, answer.chronicity) == (24, 12)

    def test_each_lesion_adds_its_own(self):
        answer = nih_indices(np.eye(10))
        assert answer.activity.tolist() == [1, 1, 2, 1, 2, 1, 0, 0, 0, 0]
        assert answer.chronicity.tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]

    def test_only_necrosis_and_cellular_crescents_count_twice(self):
        doubled = {lesion.name for lesion in LESIONS if lesion.weight == 2}
        assert doubled == {"fibrinoid_necrosis", "cellular_fibrocellular_crescents"}

    def test_an_unknown_lesion_leaves_bounds_and_the_other_index(self):
        answer = nih_indices(FORM.array({"fibrinoid_necrosis": nan}, unlisted=1))
        assert np.isnan(answer.activity)
        assert (answer.activity_lower, answer.activity_upper) == (6, 12)
        assert answer.chronicity == 4
        assert answer.missing.sum() == 1

    @pytest.mark.parametrize(
        ("percent", "score"), [(0, 0), (0.5, 1), (24.9, 1), (25, 2), (50, 2), (50.1, 3), (100, 3)]
    )
    def test_the_score_of_a_lesion(self, percent, score):
        assert lesion_score(percent) == score

    def test_an_unknown_share_has_no_score(self):
        assert np.isnan(lesion_score(nan))

    def test_what_is_refused(self):
        with pytest.raises(DataError, match="fibrinoid_necrosis: 4; wanted 0, 1, 2, 3 or NaN"):
            nih_indices(FORM.array({"fibrinoid_necrosis": 4}, unlisted=0))
        with pytest.raises(DataError, match="last axis of 10 items"):
            nih_indices(np.zeros(9))
        with pytest.raises(DataError, match="percent: 101"):
            lesion_score(101)
