"""How commands answer with sentences and the rows behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from equipoise.analyse import Row, frame_of
from equipoise.cli.console import answers, messages, print_json, today
from equipoise.data import write_file
from equipoise.evidence import Statement
from equipoise.protocol import Protocol
from equipoise.report import render_html, statement_document

__all__ = ["answer"]


def answer(
    protocol: Protocol,
    statements: Sequence[Statement],
    rows: Sequence[Row],
    *,
    name: str,
    subtitle: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Print the sentences, or everything as JSON; write a page and the rows where asked to."""
    frame = frame_of(rows)
    if out is not None:
        document = statement_document(protocol, statements, subtitle=subtitle, date=today())
        write_file(out / f"{name}.html", render_html(document).encode())
        write_file(out / f"{name}.csv", frame.write_csv().encode())
        messages.print(f"wrote {out / name}.html and {out / name}.csv", markup=False)
    if as_json:
        texts = [
            {"title": one.title, "text": one.text, "kind": one.kind, "cites": list(one.cites)}
            for one in statements
        ]
        print_json({"statements": texts, "rows": frame.to_dicts()})
        return
    for one in statements:
        answers.print(one.title, style="bold", markup=False)
        answers.print(f"{one.text}\n", markup=False)
