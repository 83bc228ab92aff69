"""What is printed where: tables and data to stdout, messages to stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from equipoise.errors import EquipoiseError

__all__ = [
    "Stages",
    "answers",
    "messages",
    "print_faults",
    "print_json",
    "print_table",
    "progress",
    "stages",
    "today",
]

answers = Console(soft_wrap=True, highlight=False)
messages = Console(stderr=True, soft_wrap=True, highlight=False)
_MOST_FAULTS = 100


def print_json(value: object) -> None:
    """Print a value as JSON to stdout."""
    answers.print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False), markup=False)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table to stdout: rules above and below the header, nothing else."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    answers.print(table)


def print_faults(error: EquipoiseError, *, as_json: bool = False) -> None:
    """Print every fault to stderr, or as JSON to stdout."""
    if as_json:
        print_json({"faults": [asdict(fault) for fault in error.faults], "message": str(error)})
        return
    lines = [str(fault) for fault in error.faults] or [str(error)]
    for line in lines[:_MOST_FAULTS]:
        messages.print(line, markup=False)
    if len(lines) > _MOST_FAULTS:
        messages.print(f"and {len(lines) - _MOST_FAULTS} more")
    count = len(lines)
    messages.print(f"{count} fault{'s' if count != 1 else ''}; nothing was written", markup=False)


def today() -> str:
    """Read the clock: the day of a document, ISO 8601."""
    return datetime.now(tz=UTC).date().isoformat()


class Stages:
    """What a long command is doing: a bar on a terminal, a line for each stage elsewhere."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar, self._task = bar, task
        self._has_begun = False

    def stage(self, words: str) -> None:
        """Begin a stage."""
        if not messages.is_terminal:
            messages.print(words, markup=False)
        self.step(words)

    def step(self, words: str) -> None:
        """Begin a part of a stage; only the bar shows it."""
        done = int(self._has_begun)
        self._has_begun = True
        self._bar.update(self._task, description=words, advance=done)


@contextmanager
def progress(steps: int) -> Iterator[tuple[Progress, TaskID]]:
    """Show a bar on stderr; silent where stderr is not a terminal."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=messages,
        transient=True,
        disable=not messages.is_terminal,
    )
    with bar:
        yield bar, bar.add_task("", total=steps)


@contextmanager
def stages(steps: int) -> Iterator[Stages]:
    """Show on stderr how far a command of so many steps is."""
    with progress(steps) as (bar, task):
        yield Stages(bar, task)
