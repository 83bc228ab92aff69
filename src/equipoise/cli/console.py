"""What is printed where: tables and data to stdout, messages to stderr."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import IO

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
    "print_text",
    "progress",
    "silence",
    "stages",
    "today",
]


class _Stream(Console):
    """A console that prints words as they are, and whose reader may go away."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, soft_wrap=True, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Go on in silence where nobody reads on: the work and its exit code stay the same."""
        self.quiet = True
        silence(self.file)


answers = _Stream()
messages = _Stream(stderr=True)
_MOST_FAULTS = 100


def print_json(value: object) -> None:
    """Print a value as JSON to stdout."""
    is_plain = not answers.encoding.startswith("utf")
    text = json.dumps(value, ensure_ascii=is_plain, indent=2, allow_nan=False)
    answers.print(text)


def print_text(text: str) -> None:
    """Write text to stdout as it is."""
    try:
        answers.file.write(text)
        answers.file.flush()
    except BrokenPipeError:
        answers.on_broken_pipe()


def silence(stream: IO[str]) -> None:
    """Let nothing that is still to be written to a stream fail."""
    with suppress(OSError):  # a stream that is no file, as in a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table to stdout, names in the first column whole, the others folded to fit."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=place == 0)
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
        messages.print(line)
    if len(lines) > _MOST_FAULTS:
        messages.print(f"and {len(lines) - _MOST_FAULTS} more")
    count = len(lines)
    messages.print(f"{count} fault{'s' if count != 1 else ''}; nothing was written")


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
            messages.print(words)
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
        TextColumn("{task.description}", markup=False),
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
