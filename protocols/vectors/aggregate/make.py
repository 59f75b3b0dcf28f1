#!/usr/bin/env python3
"""Makes the vectors of the aggregate: input/, accept/, reject/ and reject/expected.json.

    python3 make.py            write them beside this file
    python3 make.py --check    exit 1 when a file on disk differs from what would be written

input/N.json holds a protocol, rows as a site would see them after scoring, and the site's minimum cell;
accept/N.json is what the site releases of them, byte for byte. A file of reject/ is accept/N.json with one change,
where N is how its name begins; its protocol is that of input/N.json. expected.json holds what the reference reader
says of it.
"""
import copy
import json
import pathlib
import random
import sys

import explain
import paired
from release import Study, canonical

HERE = pathlib.Path(__file__).parent
DIGEST = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
LOWERING = {"person": "someone", "reason": "a test"}


def protocol(thresholds, calibration, fine, attributes, windows, columns, patients, cell):
    data = {
        "features": [{"column": f"x{i}", "type": "category"} for i in range(len(columns))],
        "maximumUnreadableShare": "0.1",
    }
    if patients:
        data["patientColumn"] = "patient"
    return {
        "format": "urn:equipoise:protocol:v1", "id": "vector", "version": 1,
        "study": {"title": "Vector", "intendedUse": "a test", "targetPopulation": "nobody", "riskCategory": "low",
                  "owner": "nobody", "responsibilities": []},
        "model": {"id": "model", "version": "1", "kind": "recordedScore", "artifact": DIGEST, "output": "risk",
                  "scorePrecision": {"kind": "binary64"},
                  "thresholds": [{"value": t, "action": "act"} for t in thresholds]},
        "data": data,
        "cohort": {"description": "all", "rules": [{"kind": "notEmpty", "column": "row"}]},
        "label": {"description": "event", "column": "label", "positive": ["1"], "negative": ["0"],
                  "outcomeWindow": "none", "adjudication": "none"},
        "slices": [
            {"attribute": f"a{i}", "column": f"a{i}", "levels": [
                {"level": f"l{j}", "label": f"l{j}", "codes": [str(j)]} for j in range(levels)]}
            for i, levels in enumerate(attributes)
        ],
        "windows": {"kind": "undated"} if windows == 0 else {
            "kind": "dated", "column": "time", "list": [
                {"id": f"w{i}", "start": f"20{10 + i}-01-01T00:00:00Z", "end": f"20{11 + i}-01-01T00:00:00Z"}
                for i in range(windows)]},
        "grid": {"calibrationEdges": calibration, "fineEdges": fine},
        "drift": {"reference": "none", "profiles": [
            {"of": "column", "id": f"x{i}", "levels": [str(c) for c in range(cells)], "counts": [1] * (cells + 2)}
            for i, cells in enumerate(columns)]},
        "disclosure": {"minimumCell": cell, "minimumFitEvents": 1000},
        "sites": [{"id": "here", "name": "Here", "role": "validation"}],
        "phases": [{"phase": "silent", "exposure": "nobody", "goCriteria": [], "stopCriteria": [], "signOffs": [],
                    "minimum": {"sites": 1, "rows": 0, "events": 0, "days": 0}}],
        "fallback": "stop", "evidence": {"validityDays": 365, "regulatory": []},
    }


def with_everything(study, fit_events, override=True, acknowledgement=True):
    """The study with a CUSUM, operations and, where there are two attributes, an intersection."""
    study["disclosure"]["minimumFitEvents"] = fit_events
    if study["windows"]["kind"] == "undated":  # a CUSUM runs over windows in order of time
        study["windows"] = {"kind": "dated", "column": "time", "list": [
            {"id": "w0", "start": "2010-01-01T00:00:00Z", "end": "2011-01-01T00:00:00Z"}]}
    study["analysis"] = {"cusum": {"oddsRatio": "2", "limit": "4.5", "runLength": 100}}
    study["operations"] = {"alert": {"column": "alert", "values": ["1"]}}
    if override:
        study["operations"]["override"] = {"column": "override", "values": ["1"]}
    if acknowledgement:
        study["operations"]["acknowledgement"] = {
            "column": "acknowledged", "unit": "minutes", "edges": ["5", "30"], "target": "30"}
    if len(study["slices"]) > 1:
        study["intersections"] = [{"id": "both", "levels": [
            {"attribute": "a0", "level": "l0"}, {"attribute": "a1", "level": "l0"}]}]
    return study


