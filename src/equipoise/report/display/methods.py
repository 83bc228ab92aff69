"""Which methods stand behind the analyses: cited beside each, explained in one table."""

from __future__ import annotations

from equipoise.analyse import methods_of, methods_of_protocol
from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import AnalysisBase
from equipoise.report.display.cells import text_cell
from equipoise.report.display.model import Column, Paragraph, Row, Section, Table

__all__ = ["cited_methods", "methods_section"]


def cited_methods(analysis: AnalysisBase) -> str:
    """Name the methods of an analysis, each with its sources: ``Log-rank test (Mantel 1966)``."""
    return "; ".join(f"{one.title} ({one.citation})" for one in methods_of(analysis))


def methods_section(protocol: Protocol) -> Section:
    """Explain every method of a protocol once: variant, source, and the same in R.

    Parameters
    ----------
    protocol : Protocol
        Its analyses, families and stopping rules; a method stands where it is first used.
    """
    table = Table(
        id="methods",
        title="Methods, variants and sources",
        stub="Method",
        columns=tuple(Column(label=label) for label in ("Computes", "Variant", "Source", "R")),
        rows=tuple(
            Row(
                label=(one.title,),
                cells=(
                    text_cell(one.computes),
                    text_cell(one.variant),
                    text_cell("; ".join(one.source)),
                    text_cell(one.r),
                ),
            )
            for one in methods_of_protocol(protocol)
        ),
    )
    text = (
        "What each method computes, which variant it is where textbooks and programs differ, who "
        "says so, and the call of R that gives the same. Formulas and agreement stand on the page "
        "of the method in the documentation."
    )
    return Section(id="methods", title="Methods", blocks=(Paragraph(runs=(text,)), table))
