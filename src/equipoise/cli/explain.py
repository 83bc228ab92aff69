"""`equipoise explain`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from equipoise.cli.argument import JsonOption
from equipoise.cli.console import answers, print_json, print_table
from equipoise.stats import Explanation, explain
from equipoise.stats.explanation import explanations

__all__ = ["explain_command"]


def explain_command(
    method: Annotated[
        str | None,
        typer.Argument(
            metavar="[METHOD]",
            help="A function, or what a protocol names: mmrm, newcombe; default: list them all.",
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say what a statistical method computes, which variant, who says so, and the same in R."""
    if method is None:
        _list(as_json=as_json)
        return
    found = explain(method)
    if as_json:
        print_json(_as_dict(found))
    else:
        _show(found)


def _list(*, as_json: bool) -> None:
    table = explanations().values()
    if as_json:
        print_json([_as_dict(one) for one in table])
        return
    rows = [[one.name, one.title, one.citation] for one in table]
    print_table(("method", "title", "source"), rows)


def _show(found: Explanation) -> None:
    protocol = [" with ".join(one) for one in (*found.asked, *found.within)]
    lines = [
        ("Computes", [found.computes]),
        ("Variant", [found.variant]),
        ("Source", list(found.source)),
        ("R", [found.r]),
        ("SAS", [found.sas]),
        ("Function", [f"equipoise.stats.{one}" for one in found.functions]),
        ("Arguments", [f"{name}: {' or '.join(words)}" for name, words in found.arguments]),
        ("Protocol", protocol),
        ("Page", [f"docs/{found.page}"]),
    ]
    answers.print(f"{found.title} ({found.name})\n")
    for label, texts in lines:
        for place, text in enumerate(text for text in texts if text):
            answers.print(f"{'' if place else label:10}{text}")


def _as_dict(found: Explanation) -> dict[str, object]:
    return asdict(found) | {"page": found.page}
