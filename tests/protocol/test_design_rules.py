"""Looks and smallest differences that no trial can have, each a fault at its own line."""

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol import load_protocol_file
from equipoise.trials import protocol_path

FAULTS = {
    "nobody at a look": ("subjects: {cells: 12, placebo: 6}", "subjects: {cells: 0, placebo: 6}",
        "looks.futility.subjects.cells: 0; wanted greater than 0"),
    "fewer than before": ("subjects: {cells: 24, placebo: 12}", "subjects: {cells: 4, placebo: 12}",
        "looks.end.subjects.cells: 4 after 12; wanted as many subjects as at the look before"),
    "a p value above 1": ("threshold: 0.025", "threshold: 2.5",
        "looks.end.rules.0.threshold: 2.5; wanted a p_value from 0 to 1"),
    "a prior without mass": ("prior: [1, 1]", "prior: [0, 1]",
        "looks.futility.rules.0.prior.0: 0; wanted greater than 0"),
    "more than every subject": ("minimal_important_difference: 0.2", "minimal_important_difference: 20",
        "minimal_important_difference: 20; wanted a difference of two shares, at most 1"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_an_impossible_design_is_a_fault_at_its_line(tmp_path, old, new, said):
    text = protocol_path("deng2017").read_text("utf-8")
    path = tmp_path / "protocol.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(ProtocolError) as caught:
        load_protocol_file(path)
    (fault,) = map(str, caught.value.faults)
    assert fault.startswith(f"{path}:{line} ")
    assert said in fault
