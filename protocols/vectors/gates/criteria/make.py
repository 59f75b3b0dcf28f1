#!/usr/bin/env python3
"""Makes the vectors of criteria: protocol.json, matrix/ and expected.json.

Each criterion of the protocol stands for a rule of protocols/verdicts.md; the matrix is made up so that the rule decides.
expected.json holds verdict and judged numbers of each, found by the judge below, which was written from that page and
shares no code with the reader. `--check` compares instead of writing.
"""
import json
import math
import pathlib
import sys
from decimal import Decimal

from study import (MONTHS, SITES, canonical, criterion, digest, number, pooled_file, proportion, protocol, row, site_file,
                   wilson, write, written)

HERE = pathlib.Path(__file__).parent
LIST = {"coverage": {"minimumSites": 2, "minimumRowShare": "0.5", "whenWithheld": "list"}}
ALL = {"coverage": {"minimumSites": 1, "minimumRowShare": "0", "whenWithheld": "block"}}
WOMEN, YOUNG = {"attribute": "sex", "level": "female"}, {"attribute": "age", "level": "young"}


# The criteria.

def gap(id, scope, bound, comparison, limit, slice=WOMEN, metric="sensitivity", **more):
    threshold = "0.4" if metric == "sensitivity" else None
    return criterion(id, metric, scope, bound, comparison, limit, threshold, slice=slice, contrast="gap", **more)


def drift(id, profile, scope="everySite", limit="0.25", **more):
    return criterion(id, "stabilityIndex", scope, "upper", "atMost", limit, profile=profile, **more)


def cusum(id, limit, scope="everySite", **more):
    return criterion(id, "cusum", scope, "point", "atMost", limit, **more)


GO = [
    gap("gap-every-site", "everySite", "lower", "atLeast", "-0.3"),
    gap("gap-crude", "pooledRows", "lower", "atLeast", "-0.1"),
    gap("gap-within-sites", "withinSite", "lower", "atLeast", "0.05"),
    gap("gap-withheld", "everySite", "lower", "atLeast", "-0.9", slice=YOUNG),
    gap("gap-listed", "everySite", "lower", "atLeast", "-0.9", slice=YOUNG, **LIST),
    gap("gap-of-each-level", "everySite", "upper", "atMost", "0.5", slice={"attribute": "sex"}),
    gap("gap-of-logarithms", "worstSite", "point", "atMost", "0.3", metric="observedExpectedRatio"),
    gap("gap-of-few-events", "everySite", "lower", "atLeast", "-0.9", minimumEvents=31),
    criterion("exact-at-sites", "prevalence", "everySite", "lower", "atLeast", "0.2", interval="exact"),
    criterion("exact-over-the-pool", "prevalence", "pooledRows", "upper", "atMost", "0.31", interval="exact"),
    criterion("exact-on-effective-trials", "sensitivity", "worstSite", "lower", "atLeast", "0.4", "0.4", interval="exact"),
    criterion("labels-cap", "specificity", "everySite", "lower", "atLeast", "0.7", "0.4"),
    criterion("labels-cap-the-worst", "specificity", "worstSite", "point", "atLeast", "0.7", "0.4"),
    criterion("labels-hold", "specificity", "everySite", "lower", "atLeast", "0.5", "0.15"),
    criterion("bounds-of-the-withheld", "flagRate", "pooledRows", "upper", "atMost", "0.4", "0.4"),
    criterion("gain", "sensitivityDifference", "everySite", "lower", "atLeast", "0", "0.4"),
    criterion("no-loss", "specificityDifference", "everySite", "lower", "atLeast", "-0.05", "0.4"),
    criterion("no-loss-of-few", "specificityDifference", "everySite", "lower", "atLeast", "-0.05", "0.4", minimumEvents=141),
    criterion("overrides", "overrideRate", "pooledRows", "upper", "atMost", "0.9"),
    criterion("overrides-of-few-alerts", "overrideRate", "everySite", "upper", "atMost", "0.9", minimumEvents=41),
    criterion("described", "f1Score", "everySite", "point", "atLeast", "0.5", "0.4"),
]
STOP = [
    drift("drift-stable", "ward"),
    drift("drift-beyond", "sex", limit="0.1"),
    drift("drift-at-the-worst", "sex", "worstSite", limit="0.1"),
    drift("drift-unclear", "sex", limit="0.2"),
    drift("drift-newest", "sex", limit="0.1", window="newest"),
    drift("drift-withheld", "score"),
    drift("drift-listed", "score", **LIST),
    drift("drift-of-few-rows", "ward", minimumEvents=101),
    cusum("cusum-below", "4.5"),
    cusum("cusum-at-the-limit", "3.25"),
    cusum("cusum-above", "3", scope="worstSite"),
    cusum("cusum-newest", "3", window="newest"),
    cusum("cusum-of-few-events", "4.5", minimumEvents=61),
]


