#!/usr/bin/env python3
"""Makes the vectors of gates.md with openssl and Python's standard library, and none of our code.

    make.py            replace the files of this folder; every run makes new keys, so do it only when a format changes
    make.py --check    compare what does not depend on the keys: histories, evidence list, meanings, and of the
                       signed files what is signed; openssl checks the signatures of those to be accepted
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

import history
from history import canonical, changed, sha256

HERE = os.path.dirname(os.path.abspath(__file__))
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PAYLOAD_TYPE = "application/vnd.in-toto+json"
MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
REVIEWER = "urn:equipoise:role:reviewer"
DECISION, DELEGATION = "urn:equipoise:gate-decision:v1", "urn:equipoise:delegation:v1"

work = tempfile.mkdtemp()


def openssl(*arguments, data=None):
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, cwd=work)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def b64(data):
    return base64.b64encode(data).decode()


def write(name, data):
    with open(os.path.join(work, name), "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)


# --- keys and certificates ---------------------------------------------------------------------------

SERIAL = [0x5000000000000000000000000000001]


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
    write(f"{name}.der", openssl("x509", "-in", f"{name}.pem", "-outform", "DER"))


def make_keys():
    for name in ("clay", "dorn", "stranger"):
        certify(name, None, "20351231235959Z",
                ["basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign"])  # fmt: skip
    leaf = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=codeSigning"]
    for name, issuer, uri in (
        ("clay-leaf", "clay", REVIEWER), ("dorn-leaf", "dorn", REVIEWER), ("stranger-leaf", "stranger", REVIEWER),
        ("site-leaf", "clay", "urn:equipoise:role:site-submission:north"),
        ("evidence-leaf", "clay", "urn:equipoise:role:evidence"),
    ):  # fmt: skip
        certify(name, issuer, "20271231235959Z", [*leaf, f"subjectAltName=URI:{uri}"])


def der(name):
    with open(os.path.join(work, f"{name}.der"), "rb") as file:
        return file.read()


def public_key(certificate):
    write("certificate.der", certificate)
    return openssl("x509", "-inform", "DER", "-in", "certificate.der", "-pubkey", "-noout")


def key_digest(certificate):
    return sha256(openssl("pkey", "-pubin", "-outform", "DER", data=public_key(certificate)))


# --- signatures --------------------------------------------------------------------------------------


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


def payload_of(kind, predicate, subjects):
    return canonical({
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": predicate,
        "predicateType": kind,
        "subject": [
            {"digest": {"sha256": subjects[name].removeprefix("sha256:")}, "name": name} for name in sorted(subjects)
        ],
    })  # fmt: skip


def sign_off_file(payload, leaf, root, signed=None, frame=()):
    statement = canonical({
        "dsseEnvelope": {
            "payload": b64(payload),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": b64(sign(leaf, pae(signed or payload)))}],
        },
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {"certificate": {"rawBytes": b64(der(leaf))}},
    })  # fmt: skip
    return canonical(changed({
        "format": "urn:equipoise:sign-off-file:v1", "root": b64(der(root)), "statement": b64(statement),
    }, dict(frame)))  # fmt: skip


# --- what is signed ----------------------------------------------------------------------------------

PROTOCOL = sha256("protocol 1")
# Sorted by name: of north and north-2 the second comes first, since "-" is before "/".
EVIDENCE = {
    "protocol/protocol.json": PROTOCOL,
    **{name: sha256(name) for name in (
        "model/artifact", "model/features", "model/model-card.json", "matrix/pooled.json", "matrix/gates.json",
        "matrix/sites/north.json", "matrix/sites/north-2.json", "sites/north/aggregate.json", "sites/north/dataset",
        "sites/north-2/aggregate.json", "sites/north-2/dataset",
    )},
}  # fmt: skip
PAGES = {gate: sha256(f"page {gate}") for gate in ("limited", "broad", "restart")}
SENTENCES = {
    ("phase", "approve"): "I have reviewed the evidence named here and approve that the study enters the phase %s.",
    ("phase", "reject"): "I have reviewed the evidence named here and reject that the study enters the phase %s.",
    ("phase", "abstain"): "I have reviewed the evidence named here and give no decision about the phase %s.",
    ("restart", "approve"): "I have reviewed the incident and the evidence named here and approve that the study "
    "restarts in the phase %s.",
    ("restart", "reject"): "I have reviewed the incident and the evidence named here and reject that the study "
    "restarts in the phase %s.",
    ("restart", "abstain"): "I have reviewed the incident and the evidence named here and give no decision about a "
    "restart in the phase %s.",
}
SCOPE = {"tenant": "t-c4c4c4c4c4c4c4c4c4c4c4c4c4", "study": history.STUDY, "protocolDigest": PROTOCOL}
TARGET = {"protocolDigest": PROTOCOL, "phase": "silent", "incident": "i-1"}
CLAY = {"person": "C. Clay", "role": "chair of the review board", "organisation": "Institute C"}
DORN = {"person": "D. Dorn", "role": "chair of the review board", "organisation": "Institute D"}


def meaning(gate, decision, phase):
    return SENTENCES["restart" if gate == "restart" else "phase", decision] % phase


def evidence_list(subjects):
    return [{"digest": subjects[name], "name": name} for name in sorted(subjects)]


def subjects(gate="limited", evidence=EVIDENCE):
    return {**evidence, f"review/{gate}.html": PAGES[gate]}


def decision(gate="limited", word="approve", **changes):
    value = {
        **SCOPE, **CLAY, "gate": gate, "round": "r-2", "decision": word,
        "meaning": meaning(gate, word, TARGET["phase"] if gate == "restart" else gate),
        "conditions": [], "conflicts": [], "independence": ["notProtocolAuthor", "distinctOrganisation"],
        "signedAt": "2026-06-10T12:00:00Z", "validUntil": "2026-09-08T12:00:00Z",
        "history": {"sequence": 12, "digest": sha256("event 12")}, "salt": "00112233445566778899aabbccddeeff",
    }  # fmt: skip
    if gate == "restart":
        value["target"] = TARGET
    return changed(value, changes)


def delegation(delegate, **changes):
    value = {
        **SCOPE, "gate": "limited", "person": CLAY["person"], "role": CLAY["role"],
        "delegate": {"person": DORN["person"], "organisation": DORN["organisation"], "fingerprint": delegate},
        "from": "2026-06-11T00:00:00Z", "until": "2026-09-09T00:00:00Z", "reason": "on leave",
        "signedAt": "2026-06-10T12:00:00Z", "history": {"sequence": 12, "digest": sha256("event 12")},
    }  # fmt: skip
    return changed(value, changes)


class SignOffs:
    """The files, given the digest of the delegate's key; each entry is what to sign, how, and what is expected."""

    def __init__(self, delegate):
        self.delegate = delegate
        self.accepted = []
        self.rejected = []
        self.accept_all()
        self.reject_signatures()
        self.reject_forms()
        self.reject_subjects()

    def add(self, entries, name, kind, predicate, about, expected, leaf="clay-leaf", root="clay", **making):
        payload = payload_of(kind, predicate, about)
        path = "%02d-%s.signoff.json" % (len(entries) + 1, name)
        entries.append((path, payload, {"type": kind, **expected}, {"leaf": leaf, "root": root, **making}))
        return sha256(pae(payload))

    def accept(self, name, kind, predicate, about, **making):
        expected = {"signedDigest": sha256(pae(payload_of(kind, predicate, about)))}
        if kind == DECISION:
            files = {path: value for path, value in about.items() if not path.startswith("review/")}
            expected["evidence"] = sha256(canonical(evidence_list(files)))
            expected["page"] = PAGES[predicate["gate"]]
        return self.add(self.accepted, name, kind, predicate, about, expected, **making)

    def reject(self, rule, name, kind, predicate, about, **making):
        self.add(self.rejected, name, kind, predicate, about, {"rule": rule}, **making)

    def accept_all(self):
        first = self.accept("approve-limited", DECISION, decision(), subjects())
        self.accept("reject-with-conditions-and-conflicts", DECISION, decision(
            word="reject", conditions=["repeat with the south's data", "by day only"], conflicts=["owns shares"],
            independence=[], comment="a “comment” with \"quotes\" and a \\", previous=first), subjects())  # fmt: skip
        alone = {"protocol/protocol.json": PROTOCOL}
        self.accept("approve-a-restart", DECISION, decision("restart", round=None), subjects("restart", alone))
        granted = self.accept("delegation", DELEGATION, delegation(self.delegate), alone)
        self.accept("abstain-as-a-delegate", DECISION, decision("broad", "abstain", **DORN, delegation=granted),
                    subjects("broad"), leaf="dorn-leaf", root="dorn")  # fmt: skip
        self.accept("valid-for-365-days", DECISION, decision(validUntil="2027-06-10T12:00:00Z"), subjects())
        self.accept("delegation-of-a-restart", DELEGATION, delegation(self.delegate, gate="restart"), alone)

    def reject_signatures(self):
        def refused(name, predicate=decision(), kind=DECISION, about=subjects(), **making):
            self.reject("signature", name, kind, predicate, about, **making)

        refused("changed-payload", decision(word="reject"), signed=payload_of(DECISION, decision(), subjects()))
        refused("changed-subject", about={**subjects(), "review/limited.html": sha256("another page")},
                signed=payload_of(DECISION, decision(), subjects()))  # fmt: skip
        refused("site-role-in-the-certificate", leaf="site-leaf")
        refused("evidence-role-in-the-certificate", leaf="evidence-leaf")
        refused("another-root", root="stranger")
        refused("another-leaf-under-the-root", leaf="stranger-leaf")
        refused("signed-by-the-root-itself", leaf="clay")
        refused("consent-by-a-reviewer", kind="urn:equipoise:site-consent:v1")
        refused("signed-before-its-key", decision(signedAt="2025-12-31T00:00:00Z", validUntil="2026-02-01T00:00:00Z"))
        refused("signed-after-its-key", decision(signedAt="2028-01-01T00:00:00Z", validUntil="2028-02-01T00:00:00Z"))
        alone = {"protocol/protocol.json": PROTOCOL}
        refused("delegation-with-the-sites-role", delegation(self.delegate), DELEGATION, alone, leaf="site-leaf")
        refused("delegation-changed", delegation(self.delegate, until="2026-09-08T00:00:00Z"), DELEGATION, alone,
                signed=payload_of(DELEGATION, delegation(self.delegate), alone))  # fmt: skip
        refused("delegation-signed-after-its-key", delegation(self.delegate, signedAt="2028-01-01T00:00:00Z"),
                DELEGATION, alone)  # fmt: skip

    def reject_forms(self):
        def refused(name, at="limited", **changes):
            self.reject("malformed", name, DECISION, changed(decision(at), changes), subjects(at))

        def delegated(name, **changes):
            about = {"protocol/protocol.json": PROTOCOL}
            self.reject("malformed", name, DELEGATION, changed(delegation(self.delegate), changes), about)

        for key in decision():
            if key != "round":
                refused(f"without-{key}", **{key: None})
        for key in delegation(self.delegate):
            delegated(f"delegation-without-{key}", **{key: None})
        person = delegation(self.delegate)["delegate"]
        for key in person:
            delegated(f"delegate-without-{key}", delegate=changed(person, {key: None}))
        delegated("delegation-with-an-unknown-key", note="x")
        delegated("delegate-with-an-unknown-key", delegate={**person, "role": "chair"})
        delegated("delegation-with-a-long-reason", reason="x" * 501)
        refused("unknown-key", note="x")
        refused("valid-for-more-than-365-days", validUntil="2027-06-10T12:00:01Z")
        refused("valid-for-no-time", validUntil="2026-06-10T12:00:00Z")
        refused("salt-too-short", salt="00112233445566778899aabbccddeef")
        refused("salt-in-capitals", salt="00112233445566778899AABBCCDDEEFF")
        refused("target-at-a-phase-gate", target=TARGET)
        refused("restart-without-a-target", "restart", target=None)
        refused("target-with-an-unknown-key", "restart", target={**TARGET, "note": "x"})
        for key in TARGET:
            refused(f"target-without-{key}", "restart", target=changed(TARGET, {key: None}))
        refused("history-with-more", history={**decision()["history"], "note": "x"})
        refused("history-without-digest", history={"sequence": 12})
        refused("gate-silent", gate="silent")
        refused("decision-unknown", decision="defer")
        refused("independence-unknown", independence=["isKind"])
        refused("a-condition-of-501", conditions=["x" * 501])
        refused("an-empty-condition", conditions=[""])
        refused("21-conflicts", conflicts=["x"] * 21)
        refused("conflicts-none-as-a-text", conflicts="none")
        refused("time-with-an-offset", signedAt="2026-06-10T12:00:00+00:00")
        for name, changes in (
            ("file-of-another-format", {"format": "urn:equipoise:sign-off-file:v2"}),
            ("file-without-root", {"root": None}),
            ("file-without-statement", {"statement": None}),
            ("file-with-an-unknown-key", {"note": "x"}),
            ("file-with-a-root-that-is-no-certificate", {"root": b64(b"root")}),
            ("file-with-base64-without-padding", {"root": "cm9vdA"}),
        ):
            self.reject("malformed", name, DECISION, decision(), subjects(), frame=changes)

    def reject_subjects(self):
        def refused(name, predicate, about, kind=DECISION):
            self.reject("subjects", name, kind, predicate, about)

        refused("no-page", decision(), EVIDENCE)
        refused("two-pages", decision(), {**subjects(), **subjects("broad")})
        refused("page-of-another-gate", decision(), subjects("broad"))
        refused("page-of-another-name", decision(), {**EVIDENCE, "review/limited.pdf": PAGES["limited"]})
        signed = delegation(self.delegate)
        refused("delegation-about-another-protocol", signed, {"protocol/protocol.json": sha256("2")}, DELEGATION)
        refused("delegation-about-another-file", signed, {"protocol.json": PROTOCOL}, DELEGATION)
        refused("delegation-about-more-files", signed,
                {"protocol/protocol.json": PROTOCOL, "model/artifact": sha256("x")}, DELEGATION)  # fmt: skip

    def tables(self):
        for folder, entries in (("accept", self.accepted), ("reject", self.rejected)):
            table = {path: expected for path, _, expected, _ in entries}
            yield f"sign-off/{folder}/expected.json", (json.dumps(table, indent=2) + "\n").encode()


