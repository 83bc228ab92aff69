"""What a reader sees of the tasks: one block each, then the targets."""

from __future__ import annotations

import math
from collections.abc import Iterable

from peer.comparison import RPeer
from peer.measure import Line, Measured

__all__ = ["show_summary", "show_task"]


def show_task(measured: Measured) -> None:
    """Print the times of a task and a line for each peer."""
    task = measured.task
    print(f"\n{task.title}")
    if task.batch is not None:
        print(
            f"  equipoise, {f'{task.trials:,} trials in a call':34}{_time(measured.batch)} a trial"
        )
    print(f"  equipoise, {'one trial in a call':34}{_time(measured.single)}")
    print(f"  {'peer':45}{'a trial':>12}{'batch':>10}{'one call':>10}{'target':>9}  answer")
    for line in measured.lines:
        print(f"  {_line(line, has_batch=task.batch is not None)}")
    least = measured.single if task.batch is None else measured.batch
    print(
        f"  limit: {task.limit.name}, {_time(measured.limit).strip()}; "
        f"we take {least / measured.limit:.1f} times that. Left: {task.limit.left}"
    )
    if task.note:
        print(f"  note: {task.note}")


def show_summary(all_measured: Iterable[Measured]) -> None:
    """Print every target, and whether it was reached."""
    print(f"\n{'target':52}{'against':36}{'wanted':>8}{'measured':>10}")
    for measured in all_measured:
        title = measured.task.title
        for line in measured.lines:
            if line.peer.target is None:
                continue
            wanted = f"{line.peer.target:.0f} x"
            if not line.is_correct:
                print(f"{title:52}{_name(line):36}{wanted:>8}{_why(line)}")
                continue
            verdict = "reached" if line.is_reached else "NOT REACHED"
            print(f"{title:52}{_name(line):36}{wanted:>8}{_times(line.ratio):>10}  {verdict}")
        fastest = measured.fastest(only_python=True)
        if fastest is None:
            print(f"{title:52}one call: no correct Python peer")
            continue
        verdict = "reached" if fastest.ratio_single > 1 else "NOT REACHED"
        against = f"one call: {fastest.peer.name}"
        ratio = _times(fastest.ratio_single)
        print(f"{title:52}{against[:35]:36}{'1 x':>8}{ratio:>10}  {verdict}")


def _line(line: Line, *, has_batch: bool) -> str:
    outcome = line.outcome
    name = f"{_name(line)} {outcome.version}".strip()
    if outcome.absent or outcome.failed:
        return f"{name:45}{_why(line)}"
    batch = _times(line.ratio) if has_batch else ""
    target = "" if line.peer.target is None else f"{line.peer.target:.0f} x"
    return (
        f"{name:45}{_time(outcome.seconds)}{batch:>10}{_times(line.ratio_single):>10}{target:>9}  "
        + (f"same to {line.apart:.0e}" if line.is_correct else _why(line).strip())
    )


def _why(line: Line) -> str:
    if line.outcome.absent:
        return f"  absent: {line.outcome.absent}"
    if line.outcome.failed:
        return f"  failed: {line.outcome.failed}"
    if math.isinf(line.apart):
        return "  WRONG: no answer for a trial; not counted"
    return f"  WRONG: off by {line.apart:.1e} relative; not counted"


def _name(line: Line) -> str:
    return f"R {line.peer.name}" if isinstance(line.peer, RPeer) else line.peer.name


def _time(seconds: float) -> str:
    for unit, scale in (("us", 1e6), ("ms", 1e3)):
        if seconds * scale < 1000:
            return f"{seconds * scale:9.3g} {unit}"
    return f"{seconds:9.3g} s "


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} x" if ratio >= 10 else f"{ratio:.2g} x"
