"""The verbs of the command line: each is known by its line and imported when it is called.

To list the verbs, or to score one visit, must not wait for what draws reports.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from inspect import getdoc
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

__all__ = ["VERBS", "Verb"]

VERBS = {
    "trials": "List the trials of the library, ready to run or to copy.",
    "new": "Begin a trial: copy a protocol, with its comments and tables, to NAME/protocol.yaml.",
    "check": "Check a protocol: every fault at once, each with its line and the nearest repair.",
    "schema": "Print the JSON Schema of the protocol file, for editors.",
    "run": "Go the whole way: check the protocol, read the data, analyse, ask its design, report.",
    "simulate": "Write one virtual trial as a data folder that `analyse` reads like captured data.",
    "simulate-many": "Write several virtual trials, a data folder each.",
    "template": "Write an empty data folder: six CSV files with headers, and a dictionary of every "
    "column.",
    "analyse": "Analyse captured data by the protocol, and write every result as data.",
    "report": "Lay results out again as report.html and report.pdf; nothing is computed.",
    "plan": "Write the protocol synopsis and statistical analysis plan, from the protocol file "
    "alone.",
    "design": "Say what a trial can show, and what size it needs.",
    "evidence": "Recompute the published numbers of a trial; pool or reconstruct those of others.",
    "explain": "Say what a statistical method computes, which variant, who says so, and the same "
    "in R.",
    "instruments": "List the instruments, or show one: items, columns with units, rules, sources, "
    "status.",
    "score": "Score a table of visits: one row a visit, or one row an item with `--map`.",
    "validate": "Check this installation against cases with known answers; exit 1 on any failure.",
}
"""Each verb with its line in the list: the first of what its own help says."""

_MODULES = {"simulate-many": "simulate"}
"""Where a verb does not live in the module of its name."""


class Verb(TyperCommand):
    """A verb that has only its name and its line until it is called."""

    def make_context(self, *words: Any, **settings: Any) -> Any:
        """Hand over to the verb itself, with its arguments and options."""
        assert self.name is not None
        return loaded(self.name).make_context(*words, **settings)


def loaded(name: str) -> Any:
    """Import a verb and make its command."""
    module = import_module(f"equipoise.cli.{_MODULES.get(name, name)}")
    function: Callable[..., None] = getattr(module, f"{name.replace('-', '_')}_command")
    alone = typer.Typer(
        add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich"
    )
    alone.command(name, help=_paragraphs(function))(function)
    return get_command(alone)


def _paragraphs(function: Callable[..., None]) -> str:
    """Take the words of a verb without the ends of their lines, which are those of the source."""
    said = (getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in said)
