"""Writes gaps.json: comparisons of two groups and of many levels. Run from this folder:

    python3 make_gaps.py && Rscript make_gaps.R

Tests read the JSON files and never run these scripts.
"""

import json
import platform

import mpmath
import numpy
import statsmodels
from mpmath import mp, mpf
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (confint_proportions_2indep, proportions_ztest,
                                          score_test_proportions_2indep)

mp.dps = 30
Z = mp.sqrt(2) * mp.erfinv(mpf("0.95"))

PAIRS = [[56, 70, 48, 80], [9, 10, 3, 10], [7, 34, 1, 34], [120, 1000, 90, 1100], [3, 500, 40, 700], [30, 30, 25, 31]]
EDGES = [[0, 10, 5, 20], [4, 12, 0, 9], [10, 10, 7, 7], [0, 2000, 1, 3], [5, 5, 0, 5], [1, 1, 1, 100000]]


def katz():
    return [[*p, *map(float, confint_proportions_2indep(*p, compare="ratio", method="log", correction=False))]
            for p in PAIRS]


def score_statistic(x1, n1, x2, n2, phi):
    """The likelihood under p1 = phi p2 is maximised numerically, not by the closed form."""
    low, high = mpf(0), min(mpf(1), 1 / phi)
    def slope(p):
        q = phi * p
        total = (x1 + x2) / p
        total -= phi * (n1 - x1) / (1 - q) if n1 > x1 else 0
        total -= (n2 - x2) / (1 - p) if n2 > x2 else 0
        return total
    for _ in range(110):
        middle = (low + high) / 2
        if slope(middle) > 0:
            low = middle
        else:
            high = middle
    p = (low + high) / 2
    variance = phi * p * (1 - phi * p) / n1 + phi**2 * p * (1 - p) / n2
    difference = mpf(x1) / n1 - phi * mpf(x2) / n2
    return difference / mp.sqrt(variance) if variance > 0 else mpf(0)


def koopman():
    rows = []
    for x1, n1, x2, n2 in PAIRS + EDGES:
        def solve(goal):
            low, high = mpf(-30), mpf(30)
            for _ in range(75):
                middle = (low + high) / 2
                if score_statistic(x1, n1, x2, n2, mp.exp(middle)) > goal:
                    low = middle
                else:
                    high = middle
            return float(mp.exp((low + high) / 2))
        lower = solve(Z) if x1 > 0 else 0.0
        upper = solve(-Z) if x2 > 0 else -1.0
        row = [x1, n1, x2, n2, lower, upper]
        if [x1, n1, x2, n2] in PAIRS:
            # The same interval by statsmodels, whose root finder stops earlier.
            other = confint_proportions_2indep(x1, n1, x2, n2, compare="ratio", method="score", correction=False)
            # With no failure in a group it stops at the kink of the constrained maximum, where its own test is
            # not at the level: there the test itself is compared.
            if x1 < n1:
                assert numpy.allclose(other, [lower, upper], rtol=1e-9)
            else:
                test = score_test_proportions_2indep(x1, n1, x2, n2, value=lower, compare="ratio", correction=False)
                assert abs(test.statistic - float(Z)) < 1e-9
        rows.append(row)
    return rows


def score_test():
    rows = []
    for x1, n1, x2, n2 in PAIRS + [EDGES[0], EDGES[1], [5, 10, 10, 20]]:
        z, p = proportions_ztest([x1, x2], [n1, n2])
        rows.append([x1, n1, x2, n2, float(z), float(p)])
    return rows


def multiplicity():
    rng = numpy.random.default_rng(17)
    rows = []
    for values in [[0.01, 0.04, 0.03, 0.005], [0.5], [0.02, 0.02, 0.02, 0.9, 1.0, 0.0], list(rng.random(40) ** 3)]:
        values = [float(v) for v in values]
        rows.append({"p": values, "holm": [float(v) for v in multipletests(values, method="holm")[1]],
                     "benjaminiHochberg": [float(v) for v in multipletests(values, method="fdr_bh")[1]]})
    return rows


def calibration():
    """Log O:E of rows in two groups; the variance is that of log O under the binomial, by numerical derivative."""
    rng = numpy.random.default_rng(29)
    rows = []
    for sizes, factor in [((300, 120), 1.0), ((2000, 60), 1.4)]:
        sums, logs, variances = [], [], []
        for size, f in zip(sizes, (1.0, factor)):
            score = rng.beta(2, 6, size)
            label = rng.random(size) < numpy.minimum(1, f * score)
            observed, expected = int(label.sum()), float(mpmath.fsum(map(float, score)))
            sums += [observed, size, expected]
            logs.append(mp.log(mpf(observed) / mpf(expected)))
            share = mpf(observed) / size
            slope = mp.diff(lambda q: mp.log(q * size / mpf(expected)), share)
            variances.append(slope**2 * share * (1 - share) / size)
        difference, error = logs[0] - logs[1], mp.sqrt(variances[0] + variances[1])
        rows.append([*sums, float(difference), float(error), float(mp.erfc(abs(difference / error) / mp.sqrt(2)))])
    return rows


if __name__ == "__main__":
    content = {
        "programs": {"python": platform.python_version(),
                     "mpmath": mpmath.__version__, "numpy": numpy.__version__, "statsmodels": statsmodels.__version__},
        "katz": katz(), "koopman": koopman(), "scoreTest": score_test(), "multiplicity": multiplicity(),
        "calibration": calibration()}
    with open("gaps.json", "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
