"""The command `equipoise`: its verbs, and what a person sees when something is wrong."""

from __future__ import annotations

import sys
from importlib.metadata import version

import typer

from equipoise.cli.analyse import analyse_command
from equipoise.cli.check import check_command
from equipoise.cli.console import messages, print_faults
from equipoise.cli.design import design_command
from equipoise.cli.evidence import evidence_command
from equipoise.cli.explain import explain_command
from equipoise.cli.instruments import instruments_command
from equipoise.cli.new import new_command
from equipoise.cli.plan import plan_command
from equipoise.cli.report import report_command
from equipoise.cli.run import run_command
from equipoise.cli.schema import schema_command
from equipoise.cli.score import score_command
from equipoise.cli.simulate import simulate_command, simulate_many_command
from equipoise.cli.template import template_command
from equipoise.cli.trials import trials_command
from equipoise.cli.validate import validate_command
from equipoise.errors import EquipoiseError

__all__ = ["app", "main"]

app = typer.Typer(
    name="equipoise",
    help="Run a randomised controlled trial in lupus from one protocol file.",
    epilog="Begin with: equipoise run deng2017. Exit code 0: done; 1: a check failed; "
    "2: a wrong request.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


_INTERRUPTED = 130
"""Exit code after Ctrl-C."""


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"equipoise {version('equipoise')}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: bool = typer.Option(  # noqa: FBT001 - typer makes an option of it
        False,  # noqa: FBT003 - as above
        "--version",
        help="Print the version and stop.",
        is_eager=True,
        callback=lambda wanted: _version(wanted=wanted),
    ),
) -> None:
    """Run a randomised controlled trial in lupus from one protocol file."""


app.command("trials")(trials_command)
app.command("new")(new_command)
app.command("check")(check_command)
app.command("schema")(schema_command)
app.command("run")(run_command)
app.command("simulate")(simulate_command)
app.command("simulate-many")(simulate_many_command)
app.command("template")(template_command)
app.command("analyse")(analyse_command)
app.command("report")(report_command)
app.command("plan")(plan_command)
app.command("design")(design_command)
app.command("evidence")(evidence_command)
app.command("explain")(explain_command)
app.command("instruments")(instruments_command)
app.command("score")(score_command)
app.command("validate")(validate_command)


def main() -> None:
    """Run the command line; a fault is a message and exit code 2, never a traceback."""
    try:
        app()
    except EquipoiseError as error:
        print_faults(error)
        sys.exit(2)
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:  # typer turns Ctrl-C into it, without a word
            messages.print("interrupted; nothing was left half-written")
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
