#!/usr/bin/env python3
"""Computes every number of a merged matrix again from the raw rows, with other programs, and compares.

Nothing of ours computes here: scores in numpy; AUROC, Brier score and confusion counts by scikit-learn; intervals by
statsmodels; fits by its GLM; DeLong's variance by placements and by pROC; random effects by metafor; drift by scipy.
Taken from the released aggregates is only what disclosure control kept back, because a matrix speaks of what was
released: which slices stand, and on which score intervals; and the sites' slopes, once they are compared, as the data
of the random-effects model.

Prints the number compared and the largest differences by metric and estimand; exits with 1 when one is above its
tolerance: the relative one of the metric, and half a unit of the last written place.
"""
import argparse
import hashlib
import json
import math
import pathlib
import sys
import warnings
from collections import defaultdict

import numpy as np
import pandas as pd
import scipy.special
import scipy.stats
import sklearn.metrics
from statsmodels.stats.proportion import confint_proportions_2indep

import estimators
from estimators import Z
from raw_rows import MISSING, Stratum, Study, data_files

RATIOS = ["sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue", "flagRate"]
TOLERANCE = {
    "prevalence": 1e-10, **{name: 1e-10 for name in RATIOS}, "netBenefit": 1e-10, "netBenefitGain": 1e-10,
    "auroc": 1e-10, "brierScore": 1e-9, "observedExpectedRatio": 1e-9, "calibrationInTheLarge": 1e-8,
    "calibrationIntercept": 1e-7, "calibrationSlope": 1e-7, "reliability": 1e-9, "decisionCurve": 1e-10,
    "drift": 1e-10, "randomEffects": 1e-7, "pROC": 1e-10,
}
# A site writes its fit with 8 decimals, so each number of it is off by up to this before anything is made of it.
FIT_UNIT = 0.5e-8
# Means over several such fits, whose weights are rounded variances.
FITS_COMBINED = 1e-6
RANDOM_EFFECTS = ("tauSquared", "iSquared", "q", "predictionLower", "predictionUpper")


def unique(names):
    return list(dict.fromkeys(names))


class Comparison:
    """What was compared, how far apart it was, and the expected values."""

    def __init__(self):
        self.table = defaultdict(lambda: {"n": 0, "abs": 0.0, "rel": 0.0, "over": 0})
        self.failures, self.vectors = [], []

    def exact(self, what, where, found, expected):
        row = self.table[("exactly", what)]
        row["n"] += 1
        if found != expected:
            row["over"] += 1
            self.failures.append(f"{where}: {what} is {found}, expected {expected}")

    def close(self, key, where, found, expected, allowed):
        row = self.table[key]
        difference = abs(found - expected)
        row["n"] += 1
        row["abs"] = max(row["abs"], difference)
        if abs(expected) > 1e-6:
            row["rel"] = max(row["rel"], difference / abs(expected))
        if not difference <= allowed:
            row["over"] += 1
            self.failures.append(f"{where}: {key[0]} is {found!r}, expected {expected!r}, allowed {allowed:.1e}")

    def written(self, key, where, text, expected, relative, slack=0.0):
        """Compares a written decimal; returns what it may be off by."""
        places = len(text.split(".")[1])
        allowed = max(0.5 * 10.0**-places, 1e-12) + relative * abs(expected) + slack
        self.close(key, where, float(text), expected, allowed)
        return allowed

    def group(self, key, where, found, expected, relative, vector, slack=0.0):
        """Compares several members of an object and keeps them as one vector."""
        place = " ".join(str(text) for text in where.values())
        allowed = 0.0
        for name, value in expected.items():
            if (name in found) != (value is not None):
                self.exact("members present", place, name, None if value is None else name)
            elif value is not None:
                allowed = max(allowed, self.written(key, f"{place} {name}", found[name], value, relative, slack))
                vector[name] = float(value)
        self.vectors.append({**where, **vector, "tolerance": float(f"{allowed:.2g}")})


