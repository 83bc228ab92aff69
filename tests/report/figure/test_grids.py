"""Small multiples: courses with numbers of subjects, grades by visit, single subjects; and ticks."""

import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analyse.key import levels_of
from equipoise.report.display import Figure
from equipoise.report.figure.course import Course, CoursePoint, CourseVisit
from equipoise.report.figure.course_grid import with_room
from equipoise.report.figure.labels import visit_ticks
from equipoise.report.figure.style import FigureArm
from equipoise.report.figure.svg import Drawn
from equipoise.report.fonts import text_width
from support.report_case import CASES, made_report
from support.svg_reader import placed_texts, results_in

NARROW = {"two arms", "one subject, no event"}


def figures_of(name):
    case, document = made_report(name)
    blocks = [block for section in document.sections for block in _blocks(section)]
    return case, {block.id: block for block in blocks if isinstance(block, Figure)}


def _blocks(section):
    yield from section.blocks
    for part in section.sections:
        yield from _blocks(part)


def printed(svg):
    """Text of every element that carries the id of a result."""
    return {
        group.attrib["data-result"]: "".join(group.itertext()).strip()
        for group in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}g")
        if "data-result" in group.attrib
    }


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_of_subjects_stand_under_every_course(name):
    case, figures = figures_of(name)
    written = printed(figures["figure-courses-courses"].svg)
    subjects = case.frame.filter(analysis="courses", statistic="n")
    assert subjects.height == 2 * 4 * CASES[name]["arms"]
    for row in subjects.iter_rows(named=True):
        assert written[row["result_id"]] == f"{row['value']:g}"


@pytest.mark.parametrize("name", CASES)
def test_every_grade_that_somebody_has_is_a_part_of_a_bar(name):
    case, figures = figures_of(name)
    drawn = set(results_in(figures["figure-grades-grades"].svg))
    shares = case.frame.filter(analysis="grades", statistic="percent")
    assert {value > 0 for value in shares["value"]} == {True, False}
    for row in shares.iter_rows(named=True):
        assert (row["result_id"] in drawn) == (row["value"] > 0)


def test_the_worst_grade_is_named_last_and_drawn_darkest():
    svg = figures_of("two arms")[1]["figure-grades-grades"].svg
    key = [one.text for one in placed_texts(svg) if one.text in {"A", "B", "C"}]
    assert key == ["C", "B", "A"]


def test_the_table_of_grades_begins_with_the_worst():
    _, figures = figures_of("two arms")
    (table,) = figures["figure-grades-grades"].numbers
    assert [column.label for column in table.columns] == ["A", "B", "C"] * 2


@pytest.mark.parametrize("name", sorted(NARROW))
def test_every_value_of_a_small_arm_is_drawn(name):
    case, figures = figures_of(name)
    drawn = {
        one for ids in results_in(figures["figure-singles-individual"].svg) for one in ids.split()
    }
    values = case.frame.filter(analysis="singles", statistic="value", variable="protein")
    assert values.height
    assert drawn == set(values["result_id"])


def test_the_table_of_single_subjects_holds_each_of_them():
    case, figures = figures_of("two arms")
    (table,) = figures["figure-singles-individual"].numbers
    values = case.frame.filter(analysis="singles", statistic="value", variable="protein")
    subjects = {levels_of(by)["subject"] for by in values["by"]}
    shown = {row.label[0] for row in table.rows if not row.is_group}
    assert shown == subjects


def test_large_arms_are_not_shown_one_by_one():
    case, figures = figures_of("six arms")
    assert "figure-singles-individual" not in figures
    said = case.frame.filter(analysis="singles", statistic="value")["message"].to_list()
    assert all("too many to show singly" in message for message in said)


def test_a_word_that_all_visits_share_goes_to_the_axis():
    ticks = visit_ticks(["Week 0", "Week 4", "Week 24"], places=[0, 20, 120], size=9)
    assert (ticks.title, ticks.names, ticks.lines) == ("Week", ("0", "4", "24"), 1)


def test_visits_of_different_words_keep_their_names():
    ticks = visit_ticks(["Baseline", "Week 24"], places=[0, 120], size=9)
    assert (ticks.title, ticks.names) == ("", ("Baseline", "Week 24"))


@given(
    st.lists(st.text("abc W0123", min_size=1, max_size=14), min_size=1, max_size=12),
    st.lists(st.floats(0, 300), min_size=12, max_size=12),
)
def test_no_name_of_a_visit_lies_on_another(labels, places):
    placed = sorted(places)[: len(labels)]
    ticks = visit_ticks(labels, places=placed, size=9)
    assert ticks.lines == max(name.count("\n") for name in ticks.names) + 1
    for (one, at), (other, next_to) in combinations(zip(ticks.names, placed, strict=True), 2):
        if one.count("\n") == other.count("\n"):
            half = [text_width(name.strip("\n"), 9) / 2 for name in (one, other)]
            assert next_to - at >= sum(half)


def course_at(days):
    visits = tuple(CourseVisit(id=f"v{day}", label=f"Day {day}", place=day) for day in days)
    points = tuple(
        CoursePoint(visit=visit.id, mean=Drawn(1.0, "m"), subjects=Drawn(28, "n"))
        for visit in visits
    )
    arm = FigureArm(id="a", label="A")
    return Course(name="c", arms=(arm,), visits=visits, points={"a": points}, value_label="x")


def test_visits_too_close_for_their_numbers_stand_at_equal_distances():
    wide, crowded = course_at([0, 90, 180]), course_at([0, 30, 720])
    assert with_room(wide, panels=1) == wide
    assert [visit.place for visit in with_room(crowded, panels=1).visits] == [0, 1, 2]