def plain_files():
    yield from history.files()
    yield "evidence-list.json", canonical(evidence_list(EVIDENCE))
    phases = {"limited": ["limited"], "broad": ["broad"], "restart": ["silent", "limited", "broad"]}
    table = [
        {"gate": gate, "phase": phase, "decision": word, "meaning": meaning(gate, word, phase)}
        for gate in phases for phase in phases[gate] for word in ("approve", "reject", "abstain")
    ]  # fmt: skip
    expected = {"evidence": sha256(canonical(evidence_list(EVIDENCE))), "meanings": table}
    yield "expected.json", (json.dumps(expected, ensure_ascii=False, indent=2) + "\n").encode()


# --- writing and comparing ---------------------------------------------------------------------------


def read(path):
    with open(os.path.join(HERE, path), "rb") as file:
        return file.read()


def present():
    for folder in ("history", "sign-off"):
        for base, _, names in os.walk(os.path.join(HERE, folder)):
            yield from (os.path.relpath(os.path.join(base, name), HERE) for name in names)


def make():
    make_keys()
    sign_offs = SignOffs(key_digest(der("dorn")))
    for folder in ("history", "sign-off"):
        shutil.rmtree(os.path.join(HERE, folder), ignore_errors=True)
    files = dict([*plain_files(), *sign_offs.tables()])
    for folder, entries in (("accept", sign_offs.accepted), ("reject", sign_offs.rejected)):
        for path, payload, _, making in entries:
            files[f"sign-off/{folder}/{path}"] = sign_off_file(payload, **making)
    for path, data in files.items():
        os.makedirs(os.path.dirname(os.path.join(HERE, path)), exist_ok=True)
        with open(os.path.join(HERE, path), "wb") as file:
            file.write(data)
    print(f"{len(files)} files")


