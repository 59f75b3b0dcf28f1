"""Expected values of the measures in a row of a matrix, from the raw rows."""
import math

import numpy as np
import pandas as pd
import scipy.stats
import sklearn.metrics
import statsmodels.api as sm

import estimators
from comparison import unique
from estimators import Z
from raw_rows import Stratum

RATIOS = ["sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue", "flagRate"]
# A site writes its fit with 8 decimals, so each number of it is off by up to this before anything is made of it.
FIT_UNIT = 0.5e-8


class Row:
    """The strata of a row, and their labelled rows together."""

    def __init__(self, strata, hidden):
        self.strata, self.hidden = strata, hidden
        self.p = np.concatenate([s.p for s in strata])
        self.y = np.concatenate([s.y for s in strata])
        self.n, self.events = len(self.y), int(self.y.sum())
        self.p_unlabelled = np.concatenate([s.rows.loc[s.rows[" label"] < 0, " score"].to_numpy(float) for s in strata])
        self.shows_unlabelled = all(isinstance(s.released["unlabelled"], list) for s in strata)

    def common(self, wanted=None):
        """Edges that every stratum keeps, of those wanted."""
        return [e for e in self.strata[0].edges
                if all(s.keeps(e) for s in self.strata) and (wanted is None or e in wanted)]

    def inside(self, lower, upper):
        return (self.p >= float(lower)) & ((self.p < float(upper)) | (upper == "1"))

    def powers_shown(self):
        return all("status" not in s.released["powers"][name]["high"]
                   for s in self.strata for name in ("positive", "negative"))


