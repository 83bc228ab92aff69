"""The command `equipoise`: its verbs, and what a person sees when something is wrong."""

from __future__ import annotations

import sys
from importlib.metadata import version

import typer

from equipoise.cli.ending import exit_code_of
from equipoise.cli.verb import VERBS, Verb

__all__ = ["app", "main"]

app = typer.Typer(
    name="equipoise",
    help="Run a randomised controlled trial in lupus from one protocol file.",
    epilog="Begin with: equipoise run deng2017. Exit code 0: done; 1: a check failed; "
    "2: a request that cannot be met; 130: interrupted.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"equipoise {version('equipoise')}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: bool = typer.Option(  # noqa: FBT001 - typer makes an option of it
        False,  # noqa: FBT003 - the default of that option
        "--version",
        help="Print the version and stop.",
        is_eager=True,
        callback=lambda wanted: _version(wanted=wanted),
    ),
) -> None:
    """Run a randomised controlled trial in lupus from one protocol file."""


def _called() -> None:
    """Stand for a verb, which is imported when it is called."""


for _name, _line in VERBS.items():
    app.command(_name, cls=Verb, help=_line)(_called)


def main() -> None:
    """Run the command line; whatever befalls it, it ends with a sentence and an exit code."""
    sys.exit(exit_code_of(app))
