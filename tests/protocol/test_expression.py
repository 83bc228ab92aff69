from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import ProtocolError
from equipoise.protocol import Scope, Symbol, Value, compile_expression

NAN = np.nan
SCOPE = Scope(
    {
        "x": Symbol("number", "subject"),
        "y": Symbol("number", "subject"),
        "p": Symbol("yes_no", "subject"),
        "q": Symbol("yes_no", "subject"),
        "sex": Symbol("category", "subject", ("F", "M")),
        "site": Symbol("category", "subject", None),
        "lab": Symbol("number", "visit"),
        "start": Symbol("number", "event"),
    },
    ("W0", "W1", "W2"),
    "W0",
)


class World:
    """Two subjects of one trial, three visits, three events."""

    arrays: ClassVar = {
        "x": [[1.0, NAN]], "y": [[2.0, 3.0]], "p": [[1.0, NAN]], "q": [[NAN, 0.0]],
        "sex": [[0.0, 1.0]], "site": [[1.0, NAN]],
        "lab": [[[10.0, 5.0, NAN], [8.0, NAN, 4.0]]], "start": [1.0, 2.0, NAN],
    }  # fmt: skip

    def lookup(self, name):
        symbol = SCOPE.symbols[name]
        levels = {"sex": ("F", "M"), "site": ("A", "B")}.get(name, ())
        return Value(symbol.kind, symbol.level, np.array(self.arrays[name]), levels)

    def visit_index(self, visit):
        return SCOPE.visits.index(visit)

    def event_owner(self):
        return np.array([0, 0, 0]), np.array([0, 1, 1])


def evaluate(text):
    levels = ("constant", "subject", "visit", "event")
    return compile_expression(text, SCOPE, where="test", levels=levels).evaluate(World())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x + 2 * y", [[5, NAN]]),
        ("-x / 0", [[NAN, NAN]]),
        ("x < y", [[1, NAN]]),
        ("0 < x <= 1", [[1, NAN]]),
        ("p and q", [[NAN, 0]]),
        ("p or q", [[1, NAN]]),
        ("not q", [[NAN, 1]]),
        ("sex == 'F'", [[1, 0]]),
        ("sex != 'F'", [[0, 1]]),
        ("sex in ['F', 'M']", [[1, 1]]),
        ("site == 'B'", [[1, NAN]]),
        ("site == 'nowhere'", [[0, NAN]]),
        ("site not in ['A']", [[1, NAN]]),
        ("known(x)", [[1, 0]]),
        ("missing(lab)", [[[0, 0, 1], [0, 1, 0]]]),
        ("x if known(x) else y", [[1, 3]]),
        ("lab@W1", [[5, NAN]]),
        ("lab@baseline", [[10, 8]]),
        ("baseline(lab)", [[10, 8]]),
        ("change(lab)", [[[0, -5, NAN], [0, NAN, -4]]]),
        ("percent_change(lab)@W2", [[NAN, -50]]),
        ("any_visit(lab < 5)", [[NAN, 1]]),
        ("any_visit(lab < 5, W0, W1)", [[0, NAN]]),
        ("all_visits(lab > 3)", [[NAN, NAN]]),
        ("count_visits(lab > 4)", [[2, 1]]),
        ("mean_visits(lab)", [[7.5, 6]]),
        ("lowest_visit(lab)", [[5, 4]]),
        ("first_visit(lab, W1, W2)", [[5, 4]]),
        ("last_visit(lab)", [[5, 4]]),
        ("start >= y", [0, 0, NAN]),
        ("lowest(x, y)", [[1, NAN]]),
        ("only(y, p)", [[2, NAN]]),
        ("only(y, q)", [[NAN, NAN]]),
        ("only(lab, lab < 9)", [[[NAN, 5, NAN], [8, NAN, 4]]]),
        ("only(lab, x < 5)", [[[10, 5, NAN], [NAN, NAN, NAN]]]),
        ("first_visit(only(lab, lab < 8))", [[5, 4]]),
        ("previous(lab)", [[[NAN, 10, 5], [NAN, 8, 8]]]),
        ("so_far(lab < 6)", [[[0, 1, 1], [0, NAN, 1]]]),
        ("log(x - 1)", [[NAN, NAN]]),
        ("10 ** 400", NAN),
        ("1 / (x - 1) > 0.2", [[NAN, NAN]]),
        ("known(1 / 0)", 0),
        ("known(exp(y * 1000))", [[0, 0]]),
        ("missing(1 / (x - 1)) and p", [[1, NAN]]),
        ("5 if 1 / 0 > 1 else 6", NAN),
        ("count_visits(1 / (lab - 10) < 1)", [[1, 2]]),
        ("any_visit(1e300 * lab * 1e300 > 1)", [[NAN, NAN]]),
        ("first_visit(1 / (lab - 10))", [[-0.2, -0.5]]),
        ("highest(1 / 0, 2)", NAN),
        ("known(mean_visits(lab * 1.7e307))", [[0, 0]]),
        ("0 ** -1 == 0 ** -1", NAN),
    ],
)
def test_three_valued_answers(text, wanted):
    value = evaluate(text)
    assert_array_equal(value.array, np.array(wanted, dtype=float))


