import os
import threading

import pytest

from equipoise.data import replaced_folder, require_place, write_file, written_folder
from equipoise.errors import DataError

OWN = {"a.txt", "b.txt"}


def fill(place, text):
    for name in sorted(OWN):
        (place / name).write_text(text)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_replaced_folder_keeps_what_is_not_ours_and_leaves_nothing_beside(tmp_path):
    folder = tmp_path / "out"
    for text in ("one", "two"):
        with replaced_folder(folder, own=OWN) as place:
            fill(place, text)
        (folder / "mine.txt").write_text("mine")
    assert names(folder) == ["a.txt", "b.txt", "mine.txt"]
    assert (folder / "a.txt").read_text() == "two"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("stop", ["inside", "between the moves"])
def test_whatever_stops_it_the_old_folder_stays(tmp_path, monkeypatch, error, stop):
    folder = tmp_path / "out"
    with replaced_folder(folder, own=OWN) as place:
        fill(place, "old")
    wanted = KeyboardInterrupt if error is KeyboardInterrupt else DataError
    moves = []
    plain = type(folder).replace

    def move(path, target):
        moves.append(target)
        if len(moves) == 2:
            raise error
        return plain(path, target)

    def write():
        with replaced_folder(folder, own=OWN) as place:
            fill(place, "new")
            if stop == "inside":
                raise error
            monkeypatch.setattr(type(folder), "replace", move)

    with pytest.raises(wanted):
        write()
    assert (folder / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_of_runs_at_once_one_is_there_whole(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    at_once = threading.Barrier(4)
    failed = []

    def run(text):
        try:
            for _ in range(5):
                with replaced_folder(folder, own=OWN) as place:
                    fill(place, text)
                    at_once.wait(timeout=30)
        except Exception as error:  # whatever a thread meets is told through the list
            failed.append(error)

    threads = [threading.Thread(target=run, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert names(folder) == ["a.txt", "b.txt", "mine.txt"]
    assert (folder / "a.txt").read_text() == (folder / "b.txt").read_text()
    assert names(tmp_path) == ["out"]


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with replaced_folder(tmp_path / "link", own=OWN) as place:
        fill(place, "x")
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path / "real") == ["a.txt", "b.txt"]


@pytest.mark.parametrize("writer", [written_folder, lambda place: replaced_folder(place, own=OWN)])
def test_the_working_folder_is_not_pulled_away(tmp_path, monkeypatch, writer):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="the folder you are in"), writer(tmp_path):
        raise AssertionError("reached")


def test_a_place_is_tried_and_left_as_it_was(tmp_path):
    require_place(tmp_path / "deep" / "out")
    assert names(tmp_path) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"file: a file; wanted a folder"):
        require_place(tmp_path / "file")
    with pytest.raises(DataError, match=r"wanted a folder that can be written"):
        require_place(tmp_path / "file" / "out")


def test_a_folder_taken_meanwhile_is_a_fault(tmp_path):
    folder = tmp_path / "out"

    def write():
        with written_folder(folder):
            folder.mkdir()
            (folder / "other").write_text("")

    with pytest.raises(DataError, match="something is there already"):
        write()
    assert names(folder) == ["other"]


def test_a_file_is_written_whole_with_the_usual_rights(tmp_path):
    path = tmp_path / "new" / "page.html"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["page.html"]
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask
    with pytest.raises(DataError, match="wanted a place to write"):
        write_file(path / "below", b"")