def opened(path):
    """The root, the signed statement and its payload of a sign-off file; a root left out on purpose is None."""
    file = json.loads(read(path))
    statement = json.loads(base64.b64decode(file["statement"]))
    return file.get("root"), statement, base64.b64decode(statement["dsseEnvelope"]["payload"])


def signature_holds(root, statement, payload):
    leaf = base64.b64decode(statement["verificationMaterial"]["certificate"]["rawBytes"])
    write("leaf-key.pem", public_key(leaf))
    write("signature", base64.b64decode(statement["dsseEnvelope"]["signatures"][0]["sig"]))
    write("message", pae(payload))
    for name, certificate in (("root", root), ("leaf", leaf)):
        write(f"{name}.pem", openssl("x509", "-inform", "DER", data=certificate))
    at = "1781092800"  # 2026-06-10T12:00:00Z, when all of them were signed
    try:
        openssl("verify", "-attime", at, "-CAfile", "root.pem", "leaf.pem")
        openssl("dgst", "-sha256", "-verify", "leaf-key.pem", "-signature", "signature", "message")
    except AssertionError:
        return False
    return True


def check():
    delegate = [path for path in present() if path.endswith("abstain-as-a-delegate.signoff.json")]
    if not delegate:
        sys.exit("differs: sign-off/accept")
    sign_offs = SignOffs(key_digest(base64.b64decode(opened(delegate[0])[0])))
    files = dict([*plain_files(), *sign_offs.tables()])
    signed = {
        f"sign-off/{folder}/{path}": (payload, making)
        for folder, entries in (("accept", sign_offs.accepted), ("reject", sign_offs.rejected))
        for path, payload, _, making in entries
    }
    here = {*present(), *(name for name in ("evidence-list.json", "expected.json") if os.path.exists(f"{HERE}/{name}"))}
    wrong = here ^ {*files, *signed}
    wrong |= {path for path in here & set(files) if read(path) != files[path]}
    for path, (payload, making) in signed.items():
        if path not in here or "statement" in making.get("frame", ()):
            continue
        root, statement, found = opened(path)
        if found != payload or ("/accept/" in path and not signature_holds(base64.b64decode(root), statement, found)):
            wrong.add(path)
    for path in sorted(wrong):
        print(f"differs: {path}")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(check() if "--check" in sys.argv[1:] else make())
    finally:
        shutil.rmtree(work)
