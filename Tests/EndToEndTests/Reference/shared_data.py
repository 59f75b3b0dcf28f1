#!/usr/bin/env python3
"""Compares the matrices of two public data sets, readmission after diabetes and death in intensive care, as others do.

`--data` names a folder with one folder a data set, each with `sites/SITE.csv` and `expected/SITE.csv`, scores of models by
encounter. One model's score is evaluated and another one's is its baseline, on the encounters that have both. Beside the
comparison of every number from the rows (compare_matrix.py), AUROC, average precision and Brier score of each site are
held against `expected/metrics.json`, which was computed before any of this was written.
"""
import argparse
import csv
import hashlib
import json
import pathlib
import sys
import tempfile

import remake
from remake import evaluated

STUDIES = {
    "diabetes-readmission": {
        "development": "site-a", "model": "lr", "baseline": "xgb", "patient": "patient_id",
        "thresholds": ["0.1", "0.2"], "fine": ["0.02", "0.05", "0.08", "0.12", "0.15", "0.25", "0.3"],
        "slices": [("sex", ["female", "male"]), ("race", ["Caucasian", "AfricanAmerican", "Hispanic"])],
        "cohort": [{"kind": "in", "column": "discharge_disposition_id", "values": [
            str(i) for i in range(1, 31) if i not in (11, 13, 14, 19, 20, 21)]},
                   {"kind": "equals", "column": "encounter_seq", "value": "1"}],
        "category": ("insulin", ["No", "Steady", "Up", "Down"])},
    "icu-mortality": {
        "development": "region-midwest", "model": "lr", "baseline": "lgbm", "patient": "patient_id",
        "thresholds": ["0.1", "0.2"], "fine": ["0.02", "0.04", "0.06", "0.15", "0.3", "0.4", "0.6"],
        "slices": [("sex", ["female", "male"]), ("ethnicity", ["Caucasian", "African American"])],
        "cohort": [{"kind": "equals", "column": "unit_visit_number", "value": "1"},
                   {"kind": "in", "column": "age", "values": [*map(str, range(18, 90)), "> 89"]},
                   {"kind": "notEmpty", "column": "apache_iva_score"}, {"kind": "notEmpty", "column": "label"}],
        "category": ("unit_type", ["Med-Surg ICU", "CTICU", "CCU-CTICU", "Cardiac ICU", "MICU", "SICU", "Neuro ICU"])},
}


def identifier(text):
    return text.lower().replace(" ", "-")


