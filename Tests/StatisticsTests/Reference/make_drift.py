"""Writes drift_more.json: distances of histograms, prevalence without labels, and the worth of the drift limit.

Run from this folder, in an environment with the packages imported below:

    python3 make_drift.py

Entropies and tests are those of scipy, distances those of scipy on raw values, prevalences the end of the expectation
and maximisation steps themselves. Tests read the JSON file and never run this script.
"""

import json
import platform

import numpy
import scipy
import statsmodels
from scipy import spatial, stats
from statsmodels.stats.proportion import proportion_confint


def smooth(counts):
    counts = numpy.array(counts, dtype=float)
    return (counts + 0.5) / (counts.sum() + len(counts) / 2)


def entropies():
    rows = []
    for current, reference in [([10, 20, 30, 40], [40, 30, 20, 10]), ([0, 5, 95], [12, 30, 900]), ([7, 7], [7, 9]),
                               (list(range(1, 21)), list(range(20, 0, -1))), ([1000000, 3], [999000, 1000])]:
        a, e = smooth(current), smooth(reference)
        distance = spatial.distance.jensenshannon(a, e)
        rows.append({"current": current, "reference": reference, "kl": float(stats.entropy(a, e)),
                     "distance": float(distance), "divergence": float(distance**2)})
    return rows


def homogeneity():
    """Rare cells are merged here by hand, from the lists that follow each pair."""
    rows = []
    for current, reference, merged in [
            ([50, 30, 20], [480, 330, 190], None),
            # Expected 3.7, 0.9 and 0.9 now: the three join.
            ([40, 50, 6, 0, 4], [400, 460, 34, 10, 6], ([10, 40, 50], [50, 400, 460])),
            # A rest of 1.9 takes the next rarest along.
            ([30, 60, 2, 8], [300, 500, 20, 180], None),
            ([25, 0, 75, 100], [3, 2, 100, 95], ([25, 75, 100], [5, 100, 95])),
    ]:
        use = merged or (current, reference)
        if current == [30, 60, 2, 8]:
            use = ([30, 60, 10], [300, 500, 200])
        if current == [25, 0, 75, 100]:
            use = ([25, 75, 100], [5, 100, 95])
        test = stats.chi2_contingency(use, correction=False)
        g = stats.chi2_contingency(use, correction=False, lambda_="log-likelihood")
        rows.append({"current": current, "reference": reference, "cells": len(use[0]),
                     "chiSquared": float(test.statistic), "chiSquaredP": float(test.pvalue), "g": float(g.statistic),
                     "gP": float(g.pvalue), "cramersV": float(stats.contingency.association(
                         numpy.array(use), method="cramer"))})
    return rows


def distances():
    """Bins of raw values with the distances of the values."""
    rng = numpy.random.default_rng(80)
    rows = []
    for now, then, edges in [
            (rng.beta(2, 5, 300), rng.beta(2.4, 4.5, 1000), numpy.arange(11) / 10),
            (rng.beta(2, 5, 300), rng.beta(2.4, 4.5, 1000), numpy.arange(101) / 100),
            (rng.normal(70, 10, 200), rng.normal(71, 14, 500), numpy.array([0, 50, 60, 65, 70, 72, 80, 100, 200.0])),
            (numpy.array([0.1]), numpy.array([0.9]), numpy.array([0, 0.5, 1.0]))]:
        current, reference = (numpy.histogram(values, edges)[0] for values in (now, then))
        middle = (edges[1:] + edges[:-1]) / 2
        f, g = numpy.cumsum(current) / len(now), numpy.cumsum(reference) / len(then)
        # Every order inside the bins, by putting one set at the left end and the other at the right.
        early = [numpy.repeat(edges[:-1] + shift * numpy.diff(edges) / 4, counts)
                 for shift, counts in ((1, current), (2, reference))]
        late = [numpy.repeat(edges[:-1] + shift * numpy.diff(edges) / 4, counts)
                for shift, counts in ((2, current), (1, reference))]
        rows.append({
            "current": current.tolist(), "reference": reference.tolist(), "edges": edges.tolist(),
            "ks": float(stats.ks_2samp(now, then).statistic), "ksLower": float(numpy.abs(f - g).max()),
            "ksUpper": float(max(stats.ks_2samp(*early).statistic, stats.ks_2samp(*late).statistic)),
            "w1": float(stats.wasserstein_distance(now, then)),
            "w1Middles": float(stats.wasserstein_distance(middle, middle, current, reference))})
    return rows


