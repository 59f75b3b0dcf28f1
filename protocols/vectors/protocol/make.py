#!/usr/bin/env python3
"""Makes the vectors of the protocol document: accept/, reject/ and reject/expected.json.

Each file of reject/ is accept/full.json with one change; expected.json holds the path and the problem that the
reference reader names. `--check` compares instead of writing. Shares no code with the reader.
"""
import copy
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
DIGEST = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
KEYS = {
    "A. Person": DIGEST, "B. Person": "sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
    "P. Author": "sha256:2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6",
    "M. Author": "sha256:18ac3e7343f016890c510e93f935261169d9e3f565436429830faf0934f4f8e4",
}


def criterion(id, metric, scope, bound="point", comparison="atLeast", limit="0.5", threshold=None, slice=None,
              **more):
    made = {
        "id": id, "rationale": "because", "metric": metric, "slice": slice or {"attribute": "overall"},
        "scope": scope, "bound": bound, "confidence": "0.95", "comparison": comparison, "limit": limit,
        "minimumEvents": 20,
        "coverage": {"minimumSites": 2, "minimumRowShare": "0.5", "whenWithheld": "block"},
    }
    if threshold:
        made["threshold"] = threshold
    return {**made, **more}


def sign_off(role, person, organisation, *independence):
    return {"role": role, "person": person, "organisation": organisation, "fingerprint": KEYS[person],
            "independence": list(independence)}


def author(name, organisation):
    return {"name": name, "organisation": organisation, "fingerprint": KEYS[name]}


def phase(name, go=(), stop=()):
    return {
        "phase": name, "exposure": "nobody sees the score", "goCriteria": list(go), "stopCriteria": list(stop),
        "minimum": {"sites": 2, "rows": 100, "events": 20, "days": 30},
        "signOffs": [
            sign_off("clinical sponsor", "A. Person", "North", "notModelAuthor", "distinctOrganisation"),
            sign_off("governance", "B. Person", "South", "notProtocolAuthor", "notVendorEmployee"),
        ],
    }


