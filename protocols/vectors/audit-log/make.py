#!/usr/bin/env python3
"""Makes the audit log vectors with json and hashlib only, independently of the Swift writer.

    python3 make.py            write accept/, reject/ and checkpoint.json beside this file
    python3 make.py --check    exit 1 when a file on disk differs from what would be written

Every file is an export of the tenant that checkpoint.json names, and is checked through its checkpoint.
A reject vector is named after the rule of ../../audit-log.md it breaks; `--` starts a variant.
"""

import hashlib
import json
import sys
from pathlib import Path

TENANT = "t-abcdefghijklmnopqrstuvwxyz"
ADMINISTRATOR = "user/u-abcdefghijklmnopqrstuvwxyz"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def encode(entry):
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry(previous, sequence, **fields):
    return {
        "action": "site.confirmed",
        "actor": ADMINISTRATOR,
        "detail": {},
        "format": "urn:equipoise:audit-entry:v1",
        "object": "site/north",
        "outcome": "done",
        "previous": previous,
        "sequence": sequence,
        "time": f"2026-11-23T00:00:0{sequence % 10}Z",
        **fields,
    }


PLANNED = [
    {"action": "tenant.installed", "actor": "system", "object": f"tenant/{TENANT}"},
    {"action": "invitation.created", "detail": {"expiresAt": "2026-11-23T01:00:00Z", "invitation": "i-a"}},
    {"action": "site.joined", "actor": "join", "detail": {"code": "wrong-secret"}, "outcome": "refused"},
    {"action": "site.joined", "actor": "join", "detail": {"invitation": "i-a"}},
    {"detail": {"signingRoot": digest(b"abc")}},
    {"action": "round.opened", "detail": {"sites": 3, "exploratory": False}, "object": "round/r-a"},
]


def chain(planned, change=None):
    """The lines of a log; `change(sequence, fields)` alters entries before they are chained."""
    lines, previous = [], digest(TENANT.encode())
    for sequence, fields in enumerate(planned, 1):
        made = entry(previous, sequence, **fields)
        if change:
            change(sequence, made)
        lines.append(encode(made))
        previous = digest(lines[-1])
    return lines


def export(lines):
    return b"".join(line + b"\n" for line in lines)


def fifth(**fields):
    """The log with its fifth and last entry changed, which is after the checkpoint."""

    def change(sequence, made):
        if sequence == 5:
            made.update(fields)
            for key in [key for key, value in fields.items() if value is None]:
                del made[key]

    return export(chain(PLANNED[:5], change))


def vectors():
    good = chain(PLANNED)
    at = 4
    checkpoint = {"digest": digest(good[at - 1]), "sequence": at, "tenant": TENANT}
    accept = {
        "to-the-checkpoint": export(good[:at]),
        "beyond-the-checkpoint": export(good),
        "unicode": export(
            chain(PLANNED + [{"action": "site.revoked", "detail": {"reason": "Schlüssel verloren \U0001f511"}}])
        ),
    }

    def actor(sequence, made):
        if sequence == 2:
            made["actor"] = "user/u-other"

    reject = {
        "sequence--entry-deleted": export(good[:2] + good[3:]),
        "sequence--first-deleted": export(good[1:]),
        "sequence--reordered": export([good[0], good[2], good[1]] + good[3:]),
        "sequence--repeated": export(good[:3] + good[2:]),
        "sequence--from-two": export(chain(PLANNED, lambda sequence, made: made.update(sequence=sequence + 1))),
        "previous--entry-altered": export([good[0], good[1].replace(b"01:00:00Z", b"09:00:00Z")] + good[2:]),
        "previous--other-tenant": export([good[0].replace(digest(TENANT.encode()).encode(), digest(b"t-b").encode())]),
        "checkpoint--rewritten": export(chain(PLANNED, actor)),
        "checkpoint--last-altered": export(good[: at - 1] + [good[at - 1].replace(b"i-a", b"i-b")]),
        "truncated": export(good[: at - 1]),
        "truncated--empty": b"",
        "lineEnd--missing": export(good)[:-1],
        "lineEnd--empty-line": export(good[:2]) + b"\n" + export(good[2:]),
        "notCanonical--space": export(good[:5]).replace(b'"sequence":5', b'"sequence": 5'),
        "notCanonical--carriage-return": export(good).replace(b"\n", b"\r\n"),
        "notCanonical--duplicate-key": export(good[:5]).replace(
            b'"sequence":5,', b'"sequence":5,"sequence":5,'
        ),
        "notCanonical--not-json": export(good[:at]) + b"entry\n",
        "malformed--format": fifth(format="urn:equipoise:audit-entry:v2"),
        "malformed--outcome": fifth(outcome="failed"),
        "malformed--unknown-key": fifth(comment="x"),
        "malformed--missing-key": fifth(actor=None),
        "malformed--time": fifth(time="2026-11-23 00:00:05"),
        "malformed--previous": fifth(previous="abc"),
        "malformed--sequence-zero": fifth(sequence=0),
        "malformed--actor": fifth(actor="user u"),
        "malformed--object-empty": fifth(object=""),
        "malformed--nested-detail": fifth(detail={"a": {"b": 1}}),
        "malformed--long-detail": fifth(detail={"a": "x" * 501}),
    }
    files = {f"accept/{name}.jsonl": data for name, data in accept.items()}
    files.update({f"reject/{name}.jsonl": data for name, data in reject.items()})
    files["checkpoint.json"] = encode(checkpoint)
    return files


def main():
    here = Path(__file__).resolve().parent
    wanted = vectors()
    present = {str(p.relative_to(here)) for d in ("accept", "reject") for p in (here / d).glob("*.jsonl")}
    present |= {p.name for p in here.glob("*.json")}
    if "--check" in sys.argv[1:]:
        wrong = sorted(present ^ set(wanted))
        wrong += [n for n, data in wanted.items() if n in present and (here / n).read_bytes() != data]
        for name in wrong:
            print(f"differs: {name}")
        return 1 if wrong else 0
    for name in present - set(wanted):
        (here / name).unlink()
    for name, data in wanted.items():
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_bytes(data)
    print(f"{len(wanted)} vectors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