def label_shift():
    rng = numpy.random.default_rng(81)
    edges = numpy.arange(21) / 20

    def draw(rows, prevalence):
        y = rng.random(rows) < prevalence
        linear = numpy.where(y, rng.normal(0.6, 1.1, rows), rng.normal(-1, 1.1, rows))
        return y, 1 / (1 + numpy.exp(-linear))

    rows = []
    for prevalence, count in [(0.3, 500), (0.05, 2000), (0.9, 300)]:
        y, score = draw(3000, 0.2)
        positives, negatives = (numpy.histogram(score[y == k], edges)[0] for k in (True, False))
        current = numpy.histogram(draw(count, prevalence)[1], edges)[0]
        f1, f0 = smooth(positives), smooth(negatives)
        estimate = positives.sum() / 3000
        for _ in range(200000):
            posterior = estimate * f1 / (estimate * f1 + (1 - estimate) * f0)
            following = (current * posterior).sum() / current.sum()
            if following == estimate:
                break
            estimate = following
        rows.append({"current": current.tolist(), "positives": positives.tolist(), "negatives": negatives.tolist(),
                     "truth": prevalence, "em": float(estimate)})

    # How far the estimate spreads when all three histograms are drawn again.
    p1 = numpy.histogram(draw(400000, 1.1)[1], edges)[0] / 400000
    p0 = numpy.histogram(draw(400000, -0.1)[1], edges)[0] / 400000
    likelihood = []
    for _ in range(3000):
        h1, h0 = rng.multinomial(500, p1), rng.multinomial(2000, p0)
        current = rng.multinomial(800, 0.3 * p1 + 0.7 * p0)
        f1, f0 = smooth(h1), smooth(h0)
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            if (current * (f1 - f0) / (middle * f1 + (1 - middle) * f0)).sum() > 0:
                low = middle
            else:
                high = middle
        likelihood.append(low)
    spread = {"positives": (500 * p1).round().astype(int).tolist(), "negatives": (2000 * p0).round().astype(int).tolist(),
              "current": (800 * (0.3 * p1 + 0.7 * p0)).round().astype(int).tolist(),
              "likelihood": float(numpy.std(likelihood))}
    return rows, [spread]


def split():
    """Log O:E of drawn windows by moving each row's odds."""
    rows = []
    for positives, negatives, old, new in [([2, 5, 20], [60, 30, 9], 0.2, 0.3), ([1, 0, 3], [90, 0, 4], 0.4, 0.05)]:
        scores = numpy.array([0.125, 0.375, 0.75])
        n = numpy.array(positives) + negatives
        odds = scores / (1 - scores) * (new / (1 - new)) / (old / (1 - old))
        moved, expected, observed = (n * odds / (1 + odds)).sum(), (n * scores).sum(), sum(positives)
        rows.append({"scores": scores.tolist(), "positives": positives, "negatives": negatives, "old": old, "new": new,
                     "total": float(numpy.log(observed / expected)), "prior": float(numpy.log(moved / expected)),
                     "remainder": float(numpy.log(observed / moved))})
    return rows


