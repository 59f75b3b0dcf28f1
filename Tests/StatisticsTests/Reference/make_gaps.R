# Writes gaps_r.json: the comparisons that R has the reference for. Run in this folder, after make_gaps.py.

library(jsonlite)
suppressMessages({library(metafor); library(pROC)})

programs <- list(R = R.version.string)
for (name in c("metafor", "pROC")) programs[[name]] <- as.character(packageVersion(name))

mantel_haenszel <- function(ai, n1i, ci, n2i) {
  fit <- rma.mh(ai = ai, n1i = n1i, ci = ci, n2i = n2i, measure = "RD")
  list(successes1 = I(ai), trials1 = I(n1i), successes2 = I(ci), trials2 = I(n2i), difference = fit$beta[[1]], se = fit$se,
       lower = fit$ci.lb, upper = fit$ci.ub, z = fit$zval, p = fit$pval)
}
data(dat.bcg, package = "metadat")

trend <- function(x, n) {
  test <- prop.trend.test(x, n)
  list(successes = x, trials = n, chiSquared = test$statistic[[1]], p = test$p.value)
}

pearson <- function(x, n) {
  test <- suppressWarnings(prop.test(x, n, correct = FALSE))
  c(x[1], n[1], x[2], n[2], test$statistic[[1]], test$p.value)
}

garwood <- function(events, exposure, level) {
  limits <- poisson.test(events, exposure, conf.level = level)$conf.int
  c(events, exposure, level, limits[1], limits[2])
}

set <- fromJSON("scores.json", simplifyDataFrame = FALSE)$sets
curve <- function(k) roc(set[[k]]$labels, set[[k]]$scores, levels = c(0, 1), direction = "<", quiet = TRUE)
auroc <- function(a, b) {
  # With independent data pROC takes the p-value from t, the tested code from the normal: compare the statistic.
  test <- roc.test(curve(a), curve(b), method = "delong", paired = FALSE)
  list(first = a - 1, second = b - 1, statistic = test$statistic[[1]], difference = -diff(as.numeric(test$estimate)))
}

content <- list(
  mantelHaenszel = list(
    mantel_haenszel(dat.bcg$tpos, dat.bcg$tpos + dat.bcg$tneg, dat.bcg$cpos, dat.bcg$cpos + dat.bcg$cneg),
    mantel_haenszel(c(8, 0, 30), c(20, 7, 44), c(5, 2, 11), c(31, 9, 12)),
    mantel_haenszel(c(17, 3), c(50, 12), c(9, 4), c(48, 30)),
    mantel_haenszel(c(12), c(40), c(30), c(61))),
  trend = list(
    trend(c(15, 10, 5), c(30, 30, 30)), trend(c(83, 90, 129, 70), c(86, 93, 136, 82)),
    trend(c(4, 9, 2, 11, 6, 20), c(50, 80, 20, 75, 41, 99))),
  pearson = rbind(pearson(c(56, 48), c(70, 80)), pearson(c(120, 90), c(1000, 1100)), pearson(c(0, 5), c(10, 20))),
  garwood = rbind(garwood(0, 50, 0.95), garwood(4, 12.5, 0.95), garwood(37, 9, 0.9), garwood(1000, 310, 0.99)),
  holm = p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm"), benjaminiHochberg = p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH"),
  auroc = list(auroc(1, 2), auroc(3, 1), auroc(2, 4)))
text <- toJSON(c(list(programs = programs), content), auto_unbox = TRUE, digits = I(17), pretty = 1, na = "null")
writeLines(text, "gaps_r.json")
