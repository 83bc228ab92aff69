"""Write beside, then move in place: a folder is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from equipoise.errors import DataError, Fault

__all__ = ["replaced_folder", "write_file", "written_folder"]


@contextmanager
def written_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes ``folder`` at the end.

    Raises
    ------
    DataError
        If ``folder`` exists and is not empty, or its parent cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(
            Fault(where=str(folder), came="something is there already", wanted="a new folder")
        )
    with _beside(folder) as place:
        yield place
        if folder.is_dir():
            folder.rmdir()
        place.replace(folder)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into that takes the place of ``folder`` at the end.

    What was there stays until the new one is whole.

    Raises
    ------
    DataError
        If ``folder`` is a file, or its parent cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise DataError(Fault(where=str(folder), came="a file", wanted="a folder"))
    with _beside(folder) as place:
        yield place
        old = place.with_name(place.name + ".old")
        if folder.is_dir():
            folder.replace(old)
        place.replace(folder)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise DataError(
            Fault(
                where=str(folder), came=error.strerror or str(error), wanted="a folder to write in"
            )
        ) from error
    try:
        umask = os.umask(0)
        os.umask(umask)
        place.chmod(0o777 & ~umask)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise DataError(
            Fault(where=str(path), came=error.strerror or str(error), wanted="a place to write")
        ) from error
    finally:
        beside.unlink(missing_ok=True)