def document(path, value):
    path.write_bytes(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def protocol(study, artifact, sites):
    column, levels = study["category"]
    return {
        "format": "urn:equipoise:protocol:v1", "id": "shared-data", "version": 1,
        "study": {"title": "Public data", "intendedUse": "a comparison of programs", "targetPopulation": "as published",
                  "riskCategory": "low", "owner": "the project", "responsibilities": []},
        "model": {"id": study["model"], "version": "1", "kind": "recordedScore", "artifact": artifact,
                  "output": "probability", "scorePrecision": {"kind": "binary64"},
                  "thresholds": [{"value": t, "action": "look"} for t in study["thresholds"]]},
        "baseline": {"name": study["baseline"], "column": "baseline score", "thresholds": study["thresholds"]},
        "data": {"patientColumn": study["patient"], "maximumUnreadableShare": "0.01",
                 "features": [{"column": column, "type": "category"}]},
        "cohort": {"description": "encounters with both scores", "rules": study["cohort"]},
        "label": {"description": "the outcome", "column": "label", "positive": ["1"], "negative": ["0"],
                  "outcomeWindow": "as published", "adjudication": "none"},
        "slices": [{"attribute": name, "column": name, "levels": [
            {"level": identifier(level), "label": level, "codes": [level]} for level in levels]}
            for name, levels in study["slices"]],
        "windows": {"kind": "undated"},
        "grid": {"calibrationEdges": ["0.1", "0.2", "0.3"], "fineEdges": [e for e in study["fine"] if e != "0.3"]},
        "analysis": {"standardPrevalence": "0.1", "multiplicity": "benjaminiHochberg"},
        "drift": {"reference": "equal shares", "stabilityLimit": "0.2", "profiles": [
            {"of": "score", "edges": study["thresholds"], "counts": [600, 300, 100]},
            {"of": "column", "id": column, "levels": levels, "counts": [100] * len(levels) + [10, 10]}]},
        "disclosure": {"minimumCell": 11, "minimumFitEvents": 20},
        "sites": [{"id": s, "name": s, "role": "development" if s == study["development"] else "validation"} for s in sites],
        "phases": [{"phase": "silent", "exposure": "nobody", "signOffs": [],
                    "minimum": {"sites": 1, "rows": 1, "events": 1, "days": 0}, "goCriteria": [], "stopCriteria": []}],
        "fallback": "none", "evidence": {"validityDays": 1, "regulatory": []}}


def joined(study, source, target):
    """The site's rows with both scores beside them."""
    with open(source.parent.parent / "expected" / source.name, newline="") as file:
        scores = {row["encounter_id"]: row for row in csv.DictReader(file)}
    with open(source, newline="") as file:
        reader = csv.DictReader(file)
        rows = [row | {"score": scores[row["encounter_id"]][study["model"]],
                       "baseline score": scores[row["encounter_id"]][study["baseline"]]}
                for row in reader if row["encounter_id"] in scores]
    target.parent.mkdir(parents=True)
    with open(target, "w", newline="") as file:
        writer = csv.DictWriter(file, [*reader.fieldnames, "score", "baseline score"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def published(study, folder, merged):
    """Numbers of each site that differ from those that were published with the data."""
    expected = json.loads((folder / "expected" / "metrics.json").read_bytes())["models"][study["model"]]["site"]
    names = {"auroc": "auroc", "averagePrecision": "average_precision", "brierScore": "brier",
             "observedExpectedRatio": "observed_to_expected", "calibrationInTheLarge": "calibration_in_the_large",
             "calibrationIntercept": "calibration_intercept", "calibrationSlope": "calibration_slope"}
    compared = 0
    for site, numbers in expected.items():
        rows = json.loads((merged / "sites" / f"{site}.json").read_bytes())["rows"]
        for measure in rows[0]["measures"]:
            if measure["metric"] in names and "value" in measure:
                compared += 1
                theirs = numbers[names[measure["metric"]]]
                if abs(float(measure["value"]) - theirs) > 1e-8 * max(1, abs(theirs)) + 5e-9:
                    yield f"DIFFERS {site} {measure['metric']} is {measure['value']}, published {theirs}"
    print(f"{compared} published numbers compared")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="folder with site-agent and evidence")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with the data sets")
    parser.add_argument("--only", choices=STUDIES, action="append", help="only this data set; may be repeated")
    options = parser.parse_args()
    wrong = False
    for name in options.only or STUDIES:
        study, folder = STUDIES[name], options.data / name
        with tempfile.TemporaryDirectory() as work:
            work, sources = pathlib.Path(work), sorted((folder / "sites").glob("*.csv"))
            for source in sources:
                joined(study, source, work / "data" / source.stem / "data.csv")
            artifact = document(work / "score.json", {
                "format": "recorded-score", "version": 1, "column": "score", "system": study["model"]})
            document(work / "protocol.json", protocol(study, artifact, [s.stem for s in sources]))
            document(work / "dataset.json", {
                "format": "urn:equipoise:dataset:v1", "id": name, "dataClass": "public", "source": "as published",
                "sourceVersion": "1", "extractedAt": "2025-01-01T00:00:00Z", "deidentification": "as published"})
            merged, aggregates = evaluated(
                options.tools, work, work / "protocol.json",
                [(s.stem, ["--model", work / "score.json", "--dataset", work / "dataset.json", "--data",
                           work / "data" / s.stem / "data.csv"]) for s in sources])
            code, lines = remake.compared(work / "protocol.json", merged, aggregates, work / "data")
            differences = [line for line in lines if line.startswith("DIFFERS")] + list(published(study, folder, merged))
        print(f"{name}: {lines[-1]}", *differences, sep="\n", flush=True)
        wrong = wrong or code != 0 or bool(differences)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
