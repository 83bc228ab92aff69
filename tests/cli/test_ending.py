"""However a command ends, it says so in a sentence, with an honest exit code."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.small import small_file

FULL = Path("/dev/full")
MAIN = "from equipoise.cli import main; main()"


def equipoise(*words, **settings):
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | settings
    command = [sys.executable, "-c", MAIN, *map(str, words)]
    return subprocess.run(command, check=False, **streams)


@pytest.mark.skipif(not FULL.exists(), reason="a disk that is full is a file of Linux")
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_full_disk_is_no_traceback(stream):
    words = ["schema"] if stream == "stdout" else ["check", "nosuch"]
    with FULL.open("w", encoding="utf-8") as full:
        done = equipoise(*words, **{stream: full})
    assert done.returncode == 2
    if stream == "stdout":
        assert done.stderr == b"the answer: No space left on device\n"


def test_nobody_reading_on_changes_neither_work_nor_exit_code():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = equipoise("schema", stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_letters_that_a_terminal_does_not_have_are_codes(tmp_path):
    path = small_file(tmp_path, ("day: 84", "day: früh"))
    plain = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = equipoise("check", path, env=plain)
    assert b"'fr\\xfch'" in done.stderr
    assert equipoise("check", path, "--json", env=plain).stdout.isascii()


def test_brackets_and_colons_are_printed_as_they_are(tmp_path):
    path = small_file(tmp_path, ("day: 84", "day: '[bold]:smile:'"))
    assert b"'[bold]:smile:'" in equipoise("check", path).stderr


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_request_to_stop_is_heard(name):
    waiting = (
        "import signal, sys, time; from equipoise.cli.ending import exit_code_of\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # whatever this run ignores
        "signal.signal(signal.SIGTERM, signal.SIG_DFL); signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "def command():\n"
        "    print('begun', flush=True)\n"
        "    try: time.sleep(60)\n"
        "    except KeyboardInterrupt: raise SystemExit(130)\n"
        "sys.exit(exit_code_of(command))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", waiting], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"begun\n"
        time.sleep(0.1)
        process.send_signal(getattr(signal, name))
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == b"interrupted; nothing was left half-written\n"


def test_a_folder_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    (tmp_path / "file").write_text("")
    done = equipoise("run", "deng2017", "--out", tmp_path / "file")
    assert done.returncode == 2
    assert b"file: a file; wanted a folder" in done.stderr
    assert b"analysing" not in done.stderr
