#!/usr/bin/env python3
"""Writes a study of a boosted-tree model and what XGBoost and NumPy say that it comes to.

The model is trained on the heart disease example's development site, with some cells taken out so that splits learn
where to send what is missing, and takes three columns of codes as categories. It is saved as a vendor would, in UBJSON. The
study asks three other hospitals and wants to know what the score leans on. `expected.json` holds, for each hospital and
for all, numbers that never saw our code: scores and contributions by XGBoost, everything else from the raw rows. Tests
read the files and never run this.
"""
import csv
import hashlib
import json
import math
import pathlib

import numpy
import xgboost

HERE = pathlib.Path(__file__).parent
EXAMPLE = HERE.parents[3] / "protocols" / "examples" / "heart-disease"
SITES = ["budapest", "long-beach", "switzerland"]
ROW = {"site": "budapest", "encounter": "BUD-0003"}
MINIMUM_CELL, SAMPLED, THRESHOLD = 3, 1000, 0.5
MASK = 2**64 - 1

FEATURES = [
    {"name": "age", "column": "age", "kind": "number"},
    {"name": "sex_male", "column": "sex", "kind": "equals", "value": "male"},
    {"name": "chest_pain", "column": "cp", "kind": "map", "map": {"1": 0, "2": 1, "3": 2, "4": 3}},
    {"name": "pressure", "column": "trestbps", "kind": "number", "missing_values": [0]},
    {"name": "cholesterol", "column": "chol", "kind": "number", "missing_values": [0]},
    {"name": "resting_ecg", "column": "restecg", "kind": "map", "map": {"0": 0, "1": 1, "2": 2}},
    {"name": "heart_rate", "column": "thalach", "kind": "number"},
    {"name": "exercise_angina", "column": "exang", "kind": "number"},
    {"name": "depression", "column": "oldpeak", "kind": "number"},
    {"name": "thallium", "column": "thal", "kind": "map", "map": {"3": 0, "6": 1, "7": 2}},
]
KINDS = ["c" if feature["kind"] == "map" else "q" for feature in FEATURES]
NAMES = [feature["name"] for feature in FEATURES]