def case(seed):
    """A hospital by seed; the first is rich enough for every rejection."""
    draw = random.Random(seed)
    first = seed == 1
    cell = 3 if first else draw.choice([2, 3, 5, 11])
    shape = dict(
        thresholds=["0.5"] if first else draw.choice([["0.5"], ["0.3", "0.5"], ["0.2", "0.4", "0.9"]]),
        calibration=["0.3", "0.7"] if first else draw.choice([[], ["0.3", "0.7"], ["0.5"]]),
        fine=["0.1"] if first else draw.choice([[], ["0.1", "0.6"], ["0.1", "0.25", "0.6", "0.8"]]),
        attributes=[2, 1] if first else [draw.randint(1, 4) for _ in range(draw.randint(0, 2))],
        windows=0 if first else draw.choice([0, 0, 2]),
        columns=[2] if first else [draw.randint(1, 4) for _ in range(draw.randint(0, 2))],
        patients=first or draw.random() < 0.5, cell=cell)
    study = protocol(**shape)
    size = 700 if first else draw.choice([0, 15, 60, 150, 400])
    people = max(1, size // draw.choice([1, 2, 4]))
    unlabelled, events = (0.2, 0.5) if first else (draw.choice([0, 0.03, 0.3]), draw.choice([0.1, 0.3, 0.5]))
    rows = []
    for _ in range(size):
        name = "unlabelled" if draw.random() < unlabelled else "positive" if draw.random() < events else "negative"
        rows.append({
            "patient": draw.randrange(people), "window": draw.randrange(max(1, shape["windows"])), "class": name,
            "score": draw.randrange(0, 1001) / 1000,
            "levels": [int(draw.random() ** 2 * (levels + (0 if first else 1))) for levels in shape["attributes"]],
            "cells": [draw.randrange(cells + 2) for cells in shape["columns"]],
        })
    excluded = {}
    for reason in ("unreadable", "cohortRule1", "scoreMissing", "scoreInvalid"):
        left = draw.choice([0, 0, 1, 4, 10, 11, 40])
        if left:
            excluded[reason] = [left, draw.randint(1, left) if shape["patients"] else left]
    if first:
        excluded = {"cohortRule1": [40, 20], "scoreMissing": [2, 2], "scoreInvalid": [9, 9]}
    # Rows without a usable score: of these two reasons by patient, window and level too.
    unscored = []
    for reason in ("scoreMissing", "scoreInvalid"):
        left, patients = excluded.pop(reason, (0, 0))
        for number in range(left):
            unscored.append({
                "patient": number % patients, "window": draw.randrange(max(1, shape["windows"])), "reason": reason,
                "levels": [draw.randint(0, levels) for levels in shape["attributes"]]})
    return study, cell, rows, unscored, excluded


def monitored(seed):
    """A hospital with all that a protocol may ask for; the first, number 42, is rich enough for every rejection."""
    draw = random.Random(seed)
    rich = seed == 42
    study, cell, rows, unscored, excluded = case(1 if rich else seed)
    asked = [True, True] if rich else [draw.random() < 0.7, draw.random() < 0.7]
    study = with_everything(study, 100 if rich else draw.choice([cell, 40]), *asked)
    often = 0.4 if rich else draw.choice([0, 0.02, 0.4])
    for row in rows:
        if draw.random() < often:
            row["alert"] = [int(draw.random() < 0.7), draw.choice([0, 0, 0, 1, 3])]
    if rich:
        unscored = [
            {"patient": 1000 + number, "window": 0, "reason": ("scoreMissing", "scoreInvalid")[number % 2],
             "levels": [number // 8 % 2, 0]} for number in range(32)]
    return study, cell, rows, unscored, excluded


def one_event():
    """A window that is withheld for its one event, while a histogram shows all of its rows."""
    study = protocol(["0.5"], [], [], [1], 0, [2], False, 3)
    rows = [
        {"patient": i, "window": 0, "class": "negative" if i else "positive", "score": i / 20, "levels": [0],
         "cells": [i % 2]}
        for i in range(20)]
    return study, 3, rows, [], {}


def change(document, path, value):
    document = copy.deepcopy(document)
    place = document
    for step in path[:-1]:
        place = place[step]
    old = place.get(path[-1]) if isinstance(place, dict) else place[path[-1]]
    place[path[-1]] = value(old) if callable(value) else value
    return document


REMOVE = object()


def rejects(good):
    """name: (document, what the reader says)."""
    window = ("windows", 0)
    overall = (*window, "overall")
    attribute = (*window, "attributes", 0)
    level = (*attribute, "levels", 0)
    missing = (*attribute, "levels", 2)
    histogram = (*window, "histograms")

    def more(by=1):
        return lambda old: str(int(old) + by) if isinstance(old, str) else old + by

    def first(by):
        return lambda old: [old[0] + by, *old[1:]]

    def move(by):
        return lambda old: [old[0] + by, old[1] - by, *old[2:]]

    def to(*path):
        place = good
        for step in path:
            place = place[step]
        return place

    made = {}

    def add(name, words, *changes):
        document = good
        for path, value in changes:
            document = change(document, path, value)
        made[name] = (document, words)

    add("another-format", "this reader does not know that format", (("format",), "urn:equipoise:aggregate:v2"))
    add("another-protocol", "aggregate cites protocol", (("protocol",), DIGEST))
    add("another-model", "another model or feature definition", (("model",), "sha256:" + "0" * 64))
    add("unknown-site", "which the protocol does not list", (("site",), "elsewhere"))
    add("policy-unexplained", "without a person and a reason",
        (("policy",), lambda old: {k: v for k, v in old.items() if k != "lowering"}))
    add("policy-clinical", "not allowed for clinical data", (("policy", "dataClass"), "clinical"))
    add("policy-below-the-protocol", "is not what the protocol and the stated minimum cell give",
        (("policy", "minimumCell"), 2))
    add("policy-rows", "is not what the protocol and the stated minimum cell give", (("policy", "counts"), "rows"))
    add("policy-fit-floor", "is not what the protocol and the stated minimum cell give",
        (("policy", "minimumFitEvents"), 999))
    add("window-missing", "has 0 entries where the protocol asks for 1", (("windows",), []))
    add("window-renamed", "is not the window undated", ((*window, "window"), "w0"))
    add("attribute-missing", "has 1 entries where the protocol asks for 2", ((*window, "attributes"), lambda old: old[:1]))
    add("level-missing", "has 2 entries where the protocol asks for 3", ((*attribute, "levels"), lambda old: old[:2]))
    add("edge-not-in-the-grid", "0.31 is not an edge of the protocol's grid",
        ((*overall, "edges"), lambda old: [e if e != "0.3" else "0.31" for e in old]))
    add("edges-do-not-reach-one", "does not reach from 0 to 1",
        ((*overall, "edges"), lambda old: old[:-1]))
    add("count-missing", "entries where the protocol asks for", ((*overall, "positive"), lambda old: old[1:]))
    add("count-negative", "an integer outside 0 to", ((*overall, "positive"), lambda old: [-1, *old[1:]]))
    add("withheld-with-a-hint", "unknown key rows",
        ((*missing,), {"status": "withheld", "rows": 2}))
    add("count-below-the-minimum", "a count is below the minimum cell",
        ((*overall, "positive"), lambda old: [2, old[0] + old[1] - 2, *old[2:]]))
    add("unlabelled-below-the-minimum", "an unlabelled count is below the minimum cell",
        ((*overall, "unlabelled"), lambda old: [2, old[0] + old[1] - 2, *old[2:]]))
    add("sum-too-large", "a score sum does not fit its bin",
        ((*overall, "bins", 0, "positiveSum"), more(10**13)), ((*overall, "powers", "positive", "first"), more(10**13)))
    add("squares-above-the-sum", "a sum of squares is larger than its sum",
        ((*overall, "bins", 0, "positiveSquares"), more(10**13)), ((*overall, "powers", "positive", "second"), more(10**13)))
    add("bins-and-powers-differ", "score sums of the bins do not add up to the power sums",
        ((*overall, "powers", "positive", "first"), more()))
    add("powers-rise", "power sums do not fall", ((*overall, "powers", "negative", "high", "fourth"), more(10**15)))
    add("high-powers-of-few", "high power sums stand below their floor",
        ((*window, "attributes", 0, "levels", 1, "powers", "positive", "high"), {"third": "0", "fourth": "0"}))
    add("ranks-of-other-rows", "rank integers are of another number of rows", ((*overall, "ranks", "positives"), more()))
    add("ranks-disagree", "rank sums contradict each other", ((*overall, "ranks", "positiveSum"), more()))
    add("squared-ranks-too-small", "sums of squared ranks are impossible", ((*overall, "ranks", "positiveSquares"), "0"))
    add("squared-ranks-too-large", "sums of squared ranks are impossible", ((*overall, "ranks", "negativeSquares"), more(10**12)))
    pairs = to(*overall, "ranks", "positives") * to(*overall, "ranks", "negatives")
    add("ranks-against-the-intervals", "rank sums contradict the score intervals",
        ((*overall, "ranks", "positiveSum"), str(2 * pairs)), ((*overall, "ranks", "negativeSum"), str(2 * pairs)),
        ((*overall, "ranks", "positiveSquares"), str(4 * pairs * to(*overall, "ranks", "negatives"))),
        ((*overall, "ranks", "negativeSquares"), str(4 * pairs * to(*overall, "ranks", "positives"))))
    fit = {"calibrationInTheLarge": "1.00000000", "intercept": "1.00000000", "slope": "1.00000000"} | {
        name: "1.000000000000" for name in (
            "calibrationInTheLargeError", "interceptVariance", "covariance", "slopeVariance")}
    add("fit-of-few-events", "a calibration fit stands below its minimum", ((*overall, "fit"), fit))
    add("fit-decimals", "fit.slope", ((*overall, "fit"), {**fit, "slope": "1.0"}))
    add("clusters-missing", "patient sums do not stand for each released threshold", ((*overall, "clusters"), []))
    add("clusters-twice", "patient sums do not stand for each released threshold",
        ((*overall, "clusters"), lambda old: [*old, old[0]]))
    add("clusters-out-of-order", "patient sums do not stand for each released threshold",
        ((*overall, "clusters"), lambda old: [old[1], old[0], *old[2:]]))
    add("clusters-of-other-counts", "patient sums do not agree with the counts",
        ((*overall, "clusters", 0, "successes"), more()))
    add("clusters-impossible", "patient sums are impossible", ((*overall, "clusters", 0, "squaredSuccesses"), 0))
    add("clusters-of-few-patients", "patients are below the minimum cell", ((*overall, "clusters", 0, "patients"), 2))
    add("attribute-on-finer-edges", "is not on a coarsening of the overall partition", *finer(good))
    add("attribute-without-edges", "has counts but the attribute has no edges",
        (attribute, lambda old: {k: v for k, v in old.items() if k != "edges"}))
    add("edges-without-counts", "has edges but no counts",
        ((*attribute, "levels"), [{"status": "withheld"}, {"status": "withheld"}, {"status": "empty"}]))
    add("all-levels-empty", "its levels do not hold the rows of overall",
        ((*attribute, "levels"), [{"status": "empty"}] * 3),
        (attribute, lambda old: {k: v for k, v in old.items() if k != "edges"}))
    add("levels-do-not-add-up", "counts of the levels do not add up to overall",
        ((*level, "positive"), move(3)))
    add("level-sums-do-not-add-up", "score sums of the levels do not agree with overall",
        ((*level, "bins", 0, "positiveSum"), more(5)), ((*level, "powers", "positive", "first"), more(5)))
    add("left-over-below-the-minimum", "counts that are left over are below the minimum cell",
        ((*window, "attributes", 1, "levels", 1), {"status": "withheld"}))
    second = to(*level, "powers", "positive", "second")
    add("high-powers-leave-few", "third and fourth power sums leave too few rows over",
        ((*level, "powers", "positive", "high"), {"third": second, "fourth": second}))
    add("unlabelled-nobody-in-a-level", "unlabelled counts of the levels do not agree with overall",
        ((*level, "unlabelled"), lambda old: [0] * len(old)),
        ((*attribute, "levels", 1), {"status": "withheld"}))
    add("unlabelled-of-some-levels", "unlabelled counts are released for some levels only",
        ((*level, "unlabelled"), {"status": "withheld"}))
    add("unlabelled-levels-do-not-add-up", "unlabelled counts of the levels do not agree with overall",
        ((*level, "unlabelled"), first(1)))
    add("histogram-below-the-minimum", "a cell is below the minimum cell", ((*histogram, "columns", 0, "cells"), lambda old: [
        {**old[0], "rows": 2}, {**old[1], "rows": old[1]["rows"] + old[0]["rows"] - 2}, *old[2:]]))
    add("histogram-does-not-add-up", "does not add up to overall", ((*histogram, "columns", 0, "cells", 0, "rows"), more()))
    add("histogram-gap", "an integer outside 1 to 1",
        ((*histogram, "columns", 0, "cells"), lambda old: [old[0], *old[2:]]))
    add("histogram-short", "does not cover all 4 cells", ((*histogram, "columns", 0, "cells"), lambda old: old[:-1]))
    add("histogram-counts-others", "counts rows without a label otherwise than overall shows them",
        ((*histogram, "rows"), "labelled"))
    add("flow-below-the-minimum", "is released below the minimum cell", (("flow", "excluded", 2, "rows"), 2))
    add("flow-does-not-add-up", "rows read do not agree with rows excluded and evaluated", (("flow", "read"), more(-9)))
    add("count-overflows", "an integer outside 0 to", ((*overall, "positive"), first(10**12)))
    add("more-rows-than-a-site-can-count", "more labelled rows than a site can count",
        ((*overall, "positive"), first(3 * 10**9)))
    add("sum-negative", "is not a possible sum", ((*overall, "powers", "positive", "first"), "-1"))
    add("sum-overflows", "is not a possible sum", ((*overall, "powers", "positive", "first"), str(2**100 + 1)))
    low = to(*overall, "bins", 0)

    def squares(value):
        """The first bin's positive squares and their total."""
        by = value - int(low["positiveSquares"])
        return (((*overall, "bins", 0, "positiveSquares"), more(by)), ((*overall, "powers", "positive", "second"), more(by)))

    add("squares-too-small", "a sum of squares is too small for its sum", *squares(0))
    add("squares-too-large-for-the-bin", "a sum of squares is too large for its bin", *squares(int(low["positiveSum"])))
    add("powers-of-no-scores", "power sums are of no scores",
        ((*overall, "powers", "negative", "high"), {"third": "0", "fourth": "0"}))
    ranks = to(*overall, "ranks")
    add("squared-ranks-against-the-intervals", "sums of squared ranks contradict the score intervals",
        ((*overall, "ranks", "positiveSquares"), str(2 * ranks["negatives"] * int(ranks["positiveSum"]))))
    add("squared-ranks-of-the-others-against-the-intervals", "sums of squared ranks contradict the score intervals",
        ((*overall, "ranks", "negativeSquares"), str(2 * ranks["positives"] * int(ranks["negativeSum"]))))
    add("patients-below-the-minimum", "patients are below the minimum cell", ((*overall, "patients"), 2))
    add("patients-above-the-rows", "patients do not agree with the labelled rows",
        ((*overall, "patients"), sum(to(*overall, "positive") + to(*overall, "negative")) + 1))
    add("patients-against-the-patient-sums", "patients do not agree with the patient sums",
        ((*overall, "patients"), more(-1)))
    add("average-precision-of-few-events", "average precision stands below its minimum",
        ((*overall, "averagePrecision"), "0.500000000000"))
    add("cusum-nobody-asked-for", "unknown key cusum", ((*window, "cusum"), "0"))
    add("operations-nobody-asked-for", "unknown key operations", ((*window, "operations"), {"status": "withheld"}))
    add("unscored-levels-beside-a-withheld-window", "a level's stand where the window's are withheld",
        ((*attribute, "unscored"), [{"missing": 0, "invalid": 0}] * 3))
    add("flow-reason-renamed", "is not the reason unreadable", (("flow", "excluded", 0, "reason"), "illegible"))
    return made


def finer(good):
    """The attribute on an edge that overall has merged away: overall loses 0.1 but the attribute keeps it."""
    overall = good["windows"][0]["overall"]
    at = overall["edges"].index("0.1")
    path = ("windows", 0, "overall")

    def joined(old):
        return [*old[:at - 1], old[at - 1] + old[at], *old[at + 1:]]

    return [
        ((*path, "edges"), [e for e in overall["edges"] if e != "0.1"]),
        *(((*path, name), joined) for name in ("positive", "negative", "unlabelled")),
    ]


def monitored_rejects(good):
    """Rejections of document 42, whose protocol asks for everything: name: (document, words)."""
    window = ("windows", 0)
    overall = (*window, "overall")
    operations = (*window, "operations")
    levels = (*window, "attributes", 0, "unscored")
    made = {}

    def add(name, words, *changes):
        document = good
        for path, value in changes:
            document = change(document, path, value)
        made[name] = (document, words)

    def without(key):
        return lambda old: {k: v for k, v in old.items() if k != key}

    def joined(old, rows):
        """The first run with so many rows, the rest of it in the second."""
        return [{**old[0], "rows": rows}, {**old[1], "rows": old[0]["rows"] + old[1]["rows"] - rows}, *old[2:]]

    add("average-precision-against-the-intervals", "average precision contradicts the score intervals",
        ((*overall, "averagePrecision"), "1.000000000000"))
    add("average-precision-decimals", "averagePrecision", ((*overall, "averagePrecision"), "0.5"))
    add("average-precision-of-a-constant-score", "is not evaluable for another reason than tooFewEvents",
        ((*overall, "averagePrecision"), {"status": "notEvaluable", "reason": "constantScore"}))
    add("fit-variance-negative", "a variance is negative", ((*overall, "fit", "slopeVariance"), "-0.000000000001"))
    add("fit-covariance-too-large", "covariance matrix is not positive semidefinite",
        ((*overall, "fit", "covariance"), "-1.000000000000"))
    add("fit-variance-decimals", "fit.slopeVariance", ((*overall, "fit", "slopeVariance"), "0.00000001"))
    add("cusum-missing", "key cusum is missing", (window, without("cusum")))
    add("cusum-against-the-intervals", "does not fit the score intervals",
        ((*window, "cusum"), lambda old: str(2 * int(old))))
    add("operations-missing", "key operations is missing", (window, without("operations")))
    add("operations-without-responses", "key responses is missing", (operations, without("responses")))
    add("operations-below-the-minimum", "rows with or without an alert are below the minimum cell",
        (operations, lambda old: {**old, "alerts": old["alerts"] + old["spared"] - 2, "spared": 2}))
    add("operations-do-not-add-up", "alerts and spared rows do not add up to the rows shown",
        ((*operations, "spared"), lambda old: old + 1))
    add("operations-run-below-the-minimum", "a run is below the minimum cell",
        ((*operations, "acknowledgement"), lambda old: joined(old, 2)))
    add("operations-runs-do-not-add-up", "runs do not add up to the alerts",
        ((*operations, "responses", 0, "rows"), lambda old: old + 1))
    add("operations-runs-short", "does not cover all 4 cells", ((*operations, "acknowledgement"), lambda old: old[:-1]))
    add("intersection-missing", "has 0 entries where the protocol asks for 1", ((*window, "intersections"), []))
    add("intersection-renamed", "is not the intersection both", ((*window, "intersections", 0, "intersection"), "other"))
    add("intersection-empty", "is not withheld", ((*window, "intersections", 0, "status"), "empty"))
    add("intersection-with-counts", "unknown key positive", ((*window, "intersections", 0, "positive"), [20]))
    add("unscored-do-not-add-up", "do not add up to scoreMissing in the flow",
        ((*window, "unscored", "missing"), lambda old: old + 1))
    add("unscored-reason-withheld", "do not add up to scoreInvalid in the flow",
        (("flow", "excluded", -1, "rows"), {"status": "withheld"}))
    add("unscored-levels-do-not-add-up", "levels do not add up to the window",
        ((*levels, 0, "invalid"), lambda old: old + 1))
    add("unscored-level-below-the-minimum", "rows without a score: a count is below the minimum cell",
        (levels, lambda old: [{**old[0], "missing": 2}, {**old[1], "missing": old[1]["missing"] + old[0]["missing"] - 2}, old[2]]))
    add("unscored-level-missing", "has 2 entries where the protocol asks for 3", (levels, lambda old: old[:2]))
    return made


def finding(documents, condition):
    """The number of the first accepted document for which something holds of its first window."""
    return next(n for n, document in documents.items() if condition(document["windows"][0]))


def other_rejects(documents):
    """Rejections that need another document than the first: name: (number, document, words)."""
    empty = finding(documents, lambda w: w["overall"] == {"status": "empty"} and w["attributes"])
    nobody = finding(documents, lambda w: w["overall"] == {"status": "empty"} and w["histograms"]["columns"])
    hidden = finding(documents, lambda w: w["overall"] == {"status": "withheld"} and w["histograms"]["columns"])
    asked = {n: d for n, d in documents.items() if n > 42}
    cusum = ("windows", 0, "cusum")
    silent = finding(asked, lambda w: w["overall"] == {"status": "withheld"})
    vacant = finding(asked, lambda w: w["overall"] == {"status": "empty"})
    few = finding(asked, lambda w: "positive" in w["overall"] and w["cusum"] == {"status": "withheld"})
    shown = next(n for n, d in documents.items() if len(d["windows"]) > 1 and all("missing" in w["unscored"] for w in d["windows"])
                 and d["windows"][0]["unscored"]["missing"] > 0)
    rows = next(n for n, d in documents.items() if d["policy"]["counts"] == "rows" and "positive" in d["windows"][0]["overall"])
    levels = ("windows", 0, "attributes", 0, "levels", 0)
    cells = ("windows", 0, "histograms", "columns", 0, "cells")

    def one_cell(rows):
        size = {n: len(case(n)[0]["drift"]["profiles"][0]["counts"]) for n in (nobody, hidden)}
        return lambda n: [{"first": 0, "last": size[n] - 1, "rows": rows}]

    def small_sum(document):
        return str(sum(int(document["windows"][0]["overall"]["powers"][c]["first"]) for c in ("positive", "negative")))

    return {
        "cusum-of-a-withheld-window": (
            silent, change(documents[silent], cusum, "1"), "stands where overall is withheld"),
        "cusum-of-an-empty-window": (vacant, change(documents[vacant], cusum, "1"), "is not 0 in an empty window"),
        "cusum-of-few-patients": (few, change(documents[few], cusum, small_sum(documents[few])), "stands below its floor"),
        "operations-of-a-withheld-window": (
            silent, change(documents[silent], ("windows", 0, "operations"), {
                name: value for name, value in {
                    "alerts": 50, "spared": 50, "responses": {"status": "withheld"},
                    "acknowledgement": {"status": "withheld"}}.items()
                if name in ("alerts", "spared")
                or {"responses": "override"}.get(name, name) in hospital(silent)[0]["operations"]}),
            "are released where overall is not"),
        "unscored-of-some-windows": (
            shown, change(documents[shown], ("windows", 0, "unscored"), {"status": "withheld"}),
            "are released for some windows only"),
        "unscored-below-the-minimum": (
            shown, change(change(documents[shown], ("windows", 0, "unscored", "missing"), 1),
                          ("windows", 1, "unscored", "missing"),
                          lambda old: old + documents[shown]["windows"][0]["unscored"]["missing"] - 1),
            "rows without a score: a count is below the minimum cell"),
        "patients-are-not-the-rows": (
            rows, change(documents[rows], ("windows", 0, "overall", "patients"), lambda old: old - 1),
            "patients do not agree with the labelled rows"),
        "level-of-an-empty-window": (
            empty, change(documents[empty], levels, {"status": "withheld"}), "its levels do not hold the rows of overall"),
        "flow-hides-too-few": (
            41, change(documents[41], ("flow", "read"), lambda old: old + 1),
            "rows read do not agree with rows excluded and evaluated"),
        "histogram-of-an-empty-window": (
            nobody, change(documents[nobody], cells, one_cell(50)(nobody)), "counts rows of an empty window"),
        "histogram-says-that-nobody-has-a-label": (
            hidden, change(documents[hidden], cells, one_cell(0)(hidden)), "says that no row of a withheld window has a label"),
    }


def hospital(number):
    if number in explain.NUMBERS:
        study, cell, rows, _ = explain.case(number, protocol)
        return study, cell, rows, [], {}
    if number in paired.NUMBERS:
        study, cell, rows, excluded = paired.case(number, protocol)
        return study, cell, rows, [], excluded
    return one_event() if number == 41 else case(number) if number < 41 else monitored(number)


def files():
    documents = {}
    for number in [*range(1, 61), *paired.NUMBERS, *explain.NUMBERS]:
        study, cell, rows, unscored, excluded = hospital(number)
        explained = explain.case(number, protocol)[3] if number in explain.NUMBERS else []
        documents[number] = Study(study, cell, rows, unscored, excluded, explained).aggregate("synthetic", LOWERING)
        compact = [
            [r["patient"], r["window"], r["class"], repr(r["score"]), r["levels"], r["cells"]]
            + ([r["alert"]] if r.get("alert") else [])
            + (["" if r["baseline"] is None else repr(r["baseline"])] if "baseline" in r else []) for r in rows]
        left = [[r["patient"], r["window"], r["reason"], r["levels"]] for r in unscored]
        document = {"protocol": study, "minimumCell": cell, "rows": compact, "unscored": left, "excluded": excluded}
        if number in explain.NUMBERS:
            document["explained"] = [[place, list(map(repr, parts))] for place, parts in explained]
        yield f"input/{number:02}.json", canonical(document)
        yield f"accept/{number:02}.json", canonical(documents[number])
    made = {name: (1, *entry) for name, entry in rejects(documents[1]).items()}
    made |= {name: (42, *entry) for name, entry in monitored_rejects(documents[42]).items()}
    made |= other_rejects(documents)
    made |= paired.rejects(documents, change)
    made |= explain.rejects(documents, change)
    expected = {}
    for name, (number, document, words) in sorted(made.items()):
        yield f"reject/{number:02}-{name}.json", canonical(document)
        expected[f"{number:02}-{name}.json"] = words
    yield "reject/expected.json", (json.dumps(dict(sorted(expected.items())), indent=1) + "\n").encode()


def main():
    check = "--check" in sys.argv[1:]
    stale = []
    for name, content in files():
        path = HERE / name
        if check:
            if not path.exists() or path.read_bytes() != content:
                stale.append(name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
    if stale:
        sys.exit("differ: " + ", ".join(stale))


if __name__ == "__main__":
    main()
