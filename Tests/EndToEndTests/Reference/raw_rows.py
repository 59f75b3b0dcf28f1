"""A hospital's raw rows as a protocol reads them: cohort, window, score, label, levels and drift cells.

Written from the pages in protocols/, in pandas and numpy; shares nothing with the site's evaluator.
"""
import csv
import datetime
import hashlib
import json
import math
import pathlib
import sys

import numpy as np
import pandas as pd

MISSING = "missing"


def number(cell):
    """A cell's number, or NaN for anything that is not one."""
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) and cell == cell.strip() and "_" not in cell else math.nan


def seconds(text):
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return math.nan


class Study:
    """A protocol and the model that it names, found by digest beside it."""

    def __init__(self, path):
        path = pathlib.Path(path)
        self.protocol = p = json.loads(path.read_bytes())
        self.folder = path.parent
        self.thresholds = [threshold["value"] for threshold in p["model"]["thresholds"]]
        texts = set(self.thresholds) | set(p["grid"]["calibrationEdges"]) | set(p["grid"]["fineEdges"])
        self.grid = ["0"] + sorted(texts, key=float) + ["1"]
        self.calibration = {"0", "1"} | set(p["grid"]["calibrationEdges"])
        self.roles = {site["id"]: site["role"] for site in p["sites"]}
        dated = p["windows"]["kind"] == "dated"
        self.windows = [window["id"] for window in p["windows"]["list"]] if dated else ["undated"]
        self.patient = p["data"].get("patientColumn")
        self.model = self.by_digest(p["model"]["artifact"])
        self.features = self.by_digest(p["model"]["features"]) if "features" in p["model"] else None

    def by_digest(self, digest):
        for file in sorted(self.folder.iterdir()):
            if file.is_file() and "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest() == digest:
                return json.loads(file.read_text())
        sys.exit(f"no file beside the protocol has the digest {digest}")

    def levels(self, attribute):
        return [level["level"] for level in attribute["levels"]] + [MISSING]

    def slices(self):
        """Every slice in the order of the matrix."""
        yield "overall", "all"
        for attribute in self.protocol["slices"]:
            for level in self.levels(attribute):
                yield attribute["attribute"], level

    def read(self, path):
        """The rows that are in, with added columns whose names begin with a space."""
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows = pd.DataFrame(list(reader), columns=reader.fieldnames, dtype=str)
        p = self.protocol
        if self.patient:
            rows = rows[rows[self.patient] != ""]
        rows = self.cohort(rows).copy()
        rows[" window"] = self.window(rows)
        if self.features:
            rows[" inputs"] = list(np.column_stack(list(self.inputs(rows))))
        rows[" score"] = self.precision(self.score(rows))
        rows = rows[(rows[" window"] >= 0) & (rows[" score"] >= 0) & (rows[" score"] <= 1)].copy()
        label = rows[p["label"]["column"]]
        rows[" label"] = np.select([label.isin(p["label"]["positive"]), label.isin(p["label"]["negative"])], [1, 0], -1)
        for attribute in p["slices"]:
            rows[" level " + attribute["attribute"]] = self.level(rows, attribute)
        if "baseline" in p:
            rows[" baseline"] = rows[p["baseline"]["column"]].map(number)
            feature = next((f for f in p["data"]["features"] if f["column"] == p["baseline"]["column"]), {})
            absent = rows[" baseline"].isin([float(v) for v in feature.get("missingValues", [])])
            rows.loc[absent, " baseline"] = np.nan
        for profile in p["drift"]["profiles"]:
            if profile["of"] == "column":
                rows[" cell " + profile["id"]] = self.cell(rows[profile["id"]], profile)
        return rows

    def cohort(self, rows):
        for rule in self.protocol["cohort"]["rules"]:
            kind = rule["kind"]
            if kind == "firstPerPatient":
                order = rows.assign(**{" by": rows[rule["by"]].map(number)}).dropna(subset=[" by"])
                rows = order.sort_values(" by", kind="stable").groupby(self.patient, sort=False).head(1)
            elif kind == "equals":
                rows = rows[rows[rule["column"]] == rule["value"]]
            elif kind == "in":
                rows = rows[rows[rule["column"]].isin(rule["values"])]
            elif kind == "notEmpty":
                rows = rows[rows[rule["column"]] != ""]
            else:
                values = rows[rule["column"]].map(number)
                rows = rows[(values >= float(rule.get("lower", "-inf"))) & (values <= float(rule.get("upper", "inf")))]
        return rows

    def window(self, rows):
        plan = self.protocol["windows"]
        if plan["kind"] == "undated":
            return 0
        times = rows[plan["column"]].map(seconds)
        found = np.full(len(rows), -1)
        for index, window in enumerate(plan["list"]):
            found[(times >= seconds(window["start"])) & (times < seconds(window["end"]))] = index
        return found

    def score(self, rows):
        if self.protocol["model"]["kind"] == "recordedScore":
            return rows[self.model["column"]].map(number).to_numpy(float)
        total = np.full(len(rows), float(self.model["intercept"]))
        for feature, values in zip(self.model["features"], self.inputs(rows)):
            total = total + feature["coefficient"] * np.where(np.isnan(values), feature["impute"], values)
        return 1 / (1 + np.exp(-total))

    def inputs(self, rows):
        """The model's inputs, one array each, not-a-number where one is missing."""
        kinds = {feature["name"]: feature for feature in self.features["features"]}
        for feature in self.model["features"]:
            kind = kinds[feature["name"]]
            cells = rows[kind["column"]]
            if kind["kind"] == "number":
                values = cells.map(number).to_numpy(float)
                values[np.isin(values, kind.get("missing_values", []))] = np.nan
            elif kind["kind"] == "equals":
                values = (cells == kind["value"]).to_numpy(float)
                if kind.get("missing") == "nan":
                    values[(cells == "").to_numpy()] = np.nan
            else:
                sys.exit(f"this script does not know features of kind {kind['kind']}")
            yield values

    def precision(self, scores):
        rule = self.protocol["model"]["scorePrecision"]
        if rule["kind"] == "binary32":
            return scores.astype(np.float32).astype(float)
        return np.round(scores, rule["digits"]) if rule["kind"] == "decimals" else scores

    def level(self, rows, attribute):
        cells, ids = rows[attribute["column"]], self.levels(attribute)
        found = np.full(len(rows), MISSING, dtype=object)
        if "bands" in attribute:
            values = cells.map(number).to_numpy(float)
            known = ~np.isnan(values)
            bands = np.searchsorted([float(edge) for edge in attribute["bands"]], values[known], side="right")
            found[known] = [ids[band] for band in bands]
        else:
            for level in attribute["levels"]:
                found[cells.isin(level["codes"]).to_numpy()] = level["level"]
        return found

    def cell(self, cells, profile):
        feature = next(f for f in self.protocol["data"]["features"] if f["column"] == profile["id"])
        if "levels" in profile:
            found = np.full(len(cells), len(profile["levels"]))
            for index, level in enumerate(profile["levels"]):
                found[(cells == level).to_numpy()] = index
            found[(cells == "").to_numpy()] = len(profile["levels"]) + 1
            return found
        edges = [float(edge) for edge in profile["edges"]]
        values = cells.map(number).to_numpy(float)
        lower, upper = float(feature.get("lower", "-inf")), float(feature.get("upper", "inf"))
        other = np.isnan(values) | (values < lower) | (values > upper)
        found = np.where(other, len(edges) + 1, np.searchsorted(edges, values, side="right"))
        absent = (cells == "").to_numpy() | np.isin(values, [float(v) for v in feature.get("missingValues", [])])
        return np.where(absent, len(edges) + 2, found)


class Stratum:
    """Raw rows of one slice and window at one site, and the edges on which they were released."""

    def __init__(self, site, window, rows, released, edges):
        self.site, self.window, self.edges, self.released, self.rows = site, window, edges, released, rows
        self.labelled = rows[rows[" label"] >= 0]
        self.p = self.labelled[" score"].to_numpy(float)
        self.y = self.labelled[" label"].to_numpy(int)

    def keeps(self, edge):
        return edge in self.edges

    def counts(self, which):
        """Rows of a class on the released intervals."""
        if which == "unlabelled":
            scores = self.rows.loc[self.rows[" label"] < 0, " score"].to_numpy(float)
        else:
            scores = self.p[self.y == (which == "positive")]
        inner = [float(edge) for edge in self.edges[1:-1]]
        return np.bincount(np.searchsorted(inner, scores, side="right"), minlength=len(inner) + 1)


def data_files(folders):
    """Site → CSV: each folder holds one folder a site, with data.csv in it or in its folder data."""
    files = {}
    for folder in map(pathlib.Path, folders):
        files |= {path.parent.name: path for path in folder.glob("*/data.csv")}
        files |= {path.parent.parent.name: path for path in folder.glob("*/data/data.csv")}
    return files