class RowMeasures:
    """Part of the checker: one function a measure; None stands for `withheld`, a text for a reason."""

    def over_scores(self, metric, estimand, row, place):
        p, y, n = row.p, row.y, row.n
        one_class = "noEvents" if row.events == 0 else "noNonEvents" if row.events == n else None
        if metric == "prevalence":
            return estimators.proportion(row.events, n) | self.hidden_bounds("prevalence", row, None)
        if metric == "brierScore":
            expected = {"value": sklearn.metrics.brier_score_loss(y, p), "lower": None, "upper": None}
            if row.powers_shown() and n > 1:
                error = math.sqrt(max(0.0, np.mean((p - y) ** 4) - expected["value"] ** 2) / (n - 1))
                expected["lower"] = max(0.0, expected["value"] - Z * error)
                expected["upper"] = min(1.0, expected["value"] + Z * error)
            return expected
        if metric == "scaledBrierScore":
            if one_class:
                return one_class
            reference = sklearn.metrics.brier_score_loss(y, np.full(n, y.mean()))
            return {"value": 1 - sklearn.metrics.brier_score_loss(y, p) / reference}
        if metric == "observedExpectedRatio":
            return estimators.observed_expected(p, y)
        if metric in ("expectedCalibrationError", "debiasedSquaredCalibrationError"):
            bins = [(row.inside(a, b).sum(), y[row.inside(a, b)].mean(), p[row.inside(a, b)].mean())
                    for a, b in self.bins(row)]
            if metric == "expectedCalibrationError":
                return {"value": sum(k / n * abs(o - e) for k, o, e in bins)}
            if any(k == 1 for k, _, _ in bins):
                return "tooFewEvents"
            return {"value": sum(k / n * ((o - e) ** 2 - o * (1 - o) / (k - 1)) for k, o, e in bins)}
        if metric == "spiegelhalterZ":
            if not row.powers_shown():
                return None
            z = ((y - p) * (1 - 2 * p)).sum() / math.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
            self.asked_rms.append((place, row, z))
            return {"value": z, "pValue": math.erfc(abs(z) / math.sqrt(2))}
        if metric == "auroc":
            return self.area(estimand, row, place)
        if metric == "averagePrecision":
            return self.average_precision(estimand, row, place)
        return self.fit(metric, estimand, row, place)

    def bins(self, row):
        edges = row.common(self.study.calibration)
        return [(a, b) for a, b in zip(edges, edges[1:]) if row.inside(a, b).any()]

    def area(self, estimand, row, place):
        if estimand == "pooledRows":
            if row.events in (0, row.n):
                return "noEvents"
            lower, upper = estimators.pooled_bounds(row.strata)
            truth = sklearn.metrics.roc_auc_score(row.y, row.p)
            self.comparison.exact("truth inside bounds", place, lower <= truth <= upper, True)
            return {"lower": lower, "upper": upper}
        if any(min((s.y == 1).sum(), (s.y == 0).sum()) < 2 for s in row.strata):
            return "tooFewEvents"
        area, variance = estimators.auroc(row.strata)
        if len(row.strata) == 1:
            theirs = sklearn.metrics.roc_auc_score(row.y, row.p)
            self.comparison.close(("auroc by scikit-learn", "site"), place, area, theirs, 1e-12)
            self.areas.append((place, row.strata[0], area, variance))
        elif area in (0, 1) or variance == 0:
            return "noVariance"  # no interval is known for several strata that all separate the classes
        lower, upper = estimators.auroc_interval(area, variance, row.events, row.n - row.events)
        return {"value": area, "lower": lower, "upper": upper}

    def average_precision(self, estimand, row, place):
        if row.events == 0:
            return "noEvents"
        truth = sklearn.metrics.average_precision_score(row.y, row.p)
        if estimand == "site" and len(row.strata) == 1:
            if isinstance(row.strata[0].released["averagePrecision"], dict):
                return "tooFewEvents"
            # Twelve decimals of the site, then the logit interval of Boyd et al.
            half = Z / math.sqrt(row.events * truth * (1 - truth)) if truth < 1 else None
            logit = math.log(truth / (1 - truth)) if truth < 1 else None
            bounds = [None if half is None else 1 / (1 + math.exp(-(logit + sign * half))) for sign in (-1, 1)]
            return {"value": truth, "lower": bounds[0], "upper": bounds[1], "slack": 1e-12}
        # The best and the worst order of rows that the counts allow, given to scikit-learn as scores.
        edges, best, worst, labels, rank = row.common(), [], [], [], 0
        for a, b in zip(edges, edges[1:]):
            inside = row.inside(a, b)
            events, others = int(row.y[inside].sum()), int((1 - row.y[inside]).sum())
            labels += [0] * others + [1] * events
            best += [rank] * others + [rank + 1] * events
            worst += list(range(rank + 1 + events, rank + 1 + events + others)) + list(range(rank + 1, rank + 1 + events))
            rank += 2 + events + others
        lower, upper = (sklearn.metrics.average_precision_score(labels, scores) for scores in (worst, best))
        self.comparison.exact("truth inside bounds", place, lower - 1e-12 <= truth <= upper + 1e-12, True)
        return {"lower": lower, "upper": upper}

    # -- fits

    def fit(self, metric, estimand, row, place):
        if estimand == "pooledRows":
            return self.pooled_fit(metric, row)
        fits = [self.fit_of(s) for s in row.strata]
        if not all(fits):
            return self.no_fit(row, fits, place)
        if metric == "logisticCalibrationIndex":
            (a, _), (b, _) = (estimators.inverse_variance([fit[name] for fit in fits])
                              for name in ("calibrationIntercept", "calibrationSlope"))
            return {"value": self.logistic_index(row, a, b), "slack": 2 * FIT_UNIT}
        value, error = estimators.inverse_variance([fit[metric] for fit in fits])
        # Estimates and the error of the in-the-large fit have 8 decimals, variances 12.
        return {"value": value, "lower": value - Z * error, "upper": value + Z * error,
                "slack": FIT_UNIT * (1 + Z if metric == "calibrationInTheLarge" else 1)}

    def fit_of(self, stratum):
        """The fit of a stratum, or None where the site says that there is none."""
        if "status" in stratum.released["fit"]:
            return None
        if id(stratum) not in self.fits:
            self.fits[id(stratum)] = estimators.recalibration(stratum.p, stratum.y)
        return self.fits[id(stratum)]

    def no_fit(self, row, fits, place):
        without = [s for s, fit in zip(row.strata, fits) if fit is None]
        for s in without:
            if s.released["fit"]["reason"] == "tooFewEvents":
                classes = [s.labelled[s.y == k] for k in (0, 1)]
                people = [len(c) if not self.study.patient else c[self.study.patient].nunique() for c in classes]
                least = self.aggregates[s.site]["policy"]["minimumFitEvents"]
                self.comparison.exact("too few to fit", place, min(people) < least, True)
        return without[0].released["fit"]["reason"]

    def pooled_fit(self, metric, row):
        """A binomial GLM on bins, every row at the mean score of its bin."""
        if row.events in (0, row.n):
            return "tooFewEvents"
        cells = [row.inside(a, b) for a, b in self.bins(row)]
        if len(cells) < 2:
            return "constantScore"
        score = np.clip([row.p[c].mean() for c in cells], 1e-6, 1 - 1e-6)
        counts = np.array([[row.y[c].sum(), (1 - row.y[c]).sum()] for c in cells])
        first = counts.argmax(axis=1)
        if (counts.min(axis=1) == 0).all() and sorted(first) in (list(first), list(first[::-1])):
            return "separation"
        fitted = sm.GLM(counts, sm.add_constant(np.log(score / (1 - score))), family=sm.families.Binomial()).fit(
            tol=1e-14, maxiter=200)
        (a, b), (error_a, error_b) = fitted.params, fitted.bse
        if metric == "logisticCalibrationIndex":
            return {"value": self.logistic_index(row, a, b)}
        value, error = (a, error_a) if metric == "calibrationIntercept" else (b, error_b)
        n, x, mean = counts.sum(axis=1), counts[:, 0], score
        def likelihood(probability):
            return scipy.stats.binom.logpmf(x, n, probability).sum()
        twice = 2 * (likelihood(fitted.fittedvalues) - likelihood(mean))
        return {"value": value, "lower": value - Z * error, "upper": value + Z * error,
                "pValue": scipy.stats.chi2.sf(twice, 2)}

    def logistic_index(self, row, a, b):
        total = 0.0
        for lower, upper in self.bins(row):
            inside = row.inside(lower, upper)
            mean = row.p[inside].mean()
            logit = math.log(min(max(mean, 1e-6), 1 - 1e-6) / (1 - min(max(mean, 1e-6), 1 - 1e-6)))
            total += inside.sum() / row.n * abs(1 / (1 + math.exp(-(a + b * logit))) - mean)
        return total

    # -- at a threshold

    def at_threshold(self, metric, row, text, place):
        """Expected values at a threshold; `row` holds only the strata that keep it."""
        p, y, t, n = row.p, row.y, float(text), row.n
        (tn, fp), (fn, tp) = (map(int, line) for line in sklearn.metrics.confusion_matrix(y, p >= t, labels=[0, 1]))
        one_class = "noEvents" if tp + fn == 0 else "noNonEvents" if tn + fp == 0 else None
        if metric in RATIOS:
            counts = {"sensitivity": (tp, tp + fn), "specificity": (tn, tn + fp), "flagRate": (tp + fp, n),
                      "positivePredictiveValue": (tp, tp + fp), "negativePredictiveValue": (tn, tn + fn)}[metric]
            if counts[1] == 0:
                return {"sensitivity": "noEvents", "specificity": "noNonEvents", "flagRate": "noRows",
                        "positivePredictiveValue": "noFlagged", "negativePredictiveValue": "noUnflagged"}[metric]
            expected = estimators.ratio(metric, row.strata, t, self.study.patient)
            self.comparison.exact("confusion counts", place, (expected["successes"], expected["trials"]), counts)
            effect = expected.get("designEffect", 1.0)
            expected |= self.missing_labels(metric, row, t, (tp, fp, fn, tn), effect)
            return expected | self.hidden_bounds(metric, row, text)
        if metric == "standardisedPositivePredictiveValue":
            if one_class or tp + fp == 0:
                return one_class or "noFlagged"
            prior = float(self.study.protocol["analysis"]["standardPrevalence"])
            sensitivity, false = tp / (tp + fn), fp / (fp + tn)
            value = sensitivity * prior / (sensitivity * prior + false * (1 - prior))
            if tp == 0 or fp == 0:
                return {"value": value, "lower": None, "upper": None}
            # Delta method: two independent proportions, each on the log scale.
            error = math.sqrt((1 - sensitivity) / tp + (1 - false) / fp)
            logit = math.log(value / (1 - value))
            return {"value": value} | {
                name: 1 / (1 + math.exp(-(logit + sign * Z * error))) for name, sign in (("lower", -1), ("upper", 1))}
        if metric == "f1Score":
            return {"value": sklearn.metrics.f1_score(y, p >= t)} if 2 * tp + fp + fn else "noFlagged"
        if metric == "youdenIndex":
            return one_class or {"value": sklearn.metrics.balanced_accuracy_score(y, p >= t, adjusted=True)}
        if metric == "numberNeededToEvaluate":
            return "noFlagged" if tp + fp == 0 else "noEvents" if tp == 0 else {"value": (tp + fp) / tp}
        benefit, gain, _ = estimators.benefit_rows(p, y, t)
        if metric == "netBenefit":
            return estimators.row_mean(benefit)
        if metric == "netBenefitGain":
            return estimators.row_mean(gain)
        if metric == "interventionsAvoided":
            return {name: value * 100 * (1 - t) / t for name, value in estimators.row_mean(gain).items()}
        if tp + fn == 0:
            return "noEvents"
        # A ratio of two means over the same rows: the variance of the residuals of the one on the other.
        value = benefit.mean() / y.mean()
        half = Z * math.sqrt(np.mean((benefit - value * y) ** 2) / n) / y.mean()
        return {"value": value, "lower": value - half, "upper": value + half}

    def missing_labels(self, metric, row, t, counts, effect):
        """Every completion of the missing labels, tried out: only how many of each kind are positive matters."""
        nothing = {f"missingLabels.{end}.{name}": None for end in ("lowest", "highest")
                   for name in ("value", "lower", "upper")} | {"missingLabels.ignorable": None}
        flagged = int((row.p_unlabelled >= t).sum())
        spared = len(row.p_unlabelled) - flagged
        if metric == "flagRate" or not row.shows_unlabelled or flagged + spared == 0:
            return nothing
        tp, fp, fn, tn = counts
        found = []
        many = flagged * spared > 20_000  # then the corners, since each share is monotone in both
        for up in {0, flagged} if many else range(flagged + 1):
            for down in {0, spared} if many else range(spared + 1):
                x, k = {"sensitivity": (tp + up, tp + up + fn + down),
                        "specificity": (tn + spared - down, tn + spared - down + fp + flagged - up),
                        "positivePredictiveValue": (tp + up, tp + fp + flagged),
                        "negativePredictiveValue": (tn + spared - down, tn + fn + spared)}[metric]
                found.append((x / k if k else 0, x, k))
        expected = {}
        lowest = min(found, key=lambda part: (part[0], -part[2]))
        for end, (value, _, k) in (("lowest", lowest), ("highest", max(found, key=lambda part: (part[0], part[2])))):
            lower, upper = estimators.wilson(value * k / effect, k / effect)
            expected |= {f"missingLabels.{end}.value": value, f"missingLabels.{end}.lower": lower,
                         f"missingLabels.{end}.upper": upper}
        expected["missingLabels.ignorable"] = None
        if metric in ("sensitivity", "specificity") and tp + fp > 0 and fn + tn > 0:
            # Inverse probability weighting by the share of labels on each side of the threshold.
            weight = np.where(row.p >= t, (tp + fp + flagged) / (tp + fp), (fn + tn + spared) / (fn + tn))
            which = (row.y == 1) if metric == "sensitivity" else (row.y == 0)
            right = (row.p >= t) if metric == "sensitivity" else (row.p < t)
            expected["missingLabels.ignorable"] = np.average(right[which], weights=weight[which])
        return expected

    # -- what is withheld

    def hidden_bounds(self, metric, row, text):
        """Between which a share lies whatever the withheld counts are: the extremes of each withheld piece."""
        least, most, unbounded = np.zeros(2, int), np.zeros(2, int), False
        t = 0.0 if text is None else float(text)
        pieces = list(row.hidden) + [("known", s, s.released) for s in getattr(row, "lost", [])]
        for kind, stratum, detail in pieces:
            low, high, nobody_knows = piece(metric, kind, stratum, detail, t)
            least, most, unbounded = least + low, most + high, unbounded or nobody_knows
        nothing = {"withheldBounds.lower": None, "withheldBounds.upper": None}
        if unbounded:
            return {"withheldBounds.lower": 0.0, "withheldBounds.upper": 1.0}
        if not most.any():
            return nothing
        p, y = row.p, row.y
        trials, success = (np.ones(len(p), bool), y == 1) if metric == "prevalence" else estimators.ratio_rows(metric, p, y, t)
        x, k = int((success & trials).sum()), int(trials.sum())
        f = k - x
        if x + least[0] + f + most[1] == 0 or x + most[0] + f + least[1] == 0:
            return nothing
        lower, upper = (x + least[0]) / (x + least[0] + f + most[1]), (x + most[0]) / (x + most[0] + f + least[1])
        possible = every_sum(metric, pieces, t) if (most + 1).prod() <= 3000 else None
        if possible is not None:
            shares = [(x + i) / (k + i + j) for i, j in possible if k + i + j > 0]
            self.comparison.exact("bounds for what is withheld, every count tried", "", (lower, upper),
                                  (min(shares), max(shares)))
        return {"withheldBounds.lower": lower, "withheldBounds.upper": upper}


