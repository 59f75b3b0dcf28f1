"""Writes threshold_measures.json: measures at a threshold beyond the four ratios, and counts of operations.

Where no program has the estimator it is computed another way than the tested code does it: labels missing by trying
every completion, corrections for missing labels by EM and a numerical information matrix. Run from this folder:

    python3 make_threshold_measures.py

Tests read the JSON file and never run this script.
"""

import json
import platform
from fractions import Fraction

import dcurves
import mpmath
import numpy
import pandas
import scipy
import sklearn
from mpmath import mp, mpf
from scipy import stats
from sklearn.metrics import f1_score, precision_score, recall_score

mp.dps = 50
Z = mp.sqrt(2) * mp.erfinv(mpf("0.95"))

TABLES = [[40, 25, 10, 125], [3, 0, 4, 9], [7, 12, 0, 31], [150, 900, 30, 12000], [1, 1, 1, 1], [88, 3, 60, 5]]
UNLABELLED = [[6, 4], [2, 3], [0, 5], [40, 300], [1, 0], [9, 11]]


def descriptive():
    rows = []
    for tp, fp, fn, tn in TABLES:
        label = [1] * tp + [0] * fp + [1] * fn + [0] * tn
        flag = [1] * (tp + fp) + [0] * (fn + tn)
        youden = recall_score(label, flag) + recall_score(label, flag, pos_label=0) - 1
        rows.append({"counts": [tp, fp, fn, tn], "f1": float(f1_score(label, flag)), "youden": float(youden),
                     "numberNeeded": 1 / float(precision_score(label, flag))})
    return rows


def worst_case():
    """Every completion of the missing labels."""
    rows = []
    for (tp, fp, fn, tn), (flagged, unflagged) in zip(TABLES, UNLABELLED):
        values = {"sensitivity": [], "specificity": [], "ppv": [], "npv": []}
        for a in range(flagged + 1):
            for b in range(unflagged + 1):
                full = (tp + a, fp + flagged - a, fn + b, tn + unflagged - b)
                values["sensitivity"].append(Fraction(full[0], full[0] + full[2]))
                values["specificity"].append(Fraction(full[3], full[3] + full[1]))
                values["ppv"].append(Fraction(full[0], full[0] + full[1]))
                values["npv"].append(Fraction(full[3], full[3] + full[2]))
        limits = {name: [float(min(v)), float(max(v))] for name, v in values.items()}
        rows.append({"counts": [tp, fp, fn, tn], "unlabelled": [flagged, unflagged], **limits})
    return rows


def expit(x):
    return 1 / (1 + mp.exp(-x))


def logit(p):
    return mp.log(p) - mp.log1p(-p)


def delta_method(log_likelihood, function, theta):
    """Value of `function` at the maximum and its variance from the numerical observed information."""
    size = len(theta)

    def second(i, j):
        step = mpf("1e-12")
        def at(a, b):
            moved = list(theta)
            moved[i] += a * step
            moved[j] += b * step
            return log_likelihood(moved)
        return (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * step * step)

    def first(i):
        step = mpf("1e-20")
        up, down = list(theta), list(theta)
        up[i] += step
        down[i] -= step
        return (function(up) - function(down)) / (2 * step)

    information = mp.matrix(size, size)
    for i in range(size):
        for j in range(size):
            information[i, j] = -second(i, j)
    gradient = mp.matrix([first(i) for i in range(size)])
    variance = (gradient.T * mp.lu_solve(information, gradient))[0]
    return function(theta), variance


def on_logit_scale(value, variance):
    error = mp.sqrt(variance)
    return [float(expit(value)), float(expit(value - Z * error)), float(expit(value + Z * error)), float(error)]


def missing_at_random():
    """EM over score intervals, then the delta method on the Poisson likelihood of what was seen."""
    rows = []
    sets = [[[True, 40, 25, 6], [False, 10, 125, 400]], [[True, 7, 3, 20], [False, 2, 90, 13]],
            [[True, 12, 1, 5], [True, 9, 8, 20], [False, 4, 30, 33], [False, 2, 120, 500]],
            [[True, 30, 0, 7], [True, 11, 9, 0], [False, 3, 40, 100], [False, 0, 220, 180], [False, 0, 0, 0]]]
    for intervals in sets:
        used = [i for i in intervals if sum(i[1:]) > 0]
        share = [mpf("0.5")] * len(used)
        for _ in range(3000):
            share = [(p + u * s) / (p + n + u) for (_, p, n, u), s in zip(used, share)]
        # Shares at the edge stay there: they are no parameters.
        free = [k for k, (_, p, n, _) in enumerate(used) if p > 0 and n > 0]
        for k in range(len(used)):
            if k not in free:
                share[k] = mpf(1 if used[k][1] > 0 else 0)
        theta = [mp.log(sum(i[1:])) for i in used] + [logit(share[k]) for k in free]

        def shares(t):
            values = list(share)
            for position, k in enumerate(free):
                values[k] = expit(t[len(used) + position])
            return values

        def log_likelihood(t):
            total = mpf(0)
            for k, ((_, p, n, u), s) in enumerate(zip(used, shares(t))):
                total += (p + n + u) * t[k] - mp.exp(t[k])
                total += (p * mp.log(s) if p else 0) + (n * mp.log(1 - s) if n else 0)
            return total

        def ratio(t, positive):
            right = wrong = mpf(0)
            for k, (interval, s) in enumerate(zip(used, shares(t))):
                rows_here = mp.exp(t[k]) * (s if positive else 1 - s)
                if interval[0] == positive:
                    right += rows_here
                else:
                    wrong += rows_here
            return mp.log(right) - mp.log(wrong)

        result = {"intervals": [[int(v) for v in i] for i in intervals]}
        for name, positive in [("sensitivity", True), ("specificity", False)]:
            result[name] = on_logit_scale(*delta_method(log_likelihood, lambda t: ratio(t, positive), theta))
        rows.append(result)
    return rows


