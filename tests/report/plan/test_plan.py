import io

import docx
import pytest

from equipoise.report import plan_document, render_docx, render_html, render_pdf
from equipoise.report.display.model import Section, Table, text_of
from equipoise.report.plan.method import method_text
from equipoise.trials import library, load_protocol

SOFTWARE = {"equipoise": "0.0", "python": "3.11"}


def plan(name):
    return plan_document(load_protocol(name), date="2024-03-01", software=SOFTWARE)


def tables(sections: tuple[Section, ...]):
    for section in sections:
        yield from (block for block in section.blocks if isinstance(block, Table))
        yield from tables(section.sections)


@pytest.mark.parametrize("name", library())
def test_everything_planned_is_in_the_plan(name):
    protocol = load_protocol(name)
    page = render_html(plan(name))
    rows = {text_of(row.label) for table in tables(plan(name).sections) for row in table.rows}
    for one in protocol.endpoints.values():
        assert one.label in rows
    for one in protocol.estimands.values():
        assert one.label in rows
    for one in protocol.analyses.values():
        assert one.title in rows
    for arm in protocol.arms.values():
        assert any(row.startswith(arm.label) for row in rows)
    assert protocol.content_hash in page


@pytest.mark.parametrize("name", library())
def test_every_analysis_names_its_formula(name):
    protocol = load_protocol(name)
    for analysis in protocol.analyses.values():
        text = method_text(protocol, analysis)
        assert text.endswith(".")
        assert len(text) > 40


def test_stand_ins_stay_visible():
    texts = [
        text_of(cell.runs)
        for table in tables(plan("deng2017").sections)
        for row in table.rows
        for cell in row.cells
    ]
    assert any("stand-in" in text for text in texts)
    assert any("NOT FOUND" in text for text in texts)


def test_equal_plans_give_equal_bytes():
    assert render_pdf(plan("cdisc_pilot")) == render_pdf(plan("cdisc_pilot"))
    assert render_html(plan("cdisc_pilot")) == render_html(plan("cdisc_pilot"))


def test_the_word_file_says_what_the_page_says():
    document = plan("cdisc_pilot")
    word = docx.Document(io.BytesIO(render_docx(document)))
    written = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    for table in tables(document.sections):
        for row in table.rows:
            assert any(text_of(row.label) in text for text in written)
    headings = [one.text for one in word.paragraphs if one.style.name.startswith("Heading")]
    assert [section.title for section in document.sections] == [
        text for text in headings if text in {one.title for one in document.sections}
    ]
