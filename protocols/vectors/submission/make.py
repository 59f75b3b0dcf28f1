#!/usr/bin/env python3
"""Makes the vectors of submission packages and receipts with openssl and Python's standard library, and none
of our code.

Run it in this folder; it replaces everything else there. Every run makes new keys, so every byte changes: do
it only when a format changes. `expected.json` says what the files hold and what they are checked against.
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
work = tempfile.mkdtemp()


def openssl(*arguments, data=None):
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, cwd=work)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def canonical(value):
    # Keys are ASCII and numbers are integers, so this is RFC 8785.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def b64(data):
    return base64.b64encode(data).decode()


def write(name, data):
    with open(os.path.join(work, name), "wb") as file:
        file.write(data)


SERIAL = [0x5000000000000000000000000000001]


def certify(name, issuer, end, extensions):
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")
    SERIAL[0] += 1
    write("index.txt", b"")
    write("serial", b"%032X\n" % SERIAL[0])
    extensions = ["[e]", *extensions, "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid:always"]
    write("ext", "\n".join(extensions).encode())
    write("ca.cnf", b"[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\npolicy=p\n"
          b"unique_subject=no\n[p]\ncommonName=supplied\n")  # fmt: skip
    openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out", f"{name}.csr")
    signer = ["-selfsign"] if issuer is None else ["-cert", f"{issuer}.pem"]
    openssl("ca", "-batch", "-notext", "-config", "ca.cnf", *signer, "-keyfile", f"{issuer or name}.key",
            "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", "20260101000000Z", "-enddate", end,
            "-md", "sha256", "-extfile", "ext", "-extensions", "e")  # fmt: skip
    openssl("x509", "-in", f"{name}.pem", "-out", f"{name}.pem")


def signer(name, uri):
    certify(name, None, "20351231235959Z", ["basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign"])
    certify(f"{name}-leaf", name, "20271231235959Z",
            ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
             "extendedKeyUsage=codeSigning", f"subjectAltName=URI:{uri}"])  # fmt: skip


def der(name):
    return openssl("x509", "-in", f"{name}.pem", "-outform", "DER")


def key_digest(name):
    text = openssl("x509", "-in", f"{name}.pem", "-pubkey", "-noout")
    return digest(openssl("pkey", "-pubin", "-outform", "DER", data=text))


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


def attestation(leaf, kind, subjects, predicate):
    payload = canonical({
        "_type": "https://in-toto.io/Statement/v1", "predicate": predicate, "predicateType": f"urn:equipoise:{kind}:v1",
        "subject": [{"digest": {"sha256": value[7:]}, "name": name} for name, value in sorted(subjects.items())],
    })  # fmt: skip
    signed = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)
    return {
        "dsseEnvelope": {
            "payload": b64(payload), "payloadType": PAYLOAD_TYPE, "signatures": [{"sig": b64(sign(leaf, signed))}],
        },
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"certificate": {"rawBytes": b64(der(leaf))}},
    }  # fmt: skip


def save(name, data):
    path = os.path.join(HERE, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(data if isinstance(data, bytes) else canonical(data))


for old in ["accept", "reject"]:
    shutil.rmtree(os.path.join(HERE, old), ignore_errors=True)
signer("north", "urn:equipoise:role:site-submission:north")
signer("coordinator", "urn:equipoise:role:evidence")
signer("stranger", "urn:equipoise:role:evidence")

# A package is about form: the files in it need only be canonical JSON.
aggregate = {"note": "caf\u00e9", "rows": [0, 1, 9007199254740991], "site": "north"}
context = {"site": "north"}
files = {"sites/north/aggregate.json": digest(canonical(aggregate)), "sites/north/context.json": digest(canonical(context))}
submission = attestation("north-leaf", "site-submission", files, {"site": "north"})
acceptance = attestation("north-leaf", "protocol-acceptance", {"protocol/protocol.json": digest(b"{}")}, {"site": "north"})
package = {
    "acceptance": acceptance, "aggregate": aggregate, "context": context, "format": "urn:equipoise:submission:v1",
    "root": b64(der("north")), "site": "north", "submission": submission,
}  # fmt: skip
whole = canonical(package)
save("accept/package.json", whole)
save("accept/root.pem", open(os.path.join(work, "north.pem"), "rb").read())


def without(key):
    return {name: value for name, value in package.items() if name != key}


rejected = {
    "missing-context": without("context"),
    "unknown-key": {**package, "note": "x"},
    "other-format": {**package, "format": "urn:equipoise:submission:v2"},
    "file-as-text": {**package, "aggregate": canonical(aggregate).decode()},
    "site-in-upper-case": {**package, "site": "North"},
    "root-in-pem": {**package, "root": open(os.path.join(work, "north.pem")).read()},
    "root-without-padding": {**package, "root": package["root"].rstrip("=")[:-1]},
    "root-with-a-byte-more": {**package, "root": b64(der("north") + b"\0")},
    "spaces": json.dumps(package, sort_keys=True).encode(),
    "keys-not-sorted": b"{" + b",".join(
        b'"%s":%s' % (key.encode(), canonical(package[key])) for key in reversed(sorted(package))) + b"}",
    "line-end": whole + b"\n",
    "empty": b"",
}  # fmt: skip
for name, data in rejected.items():
    save(f"reject/package/{name}.json", data)

predicate = {
    "admittedAt": "2026-06-01T12:00:00Z", "aggregate": digest(canonical(aggregate)), "assignment": "a-" + "a2" * 13,
    "auditSequence": 17, "round": "r-" + "b3" * 13, "sequence": 1, "site": "north", "study": "sepsis",
    "submission": digest(whole), "tenant": "t-" + "c4" * 13,
}  # fmt: skip
subject = {"sites/north/submission.json": digest(whole)}


def receipt(leaf="coordinator-leaf", kind="receipt", subjects=subject, **changes):
    return attestation(leaf, kind, subjects, {**predicate, **changes})


save("accept/receipt.sigstore.json", receipt())
save("accept/coordinator.pem", open(os.path.join(work, "coordinator.pem"), "rb").read())
for name, file in {
    "of-a-stranger": receipt("stranger-leaf"),
    "by-the-site": receipt("north-leaf"),
    "manifest": receipt(kind="manifest"),
    "other-subject": receipt(subjects={"sites/north/submission.json": digest(b"")}),
    "aggregate-as-subject": receipt(subjects={"sites/north/aggregate.json": digest(whole)}),
    "predicate-of-another-submission": receipt(submission=digest(b"")),
    "predicate-of-another-site": receipt(site="south"),
    "before-the-certificate": receipt(admittedAt="2025-06-01T12:00:00Z"),
    "unknown-key": receipt(note="x"),
    "sequence-zero": receipt(sequence=0),
}.items():
    save(f"reject/receipt/{name}.sigstore.json", file)

expected = {
    "aggregate": digest(canonical(aggregate)), "context": digest(canonical(context)),
    "submission": digest(canonical(submission)), "acceptance": digest(canonical(acceptance)),
    "package": digest(whole), "site": "north", "evidenceRoot": key_digest("coordinator"), "at": "2026-06-01T12:00:01Z",
}  # fmt: skip
save("expected.json", (json.dumps(expected, indent=2) + "\n").encode())
shutil.rmtree(work)
