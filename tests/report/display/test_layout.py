from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.display.align import aligned_cells
from equipoise.report.display.fit import LANDSCAPE, PORTRAIT, fit
from equipoise.report.display.layout import laid_out, texts_of_layout
from equipoise.report.display.model import (
    Cell,
    Column,
    Document,
    Figure,
    Number,
    Row,
    Section,
    Table,
    text_of,
)
from equipoise.report.fonts import text_width


def table_of(*columns, labels=None, heads=None, kind="number"):
    rows = tuple(
        Row(
            label=((labels or {}).get(place, f"row {place}"),),
            cells=tuple(Cell((Number(text, f"r{place}"),), kind=kind) for text in texts),
        )
        for place, texts in enumerate(zip(*columns, strict=True))
    )
    names = heads or [f"c{place}" for place in range(len(columns))]
    return Table(id="t", title="T", columns=tuple(Column(label=name) for name in names), rows=rows)


def test_refuses_a_row_with_too_few_cells():
    with pytest.raises(ValueError, match="row 'short': 1 cells for 2 columns"):
        Table(
            id="t",
            title="T",
            columns=(Column(label="a"), Column(label="b")),
            rows=(Row(label=("short",), cells=(Cell(),)),),
        )


def test_lines_up_decimal_points_and_percentages():
    cells = [
        (Number("86", "a"), " (", Number("100.0", "b"), "%)"),
        (Number("4", "a"), " (", Number("4.7", "b"), "%)"),
        (Number("0", "a"),),
        (Number("75.2", "a"), " (", Number("8.59", "b"), ")"),
    ]
    table = Table(
        id="t",
        title="T",
        columns=(Column(label="c"),),
        rows=tuple(Row(label=("x",), cells=(Cell(runs),)) for runs in cells),
    )
    texts = [text_of(row[0]) for row in aligned_cells(table)]
    assert texts == ["86 (100.0%)", "\u20074 \u2007\u2007(4.7%)", "\u20070", "75.2 (8.59)"]
    widths = [text_width(text.split(".")[0].split(" ")[0], 1) for text in texts]
    assert widths == pytest.approx([widths[0]] * 4)


@given(
    st.lists(
        st.lists(st.text("0123456789.−<% ()", min_size=1, max_size=30), min_size=3, max_size=3),
        min_size=1,
        max_size=9,
    )
)
def test_no_cell_is_wider_than_its_column_and_no_table_than_the_page(columns):
    table = table_of(*columns)
    cells = aligned_cells(table)
    found = fit(table, cells)
    room = LANDSCAPE if found["landscape"] else PORTRAIT
    assert found["stub"] + sum(found["columns"]) <= room + 0.5
    if not found["wrapped"]:
        for row in cells:
            for runs, width in zip(row, found["columns"], strict=True):
                assert text_width(text_of(runs), found["size"]) <= width


def test_turns_a_wide_table_and_shrinks_before_it_breaks_cells():
    cell = ["1234.5 (1234.5 to 1234.5) [123]"] * 2
    assert not fit(table_of(cell), aligned_cells(table_of(cell)))["landscape"]
    five = fit(table_of(*[cell] * 5), aligned_cells(table_of(*[cell] * 5)))
    assert five["landscape"]
    assert not five["wrapped"]
    twelve = fit(table_of(*[cell] * 12), aligned_cells(table_of(*[cell] * 12)))
    assert twelve["wrapped"]


def test_words_share_the_rest_of_the_page():
    text = ["a long explanation of what happened " * 4] * 2
    table = table_of(text, text, kind="text")
    found = fit(table, aligned_cells(table))
    assert not found["landscape"]
    assert found["stub"] + sum(found["columns"]) <= PORTRAIT + 0.5


def test_numbers_tables_and_figures_and_points_to_a_table_shown_before():
    table = table_of(["1"])
    drawing = Figure(id="f", title="F", svg="<svg/>", alt="A", numbers=(table, table_of(["2"])))
    document = Document(
        title="D",
        subtitle="S",
        date="2026-01-02",
        sections=(
            Section(
                id="one",
                title="One",
                blocks=(drawing,),
                sections=(Section(id="two", title="Two", blocks=(table,)),),
            ),
        ),
    )
    layout = laid_out(document)
    assert [section["level"] for section in layout["sections"]] == [1, 2]
    figure = layout["sections"][0]["blocks"][0]
    assert figure["label"] == "Figure 1"
    assert layout["sections"][1]["blocks"][0]["label"] == "Table 1"
    assert figure["numbers"][0] == {"type": "reference", "label": "Table 1"}
    assert figure["numbers"][1]["label"] == "Numbers of figure 1"


def test_joins_columns_under_one_head():
    heads = [Column(label="a"), Column(label="b", over="p"), Column(label="c", over="p")]
    table = Table(id="t", title="T", columns=tuple(heads), rows=())
    document = Document(
        title="D", subtitle="", date="2026-01-02",
        sections=(Section(id="s", title="S", blocks=(table,)),),
    )  # fmt: skip
    shown = laid_out(document)["sections"][0]["blocks"][0]
    assert shown["over"] == [{"label": "", "span": 1}, {"label": "p", "span": 2}]


def test_yields_every_text_with_its_place():
    table = table_of(["1"], labels={0: "a stub"})
    document = Document(
        title="D", subtitle="", date="2026-01-02",
        sections=(Section(id="s", title="S", blocks=(table,)),),
    )  # fmt: skip
    texts = list(texts_of_layout(laid_out(document)))
    assert ("Table 1", "a stub") in texts