# The matrix: 100 rows of each month at each site, 30 events among them; 60 rows of women, 40 of men.

def labels(low, high, trials):
    def extreme(share):
        lower, upper = wilson(share * trials, trials)
        return {"value": written(share), "lower": written(lower), "upper": written(upper)}

    return {"lowest": extreme(low), "highest": extreme(high)}


def measures(site, estimand="site", times=1):
    worse = 0.5 if site == "beta" else 0.82
    prevalence = {"alpha": 60, "beta": 52, "gamma": 61}.get(site, 173)
    values = [
        proportion("prevalence", prevalence, 200 * times, estimand=estimand),
        proportion("sensitivity", 36 * times, 60 * times, "0.4", estimand, effect="1.5"),
        proportion("specificity", 112 * times, 140 * times, "0.4", estimand, missingLabels=labels(worse, 0.85, 160 * times)),
        proportion("specificity", 84 * times, 140 * times, "0.15", estimand, missingLabels=labels(0.58, 0.62, 160 * times)),
        proportion("flagRate", 70 * times, 200 * times, "0.4", estimand,
                   **({"withheldBounds": {"lower": written(0.3), "upper": written(0.5)}} if estimand == "pooledRows" else {})),
        number("sensitivityDifference", 0.1, 0.0, 0.2, "0.4", estimand),
        number("specificityDifference", 0.0, -0.06 if site == "gamma" else -0.04, 0.04, "0.4", estimand),
        number("f1Score", 0.55, threshold="0.4", estimand=estimand),
        proportion("overrideRate", 30 * times, 40 * times, estimand=estimand),
    ]
    return values


def site_rows(site):
    rows = []
    for window, count in [("january", 1), ("february", 1), ("all", 2)]:
        windows = MONTHS if window == "all" else [window]
        rows.append(row(window, windows, 100 * count, 30 * count, measures(site) if window == "all" else (),
                        unlabelled=None if site == "gamma" else 10 * count))
        for attribute, first, second in [("sex", "female", "male"), ("age", "young", "old")]:
            for level, labelled, events in [(first, 60, 15), (second, 40, 15)]:
                hidden = site == "gamma" and level == "young"
                rows.append(row(window, [] if hidden else windows, 0 if hidden else labelled * count,
                                0 if hidden else events * count, slice=(attribute, level),
                                withheld=windows if hidden else ()))
            rows.append(row(window, [], 0, 0, slice=(attribute, "missing")))
    return rows


def pooled_rows():
    rows = []
    for window, count in [("january", 3), ("february", 3), ("all", 6)]:
        rows.append(row(window, SITES, 100 * count, 30 * count, measures("", "pooledRows", 3) if window == "all" else (),
                        unlabelled=None))
        for attribute, first, second in [("sex", "female", "male"), ("age", "young", "old")]:
            for level, labelled, events in [(first, 60, 15), (second, 40, 15)]:
                rows.append(row(window, SITES, labelled * count, events * count, slice=(attribute, level)))
            rows.append(row(window, [], 0, 0, slice=(attribute, "missing")))
    return rows


def gap_row(slice, metric, difference, lower, upper, estimand="site"):
    entry = {"window": "all", **slice, "metric": metric, "estimand": estimand}
    if slice is WOMEN:
        entry["against"] = "male"
    if metric == "sensitivity":
        entry["threshold"] = "0.4"
    if difference is None:
        return entry | {"status": "withheld"}
    return entry | {"status": "estimated", "difference": written(difference), "lower": written(lower),
                    "upper": written(upper), "method": "made-up/v1"}


