#!/usr/bin/env python3
"""Writes protocols, models and model cards of the synthetic study in canonical form: two versions of each.

Version 1 of the protocol is of release 1.0 of the model, a simple score; version 2 amends it for release 1.1. What
stands for things that are known only when the study is run has the length of what replaces it, so a plain text
replacement leaves the document canonical: REVIEWERS' fingerprints and PREVIOUS, the digest of version 1.

The reference profiles are counted from a made-up hospital that takes no part:

    site-agent dataset synthesize --hospital 100 --rows 20000 --seed 2026 --out reference
    python3 make_protocol.py reference/data.csv
"""
import csv
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
SITES = ["north", "south", "east", "west", "central"]
SCORE_EDGES = ["0.02", "0.05", "0.1", "0.2", "0.4"]
# The three who sign at each gate; the digits are replaced by the fingerprints of their keys.
REVIEWERS = [
    ("clinical sponsor", "Dr Ada Marsh", "Example hospital network", "1", ["notModelAuthor", "notVendorEmployee"]),
    ("data-science lead", "Ben Okafor", "Example institute of biostatistics", "2",
     ["notProtocolAuthor", "notModelAuthor", "distinctOrganisation"]),
    ("governance", "Carla Winter", "Example patient safety board", "3",
     ["notProtocolAuthor", "notModelAuthor", "notVendorEmployee", "distinctOrganisation"]),
]
PREVIOUS = "sha256:" + "0" * 64
AUTHOR = {"name": "Equipoise example authors", "organisation": "Equipoise example"}
BANDS = {
    "heart_rate": (["60", "80", "100", "120"], "20", "250", "/min"),
    "respiratory_rate": (["12", "16", "20", "24"], "4", "80", "/min"),
    "systolic_pressure": (["90", "110", "130", "150"], "40", "280", "mm Hg"),
    "temperature": (["36", "37", "38"], "28", "44", "C"),
    "oxygen_saturation": (["90", "94", "97"], "40", "100", "%"),
    "lactate": (["1", "2", "4"], "0", "30", "mmol/l"),
    "white_cell_count": (["4", "8", "12"], "0", "200", "10^9/l"),
}
ATTRIBUTES = {
    "sex": ["female", "male"],
    "race": ["white", "black", "hispanic", "asian"],
    "insurance": ["medicare", "private", "medicaid", "uninsured"],
    "unit": ["medical", "surgical", "stepdown", "emergency"],
    "language": ["english", "spanish", "other"],
}
AGE_BANDS = (["45", "65", "80"], [("under-45", "under 45"), ("45-64", "45 to 64"), ("65-79", "65 to 79"),
                                  ("80-and-over", "80 and over")])


def write(name, value):
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (HERE / name).write_bytes(text.encode())


def bands(values, edges):
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[sum(value >= float(edge) for edge in edges)] += 1
    return counts


def profiles(rows, score):
    yield {"of": "score", "edges": SCORE_EDGES,
           "counts": bands([float(row[score]) for row in rows if row[score]], SCORE_EDGES)}
    ages = [float(row["age"]) for row in rows if row["age"]]
    yield {"of": "attribute", "id": "age", "counts": bands(ages, AGE_BANDS[0]) + [len(rows) - len(ages)]}
    for name, levels in ATTRIBUTES.items():
        cells = [row[name] for row in rows]
        listed = [cells.count(level) for level in levels]
        yield {"of": "attribute", "id": name, "counts": listed + [len(cells) - sum(listed)]}
    for column, (edges, lower, upper, _) in BANDS.items():
        known = [float(row[column]) for row in rows if row[column]]
        within = [value for value in known if float(lower) <= value <= float(upper)]
        yield {"of": "column", "id": column, "edges": edges,
               "counts": bands(within, edges) + [len(known) - len(within), len(rows) - len(known)]}


def criterion(id, metric, scope, bound, comparison, limit, rationale, threshold=None, events=100, when="block", **more):
    value = {
        "id": id, "rationale": rationale, "metric": metric, "scope": scope, "bound": bound, "confidence": "0.95",
        "comparison": comparison, "limit": limit, "minimumEvents": events,
        "slice": {"attribute": "overall"},
        "coverage": {"minimumSites": 4, "minimumRowShare": "0.8", "whenWithheld": when},
    }
    if threshold:
        value["threshold"] = threshold
    return value | more


def at_least(id, metric, scope, limit, rationale, **more):
    return criterion(id, metric, scope, "lower", "atLeast", limit, rationale, **more)


def at_most(id, metric, scope, limit, rationale, **more):
    return criterion(id, metric, scope, "upper", "atMost", limit, rationale, **more)


