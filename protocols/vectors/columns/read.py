#!/usr/bin/env python3
"""Reads a column file by protocols/columns.md, without our code: checks every digest and prints the rows as JSON.

    read.py FILE --key KEYFILE
"""
import argparse
import hashlib
import hmac
import json
import struct

BEGINNING = b"equipoise-columns" + bytes([0, 1, 0, 0, 0, 0, 0])


def numbers(data, start, count):
    return list(struct.unpack_from(f"<{count}I", data, start))


def padded(size):
    return (size + 7) // 8 * 8


def decimal(word):
    scale, mantissa = word & 15, word >> 4
    digits = str(abs(mantissa)).rjust(scale + 1, "0")
    text = digits[:-scale] + "." + digits[-scale:] if scale else digits
    return ("-" if mantissa < 0 else "") + text


def cells(block, rows):
    encoding, zero, count = block[0], block[1:4], numbers(block, 4, 1)[0]
    assert zero == bytes(3) and encoding in (1, 2, 3, 4)
    ends = numbers(block, 8, count)
    start = 8 + 4 * count
    texts = [block[start + begin:start + end] for begin, end in zip([0] + ends, ends)]
    data = padded(start + (ends[-1] if ends else 0))
    if encoding == 4:
        assert count == rows and data == len(block)
        return texts
    if encoding == 1:
        assert data + padded(rows) == len(block)
        return [texts[code] for code in block[data:data + rows]]
    width, form = {2: (4, "i"), 3: (8, "q")}[encoding]
    assert data + padded(rows * width) == len(block)
    words = struct.unpack_from(f"<{rows}{form}", block, data)
    return [texts[word >> 4] if word & 15 == 15 else decimal(word).encode() for word in words]


def read(data, key):
    assert data[:24] == BEGINNING, "not a column file"
    start, size = struct.unpack("<QQ", data[-16:])
    assert start + size + 16 == len(data), "no footer"
    footer = json.loads(data[start:start + size])
    assert footer["format"] == "urn:equipoise:columns:v1"
    columns = [hmac.new(key, digestmod=hashlib.sha256) for _ in footer["columns"]]
    index = hmac.new(key, digestmod=hashlib.sha256)
    tables = []
    for table in footer["tables"]:
        lines = []
        for offset, size, rows, gaps in table["groups"]:
            group = data[offset:offset + size]
            width = len(table["columns"])
            assert numbers(group, 0, 3) == [rows, gaps, width]
            sizes = numbers(group, 12, width)
            missing = numbers(group, 12 + 4 * width, gaps)
            place = padded(4 * (3 + width + gaps))
            index.update(struct.pack("<Q", place) + group[:place])
            read_columns = []
            for column, block_size in zip(table["columns"], sizes):
                block = group[place:place + block_size]
                columns[column].update(struct.pack("<Q", block_size) + block)
                read_columns.append(cells(block, rows))
                place += block_size
            assert place == size
            found = [[cell.decode() for cell in row] for row in zip(*read_columns)]
            for before in reversed(missing):
                found.insert(before, None)
            lines += found
        tables.append({"columns": [footer["columns"][column]["name"] for column in table["columns"]], "rows": lines})
    for column, digest in zip(footer["columns"], columns):
        assert column["digest"] == "sha256:" + digest.hexdigest(), column["name"]
    assert footer["index"] == "sha256:" + index.hexdigest()
    whole = "sha256:" + hmac.new(key, data[start:start + struct.unpack("<Q", data[-8:])[0]], hashlib.sha256).hexdigest()
    return {"digest": whole, "tables": tables}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Reads a column file and checks every digest.")
    parser.add_argument("file")
    parser.add_argument("--key", required=True)
    options = parser.parse_args()
    print(json.dumps(read(open(options.file, "rb").read(), open(options.key, "rb").read()), ensure_ascii=False))
