# Tables of rows and columns, profile likelihood, differences over strata, chances of all tables.
# Run from the root of the repository.
M <- "tests/reference/R/methods/"
source(paste0(M, "common.R"))
source(paste0(M, "binary.R"))
rows_of <- function(m) unname(split(m, row(m)))

# Pearson's chi-square: stats::chisq.test; likelihood ratio: stats::loglin of the two margins.
independence <- function(m) {
  pearson <- suppressWarnings(chisq.test(m, correct = FALSE))
  ratio <- loglin(m, list(1, 2), print = FALSE)$lrt
  list(
    statistic = unname(pearson$statistic), df = unname(pearson$parameter), p = pearson$p.value,
    statistic_likelihood = ratio,
    p_likelihood = pchisq(ratio, pearson$parameter, lower.tail = FALSE),
    expected = unname(pearson$expected)
  )
}
tables <- list(
  two_by_four = matrix(c(8, 3, 5, 9, 2, 7, 1, 6), 2),
  four_by_three = matrix(c(12, 5, 8, 2, 9, 11, 3, 7, 1, 6, 10, 14), 4),
  hair_and_eyes = unname(apply(HairEyeColor, 1:2, sum)),
  few = matrix(c(3, 0, 1, 2, 0, 4), 2)
)
for (n in names(tables)) {
  try_add(paste0("independence_", n), "r_by_c", list(table = rows_of(tables[[n]])),
    independence(tables[[n]]), "stats::chisq.test, stats::loglin")
}

# Cochran-Mantel-Haenszel family over strata, each an array rows x columns x strata. The general
# association is stats::mantelhaen.test. The other two are written out from permutations within
# strata (Landis, Heyman and Koch 1978): T sums scores, each stratum has mean and covariance
# S_rows S_columns / (n - 1), S the sums of squares of the scores over the subjects.
chi <- function(x, v, df) {
  s <- drop(t(x) %*% solve(v, x))
  list(statistic = s, df = df, p = pchisq(s, df, lower.tail = FALSE))
}
subjects_of <- function(m) {
  at <- which(m > 0, arr.ind = TRUE)
  at[rep(seq_len(nrow(at)), m[at]), , drop = FALSE]
}
correlation <- function(a, u, w) {
  x <- 0; v <- 0
  for (k in seq_len(dim(a)[3])) {
    s <- subjects_of(a[, , k])
    r <- u[s[, 1]] - mean(u[s[, 1]]); c <- w[s[, 2]] - mean(w[s[, 2]])
    x <- x + sum(r * c); v <- v + sum(r^2) * sum(c^2) / (nrow(s) - 1)
  }
  chi(x, v, 1)
}
row_means <- function(a, scores) {
  df <- dim(a)[1] - 1; x <- 0; v <- 0
  for (k in seq_len(dim(a)[3])) {
    s <- subjects_of(a[, , k]); w <- scores(a[, , k])
    r <- scale(outer(s[, 1], seq_len(df), "=="), scale = FALSE); c <- w[s[, 2]] - mean(w[s[, 2]])
    x <- x + crossprod(r, c); v <- v + crossprod(r) * sum(c^2) / (nrow(s) - 1)
  }
  chi(x, v, df)
}
family <- function(a, u, w) {
  g <- mantelhaen.test(a, correct = FALSE)
  list(
    general = list(statistic = unname(g$statistic), df = unname(g$parameter), p = g$p.value),
    row_means = row_means(a, function(m) w),
    row_means_of_midranks = row_means(a, midranks),
    row_means_of_ridits = row_means(a, function(m) midranks(m) / (sum(m) + 1)),
    correlation = correlation(a, u, w)
  )
}
# mean rank of the subjects of each column: base::rank
midranks <- function(m) {
  s <- subjects_of(m)[, 2]; k <- numeric(ncol(m))
  k[sort(unique(s))] <- tapply(rank(s), s, mean)
  k
}
set.seed(404)
strata <- list(
  three_doses = list(a = array(rpois(36, 6) + 1, c(3, 4, 3)), u = c(0, 54, 81), w = c(1, 2, 3, 4)),
  two_arms = list(a = array(rpois(30, 3) + 1, c(2, 5, 3)), u = c(1, 2), w = c(0, 1, 2, 4, 9)),
  one_stratum = list(a = array(c(8, 3, 5, 9, 2, 7, 1, 6), c(2, 4, 1)), u = c(1, 2), w = 1:4)
)
layers <- function(a) lapply(seq_len(dim(a)[3]), function(k) rows_of(a[, , k]))
for (n in names(strata)) {
  s <- strata[[n]]
  input <- list(tables = layers(s$a), row_scores = s$u, column_scores = s$w)
  if (dim(s$a)[3] > 1) {
    try_add(paste0("cmh_family_", n), "cmh_family", input, family(s$a, s$u, s$w),
      "stats::mantelhaen.test; own sums over permutations within strata")
    next
  }
  m <- s$a[, , 1]; at <- subjects_of(m); ranked <- kruskal.test(at[, 2], at[, 1])
  r <- cor(s$u[at[, 1]], s$w[at[, 2]])
  try_add("cmh_family_one_stratum", "cmh_family", input, list(
    row_means_of_midranks = list(statistic = unname(ranked$statistic),
      df = unname(ranked$parameter), p = ranked$p.value),
    correlation = list(statistic = (sum(m) - 1) * r^2, df = 1,
      p = pchisq((sum(m) - 1) * r^2, 1, lower.tail = FALSE))),
    "stats::kruskal.test; (n - 1) times the square of stats::cor")
}
# blocks of one subject a row: the test of row means of midranks is stats::friedman.test
blocks <- t(replicate(9, sample(1:6, 4, replace = TRUE)))
one_each <- lapply(seq_len(9), function(i) outer(blocks[i, ], 1:6, "==") + 0)
f <- friedman.test(blocks)
try_add("cmh_family_blocks", "cmh_family", list(tables = lapply(one_each, rows_of)),
  list(row_means_of_midranks = list(statistic = unname(f$statistic), df = unname(f$parameter),
    p = f$p.value)), "stats::friedman.test")
