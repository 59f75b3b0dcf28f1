#!/usr/bin/env python3
"""Computes every number of a merged matrix again from the raw rows, with other programs, and compares.

Nothing of ours computes here: scores in numpy; AUROC, average precision, Brier score and confusion counts by
scikit-learn; intervals by statsmodels; fits by its GLM; DeLong's variance by placements and by pROC; net benefit also by
dcurves, calibration also by rms, a gap of flag rates by fairlearn; random effects and Mantel-Haenszel by metafor, trends
by metafor and R; drift by scipy; limits of missing labels by trying every completion.
Taken from the released aggregates is only what disclosure control kept back, because a matrix speaks of what was
released: which slices stand, and on which score intervals; and the sites' fits, once they are compared, as the data of
the random-effects model.

Prints the number compared and the largest differences by metric and estimand; exits with 1 when one is above its
tolerance: the relative one of the metric, and half a unit of the last written place.
"""
import argparse
import hashlib
import json
import pathlib
import sys
import warnings

import dcurves
import numpy as np
import pandas as pd

import estimators
from comparison import Comparison, unique
from comparisons import Comparisons
from explanation import Explanation
from monitoring import Monitoring
from paired import PAIRED, Paired, paired_threshold, shows_ranks
from raw_rows import Stratum, Study, data_files
from row_measures import FIT_UNIT, RATIOS, Row, RowMeasures

TOLERANCE = {
    "brierScore": 1e-9, "scaledBrierScore": 1e-8, "observedExpectedRatio": 1e-9, "expectedCalibrationError": 1e-9,
    "debiasedSquaredCalibrationError": 1e-8, "spiegelhalterZ": 1e-8, "averagePrecision": 1e-10,
    "calibrationInTheLarge": 1e-8, "calibrationIntercept": 1e-7, "calibrationSlope": 1e-7,
    "logisticCalibrationIndex": 1e-7, "reliability": 1e-9, "decomposition": 1e-8, "drift": 1e-9, "shift": 1e-8,
    "cusum": 1e-8, "randomEffects": 1e-7, "pROC": 1e-10, "rms": 1e-8, "gap": 1e-8, "MH": 1e-9, "trend": 1e-8,
}
# Everything else is a ratio of counts.
COUNTS = 1e-10
# Scores are sums in units of 2^-32, so whatever is made of means of scores is off by about this.
FIXED_POINT = {
    "brierScore": 2e-10, "scaledBrierScore": 1e-9, "observedExpectedRatio": 1e-9, "expectedCalibrationError": 2e-10,
    "debiasedSquaredCalibrationError": 2e-10, "spiegelhalterZ": 1e-8}
# Means over several fits, whose weights are rounded variances.
FITS_COMBINED = 1e-6
CURVE_OF_ALL = [
    "prevalence", "brierScore", "scaledBrierScore", "observedExpectedRatio", "expectedCalibrationError",
    "debiasedSquaredCalibrationError", "spiegelhalterZ"]
AT_THRESHOLD = RATIOS + ["standardisedPositivePredictiveValue", "f1Score", "youdenIndex", "numberNeededToEvaluate",
                         "netBenefit", "netBenefitGain", "standardisedNetBenefit", "interventionsAvoided"]
FITS = ["calibrationIntercept", "calibrationSlope", "logisticCalibrationIndex"]


