"""Rules of analyses: what is planned can be done, or is a fault that says what would do."""

import re

import pytest

from equipoise.errors import ProtocolError
from support.small import small_protocol

PRIMARY = (
    "  primary: {title: Remission, method: proportion, role: primary, estimand: remission_24}\n"
)


def planned(folder, analysis, *changes):
    """Load the small trial with one more analysis."""
    more = f"{PRIMARY}  more: {{title: More, analysis_set: all, {analysis}}}\n"
    return small_protocol(folder, (PRIMARY, more), *changes).analyses["more"]


def refused(folder, analysis, message, *changes):
    with pytest.raises(ProtocolError) as caught:
        planned(folder, analysis, *changes)
    assert re.search(message, str(caught.value)), str(caught.value)
    assert "analyses.more" in str(caught.value)


RACE = ("variables:\n", "variables:\n  race: {label: Race, kind: category}\n"
        "  age_group: {label: Age group, kind: category, codes: ['<65', '>=65'], "
        "derive: \"'<65' if age < 65 else '>=65'\"}\n")  # fmt: skip


@pytest.mark.parametrize(
    ("group", "pair"),
    [
        ("race", ["WHITE", "BLACK OR AFRICAN AMERICAN"]),
        ("age_group", ["<65", ">=65"]),
        ("treated", ["yes", "no"]),
        ("arm", ["cells", "control"]),
    ],
)
def test_contrasts_name_levels_of_any_category(tmp_path, group, pair):
    texts = ", ".join(f'"{one}"' for one in pair)
    analysis = planned(
        tmp_path,
        f"method: t_test, endpoint: albumin_change, group: {group}, contrasts: [[{texts}]]",
        RACE,
    )
    assert analysis.contrasts == (tuple(pair),)


@pytest.mark.parametrize(
    ("group", "pair", "message"),
    [
        (
            "age_group",
            '"<65", ">65"',
            "unknown group '>65'; wanted one of <65, >=65; did you mean '>=65'",
        ),
        ("treated", "treated, not", "unknown group 'treated'; wanted one of no, yes"),
        ("arm", "cells, placebo", "unknown group 'placebo'; wanted one of control, cells"),
        ("race", "WHITE, WHITE", "WHITE against itself"),
    ],
)
def test_a_contrast_of_levels_that_are_known_not_to_be_is_a_fault(tmp_path, group, pair, message):
    text = f"method: t_test, endpoint: albumin_change, group: {group}, contrasts: [[{pair}]]"
    refused(tmp_path, text, message, RACE)


def test_events_and_subjects_of_adverse_events_are_chosen_apart(tmp_path):
    analysis = planned(
        tmp_path, "method: adverse_events, events: serious and age > 20, where: age > 18"
    )
    assert (analysis.events, analysis.where) == ("serious and age > 20", "age > 18")


@pytest.mark.parametrize(
    ("analysis", "message"),
    [
        ("method: adverse_events, where: serious", r"more.where: 'serious' has a value for each event; wanted one for each subject"),
        ("method: adverse_events, events: protein > 3", r"more.events: 'protein > 3' has a value for each visit"),
        ("method: adverse_events, events: grade", r"more.events: 'grade' is a number; wanted a condition"),
        ("method: describe, variables: [age], events: serious", r"unknown field 'events'"),
    ],
)  # fmt: skip
def test_conditions_on_events_stand_in_events(tmp_path, analysis, message):
    refused(tmp_path, analysis, message)


SEX = ("variables:\n", "variables:\n  sex: {label: Sex, kind: category, codes: [F, M]}\n")
CHANGE = "endpoint: albumin_change"
MODEL = (
    f"method: ancova, {CHANGE}, factors: [sex, biopsy_class], covariates: [baseline, protein@W0]"
)


@pytest.mark.parametrize("term", ["arm:sex", "arm:baseline", "arm:protein@W0"])
def test_the_group_interacts_with_factors_and_covariates(tmp_path, term):
    assert planned(tmp_path, f'{MODEL}, interactions: ["{term}"]', SEX).interactions == (term,)


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("sex:arm", r"interactions.0: interaction 'sex:arm'; wanted one of arm:sex, arm:biopsy_class, arm:baseline, arm:protein@W0"),
        ("sex", r"interaction 'sex'"),
        ("arm:age", r"interaction 'arm:age'; wanted one of arm:sex"),
        ("arm:sx", r"interaction 'arm:sx'.*did you mean 'arm:sex'"),
        ("sex:biopsy_class", r"interaction 'sex:biopsy_class'"),
        ("arm:sex:biopsy_class", r"interaction 'arm:sex:biopsy_class'"),
    ],
)  # fmt: skip
def test_other_interactions_are_faults(tmp_path, term, message):
    refused(tmp_path, f'{MODEL}, interactions: ["{term}"]', message, SEX)