class Checker:
    def __init__(self, study, merged, submissions, data):
        self.study, self.merged, self.comparison = study, pathlib.Path(merged), Comparison()
        self.strata, self.aggregates, self.rows, self.fits = {}, {}, {}, {}
        self.areas, self.models = [], []  # for pROC and metafor, which run once at the end
        for folder in sorted(pathlib.Path(submissions).iterdir()):
            if (folder / "aggregate.json").is_file():
                self.aggregates[folder.name] = json.loads((folder / "aggregate.json").read_bytes())
        for site, aggregate in self.aggregates.items():
            self.rows[site] = study.read(data[site])
            for index, window in enumerate(aggregate["windows"]):
                self.add_window(site, index, window)

    def add_window(self, site, index, window):
        rows = self.rows[site]
        rows = rows[rows[" window"] == index]
        self.add(site, ("overall", "all"), index, window["overall"], rows, window["overall"].get("edges"))
        for attribute, released in zip(self.study.protocol["slices"], window["attributes"]):
            name = attribute["attribute"]
            for level, stratum in zip(self.study.levels(attribute), released["levels"]):
                chosen = rows[rows[" level " + name] == level]
                self.add(site, (name, level), index, stratum, chosen, released.get("edges"))

    def add(self, site, slice, index, released, rows, edges):
        key, c = (site, slice, index), self.comparison
        if "status" in released:
            self.strata[key] = released["status"]
            c.exact("empty strata", key, released["status"] == "empty", len(rows) == 0)
            return
        self.strata[key] = stratum = Stratum(site, self.study.windows[index], rows, released, edges)
        for which in ("positive", "negative", "unlabelled"):
            if isinstance(released[which], list):
                c.exact("released counts", key, released[which], stratum.counts(which).tolist())

    # -- rows of the matrix

    def run(self):
        study, c = self.study, self.comparison
        for site in self.aggregates:
            document = json.loads((self.merged / "sites" / f"{site}.json").read_bytes())
            c.exact("roles", site, document["role"], study.roles[site])
            self.document(f"sites/{site}.json", document["rows"], [site], "site")
            self.drift(f"sites/{site}.json", document["drift"], site)
        pooled = json.loads((self.merged / "pooled.json").read_bytes())
        c.exact("sites not run", "pooled", pooled["notRun"], sorted(set(study.roles) - set(self.aggregates)))
        sites = sorted(site for site in self.aggregates if study.roles[site] == "validation")
        self.document("pooled.json", pooled["rows"], sites, "pooledRows")
        self.ask_proc()
        self.ask_metafor()
        return c

    def document(self, file, rows, sites, estimand):
        windows = {name: [index] for index, name in enumerate(self.study.windows)}
        if len(windows) > 1:
            windows["all"] = list(range(len(windows)))
        order = [(name, *slice) for name in windows for slice in self.study.slices()]
        self.comparison.exact(
            "order of rows", file, [(row["window"], row["attribute"], row["level"]) for row in rows], order)
        for row in rows:
            where = {"file": file, "window": row["window"], "attribute": row["attribute"], "level": row["level"]}
            self.row(where, row, sites, windows[row["window"]], estimand)

    def row(self, where, row, sites, indices, estimand):
        slice, place, c = (where["attribute"], where["level"]), " ".join(where.values()), self.comparison
        found = [(site, index, self.strata[(site, slice, index)]) for site in sites for index in indices]
        strata = [s for _, _, s in found if isinstance(s, Stratum)]
        by_window = estimand == "site"

        def name(stratum):
            return stratum.window if by_window else stratum.site

        hidden = [self.study.windows[index] if by_window else site for site, index, s in found if s == "withheld"]
        c.exact("contributors", place, row["contributors"], unique(map(name, strata)))
        c.exact("withheld", place, row["withheld"], unique(hidden))
        p = np.concatenate([s.p for s in strata]) if strata else np.zeros(0)
        y = np.concatenate([s.y for s in strata]) if strata else np.zeros(0, int)
        c.exact("rows and events", place, (row["labelled"], row["events"]), (len(y), int(y.sum())))
        shown = all(isinstance(s.released["unlabelled"], list) for s in strata)
        unlabelled = sum(int((s.rows[" label"] < 0).sum()) for s in strata)
        c.exact("unlabelled", place, row["unlabelled"], unlabelled if shown else {"status": "withheld"})
        if not strata:
            c.exact("rows without numbers", place, row["measures"], [])
            return
        for entry in row["measures"]:
            self.entry(where, place, entry, strata, p, y, name)
        self.reliability(where, row.get("reliability", []), strata, p, y, estimand)
        self.curve(where, row.get("decisionCurve", []), strata, p, y, estimand)

    def entry(self, where, place, entry, strata, p, y, name):
        metric, c, relative = entry["metric"], self.comparison, TOLERANCE[entry["metric"]]
        place = f"{place} {metric} {entry['estimand']}"
        if entry["estimand"] == "randomEffects":
            self.random_effects(where, place, entry, strata)
            return
        if "threshold" in entry:
            kept = [s for s in strata if s.keeps(entry["threshold"])]
            lost = unique(name(s) for s in strata if not s.keeps(entry["threshold"]))
            c.exact("omitted", place, entry.get("omitted", []), lost)
            if not kept:
                c.exact("statuses", place, entry["status"], "withheld")
                return
            expected = self.at_threshold(place, metric, kept, float(entry["threshold"]))
        elif metric == "prevalence":
            lower, upper = estimators.wilson(int(y.sum()), len(y))
            expected = {"value": y.mean(), "lower": lower, "upper": upper, "successes": int(y.sum()), "trials": len(y)}
        elif metric == "brierScore":
            expected = self.brier(strata, p, y)
        elif metric == "observedExpectedRatio":
            expected = estimators.observed_expected(p, y)
        elif metric == "auroc" and entry["estimand"] == "pooledRows":
            lower, upper = estimators.pooled_bounds(strata)
            truth = sklearn.metrics.roc_auc_score(y, p)
            c.exact("truth inside bounds", place, lower <= truth <= upper, True)
            expected = {"lower": lower, "upper": upper}
        elif metric == "auroc":
            expected = self.auroc(place, strata)
            if expected is None:
                c.exact("reasons", place, entry.get("reason"), "noVariance")
                return
        else:
            relative = max(relative, FITS_COMBINED if len(strata) > 1 else 0)
            expected = self.fit(place, entry, strata)
            if expected is None:
                return
        status = "estimated" if "value" in expected else "bounded"
        c.exact("statuses", place, entry["status"], status)
        if entry["status"] == status:
            self.numbers(where, entry, expected, relative)

    def numbers(self, where, entry, expected, relative, extra=None):
        """Compares what an entry holds with what other programs give for it."""
        vector = {name: entry[name] for name in ("metric", "threshold", "estimand") if name in entry}
        for name in ("successes", "trials"):
            if name in expected:
                self.comparison.exact("counts of ratios", " ".join(where.values()), entry[name], expected[name])
        values = {name: expected.get(name) for name in ("value", "lower", "upper")} | (extra or {})
        members = {**entry, **entry.get("randomEffects", {})}
        key = (entry["metric"], entry["estimand"])
        self.comparison.group(key, where, members, values, relative, vector, expected.get("slack", 0.0))

    def at_threshold(self, place, metric, strata, threshold):
        p, y = np.concatenate([s.p for s in strata]), np.concatenate([s.y for s in strata])
        if metric not in RATIOS:
            benefit, gain, _ = estimators.benefit_rows(p, y, threshold)
            return estimators.row_mean(benefit if metric == "netBenefit" else gain)
        expected = estimators.ratio(metric, strata, threshold, self.study.patient)
        (tn, fp), (fn, tp) = sklearn.metrics.confusion_matrix(y, p >= threshold, labels=[0, 1])
        counts = {"sensitivity": (tp, tp + fn), "specificity": (tn, tn + fp), "positivePredictiveValue": (tp, tp + fp),
                  "negativePredictiveValue": (tn, tn + fn), "flagRate": (tp + fp, len(y))}[metric]
        self.comparison.exact("confusion counts", place, (expected["successes"], expected["trials"]), counts)
        return expected

    def brier(self, strata, p, y):
        expected = {"value": sklearn.metrics.brier_score_loss(y, p)}
        classes = ("positive", "negative")
        if all("status" not in s.released["powers"][name]["high"] for s in strata for name in classes):
            error = math.sqrt((np.mean((p - y) ** 4) - expected["value"] ** 2) / (len(y) - 1))
            expected["lower"] = max(0.0, expected["value"] - Z * error)
            expected["upper"] = min(1.0, expected["value"] + Z * error)
        return expected

    def auroc(self, place, strata):
        area, variance = estimators.auroc(strata)
        if len(strata) == 1:
            s = strata[0]
            theirs = sklearn.metrics.roc_auc_score(s.y, s.p)
            self.comparison.close(("auroc by scikit-learn", "site"), place, area, theirs, 1e-12)
            self.areas.append((place, s, area, variance))
        elif area in (0, 1) or variance == 0:
            return None  # no interval is known for several strata that all separate the classes
        events, others = (sum(int((s.y == k).sum()) for s in strata) for k in (1, 0))
        lower, upper = estimators.auroc_interval(area, variance, events, others)
        return {"value": area, "lower": lower, "upper": upper}

    def fit_of(self, stratum):
        """The fit of a stratum, or None where the site says that there is none."""
        if "status" in stratum.released["fit"]:
            return None
        if id(stratum) not in self.fits:
            self.fits[id(stratum)] = estimators.recalibration(stratum.p, stratum.y)
        return self.fits[id(stratum)]

    def fit(self, place, entry, strata):
        fits = [self.fit_of(s) for s in strata]
        if all(fits):
            value, error = estimators.inverse_variance([fit[entry["metric"]] for fit in fits])
            # The written error of the in-the-large fit is off by a unit, that of the others follows from a variance.
            off = 1 if entry["metric"] == "calibrationInTheLarge" else 1 / (2 * error)
            return {"value": value, "lower": value - Z * error, "upper": value + Z * error,
                    "slack": FIT_UNIT * (1 + Z * off)}
        without = [s for s, fit in zip(strata, fits) if fit is None]
        self.comparison.exact("reasons", place, entry.get("reason"), without[0].released["fit"]["reason"])
        for s in without:
            if s.released["fit"]["reason"] == "tooFewEvents":
                classes = [s.labelled[s.y == k] for k in (0, 1)]
                people = [len(c) if not self.study.patient else c[self.study.patient].nunique() for c in classes]
                least = self.aggregates[s.site]["policy"]["minimumFitEvents"]
                self.comparison.exact("too few to fit", place, min(people) < least, True)
        return None

    def random_effects(self, where, place, entry, strata):
        parts, lost = [], []
        for site in unique(s.site for s in strata):
            study = self.study_estimate(entry["metric"], [s for s in strata if s.site == site])
            parts.append((site, *study)) if study else lost.append(site)
        self.comparison.exact("omitted", place, entry.get("omitted", []), lost)
        if len(parts) < 3:
            self.comparison.exact("reasons", place, entry.get("reason"), "tooFewSites")
        else:
            self.comparison.exact("statuses", place, entry["status"], "estimated")
            self.models.append((where, entry, parts))

    def study_estimate(self, metric, strata):
        """A site's estimate and variance on the scale of the model, or None."""
        if metric == "auroc":
            area, variance = estimators.auroc(strata)
            if 0 < area < 1 and variance > 0:
                return math.log(area / (1 - area)), variance / (area * (1 - area)) ** 2
        elif metric == "observedExpectedRatio":
            y = np.concatenate([s.y for s in strata])
            if 0 < y.sum() < len(y):
                return math.log(y.sum() / math.fsum(np.concatenate([s.p for s in strata]))), 1 / y.sum() - 1 / len(y)
        else:
            # The slopes and variances as written, which `fit` compares with the GLM: eight decimals of a variance are
            # few, and what a model over sites makes of the rest of them is not its own fault.
            fits = [s.released["fit"] for s in strata]
            if all("status" not in fit for fit in fits):
                written = [(float(fit["slope"]), math.sqrt(float(fit["slopeVariance"]))) for fit in fits]
                value, error = estimators.inverse_variance(written)
                return value, error**2
        return None

    def reliability(self, where, bins, strata, p, y, estimand):
        c, place = self.comparison, " ".join(where.values())
        common = [e for e in strata[0].edges if all(s.keeps(e) for s in strata) and e in self.study.calibration]
        c.exact("reliability bins", place, [(b["lower"], b["upper"]) for b in bins], list(zip(common, common[1:])))
        for found, lower, upper in zip(bins, common, common[1:]):
            inside = (p >= float(lower)) & ((p < float(upper)) | (upper == "1"))
            n, events = int(inside.sum()), int(y[inside].sum())
            c.exact("counts of bins", place, (found["rows"], found["events"]), (n, events))
            low, high = estimators.wilson(events, n)
            expected = {"meanScore": p[inside].mean(), "observed": events / n, "observedLower": low,
                        "observedUpper": high}
            vector = {"metric": "reliability", "threshold": lower, "estimand": estimand}
            c.group(("reliability", estimand), where, found, expected, TOLERANCE["reliability"], vector)

    def curve(self, where, points, strata, p, y, estimand):
        c, place = self.comparison, " ".join(where.values())
        common = [e for e in strata[0].edges[1:-1] if all(s.keeps(e) for s in strata)]
        expected = common if where["attribute"] == "overall" else []
        c.exact("points of curves", place, [point["threshold"] for point in points], expected)
        for point in points:
            benefit, _, treat = estimators.benefit_rows(p, y, float(point["threshold"]))
            vector = {"metric": "decisionCurve", "threshold": point["threshold"], "estimand": estimand}
            c.group(("decisionCurve", estimand), where, point,
                    {"netBenefit": benefit.mean(), "treatAll": treat.mean()}, TOLERANCE["decisionCurve"], vector)

    # -- drift

    def drift(self, file, rows, site):
        profiles = {profile.get("id", "score"): profile for profile in self.study.protocol["drift"]["profiles"]}
        order = [(window, profile) for window in self.study.windows for profile in profiles]
        self.comparison.exact("order of drift", file, [(row["window"], row["profile"]) for row in rows], order)
        for row in rows:
            index = self.study.windows.index(row["window"])
            self.drift_row(file, row, self.cells(site, index, profiles[row["profile"]]))

    def cells(self, site, index, profile):
        """Counts now and before on the cells that were released, and whether the last is `missing` alone."""
        window, raw = self.aggregates[site]["windows"][index], self.rows[site]
        raw = raw[raw[" window"] == index]
        if len(raw) == 0:
            return "notEvaluable"
        if profile["of"] == "column":
            return self.column_cells(window, raw, profile)
        overall = self.strata[(site, ("overall", "all"), index)]
        if not isinstance(overall, Stratum):
            return "withheld"
        if profile["of"] == "score":
            if not isinstance(overall.released["unlabelled"], list):
                raw = raw[raw[" label"] >= 0]
            groups = [[0]]
            for cell, edge in enumerate(profile["edges"], 1):
                groups.append([cell]) if overall.keeps(edge) else groups[-1].append(cell)
            edges = [float(edge) for edge in profile["edges"]]
            found = np.searchsorted(edges, raw[" score"].to_numpy(float), side="right")
            return ([int(np.isin(found, g).sum()) for g in groups],
                    [sum(profile["counts"][i] for i in g) for g in groups], False)
        attribute = next(a for a in self.study.protocol["slices"] if a["attribute"] == profile["id"])
        levels = self.study.levels(attribute)
        strata = [self.strata[(site, (profile["id"], level), index)] for level in levels]
        if not any(isinstance(s, Stratum) for s in strata):
            return "withheld"
        column = raw[raw[" label"] >= 0][" level " + profile["id"]]
        counts = [(int((column == level).sum()), n) for level, n in zip(levels, profile["counts"])]
        shown = [pair for pair, s in zip(counts, strata) if s != "withheld"]
        hidden = [pair for pair, s in zip(counts, strata) if s == "withheld"]
        if hidden:
            shown.append((sum(now for now, _ in hidden), sum(before for _, before in hidden)))
        return [now for now, _ in shown], [before for _, before in shown], not hidden

    def column_cells(self, window, raw, profile):
        histogram = next(h for h in window["histograms"]["columns"] if h["column"] == profile["id"])
        if "status" in histogram["cells"]:
            return "withheld"
        if window["histograms"]["rows"] == "labelled":
            raw = raw[raw[" label"] >= 0]
        cells = raw[" cell " + profile["id"]].to_numpy()
        runs = [(cell["first"], cell["last"]) for cell in histogram["cells"]]
        now = [int(((cells >= first) & (cells <= last)).sum()) for first, last in runs]
        before = [sum(profile["counts"][first:last + 1]) for first, last in runs]
        return now, before, runs[-1][0] == runs[-1][1]

    def drift_row(self, file, row, cells):
        c = self.comparison
        where = {"file": file, "window": row["window"], "attribute": "drift", "level": row["profile"]}
        place = " ".join(where.values())
        if isinstance(cells, str) or len(cells[0]) < 2 or sum(cells[0]) == 0:
            expected = cells if isinstance(cells, str) else "notEvaluable"
            c.exact("drift statuses", place, row["status"], expected)
            return
        now, before, last_is_missing = cells
        n, m, b = sum(now), sum(before), len(now)
        a, e = ((np.array(x) + 0.5) / (sum(x) + b / 2) for x in (now, before))
        index = scipy.special.rel_entr(a, e).sum() + scipy.special.rel_entr(e, a).sum()
        noise = (1 / n + 1 / m) * scipy.stats.chi2.ppf(0.99, b - 1)
        c.exact("drift statuses", place, row["status"], "estimated")
        c.exact("drift counts", place, (row.get("rows"), row.get("cells")), (n, b))
        c.group(("drift", "site"), where, row, {"stabilityIndex": index, "noise": noise}, TOLERANCE["drift"],
                {"metric": "drift", "estimand": "site"})
        c.exact("missing shares", place, "missing" in row, last_is_missing)
        if last_is_missing and "missing" in row:
            low, high = confint_proportions_2indep(
                now[-1], n, before[-1], m, method="newcomb", compare="diff", alpha=0.05)
            expected = {"share": now[-1] / n, "reference": before[-1] / m,
                        "difference": now[-1] / n - before[-1] / m, "lower": low, "upper": high}
            c.group(("drift missing", "site"), where, row["missing"], expected, TOLERANCE["drift"],
                    {"metric": "driftMissing", "estimand": "site"})

    # -- what R computes

    def ask_proc(self):
        frames = [pd.DataFrame({"id": i, "y": s.y, "p": s.p}) for i, (_, s, _, _) in enumerate(self.areas)]
        found = estimators.run_r(estimators.PROC, pd.concat(frames) if frames else pd.DataFrame())
        for i, (place, _, area, variance) in enumerate(self.areas):
            self.comparison.close(("auroc by pROC", "site"), place, area, found[i][0], 1e-12)
            self.comparison.close(
                ("DeLong by pROC", "site"), place, variance, found[i][1], TOLERANCE["pROC"] * found[i][1] + 1e-15)

    def ask_metafor(self):
        rows = [(i, y, v) for i, (_, _, parts) in enumerate(self.models) for _, y, v in parts]
        found = estimators.run_r(estimators.METAFOR, pd.DataFrame(rows, columns=["id", "y", "v"]))
        back = {"auroc": scipy.special.expit, "observedExpectedRatio": math.exp, "calibrationSlope": float}
        for i, (where, entry, parts) in enumerate(self.models):
            mean, lower, upper, tau, i2, q, low, high, *weights = found[i]
            inverse, place = back[entry["metric"]], " ".join(where.values())
            relative = TOLERANCE["randomEffects"]
            expected = {"value": inverse(mean), "lower": inverse(lower), "upper": inverse(upper)}
            extra = dict(zip(RANDOM_EFFECTS, (tau, i2, q, inverse(low), inverse(high))))
            self.numbers(where, entry, expected, relative, extra)
            written = entry["randomEffects"]["weights"]
            self.comparison.exact("sites weighted", place, [w["site"] for w in written], [p[0] for p in parts])
            for found_weight, weight in zip(written, weights):
                key = (entry["metric"] + " weights", "randomEffects")
                self.comparison.written(key, place, found_weight["weight"], weight, relative)