def limits():
    """How often the upper limit of each index holds the true index, at 95 %, beside what the plain delta method does."""
    rng = numpy.random.default_rng(82)
    rows = []
    for bins, n, m in [(2, 50, 1000), (2, 200, 2000), (5, 200, 2000), (10, 200, 2000), (10, 1000, 500), (20, 1000, 10000)]:
        e0 = numpy.full(bins, 1 / bins)
        place = numpy.arange(bins) - (bins - 1) / 2
        for shape, a0 in [("slope", e0 * numpy.exp(place / bins)), ("steep", e0 * numpy.exp(2 * place / bins)),
                          ("hole", numpy.where(numpy.arange(bins) == 0, e0 * 0.1, e0)),
                          ("spike", numpy.where(numpy.arange(bins) == 0, e0 * 2.5, e0))]:
            a0 = a0 / a0.sum()
            truth = ((a0 - e0) * numpy.log(a0 / e0)).sum()
            a = (rng.multinomial(n, a0, 4000) + 0.5) / (n + bins / 2)
            e = (rng.multinomial(m, e0, 4000) + 0.5) / (m + bins / 2)
            index = ((a - e) * numpy.log(a / e)).sum(axis=1)
            ga, ge = numpy.log(a / e) - e / a, numpy.log(e / a) - a / e
            variance = (((a * ga**2).sum(axis=1) - (a * ga).sum(axis=1) ** 2) / n
                        + ((e * ge**2).sum(axis=1) - (e * ge).sum(axis=1) ** 2) / m)
            z, root = stats.norm.ppf(0.95), numpy.sqrt(numpy.maximum(index, 1e-300))
            noise = (1 / n + 1 / m) * stats.chi2.ppf(0.95, bins - 1)
            limit = numpy.maximum(noise, (root + z * numpy.sqrt(variance) / (2 * root)) ** 2)
            rows.append({"bins": bins, "rows": n, "referenceRows": m, "shape": shape, "truth": float(truth),
                         "held": float((limit >= truth).mean()),
                         "plain": float((index + z * numpy.sqrt(variance) >= truth).mean())})
    a, e = smooth([30, 50, 20]), smooth([300, 600, 100])
    # One case in full, with the variance by numerical derivatives over the shares.
    exact = []
    for name, index in [("populationStability", lambda a, e: ((a - e) * numpy.log(a / e)).sum()),
                        ("kullbackLeibler", lambda a, e: (a * numpy.log(a / e)).sum()),
                        ("jensenShannon", lambda a, e: spatial.distance.jensenshannon(a, e) ** 2)]:
        variance = 0.0
        for side, shares, rows_of in ((0, a, 100), (1, e, 1000)):
            slopes = []
            for bin in range(3):
                step = numpy.zeros(3)
                step[bin] = 1e-5
                # Along the simplex, so that scipy's own scaling to 1 does no harm.
                step -= shares * 1e-5
                up, down = ([shares + step, shares - step])
                slopes.append((index(up, e) - index(down, e) if side == 0 else index(a, up) - index(a, down)) / 2e-5)
            covariance = (numpy.diag(shares) - numpy.outer(shares, shares)) / rows_of
            variance += float(numpy.array(slopes) @ covariance @ numpy.array(slopes))
        value = float(index(a, e))
        factor = {"populationStability": 1, "kullbackLeibler": 0.5, "jensenShannon": 0.125}[name]
        noise = factor * (1 / 100 + 1 / 1000)
        z = stats.norm.isf(0.05 / 4)
        exact.append({"name": name, "index": value, "pValue": float(stats.chi2.sf(value / noise, 2)),
                      "noise99": float(noise * stats.chi2.ppf(0.99, 2)),
                      "noise": float(noise * stats.chi2.isf(0.05 / 4, 2)),
                      "upper": float((numpy.sqrt(value) + z * numpy.sqrt(variance / value) / 2) ** 2)})
    return rows, exact


shift, spread = label_shift()
coverage, exact = limits()
limit = [[k, n, float(proportion_confint(k, n, 0.1, method="beta")[1])] for k, n in [(0, 100), (3, 250), (0, 5), (7, 7)]]
with open("drift_more.json", "w", encoding="utf-8") as file:
    json.dump({
        "programs": {"python": platform.python_version(), "numpy": numpy.__version__, "scipy": scipy.__version__,
                     "statsmodels": statsmodels.__version__},
        "entropies": entropies(), "homogeneity": homogeneity(), "distances": distances(), "labelShift": shift,
        "labelShiftSpread": spread, "split": split(), "limits": coverage, "assessments": exact, "range": limit},
        file, indent=1)
    file.write("\n")
