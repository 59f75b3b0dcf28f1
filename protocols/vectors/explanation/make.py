#!/usr/bin/env python3
"""Makes the vectors of what the score leans on (merge.md, section 18): aggregates of a study, and what the matrix says.

    python3 make.py            write them beside this file
    python3 make.py --check    exit 1 when a file on disk differs from what would be written

Rows are made up; `release.py` and `explain.py` beside the vectors of the aggregate release them, and exact fractions
here give the `explanation` of `pooled.json` and of each site's file. Shares no code with the product.
"""
import json
import pathlib
import random
import sys
from fractions import Fraction

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "aggregate"))

import make as aggregate  # noqa: E402
from release import Study, canonical, decimals  # noqa: E402

FEATURES = [("age", "1.5"), ("lactate", "2"), ("pulse", "0.75"), ("ward", "1")]
# Site, role, rows, patients, minimum cell, how much more it leans on lactate in the second window.
SITES = [("alpha", "validation", 2600, 2400, 11, 4.0), ("beta", "validation", 500, 400, 3, 1.0),
         ("gamma", "validation", 130, 120, 11, 1.0), ("home", "development", 300, 300, 5, 1.0)]
WINDOWS = ["w0", "w1"]


def protocol():
    study = aggregate.protocol(["0.5"], [], [], [2, 1], 2, [], True, 3)
    study["model"]["kind"] = "logisticRegression"
    study["model"]["features"] = study["model"]["artifact"]
    study["analysis"] = {"explanation": {
        "rows": 1000, "features": [{"name": name, "largest": largest} for name, largest in FEATURES]}}
    study["sites"] = [{"id": site, "name": site, "role": role} for site, role, *_ in SITES]
    return study


