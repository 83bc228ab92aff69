"""The pages of kidney, responses, classification, damage and safety: run, complete, linked."""

import doctest
import re
from pathlib import Path

import pytest

from equipoise.instruments import INSTRUMENTS, find_instrument

PAGES = Path(__file__).parents[2] / "docs" / "instruments"
ON_PAGE = {
    "egfr.md": ["egfr"],
    "urine_protein.md": ["urine_protein"],
    "renal_histology.md": ["renal_histology", "renal_biopsy_counts", "nih_indices"],
    "renal_response.md": [one for one in INSTRUMENTS if one.startswith("renal_response_")]
    + ["renal_step_eular2019"],
    "renal_flare.md": [one for one in INSTRUMENTS if one.startswith("renal_flare_")]
    + ["renal_outcomes"],
    "pga.md": ["pga"],
    "sri.md": ["sri"],
    "bicla.md": ["bicla"],
    "lldas.md": ["lldas"],
    "doris.md": ["doris"],
    "prednisone_equivalent.md": ["pred_eq"],
    "clasi.md": ["clasi_activity", "clasi50"],
    "joints.md": ["joint_count", "joint_response"],
    "time_in_state.md": ["time_in_state"],
    "acr_1997.md": ["acr_1997"],
    "slicc_2012.md": ["slicc_2012"],
    "eular_acr_2019.md": ["eular_acr_2019"],
    "sdi.md": ["sdi"],
    "ctcae.md": ["ctcae_v5"],
    "safety.md": ["susar_due", "infusion_class", "treatment_emergent"],
}
ELSEWHERE = {"sledai", "sfi", "selena", "bilag"}
HEADINGS = ("Worked example", "Rules and parameters", "Sources", "Where sources and other software")


@pytest.mark.parametrize("page", ON_PAGE)
class TestPage:
    def test_the_worked_examples_come_out(self, page):
        found = doctest.testfile(str(PAGES / page), module_relative=False)
        assert found.attempted > 1
        assert found.failed == 0

    def test_every_instrument_item_parameter_and_status_is_told(self, page):
        text = (PAGES / page).read_text(encoding="utf-8")
        for name in ON_PAGE[page]:
            instrument = find_instrument(name)
            assert f"`{name}`" in text
            for rule in instrument.rules:
                assert rule.text in text, rule.id
                assert f"| {rule.status} |" in text
                assert not rule.parameter or f"`{rule.parameter}`" in text
            if instrument.form is not None and page != "lldas.md":
                for item in instrument.form.items:
                    assert f"`{item.name}`" in text
                    assert item.definition in text, item.name

    def test_it_has_every_part(self, page):
        text = (PAGES / page).read_text(encoding="utf-8")
        for heading in HEADINGS[1:] if page in {"renal_histology.md", "safety.md"} else HEADINGS:
            assert f"\n## {heading}" in text


def test_every_instrument_has_a_page():
    told = {name for names in ON_PAGE.values() for name in names}
    others = {one for one in INSTRUMENTS if one.split("_")[0].rstrip("0124") in ELSEWHERE}
    assert told | others == set(INSTRUMENTS)


def test_the_examples_of_the_index_come_out():
    found = doctest.testfile(str(PAGES / "index.md"), module_relative=False)
    assert found.attempted > 5
    assert found.failed == 0


def test_the_index_links_pages_that_are_there():
    text = (PAGES / "index.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\(([a-z0-9_]+\.md)\)", text))
    assert set(ON_PAGE) <= linked
    assert all((PAGES / page).is_file() for page in linked)
