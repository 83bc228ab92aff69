"""From what YAML can say to plain data: text, finite numbers, lists, mappings with text as keys."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ruamel.yaml.scalarbool import ScalarBoolean

from equipoise.errors import Fault, ProtocolError

__all__ = ["DEEPEST", "PlainData"]

DEEPEST = 60
_MOST = 200_000
_LARGEST = 10**15 - 1  # 15 digits are exact as a floating-point number

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: no document can show them."""


class PlainData:
    """Makes plain data and collects what cannot be made plain, with its place.

    Parameters
    ----------
    where : callable
        Gives the place in the file of a path.
    """

    def __init__(self, where: Callable[[Sequence[Any]], str]) -> None:
        self._where = where
        self._nodes = 0
        self._faults: list[Fault] = []

    def of(self, root: Any) -> Any:
        """Make plain data of a tree.

        Raises
        ------
        ProtocolError
            Holds every number that is not finite or too large, key that is no text, and value
            of another type. At once if the tree is too deep, or if anchors that repeat anchors
            make it larger than 200,000 parts.
        """
        data = self._plain(root, ())
        if self._faults:
            raise ProtocolError(self._faults)
        return data

    def _plain(self, node: Any, path: tuple[str | int, ...]) -> Any:
        self._nodes += 1
        if self._nodes > _MOST:
            self._fail(path, f"more than {_MOST:,} parts", "a smaller file, or fewer aliases")
            raise ProtocolError(self._faults)
        if len(path) > DEEPEST:
            self._fail((), "parts inside parts without end", f"at most {DEEPEST} levels of nesting")
            raise ProtocolError(self._faults)
        if isinstance(node, Mapping):
            for key in node:
                if not isinstance(key, str):
                    self._key(key, path)
            return {
                str(key): self._plain(value, (*path, str(key)))
                for key, value in node.items()
                if isinstance(key, str)
            }
        if isinstance(node, list):
            return [self._plain(value, (*path, place)) for place, value in enumerate(node)]
        return self._scalar(node, path)

    def _scalar(self, node: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(node, bool | ScalarBoolean):
            return bool(node)
        if isinstance(node, int):
            if abs(node) > _LARGEST:
                self._fail(path, "a whole number of more than 15 digits", "a smaller number")
                return 0
            return int(node)
        if isinstance(node, float):
            if not math.isfinite(node):
                came = "not a number" if math.isnan(node) else "an infinite number"
                self._fail(path, came, "a finite number, or no field")
                return 0.0
            return float(node)
        if isinstance(node, str):
            found = _NO_TEXT.search(node)
            if found is not None:
                self._fail(path, f"the character {found.group()!a}", "text that can be shown")
            return str(node)
        if isinstance(node, date):  # times of day are dates too
            return node.isoformat()
        if node is not None:
            kind = "binary data" if isinstance(node, bytes) else "a value with a tag, or a set"
            self._fail(path, kind, "text, a number, a list or a mapping")
        return None

    def _key(self, key: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(key, tuple | Mapping):
            self._fail((*path, key), "a list or mapping as a key", "text as a key")
            return
        shown = "null" if key is None else str(key).lower()[:40]
        self._fail((*path, key), f"{shown} as a key", f"text as a key: '{shown}' in quotes")

    def _fail(self, path: Sequence[Any], came: str, wanted: str) -> None:
        name = ".".join(str(step) for step in path if isinstance(step, str | int))
        where = f"{self._where(path)} {name}".rstrip()
        self._faults.append(Fault(where=where, came=came, wanted=wanted))
