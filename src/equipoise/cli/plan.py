"""`equipoise plan`."""

from __future__ import annotations

from pathlib import Path

from equipoise.analyse import software_versions
from equipoise.cli.argument import OutOption, ProtocolArgument
from equipoise.cli.chapters import planned_chapters
from equipoise.cli.console import messages, today
from equipoise.data import write_file
from equipoise.evidence import synthesis_chapter
from equipoise.report import plan_document, render_docx, render_html, render_pdf
from equipoise.trials import load_protocol

__all__ = ["plan_command"]


def plan_command(protocol: ProtocolArgument, out: OutOption = None) -> None:
    """Write the protocol synopsis and statistical analysis plan, from the protocol file alone.

    Writes plan.html, plan.pdf and plan.docx: estimands, sets, sample size, methods with formula
    names and software, missing data, multiplicity, looks, tables and figures to come, and what
    stands in for what was not found.
    """
    trial = load_protocol(protocol)
    folder = out or Path("build") / trial.id
    others = synthesis_chapter(protocol, trial)
    document = plan_document(
        trial,
        date=today(),
        software=software_versions(),
        chapters=(*planned_chapters(trial), *(() if others is None else (others,))),
    )
    pages = {
        "plan.html": render_html(document).encode(),
        "plan.pdf": render_pdf(document),
        "plan.docx": render_docx(document),
    }
    for name, content in pages.items():
        write_file(folder / name, content)
    names = ", ".join(str(folder / name) for name in pages)
    messages.print(f"wrote {names}")
