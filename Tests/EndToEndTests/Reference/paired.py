"""The model and the baseline on the same rows: expected values from the raw rows."""
import math

import numpy as np
import pandas as pd
import scipy.optimize
import scipy.stats
from statsmodels.stats.contingency_tables import mcnemar

import estimators
from comparison import unique
from estimators import Z

PREDICTIVE = ["positivePredictiveValueDifference", "negativePredictiveValueDifference"]
PAIRED = ["sensitivityDifference", "specificityDifference", "netBenefitDifference", *PREDICTIVE]


def paired_threshold(stratum, text):
    """Whether a stratum shows its joint table at a threshold of the model."""
    released = stratum.released.get("paired", {"status": "withheld"})
    return "status" not in released and text in released["thresholds"]


def shows_ranks(stratum):
    released = stratum.released.get("paired", {"status": "withheld"})
    return "status" not in released and "status" not in released["ranks"]


def both_scores(strata):
    """Score, baseline score and label of labelled rows that have both."""
    rows = pd.concat([s.labelled for s in strata])
    rows = rows[rows[" baseline"].notna()]
    return (rows[" score"].to_numpy(float), rows[" baseline"].to_numpy(float), rows[" label"].to_numpy(int))


def table(metric, p, q, y, t, u):
    """Both right, only the model, only the baseline, neither: of the rows of one class."""
    of_class = y == (1 if metric == "sensitivityDifference" else 0)
    a, b = (p >= t)[of_class], (q >= u)[of_class]
    if metric == "specificityDifference":
        a, b = ~a, ~b
    return [int(x.sum()) for x in (a & b, a & ~b, ~a & b, ~a & ~b)]


