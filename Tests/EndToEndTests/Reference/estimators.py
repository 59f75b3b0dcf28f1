"""The estimators of protocols/merge.md with other programs: scikit-learn, statsmodels, scipy, pROC, metafor and rms."""
import importlib.metadata
import math
import pathlib
import platform
import subprocess
import tempfile

import numpy as np
import pandas as pd
import scipy
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn
import statsmodels
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

Z = scipy.stats.norm.ppf(0.975)


def wilson(successes, trials):
    return proportion_confint(successes, trials, alpha=0.05, method="wilson")


def ratio_rows(metric, p, y, threshold):
    """Which rows are trials of a ratio, and which are successes."""
    flagged = p >= threshold
    return {
        "sensitivity": (y == 1, flagged), "specificity": (y == 0, ~flagged),
        "positivePredictiveValue": (flagged, y == 1), "negativePredictiveValue": (~flagged, y == 0),
        "flagRate": (np.ones(len(p), bool), flagged),
    }[metric]


def design_effect(metric, strata, threshold, patient):
    """By how much rows of one patient widen the interval of a proportion; None where no patient has several trials."""
    clusters = []
    for stratum in strata:
        trials, success = ratio_rows(metric, stratum.p, stratum.y, threshold)
        # A patient who is seen at two sites, or in two windows, counts as two.
        frame = pd.DataFrame({"id": stratum.labelled[patient].to_numpy(), "x": success & trials, "k": trials})
        clusters.append(frame.groupby("id")[["x", "k"]].sum().astype(float))
    sums = pd.concat(clusters)
    sums = sums[sums["k"] > 0]
    if not (sums["k"] > 1).any():
        return None
    x, k, m = sums["x"].sum(), sums["k"].sum(), len(sums)
    share = x / k
    if m < 2 or share in (0, 1):  # nothing is known of how rows of a patient agree, so they count as copies (Kish)
        return (sums["k"] ** 2).sum() / k
    variance = m / (m - 1) * ((sums["x"] - share * sums["k"]) ** 2).sum() / k**2
    return max(1.0, variance / (share * (1 - share) / k))


def ratio(metric, strata, threshold, patient):
    """A proportion with Wilson's interval, on the effective sample size where a patient has several rows."""
    x, k = 0, 0
    for stratum in strata:
        trials, success = ratio_rows(metric, stratum.p, stratum.y, threshold)
        x, k = x + int((success & trials).sum()), k + int(trials.sum())
    if k == 0:
        return None
    return proportion(x, k, design_effect(metric, strata, threshold, patient) if patient else None)


def proportion(x, k, effect=None):
    """A share of rows with its intervals, as a measure writes them."""
    share, effective = x / k, k / (effect or 1)
    lower, upper = wilson(share * effective, effective)
    found = {"value": share, "lower": lower, "upper": upper, "successes": x, "trials": k}
    if effect is not None:
        found["designEffect"] = effect
    if k < 40:
        found["exact.lower"], found["exact.upper"] = proportion_confint(x, k, alpha=0.05, method="beta")
    return found


def row_mean(values):
    """A mean over rows with its normal interval."""
    half = Z * math.sqrt(values.var() / len(values))
    return {"value": values.mean(), "lower": values.mean() - half, "upper": values.mean() + half}


def benefit_rows(p, y, threshold):
    """Each row's share of net benefit, of its gain over treating everyone, and of treating everyone."""
    flagged = p >= threshold
    treat = np.where(y == 1, 1.0, -threshold / (1 - threshold))
    return np.where(flagged, treat, 0.0), np.where(flagged, 0.0, -treat), treat


def observed_expected(p, y):
    observed, expected, n = int(y.sum()), math.fsum(p), len(y)
    value, spread = observed / expected, math.fsum(p * (1 - p))
    # Where rows have scores of 0 and 1 only, nothing is left to chance.
    test = 2 * scipy.stats.norm.sf(abs(observed - expected) / math.sqrt(spread)) if spread > n * 2**-32 else None
    if observed in (0, n):
        lower, upper = proportion_confint(observed, n, alpha=0.05, method="beta")
        return {"value": value, "lower": lower * n / expected, "upper": upper * n / expected, "pValue": test}
    error = math.sqrt(1 / observed - 1 / n)
    return {"value": value, "lower": value * math.exp(-Z * error), "upper": value * math.exp(Z * error), "pValue": test}


def placements(p, y):
    """AUROC and DeLong's variance from the two sets of placements, ties one half."""
    events, others = np.sort(p[y == 1]), np.sort(p[y == 0])

    def place(values, against):
        return (np.searchsorted(against, values, "left") + np.searchsorted(against, values, "right")) / 2 / len(against)

    v10, v01 = place(events, others), 1 - place(others, events)
    return v10.mean(), v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01)


