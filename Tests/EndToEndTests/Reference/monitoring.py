"""Drift, the CUSUM and alerts of a site, from the raw rows with scipy."""
import math

import numpy as np
import scipy.optimize
import scipy.spatial.distance
import scipy.special
import scipy.stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

import estimators
from comparison import unique
from raw_rows import Stratum


class Cells:
    """Counts now and in the reference on the released cells."""

    def __init__(self, now, before, last_is_missing, outside=None, ascending=0, edges=None):
        self.now, self.before, self.last_is_missing = now, before, last_is_missing
        self.outside, self.ascending, self.edges = outside, ascending, edges


class Monitoring:
    """Part of the checker: drift rows, CUSUM rows and measures of alerts."""

    def drift(self, file, rows, site):
        profiles = {profile.get("id", "score"): profile for profile in self.study.protocol["drift"]["profiles"]}
        order = [(window, profile) for window in self.study.windows for profile in profiles]
        self.comparison.exact("order of drift", file, [(row["window"], row["profile"]) for row in rows], order)
        for i, row in enumerate(rows):
            index = self.study.windows.index(row["window"])
            where = {"file": file, "window": row["window"], "profile": row["profile"], "metric": "drift"}
            self.drift_row(where, f"drift/{i}", row, self.cells(site, index, profiles[row["profile"]]))
            if row["profile"] == "score":
                self.prevalences(where, f"drift/{i}", row, site, index)

    def cells(self, site, index, profile):
        """Counts on the cells that were released, or why there are none."""
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
            return Cells([int(np.isin(found, g).sum()) for g in groups],
                         [sum(profile["counts"][i] for i in g) for g in groups], False, ascending=len(groups),
                         edges=[0.0] + [e for e, text in zip(edges, profile["edges"]) if overall.keeps(text)] + [1.0])
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
        return Cells([now for now, _ in shown], [before for _, before in shown], not hidden)

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
        other = len(profile["counts"]) - 2
        ascending = sum(last < other for _, last in runs) if "edges" in profile else 0
        outside = runs.index((other, other)) if (other, other) in runs else None
        return Cells(now, before, runs[-1][0] == runs[-1][1], outside, ascending)

    def drift_row(self, where, at, row, cells):
        c, place = self.comparison, " ".join(where.values())
        if isinstance(cells, str) or len(cells.now) < 2 or sum(cells.now) == 0:
            c.exact("drift statuses", place, row["status"], cells if isinstance(cells, str) else "notEvaluable")
            return
        now, before = np.array(cells.now), np.array(cells.before)
        n, m, b = int(now.sum()), int(before.sum()), len(now)
        a, e = (now + 0.5) / (n + b / 2), (before + 0.5) / (m + b / 2)
        index = scipy.special.rel_entr(a, e).sum() + scipy.special.rel_entr(e, a).sum()
        c.exact("drift statuses", place, row["status"], "estimated")
        c.exact("drift counts", place, (row.get("rows"), row.get("cells")), (n, b))
        expected = {"stabilityIndex": index, "noise": (1 / n + 1 / m) * scipy.stats.chi2.ppf(0.99, b - 1),
                    "klDivergence": scipy.special.rel_entr(a, e).sum(),
                    "jsDivergence": scipy.spatial.distance.jensenshannon(a, e) ** 2}
        expected |= self.homogeneity(place, row, cells.now, cells.before) | bounds_of_cells(cells)
        expected |= self.assessment(place, row, now, before, a, e, index)
        for name, where_it_is in (("missing", b - 1 if cells.last_is_missing else None), ("outside", cells.outside)):
            expected |= share_shift(name, now, before, where_it_is)
        expected["outsideLimit"] = None if cells.outside is None else proportion_confint(
            now[cells.outside], n, alpha=0.1, method="beta")[1]
        # At a difference of almost nothing the index is one of rounding.
        c.group(("drift", "site"), where, at, row, expected, self.tolerance("drift"))

    def assessment(self, place, row, now, before, a, e, index):
        drift = self.study.protocol["drift"]
        if "stabilityLimit" not in drift:
            return {"assessment.pValue": None}
        n, m, b = now.sum(), before.sum(), len(now)
        level, noise = 0.05 / len(drift["profiles"]), 1 / n + 1 / m
        # The delta method with the whole multinomial covariance and derivatives by complex steps.
        def psi(x, y):
            return ((x - y) * np.log(x / y)).sum()

        step, variance = 1e-30, 0.0
        for shares, rows, f in ((a, n, lambda x: psi(x, e)), (e, m, lambda y: psi(a, y))):
            slope = np.array([f(shares + 1j * step * np.eye(b)[i]).imag / step for i in range(b)])
            variance += slope @ (np.diag(shares) - np.outer(shares, shares)) @ slope / rows
        p = scipy.stats.chi2.sf(index / noise, b - 1)
        root = math.sqrt(index)
        upper = (root + scipy.stats.norm.isf(level) * math.sqrt(variance) / (2 * root)) ** 2 if root > 0 else 0.0
        upper = max(upper, noise * scipy.stats.chi2.isf(level, b - 1))
        limit = float(drift["stabilityLimit"])
        verdict = "drift" if index >= limit and p < level else "stable" if upper < limit else "underpowered"
        self.comparison.exact("drift verdicts", place, row["assessment"]["verdict"], verdict)
        return {"assessment.pValue": p, "assessment.upperLimit": upper}

    def homogeneity(self, place, row, now, before):
        """Pearson's and the likelihood-ratio test after rare cells were joined."""
        table = sorted(((x, y) for x, y in zip(now, before) if x + y), key=lambda c: (sum(c), c[0]))
        n, m = sum(now), sum(before)
        rare = lambda cell: min(n, m) * sum(cell) / (n + m) < 5 - 1e-9
        rest, kept = None, []
        for cell in table:
            if rare(cell) or (rest and rare(rest)):
                rest = (cell[0] + (rest or (0, 0))[0], cell[1] + (rest or (0, 0))[1])
            else:
                kept.append(cell)
        kept += [rest] if rest else []
        if len(kept) < 2:
            return {"chiSquared.statistic": None}
        found = scipy.stats.chi2_contingency(np.array(kept).T, correction=False)
        g = scipy.stats.chi2_contingency(np.array(kept).T, correction=False, lambda_="log-likelihood")
        self.comparison.exact("degrees of freedom", place, row["chiSquared"]["degreesOfFreedom"], len(kept) - 1)
        return {"chiSquared.statistic": found.statistic, "chiSquared.pValue": found.pvalue, "chiSquared.g": g.statistic,
                "chiSquared.cramersV": scipy.stats.contingency.association(np.array(kept).T, method="cramer")}

    def prevalences(self, where, at, row, site, index):
        stratum = self.strata[(site, ("overall", "all"), index)]
        expected = {"unlabelledPrevalence": None, "priorShift.explained": None, "priorShift.remainder": None}
        if isinstance(stratum, Stratum):
            expected["unlabelledPrevalence"] = self.unlabelled_prevalence(stratum)
            released = [i for i in range(len(self.study.windows))
                        if isinstance(self.strata[(site, ("overall", "all"), i)], Stratum)]
            if released[0] != index:
                expected |= self.prior_shift(self.strata[(site, ("overall", "all"), released[0])], stratum)
        self.comparison.group(("prevalence shift", "site"), where, at, row, expected, self.tolerance("shift"))

    def unlabelled_prevalence(self, stratum):
        """Maximum likelihood of a mixture of the two smoothed histograms."""
        if not isinstance(stratum.released["unlabelled"], list) or len(stratum.edges) < 3:
            return None
        now = stratum.counts("unlabelled")
        shares = [(h + 0.5) / (h.sum() + len(h) / 2) for h in (stratum.counts("positive"), stratum.counts("negative"))]
        if now.sum() == 0 or not len(stratum.y) or stratum.y.min() == stratum.y.max() or (shares[0] == shares[1]).all():
            return None
        f, g = shares
        slope = lambda q: (now * (f - g) / (q * f + (1 - q) * g)).sum()
        return 0.0 if slope(0.0) <= 0 else 1.0 if slope(1.0) >= 0 else scipy.optimize.brentq(slope, 0, 1, xtol=1e-15)

    def prior_shift(self, first, stratum):
        old, new = first.y.mean(), stratum.y.mean()
        nothing = {"priorShift.explained": None, "priorShift.remainder": None}
        if min(old, new) <= 0 or max(old, new) >= 1:
            return nothing
        edges = [e for e in stratum.edges if e in self.study.calibration]
        moved = 0.0
        for a, b in zip(edges, edges[1:]):
            inside = (stratum.p >= float(a)) & ((stratum.p < float(b)) | (b == "1"))
            if inside.any():
                mean = np.mean(stratum.p[inside])
                up, down = mean * new / old, (1 - mean) * (1 - new) / (1 - old)
                moved += inside.sum() * up / (up + down)
        return {"priorShift.explained": math.log(moved / stratum.p.sum()),
                "priorShift.remainder": math.log(stratum.y.sum() / moved)}

    # -- the chart

    def cusum(self, file, rows, site):
        plan = self.study.protocol.get("analysis", {}).get("cusum")
        self.comparison.exact("windows of the CUSUM", file, [row["window"] for row in rows],
                              self.study.windows if plan else [])
        if not plan:
            return
        ratio, value = float(plan["oddsRatio"]), 0.0
        for i, row in enumerate(rows):
            released = self.aggregates[site]["windows"][i]["cusum"]
            stratum = self.strata[(site, ("overall", "all"), i)]
            where = {"file": file, "window": row["window"], "metric": "cusum"}
            place = " ".join(where.values())
            if stratum == "empty":
                self.comparison.exact("CUSUM statuses", place, row["status"], "noRows")
            elif isinstance(released, dict) or not isinstance(stratum, Stratum):
                self.comparison.exact("CUSUM statuses", place, row["status"], "withheld")
            else:
                log = np.log(1 - stratum.p + ratio * stratum.p)
                increment = (stratum.y * math.log(ratio) - log).sum()
                value = max(0.0, value + increment)
                self.comparison.exact("CUSUM signals", place, row["signals"], value > float(plan["limit"]))
                self.comparison.group(("cusum", "site"), where, f"cusum/{i}", row,
                                      {"increment": increment, "value": value}, self.tolerance("cusum"),
                                      len(log) * 2.0**-33 * (i + 1) * 2)

    # -- alerts

    def alerts(self, sites, indices):
        """Raw rows of the windows whose alerts are released, and what each of them releases."""
        parts = []
        for site in sites:
            for index in indices:
                window = self.aggregates[site]["windows"][index]
                if "status" in window["operations"]:
                    continue
                raw = self.rows[site][self.rows[site][" window"] == index]
                if window["histograms"]["rows"] == "labelled":
                    raw = raw[raw[" label"] >= 0]
                parts.append((raw, window["operations"]))
        return parts

    def without_alerts(self, row, name):
        """Contributors of which a released stratum has no alerts beside it."""
        def hides(stratum):
            return "status" in self.aggregates[stratum.site]["windows"][self.study.windows.index(stratum.window)]["operations"]
        return unique(name(s) for s in row.strata if hides(s))

    def operation(self, metric, parts):
        if not parts:
            return None
        plan = self.study.protocol["operations"]
        alerts = [raw[raw[plan["alert"]["column"]].isin(plan["alert"]["values"])] for raw, _ in parts]
        a, n = sum(map(len, alerts)), sum(len(raw) for raw, _ in parts)
        if metric == "alertRate":
            if n == 0:
                return "noRows"
            lower = scipy.stats.chi2.ppf(0.025, 2 * a) / 2 if a else 0.0
            upper = scipy.stats.chi2.isf(0.025, 2 * a + 2) / 2
            return {"value": 100 * a / n, "lower": 100 * lower / n, "upper": 100 * upper / n, "successes": a, "trials": n}
        if metric == "overrideRate":
            runs = [operations["responses"] for _, operations in parts]
            # Merged into one run, or withheld, at one of the parts: nobody knows.
            if any("status" in r for r in runs if isinstance(r, dict)) or any(len(r) < 2 for r in runs):
                return "noAlerts" if a == 0 else None
            rule = plan["override"]
            x = sum(int(rows[rule["column"]].isin(rule["values"]).sum()) for rows in alerts)
            return estimators.proportion(x, a) if a else "noAlerts"
        rule = plan["acknowledgement"]
        cells = self.acknowledgement_cells(parts)
        target = rule["edges"].index(rule["target"])
        if cells is None:
            return "noAlerts" if a == 0 else None
        if target + 1 not in [first for first, _ in cells]:
            return None
        times = np.concatenate([self.times(rows) for rows in alerts])
        return estimators.proportion(int((times < float(rule["target"])).sum()), a) if a else "noAlerts"

    def times(self, rows):
        """Times until acknowledgement; without end where nobody did."""
        from raw_rows import number
        found = rows[self.study.protocol["operations"]["acknowledgement"]["column"]].map(number).to_numpy(float)
        return np.where(np.isnan(found), math.inf, found)

    def acknowledgement_cells(self, parts):
        """Runs between the cuts that every part has, or None where a part withholds them."""
        runs = [operations["acknowledgement"] for _, operations in parts]
        if not runs or any(isinstance(r, dict) for r in runs):
            return None
        cells = len(self.study.protocol["operations"]["acknowledgement"]["edges"]) + 2
        starts = [i for i in range(cells) if all(i in [run["first"] for run in r] for r in runs)]
        return list(zip(starts, starts[1:] + [cells]))

    def acknowledgement(self, place, found, parts):
        c, rule = self.comparison, self.study.protocol["operations"]["acknowledgement"]
        cells = self.acknowledgement_cells(parts)
        if cells is None or cells[-1][1] - cells[-1][0] != 1:
            c.exact("times shown", place, found, None)
            return
        plan, edges = self.study.protocol["operations"], ["0", *rule["edges"]]
        times = np.concatenate([self.times(raw[raw[plan["alert"]["column"]].isin(plan["alert"]["values"])])
                                for raw, _ in parts])
        bins = []
        for first, end in cells[:-1]:
            low, high = float(edges[first]), float(edges[end]) if end < len(edges) else 1e300
            entry = {"lower": edges[first], "alerts": int(((times >= low) & (times < high)).sum())}
            bins.append(entry | ({"upper": edges[end]} if end < len(edges) else {}))
        expected = {"bins": bins, "never": int(np.isinf(times).sum())}
        if len(times):
            median = np.sort(times)[(len(times) - 1) // 2]
            if median < 1e300:
                expected["medianBin"] = next(
                    i for i, b in enumerate(bins) if median < float(b.get("upper", "inf")))
        c.exact("times until acknowledgement", place, found, expected)


def share_shift(name, now, before, place):
    names = [f"{name}.{part}" for part in ("share", "reference", "difference", "lower", "upper")]
    if place is None:
        return dict.fromkeys(names)
    x, n, y, m = now[place], now.sum(), before[place], before.sum()
    low, high = confint_proportions_2indep(x, n, y, m, method="newcomb", compare="diff", alpha=0.05)
    return dict(zip(names, (x / n, y / m, x / n - y / m, max(-1, low), min(1, high))))


def bounds_of_cells(cells):
    """Kolmogorov and Smirnov's distance and Wasserstein's, at the placements of rows inside cells that are extreme."""
    expected = {f"{name}.{end}": None for name in ("ks", "wasserstein") for end in ("lower", "upper")}
    now, before = (np.array(x[:cells.ascending], float) for x in (cells.now, cells.before))
    if len(now) < 2 or now.sum() == 0 or before.sum() == 0:
        return expected
    f, g = np.cumsum(now) / now.sum(), np.cumsum(before) / before.sum()
    f0, g0 = np.r_[0, f[:-1]], np.r_[0, g[:-1]]
    expected["ks.lower"], expected["ks.upper"] = np.abs(f - g).max(), max((f - g0).max(), (g - f0).max())
    if cells.edges is not None:
        width = np.diff(cells.edges)
        least = (np.maximum(0, np.maximum(f0 - g, g0 - f)) * width).sum()
        greatest = (np.maximum(f - g0, g - f0) * width).sum()
        middle = (np.array(cells.edges[:-1]) + cells.edges[1:]) / 2
        distance = scipy.stats.wasserstein_distance(middle, middle, now, before)
        slack = ((now / now.sum() + before / before.sum()) * width / 2).sum()
        expected["wasserstein.lower"] = max(least, distance - slack)
        expected["wasserstein.upper"] = min(greatest, distance + slack)
    return expected
