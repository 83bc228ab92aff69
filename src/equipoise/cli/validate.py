"""`equipoise validate`."""

from __future__ import annotations

import platform
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from equipoise.analyse import software_versions
from equipoise.cli.argument import JsonOption
from equipoise.cli.console import messages, print_json, print_table, progress, today
from equipoise.data import require_ending, write_file
from equipoise.qualification import Outcome, Verdict, case_files, run_files, shipped_cases
from equipoise.report import qualification_report, render_html

__all__ = ["validate_command"]

_PAGES = (".html", ".htm")


def validate_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH ...]", help="Case files or folders; default: those shipped."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="Write an HTML qualification report."),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Check this installation against cases with known answers; exit 1 on any failure.

    Runs case files of instruments (id, function, inputs, expected) and of statistics (id,
    method, input, expect).
    """
    files = case_files(paths or [shipped_cases()])
    if report is not None:
        require_ending(report, _PAGES)
    with progress(len(files)) as (bar, task):
        outcomes = list(
            run_files(files, lambda name: bar.update(task, description=name, advance=1))
        )
    if report is not None:
        _write(outcomes, report)
    if as_json:
        print_json([_as_dict(outcome) for outcome in outcomes])
    else:
        _print(outcomes)
    if any(outcome.verdict in (Verdict.FAILED, Verdict.UNKNOWN) for outcome in outcomes):
        raise typer.Exit(1)


def _write(outcomes: list[Outcome], path: Path) -> None:
    machine = {"system": platform.platform(), **software_versions()}
    page = render_html(qualification_report(outcomes, date=today(), machine=machine))
    write_file(path, page.encode())
    messages.print(f"wrote {path}")


def _print(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        lines = [str(one) for one in outcome.differences]
        lines += [outcome.message] if outcome.message else []
        if not lines:
            continue
        heading = f"{outcome.file} {outcome.id} ({outcome.function}): {outcome.verdict.value}"
        messages.print("\n  ".join([heading, *lines]))
    rows = []
    for file in dict.fromkeys(outcome.file for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.file == file]
        count = Counter(outcome.verdict for outcome in own)
        compared = sum(outcome.compared for outcome in own)
        rows.append([file, *(str(count[verdict]) for verdict in Verdict), str(compared)])
    print_table(["file", *(verdict.value for verdict in Verdict), "values compared"], rows)


def _as_dict(outcome: Outcome) -> dict[str, object]:
    return {
        "file": outcome.file,
        "id": outcome.id,
        "function": outcome.function,
        "verdict": outcome.verdict.value,
        "compared": outcome.compared,
        "differences": [str(one) for one in outcome.differences],
        "message": outcome.message,
    }
