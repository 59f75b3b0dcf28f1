#!/usr/bin/env python3
"""Makes the vectors of protocols/columns.md without our code: two tables as CSV and the column file of both.

    make.py [--check]
"""
import argparse
import hashlib
import hmac
import json
import pathlib
import re
import struct
import sys

import read

FOLDER = pathlib.Path(__file__).parent
KEY = bytes(range(32))
GROUP = 16_384
PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]{1,14})?\Z")


def tables():
    """300 rows that need every encoding, one of them unreadable, and a second table with fewer columns."""
    first, odd = [], {3: "", 40: "NA", 77: "-0", 78: "007", 79: "+1", 80: ".5", 81: "1e3", 82: "5."}
    for number in range(300):
        narrow = odd.get(number, f"{number * 37 - 5000}" if number % 3 else f"-{number}.{number:03}")
        wide = f"{number * 29_999_999_999}.{number % 10}0" if number else "9007199254740993"
        first.append([f"P{number:04}", "fm"[number % 2], narrow, wide, "ä\"," if number == 9 else f"{number % 5}"])
    second = [["m", "P9001"], ["", "P9002"]]
    return [(["id", "sex", "narrow", "wide", "y"], first), (["sex", "id"], second)]


def mantissa(text):
    """The signed mantissa and the scale of a plain decimal, or None."""
    if not PLAIN.match(text) or len(text) > 18:
        return None
    whole, _, fraction = text.partition(".")
    value = int(whole + fraction)
    if abs(value) > 2**53 or (value == 0 and text.startswith("-")):
        return None
    return value, len(fraction)


def block(texts):
    def head(encoding, values):
        ends, place = [], 0
        for value in values:
            place += len(value)
            ends.append(place)
        return padded(struct.pack(f"<BxxxI{len(ends)}I", encoding, len(ends), *ends) + b"".join(values))

    raw = [text.encode() for text in texts]
    distinct = list(dict.fromkeys(raw))
    if len(distinct) <= 256:
        return padded(head(1, distinct) + bytes(distinct.index(text) for text in raw))
    parts = [mantissa(text) for text in texts]
    others = list(dict.fromkeys(text for text, part in zip(raw, parts) if part is None))
    if len(others) > 256:
        return head(4, raw)
    largest = max([abs(part[0]) for part in parts if part] + [0])
    width, form = (2, "i") if largest < 2**27 else (3, "q")
    words = [part[0] * 16 + part[1] if part else others.index(text) * 16 + 15 for text, part in zip(raw, parts)]
    return padded(head(width, others) + struct.pack(f"<{len(words)}{form}", *words))


def padded(data):
    return data + bytes(-len(data) % 8)


def column_file(parts, missing):
    names = list(dict.fromkeys(name for header, _ in parts for name in header))
    digests = [hmac.new(KEY, digestmod=hashlib.sha256) for _ in names]
    index = hmac.new(KEY, digestmod=hashlib.sha256)
    data, listed = bytearray(read.BEGINNING), []
    for (header, rows), gaps in zip(parts, missing):
        places = [names.index(name) for name in header]
        blocks = [block(list(column)) for column in zip(*rows)]
        sizes = [len(part) for part in blocks]
        assert len(rows) < GROUP
        head = padded(struct.pack(
            f"<{3 + len(header) + len(gaps)}I", len(rows), len(gaps), len(header), *sizes, *gaps))
        index.update(struct.pack("<Q", len(head)) + head)
        for place, part in zip(places, blocks):
            digests[place].update(struct.pack("<Q", len(part)) + part)
        group = head + b"".join(blocks)
        listed.append({"columns": places, "groups": [[len(data), len(group), len(rows), len(gaps)]]})
        data += group
    footer = json.dumps({
        "columns": [{"digest": "sha256:" + digest.hexdigest(), "name": name} for name, digest in zip(names, digests)],
        "format": "urn:equipoise:columns:v1", "index": "sha256:" + index.hexdigest(), "tables": listed,
    }, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    start = len(data)
    return bytes(data) + footer + struct.pack("<QQ", start, len(footer))


def csv(header, rows, unreadable):
    def cell(text):
        return '"' + text.replace('"', '""') + '"' if set(text) & set('",\n') else text

    lines = [",".join(map(cell, row)) for row in [header] + rows]
    for before in sorted(unreadable, reverse=True):
        lines.insert(1 + before, "too,few")
    return ("\n".join(lines) + "\n").encode()


def main():
    parser = argparse.ArgumentParser(description="Makes or checks the vectors.")
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    parts, missing = tables(), [[0, 150, 300], []]
    data = column_file(parts, missing)
    rows = [list(map(list, rows)) for _, rows in parts]
    for before in reversed(missing[0]):
        rows[0].insert(before, None)
    found = read.read(data, KEY)
    assert [table["rows"] for table in found["tables"]] == rows, "the reader reads other rows"
    files = {"digest.key": KEY, "snapshot.columns": data, "digest.txt": (found["digest"] + "\n").encode()}
    for number, ((header, lines), gaps) in enumerate(zip(parts, missing)):
        files[f"{number + 1}.csv"] = csv(header, lines, gaps)
    differ = []
    for name, content in files.items():
        path = FOLDER / name
        if not check:
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            differ.append(name)
    if differ:
        sys.exit("differ: " + ", ".join(differ))


if __name__ == "__main__":
    main()
