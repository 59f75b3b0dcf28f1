"""The histories of gates.md, section 2: whole files, and what is wrong with broken ones."""

import copy
import hashlib
import json

STUDY = "sepsis"


def canonical(value):
    # Keys are ASCII and numbers are integers, so this is RFC 8785.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha256(data):
    return "sha256:" + hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def changed(value, changes):
    result = {**value, **changes}
    return {key: item for key, item in result.items() if item is not None}


# --- one fact of each kind ---------------------------------------------------------------------------

TARGET = {"protocolDigest": sha256("protocol 1"), "phase": "silent", "incident": "i-1"}
SITE = {
    "site": "north", "dataset": sha256("dataset north"), "datasetName": "north-2026", "dataClass": "clinical",
    "source": "the ward's \"own\" export – every night", "sourceVersion": "7.2",
    "extractedAt": "2026-05-30T00:00:00Z", "aggregate": sha256("aggregate north"), "evaluator": "equipoise 1",
    "minimumCell": 10, "rows": 4000, "events": 310,
}  # fmt: skip
HEADLINE = {
    "metric": "sensitivity", "scope": "everySite", "site": "north", "value": "0.812500000000",
    "lower": "0.780000000000", "upper": "0.840000000000",
}  # fmt: skip

# The optional keys of a kind; of a list of objects, those of an element.
OPTIONAL = {
    "protocolPublished": ["features", "reason"],
    "decisionRecorded": ["round", "onBehalfOf", "target"],
    "phaseEntered": ["round"],
    "held": ["round"],
    "wordGiven": ["phase"],
    "incidentNoted": ["text", "owner", "runbook", "correctiveAction"],
    "changeRecorded": ["site"],
}
OPTIONAL_INSIDE = {"sites": ["rows", "events"], "headlines": ["site", "lower", "upper"], "target": []}

# Every kind, in an order in which a study may go, with every optional key.
FULL = {
    "protocolPublished": {
        "version": 2, "protocol": sha256("protocol 2"), "model": sha256("model"), "features": sha256("features"),
        "reason": "the ward measures lactate \\ differently", "changes": ["cohort", "label"],
        "returnsToSilent": True,
    },
    "consentRecorded": {
        "site": "north", "protocol": sha256("protocol 2"), "phase": "broad", "statement": sha256("consent"),
    },
    "wordGiven": {
        "site": "north", "word": "grant", "phase": "silent", "number": 1, "drill": False,
        "statement": sha256("grant"),
    },
    "evidenceRecorded": {
        "round": "r-2", "phase": "silent", "protocol": sha256("protocol 2"), "look": 2, "verdict": "fail",
        "breached": ["sensitivity-low", "flags-high"], "evidence": sha256("evidence"),
        "endedAt": "2026-06-01T00:00:00Z", "sites": [SITE],
        "headlines": [HEADLINE, {**HEADLINE, "metric": "calibrationSlope", "value": "-0.25000000",
                                 "lower": "-1.00000000", "upper": "0.50000000"}],
    },
    "delegationRecorded": {
        "gate": "limited", "role": "chair of the review board", "person": "C. Clay", "delegate": "D. Dorn",
        "organisation": "Institute D", "key": sha256("key of D. Dorn"), "from": "2026-06-01T00:00:00Z",
        "until": "2026-08-30T00:00:00Z", "statement": sha256("delegation"),
    },
    "phaseEntered": {
        "phase": "limited", "protocol": sha256("protocol 2"), "round": "r-2",
        "decisions": [sha256("decision 1"), sha256("decision 2")],
    },
    "incidentOpened": {
        "incident": "i-1", "title": "sensitivity below its limit", "sites": ["north", "south"],
        "windows": ["w-2026-05"], "drill": False,
    },
    "held": {
        "incident": "i-1", "cause": "stopCriterion", "criteria": ["sensitivity-low"], "round": "r-2",
        "reason": "a stop criterion fails", "drill": False,
    },
    "acknowledged": {
        "site": "north", "about": "stopOrder", "number": 2, "receivedAt": "2026-06-02T00:00:05Z",
        "effectiveAt": "2026-06-02T00:00:09Z", "drill": False, "statement": sha256("acknowledgement"),
    },
    "stopped": {"incident": "i-1", "reason": "the model is withdrawn"},
    "incidentNoted": {
        "incident": "i-1", "text": "the analyser was replaced", "owner": "B. Brook",
        "runbook": "https://runbooks.example/sepsis", "correctiveAction": "the mapping is corrected",
    },
    "decisionRecorded": {
        "gate": "restart", "round": "r-2", "protocol": sha256("protocol 2"), "evidence": sha256("evidence"),
        "page": sha256("page"), "decision": "approve", "person": "D. Dorn", "role": "chair of the review board",
        "onBehalfOf": "C. Clay", "key": sha256("key of D. Dorn"), "signedAt": "2026-06-03T00:00:00Z",
        "validUntil": "2026-09-01T00:00:00Z", "seen": 11, "target": TARGET, "conditions": ["by day only"],
        "statement": sha256("decision 3"),
    },
    "restarted": {
        "phase": "silent", "protocol": sha256("protocol 1"), "version": 1, "incident": "i-1",
        "decisions": [sha256("decision 3")],
    },
    "incidentClosed": {"incident": "i-1", "people": ["C. Clay", "D. Dorn"], "text": "restarted in silent"},
    "changeRecorded": {
        "change": "sourceSystem", "site": "north", "at": "2026-05-02T00:00:00Z",
        "text": "a new analyser", "automatic": False,
    },
}  # fmt: skip

