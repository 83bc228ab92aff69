"""Panels over time: what is labelled, what is drawn, and where it ends."""

import itertools

import pytest

from equipoise.report.figure.incidence import (
    IncidenceCurves,
    IncidencePanel,
    IncidenceStep,
    draw_incidence,
)
from equipoise.report.figure.kaplan_meier import AtRisk
from equipoise.report.figure.states import StateAreas, StatePanel, StateStep, draw_state_areas
from equipoise.report.figure.style import FigureArm
from equipoise.report.figure.svg import Drawn
from equipoise.report.figure.time_panel import legible
from support.svg_reader import placed_texts, results_in, size_of

TIMES = (0.0, 28.0, 84.0, 168.0)
STATES = ("Active disease", "Remission", "Relapse", "Death")
LONG = "Human umbilical cord-derived mesenchymal stem cells, one million per kilogram, given twice"


def areas(arms=2, states=STATES, title="Arm"):
    panels = tuple(
        StatePanel(
            title=f"{title} {arm}",
            steps=tuple(
                StateStep(
                    time=time,
                    shares=tuple(
                        Drawn(1 / len(states), f"s{arm}-{time:g}-{state}")
                        for state in range(len(states))
                    ),
                )
                for time in (0.0, 30.0, 90.0)
            ),
            numbers=tuple(
                tuple(AtRisk(time=time, subjects=Drawn(120, f"n{arm}-{time:g}")) for time in TIMES)
                for _ in states
            ),
        )
        for arm in range(arms)
    )
    return StateAreas(name="areas", states=states, panels=panels, times=TIMES)


def curves(arms=2, *, has_steps=True):
    named = tuple(FigureArm(id=f"a{arm}", label=f"Arm {arm}", is_control=not arm)
                  for arm in range(arms))  # fmt: skip
    steps = {
        arm.id: tuple(
            IncidenceStep(time=time, incidence=Drawn(height, f"{arm.id}-{time:g}"),
                          ci_low=Drawn(height / 2, ""), ci_high=Drawn(min(1, height * 1.5), ""))
            for time, height in ((0.0, 0.0), (40.0, 0.2), (400.0, 0.9))
        )
        for arm in named if has_steps
    }  # fmt: skip
    return IncidenceCurves(
        name="curves",
        arms=named,
        panels=(IncidencePanel(title="The event", steps=steps),
                IncidencePanel(title="Competing: death", steps=steps)),
        at_risk={arm.id: tuple(AtRisk(time=time, subjects=Drawn(29, f"r{arm.id}"))
                               for time in TIMES) for arm in named},
        times=TIMES,
    )  # fmt: skip


def overlapping(svg):
    placed = list(placed_texts(svg))
    return [
        (one.text, other.text)
        for place, one in enumerate(placed)
        for other in placed[place + 1 :]
        if one.overlaps(other)
    ]


@pytest.mark.parametrize("width", [60.0, 174.0, 400.0])
@pytest.mark.parametrize("times", [(0.0, 30.0, 91.0, 183.0, 365.0, 548.0, 731.0),
                                   tuple(float(day) for day in range(0, 730, 10))])  # fmt: skip
def test_labels_that_are_kept_do_not_touch(times, width):
    kept = legible(times, last=731.0, width=width)
    assert kept[-1] == times[-1]
    assert set(kept) <= set(times)
    places = [time / 731 * width for time in kept]
    assert all(right - left > 8 for left, right in itertools.pairwise(places))


def test_one_time_is_kept():
    assert legible((84.0,), last=84.0, width=10.0) == (84.0,)


@pytest.mark.parametrize("arms", [1, 2, 3, 5])
def test_states_have_a_panel_an_arm_and_a_row_of_numbers_each(arms):
    svg = draw_state_areas(areas(arms))
    shown = [one.text for one in placed_texts(svg)]
    assert shown.count("Number in each state") == arms
    assert shown.count("120") == arms * len(STATES) * len(TIMES)
    assert not overlapping(svg)
    width, height = size_of(svg)
    assert all(one.left > -1 and one.right < width + 1 and one.bottom < height
               for one in placed_texts(svg))  # fmt: skip


def test_many_states_put_their_key_into_rows():
    states = tuple(f"A state with a long name {place}" for place in range(7))
    svg = draw_state_areas(areas(2, states))
    assert set(states) <= {one.text for one in placed_texts(svg)}
    assert not overlapping(svg)


def test_every_share_that_is_drawn_can_be_traced():
    found = set(results_in(draw_state_areas(areas(1))))
    assert {f"s0-{time}-{state}" for time in (0, 30, 90) for state in range(4)} <= found
    assert {f"n0-{time}" for time in (0, 28, 84, 168)} <= found


def test_an_arm_without_subjects_is_an_empty_panel():
    empty = StatePanel(title="Nobody", steps=(), numbers=((), (), (), ()))
    drawn = StateAreas(name="one", states=STATES, panels=(empty,), times=TIMES)
    assert "Nobody" in [one.text for one in placed_texts(draw_state_areas(drawn))]


@pytest.mark.parametrize("arms", [2, 3, 6])
def test_incidence_has_two_panels_with_the_same_numbers_at_risk(arms):
    svg = draw_incidence(curves(arms))
    shown = [one.text for one in placed_texts(svg)]
    assert {"The event", "Competing: death"} <= set(shown)
    assert shown.count("29") == 2 * arms * len(TIMES)
    assert not overlapping(svg)


def test_curves_end_with_the_planned_times():
    drawn = results_in(draw_incidence(curves()))
    assert "a0-40" in drawn
    assert "a0-400" not in drawn  # a step after the last planned time


def test_curves_without_steps_leave_the_frame():
    assert not overlapping(draw_incidence(curves(has_steps=False)))


def test_equal_figures_are_equal_bytes():
    assert draw_state_areas(areas()) == draw_state_areas(areas())
    assert draw_incidence(curves()) == draw_incidence(curves())


@pytest.mark.parametrize("title", [LONG])
def test_a_long_name_of_an_arm_stays_on_its_panel(title):
    svg = draw_state_areas(areas(2, title=title))
    width, _ = size_of(svg)
    assert all(one.right < width + 1 for one in placed_texts(svg))
