"""Writes calibration.json: calibration by bin, computed from raw rows, and simulations of its approximations.

Run from this folder, in an environment with the packages imported below:

    python3 make_calibration.py

Scores are multiples of 1/1024, so that the fixed-point sums of the module are exact and every difference is one of
formulas. Grouped fits are those of statsmodels. Tests read the JSON file and never run this script.
"""

import json
import platform

import numpy
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import stats


def draw(rng, rows, shift, scale, centre):
    linear = rng.normal(centre, 1.2, rows)
    label = (rng.random(rows) < 1 / (1 + numpy.exp(-(shift + scale * linear)))).astype(int)
    score = numpy.round(1024 / (1 + numpy.exp(-linear))) / 1024
    return score, label


def members(score, edges):
    """Half-open intervals, the last one closed."""
    index = numpy.minimum(numpy.searchsorted(edges, score, side="right") - 1, len(edges) - 2)
    return [numpy.flatnonzero(index == bin) for bin in range(len(edges) - 1)]


def logistic(label, score):
    fit = sm.GLM(label, sm.add_constant(score), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
    return fit


def case(name, score, label, edges):
    n = len(label)
    groups = [rows for rows in members(score, edges) if len(rows)]
    rate = label.mean()
    terms = numpy.zeros(5)
    error = expected = square = 0.0
    for rows in groups:
        p, y, w = score[rows], label[rows], len(rows) / n
        terms += w * numpy.array([(p.mean() - y.mean()) ** 2, (y.mean() - rate) ** 2, 0, p.var(),
                                  2 * numpy.cov(p, y, bias=True)[0, 1] if len(rows) > 1 else 0])
        error += w * abs(y.mean() - p.mean())
        expected += w * numpy.sqrt(2 / numpy.pi * (p * (1 - p)).sum()) / len(rows)
        if len(rows) > 1:
            # The unbiased variance of the mean of the outcomes.
            square += w * ((y.mean() - p.mean()) ** 2 - y.var(ddof=1) / len(rows))
    terms[2] = rate * (1 - rate)
    z = (label.sum() - score.sum()) / numpy.sqrt((score * (1 - score)).sum())

    means = numpy.array([score[rows].mean() for rows in groups])
    successes = numpy.array([label[rows].sum() for rows in groups])
    failures = numpy.array([len(rows) - label[rows].sum() for rows in groups])
    clipped = numpy.clip(means, 1e-6, 1 - 1e-6)
    linear = numpy.log(clipped / (1 - clipped))
    fit = logistic(numpy.column_stack([successes, failures]), linear)

    def likelihood(a, b):
        mu = 1 / (1 + numpy.exp(-(a + b * linear)))
        return stats.binom.logpmf(successes, successes + failures, mu).sum()

    a, b = fit.params
    ratio = 2 * (likelihood(a, b) - likelihood(0, 1))
    distance = numpy.abs(1 / (1 + numpy.exp(-(a + b * linear))) - means)
    rows_of = numpy.repeat(distance, successes + failures)
    covariance = fit.cov_params()
    return {
        "name": name, "scores": score.tolist(), "labels": label.tolist(), "edges": edges.tolist(),
        "murphy": terms.tolist(), "brier": float(((score - label) ** 2).mean()), "ece": float(error),
        "expected": float(expected), "debiased": [float(square)] if all(len(r) > 1 for r in groups) else [],
        "z": float(z), "pValue": float(2 * stats.norm.sf(abs(z))),
        "fit": [float(a), float(b), float(covariance[0, 0]), float(covariance[0, 1]), float(covariance[1, 1])],
        "likelihoodRatio": float(ratio), "likelihoodRatioP": float(stats.chi2.sf(ratio, 2)),
        "distances": [float(distance @ (successes + failures) / n),
                      float(numpy.quantile(rows_of, 0.5, method="inverted_cdf")),
                      float(numpy.quantile(rows_of, 0.9, method="inverted_cdf")), float(distance.max())]}


def calibrated_error():
    """Mean error over bins of calibrated rare outcomes, beside what two formulas say of it."""
    rng = numpy.random.default_rng(71)
    rows = []
    for size, low, high in [(20, 0.005, 0.05), (50, 0.01, 0.1), (200, 0.1, 0.9)]:
        p = rng.uniform(low, high, (10, size))
        errors, plugged = [], []
        for _ in range(4000):
            y = rng.random(p.shape) < p
            rate = y.mean(axis=1)
            errors.append(numpy.abs(rate - p.mean(axis=1)).mean())
            plugged.append(numpy.sqrt(2 * rate * (1 - rate) / numpy.pi / size).mean())
        scores = numpy.round(p * 1024) / 1024
        rows.append({"rows": size, "scores": scores.ravel().tolist(), "simulated": float(numpy.mean(errors)),
                     "withObservedRates": float(numpy.mean(plugged))})
    return rows


def slopes():
    """What grouping does to the slope of 20,000 rows."""
    rng = numpy.random.default_rng(72)
    score, label = draw(rng, 20000, -0.1, 0.85, -1.5)
    keep = (score > 0) & (score < 1)
    score, label = score[keep], label[keep]
    exact = logistic(label, numpy.log(score / (1 - score)))
    rows = []
    for bins in (10, 20, 100):
        groups = [r for r in members(score, numpy.arange(bins + 1) / bins) if len(r)]
        means = numpy.array([score[r].mean() for r in groups])
        counts = numpy.array([[label[r].sum(), len(r) - label[r].sum()] for r in groups])
        fit = logistic(counts, numpy.log(means / (1 - means)))
        rows.append([bins, float(fit.params[1]), float(exact.params[1]), float(exact.bse[1])])
    return rows


rng = numpy.random.default_rng(70)
ten = numpy.arange(11) / 10
cases = [case("ten bins", *draw(rng, 400, -0.2, 0.9, -1), ten),
         case("unequal bins", *draw(rng, 150, 0.3, 1.2, 0), numpy.array([0, 0.05, 0.3, 0.5, 0.9, 1.0])),
         case("a hundred bins", *draw(rng, 900, 0, 1, -0.5), numpy.arange(101) / 100),
         case("two bins", *draw(rng, 30, 0, 0.6, 0), numpy.array([0, 0.5, 1.0]))]
with open("calibration.json", "w", encoding="utf-8") as file:
    json.dump({
        "programs": {"python": platform.python_version(), "numpy": numpy.__version__, "scipy": scipy.__version__,
                     "statsmodels": statsmodels.__version__},
        "cases": cases, "calibrated": calibrated_error(), "slopes": slopes()}, file)
    file.write("\n")