# What has to change for the optional keys to be absent, and other values of the rest.
BARE = {
    "protocolPublished": {"version": 1, "protocol": sha256("protocol 1"), "changes": [], "returnsToSilent": False},
    "consentRecorded": {"phase": "none"},
    "wordGiven": {"word": "hold", "drill": True},
    "evidenceRecorded": {
        "look": 1, "verdict": "notEvaluable", "breached": [],
        "sites": [changed(SITE, {"rows": None, "events": None})],
        "headlines": [changed(HEADLINE, {"scope": "withinSite", "site": None, "lower": None, "upper": None})],
    },
    "phaseEntered": {"phase": "silent", "decisions": []},
    "incidentOpened": {"sites": [], "windows": [], "drill": True},
    "held": {"cause": "person", "criteria": [], "drill": True},
    "acknowledged": {"about": "disabled", "drill": True},
    "decisionRecorded": {"gate": "broad", "decision": "abstain", "conditions": [], "seen": 0},
    "restarted": {"decisions": []},
    "incidentNoted": {"text": "one text is enough"},
    "incidentClosed": {"people": []},
    "changeRecorded": {"change": "protocol", "automatic": True},
}  # fmt: skip


def bare(kind):
    return changed(FULL[kind], {**{key: None for key in OPTIONAL.get(kind, [])}, **BARE.get(kind, {})})


# --- chains ------------------------------------------------------------------------------------------


def chain(facts, actors=("user/lead", "site/north/agent/a-1", "system")):
    events, previous = [], sha256(STUDY)
    for number, (kind, fact) in enumerate(facts, 1):
        event = {
            "format": "urn:equipoise:study-event:v1", "sequence": number, "previous": previous,
            "time": "2026-06-%02dT00:00:00Z" % number, "actor": actors[number % len(actors)], "kind": kind, **fact,
        }  # fmt: skip
        events.append(event)
        previous = sha256(canonical(event))
    return events


def document(events, **changes):
    return changed({"format": "urn:equipoise:study-history:v1", "study": STUDY, "events": events}, changes)


def values(kind, key, *choices):
    """The same kind with each value of an enumeration, so that none is forgotten."""
    return [(kind, {**FULL[kind], key: choice}) for choice in choices]


def accepted():
    yield "nothing-happened", document([])
    yield "every-kind-with-all-keys", document(chain(FULL.items()))
    yield "every-kind-with-the-least", document(chain((kind, bare(kind)) for kind in FULL))
    yield "each-part-of-a-note", document(chain(
        ("incidentNoted", {"incident": "i-1", key: FULL["incidentNoted"][key]})
        for key in OPTIONAL["incidentNoted"]))  # fmt: skip
    orders = [("wordGiven", {**bare("wordGiven"), "word": word}) for word in ("hold", "stop", "lower")]
    yield "every-word", document(chain([
        *values("consentRecorded", "phase", "none", "silent", "limited", "broad"), *orders,
        *values("acknowledged", "about", "grant", "stopOrder", "disabled", "enabled"),
        *values("evidenceRecorded", "verdict", "pass", "fail", "inconclusive", "notEvaluable"),
        *values("changeRecorded", "change", "protocol", "model", "dataset", "mapping", "software", "policy",
                "workflow", "sourceSystem", "other"),
    ]))  # fmt: skip
    # Times are the coordinator's clock; the numbers order the events.
    back = chain([("stopped", FULL["stopped"]), ("incidentNoted", FULL["incidentNoted"])])
    back[1]["time"] = "2026-05-01T00:00:00Z"
    yield "a-clock-set-back", document(back)


def renumbered(events):
    return [{**event, "sequence": number} for number, event in enumerate(events, 1)]


def broken_chains():
    whole = chain(FULL.items())
    yield "historySequence", "gap", document(whole[:4] + whole[5:])
    yield "historySequence", "first-event-removed", document(whole[1:])
    yield "historySequence", "event-twice", document(whole[:4] + whole[3:])
    yield "historySequence", "two-events-exchanged", document([whole[1], whole[0], *whole[2:]])
    yield "historyPrevious", "removed-and-renumbered", document(renumbered(whole[:4] + whole[5:]))
    yield "historyPrevious", "first-removed-and-renumbered", document(renumbered(whole[1:]))
    yield "historyPrevious", "two-events-exchanged-and-renumbered", document(
        renumbered([*whole[:4], whole[5], whole[4], *whole[6:]]))  # fmt: skip
    event = copy.deepcopy(whole)
    event[3]["verdict"] = "pass"
    yield "historyPrevious", "changed-event", document(event)
    event = copy.deepcopy(whole)
    event[3]["time"] = "2026-06-05T00:00:00Z"
    yield "historyPrevious", "changed-time", document(event)
    yield "historyPrevious", "of-another-study", document(whole, study="stroke")
    first = chain([("stopped", FULL["stopped"])])
    yield "historyPrevious", "first-after-nothing", document([{**first[0], "previous": sha256("")}])


