"""What YAML can say and a protocol cannot: each a fault at its own line, in plain words."""

import re

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol import load_protocol_file
from support.small import SMALL, small_file, small_protocol

AGE = "range: [16, 65]"
CODES = "codes: [III, IV]"
MERGED = ("    W4: {label: Week 4, day: 28}\n    W12: {label: Week 12, day: 84}\n",
          "    W4: &week {label: Week 4, day: soon}\n    W12:\n      <<: *week\n")  # fmt: skip

FAULTS = {
    "inside a merge": (MERGED, r":13 schedule.visits.W12.day: 'soon'; wanted a whole number"),
    "beside a merge": ((MERGED[0], MERGED[1] + "      labell: x\n"), r":16 schedule.visits.W12.labell: unknown field"),
    "merged from a list": ((MERGED[0], MERGED[1].replace("*week", "[*week]")), r":13 schedule.visits.W12.day: 'soon'"),
    "not a number": (("day: 84", "day: .nan"), r":14 schedule.visits.W12.day: not a number; wanted a finite number"),
    "infinity": ((AGE, "range: [16, .inf]"), r":21 variables.age.range.1: an infinite number"),
    "overflow": ((AGE, "range: [16, 1e400]"), r":21 variables.age.range.1: an infinite number"),
    "many digits": ((AGE, "range: [16, 9999999999999999]"), r":21 variables.age.range.1: a whole number of more than 15 digits"),
    "5000 digits": ((AGE, f"range: [16, {'9' * 5000}]"), r":21: a whole number of 5000 digits; wanted a smaller number"),
    "far day": (("day: 84", "day: 99999999999999999999"), r":14 schedule.visits.W12.day: a whole number of more than 15 digits"),
    "day of the next century": (("day: 84", "day: 36526"), r":14 schedule.visits.W12.day: 36526; wanted less than or equal to 36525"),
    "number as a key": ((CODES, "codes: {1: III, 2: IV}"), r":20 variables.biopsy_class.codes.1: 1 as a key; wanted text as a key: '1' in quotes"),
    "null as a key": ((CODES, "codes: {null: III}"), r":20 variables.biopsy_class.codes: null as a key"),
    "true as a key": ((CODES, "codes: {true: III}"), r":20 .*true as a key"),
    "list as a key": ((CODES, "codes: {[a, b]: III}"), r":20 variables.biopsy_class.codes: a list or mapping as a key"),
    "date as a key": ((CODES, "codes: {2012-01-01: III}"), r":20 .*2012-01-01 as a key"),
    "merged into itself": ((MERGED[0], "    W4: &week\n      <<: *week\n"), r"a mapping merged into itself"),
    "a tag that does not fit": ((AGE, "range: [16, !!bool old]"), r"a value that its tag cannot hold"),
    "nothing where text belongs": (("title: A small trial", "title: null"), r":3 trial.title: nothing; wanted text"),
    "text where a list belongs": ((AGE, "range: wide"), r":21 variables.age.range: 'wide'; wanted a list"),
    "binary": ((CODES, "codes: [!!binary aGVsbG8=]"), r":20 variables.biopsy_class.codes.0: binary data"),
    "tag": ((CODES, "codes: [!mine x]"), r":20 variables.biopsy_class.codes.0: a value with a tag"),
    "half a character": (("title: A small trial", 'title: "\\ud800"'), r":3 trial.title: the character '.ud800'"),
    "a control character": (("title: A small trial", 'title: "\\0"'), r":3 trial.title: the character '.x00'"),
    "depth": ((CODES, f"codes: {'[' * 200}{']' * 200}"), r":20: parts inside parts without end; wanted at most 60 levels"),
    "empty codes": ((CODES, "codes: []"), r":20 variables.biopsy_class.codes: \[\]; wanted one code or more"),
    "null code": ((CODES, "codes: [III, null]"), r":20 .*wanted codes that are text"),
    "code of a decimal": ((CODES, "codes: [1.0, 2.0]"), r":20 .*wanted codes that are text"),
    "code that is true": ((CODES, "codes: [true, false]"), r":20 .*wanted codes that are text"),
    "repeated code": ((CODES, "codes: [III, III]"), r":20 .*wanted each code once; 'III' comes twice"),
    "repeated number and text": ((CODES, 'codes: [3, "3"]'), r":20 .*'3' comes twice"),
    "code with spaces": ((CODES, "codes: [III, ' IV']"), r":20 .*without spaces around them"),
    "key with spaces": ((CODES, "codes: {'IV ': Four}"), r":20 .*without spaces around them"),
    "empty code": ((CODES, "codes: [III, '']"), r":20 .*wanted codes of at least one character"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), FAULTS.values(), ids=FAULTS.keys())
def test_what_a_protocol_cannot_hold_is_a_fault_at_its_line(tmp_path, change, wanted):
    with pytest.raises(ProtocolError) as caught:
        load_protocol_file(small_file(tmp_path, change))
    assert re.search(wanted, str(caught.value)), str(caught.value)
    assert "JSON" not in str(caught.value)


def nested_anchors(inside):
    lines = [f"- &a {inside('x')}"]
    for before, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"- &{name} {inside('*' + before)}")
    return "notes:\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "inside",
    [
        lambda one: "[" + ", ".join([one] * 10) + "]",
        lambda one: "{" + ", ".join(f"k{place}: {one}" for place in range(10)) + "}",
    ],
    ids=["lists", "mappings"],
)
def test_anchors_that_repeat_anchors_end_before_they_fill_the_memory(tmp_path, inside):
    """Written out, the file would have ten thousand million parts."""
    path = tmp_path / "protocol.yaml"
    path.write_text(SMALL + nested_anchors(inside), encoding="utf-8")
    with pytest.raises(ProtocolError, match=r"more than 200,000 parts; wanted .* fewer aliases"):
        load_protocol_file(path)


def test_several_such_faults_come_together(tmp_path):
    changes = (("day: 84", "day: .nan"), (CODES, "codes: {1: III}"), (AGE, "range: [.inf, 65]"))
    with pytest.raises(ProtocolError) as caught:
        load_protocol_file(small_file(tmp_path, *changes))
    assert len(caught.value.faults) == 3


def test_an_anchored_true_stays_true(tmp_path):
    treatment = "role: no_treatment, interventions: [{agent: A, background: &yes true}, {agent: B, background: *yes}]"
    protocol = small_protocol(tmp_path, ("role: no_treatment", treatment))
    assert [one.background for one in protocol.arms["control"].interventions] == [True, True]


def test_dates_are_text_and_whole_numbers_may_be_codes(tmp_path):
    protocol = small_protocol(
        tmp_path, (CODES, "codes: [3, 4]"), ("title: A small trial", "title: 2012-03-01")
    )
    assert protocol.trial.title == "2012-03-01"
    assert protocol.variables["biopsy_class"].codes == {"3": "3", "4": "4"}


def test_a_merged_mapping_brings_its_fields(tmp_path):
    protocol = small_protocol(
        tmp_path, (MERGED[0], MERGED[1].replace("soon", "28") + "      day: 84\n")
    )
    assert protocol.visits["W12"].label == "Week 4"
    assert protocol.visits["W12"].day == 84
