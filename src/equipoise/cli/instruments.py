"""`equipoise instruments`."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.argument import JsonOption
from equipoise.cli.console import answers, print_json, print_table
from equipoise.instruments import INSTRUMENTS, Instrument, find_instrument
from equipoise.instruments.form import Column
from equipoise.instruments.rules import Rule

__all__ = ["instruments_command"]


def instruments_command(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[show] [NAME]", help="One instrument; default: list them all."),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """List the instruments, or show one: items, columns with units, rules, sources, status."""
    names = [word for word in words or [] if word != "show"]
    if not names:
        _list(as_json=as_json)
        return
    for name in names:
        found = find_instrument(name)
        if as_json:
            print_json(_as_dict(found))
        else:
            _show(found)


def _list(*, as_json: bool) -> None:
    rows = [
        {
            "instrument": one.id,
            "title": one.title,
            "purpose": one.purpose,
            "inputs": len(one.inputs),
            "outputs": [column.name for column in one.outputs],
        }
        for one in INSTRUMENTS.values()
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("instrument", "title", "inputs", "outputs"),
        [
            [one.id, one.title, str(len(one.inputs)), ", ".join(c.name for c in one.outputs[:6])]
            for one in INSTRUMENTS.values()
        ],
    )


def _show(found: Instrument) -> None:
    answers.print(f"{found.title} ({found.id})\n{found.purpose}\n")
    answers.print("Columns read", style="bold")
    print_table(
        ("column", "unit", "values", "meaning"),
        [[one.name, _unit(one), one.values, one.meaning] for one in found.inputs],
    )
    answers.print("\nColumns written", style="bold")
    print_table(
        ("column", "unit", "values", "meaning"),
        [[one.name, _unit(one), one.values, one.meaning] for one in found.outputs],
    )
    answers.print("\nRules", style="bold")
    print_table(
        ("rule", "what holds", "status", "parameter", "source"),
        [
            [
                one.id,
                one.text,
                one.status.value,
                f"{one.parameter} = {one.default}" if one.parameter else _fixed(one),
                one.source,
            ]
            for one in found.rules
        ],
    )
    answers.print("\nSources", style="bold")
    for source in found.sources:
        answers.print(f"  {source}")


def _fixed(rule: Rule) -> str:
    return f"fixed: {rule.fixed}" if rule.fixed else ""


def _unit(column: Column) -> str:
    return "" if column.unit == "1" else column.unit


def _as_dict(found: Instrument) -> dict[str, object]:
    def described(columns: tuple[Column, ...]) -> list[dict[str, object]]:
        return [
            {"name": one.name, "unit": one.unit, "values": one.values, "meaning": one.meaning}
            for one in columns
        ]

    return {
        "instrument": found.id,
        "title": found.title,
        "purpose": found.purpose,
        "inputs": described(found.inputs),
        "outputs": described(found.outputs),
        "rules": [
            {
                "id": one.id,
                "text": one.text,
                "status": one.status.value,
                "parameter": one.parameter,
                "default": one.default,
                "fixed": one.fixed,
                "source": one.source,
            }
            for one in found.rules
        ],
        "sources": list(found.sources),
    }
