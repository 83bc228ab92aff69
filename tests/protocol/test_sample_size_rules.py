"""Sizes that nothing can show, or that do not fit their analysis, each a fault at its own line."""

import pytest

from equipoise.errors import ProtocolError
from support.sizes import sized

SHARES = "method: proportion, experimental: 0.9, control: 0.75"
MEANS = "method: mean, difference: 2, standard_deviation: 4"
HAZARDS = "method: logrank, hazard_ratio: 0.6, power: 0.8"

PERIODS = "method: average_hazard_ratio, power: 0.8, accrual: 90, follow_up: 90"

FAULTS = {
    "no effect": ("method: proportion, experimental: 0.8, control: 0.8, power: 0.8",
        "one: an assumed difference of 0; wanted one other than 0"),
    "no goal": (SHARES, "one: neither power nor subjects; wanted power, to find the subjects"),
    "two goals": (f"{SHARES}, power: 0.8, subjects: {{cells: 9, control: 9}}",
        "one: both power and subjects"),
    "an arm without subjects": (f"{SHARES}, subjects: {{cells: 9}}",
        "one.subjects: none of control; wanted subjects of both arms"),
    "an arm that is not there": (f"{SHARES}, power: 0.8, contrast: [cell, control]",
        "one.contrast.0: unknown arm 'cell'; wanted one of control, cells; did you mean 'cells'?"),
    "one arm twice": (f"{SHARES}, power: 0.8, contrast: [cells, cells]",
        "one.contrast: 'cells' twice; wanted two arms"),
    "an analysis that is not there": (f"{SHARES}, power: 0.8, analysis: primery",
        "one.analysis: unknown analysis 'primery'"),
    "another kind of endpoint": (f"{MEANS}, power: 0.8, analysis: primary",
        "one.analysis: 'primary', of Remission; wanted an analysis of a number"),
    "a margin without a claim": (f"{SHARES}, power: 0.8, margin: 0.1",
        "one.hypothesis: superiority with a margin"),
    "a claim without a margin": (f"{MEANS}, power: 0.8, hypothesis: equivalence",
        "one.hypothesis: equivalence without a margin"),
    "a margin in points": (f"{SHARES}, power: 0.8, hypothesis: non_inferiority, margin: 10",
        "one.margin: 10; wanted a share below 1"),
    "worse than the margin": ("method: proportion, experimental: 0.6, control: 0.8, power: 0.8, "
        "hypothesis: non_inferiority, margin: 0.1",
        "one: an assumed difference of -0.2; wanted one on the good side of the margin of 0.1"),
    "as apart as the margin": (f"{MEANS}, power: 0.8, hypothesis: equivalence, margin: 2",
        "one: an assumed difference of 2; wanted one on the good side of the margin of 2"),
    "the other direction": ("method: proportion, experimental: 0.8, control: 0.8, power: 0.8, "
        "hypothesis: non_inferiority, margin: 0.1, benefit: lower, analysis: primary",
        "one.benefit: lower; wanted higher, as in the endpoint of primary"),
    "a correlation in equivalence": (f"{MEANS}, power: 0.8, hypothesis: equivalence, margin: 3, "
        "correlation: 0.5", "one.correlation: a correlation beside equivalence"),
    "no hazard ratio": ("method: logrank, hazard_ratio: 1, power: 0.8, event_probability: 0.5",
        "one.hazard_ratio: 1; wanted one other than 1"),
    "no events": (HAZARDS, "one: neither event_probability nor median_control, accrual, follow_up"),
    "half of the times": (f"{HAZARDS}, median_control: 90, accrual: 90",
        "one: neither event_probability nor follow_up"),
    "events told twice": (f"{HAZARDS}, event_probability: 0.5, accrual: 90",
        "one.accrual: accrual beside event_probability"),
    "dropping out of no time": (f"{HAZARDS}, event_probability: 0.5, yearly_dropout: 0.1",
        "one.yearly_dropout: yearly_dropout beside event_probability"),
    "a formula that wants times": (f"{HAZARDS}, event_probability: 0.5, formula: lachin_foulkes",
        "one.formula: lachin_foulkes with event_probability"),
    "nothing to desire": ("method: simon_two_stage, uninteresting: 0.3, desirable: 0.2, power: 0.8",
        "one.desirable: 0.2; wanted a share above the uninteresting one, 0.3"),
    "a share of 1": ("method: proportion, experimental: 1, control: 0.5, power: 0.8",
        "one.experimental: 1; wanted less than 1"),
    "looks without a power": (f"{SHARES}, subjects: {{cells: 9, control: 9}}, "
        "looks: {information: [0.5, 1]}", "one.looks: looks without power"),
    "looks of an equivalence": (f"{MEANS}, power: 0.8, hypothesis: equivalence, margin: 3, "
        "looks: {information: [0.5, 1]}", "one.looks: looks of an equivalence"),
    "information that falls": (f"{SHARES}, power: 0.8, looks: {{information: [0.6, 0.5, 1]}}",
        "one.looks.information.1: 0.5 after 0.6; wanted a larger share"),
    "information that ends early": (f"{SHARES}, power: 0.8, looks: {{information: [0.5, 0.9]}}",
        "one.looks.information.1: 0.9 at the end; wanted 1"),
    "two kinds of bounds": (f"{SHARES}, power: 0.8, looks: {{information: [0.5, 1], "
        "efficacy: {spending: pocock, shape: pocock}}",
        "one.looks.efficacy: neither or both of spending and shape"),
    "a parameter left out": (f"{SHARES}, power: 0.8, looks: {{information: [0.5, 1], "
        "efficacy: {shape: wang_tsiatis}}",
        "one.looks.efficacy: wang_tsiatis without parameter"),
    "a parameter too many": (f"{SHARES}, power: 0.8, looks: {{information: [0.5, 1], "
        "futility: {spending: pocock, parameter: 2}}",
        "one.looks.futility.parameter: 2 for pocock; wanted none"),
    "a parameter below 0": (f"{SHARES}, power: 0.8, looks: {{information: [0.5, 1], "
        "efficacy: {spending: power, parameter: -1}}",
        "one.looks.efficacy.parameter: -1 for power; wanted above 0"),
    "binding beside a shape": (f"{SHARES}, power: 0.8, looks: {{information: [0.5, 1], "
        "efficacy: {shape: pocock}, futility: {spending: pocock, binding: true}}",
        "one.looks.futility.binding: true beside efficacy by shape"),
    "an exact test of a margin": (f"{SHARES}, power: 0.8, test: fisher, margin: 0.1, "
        "hypothesis: non_inferiority", "one.test: fisher beside non_inferiority; wanted no test"),
    "an exact test with looks": (f"{SHARES}, power: 0.8, test: fisher, "
        "looks: {information: [0.5, 1]}", "one.test: fisher beside looks; wanted no test"),
    "an exact test of parts of subjects": (f"{SHARES}, test: fisher, dropout: 0.1, "
        "subjects: {cells: 9, control: 9}", "one.dropout: dropout beside subjects and an exact"),
    "an unknown exact test": (f"{SHARES}, power: 0.8, test: fischer",
        "one.test: 'fischer'; wanted one of fisher"),
    "normal quantiles of equivalence": (f"{MEANS}, power: 0.8, hypothesis: equivalence, "
        "margin: 3, distribution: normal", "one.distribution: normal beside equivalence"),
    "a period without end before another": (f"{PERIODS}, periods: [{{median_control: 90, "
        "hazard_ratio: 1}, {median_control: 90, hazard_ratio: 0.5}]",
        "one.periods.0: no days before another period; wanted its days"),
    "an end of the last period": (f"{PERIODS}, periods: [{{days: 9, median_control: 90, "
        "hazard_ratio: 0.5}]", "one.periods.0.days: 9 of the last period; wanted none"),
    "no hazard ratio in any period": (f"{PERIODS}, periods: [{{median_control: 90, "
        "hazard_ratio: 1}]", "one.periods: a hazard ratio of 1 throughout"),
    "another method": ("method: medians, power: 0.8", "one: 'medians'; wanted one of proportion, mean"),
}  # fmt: skip


