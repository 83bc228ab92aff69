"""YAML with its line numbers kept, so that every fault can point at ``file:line``."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from equipoise.errors import Fault, ProtocolError
from equipoise.protocol.plain import DEEPEST, PlainData

__all__ = ["Lines", "read_yaml"]

_INTEGER = "tag:yaml.org,2002:int"
_LONGEST_INTEGER = 400


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
                line = _line_of_key(node, step) or line
                node = node[step]
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                line = node.lc.item(step)[0] + 1
                node = node[step]
            # Other steps are tags that the model adds, such as the method of an analysis.
        return f"{self._file}:{line}"


def _line_of_key(node: CommentedMap, key: Hashable) -> int | None:
    """Find the line of a key: its own, or that in a mapping which ``<<`` merges into this one."""
    own = node.lc.data or {}
    if key in own:
        return int(own[key][0]) + 1
    for merged in node.merge:
        # ruamel.yaml before 0.19 keeps each mapping beside its place
        source = merged[1] if isinstance(merged, tuple) else merged
        if isinstance(source, CommentedMap) and key in source:
            return _line_of_key(source, key)
    return None


def read_yaml(path: Path) -> tuple[Any, Lines]:
    """Read a YAML file as plain data, and remember its lines.

    Raises
    ------
    ProtocolError
        If the file cannot be read, is not text, is not YAML (duplicate keys included), or holds
        what a protocol cannot: see :class:`~equipoise.protocol.plain.PlainData`.
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
    reader.Composer = _composer_of(str(path))
    try:
        root = reader.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = " ".join((error.problem or "cannot be read").split("\n")[0].split())
        problem = problem.partition(" with value ")[0]  # what stands under a key that comes twice
        raise ProtocolError(
            Fault(where=f"{path}:{line}", came=problem, wanted="valid YAML 1.2")
        ) from error
    except (YAMLError, ValueError) as error:
        first = str(error).strip().split("\n")[0]
        raise ProtocolError(Fault(where=str(path), came=first, wanted="valid YAML 1.2")) from error
    except (AttributeError, LookupError) as error:  # ruamel.yaml has no words for these
        raise ProtocolError(
            Fault(
                where=str(path),
                came="a mapping merged into itself, or a value that its tag cannot hold",
                wanted="valid YAML 1.2",
            )
        ) from error
    lines = Lines(str(path), root)
    return PlainData(lines.where).of(root), lines


def _composer_of(file: str) -> type[Composer]:
    """Make a composer that refuses what would take the reader beyond its means."""

    class Guarded(Composer):
        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            self.depth += 1
            if self.depth > DEEPEST:
                line = self.parser.peek_event().start_mark.line + 1
                raise ProtocolError(
                    Fault(
                        where=f"{file}:{line}",
                        came="parts inside parts without end",
                        wanted=f"at most {DEEPEST} levels of nesting",
                    )
                )
            node = super().compose_node(parent, index)
            self.depth -= 1
            tag = str(getattr(node, "tag", ""))
            if tag == _INTEGER and len(node.value) > _LONGEST_INTEGER:
                raise ProtocolError(
                    Fault(
                        where=f"{file}:{node.start_mark.line + 1}",
                        came=f"a whole number of {len(node.value)} digits",
                        wanted="a smaller number",
                    )
                )
            return node

    return Guarded
