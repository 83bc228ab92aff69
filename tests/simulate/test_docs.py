"""The page on virtual patients says what the code does."""

import tomllib
from collections import Counter
from pathlib import Path

from equipoise.simulate import KNOBS, VARIABLES, load_population, populations
from equipoise.simulate.population import _FOLDER
from equipoise.simulate.slot import Stream

PAGE = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text("utf-8")


def test_every_knob_is_on_the_page():
    for name, knob in KNOBS.items():
        default = "none" if knob.default == float("inf") else f"{knob.default:g}"
        assert f"| `{name}` | {knob.meaning} | {default} | {knob.limits} |" in PAGE


def test_every_variable_is_on_the_page():
    for name, one in VARIABLES.items():
        if not name.startswith("bilag_"):
            unit = one.units[0] if one.units else ", ".join(one.codes)
            assert f"| `{name}` | {one.level} | {one.kinds[0]} | {unit} | {one.meaning} |" in PAGE


def test_every_stream_is_on_the_page():
    for stream in Stream:
        assert f"\n| {int(stream)} | " in PAGE


def test_parameters_that_populations_own_are_on_the_page():
    loaded = [load_population(name) for name in populations()]
    own = {
        f"{group}.{name}"
        for one in populations()
        for group, table in tomllib.loads((_FOLDER / f"{one}.toml").read_text("utf-8")).items()
        if isinstance(table, dict)
        for name in table
    }
    assert len(own) > 40
    for name in own:
        cells = " | ".join(f"{p.basis[name].value:g} | {p.basis[name].status}" for p in loaded)
        assert f"| `{name}` | {cells} | {loaded[0].basis[name].unit} |" in PAGE


def test_the_counts_of_parameters_by_status():
    first, second = (
        Counter(one.status for one in load_population(name).basis.values())
        for name in populations()
    )
    assert f"Of {first.total()} parameters, {first['published']} are published" in PAGE
    assert f"{first['derived']} derived and {first['assumed']} assumed\nfor nephritis" in PAGE
    counts = f"{second['published']}, {second['derived']} and {second['assumed']}"
    assert f"{counts} for refractory disease" in PAGE
