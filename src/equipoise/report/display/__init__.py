"""What a report is made of, and how results become it."""

from equipoise.report.display.build import blocks_of
from equipoise.report.display.model import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Figure,
    Number,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
    numbers_of,
    text_of,
)
from equipoise.report.display.view import View
from equipoise.report.display.words import EndpointWords, VariableWords, VisitWords, Words

__all__ = [
    "Block",
    "Cell",
    "Column",
    "Document",
    "EndpointWords",
    "Facts",
    "Figure",
    "Number",
    "Paragraph",
    "Row",
    "Section",
    "Strong",
    "Table",
    "VariableWords",
    "View",
    "VisitWords",
    "Words",
    "blocks_of",
    "numbers_of",
    "text_of",
]
