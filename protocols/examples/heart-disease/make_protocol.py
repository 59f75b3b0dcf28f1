#!/usr/bin/env python3
"""Writes protocol.json, model-card.json and the sites' dataset.json and policy.json in canonical form.

The reference profile is counted from the development site's file with the model beside this script. The
protocol names model and feature definition by digest, so run this again when one of them changes.
"""
import csv
import hashlib
import json
import math
import pathlib

HERE = pathlib.Path(__file__).parent
SITES = [
    ("cleveland", "Cleveland Clinic Foundation", "development"),
    ("budapest", "Hungarian Institute of Cardiology, Budapest", "validation"),
    ("switzerland", "University Hospitals Zurich and Basel", "validation"),
    ("long-beach", "V.A. Medical Center, Long Beach", "validation"),
]
AUTHOR = {"name": "Equipoise example authors", "organisation": "Equipoise example"}
SCORE_EDGES = ["0.3", "0.5", "0.7"]
BANDS = {
    "trestbps": (["120", "130", "140"], ["0"]),
    "chol": (["200", "240", "280"], ["0"]),
    "thalach": (["120", "140", "160"], []),
    "oldpeak": (["0.5", "1.5"], []),
}
LEVELS = {"cp": ["1", "2", "3", "4"], "fbs": ["0", "1"], "restecg": ["0", "1", "2"], "exang": ["0", "1"]}
RANGES = {"age": ("18", "110", "years"), "trestbps": ("60", "260", "mm Hg"), "chol": ("80", "700", "mg/dl"),
          "thalach": ("50", "230", "/min"), "oldpeak": ("-5", "10", "mm")}


def digest(name):
    return "sha256:" + hashlib.sha256((HERE / name).read_bytes()).hexdigest()


def write(name, value):
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (HERE / name).write_bytes(text.encode())


def contributions(row):
    """What each input of the model adds to the log odds of a row, and the log odds without any input."""
    model = json.loads((HERE / "lr.json").read_text())
    kinds = {feature["name"]: feature for feature in json.loads((HERE / "features.json").read_text())["features"]}
    parts = {}
    for feature in model["features"]:
        kind, cell = kinds[feature["name"]], row[kinds[feature["name"]]["column"]]
        if kind["kind"] == "number":
            value = float(cell) if cell and float(cell) not in kind.get("missing_values", []) else None
        else:
            missing = kind.get("missing") == "nan" and not cell
            value = None if missing else float(cell == kind["value"])
        parts[feature["name"]] = feature["coefficient"] * (0 if value is None else value - feature["impute"])
    return parts, model["intercept"] + sum(f["coefficient"] * f["impute"] for f in model["features"])


def score(row):
    """The model on one row, as protocols/models.md specifies it."""
    parts, base = contributions(row)
    return 1 / (1 + math.exp(-base - sum(parts.values())))


