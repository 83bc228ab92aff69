# Information, power and size of equivalence, exact power. Run from the root of the repository.
M <- "tests/reference/R/methods/"
source(paste0(M, "common.R"))
suppressMessages(library(rpact))

# Information: one over the variance that stats::glm gives the difference, of proportions by the
# binomial family with an identity link, of means by weighted stats::lm of two means whose
# residual variance is that given; of a log hazard ratio by rpact: the events that it asks for
# have the information at which z of power and level together is the log hazard ratio.
for (a in list(c(.3, .5, 40, 80), c(.75, .6, 120, 120), c(.05, .1, 200, 100))) {
  x <- round(a[1:2] * a[3:4]); n <- a[3:4]
  m <- glm(cbind(x, n - x) ~ c(1, 0), binomial("identity"), start = c(x[2] / n[2], diff(-x / n)),
    control = glm.control(epsilon = 1e-12))
  try_add(paste(c("information_proportion", a), collapse = "_"), "information",
    list(p1 = x[1] / n[1], p0 = x[2] / n[2], n1 = n[1], n0 = n[2]),
    list(proportion = 1 / vcov(m)[2, 2]), "stats::glm")
}
for (a in list(c(4, 20, 30), c(.7, 58, 58), c(12.5, 10, 200))) {
  arm <- rep(1:0, a[2:3]); m <- lm(seq_along(arm) ~ arm)
  try_add(paste(c("information_mean", a), collapse = "_"), "information",
    list(sd = a[1], n1 = a[2], n0 = a[3]),
    list(mean = 1 / (a[1]^2 * summary(m)$cov.unscaled[2, 2])), "stats::lm")
}
for (a in list(c(.6, 1, .025, .9), c(1.4, 2, .05, .8), c(.75, .5, .01, .85))) {
  events <- getSampleSizeSurvival(hazardRatio = a[1], allocationRatioPlanned = a[2], alpha = a[3],
    beta = 1 - a[4], lambda2 = .02, accrualTime = 12, followUpTime = 12)$eventsFixed
  z <- qnorm(a[4]) - qnorm(a[3])
  try_add(paste(c("information_logrank", a), collapse = "_"), "information",
    list(events = events[1], ratio = a[2]), list(logrank = (z / log(a[1]))^2),
    "rpact::getSampleSizeSurvival")
}

# Equivalence of two proportions: both one-sided tests by rpact::getPowerRates at each margin.
one_side <- function(a, margin) getPowerRates(getDesignGroupSequential(kMax = 1, alpha = a[6]),
  thetaH0 = margin, pi1 = a[1], pi2 = a[2], directionUpper = margin < 0,
  maxNumberOfSubjects = a[3] + a[4], allocationRatioPlanned = a[3] / a[4])$overallReject[1]
for (a in list(c(.5, .5, 200, 200, .15, .05), c(.7, .75, 300, 150, .2, .025),
  c(.3, .35, 60, 60, .12, .05), c(.2, .1, 90, 180, .25, .1))) {
  try_add(paste(c("equivalence_proportion", a), collapse = "_"), "power_equivalence_rates",
    list(p1 = a[1], p0 = a[2], n1 = a[3], n0 = a[4], margin = a[5], alpha = a[6]),
    list(power = max(0, one_side(a, -a[5]) + one_side(a, a[5]) - 1)), "rpact::getPowerRates")
}

# Equivalence of two means: given the estimated standard deviation s the chance that the mean
# difference lies between both bounds, by stats::integrate over the chi distribution of s. The
# size is the first whole control arm that has the power.
power_means <- function(d, sd, n1, n0, low, high, alpha) {
  df <- n1 + n0 - 2; se <- sd * sqrt(1 / n1 + 1 / n0); t <- qt(1 - alpha, df)
  top <- (high - low) / (2 * t * se) * sqrt(df) # beyond it no difference shows equivalence
  f <- function(c) {
    s <- c / sqrt(df)
    (pnorm((high - d) / se - t * s) - pnorm((low - d) / se + t * s)) *
      exp((1 - df / 2) * log(2) - lgamma(df / 2) + (df - 1) * log(c) - c^2 / 2)
  }
  at <- sort(unique(pmin(top, c(0, sqrt(df) + -8:8)))); at <- at[at >= 0 & at <= top]
  sum(mapply(function(a, b) integrate(f, a, b, rel.tol = 1e-13, abs.tol = 0)$value,
    head(at, -1), tail(at, -1)))
}
for (a in list(c(0, 1, 20, 20, -1, 1, .05), c(.2, 1.5, 40, 20, -1, 1.2, .05),
  c(-.1, .8, 12, 12, -1, .6, .025), c(0, 2, 9, 18, -1.5, 1.5, .1))) {
  try_add(paste(c("equivalence_mean", a), collapse = "_"), "power_equivalence_means",
    list(difference = a[1], sd = a[2], n1 = a[3], n0 = a[4], low = a[5], high = a[6],
      alpha = a[7]),
    list(power = do.call(power_means, as.list(a))), "stats::integrate")
}
for (a in list(c(0, 1, -.5, .5, .8, .05, 1), c(.1, 2, -1, 1.2, .9, .025, 2))) {
  n <- 3
  while (power_means(a[1], a[2], n * a[7], n, a[3], a[4], a[6]) < a[5]) n <- n + 1
  try_add(paste(c("size_equivalence_mean", a), collapse = "_"), "n_equivalence_means",
    list(difference = a[1], sd = a[2], low = a[3], high = a[4], power = a[5], alpha = a[6],
      ratio = a[7]), list(n0 = n, n1 = n * a[7], total = n * (1 + a[7])), "stats::integrate")
}

# Exact power: the chance of the tables whose p value of stats::fisher.test is at most alpha.
for (a in list(c(12, 6, .7, .2, .05), c(10, 29, .4, .4, .05), c(15, 15, .9, .35, .01))) {
  p <- outer(0:a[1], 0:a[2], Vectorize(function(i, j) {
    fisher.test(matrix(c(i, a[1] - i, j, a[2] - j), 2))$p.value
  }))
  mass <- outer(dbinom(0:a[1], a[1], a[3]), dbinom(0:a[2], a[2], a[4]))
  try_add(paste(c("exact_power", a), collapse = "_"), "power_fisher",
    list(n1 = a[1], n0 = a[2], p1 = a[3], p0 = a[4], alpha = a[5]),
    list(power = sum(mass[p <= a[5]])), "stats::fisher.test of every table, stats::dbinom")
}
flush_cases("tests/reference/json/size.json", c("stats", "rpact"))
