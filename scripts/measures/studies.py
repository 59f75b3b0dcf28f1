"""Studies for measurements: real readmission data at four sites, and made-up hospitals of any number."""
import csv
import hashlib
import json
import math
import pathlib

from wire import ROOT, run

SYNTHETIC = ROOT / "protocols/examples/synthetic-deterioration"
DIABETES = "diabetes-readmission"
DIABETES_SITES = ("site-a", "site-b", "site-c", "site-d")
# Everything but death and hospice, as the cohort's description has it.
DISCHARGED = [str(code) for code in range(1, 31) if code not in (11, 13, 14, 19, 20, 21)]
SCORE_EDGES = ["0.06", "0.08", "0.1", "0.15", "0.2"]
COUNTS = {"time_in_hospital": ["2", "4", "7"], "num_lab_procedures": ["20", "40", "60"],
          "num_medications": ["8", "15", "25"], "number_inpatient": ["1", "3"], "number_diagnoses": ["5", "8"]}
RACES = ["AfricanAmerican", "Asian", "Caucasian", "Hispanic", "Other"]
AGES = [("under-40", ["0-9", "10-19", "20-29", "30-39"]), ("40-59", ["40-49", "50-59"]),
        ("60-79", ["60-69", "70-79"]), ("80-and-over", ["80-89", "90-99"])]


