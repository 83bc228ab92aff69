# Summaries with every type of quantile, trends over doses, sequential tests, means of visits.
# Run from the root of the repository.
M <- "tests/reference/R/methods/"
source(paste0(M, "common.R"))
suppressMessages(library(emmeans))
D <- "tests/reference/"

# Counts and moments: base R; quantiles: stats::quantile of types 1 to 9.
summarised <- function(x, p) {
  k <- x[!is.na(x)]; n <- length(k)
  list(
    n = n, n_missing = sum(is.na(x)), mean = mean(k), sd = sd(k), se = sd(k) / sqrt(n),
    minimum = min(k), maximum = max(k), median = median(k),
    quartiles = lapply(1:9, function(t) unname(quantile(k, c(.25, .75), type = t))),
    quantiles = lapply(1:9, function(t) unname(quantile(k, p, type = t)))
  )
}
p <- c(0, .025, .1, 1 / 3, .5, .9, .975, 1)
described <- list(
  ten = 1:10, five = c(3.2, -1, 7.7, 0, 3.2), far = 1e8 + c(.1, .4, -.3, 1.25, .75, 2.5, -.625),
  missing = c(4.5, NA, 1.25, 9, NA, 2, 2, 5.75), pair = c(2, 9)
)
for (n in names(described)) {
  try_add(paste0("describe_", n), "describe", list(values = described[[n]], probability = p),
    summarised(described[[n]], p), "base::mean, stats::sd, stats::quantile")
}
files <- list(c("data/lung.csv", "time"), c("data/formulas.csv", "base"),
  c("data/toothgrowth.csv", "len"))
for (f in files) {
  try_add(paste("describe", f[1], f[2]), "describe",
    list(data = f[1], column = f[2], probability = p),
    summarised(read.csv(paste0(D, f[1]))[[f[2]]], p),
    "base::mean, stats::sd, stats::quantile")
}

# Trend over doses: stats::lm with the dose as a number; its F is the square of its t.
trend <- function(f, d, conf) {
  m <- lm(f, d); s <- summary(m)$coefficients["dose", ]
  list(slope = s[[1]], se = s[[2]], df = m$df.residual, F = s[[3]]^2, p = s[[4]],
    ci = unname(confint(m, "dose", level = conf)[1, ]))
}
set.seed(505)
n <- 54
d <- data.frame(id = 1:n, arm = rep(c("A", "B", "C"), n / 3), base = round(rnorm(n, 20, 4), 1),
  sex = sample(c("F", "M"), n, TRUE), site = sample(c("s1", "s2", "s3", "s4"), n, TRUE))
d$y <- round(.6 * d$base + .02 * c(0, 54, 81)[match(d$arm, c("A", "B", "C"))] + rnorm(n, 0, 3), 2)
d$y[4] <- NA
save_csv(d, paste0(D, "data/mean_doses.csv"))
for (f in c("y ~ 1", "y ~ base", "y ~ base + sex + site")) for (s in list(c(0, 54, 81), 1:3)) {
  e <- d; e$dose <- s[match(d$arm, c("A", "B", "C"))]
  try_add(paste("trend:", f, paste(s, collapse = " ")), "ancova_trend",
    list(data = "data/mean_doses.csv", formula = f, group = "arm", dose = s, conf = .9),
    trend(update(as.formula(f), . ~ . + dose), e, .9), "stats::lm, confint")
}

# Each term after those before it: stats::anova.
for (f in c("y ~ arm", "y ~ base + sex + arm", "y ~ base + sex + site + arm")) {
  a <- anova(lm(as.formula(f), d))
  try_add(paste("sequential:", f), "type_1", list(data = "data/mean_doses.csv", formula = f),
    list(term = rownames(a), ss = a[["Sum Sq"]], df = a[["Df"]], F = a[["F value"]],
      p = a[["Pr(>F)"]]), "stats::anova")
}


