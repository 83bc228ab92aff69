# Imputed values moved by a delta, every split of missing responders, errors from samples.
# Run from the root of the repository.
M <- "tests/reference/R/methods/"
source(paste0(M, "common.R"))
rows_of <- function(m) unname(split(m, row(m)))

# Delta is added to what was imputed from departure on, the visit after the last one observed: a
# gap before it stays. The last visit is compared by stats::t.test with equal variances; the delta
# at which its p value passes the level is found by stats::uniroot.
moved <- function(response, imputed, delta) {
  last <- apply(!is.na(response), 1, function(s) max(0, which(s)))
  late <- is.na(response) & col(response) > last
  imputed + ifelse(late, delta, 0)
}
p_at <- function(response, imputed, arm, delta) {
  y <- moved(response, imputed, delta * arm)[, ncol(response)]
  t.test(y[arm == 1], y[arm == 0], var.equal = TRUE)$p.value
}
set.seed(707)
for (k in 1:2) {
  n <- 30; arm <- rep(1:0, n / 2); full <- matrix(rnorm(3 * n), n) + outer(arm, c(.5, 1, 1.6))
  full <- round(full, 2); response <- full
  leaves <- sample(1:4, n, TRUE, prob = c(.1, .1, .1, .7))
  response[col(response) >= leaves] <- NA; response[5, 2] <- NA
  if (!is.na(response[5, 3])) full[5, 2] <- .75 else response[5, 3] <- full[5, 3]
  deltas <- c(-4, -1.5, -.25, 0, 2); low <- 0; high <- -12
  level <- .05
  p <- vapply(deltas, function(t) p_at(response, full, arm, t), 0)
  tip <- uniroot(function(t) p_at(response, full, arm, t) - level, c(high, low), tol = 1e-14)$root
  try_add(paste0("delta_", k), "delta_adjustment",
    list(response = rows_of(response), imputed = rows_of(full), arm = arm, deltas = deltas,
      low = low, high = high, alpha = level),
    list(moved = rows_of(moved(response, full, deltas[2] * arm)), p = p, tipping_point = tip),
    "base::ifelse, stats::t.test, stats::uniroot", "moved by the second of the deltas")
}

# Every split: base::outer of the counts, and stats::fisher.test of each table.
for (a in list(c(9, 12, 3, 4, 11, 2), c(20, 25, 0, 12, 27, 5), c(1, 6, 4, 5, 6, 0))) {
  s1 <- 0:a[3]; s0 <- 0:a[6]; n1 <- a[2] + a[3]; n0 <- a[5] + a[6]
  p <- outer(a[1] + s1, a[4] + s0, Vectorize(function(i, j) {
    fisher.test(matrix(c(i, n1 - i, j, n0 - j), 2))$p.value
  }))
  try_add(paste(c("splits", a), collapse = "_"), "imputed_tables",
    list(x1 = a[1], n1 = a[2], missing1 = a[3], x0 = a[4], n0 = a[5], missing0 = a[6]),
    list(x1 = rows_of(outer(a[1] + s1, 0 * s0, "+")), n1 = n1, n0 = n0,
      x0 = rows_of(outer(0 * s1, a[4] + s0, "+")), p = rows_of(p)),
    "base::outer, stats::fisher.test")
}

# Jackknife: stats::var of the values without each subject; the mean's error is sd / sqrt(n).
# Bootstrap: stats::sd and stats::quantile of type 6 of the samples, and p values by their counts.
normal <- function(estimate, se, conf) {
  z <- qnorm((1 + conf) / 2)
  list(se = se, ci = estimate + c(-1, 1) * z * se, p = 2 * pnorm(-abs(estimate / se)))
}
x <- round(rexp(25, .3), 2); conf <- .9
for (s in list(list("mean", mean), list("trimmed", function(v) mean(v, trim = .1)),
  list("log_sd", function(v) log(sd(v))))) {
  without <- vapply(seq_along(x), function(i) s[[2]](x[-i]), 0); n <- length(x)
  try_add(paste0("jackknife_", s[[1]]), "jackknife",
    list(estimate = s[[2]](x), without = without, conf = conf),
    normal(s[[2]](x), sqrt((n - 1)^2 / n * var(without)), conf), "stats::var")
  samples <- replicate(199, s[[2]](sample(x, replace = TRUE))) - if (s[[1]] == "mean") 3 else 0
  less <- (1 + sum(samples >= 0)) / 200; greater <- (1 + sum(samples <= 0)) / 200
  try_add(paste0("bootstrap_", s[[1]]), "bootstrap",
    list(estimate = s[[2]](x), samples = samples, conf = conf),
    list(normal = normal(s[[2]](x), sd(samples), conf), percentile = list(
      ci = unname(quantile(samples, c((1 - conf) / 2, (1 + conf) / 2), type = 6)),
      p_less = less, p_greater = greater, p = min(1, 2 * min(less, greater)))),
    "stats::sd, stats::quantile")
}

