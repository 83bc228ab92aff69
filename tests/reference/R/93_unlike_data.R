# Data unlike those of the first cases: four arms, labels of any kind, no events, one study or
# stratum that informs, two visits, transformed responses, random coefficients on the boundary.
# Run from the root of the repository.
M <- "tests/reference/R/methods/"
for (f in c("common", "binary", "continuous", "survival", "misc")) source(paste0(M, f, ".R"))
suppressMessages(library(lmerTest))
keep <- function(d, name) {
  f <- paste0("data/unlike_", name, ".csv")
  save_csv(d, paste0("tests/reference/", f))
  f
}
set.seed(404)

# strata: no excess at all, and a single stratum with both outcomes
strata <- list(
  no_excess = data.frame(stratum = 1:3, x1 = c(5, 4, 6), n1 = c(10, 8, 12),
                         x0 = c(5, 4, 6), n0 = c(10, 8, 12)),
  small_excess = data.frame(stratum = 1:2, x1 = c(5, 4), n1 = c(11, 8),
                            x0 = c(5, 4), n0 = c(10, 9)),
  one_informs = data.frame(stratum = 1:2, x1 = c(0, 3), n1 = c(5, 9), x0 = c(0, 5), n0 = c(6, 8)),
  no_events = data.frame(stratum = 1:2, x1 = c(0, 0), n1 = c(10, 10), x0 = c(0, 0), n0 = c(9, 9)),
  empty_arm = data.frame(stratum = 1:3, x1 = 0, n1 = c(5, 9, 4), x0 = c(2, 5, 1), n0 = c(6, 8, 7)))
for (n in names(strata)) {
  try_add(paste0("strata_", n), "stratified_tables",
          list(data = keep(strata[[n]], paste0("strata_", n)), conf = .9),
          stratified(strata[[n]], .9), "stats::mantelhaen.test, metafor::rma.mh")
}
try_add("tab_conf_50", "two_by_two", list(x1 = 9, n1 = 12, x0 = 5, n0 = 6, conf = .5),
        table2x2(9, 12, 5, 6, .5, FALSE), "as in binary.json")

# analysis of covariance: the order of differences of four arms, and responses that are computed
people <- function(n) {
  data.frame(arm = sample(LETTERS[1:4], n, TRUE), base = round(rnorm(n, 50, 10), 1),
             sex = sample(c("F", "M"), n, TRUE), y = round(rexp(n, .1) + 1, 1))
}
covariance <- function(id, f, d) {
  e <- d
  e$arm <- factor(e$arm)
  try_add(paste0("ancova_", id), "ancova", list(data = keep(d, id), formula = f),
          ancova(as.formula(f), e), "stats::lm, emmeans, car")
}
covariance("four_arms", "y ~ base + sex*arm", people(63))
d <- people(44)
d$y[c(3, 9)] <- NA
covariance("log_response", "log(y) ~ base + arm", d)
d$twice <- 2 * d$base
covariance("aliased", "y ~ base + twice + arm", d)
course <- function(n, v) {
  d <- expand.grid(visit = 1:v, id = 1:n)
  d$arm <- ifelse(d$id %% 2 == 0, "TRT", "PBO")
  d$y <- round(rnorm(n)[d$id] + rnorm(n * v) + d$visit * .2, 2)
  d$id <- sprintf("s%03d", d$id)
  d
}
for (v in c(2, 6)) {
  d <- course(if (v == 2) 11 else 6, v)
  try_add(paste0("rm_anova_", v, "_visits"), "rm_anova",
          list(data = keep(d, paste0("visits_", v)), between = "arm", within = "visit"),
          rm_anova(d), "afex::aov_ez", "two visits, or fewer subjects than their courses need")
}

# survival: words, groups of any label, no events, events in one arm, a limit that rises late
times <- function(n, events = .02, censoring = .01) {
  t <- rexp(n, events)
  u <- rexp(n, censoring)
  data.frame(time = ceiling(pmin(t, u)), status = as.integer(t <= u), arm = rep(0:1, length = n))
}
arms <- function(id, d, at, tau, adjust = NULL) {
  i <- list(data = keep(d, paste0("survival_", id)), times = at, rmst_tau = tau)
  if (!is.null(adjust)) i$covariates <- adjust
  try_add(paste0("survival_", id), "two_arm_survival", i, two_arm(d, at, tau, adjust),
          "survival; own sums")
}
d <- times(90)
d$stratum <- sample(c("north", "south", "east"), 90, TRUE)
d$group <- sample(letters[1:4], 90, TRUE)
d$group[7] <- NA
arms("words", d, c(5, 20, 40), 50, "group")
arms("no_events", data.frame(time = 1:10, status = 0, arm = rep(0:1, 5)), c(2, 4), 5)
arms("one_arm", data.frame(time = c(3, 5, 1, 2, 8, 9, 4, 7), status = rep(1:0, c(3, 5)),
                           arm = rep(0:1, each = 4)), c(2, 4), 5)