# Signed ranks: statistic and p values by stats::wilcox.test; the estimate is the median of all
# averages of two changes other than 0, which R's normal variant only searches for, and so do its
# limits; the exact variant gives both, and stats::psignrank what its limits attain.
signed_rank <- function(x, ...) {
  w <- function(s) suppressWarnings(wilcox.test(x, alternative = s, ...))
  list(statistic = unname(w("two.sided")$statistic), p = w("two.sided")$p.value,
    p_less = w("less")$p.value, p_greater = w("greater")$p.value)
}
averages <- function(x) {
  x <- x[x != 0]; a <- outer(x, x, "+") / 2; a[!lower.tri(a)] <- NA; diag(a) <- x; c(na.omit(c(a)))
}
changes <- list(ties = c(-2, 1, 0, 3, 3, -1, 4, 0, 5, 2, -3, 6), sleep = sleep$extra[1:10] -
  sleep$extra[11:20], few = c(1.5, -.25, 3, .75, 2.25), negative = round(rnorm(18, -.6), 3),
  many = round(rnorm(60, .2), 4))
for (n in names(changes)) {
  x <- changes[[n]]; r <- abs(x[x != 0])
  expected <- list(estimate = median(averages(x)), n = length(r), n_zero = sum(x == 0),
    corrected = signed_rank(x, exact = FALSE, correct = TRUE),
    uncorrected = signed_rank(x, exact = FALSE, correct = FALSE))
  if (!anyDuplicated(abs(x)) && all(x != 0)) {
    w <- wilcox.test(x, exact = TRUE, conf.int = TRUE, conf.level = .9)
    expected$exact <- c(signed_rank(x, exact = TRUE), list(estimate = unname(w$estimate),
      ci = as.numeric(w$conf.int),
      attained = 1 - 2 * psignrank(qsignrank(.05, length(x)) - 1, length(x))))
  }
  try_add(paste0("signed_rank_", n), "signed_rank", list(change = x, conf = .9), expected,
    "stats::wilcox.test, stats::median")
}
flush_cases("tests/reference/json/mean.json")

# Means of arms at visits in a mixed model with an unstructured covariance. Where all visits are
# complete and covariates have a slope at each visit, its REML fit is the regression of each visit
# alone, so that stats::lm with emmeans is exact, degrees of freedom too.
n <- 36
w <- data.frame(id = sprintf("s%02d", 1:n), arm = rep(c("PBO", "TRT", "TWO"), n / 3),
  base = round(rnorm(n, 5), 1))
latent <- rnorm(n)
for (v in 1:4) w[[paste0("v", v)]] <- round(w$base + latent + v * .3 * (w$arm != "PBO") +
  rnorm(n, 0, .5 + .2 * v), 2)
d <- reshape(w, direction = "long", varying = paste0("v", 1:4), v.names = "y", timevar = "visit",
  idvar = "id")
d <- d[order(d$id, d$visit), c("id", "arm", "base", "visit", "y")]
save_csv(d, paste0(D, "data/mean_visits.csv"))
at_visit <- function(v, formula) {
  e <- emmeans(lm(formula, d[d$visit == v, ]), "arm")
  m <- as.data.frame(summary(e, level = .9))
  c <- as.data.frame(summary(contrast(e, "trt.vs.ctrl"), infer = TRUE, level = .9,
    adjust = "none"))
  list(mean = list(est = m$emmean, se = m$SE, df = m$df, lower = m$lower.CL, upper = m$upper.CL),
    difference = list(est = c$estimate, se = c$SE, df = c$df, lower = c$lower.CL,
      upper = c$upper.CL, t = c$t.ratio, p = c$p.value))
}
for (f in c("y ~ arm", "y ~ base + arm")) {
  covariates <- if (f == "y ~ arm") NULL else "base"
  try_add(paste("visits, complete:", f), "visit_means",
    c(list(data = "data/mean_visits.csv", conf = .9), if (length(covariates))
      list(covariates_by_visit = covariates)),
    list(visits = lapply(1:4, at_visit, formula = as.formula(f))), "stats::lm, emmeans")
}
flush_cases("tests/reference/json/visit_mean.json", c("stats", "emmeans"))