def write(path, value):
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    path.write_text(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def digest(path):
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def bands(values, edges):
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[sum(value >= float(edge) for edge in edges)] += 1
    return counts


def criterion(id, metric, scope, bound, comparison, limit, sites, **more):
    return {"id": id, "rationale": "part of a measurement", "metric": metric, "scope": scope, "bound": bound,
            "confidence": "0.95", "comparison": comparison, "limit": limit, "minimumEvents": 20,
            "slice": {"attribute": "overall"},
            "coverage": {"minimumSites": sites, "minimumRowShare": "0.5", "whenWithheld": "list"}} | more


def diabetes(data, folder):
    """Writes the study of `data`, the shared folder of that set, with everything that `publish` and `register` need."""
    folder.mkdir()
    for name in ("features.json", "models/lr.json"):
        (folder / pathlib.Path(name).name).write_bytes((data / name).read_bytes())
    rows, scores = [], []
    with open(data / "sites/site-a.csv") as table, open(data / "expected/site-a.csv") as expected:
        for row, score in zip(csv.DictReader(table), csv.DictReader(expected)):
            if row["encounter_seq"] == "1" and row["discharge_disposition_id"] in DISCHARGED:
                rows.append(row)
                scores.append(float(score["lr"]))

    def levels(column, codes):
        cells = [row[column] for row in rows]
        listed = [sum(cell in group for cell in cells) for group in codes]
        return listed + [len(cells) - sum(listed)]

    attributes = {
        "sex": ("sex", [("female", ["female"]), ("male", ["male"])]),
        "race": ("race", [(race.lower(), [race]) for race in RACES]),
        "age": ("age_band", AGES),
    }
    profiles = [{"of": "score", "edges": SCORE_EDGES, "counts": bands(scores, SCORE_EDGES)}]
    for id, (column, groups) in attributes.items():
        profiles.append({"of": "attribute", "id": id, "counts": levels(column, [codes for _, codes in groups])})
    for column, edges in COUNTS.items():
        values = [float(row[column]) for row in rows]
        profiles.append({"of": "column", "id": column, "edges": edges, "counts": bands(values, edges) + [0, 0]})
    write(folder / "protocol.json", {
        "format": "urn:equipoise:protocol:v1", "id": DIABETES, "version": 1,
        "study": {"title": "Readmission within 30 days after a stay with diabetes", "owner": "Equipoise measurement",
                  "intendedUse": "measures this program; judges no model", "riskCategory": "moderate",
                  "targetPopulation": "stays with a diabetes diagnosis, 1999-2008", "responsibilities": []},
        "model": {"id": "readmission-lr", "version": "1", "kind": "logisticRegression",
                  "artifact": digest(folder / "lr.json"), "features": digest(folder / "features.json"),
                  "output": "probability of readmission within 30 days", "scorePrecision": {"kind": "binary64"},
                  "thresholds": [{"value": "0.1", "action": "call the patient"},
                                 {"value": "0.2", "action": "visit the patient"}]},
        "data": {"patientColumn": "patient_id", "maximumUnreadableShare": "0.01",
                 "features": [{"column": column, "type": "number", "lower": "0", "upper": "1000"} for column in COUNTS]},
        "cohort": {"description": "first stay, alive and not to a hospice", "rules": [
            {"kind": "equals", "column": "encounter_seq", "value": "1"},
            {"kind": "in", "column": "discharge_disposition_id", "values": DISCHARGED}]},
        "label": {"description": "readmitted within 30 days", "column": "label", "positive": ["1"], "negative": ["0"],
                  "outcomeWindow": "30 days", "adjudication": "none: recorded by the hospitals"},
        "slices": [{"attribute": id, "column": column, "levels": [
            {"level": level, "label": level, "codes": codes} for level, codes in groups]}
            for id, (column, groups) in attributes.items()],
        "windows": {"kind": "undated"},
        "grid": {"calibrationEdges": SCORE_EDGES, "fineEdges": ["0.04", "0.05", "0.07", "0.09", "0.12", "0.3", "0.4", "0.5"]},
        "drift": {"reference": "the cohort of site-a", "stabilityLimit": "0.25", "profiles": profiles},
        "disclosure": {"minimumCell": 11, "minimumFitEvents": 50},
        "sites": [{"id": site, "name": site, "role": "development" if site == "site-a" else "validation"}
                  for site in DIABETES_SITES],
        "phases": [{"phase": "silent", "exposure": "none", "signOffs": [], "stopCriteria": [],
                    "minimum": {"sites": 3, "rows": 10000, "events": 1000, "days": 0},
                    "goCriteria": [
                        criterion("auroc", "auroc", "randomEffects", "lower", "atLeast", "0.6", 3),
                        criterion("auroc-new-site", "auroc", "newSite", "lower", "atLeast", "0.55", 3),
                        criterion("slope", "calibrationSlope", "randomEffects", "lower", "atLeast", "0.8", 3),
                        criterion("benefit", "netBenefitGain", "everySite", "lower", "atLeast", "0", 3, threshold="0.1"),
                        criterion("each-race", "sensitivity", "pooledRows", "lower", "atLeast", "0.2", 2,
                                  threshold="0.1", slice={"attribute": "race"})]}],
        "fallback": "none", "evidence": {"validityDays": 365, "regulatory": []},
    })
    write(folder / "model-card.json", json.loads((SYNTHETIC / "model-card.json").read_text()))
    for site in DIABETES_SITES:
        write(folder / f"{site}.json", declaration(f"diabetes-{site}"))


def declaration(id):
    return {"format": "urn:equipoise:dataset:v1", "id": id, "dataClass": "public", "license": "CC BY 4.0",
            "source": "Diabetes 130-US Hospitals, UCI", "sourceVersion": "doi 10.24432/C5230J",
            "extractedAt": "2008-12-31T00:00:00Z", "deidentification": "surrogates"}


def hospitals(count, windows, folder, tools, rows, study="synthetic-deterioration"):
    """Writes the synthetic example with other numbers of hospitals and months, and the hospitals' rows."""
    folder.mkdir()
    protocol = json.loads((SYNTHETIC / "protocol.json").read_text())
    names = [f"hospital-{number:03}" for number in range(1, count + 1)]
    protocol["id"] = study
    # Rounds are opened by the measurement, and of two hospitals no schedule's quorum could be met.
    protocol.pop("monitoring")
    protocol["sites"] = [{"id": name, "name": name, "role": "validation"} for name in names]
    # Longer windows in place of fewer rows: the first one takes the months that have no window of their own.
    months = protocol["windows"]["list"]
    merged = dict(months[0], end=months[len(months) - windows]["end"])
    protocol["windows"]["list"] = [merged] + months[len(months) - windows + 1:]
    for phase in protocol["phases"]:
        phase["minimum"] |= {"sites": 2, "rows": 100, "events": 10, "days": 1}
        for item in phase["goCriteria"] + phase["stopCriteria"]:
            item["coverage"]["minimumSites"] = 2
    write(folder / "protocol.json", protocol)
    for name in ("model.json", "model-card.json"):
        (folder / name).write_bytes((SYNTHETIC / name).read_bytes())
    for number, name in enumerate(names, 1):
        run(tools / "site-agent", "dataset", "synthesize", "--hospital", number, "--rows", rows, "--seed", 7,
            "--out", folder / name)
    return names


def strata(protocol):
    """How many slices times windows a site has."""
    value = json.loads(protocol.read_text())
    slices = 1 + sum(len(attribute["levels"]) + 1 for attribute in value["slices"])
    return slices * len(value["windows"].get("list", [0]))
