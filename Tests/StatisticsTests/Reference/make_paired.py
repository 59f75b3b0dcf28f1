"""Writes paired.json: comparisons of two models on the same rows, by other means than the module's.

Run from this folder, in an environment with the packages imported below, then the R script for the areas:

    python3 make_paired.py && Rscript make_paired.R

Newcombe's interval is the published formula in 30 digits; Tango's is found from the constrained likelihood, whose
maximum is searched numerically; McNemar's tests are those of statsmodels and scipy; variances of net benefit come
from raw row values; predictive values from Kosinski's formula on raw rows. Tests never run this script.
"""

import json
import platform

import mpmath
import numpy
import scipy
import sklearn
import sklearn.metrics
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

mpmath.mp.dps = 30
mpf = mpmath.mpf
Z = mpf("1.959963984540054")
# Both flag, candidate alone, baseline alone, neither. The second is of Bentur et al. (2009), as Fagerland et al.
# (2013) print it: mid-p 0.039, exact 0.070.
TABLES = [
    (36, 12, 2, 0), (1, 1, 7, 12), (59, 6, 16, 80), (0, 0, 0, 5), (5, 0, 0, 0), (0, 3, 0, 0), (0, 0, 4, 0),
    (0, 1, 0, 0), (1, 1, 1, 1), (20, 0, 5, 20), (786, 29, 183, 25), (12, 0, 0, 14), (0, 7, 9, 0), (300, 45, 45, 610),
    (100000, 2100, 1900, 500000), (2, 1, 0, 0), (0, 0, 1, 1),
]


def wilson(x, n):
    p, z2 = mpf(x) / n, Z * Z
    centre, half = p + z2 / (2 * n), Z * mpmath.sqrt(p * (1 - p) / n + z2 / (4 * mpf(n) ** 2))
    return (centre - half) / (1 + z2 / n), (centre + half) / (1 + z2 / n)


