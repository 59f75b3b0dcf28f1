"""One HTTP/2 connection that a test holds open: reads a request a line from standard input, answers with a line.

usage: session.py PORT CA CERTIFICATE KEY

Requests and answers are JSON. `{"do": "send", "stream", "method", "path", "body"}` (base64) sends;
`{"do": "await", "stream", "seconds"}` answers with what came: status, the fields as they were coded and the body
(base64), whether the server closed, and the seconds that the wait took. `{"do": "repeat", "count", "method", "paths"}` asks for the paths in turn and answers with the median
milliseconds and the statuses of each.
"""
import base64
import json
import socket
import ssl
import statistics
import struct
import sys
import time

DATA, HEADERS, RST, SETTINGS, GOAWAY, WINDOW = 0, 1, 3, 4, 7, 8
DIGITS = {"00000": "0", "00001": "1", "00010": "2", "011001": "3", "011010": "4", "011011": "5",
          "011100": "6", "011101": "7", "011110": "8", "011111": "9"}
INDEXED = {0x88: 200, 0x89: 204, 0x8A: 206, 0x8B: 304, 0x8C: 400, 0x8D: 404, 0x8E: 500}


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def integer(value):
    if value < 127:
        return bytes([value])
    out, value = bytearray([127]), value - 127
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out) + bytes([value])


def literal(name, value):
    name, value = name.encode("latin-1"), value.encode("latin-1")
    return b"\0" + integer(len(name)) + name + integer(len(value)) + value


def fields(block):
    """A block without the changes of the table's size that may come first; our settings forbid a table."""
    while block and block[0] & 0xE0 == 0x20:
        at = 1
        if block[0] & 0x1F == 0x1F:
            while block[at] & 0x80:
                at += 1
            at += 1
        block = block[at:]
    return block


def status(block):
    """The status is the first field."""
    if block[0] in INDEXED:
        return INDEXED[block[0]]
    length, coded = block[1] & 0x7F, block[1] & 0x80
    value = block[2:2 + length]
    if not coded:
        return int(value)
    text, code = "", ""
    for bit in "".join(f"{byte:08b}" for byte in value):
        code += bit
        if code in DIGITS:
            text, code = text + DIGITS[code], ""
    return int(text)


class Session:
    def __init__(self, port, authority, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(authority)
        context.load_cert_chain(certificate, key)
        context.set_alpn_protocols(["h2"])
        raw = socket.create_connection(("127.0.0.1", port), timeout=10)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw, server_hostname="localhost")
        self.buffer, self.statuses, self.bodies, self.heads = b"", {}, {}, {}
        self.ended, self.closed, self.last = set(), False, -1
        self.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                   + frame(SETTINGS, 0, 0, struct.pack(">HIHI", 1, 0, 4, 0x7FFFFFFF))
                   + frame(WINDOW, 0, 0, struct.pack(">I", 0x7FFF0000)))

    def write(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            self.closed = True

    def send(self, method, path, body=b"", stream=None):
        self.last = stream or self.last + 2
        block = b"".join(literal(*field) for field in (
            (":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)))
        self.write(frame(HEADERS, 4 | (0 if body else 1), self.last, block))
        for at in range(0, len(body), 16384):
            self.write(frame(DATA, 1 if at + 16384 >= len(body) else 0, self.last, body[at:at + 16384]))
        return self.last

    def wait(self, stream, seconds):
        limit = time.monotonic() + seconds
        while stream not in self.ended and not self.closed and (rest := limit - time.monotonic()) > 0:
            self.socket.settimeout(rest)
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                return
            except OSError:
                data = b""
            if not data:
                self.closed = True
                return
            self.buffer += data
            while len(self.buffer) >= 9 and len(self.buffer) >= 9 + int.from_bytes(self.buffer[:3], "big"):
                length = int.from_bytes(self.buffer[:3], "big")
                kind, flags, number = struct.unpack(">BBI", self.buffer[3:9])
                self.take(kind, flags, number, self.buffer[9:9 + length])
                self.buffer = self.buffer[9 + length:]

    def take(self, kind, flags, stream, payload):
        if kind == HEADERS:
            self.heads[stream] = fields(payload)
            self.statuses[stream] = status(self.heads[stream])
        if kind == DATA:
            self.bodies[stream] = self.bodies.get(stream, b"") + payload
        if kind == RST or kind in (HEADERS, DATA) and flags & 1:
            self.ended.add(stream)
        if kind == SETTINGS and not flags & 1:
            self.write(frame(SETTINGS, 1, 0))

    def outcome(self, stream, began):
        return {"status": self.statuses.get(stream, 0), "closed": self.closed,
                "head": base64.b64encode(self.heads.get(stream, b"")).decode(),
                "body": base64.b64encode(self.bodies.get(stream, b"")).decode(),
                "seconds": time.monotonic() - began}


def answer(session, order):
    if order["do"] == "send":
        body = base64.b64decode(order.get("body", ""))
        return {"stream": session.send(order["method"], order["path"], body)}
    if order["do"] == "await":
        began = time.monotonic()
        session.wait(order["stream"], order["seconds"])
        return session.outcome(order["stream"], began)
    times, statuses = [[] for _ in order["paths"]], [set() for _ in order["paths"]]
    for _ in range(order["count"]):
        for number, path in enumerate(order["paths"]):
            began = time.perf_counter()
            stream = session.send(order["method"], path)
            session.wait(stream, 10)
            times[number].append((time.perf_counter() - began) * 1000)
            statuses[number].add(session.statuses.get(stream, 0))
    return {"medians": [statistics.median(each) for each in times],
            "statuses": [sorted(each) for each in statuses]}


def main():
    port, authority, certificate, key = sys.argv[1:5]
    try:
        session = Session(int(port), authority, certificate, key)
    except OSError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return
    print(json.dumps({"version": session.socket.version()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(session, json.loads(line))), flush=True)


main()
