"""Studies of others: syntheses and reconstructed curves."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model.synthesis import SingleArms
from equipoise.report.chapter.curve import curve_blocks
from equipoise.report.chapter.studies import compared_blocks, side_by_side_blocks
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.model import Section

__all__ = ["others_section"]


def others_section(view: ChapterView) -> Section:
    """Lay out what a protocol asks of the studies of others, a part for each question."""
    return Section(id="synthesis", title="Studies of others", sections=tuple(_sections(view)))


def _sections(view: ChapterView) -> Iterator[Section]:
    for name, plan in view.protocol.synthesis.items():
        blocks = (
            side_by_side_blocks(view, name, plan)
            if isinstance(plan, SingleArms)
            else compared_blocks(view, name, plan)
        )
        yield Section(id=f"synthesis-{name}", title=plan.label, blocks=tuple(blocks))
    for name, curve in view.protocol.curves.items():
        title = f"{curve.label}, reconstructed"
        blocks = curve_blocks(view, name, curve)
        yield Section(id=f"synthesis-{name}", title=title, blocks=tuple(blocks))
