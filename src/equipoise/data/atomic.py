"""Write beside, then move in place: a folder is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from equipoise.errors import DataError, Fault

__all__ = ["replaced_folder", "require_ending", "write_file", "written_folder"]


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
def replaced_folder(folder: Path, *, own: Collection[str]) -> Iterator[Path]:
    """Give a folder to write into that takes the place of ``folder`` at the end.

    Parameters
    ----------
    folder : Path
        What was there stays until the new one is whole.
    own : collection of str
        Names that are ours to replace or to leave out; anything else in the folder stays.

    Raises
    ------
    DataError
        If ``folder`` is a file, or its parent cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise DataError(Fault(where=str(folder), came="a file", wanted="a folder"))
    with _beside(folder) as place:
        yield place
        _keep_others(folder, place, own)
        old = place.with_name(place.name + ".old")
        if folder.is_dir():
            folder.replace(old)
        place.replace(folder)
        shutil.rmtree(old, ignore_errors=True)


def _keep_others(folder: Path, place: Path, own: Collection[str]) -> None:
    """Carry over what stands in the folder and is not ours; files are linked, not copied."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.name in own:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, place / entry.name, symlinks=True, copy_function=_linked)
        else:
            _linked(str(entry), str(place / entry.name))


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target, follow_symlinks=False)


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


def require_ending(path: Path, endings: Sequence[str]) -> None:
    """Refuse, before any work, a file whose name does not say what will be in it.

    Raises
    ------
    DataError
        If its name has none of the endings, in small letters or in capitals.
    """
    if path.suffix.lower() not in endings:
        came = f"the ending {path.suffix!r}" if path.suffix else "a name without an ending"
        raise DataError(Fault(where=str(path), came=came, wanted=" or ".join(endings)))


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
        with suppress(OSError):  # where nothing can stand beside it, nothing was left there
            beside.unlink(missing_ok=True)
