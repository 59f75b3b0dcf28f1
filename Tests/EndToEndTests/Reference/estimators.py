"""The estimators of protocols/merge.md with other programs: scikit-learn, statsmodels, scipy, pROC and metafor."""
import math
import pathlib
import platform
import subprocess
import tempfile

import numpy as np
import pandas as pd
import scipy
import scipy.optimize
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


def ratio(metric, strata, threshold, patient):
    """A proportion with Wilson's interval, on the effective sample size where a patient has several rows."""
    clusters, x, k = [], 0, 0
    for stratum in strata:
        trials, success = ratio_rows(metric, stratum.p, stratum.y, threshold)
        x, k = x + int((success & trials).sum()), k + int(trials.sum())
        if patient:
            # A patient who is seen at two sites, or in two windows, counts as two.
            frame = pd.DataFrame({"id": stratum.labelled[patient].to_numpy(), "x": success & trials, "k": trials})
            clusters.append(frame.groupby("id")[["x", "k"]].sum().astype(float))
    share, effective = x / k, float(k)
    if patient:
        sums = pd.concat(clusters)
        sums = sums[sums["k"] > 0]
        if (sums["k"] > 1).any() and 0 < share < 1:
            m = len(sums)
            variance = m / (m - 1) * ((sums["x"] - share * sums["k"]) ** 2).sum() / k**2
            effective = k / max(1, variance / (share * (1 - share) / k))
    lower, upper = wilson(share * effective, effective)
    return {"value": share, "lower": lower, "upper": upper, "successes": x, "trials": k}


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
    value = observed / expected
    if observed in (0, n):
        lower, upper = proportion_confint(observed, n, alpha=0.05, method="beta")
        return {"value": value, "lower": lower * n / expected, "upper": upper * n / expected}
    error = math.sqrt(1 / observed - 1 / n)
    return {"value": value, "lower": value * math.exp(-Z * error), "upper": value * math.exp(Z * error)}


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
    x, family = np.log(clipped / (1 - clipped)), sm.families.Binomial()
    large = sm.GLM(y, np.ones(len(x)), family=family, offset=x).fit(tol=1e-14, maxiter=200)
    joint = sm.GLM(y, sm.add_constant(x, has_constant="add"), family=family).fit(tol=1e-14, maxiter=200)
    return {
        "calibrationInTheLarge": (large.params[0], large.bse[0]),
        "calibrationIntercept": (joint.params[0], joint.bse[0]),
        "calibrationSlope": (joint.params[1], joint.bse[1]),
    }


def inverse_variance(parts):
    """Common-effect mean of (estimate, standard error) pairs, and its standard error."""
    weights = [1 / error**2 for _, error in parts]
    return sum(w * v for w, (v, _) in zip(weights, parts)) / sum(weights), 1 / math.sqrt(sum(weights))


METAFOR = r"""
suppressPackageStartupMessages(library(metafor))
d <- read.csv(commandArgs(TRUE)[1]); control <- list(threshold = 1e-12, maxiter = 5000)
for (g in split(d, d$id)) {
  k <- nrow(g)
  a <- rma(yi = g$y, vi = g$v, method = "REML", test = "knha", control = control)
  b <- rma(yi = g$y, vi = g$v, method = "REML", test = "adhoc", control = control)
  se <- max(a$se, b$se); t1 <- qt(.975, k - 1); t2 <- qt(.975, k - 2); sd <- sqrt(a$tau2 + se^2)
  cat(g$id[1], sprintf("%.17g", c(a$b, a$b - t1 * se, a$b + t1 * se, a$tau2, a$I2 / 100, a$QE, a$b - t2 * sd,
    a$b + t2 * sd, weights(a) / 100)), "\n")
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
            'as.character(packageVersion("pROC")))')
    r, metafor, proc = subprocess.run(["Rscript", "-e", code], check=True, capture_output=True, text=True).stdout.split()
    return {"python": platform.python_version(), "numpy": np.__version__, "pandas": pd.__version__,
            "scipy": scipy.__version__, "scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__,
            "R": r, "metafor": metafor, "pROC": proc}
