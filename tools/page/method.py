"""The page of one method: formula and choices are written by hand, all else is made."""

from __future__ import annotations

import re

from equipoise.stats import Explanation
from page.agreement import Measured, agreement
from page.speed import speed
from page.tested import tests_of
from page.text import END, block, own_words

__all__ = ["HEADINGS", "facts", "method_page", "settings", "sources"]

HEADINGS = ("Formula", "Choices", "Agreement", "Speed", "Source")
"""Headings of every page of a method, in this order; below them a page may have its own."""


def method_page(one: Explanation, before: str = "", measured: Measured | None = None) -> str:
    """Make the page of a method anew: words written by hand on the page ``before`` stay.

    Without ``measured`` the agreement stays, too.
    """
    own = own_words(before)
    unknown = own.keys() - set(HEADINGS)
    if unknown:
        raise SystemExit(f"{one.page}: headings {', '.join(sorted(unknown))}; use ### below ours")
    made = {
        "Agreement": _agreement(one, before, measured),
        "Speed": block("speed", speed(one)) if one.functions else "",
        "Source": block("source", sources(one)),
    }
    parts = [f"# {one.title}", block("facts", facts(one))]
    for heading in HEADINGS:
        parts += [f"## {heading}", *filter(None, (made.get(heading), own.get(heading)))]
    return "\n\n".join(parts) + "\n"


def _agreement(one: Explanation, before: str, measured: Measured | None) -> str:
    if measured is None:
        found = re.search(rf"<!-- agreement:.*?{END}", before, re.DOTALL)
        return found.group() if found else ""
    text = agreement(measured.rows.get(one.name, {}), measured.not_run, before)
    return block("agreement", text or _without_reference(one)) if one.functions else ""


def _without_reference(one: Explanation) -> str:
    tests = [f"- `{path}`" for path in tests_of(one)]
    return "\n".join(
        ["No case of the reference files asks for it. Tests that call it:", "", *tests]
    )


def facts(one: Explanation) -> str:
    """Say what a method computes, and by which names it is asked for here, in R and in SAS."""
    said = [f"{one.computes}.", f"*{one.variant}.*" if one.variant else ""]
    named = [
        ("Function", ", ".join(f"`equipoise.stats.{function}`" for function in one.functions)),
        ("Arguments", ", ".join(_argument(*argument) for argument in one.arguments)),
        ("Protocol", settings(one.asked)),
        ("Also computed for", settings(one.within)),
        ("R", f"`{one.r}`" if one.r else ""),
        ("SAS", f"`{one.sas}`" if one.sas else ""),
        ("Beside it", f"[{one.section}](README.md#{one.anchor})"),
    ]
    lines = [f"- {label}: {text}" for label, text in named if text]
    return "\n".join([*filter(None, said), "", *lines])


def _argument(name: str, words: tuple[str, ...]) -> str:
    written = [word if word == "None" else f'"{word}"' for word in words]
    return " or ".join(f"`{name}={word}`" for word in written)


def settings(wanted: tuple[tuple[str, ...], ...]) -> str:
    """Write what a protocol says: words that stand with the same others as one."""
    words: dict[tuple[str, ...], list[str]] = {}
    for first, *others in wanted:
        words.setdefault(tuple(others), []).append(_setting(first))
    beside: dict[str, list[str]] = {}
    for rest, alike in words.items():
        said = f"with {' and '.join(map(_setting, rest))}" if rest else ""
        beside.setdefault(" or ".join(dict.fromkeys(alike)), []).append(said)
    return "; ".join(
        " ".join(filter(None, (alike, ", or ".join(filter(None, said)))))
        for alike, said in beside.items()
    )


def _setting(words: str) -> str:
    return f"`{words.replace('.', ': ', 1)}`"


def sources(one: Explanation) -> str:
    """List the publications behind a method, with the place in each."""
    return "\n".join(f"- {source}" for source in one.source)
