"""How commands answer with sentences and the rows behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl

from equipoise.analyse import Chapter, json_rows
from equipoise.cli.console import answers, messages, print_json, today
from equipoise.data import write_file
from equipoise.protocol import Protocol
from equipoise.report import chapter_document, render_html

__all__ = ["answer"]


def answer(
    protocol: Protocol,
    chapters: Sequence[Chapter],
    *,
    name: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Print the sentences, or everything as JSON; write a page and the rows where asked to."""
    statements = [one for chapter in chapters for one in chapter.statements]
    rows = pl.concat([chapter.results for chapter in chapters])
    if out is not None:
        document = chapter_document(protocol, *chapters, date=today())
        page = out / name
        write_file(out / f"{name}.html", render_html(document).encode())
        write_file(out / f"{name}.csv", rows.write_csv().encode())
        messages.print(f"wrote {page}.html and {page}.csv")
    if as_json:
        print_json({"statements": [asdict(one) for one in statements], "rows": json_rows(rows)})
        return
    for one in statements:
        answers.print(one.title, style="bold")
        answers.print(f"{one.text}\n")
