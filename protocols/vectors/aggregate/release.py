"""A second reading of disclosure.md: counts rows and releases them, by trying every division there is.

Written for vectors of a few score intervals; it shares no code and no algorithm with the product.
"""
import hashlib
import itertools
import json
import math
from decimal import Decimal, localcontext
from fractions import Fraction

import explain
import paired

CLASSES = ("positive", "negative", "unlabelled")
MEASURES = ("sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue", "flagRate")
UNSCORED = {"missing": "scoreMissing", "invalid": "scoreInvalid"}
WITHHELD = {"status": "withheld"}
TOO_FEW = {"status": "notEvaluable", "reason": "tooFewEvents"}


def canonical(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(document):
    return "sha256:" + hashlib.sha256(canonical(document)).hexdigest()


def fixed(x):
    return round(Fraction(x) * 2**32)  # half to even


def decimals(x, places):
    """An exact number with so many decimals, half to even."""
    units = round(Fraction(x) * 10**places)
    digits = f"{abs(units):0{places + 1}}"
    return ("-" if units < 0 else "") + digits[:-places] + "." + digits[-places:]


def recalibration(scores):
    """The site's own fit (statistics.md C11) by Newton's method with 50 digits, or why there is none."""
    with localcontext() as context:
        context.prec = 50
        least = Decimal("1e-6")
        rows = [(max(least, min(1 - least, Decimal(p))), y) for y, c in ((1, "positive"), (0, "negative")) for p in scores[c]]
        low, high = min(p for p, _ in rows), max(p for p, _ in rows)
        if low == high:
            return {"status": "notEvaluable", "reason": "constantScore"}
        events, others = ([p for p, y in rows if y == label] for label in (1, 0))
        if max(events) <= min(others) or max(others) <= min(events):
            return {"status": "notEvaluable", "reason": "separation"}
        rows = [((p / (1 - p)).ln(), y) for p, y in rows]

        def newton(a, b, fits_slope):
            for _ in range(200):
                chance = [1 / (1 + (-(a + b * x)).exp()) for x, _ in rows]
                weights = [q * (1 - q) for q in chance]
                gaps = [y - q for (_, y), q in zip(rows, chance)]
                w = sum(weights)
                wx, wxx = (sum(v * x**power for v, (x, _) in zip(weights, rows)) for power in (1, 2))
                g, gx = sum(gaps), sum(gap * x for gap, (x, _) in zip(gaps, rows))
                determinant = w * wxx - wx * wx
                step = ((wxx * g - wx * gx) / determinant, (w * gx - wx * g) / determinant) if fits_slope else (g / w, Decimal(0))
                longest = max(map(abs, step))  # a long step would overshoot
                step = [s / max(1, longest) for s in step]
                a, b = a + step[0], b + step[1]
                if abs(step[0]) + abs(step[1]) < Decimal("1e-30"):
                    return a, b, w, wx, wxx, determinant
            raise ArithmeticError("no convergence")

        large, _, weight, *_ = newton(Decimal(0), Decimal(1), False)
        a, b, w, wx, wxx, determinant = newton((Decimal(len(events)) / len(others)).ln(), Decimal(0), True)
        numbers = {"calibrationInTheLarge": (large, 8), "calibrationInTheLargeError": (1 / weight.sqrt(), 12),
                   "intercept": (a, 8), "slope": (b, 8), "interceptVariance": (wxx / determinant, 12),
                   "covariance": (-wx / determinant, 12), "slopeVariance": (w / determinant, 12)}
        return {name: decimals(Fraction(value), places) for name, (value, places) in numbers.items()}


class Grid:
    def __init__(self, protocol):
        thresholds = {t["value"] for t in protocol["model"]["thresholds"]}
        calibration = set(protocol["grid"]["calibrationEdges"])
        fine = set(protocol["grid"]["fineEdges"])
        self.texts = ["0", *sorted(thresholds | calibration | fine, key=float), "1"]
        self.values = [float(text) for text in self.texts]
        self.kind = {
            text: 2 if text in thresholds else 1 if text in calibration else 0 for text in self.texts[1:-1]
        }
        self.divides = [text in calibration or text in ("0", "1") for text in self.texts]

    def interval(self, score):
        return max(i for i in range(len(self.values) - 1) if self.values[i] <= score)


class Table:
    """Rows of one stratum."""

    def __init__(self, study, members):
        self.study, self.members = study, members
        size = len(study.grid.values) - 1
        self.rows = {c: [0] * size for c in CLASSES}
        self.patients = {c: [0] * size for c in CLASSES}
        for row in members:
            place = study.grid.interval(row["score"])
            self.rows[row["class"]][place] += 1
            self.patients[row["class"]][place] += row["designated"]


class Study:
    def __init__(self, protocol, minimum_cell, rows, unscored, excluded, explained=()):
        self.explained = explained
        self.protocol, self.k, self.unscored, self.excluded = protocol, minimum_cell, unscored, dict(excluded)
        for reason in UNSCORED.values():
            members = [r for r in unscored if r["reason"] == reason]
            self.excluded[reason] = [
                len(members), len({r["patient"] for r in members}) if "patientColumn" in protocol["data"] else len(members)]
        self.grid = Grid(protocol)
        self.counts_patients = "patientColumn" in protocol["data"]
        self.fit = max(protocol["disclosure"]["minimumFitEvents"], minimum_cell)
        self.rows = [dict(row) for row in rows]
        self.designate()

    def designate(self):
        """In each window and class a patient counts at the row of the lowest interval, then the lowest interval of
        the baseline, then the first levels."""
        chosen = {}
        for number, row in enumerate(self.rows):
            row["designated"] = int(not self.counts_patients)
            beside = paired.column(self.protocol, row) if paired.has_baseline(self.protocol) else 0
            place = (self.grid.interval(row["score"]), beside, row["levels"], number)
            key = (row["patient"], row["window"], row["class"])
            chosen[key] = min(chosen.get(key, place), place)
        for *_, number in chosen.values():
            self.rows[number]["designated"] = 1

    # ---- divisions

    def merge(self, counts, edges):
        return [sum(counts[a:b]) for a, b in zip(edges, edges[1:])]

    def rank(self, edges):
        kinds = [self.grid.kind[self.grid.texts[e]] for e in edges[1:-1]]
        return ([kinds.count(2), kinds.count(1), kinds.count(0)], [-e for e in reversed(edges)])

    def best(self, allowed, constraints):
        inner = allowed[1:-1]
        found = None
        for size in range(len(inner) + 1):
            for chosen in itertools.combinations(inner, size):
                edges = [allowed[0], *chosen, allowed[-1]]
                if all(min(self.merge(c, edges)) >= self.k for c in constraints):
                    if found is None or self.rank(edges) > self.rank(found):
                        found = edges
        return found

    @staticmethod
    def labelled(patients):
        return [patients["positive"], patients["negative"]]

    def passes(self, patients, edges):
        return all(min(self.merge(c, edges)) >= self.k for c in self.labelled(patients))

    # ---- one window

    def window(self, name, index):
        members = [row for row in self.rows if row["window"] == index]
        overall = Table(self, members)
        every = list(range(len(self.grid.values)))
        edges = self.best(every, self.labelled(overall.patients)) if members else None
        shows = edges is not None and (
            not any(overall.rows["unlabelled"]) or min(self.merge(overall.patients["unlabelled"], edges)) >= self.k)
        if not members:
            written = {"status": "empty"}
        elif edges is None:
            written = WITHHELD
        else:
            written = self.stratum(overall, edges, shows, self.high(overall))
            written["edges"] = [self.grid.texts[e] for e in edges]
        joint = None
        if paired.has_baseline(self.protocol):
            table, joint = paired.overall(self, members, edges, shows)
            if edges is not None:
                written["paired"] = table
        document = {
            "window": name, "overall": written,
            "intersections": [
                {"intersection": listed["id"], **WITHHELD} for listed in self.protocol.get("intersections", [])],
            "unscored": WITHHELD,
            "attributes": self.attributes(members, overall, edges, shows, joint),
            "histograms": {
                "rows": "all" if shows else "labelled",
                "columns": [
                    self.histogram(position, profile, members, shows, written == WITHHELD)
                    for position, profile in enumerate(self.protocol["drift"]["profiles"])
                ],
            },
        }
        if "cusum" in self.protocol.get("analysis", {}):
            document["cusum"] = self.cusum(members, written)
        if "operations" in self.protocol:
            document["operations"] = self.operations(members, written, shows)
        if "explanation" in self.protocol.get("analysis", {}):
            document["explanation"] = explain.window(self.protocol, self.k, self.rows, self.explained, index, document)
        return document

    def people(self, rows):
        return len({r["patient"] for r in rows}) if self.counts_patients else len(rows)

    def cusum(self, members, overall):
        if not members:
            return "0"
        if overall == WITHHELD or overall["patients"] < 100:
            return WITHHELD
        ratio = float(self.protocol["analysis"]["cusum"]["oddsRatio"])
        return str(sum(
            fixed(math.log1p((ratio - 1) * r["score"])) for r in members if r["class"] != "unlabelled"))

    def operations(self, members, overall, shows):
        if overall == WITHHELD or overall == {"status": "empty"}:
            return WITHHELD
        plan = self.protocol["operations"]
        counted = [r for r in members if shows or r["class"] != "unlabelled"]
        alerts = [r for r in counted if r.get("alert")]
        spared = [r for r in counted if not r.get("alert")]
        if any(group and self.people(group) < self.k for group in (alerts, spared)):
            return WITHHELD
        document = {"alerts": len(alerts), "spared": len(spared)}
        sizes = {}
        if "override" in plan:
            sizes["responses"] = (0, 2)
        if "acknowledgement" in plan:
            sizes["acknowledgement"] = (1, len(plan["acknowledgement"]["edges"]) + 2)
        for name, (index, size) in sizes.items():
            everyone = [r for r in members if r.get("alert")]
            document[name] = self.runs(size, everyone, lambda r, index=index: r["alert"][index], shows)
        return document

    # ---- rows without a usable score

    def show_unscored(self, windows, flow):
        """Writes them into the windows: all windows or none, and of an attribute all levels or none."""
        if flow == WITHHELD or any(
                e["rows"] == WITHHELD for e in flow["excluded"] if e["reason"] in UNSCORED.values()):
            return

        def count(members):
            groups = {name: [r for r in members if r["reason"] == reason] for name, reason in UNSCORED.items()}
            enough = all(not group or self.people(group) >= self.k for group in groups.values())
            return {name: len(group) for name, group in groups.items()}, enough

        inside = [[r for r in self.unscored if r["window"] == index] for index in range(len(windows))]
        if not all(count(members)[1] for members in inside):
            return
        for window, members in zip(windows, inside):
            window["unscored"] = count(members)[0]
            for position, attribute in enumerate(window["attributes"]):
                counts = [
                    count([r for r in members if r["levels"][position] == level])
                    for level in range(len(attribute["levels"]))]
                if all(enough for _, enough in counts):
                    attribute["unscored"] = [c for c, _ in counts]

    def attributes(self, *window):
        written = []
        for position, attribute in enumerate(self.protocol["slices"]):
            may_cross = not any(map(paired.crosses, written))
            written.append(self.attribute(position, attribute, *window, may_cross))
        return written

    def high(self, table):
        return {c: sum(table.patients[c]) >= 100 for c in CLASSES[:2]}

    def attribute(self, position, attribute, members, overall, overall_edges, overall_shows, joint, may_cross):
        count = len(attribute["levels"]) + 1
        tables = [Table(self, [r for r in members if r["levels"][position] == level]) for level in range(count)]
        occupied = [level for level in range(count) if tables[level].members]
        entry = {"attribute": attribute["attribute"], "unscored": WITHHELD}
        chosen, edges = self.choose(tables, occupied, overall, overall_edges)
        shows = False
        if edges:
            entry["edges"] = [self.grid.texts[e] for e in edges]
            rest = self.rest(tables, occupied, overall, chosen)
            groups = [tables[level].patients for level in chosen] + ([rest] if rest else [])
            shows = overall_shows and (
                not any(overall.rows["unlabelled"])
                or all(min(self.merge(g["unlabelled"], edges)) >= self.k for g in groups))
        high = {c: self.high_levels(c, tables, occupied, overall, chosen) for c in CLASSES[:2]}
        entry["levels"] = [
            {"status": "empty"} if level not in occupied
            else self.stratum(tables[level], edges, shows, {c: level in high[c] for c in high}) if level in chosen
            else WITHHELD
            for level in range(count)
        ]
        if paired.has_baseline(self.protocol):
            written = paired.levels(self, chosen, [t.members for t in tables], occupied, edges, shows, joint, may_cross)
            for level, document in written.items():
                entry["levels"][level]["paired"] = document
        return entry

    def rest(self, tables, occupied, overall, chosen):
        if set(chosen) == set(occupied):
            return None
        return {
            c: [whole - sum(tables[level].patients[c][i] for level in chosen)
                for i, whole in enumerate(overall.patients[c])]
            for c in CLASSES
        }

    def close(self, chosen, tables, occupied, overall, acceptable):
        chosen = list(chosen)
        while chosen:
            rest = self.rest(tables, occupied, overall, chosen)
            if rest is None or acceptable(rest):
                break
            # Fewest rows of all classes; of equals, the later level.
            chosen.remove(min(chosen, key=lambda level: (len(tables[level].members), -level)))
        return chosen

    def choose(self, tables, occupied, overall, overall_edges):
        if overall_edges is None:
            return [], None
        kept = [overall_edges[0]]
        kept += [e for e in overall_edges[1:-1] if self.grid.kind[self.grid.texts[e]] == 2]
        kept += [overall_edges[-1]]
        while True:
            passing = [level for level in occupied if self.passes(tables[level].patients, kept)]
            chosen = self.close(passing, tables, occupied, overall, lambda rest: self.passes(rest, kept))
            if chosen:
                constraints = [c for level in chosen for c in self.labelled(tables[level].patients)]
                rest = self.rest(tables, occupied, overall, chosen)
                if rest:
                    constraints += self.labelled(rest)
                return chosen, self.best(overall_edges, constraints)
            if len(kept) == 2:
                return [], None
            del kept[-2]

    def high_levels(self, name, tables, occupied, overall, chosen):
        enough = [level for level in chosen if sum(tables[level].patients[name]) >= 100]
        return self.close(enough, tables, occupied, overall, lambda rest: sum(rest[name]) >= 100)

    # ---- what is written of one stratum

    def stratum(self, table, edges, shows, high):
        scores = {c: [r["score"] for r in table.members if r["class"] == c] for c in CLASSES[:2]}
        dividers = [e for e in edges if self.grid.divides[e]]
        bins = []
        for low, upper in zip(dividers, dividers[1:]):
            entry = {}
            for c in CLASSES[:2]:
                inside = [p for p in scores[c] if low <= self.grid.interval(p) < upper]
                entry[c + "Sum"] = str(sum(map(fixed, inside)))
                entry[c + "Squares"] = str(sum(fixed(p * p) for p in inside))
            bins.append(entry)
        labelled = [r for r in table.members if r["class"] != "unlabelled"]
        return {
            "patients": self.people(labelled),
            "averagePrecision": self.average_precision(table),
            "positive": self.merge(table.rows["positive"], edges),
            "negative": self.merge(table.rows["negative"], edges),
            "unlabelled": self.merge(table.rows["unlabelled"], edges) if shows else WITHHELD,
            "bins": bins,
            "powers": {c: self.powers(scores[c], high[c]) for c in CLASSES[:2]},
            "ranks": self.ranks(scores["positive"], scores["negative"]),
            "fit": recalibration(scores) if self.may_fit(table) else TOO_FEW,
            "clusters": self.clusters(table, edges) if self.counts_patients else [],
        }

    def may_fit(self, table):
        return min(sum(table.patients[c]) for c in CLASSES[:2]) >= self.fit

    def average_precision(self, table):
        if not self.may_fit(table):
            return TOO_FEW
        scores = {c: [r["score"] for r in table.members if r["class"] == c] for c in CLASSES[:2]}
        total = Fraction(0)
        for score in scores["positive"]:
            found, false = (sum(other >= score for other in scores[c]) for c in CLASSES[:2])
            total += Fraction(found, found + false)
        return decimals(total / len(scores["positive"]), 12)

    @staticmethod
    def powers(scores, high):
        return {
            "first": str(sum(map(fixed, scores))),
            "second": str(sum(fixed(p * p) for p in scores)),
            "high": {
                "third": str(sum(fixed(p * p * p) for p in scores)),
                "fourth": str(sum(fixed((p * p) * (p * p)) for p in scores)),
            } if high else WITHHELD,
        }

    @staticmethod
    def ranks(positive, negative):
        c = [sum(2 * (q < p) + (q == p) for q in negative) for p in positive]
        d = [sum(2 * (p > q) + (p == q) for p in positive) for q in negative]
        return {
            "positives": len(c), "negatives": len(d), "positiveSum": str(sum(c)),
            "positiveSquares": str(sum(x * x for x in c)), "negativeSum": str(sum(d)),
            "negativeSquares": str(sum(x * x for x in d)),
        }

    def clusters(self, table, edges):
        records = []
        for edge in edges[1:-1]:
            text, value = self.grid.texts[edge], self.grid.values[edge]
            if self.grid.kind[text] != 2:
                continue
            for measure in MEASURES:
                people = {}
                for row in table.members:
                    if row["class"] == "unlabelled":
                        continue
                    flagged, event = row["score"] >= value, row["class"] == "positive"
                    trial, success = {
                        "sensitivity": (event, flagged), "specificity": (not event, not flagged),
                        "positivePredictiveValue": (flagged, event),
                        "negativePredictiveValue": (not flagged, not event), "flagRate": (True, flagged),
                    }[measure]
                    if trial:
                        x, n = people.get(row["patient"], (0, 0))
                        people[row["patient"]] = (x + success, n + 1)
                pairs = people.values()
                records.append({
                    "threshold": text, "measure": measure, "patients": len(people),
                    "successes": sum(x for x, _ in pairs), "trials": sum(n for _, n in pairs),
                    "squaredSuccesses": sum(x * x for x, _ in pairs), "products": sum(x * n for x, n in pairs),
                    "squaredTrials": sum(n * n for _, n in pairs),
                })
        return records

    def histogram(self, position, profile, members, counts_unlabelled, window_is_withheld):
        counted = any(counts_unlabelled or r["class"] != "unlabelled" for r in members)
        if window_is_withheld and not counted:
            return {"column": profile["id"], "cells": WITHHELD}
        cells = self.runs(len(profile["counts"]), members, lambda r: r["cells"][position], counts_unlabelled)
        return {"column": profile["id"], "cells": cells}

    def runs(self, size, everyone, cell_of, counts_unlabelled):
        members = [r for r in everyone if counts_unlabelled or r["class"] != "unlabelled"]
        rows, patients = [0] * size, [0] * size
        for row in members:
            rows[cell_of(row)] += 1
        # A patient counts at the lowest cell of the labelled rows, or of the others where there is none.
        lowest = {}
        for row in everyone:
            place = (row["class"] == "unlabelled", cell_of(row))
            lowest[row["patient"]] = min(lowest.get(row["patient"], place), place)
        for without_label, cell in lowest.values():
            patients[cell] += counts_unlabelled or not without_label
        if not self.counts_patients:
            patients = rows
        best = None
        for count in range(size):
            for inner in itertools.combinations(range(1, size), count):
                cuts = [0, *inner, size]
                runs = list(zip(cuts, cuts[1:]))
                if all(sum(rows[a:b]) == 0 or sum(patients[a:b]) >= self.k for a, b in runs):
                    rank = (len(cuts), [-c for c in reversed(cuts)])
                    if best is None or rank > best[0]:
                        best = (rank, runs)
        if best is None:
            return WITHHELD
        return [{"first": a, "last": b - 1, "rows": sum(rows[a:b])} for a, b in best[1]]

    # ---- the whole document

    def flow(self, windows):
        reasons = ["unreadable"] + (["patientMissing"] if self.counts_patients else [])
        reasons += [f"cohortRule{i + 1}" for i in range(len(self.protocol["cohort"]["rules"]))]
        if self.protocol["windows"]["kind"] == "dated":
            reasons += ["timeInvalid", "outsideWindows"]
        reasons += ["scoreMissing", "scoreInvalid"]
        counts = [self.excluded.get(reason, [0, 0]) for reason in reasons]
        groups = []  # patients in what stays hidden
        for index, window in enumerate(windows):
            members = [r for r in self.rows if r["window"] == index]
            without_label = [r for r in members if r["class"] == "unlabelled"]
            if window["overall"] == WITHHELD:
                if any(h["cells"] != WITHHELD for h in window["histograms"]["columns"]):
                    members = without_label
                    people = sum(r["designated"] for r in members)
                else:
                    people = len({r["patient"] for r in members}) if self.counts_patients else len(members)
                if members:
                    groups.append(people)
            elif window["overall"].get("unlabelled") == WITHHELD:
                groups.append(sum(r["designated"] for r in without_label))
        withheld = [i for i, (rows, people) in enumerate(counts) if rows and people < self.k]
        groups += [counts[i][1] for i in withheld]
        while groups and max(groups) < self.k:
            shown = [i for i, (rows, _) in enumerate(counts) if rows and i not in withheld]
            if not shown:
                return WITHHELD
            smallest = min(shown, key=lambda i: (counts[i][0], i))
            withheld.append(smallest)
            groups.append(counts[smallest][1])
        return {
            "read": len(self.rows) + sum(rows for rows, _ in counts),
            "excluded": [
                {"reason": reason, "rows": WITHHELD if i in withheld else counts[i][0]}
                for i, reason in enumerate(reasons)
            ],
        }

    def aggregate(self, data_class, lowering):
        plan = self.protocol["windows"]
        names = ["undated"] if plan["kind"] == "undated" else [w["id"] for w in plan["list"]]
        windows = [self.window(name, index) for index, name in enumerate(names)]
        flow = self.flow(windows)
        self.show_unscored(windows, flow)
        policy = {
            "minimumCell": self.k, "minimumFitEvents": self.fit, "dataClass": data_class,
            "counts": "patients" if self.counts_patients else "rows",
        }
        if self.k < 11:
            policy["lowering"] = lowering
        document = {
            "format": "urn:equipoise:aggregate:v1", "site": "here", "protocol": digest(self.protocol),
            "model": self.protocol["model"]["artifact"], "policy": policy, "flow": flow,
            "windows": windows,
        }
        if "features" in self.protocol["model"]:
            document["features"] = self.protocol["model"]["features"]
        return document
