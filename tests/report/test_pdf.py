from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from equipoise.errors import DataError
from equipoise.report import render_pdf
from equipoise.report.display.layout import laid_out
from equipoise.report.display.model import (
    Cell,
    Column,
    Document,
    Figure,
    Number,
    Paragraph,
    Row,
    Section,
    Table,
)
from equipoise.report.pdf import MOST_NUMBER_ROWS, render_pictures
from support.report_case import made_report

CASES = ("two arms", "three arms", "six arms", "markup", "all missing")
_SETS: dict[str, tuple[Document, bytes]] = {}


def set_of(name: str) -> tuple[Document, bytes]:
    if name not in _SETS:
        document = made_report(name)[1]
        _SETS[name] = (document, render_pdf(document))
    return _SETS[name]


def squeezed(text: str) -> str:
    """Text without spaces, as extraction sets them by guess."""
    return re.sub(r"[\s\u200b]+", "", unicodedata.normalize("NFKC", text))


def text_of_pdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def document_of(*blocks, title="A title") -> Document:
    return Document(
        title=title,
        subtitle="A subtitle",
        date="2026-11-22",
        sections=(Section(id="s", title="A section", blocks=blocks),),
    )


@pytest.mark.parametrize("name", CASES)
def test_every_cell_and_sentence_stands_on_the_pages(name):
    document, pdf = set_of(name)
    found = squeezed(text_of_pdf(pdf))
    for section in laid_out(document)["sections"]:
        assert squeezed(section["title"]) in found
        for block in section["blocks"]:
            if block["type"] == "table":
                for row in block["rows"]:
                    for cell in row["cells"]:
                        text = squeezed("".join(run["text"] for run in cell["runs"]))
                        assert text in found or cell["kind"] == "text"
            elif block["type"] == "paragraph":
                words = [squeezed(word) for run in block["runs"] for word in run["text"].split()]
                assert all(word in found for word in words)


def test_equal_input_gives_equal_bytes_and_the_date_is_the_argument():
    document, pdf = set_of("two arms")
    assert render_pdf(document) == pdf
    facts = PdfReader(io.BytesIO(pdf)).metadata
    assert facts.title == document.title
    assert facts.creation_date.date().isoformat() == "2026-11-22"


def test_is_an_archival_tagged_file_with_words_for_every_drawing():
    document, pdf = set_of("three arms")
    reader = PdfReader(io.BytesIO(pdf))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("en")
    alternatives = set(_alternatives(reader.trailer["/Root"]["/StructTreeRoot"]))
    drawings = [
        block["alt"]
        for section in laid_out(document)["sections"]
        for block in section["blocks"]
        if block["type"] == "figure"
    ]
    assert len(drawings) == 14
    assert alternatives == set(drawings)


def _alternatives(node):
    """Alternative texts of the structure tree."""
    stack, seen = [node], set()
    while stack:
        here = stack.pop()
        here = here.get_object() if hasattr(here, "get_object") else here
        if isinstance(here, list):
            stack += list(here)
        elif isinstance(here, dict) and id(here) not in seen:
            seen.add(id(here))
            if here.get("/Alt"):
                yield str(here["/Alt"])
            if "/K" in here:
                stack.append(here["/K"])