def newcombe(a, b, c, d):
    n = a + b + c + d
    p1, p2 = mpf(a + b) / n, mpf(a + c) / n
    (l1, u1), (l2, u2) = wilson(a + b, n), wilson(a + c, n)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    determinant = mpf(a * d - b * c)
    if determinant > 0:
        determinant = max(determinant - mpf(n) / 2, mpf(0))
    phi = determinant / mpmath.sqrt(margins) if margins else mpf(0)
    theta = mpf(b - c) / n
    below = (p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2
    above = (u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2
    return [float(max(-1, theta - mpmath.sqrt(below))), float(min(1, theta + mpmath.sqrt(above)))]


def halve(inside, outside, holds, steps=110):
    for _ in range(steps):
        middle = (inside + outside) / 2
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2


def tango(a, b, c, d):
    n = a + b + c + d

    def inside(delta):
        low, high = max(mpf(0), -delta), (1 - delta) / 2

        def slope(q):
            """Of the log-likelihood in q, the probability of the baseline alone; falls in q."""
            tiny = mpf(10) ** -60
            return b / (q + delta + tiny) + c / (q + tiny) - 2 * (a + d) / (1 - 2 * q - delta + tiny)

        q = halve(low, high, lambda q: slope(q) > 0) if high > low else low
        variance = n * (2 * q + delta * (1 - delta))
        return (b - c - n * delta) ** 2 <= Z * Z * variance

    centre = mpf(b - c) / n
    lower = mpf(-1) if centre == -1 else halve(centre, mpf(-1), inside)
    upper = mpf(1) if centre == 1 else halve(centre, mpf(1), inside)
    return [float(lower), float(upper)]


def tests(a, b, c, d):
    exact = float(mcnemar([[a, b], [c, d]], exact=True).pvalue)
    k, n = min(b, c), b + c
    middle = 1.0 if n == 0 else 1 - stats.binom.pmf(b, n, 0.5) / 2 if b == c else (
        2 * stats.binom.cdf(k, n, 0.5) - stats.binom.pmf(k, n, 0.5))
    return exact, float(min(1, middle))


def differences():
    rows = []
    for table in TABLES:
        exact, middle = tests(*table)
        rows.append({"table": list(table), "newcombe": newcombe(*table), "tango": tango(*table),
                     "exactP": exact, "midP": middle})
    return rows


def raw(events, others):
    y, first, second = [], [], []
    for outcome, (a, b, c, d) in ((1, events), (0, others)):
        y += [outcome] * (a + b + c + d)
        first += [1] * (a + b) + [0] * (c + d)
        second += [1] * a + [0] * b + [1] * c + [0] * d
    return numpy.array(y), numpy.array(first), numpy.array(second)


def predictive(y, first, second, right):
    """Kosinski (2013), equations of section 2, on raw rows; `first` and `second` say which rows count."""
    hit = y == right
    n1, n2 = mpf(int(first.sum())), mpf(int(second.sum()))
    v1, v2 = int((first * hit).sum()) / n1, int((second * hit).sum()) / n2
    pooled = (int((first * hit).sum()) + int((second * hit).sum())) / (n1 + n2)
    both = first * second
    c = (int((both * hit).sum()) * (1 - pooled) ** 2 + int((both * ~hit).sum()) * pooled**2) / (n1 + n2)
    statistic = (v1 - v2) ** 2 / ((pooled * (1 - pooled) - 2 * c) * (1 / n1 + 1 / n2))
    return {"candidate": float(v1), "baseline": float(v2), "chiSquared": float(statistic),
            "pValue": float(mpmath.erfc(mpmath.sqrt(statistic / 2)))}


def models():
    """The first is the coronary artery surgery study of Weiner et al. (1979), exercise test against chest pain."""
    rows = []
    for events, others in [((786, 29, 183, 25), (69, 46, 176, 151)), ((30, 12, 5, 13), (20, 9, 14, 207)),
                           ((4, 1, 0, 2), (1, 0, 2, 9)), ((500, 61, 40, 99), (800, 120, 155, 9000))]:
        y, first, second = raw(events, others)
        values = {}
        for threshold in (0.1, 0.3, 0.75):
            weight = threshold / (1 - threshold)
            value = (first - second) * numpy.where(y == 1, 1.0, -weight)
            values[str(threshold)] = [float(value.mean()), float(value.std() / numpy.sqrt(len(y)))]
        rows.append({"events": list(events), "nonEvents": list(others), "netBenefit": values,
                     "positive": predictive(y, first, second, 1),
                     "negative": predictive(y, 1 - first, 1 - second, 0)})
    return rows


def scores():
    """Rows with two scores, for pROC and for a count of all pairs here."""
    rng = numpy.random.default_rng(20260105)
    sets = []
    for name, rows, digits, correlation in [("fine", 180, 6, 0.8), ("ties", 120, 1, 0.6), ("opposed", 60, 2, -0.7),
                                            ("few", 7, 2, 0.3)]:
        latent = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], rows)
        y = (rng.random(rows) < 1 / (1 + numpy.exp(-latent[:, 0] - 0.4 * latent[:, 1]))).astype(int)
        y[:4] = [1, 1, 0, 0]
        p = numpy.round(1 / (1 + numpy.exp(-latent)), digits)
        integers = []
        for column in (p[:, 0], p[:, 1]):
            wins = 2 * (column[y == 1][:, None] > column[y == 0]) + (column[y == 1][:, None] == column[y == 0])
            integers.append((wins.sum(axis=1), wins.sum(axis=0)))
        (c1, d1), (c2, d2) = integers
        sets.append({"name": name, "labels": y.tolist(), "candidate": p[:, 0].tolist(), "baseline": p[:, 1].tolist(),
                     "crossPositive": int((c1 * c2).sum()), "crossNegative": int((d1 * d2).sum()),
                     "averagePrecision": float(sklearn.metrics.average_precision_score(y, p[:, 0]))})
    return sets


def precision_bounds():
    """Average precision bounds of large counts, by the digamma function."""
    cases = []
    for positives, negatives in [([5000, 90000, 300], [2000000, 70000, 11]), ([0, 257, 0, 1], [4, 0, 0, 900]),
                                 ([1000000, 1], [1000000000, 3])]:
        tp = fp = 0
        low = high = mpf(0)
        for p, n in zip(positives[::-1], negatives[::-1]):
            high += mpf(p) * (tp + p) / (tp + p + fp) if p else 0
            f = fp + n
            if p:
                low += p - f * (mpmath.digamma(tp + p + f + 1) - mpmath.digamma(tp + f + 1))
            tp, fp = tp + p, f
        cases.append({"positives": positives, "negatives": negatives, "lower": float(low / tp),
                      "upper": float(high / tp)})
    intervals = []
    for value, count in [(0.3, 40), (0.85, 700), (0.999, 12), (0.01, 3)]:
        ends = []
        for sign in (-1, 1):
            eta = mpmath.log(mpf(value) / (1 - mpf(value))) + sign * Z / mpmath.sqrt(count * mpf(value) * (1 - mpf(value)))
            ends.append(float(1 / (1 + mpmath.exp(-eta))))
        intervals.append([value, count, *ends])
    return cases, intervals


cases, intervals = precision_bounds()
with open("paired.json", "w", encoding="utf-8") as file:
    json.dump({
        "programs": {"python": platform.python_version(), "mpmath": mpmath.__version__, "numpy": numpy.__version__,
                     "scikit-learn": sklearn.__version__, "scipy": scipy.__version__,
                     "statsmodels": statsmodels.__version__},
        "differences": differences(), "models": models(), "scores": scores(), "precisionBounds": cases,
        "precisionIntervals": intervals}, file, indent=1)
    file.write("\n")
