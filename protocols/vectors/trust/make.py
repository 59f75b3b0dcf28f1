#!/usr/bin/env python3
"""Makes the vectors of trust files with Python's standard library and none of our code.

    make.py            write accept/ and reject/
    make.py --check    exit 1 when a file differs from what would be written
"""

import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def canonical(value):
    # Keys are ASCII and there are no numbers, so this is RFC 8785.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def key(name):
    return "sha256:" + hashlib.sha256(name.encode()).hexdigest()


def site(name, of=None):
    return {"id": name, "rootKeyDigest": key(of or name)}


def reviewer(name, of=None):
    return {"name": name, "rootKeyDigest": key(of or name)}


def trust(sites=(), reviewers=None, coordinator=None, **more):
    document = {"format": "evidence-trust/1", "sites": list(sites), **more}
    if reviewers is not None:
        document["reviewers"] = list(reviewers)
    if coordinator:
        document["coordinator"] = {"rootKeyDigest": key(coordinator)}
    return document


FULL = trust([site("north"), site("south")], [reviewer("Ada Sample"), reviewer("Bo Sample")], "coordinator")

ACCEPT = {
    "nobody": trust(),
    "sites": trust([site("north"), site("south")], coordinator="coordinator"),
    "reviewers": FULL,
}

# Why each is refused: the case of the error.
REJECT = {
    "sites-unsorted": (trust([site("south"), site("north")]), "siteOrder"),
    "site-twice": (trust([site("north"), site("north")]), "siteOrder"),
    "reviewers-empty": (trust([], []), "malformed"),
    "reviewers-unsorted": (trust([], [reviewer("Bo Sample"), reviewer("Ada Sample")]), "reviewerOrder"),
    "reviewer-twice": (trust([], [reviewer("Bo Sample"), reviewer("Bo Sample", "other")]), "reviewerOrder"),
    "reviewer-without-name": (trust([], [{"rootKeyDigest": key("x")}]), "malformed"),
    "reviewer-name-empty": (trust([], [reviewer("")]), "malformed"),
    "reviewer-key-of-reviewer": (trust([], [reviewer("Ada"), reviewer("Bo", "Ada")]), "keyUsedTwice"),
    "reviewer-key-of-site": (trust([site("north")], [reviewer("Ada", "north")]), "keyUsedTwice"),
    "reviewer-key-of-coordinator": (trust([], [reviewer("Ada", "c")], "c"), "keyUsedTwice"),
    "unknown-key": (trust(timestampAuthorities=[]), "malformed"),
    "version": ({**FULL, "format": "evidence-trust/2"}, "format"),
}


def files():
    for name, document in ACCEPT.items():
        yield f"accept/{name}.json", canonical(document)
    for name, (document, _) in REJECT.items():
        yield f"reject/{name}.json", canonical(document)
    expected = {f"{name}.json": rule for name, (_, rule) in REJECT.items()}
    yield "reject/expected.json", canonical(expected)


def main():
    differs = False
    for name, content in files():
        path = HERE / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_bytes() != content:
                print(f"{name} differs")
                differs = True
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    sys.exit(1 if differs else 0)


if __name__ == "__main__":
    main()
