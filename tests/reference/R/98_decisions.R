# Closed tests and steps of several hypotheses; priors robust against a conflict, and predictions
# of two arms. Run from the root of the repository.
M <- "tests/reference/R/methods/"
source(paste0(M, "common.R"))

# Single step and step down by their definitions; a fixed sequence is base::cummax.
sidak <- function(p, m) -expm1(m * log1p(-p))
holm_sidak <- function(p) {
  o <- order(p); q <- cummax(sidak(p[o], length(p):1)); q[order(o)]
}
# Local tests of an intersection: stats::p.adjust, stats::pchisq and stats::pnorm.
local <- list(
  bonferroni = function(p) min(p.adjust(p, "bonferroni")),
  simes = function(p) min(p.adjust(p, "BH")),
  fisher = function(p) pchisq(-2 * sum(log(p)), 2 * length(p), lower.tail = FALSE),
  inverse_normal = function(p) pnorm(sum(qnorm(p, lower.tail = FALSE)) / sqrt(length(p)),
    lower.tail = FALSE)
)
# every intersection that holds the hypothesis, by utils::combn; the largest p value of them
closed <- function(p, test) vapply(seq_along(p), function(i) {
  max(vapply(seq_along(p), function(k) {
    sets <- combn(seq_along(p), k, simplify = FALSE)
    max(vapply(Filter(function(s) i %in% s, sets), function(s) test(p[s]), 0))
  }, 0))
}, 0)
families <- list(three = c(.01, .04, .03), five = c(.5, .0002, .021, .021, .3),
  tiny = c(1e-30, .2, 1e-12, .9), one = .03, eight = c(.9, .01, .07, .004, .3, .011, .02, .6))
for (n in names(families)) {
  p <- families[[n]]
  try_add(paste0("steps_", n), "p_adjust", list(p = p),
    list(sidak = sidak(p, length(p)), holm_sidak = holm_sidak(p), fixed_sequence = cummax(p)),
    "own: definitions; base::cummax")
  try_add(paste0("combined_", n), "p_combination", list(p = p),
    list(bonferroni = local$bonferroni(p), simes = local$simes(p)), "stats::p.adjust")
  for (t in names(local)) {
    try_add(paste("closed", n, t, sep = "_"), "closed_test", list(p = p, local = t),
      list(adjusted_p = closed(p, local[[t]])), "own: every intersection by utils::combn")
  }
}
flush_cases("tests/reference/json/closed_test.json")

# A vague component beside a mixture of beta distributions: its moments, and its weights, mean and
# marginal likelihood after data.
moments <- function(w, a, b) {
  mean <- a / (a + b); square <- mean * (a + 1) / (a + b + 1)
  c(sum(w * mean), sqrt(sum(w * square) - sum(w * mean)^2))
}
robust <- function(w, a, b, vague, x, n) {
  w <- c((1 - vague) * w, vague); a <- c(a, 1); b <- c(b, 1); before <- moments(w, a, b)
  lik <- w * exp(lchoose(n, x) + lbeta(a + x, b + n - x) - lbeta(a, b)); v <- lik / sum(lik)
  after <- moments(v, a + x, b + n - x)
  list(prior = list(weights = w, a = a, b = b, mean = before[1], sd = before[2]),
    posterior = list(weights = v, mean = after[1], sd = after[2], marginal_loglik = log(sum(lik))))
}
for (m in list(list(w = 1, a = 4, b = 12), list(w = c(.6, .4), a = c(15.2, 3), b = c(30, 5.5)))) {
  for (data in list(c(.2, 3, 12), c(.5, 17, 20))) {
    try_add(paste(c("robust", length(m$w), data), collapse = "_"), "robust_prior",
      list(w = m$w, a = m$a, b = m$b, vague_weight = data[1], x = data[2], n = data[3]),
      robust(m$w, m$a, m$b, data[1], data[2], data[3]), "own: base::lchoose, lbeta")
  }
}

# Chance, before the rest of the subjects are seen, that the chance that p1 exceeds p0 by a margin
# will be above a cut: stats::integrate over p0 for every final table, beta-binomial weights.
exceeds <- function(x1, n1, x0, n0, margin, a, b) {
  f <- function(p) dbeta(p, a + x0, b + n0 - x0) *
    pbeta(pmin(p + margin, 1), a + x1, b + n1 - x1, lower.tail = FALSE)
  integrate(f, 0, 1 - margin, rel.tol = 1e-11)$value
}
rest <- function(x, n, total, a, b) {
  k <- 0:(total - n)
  exp(lchoose(total - n, k) + lbeta(a + x + k, b + total - x - k) - lbeta(a + x, b + n - x))
}
for (s in list(c(5, 10, 20, 2, 9, 18, .95, 0, 1, 1), c(9, 15, 24, 7, 15, 24, .8, .1, .5, .5),
  c(2, 8, 16, 3, 8, 12, .9, 0, 2, 3), c(6, 12, 12, 1, 6, 6, .9, 0, 1, 1))) {
  a <- s[9]; b <- s[10]; k1 <- 0:(s[3] - s[2]); k0 <- 0:(s[6] - s[5])
  won <- outer(s[1] + k1, s[4] + k0, Vectorize(function(i, j)
    exceeds(i, s[3], j, s[6], s[8], a, b))) > s[7]
  weight <- outer(rest(s[1], s[2], s[3], a, b), rest(s[4], s[5], s[6], a, b))
  try_add(paste(c("two_arms", s), collapse = "_"), "predictive_probability_two_arms",
    list(x1 = s[1], n1 = s[2], N1 = s[3], x0 = s[4], n0 = s[5], N0 = s[6], posterior_cut = s[7],
      margin = s[8], a = a, b = b), list(pp = sum(weight[won])),
    "own: stats::integrate, dbeta, pbeta")
}
flush_cases("tests/reference/json/prediction.json")
