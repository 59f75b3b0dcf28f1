#!/usr/bin/env python3
"""Makes the container vectors with struct and zlib only, independently of the Swift writer.

    python3 make.py            write accept/ and reject/ beside this file
    python3 make.py --check    exit 1 when a file on disk differs from what would be written

A reject vector is named after the rule of ../../container.md it breaks; `--` starts a variant.
Each breaks one rule and is otherwise as good as the rule allows.
"""

import struct
import sys
import zlib
from pathlib import Path

MIMETYPE = b"application/vnd.equipoise.evidence-bundle+zip"
REGULAR_0644 = 0o100644 << 16


class Entry:
    """One file; every header field can be overridden, in both headers or in one of them."""

    def __init__(self, name, data=b"", **fields):
        self.name = name if isinstance(name, bytes) else name.encode()
        self.data = data
        self.fields = fields

    def get(self, where, key, default):
        return self.fields.get(f"{where}_{key}", self.fields.get(key, default))

    def shared(self, where, name, extra):
        return struct.pack(
            "<HHHHHIIIHH",
            self.get(where, "needed", 20),
            self.get(where, "flags", 0),
            self.get(where, "method", 0),
            self.get(where, "time", 0),
            self.get(where, "date", 0x21),
            self.get(where, "crc", zlib.crc32(self.fields.get("real", self.data))),
            self.get(where, "stored", len(self.data)),
            self.get(where, "size", len(self.fields.get("real", self.data))),
            self.get(where, "name_length", len(name)),
            len(extra),
        )

    def local(self):
        name = self.get("local", "name", self.name)
        extra = self.get("local", "extra", b"")
        signature = self.fields.get("local_signature", b"PK\x03\x04")
        return signature + self.shared("local", name, extra) + name + extra + self.data

    def central(self, offset):
        extra = self.get("central", "extra", b"")
        comment = self.fields.get("comment", b"")
        signature = self.fields.get("central_signature", b"PK\x01\x02")
        return (
            signature
            + struct.pack("<H", self.fields.get("made_by", 0x0314))
            + self.shared("central", self.name, extra)
            + struct.pack(
                "<HHHII",
                len(comment),
                self.fields.get("disk", 0),
                self.fields.get("internal", 0),
                self.fields.get("external", REGULAR_0644),
                self.fields.get("offset", offset),
            )
            + self.name
            + extra
            + comment
        )


def archive(entries, prefix=b"", between=b"", before_directory=b"", before_end=b"", suffix=b"", **end):
    body = bytearray(prefix)
    shift = len(prefix) if end.get("adjust", False) else 0
    offsets = []
    for number, entry in enumerate(entries):
        if number:
            body += between
        offsets.append(len(body) - len(prefix) + shift)
        body += entry.local()
    body += before_directory
    directory = b"".join(e.central(o) for e, o in zip(entries, offsets))
    directory_offset = len(body) - len(prefix) + shift
    body += directory + before_end
    comment = end.get("comment", b"")
    body += b"PK\x05\x06" + struct.pack(
        "<HHHHIIH",
        end.get("disk", 0),
        end.get("directory_disk", 0),
        end.get("here", len(entries)),
        end.get("total", len(entries)),
        end.get("directory_bytes", len(directory)),
        end.get("directory_offset", directory_offset),
        len(comment),
    )
    return bytes(body + comment + suffix)


def mimetype(**fields):
    return Entry("mimetype", fields.pop("data", MIMETYPE), **fields)


def with_name(name):
    return archive([mimetype(), Entry(name, b"{}")])


def with_fields(**fields):
    return archive([mimetype(), Entry("bundle.json", b"{}", **fields)])


def deflated(data):
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = engine.compress(data) + engine.flush()
    return Entry("bundle.json", packed, real=data, method=8)


