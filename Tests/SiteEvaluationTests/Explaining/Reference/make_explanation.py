"""Writes a small hospital, a model of XGBoost, and what the model leans on there by XGBoost's own contributions.

    python3 make_explanation.py

The sample is drawn as protocols/site-files.md says, with code of its own. `expected.json` holds, for each window and
slice, the sampled patients and the mean absolute contribution of each input, cut at `largest`. Tests read the files
and never run this.
"""
import json
import math
import pathlib
import struct

import numpy
import xgboost

HERE = pathlib.Path(__file__).parent
FEATURES = ["age", "lactate", "pulse", "pressure", "sodium"]
LARGEST = [2, 1, 0.5, 0.25, 1]
ROWS, WINDOWS, MASK = 900, 2, 2**64 - 1


def fold(key, word):
    x = ((key ^ word) + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & MASK
    return x ^ x >> 31


def row_key(inputs):
    key = 0
    for value in inputs:
        word = MASK if math.isnan(value) else struct.unpack("<Q", struct.pack("<d", value + 0.0))[0]
        key = fold(key, word)
    return key


def main():
    rng = numpy.random.default_rng(20)
    x = rng.normal(size=(ROWS, len(FEATURES))).round(2)
    x[rng.random(x.shape) < 0.1] = numpy.nan
    filled = numpy.nan_to_num(x)
    odds = 1.4 * filled[:, 0] + numpy.abs(filled[:, 1]) - filled[:, 2] * filled[:, 3] - 1
    label = (rng.random(ROWS) < 1 / (1 + numpy.exp(-odds))).astype(int)
    booster = xgboost.train(
        {"max_depth": 3, "eta": 0.3, "objective": "binary:logistic", "nthread": 1, "seed": 1},
        xgboost.DMatrix(x, label, feature_names=FEATURES), 25)
    booster.save_model(HERE / "xgb.json")
    parts = booster.predict(xgboost.DMatrix(x, feature_names=FEATURES), pred_contribs=True)[:, :-1]

    patient = rng.integers(0, 520, ROWS)
    window = rng.integers(0, WINDOWS, ROWS)
    level = rng.choice(["F", "M", ""], ROWS, p=[0.5, 0.4, 0.1])
    labelled = rng.random(ROWS) > 0.15
    lines = ["pid,time,y,sex," + ",".join(FEATURES)]
    for i in range(ROWS):
        cells = ["" if math.isnan(v) else repr(float(v)) for v in x[i]]
        lines.append(",".join([
            f"p{patient[i]}", f"20{10 + window[i]}-05-01T00:00:00Z", str(label[i]) if labelled[i] else "", level[i],
            *cells]))
    (HERE / "table.csv").write_text("\n".join(lines) + "\n")
    (HERE / "features.json").write_text(json.dumps({"dataset": "made up", "features": [
        {"name": name, "column": name, "kind": "number"} for name in FEATURES]}, indent=1) + "\n")

    windows = []
    for index in range(WINDOWS):
        people = {}
        for i in numpy.flatnonzero(labelled & (window == index)):
            people.setdefault(patient[i], []).append((row_key(x[i]), i))
        keys = sorted(
            (fold(0, sum(key for key, _ in rows) & MASK), min(rows)[1]) for rows in people.values())
        chosen = [i for _, i in keys[:min(1000, len(keys) // 2)]]
        slices = {}
        for name, members in [("overall", chosen), *(
                (code, [i for i in chosen if level[i] == code]) for code in ("F", "M", ""))]:
            cut = numpy.minimum(numpy.abs(parts[members].astype(float)), LARGEST)
            slices[name or "missing"] = {"rows": len(members), "means": [float(v) for v in cut.mean(axis=0)]}
        windows.append(slices)
    (HERE / "expected.json").write_text(json.dumps(
        {"made": f"xgboost {xgboost.__version__}, numpy {numpy.__version__}", "features": FEATURES,
         "largest": [repr(v) for v in LARGEST], "windows": windows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
