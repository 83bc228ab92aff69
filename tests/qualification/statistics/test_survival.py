"""Answers of the survival adapter in the words of R where R and the project differ."""

import numpy as np
from numpy.testing import assert_array_equal

from equipoise.qualification.adapter import Given
from equipoise.qualification.statistics.survival import METHODS

CURVE = "time,status,arm,stratum\n" + "".join(
    f"{time},{event},{arm},0\n"
    for arm in (0, 1)
    for time, event in ((1, 0), (2, 0), (3, 1), (4, 1), (5, 0), (6, 1))
)

# R survival 3.5.3, d <- data.frame(t = 1:6, e = c(0, 0, 1, 1, 0, 1)):
# f <- survfit(Surv(t, e) ~ 1, d, conf.type = ...); f$lower[1:3]; summary(f, times = c(.5, 1.5, 3))
FROM_R = {
    "plain": ([1, 1, 0.325655349721436], [1, 1, 0.325655349721436]),
    "log": ([1, 1, 0.425932268497982], [1, 1, 0.425932268497982]),
    "log_log": ([np.nan, np.nan, 0.1279469175951459], [1, np.nan, 0.127946917595146]),
    "logit": ([np.nan, np.nan, 0.237839845778134], [1, np.nan, 0.237839845778134]),
    "arcsin": ([np.nan, np.nan, 0.2796478086848057], [1, np.nan, 0.279647808684806]),
}


def test_rows_before_the_first_event_are_as_r_leaves_them(tmp_path):
    (tmp_path / "curve.csv").write_text(CURVE)
    inputs = {"data": "curve.csv", "times": [0.5, 1.5, 3], "rmst_tau": 4, "covariates": []}
    answer = METHODS["two_arm_survival"](Given(inputs, tmp_path))
    for scale, (rows, at_times) in FROM_R.items():
        limits = answer["km"]["arm0"]["ci"][scale]
        assert_array_equal(np.round(limits["lower"][:3], 12), np.round(rows, 12), err_msg=scale)
        found = np.round(limits["at_times_lower"], 12)
        assert_array_equal(found, np.round(at_times, 12), err_msg=scale)