FULL = {
    "format": "urn:equipoise:protocol:v1", "id": "sepsis-ward", "version": 2,
    "amendment": {"previous": "sha256:" + "0" * 64, "reason": "a hospital joined"},
    "authorship": {
        "vendor": "Example Vendor", "protocolAuthors": [author("P. Author", "Example Hospital")],
        "modelAuthors": [author("M. Author", "Example Vendor"), {"name": "N. Author", "organisation": "Example Vendor"}],
    },
    "study": {
        "title": "Sepsis on the ward", "intendedUse": "to call the nurse earlier",
        "targetPopulation": "adults on a ward", "riskCategory": "moderate", "owner": "Example Hospital",
        "responsibilities": [{"role": "accountable", "who": "the sponsor"}],
    },
    "model": {
        "id": "sepsis-lr", "version": "2.1", "kind": "logisticRegression", "artifact": DIGEST, "features": DIGEST,
        "output": "risk of sepsis in 48 hours", "scorePrecision": {"kind": "decimals", "digits": 6},
        "thresholds": [{"value": "0.3", "action": "call the nurse"}, {"value": "0.6", "action": "call the team"}],
    },
    "baseline": {"name": "early warning score", "column": "ews", "thresholds": ["5", "7"]},
    "data": {
        "patientColumn": "patient",
        "features": [
            {"column": "age", "type": "number", "unit": "years", "lower": "18", "upper": "110"},
            {"column": "lactate", "type": "number", "lower": "0", "missingValues": ["-1"]},
            {"column": "ward", "type": "category"},
        ],
        "maximumUnreadableShare": "0.01",
    },
    "cohort": {
        "description": "adults",
        "rules": [
            {"kind": "equals", "column": "consent", "value": "yes"},
            {"kind": "in", "column": "unit", "values": ["a", "b"]},
            {"kind": "range", "column": "age", "lower": "18"},
            {"kind": "notEmpty", "column": "bed"},
            {"kind": "firstPerPatient", "by": "visit"},
        ],
    },
    "label": {
        "description": "sepsis by the 2016 definition", "column": "sepsis", "positive": ["1"], "negative": ["0"],
        "outcomeWindow": "48 hours", "adjudication": "two physicians",
    },
    "slices": [
        {"attribute": "sex", "column": "sex", "reference": "male", "levels": [
            {"level": "female", "label": "women", "codes": ["F", "W"]},
            {"level": "male", "label": "men", "codes": ["M"]}]},
        {"attribute": "age-band", "column": "age", "bands": ["50", "70"], "levels": [
            {"level": "young", "label": "under 50"}, {"level": "middle", "label": "50 to 69"},
            {"level": "old", "label": "70 and over"}]},
    ],
    "intersections": [
        {"id": "old-women", "levels": [
            {"attribute": "sex", "level": "female"}, {"attribute": "age-band", "level": "old"}]},
        {"id": "old-men", "levels": [
            {"attribute": "age-band", "level": "old"}, {"attribute": "sex", "level": "male"}]},
    ],
    "windows": {"kind": "dated", "column": "admitted", "list": [
        {"id": "2025-q1", "start": "2025-01-01T00:00:00Z", "end": "2025-04-01T00:00:00Z"},
        {"id": "2025-q2", "start": "2025-04-01T00:00:00Z", "end": "2025-07-01T00:00:00Z"}]},
    "grid": {"calibrationEdges": ["0.2", "0.4", "0.6", "0.8"], "fineEdges": ["0.05", "0.1", "0.5"]},
    "drift": {
        "reference": "the development data", "stabilityLimit": "0.2", "statement": DIGEST,
        "profiles": [
            {"of": "score", "edges": ["0.3", "0.6"], "counts": [700, 200, 100]},
            {"of": "attribute", "id": "sex", "counts": [500, 499, 1]},
            {"of": "column", "id": "lactate", "edges": ["1", "2"], "counts": [300, 300, 300, 50, 50]},
            {"of": "column", "id": "ward", "levels": ["a", "b"], "counts": [500, 400, 50, 50]},
        ],
    },
    "analysis": {
        "standardPrevalence": "0.1", "multiplicity": "holm",
        "cusum": {"oddsRatio": "2", "limit": "4.5", "runLength": 100},
        "explanation": {"rows": 10000, "features": [
            {"name": "lactate", "largest": "2.5"}, {"name": "ward_b", "largest": "0.5"}]},
    },
    "operations": {
        "alert": {"column": "alert", "values": ["shown", "paged"]},
        "override": {"column": "response", "values": ["dismissed"]},
        "acknowledgement": {"column": "minutes", "unit": "minutes", "edges": ["5", "15", "60"], "target": "15"},
    },
    "disclosure": {"minimumCell": 11, "minimumFitEvents": 100},
    "sites": [
        {"id": "north", "name": "North", "role": "validation"},
        {"id": "south", "name": "South", "role": "validation"},
        {"id": "west", "name": "West", "role": "validation"},
        {"id": "origin", "name": "Origin", "role": "development"},
    ],
    "phases": [
        phase("silent", go=[
            criterion("sensitivity", "sensitivity", "everySite", "lower", limit="0.7", threshold="0.3"),
            criterion("auroc-new", "auroc", "newSite", "lower", limit="0.65"),
            criterion("auroc-within", "auroc", "withinSite", limit="0.7"),
            criterion("oe", "observedExpectedRatio", "randomEffects", "upper", "atMost", "1.2"),
            criterion("sex", "specificity", "worstSite", limit="0.5", threshold="0.6", slice={"attribute": "sex"}),
            criterion("old", "positivePredictiveValue", "pooledRows", limit="0.1", threshold="0.6",
                      slice={"attribute": "age-band", "level": "old"}),
            criterion("better", "sensitivityDifference", "pooledRows", "lower", limit="0", threshold="0.3"),
            criterion("no-worse", "specificityDifference", "randomEffects", "lower", limit="-0.02", threshold="0.3"),
            criterion("sex-gap", "sensitivity", "withinSite", "lower", limit="-0.1", threshold="0.3",
                      slice={"attribute": "sex"}, contrast="gap"),
            criterion("old-gap", "observedExpectedRatio", "worstSite", "upper", "atMost", "0.3",
                      slice={"attribute": "age-band", "level": "old"}, contrast="gap"),
            criterion("standard", "standardisedPositivePredictiveValue", "everySite", "lower", limit="0.1",
                      threshold="0.6"),
            criterion("error", "expectedCalibrationError", "pooledRows", "point", "atMost", "0.05"),
        ]),
        phase("limited", stop=[
            criterion("flags", "flagRate", "everySite", "upper", "atMost", "0.4", "0.3",
                      looks={"method": "alwaysValid"}),
            criterion("newest", "sensitivity", "pooledRows", limit="0.5", threshold="0.3", window="newest"),
            criterion("drift", "stabilityIndex", "everySite", "upper", "atMost", "0.2", profile="lactate"),
            criterion("cusum", "cusum", "worstSite", "point", "atMost", "4.5"),
            criterion("alerts", "alertRate", "everySite", "upper", "atMost", "20"),
            criterion("overrides", "overrideRate", "pooledRows", "upper", "atMost", "0.9"),
            criterion("in-time", "acknowledgedInTarget", "worstSite", "lower", limit="0.8"),
        ]),
        phase("broad", stop=[
            criterion("misses", "sensitivity", "worstSite", "lower", limit="0.6", threshold="0.3",
                      looks={"method": "alphaSpending", "planned": 12}),
            criterion("exact", "sensitivity", "everySite", "lower", limit="0.6", threshold="0.3", interval="exact"),
        ]),
    ],
    "monitoring": {"everyDays": 30, "openDays": 14, "quorum": 2, "looks": 12},
    "fallback": "the score is switched off and the wards are told",
    "evidence": {"validityDays": 365, "regulatory": ["none"]},
}

SMALL = copy.deepcopy(FULL)
for key in ("baseline", "amendment", "authorship", "monitoring", "intersections", "analysis", "operations"):
    del SMALL[key]
SMALL["version"] = 1
del SMALL["data"]["patientColumn"]
SMALL["data"]["features"] = []
SMALL["cohort"]["rules"] = []
SMALL["model"] = {
    "id": "stored", "version": "1", "kind": "recordedScore", "artifact": DIGEST, "output": "risk",
    "scorePrecision": {"kind": "binary64"}, "thresholds": [{"value": "0.5", "action": "call"}],
}
SMALL["slices"] = []
SMALL["windows"] = {"kind": "undated"}
SMALL["grid"] = {"calibrationEdges": [], "fineEdges": []}
SMALL["drift"] = {"reference": "none", "profiles": []}
SMALL["disclosure"] = {"minimumCell": 2, "minimumFitEvents": 2}
SMALL["sites"] = SMALL["sites"][:1]
SMALL["phases"] = [phase("silent")]
SMALL["phases"][0]["signOffs"] = []

