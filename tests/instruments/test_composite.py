"""What composites tell: grades, limbs that failed, inputs that were missing."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments.columns import FLAG, Column
from equipoise.instruments.composite import (
    conjunction,
    graded,
    name_failed,
    name_missing,
    read_fields,
    read_setting,
    words_of,
)

nan = float("nan")
AGE = Column(name="age", meaning="age", unit="years", lowest=0, highest=130)
IS_ILL = Column(name="is_ill", meaning="ill", codes=FLAG)


def test_a_conjunction_names_what_failed_and_what_was_missing():
    answer = conjunction(
        {"a": [1, 0, nan, 0], "b": [1, 1, 1, nan]},
        inputs={"x": np.array([1.0, 2.0, nan, 4.0]), "y": np.array([1.0, 1.0, 1.0, nan])},
        parameters={"rule": "r"},
    )
    assert_array_equal(answer.met, [1, 0, nan, 0])
    assert name_failed(answer.limbs).tolist() == ["", "a", "", "a"]
    assert name_missing(answer.missing).tolist() == ["", "", "x", "y"]
    assert answer.parameters == {"rule": "r"}


def test_answers_cannot_be_changed():
    answer = conjunction({"a": 1.0}, inputs={"x": np.array(1.0)}, parameters={})
    with pytest.raises(TypeError):
        answer.limbs["a"] = 0
    with pytest.raises(AttributeError):
        answer.met = 0


def test_whoever_reaches_a_higher_grade_has_reached_the_lower_one():
    answer = graded(
        {"partial": [0, nan, 1, 0, nan], "complete": [1, 1, 0, 0, 0]},
        limbs={},
        inputs={"x": np.zeros(5)},
        parameters={},
    )
    assert_array_equal(answer.grades["partial"], [1, 1, 1, 0, nan])
    assert_array_equal(answer.level, [2, 2, 1, 0, nan])
    assert answer.words.tolist() == ["complete", "complete", "partial", "none", None]
    assert_array_equal(answer.any_grade, [1, 1, 1, 0, nan])


def test_a_known_response_of_unknown_grade_stays_a_response():
    answer = graded(
        {"partial": 1.0, "complete": nan}, limbs={}, inputs={"x": np.zeros(())}, parameters={}
    )
    assert answer.any_grade == 1
    assert np.isnan(answer.level)
    assert answer.words.item() is None


def test_words_of_levels():
    assert words_of(np.array([[0, 1], [2, nan]]), ("a", "b", "c")).tolist() == [
        ["a", "b"],
        ["c", None],
    ]


def test_all_faults_of_all_fields_are_told_together():
    with pytest.raises(DataError) as caught:
        read_fields((AGE, IS_ILL), {"age": [20, 200, 300], "is_ill": [0.5]})
    assert str(caught.value) == (
        "age: 200 and 1 more; wanted 0 to 130 or NaN\nis_ill: 0.5; wanted 0, 1 or NaN"
    )


def test_what_is_no_number_is_told():
    with pytest.raises(DataError, match="age: 'old'; wanted numbers"):
        read_fields((AGE,), {"age": "old"})


def test_fields_come_back_with_one_shape():
    given = read_fields((AGE, IS_ILL), {"age": [[20], [30]], "is_ill": [0, 1, None]})
    assert given["age"].shape == given["is_ill"].shape == (2, 3)
    with pytest.raises(DataError, match=r"age \(2,\), is_ill \(3,\)"):
        read_fields((AGE, IS_ILL), {"age": [20, 30], "is_ill": [0, 1, 1]})


@pytest.mark.parametrize("value", [-0.1, 1.1, nan, [0.1, 0.2], "much"])
def test_a_parameter_outside_its_range_is_refused(value):
    with pytest.raises(DataError, match="share"):
        read_setting("share", value, lowest=0, highest=1)