def digest(path):
    return "sha256:" + hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def write(path, protocol, data, versions, vectors):
    document = {
        "what": "expected values of a merged matrix, from the raw rows, by compare_matrix.py",
        "protocol": digest(protocol),
        "data": {site: digest(file) for site, file in sorted(data.items())},
        "programs": versions,
    }
    head = json.dumps(document, indent=1)[:-2]
    lines = ",\n".join(json.dumps(vector) for vector in vectors)
    pathlib.Path(path).write_text(f'{head},\n "values": [\n{lines}\n]\n}}\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("protocol")
    parser.add_argument("merged", help="folder with pooled.json and sites/")
    parser.add_argument("submissions", help="folder with one folder a site, each with aggregate.json")
    parser.add_argument("data", nargs="+", help="folder with one folder a site, each with data.csv or data/data.csv")
    parser.add_argument("--write", metavar="FILE", help="write the expected values")
    parser.add_argument("--sample", metavar="N", type=int, default=1, help="write every N-th of them only")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    data = data_files(options.data)
    checker = Checker(Study(options.protocol), options.merged, options.submissions, data)
    comparison, versions = checker.run(), estimators.programs()
    print("  ".join(f"{name} {version}" for name, version in versions.items()))
    print(f"{'metric':26} {'estimand':22} {'compared':>9} {'largest abs':>12} {'largest rel':>12} {'above':>6}")
    for (metric, estimand), row in sorted(comparison.table.items()):
        differences = f"{row['abs']:12.1e} {row['rel']:12.1e}" if metric != "exactly" else " " * 25
        print(f"{metric:26} {estimand:22} {row['n']:9} {differences} {row['over']:6}")
    for failure in comparison.failures[:40]:
        print("DIFFERS", failure)
    if options.write:
        write(options.write, options.protocol, data, versions, comparison.vectors[:: options.sample])
    print(f"{len(comparison.failures)} differences" if comparison.failures else "everything agrees")
    sys.exit(1 if comparison.failures else 0)


if __name__ == "__main__":
    main()