for (n in names(tables)) {
  m <- tables[[n]]; k <- midranks(m)
  try_add(paste0("column_scores_", n), "column_scores", list(table = rows_of(m)),
    list(midranks = k, modified_ridits = k / (sum(m) + 1)), "base::rank")
}

# Profile likelihood: where twice the loss of log likelihood is the quantile of chi-square.
# Odds ratio: stats::glm with the log odds ratio as an offset; risk difference: the search for the
# restricted risks of binary.R; risk ratio: its restricted risk in closed form.
loglik <- function(p, x, n) sum(ifelse(x == 0, 0, x * log(p)) + ifelse(x == n, 0,
  (n - x) * log1p(-p)))
at_ratio <- function(r, x, n) {
  a <- sum(n) * r; b <- n[1] * r + x[1] + n[2] + x[2] * r
  p <- 2 * sum(x) / (b + sqrt(b^2 - 4 * a * sum(x))); c(r * p, p)
}
at_difference <- function(d, x, n) {
  p <- rmle_rd(d, x[1], n[1], x[2], n[2]); c(p + d, p)
}
at_odds_ratio <- function(o, x, n) {
  m <- suppressWarnings(glm(cbind(x, n - x) ~ 1, binomial, offset = c(log(o), 0),
    control = glm.control(epsilon = 1e-15, maxit = 100)))
  unname(m$fitted.values)
}
profile_limits <- function(risks, x, n, conf, low, high, middle, scale = identity) {
  best <- loglik(x / n, x, n); level <- qchisq(conf, 1)
  g <- function(t) {
    p <- pmin(pmax(risks(scale(t), x, n), 0), 1) # rounding aside
    min(2 * (best - loglik(p, x, n)) - level, 1e6)
  }
  solve_at <- function(a, b) uniroot(g, sort(c(a, b)), tol = 1e-14, maxiter = 2000)$root
  scale(c(solve_at(low, middle), solve_at(middle, high)))
}
arms <- list(c(9, 12, 5, 6), c(27, 30, 25, 28), c(7, 12, 1, 12), c(56, 70, 48, 80),
  c(30, 58, 31, 60), c(2, 41, 9, 37))
for (t in arms) for (conf in c(.9, .95)) {
  x <- t[c(1, 3)]; n <- t[c(2, 4)]; p <- x / n; odds <- p / (1 - p); e <- 1e-9
  try_add(paste(c("profile", t, 100 * conf), collapse = "_"), "profile_likelihood",
    list(x1 = t[1], n1 = t[2], x0 = t[3], n0 = t[4], conf = conf),
    list(
      risk_difference = profile_limits(at_difference, x, n, conf, -1 + e, 1 - e, p[1] - p[2]),
      risk_ratio = profile_limits(at_ratio, x, n, conf, -9, 9, log(p[1] / p[2]), exp),
      odds_ratio = profile_limits(at_odds_ratio, x, n, conf, -9, 9, log(odds[1] / odds[2]), exp)
    ), "stats::glm, stats::uniroot, restricted risks of binary.R")
}