# Conditional means under a strategy, moved by deltas, with jackknife errors. Where subjects leave
# for good and the mean of each visit has the same columns X, the REML fit with an unstructured
# covariance is a row of regressions, stats::lm of a visit on X and the visits before it: the
# likelihood of all visits is that of the first times those of each given the ones before, and
# the change from their means to these intercepts has Jacobian 1. Residuals after departure are
# what the regressions make of those before it; the strategy says from which mean they count.
visit_means <- function(fits, X) {
  m <- NULL
  for (f in fits) {
    k <- ncol(X); later <- if (length(f) > k) drop(m %*% f[-seq_len(k)]) else 0
    m <- cbind(m, drop(X %*% f[seq_len(k)]) + later)
  }
  m
}
completed <- function(y, arm, base, strategy, rows = seq_along(arm), noise = 0 * col(y)) {
  X <- cbind(1, arm, base); visits <- ncol(y)
  models <- lapply(seq_len(visits), function(k) {
    Z <- cbind(X, y[, seq_len(k - 1)])[rows, ]; lm(y[rows, k] ~ Z - 1)
  })
  fits <- lapply(models, function(m) unname(coef(m)))
  # REML counts the columns of X, not the visits before, which are of the covariance
  sd <- vapply(models, function(m) sqrt(sum(resid(m)^2) / (length(resid(m)) - 3)), 0)
  own <- visit_means(fits, X); reference <- visit_means(fits, cbind(1, 0, base))
  last <- rowSums(!is.na(y)); at <- cbind(seq_along(arm), last); leaves <- last < visits
  from <- own; to <- own
  if (strategy == "CR") from[leaves, ] <- to[leaves, ] <- reference[leaves, ]
  if (strategy == "J2R") to <- reference
  if (strategy == "CIR") to <- reference + own[at] - reference[at]
  for (k in seq_len(visits)) {
    b <- fits[[k]][-(1:3)]; e <- (y - from)[, seq_len(k - 1), drop = FALSE]
    gone <- is.na(y[, k])
    y[gone, k] <- to[gone, k] + drop(e[gone, , drop = FALSE] %*% b) + sd[k] * noise[gone, k]
    from[gone, k] <- to[gone, k] # from here on the residual is that of the completed value
  }
  y
}
# estimate without a delta, and its change for each unit added in the arm and in the control
effects <- function(y, arm, base, strategy) {
  last <- ncol(y); full <- completed(y, arm, base, strategy)[, last]; gone <- is.na(y[, last])
  slope <- function(v) unname(lm(v ~ arm + base)$coefficients[2])
  c(slope(full), slope(gone * arm), slope(gone * (1 - arm)))
}
n <- 22; arm <- rep(1:0, n / 2); base <- round(rnorm(n, 5), 1)
y <- round(base + rnorm(n) + matrix(rnorm(3 * n, 0, .8), n) + outer(arm, c(.4, 1.2, 2)), 2)
y[col(y) >= sample(2:4, n, TRUE, prob = c(.15, .15, .7))] <- NA
d <- data.frame(id = rep(sprintf("s%02d", 1:n), 3), arm = rep(ifelse(arm, "TRT", "PBO"), 3),
  base = rep(base, 3), visit = rep(1:3, each = n), y = c(y))
save_csv(d[order(d$id, d$visit), ], "tests/reference/data/imputation_visits.csv")
for (strategy in c("MAR", "J2R", "CR", "CIR")) {
  whole <- effects(y, arm, base, strategy)
  without <- sapply(seq_len(n), function(i) effects(y[-i, ], arm[-i], base[-i], strategy))
  v <- (n - 1)^2 / n * var(t(without))
  at <- function(delta, control) {
    k <- c(1, delta, control); c(sum(k * whole), sqrt(drop(t(k) %*% v %*% k)))
  }
  deltas <- c(0, -1, -2.5, 1.5); control <- c(0, 0, .5, -.25); conf <- .9; z <- qnorm(.95)
  found <- mapply(at, deltas, control); est <- found[1, ]; se <- found[2, ]
  margin <- function(t) abs(at(t, 0)[1] / at(t, 0)[2]) - qnorm(.975)
  turn <- function(end) {
    t <- seq(0, end, length.out = 4001); g <- vapply(t, margin, 0)
    i <- which(diff(sign(g)) != 0)
    if (!length(i)) return(NA)
    uniroot(margin, sort(t[i[1] + 0:1]), tol = 1e-14)$root
  }
  try_add(paste0("delta_plane_", strategy), "delta_plane",
    list(data = "data/imputation_visits.csv", strategy = strategy, deltas = deltas,
      control_deltas = control, conf = conf, alpha = .05),
    list(analysis = list(est = est[1], se = se[1],
      imputed = rows_of(completed(y, arm, base, strategy))),
      difference = list(est = est, se = se, lower = est - z * se, upper = est + z * se,
      p = 2 * pnorm(-abs(est / se))),
      turns = list(below = turn(-60), above = turn(60), is_significant = margin(0) > 0)),
    "own: regressions by stats::lm, stats::uniroot", "arm PBO is the control and the reference")
}

