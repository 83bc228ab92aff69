"""Faults of fields and faults between them come in one report, and none that only follows."""

import copy
import json
import re

import pytest
from ruamel.yaml import YAML

from equipoise.errors import ProtocolError
from equipoise.protocol import load_protocol_file
from support.small import SMALL, small_file

VISIT = ("at: W24", "at: W23")
NAME = ("when: protein < 0.5, at", "when: protien < 0.5, at")

TOGETHER = {
    "a bad day and an unknown visit": ([("day: 84", "day: soon"), VISIT], ["W12.day", "remission.at: unknown visit 'W23'"]),
    "a bad role and an unknown name": ([("role: experimental", "role: best"), NAME], ["cells.role", "unknown name 'protien'"]),
    "no id and an unknown endpoint": ([("id: small\n", ""), ("endpoint: remission\n", "endpoint: remision\n")], ["no field 'id'", "unknown endpoint 'remision'"]),
    "no title and an unknown visit": ([("title: A small trial, ", ""), VISIT], ["no field 'title'", "unknown visit 'W23'"]),
    "a bad procedure and an unknown visit": ([("procedure: permuted_blocks", "procedure: dice"), VISIT], ["'dice'", "unknown visit 'W23'"]),
    "a visit that is none and an unknown visit": ([("W4: {label: Week 4, day: 28}", "W4: 7"), VISIT], ["visits.W4: 7", "unknown visit 'W23'"]),
    "a bad assessment and a bad condition": ([("visits: [W0, W24], variables: [index]", "variables: [index]"), ("when: randomised", "when: open('x')")], ["no field 'visits'", "open"]),
    "a bad method and a bad condition": ([("method: proportion", "method: proportions"), ("when: randomised", "when: open('x')")], ["'proportions'", "open"]),
    "no baseline to go on with": ([("baseline: W0", "basline: W0"), VISIT], ["no field 'baseline'", "unknown field 'basline'"]),
    "what follows from the fault": ([("label: Albumin, level", "label: Albumin, levels"), VISIT], ["unknown field 'levels'", "unknown visit 'W23'"]),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "wanted"), TOGETHER.values(), ids=TOGETHER.keys())
def test_both_kinds_of_faults_come_together(tmp_path, changes, wanted):
    with pytest.raises(ProtocolError) as caught:
        load_protocol_file(small_file(tmp_path, *changes))
    found = [str(one) for one in caught.value.faults]
    assert len(found) == len(wanted), found
    for text, words in zip(found, wanted, strict=True):
        assert re.search(re.escape(words), text), found


def places(node, path=()):
    steps = node.items() if isinstance(node, dict) else enumerate(node)
    for step, child in steps:
        yield (*path, step)
        if isinstance(child, dict | list):
            yield from places(child, (*path, step))


CONTENT = YAML(typ="safe").load(SMALL)
PLACES = [path for path in places(CONTENT) if len(path) > 1]


@pytest.mark.parametrize("first", range(4))
def test_a_fault_of_one_field_is_one_place_whatever_follows_from_it(tmp_path, first):
    path = tmp_path / "protocol.yaml"
    for place in PLACES[first::12]:
        content = copy.deepcopy(CONTENT)
        node = content
        for step in place[:-1]:
            node = node[step]
        node[place[-1]] = [[]]
        path.write_text(json.dumps(content), "utf-8")
        with pytest.raises(ProtocolError) as caught:
            load_protocol_file(path)
        for fault in caught.value.faults:
            named, given = fault.where.split()[1], ".".join(map(str, place))
            assert named.startswith(given) or given.startswith(named), str(caught.value)
