"""The worked examples of the page on studies of others give the numbers that it prints."""

import re
from pathlib import Path

import pytest

from support.curves import points_text
from support.reference import cases
from support.small import small_file
from support.studies import made, numbers, reference_rows, table_text

PAGE = (Path(__file__).parents[2] / "docs" / "studies.md").read_text("utf-8")


def example(section):
    """Take the block of YAML of one section of a protocol."""
    return next(one for one in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if one.startswith(section))  # fmt: skip


@pytest.fixture(scope="module")
def chapter(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    rows = [
        {**one, "outcome": "tuberculosis", "timepoint_months": ""} for one in reference_rows("bcg")
    ]
    (folder / "bcg.csv").write_text(table_text(rows, "latitude"), encoding="utf-8")
    case = next(one for one in cases("km_reconstruction") if one.id == "recon_veteran_exact")
    arms = {"standard": case.inputs["arm0"], "test": case.inputs["arm1"]}
    (folder / "survival.csv").write_text(points_text(arms), encoding="utf-8")
    sections = f"{example('synthesis:')}{example('curves:')}"
    return made(small_file(folder, ("estimands:\n", f"{sections}estimands:\n")))[1]


def told(name):
    """Read the second column of the row of that name."""
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {name}"))
    return row.split("|")[2].strip().replace("−", "-")


def test_the_pooled_numbers_are_those_of_the_page(chapter):
    logarithm = numbers(chapter, "bcg", variable="log_odds_ratio")
    spread = numbers(chapter, "bcg", variable="heterogeneity")
    ahead = numbers(chapter, "bcg", variable="prediction")
    egger, begg = (
        numbers(chapter, "bcg", variable="asymmetry", by=f"test={test}")["p_value"]
        for test in ("egger", "begg")
    )
    assert told("pooled log odds ratio") == (
        f"{logarithm['estimate']:.4f} ({logarithm['standard_error']:.4f})"
    )
    assert told("tau²") == (
        f"{spread['tau2']:.4f} ({spread['tau2_ci_low']:.4f} to {spread['tau2_ci_high']:.4f})"
    )
    assert told("prediction interval") == f"{ahead['ci_low']:.2f} to {ahead['ci_high']:.2f}"
    assert told("Egger's test") == f"{egger:.2f}; {begg:.2f}"


def test_the_reconstructed_numbers_are_those_of_the_page(chapter):
    keys = {"analysis": "veteran", "group": "test - standard"}
    logarithm = numbers(chapter, variable="log_hazard_ratio", **keys)
    assert told("log hazard ratio") == (
        f"{logarithm['estimate']:.4f} ({logarithm['standard_error']:.4f})"
    )
    assert told("log-rank") == f"{numbers(chapter, variable='logrank', **keys)['statistic']:.4f}"
    medians = [
        f"{numbers(chapter, 'veteran', variable='median', group=arm)['estimate']:g}"
        for arm in ("standard", "test")
    ]
    assert told("median") == "; ".join(medians)
