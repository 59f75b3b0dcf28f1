#!/usr/bin/env python3
"""Writes protocol.json, model.json and model-card.json of the synthetic study in canonical form.

The reference profile is counted from a made-up hospital that takes no part:

    site-agent dataset synthesize --hospital 100 --rows 20000 --seed 2026 --out reference
    python3 make_protocol.py reference/data.csv
"""
import csv
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
SITES = ["north", "south", "east", "west", "central"]
SCORE_EDGES = ["0.02", "0.05", "0.1", "0.2", "0.4"]
BANDS = {
    "heart_rate": (["60", "80", "100", "120"], "20", "250", "/min"),
    "respiratory_rate": (["12", "16", "20", "24"], "4", "80", "/min"),
    "systolic_pressure": (["90", "110", "130", "150"], "40", "280", "mm Hg"),
    "temperature": (["36", "37", "38"], "28", "44", "C"),
    "oxygen_saturation": (["90", "94", "97"], "40", "100", "%"),
    "lactate": (["1", "2", "4"], "0", "30", "mmol/l"),
    "white_cell_count": (["4", "8", "12"], "0", "200", "10^9/l"),
}
ATTRIBUTES = {
    "sex": ["female", "male"],
    "race": ["white", "black", "hispanic", "asian"],
    "insurance": ["medicare", "private", "medicaid", "uninsured"],
    "unit": ["medical", "surgical", "stepdown", "emergency"],
    "language": ["english", "spanish", "other"],
}
AGE_BANDS = (["45", "65", "80"], [("under-45", "under 45"), ("45-64", "45 to 64"), ("65-79", "65 to 79"),
                                  ("80-and-over", "80 and over")])


def write(name, value):
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (HERE / name).write_bytes(text.encode())


def bands(values, edges):
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[sum(value >= float(edge) for edge in edges)] += 1
    return counts


def profiles(rows):
    yield {"of": "score", "edges": SCORE_EDGES,
           "counts": bands([float(row["score"]) for row in rows if row["score"]], SCORE_EDGES)}
    ages = [float(row["age"]) for row in rows if row["age"]]
    yield {"of": "attribute", "id": "age", "counts": bands(ages, AGE_BANDS[0]) + [len(rows) - len(ages)]}
    for name, levels in ATTRIBUTES.items():
        cells = [row[name] for row in rows]
        listed = [cells.count(level) for level in levels]
        yield {"of": "attribute", "id": name, "counts": listed + [len(cells) - sum(listed)]}
    for column, (edges, lower, upper, _) in BANDS.items():
        known = [float(row[column]) for row in rows if row[column]]
        within = [value for value in known if float(lower) <= value <= float(upper)]
        yield {"of": "column", "id": column, "edges": edges,
               "counts": bands(within, edges) + [len(known) - len(within), len(rows) - len(known)]}


def criterion(id, metric, scope, bound, comparison, limit, rationale, slice=None, threshold=None, events=100,
              when="block"):
    value = {
        "id": id, "rationale": rationale, "metric": metric, "scope": scope, "bound": bound, "confidence": "0.95",
        "comparison": comparison, "limit": limit, "minimumEvents": events,
        "slice": slice or {"attribute": "overall"},
        "coverage": {"minimumSites": 4, "minimumRowShare": "0.8", "whenWithheld": when},
    }
    if threshold:
        value["threshold"] = threshold
    return value


def months():
    for month in range(1, 13):
        following = f"2025-{month + 1:02}" if month < 12 else "2026-01"
        yield {"id": f"2025-{month:02}", "start": f"2025-{month:02}-01T00:00:00Z", "end": f"{following}-01T00:00:00Z"}