def site_gaps(site):
    shift = {"alpha": 0.0, "beta": -0.05, "gamma": 0.05}.get(site, 0.0)
    hidden = site == "gamma"
    return [
        gap_row(WOMEN, "sensitivity", -0.05 + shift, -0.25 + shift, 0.15 + shift),
        gap_row(WOMEN, "observedExpectedRatio", 0.25 + shift, -0.1, 0.6),
        gap_row(YOUNG, "sensitivity", None if hidden else 0.1, -0.1, 0.3),
    ]


def pooled_gaps():
    return [
        gap_row(WOMEN, "sensitivity", -0.05, -0.15, 0.05, "pooledRows"),
        gap_row(WOMEN, "sensitivity", -0.06, -0.16, 0.04, "withinSite"),
    ]


def drift_row(window, profile, index, upper, chance, rows=100):
    return {"window": window, "profile": profile, "status": "estimated", "rows": rows, "cells": 3,
            "stabilityIndex": written(index), "noise": written(0.05, 8), "klDivergence": written(0.1),
            "jsDivergence": written(0.1),
            "assessment": {"pValue": written(chance), "upperLimit": written(upper, 8), "verdict": "underpowered"}}


def site_drift(site):
    rows = []
    for window in MONTHS:
        rows.append({"window": window, "profile": "score", "status": "withheld"} if (site, window) == ("beta", "january")
                    else drift_row(window, "score", 0.02, 0.1, 0.8))
        # 3 profiles share the error: 0.05 / 3 is between these two.
        rows.append(drift_row(window, "sex", 0.15, 0.3, "0.016666666666") if (site, window) == ("alpha", "january")
                    else drift_row(window, "sex", 0.12, 0.22, "0.016666666667") if (site, window) == ("beta", "february")
                    else drift_row(window, "sex", 0.01, 0.1, 0.9))
        rows.append(drift_row(window, "ward", 0.02, 0.25, 0.5))
    return rows


def site_cusum(site):
    path = {"alpha": (1.5, 3.25), "beta": (3.125, 0.0), "gamma": (0.0, 0.0)}.get(site, (9.0, 9.0))
    return [{"window": window, "status": "counted", "increment": written(0), "value": written(value),
             "signals": value > 4.5} for window, value in zip(MONTHS, path)]


# The judge, by the page.

GRAVITY = ["pass", "inconclusive", "notEvaluable", "fail"]


def gravest(verdicts):
    return max(verdicts, key=GRAVITY.index, default="pass")


def compare(item, value, lower, upper):
    limit = Decimal(item["limit"])
    if item["bound"] == "point":
        good = Decimal(value) >= limit if item["comparison"] == "atLeast" else Decimal(value) <= limit
        return "pass" if good else "fail"
    if lower is None or upper is None:
        return "notEvaluable"
    if item["bound"] == "lower":
        return "pass" if Decimal(lower) >= limit else "fail" if Decimal(upper) < limit else "inconclusive"
    return "pass" if Decimal(upper) <= limit else "fail" if Decimal(lower) > limit else "inconclusive"


def lower_tail(x, a, b):
    """The regularised incomplete beta function by its power series."""
    if x <= 0:
        return 0.0
    term = total = 1.0
    place = 0
    while term > total * 1e-18:
        term *= (a + b + place) / (a + 1 + place) * x
        total += term
        place += 1
    logarithm = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(logarithm) / a * total


def clopper_pearson(successes, trials):
    failures = trials - successes

    def solve(a, b):
        """Where the lower tail is 2.5 %."""
        low, high = 0.0, a / (a + b)
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if lower_tail(middle, a, b) < 0.025 else (low, middle)
        return low

    return (solve(successes, failures + 1) if successes else 0.0,
            1 - solve(failures, successes + 1) if failures else 1.0)


def bounds(item, measure):
    if item.get("interval") != "exact":
        return measure.get("lower"), measure.get("upper")
    effect = float(measure.get("designEffect", 1))
    lower, upper = clopper_pearson(measure["successes"] / effect, measure["trials"] / effect)
    return written(lower), written(upper)


