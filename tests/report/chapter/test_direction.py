"""A design in which fewer responses are better, without scenarios or published numbers."""

import pytest

from equipoise.design import design_chapter
from equipoise.report.chapter import chapter_section
from equipoise.report.display.model import Figure, Paragraph, Table, text_of
from support.small import small_protocol

LOWER = ("remission: {label: Remission, type: response, when: protein < 0.5, at: W24, benefit: higher}",
         "remission: {label: Remission, type: response, when: protein < 0.5, at: W24, benefit: lower, "
         "minimal_important_difference: 0.2}")  # fmt: skip
SIZE = ("{description: Adults with lupus nephritis}",
        "{description: Adults with lupus nephritis, planned_subjects: 20}")  # fmt: skip


@pytest.fixture(scope="module")
def section(tmp_path_factory):
    protocol = small_protocol(tmp_path_factory.mktemp("small"), LOWER, SIZE)
    return chapter_section(protocol, design_chapter(protocol))


def test_the_smallest_difference_that_matters_lies_below(section):
    lead = next(one for one in section.blocks if isinstance(one, Paragraph) and one.kind == "lead")
    assert "30% under Cells against 50% under Standard care" in text_of(lead.runs)
    figure = next(one for one in section.blocks if isinstance(one, Figure))
    places = [float(text_of(row.label).replace("−", "-")) for row in figure.numbers[0].rows[1:]]
    assert min(places) == -50
    assert max(places) == 40


def test_without_scenarios_points_of_the_grid_are_compared(section):
    table = next(one for one in section.blocks if isinstance(one, Table))
    groups = [text_of(row.label) for row in table.rows if row.is_group]
    assert groups[0].startswith("1. 0% against 50%")
    labels = [text_of(row.label) for row in table.rows if not row.is_group]
    assert labels == ["Exact", "Simulated"] * len(groups)
    assert not section.sections
