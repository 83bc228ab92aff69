"""Who may import whom; what is loaded when; how large a module may be."""

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import equipoise

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def loaded_by(statement):
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_the_layers_hold():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


ROOMS = sorted(path.parent.name for path in (ROOT / "src/equipoise/stats").glob("*/__init__.py"))


@pytest.mark.parametrize("room", ["stats", *(f"stats.{name}" for name in ROOMS)])
def test_estimators_load_neither_numba_nor_scipy_stats_nor_frames(room):
    modules = loaded_by(f"import equipoise.{room}")
    assert not modules & {"numba", "scipy.stats", "polars", "pydantic", "matplotlib"}


def test_instruments_need_numpy_alone():
    modules = loaded_by("import equipoise.instruments")
    assert not modules & {"polars", "pydantic", "matplotlib", "numba", "scipy.stats"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420


@pytest.mark.parametrize("library", ["matplotlib", "typst", "jinja2"])
def test_only_the_report_draws(library):
    users = {
        path.relative_to(ROOT / "src" / "equipoise").parts[0]
        for path in SOURCES
        if any(
            line.split()[:2] in (["import", library], ["from", library])
            or line.startswith((f"import {library}.", f"from {library}."))
            for line in path.read_text(encoding="utf-8").splitlines()
        )
    }
    assert users <= {"report"}


def test_every_public_name_exists():
    missing = []
    for info in pkgutil.walk_packages(equipoise.__path__, "equipoise."):
        module = importlib.import_module(info.name)
        missing += [
            f"{info.name}.{name}"
            for name in getattr(module, "__all__", ())
            if not hasattr(module, name)
        ]
    assert not missing


def test_only_kernels_load_the_compiler():
    users = {
        path
        for path in SOURCES
        if re.search(r"^(import|from) (numba|equipoise\.compiled)\b", path.read_text("utf-8"), re.M)
    }
    strangers = {path.name for path in users} - {"compiled.py"}
    assert all(name == "kernel.py" or name.endswith("_kernel.py") for name in strangers)