ALWAYS = {"method": "alwaysValid"}


def phases(limits):
    """Three phases; `limits` is what differs between the releases of the model."""
    def stops(suffix=""):
        return [
            at_least("stop-sensitivity" + suffix, "sensitivity", "pooledRows", limits["stop-sensitivity"],
                     "a score that misses most patients is stopped, however often it was looked at before",
                     threshold="0.1", when="list", looks=ALWAYS),
            at_least("stop-auroc" + suffix, "auroc", "everySite", limits["stop-auroc"],
                     "a score that hardly ranks in the newest month is stopped, at whichever hospital",
                     events=20, when="list", window="newest"),
        ]

    def signers():
        return [{"role": role, "person": person, "organisation": organisation, "fingerprint": "sha256:" + digit * 64,
                 "independence": independence} for role, person, organisation, digit, independence in REVIEWERS]

    yield {
        "phase": "silent", "exposure": "the score is computed and stored; no clinician sees it",
        "minimum": {"sites": 4, "rows": 5000, "events": 300, "days": 85},
        "goCriteria": [
            at_least("auroc-new-site", "auroc", "newSite", limits["auroc-new-site"],
                     "a new hospital may expect useful ranking"),
            at_least("auroc-every-site", "auroc", "everySite", limits["auroc"],
                     "the model ranks usefully at each hospital", events=50),
            at_most("observed-expected", "observedExpectedRatio", "randomEffects", "1.6",
                    "the model does not promise too little risk", events=50),
            at_least("observed-expected-low", "observedExpectedRatio", "randomEffects", "0.6",
                     "the model does not promise too much risk", events=50),
            at_least("sensitivity", "sensitivity", "pooledRows", limits["sensitivity"],
                     "the score finds a good part of those who deteriorate, however often it was looked at before",
                     threshold="0.1", when="list", looks=ALWAYS),
            at_least("auroc-each-sex", "auroc", "withinSite", limits["auroc"], "women and men are ranked alike",
                     when="list", slice={"attribute": "sex"}),
            at_least("net-benefit", "netBenefitGain", "pooledRows", "0",
                     "using the score is better than treating everyone", threshold="0.1", when="list"),
        ],
        "stopCriteria": stops(), "signOffs": signers(),
    }
    yield {
        "phase": "limited", "exposure": "nurses of two wards see the score beside their usual observations",
        "minimum": {"sites": 4, "rows": 15000, "events": 900, "days": 260},
        "goCriteria": [
            at_least("auroc-every-site-in-limited", "auroc", "everySite", limits["auroc"],
                     "the model ranks usefully at each hospital"),
            at_most("observed-expected-in-limited", "observedExpectedRatio", "randomEffects", "1.6",
                    "the model does not promise too little risk"),
            at_least("sensitivity-in-limited", "sensitivity", "pooledRows", limits["sensitivity"],
                     "the score finds a good part of those who deteriorate, however often it was looked at before",
                     threshold="0.1", when="list", looks=ALWAYS),
        ],
        "stopCriteria": stops("-in-limited"), "signOffs": signers(),
    }
    yield {
        "phase": "broad", "exposure": "all wards see the score",
        "minimum": {"sites": 4, "rows": 15000, "events": 900, "days": 260},
        "goCriteria": [
            at_least("sensitivity-in-broad", "sensitivity", "pooledRows", limits["sensitivity"],
                     "the score still finds a good part of those who deteriorate", threshold="0.1", when="list",
                     looks=ALWAYS),
        ],
        # The last phase has no gate; who signs a restart are the reviewers of the phase before.
        "stopCriteria": stops("-in-broad"), "signOffs": [],
    }


def months():
    for month in range(1, 13):
        following = f"2025-{month + 1:02}" if month < 12 else "2026-01"
        yield {"id": f"2025-{month:02}", "start": f"2025-{month:02}-01T00:00:00Z", "end": f"{following}-01T00:00:00Z"}