# Which of (class, side) are successes and failures of a share; a side is 1 at or above the threshold.
CELLS = {
    "sensitivity": ({(1, 1)}, {(1, 0)}), "specificity": ({(0, 0)}, {(0, 1)}),
    "positivePredictiveValue": ({(1, 1)}, {(0, 1)}), "negativePredictiveValue": ({(0, 0)}, {(1, 0)}),
    "flagRate": ({(1, 1), (0, 1)}, {(1, 0), (0, 0)}), "prevalence": ({(1, 1), (1, 0)}, {(0, 1), (0, 0)}),
}


def piece(metric, kind, stratum, detail, t):
    """Least and most successes and failures among the rows of one withheld piece, and whether anything is possible."""
    if kind == "unknown":
        return np.zeros(2, int), np.zeros(2, int), True
    if kind == "rows":  # any of them may be anything
        return np.zeros(2, int), np.full(2, detail), False
    counts = detail if kind == "rest" else {
        (label, index): detail["positive" if label else "negative"][index]
        for label in (0, 1) for index in range(len(detail["positive"]))}
    edges = stratum.edges if kind == "known" else stratum
    least, most = np.zeros(2, int), np.zeros(2, int)
    for (label, index), count in counts.items():
        sides = {1} if float(edges[index]) >= t else {0} if float(edges[index + 1]) <= t else {0, 1}
        for which in (0, 1):
            possible = [(label, side) in CELLS[metric][which] for side in sides]
            most[which] += count if any(possible) else 0
            least[which] += count if all(possible) and kind == "known" else 0
    return least, most, False


def every_sum(metric, pieces, t):
    """All pairs of successes and failures that the hidden rows can add up to."""
    sums = {(0, 0)}
    for kind, stratum, detail in pieces:
        if kind == "rows":
            sums = {(x + i, f + j) for x, f in sums for i in range(detail + 1) for j in range(detail + 1 - i)}
            continue
        counts = detail if kind == "rest" else {
            (label, index): detail["positive" if label else "negative"][index]
            for label in (0, 1) for index in range(len(detail["positive"]))}
        edges = stratum.edges if kind == "known" else stratum
        for (label, index), count in counts.items():
            above, below = float(edges[index + 1]) > t, float(edges[index]) < t
            own = set()
            for rows in range(count + 1) if kind == "rest" else [count]:
                for up in range(rows + 1) if above and below else [rows if above else 0]:
                    cells = {(label, 1): up, (label, 0): rows - up}
                    own.add(tuple(sum(n for cell, n in cells.items() if cell in CELLS[metric][which]) for which in (0, 1)))
            sums = {(x + i, f + j) for x, f in sums for i, j in own}
    return sums
