#!/usr/bin/env python3
"""Evaluates and compares the hospitals of protocols/vectors/merge with their rows spoilt in one way after the other.

Every number, and every reason for there being none, has to be that of the other programs (compare_matrix.py) where all
scores are one, the classes are separated, a class or the labels are missing, most scores tie, sites have none to a dozen
rows, a month is withheld as a whole, nobody was alerted, or the baseline is the model. About two minutes a case.
"""
import argparse
import csv
import pathlib
import sys
import tempfile

import remake
from remake import ROOT, evaluated

VECTORS = ROOT / "protocols" / "vectors" / "merge"
SITES = ["alpha", "beta", "delta", "epsilon", "gamma", "home"]
TINY = dict(zip(SITES, (0, 1, 2, 5, 12, 30)))


def changed(**cells):
    return lambda site, number, row: row | cells


def separated(site, number, row):
    return row | {"score": "0.83" if row["label"] == "1" else "0.17"}


def ends(site, number, row):
    score = float(row["score"])
    return row | {"score": "1" if score > 0.5 else "0" if score < 0.2 else row["score"]}


def ties(site, number, row):
    return row | {"score": f"{round(float(row['score']) * 4) / 4:.2f}", "early": "0.7" if number % 3 else "0.1"}


def hidden_month(site, number, row):
    hides = site in ("alpha", "gamma") and row["time"].startswith("2025-01")
    return None if hides and (number >= 6 or not row["label"]) else row


def sparse(site, number, row):
    if site != "delta" and number % 3:
        return None
    return row | {"label": "1" if number % 17 == 0 else "0" if row["label"] else ""}


CASES = {
    "constant score": changed(score="0.3", early="0.5"),
    "separated classes": separated,
    "all positive at two sites": lambda site, _, row: row | ({"label": "1"} if site in ("alpha", "delta") else {}),
    "no events": changed(label="0"),
    "no labels at two sites": lambda site, _, row: row | ({"label": ""} if site in ("beta", "epsilon") else {}),
    "scores of 0 and 1": ends,
    "ties everywhere": ties,
    "none to thirty rows": lambda site, number, row: row if number < TINY[site] else None,
    "a month withheld": hidden_month,
    "few events": sparse,
    "one class in a level": lambda _, __, row: row | ({"label": "1"} if row["sex"] == "f" and row["label"] else {}),
    "no alerts": changed(alert="", response="", minutes=""),
    "the baseline is the model": lambda _, __, row: row | {"early": row["score"]},
}


def spoil(change, folder):
    for site in SITES:
        with open(VECTORS / "hospitals" / site / "data.csv", newline="") as file:
            reader = csv.DictReader(file)
            rows = [change(site, number, row) for number, row in enumerate(reader)]
        (folder / site).mkdir(parents=True)
        with open(folder / site / "data.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for row in rows if row)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="folder with site-agent and evidence")
    parser.add_argument("--only", choices=CASES, action="append", help="only this case; may be repeated")
    options = parser.parse_args()
    wrong = []
    for name in options.only or CASES:
        with tempfile.TemporaryDirectory() as folder:
            folder, protocol = pathlib.Path(folder), VECTORS / "protocol.json"
            spoil(CASES[name], folder / "data")
            documents = ["--model", VECTORS / "score.json", "--dataset", VECTORS / "dataset.json", "--policy",
                         VECTORS / "policy.json"]
            merged, aggregates = evaluated(
                options.tools, folder, protocol,
                [(site, [*documents, "--data", folder / "data" / site / "data.csv"]) for site in SITES])
            code, lines = remake.compared(protocol, merged, aggregates, folder / "data")
        print(f"{name}: {lines[-1]}", flush=True)
        print("\n".join(line for line in lines if line.startswith("DIFFERS")), end="\n" if code else "")
        wrong += [name] if code else []
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
