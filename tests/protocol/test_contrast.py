from __future__ import annotations

from equipoise.protocol.contrast import contrast_name, sides_of


def test_the_sides_of_a_contrast_are_those_it_was_named_after():
    assert contrast_name("high", "placebo") == "high - placebo"
    assert sides_of(contrast_name("high", "placebo")) == ("high", "placebo")


def test_a_group_is_no_contrast():
    assert sides_of("Total") is None
    assert sides_of("low-dose") is None
