"""The page of one method: facts and sources are made, formula and choices written by hand."""

from __future__ import annotations

from equipoise.stats import Explanation
from page.text import block, own_words

__all__ = ["HEADINGS", "facts", "method_page", "settings", "sources"]

HEADINGS = ("Formula", "Choices", "Agreement", "Speed", "Source")
"""Headings of every page of a method, in this order; below them a page may have its own."""


def method_page(one: Explanation, before: str = "") -> str:
    """Make the page of a method anew: words written by hand on the page ``before`` stay."""
    own = own_words(before)
    unknown = own.keys() - set(HEADINGS)
    if unknown:
        raise SystemExit(f"{one.page}: headings {', '.join(sorted(unknown))}; use ### below ours")
    made = {"Source": block("source", sources(one))}
    parts = [f"# {one.title}", block("facts", facts(one))]
    for heading in HEADINGS:
        parts += [f"## {heading}", *filter(None, (made.get(heading), own.get(heading)))]
    return "\n\n".join(parts) + "\n"


def facts(one: Explanation) -> str:
    """Say what a method computes, and by which names it is asked for here, in R and in SAS."""
    said = [f"{one.computes}.", f"*{one.variant}.*" if one.variant else ""]
    named = [
        ("Function", ", ".join(f"`equipoise.stats.{function}`" for function in one.functions)),
        ("Protocol", settings(one.asked)),
        ("Protocol, with others", settings(one.within)),
        ("R", f"`{one.r}`" if one.r else ""),
        ("SAS", f"`{one.sas}`" if one.sas else ""),
        ("Beside it", f"[{one.section}](README.md#{one.anchor})"),
    ]
    lines = [f"- {label}: {text}" for label, text in named if text]
    return "\n".join([*filter(None, said), "", *lines])


def settings(wanted: tuple[tuple[str, ...], ...]) -> str:
    """Write what a protocol says: words that stand with the same others as one."""
    words: dict[tuple[str, ...], list[str]] = {}
    for first, *others in wanted:
        words.setdefault(tuple(others), []).append(_setting(first))
    others_of: dict[str, list[str]] = {}
    for others, alike in words.items():
        with_others = f"with {' and '.join(map(_setting, others))}" if others else ""
        others_of.setdefault(" or ".join(dict.fromkeys(alike)), []).append(with_others)
    return "; ".join(
        " ".join(filter(None, (alike, ", or ".join(filter(None, others)))))
        for alike, others in others_of.items()
    )


def _setting(words: str) -> str:
    return f"`{words.replace('.', ': ', 1)}`"


def sources(one: Explanation) -> str:
    """List the publications behind a method, with the place in each."""
    return "\n".join(f"- {source}" for source in one.source)