def test_uses_the_faces_of_the_report_alone():
    _, pdf = set_of("six arms")
    fonts = {
        font.get_object()["/BaseFont"].split("+")[-1]
        for page in PdfReader(io.BytesIO(pdf)).pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert all(name.startswith(("SourceSansPro", "DejaVuSans")) for name in fonts)
    assert len(fonts) >= 2


def test_marks_every_page_of_simulated_data():
    _, pdf = set_of("two arms")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 5
    assert all("SIMULATED DATA" in page for page in pages)


def test_repeats_the_head_and_the_group_of_a_long_table():
    number = count()
    rows = [Row(label=("A long group",), is_group=True)]
    rows += [
        Row(label=(f"term {place}",), cells=(Cell((Number("1", f"r{next(number)}"),)),), indent=1)
        for place in range(150)
    ]
    table = Table(
        id="t", title="Many terms", population="Safety set", columns=(Column(label="An arm"),),
        rows=tuple(rows),
    )  # fmt: skip
    pages = PdfReader(io.BytesIO(render_pdf(document_of(table)))).pages
    texts = [squeezed(page.extract_text()) for page in pages if "term" in page.extract_text()]
    assert len(texts) > 2
    assert "(continued)" not in texts[0]
    for text in texts:
        assert "Manyterms" in text
        assert "Anarm" in text
        assert "Alonggroup" in text
    assert all("(continued)" in text for text in texts[1:])


@pytest.mark.parametrize("order", [(True, True), (True, True, False), (True, False, True)])
def test_sets_groups_that_no_row_follows(order):
    rows = tuple(
        Row(label=(f"line{place}",), cells=() if is_group else (Cell(("x",)),), is_group=is_group)
        for place, is_group in enumerate(order)
    )
    table = Table(id="t", title="Arms", columns=(Column(label="A"),), rows=rows)
    text = squeezed(text_of_pdf(render_pdf(document_of(table))))
    assert all(f"line{place}" in text for place in range(len(order)))


def test_leaves_very_long_tables_of_numbers_to_the_page_and_to_csv():
    rows = tuple(
        Row(label=(f"day {place}",), cells=(Cell((Number("1", f"r{place}"),)),))
        for place in range(MOST_NUMBER_ROWS + 1)
    )
    long = Table(id="t", title="Steps", columns=(Column(label="c"),), rows=rows)
    short = Table(id="u", title="Summary", columns=(Column(label="c"),), rows=rows[:3])
    figure = Figure(id="f", title="F", svg=_SQUARE, alt="A square", numbers=(long, short))
    text = text_of_pdf(render_pdf(document_of(figure)))
    assert "Summary" in text
    assert "Steps" not in text


_SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="40pt" viewBox="0 0 40 40">'
    '<rect width="40" height="40" fill="#0072B2"/></svg>'
)
_MARKUP = "#[]<>@$*_`\\/=-+~\"'{}()%&;:"


@settings(max_examples=8)
@given(st.lists(st.text(_MARKUP + "aZ09", min_size=1, max_size=14), min_size=12, max_size=12))
def test_text_of_the_data_is_never_read_as_markup(texts):
    """The signs of Typst stand on the page as they came, in every place that takes words."""
    texts = [f"q{place}{text}q" for place, text in enumerate(texts)]
    table = Table(
        id="t",
        title=texts[0],
        population=texts[1],
        stub=texts[2],
        columns=(Column(label=texts[3], over=texts[4]),),
        rows=(
            Row(label=(texts[5],), is_group=True),
            Row(label=(texts[6],), cells=(Cell((Number(texts[7], "r"),)),)),
        ),
        footnotes=((texts[8],),),
        source=texts[9],
    )
    figure = Figure(id="f", title=texts[10], svg=_SQUARE, alt=texts[0])
    document = document_of(table, figure, Paragraph(runs=(texts[11],)), title=texts[3])
    found = squeezed(text_of_pdf(render_pdf(document)))
    for text in texts:
        assert squeezed(text) in found


def test_names_a_character_that_no_face_has():
    with pytest.raises(DataError, match=r"A section: U\+4E2D CJK UNIFIED IDEOGRAPH-4E2D"):
        render_pdf(document_of(Paragraph(runs=("中",))))


def test_draws_pictures_of_figures():
    one, other = render_pictures([_SQUARE, _SQUARE.replace("0072B2", "D55E00")])
    assert one.startswith(b"\x89PNG")
    assert one != other
    assert render_pictures([_SQUARE]) == [one]
    assert render_pictures([]) == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="not run: no pdftotext at hand")
@pytest.mark.parametrize("name", CASES)
def test_no_word_leaves_its_page_or_lies_on_another(name, tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(set_of(name)[1])
    answer = subprocess.run(
        ["pdftotext", "-bbox", str(file), "-"], capture_output=True, text=True, check=True
    )
    word = re.compile(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>')
    pages = answer.stdout.split("<page ")[1:]
    assert pages
    for page in pages:
        width, height = map(float, re.search(r'width="(\S+)" height="(\S+)"', page).groups())
        words = [(*map(float, found[:4]), found[4]) for found in word.findall(page)]
        assert words
        for left, top, right, bottom, text in words:
            assert left > 55, text
            assert right < width - 55, text
            assert top > 20, text
            assert bottom < height - 20, text
        assert not _overlapping(words)


def _overlapping(words):
    """Pairs of upright words of which one lies on the other."""
    lines = [one for one in words if one[3] - one[1] < 40]
    lines.sort(key=lambda one: one[1])
    found = []
    for place, one in enumerate(lines):
        for other in lines[place + 1 :]:
            if other[1] > one[3]:
                break
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            if across > 1.5 and down > 0.55 * min(one[3] - one[1], other[3] - other[1]):
                found.append((one, other))
    return found