REMOVE = object()


def changed(*changes):
    """FULL with values set or removed; a path is keys and positions, `+` appends."""
    document = copy.deepcopy(FULL)
    for path, value in changes:
        place = document
        for step in path[:-1]:
            place = place[step]
        if value is REMOVE:
            del place[path[-1]]
        elif path[-1] == "+":
            place.append(value)
        else:
            place[path[-1]] = value
    return document


GO = ("phases", 0, "goCriteria")
LIMITED = ("phases", 1, "stopCriteria")
STOP = ("phases", 2, "stopCriteria", 0)
EXACT = ("phases", 2, "stopCriteria", 1)
SIGN = ("phases", 0, "signOffs")
ALWAYS = {"method": "alwaysValid"}
SEX, AGE = ("slices", 0), ("slices", 1)
PROFILES = ("drift", "profiles")
INTERSECTIONS = ("intersections",)
FEMALE = {"attribute": "sex", "level": "female"}


def go(**fields):
    values = dict(id="extra", metric="auroc", scope="everySite")
    values.update(fields)
    return ((*GO, "+"), criterion(**values))


# name: (document, path, problem)
REJECT = {
    "unknown-key": (changed((("study", "colour"), "red")), "study", "unknown key colour"),
    "missing-key": (changed((("fallback",), REMOVE)), "", "key fallback is missing"),
    "other-format": (changed((("format",), "urn:equipoise:protocol:v2")), "format", "this reader does not know that format"),
    "id-not-an-identifier": (changed((("id",), "Sepsis")), "id", "not an identifier"),
    "version-zero": (changed((("version",), 0)), "version", "an integer outside 1 to 1000000"),
    "risk-unknown": (changed((("study", "riskCategory"), "none")), "study.riskCategory", "not one of low, moderate, high"),
    "digest-malformed": (changed((("model", "artifact"), "sha256:00")), "model.artifact", "is not a digest"),
    "regression-without-features": (changed((("model", "features"), REMOVE)), "model", "a logisticRegression needs the digest of its feature definition"),
    "trees-without-features": (changed((("model", "features"), REMOVE), (("model", "kind"), "treeEnsemble")), "model", "a treeEnsemble needs the digest of its feature definition"),
    "recorded-score-with-features": (changed((("model", "kind"), "recordedScore")), "model.features", "a recordedScore computes no features"),
    "digits-outside": (changed((("model", "scorePrecision", "digits"), 16)), "model.scorePrecision.digits", "an integer outside 1 to 15"),
    "no-threshold": (changed((("model", "thresholds"), [])), "model.thresholds", "0 elements; 1 to 32 are allowed"),
    "thresholds-descend": (changed((("model", "thresholds", 0, "value"), "0.7")), "model", "thresholds do not ascend"),
    "threshold-one": (changed((("model", "thresholds", 1, "value"), "1")), "grid", "edge 1 is not between 0 and 1"),
    "threshold-not-shortest": (changed((("model", "thresholds", 0, "value"), "0.30")), "model.thresholds[0].value", "not the shortest decimal of its binary64"),
    "share-above-one": (changed((("data", "maximumUnreadableShare"), "1.1")), "data.maximumUnreadableShare", "is not a share"),
    "category-with-range": (changed((("data", "features", 2, "lower"), "1")), "data.features[2]", "a category has no range and no missing numbers"),
    "feature-range-reversed": (changed((("data", "features", 0, "lower"), "111")), "data.features[0]", "lower is above upper"),
    "feature-twice": (changed((("data", "features", "+"), {"column": "age", "type": "category"})), "data.features", "column age stands there twice"),
    "rule-range-reversed": (changed((("cohort", "rules", 2, "upper"), "17")), "cohort.rules[2]", "lower is above upper"),
    "rule-kind-unknown": (changed((("cohort", "rules", 0, "kind"), "like")), "cohort.rules[0].kind", "not one of equals, in, range, notEmpty, firstPerPatient"),
    "first-per-patient-not-last": (changed((("cohort", "rules", "+"), {"kind": "notEmpty", "column": "bed"})), "cohort.rules[4]", "firstPerPatient needs data.patientColumn and has to be the last rule"),
    "first-per-patient-without-patients": (changed((("data", "patientColumn"), REMOVE)), "cohort.rules[4]", "firstPerPatient needs data.patientColumn and has to be the last rule"),
    "label-text-on-both-sides": (changed((("label", "negative"), ["0", "1"])), "label", "a text stands under positive and under negative"),
    "attribute-overall": (changed(((*SEX, "attribute"), "overall")), "slices[0].attribute", "overall is reserved"),
    "attribute-twice": (changed(((*SEX, "attribute"), "age-band")), "slices", "attribute age-band stands there twice"),
    "level-missing-listed": (changed(((*SEX, "levels", 1, "level"), "missing")), "slices[0].levels[1].level", "missing is reserved for rows without a readable value"),
    "level-twice": (changed(((*SEX, "levels", 1, "level"), "female")), "slices[0].levels", "level female stands there twice"),
    "code-twice": (changed(((*SEX, "levels", 1, "codes"), ["W"])), "slices[0].levels", "code W stands there twice"),
    "bands-and-levels-differ": (changed(((*AGE, "bands"), ["50"])), "slices[1].bands", "1 edges do not divide into 3 levels"),
    "bands-descend": (changed(((*AGE, "bands"), ["70", "50"])), "slices[1].bands[1]", "50 does not ascend"),
    "band-with-codes": (changed(((*AGE, "levels", 0, "codes"), ["1"])), "slices[1].levels[0]", "unknown key codes"),
    "column-in-two-attributes": (changed(((*AGE, "column"), "sex")), "slices", "column sex stands there twice"),
    "label-as-attribute": (changed(((*SEX, "column"), "sepsis")), "slices[0].column", "the label cannot be an attribute"),
    "window-twice": (changed((("windows", "list", 1, "id"), "2025-q1")), "windows.list", "window 2025-q1 stands there twice"),
    "window-reserved": (changed((("windows", "list", 1, "id"), "all")), "windows.list[1].id", "all is reserved"),
    "window-reversed": (changed((("windows", "list", 1, "end"), "2025-04-01T00:00:00Z")), "windows.list[1]", "ends before it begins"),
    "windows-overlap": (changed((("windows", "list", 1, "start"), "2025-03-31T00:00:00Z")), "windows", "window 2025-q2 begins before 2025-q1 ends"),
    "windows-out-of-order": (changed((("windows", "list"), list(reversed(FULL["windows"]["list"])))), "windows", "window 2025-q1 begins before 2025-q2 ends"),
    "time-with-offset": (changed((("windows", "list", 0, "start"), "2025-01-01T00:00:00+01:00")), "windows.list[0].start", "not a time"),
    "grid-edge-outside": (changed((("grid", "fineEdges"), ["0", "0.1"])), "grid", "edge 0 is not between 0 and 1"),
    "grid-edges-descend": (changed((("grid", "fineEdges"), ["0.1", "0.05"])), "grid.fineEdges[1]", "0.05 does not ascend"),
    "profile-twice": (changed(((*PROFILES, "+"), {"of": "attribute", "id": "sex", "counts": [1, 1, 1]})), "drift.profiles", "profile sex stands there twice"),
    "profile-edge-not-in-grid": (changed(((*PROFILES, 0, "edges"), ["0.3", "0.61"])), "drift.profiles[0]", "0.61 is not an inner edge of the grid"),
    "profile-edge-is-a-boundary": (changed(((*PROFILES, 0, "edges"), ["0", "0.3"])), "drift.profiles[0]", "0 is not an inner edge of the grid"),
    "profile-of-no-attribute": (changed(((*PROFILES, 1, "id"), "ethnicity")), "drift.profiles[1]", "there is no attribute ethnicity"),
    "profile-of-a-divided-column": (changed(((*PROFILES, 2), {"of": "column", "id": "age", "edges": ["50"], "counts": [1, 1, 1, 1]})), "drift.profiles[2]", "the column age is divided by an attribute already, or is the label"),
    "profile-of-the-label": (changed(((*PROFILES, 3, "id"), "sepsis")), "drift.profiles[3]", "the column sepsis is divided by an attribute already, or is the label"),
    "profile-of-no-feature": (changed(((*PROFILES, 3, "id"), "room")), "drift.profiles[3]", "no feature has the column room"),
    "profile-of-another-type": (changed(((*PROFILES, 3), {"of": "column", "id": "ward", "edges": ["1"], "counts": [1, 1, 1, 1]})), "drift.profiles[3]", "does not fit the type of ward"),
    "profile-counts-too-few": (changed(((*PROFILES, 1, "counts"), [500, 500])), "drift.profiles[1].counts", "2 counts for 3 cells"),
    "minimum-cell-one": (changed((("disclosure", "minimumCell"), 1)), "disclosure.minimumCell", "an integer outside 2 to 1000"),
    "fit-below-cell": (changed((("disclosure", "minimumFitEvents"), 10)), "disclosure.minimumFitEvents", "is below minimumCell"),
    "site-twice": (changed((("sites", 1, "id"), "north")), "sites", "site north stands there twice"),
    "no-validation-site": (changed((("sites",), FULL["sites"][3:])), "sites", "no site has the role validation"),
    "phases-out-of-order": (changed((("phases",), [FULL["phases"][0], FULL["phases"][2], FULL["phases"][1]])), "phases", "phases are not in the order silent, limited, broad"),
    "phases-without-silent": (changed((("phases",), FULL["phases"][1:])), "phases", "phases are not in the order silent, limited, broad"),
    "phase-twice": (changed((("phases", 1, "phase"), "silent")), "phases", "phase silent stands there twice"),
    "independence-unknown": (changed((("phases", 0, "signOffs", 0, "independence"), ["alone"])), "phases[0].signOffs[0].independence[0]", "not one of notProtocolAuthor, notModelAuthor, notVendorEmployee, distinctOrganisation"),
    "amendment-missing": (changed((("amendment",), REMOVE)), "", "version 2 does not say what it amends"),
    "amendment-of-the-first-version": (changed((("version",), 1)), "amendment", "version 1 amends nothing"),
    "amendment-without-reason": (changed((("amendment", "reason"), REMOVE)), "amendment", "key reason is missing"),
    "authorship-missing": (changed((("authorship",), REMOVE)), "phases[0].signOffs[0]", "asks for independence, and the protocol has no authorship"),
    "authorship-without-authors": (changed((("authorship", "modelAuthors"), [])), "authorship.modelAuthors", "0 elements; 1 to 64 are allowed"),
    "sign-off-without-organisation": (changed(((*SIGN, 0, "organisation"), REMOVE)), "phases[0].signOffs[0]", "key organisation is missing"),
    "sign-off-role-twice": (changed(((*SIGN, 1, "role"), "Clinical Sponsor")), "phases[0].signOffs", "role Clinical Sponsor stands there twice"),
    "sign-off-person-twice": (changed(((*SIGN, 1, "person"), "a. person")), "phases[0].signOffs", "person a. person stands there twice"),
    "sign-off-fingerprint-twice": (changed(((*SIGN, 1, "fingerprint"), DIGEST)), "phases[0].signOffs", f"fingerprint {DIGEST} stands there twice"),
    "fingerprint-of-two-people": (changed((("phases", 1, "signOffs", 0, "person"), "C. Person")), "phases[1].signOffs[0]", "the fingerprint of C. Person is also that of A. Person"),
    "fingerprint-of-an-author-and-another": (changed((("authorship", "protocolAuthors", 0, "fingerprint"), DIGEST)), "phases[0].signOffs[0]", "the fingerprint of A. Person is also that of P. Author"),
    "person-with-two-fingerprints": (changed((("phases", 1, "signOffs", 0, "fingerprint"), "sha256:" + "1" * 64)), "phases[1].signOffs[0]", "A. Person has two fingerprints"),
    "reviewer-wrote-the-protocol": (changed(((*SIGN, 1, "person"), "p. author"), ((*SIGN, 1, "fingerprint"), REMOVE)), "phases[0].signOffs[1]", "p. author is an author of the protocol"),
    "reviewer-made-the-model": (changed(((*SIGN, 0, "person"), "N. Author"), ((*SIGN, 0, "fingerprint"), REMOVE)), "phases[0].signOffs[0]", "N. Author is an author of the model"),
    "reviewer-works-for-the-vendor": (changed(((*SIGN, 1, "organisation"), "EXAMPLE Vendor")), "phases[0].signOffs[1]", "B. Person works for the vendor"),
    "reviewers-of-one-organisation": (changed(((*SIGN, 1, "organisation"), "north")), "phases[0].signOffs[0]", "A. Person and B. Person are of one organisation"),
    "window-all-written": (changed(((*STOP, "window"), "all")), "phases[2].stopCriteria[0].window", "not one of newest"),
    "looks-method-unknown": (changed(((*STOP, "looks", "method"), "often")), "phases[2].stopCriteria[0].looks.method", "not one of alwaysValid, alphaSpending"),
    "looks-one-planned": (changed(((*STOP, "looks", "planned"), 1)), "phases[2].stopCriteria[0].looks.planned", "an integer outside 2 to 200"),
    "looks-always-valid-and-planned": (changed(((*STOP, "looks"), {**ALWAYS, "planned": 12})), "phases[2].stopCriteria[0].looks", "unknown key planned"),
    "looks-of-auroc": (changed(((*GO, 2, "looks"), ALWAYS)), "phases[0].goCriteria[2].looks", "auroc has no bound for repeated looks"),
    "looks-of-net-benefit": (changed(go(metric="netBenefit", threshold="0.3", bound="lower", looks=ALWAYS)), "phases[0].goCriteria[12].looks", "netBenefit has no bound for repeated looks"),
    "looks-of-overrides": (changed(((*LIMITED, 5, "looks"), ALWAYS)), "phases[1].stopCriteria[5].looks", "overrideRate has no bound for repeated looks"),
    "baseline-without-thresholds": (changed((("baseline", "thresholds"), REMOVE)), "baseline", "key thresholds is missing"),
    "baseline-thresholds-too-few": (changed((("baseline", "thresholds"), ["5"])), "baseline.thresholds", "1 thresholds beside the model's 2"),
    "baseline-thresholds-descend": (changed((("baseline", "thresholds"), ["7", "5"])), "baseline.thresholds[1]", "5 does not ascend"),
    "baseline-of-the-label": (changed((("baseline", "column"), "sepsis")), "baseline.column", "the column sepsis is divided by an attribute or a profile already, or is the label"),
    "baseline-of-an-attribute": (changed((("baseline", "column"), "age")), "baseline.column", "the column age is divided by an attribute or a profile already, or is the label"),
    "baseline-of-a-profile": (changed((("baseline", "column"), "lactate")), "baseline.column", "the column lactate is divided by an attribute or a profile already, or is the label"),
    "reference-of-no-level": (changed(((*SEX, "reference"), "other")), "slices[0].reference", "other is not one of the levels"),
    "reference-missing": (changed(((*SEX, "reference"), "missing")), "slices[0].reference", "missing is not one of the levels"),
    "intersection-twice": (changed(((*INTERSECTIONS, 1, "id"), "old-women")), "intersections", "intersection old-women stands there twice"),
    "intersection-overall": (changed(((*INTERSECTIONS, 0, "id"), "overall")), "intersections[0].id", "overall is overall or the id of an attribute"),
    "intersection-of-an-attributes-id": (changed(((*INTERSECTIONS, 0, "id"), "sex")), "intersections[0].id", "sex is overall or the id of an attribute"),
    "intersection-of-one-level": (changed(((*INTERSECTIONS, 0, "levels"), [FEMALE])), "intersections[0].levels", "1 elements; 2 to 4 are allowed"),
    "intersection-of-no-attribute": (changed(((*INTERSECTIONS, 0, "levels", 0, "attribute"), "ethnicity")), "intersections[0]", "there is no listed level ethnicity=female"),
    "intersection-of-no-level": (changed(((*INTERSECTIONS, 0, "levels", 1, "level"), "ancient")), "intersections[0]", "there is no listed level age-band=ancient"),
    "intersection-of-missing": (changed(((*INTERSECTIONS, 0, "levels", 0, "level"), "missing")), "intersections[0]", "there is no listed level sex=missing"),
    "intersection-of-one-attribute": (changed(((*INTERSECTIONS, 0, "levels", 1), {"attribute": "sex", "level": "male"})), "intersections[0]", "attribute sex stands there twice"),
    "intersection-of-the-same-levels": (changed(((*INTERSECTIONS, 1, "levels", 1, "level"), "female")), "intersections[1]", "old-men has the levels of old-women"),
    "standard-prevalence-one": (changed((("analysis", "standardPrevalence"), "1")), "analysis.standardPrevalence", "is not strictly between 0 and 1"),
    "multiplicity-unknown": (changed((("analysis", "multiplicity"), "bonferroni")), "analysis.multiplicity", "not one of holm, benjaminiHochberg"),
    "cusum-odds-ratio-one": (changed((("analysis", "cusum", "oddsRatio"), "1")), "analysis.cusum.oddsRatio", "is not above 1.001 and at most 100"),
    "cusum-odds-ratio-next-to-one": (changed((("analysis", "cusum", "oddsRatio"), "1.0009")), "analysis.cusum.oddsRatio", "is not above 1.001 and at most 100"),
    "cusum-limit-zero": (changed((("analysis", "cusum", "limit"), "0")), "analysis.cusum.limit", "is not positive"),
    "cusum-run-length-one": (changed((("analysis", "cusum", "runLength"), 1)), "analysis.cusum.runLength", "an integer outside 2 to 100000"),
    "explanation-rows-too-few": (changed((("analysis", "explanation", "rows"), 999)), "analysis.explanation.rows", "an integer outside 1000 to 100000"),
    "explanation-rows-uneven": (changed((("analysis", "explanation", "rows"), 10001)), "analysis.explanation.rows", "is not a multiple of 1000"),
    "explanation-of-nothing": (changed((("analysis", "explanation", "features"), [])), "analysis.explanation.features", "0 elements; 1 to 2000 are allowed"),
    "explanation-largest-zero": (changed((("analysis", "explanation", "features", 1, "largest"), "0")), "analysis.explanation.features[1].largest", "is not from 0.001 to 1000"),
    "explanation-largest-too-large": (changed((("analysis", "explanation", "features", 1, "largest"), "1001")), "analysis.explanation.features[1].largest", "is not from 0.001 to 1000"),
    "explanation-feature-twice": (changed((("analysis", "explanation", "features", 1, "name"), "lactate")), "analysis.explanation.features", "input lactate stands there twice"),
    "explanation-of-a-recorded-score": (changed((("model", "kind"), "recordedScore"), (("model", "features"), REMOVE)), "analysis.explanation", "a recorded score cannot be divided among inputs"),
    "cusum-without-windows": (changed((("windows",), {"kind": "undated"})), "analysis.cusum", "a CUSUM needs windows in order of time"),
    "alert-without-values": (changed((("operations", "alert", "values"), [])), "operations.alert.values", "0 elements; 1 to 100 are allowed"),
    "alert-of-the-label": (changed((("operations", "alert", "column"), "sepsis")), "operations.alert.column", "the column sepsis is divided by an attribute or a profile already, or is the label"),
    "override-of-an-attribute": (changed((("operations", "override", "column"), "sex")), "operations.override.column", "the column sex is divided by an attribute or a profile already, or is the label"),
    "acknowledgement-of-a-profile": (changed((("operations", "acknowledgement", "column"), "lactate")), "operations.acknowledgement.column", "the column lactate is divided by an attribute or a profile already, or is the label"),
    "alert-of-the-baseline": (changed((("operations", "alert", "column"), "ews")), "operations.alert.column", "the column ews is the baseline's"),
    "override-of-the-alert-column": (changed((("operations", "override", "column"), "alert")), "operations", "column alert stands there twice"),
    "acknowledgement-edge-zero": (changed((("operations", "acknowledgement", "edges"), ["0", "15"])), "operations.acknowledgement.edges", "do not begin above 0"),
    "acknowledgement-target-no-edge": (changed((("operations", "acknowledgement", "target"), "20")), "operations.acknowledgement.target", "is not one of the edges"),
    "drift-statement-malformed": (changed((("drift", "statement"), "sha256:00")), "drift.statement", "is not a digest"),
    "contrast-none-written": (changed(((*GO, 0, "contrast"), "none")), "phases[0].goCriteria[0].contrast", "not one of gap"),
    "gap-of-brier": (changed(go(metric="brierScore", slice={"attribute": "sex"}, contrast="gap")), "phases[0].goCriteria[12]", "the gap of brierScore is not estimated"),
    "gap-of-overall": (changed(((*GO, 9, "slice"), {"attribute": "overall"})), "phases[0].goCriteria[9]", "overall has no rows to be compared with"),
    "gap-of-the-reference": (changed(((*GO, 8, "slice"), {"attribute": "sex", "level": "male"})), "phases[0].goCriteria[8]", "sex=male is the reference and has no gap to itself"),
    "gap-of-one-level-only": (changed(((*SEX, "levels"), FULL["slices"][0]["levels"][1:]), (("intersections",), REMOVE), ((*PROFILES, 1, "counts"), [500, 500])), "phases[0].goCriteria[8]", "sex has no level beside its reference"),
    "gap-of-random-effects": (changed(((*GO, 9, "scope"), "randomEffects")), "phases[0].goCriteria[9]", "a gap has no estimate of the scope randomEffects"),
    "gap-of-a-new-site": (changed(((*GO, 9, "scope"), "newSite")), "phases[0].goCriteria[9]", "a gap has no estimate of the scope newSite"),
    "gap-of-auroc-within-sites": (changed(go(scope="withinSite", slice={"attribute": "sex"}, contrast="gap")), "phases[0].goCriteria[12]", "the gap of auroc within sites is not estimated"),
    "gap-of-pooled-auroc": (changed(go(scope="pooledRows", slice={"attribute": "sex"}, contrast="gap")), "phases[0].goCriteria[12]", "auroc of pooled rows is not exact"),
    "gap-of-pooled-slopes": (changed(go(metric="calibrationSlope", scope="pooledRows", slice={"attribute": "sex"}, contrast="gap")), "phases[0].goCriteria[12]", "calibrationSlope of pooled rows is not exact"),
    "gap-with-looks": (changed(go(metric="sensitivity", threshold="0.3", bound="lower", slice={"attribute": "sex"}, contrast="gap", looks=ALWAYS)), "phases[0].goCriteria[12]", "a gap has no bound for repeated looks"),
    "gap-in-the-newest-window": (changed(go(metric="sensitivity", threshold="0.3", bound="lower", slice={"attribute": "sex"}, contrast="gap", window="newest")), "phases[0].goCriteria[12]", "a gap is estimated over all windows together"),
    "paired-without-baseline": (changed((("baseline",), REMOVE)), "phases[0].goCriteria[6]", "sensitivityDifference needs a baseline"),
    "standardised-without-prevalence": (changed((("analysis", "standardPrevalence"), REMOVE)), "phases[0].goCriteria[10]", "standardisedPositivePredictiveValue needs a standard prevalence"),
    "alert-rate-without-operations": (changed((("operations",), REMOVE)), "phases[1].stopCriteria[4]", "alertRate needs operations"),
    "override-rate-without-override": (changed((("operations", "override"), REMOVE)), "phases[1].stopCriteria[5]", "overrideRate needs operations.override"),
    "acknowledged-without-acknowledgement": (changed((("operations", "acknowledgement"), REMOVE)), "phases[1].stopCriteria[6]", "acknowledgedInTarget needs operations.acknowledgement"),
    "alert-rate-of-a-slice": (changed(((*LIMITED, 4, "slice"), {"attribute": "sex"})), "phases[1].stopCriteria[4]", "alertRate is counted over all rows only"),
    "stability-without-profile": (changed(((*LIMITED, 2, "profile"), REMOVE)), "phases[1].stopCriteria[2]", "stabilityIndex needs a profile"),
    "stability-of-no-profile": (changed(((*LIMITED, 2, "profile"), "age")), "phases[1].stopCriteria[2]", "there is no profile age"),
    "stability-without-limit": (changed((("drift", "stabilityLimit"), REMOVE)), "phases[1].stopCriteria[2]", "stabilityIndex needs a limit of drift"),
    "profile-of-another-measure": (changed(go(profile="lactate")), "phases[0].goCriteria[12]", "auroc has no profile"),
    "stability-of-a-slice": (changed(((*LIMITED, 2, "slice"), {"attribute": "sex"})), "phases[1].stopCriteria[2]", "stabilityIndex is of all rows only"),
    "stability-of-pooled-rows": (changed(((*LIMITED, 2, "scope"), "pooledRows")), "phases[1].stopCriteria[2]", "stabilityIndex is of each site on its own"),
    "stability-at-a-point": (changed(((*LIMITED, 2, "bound"), "point")), "phases[1].stopCriteria[2]", "stabilityIndex is judged on its upper, at most a limit"),
    "cusum-without-plan": (changed((("analysis", "cusum"), REMOVE)), "phases[1].stopCriteria[3]", "cusum needs a plan"),
    "cusum-of-a-slice": (changed(((*LIMITED, 3, "slice"), {"attribute": "sex"})), "phases[1].stopCriteria[3]", "cusum is of all rows only"),
    "cusum-of-pooled-rows": (changed(((*LIMITED, 3, "scope"), "pooledRows")), "phases[1].stopCriteria[3]", "cusum is of each site on its own"),
    "cusum-at-its-upper-bound": (changed(((*LIMITED, 3, "bound"), "upper")), "phases[1].stopCriteria[3]", "cusum is judged on its point, at most a limit"),
    "cusum-at-least": (changed(((*LIMITED, 3, "comparison"), "atLeast")), "phases[1].stopCriteria[3]", "cusum is judged on its point, at most a limit"),
    "bound-of-a-measure-without-interval": (changed(((*GO, 11, "bound"), "upper")), "phases[0].goCriteria[11]", "expectedCalibrationError has no interval"),
    "interval-standard-written": (changed(((*GO, 0, "interval"), "standard")), "phases[0].goCriteria[0].interval", "not one of exact"),
    "exact-interval-of-auroc": (changed(go(bound="lower", interval="exact")), "phases[0].goCriteria[12]", "only a proportion has an exact interval"),
    "exact-interval-of-a-gap": (changed(((*GO, 8, "interval"), "exact")), "phases[0].goCriteria[8]", "only a proportion has an exact interval"),
    "exact-interval-of-a-point": (changed(((*EXACT, "bound"), "point")), "phases[2].stopCriteria[1]", "a point has no interval"),
    "exact-interval-of-random-effects": (changed(((*EXACT, "scope"), "randomEffects")), "phases[2].stopCriteria[1]", "the scope randomEffects has no exact interval"),
    "exact-interval-with-looks": (changed(((*STOP, "interval"), "exact")), "phases[2].stopCriteria[0]", "looks have an interval of their own"),
    "description-as-the-sole-gate": (changed((GO, [FULL["phases"][0]["goCriteria"][11]])), "phases[0].goCriteria", "measures for description may not be the sole gate"),
    "looks-at-a-point": (changed(((*STOP, "bound"), "point")), "phases[2].stopCriteria[0].looks", "a point has no bound for repeated looks"),
    "looks-at-the-newest-window": (changed(((*STOP, "window"), "newest")), "phases[2].stopCriteria[0].looks", "looks are at growing data, and the newest window is not"),
    "looks-without-monitoring": (changed((("monitoring",), REMOVE)), "phases[2].stopCriteria[0].looks", "alphaSpending needs a schedule"),
    "looks-other-than-monitoring": (changed(((*STOP, "looks", "planned"), 6)), "phases[2].stopCriteria[0].looks", "6 looks are planned here and 12 in monitoring"),
    "monitoring-quorum-too-large": (changed((("monitoring", "quorum"), 5)), "monitoring.quorum", "is above the number of sites"),
    "monitoring-never-open": (changed((("monitoring", "openDays"), 0)), "monitoring.openDays", "an integer outside 1 to 365"),
    "monitoring-too-many-looks": (changed((("monitoring", "looks"), 201)), "monitoring.looks", "an integer outside 1 to 200"),
    "criterion-twice": (changed(go(id="flags")), "phases", "criterion flags stands there twice"),
    "confidence-other": (changed(((*GO, 0, "confidence"), "0.9")), "phases[0].goCriteria[0].confidence", "intervals are given at 0.95 only"),
    "criterion-without-threshold": (changed(((*GO, 0, "threshold"), REMOVE)), "phases[0].goCriteria[0]", "sensitivity needs a threshold"),
    "criterion-with-needless-threshold": (changed(go(threshold="0.3")), "phases[0].goCriteria[12]", "auroc has no threshold"),
    "criterion-threshold-not-the-models": (changed(((*GO, 0, "threshold"), "0.4")), "phases[0].goCriteria[0]", "threshold 0.4 is not one of the model's"),
    "criterion-of-no-slice": (changed(((*GO, 5, "slice", "level"), "ancient")), "phases[0].goCriteria[5]", "there is no slice age-band=ancient"),
    "criterion-of-no-attribute": (changed(((*GO, 4, "slice", "attribute"), "ethnicity")), "phases[0].goCriteria[4]", "there is no attribute ethnicity"),
    "criterion-lower-at-most": (changed(go(bound="lower", comparison="atMost")), "phases[0].goCriteria[12]", "a lower bound cannot be at most a limit"),
    "criterion-upper-at-least": (changed(go(bound="upper")), "phases[0].goCriteria[12]", "a upper bound cannot be at least a limit"),
    "criterion-within-site-not-auroc": (changed(go(metric="brierScore", scope="withinSite")), "phases[0].goCriteria[12]", "only AUROC has a within-site estimate"),
    "criterion-random-effects-of-brier": (changed(go(metric="brierScore", scope="randomEffects")), "phases[0].goCriteria[12]", "brierScore has no random-effects estimate"),
    "criterion-new-site-of-brier": (changed(go(metric="brierScore", scope="newSite", bound="lower")), "phases[0].goCriteria[12]", "brierScore has no random-effects estimate"),
    "criterion-new-site-point": (changed(go(scope="newSite")), "phases[0].goCriteria[12]", "a prediction interval has no point"),
    "criterion-pooled-auroc": (changed(go(scope="pooledRows")), "phases[0].goCriteria[12]", "auroc of pooled rows is not exact"),
    "criterion-limit-too-fine": (changed(go(limit="0.1234567890123")), "phases[0].goCriteria[12]", "the limit has more than 12 decimals"),
    "criterion-share-negative": (changed(((*GO, 0, "coverage", "minimumRowShare"), "-0.1")), "phases[0].goCriteria[0].coverage.minimumRowShare", "is not a share"),
}


def canonical(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def files():
    yield "accept/full.json", canonical(FULL)
    yield "accept/small.json", canonical(SMALL)
    for name, (document, _, _) in REJECT.items():
        yield f"reject/{name}.json", canonical(document)
    # Canonical form is a rule of its own, and the first.
    yield "reject/not-canonical.json", json.dumps(FULL, sort_keys=True).encode()
    expected = {f"{name}.json": f"{path or 'document'}: {problem}" for name, (_, path, problem) in REJECT.items()}
    expected["not-canonical.json"] = "protocol is not canonical JSON"
    yield "reject/expected.json", (json.dumps(dict(sorted(expected.items())), indent=1, ensure_ascii=False) + "\n").encode()


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
