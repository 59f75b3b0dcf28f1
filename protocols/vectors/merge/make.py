#!/usr/bin/env python3
"""Writes the rows and the documents of a small made-up study: protocol, score artifact, dataset and policy.

Five validation hospitals and the one where the score was made, 140 to 1,000 rows each, two months, patients with several
rows, labels that are missing, and a hospital with few patients whose columns say too little to be shown in full. Three
of them have rows enough for what needs a hundred of a kind, and for comparisons with the baseline.
Deterministic: nothing but the standard library's `random()`.

With `--tools FOLDER`, the folder of the built programs, it also makes what follows from them: the aggregates that
`site-agent evaluate` releases, and the matrix and the verdicts of `evidence recompute`.
"""
import argparse
import csv
import hashlib
import json
import math
import pathlib
import random
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent
SITES = [("alpha", "validation", 240, -0.2), ("beta", "validation", 700, 0.5), ("delta", "validation", 1000, 0.7),
         ("epsilon", "validation", 800, 1.0), ("gamma", "validation", 140, 0.0), ("home", "development", 200, 0.1)]
COLUMNS = ["patient", "time", "score", "label", "sex", "ward", "age", "lactate", "early", "alert", "response", "minutes"]


def write(name, value):
    path = HERE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def rows(site, count, shift):
    dice = random.Random(f"merge vectors {site}")
    others = random.Random(f"merge vectors {site}, more")
    patient = 0
    for number in range(count):
        if number == 0 or dice.random() < 0.7:
            patient += 1
            risk = -1.2 + 2.6 * (dice.random() + dice.random() - 1) + shift
            sex = "f" if dice.random() < (0.15 if site == "gamma" else 0.5) else "m"
            ward = "" if dice.random() < 0.08 else "abc"[min(2, int(4 * dice.random()))]
        month = 1 if dice.random() < 0.5 else 2
        score = 1 / (1 + math.exp(-(risk + 0.8 * (dice.random() - 0.5) - shift)))
        label = "" if dice.random() < 0.1 else str(int(dice.random() < 1 / (1 + math.exp(-1.3 * risk))))
        yield [f"{site}-{patient}", f"2025-{month:02}-{1 + int(27 * dice.random()):02}T08:00:00Z", f"{score:.2f}", label,
               sex, ward, *more(others, site, patient, number, score)]


def more(dice, site, patient, number, score):
    """Cells that came later, of dice of their own, so that the rows before stay as they were."""
    age = random.Random(f"age {site} {patient}").random()
    age = "" if age < 0.04 else str(25 + int(70 * age))
    lactate = "" if dice.random() < 0.12 else f"{0.5 + 4 * dice.random() ** 2 + (0.8 if site == 'beta' else 0):.1f}"
    lactate = "n/a" if number % 31 == 7 else lactate
    # A hospital with many rows can show how many have no such score.
    early = f"{0.2 * score + 0.8 * dice.random():.2f}"
    early = "" if site == "delta" and dice.random() < 0.12 else early
    alert = score >= 0.4 and dice.random() < 0.9
    response = ("dismissed" if dice.random() < 0.35 else "seen") if alert else ""
    minutes = "" if not alert or dice.random() < 0.12 else f"{-20 * math.log(1 - dice.random()):.1f}"
    return [age, lactate, early, "shown" if alert else "", response, minutes]


def criterion(id, metric, scope, bound, comparison, limit, slice="overall", threshold=None, when="block", events=20,
              sites=3):
    value = {"id": id, "rationale": "an example", "metric": metric, "scope": scope, "bound": bound,
             "comparison": comparison, "limit": limit, "confidence": "0.95", "minimumEvents": events,
             "slice": {"attribute": slice},
             "coverage": {"minimumSites": sites, "minimumRowShare": "0.5", "whenWithheld": when}}
    return value | ({"threshold": threshold} if threshold else {})


