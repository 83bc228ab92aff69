import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.protocol.model.schedule import Visit, Window
from equipoise.simulate import load_population
from equipoise.simulate.conduct import missed_visits, missing_panel, visit_days
from equipoise.simulate.recruitment import recruit

LAW = load_population("refractory_sle").parameters
UNIFORM = (np.arange(999)[:, np.newaxis] + 0.5) / 999


def days(*visits):
    uniform = np.broadcast_to(UNIFORM, (999, len(visits)))
    return visit_days([Visit(label="V", **one) for one in visits], LAW.conduct, uniform=uniform)


def test_days_scatter_around_the_plan_and_day_0_is_kept():
    found = days({"day": -14}, {"day": 0}, {"day": 28}, {"day": 365})
    assert_array_equal(found[:, 1], 0)
    assert found[:, 0].max() <= -1
    for place, (day, spread) in enumerate([(28, 0.35 * 7), (365, 0.9 * 7)], start=2):
        assert abs(found[:, place].mean() - day) < 0.1
        assert np.abs(found[:, place] - day).max() <= np.ceil(2.5 * spread)
        assert 0.85 < found[:, place].std() / spread < 1.05  # the tails are cut
    assert_array_equal(found, np.round(found))


def test_a_window_is_kept_and_visits_stay_in_order():
    found = days(
        {"day": 0}, {"day": 1}, {"day": 2}, {"day": 28, "window": Window(first=27, last=28)},
        {"day": 90, "window": Window(first=80)},
    )  # fmt: skip
    assert (np.diff(found, axis=1) >= 1).all()
    assert set(np.unique(found[:, 3])) == {27.0, 28.0}
    assert found[:, 1].min() >= 1


def test_only_visits_that_may_be_are_missed():
    uniform = np.broadcast_to(UNIFORM, (999, 2))
    missed = missed_visits(LAW.conduct, uniform=uniform, may_be_missed=np.array([False, True]))
    assert missed[:, 0].sum() == 0
    assert_allclose(missed[:, 1].mean(), LAW.conduct.missed_visit, atol=2e-3)


def test_a_missing_panel_is_one_of_five():
    rng = np.random.default_rng(2)
    draws = {"panel_missing": rng.random((4000, 5)), "which_panel": rng.random((4000, 5))}
    panel = missing_panel(LAW.conduct, draws=draws, may_be_missing=np.arange(5) > 0)
    assert (panel[:, 0] == -1).all()
    share = (panel[:, 1:] >= 0).mean()
    assert_allclose(share, LAW.conduct.missing_panel, atol=4 * np.sqrt(0.02 / 16_000))
    assert set(np.unique(panel)) == {-1, 0, 1, 2, 3, 4}


def came(trials=400, sites=4, subjects=40):
    return recruit(LAW.sites, seed=1, trial=np.arange(trials), sites=sites, subjects=subjects)


def test_subjects_come_in_order_from_all_sites():
    found = came()
    assert (np.diff(found.day, axis=1) >= 0).all()
    assert (found.day >= 0).all()
    assert set(np.unique(found.site)) == {0, 1, 2, 3}


def test_a_site_recruits_at_its_rate():
    one = came(sites=1, subjects=30)
    # Given the rate the time is gamma, nearly normal; the median of 1 / rate over sites is that
    # of the reciprocal of a gamma of shape 2, which is 1.19 / mean.
    weeks = (one.day[:, -1] - one.day[:, 0]) / 7
    assert LAW.sites.rate_shape == 2
    assert_allclose(np.median(weeks), 1.19 * 29 / LAW.sites.rate, rtol=0.15)


def test_more_subjects_begin_with_the_same():
    short, long = came(subjects=10), came(subjects=40)
    assert_array_equal(short.site, long.site[:, :10])
    assert_array_equal(short.day, long.day[:, :10])


def test_a_trial_is_recruited_alike_in_any_batch():
    whole = came()
    alone = recruit(LAW.sites, seed=1, trial=np.array([7]), sites=4, subjects=40)
    assert_array_equal(alone.day[0], whole.day[7])
    assert_array_equal(alone.effect[0], whole.effect[7])


def test_sites_differ_by_their_effect():
    found = came(trials=2000)
    effect = np.array([found.effect[t][found.site[t] == 0][0] for t in range(2000)
                       if (found.site[t] == 0).any()])  # fmt: skip
    assert_allclose(effect.std(), LAW.sites.effect_sd, rtol=0.1)
    assert abs(effect.mean()) < 4 * LAW.sites.effect_sd / np.sqrt(effect.size)