def protocol(rows, version, model, **more):
    release = RELEASES[version]
    return {
        "format": "urn:equipoise:protocol:v1", "id": "synthetic-deterioration", "version": version,
        "authorship": {
            "vendor": "Equipoise example", "protocolAuthors": [AUTHOR], "modelAuthors": [AUTHOR],
        },
        "study": {
            "title": "Synthetic: deterioration within 24 hours at five made-up hospitals",
            "intendedUse": "Shows the flow on made-up data: a stored score that warns of deterioration on a ward.",
            "targetPopulation": "Made-up adults on made-up wards; nobody's data.",
            "riskCategory": "high", "owner": "Equipoise example study",
            "responsibilities": [{"role": "accountable", "who": "Clinical sponsor of the example"}],
        },
        "model": {
            "id": "synthetic-warning-score", "version": release["version"], "kind": "recordedScore",
            "artifact": "sha256:" + hashlib.sha256(model).hexdigest(),
            "output": "probability of deterioration within 24 hours", "scorePrecision": {"kind": "decimals", "digits": 4},
            "thresholds": [
                {"value": "0.1", "action": "the ward nurse measures vital signs again within the hour"},
                {"value": "0.2", "action": "the rapid response team is called"},
            ],
        },
        "data": {
            "patientColumn": "patient_id", "maximumUnreadableShare": "0.01",
            "features": [{"column": column, "type": "number", "unit": unit, "lower": lower, "upper": upper}
                         for column, (_, lower, upper, unit) in BANDS.items()],
        },
        "cohort": {"description": "Every prediction for a patient of 18 or more.",
                   "rules": [{"kind": "range", "column": "age", "lower": "18"}]},
        "label": {
            "description": "1 when the patient deteriorated within 24 hours of the prediction; made by the generator.",
            "column": "label", "positive": ["1"], "negative": ["0"], "outcomeWindow": "24 hours",
            "adjudication": "none; the generator draws it",
        },
        "slices": [
            {"attribute": "age", "column": "age", "bands": AGE_BANDS[0],
             "levels": [{"level": level, "label": label} for level, label in AGE_BANDS[1]]},
        ] + [
            {"attribute": name, "column": name,
             "levels": [{"level": level, "label": level, "codes": [level]} for level in levels]}
            for name, levels in ATTRIBUTES.items()
        ],
        "windows": {"kind": "dated", "column": "prediction_time", "list": list(months())},
        "grid": {"calibrationEdges": ["0.05", "0.1", "0.2", "0.4"], "fineEdges": ["0.02", "0.03", "0.15", "0.3"]},
        "drift": {"reference": "20,000 rows of a made-up hospital that takes no part", "stabilityLimit": "0.2",
                  "profiles": list(profiles(rows, release["column"]))},
        "disclosure": {"minimumCell": 11, "minimumFitEvents": 50},
        "sites": [{"id": site, "name": f"Made-up hospital {site.capitalize()}", "role": "validation"} for site in SITES],
        "phases": list(phases(release["limits"])),
        "monitoring": {"everyDays": 30, "openDays": 7, "quorum": 4, "looks": 12},
        "fallback": "Wards go on with the early-warning chart on paper; no score is shown.",
        "evidence": {"validityDays": 365, "regulatory": []},
    } | more


RELEASES = {
    1: {"version": "1.0", "column": "baseline_score", "limits": {
        "auroc-new-site": "0.6", "auroc": "0.6", "sensitivity": "0.2", "stop-sensitivity": "0.1",
        "stop-auroc": "0.55"}},
    2: {"version": "1.1", "column": "score", "limits": {
        "auroc-new-site": "0.7", "auroc": "0.7", "sensitivity": "0.5", "stop-sensitivity": "0.4",
        "stop-auroc": "0.65"}},
}


def model(version):
    return {"format": "recorded-score", "version": 1, "column": RELEASES[version]["column"],
            "system": "generator of the example"}


def model_card(version):
    return {
        "format": "urn:equipoise:model-card:v1", "name": "Synthetic warning score",
        "version": RELEASES[version]["version"],
        "developer": "Equipoise example", "contact": "see SECURITY.md of the project",
        "summary": "A score that the generator stores beside each made-up row.",
        "intendedUse": "To show the flow. Not for patients.", "intendedUsers": "readers of this example",
        "cautions": ["synthetic data: nothing here is about a person or a hospital"],
        "limitations": ["made by a program"], "trainingData": "none", "references": [],
    }


def main(reference):
    rows = list(csv.DictReader(open(reference, newline="")))
    for version, suffix in ((1, ""), (2, "-2")):
        write(f"model{suffix}.json", model(version))
        write(f"model-card{suffix}.json", model_card(version))
        more = {}
        if version == 2:
            more = {
                "amendment": {"previous": PREVIOUS,
                              "reason": "Release 1.1 uses all seven measured values and ranks patients better"},
                "baseline": {"name": "release 1.0 of the score", "column": RELEASES[1]["column"],
                             "thresholds": ["0.1", "0.2"]},
            }
        write(f"protocol{suffix}.json", protocol(rows, version, (HERE / f"model{suffix}.json").read_bytes(), **more))


if __name__ == "__main__":
    main(*sys.argv[1:])
