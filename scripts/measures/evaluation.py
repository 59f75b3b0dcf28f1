"""A whole evaluation, from a CSV file to released counts: this project; pandas with XGBoost and scikit-learn, as it is
commonly written; and Polars with numpy and XGBoost, written for speed.

All read the same million rows of twenty columns, score them with the same XGBoost model and take the same measures of
the same thirty slices. Each is a process of its own that may use all cores; they take turns, medians are given. The
peers take no intervals, look for no identifiers, make no disclosure control and sign nothing.

Also freezing those rows in a column file, against Polars and DuckDB reading the CSV; one thread each, processor time.
Freezing is that of `score explain`, which freezes and then explains one row: with digests, profile, the scan for
identifiers, the model and the start of the process. The peers' time is that of the reading alone.
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
            (("numpy", "numpy"), ("pandas", "pandas"), ("xgboost", "xgboost"), ("sklearn", "scikit-learn"),
             ("polars", "polars"), ("duckdb", "duckdb"))
            if not importlib.util.find_spec(name)]


def whole_evaluation(agent, folder):
    # In a process of its own, which leaves its memory behind.
    subprocess.run([sys.executable, pathlib.Path(__file__).resolve(), "rows", folder], check=True)
    make_protocol(folder)
    ours = [agent, "evaluate", "--protocol", folder / "protocol.json", "--model", folder / "model.ubj", "--features",
            folder / "features.json", "--data", folder / "rows.csv", "--dataset", folder / "dataset.json", "--site",
            "budapest", "--out", folder / "out"]
    commands = {"ours": ours, **{name: [sys.executable, pathlib.Path(__file__).resolve(), name, folder]
                                 for name in ("peer", "tuned")}}
    found = {name: [] for name in commands}
    for _ in range(REPEATS):
        for name, command in commands.items():
            found[name].append(measured(command))
    middle = {name: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for name, runs in found.items()}
    return {"rows": ROWS, "columns": len(columns()), "slices": sum(map(len, CODES.values())) + sum(len(e) + 1 for e in BANDS.values()) + 1,
            **middle, "ratio": middle["peer"]["seconds"] / middle["ours"]["seconds"],
            "tunedRatio": middle["tuned"]["seconds"] / middle["ours"]["seconds"],
            "memoryRatio": middle["tuned"]["mebibytes"] / middle["ours"]["mebibytes"],
            "freezing": freezing(agent, folder)}


def freezing(agent, folder):
    """Seconds of one processor from the CSV file to columns."""
    core = {min(os.sched_getaffinity(0))}
    found = {"ours": [], "polars": [], "duckdb": []}
    ours = [agent, "score", "explain", "--row", "50", "--column", "age", "--protocol", folder / "protocol.json", "--model",
            folder / "model.ubj", "--features", folder / "features.json", "--data", folder / "rows.csv", "--dataset",
            folder / "dataset.json"]
    for _ in range(REPEATS):
        found["ours"].append(measured(ours, core)["processor"])
        for name in ("polars", "duckdb"):
            reading = subprocess.run([sys.executable, pathlib.Path(__file__).resolve(), name, folder], check=True,
                                     capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, core),
                                     env=os.environ | {"POLARS_MAX_THREADS": "1"})
            found[name].append(float(reading.stdout))
    middle = {name: statistics.median(times) for name, times in found.items()}
    return {**middle, "ratio": min(middle["polars"], middle["duckdb"]) / middle["ours"]}


def columns():
    return ["label", *CODES, "age", *(f"x{i}" for i in range(NUMBERS)), "spare"]


def measured(command, cores=None):
    """Wall time, processor time and peak memory of a process that has to succeed."""
    # Another measure may have limited Polars, or this process.
    environment = {name: value for name, value in os.environ.items() if name != "POLARS_MAX_THREADS"}
    # Started by a small process: a child's peak memory begins with its parent's.
    terms = json.dumps({"command": [str(part) for part in command], "cores": sorted(cores or [])})
    child = subprocess.run([sys.executable, pathlib.Path(__file__).resolve(), "start", terms], env=environment,
                           capture_output=True, text=True)
    if child.returncode:
        raise RuntimeError(child.stderr[-500:])
    return json.loads(child.stdout)


def start(terms):
    terms = json.loads(str(terms))
    if terms["cores"]:
        os.sched_setaffinity(0, terms["cores"])
    begin = time.perf_counter()
    child = subprocess.Popen(terms["command"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    words = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{terms['command'][0]}: {words.decode(errors='replace')[-500:]}")
    print(json.dumps({"seconds": time.perf_counter() - begin, "processor": usage.ru_utime + usage.ru_stime,
                      "mebibytes": usage.ru_maxrss / 1024}))


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
    # Contributions of a sample of rows are another measure.
    del protocol["analysis"]["explanation"]
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


def tuned(folder):
    """The same measures with what is fast in Python: rows are sorted once, slices are counted by codes."""
    import numpy
    import polars
    import xgboost
    table = polars.read_csv(folder / "rows.csv")
    booster = xgboost.Booster(model_file=folder / "model.ubj")
    inputs = table.select(["age"] + [f"x{i}" for i in range(NUMBERS)]).cast(polars.Float32).to_numpy()
    score = booster.inplace_predict(inputs).astype(numpy.float64)
    order = numpy.argsort(score, kind="stable")
    score = score[order]
    label = table["label"].to_numpy()[order].astype(bool)
    logit = numpy.log(score / (1 - score))
    edges = numpy.unique(numpy.concatenate([numpy.arange(1, 64) / 64, THRESHOLDS]))
    interval = numpy.searchsorted(edges, score, side="right")
    first = numpy.concatenate([[True], score[1:] != score[:-1]])
    attributes = [(numpy.zeros(len(table), numpy.int8), 1)]
    for name, codes in CODES.items():
        places = table[name].replace_strict(codes, list(range(len(codes))), return_dtype=polars.Int8)
        attributes.append((places.to_numpy()[order], len(codes)))
    for name, bounds in BANDS.items():
        attributes.append((numpy.searchsorted(bounds, table[name].to_numpy()[order], side="right"), len(bounds) + 1))
    results = []
    for codes, count in attributes:
        width = len(edges) + 1
        cells = numpy.bincount((codes.astype(numpy.int64) * 2 + label) * width + interval, minlength=count * 2 * width)
        squares = numpy.bincount(codes, (score - label) ** 2, count)
        for level in range(count):
            inside = codes == level if count > 1 else slice(None)
            y, x, starts = label[inside], logit[inside], numpy.flatnonzero(first[inside] if count == 1 else numpy.concatenate(
                [[True], numpy.diff(score[inside]) != 0]))
            positives = numpy.add.reduceat(y.astype(numpy.int64), starts)
            sizes = numpy.diff(numpy.concatenate([starts, [len(y)]]))
            negatives = sizes - positives
            below = numpy.cumsum(negatives) - negatives
            auroc = (positives * (2 * below + negatives)).sum() / (2 * positives.sum() * negatives.sum())
            reached, flagged = numpy.cumsum(positives[::-1]), numpy.cumsum(sizes[::-1])
            precision = (positives[::-1] * reached / flagged).sum() / positives.sum()
            results.append({"auroc": auroc, "ap": precision, "brier": squares[level] / len(y), "slope": slope(x, y),
                            "cells": cells[level * 2 * width:(level + 1) * 2 * width].tolist()})
    print(json.dumps(results))


def slope(x, y):
    """Newton's method for a logistic regression on one input."""
    import numpy
    a, b = 0.0, 1.0
    for _ in range(25):
        p = 1 / (1 + numpy.exp(-(a + b * x)))
        w, r = p * (1 - p), y - p
        g, s, sx, sxx = (r.sum(), r @ x), w.sum(), w @ x, w @ (x * x)
        d = s * sxx - sx * sx
        step = ((sxx * g[0] - sx * g[1]) / d, (s * g[1] - sx * g[0]) / d)
        a, b = a + step[0], b + step[1]
        if abs(step[0]) + abs(step[1]) < 1e-10:
            break
    return b


def read_with_polars(folder):
    import polars
    start = time.process_time()
    polars.read_csv(folder / "rows.csv")
    print(time.process_time() - start)


def read_with_duckdb(folder):
    import duckdb
    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 1")
    start = time.process_time()
    connection.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{folder / 'rows.csv'}')")
    print(time.process_time() - start)


if __name__ == "__main__":
    {"peer": peer, "rows": make_rows, "tuned": tuned, "polars": read_with_polars, "duckdb": read_with_duckdb,
     "start": start}[sys.argv[1]](sys.argv[2] if sys.argv[1] == "start" else pathlib.Path(sys.argv[2]))