late <- data.frame(time = c(2, 3, 6, 8, 11, 16, 33, 47, 73, 110), status = 1, arm = rep(0:1, 5))
late <- rbind(late, data.frame(time = seq(4, 46, 3), status = 0, arm = rep(0:1, length = 15)))
arms("rising_limit", late, c(10, 40), 45)
for (labels in list(c(10, 20, 40), c("low", "mid", "top"))) {
  d <- times(75)[, 1:2]
  d$g <- sample(labels, 75, TRUE)
  trend <- coxph(Surv(time, status) ~ g, d, ties = "breslow", control = ctl)
  try_add(paste0("groups_", labels[1]), "logrank_k_groups",
          list(data = keep(d, paste0("groups_", labels[1]))),
          c(sdiff(Surv(time, status) ~ g, d),
            list(trend_cox_score = unname(summary(trend)$sctest))), "survival::survdiff")
}
causes <- function(id, d, at, cause = 1) {
  try_add(paste0("causes_", id), "competing_risks",
          list(data = keep(d, paste0("causes_", id)), times = at, cause = cause),
          competing(d, at, cause), "survival, cmprsk")
}
d <- times(60)
d$event <- ifelse(d$status == 1, sample(1:3, 60, TRUE), 0)
d$stratum <- sample(c("x", "y"), 60, TRUE)
causes("three", d[, -2], c(5, 20, 1e4), 3)
d$event[d$arm == 0 & d$event == 1] <- 2
causes("none_in_an_arm", d[, -c(2, 5)], c(5, 20, 40))

# one study; a completer, a copy of the reference; a mixture's limits at another level
b <- list(ai = 5, n1i = 20, ci = 11, n2i = 22)
try_add("meta_one_study", "meta_binary", b, do.call(meta_bin, b), "metafor")
S <- crossprod(matrix(rnorm(16), 4)) + diag(4)
R <- crossprod(matrix(rnorm(16), 4)) + diag(4)
for (type in c("cr", "j2r", "cir")) for (y in list(c(1, NA, 3, 5), c(NA, NA, NA, 4))) {
  try_add(paste(c("reference", type, y), collapse = "_"), "reference_based_conditional_mean",
          list(y = y, mu_own = 1:4 * 2, mu_ref = c(1, 1, 2, 2), cov_own = S, cov_ref = R,
               strategy = type), ref_mean(y, 1:4 * 2, c(1, 1, 2, 2), S, R, type), "own R")
}
try_add("rmap_90", "robust_map_binomial",
        list(w = c(.8, .2), a = c(14, 1), b = c(6, 1), x = 2, n = 12, conf = .9),
        mix_update(c(.8, .2), c(14, 1), c(6, 1), 2, 12, .9), "closed-form mixture update")

# random coefficients: on the boundary, with values missing, without an intercept
mixed <- function(id, d, f, reml = TRUE) {
  m <- suppressMessages(lmer(as.formula(f), d, REML = reml, control = lmerControl(
    optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-14, ftol_abs = 1e-14, maxeval = 1e5))))
  a <- coef(summary(m))
  e <- list(coef = unname(fixef(m)), se = unname(a[, 2]), df_satterthwaite = unname(a[, 3]),
            random_cov = unname(as.matrix(VarCorr(m)[[1]])[, ]), sigma = sigma(m))
  if (reml) {
    k <- coef(summary(m, ddf = "Kenward-Roger"))
    e <- c(e, list(reml_criterion = as.numeric(REMLcrit(m)), se_kr = unname(k[, 2]),
                   df_kr = unname(k[, 3]), p_kr = unname(k[, 5])))
  }
  try_add(paste0("lmm_", id), "linear_mixed_model",
          list(data = keep(d, paste0("lmm_", id)), formula = f, reml = reml), e,
          "lme4, lmerTest, pbkrtest")
}
flat <- expand.grid(visit = 0:4, id = 1:14)
flat$arm <- flat$id %% 2
flat$y <- round(rnorm(70) + flat$visit * .3, 2)
flat$id <- paste0("p", flat$id)
mixed("boundary", flat, "y ~ visit*arm + (visit | id)")
mixed("boundary_ml", flat, "y ~ visit + (visit | id)", FALSE)
flat$y <- rep(round(rnorm(5) + 3, 2), 14) + round(rnorm(70) / 5, 2) + rep(c(1, -1, 0, 2, -2), 14)
mixed("no_variance", flat, "y ~ visit + (1 | id)")
some <- course(24, 5)
some$y <- round(some$y + rnorm(24)[as.integer(factor(some$id))] * some$visit, 2)
some$y[sample(120, 25)] <- NA
mixed("missing", some, "y ~ visit*arm + (visit | id)")
mixed("slope_alone", some, "y ~ visit*arm + (0 + visit | id)")
flush_cases("tests/reference/json/unlike_data.json",
            c("survival", "cmprsk", "metafor", "emmeans", "car", "afex",
              "lme4", "lmerTest", "pbkrtest"))
