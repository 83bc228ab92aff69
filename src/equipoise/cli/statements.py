"""How commands answer with sentences and the rows behind them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from equipoise.analyse import Chapter, json_rows
from equipoise.cli.console import answers, messages, print_json, today
from equipoise.data import write_file
from equipoise.protocol import Protocol
from equipoise.report import chapter_document, render_html

__all__ = ["answer"]


def answer(protocol: Protocol, chapter: Chapter, *, out: Path | None, as_json: bool) -> None:
    """Print the sentences, or everything as JSON; write a page and the rows where asked to."""
    if out is not None:
        document = chapter_document(protocol, chapter, date=today())
        write_file(out / f"{chapter.id}.html", render_html(document).encode())
        write_file(out / f"{chapter.id}.csv", chapter.results.write_csv().encode())
        page = out / chapter.id
        messages.print(f"wrote {page}.html and {page}.csv")
    if as_json:
        texts = [asdict(one) for one in chapter.statements]
        print_json({"statements": texts, "rows": json_rows(chapter.results)})
        return
    for one in chapter.statements:
        answers.print(one.title, style="bold")
        answers.print(f"{one.text}\n")
