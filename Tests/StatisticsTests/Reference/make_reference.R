# Writes the reference values that need R. Run after make_reference.py, in this folder.

library(jsonlite)
suppressMessages({library(pROC); library(metafor); library(rms)})

programs <- list(R = R.version.string)
for (name in c("pROC", "metafor", "rms")) programs[[name]] <- as.character(packageVersion(name))
write <- function(name, content) {
  text <- toJSON(c(list(programs = programs), content), auto_unbox = TRUE, digits = I(17), pretty = 1, na = "null")
  writeLines(text, name)
}

sets <- fromJSON("scores.json", simplifyDataFrame = FALSE)$sets
fits <- lapply(sets, function(set) {
  y <- set$labels
  p <- set$scores
  curve <- roc(y, p, levels = c(0, 1), direction = "<", quiet = TRUE)
  l <- qlogis(pmin(pmax(p, 1e-6), 1 - 1e-6))
  tight <- glm.control(epsilon = 1e-15, maxit = 100)
  large <- glm(y ~ 1, offset = l, family = binomial, control = tight)
  joint <- glm(y ~ l, family = binomial, control = tight)
  v <- vcov(joint)
  result <- list(
    name = set$name, auroc = as.numeric(auc(curve)), variance = var(curve, method = "delong"),
    inTheLarge = coef(large)[[1]], inTheLargeSE = sqrt(vcov(large)[[1]]),
    intercept = coef(joint)[[1]], slope = coef(joint)[[2]],
    varianceIntercept = v[1, 1], covariance = v[1, 2], varianceSlope = v[2, 2])
  # val.prob drops scores of 0 and 1 and its intercept is the joint one.
  if (all(p > 0 & p < 1)) {
    val <- val.prob(p, y, pl = FALSE)
    result$valProb <- list(brier = val[["Brier"]], intercept = val[["Intercept"]], slope = val[["Slope"]],
                           spiegelhalterZ = val[["S:z"]], spiegelhalterP = val[["S:p"]])
  }
  result
})
write("fits.json", list(sets = fits))

summary_of <- function(name, y, v) {
  control <- list(threshold = 1e-12, maxiter = 5000)
  knha <- rma(y, v, method = "REML", test = "knha", control = control)
  adhoc <- rma(y, v, method = "REML", test = "adhoc", control = control)
  normal <- rma(y, v, method = "REML", control = control)
  # metafor predicts with t on K - 1 here; Higgins et al. (2009) use t on K - 2, which only rescales.
  rescale <- qt(0.975, length(y) - 2) / qt(0.975, length(y) - 1)
  prediction <- function(fit) {
    limits <- predict(fit)
    fit$beta[[1]] + rescale * (c(limits$pi.lb, limits$pi.ub) - fit$beta[[1]])
  }
  list(name = name, estimates = y, variances = v, mean = knha$beta[[1]], tauSquared = knha$tau2, q = knha$QE,
       iSquared = knha$I2 / 100, knha = c(knha$ci.lb, knha$ci.ub), knhaSE = knha$se,
       adhoc = c(adhoc$ci.lb, adhoc$ci.ub), adhocSE = adhoc$se,
       prediction = prediction(knha), predictionAdhoc = prediction(adhoc),
       weights = as.numeric(weights(normal)) / 100)
}
data(dat.bcg, package = "metadat")
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
write("meta.json", list(cases = list(
  summary_of("bcg", as.numeric(bcg$yi), as.numeric(bcg$vi)),
  summary_of("homogeneous", c(0.10, 0.11, 0.09, 0.105), c(0.02, 0.01, 0.03, 0.015)),
  summary_of("three sites", c(1.2, 1.9, 1.4), c(0.02, 0.03, 0.01)),
  summary_of("five sites", c(1.31, 1.72, 1.05, 1.48, 2.02), c(0.011, 0.024, 0.008, 0.05, 0.033)),
  summary_of("unequal", c(0.0, 0.5, 2.0, -1.0, 0.1, 0.2), c(1e-4, 0.5, 0.3, 1.2, 0.002, 0.05)))))
