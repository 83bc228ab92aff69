"""The record of an instrument: shown as data, scored by column names."""

from itertools import chain

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import INSTRUMENTS, form
from equipoise.instruments.form import Column, Form, Instrument, Item, Rule, Status

DOUBLE = Instrument(
    id="double",
    title="Twice",
    purpose="multiply",
    inputs=(
        Column(name="x", meaning="a number", lowest=0, highest=10, is_required=True),
        Column(name="y", meaning="another", codes=(0, 1)),
        Column(name="word", meaning="a word", words=("up", "down")),
    ),
    outputs=(Column(name="z", meaning="product"), Column(name="text", meaning="", is_text=True)),
    rules=(
        Rule(id="n", text="", source="", status=Status.MEMORY, parameter="n", default=2.0),
        Rule(
            id="how",
            text="",
            source="",
            status=Status.DISPUTED,
            parameter="how",
            default="plain",
            choices=("plain", "sign"),
        ),
        Rule(id="on", text="", source="", status=Status.CONFIRMED, parameter="on", default=True),
        Rule(id="fixed", text="", source="", status=Status.CONFIRMED),
    ),
    sources=(),
    scorer=lambda columns, settings: {
        "z": columns["x"] * settings["n"] * (-1 if settings["how"] == "sign" else 1) + columns["y"],
        "text": np.where(columns["word"] == "up", "rising", None)
        if settings["on"]
        else columns["word"],
    },
)


def test_columns_are_broadcast_and_what_is_left_out_is_unknown():
    answer = DOUBLE.score({"x": [[1, 2], [3, 4]], "y": [0, 1]})
    assert_array_equal(answer["z"], [[2, 5], [6, 9]])
    assert answer["text"].tolist() == [[None, None], [None, None]]
    assert_array_equal(DOUBLE.score({"x": [1.0, 2.0]})["z"], [np.nan, np.nan])


def test_a_single_row_and_no_row():
    assert DOUBLE.score({"x": 3, "y": 0})["z"].shape == ()
    assert DOUBLE.score({"x": [], "y": 0})["z"].shape == (0,)


def test_a_long_table_in_pieces_is_the_same(monkeypatch):
    table = {"x": np.arange(10.0), "y": np.ones(10), "word": ["up", "down"] * 5}
    whole = DOUBLE.score(table)
    monkeypatch.setattr(form, "_ROWS", 3)
    pieces = DOUBLE.score(table)
    assert_array_equal(pieces["z"], whole["z"])
    assert pieces["text"].tolist() == whole["text"].tolist()


def test_parameters_may_come_as_text():
    answer = DOUBLE.score({"x": 1, "y": 0}, parameters={"n": "3", "how": "sign", "on": "False"})
    assert answer["z"] == -3
    assert DOUBLE.parameters == {"n": 2.0, "how": "plain", "on": True}


def test_wrong_parameters_are_all_told():
    with pytest.raises(DataError) as caught:
        DOUBLE.score({"x": 1}, parameters={"n": "many", "how": "sine", "on": "maybe"})
    assert [fault.where for fault in caught.value.faults] == ["n", "how", "on"]
    with pytest.raises(DataError, match="double: parameter: 'm'"):
        DOUBLE.score({"x": 1}, parameters={"m": 1})


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "nan", [1], None])
def test_a_number_outside_its_ends_is_no_parameter(value):
    with pytest.raises(DataError, match=r"n: .*; wanted a number from 0 up"):
        DOUBLE.score({"x": 1}, parameters={"n": value})
    rule = Rule(
        id="m",
        text="",
        source="",
        status=Status.MEMORY,
        parameter="m",
        default=2,
        lowest=1,
        highest=9,
    )
    assert rule.read("9") == 9
    with pytest.raises(DataError, match="m: 0; wanted a number from 1 to 9"):
        rule.read(0)


def test_wrong_columns_and_values_are_all_told():
    with pytest.raises(DataError) as caught:
        DOUBLE.score({"y": 2, "wort": ["up"], "word": ["left"]})
    message = str(caught.value)
    assert len(caught.value.faults) == 4
    assert "double: no column 'x'; wanted a number" in message
    assert "y: 2; wanted 0, 1 or NaN" in message
    assert "column 'wort'; wanted a column of the instrument; did you mean 'word'?" in message
    assert "word: 'left'; wanted up or down" in message