def protocol(rows, model):
    return {
        "format": "urn:equipoise:protocol:v1", "id": "synthetic-deterioration", "version": 1,
        "study": {
            "title": "Synthetic: deterioration within 24 hours at five made-up hospitals",
            "intendedUse": "Shows the flow on made-up data: a stored score that warns of deterioration on a ward.",
            "targetPopulation": "Made-up adults on made-up wards; nobody's data.",
            "riskCategory": "high", "owner": "Equipoise example study",
            "responsibilities": [{"role": "accountable", "who": "Clinical sponsor of the example"}],
        },
        "model": {
            "id": "synthetic-warning-score", "version": "1", "kind": "recordedScore",
            "artifact": "sha256:" + hashlib.sha256(model).hexdigest(),
            "output": "probability of deterioration within 24 hours", "scorePrecision": {"kind": "decimals", "digits": 4},
            "thresholds": [
                {"value": "0.1", "action": "the ward nurse measures vital signs again within the hour"},
                {"value": "0.2", "action": "the rapid response team is called"},
            ],
        },
        "baseline": {"name": "simpler early-warning score", "column": "baseline_score"},
        "data": {
            "patientColumn": "patient_id", "maximumUnreadableShare": "0.01",
            "features": [{"column": column, "type": "number", "unit": unit, "lower": lower, "upper": upper}
                         for column, (_, lower, upper, unit) in BANDS.items()],
        },
        "cohort": {"description": "Every prediction for a patient of 18 or more.",
                   "rules": [{"kind": "range", "column": "age", "lower": "18"}]},
        "label": {
            "description": "1 when the patient deteriorated within 24 hours of the prediction; made by the generator.",
            "column": "label", "positive": ["1"], "negative": ["0"], "outcomeWindow": "24 hours",
            "adjudication": "none; the generator draws it",
        },
        "slices": [
            {"attribute": "age", "column": "age", "bands": AGE_BANDS[0],
             "levels": [{"level": level, "label": label} for level, label in AGE_BANDS[1]]},
        ] + [
            {"attribute": name, "column": name,
             "levels": [{"level": level, "label": level, "codes": [level]} for level in levels]}
            for name, levels in ATTRIBUTES.items()
        ],
        "windows": {"kind": "dated", "column": "prediction_time", "list": list(months())},
        "grid": {"calibrationEdges": ["0.05", "0.1", "0.2", "0.4"], "fineEdges": ["0.02", "0.03", "0.15", "0.3"]},
        "drift": {"reference": "20,000 rows of a made-up hospital that takes no part", "stabilityLimit": "0.2",
                  "profiles": list(profiles(rows))},
        "disclosure": {"minimumCell": 11, "minimumFitEvents": 50},
        "sites": [{"id": site, "name": f"Made-up hospital {site.capitalize()}", "role": "validation"} for site in SITES],
        "phases": [{
            "phase": "silent", "exposure": "the score is computed and stored; no clinician sees it",
            "minimum": {"sites": 4, "rows": 20000, "events": 1000, "days": 180},
            "goCriteria": [
                criterion("auroc-new-site", "auroc", "newSite", "lower", "atLeast", "0.7",
                          "a new hospital may expect useful ranking"),
                criterion("auroc-every-site", "auroc", "everySite", "lower", "atLeast", "0.75",
                          "the model ranks usefully at each hospital"),
                criterion("observed-expected", "observedExpectedRatio", "randomEffects", "upper", "atMost", "1.5",
                          "the model does not promise too little risk"),
                criterion("observed-expected-low", "observedExpectedRatio", "randomEffects", "lower", "atLeast", "0.6",
                          "the model does not promise too much risk"),
                criterion("calibration-slope", "calibrationSlope", "randomEffects", "lower", "atLeast", "0.8",
                          "differences between scores mean differences between patients"),
                criterion("sensitivity-worst-site", "sensitivity", "worstSite", "lower", "atLeast", "0.5",
                          "no hospital misses more than half", threshold="0.1"),
                criterion("net-benefit", "netBenefitGain", "everySite", "lower", "atLeast", "0",
                          "using the score is better than treating everyone", threshold="0.1"),
                criterion("sensitivity-each-sex", "sensitivity", "pooledRows", "lower", "atLeast", "0.5",
                          "women and men are found alike", slice={"attribute": "sex"}, threshold="0.1", when="list"),
            ],
            "stopCriteria": [
                criterion("stop-auroc", "auroc", "withinSite", "lower", "atLeast", "0.6",
                          "a score that hardly ranks is stopped", when="list"),
            ],
            "signOffs": [{"role": "clinical sponsor", "person": "named when the study is run",
                          "independence": ["notModelAuthor"]}],
        }],
        "fallback": "On hold the score is no longer stored.",
        "evidence": {"validityDays": 365, "regulatory": []},
    }


MODEL = {"format": "recorded-score", "version": 1, "column": "score", "system": "generator of the example"}
MODEL_CARD = {
    "format": "urn:equipoise:model-card:v1", "name": "Synthetic warning score", "version": "1",
    "developer": "Equipoise example", "contact": "see SECURITY.md of the project",
    "summary": "A score that the generator stores beside each made-up row.",
    "intendedUse": "To show the flow. Not for patients.", "intendedUsers": "readers of this example",
    "cautions": ["synthetic data: nothing here is about a person or a hospital"],
    "limitations": ["made by a program"], "trainingData": "none", "references": [],
}


def main(reference):
    rows = list(csv.DictReader(open(reference, newline="")))
    write("model.json", MODEL)
    write("protocol.json", protocol(rows, (HERE / "model.json").read_bytes()))
    write("model-card.json", MODEL_CARD)


if __name__ == "__main__":
    main(*sys.argv[1:])