def auroc(strata):
    """AUROC over comparisons inside strata only, with its variance."""
    parts = [(*placements(s.p, s.y), int((s.y == 1).sum()) * int((s.y == 0).sum())) for s in strata]
    pairs = sum(weight for _, _, weight in parts)
    area = math.fsum(value * weight for value, _, weight in parts) / pairs
    return area, math.fsum(variance * (weight / pairs) ** 2 for _, variance, weight in parts)


def auroc_interval(area, variance, events, others):
    if 0 < area < 1 and variance > 0:
        centre, half = math.log(area / (1 - area)), Z * math.sqrt(variance) / (area * (1 - area))
        return tuple(1 / (1 + math.exp(-(centre + sign * half))) for sign in (-1, 1))
    star = (events + others) / 2 - 1

    def excess(theta):  # Newcombe (2006), method 5
        spread = theta * (1 - theta) * (1 + star * (1 - theta) / (2 - theta) + star * theta / (1 + theta))
        return abs(area - theta) - Z * math.sqrt(spread / (events * others))

    lower = 0.0 if area == 0 else scipy.optimize.brentq(excess, 1e-12, area - 1e-9, xtol=1e-15)
    upper = 1.0 if area == 1 else scipy.optimize.brentq(excess, area + 1e-9, 1 - 1e-12, xtol=1e-15)
    return lower, upper


def pooled_bounds(strata):
    """Guaranteed bounds of the AUROC of all rows from counts on each stratum's own intervals, pair by pair."""
    low, high, closed, events, others = [], [], [], [], []
    for s in strata:
        low += [float(e) for e in s.edges[:-1]]
        high += [float(e) for e in s.edges[1:]]
        closed += [False] * (len(s.edges) - 2) + [True]
        events += list(s.counts("positive"))
        others += list(s.counts("negative"))
    low, high, closed = np.array(low), np.array(high), np.array(closed)
    events, others = np.array(events, float), np.array(others, float)
    surely = np.where(closed[None, :], low[:, None] > high[None, :], low[:, None] >= high[None, :])
    maybe = np.where(closed[:, None], high[:, None] >= low[None, :], high[:, None] > low[None, :])
    pairs = events.sum() * others.sum()
    return events @ surely @ others / pairs, events @ maybe @ others / pairs


