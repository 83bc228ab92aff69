import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.simulate.slot import SLOTS, Draws, Stream, exponential, normal, uniform_at

# The table as released: a slot may be appended, never moved.
RELEASED = {
    Stream.PERSON: "age sex weight nephritis_class severity renal serological haematological "
    "extrarenal response_class response_depth response_speed damage flare_size urine_rbc urine_wbc "
    "albumin c3 c4 anti_dsdna wbc platelets haemoglobin prednisone vasculitis arthritis myositis "
    "rash alopecia mucosal_ulcers pleurisy pericarditis fever",
    Stream.VISIT: "shared renal serological haematological extrarenal protein_24h urine_rbc "
    "urine_wbc urinary_casts creatinine albumin c3 c4 anti_dsdna wbc platelets haemoglobin pga",
    Stream.CLOCK: "relapse infection death vascular drop_out infection_fatal infection_fatal_delay "
    "vascular_fatal drop_out_reason seizure psychosis organic_brain_syndrome visual_disturbance "
    "cranial_nerve_disorder lupus_headache cva seizure_length psychosis_length "
    "organic_brain_syndrome_length visual_disturbance_length cranial_nerve_disorder_length "
    "lupus_headache_length cva_length",
    Stream.SIGN: "vasculitis arthritis myositis rash alopecia mucosal_ulcers pleurisy pericarditis "
    "fever",
    Stream.CONDUCT: "day missed panel_missing which_panel",
    Stream.ADVERSE_EVENT: "gap term grade length related serious occurs",
    Stream.SITE: "rate effect opening",
}


def draws(n=6):
    return Draws(
        seed=7, trial=np.arange(n) // 2, subject=np.arange(n) % 2, attempt=np.arange(n) % 3
    )


def test_slots_are_only_appended():
    for stream, names in RELEASED.items():
        released = names.split()
        assert list(SLOTS[stream][: len(released)]) == released


def test_numbers_of_streams_do_not_change():
    assert {one.name: int(one) for one in Stream} == {
        "PERSON": 1, "VISIT": 2, "CLOCK": 3, "SIGN": 4, "CONDUCT": 5, "DIRT": 6,
        "ADVERSE_EVENT": 7, "SITE": 10, "ARRIVAL": 11, "ALLOCATION": 12,
    }  # fmt: skip


def test_no_slot_stands_twice():
    for names in SLOTS.values():
        assert len(set(names)) == len(names)


def test_any_variate_can_be_rebuilt_alone():
    table = draws().table(Stream.VISIT, places=np.array([0, 3, 128]))
    for person in range(6):
        for column, place in enumerate((0, 3, 128)):
            for slot in ("shared", "c3", "pga"):
                alone = uniform_at(
                    slot, seed=7, trial=person // 2, subject=person % 2, attempt=person % 3,
                    stream=Stream.VISIT, place=place,
                )  # fmt: skip
                assert table[slot][person, column] == alone


def test_slots_without_names_are_counted():
    whole = draws().count(Stream.ARRIVAL, slots=20)
    assert_array_equal(draws().count(Stream.ARRIVAL, slots=9), whole[:, :9])
    assert len(np.unique(whole)) == whole.size


def test_transforms():
    uniform = (np.arange(1000) + 0.5) / 1000
    assert_allclose(normal(np.array([0.5, 0.975])), [0, 1.959963984540054], atol=1e-12)
    assert_allclose(exponential(np.array([1 - np.exp(-2)])), [2])
    assert (np.diff(normal(uniform)) > 0).all()
    assert_allclose(exponential(uniform).mean(), 1, atol=2e-3)
