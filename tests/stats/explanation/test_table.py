"""Every estimator has an entry in the table of methods, and every entry an estimator."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import equipoise.stats
from equipoise.errors import DataError
from equipoise.stats import explain
from equipoise.stats.explanation import FAMILIES, explanations

FOLDER = Path(equipoise.stats.__file__).parent
ROOMS = sorted(path.parent.name for path in FOLDER.glob("*/__init__.py") if path.parent.name != "explanation")  # fmt: skip
TABLE = explanations()
KEYS = {
    "title",
    "computes",
    "variant",
    "source",
    "r",
    "sas",
    "functions",
    "arguments",
    "protocol",
    "within",
}
HOW = """
Add an entry to src/equipoise/stats/explanation/{room}.toml, under the heading of its page:

    ["Heading on docs/methods/{room}/README.md".{name}]
    title = "Name for a reader"
    computes = "What comes out"
    variant = "Which variant, where textbooks or programs differ"
    source = ["Authors year, place; equation or section"]
    r = "the same in R"
    sas = "the same in SAS"
    functions = ["{name}"]

then run `python tools/method_page.py`, and write formula and choices on the page that it makes."""


def functions(room: str) -> list[str]:
    """Public functions of a room; classes and constants hold what they take and give."""
    module = importlib.import_module(f"equipoise.stats.{room}")
    return [name for name in module.__all__ if inspect.isfunction(getattr(module, name))]


@pytest.mark.parametrize("room", ROOMS)
def test_every_estimator_of_the_room_is_explained(room):
    explained = {function for one in TABLE.values() for function in one.functions}
    unknown = [name for name in functions(room) if f"{room}.{name}" not in explained]
    assert not unknown, f"{room}: {unknown} without explanation" + "".join(
        HOW.format(room=room, name=name) for name in unknown[:1]
    )


def test_every_entry_names_functions_that_are_there():
    public = {f"{room}.{name}" for room in ROOMS for name in functions(room)}
    for one in TABLE.values():
        assert set(one.functions) <= public, one.name
        assert one.functions or one.family == "description", f"{one.name}: no function"


@pytest.mark.parametrize("room", ROOMS)
def test_every_estimator_is_found_by_its_name(room):
    for name in functions(room):
        assert f"{room}.{name}" in explain(f"{room}.{name}").functions


@pytest.mark.parametrize("family", FAMILIES)
def test_entries_hold_what_they_must_and_nothing_else(family):
    text = (FOLDER / "explanation" / f"{family}.toml").read_text("utf-8")
    for entries in tomllib.loads(text).values():
        for name, entry in entries.items():
            assert {"title", "computes", "source"} <= entry.keys() <= KEYS, name
            assert entry["source"], name
            assert all(entry.values()) or entry.get("functions") == [], f"{name}: an empty field"


def test_names_are_unique_over_all_families():
    names = [
        name
        for family in FAMILIES
        for entries in tomllib.loads((FOLDER / "explanation" / f"{family}.toml").read_text("utf-8")).values()
        for name in entries
    ]  # fmt: skip
    assert [name for name, count in Counter(names).items() if count > 1] == []
    titles = Counter(one.title for one in TABLE.values())
    assert [title for title, count in titles.items() if count > 1] == []


def test_sentences_begin_with_a_capital_and_have_no_full_stop():
    for one in TABLE.values():
        for text in (one.title, one.computes, one.variant):
            assert not text.endswith("."), one.name
        assert one.variant[:1].upper() == one.variant[:1], one.name


def test_every_source_names_authors_and_a_year():
    for one in TABLE.values():
        for source in one.source:
            assert re.match(r"^[^,;]*?(, [^,;]+? and [^,;]+?)? (1[89]|20)\d\d, \S", source), (
                f"{one.name}: {source!r}; wanted 'Authors year, place; section'"
            )
        assert one.citation.count("; ") == len(one.source) - 1


def test_one_publication_is_written_one_way():
    places: dict[str, set[str]] = {}
    for one in TABLE.values():
        for source in one.source:
            whole = source.split(";")[0]
            head = re.match(r"^.*?\d{4}", whole).group()
            places.setdefault(head, set()).add(whole)
    several = {head: found for head, found in places.items() if len(found) > 1}
    # two papers of one author in one year
    assert set(several) <= {"Newcombe 1998", "Fleming and Harrington 1991"}, several


def test_what_a_protocol_writes_finds_the_method():
    assert explain("mmrm").name == "fit_mmrm"
    assert explain("newcombe").functions == ("binary.risk_difference_newcombe",)
    assert explain("ties.efron") is explain("efron")
    assert "Newcombe 1998" in explain("newcombe").citation
    assert explain("welch").page == "methods/continuous/welch_t_test.md"


def test_an_unknown_method_is_refused_with_the_nearest():
    with pytest.raises(DataError, match="did you mean 'risk_difference_newcombe'"):
        explain("risk_diference_newcombe")
    with pytest.raises(DataError, match="'kenward_roger' or 'kenward_roger_linear'"):
        explain("kenward")
    with pytest.raises(DataError, match="wanted a method"):
        explain("")


def test_a_name_of_several_methods_is_refused_with_all_of_them():
    with pytest.raises(DataError, match="one of fisher_test, fisher_test_of_independence"):
        explain("fisher")


def test_the_table_is_not_read_before_it_is_asked_for():
    code = (
        "import sys, equipoise.stats; from equipoise.stats.explanation.table import explanations;"
        "print('tomllib' in sys.modules, explanations.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "0"]


def test_methods_of_one_function_are_told_apart_by_arguments_that_it_has():
    for one in TABLE.values():
        for name, words in one.arguments:
            assert words, one.name
            own = [
                function
                for function in one.functions
                if name in inspect.signature(function_of(function)).parameters
            ]
            assert own, f"{one.name}: no function has the argument {name}"


def function_of(name: str):
    room, function = name.split(".")
    return getattr(importlib.import_module(f"equipoise.stats.{room}"), function)


def test_a_call_asks_for_the_method_of_its_arguments():
    linear = explain("kenward_roger_linear")
    assert linear.is_called_with({"df": "kenward-roger", "vcov": None})
    assert not linear.is_called_with({"df": "kenward-roger", "vcov": "kenward-roger"})
    assert not linear.is_called_with({})
    assert explain("fisher_test").is_called_with({"x1": 3})