def newcombe_paired(a, b, c, d):
    n = a + b + c + d
    (l1, u1), (l2, u2) = estimators.wilson(a + b, n), estimators.wilson(a + c, n)
    p1, p2, theta = (a + b) / n, (a + c) / n, (b - c) / n
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    cross = a * d - b * c
    cross = max(cross - n / 2, 0) if cross > 0 else cross
    phi = cross / math.sqrt(margins) if margins else 0.0
    below = math.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    above = math.sqrt((u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2)
    return max(-1, theta - below), min(1, theta + above)


def tango(a, b, c, d):
    """Roots of the score statistic, with the constrained likelihood maximised and not solved."""
    n = a + b + c + d

    def statistic(delta):
        # q: the probability of the baseline alone being right; b's is q + delta.
        low, high = max(0.0, -delta), (1 - delta) / 2

        def slope(q):
            return (b / (q + delta) if b else 0) + (c / q if c else 0) - 2 * (a + d) / (1 - 2 * q - delta)

        e = 1e-14
        if low + e >= high - e or slope(low + e) <= 0:
            q = low
        else:
            q = scipy.optimize.brentq(slope, low + e, high - e, xtol=1e-16) if slope(high - e) < 0 else high
        spread = n * (2 * q + delta * (1 - delta))
        return (b - c - n * delta) / math.sqrt(spread) if spread > 0 else math.copysign(math.inf, b - c - n * delta)

    centre = (b - c) / n
    edge = 1 - 1e-12
    upper = 1.0 if centre == 1 else scipy.optimize.brentq(lambda x: statistic(x) + Z, centre + 1e-13, edge, xtol=1e-15)
    lower = -1.0 if centre == -1 else scipy.optimize.brentq(lambda x: statistic(x) - Z, -edge, centre - 1e-13, xtol=1e-15)
    return lower, upper


def predictive(metric, mine, other, y):
    """Kosinski's (2013) weighted generalised score statistic, row by row."""
    if metric == "negativePredictiveValueDifference":
        mine, other, y = ~mine, ~other, 1 - y
    n, m = int(mine.sum()), int(other.sum())
    if n == 0 or m == 0:
        return "noFlagged" if metric == "positivePredictiveValueDifference" else "noUnflagged"
    pooled = (y[mine].sum() + y[other].sum()) / (n + m)
    shared = ((y - pooled) ** 2)[mine & other].sum() / (n + m)
    spread = (pooled * (1 - pooled) - 2 * shared) * (1 / n + 1 / m)
    if spread <= 1e-14:
        return "noVariance"
    difference = y[mine].mean() - y[other].mean()
    return {"value": difference, "lower": None, "upper": None,
            "pValue": scipy.stats.chi2.sf(difference**2 / spread, 1)}


def paired_estimate(metric, strata, text, second):
    """What a site gives to a model over sites, or None."""
    if metric == "aurocDifference":
        shown = [s for s in strata if shows_ranks(s)]
        if len(shown) != 1:
            return None
        p, q, y = both_scores(shown)
        if min(y.sum(), (1 - y).sum()) < 2:
            return None
        value, variance = area_difference(p, q, y)
        return (value, variance) if variance > 0 else None
    strata = [s for s in strata if paired_threshold(s, text)]
    if not strata:
        return None
    a, b, c, d = table(metric, *both_scores(strata), float(text), second)
    n = a + b + c + d
    v = ((b + c) - (b - c) ** 2 / n) / n**2 if n else 0
    return ((b - c) / n, v) if v > 0 and n * (b + c) > (b - c) ** 2 else None


def area_difference(p, q, y):
    """The difference of two AUROCs with DeLong's variance, from differences of placements."""
    def places(scores):
        events, others = scores[y == 1], scores[y == 0]
        def place(values, against):
            s = np.sort(against)
            return (np.searchsorted(s, values, "left") + np.searchsorted(s, values, "right")) / 2 / len(s)
        return place(events, others), 1 - place(others, events)

    (a10, a01), (b10, b01) = places(p), places(q)
    return a10.mean() - b10.mean(), (a10 - b10).var(ddof=1) / len(a10) + (a01 - b01).var(ddof=1) / len(a01)


class Paired:
    """Part of the checker."""

    def second(self, text):
        return float(self.study.protocol["baseline"]["thresholds"][self.study.thresholds.index(text)])

    def paired(self, metric, row, text, place):
        """Expected values of a paired measure over the strata that show it, a reason, or None for withheld."""
        if metric == "aurocDifference":
            strata = [s for s in row.strata if shows_ranks(s)]
            if not strata:
                return None
            if len(strata) > 1:
                return "notReleased"
            p, q, y = both_scores(strata)
            if min(y.sum(), (1 - y).sum()) < 2:
                return "tooFewEvents"
            value, variance = area_difference(p, q, y)
            if variance <= 0:
                return "noVariance"
            self.pairs_of_areas.append((place, p, q, y, value, variance))
            half = Z * math.sqrt(variance)
            return {"value": value, "lower": value - half, "upper": value + half,
                    "pValue": 2 * scipy.stats.norm.sf(abs(value) / math.sqrt(variance))}
        strata = [s for s in row.strata if paired_threshold(s, text)]
        if not strata:
            return None
        p, q, y = both_scores(strata)
        if metric == "netBenefitDifference":
            if not len(y):
                return "noRows"
            mine, _, _ = estimators.benefit_rows(p, y, float(text))
            treat = np.where(y == 1, 1.0, -float(text) / (1 - float(text)))
            return estimators.row_mean(mine - np.where(q >= self.second(text), treat, 0.0))
        if metric in PREDICTIVE:
            return predictive(metric, p >= float(text), q >= self.second(text), y)
        cells = table(metric, p, q, y, float(text), self.second(text))
        if sum(cells) == 0:
            return "noEvents" if metric == "sensitivityDifference" else "noNonEvents"
        a, b, c, d = cells
        lower, upper = newcombe_paired(*cells)
        low, high = tango(*cells)
        exact = mcnemar([[a, b], [c, d]], exact=True).pvalue if b + c else 1.0
        smaller = scipy.stats.binom.pmf(min(b, c), b + c, 0.5)
        middle = 1 - smaller / 2 if b == c else min(1.0, 2 * scipy.stats.binom.cdf(min(b, c), b + c, 0.5) - smaller)
        self.pair_counts[place] = (b, c)
        return {"value": (b - c) / sum(cells), "lower": lower, "upper": upper, "pValue": middle if b + c else 1.0,
                "paired.exactPValue": min(1.0, exact), "paired.tango.lower": low, "paired.tango.upper": high}

    def ask_paired_areas(self):
        frames = [pd.DataFrame({"id": i, "y": y, "p": p, "q": q}) for i, (_, p, q, y, _, _) in enumerate(self.pairs_of_areas)]
        found = estimators.run_r(estimators.PAIRED, pd.concat(frames) if frames else pd.DataFrame())
        for i, (place, *_, value, variance) in enumerate(self.pairs_of_areas):
            self.comparison.close(("difference by pROC", ""), place, value, found[i][0], 1e-12)
            self.comparison.close(("its z by pROC", ""), place, value / math.sqrt(variance), found[i][1],
                                  1e-9 * max(1, abs(found[i][1])))
