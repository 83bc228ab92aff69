# Numbers at risk, trends and nested models of times to an event, and histories of several states.
# Run from the root of the repository.
M <- "tests/reference/R/methods/"
source(paste0(M, "common.R"))
source(paste0(M, "survival.R"))
D <- "tests/reference/"

# Number at risk of each group: survival::summary.survfit at the times.
at_risk <- function(d, group, times) {
  levels <- sort(unique(d[[group]]))
  lapply(levels, function(g) {
    own <- d[d[[group]] == g, ]
    summary(survfit(Surv(time, status) ~ 1, own), times = times, extend = TRUE)$n.risk
  })
}
for (f in list(c("veteran", "arm"), c("lung", "arm"), c("colon_relapse_3arms", "g"))) {
  file <- paste0("data/", f[1], ".csv"); d <- read.csv(paste0(D, file))
  end <- max(d$time); times <- sort(c(0, 8, sort(d$time)[c(5, 20, 60)], end + c(-1, 0, 10)))
  try_add(paste("at risk:", f[1]), "number_at_risk",
    list(data = file, group = f[2], times = times), list(n_risk = at_risk(d, f[2], times)),
    "survival::survfit")
}

# Trend of the log-rank test: scores s on what survival::survdiff observes and expects,
# z = s'(O - E) / sqrt(s'V s).
trend <- function(formula, d, s) {
  r <- survdiff(formula, d)
  sums <- function(x) if (is.matrix(x)) rowSums(x) else x
  z <- sum(s * (sums(r$obs) - sums(r$exp))) / sqrt(drop(t(s) %*% r$var %*% s))
  list(z = z, p = 2 * pnorm(-abs(z)))
}
d <- read.csv(paste0(D, "data/colon_relapse_3arms.csv"))
for (s in list(0:2, c(0, 54, 81), c(1, 1, 4))) {
  try_add(paste("trend:", paste(s, collapse = " ")), "logrank_trend",
    list(data = "data/colon_relapse_3arms.csv", group = "g", scores = s),
    trend(Surv(time, status) ~ g, d, s), "survival::survdiff")
}
set.seed(606)
n <- 70
d <- data.frame(id = 1:n, g = sample(0:3, n, TRUE), stratum = sample(c("a", "b", "c"), n, TRUE),
  age = round(rnorm(n, 45, 9)), sex = sample(c("F", "M"), n, TRUE))
d$time <- ceiling(rexp(n, .02 * exp(-.2 * d$g))); d$status <- rbinom(n, 1, .75)
save_csv(d, paste0(D, "data/state_trend.csv"))
for (s in list(0:3, c(0, 1, 10, 100))) {
  input <- list(data = "data/state_trend.csv", group = "g", scores = s)
  try_add(paste("trend, own:", paste(s, collapse = " ")), "logrank_trend", input,
    trend(Surv(time, status) ~ g, d, s), "survival::survdiff")
  try_add(paste("trend over strata:", paste(s, collapse = " ")), "logrank_trend",
    c(input, list(stratum = "stratum")), trend(Surv(time, status) ~ g + strata(stratum), d, s),
    "survival::survdiff")
}

# Nested Cox models: survival::anova.coxph.
for (ties in c("efron", "breslow")) for (f in list(c("age", "age + g"), c("g", "g*age + sex"))) {
  fit <- function(rhs) coxph(as.formula(paste("Surv(time, status) ~", rhs)), d, ties = ties,
    control = ctl)
  a <- anova(fit(f[1]), fit(f[2]))
  try_add(paste("nested:", ties, f[1], "in", f[2]), "cox_nested",
    list(data = "data/state_trend.csv", smaller = paste("Surv(time, status) ~", f[1]),
      larger = paste("Surv(time, status) ~", f[2]), ties = ties),
    list(statistic = a[["Chisq"]][2], df = a[["Df"]][2], p = a[["Pr(>|Chi|)"]][2]),
    "survival::anova.coxph")
}

