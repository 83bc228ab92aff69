"""What the documentation says is there, is there; and what is there is documented."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.protocol import BUILT_IN, FUNCTIONS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_function_and_name_of_the_language_is_documented():
    page = (ROOT / "docs" / "expressions.md").read_text("utf-8")
    for function in FUNCTIONS.values():
        assert f"| `{function.usage}` | {function.meaning} |" in page
    for name, symbol in BUILT_IN.items():
        assert f"| `{name}` | {symbol.level} | {symbol.meaning} |" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith(("http", "mailto")):
            assert (page.parent / target).exists(), target


def anchors(page):
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_into_a_page_lead_to_a_heading(page):
    for target, heading in re.findall(r"\]\(([^)#]*)#([^)]+)\)", page.read_text("utf-8")):
        if not target.startswith("http"):
            known = anchors(page.parent / target if target else page)
            assert heading in known, f"{target}#{heading}"


def commands():
    """Ask the program itself which commands it has."""
    done = subprocess.run(
        [sys.executable, "-c", "from equipoise.cli.app import app; "
         "print('\\n'.join(c.name for c in app.registered_commands))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_every_command_is_documented():
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for name in commands():
        assert f"## `equipoise {name}" in page, name


def test_the_page_of_the_protocol_is_that_of_the_model():
    path = ROOT / "tools" / "protocol_page.py"
    specification = importlib.util.spec_from_file_location("protocol_page", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    assert (ROOT / "docs" / "protocol.md").read_text("utf-8") == module.page()
