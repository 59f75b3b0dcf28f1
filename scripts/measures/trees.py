"""Boosted trees: this project, XGBoost and LightGBM with the same models on the same rows, one thread each.

The peers come from their Python packages, and their time is that of prediction from an array that is there; so is
ours. They take turns, medians are given, and results must agree: XGBoost's to the bit, LightGBM's to 1e-15.
"""
import importlib.util
import json
import os
import statistics
import subprocess
import time

ROWS, FEATURES, TREES, TRAINING, EXPLAINED, REPEATS = 1_000_000, 20, 200, 100_000, 10_000, 3


def missing():
    """Python packages that are not installed, as (package, why)."""
    return [(name, "a peer of the trees") for name in ("numpy", "xgboost", "lightgbm") if not importlib.util.find_spec(name)]


def boosted_trees(program, folder):
    """One core throughout; the caller has pinned this process and set the numbers of threads."""
    import numpy
    rng = numpy.random.default_rng(7)
    rows = rng.normal(size=(ROWS, FEATURES)).astype(numpy.float32)
    rows[rng.random(rows.shape) < 0.05] = numpy.nan
    known = numpy.nan_to_num(rows[:TRAINING])
    linear = known[:, 0] + known[:, 1] * known[:, 2] + numpy.sin(3 * known[:, 3])
    label = (linear + rng.normal(size=TRAINING) > 0.5).astype(int)
    coded = rows.copy()
    for column, codes in ((4, 8), (5, 30), (6, 300)):
        coded[:, column] = rng.integers(0, codes, ROWS)
        linear = linear + rng.normal(size=codes)[coded[:TRAINING, column].astype(int)]
    label_by_codes = (linear + rng.normal(size=TRAINING) > 0.5).astype(int)
    found = {}
    for name, values, labels, categories in (("numbers", rows, label, []), ("categories", coded, label_by_codes, [4, 5, 6])):
        for peer in (XGBoost, LightGBM):
            model = peer(values[:TRAINING], labels, categories, folder / f"{peer.__name__}-{name}{peer.suffix}")
            data = folder / "rows"
            values.astype(peer.kind).tofile(data)
            found[f"{peer.__name__}-{name}"] = compare(program, model, data, values, folder / "results", "scores")
            if not categories:
                values[:EXPLAINED].astype(peer.kind).tofile(data)
                found[f"{peer.__name__}-contributions"] = compare(
                    program, model, data, values[:EXPLAINED], folder / "results", "contributions")
            data.unlink()
    return {"rows": ROWS, "features": FEATURES, "trees": TREES, "explained": EXPLAINED,
            "peers": {peer.__name__: peer.version() for peer in (XGBoost, LightGBM)}, "found": found}


def compare(program, model, data, rows, results, work):
    import numpy
    rows = rows.astype(model.kind)
    ours, theirs = [], []
    for _ in range(REPEATS):
        call = [program, work, model.format, model.path, model.kind, data, results, "1"]
        ours += json.loads(subprocess.run(call, check=True, capture_output=True).stdout)["seconds"]
        start = time.process_time()
        expected = model.predict(rows) if work == "scores" else model.contributions(rows)
        theirs.append(time.process_time() - start)
    apart = float(numpy.max(numpy.abs(numpy.fromfile(results).reshape(expected.shape) - expected)
                            / (numpy.abs(expected) if work == "scores" else 1)))
    if not apart <= (1e-5 if work == "contributions" else model.tolerance):
        raise RuntimeError(f"{model.path.name}: {work} differ by {apart}")
    seconds, peer = statistics.median(ours), statistics.median(theirs)
    return {"seconds": seconds, "peerSeconds": peer, "ratio": peer / seconds, "apart": apart}


class XGBoost:
    format, suffix, kind, tolerance = "xgboost-ubj", ".ubj", "float32", 0

    def __init__(self, rows, label, categories, path):
        import xgboost
        self.path = path
        self.more = {} if not categories else {
            "feature_types": ["c" if column in categories else "q" for column in range(FEATURES)],
            "enable_categorical": True}
        matrix = xgboost.DMatrix(rows, label, **self.more)
        parameters = {"objective": "binary:logistic", "max_depth": 6, "eta": 0.05, "tree_method": "hist", "nthread": 1}
        self.booster = xgboost.train(parameters, matrix, TREES)
        self.booster.save_model(path)

    def predict(self, rows):
        # Without categories, the quickest way in: no matrix is made.
        return self.booster.predict(self.matrix(rows)) if self.more else self.booster.inplace_predict(rows)

    def contributions(self, rows):
        return self.booster.predict(self.matrix(rows), pred_contribs=True)

    def matrix(self, rows):
        import xgboost
        return xgboost.DMatrix(rows, nthread=1, **self.more)

    @staticmethod
    def version():
        import xgboost
        return xgboost.__version__


class LightGBM:
    format, suffix, kind, tolerance = "lightgbm-text", ".txt", "float64", 1e-15

    def __init__(self, rows, label, categories, path):
        import lightgbm
        self.path = path
        data = lightgbm.Dataset(rows.astype("float64"), label, categorical_feature=categories or "auto")
        parameters = {"objective": "binary", "num_leaves": 31, "learning_rate": 0.05, "num_threads": 1, "verbose": -1}
        self.booster = lightgbm.train(parameters, data, TREES)
        self.booster.save_model(path)

    def predict(self, rows):
        return self.booster.predict(rows, num_threads=1)

    def contributions(self, rows):
        return self.booster.predict(rows, pred_contrib=True, num_threads=1)

    @staticmethod
    def version():
        import lightgbm
        return lightgbm.__version__