# Mantel-Haenszel difference over strata with three kinds of limits, from their definitions.
over_strata <- function(d, conf) {
  z <- qnorm((1 + conf) / 2); n <- d$n1 + d$n0; w <- d$n1 * d$n0 / n; p1 <- d$x1 / d$n1
  p0 <- d$x0 / d$n0; rd <- sum(w * (p1 - p0)) / sum(w); u <- w / sum(w)
  # score limits: the variance of each stratum at its restricted risks, times N / (N - 1)
  spread <- function(t) sum(mapply(function(k) {
    q0 <- rmle_rd(t, d$x1[k], d$n1[k], d$x0[k], d$n0[k]); q1 <- q0 + t
    u[k]^2 * (q1 * (1 - q1) / d$n1[k] + q0 * (1 - q0) / d$n0[k]) * n[k] / (n[k] - 1)
  }, seq_along(w)))
  score <- function(s, end) uniroot(function(t) (rd - t) * s - z * sqrt(spread(t)),
    sort(c(end, rd)), tol = 1e-14, maxiter = 2000)$root
  # Klingenberg: Sato's variance P t + Q at the limit itself
  P <- sum((d$n1^2 * d$x0 - d$n0^2 * d$x1 + d$n1 * d$n0 * (d$n0 - d$n1) / 2) / n^2) / sum(w)^2
  Q <- sum((d$x1 * (d$n0 - d$x0) + d$x0 * (d$n1 - d$x1)) / (2 * n)) / sum(w)^2
  sato <- function(s, end) uniroot(function(t) (rd - t) * s - z * sqrt(max(P * t + Q, 0)),
    sort(c(end, rd)), tol = 1e-14, maxiter = 2000)$root
  # Yan and Su: Wilson's limits at a quantile shrunk so that their weighted sum has the level
  shrunk <- function(x, m) {
    v <- x / m * (1 - x / m) / m; k <- z * sqrt(sum(u^2 * v)) / sum(u * sqrt(v))
    l <- mapply(function(x, m) wilson(x, m, 2 * pnorm(k) - 1), x, m); drop(l %*% u)
  }
  l1 <- shrunk(d$x1, d$n1); l0 <- shrunk(d$x0, d$n0); s1 <- sum(u^2 / d$n1); s0 <- sum(u^2 / d$n0)
  back <- z * sqrt(s1 * l1[1] * (1 - l1[1]) + s0 * l0[2] * (1 - l0[2]))
  list(
    estimate = rd,
    miettinen_nurminen = c(score(1, -1 + 1e-9), score(-1, 1 - 1e-9)),
    klingenberg = c(sato(1, -1), sato(-1, 1)),
    newcombe = c(rd - back, rd + z * sqrt(s1 * l1[2] * (1 - l1[2]) + s0 * l0[1] * (1 - l0[1])))
  )
}
for (f in c("data/ucb_strata.csv", "data/sparse_strata.csv")) for (conf in c(.9, .95)) {
  d <- read.csv(paste0("tests/reference/", f))
  try_add(paste("difference over strata:", basename(f), 100 * conf), "stratified_difference",
    list(data = f, conf = conf), over_strata(d, conf),
    "own: stats::uniroot, restricted risks of binary.R")
}

# Chances of every number of events: stats::dbinom, and the beta-binomial from base::lchoose and
# lbeta; the chance that an arm with the first has more events than an arm with the second.
for (a in list(c(6, .2, 1, 1), c(12, .5, 2.5, 7), c(30, .03, .4, 11), c(9, 1, 3, 2))) {
  n <- a[1]; plain <- dbinom(0:n, n, a[2])
  mixed <- vapply(0:n, function(x) exp(lchoose(n, x) + lbeta(x + a[3], n - x + a[4]) -
    lbeta(a[3], a[4])), 0)
  try_add(paste(c("mass", a), collapse = "_"), "binomial_mass",
    list(n = n, p = a[2], alpha = a[3], beta = a[4]),
    list(binomial = plain, beta_binomial = mixed,
      exceeds = sum(outer(plain, mixed)[outer(0:n, 0:n, ">")])),
    "stats::dbinom, base::lchoose, lbeta")
}
flush_cases("tests/reference/json/table.json")
