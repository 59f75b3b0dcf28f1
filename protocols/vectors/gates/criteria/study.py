"""A small made-up study for vectors: its protocol, and pieces of a matrix. Shares no code with the reader."""
import hashlib
import json
import math
from decimal import Decimal, ROUND_HALF_EVEN

SITES = ["alpha", "beta", "gamma"]
MONTHS = ["january", "february"]
Z = 1.959963984540054
DIGEST = "sha256:4be10b7b9dbaba8d65a7546e8e60f2a41fda6b0e7e8db50bc5ccb6189b7f1e67"


def canonical(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def written(value, decimals=12):
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN):f}"


def criterion(id, metric, scope, bound, comparison, limit, threshold=None, **more):
    value = {"id": id, "rationale": "an example", "metric": metric, "scope": scope, "bound": bound,
             "comparison": comparison, "limit": limit, "confidence": "0.95", "minimumEvents": 10,
             "slice": {"attribute": "overall"},
             "coverage": {"minimumSites": 3, "minimumRowShare": "0.5", "whenWithheld": "block"}, **more}
    return value | ({"threshold": threshold} if threshold else {})


def protocol(id, go, stop, **sections):
    def level(id, code):
        return {"level": id, "label": id, "codes": [code]}

    return {
        "format": "urn:equipoise:protocol:v1", "id": id, "version": 1,
        "study": {"title": "A made-up study", "intendedUse": "vectors", "targetPopulation": "nobody",
                  "riskCategory": "low", "owner": "the project", "responsibilities": []},
        "model": {"id": "score", "version": "1", "kind": "recordedScore", "artifact": DIGEST,
                  "output": "probability of an event", "scorePrecision": {"kind": "binary64"},
                  "thresholds": [{"value": "0.15", "action": "look"}, {"value": "0.4", "action": "act"}]},
        "data": {"patientColumn": "patient", "maximumUnreadableShare": "0.01",
                 "features": [{"column": "ward", "type": "category"}]},
        "cohort": {"description": "every row", "rules": []},
        "label": {"description": "an event", "column": "label", "positive": ["1"], "negative": ["0"],
                  "outcomeWindow": "a day", "adjudication": "none"},
        "slices": [
            {"attribute": "sex", "column": "sex", "reference": "male",
             "levels": [level("female", "f"), level("male", "m")]},
            {"attribute": "age", "column": "age", "levels": [level("young", "y"), level("old", "o")]}],
        "windows": {"kind": "dated", "column": "time", "list": [
            {"id": "january", "start": "2025-01-01T00:00:00Z", "end": "2025-02-01T00:00:00Z"},
            {"id": "february", "start": "2025-02-01T00:00:00Z", "end": "2025-03-01T00:00:00Z"}]},
        "grid": {"calibrationEdges": ["0.25", "0.5"], "fineEdges": ["0.1", "0.2", "0.3", "0.6", "0.8"]},
        "drift": {"reference": "made up", "stabilityLimit": "0.25", "profiles": [
            {"of": "score", "edges": ["0.1", "0.25", "0.5"], "counts": [120, 200, 120, 60]},
            {"of": "attribute", "id": "sex", "counts": [250, 250, 0]},
            {"of": "column", "id": "ward", "levels": ["a", "b", "c"], "counts": [120, 120, 220, 0, 40]}]},
        "disclosure": {"minimumCell": 2, "minimumFitEvents": 10},
        "sites": [{"id": site, "name": site, "role": "validation"} for site in SITES]
        + [{"id": "home", "name": "home", "role": "development"}],
        "phases": [{"phase": "silent", "exposure": "nobody", "goCriteria": go, "stopCriteria": stop,
                    "minimum": {"sites": 3, "rows": 300, "events": 50, "days": 50}, "signOffs": []}],
        "fallback": "none", "evidence": {"validityDays": 1, "regulatory": []}, **sections,
    }


def wilson(successes, trials, z=Z):
    share = successes / trials
    middle = share + z * z / 2 / trials
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / 4 / trials ** 2)
    return (middle - spread) / (1 + z * z / trials), (middle + spread) / (1 + z * z / trials)


def proportion(metric, successes, trials, threshold=None, estimand="site", effect=None, **more):
    """A written share of rows; `effect` is the design effect where rows of a patient are alike."""
    lower, upper = wilson(successes / float(effect or 1), trials / float(effect or 1))
    value = {"metric": metric, "estimand": estimand, "status": "estimated", "value": written(successes / trials),
             "lower": written(lower), "upper": written(upper), "successes": successes, "trials": trials,
             "method": "wilson-effective-95/v1" if effect else "wilson-95/v1", **more}
    if effect:
        value["designEffect"] = written(effect)
    return value | ({"threshold": threshold} if threshold else {})


def number(metric, value, lower=None, upper=None, threshold=None, estimand="site", method="made-up/v1", **more):
    entry = {"metric": metric, "estimand": estimand, "status": "estimated", "value": written(value), "method": method,
             **more}
    if lower is not None:
        entry |= {"lower": written(lower), "upper": written(upper)}
    return entry | ({"threshold": threshold} if threshold else {})


def row(window, contributors, labelled, events, measures=(), slice=("overall", "all"), withheld=(), unlabelled=0):
    return {"window": window, "attribute": slice[0], "level": slice[1], "contributors": list(contributors),
            "withheld": list(withheld), "labelled": labelled, "events": events, "patients": labelled,
            "unlabelled": {"status": "withheld"} if unlabelled is None else unlabelled, "measures": list(measures)}


def pooled_file(protocol_digest, rows, gaps=()):
    return {"format": "urn:equipoise:pooled-matrix:v1", "protocol": protocol_digest, "aggregates": [], "notRun": [],
            "rows": rows, "gaps": list(gaps), "trends": []}


def site_file(protocol_digest, site, rows, gaps=(), drift=(), cusum=()):
    return {"format": "urn:equipoise:site-matrix:v1", "protocol": protocol_digest, "site": site,
            "role": "development" if site == "home" else "validation", "aggregate": DIGEST, "minimumCell": 2,
            "dataClass": "synthetic", "rows": rows, "gaps": list(gaps), "trends": [], "drift": list(drift),
            "cusum": list(cusum)}


def write(here, files, check):
    """Writes files, or names those that differ."""
    stale = []
    for name, content in files:
        path = here / name
        if check:
            if not path.exists() or path.read_bytes() != content:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return stale
