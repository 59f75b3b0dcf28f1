"""Models over sites, gaps between slices and trends over windows, as other programs estimate them."""
import math

import fairlearn.metrics
import numpy as np
import pandas as pd
import scipy.optimize
import scipy.special
import scipy.stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

import estimators
from comparison import member, unique
from estimators import Z
from paired import paired_estimate
from raw_rows import Stratum
from row_measures import RATIOS

SCALES = {"observedExpectedRatio": (math.log, math.exp), "calibrationInTheLarge": (float, float),
          "calibrationSlope": (float, float), "netBenefit": (float, float),
          "sensitivityDifference": (float, float), "specificityDifference": (float, float),
          "aurocDifference": (float, float)}
LOGIT = (scipy.special.logit, scipy.special.expit)
MEMBERS = ["value", "lower", "upper", "randomEffects.tauSquared", "randomEffects.iSquared",
           "randomEffects.iSquaredFromQ", "randomEffects.q", "randomEffects.qPValue", "randomEffects.predictionLower",
           "randomEffects.predictionUpper", "randomEffects.hartungKnapp.lower", "randomEffects.hartungKnapp.upper",
           "randomEffects.modified.lower", "randomEffects.modified.upper", "randomEffects.tauSquaredBounds.lower",
           "randomEffects.tauSquaredBounds.upper", "randomEffects.derSimonianLaird.tauSquared",
           "randomEffects.derSimonianLaird.value", "randomEffects.derSimonianLaird.lower",
           "randomEffects.derSimonianLaird.upper"]
NATURAL = {"value", "lower", "upper"}


def fits_written(strata, name, error):
    """The mean of sites' numbers as written: what a model over sites makes of their decimals is not its own fault."""
    fits = [s.released["fit"] for s in strata]
    if not fits or any("status" in fit for fit in fits):
        return None
    return estimators.inverse_variance([(float(fit[name]), error(fit)) for fit in fits])


def estimate(metric, strata, threshold, patient):
    """An estimate and its variance on the scale of the model, or None. `strata` all keep the threshold."""
    if not strata:
        return None
    if metric in ("calibrationSlope", "calibrationInTheLarge"):
        slope = metric == "calibrationSlope"
        found = fits_written(strata, "slope" if slope else metric, lambda fit: (
            math.sqrt(float(fit["slopeVariance"])) if slope else float(fit["calibrationInTheLargeError"])))
        return found and (found[0], found[1] ** 2)
    if metric == "auroc":
        if any(min((s.y == 1).sum(), (s.y == 0).sum()) < 2 for s in strata):
            return None
        area, variance = estimators.auroc(strata)
        return (math.log(area / (1 - area)), variance / (area * (1 - area)) ** 2) if 0 < area < 1 and variance > 0 else None
    p, y = np.concatenate([s.p for s in strata]), np.concatenate([s.y for s in strata])
    if metric == "observedExpectedRatio":
        return (math.log(y.sum() / math.fsum(p)), 1 / y.sum() - 1 / len(y)) if 0 < y.sum() < len(y) else None
    if metric == "netBenefit":
        values = estimators.benefit_rows(p, y, threshold)[0]
        return (values.mean(), values.var() / len(values)) if values.var() > 0 else None
    trials, success = estimators.ratio_rows(metric, p, y, threshold)
    x, k = int((success & trials).sum()), int(trials.sum())
    if k == 0:
        return None
    half = 0.5 if x in (0, k) else 0
    effect = (estimators.design_effect(metric, strata, threshold, patient) if patient else None) or 1
    return math.log((x + half) / (k - x + half)), (1 / (x + half) + 1 / (k - x + half)) * effect


