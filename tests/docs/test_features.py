"""Each feature of the two lupus trials stands where the documentation says."""

import re
from pathlib import Path

import pytest

from equipoise.analyse import Provenance, analyse
from equipoise.derive import derive
from equipoise.design import design_chapter
from equipoise.evidence import evidence_chapter, recompute, synthesis_chapter
from equipoise.report import trial_report
from equipoise.trials import load_protocol
from support.lupus import invented_cohort

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"
TRIALS = {
    "deng2017": ({"cells": 12, "placebo": 6}, ["primary"]),
    "wang2012": (
        {"single": 30, "double": 28},
        ["sledai_anova", "sledai_model", "albumin_anova", "albumin_model"],
    ),
}


def documented(column):
    """Read the sections of a trial by feature; a feature that it does not have is left out."""
    lines = PAGE.read_text("utf-8").split("| feature |")[1].splitlines()
    cells = [line.strip("|").split("|") for line in lines if line.startswith("|")][1:]
    found = {row[0].strip(): re.findall(r"`([^`]+)`", row[column]) for row in cells}
    return {feature: sections for feature, sections in found.items() if sections}


def ids(sections):
    for section in sections:
        yield section.id
        yield from ids(section.sections)


@pytest.mark.parametrize(("column", "name"), list(enumerate(TRIALS, start=1)))
def test_every_feature_can_be_pointed_at(column, name):
    protocol = load_protocol(name)
    sizes, some = TRIALS[name]
    derived = derive(protocol, invented_cohort(protocol, sizes=sizes, seed=3))
    results = analyse(protocol, derived, only=some).frame()
    evidence = recompute(name)
    chapters = (
        design_chapter(protocol, published=evidence.published),
        evidence_chapter(evidence),
        *(one for one in [synthesis_chapter(name, protocol)] if one is not None),
    )
    provenance = Provenance(
        trial=name, protocol_version="1", protocol_hash="0", data_hash="0", origin="SIMULATED",
        software={},
    )  # fmt: skip
    report = trial_report(protocol, results, provenance, date="2026-11-22", chapters=chapters)
    shown = set(ids(report.sections))
    features = documented(column)
    assert len(features) >= 14
    assert {one for sections in features.values() for one in sections} <= shown
