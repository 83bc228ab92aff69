"""Estimands: strategies that an endpoint cannot take are faults, and say so."""

import re

import pytest

from equipoise.errors import ProtocolError
from support.small import small_protocol

ENDPOINTS = (
    "endpoints:\n",
    "endpoints:\n"
    "  infection: {label: I, type: adverse_event, when: serious, benefit: lower}\n"
    "  mean_protein: {label: M, type: value, variable: 'mean_visits(protein, W4, W24)', benefit: lower}\n"
    "  responded: {label: R, type: response, when: protein@W24 < 0.5, benefit: higher}\n",
)


def with_estimand(folder, endpoint, strategy="", missing="none", primary=""):
    events = (
        f"{{death: {{label: Death, day: death_day, strategy: {strategy}}}}}" if strategy else "{}"
    )
    estimand = (
        f"estimands:\n  more: {{label: More, endpoint: {endpoint}, analysis_set: all, "
        f"missing: {missing}, intercurrent_events: {events}}}\n"
    )
    changes = [ENDPOINTS, ("estimands:\n", estimand)]
    if primary:
        changes.append(("estimand: remission_24}", f"{primary}}}"))
    return small_protocol(folder, *changes)


def refused(message, *arguments, **options):
    with pytest.raises(ProtocolError) as caught:
        with_estimand(*arguments, **options)
    assert re.search(message, str(caught.value)), str(caught.value)


@pytest.mark.parametrize("strategy", ["hypothetical", "while_on_treatment", "composite_variable"])
@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("infection", "an incidence of adverse events"),
        ("mean_protein", "a number of the subject"),
        ("responded", "a response of the subject"),
    ],
)
def test_a_value_of_the_subject_cannot_be_cut_at_an_event(tmp_path, endpoint, words, strategy):
    wanted = "wanted treatment_policy or principal_stratum: the others are not implemented for it"
    refused(f"death.strategy: {strategy} for {words}; {wanted}", tmp_path, endpoint, strategy)


@pytest.mark.parametrize("endpoint", ["infection", "mean_protein", "responded", "survival"])
def test_nothing_is_carried_forward_without_visits(tmp_path, endpoint):
    message = "more.missing: last_observation_carried_forward for an? .*; wanted none"
    refused(message, tmp_path, endpoint, missing="last_observation_carried_forward")


@pytest.mark.parametrize(
    ("endpoint", "strategy"),
    [
        ("infection", "treatment_policy"),
        ("responded", "principal_stratum"),
        ("remission", "composite_variable"),
        ("albumin_change", "while_on_treatment"),
        ("survival", "hypothetical"),
    ],
)
def test_what_is_implemented_is_taken(tmp_path, endpoint, strategy):
    estimand = with_estimand(tmp_path, endpoint, strategy).estimands["more"]
    assert estimand.intercurrent_events["death"].strategy == strategy


def test_a_number_has_no_failure(tmp_path):
    refused(
        "composite_variable for a number; wanted a response",
        tmp_path,
        "albumin_change",
        "composite_variable",
    )


def test_a_principal_stratum_brings_its_own_set(tmp_path):
    refused(
        "primary.analysis_set: an analysis set beside an estimand of a principal stratum",
        tmp_path, "remission", "principal_stratum", primary="estimand: more, analysis_set: all",
    )  # fmt: skip
    protocol = with_estimand(
        tmp_path, "remission", "hypothetical", primary="estimand: more, analysis_set: all"
    )
    assert protocol.set_of(protocol.analyses["primary"]) == "all"