def release(study, site, size, people, cell, lean):
    draw = random.Random(f"explanation {site}")
    rows, parts = [], []
    for _ in range(size):
        window = draw.randrange(2)
        first = int(draw.random() < 0.35)
        rows.append({
            "patient": draw.randrange(people), "window": window, "cells": [], "score": draw.randrange(1001) / 1000,
            "class": "unlabelled" if draw.random() < 0.1 else draw.choice(["positive", "negative"]),
            "levels": [0 if first else 1 if site == "alpha" or draw.random() < 0.9 else 2, int(draw.random() < 0.05)]})
        more = lean if window else 1
        parts.append([
            round(64 * x) / 64 for x in (
                draw.gauss(0, 0.8), draw.gauss(0, 0.6) * more, draw.gauss(0, 0.9 if first else 0.1), draw.choice([0, 0.4]))])
    explained = []
    for window in range(2):
        of_patient = {}
        for place, row in enumerate(rows):
            if row["window"] == window and row["class"] != "unlabelled":
                of_patient.setdefault(row["patient"], []).append(place)
        for patient in draw.sample(sorted(of_patient), min(1000, len(of_patient) // 2)):
            place = draw.choice(of_patient[patient])
            explained.append([place, parts[place]])
    document = Study(study, cell, rows, [], {}, explained).aggregate("synthetic", aggregate.LOWERING)
    document["site"] = site
    return document


class Totals:
    """One row of the matrix: who is in, and between what each sum lies."""

    def __init__(self):
        self.contributors, self.withheld, self.rows = [], [], 0
        self.lower, self.upper = [Fraction(0)] * len(FEATURES), [Fraction(0)] * len(FEATURES)

    def add(self, name, entry, k):
        listed = self.withheld if "status" in entry else self.contributors
        if name not in listed:
            listed.append(name)
        if "status" in entry:
            return
        self.rows += entry["rows"]
        for i, (steps, (_, largest)) in enumerate(zip(entry["steps"], FEATURES)):
            self.lower[i] += steps * k * Fraction(largest)
            self.upper[i] += min((steps + 1) * k, entry["rows"]) * Fraction(largest)

    def means(self):
        return [((low + up) / 2 / self.rows, low / self.rows, up / self.rows) for low, up in zip(self.lower, self.upper)]

    def shares(self):
        means = self.means()
        shares = []
        for i, (value, low, up) in enumerate(means):
            others = [m for j, m in enumerate(means) if j != i]
            shares.append((
                value / sum(m[0] for m in means), low / (low + sum(m[2] for m in others)) if low else Fraction(0),
                up / (up + sum(m[1] for m in others))))
        return shares


def written(triple):
    return {key: decimals(x, 12) for key, x in zip(("value", "lower", "upper"), triple)}


def distance(one, other):
    value = sum(abs(a[0] - b[0]) for a, b in zip(one, other)) / 2
    low = sum(max(Fraction(0), a[1] - b[2], b[1] - a[2]) for a, b in zip(one, other)) / 2
    high = sum(max(a[2] - b[1], b[2] - a[1]) for a, b in zip(one, other)) / 2
    return value, low, min(Fraction(1), high)


def slices(study):
    yield ("overall", "all"), None
    for position, attribute in enumerate(study["slices"]):
        for level, name in enumerate([entry["level"] for entry in attribute["levels"]] + ["missing"]):
            yield (attribute["attribute"], name), (position, level)


def entry(window, place):
    """What is shown of a slice; None where it is empty."""
    slice = window["overall"] if place is None else window["attributes"][place[0]]["levels"][place[1]]
    if slice == {"status": "empty"}:
        return None
    shown = window["explanation"]
    if "status" in shown:
        return shown
    return shown["overall"] if place is None else shown["attributes"][place[0]][place[1]]


def explanation(study, documents, of_site):
    """The rows of one file: of the windows of a site, or of the sites."""
    table, first = [], {}
    for name, indices in [(id, [i]) for i, id in enumerate(WINDOWS)] + [("all", [0, 1])]:
        for key, place in slices(study):
            totals, whole = Totals(), Totals()
            for document in documents:
                for index in indices:
                    found = entry(document["windows"][index], place)
                    if found is not None:
                        name_of, k = WINDOWS[index] if of_site else document["site"], document["policy"]["minimumCell"]
                        totals.add(name_of, found, k)
                        if "status" not in found:
                            whole.add(name_of, entry(document["windows"][index], None), k)
            row = {
                "window": name, "attribute": key[0], "level": key[1], "contributors": totals.contributors,
                "withheld": totals.withheld, "rows": totals.rows, "features": []}
            if totals.rows:
                shares = totals.shares()
                row["features"] = [
                    {"feature": feature, "mean": written(mean), "share": written(share)}
                    for (feature, _), mean, share in zip(FEATURES, totals.means(), shares)]
                if place is not None:
                    row["fromOverall"] = written(distance(shares, whole.shares()))
                    for feature, share in zip(row["features"], whole.shares()):
                        feature["overallShare"] = written(share)
                if of_site and name != "all":
                    if key in first:
                        before, old = first[key]
                        row["fromFirst"] = {"window": before, **written(distance(shares, old))}
                        for feature, a, b in zip(row["features"], shares, old):
                            feature["change"] = written((a[0] - b[0], a[1] - b[2], a[2] - b[1]))
                    else:
                        first[key] = (name, shares)
            table.append(row)
    return table


def files():
    study = protocol()
    yield "protocol.json", canonical(study)
    documents = {}
    for site, _, *shape in SITES:
        documents[site] = release(study, site, *shape)
        yield f"aggregates/{site}.json", canonical(documents[site])
    validation = [documents[site] for site, role, *_ in SITES if role == "validation"]
    expected = {"pooled": explanation(study, validation, False)}
    for site in documents:
        expected[site] = explanation(study, [documents[site]], True)
    yield "expected.json", canonical(expected)


def main():
    check = "--check" in sys.argv[1:]
    stale = []
    for name, content in files():
        path = HERE / name
        if check:
            if not path.exists() or path.read_bytes() != content:
                stale.append(name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
    if stale:
        sys.exit("differ: " + ", ".join(stale))


if __name__ == "__main__":
    main()
