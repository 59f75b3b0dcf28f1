#!/usr/bin/env python3
"""Makes the vectors of grants.md with openssl and Python's standard library, and none of our code.

Run it in this folder; it replaces everything else there. Every run makes new keys, so every byte changes: do it
only when the format changes. policy.json says whom the files are for, when they come, and under which consent;
an entry of expected.json may say otherwise (`at`, `holding`, `consent`), and names the rule that a file breaks.
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
CONSENT, GRANT, ORDERED, ACKNOWLEDGED = (
    f"urn:equipoise:{name}:v1" for name in ("site-consent", "phase-grant", "stop-order", "acknowledgement")
)
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


def bundle(kind, predicate, leaf, subject=None, signature=None):
    payload = canonical({
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": predicate,
        "predicateType": kind,
        "subject": [{
            "digest": {"sha256": (subject or predicate["protocolDigest"]).removeprefix("sha256:")},
            "name": "protocol/protocol.json",
        }],
    })  # fmt: skip
    der = openssl("x509", "-in", f"{leaf}.pem", "-outform", "DER")
    file = {
        "dsseEnvelope": {
            "payload": b64(payload),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": b64(signature or sign(leaf, pae(payload)))}],
        },
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {"certificate": {"rawBytes": b64(der)}},
    }
    return file, "sha256:" + hashlib.sha256(pae(payload)).hexdigest()


# --- statements ------------------------------------------------------------------------------------

ADDRESS = {"tenant": "t-c4c4c4c4c4c4c4c4c4c4c4c4c4", "site": "north", "study": "sepsis"}
SCOPE = {**ADDRESS, "protocolDigest": digest("protocol 1")}


def changed(value, changes):
    result = {**value, **changes}
    return {key: item for key, item in result.items() if item is not None}


def head(number, branch="main"):
    return {"sequence": number, "digest": digest(f"{branch} {number}")}


def consent(**changes):
    value = {**SCOPE, "phase": "limited", "by": "A. Person", "reason": "ethics vote 12/2026", "sequence": 1,
             "signedAt": "2026-06-01T09:00:00Z"}  # fmt: skip
    return changed(value, changes)


def grant(**changes):
    value = {**SCOPE, "protocolVersion": 1, "modelDigest": digest("model"), "phase": "limited", "sequence": 2,
             "history": head(7), "issuedAt": "2026-06-10T11:59:00Z", "expiresAt": "2026-06-13T11:59:00Z"}  # fmt: skip
    return changed(value, changes)


def order(**changes):
    value = {**SCOPE, "kind": "hold", "incident": "n-2026-06-10", "reason": "a stop criterion was breached",
             "fallback": "the ward's early warning score", "drill": False, "sequence": 3, "history": head(8),
             "issuedAt": "2026-06-10T12:00:00Z"}  # fmt: skip
    return changed(value, changes)


def acknowledgement(**changes):
    value = {**SCOPE, "about": "stopOrder", "statement": digest("statement"), "wordSequence": 3, "drill": False,
             "receivedAt": NOW, "effectiveAt": NOW, "sequence": 1, "signedAt": NOW}  # fmt: skip
    return changed(value, changes)


accepted = []
rejected = []
LEAVES = {CONSENT: "north-leaf", ACKNOWLEDGED: "north-leaf", GRANT: "evidence-leaf", ORDERED: "evidence-leaf"}
ROOTS = {CONSENT: "north", ACKNOWLEDGED: "north", GRANT: "coordinator", ORDERED: "coordinator"}


def entry(kind, predicate, policy, leaf=None, root=None, **making):
    file, signed = bundle(kind, predicate, leaf or LEAVES[kind], **making)
    return file, {"type": kind, "root": root or ROOTS[kind], "signedDigest": signed, **policy}


def accept(name, kind, predicate, **policy):
    accepted.append((name, *entry(kind, predicate, policy)))


def reject(rule, name, kind, predicate, leaf=None, root=None, subject=None, signature=None, **policy):
    made = entry(kind, predicate, {"rule": rule, **policy}, leaf, root, subject=subject, signature=signature)
    rejected.append((name, *made))


def make():
    for root in ("north", "south", "coordinator", "stranger"):
        make_root(root)
    make_leaf("north-leaf", "north", SITE + "north")
    make_leaf("south-leaf", "south", SITE + "south")
    make_leaf("south-named-by-north", "north", SITE + "south")
    make_leaf("evidence-leaf", "coordinator", EVIDENCE)
    make_leaf("stranger-leaf", "stranger", EVIDENCE)

    accept("consent", CONSENT, consent())
    accept("consent-none", CONSENT, consent(phase="none", sequence=2, signedAt="2026-06-09T09:00:00Z"))
    accept("grant", GRANT, grant())
    accept("grant-silent", GRANT, grant(phase="silent"))
    accept("grant-at-tolerance", GRANT, grant(issuedAt="2026-06-10T12:05:00Z"))
    accept("grant-longest", GRANT, grant(expiresAt="2026-07-11T11:59:00Z"))
    accept("stop-order", ORDERED, order())
    accept("stop-order-without-incident", ORDERED, order(incident=None, kind="stop"))
    accept("stop-order-lower", ORDERED, order(kind="lower"))
    accept("stop-order-drill", ORDERED, order(drill=True))
    held = "07-stop-order.sigstore.json"
    accept("grant-after-order", GRANT, grant(sequence=4, history=head(9), issuedAt=NOW), holding=held)
    accept("grant-same-history", GRANT, grant(sequence=4, history=head(8), issuedAt=NOW), holding=held)
    accept("stop-order-again", ORDERED, order(), holding="07-stop-order.sigstore.json")
    # An order stops whatever clocks and histories say.
    accept("stop-order-from-the-future", ORDERED, order(issuedAt="2026-06-11T12:00:00Z"))
    accept("stop-order-of-a-forked-history", ORDERED, order(sequence=4, history=head(2, "other"),
           issuedAt="2026-06-01T12:00:00Z"), holding=held)  # fmt: skip
    accept("acknowledgement", ACKNOWLEDGED, acknowledgement())
    accept("acknowledgement-disabled", ACKNOWLEDGED, acknowledgement(about="disabled", by="A. Person", reason="wrong"))

    # Who may say what.
    reject("signature", "grant-by-a-site", GRANT, grant(), "north-leaf", "north")
    reject("signature", "grant-by-a-stranger", GRANT, grant(), "stranger-leaf")
    reject("signature", "grant-under-a-strangers-root", GRANT, grant(), "stranger-leaf", "stranger", pinned="coordinator")
    reject("signature", "order-by-a-site", ORDERED, order(), "north-leaf", "north")
    reject("signature", "consent-by-the-coordinator", CONSENT, consent(), "evidence-leaf", "coordinator")
    reject("signature", "consent-by-another-site", CONSENT, consent(), "south-leaf")
    reject("signature", "acknowledgement-by-the-coordinator", ACKNOWLEDGED, acknowledgement(), "evidence-leaf", "coordinator")
    reject("signature", "grant-shown-as-an-order", GRANT, grant(), type=ORDERED)
    reject("signature", "grant-with-the-signature-of-another", GRANT, grant(),
           signature=sign("evidence-leaf", pae(b"other")))  # fmt: skip
    reject("signature", "grant-issued-before-its-key", GRANT, grant(issuedAt="2025-12-31T00:00:00Z", expiresAt="2026-01-20T00:00:00Z"))
    reject("signature", "grant-after-the-end-of-its-key", GRANT, grant(), at="2028-01-01T00:00:00Z")
    reject("subject", "grant-about-another-file", GRANT, grant(), subject=digest("protocol 2"))
    reject("subject", "consent-about-another-file", CONSENT, consent(), subject=digest("protocol 2"))

    # Form.
    for name, kind, value, required in (
        ("consent", CONSENT, consent, "phase by reason sequence signedAt"),
        ("grant", GRANT, grant, "protocolVersion modelDigest phase sequence history issuedAt expiresAt"),
        ("order", ORDERED, order, "kind reason fallback drill sequence history issuedAt"),
        ("acknowledgement", ACKNOWLEDGED, acknowledgement,
         "about statement wordSequence drill receivedAt effectiveAt sequence signedAt"),
    ):  # fmt: skip
        for key in required.split():
            reject("malformed", f"{name}-without-{key}", kind, value(**{key: None}))
        for key in ("tenant", "site", "study"):
            reject("malformed", f"{name}-without-{key}", kind, value(**{key: None}))
        reject("malformed", f"{name}-with-an-unknown-key", kind, value(note="x"))
        reject("malformed", f"{name}-number-zero", kind, value(sequence=0))
    reject("malformed", "grant-for-none", GRANT, grant(phase="none"))
    reject("malformed", "consent-to-draft", CONSENT, consent(phase="draft"))
    reject("malformed", "order-of-another-kind", ORDERED, order(kind="pause"))
    reject("malformed", "order-with-a-long-reason", ORDERED, order(reason="x" * 501))
    reject("malformed", "order-with-a-long-fallback", ORDERED, order(fallback="x" * 2001))
    reject("malformed", "consent-with-a-long-name", CONSENT, consent(by="x" * 201))
    reject("malformed", "history-with-more", GRANT, grant(history={**head(7), "note": "x"}))
    reject("malformed", "history-without-digest", GRANT, grant(history={"sequence": 7}))

    # Whose it is.
    for key, other in (("tenant", "t-d5d5d5d5d5d5d5d5d5d5d5d5d5"), ("site", "south"), ("study", "stroke")):
        reject("otherSite", f"grant-of-another-{key}", GRANT, grant(**{key: other}))
        reject("otherSite", f"order-of-another-{key}", ORDERED, order(**{key: other}))
    reject("otherSite", "consent-for-a-site-by-another", CONSENT, consent(), "south-named-by-north")

    # Order and time.
    reject("replayed", "grant-older-than-the-order", GRANT, grant(), holding=held)
    reject("replayed", "grant-with-the-number-of-the-order", GRANT, grant(sequence=3, history=head(9), issuedAt=NOW), holding=held)
    reject("replayed", "order-older-than-the-order", ORDERED, order(sequence=2), holding=held)
    reject("time", "grant-from-the-future", GRANT, grant(issuedAt="2026-06-10T12:05:01Z"))
    reject("backDated", "grant-before-the-order", GRANT, grant(sequence=4, history=head(9)), holding=held)
    reject("historyForked", "grant-of-a-shorter-history", GRANT, grant(sequence=4, issuedAt=NOW), holding=held)
    reject("historyForked", "grant-of-another-history", GRANT,
           grant(sequence=4, history=head(8, "other"), issuedAt=NOW), holding=held)  # fmt: skip

    # What a grant may give.
    reject("lifetime", "grant-that-ends-at-once", GRANT, grant(expiresAt="2026-06-10T11:59:00Z"))
    reject("lifetime", "grant-that-ends-before", GRANT, grant(expiresAt="2026-06-09T11:59:00Z"))
    reject("lifetime", "grant-of-more-than-31-days", GRANT, grant(expiresAt="2026-07-11T11:59:01Z"))
    reject("notConsented", "grant-for-another-protocol", GRANT, grant(protocolDigest=digest("protocol 2")))
    reject("notConsented", "grant-after-opting-out", GRANT, grant(phase="silent"), consent="02-consent-none.sigstore.json")
    reject("aboveConsent", "grant-above-the-consent", GRANT, grant(phase="broad"))


def save(folder, entries):
    path = os.path.join(HERE, folder)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    table = {}
    for number, (name, file, policy) in enumerate(entries, 1):
        full = "%02d-%s.sigstore.json" % (number, name)
        table[full] = policy
        with open(os.path.join(path, full), "wb") as out:
            out.write(canonical(file))
    with open(os.path.join(path, "expected.json"), "w") as out:
        out.write(json.dumps(table, indent=2) + "\n")


make()
for root in ("north", "coordinator", "stranger"):
    shutil.copy(os.path.join(work, f"{root}.pem"), os.path.join(HERE, f"{root}.pem"))
save("accept", accepted)
save("reject", rejected)
with open(os.path.join(HERE, "policy.json"), "w") as out:
    policy = {
        **ADDRESS, "at": NOW, "consent": "01-consent.sigstore.json",
        "coordinator": spki_digest("coordinator"), "north": spki_digest("north"),
    }  # fmt: skip
    out.write(json.dumps(policy, indent=2) + "\n")
shutil.rmtree(work)
