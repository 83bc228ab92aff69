import re

import pytest

from equipoise.errors import ProtocolError
from equipoise.evidence import load_published, recompute
from equipoise.evidence.published import half_unit
from equipoise.trials import load_protocol
from support.small import small_protocol

PUBLISHED = """\
trial: small
places: {table: Table 1 of a paper}
arms:
  cells: {label: Cells, n: 20, place: table}
  control: {label: Control, n: 10, place: table}
contrast: [cells, control]
counts:
  remission:
    label: Remission
    place: table
    benefit: higher
    endpoint: remission
    important: 0.2
    arms: {cells: {count: 18, percent: "90"}, control: {count: 4, percent: "45"}}
  complete:
    label: Complete remission
    place: table
    benefit: higher
    part_of: remission
    arms: {cells: {count: 7, percent: "35.0"}, control: {count: 5, percent: "50"}}
means:
  protein:
    label: Protein
    unit: g
    place: table
    benefit: lower
    final: {cells: {mean: "2.0", sd: "0.5"}, control: {mean: "3.1", sd: "0.6"}}
    change: {cells: {mean: "-1.5", sd: "0.9"}, control: {mean: "-0.4", sd: "1.0"}}
"""


def small_published(folder, *changes):
    small_protocol(folder)
    text = PUBLISHED
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "published.yaml").write_text(text, encoding="utf-8")
    return folder


def statements(folder):
    return {one.id: one for one in recompute(folder).statements}


@pytest.mark.parametrize(
    ("printed", "half"), [("3.1", 0.05), ("75", 0.5), ("-248", 0.5), ("8.30", 0.005), ("0", 0.5)]
)
def test_half_a_unit_of_the_last_printed_digit(printed, half):
    assert half_unit(printed) == pytest.approx(half)


def test_a_percentage_that_cannot_be_rebuilt_is_flagged(tmp_path):
    found = statements(small_published(tmp_path))
    flagged = found["cannot_rebuild_remission_control"]
    assert flagged.kind == "disagreement"
    assert "4 of 10 is 40.0%, but 45% is printed (table)" in flagged.text
    assert "3 printed percentages can be rebuilt" in found["percentages"].text
    assert "cannot_rebuild_remission_cells" not in found


def test_a_part_larger_than_the_whole_is_flagged(tmp_path):
    found = statements(small_published(tmp_path))
    assert "5 with complete remission, but 4 with remission" in found[
        "larger_than_whole_complete_control"
    ].text  # fmt: skip
    assert "larger_than_whole_complete_cells" not in found


def test_a_shown_benefit_is_called_one(tmp_path):
    found = statements(small_published(tmp_path))
    assert found["difference_remission"].text.endswith("The interval shows a benefit.")


def test_a_difference_too_small_to_matter_is_ruled_out(tmp_path):
    found = statements(
        small_published(
            tmp_path, ("n: 20", "n: 400"), ("n: 10", "n: 400"), ("count: 18", "count: 200"),
            ("count: 4", "count: 204"), ("important: 0.2", "important: 0.1"),
        )
    )  # fmt: skip
    assert "rules out a relevant benefit" in found["difference_remission"].text


def test_measures_that_agree_leave_no_sentence(tmp_path):
    assert not [name for name in statements(small_published(tmp_path)) if "protein" in name]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (("count: 18", "count: 21"), r":14 counts.remission.arms.cells.count: 21 of 20; wanted at most 20"),
        (("place: table}\n  control", "place: tabel}\n  control"), r":4 arms.cells.place: unknown place 'tabel'.*did you mean 'table'"),
        (("part_of: remission", "part_of: remision"), r"unknown count 'remision'.*'remission'"),
        (("endpoint: remission", "endpoint: remissions"), r"unknown endpoint 'remissions'"),
        (("control: {count: 4", "placebo: {count: 4"), r"unknown arm 'placebo'; wanted one of cells, control"),
        (("contrast: [cells, control]", "contrast: [cells, other]"), r"contrast.1: unknown arm 'other'"),
        (('mean: "2.0"', 'mean: "two"'), r":27 means.protein.final.cells.mean: 'two'"),
        (("trial: small", "trial: big"), r"unknown trial 'big'; wanted one of small"),
        (("places:", "plaices:"), r"plaices"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line(tmp_path, change, wanted):
    with pytest.raises(ProtocolError) as caught:
        recompute(small_published(tmp_path, change))
    assert re.search(wanted, str(caught.value)), str(caught.value)


def test_a_trial_without_published_numbers_says_so(tmp_path):
    protocol = small_protocol(tmp_path)
    with pytest.raises(ProtocolError, match=r"published.yaml: no such file"):
        load_published(tmp_path, protocol)


@pytest.mark.parametrize("name", ["deng2017", "wang2012"])
def test_the_library_names_the_place_of_every_number(name):
    published = load_published(name, load_protocol(name))
    assert len(published.data_hash) == 64
    assert published.not_found
    for one in (*published.counts.values(), *published.means.values(), *published.facts.values()):
        assert published.places[one.place]
