#!/usr/bin/env python3
"""Makes the vectors of profile.md with openssl and Python's standard library, and none of our code.

Run it in this folder; it replaces everything else there. Every run makes new keys, so every byte of the
statements changes: do it only when the format changes. Each statement stands beside the protocol that it is checked
with. policy.json says when and with which pin; an entry of expected.json may say otherwise (`at`, `root`), and names
the rule that is broken.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PAYLOAD_TYPE = "application/vnd.in-toto+json"
MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SITE = "urn:equipoise:role:site-submission:"
EVIDENCE = "urn:equipoise:role:evidence"
PROFILE = "urn:equipoise:reference-profile:v1"
NAME = "reference-profile.json"
SECTIONS = ("cohort", "data", "label", "model", "slices")
SIGNED = "2026-06-01T09:00:00Z"
NOW = "2026-06-10T12:00:00Z"

work = tempfile.mkdtemp()


def openssl(*arguments, data=None):
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, cwd=work)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def canonical(value):
    # Keys are ASCII and numbers are integers, so this is RFC 8785.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def b64(data):
    return base64.b64encode(data).decode()


def digest(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


# --- keys and certificates -------------------------------------------------------------------------


def write(name, data):
    with open(os.path.join(work, name), "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)


SERIAL = [0x4000000000000000000000000000001]


def certify(name, issuer, end, extensions):
    SERIAL[0] += 1
    write("index.txt", "")
    write("serial", "%032X\n" % SERIAL[0])
    write("ext", "\n".join(["[e]", *extensions, "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid:always"]))
    write(
        "ca.cnf",
        "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\npolicy=p\nunique_subject=no\n"
        "[p]\ncommonName=supplied\n",
    )
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")
    openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out", f"{name}.csr")
    signer = ["-selfsign"] if issuer is None else ["-cert", f"{issuer}.pem"]
    openssl(
        "ca", "-batch", "-notext", "-config", "ca.cnf", *signer, "-keyfile", f"{issuer or name}.key",
        "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", "20260101000000Z", "-enddate", end,
        "-md", "sha256", "-extfile", "ext", "-extensions", "e",
    )  # fmt: skip
    openssl("x509", "-in", f"{name}.pem", "-out", f"{name}.pem")


def make_root(name):
    certify(name, None, "20351231235959Z", ["basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign"])


def make_leaf(name, issuer, uri):
    leaf = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=codeSigning"]
    certify(name, issuer, "20271231235959Z", [*leaf, f"subjectAltName=URI:{uri}"])


def spki_digest(name):
    text = openssl("x509", "-in", f"{name}.pem", "-pubkey", "-noout")
    return "sha256:" + hashlib.sha256(openssl("pkey", "-pubin", "-outform", "DER", data=text)).hexdigest()


# --- signatures ------------------------------------------------------------------------------------


def integer(number):
    content = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(content)]) + content


def sign(key, message):
    write("message", message)
    signature = openssl("dgst", "-sha256", "-sign", f"{key}.key", "message")
    length = signature[3]
    r = int.from_bytes(signature[4 : 4 + length], "big")
    s = int.from_bytes(signature[6 + length :], "big")
    body = integer(r) + integer(min(s, ORDER - s))
    return b"\x30" + bytes([len(body)]) + body


def pae(payload):
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def pae_digest(payload):
    return "sha256:" + hashlib.sha256(pae(payload)).hexdigest()


def hexdigest(value):
    return hashlib.sha256(canonical(value)).hexdigest()


# --- protocol and statement ------------------------------------------------------------------------


def study():
    return {
        "format": "urn:equipoise:protocol:v1", "id": "wards", "version": 1,
        "study": {"title": "Wards", "intendedUse": "a vector", "targetPopulation": "nobody", "riskCategory": "low",
                  "owner": "nobody", "responsibilities": []},
        "model": {"id": "score", "version": "1", "kind": "recordedScore", "artifact": digest("model"), "output": "risk",
                  "scorePrecision": {"kind": "binary64"}, "thresholds": [{"value": "0.5", "action": "look"}]},
        "data": {"maximumUnreadableShare": "0.01", "features": [
            {"column": "hr", "type": "number", "lower": "20", "upper": "300"}, {"column": "ward", "type": "category"}]},
        "cohort": {"description": "all", "rules": []},
        "label": {"description": "event", "column": "y", "positive": ["1"], "negative": ["0"], "outcomeWindow": "24 h",
                  "adjudication": "none"},
        "slices": [{"attribute": "sex", "column": "sex", "levels": [
            {"level": "f", "label": "female", "codes": ["F"]}, {"level": "m", "label": "male", "codes": ["M"]}]}],
        "windows": {"kind": "undated"},
        "grid": {"calibrationEdges": ["0.25", "0.75"], "fineEdges": []},
        "drift": {"reference": "the training rows", "stabilityLimit": "0.25", "profiles": [
            {"of": "score", "edges": ["0.25", "0.5"], "counts": [90, 60, 50]},
            {"of": "attribute", "id": "sex", "counts": [110, 90, 0]},
            {"of": "column", "id": "hr", "edges": ["60", "100"], "counts": [40, 120, 25, 0, 15]},
            {"of": "column", "id": "ward", "levels": ["A", "B"], "counts": [150, 30, 20, 0]}]},
        "disclosure": {"minimumCell": 11, "minimumFitEvents": 20},
        "sites": [{"id": "north", "name": "North", "role": "development"},
                  {"id": "south", "name": "South", "role": "validation"}],
        "phases": [{"phase": "silent", "exposure": "nobody", "goCriteria": [], "stopCriteria": [], "signOffs": [],
                    "minimum": {"sites": 1, "rows": 0, "events": 0, "days": 0}}],
        "fallback": "stop", "evidence": {"validityDays": 365, "regulatory": []},
    }  # fmt: skip


def predicate(protocol):
    return {
        "site": "north", "dataset": "wards-2024", "dataClass": "clinical", "extractedAt": "2025-01-15T06:00:00Z",
        "datasetDigest": digest("release"), "minimumCell": 11, "evaluator": "another 1.0", "signedAt": SIGNED,
        "sections": {name: "sha256:" + hexdigest(protocol[name]) for name in SECTIONS},
    }  # fmt: skip


def make_case(says=None, about=None, leaf="north-leaf", kind=PROFILE, subjects=None, protocol=None, cites=True,
              signature=None, draft=None):  # fmt: skip
    """A protocol and its statement. `draft` changes both alike, `protocol` only what stands beside the statement;
    `says` changes the predicate, `about` the signed document."""
    signed_under = study()
    if draft:
        draft(signed_under)
    document = json.loads(canonical({key: signed_under["drift"][key] for key in ("profiles", "reference")}))
    said = predicate(signed_under)
    if says:
        says(said)
    if about:
        about(document)
    payload = canonical({
        "_type": "https://in-toto.io/Statement/v1", "predicate": said, "predicateType": kind,
        "subject": subjects or [{"digest": {"sha256": hexdigest(document)}, "name": NAME}],
    })  # fmt: skip
    der = openssl("x509", "-in", f"{leaf}.pem", "-outform", "DER")
    file = {
        "dsseEnvelope": {
            "payload": b64(payload), "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": b64(signature or sign(leaf, pae(payload)))}],
        },
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {"certificate": {"rawBytes": b64(der)}},
    }  # fmt: skip
    checked = json.loads(canonical(signed_under))
    if cites:
        checked["drift"]["statement"] = pae_digest(payload) if cites is True else cites
    if protocol:
        protocol(checked)
    return file, checked, pae_digest(payload)


accepted, rejected = [], []


def accept(name, policy=None, **making):
    file, protocol, signed = make_case(**making)
    accepted.append((name, file, protocol, {"signedDigest": signed, **(policy or {})}))


def reject(rule, name, policy=None, **making):
    file, protocol, _ = make_case(**making)
    rejected.append((name, file, protocol, {"rule": rule, **(policy or {})}))


def set_to(**changes):
    """A change of an object: keys get new values, those with None are taken out."""
    def change(value):
        for key, item in changes.items():
            if item is None:
                del value[key]
            else:
                value[key] = item
    return change


def drift(change):
    return lambda protocol: change(protocol["drift"])


def count(profile, cell, number):
    def change(section):
        section["profiles"][profile]["counts"][cell] = number
    return change


def make():
    for root in ("north", "south", "coordinator"):
        make_root(root)
    make_leaf("north-leaf", "north", SITE + "north")
    make_leaf("south-leaf", "south", SITE + "south")
    make_leaf("south-named-by-north", "north", SITE + "south")
    make_leaf("evidence-leaf", "coordinator", EVIDENCE)

    accept("profile")
    accept("signed-this-second", {"at": SIGNED})
    accept("another-limit-later", protocol=drift(set_to(stabilityLimit="0.1")))
    accept("without-a-limit", draft=drift(set_to(stabilityLimit=None)))
    accept("another-title-later", protocol=lambda p: p["study"].update(title="Wards, renamed"))
    accept("score-alone", draft=drift(lambda d: d["profiles"].__delitem__(slice(1, None))))
    accept("one-band", draft=lambda p: p["drift"]["profiles"][2].update(edges=[], counts=[185, 0, 15]))

    # Whose it is.
    reject("siteNotTrusted", "by-a-site-without-a-pin", {"root": "south"}, leaf="south-leaf", says=set_to(site="south"))
    reject("siteNotTrusted", "by-a-site-named-by-anothers-root", leaf="south-named-by-north", says=set_to(site="south"))
    reject("signature", "under-another-root", {"root": "south"})
    reject("signature", "by-the-coordinator", {"root": "coordinator"}, leaf="evidence-leaf")
    reject("signature", "another-type", kind="urn:equipoise:site-submission:v1")
    reject("signature", "signature-of-another", signature=sign("north-leaf", pae(b"other")))
    reject("signature", "signed-before-its-key", says=set_to(signedAt="2025-12-31T00:00:00Z"))
    reject("signature", "signed-after-its-key", {"at": "2028-06-01T00:00:00Z"}, says=set_to(signedAt="2028-01-01T00:00:00Z"))
    reject("otherSite", "says-another-site", says=set_to(site="south"))
    reject("time", "from-the-future", says=set_to(signedAt="2026-06-10T12:00:01Z"))

    # Form.
    for key in ("site", "dataset", "dataClass", "extractedAt", "datasetDigest", "minimumCell", "sections", "evaluator",
                "signedAt"):  # fmt: skip
        reject("malformed", f"without-{key}", says=set_to(**{key: None}))
    reject("malformed", "with-an-unknown-key", says=set_to(note="x"))
    reject("malformed", "minimum-of-one", says=set_to(minimumCell=1))
    reject("malformed", "another-class", says=set_to(dataClass="secret"))
    reject("malformed", "sections-without-model", says=lambda v: v["sections"].pop("model"))
    reject("malformed", "sections-with-grid", says=lambda v: v["sections"].update(grid=digest("grid")))
    one = {"digest": {"sha256": "0" * 64}, "name": NAME}
    reject("subject", "about-another-name", subjects=[{**one, "name": "profile.json"}])
    reject("subject", "about-two-files", subjects=[one, {**one, "name": "zz.json"}])

    # The protocol.
    reject("notCited", "cites-nothing", cites=False)
    reject("otherStatement", "cites-another", cites=digest("another"))
    reject("profileDiffers", "a-count-changed", protocol=drift(count(0, 0, 91)))
    reject("profileDiffers", "another-profile-signed", about=count(3, 1, 31))
    reject("profileDiffers", "an-edge-changed", protocol=lambda p: p["drift"]["profiles"][2].update(edges=["60", "101"]))
    reject("profileDiffers", "a-level-renamed", protocol=lambda p: p["drift"]["profiles"][3].update(levels=["A", "C"]))
    reject("profileDiffers", "a-profile-left-out", protocol=drift(lambda d: d["profiles"].pop()))
    reject("profileDiffers", "profiles-in-another-order", protocol=drift(lambda d: d["profiles"].reverse()))
    reject("profileDiffers", "other-words", protocol=drift(set_to(reference="all rows")))
    reject("countedOtherwise", "another-cohort", protocol=lambda p: p["cohort"].update(description="adults"))
    reject("countedOtherwise", "another-column", protocol=lambda p: p["data"]["features"][0].update(upper="250"))
    reject("countedOtherwise", "another-label", protocol=lambda p: p["label"].update(positive=["1", "2"]))
    reject("countedOtherwise", "another-model", protocol=lambda p: p["model"].update(artifact=digest("model 2")))
    reject("countedOtherwise", "another-code", protocol=lambda p: p["slices"][0]["levels"][0].update(codes=["F", "W"]))


def save(folder, entries):
    path = os.path.join(HERE, folder)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    table = {}
    for number, (name, file, protocol, policy) in enumerate(entries, 1):
        full = "%02d-%s" % (number, name)
        table[full] = policy
        for kind, document in (("sigstore", file), ("protocol", protocol)):
            with open(os.path.join(path, f"{full}.{kind}.json"), "wb") as out:
                out.write(canonical(document))
    with open(os.path.join(path, "expected.json"), "w") as out:
        out.write(json.dumps(table, indent=2) + "\n")


make()
for root in ("north", "south", "coordinator"):
    shutil.copy(os.path.join(work, f"{root}.pem"), os.path.join(HERE, f"{root}.pem"))
save("accept", accepted)
save("reject", rejected)
with open(os.path.join(HERE, "policy.json"), "w") as out:
    out.write(json.dumps({"at": NOW, "root": "north", "north": spki_digest("north")}, indent=2) + "\n")
shutil.rmtree(work)
