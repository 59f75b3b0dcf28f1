# Writes paired_areas.json from the rows of paired.json. Run after make_paired.py, in this folder.

library(jsonlite)
suppressMessages(library(pROC))

programs <- list(R = R.version.string, pROC = as.character(packageVersion("pROC")))
sets <- fromJSON("paired.json", simplifyDataFrame = FALSE)$scores
areas <- lapply(sets, function(set) {
  first <- roc(set$labels, set$candidate, levels = c(0, 1), direction = "<", quiet = TRUE)
  second <- roc(set$labels, set$baseline, levels = c(0, 1), direction = "<", quiet = TRUE)
  test <- roc.test(first, second, method = "delong", paired = TRUE)
  list(name = set$name, candidate = as.numeric(auc(first)), baseline = as.numeric(auc(second)),
       z = test$statistic[[1]], pValue = test$p.value[[1]],
       candidateVariance = var(first, method = "delong"), baselineVariance = var(second, method = "delong"),
       covariance = cov(first, second, method = "delong"), interval = as.numeric(test$conf.int))
})
writeLines(toJSON(list(programs = programs, areas = areas), auto_unbox = TRUE, digits = I(17), pretty = 1, na = "null"),
           "paired_areas.json")