# Samples and draws. What another generator would draw is told in the case: places of subjects
# within arms, from 0, and standard normal noise for each visit. Bootstrap: each sample is fitted,
# completed and compared; multiple imputation: all subjects are completed, with noise, from the
# fit of each sample, compared by stats::lm and pooled by Rubin's rules.
many <- 9; inside <- list(which(arm == 0), which(arm == 1)); X <- cbind(1, arm, base)
places <- lapply(inside, function(s) matrix(sample(length(s), many * length(s), TRUE), many))
rows <- lapply(seq_len(many), function(i) c(inside[[1]][places[[1]][i, ]],
  inside[[2]][places[[2]][i, ]]))
noise <- lapply(seq_len(many), function(i) matrix(round(rnorm(3 * n), 3), n))
told <- list(data = "data/imputation_visits.csv", conf = .7,
  control_places = rows_of(places[[1]] - 1), treated_places = rows_of(places[[2]] - 1))
for (strategy in c("MAR", "J2R", "CR", "CIR")) {
  each <- vapply(rows, function(r) effects(y[r, ], arm[r], base[r], strategy)[1], 0)
  whole <- effects(y, arm, base, strategy)[1]; se <- sd(each)
  less <- (1 + sum(each >= 0)) / (many + 1); greater <- (1 + sum(each <= 0)) / (many + 1)
  try_add(paste0("bootstrap_", strategy), "reference_based_bootstrap",
    c(list(strategy = strategy), told), list(est = whole, se = se,
      ci_normal = whole + c(-1, 1) * qnorm(.85) * se,
      ci_percentile = unname(quantile(each, c(.15, .85), type = 6)),
      p_percentile = min(1, 2 * min(less, greater))), "own: regressions by stats::lm")
  one <- mapply(function(r, e) {
    v <- completed(y, arm, base, strategy, r, e)[, 3]
    summary(lm(v ~ arm + base))$coefficients[2, 1:2]
  }, rows, noise)
  q <- mean(one[1, ]); u <- mean(one[2, ]^2); b <- var(one[1, ]); total <- u + (1 + 1 / many) * b
  share <- (1 + 1 / many) * b / total; com <- n - 3
  df <- 1 / (share^2 / (many - 1) + 1 / ((com + 1) / (com + 3) * com * (1 - share)))
  try_add(paste0("imputation_", strategy), "multiple_imputation",
    c(list(strategy = strategy), told, list(noise = lapply(noise, rows_of))),
    list(est = q, se = sqrt(total), within = u, between = b, df = df,
      ci = q + c(-1, 1) * qt(.85, df) * sqrt(total), p = 2 * pt(-abs(q / sqrt(total)), df)),
    "own: regressions by stats::lm")
}
# One subject from its conditional normal distribution: base::solve and chol.
S <- crossprod(matrix(round(rnorm(20), 2), 5)); mu <- c(1, 2.5, -1, 4); e <- c(.3, -1.2, .8, 2)
for (k in list(c(NA, 2, NA, NA), c(1.5, NA, -.25, NA), c(NA, NA, NA, NA) * 1)) {
  o <- which(!is.na(k)); m <- which(is.na(k)); B <- matrix(0, length(m), length(o))
  if (length(o)) B <- S[m, o] %*% solve(S[o, o])
  root <- t(chol(S[m, m] - B %*% S[o, m])); v <- k
  v[m] <- mu[m] + drop(B %*% (k[o] - mu[o])) + drop(root %*% e[m])
  try_add(paste(c("draw", k), collapse = "_"), "draw_conditional",
    list(y = k, mu = mu, cov = rows_of(S), noise = e), list(drawn = v), "base::solve, base::chol")
}
flush_cases("tests/reference/json/imputation.json")
