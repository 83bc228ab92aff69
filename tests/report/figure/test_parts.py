from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.figure.bars import Bar, BarPart, StackedBars, draw_stacked_bars
from equipoise.report.figure.course import Course, CoursePoint, CourseVisit, draw_course
from equipoise.report.figure.forest import Forest, ForestRow, draw_forest
from equipoise.report.figure.kaplan_meier import (
    AtRisk,
    KaplanMeierCurves,
    KaplanMeierStep,
    draw_kaplan_meier,
)
from equipoise.report.figure.labels import name_lines, short_name, spread
from equipoise.report.figure.standalone import standalone_svg
from equipoise.report.figure.style import FigureArm, looks_of, shades
from equipoise.report.figure.svg import Drawn, wrap
from equipoise.report.fonts import text_width
from support.svg_reader import placed_texts, results_in

ARMS = (
    FigureArm(id="new", label="New"),
    FigureArm(id="old", label="Old", is_control=True),
)
WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=12)


def texts(svg):
    return [one.text for one in placed_texts(svg)]


@given(WORDS, st.floats(40, 300))
def test_wraps_words_into_lines_no_wider_than_the_room(words, width):
    lines = wrap(" ".join(words), width, 9)
    assert "".join(lines).replace(" ", "") == "".join(words)
    assert all(text_width(line, 9) <= width for line in lines)


def test_keeps_words_joined_by_a_no_break_space():
    assert wrap("Completed (n\u00a0=\u00a012)", 60, 9) == ["Completed", "(n\u00a0=\u00a012)"]
    assert wrap("", 60, 9) == [""]


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=7),
    st.floats(0.02, 0.14),
)
def test_spreads_labels_without_overlap_in_their_order(places, height):
    placed = spread(places, heights=[height] * len(places), low=0, high=1)
    order = sorted(range(len(places)), key=lambda one: places[one])
    centres = [placed[one] for one in order]
    assert all(b - a >= height - 1e-9 for a, b in pairwise(centres))
    assert min(placed) >= height / 2 - 1e-9
    assert max(placed) <= 1 - height / 2 + 1e-9


def test_leaves_labels_alone_that_have_room():
    assert spread([0.2, 0.8], heights=[0.1, 0.1], low=0, high=1) == pytest.approx([0.2, 0.8])
    assert spread([0.0], heights=[0.1], low=0, high=1) == pytest.approx([0.05])


def test_cuts_names_that_have_no_room():
    long = "one two three four five six seven eight nine ten eleven twelve"
    (lines,) = name_lines([long], width=60, lines=20)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert name_lines(["short"], width=60, lines=1) == [["short"]]
    assert short_name(long, 100).endswith("…")
    assert text_width(short_name(long, 100), 9, "semibold") <= 104


def test_arms_differ_in_colour_line_and_marker_and_control_is_grey():
    arms = [FigureArm(id=f"a{place}", label="x", is_control=place == 2) for place in range(6)]
    looks = looks_of(arms)
    assert list(looks) == [arm.id for arm in arms]
    assert looks["a2"].colour == "#595959"
    assert looks["a0"].colour == "#0072B2"
    assert looks["a1"].colour == "#D55E00"
    for field in ("colour", "marker", "dashes"):
        assert len({getattr(look, field) for look in looks.values()}) == 6


def test_shades_go_from_light_to_dark():
    sums = [sum(int(one[at : at + 2], 16) for at in (1, 3, 5)) for one in shades(5)]
    assert sums == sorted(sums, reverse=True)
    assert len(shades(1)) == 1


def curves(times=(0.0, 10.0), **changes):
    step = KaplanMeierStep(time=0, survival=Drawn(1.0, ""))
    fall = KaplanMeierStep(
        time=5,
        survival=Drawn(0.5, "s"),
        ci_low=Drawn(0.3, "l"),
        ci_high=Drawn(0.7, "h"),
        censored=1,
    )
    whole = KaplanMeierCurves(
        name="km",
        arms=ARMS,
        steps={"new": (step, fall), "old": ()},
        at_risk={arm.id: tuple(AtRisk(time=t, subjects=Drawn(7, f"{arm.id}{t}")) for t in times)
                 for arm in ARMS},
        time_label="Days",
        survival_label="Without event (%)",
    )  # fmt: skip
    return replace(whole, **changes)


def test_draws_curves_with_an_arm_without_subjects():
    svg = draw_kaplan_meier(curves(note="Hazard ratio 2", note_results=("hr",)))
    assert texts(svg).count("7") == 4
    assert {"hr", "new0.0", "old10.0"} <= set(results_in(svg))
    assert "Hazard ratio 2" in texts(svg)
    assert texts(svg).count("New") == 2  # at the line and over its numbers at risk
    assert texts(svg).count("Old") == 1


def test_refuses_more_times_than_can_be_read():
    with pytest.raises(ValueError, match="12 times in the table; at most 11"):
        draw_kaplan_meier(curves(times=tuple(float(one) for one in range(12))))


def test_draws_open_intervals_as_arrows_and_rows_without_an_estimate_as_text():
    rows = (
        ForestRow(label="Against old"),
        ForestRow(label="New", estimate=Drawn(4.0, "e"), ci_low=Drawn(1.1, "l"),
                  ci_high=Drawn(float("inf"), "h"), text="4.00 (1.10 to ∞)",
                  text_results=("e", "l"), p_value="0.03", p_results=("p",)),
        ForestRow(label="Newer", text="NE"),
    )  # fmt: skip
    forest = Forest(
        name="f", rows=rows, axis_label="Ratio", text_label="Ratio (95% CI)", is_ratio=True
    )
    svg = draw_forest(forest)
    assert {"Against old", "New", "Newer", "NE", "4.00 (1.10 to ∞)", "0.03"} <= set(texts(svg))
    assert set(results_in(svg)) == {"e", "l", "p"}
    assert "1" in texts(svg)


def test_draws_a_visit_without_a_point_as_a_gap():
    visits = tuple(CourseVisit(id=f"W{w}", label=f"Week {w}", place=w) for w in (0, 4, 8))
    points = {
        "new": (CoursePoint(visit="W0", mean=Drawn(1, "a")), CoursePoint(visit="W8", mean=Drawn(2, "b"))),
        "old": (),
    }  # fmt: skip
    svg = draw_course(
        Course(name="c", arms=ARMS, visits=visits, points=points, value_label="Score")
    )
    assert {"0", "4", "8", "Week", "New"} <= set(texts(svg))
    assert "Number of subjects" not in texts(svg)


def test_writes_counts_into_the_parts_that_have_room():
    parts = (
        BarPart(category="low", percent=Drawn(99.0, "p1"), count=Drawn(99, "c1")),
        BarPart(category="high", percent=Drawn(1.0, "p2"), count=Drawn(1, "c2")),
    )
    svg = draw_stacked_bars(
        StackedBars(name="b", categories=("low", "high"), bars=(Bar(label="New", parts=parts),))
    )
    assert "99" in texts(svg)
    assert "1" not in texts(svg)
    assert set(results_in(svg)) == {"p1", "p2", "c1"}


def test_a_file_of_its_own_is_whole_xml_and_says_the_same():
    svg = draw_kaplan_meier(curves())
    alone = standalone_svg(svg)
    assert alone.startswith('<?xml version="1.0" encoding="utf-8"?>')
    ET.fromstring(alone.encode())
    assert "base64," in alone
    assert texts(alone.split("\n", 1)[1]) == texts(svg)