def vectors():
    two = [mimetype(), Entry("bundle.json", b"{}")]
    good = archive(two)
    accept = {
        "mimetype-only": archive([mimetype()]),
        "two-files": good,
        "order-is-by-bytes": archive(
            [mimetype()]
            + [Entry(n, n.encode()) for n in ("A.txt", "START-HERE.html", "Z_1", "a/b", "a0", "b.txt", "z/y/x")]
        ),
        "empty-file": archive([mimetype(), Entry("empty", b"")]),
        "bounds-of-names": archive(
            [mimetype(), Entry("a/b/c/d/e/f/g/h", b"8 deep"), Entry("n" * 180, b"180 bytes")]
        ),
    }
    pk = b"PK\x03\x04 and more"
    zip64_locator = b"PK\x06\x07" + struct.pack("<IQI", 0, 0, 1)
    reject = {
        "truncated": good[: len(good) // 2],
        "truncated--empty": b"",
        "truncated--last-byte": good[:-1],
        "bytes-before-first-entry": archive(two, prefix=b"#!/bin/sh\n"),
        "bytes-before-first-entry--offsets-adjusted": archive(two, prefix=b"MZ polyglot", adjust=True),
        "bytes-after-end": good + b"\n",
        "archive-comment": archive(two, comment=b"hello"),
        "multi-disk": archive(two, disk=1),
        "multi-disk--entry": with_fields(disk=1),
        "zip64": archive(two, before_end=zip64_locator),
        "zip64--size": with_fields(size=0xFFFFFFFF, stored=0xFFFFFFFF),
        "zip64--offset": with_fields(offset=0xFFFFFFFF),
        "zip64--count": archive(two, here=0xFFFF, total=0xFFFF),
        "entry-count-wrong": archive(two, here=1, total=1),
        "entry-count-wrong--one-too-many": archive(two, here=3, total=3),
        "entry-count-wrong--two-counts": archive(two, here=1),
        "directory-place": archive(two, before_end=b"\0\0\0\0"),
        "directory-place--size": archive(two, directory_bytes=60),
        "directory-header": archive([mimetype(), Entry("bundle.json", b"{}", central_signature=b"PK\x05\x05")]),
        "gap": archive(two, between=b"\0\0\0\0"),
        "gap--before-directory": archive(two, before_directory=b"hidden"),
        "gap--unlisted-entry": archive(two, before_directory=Entry("secret", b"x").local()),
        "overlap": archive([mimetype(), Entry("bundle.json", b"{}"), Entry("copy.json", b"{}", offset=75)]),
        "overlap--same-offset": archive([mimetype(), Entry("bundle.json", b"{}", offset=0)]),
        "overlap--into-directory": with_fields(size=40, stored=40),
        "host-system": with_fields(made_by=0x0014),
        "version": with_fields(needed=45),
        "encrypted": with_fields(flags=0x0001),
        "encrypted--strong": with_fields(flags=0x0041),
        "data-descriptor": with_fields(flags=0x0008),
        "flags": with_fields(flags=0x0800),
        "compressed": archive([mimetype(), deflated(b"0" * 100_000)]),
        "timestamp": with_fields(time=0x6000, date=0x5B77),
        "extra-field": with_fields(extra=b"UT\x05\x00\x01\0\0\0\0"),
        "entry-comment": with_fields(comment=b"note"),
        "internal-attributes": with_fields(internal=1),
        "symbolic-link": with_fields(external=0o120777 << 16),
        "directory-entry": archive([mimetype(), Entry("sites/", b"", external=0o040755 << 16 | 0x10)]),
        "directory-entry--by-name": archive([mimetype(), Entry("sites/", b"")]),
        "special-file": with_fields(external=0o060644 << 16),
        "file-mode": with_fields(external=0o104755 << 16),
        "local-header": with_fields(local_signature=b"PK\x03\x05"),
        "local-header-differs": with_fields(local_name=b"sundle.json"),
        "local-header-differs--size": with_fields(local_size=3, local_stored=3),
        "local-header-differs--crc": with_fields(local_crc=0),
        "local-header-differs--method": with_fields(local_method=8),
        "local-header-differs--extra": with_fields(local_extra=b"UT\x01\x00\x01"),
        "size-mismatch": with_fields(stored=2, size=3),
        "crc-mismatch": with_fields(crc=0x12345678),
        "nested-archive": archive([mimetype(), Entry("inner.zip", pk)]),
        "nested-archive--empty": archive([mimetype(), Entry("inner", b"PK\x05\x06" + b"\0" * 18)]),
        "name-empty": with_name(""),
        "name-too-long": with_name("n" * 181),
        "name-too-deep": with_name("a/b/c/d/e/f/g/h/i"),
        "name-not-ascii": with_name("ca\u0301fe.json"),
        "name-not-ascii--nul": with_name("bundle.json\0.exe"),
        "name-not-ascii--newline": with_name("bundle\n.json"),
        "name-backslash": with_name("..\\bundle.json"),
        "name-drive-letter": with_name("c:bundle.json"),
        "name-absolute": with_name("/etc/passwd"),
        "name-empty-segment": with_name("sites//a.json"),
        "name-dot-segment": with_name("../bundle.json"),
        "name-dot-segment--inside": with_name("sites/../../bundle.json"),
        "name-dot-segment--single": with_name("./bundle.json"),
        "name-character": with_name("a b.json"),
        "name-character--star": with_name("a*.json"),
        "name-start": with_name(".git/config"),
        "name-start--hyphen": with_name("-rf"),
        "name-trailing-dot": with_name("bundle.json."),
        "name-reserved": with_name("con"),
        "name-reserved--extension": with_name("sites/NUL.json"),
        "name-reserved--numbered": with_name("lpt1.tar.gz"),
        "duplicate-name": archive([mimetype(), Entry("x.json", b"1"), Entry("x.json", b"2")]),
        "case-equal-names": archive([mimetype(), Entry("X.json", b"1"), Entry("x.json", b"2")]),
        "case-equal-names--folder": archive([mimetype(), Entry("Sites/a", b"1"), Entry("sites/b", b"2")]),
        "file-is-folder": archive([mimetype(), Entry("sites", b"1"), Entry("sites/a", b"2")]),
        "order-not-canonical": archive([mimetype(), Entry("b", b""), Entry("a", b"")]),
        "mimetype-missing": archive([Entry("bundle.json", b"{}")]),
        "mimetype-missing--empty-archive": archive([]),
        "mimetype-not-first": archive([Entry("bundle.json", b"{}"), mimetype()]),
        "mimetype-wrong": archive([mimetype(data=b"application/zip")]),
        "mimetype-wrong--newline": archive([mimetype(data=MIMETYPE + b"\n")]),
    }
    files = {f"accept/{name}.zip": data for name, data in accept.items()}
    files.update({f"reject/{name}.zip": data for name, data in reject.items()})
    return files


def main():
    here = Path(__file__).resolve().parent
    wanted = vectors()
    present = {str(p.relative_to(here)) for d in ("accept", "reject") for p in (here / d).glob("*.zip")}
    if "--check" in sys.argv[1:]:
        wrong = sorted(present ^ set(wanted))
        wrong += [n for n, data in wanted.items() if n in present and (here / n).read_bytes() != data]
        for name in wrong:
            print(f"differs: {name}")
        return 1 if wrong else 0
    for name in present - set(wanted):
        (here / name).unlink()
    for name, data in wanted.items():
        (here / name).write_bytes(data)
    print(f"{len(wanted)} vectors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
