#!/usr/bin/env python3
"""Makes the attestation vectors with openssl and Python's standard library, and none of our code.

Run it in this folder; it replaces everything else there. Every run makes new keys, so every
byte changes: do it only when the format changes. `expected.json` in reject/ names the rule that each file
breaks; the checks to run each file with are in policy.json, unless its entry says otherwise.
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
ROLE = "urn:equipoise:role:site-submission:"
SUBMISSION = "urn:equipoise:site-submission:v1"
ACCEPTANCE = "urn:equipoise:protocol-acceptance:v1"
MANIFEST = "urn:equipoise:manifest:v1"
TIME = "2026-11-23T12:00:00Z"

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


# --- keys and certificates -------------------------------------------------------------------------


def make_key(name, *options):
    options = options or ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    openssl("genpkey", *options, "-out", f"{name}.key")


def write(name, text):
    with open(os.path.join(work, name), "w") as file:
        file.write(text)


SERIAL = [0x4000000000000000000000000000001]


def certify(name, issuer, start, end, extensions, digest="sha256"):
    """`openssl ca` is the only openssl 3.0 command that takes both dates."""
    SERIAL[0] += 1
    write("index.txt", "")
    write("serial", "%032X\n" % SERIAL[0])
    write("ext", "\n".join(["[e]", *extensions, "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid:always"]))
    write(
        "ca.cnf",
        "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\npolicy=p\nunique_subject=no\n"
        "[p]\ncommonName=supplied\n",
    )
    openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out", f"{name}.csr")
    signer = ["-selfsign"] if issuer is None else ["-cert", f"{issuer}.pem"]
    openssl(
        "ca", "-batch", "-notext", "-config", "ca.cnf", *signer, "-keyfile", f"{issuer or name}.key",
        "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", start, "-enddate", end,
        "-md", digest, "-extfile", "ext", "-extensions", "e",
    )  # fmt: skip
    openssl("x509", "-in", f"{name}.pem", "-out", f"{name}.pem")


def make_root(name, start="20260101000000Z", end="20351231235959Z"):
    make_key(name)
    certify(name, None, start, end, ["basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign"])


LEAF = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=codeSigning"]


def make_leaf(name, issuer, names, extensions=LEAF, start="20260101000000Z", end="20271231235959Z", key=None):
    make_key(name, *(key or ()))
    certify(name, issuer, start, end, [*extensions, f"subjectAltName={names}"] if names else extensions)


def der(name):
    return openssl("x509", "-in", f"{name}.pem", "-outform", "DER")


def spki_digest(name):
    text = openssl("x509", "-in", f"{name}.pem", "-pubkey", "-noout")
    return "sha256:" + hashlib.sha256(openssl("pkey", "-pubin", "-outform", "DER", data=text)).hexdigest()


# --- signatures ------------------------------------------------------------------------------------


def integer(number):
    content = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(content)]) + content


def der_signature(r, s):
    body = integer(r) + integer(s)
    return b"\x30" + bytes([len(body)]) + body


def split_signature(signature):
    r_length = signature[3]
    r = int.from_bytes(signature[4 : 4 + r_length], "big")
    return r, int.from_bytes(signature[6 + r_length :], "big")


def pae(payload, payload_type=PAYLOAD_TYPE):
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign(key, message, digest="-sha256"):
    write_bytes("message", message)
    r, s = split_signature(openssl("dgst", digest, "-sign", f"{key}.key", "message"))
    return r, min(s, ORDER - s)


def write_bytes(name, data):
    with open(os.path.join(work, name), "wb") as file:
        file.write(data)


# --- statements and files --------------------------------------------------------------------------

AGGREGATE = hashlib.sha256(b'{"aggregate":"north"}').hexdigest()
CONTEXT = hashlib.sha256(b'{"context":"north"}').hexdigest()
SUBJECTS = [
    {"digest": {"sha256": AGGREGATE}, "name": "sites/north/aggregate.json"},
    {"digest": {"sha256": CONTEXT}, "name": "sites/north/context.json"},
]


def statement(**changes):
    value = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": {"phase": "silent", "site": "north"},
        "predicateType": SUBMISSION,
        "subject": SUBJECTS,
    }
    value.update(changes)
    return value


def bundle(payload=None, leaf="north-leaf", signature=None, digest="-sha256"):
    payload = canonical(statement()) if payload is None else payload
    if signature is None:
        signature = der_signature(*sign(leaf, pae(payload), digest))
    return {
        "dsseEnvelope": {
            "payload": b64(payload),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": b64(signature)}],
        },
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {"certificate": {"rawBytes": b64(der(leaf))}},
    }


def changed(path, value):
    """A good bundle with one field changed; `None` removes it."""
    result = bundle()
    place = result
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return result


accepted = []
rejected = []


def accept(name, file, **policy):
    accepted.append((name, file, policy))


def reject(rule, name, file, **policy):
    rejected.append((name, file, {"rule": rule, **policy}))


def signed(rule, name, **changes):
    """A statement that breaks a rule, properly signed."""
    reject(rule, name, bundle(canonical(statement(**changes))))


def make():
    make_root("north")
    make_root("south")
    make_root("coordinator")
    make_root("stranger")
    north, evidence = ROLE + "north", "urn:equipoise:role:evidence"
    make_leaf("north-leaf", "north", f"URI:{north}")
    make_leaf("evidence-leaf", "coordinator", f"URI:{evidence}")

    accept("site-submission", bundle())
    accept("protocol-acceptance", bundle(canonical(statement(predicateType=ACCEPTANCE))), predicateType=ACCEPTANCE)
    accept(
        "manifest", bundle(canonical(statement(predicateType=MANIFEST)), "evidence-leaf"),
        predicateType=MANIFEST, role=evidence, root="coordinator",
    )  # fmt: skip
    accept("first-second-of-validity", bundle(), at="2026-01-01T00:00:00Z")
    accept("expired-now-but-valid-when-signed", bundle(), at="2027-12-31T00:00:00Z")

    envelope, material = "dsseEnvelope", "verificationMaterial"
    good = canonical(statement())
    r, s = sign("north-leaf", pae(good))

    # Envelope.
    reject("payloadType", "payload-type", changed([envelope, "payloadType"], "application/json"))
    reject("base64", "payload-url-safe-base64", changed([envelope, "payload"], "-_-_"))
    reject("base64", "payload-without-padding", changed([envelope, "payload"], "AAA"))
    reject("base64", "signature-unused-bits", changed([envelope, "signatures"], [{"sig": "Zh=="}]))
    reject("notCanonical", "payload-with-newline", json.dumps(changed([envelope, "payload"], "AAAA\nAAAA"),
           separators=(",", ":"), sort_keys=True).encode())  # fmt: skip
    one = {"sig": b64(der_signature(r, s))}
    reject("signatureCount", "two-signatures", changed([envelope, "signatures"], [one, one]))
    reject("signatureCount", "no-signature", changed([envelope, "signatures"], []))
    reject("malformed", "key-identifier", changed([envelope, "signatures"], [{"keyid": "00", **one}]))
    reject("malformed", "no-payload", changed([envelope, "payload"], None))
    reject("malformed", "unknown-field", changed(["crit"], ["x"]))
    reject("malformed", "timestamp-of-a-later-version", changed([material, "timestampVerificationData"], {}))
    reject("mediaType", "media-type-v0.2", changed(["mediaType"], MEDIA_TYPE.replace("v0.3", "v0.2")))
    reject("mediaType", "no-media-type", changed(["mediaType"], None))
    message = changed([envelope], None)
    message["messageSignature"] = {"messageDigest": {"algorithm": "SHA2_256", "digest": b64(b"0" * 32)}, "signature": "AA=="}
    reject("messageSignature", "message-signature", message)
    chain = {"x509CertificateChain": {"certificates": [{"rawBytes": b64(der("north-leaf"))}, {"rawBytes": b64(der("north"))}]}}
    reject("certificateChain", "certificate-chain", changed([material], chain))
    reject("certificateChain", "bare-key", changed([material], {"publicKey": {"hint": "north"}}))
    reject("notCanonical", "file-with-newline", canonical(bundle()) + b"\n")
    reject("notCanonical", "file-with-spaces", json.dumps(bundle(), sort_keys=True).encode())
    reject("notCanonical", "file-with-null", canonical({**bundle(), "ext": None}))

    # Signature.
    def with_signature(data):
        return bundle(good, signature=data)

    reject("signature", "empty-signature", with_signature(b""))
    reject("signature", "raw-signature", with_signature(r.to_bytes(32, "big") + s.to_bytes(32, "big")))
    reject("signature", "high-s", with_signature(der_signature(r, ORDER - s)))
    plain = der_signature(r, s)
    reject("signature", "long-form-length", with_signature(b"\x30\x81" + plain[1:]))
    reject("signature", "trailing-byte", with_signature(plain + b"\0"))
    reject("signature", "zero-r", with_signature(der_signature(0, s)))
    reject("signature", "zero-s", with_signature(der_signature(r, 0)))
    reject("signature", "r-is-the-order", with_signature(der_signature(ORDER, s)))
    reject("signature", "s-beyond-the-order", with_signature(der_signature(r, s + ORDER)))
    reject("signature", "sha384", bundle(good, digest="-sha384"))
    reject("signature", "without-the-type", with_signature(der_signature(*sign("north-leaf", good))))
    reject("signature", "other-type-signed", with_signature(der_signature(*sign("north-leaf", pae(good, "application/json")))))
    reject("signature", "other-payload", bundle(canonical(statement(predicate={"phase": "broad", "site": "north"})), signature=plain))

    # Certificates and roles.
    make_leaf("south-leaf", "south", f"URI:{ROLE}south")
    reject("chain", "leaf-of-another-root", bundle(leaf="south-leaf"))
    make_leaf("stranger-leaf", "stranger", f"URI:{north}")
    reject("chain", "leaf-of-a-stranger", bundle(leaf="stranger-leaf"))
    reject("rootNotPinned", "root-of-a-stranger", bundle(leaf="stranger-leaf"), root="stranger")
    make_leaf("wrong-site-leaf", "south", f"URI:{north}")
    reject("role", "site-named-by-another-sites-root", bundle(leaf="wrong-site-leaf"), role=ROLE + "south",
           root="south", rootKeyDigest="south")  # fmt: skip
    reject("role", "another-site", bundle(), role=ROLE + "south")
    reject("role", "submission-key-for-the-manifest", bundle(canonical(statement(predicateType=MANIFEST))),
           predicateType=MANIFEST, role=evidence)  # fmt: skip
    reject("roleMayNotSign", "manifest-by-a-site", bundle(canonical(statement(predicateType=MANIFEST))),
           predicateType=MANIFEST)  # fmt: skip
    reject("predicateType", "acceptance-as-submission", bundle(canonical(statement(predicateType=ACCEPTANCE))))
    reject("predicateType", "submission-as-acceptance", bundle(), predicateType=ACCEPTANCE)
    reject("chain", "before-validity", bundle(), at="2025-12-31T23:59:59Z")
    reject("chain", "after-validity", bundle(), at="2028-01-01T00:00:00Z")
    make_leaf("tls-leaf", "north", f"URI:{north}", [*LEAF[:2], "extendedKeyUsage=clientAuth"])
    reject("chain", "tls-certificate", bundle(leaf="tls-leaf"))
    make_leaf("both-leaf", "north", f"URI:{north}", [*LEAF[:2], "extendedKeyUsage=codeSigning,clientAuth"])
    reject("chain", "two-extended-usages", bundle(leaf="both-leaf"))
    make_leaf("ca-leaf", "north", f"URI:{north}",
              ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,digitalSignature", LEAF[2]])  # fmt: skip
    reject("chain", "authority-as-leaf", bundle(leaf="ca-leaf"))
    reject("chain", "root-as-leaf", bundle(leaf="north"))
    for name, names in [
        ("no-name", None),
        ("two-roles", f"URI:{north},URI:{evidence}"),
        ("dns-name-too", f"URI:{north},DNS:north.example"),
        ("unknown-role", "URI:urn:equipoise:role:root:north"),
        ("role-with-upper-case", f"URI:{ROLE}North"),
        ("role-without-site", f"URI:{ROLE}"),
    ]:
        make_leaf(name, "north", names)
        reject("unknownRole", name, bundle(leaf=name))
    shutil.copy(os.path.join(work, "north.key"), os.path.join(work, "shared.key"))
    certify("shared", "north", "20260101000000Z", "20271231235959Z", [*LEAF, f"subjectAltName=URI:{north}"])
    reject("leafKeyIsRootKey", "root-key-signs", bundle(leaf="shared"))
    p256 = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    for name, options in [
        ("rsa-key", ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")),
        ("ed25519-key", ("-algorithm", "ED25519")),
        ("p384-key", ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384")),
        ("explicit-parameters", (*p256, "-pkeyopt", "ec_param_enc:explicit")),
        ("compressed-point", p256),
    ]:
        make_key(name, *options)
        if name == "compressed-point":
            openssl("pkey", "-in", f"{name}.key", "-ec_conv_form", "compressed", "-out", "compressed")
            os.replace(os.path.join(work, "compressed"), os.path.join(work, f"{name}.key"))
        certify(name, "north", "20260101000000Z", "20271231235959Z", [*LEAF, f"subjectAltName=URI:{north}"])
        reject("certificate", name, bundle(good, leaf=name, signature=plain))
    leaf_der = der("north-leaf")
    for name, data in [("cut-certificate", leaf_der[:-1]), ("bytes-after-certificate", leaf_der + b"\0"), ("no-certificate", b"")]:
        reject("certificate", name, changed([material, "certificate", "rawBytes"], b64(data)))

    # Statement.
    signed("statementType", "statement-v0.1", _type="https://in-toto.io/Statement/v0.1")
    signed("unknownPredicateType", "predicate-type-v2", predicateType=SUBMISSION.replace("v1", "v2"))
    signed("malformed", "statement-field-unknown", note="x")
    signed("malformed", "predicate-not-an-object", predicate="x")
    signed("subjectOrder", "no-subject", subject=[])
    signed("subjectOrder", "subject-twice", subject=[SUBJECTS[0], SUBJECTS[0]])
    signed("subjectOrder", "subjects-not-sorted", subject=SUBJECTS[::-1])
    for name, path in [("up", "../aggregate.json"), ("absolute", "/aggregate.json"), ("hidden", ".git/x"),
                       ("backslash", "a\\b"), ("space", "a b"), ("not-ascii", "caf\u00e9.json"), ("empty-part", "a//b")]:  # fmt: skip
        signed("subjectName", f"subject-name-{name}", subject=[{**SUBJECTS[0], "name": path}])
    for name, value in [
        ("upper-case", {"sha256": AGGREGATE.upper()}),
        ("empty", {}),
        ("short", {"sha256": AGGREGATE[:-1]}),
        ("prefixed", {"sha256": "sha256:" + AGGREGATE}),
        ("sha512-only", {"sha512": AGGREGATE * 2}),
        ("two-algorithms", {"sha256": AGGREGATE, "sha512": AGGREGATE * 2}),
    ]:
        signed("subjectDigest", f"digest-{name}", subject=[{**SUBJECTS[0], "digest": value}])
    reject("notCanonical", "payload-with-spaces", bundle(json.dumps(statement(), sort_keys=True).encode()))
    reject("notCanonical", "payload-not-json", bundle(b"hello"))
    reject("notCanonical", "payload-with-duplicate-key", bundle(good.replace(b'"site":"north"', b'"site":"north","site":"south"')))
    reject("notCanonical", "empty-payload", bundle(b""))


def save(folder, entries, expectations):
    path = os.path.join(HERE, folder)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    table = {}
    for number, (name, file, policy) in enumerate(entries, 1):
        full = "%02d-%s.sigstore.json" % (number, name)
        if "rootKeyDigest" in policy:
            policy = {**policy, "rootKeyDigest": spki_digest(policy["rootKeyDigest"])}
        elif "root" in policy and policy.get("rule") != "rootNotPinned":
            policy = {**policy, "rootKeyDigest": spki_digest(policy["root"])}
        table[full] = policy
        with open(os.path.join(path, full), "wb") as out:
            out.write(file if isinstance(file, bytes) else canonical(file))
    with open(os.path.join(path, expectations), "w") as out:
        out.write(json.dumps(table, indent=2) + "\n")


make()
for root in ["north", "south", "coordinator", "stranger"]:
    shutil.copy(os.path.join(work, f"{root}.pem"), os.path.join(HERE, f"{root}.pem"))
save("accept", accepted, "expected.json")
save("reject", rejected, "expected.json")
with open(os.path.join(HERE, "policy.json"), "w") as out:
    policy = {"at": TIME, "predicateType": SUBMISSION, "role": ROLE + "north", "root": "north", "rootKeyDigest": spki_digest("north")}
    out.write(json.dumps(policy, indent=2) + "\n")
with open(os.path.join(HERE, "trust.json"), "wb") as out:
    sites = [{"id": name, "rootKeyDigest": spki_digest(name)} for name in ["north", "south"]]
    coordinator = {"rootKeyDigest": spki_digest("coordinator")}
    out.write(canonical({"coordinator": coordinator, "format": "evidence-trust/1", "sites": sites}))
shutil.rmtree(work)