# Survival of each group adjusted by a Cox model: every subject is put into the group, and the
# curves of survival::survfit are averaged. Every stratum lasts beyond the times.
for (ties in c("efron", "breslow")) for (f in c("g + age", "g + sex + age",
  "g + age + strata(sex)")) {
  m <- coxph(as.formula(paste("Surv(time, status) ~", f)), d, ties = ties, control = ctl)
  at <- c(3, 10, 25, 60); groups <- c(0, 1, 3)
  s <- lapply(groups, function(v) {
    each <- summary(survfit(m, newdata = transform(d, g = v)), times = at)$surv
    rowMeans(matrix(each, length(at)))
  })
  try_add(paste("adjusted:", f, ties), "adjusted_survival",
    list(data = "data/state_trend.csv", formula = paste("Surv(time, status) ~", f),
      groups = groups, times = at, ties = ties), list(survival = s), "survival::survfit.coxph")
}

# States: 1 active disease, 2 remission, 3 relapse, 4 death; some begin in remission. Probabilities
# and their errors: survival::survfit; mean times and their errors: areas under its probabilities
# and under its influences, whose squares add up to the variance.
history <- function(id, arm) {
  at <- 0; now <- sample(1:2, 1, prob = c(.8, .2)); end <- sample(60:120, 1); rows <- NULL
  repeat {
    rate <- switch(now, c(0, .03, 0, .004), c(0, 0, .02, .002), c(0, .02, 0, .006))
    rate <- rate * c(1, 1 + arm / 2, 1 - arm / 4, 1); stay <- ceiling(rexp(1, sum(rate)))
    last <- at + stay >= end; to <- if (last) now else sample(4, 1, prob = rate)
    rows <- rbind(rows, data.frame(id = id, arm = arm, start = at, stop = min(at + stay, end),
      origin = now, destination = to))
    if (last || to == 4) return(rows)
    at <- at + stay; now <- to
  }
}
h <- do.call(rbind, lapply(1:48, function(i) history(i, i %% 2)))
save_csv(h, paste0(D, "data/state_histories.csv"))
states <- function(d, times, horizon, conf) {
  d$to <- factor(ifelse(d$origin == d$destination, 0, d$destination), 0:4, c("none", 1:4))
  d$from <- factor(d$origin, 1:4)
  f <- survfit(Surv(start, stop, to) ~ 1, d, id = id, istate = from, influence = TRUE,
    conf.type = "log-log", conf.int = conf)
  s <- summary(f, times = times)
  before <- c(0, f$time[f$time < horizon]); width <- diff(c(before, horizon))
  k <- seq_along(before) - 1
  # the curve steps at each time; up to the first it is where the subjects begin
  p <- rbind(f$p0, f$pstate)[k + 1, ]; i0 <- f$influence.pstate
  start <- d[!duplicated(d$id), ]; first <- outer(start$origin, 1:4, "==") + 0
  u0 <- sweep(first, 2, colMeans(first)) / nrow(first)
  area <- sapply(1:4, function(j) {
    u <- if (dim(i0)[2] > length(f$time)) i0[, , j] else cbind(u0[, j], i0[, , j])
    drop(u[, k + 1] %*% width)
  })
  list(probability = unname(s$pstate), se = unname(s$std.err), lower = unname(s$lower),
    upper = unname(s$upper), mean = drop(width %*% p), mean_se = sqrt(colSums(area^2)),
    table = unname(summary(f, rmean = horizon)$table[, "rmean"]))
}
conf <- .9; z <- qnorm(.95); times <- c(7, 20, 45, 59); horizon <- 55.5
arms <- lapply(1:0, function(a) states(h[h$arm == a, ], times, horizon, conf))
gap <- arms[[1]]$mean - arms[[2]]$mean; se <- sqrt(arms[[1]]$mean_se^2 + arms[[2]]$mean_se^2)
try_add("states of two arms", "multi_state",
  list(data = "data/state_histories.csv", states = 4, times = times, horizon = horizon,
    conf = conf),
  list(arm1 = arms[[1]], arm0 = arms[[2]], difference = list(mean = gap, se = se,
    lower = gap - z * se, upper = gap + z * se, p = 2 * pnorm(-abs(gap / se)))),
  "survival::survfit with influence, summary with rmean")
flush_cases("tests/reference/json/state.json", c("stats", "survival"))
