"""Verbs are listed without being imported, and imported when they are called."""

import subprocess
import sys

import pytest

from equipoise.cli.verb import VERBS, loaded

HEAVY = ("numpy", "polars", "pydantic", "scipy", "numba")


def modules_after(*words):
    """Names of the modules that a call of the program leaves loaded."""
    code = (
        "import sys; from equipoise.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    return done.stderr.split()


@pytest.mark.parametrize("name", VERBS)
def test_the_line_of_a_verb_is_the_first_of_its_own_help(name):
    first = loaded(name).help.split("\n\n")[0]
    assert " ".join(first.split()) == VERBS[name]


def test_help_imports_no_verb():
    modules = modules_after("--help")
    assert "equipoise.cli.verb" in modules
    assert not {*HEAVY, *(f"equipoise.cli.{name}" for name in VERBS)} & {*modules}


def test_a_verb_imports_itself_and_no_other():
    modules = modules_after("instruments", "--help")
    others = {f"equipoise.cli.{name}" for name in VERBS} - {"equipoise.cli.instruments"}
    assert "equipoise.cli.instruments" in modules
    assert not others & {*modules}