def events(item, labelled, count, measure):
    """What minimumEvents counts."""
    metric = item["metric"]
    if metric in ("overrideRate", "acknowledgedInTarget", "alertRate"):
        return measure["trials"]
    if metric in ("sensitivity", "sensitivityDifference"):
        return count
    return labelled - count if metric in ("specificity", "specificityDifference") else min(count, labelled - count)


def entry(item, slice, verdict, value, lower, upper, site=None, window=None):
    found = {"attribute": slice[0], "level": slice[1], "verdict": verdict, "value": value}
    found |= {"lower": lower} if lower else {}
    found |= {"upper": upper} if upper else {}
    found |= {"site": site} if site else {}
    return found | ({"window": window} if window else {})


class Judge:
    def __init__(self, document, matrix):
        self.document, self.matrix = document, matrix
        self.profiles = len(document["drift"]["profiles"])

    def row(self, site, window, slice):
        return next(row for row in self.matrix[site]["rows"]
                    if (row["window"], row["attribute"], row["level"]) == (window, *slice))

    def slices(self, item):
        selector = item["slice"]
        if selector["attribute"] == "overall":
            return [("overall", "all")]
        if "level" in selector:
            return [(selector["attribute"], selector["level"])]
        attribute = next(one for one in self.document["slices"] if one["attribute"] == selector["attribute"])
        levels = [level["level"] for level in attribute["levels"]]
        reference = attribute.get("reference") if item.get("contrast") else None
        return [(attribute["attribute"], level) for level in levels if level != reference]

    def place(self, item, part, slice, estimand):
        """(number, its events) of one place, or nothing."""
        row = self.row(part, "all", slice)
        if item.get("contrast"):
            found = next((gap for gap in self.matrix[part]["gaps"]
                          if (gap["attribute"], gap["level"]) == slice and gap["metric"] == item["metric"]
                          and gap["estimand"] == estimand), None)
            if found is None or found["status"] != "estimated":
                return None
            reference = next(one for one in self.document["slices"] if one["attribute"] == slice[0]).get("reference")
            other = self.row(part, "all", (slice[0], reference) if reference else ("overall", "all"))
            less = row if not reference else {"labelled": 0, "events": 0}
            count = min(events(item, row["labelled"], row["events"], None),
                        events(item, other["labelled"] - less["labelled"], other["events"] - less["events"], None))
            return {"value": found["difference"], "lower": found["lower"], "upper": found["upper"]}, count
        found = next(measure for measure in row["measures"] if measure["metric"] == item["metric"]
                     and measure.get("threshold") == item.get("threshold") and measure["estimand"] == estimand)
        return found, events(item, row["labelled"], row["events"], found)

    def finding(self, item, slice, measure, site=None):
        lower, upper = bounds(item, measure)
        verdict = compare(item, measure["value"], lower, upper)
        if "missingLabels" in measure and verdict == "pass":
            ends = [compare(item, end["value"], end["lower"], end["upper"])
                    for end in (measure["missingLabels"]["lowest"], measure["missingLabels"]["highest"])]
            if ends[0] != ends[1]:
                verdict = "inconclusive"
        return entry(item, slice, verdict, measure["value"], lower, upper, site)

    def worst(self, item, findings):
        key = {"point": "value"}.get(item["bound"], item["bound"])
        pick = min if item["comparison"] == "atLeast" else max
        found = pick(findings, key=lambda one: Decimal(one[key]))
        capped = [one for one in findings if one["verdict"] != "pass"]
        return capped[0] if found["verdict"] == "pass" and capped else found

    def numbers(self, item, slice):
        """(findings, evaluable sites, whether something blocks)."""
        own = {site: self.place(item, site, slice, "site") for site in SITES}
        if item["scope"] in ("everySite", "worstSite"):
            good = [site for site in SITES if own[site] and own[site][1] >= item["minimumEvents"]]
            findings = [self.finding(item, slice, own[site][0], site) for site in good]
            if item["scope"] == "worstSite" and findings:
                findings = [self.worst(item, findings)]
            return findings, good, len(good) < len(SITES)
        pool = self.place(item, "pooled", slice, item["scope"])
        good = [site for site in SITES if own[site]]
        if pool is None or pool[1] < item["minimumEvents"]:
            return [{"attribute": slice[0], "level": slice[1], "verdict": "notEvaluable"}], good, True
        return [self.finding(item, slice, pool[0])], good, len(good) < len(SITES)

    def drift(self, item):
        windows = MONTHS[-1:] if item.get("window") else MONTHS
        findings, good, blocked = [], set(), False
        for site in SITES:
            for window in windows:
                row = next(row for row in self.matrix[site]["drift"]
                           if (row["window"], row["profile"]) == (window, item["profile"]))
                if row["status"] != "estimated" or row["rows"] < item["minimumEvents"]:
                    blocked = True
                    continue
                upper, limit = row["assessment"]["upperLimit"], Decimal(item["limit"])
                if Decimal(upper) <= limit:
                    verdict = "pass"
                elif Decimal(row["stabilityIndex"]) > limit \
                        and Decimal(row["assessment"]["pValue"]) * self.profiles < Decimal("0.05"):
                    verdict = "fail"
                else:
                    verdict = "inconclusive"
                good.add(site)
                findings.append(entry(item, ("overall", "all"), verdict, row["stabilityIndex"], None, upper, site, window))
        if item["scope"] == "worstSite":
            findings = [max(findings, key=lambda one: (GRAVITY.index(one["verdict"]), Decimal(one["upper"])))]
        return findings, good, blocked

    def cusum(self, item):
        findings, good = [], set()
        for site in SITES:
            rows = [self.row(site, window, ("overall", "all")) for window in MONTHS]
            counts = sum(row["events"] for row in rows), sum(row["labelled"] - row["events"] for row in rows)
            if min(counts) < item["minimumEvents"]:
                continue
            top = max(self.matrix[site]["cusum"], key=lambda row: Decimal(row["value"]))
            good.add(site)
            findings.append(entry(item, ("overall", "all"), compare(item, top["value"], None, None), top["value"], None,
                                  None, site, top["window"]))
        if item["scope"] == "worstSite":
            findings = [max(findings, key=lambda one: Decimal(one["value"]))]
        return findings, good, len(good) < len(SITES)

    def outcome(self, item):
        verdicts, findings = [], []
        for slice in self.slices(item):
            special = {"stabilityIndex": self.drift, "cusum": self.cusum}.get(item["metric"])
            found, good, blocked = special(item) if special else self.numbers(item, slice)
            verdict = gravest(one["verdict"] for one in found) if found else "notEvaluable"
            short = len(good) < item["coverage"]["minimumSites"]
            # All sites have as many rows.
            short = short or len(good) / len(SITES) < float(item["coverage"]["minimumRowShare"])
            if verdict != "fail" and (short or blocked and item["coverage"]["whenWithheld"] == "block"):
                verdict = "notEvaluable"
            verdicts.append(verdict)
            findings += found
        return {"criterion": item["id"], "verdict": gravest(verdicts), "findings": findings}


def files():
    document = protocol(
        "criteria-vectors", GO, STOP,
        baseline={"name": "old score", "column": "old", "thresholds": ["1", "2"]},
        analysis={"cusum": {"oddsRatio": "2", "limit": "4.5", "runLength": 100}},
        operations={"alert": {"column": "alert", "values": ["1"]}, "override": {"column": "answer", "values": ["no"]}})
    content = canonical(document)
    matrix = {"pooled": pooled_file(digest(content), pooled_rows(), pooled_gaps())}
    for site in SITES + ["home"]:
        matrix[site] = site_file(digest(content), site, site_rows(site), site_gaps(site), site_drift(site),
                                 site_cusum(site))
    yield "protocol.json", content
    for name, part in matrix.items():
        yield f"matrix/{name if name == 'pooled' else f'sites/{name}'}.json", canonical(part)
    judge = Judge(document, matrix)
    outcomes = [judge.outcome(item) for item in GO + STOP]
    yield "expected.json", (json.dumps(outcomes, indent=1) + "\n").encode()


if __name__ == "__main__":
    stale = write(HERE, files(), "--check" in sys.argv[1:])
    if stale:
        sys.exit("differ: " + ", ".join(stale))