class Comparisons:
    """Part of the checker: random effects, gaps and trends."""

    # -- models over sites

    def random_effects(self, where, at, place, entry, strata):
        parts, lost = [], []
        threshold = entry.get("threshold")
        for site in unique(s.site for s in strata):
            own = [s for s in strata if s.site == site and (threshold is None or s.keeps(threshold))]
            if entry["metric"].endswith("Difference"):
                every = [s for s in strata if s.site == site]
                found = paired_estimate(entry["metric"], every, threshold, threshold and self.second(threshold))
            else:
                found = estimate(entry["metric"], own, threshold and float(threshold), self.study.patient)
            parts.append((site, *found)) if found else lost.append(site)
        self.comparison.exact("omitted", place, entry.get("omitted", []), lost)
        if len(parts) < 3:
            self.comparison.exact("reasons", place, entry.get("reason"), "tooFewSites")
            found = entry.get("twoSites", {})
            self.comparison.exact("two sites", place, bool(found), len(parts) == 2)
            if found and len(parts) == 2:
                (first, y, v), (second, z, w) = parts
                self.comparison.exact("names of two sites", place, (found["first"], found["second"]), (first, second))
                half = Z * math.sqrt(v + w)
                self.comparison.group(
                    ("two sites", entry["metric"]), where, f"{at}/twoSites", found,
                    {"difference": y - z, "lower": y - z - half, "upper": y - z + half},
                    self.tolerance("randomEffects"), 1e-6)
        else:
            self.comparison.exact("statuses", place, entry["status"], "estimated")
            if entry["status"] == "estimated":
                self.models.append((where, at, entry, parts))

    def ask_metafor(self):
        rows = [(i, y, v) for i, (*_, parts) in enumerate(self.models) for _, y, v in parts]
        found = estimators.run_r(estimators.METAFOR, pd.DataFrame(rows, columns=["id", "y", "v"]))
        for i, (where, at, entry, parts) in enumerate(self.models):
            (self.trend_over_sites if entry.get("metric-of") else self.model)(where, at, entry, parts, found[i])

    def model(self, where, at, entry, parts, found):
        mean, lower, upper, tau, i2, i2q, q, qp, low, high, *found = found
        hk, modified, profile, dl, (_, *found) = found[:2], found[2:4], found[4:6], found[6:10], found[10:]
        weights, without = found[:len(parts)], found[len(parts):]
        _, back = SCALES.get(entry["metric"], LOGIT)
        detailed = where["attribute"] == "overall"
        values = [back(mean), back(lower), back(upper), tau, i2, i2q, q, qp, back(low), back(high), *map(back, hk),
                  *map(back, modified), *profile, dl[0], *map(back, dl[1:])]
        expected = dict(zip(MEMBERS, map(float, values)))
        if not detailed:
            expected = {name: None if "derSim" in name or "Bounds" in name else v for name, v in expected.items()}
        place, c, relative = " ".join(where.values()), self.comparison, self.tolerance("randomEffects")
        c.exact("sites of models", place, entry["randomEffects"]["sites"], len(parts))
        c.group((entry["metric"], "randomEffects"), where, at, entry, expected, relative)
        contributions = entry["randomEffects"].get("contributions", [])
        c.exact("sites weighted", place, [w["site"] for w in contributions], [p[0] for p in parts] if detailed else [])
        for i, part in enumerate(contributions):
            expected = {"weight": weights[i]}
            left = without[4 * i:4 * i + 4]
            for name, value in zip(("value", "lower", "upper"), left[:3] or [None] * 3):
                expected[f"without.{name}"] = None if value is None else float(back(value))
            expected["without.tauSquared"] = left[3] if left else None
            c.group((entry["metric"] + " one left out", "randomEffects"), where,
                    f"{at}/randomEffects/contributions/{i}", part, expected, relative)

    # -- gaps

    def gaps(self, file, gaps, sites, is_site):
        c, study = self.comparison, self.study
        estimands = ["site"] if is_site else ["pooledRows", "withinSite"]
        order = []
        for attribute in study.protocol["slices"]:
            levels = [x["level"] for x in attribute["levels"] if x["level"] != attribute.get("reference")]
            for estimand in estimands:
                for metric, threshold in self.gap_measures(estimand):
                    order += [(attribute["attribute"], level, metric, threshold, estimand) for level in levels]
        found = [(g["attribute"], g["level"], g["metric"], g.get("threshold"), g["estimand"]) for g in gaps]
        c.exact("order of gaps", file, found, order)
        whole = "all" if len(study.windows) > 1 else study.windows[0]
        for i, gap in enumerate(gaps):
            where = {"file": file, "window": whole, "attribute": gap["attribute"], "level": gap["level"],
                     "metric": gap["metric"], "estimand": gap["estimand"]}
            where |= {"threshold": gap["threshold"]} if "threshold" in gap else {}
            attribute = next(a for a in study.protocol["slices"] if a["attribute"] == gap["attribute"])
            c.exact("gaps' windows", file, gap["window"], whole)
            c.exact("gaps' sides", " ".join(where.values()), gap.get("against"), attribute.get("reference"))
            pairs = [self.sides(site, attribute, gap["level"]) for site in sites]
            self.gap(where, f"gaps/{i}", gap, [pair for pair in pairs if pair])
        if study.protocol.get("analysis", {}).get("multiplicity"):
            self.adjusted(file, gaps)

    def gap_measures(self, estimand):
        whole = {"site": ["auroc", "observedExpectedRatio", "calibrationSlope"], "pooledRows": ["observedExpectedRatio"],
                 "withinSite": ["auroc"]}[estimand]
        return [(m, None) for m in whole] + [(m, t) for t in self.study.thresholds for m in RATIOS]

    def sides(self, site, attribute, level):
        """Strata of a level, and what they are compared with, of the windows in which both are released."""
        found = []
        for index, window in enumerate(self.study.windows):
            mine = self.strata[(site, (attribute["attribute"], level), index)]
            if not isinstance(mine, Stratum):
                continue
            if "reference" in attribute:
                other = self.strata[(site, (attribute["attribute"], attribute["reference"]), index)]
                if not isinstance(other, Stratum):
                    continue
                found.append((mine, other, True))
                continue
            overall = self.strata[(site, ("overall", "all"), index)]
            if not isinstance(overall, Stratum):
                continue
            rest = [self.strata[(site, (attribute["attribute"], name), index)] for name in self.study.levels(attribute)
                    if name != level]
            rest = [s for s in rest if s != "empty"]
            if len(rest) == 1 and isinstance(rest[0], Stratum):
                found.append((mine, rest[0], True))
                continue
            rows = overall.rows[overall.rows[" level " + attribute["attribute"]] != level]
            other = Stratum(site, window, rows, overall.released, mine.edges)
            if len(other.y):
                found.append((mine, other, False))
        return found

    def gap(self, where, at, gap, sites):
        c, place = self.comparison, " ".join(where.values())
        pairs = [pair for site in sites for pair in site]
        metric, threshold = gap["metric"], gap.get("threshold")
        expected = self.expected_gap(place, metric, threshold, gap["estimand"], sites, pairs)
        if isinstance(expected, str):
            c.exact("gaps without a number", place, gap.get("reason", gap["status"]), expected)
        elif gap["status"] != "estimated":
            c.exact("gaps' statuses", place, gap.get("reason", gap["status"]), "estimated")
        elif isinstance(expected, list):
            self.haenszel.append((where, at, gap, expected))
        else:
            c.group(("gap " + metric, gap["estimand"]), where, at, gap, expected, self.tolerance("gap"),
                    1e-9 if metric == "observedExpectedRatio" else 0.0)

    def expected_gap(self, place, metric, threshold, estimand, sites, pairs):
        if not pairs:
            return "withheld"
        if metric == "auroc":
            if not all(full for *_, full in pairs):
                return "notReleased"
            both = [[pair[side] for pair in pairs] for side in (0, 1)]
            if any(min((s.y == 1).sum(), (s.y == 0).sum()) < 2 for side in both for s in side):
                return "tooFewEvents"
            (a, va), (b, vb) = map(estimators.auroc, both)
            for side, area, variance in ((both[0], a, va), (both[1], b, vb)):
                if len(side) > 1 and (area in (0, 1) or variance == 0):
                    return "tooFewEvents"
            if va == 0 or vb == 0:
                return "noVariance"
            half = Z * math.sqrt(va + vb)
            return {"difference": a - b, "lower": max(-1, a - b - half), "upper": min(1, a - b + half),
                    "pValue": 2 * scipy.stats.norm.sf(abs(a - b) / math.sqrt(va + vb))}
        if metric == "observedExpectedRatio":
            logs, variance = [], 0.0
            for side in (0, 1):
                p = np.concatenate([pair[side].p for pair in pairs])
                y = np.concatenate([pair[side].y for pair in pairs])
                if y.sum() == 0:
                    return "noEvents"
                if y.sum() == len(y):
                    return "noVariance"
                logs.append(math.log(y.sum() / math.fsum(p)))
                variance += 1 / y.sum() - 1 / len(y)
            d, half = logs[0] - logs[1], Z * math.sqrt(variance)
            return {"difference": d, "lower": d - half, "upper": d + half, "ratio.value": math.exp(d),
                    "ratio.lower": math.exp(d - half), "ratio.upper": math.exp(d + half),
                    "pValue": 2 * scipy.stats.norm.sf(abs(d) / math.sqrt(variance))}
        if metric == "calibrationSlope":
            if not all(full for *_, full in pairs):
                return "notReleased"
            means = [fits_written([pair[side] for pair in pairs], "slope", lambda f: math.sqrt(float(f["slopeVariance"])))
                     for side in (0, 1)]
            if None in means:
                return "tooFewEvents"
            (a, ea), (b, eb) = means
            half = Z * math.hypot(ea, eb)
            return {"difference": a - b, "lower": a - b - half, "upper": a - b + half,
                    "pValue": 2 * scipy.stats.norm.sf(abs(a - b) / math.hypot(ea, eb))}
        if estimand == "withinSite":
            tables = [self.counts_of_sides(metric, threshold, site) for site in sites]
            tables = [t for t in tables if t[1] > 0 and t[3] > 0]
            return tables if tables else "noRows"
        return self.share_gap(place, metric, threshold, pairs)

    def counts_of_sides(self, metric, threshold, pairs):
        total = [0, 0, 0, 0]
        for mine, other, _ in pairs:
            if not mine.keeps(threshold):
                continue
            for side, s in enumerate((mine, other)):
                trials, success = estimators.ratio_rows(metric, s.p, s.y, float(threshold))
                total[2 * side] += int((success & trials).sum())
                total[2 * side + 1] += int(trials.sum())
        return total

    def share_gap(self, place, metric, threshold, pairs):
        if not any(pair[0].keeps(threshold) for pair in pairs):
            return "withheld"
        x1, n1, x2, n2 = self.counts_of_sides(metric, threshold, pairs)
        if n1 == 0 or n2 == 0:
            return {"sensitivity": "noEvents", "specificity": "noNonEvents", "positivePredictiveValue": "noFlagged",
                    "negativePredictiveValue": "noUnflagged", "flagRate": "noRows"}[metric]
        low, high = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff", alpha=0.05)
        expected = {"difference": x1 / n1 - x2 / n2, "lower": max(-1, low), "upper": min(1, high)}
        if metric == "flagRate":
            # A score of 0 or 1 a row stands for its flag.
            flags = np.concatenate([np.ones(x1), np.zeros(n1 - x1), np.ones(x2), np.zeros(n2 - x2)])
            parity = fairlearn.metrics.demographic_parity_difference(
                flags, flags, sensitive_features=["a"] * n1 + ["b"] * n2)
            self.comparison.close(("gap by fairlearn", "flagRate"), place, abs(expected["difference"]), parity, 1e-12)
        if x1 and x2 and (x1 < n1 or x2 < n2):
            low, high = confint_proportions_2indep(x1, n1, x2, n2, method="log", compare="ratio", alpha=0.05)
            expected |= {"ratio.value": x1 * n2 / (x2 * n1), "ratio.lower": low, "ratio.upper": high}
        elif x1 + x2 and x2:
            low, high = koopman(x1, n1, x2, n2)
            expected |= {"ratio.value": x1 * n2 / (x2 * n1), "ratio.lower": low, "ratio.upper": high}
        else:  # no ratio, or one beyond every number
            expected |= {f"ratio.{name}": None for name in ("value", "lower", "upper")}
        table = [[x1, n1 - x1], [x2, n2 - x2]]
        one = x1 + x2 in (0, n1 + n2)
        expected["pValue"] = None if one else scipy.stats.chi2_contingency(table, correction=False).pvalue
        return expected

    def ask_haenszel(self):
        rows = [(i, *table) for i, (*_, tables) in enumerate(self.haenszel) for table in tables]
        found = estimators.run_r(estimators.HAENSZEL, pd.DataFrame(rows, columns=["id", "x1", "n1", "x2", "n2"]))
        for i, (where, at, gap, _) in enumerate(self.haenszel):
            expected = dict(zip(("difference", "lower", "upper", "pValue"), found[i]))
            self.comparison.group(("gap " + gap["metric"], "withinSite"), where, at, gap, expected, self.tolerance("MH"))

    def adjusted(self, file, gaps):
        method = {"holm": "holm", "benjaminiHochberg": "fdr_bh"}[self.study.protocol["analysis"]["multiplicity"]]
        families = {}
        for gap in gaps:
            key = (gap["attribute"], gap["metric"], gap.get("threshold"), gap["estimand"])
            families.setdefault(key, []).append(gap)
        for key, family in families.items():
            tested = [gap for gap in family if "pValue" in gap]
            self.comparison.exact("gaps adjusted", (file, *key), [g for g in family if "adjustedPValue" in g], tested)
            if tested:
                values = multipletests([float(g["pValue"]) for g in tested], method=method)[1]
                for gap, value in zip(tested, values):
                    self.comparison.written(("adjusted p", method), f"{file} {key}", gap["adjustedPValue"], value, 1e-9)

    # -- trends

    def trend_measures(self):
        return [("auroc", None), ("observedExpectedRatio", None)] + [
            (m, t) for t in self.study.thresholds
            for m in ("sensitivity", "specificity", "positivePredictiveValue")]

    def trends(self, file, rows, sites, is_site):
        study, c = self.study, self.comparison
        slices = list(study.slices()) if len(study.windows) > 1 else []
        order = [(*s, m, t, "site") for s in slices[:1] for m, t in self.trend_measures()] if is_site else \
            [(*s, m, t, "pooledRows") for s in slices[:1] for m, t in self.trend_measures()] + \
            [(*s, m, t, "randomEffects") for s in slices for m, t in self.trend_measures()]
        c.exact("order of trends", file, [
            (r["attribute"], r["level"], r["metric"], r.get("threshold"), r["estimand"]) for r in rows], order)
        for i, row in enumerate(rows):
            where = {name: row[name] for name in ("attribute", "level", "metric", "estimand", "threshold") if name in row}
            where = {"file": file, **where}
            slice = (row["attribute"], row["level"])
            if row["estimand"] == "randomEffects":
                slopes = [self.slope(self.windows(row, [site], slice)) for site in sites]
                parts = [(site, *slope) for site, slope in zip(sites, slopes) if slope]
                if len(parts) < 3:
                    c.exact("trends without a number", " ".join(where.values()), row.get("reason"), "tooFewSites")
                else:
                    self.models.append((where, f"trends/{i}", row | {"metric-of": "trend"}, parts))
                continue
            found = self.windows(row, sites, slice)
            if len(found) < 2:
                c.exact("trends without a number", " ".join(where.values()), row.get("reason"), "tooFewWindows")
            else:
                self.regressions.append((where, f"trends/{i}", row, found, self.shares(row, sites, slice)))

    def windows(self, row, sites, slice):
        """(window, estimate, variance) of the windows that have one."""
        found, threshold = [], row.get("threshold")
        for index in range(len(self.study.windows)):
            strata = [self.strata[(site, slice, index)] for site in sites]
            strata = [s for s in strata if isinstance(s, Stratum) and (threshold is None or s.keeps(threshold))]
            part = estimate(row["metric"], strata, threshold and float(threshold), self.study.patient)
            if part:
                found.append((index, *part))
        return found

    def slope(self, windows):
        """Weighted least squares with known variances."""
        if len(windows) < 2:
            return None
        w, y, v = map(np.array, zip(*windows))
        (slope, _), cov = np.polyfit(w, y, 1, w=1 / np.sqrt(v), cov="unscaled")
        return slope, cov[0, 0]

    def shares(self, row, sites, slice):
        """(window, successes, trials) where strata keep the threshold."""
        found, threshold = [], row.get("threshold")
        if threshold is None:
            return None
        for index in range(len(self.study.windows)):
            strata = [self.strata[(site, slice, index)] for site in sites]
            strata = [s for s in strata if isinstance(s, Stratum) and s.keeps(threshold)]
            x = k = 0
            for s in strata:
                trials, success = estimators.ratio_rows(row["metric"], s.p, s.y, float(threshold))
                x, k = x + int((success & trials).sum()), k + int(trials.sum())
            if k:
                found.append((index, x, k))
        return found

    def ask_trends(self):
        rows = [(i, *part) for i, (*_, windows, _) in enumerate(self.regressions) for part in windows]
        lines = estimators.run_r(estimators.TRENDS, pd.DataFrame(rows, columns=["id", "w", "y", "v"]))
        tests = {}
        for i, (*_, shares) in enumerate(self.regressions):
            if shares and len(shares) > 1 and 0 < sum(x for _, x, _ in shares) < sum(k for *_, k in shares):
                tests[i] = shares
        rows = [(i, *part) for i, shares in tests.items() for part in shares]
        tested = estimators.run_r(estimators.ARMITAGE, pd.DataFrame(rows, columns=["id", "w", "x", "n"]))
        for i, (where, at, row, windows, shares) in enumerate(self.regressions):
            expected = dict(zip(("slope", "lower", "upper", "pValue"), lines[i]))
            if i in tested:
                expected["pValue"] = tested[i][0]
            if shares and len(shares) > 1:
                (_, x2, n2), (_, x1, n1) = shares[0], shares[-1]
                low, high = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff", alpha=0.05)
                expected |= {"change.difference": x1 / n1 - x2 / n2, "change.lower": max(-1, low),
                             "change.upper": min(1, high)}
            else:
                expected["change.difference"] = None
            self.comparison.exact("windows of trends", " ".join(where.values()), row.get("windows"), len(windows))
            self.comparison.group(("trend " + row["metric"], row["estimand"]), where, at, row, expected,
                                  self.tolerance("trend"), 1e-9 if row["metric"] == "observedExpectedRatio" else 0.0)

    def trend_over_sites(self, where, at, row, parts, found):
        mean, lower, upper = found[:3]
        expected = {"slope": mean, "lower": lower, "upper": upper, "pValue": found[20], "change": None}
        self.comparison.exact("windows of trends", " ".join(where.values()), row.get("windows"), len(self.study.windows))
        self.comparison.group(("trend " + row["metric"], row["estimand"]), where, at, row, expected,
                              self.tolerance("randomEffects"), 2e-9)


def koopman(x1, n1, x2, n2):
    """The score interval of a ratio, by its defining equation: Pearson's statistic at the constrained likelihood."""
    def statistic(log_ratio):
        phi = math.exp(log_ratio)
        # The proportion of the second group that is likeliest when the first is phi times as large.
        top = min(1.0, 1 / phi) * (1 - 1e-15)

        def slope(q):
            return (x1 + x2) / q - (n1 - x1) * phi / (1 - phi * q) - (n2 - x2) / (1 - q)

        q2 = top if slope(top) > 0 else scipy.optimize.brentq(slope, 1e-300, top, xtol=1e-300, rtol=1e-15)
        q1 = phi * q2
        d = x1 / n1 - phi * x2 / n2
        return d / math.sqrt(q1 * (1 - q1) / n1 + phi**2 * q2 * (1 - q2) / n2) if d else 0.0

    centre = 0.0 if 0 in (x1, x2) else math.log(x1 * n2 / (x2 * n1))
    lower = 0.0 if x1 == 0 else math.exp(scipy.optimize.brentq(lambda u: statistic(u) - Z, centre - 60, centre))
    upper = math.exp(scipy.optimize.brentq(lambda u: statistic(u) + Z, centre if x1 else -60, centre + 60))
    return lower, upper