class Checker(RowMeasures, Comparisons, Monitoring, Paired, Explanation):
    def __init__(self, study, merged, submissions, data):
        self.study, self.merged, self.comparison = study, pathlib.Path(merged), Comparison()
        self.strata, self.aggregates, self.rows, self.fits = {}, {}, {}, {}
        # For the programs in R, which run once at the end.
        self.areas, self.asked_rms, self.models, self.haenszel, self.regressions = [], [], [], [], []
        self.pairs_of_areas, self.pair_counts = [], {}
        for path in sorted(pathlib.Path(submissions).iterdir()):
            file = path / "aggregate.json" if path.is_dir() else path
            if file.is_file():
                self.aggregates[path.stem] = json.loads(file.read_bytes())
        for site, aggregate in self.aggregates.items():
            self.rows[site] = study.read(data[site])
            for index, window in enumerate(aggregate["windows"]):
                self.add_window(site, index, window)

    def tolerance(self, metric):
        return TOLERANCE.get(metric, COUNTS)

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

    # -- the parts of the files

    def run(self):
        study, c = self.study, self.comparison
        for site in self.aggregates:
            document = json.loads((self.merged / "sites" / f"{site}.json").read_bytes())
            file = f"sites/{site}.json"
            c.exact("roles", site, document["role"], study.roles[site])
            self.document(file, document["rows"], [site], "site")
            self.gaps(file, document["gaps"], [site], True)
            self.trends(file, document["trends"], [site], True)
            self.drift(file, document["drift"], site)
            self.cusum(file, document["cusum"], site)
            self.explanation(file, document.get("explanation", []), [site], "site")
        pooled = json.loads((self.merged / "pooled.json").read_bytes())
        c.exact("sites not run", "pooled", pooled["notRun"], sorted(set(study.roles) - set(self.aggregates)))
        sites = sorted(site for site in self.aggregates if study.roles[site] == "validation")
        self.document("pooled.json", pooled["rows"], sites, "pooledRows")
        self.gaps("pooled.json", pooled["gaps"], sites, False)
        self.trends("pooled.json", pooled["trends"], sites, False)
        self.explanation("pooled.json", pooled.get("explanation", []), sites, "pooledRows")
        self.ask_proc()
        self.ask_paired_areas()
        self.ask_rms()
        self.ask_metafor()
        self.ask_haenszel()
        self.ask_trends()
        return c

    def document(self, file, rows, sites, estimand):
        windows = {name: [index] for index, name in enumerate(self.study.windows)}
        if len(windows) > 1:
            windows["all"] = list(range(len(windows)))
        order = [(name, *slice) for name in windows for slice in self.study.slices()]
        self.comparison.exact(
            "order of rows", file, [(row["window"], row["attribute"], row["level"]) for row in rows], order)
        for i, row in enumerate(rows):
            where = {"file": file, "window": row["window"], "attribute": row["attribute"], "level": row["level"]}
            self.row(where, f"rows/{i}", row, sites, windows[row["window"]], estimand)

    def row(self, where, at, row, sites, indices, estimand):
        slice, place, c = (where["attribute"], where["level"]), " ".join(where.values()), self.comparison
        found = [(site, index, self.strata[(site, slice, index)]) for site in sites for index in indices]
        strata = [s for _, _, s in found if isinstance(s, Stratum)]
        by_window = estimand == "site"

        def name(stratum):
            return stratum.window if by_window else stratum.site

        hidden = [self.study.windows[index] if by_window else site for site, index, s in found if s == "withheld"]
        c.exact("contributors", place, row["contributors"], unique(map(name, strata)))
        c.exact("withheld", place, row["withheld"], unique(hidden))
        labelled = sum(len(s.y) for s in strata)
        c.exact("rows and events", place, (row["labelled"], row["events"]), (labelled, sum(int(s.y.sum()) for s in strata)))
        shown = all(isinstance(s.released["unlabelled"], list) for s in strata)
        unlabelled = sum(int((s.rows[" label"] < 0).sum()) for s in strata)
        c.exact("unlabelled", place, row["unlabelled"], unlabelled if shown else {"status": "withheld"})
        patient = self.study.patient
        people = sum(s.labelled[patient].nunique() if patient else len(s.y) for s in strata)
        c.exact("patients", place, row["patients"], people)
        overall = slice == ("overall", "all")
        if not strata:
            c.exact("rows without numbers", place, row["measures"], [])
            return
        whole = Row(strata, self.hidden(slice, found))
        whole.truth = [self.raw(site, slice, index) for site, index, _ in found]
        self.order(place, row["measures"], estimand, overall)
        parts = self.alerts(sites, indices) if overall and "operations" in self.study.protocol else []
        for i, entry in enumerate(row["measures"]):
            self.entry(where, f"{at}/measures/{i}", entry, whole, name, parts)
        self.reliability(where, at, row.get("reliability", []), whole, estimand)
        self.decomposition(where, at, row.get("decomposition"), whole, estimand)
        self.distribution(place, row.get("distribution", []), whole, overall)
        self.curve(where, at, row.get("decisionCurve", []), whole, estimand, overall)
        if parts and "acknowledgement" in self.study.protocol["operations"]:
            self.acknowledgement(place, row.get("acknowledgement"), parts)
        else:
            c.exact("times shown", place, row.get("acknowledgement"), None)

    def raw(self, site, slice, index):
        """Labelled rows of a slice in a window, released or not."""
        rows = self.rows[site]
        rows = rows[(rows[" window"] == index) & (rows[" label"] >= 0)]
        return rows if slice == ("overall", "all") else rows[rows[" level " + slice[0]] == slice[1]]

    def hidden(self, slice, found):
        """What is known of the strata that are withheld: the rest of overall, or how many rows a site does not show."""
        pieces, whole = [], []
        for site, index, stratum in found:
            if stratum != "withheld":
                continue
            overall = self.strata[(site, ("overall", "all"), index)]
            if slice[0] == "overall" or not isinstance(overall, Stratum):
                whole.append(site)
                continue
            place = [a["attribute"] for a in self.study.protocol["slices"]].index(slice[0])
            edges = self.aggregates[site]["windows"][index]["attributes"][place].get("edges", overall.edges)
            released = [key[1][1] for key, s in self.strata.items()
                        if key[0] == site and key[1][0] == slice[0] and key[2] == index and isinstance(s, Stratum)]
            rows = overall.labelled[~overall.labelled[" level " + slice[0]].isin(released)]
            rest = Stratum(site, overall.window, rows, None, edges)
            counts = {(label, i): int(count) for label, which in ((1, "positive"), (0, "negative"))
                      for i, count in enumerate(rest.counts(which))}
            pieces.append(("rest", edges, counts))
        for site in unique(whole):
            rows = self.rows_not_shown(site)
            pieces.append(("unknown", None, None) if rows is None else ("rows", None, rows))
        return pieces

    def rows_not_shown(self, site):
        """Rows read that are in nothing released; None where the flow is withheld."""
        flow = self.aggregates[site]["flow"]
        if "status" in flow:
            return None
        excluded = sum(part["rows"] for part in flow["excluded"] if not isinstance(part["rows"], dict))
        shown = 0
        for window in self.aggregates[site]["windows"]:
            if "status" not in window["overall"]:
                counts = [window["overall"][which] for which in ("positive", "negative", "unlabelled")]
                shown += sum(sum(c) for c in counts if isinstance(c, list))
        return flow["read"] - excluded - shown

    def order(self, place, measures, estimand, overall):
        """Which measures stand, and in which order."""
        protocol, thresholds = self.study.protocol, self.study.thresholds
        at_threshold = [m for m in AT_THRESHOLD if m != "standardisedPositivePredictiveValue"
                        or "standardPrevalence" in protocol.get("analysis", {})]
        plan = protocol.get("operations") if overall else None
        alerts = [m for m, key in (("alertRate", "alert"), ("overrideRate", "override"),
                                   ("acknowledgedInTarget", "acknowledgement")) if plan and key in plan]
        order = [(m, None, estimand) for m in CURVE_OF_ALL]
        paired = PAIRED if "baseline" in protocol else []
        if estimand == "site":
            difference = ["aurocDifference"] if paired else []
            order += [(m, None, "site") for m in
                      ["auroc", "averagePrecision", *difference, "calibrationInTheLarge", *FITS]]
        else:
            order += [("auroc", None, "pooledRows"), ("auroc", None, "withinSite"), ("averagePrecision", None, "pooledRows")]
            order += [(m, None, "pooledRows") for m in FITS]
        order += [(m, t, estimand) for t in thresholds for m in at_threshold + paired] + [(m, None, estimand) for m in alerts]
        if estimand != "site":
            order += [(m, None, "randomEffects") for m in
                      ("auroc", "observedExpectedRatio", "calibrationInTheLarge", "calibrationSlope")]
            order += [(m, t, "randomEffects") for t in thresholds for m in
                      ("sensitivity", "specificity", "positivePredictiveValue", "netBenefit")]
            if paired:
                order += [("aurocDifference", None, "randomEffects")]
                order += [(m, t, "randomEffects") for t in thresholds for m in PAIRED[:2]]
        self.comparison.exact(
            "order of measures", place, [(m["metric"], m.get("threshold"), m["estimand"]) for m in measures], order)

    def entry(self, where, at, entry, row, name, parts):
        metric, c, estimand = entry["metric"], self.comparison, entry["estimand"]
        where = where | {key: entry[key] for key in ("metric", "estimand", "threshold") if key in entry}
        place, relative = " ".join(where.values()), self.tolerance(metric)
        if estimand == "randomEffects":
            self.random_effects(where, at, place, entry, row.strata)
            return
        if metric in ("aurocDifference", *PAIRED):
            text = entry.get("threshold")
            lost = [s for s in row.strata if not (paired_threshold(s, text) if text else shows_ranks(s))]
            c.exact("omitted", place, entry.get("omitted", []), unique(map(name, lost)))
            expected = self.paired(metric, row, text, place)
        elif "threshold" in entry:
            kept = [s for s in row.strata if s.keeps(entry["threshold"])]
            lost = [s for s in row.strata if not s.keeps(entry["threshold"])]
            c.exact("omitted", place, entry.get("omitted", []), unique(map(name, lost)))
            expected = None
            if kept:
                part = Row(kept, row.hidden)
                part.lost, part.truth = lost, row.truth
                expected = self.at_threshold(metric, part, entry["threshold"], place)
        elif metric in ("alertRate", "overrideRate", "acknowledgedInTarget"):
            c.exact("omitted", place, entry.get("omitted", []), self.without_alerts(row, name))
            expected = self.operation(metric, parts)
        else:
            expected = self.over_scores(metric, estimand, row, place)
            if metric in ("calibrationInTheLarge", *FITS) and estimand == "site" and len(row.strata) > 1:
                relative = max(relative, FITS_COMBINED)
        if not isinstance(expected, dict):
            c.exact("numbers that do not exist", place, entry.get("reason", entry["status"]), expected or "withheld")
            return
        status = "estimated" if "value" in expected else "bounded"
        c.exact("statuses", place, entry["status"], status)
        if entry["status"] != status:
            return
        for count in ("successes", "trials"):
            if count in expected:
                c.exact("counts of ratios", place, entry[count], expected.pop(count))
        if place in self.pair_counts:
            found = entry.get("paired", {})
            c.exact("rows that tell models apart", place, (found.get("gained"), found.get("lost")), self.pair_counts[place])
        slack = expected.pop("slack", FIXED_POINT.get(metric, 0.0))
        self.truth_inside(place, metric, entry, row)
        c.group((metric, estimand), where, at, entry, expected, relative, slack)

    def truth_inside(self, place, metric, entry, row):
        """Bounds for withheld counts hold what the raw rows of all strata, shown or not, give."""
        if "withheldBounds" not in entry:
            return
        rows = pd.concat(row.truth)
        p, y = rows[" score"].to_numpy(float), rows[" label"].to_numpy(int)
        trials, success = (np.ones(len(p), bool), y == 1) if metric == "prevalence" else estimators.ratio_rows(
            metric, p, y, float(entry["threshold"]))
        if trials.any():
            truth = (success & trials).sum() / trials.sum()
            bounds = entry["withheldBounds"]
            inside = float(bounds["lower"]) - 1e-12 <= truth <= float(bounds["upper"]) + 1e-12
            self.comparison.exact("truth inside bounds for what is withheld", place, inside, True)

    # -- diagrams

    def reliability(self, where, at, bins, row, estimand):
        c, place = self.comparison, " ".join(where.values())
        filled = self.bins(row)
        c.exact("reliability bins", place, [(b["lower"], b["upper"]) for b in bins], filled)
        for i, (found, (lower, upper)) in enumerate(zip(bins, filled)):
            inside = row.inside(lower, upper)
            n, events = int(inside.sum()), int(row.y[inside].sum())
            c.exact("counts of bins", place, (found["rows"], found["events"]), (n, events))
            low, high = estimators.wilson(events, n)
            expected = {"meanScore": row.p[inside].mean(), "observed": events / n, "observedLower": low,
                        "observedUpper": high}
            c.group(("reliability", estimand), where | {"metric": "reliability", "threshold": lower, "estimand": estimand},
                    f"{at}/reliability/{i}", found, expected, self.tolerance("reliability"))

    def decomposition(self, where, at, found, row, estimand):
        """Sums of squares between and within bins, as of an analysis of variance."""
        p, y, n = row.p, row.y, row.n
        group = np.zeros(n, int)
        for i, (lower, upper) in enumerate(self.bins(row)):
            group[row.inside(lower, upper)] = i
        frame = pd.DataFrame({"p": p, "y": y, "g": group})
        means = frame.groupby("g")[["p", "y"]].transform("mean")
        expected = {
            "reliability": ((means["p"] - means["y"]) ** 2).mean(), "resolution": ((means["y"] - y.mean()) ** 2).mean(),
            "uncertainty": y.var(), "varianceWithinBins": ((p - means["p"]) ** 2).mean(),
            "covarianceWithinBins": 2 * ((p - means["p"]) * (y - means["y"])).mean(), "expectedScore": (p * (1 - p)).mean(),
            "calibrationErrorByChance": frame.assign(v=p * (1 - p)).groupby("g")["v"].sum().map(
                lambda v: (2 * v / np.pi) ** 0.5).sum() / n}
        e = expected
        brier = (e["reliability"] - e["resolution"] + e["uncertainty"] + e["varianceWithinBins"] - e["covarianceWithinBins"])
        self.comparison.close(("identity of the Brier score", estimand), " ".join(where.values()), brier,
                              ((p - y) ** 2).mean(), 1e-12)
        self.comparison.group(("decomposition", estimand), where | {"metric": "decomposition", "estimand": estimand},
                              f"{at}/decomposition", found or {}, expected, self.tolerance("decomposition"), 1e-10)

    def distribution(self, place, found, row, overall):
        edges = row.common() if overall else []
        expected = []
        for a, b in zip(edges, edges[1:]):
            y = row.y[row.inside(a, b)]
            expected.append({"lower": a, "upper": b, "events": int(y.sum()), "nonEvents": int((1 - y).sum())})
        self.comparison.exact("distributions", place, found, expected)

    def curve(self, where, at, points, row, estimand, overall):
        c, place = self.comparison, " ".join(where.values())
        expected = row.common()[1:-1] if overall else []
        c.exact("points of curves", place, [point["threshold"] for point in points], expected)
        theirs = {}
        if points:
            table = dcurves.dca(data=pd.DataFrame({"y": row.y, "p": row.p}), outcome="y", modelnames=["p"],
                                thresholds=[float(e) for e in expected])
            theirs = {(r.model, f"{r.threshold:.9f}"): r.net_benefit for r in table.itertuples()}
        for i, point in enumerate(points):
            benefit, _, treat = estimators.benefit_rows(row.p, row.y, float(point["threshold"]))
            for model, value in (("p", benefit.mean()), ("all", treat.mean())):
                c.close(("net benefit by dcurves", model), place, value,
                        theirs[(model, f"{float(point['threshold']):.9f}")], 1e-10)
            c.group(("decisionCurve", estimand),
                    where | {"metric": "decisionCurve", "threshold": point["threshold"], "estimand": estimand},
                    f"{at}/decisionCurve/{i}", point, {"netBenefit": benefit.mean(), "treatAll": treat.mean()}, COUNTS)

    # -- what R computes

    def ask_proc(self):
        frames = [pd.DataFrame({"id": i, "y": s.y, "p": s.p}) for i, (_, s, _, _) in enumerate(self.areas)]
        found = estimators.run_r(estimators.PROC, pd.concat(frames) if frames else pd.DataFrame())
        for i, (place, _, area, variance) in enumerate(self.areas):
            self.comparison.close(("auroc by pROC", "site"), place, area, found[i][0], 1e-12)
            self.comparison.close(
                ("DeLong by pROC", "site"), place, variance, found[i][1], TOLERANCE["pROC"] * found[i][1] + 1e-15)

    def ask_rms(self):
        # val.prob leaves out scores of 0 and 1, and has something else to say of a constant score.
        asked = [(place, row, z) for place, row, z in self.asked_rms
                 if row.n < 20_000 and 0 < row.p.min() < row.p.max() < 1]
        frames = [pd.DataFrame({"id": i, "y": row.y, "p": row.p}) for i, (_, row, _) in enumerate(asked)]
        found = estimators.run_r(estimators.RMS, pd.concat(frames) if frames else pd.DataFrame())
        for i, (place, row, z) in enumerate(asked):
            self.comparison.close(("Brier score by rms", ""), place, ((row.p - row.y) ** 2).mean(), found[i][0], 1e-9)
            self.comparison.close(("Spiegelhalter z by rms", ""), place, z, found[i][1], 1e-8 * max(1, abs(z)))


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
    parser.add_argument("submissions", help="folder with SITE/aggregate.json or SITE.json of each site")
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
        print("DIFFERS", failure[:600])
    if options.write:
        write(options.write, options.protocol, data, versions, comparison.vectors[:: options.sample])
    print(f"{len(comparison.failures)} differences" if comparison.failures else "everything agrees")
    sys.exit(1 if comparison.failures else 0)


if __name__ == "__main__":
    main()
