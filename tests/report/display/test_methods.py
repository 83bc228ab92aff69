"""The report and the plan cite the methods that the analyses compute."""

import pytest

from equipoise.analyse import methods_of
from equipoise.report import plan_document
from equipoise.report.caveats import method_paragraph
from equipoise.report.display.methods import cited_methods, methods_section
from equipoise.report.display.model import Table, text_of
from equipoise.trials import library, load_protocol


def table_of(protocol):
    (table,) = (b for b in methods_section(protocol).blocks if isinstance(b, Table))
    return table  # fmt: skip


@pytest.mark.parametrize("name", library())
def test_every_method_of_the_trial_stands_once_in_the_table(name):
    protocol = load_protocol(name)
    titles = [text_of(row.label) for row in table_of(protocol).rows]
    rules = [rule for look in protocol.looks.values() for rule in look.rules]
    planned = (
        *protocol.analyses.values(), *protocol.multiplicity.values(), *rules,
        *protocol.sample_size.values(), *protocol.synthesis.values(), *protocol.curves.values(),
    )  # fmt: skip
    used = {one.title for part in planned for one in methods_of(part)}
    assert len(titles) == len(set(titles))
    assert set(titles) == used


@pytest.mark.parametrize("name", library())
def test_each_row_gives_its_source(name):
    for row in table_of(load_protocol(name)).rows:
        computes, _, source, _ = (text_of(cell.runs) for cell in row.cells)
        assert computes
        assert any(letter.isdigit() for letter in source)


@pytest.mark.parametrize("name", library())
def test_the_paragraph_of_an_analysis_cites_them(name):
    protocol = load_protocol(name)
    for key, analysis in protocol.analyses.items():
        text = text_of(method_paragraph(protocol, key).runs)
        for one in methods_of(analysis):
            assert f"{one.title} ({one.citation})" in text


def test_the_sources_of_an_analysis_are_those_of_its_options():
    analyses = load_protocol("deng2017").analyses.values()
    proportion = next(one for one in analyses if one.method == "proportion")
    with_score = proportion.model_copy(update={"interval": "miettinen_nurminen"})
    assert "Miettinen and Nurminen 1985" in cited_methods(with_score)
    assert "Newcombe 1998" not in cited_methods(with_score)


def test_the_plan_cites_each_analysis_and_explains_all():
    protocol = load_protocol("deng2017")
    document = plan_document(protocol, date="2024-03-01", software={"equipoise": "0.0"})
    assert "methods" in [section.id for section in document.sections]
    facts = [
        text_of(runs)
        for section in document.sections
        for part in (section, *section.sections)
        for block in part.blocks
        for label, runs in getattr(block, "entries", ())
        if label == "Cites"
    ]
    assert facts == [
        cited_methods(one)
        for role in ("primary", "secondary", "sensitivity", "exploratory", "baseline", "safety")
        for one in protocol.analyses.values()
        if one.role == role
    ]
