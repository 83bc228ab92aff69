"""A mapping file is read field by field, and what it does not hold is never taken apart."""

import pytest

from equipoise.errors import DataError
from equipoise.interop.reading import Reading, read_reading


def written(folder, text):
    path = folder / "map.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_mapping_file_is_read(tmp_path):
    text = "columns: {seizure: SEIZ}\nkeep: [centre]\nlong: {item: item, value: score}\n"
    text += "parameters: {missing: as_absent, arthritis_min_joints: 3}\n"
    assert read_reading(written(tmp_path, text)) == Reading(
        columns={"seizure": "SEIZ"},
        parameters={"missing": "as_absent", "arthritis_min_joints": 3},
        keep=("centre",),
        item="item",
        value="score",
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "columns:\nkeep:\nlong:\nparameters:\n"])
def test_what_is_empty_maps_nothing(tmp_path, text):
    assert read_reading(written(tmp_path, text)) == Reading() == read_reading(None)


@pytest.mark.parametrize(
    ("text", "field", "came"),
    [
        ("columns: [ab]", "columns", "['ab']"),
        ("columns: ab", "columns", "'ab'"),
        ("columns: {age_years: 3}", "columns", "{'age_years': 3}"),
        ("columns: {age_years: {a: b}}", "columns", "{'age_years': {'a': 'b'}}"),
        ("columns: {age_years: }", "columns", "{'age_years': None}"),
        ("columns: &a {x: *a}", "columns", "{'x': {...}}"),
        ("keep: abc", "keep", "'abc'"),
        ("keep: [1, 2]", "keep", "[1, 2]"),
        ("keep: {a: b}", "keep", "{'a': 'b'}"),
        ("parameters: [ab]", "parameters", "['ab']"),
        ("parameters: {1: 2}", "parameters", "{1: 2}"),
        ("long: [item, value]", "long", "['item', 'value']"),
        ("long: {item: name}", "long", "{'item': 'name'}"),
        ("long: {item: name, value: ''}", "long", "{'item': 'name', 'value': ''}"),
        ("long: {item: a, value: b, more: c}", "long", "{'item': 'a', 'value': 'b', 'more': 'c'}"),
        ("colums: {}", "colums", "no field of a mapping"),
        ("1: {}", "1", "no field of a mapping"),
    ],
)
def test_a_field_of_another_form_is_named_with_what_came(tmp_path, text, field, came):
    path = written(tmp_path, text)
    with pytest.raises(DataError) as caught:
        read_reading(path)
    (fault,) = caught.value.faults
    assert (fault.where, fault.came) == (f"{path}, {field}", came)
    assert fault.wanted


def test_every_field_is_reported_at_once(tmp_path):
    with pytest.raises(DataError) as caught:
        read_reading(written(tmp_path, "columns: [ab]\nkeep: abc\nlong: x\ncolums: {}\n"))
    assert len(caught.value.faults) == 4
    assert "did you mean 'columns'" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        *("- 1", "hello", "3", "false", "a: [", "columns: {a: b, a: c}", "columns:\n\ta: b"),
        *("columns: !!python/object:os.system {}", "keep: []\n---\nkeep: []", b"\xff\xfe\0"),
    ],
)
def test_a_file_of_another_form_is_one_fault(tmp_path, text):
    with pytest.raises(DataError, match="wanted YAML with columns, parameters, keep") as caught:
        read_reading(written(tmp_path, text))
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_a_file_that_cannot_be_opened_is_a_fault(tmp_path, name):
    with pytest.raises(DataError, match="wanted YAML"):
        read_reading(tmp_path / name)