def test_an_interaction_without_terms_says_what_is_needed(tmp_path):
    refused(
        tmp_path,
        f'method: ancova, {CHANGE}, interactions: ["arm:sex"]',
        "wanted arm:TERM of a factor or covariate that the analysis has",
        SEX,
    )


LOGRANK = "method: logrank, endpoint: survival, alternative: less"
FAULTS = {
    "number in the hierarchy": ("method: adverse_events, hierarchy: [grade]", r"hierarchy.0: unknown category of events 'grade'; wanted one of term, body_system"),
    "day in the hierarchy": ("method: adverse_events, hierarchy: [body_system, start_day]", r"hierarchy.1: unknown category of events 'start_day'"),
    "factor is the group": (f"method: ancova, {CHANGE}, factors: [arm]", r"factors.0: 'arm', which is the group"),
    "stratum is the group": ("method: logrank, endpoint: survival, strata: [arm]", r"strata.0: 'arm', which is the group"),
    "repeated by the group": ("method: describe, variables: [age], by: [arm]", r"by.0: 'arm', which is the group"),
    "factor again": (f"method: ancova, {CHANGE}, factors: [sex, sex]", r"factors.1: 'sex' again; wanted each once"),
    "covariate again": (f"method: ancova, {CHANGE}, covariates: [baseline, baseline]", r"covariates.1: 'baseline' again"),
    "variable again": ("method: describe, variables: [age, albumin@W24, age]", r"variables.2: 'age' again"),
    "visit again": ("method: describe, variables: [albumin], visits: [W4, W4]", r"visits.1: 'W4' again"),
    "time again": ("method: kaplan_meier, endpoint: survival, times: [0, 28, 28.0]", r"times.2: 28.0 again"),
    "contrast again": (f"method: t_test, {CHANGE}, contrasts: [[cells, control], [cells, control]]", r"contrasts.1: 'cells - control' again"),
    "negative time": ("method: kaplan_meier, endpoint: survival, times: [-1, 28]", r"times.0: day -1; wanted 0 or later"),
    "quantile of 1": ("method: kaplan_meier, endpoint: survival, times: [28], quantiles: [0.5, 1]", r"quantiles.1: quantile 1; wanted one between 0 and 1"),
    "quantile of 50": ("method: kaplan_meier, endpoint: survival, times: [28], quantiles: [50]", r"quantiles.0: quantile 50"),
    "flow by": ("method: flow, analysed: all, by: [sex]", r"by: by of a flow; wanted none"),
    "flow where": ("method: flow, analysed: all, where: age > 30", r"where: where of a flow"),
    "one side of all groups": (LOGRANK, r"alternative: less for logrank; wanted two_sided, or overall: false"),
    "one side of cmh": ("method: cmh, variable: age, alternative: less", r"alternative: less for cmh; wanted two_sided, or one of the methods ancova"),
    "one side of events": ("method: adverse_events, alternative: greater", r"alternative: greater for adverse_events"),
    "one side of repeated measures": (f"method: rm_anova, {CHANGE}, alternative: greater", r"alternative: greater for rm_anova"),
    "one side of chi-square": ("method: proportion, endpoint: remission, test: chi_square, alternative: greater", r"greater for proportion \(chi_square\); wanted two_sided, or test: fisher"),
    "a group named Total": ("method: describe, variables: [age], group: site_group", r"group: a group 'Total'; wanted another code"),
}  # fmt: skip
GROUPED = (SEX[0], SEX[1] + "  site_group: {label: Site, kind: category, codes: [A, Total]}\n")


@pytest.mark.parametrize(("analysis", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_what_a_method_cannot_do_is_a_fault(tmp_path, analysis, message):
    refused(tmp_path, analysis, message, GROUPED)


@pytest.mark.parametrize(
    "analysis",
    [
        f"{LOGRANK}, overall: false",
        "method: cox, endpoint: survival, alternative: less",
        f"method: ancova, {CHANGE}, alternative: greater",
        f"method: mmrm, {CHANGE}, alternative: greater",
        f"method: t_test, {CHANGE}, alternative: greater",
        f"method: welch_test, {CHANGE}, alternative: greater",
        f"method: wilcoxon, {CHANGE}, alternative: less",
        "method: proportion, endpoint: remission, alternative: greater",
    ],
)
def test_one_sided_contrasts_are_planned(tmp_path, analysis):
    assert planned(tmp_path, analysis).alternative in ("greater", "less")
