"""The page in brief, and the appendix of long tables."""

from equipoise.report.appendix import LONGEST, with_appendix
from equipoise.report.brief import brief_section
from equipoise.report.display.model import (
    Cell,
    Cited,
    Column,
    Facts,
    Link,
    Number,
    Paragraph,
    Row,
    Section,
    Table,
    text_of,
)
from support.chapters import chapters
from support.report_case import made_case, made_report


def entries_of(section):
    (facts,) = section.blocks
    assert isinstance(facts, Facts)
    return dict(facts.entries)


def test_brief_says_little_and_every_part_leads_to_its_section():
    entries = entries_of(brief_section(made_case(2).provenance, chapters("deng2017"), []))
    for name, section in (("What the design can show", "design"),
                          ("What was published", "evidence")):  # fmt: skip
        runs = entries[name]
        assert runs[-1] == Link("More", section)
        assert sum(isinstance(run, Cited) for run in runs) <= 4
        assert all(run.result_ids for run in runs if isinstance(run, Cited)
                   and not run.text.startswith("What the publication says"))  # fmt: skip
    assert "9 of 12" in text_of(entries["What the design can show"])
    assert "a positive effect was judged out of reach" in text_of(entries["What was published"])


def test_brief_holds_the_primary_result_and_says_that_it_is_virtual():
    _, document = made_report("captured")
    entries = entries_of(document.sections[0])
    assert "What the trial found" in entries
    numbers = [run for run in entries["What the trial found"] if isinstance(run, Number)]
    assert numbers
    links = [run.section for runs in entries.values() for run in runs if isinstance(run, Link)]
    assert set(links) <= {section.id for section in document.sections}
    virtual = brief_section(made_case(2, origin="SIMULATED").provenance, (), [])
    text = text_of(entries_of(virtual)["What the virtual trial found"])
    assert text.startswith("SIMULATED: one virtual trial; no real participant")


def table(rows, name="long"):
    body = tuple(Row(label=(str(n),), cells=(Cell((Number("1", f"id{n}"),)),)) for n in range(rows))
    return Table(id=name, title=f"Table {name}", columns=(Column(label="n"),), rows=body)


def test_long_tables_move_behind_all_others_and_a_link_leads_there():
    short, long = table(LONGEST, "short"), table(LONGEST + 1, "long")
    inner = Section(id="inner", title="Inner", blocks=(long, short))
    first, appendix = with_appendix([Section(id="outer", title="Outer", sections=(inner,))])
    link, kept = first.sections[0].blocks
    assert kept is short
    assert isinstance(link, Paragraph)
    (moved,) = appendix.sections
    assert moved.blocks == (long,)
    assert [run.section for run in link.runs if isinstance(run, Link)] == [moved.id]


def test_sections_that_are_read_where_they_stand_keep_their_tables():
    section = Section(id="primary-result", title="Primary", blocks=(table(LONGEST + 1),))
    assert with_appendix([section], whole={"primary-result"}) == (section,)