def test_a_choice_of_texts_is_a_category():
    value = evaluate("'low' if y < 2.5 else 'high'")
    assert [value.levels[int(code)] for code in value.array[0]] == ["low", "high"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("z + 1", "unknown name 'z'"),
        ("x and p", "a number in 'x and p'; wanted a condition"),
        ("x == 'F'", "compares a number with a text"),
        ("sex == 'X'", "code 'X'.*wanted one of F, M"),
        ("lab + start", "mixes visits and events"),
        ("lab@W9", "visit 'W9' is not scheduled"),
        ("x@W1", "wanted a value of visits before @"),
        ("[x]", "a list"),
        ("x.real", "attribute"),
        ("(lambda: 1)()", "lambda"),
        ("__import__('os')", "wanted one of known"),
        ("x +", "cannot be read"),
        ("x > 1if p else p", "cannot be read"),
        (r"sex == '\d'", "cannot be read"),
        ("mean_visits(lab, W1)", r"mean_visits\(value\) or"),
        ("known(x, y)", "2 arguments"),
        ("only(x, y)", "a number in 'only.x, y.'; wanted a condition"),
        ("previous(x)", "wanted a value of visits in it"),
        ("so_far(lab)", "wanted a condition"),
        ("(" * 100 + "x" + ")" * 100, "x"),
        ("-" * 60 + "x", "levels of nesting"),
        ("x + " * 900 + "x", "2,000|characters"),
        ("9" * 400, "a number too large in '999.*wanted a number below 1.8e308"),
        ("x > 1e400", "a number too large"),
        ("lowest_visit(lab, W2, W0)", "ends before it begins; wanted the earlier visit first"),
        ("any_visit(lab > 1, W1, baseline)", "ends before it begins"),
        ("1j", "a number, a text"),
    ],
)
def test_what_the_language_does_not_have_is_a_fault(text, message):
    if text.startswith("((("):
        assert evaluate(text).kind == "number"
        return
    with pytest.raises(ProtocolError, match=message):
        evaluate(text)


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_a_fault(text):
    try:
        kind = compile_expression(text, SCOPE, where="test").kind
    except ProtocolError:
        kind = "fault"
    assert kind in ("number", "category", "yes_no", "text", "fault")


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False))
def test_no_answer_is_infinite_and_no_comparison_sees_infinity(x, y):
    scope = Scope(
        {"x": Symbol("number", "subject"), "y": Symbol("number", "subject")}, ("W0",), "W0"
    )

    class Pair:
        def lookup(self, name):
            return Value("number", "subject", np.array([[{"x": x, "y": y}[name]]]))

    for text in ("x / y", "x * y", "x ** y", "exp(x) - y", "x + x"):
        number = compile_expression(text, scope, where="").evaluate(Pair()).array
        above = compile_expression(f"{text} > 0.2", scope, where="").evaluate(Pair()).array
        assert not np.isinf(number).any()
        assert np.isnan(above).any() == np.isnan(number).any()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("any_visit(lab < 5)", [[0, NAN]]),
        ("all_visits(lab > 3)", [[NAN, 1]]),
        ("any_visit(lab < 5, W1, W1)", [[0, NAN]]),
    ],
)
def test_over_visits_asks_only_those_at_which_the_condition_is_assessed(text, wanted):
    visits = ("W0", "W1") if text.startswith("any_visit(lab < 5)") else ("W0", "W2")
    scope = replace(SCOPE, assessed={"lab": visits})
    answer = compile_expression(text, scope, where="test").evaluate(World()).array
    assert_array_equal(answer, wanted)
