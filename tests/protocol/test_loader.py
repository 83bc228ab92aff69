import re

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol import load_protocol_file
from support.small import SMALL, small_file, small_protocol

FAULTS = {
    "unknown field": (("label: Standard care", "labell: Standard care"), r":6 .*labell.*did you mean 'label'"),
    "missing field": (("id: small\n", ""), r":1 id: no field 'id'"),
    "unknown word": (("role: experimental", "role: experimentel"), r":7 .*did you mean 'experimental'"),
    "unknown method": (("method: proportion", "method: proportions"), r":\d+ analyses.primary: 'proportions'.*did you mean 'proportion'"),
    "wrong kind": (("day: 84", "day: soon"), r":14 schedule.visits.W12.day: 'soon'; wanted a whole number"),
    "unknown visit": (("at: W24", "at: W23"), r":\d+ endpoints.remission.at: unknown visit 'W23'.*did you mean 'W24'"),
    "unknown name": (("when: protein < 0.5, at", "when: protien < 0.5, at"), r"unknown name 'protien'.*did you mean 'protein'"),
    "unknown endpoint": (("endpoint: remission\n", "endpoint: remision\n"), r"unknown endpoint 'remision'.*'remission'"),
    "unscheduled variable": (("variable: albumin, visits: [W12, W24]", "variable: index, visits: [W12, W24]"), r"'index' is not scheduled at W12; wanted one of W0, W24"),
    "block size": (("block_sizes: [2, 4]", "block_sizes: [2, 3]"), r":8 randomisation.block_sizes.1: block size 3; wanted a multiple of 2, the sum of the ratio 1:1"),
    "visit order": (("day: 84", "day: 14"), r"day 14 after W4; wanted a day later than 28"),
    "method and endpoint": (("method: proportion", "method: logrank"), r"logrank of a response endpoint; wanted an endpoint of type time_to_event"),
    "not assessed": (("variables: [albumin, protein]", "variables: [protein]"), r"'albumin' is of a visit, but no assessment yields it"),
    "kinds": (("when: protein < 0.5, at", "when: biopsy_class < 0.5, at"), r"a category in 'biopsy_class < 0.5'; wanted a number there"),
    "code": (("when: protein < 0.5, at", "when: biopsy_class == 'V', at"), r"code 'V' .*wanted one of III, IV"),
    "visit level": (("when: randomised", "when: protein > 1"), r"value for each visit; wanted one for each subject; write protein@W24"),
    "duplicate key": (("  biopsy: {label", "  laboratory: {label"), r":\d+: found duplicate key"),
    "bad yaml": (("arms:\n", "arms: [\n"), r":\d+: .*wanted valid YAML"),
    "a key that comes twice": (("  biopsy: {label", "  laboratory: {label"), r'duplicate key "laboratory"; wanted'),
    "no text": (("when: randomised", "when: ''"), r"''; wanted text that is not empty"),
    "a long range": (("range: [16, 65]", "range: [16, 65, 70]"), r"\[16, 65, 70\]; wanted a list of at most 2"),
    "no visits": (("visits: [W12, W24], benefit", "visits: W12, benefit"), r"'W12'; wanted a list"),
    "time to death": (("event: death, benefit: higher", "event: death, benefit: lower"), r"survival.benefit: lower for a time to death; wanted which time is good, not which rate; write benefit: higher"),
    "a call": (("when: randomised", "when: open('x')"), r"\"open\('x'\)\"; wanted one of known"),
    "an attribute": (("when: randomised", "when: age.real > 1"), r"attribute in 'age.real > 1'"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_says_where_what_came_and_what_was_wanted(tmp_path, change, wanted):
    path = small_file(tmp_path, change)
    with pytest.raises(ProtocolError) as caught:
        load_protocol_file(path)
    assert re.search(wanted, str(caught.value)), str(caught.value)
    assert str(path) in str(caught.value)


def test_all_faults_come_together(tmp_path):
    path = small_file(
        tmp_path,
        ("day: 84", "day: soon"),
        ("role: experimental", "role: best"),
        ("id: small\n", ""),
    )
    with pytest.raises(ProtocolError) as caught:
        load_protocol_file(path)
    assert len(caught.value.faults) == 3


def test_a_list_of_faults_is_not_an_empty_list_besides(tmp_path):
    curve = "  curve: {title: C, method: kaplan_meier, analysis_set: all, endpoint: survival, times: [W4]}\n"
    path = small_file(tmp_path, ("analyses:\n", f"analyses:\n{curve}"))
    with pytest.raises(ProtocolError) as caught:
        load_protocol_file(path)
    (fault,) = caught.value.faults
    assert (fault.came, fault.wanted) == ("'W4'", "a number")


def test_a_blinded_trial_whose_schedule_differs_by_arm_is_a_fault(tmp_path):
    path = small_file(
        tmp_path,
        ("W24: {label: Week 24, day: 168}", "W24: {label: Week 24, day: 168, arms: [cells]}"),
        ("randomisation:", "masking: {blinded: [subject]}\nrandomisation:"),
    )
    with pytest.raises(ProtocolError, match="same schedule in all arms"):
        load_protocol_file(path)


def test_derivations_in_a_circle_are_a_fault(tmp_path):
    path = small_file(
        tmp_path,
        (
            "variables:\n",
            "variables:\n  a: {label: A, derive: b + 1}\n  b: {label: B, derive: a}\n",
        ),
    )
    with pytest.raises(ProtocolError, match="a circle"):
        load_protocol_file(path)


def test_bytes_that_are_no_text_are_a_fault(tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ProtocolError, match="not UTF-8 text"):
        load_protocol_file(path)


def test_layout_and_comments_do_not_change_the_hash(tmp_path):
    first = small_protocol(tmp_path)
    path = tmp_path / "protocol.yaml"
    path.write_text("# a comment\n" + SMALL.replace("day: 84", "day:   84"), encoding="utf-8")
    assert load_protocol_file(path).content_hash == first.content_hash


def test_any_change_of_content_changes_the_hash(tmp_path):
    first = small_protocol(tmp_path)
    assert small_protocol(tmp_path, ("day: 84", "day: 85")).content_hash != first.content_hash


def test_the_content_comes_back_from_json(tmp_path):
    protocol = small_protocol(tmp_path)
    again = type(protocol).model_validate_json(protocol.model_dump_json(exclude_defaults=True))
    assert again == protocol
    assert again.content_hash == protocol.content_hash
