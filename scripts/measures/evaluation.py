"""A whole evaluation, from a CSV file to released counts: this project, and pandas with XGBoost and scikit-learn.

Both read the same million rows of twenty columns, score them with the same XGBoost model and take the same measures of
the same thirty slices. Each is a process of its own that may use all cores; they take turns, medians are given. The
peer takes no intervals, makes no disclosure control and signs nothing.
"""
import hashlib
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROWS, NUMBERS, TREES, REPEATS = 1_000_000, 13, 200, 3
CODES = {"sex": ["female", "male"], "ward": ["ed", "icu", "med", "surg"], "origin": list("abcde"), "payer": list("pms")}
BANDS = {"age": [30, 45, 60, 75], "x7": [-1, 0, 1], "x8": [-1, -0.5, 0, 0.5, 1]}
THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "protocols" / "examples" / "heart-disease"


def missing():
    """Python packages that are not installed, as (package, why)."""
    return [(package, "the peer of a whole evaluation") for name, package in
            (("numpy", "numpy"), ("pandas", "pandas"), ("xgboost", "xgboost"), ("sklearn", "scikit-learn"))
            if not importlib.util.find_spec(name)]


def whole_evaluation(agent, folder):
    # In a process of its own: a child's peak memory begins with its parent's.
    subprocess.run([sys.executable, pathlib.Path(__file__).resolve(), "rows", folder], check=True)
    make_protocol(folder)
    ours = [agent, "evaluate", "--protocol", folder / "protocol.json", "--model", folder / "model.ubj", "--features",
            folder / "features.json", "--data", folder / "rows.csv", "--dataset", folder / "dataset.json", "--site",
            "budapest", "--out", folder / "out"]
    peer = [sys.executable, pathlib.Path(__file__).resolve(), "peer", folder]
    found = {"ours": [], "peer": []}
    for _ in range(REPEATS):
        for name, command in (("ours", ours), ("peer", peer)):
            found[name].append(measured(command))
    middle = {name: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for name, runs in found.items()}
    return {"rows": ROWS, "columns": len(columns()), "slices": sum(map(len, CODES.values())) + sum(len(e) + 1 for e in BANDS.values()) + 1,
            **middle, "ratio": middle["peer"]["seconds"] / middle["ours"]["seconds"]}


def columns():
    return ["label", *CODES, "age", *(f"x{i}" for i in range(NUMBERS)), "spare"]


def measured(command):
    """Wall time, processor time and peak memory of a process that has to succeed."""
    start = time.perf_counter()
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    words = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command[0]}: {words.decode(errors='replace')[-500:]}")
    return {"seconds": time.perf_counter() - start, "processor": usage.ru_utime + usage.ru_stime,
            "mebibytes": usage.ru_maxrss / 1024}


def make_rows(folder):
    import numpy
    import pandas
    import xgboost
    dice = numpy.random.default_rng(11)
    table = pandas.DataFrame(dice.normal(size=(ROWS, NUMBERS)).round(4), columns=[f"x{i}" for i in range(NUMBERS)])
    for name, codes in CODES.items():
        table[name] = dice.choice(codes, ROWS)
    table["age"] = dice.integers(18, 90, ROWS)
    table["spare"] = dice.integers(0, 1000, ROWS)
    linear = table.x0 * 0.8 - table.x1 * 0.5 + table.x2 * table.x3 + 0.02 * (table.age - 50) - 1.6
    table["label"] = (dice.random(ROWS) < 1 / (1 + numpy.exp(-linear))).astype(int)
    table[columns()].to_csv(folder / "rows.csv", index=False)
    inputs = ["age"] + [f"x{i}" for i in range(NUMBERS)]
    matrix = xgboost.DMatrix(table[inputs].head(50_000), table.label.head(50_000))
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": 6, "eta": 0.05}, matrix, TREES)
    booster.save_model(folder / "model.ubj")


