"""Pages as text: generated blocks between markers, and the words of one's own around them."""

from __future__ import annotations

import re
import textwrap

__all__ = ["END", "block", "own_words", "with_block", "wrapped"]

END = "<!-- end -->"


def block(name: str, text: str) -> str:
    """Put a generated text between its markers."""
    return f"<!-- {name}: made by tools/method_page.py -->\n\n{text.strip()}\n\n{END}"


def with_block(page: str, heading: str, name: str, text: str) -> str:
    """Put a generated text under a heading, in place of what stands between its markers."""
    start = re.search(rf"^## {re.escape(heading)}\n+", page, re.MULTILINE)
    if start is None:
        raise SystemExit(f"no heading '## {heading}'")
    rest = re.sub(rf"\A<!-- {name}:.*?{END}\n*", "", page[start.end() :], flags=re.DOTALL)
    gap = "\n\n" if rest else "\n"
    return f"{page[: start.start()]}## {heading}\n\n{block(name, text)}{gap}{rest}"


def own_words(page: str) -> dict[str, str]:
    """Give what is written by hand under each heading of a page, without generated blocks."""
    parts = re.split(r"^## (.*)\n", page, flags=re.MULTILINE)
    return {
        heading: re.sub(rf"<!-- \w+: made by.*?{END}", "", body, flags=re.DOTALL).strip("\n")
        for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def wrapped(text: str) -> str:
    """Break a paragraph into lines of at most 100 characters, never within a word."""
    return "\n".join(textwrap.wrap(text, width=100, break_long_words=False, break_on_hyphens=False))