def test_columns_of_other_lengths_are_refused():
    with pytest.raises(DataError, match=r"x \(2,\), y \(3,\)"):
        DOUBLE.score({"x": [1, 2], "y": [0, 1, 0]})


def test_a_form_finds_places_masks_and_stacks_values():
    sheet = Form(
        id="sheet",
        title="",
        source="",
        items=(Item("a", weight=2, system="s"), Item("b", weight=1, system="t")),
    )
    assert sheet.place("b") == 1
    assert sheet.systems == ("s", "t")
    assert_array_equal(sheet.of_system("t"), [False, True])
    assert_array_equal(sheet.weights, [2, 1])
    assert_array_equal(sheet.array({"b": [1, 0]}), [[np.nan, 1], [np.nan, 0]])
    assert_array_equal(sheet.array({"b": 1}, unlisted=0), [0, 1])
    with pytest.raises(DataError, match="sheet: 'c'; wanted a, b"):
        sheet.array({"c": 1})


def unknowns(instrument):
    """A table of three rows of which nothing is known."""
    return {
        column.name: np.full(3, None if column.holds_text else np.nan)
        for column in instrument.inputs
    }


def test_a_number_of_a_rule_may_have_to_be_whole_or_between_its_ends():
    whole = Rule(id="x", text="", source="", status=Status.MEMORY, parameter="x", default=4.0,
                 lowest=4, highest=8, is_whole=True)  # fmt: skip
    assert [whole.read(value) for value in (4, "6", 8.0)] == [4, 6, 8]
    for value in (4.5, 3, 9, np.nan, np.inf):
        with pytest.raises(DataError, match=r"x: .*; wanted a whole number from 4 to 8"):
            whole.read(value)
    share = Rule(id="s", text="", source="", status=Status.MEMORY, parameter="s", default=0.25,
                 highest=1, is_open=True)  # fmt: skip
    assert share.read(0.999) == 0.999
    for value in (0, 1, -0.1, np.nan):
        with pytest.raises(DataError, match=r"s: .*; wanted a number between 0 and 1"):
            share.read(value)


PAIRS = {"proteinuria_grade_2", "proteinuria_grade_3"}  # the ends of one are where the other is


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda one: one.id)
class TestEveryInstrument:
    def test_names_are_unique_and_described(self, instrument):
        for columns in (instrument.inputs, instrument.outputs):
            names = [column.name for column in columns]
            assert len(set(names)) == len(names)
            assert all(column.meaning for column in columns)
        rules = [rule.id for rule in instrument.rules]
        assert len(set(rules)) == len(rules)
        assert all(rule.text and rule.source for rule in instrument.rules)
        assert instrument.sources

    def test_an_empty_table_of_unknowns_is_scored(self, instrument):
        answer = instrument.score(unknowns(instrument))
        assert list(answer) == [column.name for column in instrument.outputs]
        assert all(values.shape == (3,) for values in answer.values())

    def test_every_parameter_is_taken(self, instrument):
        table = unknowns(instrument)
        choices = chain.from_iterable(
            [(rule.parameter, choice) for choice in rule.choices or (rule.default,)]
            for rule in instrument.rules
            if rule.parameter
        )
        for name, value in choices:
            answer = instrument.score(table, parameters={name: value})
            assert set(answer) == {column.name for column in instrument.outputs}

    def test_the_ends_of_a_number_are_those_that_scoring_takes(self, instrument):
        table = unknowns(instrument)
        unlimited = np.finfo(np.float64).max
        for rule in instrument.rules:
            is_number = isinstance(rule.default, float) and not (rule.choices or rule.reader)
            if not rule.parameter or not is_number or rule.highest == unlimited:
                continue
            if rule.parameter in PAIRS:
                continue
            middle = rule.lowest / 2 + rule.highest / 2
            for end in (rule.lowest, rule.highest):
                inside = end + (middle - end) * 1e-6 if rule.is_open else end
                instrument.score(table, parameters={rule.parameter: inside})
                outside = end + (end - middle)
                with pytest.raises(DataError, match=rule.parameter):
                    instrument.score(table, parameters={rule.parameter: outside})
