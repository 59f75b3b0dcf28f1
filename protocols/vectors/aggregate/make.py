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
    return study, cell, rows, excluded


def one_event():
    """A window that is withheld for its one event, while a histogram shows all of its rows."""
    study = protocol(["0.5"], [], [], [1], 0, [2], False, 3)
    rows = [
        {"patient": i, "window": 0, "class": "negative" if i else "positive", "score": i / 20, "levels": [0],
         "cells": [i % 2]}
        for i in range(20)]
    return study, 3, rows, {}


def change(document, path, value):
    document = copy.deepcopy(document)
    place = document
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
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
    fit = {name: "1.00000000" for name in (
        "calibrationInTheLarge", "calibrationInTheLargeError", "intercept", "slope", "interceptVariance",
        "covariance", "slopeVariance")}
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


def finding(documents, condition):
    """The number of the first accepted document for which something holds of its first window."""
    return next(n for n, document in documents.items() if condition(document["windows"][0]))


def other_rejects(documents):
    """Rejections that need another document than the first: name: (number, document, words)."""
    empty = finding(documents, lambda w: w["overall"] == {"status": "empty"} and w["attributes"])
    nobody = finding(documents, lambda w: w["overall"] == {"status": "empty"} and w["histograms"]["columns"])
    hidden = finding(documents, lambda w: w["overall"] == {"status": "withheld"} and w["histograms"]["columns"])
    levels = ("windows", 0, "attributes", 0, "levels", 0)
    cells = ("windows", 0, "histograms", "columns", 0, "cells")

    def one_cell(rows):
        size = {n: len(case(n)[0]["drift"]["profiles"][0]["counts"]) for n in (nobody, hidden)}
        return lambda n: [{"first": 0, "last": size[n] - 1, "rows": rows}]

    return {
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


def files():
    documents = {}
    for number in range(1, 42):
        study, cell, rows, excluded = one_event() if number == 41 else case(number)
        documents[number] = Study(study, cell, rows, excluded).aggregate("synthetic", LOWERING)
        compact = [
            [r["patient"], r["window"], r["class"], repr(r["score"]), r["levels"], r["cells"]] for r in rows]
        yield f"input/{number:02}.json", canonical(
            {"protocol": study, "minimumCell": cell, "rows": compact, "excluded": excluded})
        yield f"accept/{number:02}.json", canonical(documents[number])
    made = {name: (1, *entry) for name, entry in rejects(documents[1]).items()} | other_rejects(documents)
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
