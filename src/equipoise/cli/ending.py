"""How a command ends, whatever befalls it: a sentence and an honest exit code."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Callable
from typing import Any

from equipoise.cli.console import answers, messages, print_faults, silence
from equipoise.errors import EquipoiseError

__all__ = ["exit_code_of"]

_REFUSED = 2
"""Exit code of a request that cannot be met."""

_INTERRUPTED = 130
"""Exit code after Ctrl-C, or after being asked to stop."""


def exit_code_of(command: Callable[[], object]) -> int:
    """Run a command, say what went wrong, and give its exit code.

    Parameters
    ----------
    command : callable
        The command line; it ends by raising ``SystemExit``.

    Returns
    -------
    int
        0 if done, 1 if a check failed, 2 for a request that cannot be met, be it wrong or
        without a place to write, 130 if interrupted.
    """
    _stop_as_by_hand()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # letters that it does not have: as their codes
            stream.reconfigure(errors="backslashreplace")
    code = _code_of(command)
    try:
        answers.file.flush()
    except OSError as error:
        code = _refused(error)
    return code


def _code_of(command: Callable[[], object]) -> int:
    try:
        command()
    except EquipoiseError as error:
        _say(print_faults, error)
        return _REFUSED
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
        if code == _INTERRUPTED:  # typer turns Ctrl-C into it, without a word
            _say(messages.print, "interrupted; nothing was left half-written")
        return code
    except OSError as error:
        return _refused(error)
    except MemoryError:
        _say(messages.print, "not enough memory for this")
        return _REFUSED
    return 0


def _refused(error: OSError) -> int:
    """Say which file could not be read or written; the answers on stdout have no name."""
    if error.filename is None:
        silence(answers.file)
    where = error.filename or "the answer"
    _say(messages.print, f"{where}: {error.strerror or error}")
    return _REFUSED


def _say(speak: Callable[[Any], None], what: object) -> None:
    try:
        speak(what)
    except OSError:  # nobody can be told
        silence(messages.file)


def _stop_as_by_hand() -> None:
    """Let a request to stop, or a terminal that is closed, clean up as Ctrl-C does."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