def rows(site):
    with open(EXAMPLE / "sites" / site / "data.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if row["num"]]


def value(feature, cell):
    """protocols/models.md, section 1."""
    if feature["kind"] == "equals":
        return float(cell == feature["value"])
    if feature["kind"] == "map":
        return float(feature["map"].get(cell, math.nan))
    number = float(cell) if cell else math.nan
    return math.nan if number in feature.get("missing_values", []) else number


def inputs(table):
    return numpy.array([[value(feature, row[feature["column"]]) for feature in FEATURES] for row in table])


def matrix(x, label=None):
    return xgboost.DMatrix(x, label, feature_names=NAMES, feature_types=KINDS, enable_categorical=True)


def trained():
    table = rows("cleveland")
    x, label = inputs(table), numpy.array([int(row["label"]) for row in table])
    x[numpy.random.default_rng(7).random(x.shape) < 0.15] = numpy.nan
    return xgboost.train(
        {"objective": "binary:logistic", "max_depth": 3, "eta": 0.3, "seed": 1, "nthread": 1, "tree_method": "hist",
         "max_cat_to_onehot": 1}, matrix(x, label), 12)


def canonical(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(name):
    return "sha256:" + hashlib.sha256((HERE / name).read_bytes()).hexdigest()


def rounded_up(number):
    unit = 10 ** math.floor(math.log10(number))
    return f"{math.ceil(number / unit * 10) * unit / 10:.6g}"


def explanation(model):
    """Each input with the contribution that 99 of 100 rows of the development site stay below, rounded up."""
    parts = numpy.abs(model.predict(matrix(inputs(rows("cleveland"))), pred_contribs=True))[:, :-1]
    largest = numpy.sort(parts, axis=0)[len(parts) * 99 // 100]
    return {"rows": SAMPLED,
            "features": [{"name": name, "largest": rounded_up(size)} for name, size in zip(NAMES, largest.tolist())]}


def protocol(model):
    document = json.loads((EXAMPLE / "protocol.json").read_text())
    document["id"] = "trees-angiography"
    document["model"].update(
        {"id": "heart-disease-trees", "kind": "treeEnsemble", "artifact": digest("model.ubj"),
         "features": digest("features.json")})
    document["analysis"]["explanation"] = explanation(model)
    document["sites"] = [site for site in document["sites"] if site["id"] in SITES]
    document["drift"]["profiles"] = [p for p in document["drift"]["profiles"] if p["of"] != "score"]
    criteria = document["phases"][0]["goCriteria"]
    document["phases"][0]["goCriteria"] = [c for c in criteria if c["id"] in ("auroc-mean", "sensitivity-every-site")]
    return document


def model_card():
    document = json.loads((EXAMPLE / "model-card.json").read_text())
    document["name"] = "Coronary disease before angiography, boosted trees"
    document["summary"] = "Twelve boosted trees on ten inputs, trained on 303 rows of the Cleveland Clinic Foundation."
    document["cautions"] = ["not a medical device", "scores of patients without a thallium scan lean on the other inputs"]
    document["limitations"] = ["trained on 303 patients of one hospital"]
    return document


def mix(key, word):
    z = ((key ^ word) + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return z ^ z >> 31


def sample(x):
    """The rows with the lowest keys: protocols/site-files.md, section 6. One row is one patient here."""
    keys = []
    for row in x + 0.0:
        key = 0
        for number in row:
            key = mix(key, MASK if math.isnan(number) else int(number.view(numpy.uint64)))
        keys.append(key)
    count = min(SAMPLED, len(x) // 2)
    order = sorted(range(len(x)), key=lambda i: keys[i])[:count]
    # Rows that are alike up to their levels could be taken one for another; then this would have to look further.
    assert len(set(keys)) == len(keys) or keys.count(keys[order[-1]]) == 1
    return order


def area(score, label):
    """By counting pairs."""
    events, others = score[label == 1], score[label == 0]
    pairs = (events[:, None] > others).sum() + 0.5 * (events[:, None] == others).sum()
    return float(pairs / len(events) / len(others))


def hospital(model, site, largest):
    table = rows(site)
    x, label = inputs(table), numpy.array([int(row["label"]) for row in table])
    score = model.predict(matrix(x))
    assert score.dtype == numpy.float32
    score = score.astype(float)
    parts = model.predict(matrix(x), pred_contribs=True).astype(float)[sample(x), :-1]
    parts = numpy.minimum(numpy.abs(parts), largest)
    steps = parts.sum(axis=0) / (MINIMUM_CELL * largest)
    # XGBoost sums contributions in binary32; a sum next to a whole step would say nothing.
    assert numpy.all(numpy.abs(steps - numpy.rint(steps)) > 1e-3), (site, steps)
    events = label == 1
    return {"rows": len(table), "events": int(events.sum()), "missing": int(numpy.isnan(x).sum()),
            "auroc": area(score, label), "brierScore": float(((score - label) ** 2).mean()),
            "sensitivity": float((score[events] >= THRESHOLD).mean()),
            "specificity": float((score[~events] < THRESHOLD).mean()),
            "sampled": len(parts), "steps": [int(step) for step in steps],
            "meanAbsolute": parts.mean(axis=0).tolist()}


def bounds(hospitals, largest):
    """Of the mean of each input: protocols/merge.md, section 18."""
    total = sum(h["sampled"] for h in hospitals)
    means = []
    for j, size in enumerate(largest):
        lower = sum(h["steps"][j] * MINIMUM_CELL for h in hospitals) * size / total
        upper = sum(min(h["steps"][j] * MINIMUM_CELL + MINIMUM_CELL, h["sampled"]) for h in hospitals) * size / total
        means.append({"value": (lower + upper) / 2, "lower": lower, "upper": upper})
    whole = sum(mean["value"] for mean in means)
    return [{"name": name, "mean": mean, "share": mean["value"] / whole} for name, mean in zip(NAMES, means)]


def main():
    model = trained()
    model.save_model(HERE / "model.ubj")
    (HERE / "features.json").write_bytes(canonical({"features": FEATURES}))
    document = protocol(model)
    (HERE / "protocol.json").write_bytes(canonical(document))
    (HERE / "model-card.json").write_bytes(canonical(model_card()))
    largest = numpy.array([float(f["largest"]) for f in document["analysis"]["explanation"]["features"]])
    found = {site: hospital(model, site, largest) for site in SITES}
    for each in found.values():
        each["explanation"] = bounds([each], largest)
        for one, mean in zip(each["explanation"], each.pop("meanAbsolute")):
            one["meanAbsolute"] = mean
    one = next(row for row in rows(ROW["site"]) if row["encounter_id"] == ROW["encounter"])
    x = matrix(inputs([one]))
    row = ROW | {"score": float(model.predict(x)[0]), "base": float(model.predict(x, pred_contribs=True)[0, -1]),
                 "contributions": dict(zip(NAMES, model.predict(x, pred_contribs=True)[0, :-1].astype(float)))}
    pooled = {"rows": sum(h["rows"] for h in found.values()), "sampled": sum(h["sampled"] for h in found.values()),
              "explanation": bounds(list(found.values()), largest)}
    (HERE / "expected.json").write_text(json.dumps(
        {"what": f"by make_trees.py with XGBoost {xgboost.__version__}, NumPy {numpy.__version__}",
         "protocol": digest("protocol.json"), "row": row, "sites": found, "pooled": pooled}, indent=1) + "\n")


if __name__ == "__main__":
    main()