@pytest.mark.parametrize(("size", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_an_impossible_size_is_a_fault_at_its_line(tmp_path, size, said):
    with pytest.raises(ProtocolError) as caught:
        sized(tmp_path, size)
    (fault,) = map(str, caught.value.faults)
    path = tmp_path / "protocol.yaml"
    lines = path.read_text("utf-8").splitlines()
    line = next(place for place, text in enumerate(lines, 1) if text.startswith("  one: {label"))
    assert fault.startswith(f"{path}:{line} sample_size.{said}")


def test_a_comparison_wants_two_arms(tmp_path):
    one_arm = ("  control: {label: Standard care, role: no_treatment}\n", "")
    blocks = ("block_sizes: [2, 4]", "block_sizes: [2]")
    stages = "method: simon_two_stage, uninteresting: 0.1, desirable: 0.3, power: 0.8"
    assert sized(tmp_path, stages, changes=(one_arm, blocks)).sample_size
    with pytest.raises(ProtocolError, match=r"one\.method: proportion in a trial of one arm"):
        sized(tmp_path, f"{SHARES}, power: 0.8", changes=(one_arm, blocks))


def test_faults_of_several_sizes_come_together(tmp_path):
    with pytest.raises(ProtocolError) as caught:
        sized(tmp_path, SHARES, HAZARDS)
    assert len(caught.value.faults) == 2