def explanation(rows):
    """The inputs, each with the contribution that 99 of 100 rows of the development site stay below, rounded up."""
    found = [contributions(row)[0] for row in rows]
    largest = {}
    for name in found[0]:
        sizes = sorted(abs(parts[name]) for parts in found)
        unit = 10 ** math.floor(math.log10(sizes[len(sizes) * 99 // 100]))
        largest[name] = math.ceil(sizes[len(sizes) * 99 // 100] / unit * 10) * unit / 10
    return {"rows": 10000, "features": [{"name": name, "largest": f"{value:.6g}"} for name, value in largest.items()]}


def profiles(rows):
    """Counts of the development site on the cells of protocols/protocol.md."""
    def bands(values, edges):
        counts = [0] * (len(edges) + 1)
        for value in values:
            counts[sum(value >= float(edge) for edge in edges)] += 1
        return counts

    yield {"of": "score", "edges": SCORE_EDGES, "counts": bands([score(row) for row in rows], SCORE_EDGES)}
    sexes = [row["sex"] for row in rows]
    yield {"of": "attribute", "id": "sex", "counts": [sexes.count("female"), sexes.count("male"), sexes.count("")]}
    ages = [float(row["age"]) for row in rows if row["age"]]
    yield {"of": "attribute", "id": "age", "counts": bands(ages, ["50", "60"]) + [len(rows) - len(ages)]}
    for column, (edges, missing) in BANDS.items():
        cells = [row[column] for row in rows]
        known = [float(cell) for cell in cells if cell and cell not in missing]
        lower, upper = float(RANGES[column][0]), float(RANGES[column][1])
        within = [value for value in known if lower <= value <= upper]
        yield {"of": "column", "id": column, "edges": edges,
               "counts": bands(within, edges) + [len(known) - len(within), len(cells) - len(known)]}
    for column, levels in LEVELS.items():
        cells = [row[column] for row in rows]
        listed = [cells.count(level) for level in levels]
        yield {"of": "column", "id": column, "levels": levels,
               "counts": listed + [len(cells) - sum(listed) - cells.count(""), cells.count("")]}


def criterion(id, metric, scope, bound, comparison, limit, rationale, slice=None, threshold=None,
              sites=3, when="block", events=5):
    value = {
        "id": id, "rationale": rationale, "metric": metric, "scope": scope, "bound": bound, "confidence": "0.95",
        "comparison": comparison, "limit": limit, "minimumEvents": events,
        "slice": slice or {"attribute": "overall"},
        "coverage": {"minimumSites": sites, "minimumRowShare": "0.8", "whenWithheld": when},
    }
    if threshold:
        value["threshold"] = threshold
    return value


def protocol():
    rows = list(csv.DictReader(open(HERE / "sites/cleveland/data.csv")))
    columns = [{"column": "sex", "type": "category"}] + [
        {"column": column, "type": "number", "lower": lower, "upper": upper, "unit": unit,
         **({"missingValues": BANDS[column][1]} if BANDS.get(column, ([], []))[1] else {})}
        for column, (lower, upper, unit) in RANGES.items()
    ] + [{"column": column, "type": "category"} for column in LEVELS]
    return {
        "format": "urn:equipoise:protocol:v1", "id": "heart-disease-angiography", "version": 1,
        "authorship": {
            "vendor": "Equipoise example", "protocolAuthors": [AUTHOR], "modelAuthors": [AUTHOR],
        },
        "study": {
            "title": "Coronary disease before angiography: one hospital's model at three others",
            "intendedUse": "Estimates the probability that a patient referred for coronary angiography has a vessel "
                           "narrowed by more than half, from history, resting and exercise tests.",
            "targetPopulation": "Adults referred for coronary angiography.",
            "riskCategory": "moderate", "owner": "Equipoise example study",
            "responsibilities": [
                {"role": "accountable", "who": "Clinical sponsor of the example"},
                {"role": "responsible", "who": "Data-science lead of the example"},
            ],
        },
        "model": {
            "id": "heart-disease-lr", "version": "1", "kind": "logisticRegression", "artifact": digest("lr.json"),
            "features": digest("features.json"),
            "output": "probability of a coronary vessel narrowed by more than 50 %",
            "scorePrecision": {"kind": "binary64"},
            "thresholds": [{"value": "0.5", "action": "offer coronary angiography without further testing"}],
        },
        "data": {"maximumUnreadableShare": "0.01", "features": columns},
        "cohort": {
            "description": "Patients sent for coronary angiography at one of the sites, 1981-1987; one row a patient. "
                           "Every row whose angiographic status (num) is known.",
            "rules": [{"kind": "notEmpty", "column": "num"}],
        },
        "label": {
            "description": "1 when num is 1 to 4 (a vessel narrowed by more than 50 %), 0 when num is 0.",
            "column": "label", "positive": ["1"], "negative": ["0"],
            "outcomeWindow": "none: a diagnostic model, the angiography follows the tests",
            "adjudication": "read by the site's own cardiologists; the source does not say by how many",
        },
        "slices": [
            {"attribute": "sex", "column": "sex", "levels": [
                {"level": "female", "label": "female", "codes": ["female"]},
                {"level": "male", "label": "male", "codes": ["male"]}]},
            {"attribute": "age", "column": "age", "bands": ["50", "60"], "levels": [
                {"level": "under-50", "label": "under 50"}, {"level": "50-59", "label": "50 to 59"},
                {"level": "60-and-over", "label": "60 and over"}]},
        ],
        "windows": {"kind": "undated"},
        "grid": {"calibrationEdges": SCORE_EDGES, "fineEdges": ["0.1", "0.2", "0.4", "0.6", "0.8", "0.9"]},
        "drift": {"reference": "the 303 rows of the development site, Cleveland", "stabilityLimit": "0.25",
                  "profiles": list(profiles(rows))},
        "analysis": {"explanation": explanation(rows)},
        "disclosure": {"minimumCell": 3, "minimumFitEvents": 5},
        "sites": [{"id": id, "name": name, "role": role} for id, name, role in SITES],
        "phases": [{
            "phase": "silent",
            "exposure": "the score is computed and stored; no clinician sees it",
            "minimum": {"sites": 3, "rows": 500, "events": 100, "days": 0},
            "goCriteria": [
                criterion("auroc-mean", "auroc", "randomEffects", "lower", "atLeast", "0.7",
                          "on average the model ranks patients usefully"),
                criterion("auroc-new-site", "auroc", "newSite", "lower", "atLeast", "0.65",
                          "a hospital that adopts the model should not be the unlucky one"),
                criterion("sensitivity-every-site", "sensitivity", "everySite", "lower", "atLeast", "0.7",
                          "no hospital should miss more than three in ten", threshold="0.5", events=20),
                criterion("specificity-pooled", "specificity", "pooledRows", "lower", "atLeast", "0.7",
                          "unneeded angiographies stay bounded", threshold="0.5", events=20),
                criterion("observed-expected-low", "observedExpectedRatio", "newSite", "lower", "atLeast", "0.67",
                          "the model must not promise far more disease than there is"),
                criterion("observed-expected-high", "observedExpectedRatio", "newSite", "upper", "atMost", "1.5",
                          "the model must not promise far less disease than there is"),
                criterion("calibration-slope", "calibrationSlope", "randomEffects", "lower", "atLeast", "0.8",
                          "differences between scores must mean differences between patients"),
                criterion("net-benefit", "netBenefitGain", "everySite", "lower", "atLeast", "0",
                          "using the model is better than sending everyone", threshold="0.5"),
                criterion("sensitivity-each-sex", "sensitivity", "pooledRows", "lower", "atLeast", "0.7",
                          "women and men are found alike", slice={"attribute": "sex"}, threshold="0.5",
                          sites=2, when="list", events=20),
            ],
            "stopCriteria": [
                criterion("stop-sensitivity", "sensitivity", "pooledRows", "lower", "atLeast", "0.5",
                          "a model that misses half is stopped", threshold="0.5", sites=2, when="list"),
            ],
            "signOffs": [
                {"role": "clinical sponsor", "person": "the sponsor, named when the study is run",
                 "organisation": "the sponsor's hospital", "independence": ["notModelAuthor", "notProtocolAuthor"]},
                {"role": "governance", "person": "the reviewer, named when the study is run",
                 "organisation": "the reviewer's hospital", "independence":
                    ["notVendorEmployee", "distinctOrganisation"]},
            ],
        }],
        "fallback": "On hold the score is no longer computed; the angiography service is told the same day.",
        "evidence": {"validityDays": 365, "regulatory": []},
    }


MODEL_CARD = {
    "format": "urn:equipoise:model-card:v1", "name": "Coronary disease before angiography", "version": "1",
    "developer": "Equipoise example", "contact": "see SECURITY.md of the project",
    "summary": "Logistic regression on 13 inputs from history, resting and exercise tests, trained on the 303 rows of "
               "the Cleveland Clinic Foundation.",
    "intendedUse": "To show how a model that was built at one hospital is judged at others. Not for patients.",
    "intendedUsers": "readers of this example",
    "cautions": ["not a medical device", "data of 1981-1987", "whole columns are missing at some sites"],
    "limitations": ["trained on 303 patients of one hospital", "missing inputs are replaced by the training median"],
    "trainingData": "UCI Heart Disease, Cleveland, 303 rows, 139 with disease (doi 10.24432/C52P4X, CC BY 4.0)",
    "references": ["Detrano et al. (1989), American Journal of Cardiology 64, 304-310"],
}


def main():
    write("protocol.json", protocol())
    write("model-card.json", MODEL_CARD)
    for id, name, _ in SITES:
        write(f"sites/{id}/dataset.json", {
            "format": "urn:equipoise:dataset:v1", "id": f"heart-disease-{id}", "dataClass": "public",
            "source": f"UCI Heart Disease, {name}", "sourceVersion": "processed files of 1988, doi 10.24432/C52P4X",
            "extractedAt": "1988-07-01T00:00:00Z",
            "deidentification": "names and social security numbers were replaced by the donors",
            "license": "CC BY 4.0",
        })
        write(f"sites/{id}/policy.json", {
            "format": "urn:equipoise:site-policy:v1", "minimumCell": 3,
            "lowering": {"person": "example data steward", "reason": "the rows are published data"},
        })


if __name__ == "__main__":
    main()
