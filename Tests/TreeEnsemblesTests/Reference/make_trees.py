"""Writes small models of XGBoost and LightGBM, with the libraries' own scores and contributions for awkward rows.

Run from this folder once for each pair of versions wanted; the file names carry the version:

    python3 make_trees.py

A model lies beside a table of the same name: a line that says what made it, a line of names, then a row a line with
its inputs, margin, probability, and contributions with the bias last. Numbers are the shortest that read back the
same; XGBoost's are binary32. Rows hold values next to and on thresholds, nothing, infinities where the library takes
them, numbers that LightGBM reads as zero, and categories that no split knows. Tests read the files and never run this.
"""
import platform

import lightgbm
import numpy
import xgboost

ROWS, FEATURES = 600, 12


def draw(seed, categories):
    rng = numpy.random.default_rng(seed)
    x = rng.normal(size=(ROWS, FEATURES)).round(2)
    for column in range(categories):
        x[:, column] = rng.integers(0, (3, 40, 70)[column], ROWS)
    x[:, 6] = rng.integers(0, 3, ROWS)
    x[:, 7] = numpy.where(rng.random(ROWS) < 0.4, 0, x[:, 7])
    effect = numpy.zeros(ROWS)
    for column in range(categories):
        effect += rng.normal(size=100)[x[:, column].astype(int)]
    linear = x[:, 3] - x[:, 4] * x[:, 5] + (x[:, 7] == 0) + 0.5 * x[:, 8] * x[:, 9] + effect
    x[rng.random(x.shape) < 0.08] = numpy.nan
    label = (rng.random(ROWS) < 1 / (1 + numpy.exp(-linear))).astype(int)
    return x, label


def awkward(x, thresholds, categories, seed, infinite):
    """A few training rows, then rows of values that are easy to get wrong."""
    rng = numpy.random.default_rng(seed)
    rows = x[:40].copy()
    more = x[40:100].copy()
    for row in more:
        for column in range(categories, FEATURES):
            cuts = thresholds.get(column)
            if cuts and rng.random() < 0.6:
                cut = cuts[rng.integers(len(cuts))]
                row[column] = (cut, numpy.nextafter(cut, 9), numpy.nextafter(cut, -9))[rng.integers(3)]
            elif rng.random() < 0.2:
                row[column] = rng.choice([0.0, -0.0, 1e-36, -1e-36, 1e-35, numpy.float32(1e-35), 2e-35, numpy.nan])
            elif infinite and rng.random() < 0.1:
                row[column] = rng.choice([numpy.inf, -numpy.inf, 1e300])
        for column in range(categories):
            if rng.random() < 0.4:
                row[column] = rng.choice([-1, -0.5, 0.5, 1.9, 999, 16777215, 16777216, 3e9, 1e18, numpy.nan])
    return numpy.vstack([rows, more])


def write(name, made_by, rows, margin, score, contributions):
    columns = [f"x{column}" for column in range(rows.shape[1])] + ["margin", "score"]
    columns += [f"c{column}" for column in range(rows.shape[1])] + ["bias"]
    with open(f"{name}.csv", "w") as file:
        file.write(f"# {made_by}, numpy {numpy.__version__}, Python {platform.python_version()}\n")
        file.write(",".join(columns) + "\n")
        for values in zip(rows, margin, score, contributions):
            cells = [*values[0], values[1], values[2], *values[3]]
            file.write(",".join(numpy.format_float_positional(cell) if abs(cell) < 1e6 and cell == cell
                                and abs(cell) > 1e-4 else repr(float(cell)) for cell in cells) + "\n")


def xgboost_case(case, seed, categories=0, rounds=10, **parameters):
    x, label = draw(seed, categories)
    kinds = ["c"] * categories + ["q"] * (FEATURES - categories)
    more = {"feature_types": kinds, "enable_categorical": True} if categories else {}
    matrix = xgboost.DMatrix(x, label, **more)
    booster = xgboost.train({"objective": "binary:logistic", "seed": 1, "nthread": 1, **parameters}, matrix, rounds)
    thresholds = {}
    for line in "\n".join(booster.get_dump()).splitlines():
        if "<" in line and "{" not in line:
            column, cut = line.split("[f")[1].split("]")[0].split("<")
            thresholds.setdefault(int(column), []).append(numpy.float32(cut))
    rows = awkward(x.astype(numpy.float32), thresholds, categories, seed, False)
    matrix = xgboost.DMatrix(rows, **more)
    name = f"xgboost-{xgboost.__version__}-{case}"
    booster.save_model(f"{name}.json")
    booster.save_model(f"{name}.ubj")
    write(name, f"XGBoost {xgboost.__version__}", rows, booster.predict(matrix, output_margin=True),
          booster.predict(matrix), booster.predict(matrix, pred_contribs=True))


def lightgbm_case(case, seed, categories=0, rounds=8, **parameters):
    x, label = draw(seed, categories)
    data = lightgbm.Dataset(x, label, categorical_feature=list(range(categories)) if categories else "auto")
    parameters = {"objective": "binary", "num_leaves": 12, "min_data_in_leaf": 8, "learning_rate": 0.2, "seed": 1,
                  "num_threads": 1, "deterministic": True, "verbose": -1, "max_cat_to_onehot": 4,
                  "min_data_per_group": 10, **parameters}
    booster = lightgbm.train(parameters, data, rounds)
    thresholds = {}
    for tree in booster.dump_model()["tree_info"]:
        nodes = [tree["tree_structure"]]
        while nodes:
            node = nodes.pop()
            if "split_index" in node:
                nodes += [node["left_child"], node["right_child"]]
                if node["decision_type"] == "<=":
                    thresholds.setdefault(node["split_feature"], []).append(node["threshold"])
    rows = awkward(x, thresholds, categories, seed, True)
    name = f"lightgbm-{lightgbm.__version__}-{case}"
    booster.save_model(f"{name}.txt")
    write(name, f"LightGBM {lightgbm.__version__}", rows, booster.predict(rows, raw_score=True), booster.predict(rows),
          booster.predict(rows, pred_contrib=True))


if __name__ == "__main__":
    newest = int(xgboost.__version__[0]) >= 3
    xgboost_case("missing", 1, max_depth=4)
    xgboost_case("categories", 2, categories=3, max_depth=5, tree_method="hist", max_cat_to_onehot=4, rounds=8)
    if newest:
        xgboost_case("deep", 3, max_depth=0, grow_policy="lossguide", max_leaves=120, tree_method="hist",
                     min_child_weight=0.05, eta=0.9, gamma=0, rounds=2)
        xgboost_case("forest", 4, max_depth=3, num_parallel_tree=3, subsample=0.6, rounds=3, base_score=0.3)
        xgboost_case("leaves", 5, max_depth=3, gamma=1e6, rounds=2, objective="reg:logistic")
        xgboost_case("pruned", 6, max_depth=6, gamma=4.0, tree_method="exact", rounds=4)
    lightgbm_case("nan", 11)
    lightgbm_case("zero", 12, zero_as_missing=True)
    if int(lightgbm.__version__[0]) >= 4:
        lightgbm_case("none", 13, use_missing=False, sigmoid=1.7)
        lightgbm_case("deep", 15, num_leaves=120, min_data_in_leaf=1, min_sum_hessian_in_leaf=0, rounds=2)
        lightgbm_case("leaves", 16, min_data_in_leaf=400, rounds=2)
    lightgbm_case("categories", 14, categories=3)