def standardised():
    rows = []
    for (tp, fp, fn, tn), prevalence in zip([TABLES[k] for k in (0, 3, 4, 5)], [0.1, 0.013, 0.5, 0.3]):
        def log_likelihood(t):
            sens, spec = expit(t[0]), expit(t[1])
            return (tp * mp.log(sens) + fn * mp.log(1 - sens) + tn * mp.log(spec) + fp * mp.log(1 - spec))

        def positive(t):
            sens, spec, pi = expit(t[0]), expit(t[1]), mpf(prevalence)
            return logit(sens * pi / (sens * pi + (1 - spec) * (1 - pi)))

        def negative(t):
            sens, spec, pi = expit(t[0]), expit(t[1]), mpf(prevalence)
            return logit(spec * (1 - pi) / (spec * (1 - pi) + (1 - sens) * pi))

        theta = [logit(mpf(tp) / (tp + fn)), logit(mpf(tn) / (tn + fp))]
        rows.append({"counts": [tp, fp, fn, tn], "prevalence": prevalence,
                     "positive": on_logit_scale(*delta_method(log_likelihood, positive, theta)),
                     "negative": on_logit_scale(*delta_method(log_likelihood, negative, theta))})
    return rows


def net_benefit():
    rng = numpy.random.default_rng(11)
    rows = []
    for tp, fp, fn, tn in [[40, 25, 10, 125], [150, 900, 30, 12000], [88, 30, 60, 50], [60, 20, 3, 500]]:
        label = numpy.array([1] * tp + [0] * fp + [1] * fn + [0] * tn)
        flag = numpy.array([1] * (tp + fp) + [0] * (fn + tn))
        n = len(label)
        for threshold in [0.05, 0.2, 0.5]:
            frame = pandas.DataFrame({"outcome": label, "model": numpy.where(flag == 1, threshold + 0.3, threshold / 2)})
            curve = dcurves.dca(data=frame, outcome="outcome", modelnames=["model"], thresholds=[threshold])
            model = curve[curve["model"] == "model"].iloc[0]
            weight = threshold / (1 - threshold)
            # Zero positives, which no table here ever draws, would have no ratio.
            draws = rng.multinomial(n, numpy.array([tp, fp, fn, tn]) / n, size=200_000) / n
            positives = draws[:, 0] + draws[:, 2]
            ratio = (draws[:, 0] - weight * draws[:, 1]) / positives
            avoided = 100 * (draws[:, 3] - draws[:, 2] / weight)
            rows.append({"counts": [tp, fp, fn, tn], "threshold": threshold,
                         "standardised": float(model["net_benefit"]) / label.mean(),
                         "avoided": 100 * float(model["net_intervention_avoided"]),
                         "bootstrapStandardisedSE": float(ratio.std()), "bootstrapAvoidedSE": float(avoided.std())})
    return rows


def garwood():
    rows = []
    for events, exposure, unit, confidence in [(0, 50, 100, 0.95), (1, 1, 1, 0.95), (4, 1250, 100, 0.95), (37, 900, 100, 0.9),
                                               (1000, 31000, 100, 0.95), (250000, 7e6, 1000, 0.99)]:
        tail = (1 - confidence) / 2
        low = stats.chi2.ppf(tail, 2 * events) / 2 if events else 0.0
        high = stats.chi2.isf(tail, 2 * events + 2) / 2
        rows.append([events, exposure, unit, confidence, low * unit / exposure, high * unit / exposure])
    return rows


if __name__ == "__main__":
    content = {
        "programs": {"python": platform.python_version(), "dcurves": "1.1.7", "mpmath": mpmath.__version__,
                     "numpy": numpy.__version__, "pandas": pandas.__version__, "scipy": scipy.__version__,
                     "scikit-learn": sklearn.__version__},
        "descriptive": descriptive(), "worstCase": worst_case(), "missingAtRandom": missing_at_random(),
        "standardised": standardised(), "netBenefit": net_benefit(), "garwood": garwood()}
    with open("threshold_measures.json", "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
