"""YAML with its line numbers kept, so that every fault can point at ``file:line``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from equipoise.errors import Fault, ProtocolError

__all__ = ["Lines", "read_yaml"]


class Lines:
    """Where each part of a YAML file stands."""

    def __init__(self, file: str, root: Any) -> None:
        self._file = file
        self._root = root

    def where(self, path: Sequence[str | int]) -> str:
        """Give ``file:line`` of the part at a path, or of its nearest part that exists."""
        line = 1
        node = self._root
        for step in path:
            if isinstance(node, CommentedMap) and step in node:
                line = node.lc.key(step)[0] + 1
                node = node[step]
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                line = node.lc.item(step)[0] + 1
                node = node[step]
            # Other steps are tags that the model adds, such as the method of an analysis.
        return f"{self._file}:{line}"


def read_yaml(path: Path) -> tuple[Any, Lines]:
    """Read a YAML file as plain data, and remember its lines.

    Raises
    ------
    ProtocolError
        If the file cannot be read, is not text, or is not YAML (duplicate keys included).
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError(
            Fault(where=str(path), came="bytes that are not UTF-8 text", wanted="a YAML file")
        ) from error
    except OSError as error:
        raise ProtocolError(
            Fault(where=str(path), came=error.strerror or str(error), wanted="a YAML file")
        ) from error
    reader = YAML(typ="rt", pure=True)
    try:
        root = reader.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = " ".join((error.problem or "cannot be read").split("\n")[0].split())
        raise ProtocolError(
            Fault(where=f"{path}:{line}", came=problem, wanted="valid YAML 1.2")
        ) from error
    except (YAMLError, ValueError, RecursionError) as error:
        first = str(error).strip().split("\n")[0]
        raise ProtocolError(Fault(where=str(path), came=first, wanted="valid YAML 1.2")) from error
    return _plain(root), Lines(str(path), root)


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)