def recalibration(p, y):
    """Calibration in the large, intercept and slope with standard errors."""
    clipped = np.clip(p, 1e-6, 1 - 1e-6)
    x = np.log(clipped / (1 - clipped))
    # By bisection: the steps of a GLM with an offset diverge where scores are nearly 0 or 1.
    large = scipy.optimize.brentq(lambda a: (y - scipy.special.expit(a + x)).sum(), -60, 60, xtol=1e-14)
    mean = scipy.special.expit(large + x)
    joint = sm.GLM(y, sm.add_constant(x, has_constant="add"), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
    return {
        "calibrationInTheLarge": (large, 1 / math.sqrt((mean * (1 - mean)).sum())),
        "calibrationIntercept": (joint.params[0], joint.bse[0]),
        "calibrationSlope": (joint.params[1], joint.bse[1]),
    }


def inverse_variance(parts):
    """Common-effect mean of (estimate, standard error) pairs, and its standard error."""
    weights = [1 / error**2 for _, error in parts]
    return sum(w * v for w, (v, _) in zip(weights, parts)) / sum(weights), 1 / math.sqrt(sum(weights))


METAFOR = r"""
suppressPackageStartupMessages(library(metafor))
d <- read.csv(commandArgs(TRUE)[1]); control <- list(threshold = 1e-13, maxiter = 10000)
reml <- function(y, v) {
  k <- length(y)
  a <- rma(yi = y, vi = v, method = "REML", test = "knha", control = control)
  # The scoring steps can stop in a local maximum or at zero: the best of several starts.
  for (start in c(0, 1e-3, 0.1, 1, 10) * max(var(y), 1e-12)) {
    b <- tryCatch(rma(yi = y, vi = v, method = "REML", test = "knha", control = c(control, tau2.init = start)),
                  error = function(e) a)
    if (as.numeric(logLik(b)) > as.numeric(logLik(a)) + 1e-12) a <- b
  }
  b <- rma(yi = y, vi = v, tau2 = a$tau2, test = "adhoc")
  list(a = a, hk = c(a$ci.lb, a$ci.ub), mod = c(b$ci.lb, b$ci.ub), se = max(a$se, b$se))
}
for (g in split(d, d$id)) {
  k <- nrow(g); f <- reml(g$y, g$v); a <- f$a
  half <- qt(.975, k - 1) * f$se; new <- qt(.975, k - 2) * sqrt(a$tau2 + f$se^2)
  dl <- rma(yi = g$y, vi = g$v, method = "DL", test = "z")
  tau <- suppressWarnings(confint(a, control = list(tau2.max = 1e6, tol = 1e-14))$random["tau^2", c("ci.lb", "ci.ub")])
  if (anyNA(tau)) tau <- c(0, 0)
  p <- 2 * pt(abs(a$b / f$se), k - 1, lower.tail = FALSE)
  out <- c(a$b, a$b - half, a$b + half, a$tau2, a$I2 / 100, max(0, (a$QE - (k - 1)) / a$QE), a$QE, a$QEp, a$b - new,
    a$b + new, f$hk, f$mod, tau, dl$tau2, dl$b, dl$ci.lb, dl$ci.ub, p, weights(a) / 100)
  if (k > 3) for (i in seq_len(k)) {
    w <- reml(g$y[-i], g$v[-i]); half <- qt(.975, k - 2) * w$se
    out <- c(out, w$a$b, w$a$b - half, w$a$b + half, w$a$tau2)
  }
  cat(g$id[1], sprintf("%.17g", out), "\n")
}
"""
TRENDS = r"""
suppressPackageStartupMessages(library(metafor))
d <- read.csv(commandArgs(TRUE)[1])
for (g in split(d, d$id)) {
  f <- rma(yi = g$y, vi = g$v, mods = ~ g$w, method = "FE")
  cat(g$id[1], sprintf("%.17g", c(f$b[2], f$ci.lb[2], f$ci.ub[2], f$pval[2])), "\n")
}
"""
ARMITAGE = r"""
d <- read.csv(commandArgs(TRUE)[1])
for (g in split(d, d$id)) cat(g$id[1], sprintf("%.17g", suppressWarnings(prop.trend.test(g$x, g$n, g$w))$p.value), "\n")
"""
HAENSZEL = r"""
suppressPackageStartupMessages(library(metafor))
d <- read.csv(commandArgs(TRUE)[1])
for (g in split(d, d$id)) {
  f <- rma.mh(ai = g$x1, n1i = g$n1, ci = g$x2, n2i = g$n2, measure = "RD", add = 0, drop00 = FALSE)
  cat(g$id[1], sprintf("%.17g", c(f$b, f$ci.lb, f$ci.ub, f$pval)), "\n")
}
"""
PAIRED = r"""
suppressPackageStartupMessages(library(pROC))
d <- read.csv(commandArgs(TRUE)[1])
for (g in split(d, d$id)) {
  a <- roc(g$y, g$p, levels = c(0, 1), direction = "<", quiet = TRUE)
  b <- roc(g$y, g$q, levels = c(0, 1), direction = "<", quiet = TRUE)
  z <- roc.test(a, b, paired = TRUE, method = "delong")$statistic
  cat(g$id[1], sprintf("%.17g", c(as.numeric(auc(a)) - as.numeric(auc(b)), z)), "\n")
}
"""
RMS = r"""
suppressPackageStartupMessages(library(rms))
d <- read.csv(commandArgs(TRUE)[1])
for (g in split(d, d$id)) {
  v <- val.prob(g$p, g$y, pl = FALSE)
  cat(g$id[1], sprintf("%.17g", v[c("Brier", "S:z", "S:p")]), "\n")
}
"""
PROC = r"""
suppressPackageStartupMessages(library(pROC))
d <- read.csv(commandArgs(TRUE)[1])
for (g in split(d, d$id)) {
  r <- roc(g$y, g$p, levels = c(0, 1), direction = "<", quiet = TRUE)
  cat(g$id[1], sprintf("%.17g", c(as.numeric(auc(r)), var(r, method = "delong"))), "\n")
}
"""


def run_r(code, frame):
    """Runs R on a table and reads its lines of an id and numbers."""
    if frame.empty:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        source, data = pathlib.Path(folder) / "code.R", pathlib.Path(folder) / "data.csv"
        source.write_text(code)
        frame.to_csv(data, index=False, float_format="%.17g")
        out = subprocess.run(["Rscript", source, data], check=True, capture_output=True, text=True).stdout
    return {int(line.split()[0]): [float(x) for x in line.split()[1:]] for line in out.splitlines()}


def programs():
    code = ('cat(paste(R.version$major, R.version$minor, sep="."), as.character(packageVersion("metafor")), '
            'as.character(packageVersion("pROC")), as.character(packageVersion("rms")))')
    r, metafor, proc, rms = subprocess.run(["Rscript", "-e", code], check=True, capture_output=True, text=True).stdout.split()
    return {"python": platform.python_version(), "numpy": np.__version__, "pandas": pd.__version__,
            "scipy": scipy.__version__, "scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__,
            "dcurves": importlib.metadata.version("dcurves"), "fairlearn": importlib.metadata.version("fairlearn"),
            "R": r, "metafor": metafor, "pROC": proc, "rms": rms}
