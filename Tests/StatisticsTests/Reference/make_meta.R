# Writes meta_details.json: what metafor says beyond meta.json. Run in this folder.

library(jsonlite)
suppressMessages(library(metafor))

programs <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")))
tight <- list(threshold = 1e-12, maxiter = 5000)

# Wichmann–Hill and inversion are the same in every version of R.
set.seed(20240501, kind = "Wichmann-Hill", normal.kind = "Inversion")
drawn <- function(count, tau2, smallest, largest) {
  v <- signif(runif(count, smallest, largest), 8)
  list(y = signif(rnorm(count, 1.3, sqrt(v + tau2)), 12), v = v)
}
data(dat.bcg, package = "metadat")
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
sets <- list(
  bcg = list(y = as.numeric(bcg$yi), v = as.numeric(bcg$vi)),
  "four sites" = list(y = c(1.2, 1.9, 1.4, 0.9), v = c(0.02, 0.03, 0.01, 0.05)),
  homogeneous = list(y = c(0.10, 0.11, 0.09, 0.105), v = c(0.02, 0.01, 0.03, 0.015)),
  "some spread" = list(y = c(0.10, 0.31, -0.09, 0.205, 0.4), v = c(0.02, 0.01, 0.03, 0.015, 0.04)),
  "one outlier" = list(y = c(0.1, 0.2, 0.15, 0.05, 9), v = c(0.01, 0.02, 0.015, 0.01, 0.02)),
  "unequal variances" = list(y = c(0.0, 0.5, 2.0, -1.0, 0.1, 0.2), v = c(1e-4, 0.5, 0.3, 1.2, 0.002, 0.05)),
  "sixty sites" = drawn(60, 0.02, 0.005, 0.05),
  "sixty sites without spread" = drawn(60, 0, 0.005, 0.05))

details <- function(name) {
  y <- sets[[name]]$y
  v <- sets[[name]]$v
  fit <- rma(y, v, method = "REML", test = "knha", control = tight)
  adhoc <- rma(y, v, method = "REML", test = "adhoc", control = tight)
  dl <- rma(y, v, method = "DL")
  limits <- confint(fit, control = list(tol = 1e-13, maxiter = 100000, tau2.max = 1e4))$random["tau^2", ]
  left <- leave1out(fit)
  leftAdhoc <- leave1out(adhoc)
  prediction <- predict(fit)
  list(name = name, estimates = y, variances = v, mean = fit$beta[[1]], tauSquared = fit$tau2,
       qPValue = fit$QEp, hksj = c(fit$ci.lb, fit$ci.ub), prediction = c(prediction$pi.lb, prediction$pi.ub),
       iSquaredOfQ = max(0, (fit$QE - (length(y) - 1)) / fit$QE),
       dlMean = dl$beta[[1]], dlTauSquared = dl$tau2, dlInterval = c(dl$ci.lb, dl$ci.ub), dlSE = dl$se,
       tauSquaredInterval = as.numeric(limits[c("ci.lb", "ci.ub")]),
       leftMean = as.numeric(left$estimate), leftTauSquared = as.numeric(left$tau2),
       leftWidest = cbind(pmin(left$ci.lb, leftAdhoc$ci.lb), pmax(left$ci.ub, leftAdhoc$ci.ub)))
}

counts <- cbind(c(0, 1, 7, 20, 20, 345), c(20, 20, 20, 20, 21, 1000))
proportions <- escalc(measure = "PLO", xi = counts[, 1], ni = counts[, 2], add = 1/2, to = "only0")
windows <- list(x = c(0, 1, 2, 4, 5), y = c(1.31, 1.22, 1.05, 1.18, 0.92), v = c(0.011, 0.024, 0.008, 0.05, 0.033))
trend <- rma(windows$y, windows$v, mods = ~ windows$x, method = "FE")

write_json(
  list(programs = programs, cases = lapply(names(sets), details),
       proportions = cbind(counts, as.numeric(proportions$yi), as.numeric(proportions$vi)),
       trends = list(list(windows = windows$x, estimates = windows$y, variances = windows$v, slope = trend$beta[[2]],
                          standardError = trend$se[2], interval = c(trend$ci.lb[2], trend$ci.ub[2])))),
  "meta_details.json", auto_unbox = TRUE, digits = I(17), pretty = 1)
