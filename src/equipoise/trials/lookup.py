"""Find a protocol by the name of a library trial or by its path."""

from __future__ import annotations

from pathlib import Path

from equipoise.errors import Fault, ProtocolError, did_you_mean
from equipoise.protocol import Protocol, load_protocol_file

__all__ = ["library", "load_protocol", "protocol_path"]

_FOLDER = Path(__file__).parent


def library() -> tuple[str, ...]:
    """List the names of the trials of the library."""
    return tuple(sorted(path.parent.name for path in _FOLDER.glob("*/protocol.yaml")))


def protocol_path(name: str | Path) -> Path:
    """Find the protocol file of a library trial, of a folder, or the file itself.

    Raises
    ------
    ProtocolError
        If there is no such trial or file.
    """
    path = Path(name)
    if str(name) in library():
        return _FOLDER / str(name) / "protocol.yaml"
    if path.is_dir() and (path / "protocol.yaml").is_file():
        return path / "protocol.yaml"
    if path.is_file():
        return path
    raise ProtocolError(
        Fault(
            where=str(name),
            came="a folder without protocol.yaml"
            if path.is_dir()
            else "no such file and no trial of the library",
            wanted=f"a protocol file, or one of {', '.join(library())}",
            repair=did_you_mean(str(name), library()),
        )
    )


def load_protocol(name: str | Path) -> Protocol:
    """Load and check a protocol.

    Parameters
    ----------
    name : str or path
        A trial of the library (``cdisc_pilot``), a protocol file, or a folder that holds
        ``protocol.yaml``.

    Raises
    ------
    ProtocolError
        Holds every fault of the file, each with its line.
    """
    return load_protocol_file(protocol_path(name))
