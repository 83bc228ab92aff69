"""Write beside, then move in place: a folder is there whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from equipoise.errors import DataError, Fault

__all__ = ["replaced_folder", "require_ending", "require_place", "write_file", "written_folder"]

_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)
"""What a system says of a place where another folder stands."""


@contextmanager
def written_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes ``folder`` at the end.

    Raises
    ------
    DataError
        If ``folder`` exists and is not empty, or its parent cannot be written.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise _fault(folder, "something is there already", "a new folder")
    with _beside(folder) as place:
        yield place
        try:
            if folder.is_dir():
                folder.rmdir()
            place.replace(folder)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
            raise _fault(folder, "something is there already", "a new folder") from error


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
    folder = folder.resolve()
    with _beside(folder) as place:
        yield place
        with _alone_in(folder.parent):
            _keep_others(folder, place, own)
            _take_the_place(place, folder)


def require_place(folder: Path) -> None:
    """Find out before the work whether :func:`replaced_folder` could write its result.

    Raises
    ------
    DataError
        If ``folder`` is a file or holds the working folder, or its parent cannot be written.
    """
    folder = folder.resolve()
    is_new = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        with _beside(folder):
            pass
    finally:
        for one in is_new:
            with suppress(OSError):  # it was not made, or another run writes there
                one.rmdir()


@contextmanager
def _alone_in(parent: Path) -> Iterator[None]:
    """Hold other runs back from moving folders here; a disk that knows no locks holds none back."""
    try:
        import fcntl  # Windows has none; there a run met by another is told so
    except ImportError:
        yield
        return
    number = os.open(parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # a disk that knows no locks
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)  # which frees it


def _take_the_place(place: Path, folder: Path) -> None:
    """Move a folder to where another may stand, which is put back if that fails."""
    old = place.with_name(f"{place.name}.old")
    try:
        with suppress(FileNotFoundError):  # nothing is there
            folder.replace(old)
        place.replace(folder)
    finally:
        if old.is_dir() and not folder.exists():  # stopped between the two moves
            old.replace(folder)
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
    if folder.exists() and not folder.is_dir():
        raise _fault(folder, "a file", "a folder")
    if Path.cwd().is_relative_to(folder):
        raise _fault(folder, "the folder you are in, which would be replaced", "another folder")
    with _told(folder, "a folder that can be written"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            place.chmod(0o777 & ~_umask())
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _fault(folder: Path, came: str, wanted: str) -> DataError:
    return DataError(Fault(where=str(folder), came=came, wanted=wanted))


@contextmanager
def _told(path: Path, wanted: str) -> Iterator[None]:
    """Turn what the disk refuses into a fault: no space, no right to write, no such place."""
    try:
        yield
    except OSError as error:
        came = error.strerror or str(error).split("\n")[0]
        raise DataError(Fault(where=str(path), came=came, wanted=wanted)) from error


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


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
    with _told(path, "a place to write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        beside = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            beside.chmod(0o666 & ~_umask())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