def make_protocol(folder):
    """The heart disease example's protocol with this model, these columns and thirty slices."""
    inputs = ["age"] + [f"x{i}" for i in range(NUMBERS)]
    features = {"features": [{"name": name, "column": name, "kind": "number"} for name in inputs]}
    (folder / "features.json").write_text(json.dumps(features))
    (folder / "dataset.json").write_bytes((EXAMPLE / "sites/budapest/dataset.json").read_bytes())
    protocol = json.loads((EXAMPLE / "protocol.json").read_text())

    def digest(name):
        return "sha256:" + hashlib.sha256((folder / name).read_bytes()).hexdigest()

    protocol["model"] |= {"kind": "treeEnsemble", "artifact": digest("model.ubj"), "features": digest("features.json"),
                          "thresholds": [{"action": f"act at {t}", "value": str(t)} for t in THRESHOLDS]}
    protocol["cohort"]["rules"] = []
    protocol["label"]["column"] = "label"
    calibration = [str(k / 10) for k in range(1, 10)]
    fine = {str(k / 64) for k in range(1, 64)} | {"0.05"}
    protocol["grid"] = {"calibrationEdges": calibration, "fineEdges": sorted(fine - set(calibration), key=float)}
    protocol["slices"] = [
        {"attribute": name, "column": name, "levels": [{"codes": [c], "label": c, "level": c} for c in codes]}
        for name, codes in CODES.items()]
    protocol["slices"] += [
        {"attribute": name, "column": name, "bands": [str(edge) for edge in edges],
         "levels": [{"label": f"band {k}", "level": f"band-{k}"} for k in range(len(edges) + 1)]}
        for name, edges in BANDS.items()]
    protocol["data"]["features"] = [{"column": name, "type": "category"} for name in CODES]
    protocol["data"]["features"] += [
        {"column": name, "type": "number", "unit": "1", "lower": "-100", "upper": "200"} for name in inputs]
    protocol["drift"] = {"profiles": [{"counts": [1, 1], "edges": ["0.5"], "of": "score"}], "reference": "none"}
    for phase in protocol["phases"].values() if isinstance(protocol["phases"], dict) else protocol["phases"]:
        for rule in phase.get("go", []) + phase.get("stop", []):
            rule.pop("slice", None)
    text = json.dumps(protocol, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (folder / "protocol.json").write_text(text)


def peer(folder):
    import numpy
    import pandas
    import xgboost
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score, brier_score_loss, confusion_matrix, roc_auc_score
    table = pandas.read_csv(folder / "rows.csv")
    booster = xgboost.Booster(model_file=folder / "model.ubj")
    score = booster.inplace_predict(table[["age"] + [f"x{i}" for i in range(NUMBERS)]])
    label = table.label.to_numpy()
    slices = [numpy.ones(len(table), bool)]
    slices += [(table[name] == code).to_numpy() for name, codes in CODES.items() for code in codes]
    for name, edges in BANDS.items():
        band = numpy.searchsorted(edges, table[name].to_numpy(), side="right")
        slices += [band == k for k in range(len(edges) + 1)]
    results = []
    for inside in slices:
        y, p = label[inside], score[inside]
        found = {"auroc": roc_auc_score(y, p), "ap": average_precision_score(y, p), "brier": brier_score_loss(y, p)}
        found["tables"] = [confusion_matrix(y, p >= t).tolist() for t in THRESHOLDS]
        found["bins"] = [numpy.histogram(p[y == k], bins=64, range=(0, 1))[0].tolist() for k in (0, 1)]
        logit = numpy.log(p / (1 - p)).reshape(-1, 1)
        fit = LogisticRegression(C=numpy.inf).fit(logit, y)
        found["slope"] = float(fit.coef_[0, 0])
        results.append(found)
    print(json.dumps(results))


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(pathlib.Path(sys.argv[2]))
    elif sys.argv[1:2] == ["rows"]:
        make_rows(pathlib.Path(sys.argv[2]))