def broken_events():
    def one(kind, **changes):
        return document(chain([(kind, changed(FULL[kind], changes))]))

    # An event lacks each of its keys in turn.
    event = chain([("stopped", FULL["stopped"])])[0]
    for key in ("format", "sequence", "previous", "time", "actor", "kind"):
        yield f"event-without-{key}", document([changed(event, {key: None})])
    for kind, fact in FULL.items():
        for key in fact:
            if key not in OPTIONAL.get(kind, []):
                yield f"{kind}-without-{key}", one(kind, **{key: None})
        yield f"{kind}-with-an-unknown-key", one(kind, note="x")
    for kind, key in (("evidenceRecorded", "sites"), ("evidenceRecorded", "headlines"), ("decisionRecorded", "target")):
        inner = FULL[kind][key]
        element = inner[0] if isinstance(inner, list) else inner
        for name in [*element, "note"]:
            if name not in OPTIONAL_INSIDE[key]:
                part = changed(element, {name: "x" if name == "note" else None})
                what = "with-an-unknown-key" if name == "note" else f"without-{name}"
                yield f"{kind}-{key}-{what}", one(kind, **{key: [part] if isinstance(inner, list) else part})

    # Keys that do not go together.
    yield "grant-without-a-phase", one("wordGiven", phase=None)
    yield "hold-with-a-phase", one("wordGiven", word="hold")
    yield "empty-note", one("incidentNoted", **{key: None for key in OPTIONAL["incidentNoted"]})
    yield "target-outside-a-restart", one("decisionRecorded", gate="broad")
    yield "restart-without-a-target", one("decisionRecorded", target=None)
    yield "limited-without-a-round", one("phaseEntered", round=None)
    yield "silent-with-a-round", one("phaseEntered", phase="silent")

    # Values.
    yield "unknown-kind", document([changed(event, {"kind": "resumed"})])
    yield "another-event-format", document([changed(event, {"format": "urn:equipoise:study-event:v2"})])
    yield "sequence-zero", document([changed(event, {"sequence": 0})])
    yield "previous-in-capitals", document([changed(event, {"previous": event["previous"].upper()})])
    yield "time-with-an-offset", document([changed(event, {"time": "2026-06-01T00:00:00+00:00"})])
    yield "actor-with-a-space", document([changed(event, {"actor": "user lead"})])
    yield "phase-draft", one("phaseEntered", phase="draft")
    yield "evidence-of-no-phase", one("evidenceRecorded", phase="none")
    yield "gate-silent", one("delegationRecorded", gate="silent")
    yield "look-zero", one("evidenceRecorded", look=0)
    yield "word-number-zero", one("wordGiven", number=0)
    yield "drill-as-a-text", one("held", drill="false")
    yield "cause-unknown", one("held", cause="weather")
    yield "incident-in-capitals", one("stopped", incident="I-1")
    yield "reason-empty", one("stopped", reason="")
    yield "reason-of-501", one("stopped", reason="x" * 501)
    yield "note-of-501", one("incidentNoted", text="x" * 501)
    yield "title-of-201", one("incidentOpened", title="x" * 201)
    yield "condition-of-501", one("decisionRecorded", conditions=["x" * 501])
    yield "seven-decimals", one("evidenceRecorded", headlines=[{**HEADLINE, "value": "0.8125000"}])
    yield "a-number-for-a-decimal", one("evidenceRecorded", headlines=[{**HEADLINE, "value": 1}])

    # The file.
    whole = chain(FULL.items())
    yield "another-file-format", document(whole, format="urn:equipoise:study-history:v2")
    yield "file-without-study", document(whole, study=None)
    yield "file-without-events", document(None)
    yield "file-with-an-unknown-key", document(whole, head=15)
    yield "events-as-an-object", document({"1": event})


def files():
    """The path and the bytes of each file."""
    for number, (name, value) in enumerate(accepted(), 1):
        yield "history/accept/%02d-%s.json" % (number, name), canonical(value)
    rejected = [*broken_chains(), *(("historyEvent", *entry) for entry in broken_events())]
    table = {}
    for number, (rule, name, value) in enumerate(rejected, 1):
        path = "%03d-%s.json" % (number, name)
        table[path] = {"rule": rule}
        yield f"history/reject/{path}", canonical(value)
    for name, data in (
        ("not-canonical", canonical(document(chain(FULL.items()))).replace(b",", b", ", 1)),
        ("line-feed-at-the-end", canonical(document([])) + b"\n"),
        ("cut", canonical(document(chain(FULL.items())))[:-1]),
    ):
        path = "%03d-%s.json" % (len(table) + 1, name)
        table[path] = {"rule": "historyEvent"}
        yield f"history/reject/{path}", data
    yield "history/reject/expected.json", (json.dumps(table, indent=2) + "\n").encode()