def protocol(artifact):
    wards = ["a", "b", "c"]
    return {
        "format": "urn:equipoise:protocol:v1", "id": "merge-vectors", "version": 1,
        "study": {"title": "A small study to merge", "intendedUse": "vectors", "targetPopulation": "nobody",
                  "riskCategory": "low", "owner": "the project", "responsibilities": []},
        "model": {"id": "score", "version": "1", "kind": "recordedScore", "artifact": artifact,
                  "output": "probability of an event", "scorePrecision": {"kind": "binary64"},
                  "thresholds": [{"value": "0.15", "action": "look"}, {"value": "0.4", "action": "act"}]},
        "baseline": {"name": "an early warning score", "column": "early", "thresholds": ["0.3", "0.5"]},
        "data": {"patientColumn": "patient", "maximumUnreadableShare": "0.01",
                 "features": [{"column": "ward", "type": "category"}, {"column": "sex", "type": "category"},
                              {"column": "lactate", "type": "number", "unit": "mmol/l", "lower": "0", "upper": "30"}]},
        "cohort": {"description": "every row", "rules": []},
        "label": {"description": "an event", "column": "label", "positive": ["1"], "negative": ["0"],
                  "outcomeWindow": "a day", "adjudication": "none"},
        "slices": [{"attribute": "sex", "column": "sex", "levels": [
            {"level": "female", "label": "female", "codes": ["f"]}, {"level": "male", "label": "male", "codes": ["m"]}]},
            {"attribute": "age", "column": "age", "reference": "middle", "bands": ["45", "70"], "levels": [
                {"level": "young", "label": "under 45"}, {"level": "middle", "label": "45 to 69"},
                {"level": "old", "label": "70 and over"}]}],
        "intersections": [{"id": "old-women", "levels": [
            {"attribute": "sex", "level": "female"}, {"attribute": "age", "level": "old"}]}],
        "analysis": {"standardPrevalence": "0.25", "multiplicity": "holm",
                     "cusum": {"oddsRatio": "1.5", "limit": "3", "runLength": 100}},
        "operations": {"alert": {"column": "alert", "values": ["shown"]},
                       "override": {"column": "response", "values": ["dismissed"]},
                       "acknowledgement": {"column": "minutes", "unit": "minutes", "edges": ["5", "15", "30", "60"],
                                           "target": "30"}},
        "windows": {"kind": "dated", "column": "time", "list": [
            {"id": "january", "start": "2025-01-01T00:00:00Z", "end": "2025-02-01T00:00:00Z"},
            {"id": "february", "start": "2025-02-01T00:00:00Z", "end": "2025-03-01T00:00:00Z"}]},
        "grid": {"calibrationEdges": ["0.25", "0.5"], "fineEdges": ["0.1", "0.2", "0.3", "0.6", "0.8"]},
        "drift": {"reference": "made up", "stabilityLimit": "0.25", "profiles": [
            {"of": "score", "edges": ["0.1", "0.25", "0.5"], "counts": [120, 200, 120, 60]},
            {"of": "attribute", "id": "sex", "counts": [250, 250, 0]},
            {"of": "column", "id": "ward", "levels": wards, "counts": [120, 120, 220, 0, 40]},
            {"of": "column", "id": "lactate", "edges": ["1", "2", "3"], "counts": [150, 130, 80, 80, 10, 50]}]},
        "disclosure": {"minimumCell": 2, "minimumFitEvents": 10},
        "sites": [{"id": id, "name": id, "role": role} for id, role, _, _ in SITES],
        "phases": [{
            "phase": "silent", "exposure": "nobody", "signOffs": [],
            "minimum": {"sites": 3, "rows": 300, "events": 50, "days": 50},
            "goCriteria": [
                criterion("auroc-mean", "auroc", "randomEffects", "lower", "atLeast", "0.5"),
                criterion("auroc-new-site", "auroc", "newSite", "lower", "atLeast", "0.65"),
                criterion("auroc-within", "auroc", "withinSite", "lower", "atLeast", "0.6"),
                criterion("sensitivity-every-site", "sensitivity", "everySite", "lower", "atLeast", "0.9",
                          threshold="0.15"),
                criterion("specificity-worst-site", "specificity", "worstSite", "lower", "atLeast", "0.5",
                          threshold="0.4"),
                criterion("brier", "brierScore", "pooledRows", "upper", "atMost", "0.25"),
                criterion("prevalence", "prevalence", "pooledRows", "point", "atMost", "0.5"),
                criterion("women", "sensitivity", "everySite", "lower", "atLeast", "0.5", slice="sex",
                          threshold="0.4", events=10),
            ],
            "stopCriteria": [
                criterion("stop", "sensitivity", "pooledRows", "lower", "atLeast", "0.3", threshold="0.4", when="list",
                          sites=2)],
        }],
        "fallback": "none", "evidence": {"validityDays": 1, "regulatory": []},
    }


def release(tools):
    """What the hospitals release, and what follows from it."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        documents = ["--protocol", HERE / "protocol.json"]
        for site, *_ in SITES:
            subprocess.run(
                [tools / "site-agent", "evaluate", *documents, "--model", HERE / "score.json", "--data",
                 HERE / "hospitals" / site / "data.csv", "--dataset", HERE / "dataset.json", "--policy",
                 HERE / "policy.json", "--site", site, "--out", folder / "sites" / site],
                check=True, stdout=subprocess.DEVNULL)
            shutil.copyfile(folder / "sites" / site / "aggregate.json", HERE / "aggregates" / f"{site}.json")
        # The verdict is a finding, and so an exit code.
        done = subprocess.run(
            [tools / "evidence", "recompute", *documents, "--aggregates", folder / "sites", "--out", folder / "merged"],
            stdout=subprocess.DEVNULL)
        if not (folder / "merged" / "pooled.json").exists():
            done.check_returncode()
        for file in ["pooled.json", *(f"sites/{site}.json" for site, *_ in SITES)]:
            shutil.copyfile(folder / "merged" / file, HERE / "matrix" / file)
        shutil.copyfile(folder / "merged" / "gates.json", HERE / "gates.json")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=pathlib.Path, metavar="FOLDER", help="folder with site-agent and evidence")
    tools = parser.parse_args().tools
    for site, _, count, shift in SITES:
        path = HERE / "hospitals" / site / "data.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(rows(site, count, shift))
    artifact = write("score.json", {"format": "recorded-score", "version": 1, "column": "score", "system": "made up"})
    write("protocol.json", protocol(artifact))
    write("dataset.json", {
        "format": "urn:equipoise:dataset:v1", "id": "merge-vectors", "dataClass": "synthetic", "source": "make.py",
        "sourceVersion": "1", "extractedAt": "2025-03-01T00:00:00Z", "deidentification": "nobody is described"})
    write("policy.json", {
        "format": "urn:equipoise:site-policy:v1", "minimumCell": 2,
        "lowering": {"person": "the project", "reason": "the rows are made up"}})
    if tools:
        release(tools)


if __name__ == "__main__":
    main()
