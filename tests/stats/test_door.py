from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.stats import binary
from equipoise.stats.door import Door


def test_all_faults_come_together_and_name_their_argument():
    door = Door()
    door.numbers("size", [1.5, 2], low=0, whole=True)
    door.numbers("rate", "many")
    door.numbers("table", 3.0, core=2)
    door.level("alpha", 1.0)
    door.choice("method", "hom", ("holm", "hommel"))
    with pytest.raises(DataError) as caught:
        door.close()
    assert [fault.where for fault in caught.value.faults] == [
        "size",
        "rate",
        "table",
        "alpha",
        "method",
    ]
    assert "1.5; wanted finite whole numbers in [0, inf]" in str(caught.value)
    assert "did you mean 'holm'?" in str(caught.value)


def test_ranges_are_open_or_closed_as_asked():
    for value, options in (
        (0.0, {"low": 0, "open_low": True}),
        (1.0, {"high": 1, "open_high": True}),
        (np.inf, {}),
        (np.nan, {}),
        (np.nan, {"infinite": True}),
    ):
        door = Door()
        door.numbers("x", value, **options)
        with pytest.raises(DataError, match="x: "):
            door.close()
    door = Door()
    door.numbers("x", [0.0, 1.0, np.nan], low=0, high=1, nan=True)
    door.numbers("y", [np.inf, 1.0, 2.0], infinite=True)
    assert door.close() == (3,)


def test_leading_shapes_are_joined_without_the_core():
    door = Door()
    door.numbers("x", np.zeros((4, 1, 7)), core=1)
    door.numbers("y", np.zeros((3, 7, 7)), core=2)
    assert door.close() == (4, 3)
    door.numbers("z", np.zeros((2, 5, 7)), core=1)
    with pytest.raises(DataError, match="arrays that broadcast together"):
        door.close()


def test_lengths_of_last_axes():
    door = Door()
    door.same_length(x=np.zeros((3, 2)), y=np.zeros(2))
    door.close()
    door.same_length(x=np.zeros((3, 2)), y=np.zeros(3))
    with pytest.raises(DataError, match="x 2, y 3; wanted last axes of one length"):
        door.close()


def test_what_subjects_bring_is_read_by_kind():
    door = Door()
    assert np.isnan(door.responses("response", [1.0, np.nan])).tolist() == [False, True]
    assert door.codes("group", [0, 2, -1], levels=3).dtype == np.int64
    assert door.codes("factors", [[0, 1]], levels=[2, 2], core=1).shape == (1, 2)
    assert door.flags("treated", [0, 1]).dtype == np.bool_
    assert door.counts("n", 3).shape == ()
    assert np.isnan(door.spreads("sd", np.nan))
    assert door.number_of("groups", 2, least=2) == 2


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda door: door.responses("y", [np.inf]), "y: an infinite number"),
        (lambda door: door.responses("y", [1e200]), r"y: 1e\+200; wanted numbers up to 1e\+150"),
        (lambda door: door.responses("y", 1.0), "y: shape .* at least 1 axes"),
        (lambda door: door.responses("y", [1.0], core=1), "y: shape .* at least 2 axes"),
        (lambda door: door.responses("y", "many"), "y: 'many'"),
        (lambda door: door.spreads("sd", [1.0, -1.0]), "sd: a negative"),
        (lambda door: door.counts("n", [1, 2.5, -1]), r"n: 2.5 \(2 of 3\)"),
        (lambda door: door.counts("n", np.nan), "n: nan"),
        (lambda door: door.counts("n", np.inf), "n: inf"),
        (lambda door: door.codes("group", [0, 3], levels=3), "group: 3; wanted .* 0 to 2"),
        (lambda door: door.codes("group", np.nan, levels=3), "group: nan"),
        (lambda door: door.codes("factors", [[0]], levels=[2, 2], core=1), "a last axis of 2"),
        (lambda door: door.flags("treated", [0.5]), "treated: "),
        (lambda door: door.number_of("groups", 1, least=2), "groups: 1; wanted .* 2 or more"),
    ],
)
def test_each_kind_refuses_what_it_is_not(read, message):
    door = Door()
    read(door)
    with pytest.raises(DataError, match=message):
        door.close()


@pytest.mark.parametrize("level", ["0.95", None, 0, 1, np.nan, [0.9], 1 + 0.5j])
def test_a_level_is_a_number_between_0_and_1(level):
    door = Door()
    door.level("confidence", level)
    with pytest.raises(DataError, match=r"confidence: .*; wanted a number between 0 and 1"):
        door.close()


def test_counts_beyond_the_whole_floats_are_refused():
    door = Door()
    assert door.counts("x", [0, 2**53]).tolist() == [0, 2**53]
    door.counts("n", 1e300)
    with pytest.raises(DataError, match=r"n: 1e\+300 .*; wanted whole numbers .* up to 2\*\*53"):
        door.close()


@pytest.mark.parametrize("came", ["two", None, [], float("nan"), float("inf"), 1e300, 2.5, 1, 2j])
def test_a_number_of_groups_is_whole_and_large_enough(came):
    door = Door()
    assert door.number_of("groups", came, least=2) == 2
    with pytest.raises(DataError, match=r"groups: .*; wanted a whole number, 2 or more"):
        door.close()


def test_truths_of_rows_of_different_length_are_refused():
    door = Door()
    door.flags("treated", [[1, 0], [1]])
    with pytest.raises(DataError, match=r"treated: .*; wanted true or false"):
        door.close()


@pytest.mark.parametrize("as_numpy", [np.float64, np.float32, np.asarray])
def test_a_number_of_numpy_is_a_number(as_numpy):
    door = Door()
    assert door.level("confidence", as_numpy(0.75)) == 0.75
    assert door.number("margin", as_numpy(-0.5)) == -0.5
    assert door.number("size", as_numpy(30), low=1, whole=True) == 30
    assert door.number_of("groups", as_numpy(3), least=2) == 3
    assert door.choice("sides", as_numpy(2), (1, 2))
    door.close()


@pytest.mark.parametrize("as_numpy", [np.int64, np.uint8, np.asarray])
def test_a_whole_number_of_numpy_is_a_place(as_numpy):
    door = Door()
    assert door.place("look", as_numpy(1), size=3) == 1
    assert door.number_of("groups", as_numpy(3), least=2) == 3
    door.close()


def test_truths_of_numpy_and_whole_numbers_are_truths():
    door = Door()
    assert door.switch("continuity", np.True_)
    assert not door.switch("equal_variance", np.array(False))
    assert door.flags("treated", np.array([0, 1], dtype=np.int8)).tolist() == [False, True]
    door.close()


def test_an_array_of_one_text_is_no_choice():
    door = Door()
    assert not door.choice("method", np.array("holm"), ("holm", "hommel"))


@pytest.mark.parametrize(
    "limits",
    [
        binary.risk_difference_wald,
        binary.risk_difference_newcombe,
        binary.risk_difference_miettinen_nurminen,
        binary.odds_ratio_woolf,
        binary.risk_ratio_koopman,
    ],
)
def test_closed_forms_have_no_largest_number_of_subjects(limits):
    few = limits(x1=40, n1=100, x0=30, n0=100)
    many = limits(x1=4 * 10**8, n1=10**9, x0=3 * 10**8, n0=10**9)
    assert many.estimate == pytest.approx(few.estimate, rel=1e-12)
    assert few.ci_low < many.ci_low < many.estimate < many.ci_high < few.ci_high
