#!/usr/bin/env python3
"""Checks documents against the schemas of this folder by their `format`; needs the Python package jsonschema.

    python3 check.py FILE...

Prints one line a document that does not fit and exits 1 if there is one; other files are passed over.
"""
import json
import pathlib
import sys

from jsonschema import Draft202012Validator

SCHEMAS = {}
for path in sorted(pathlib.Path(__file__).parent.glob("*.schema.json")):
    schema = json.loads(path.read_text())
    Draft202012Validator.check_schema(schema)
    SCHEMAS[schema["properties"]["format"]["const"]] = Draft202012Validator(schema)


def main():
    wrong = 0
    for name in sys.argv[1:]:
        try:
            document = json.loads(pathlib.Path(name).read_bytes())
        except ValueError:
            continue
        if not isinstance(document, dict) or document.get("format") not in SCHEMAS:
            continue
        for error in SCHEMAS[document["format"]].iter_errors(document):
            print(f"{name}: {error.json_path}: {error.message[:200]}")
            wrong = 1
            break
    sys.exit(wrong)


if __name__ == "__main__":
    main()
