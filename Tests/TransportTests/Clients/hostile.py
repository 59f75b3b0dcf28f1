"""An HTTP/2 client that misbehaves on purpose. Prints one line about what the server did.

usage: hostile.py SCENARIO PORT CA CERTIFICATE KEY [ARGUMENT ...]
"""
import os
import socket
import ssl
import struct
import subprocess
import sys
import time

scenario, port, authority, certificate, key = sys.argv[1:6]
arguments = sys.argv[6:]
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, END_HEADERS = 1, 4


def context(alpn=("h2",), version=ssl.TLSVersion.TLSv1_3):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = made.maximum_version = version
    made.load_verify_locations(authority)
    if certificate != "-":
        made.load_cert_chain(certificate, key)
    if alpn:
        made.set_alpn_protocols(list(alpn))
    return made


def tcp():
    made = socket.create_connection(("127.0.0.1", int(port)), timeout=15)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def tls(**options):
    return context(**options).wrap_socket(tcp(), server_hostname="localhost")


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def integer(value, bits, first=0):
    limit = (1 << bits) - 1
    if value < limit:
        return bytes([first | value])
    out = bytearray([first | limit])
    value -= limit
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    out.append(value)
    return bytes(out)


def literal(name, value, first=0x00, bits=4):
    name = name if isinstance(name, bytes) else name.encode("latin-1")
    value = value if isinstance(value, bytes) else value.encode("latin-1")
    return bytes([first]) + integer(len(name), 7) + name + integer(len(value), 7) + value


def head(path="/hello", method="GET", fields=(), scheme="https", host="localhost"):
    block = literal(":method", method) + literal(":scheme", scheme)
    if host is not None:
        block += literal(":authority", host)
    if path is not None:
        block += literal(":path", path)
    return block + b"".join(literal(*field) for field in fields)


DIGITS = {"00000": "0", "00001": "1", "00010": "2", "011001": "3", "011010": "4", "011011": "5",
          "011100": "6", "011101": "7", "011110": "8", "011111": "9"}


def status(block):
    indexed = {0x88: 200, 0x89: 204, 0x8A: 206, 0x8B: 304, 0x8C: 400, 0x8D: 404, 0x8E: 500}
    # A change of the table's size may come first.
    while block and block[0] & 0xE0 == 0x20:
        at = 1
        if block[0] & 0x1F == 0x1F:
            while block[at] & 0x80:
                at += 1
            at += 1
        block = block[at:]
    if block[0] in indexed:
        return indexed[block[0]]
    length, coded = block[1] & 0x7F, block[1] & 0x80
    value = block[2:2 + length]
    if not coded:
        return int(value)
    bits, text, code = "".join(f"{byte:08b}" for byte in value), "", ""
    for bit in bits:
        code += bit
        if code in DIGITS:
            text, code = text + DIGITS[code], ""
    return int(text)


class Connection:
    """What the server sent, by stream."""

    def __init__(self, settings=b"", window=0):
        self.socket = tls()
        self.buffer = b""
        self.statuses, self.bodies, self.resets, self.ended = {}, {}, {}, set()
        self.goaway = None
        self.closed = False
        self.send(PREFACE + frame(SETTINGS, 0, 0, settings))
        if window:
            self.send(frame(WINDOW, 0, 0, struct.pack(">I", window)))

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (OSError, ssl.SSLError):
            self.closed = True

    def request(self, stream, block, end=True):
        self.send(frame(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, block))

    def read(self, seconds=0.0, until=None):
        """Takes frames until a condition holds, the peer closes, or the time is over."""
        limit = time.monotonic() + seconds
        while not self.closed and not (until and until(self)):
            rest = limit - time.monotonic()
            if rest <= 0:
                break
            self.socket.settimeout(rest)
            try:
                data = self.socket.recv(65536)
            except (TimeoutError, ssl.SSLWantReadError):
                break
            except (OSError, ssl.SSLError):
                data = b""
            if not data:
                self.closed = True
                break
            self.buffer += data
            while len(self.buffer) >= 9:
                length = int.from_bytes(self.buffer[:3], "big")
                if len(self.buffer) < 9 + length:
                    break
                kind, flags, stream = struct.unpack(">BBI", self.buffer[3:9])
                self.take(kind, flags, stream, self.buffer[9:9 + length])
                self.buffer = self.buffer[9 + length:]
        return self

    def take(self, kind, flags, stream, payload):
        if kind == HEADERS:
            self.statuses[stream] = status(payload)
        if kind == DATA:
            self.bodies[stream] = self.bodies.get(stream, b"") + payload
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            self.ended.add(stream)
        if kind == RST:
            self.resets[stream] = int.from_bytes(payload, "big")
        if kind == GOAWAY:
            self.goaway = int.from_bytes(payload[4:8], "big")
        if kind == SETTINGS and not flags & 1:
            self.send(frame(SETTINGS, 1, 0))

    def outcome(self, stream=1):
        parts = []
        if stream in self.statuses:
            parts.append(f"status {self.statuses[stream]}")
        if stream in self.resets:
            parts.append(f"reset {self.resets[stream]}")
        if self.goaway is not None:
            parts.append(f"goaway {self.goaway}")
        if self.closed:
            parts.append("closed")
        return " ".join(parts) or "nothing"


def closed_or_answered(stream=1):
    return lambda c: stream in c.ended or stream in c.resets


def after(start):
    return f"after {time.monotonic() - start:.2f}"


def handshake_outcome(**options):
    """In TLS 1.3 a refusal comes with the first read: only an answer proves that we were let in."""
    try:
        stream = tls(**options)
        stream.sendall(PREFACE + frame(SETTINGS, 0, 0) + frame(HEADERS, 5, 1, head()))
        data = stream.recv(65536)
        return "served" if data else "closed"
    except ssl.SSLError as error:
        return f"refused {error.reason}"
    except OSError as error:
        return f"refused {type(error).__name__}"


def until_closed(raw, start, limit=10):
    raw.settimeout(limit)
    try:
        while raw.recv(65536):
            pass
        return f"closed {after(start)}"
    except TimeoutError:
        return "open"
    except OSError:
        return f"closed {after(start)}"


def hello():
    """The bytes of an honest first flight."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    half = context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        half.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def drip(raw, data, start, pause=0.03):
    for byte in data:
        try:
            raw.sendall(bytes([byte]))
            time.sleep(pause)
            raw.settimeout(0.001)
            try:
                if not raw.recv(1):
                    return f"closed {after(start)}"
            except (TimeoutError, ssl.SSLWantReadError):
                pass
            raw.settimeout(5)
        except (OSError, ssl.SSLError):
            return f"closed {after(start)}"
    return "open"


# Handshakes


def handshake():
    return handshake_outcome()


def tls12():
    return handshake_outcome(version=ssl.TLSVersion.TLSv1_2)


def no_alpn():
    return handshake_outcome(alpn=())


def http11():
    return handshake_outcome(alpn=("http/1.1",))


def http11_and_h2():
    return handshake_outcome(alpn=("http/1.1", "h2"))


def resumption():
    c = Connection()
    c.request(1, head())
    c.read(5, closed_or_answered())
    session = c.socket.session
    return f"{c.outcome()} ticket {bool(session and session.has_ticket)} reused {c.socket.session_reused}"


def silence():
    start = time.monotonic()
    return until_closed(tcp(), start)


def dripped_hello():
    start = time.monotonic()
    return drip(tcp(), hello(), start)


def garbage():
    raw, start = tcp(), time.monotonic()
    raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + os.urandom(2000))
    return until_closed(raw, start).split(" after")[0]


def crowd():
    """Many half-open handshakes at once; says how many were cut off at once."""
    sockets = [tcp() for _ in range(int(arguments[0]))]
    time.sleep(0.2)
    cut = 0
    for each in sockets:
        each.settimeout(0.01)
        try:
            cut += each.recv(1) == b""
        except TimeoutError:
            pass
        except OSError:
            cut += 1
    return f"cut {cut}"


# Frames


def garbage_frames():
    stream, start = tls(), time.monotonic()
    stream.sendall(os.urandom(4000))
    return until_closed(stream, start).split(" after")[0]


def no_preface():
    start = time.monotonic()
    return until_closed(tls(), start)


def path():
    c = Connection()
    c.request(1, head(arguments[0].encode("latin-1").decode("unicode_escape")))
    return c.read(5, closed_or_answered()).outcome()


def field():
    c = Connection()
    name, value = (text.encode("latin-1").decode("unicode_escape") for text in arguments[:2])
    c.request(1, head(fields=[(name, value)]))
    return c.read(5, closed_or_answered()).outcome()


def pseudo():
    c = Connection()
    blocks = {
        "no-authority": head(host=None), "plain": head(scheme="http"),
        "connect": literal(":method", "CONNECT") + literal(":authority", "localhost"),
        "no-path": head(path=None), "two-paths": head() + literal(":path", "/other"),
        "late": head(fields=[("x", "y")]) + literal(":path", "/other"),
        "unknown": head(fields=[]) + literal(":colour", "red"),
        "two-hosts": head(fields=[("host", "other.example")]), "same-host": head(fields=[("host", "localhost")]),
    }
    c.request(1, blocks[arguments[0]])
    return c.read(5, closed_or_answered()).outcome()


def slow_head():
    c, start = Connection(), time.monotonic()
    c.read(0.1)
    c.send(frame(HEADERS, END_STREAM, 1, head()))
    block = b"".join(literal(f"x{n}", "y") for n in range(6))
    outcome = drip(c.socket, frame(CONTINUATION, 0, 1, block) + frame(CONTINUATION, 0, 1, block), start)
    return outcome


def slow_body():
    c = Connection()
    c.request(1, head("/upload", "POST", [("content-length", "100000")]), end=False)
    start = time.monotonic()
    while time.monotonic() - start < 8 and 1 not in c.statuses and not c.closed:
        c.send(frame(DATA, 0, 1, b"0123456789"))
        c.read(0.05, closed_or_answered())
    return f"{c.outcome()} {after(start)}"


def many_fields():
    c = Connection()
    c.request(1, head(fields=[(f"x{n}", "y") for n in range(int(arguments[0]))]))
    return c.read(5, closed_or_answered()).outcome()


def large_head():
    c = Connection()
    block = head(fields=[(f"x{n}", "y" * 1000) for n in range(int(arguments[0]))])
    parts = [block[at:at + 16000] for at in range(0, len(block), 16000)]
    for number, part in enumerate(parts):
        flags = END_HEADERS if number == len(parts) - 1 else 0
        c.send(frame(CONTINUATION if number else HEADERS, flags | (0 if number else END_STREAM), 1, part))
    return c.read(5, closed_or_answered()).outcome()


def hpack_bomb():
    c = Connection()
    # One entry of 4,000 bytes in the table, then one byte for each time it is meant.
    c.request(1, head() + literal("x", "y" * 3900, first=0x40) + b"\xbe" * 10000)
    return c.read(5).outcome()


def continuation_flood():
    c = Connection()
    c.send(frame(HEADERS, END_STREAM, 1, head()))
    for _ in range(2000):
        c.send(frame(CONTINUATION, 0, 1, b""))
    return c.read(5).outcome()


def flood():
    c = Connection(settings=b"")
    kind, count = arguments[0], int(arguments[1])
    stream = 1
    for _ in range(count):
        if c.closed:
            break
        if kind == "reset":
            c.send(frame(HEADERS, 5, stream, head("/hang")) + frame(RST, 0, stream, struct.pack(">I", 8)))
            stream += 2
        elif kind == "provoked":
            c.send(frame(HEADERS, 5, stream, head("/hang")) + frame(WINDOW, 0, stream, b"\0\0\0\0"))
            stream += 2
        elif kind == "ping":
            c.send(frame(PING, 0, 0, b"12345678"))
        elif kind == "settings":
            c.send(frame(SETTINGS, 0, 0))
        elif kind == "priority":
            c.send(frame(PRIORITY, 0, 1, b"\0\0\0\0\x10"))
        elif kind == "window":
            c.send(frame(WINDOW, 0, 0, struct.pack(">I", 1)))
        elif kind == "data":
            if stream == 1:
                c.request(1, head("/upload", "POST"), end=False)
                stream = 3
            c.send(frame(DATA, 0, 1))
        if c.socket.pending() or _ % 20 == 0:
            c.read(0.0005)
    return c.read(0.5, lambda each: each.goaway is not None).read(0.5).outcome(stream=-1)


def too_many_streams():
    c = Connection()
    c.read(0.2)
    for number in range(int(arguments[0])):
        c.request(1 + 2 * number, head("/slow"))
    c.read(3, lambda each: len(each.ended) == int(arguments[0]))
    return f"served {sum(value == 200 for value in c.statuses.values())} {c.outcome(-1)}"


def trailers():
    c = Connection()
    c.request(1, head("/upload", "POST"), end=False)
    c.send(frame(DATA, 0, 1, b"body"))
    c.send(frame(HEADERS, 5, 1, literal("x", "y")))
    return c.read(5).outcome()


def wrong_length():
    c = Connection()
    c.request(1, head("/upload", "POST", [("content-length", arguments[0])]), end=False)
    c.send(frame(DATA, END_STREAM, 1, b"body"))
    return c.read(1, lambda each: each.closed or 1 in each.ended).outcome()


def too_long():
    """A body over its limit without a length; says how much of it the server took."""
    c = Connection()
    c.request(1, head("/small", "POST"), end=False)
    c.read(0.3)
    for _ in range(20):
        c.send(frame(DATA, 0, 1, b"b" * 10000))
    return c.read(5, closed_or_answered()).outcome()


def leave():
    c = Connection()
    c.request(1, head("/hang"))
    c.read(0.3)
    if arguments[0] == "reset":
        c.send(frame(RST, 0, 1, struct.pack(">I", 8)))
        c.request(3, head())
        return c.read(5, closed_or_answered(3)).outcome(3)
    if arguments[0] == "half":
        c.socket.shutdown(socket.SHUT_WR)
        return "left" if c.read(5).closed else "open"
    c.socket.close()
    return "left"


def shut_window():
    """Asks for much and gives no window for it."""
    c = Connection(settings=struct.pack(">HI", 4, 0))
    start = time.monotonic()
    c.request(1, head("/big"))
    c.read(8, closed_or_answered())
    return f"{c.outcome()} {after(start)}"


def deaf():
    """Asks for much, gives window, and does not read."""
    c = Connection(settings=struct.pack(">HI", 4, 0x7FFFFFFF), window=0x7FFF0000)
    for number in range(8):
        c.request(1 + 2 * number, head("/big"))
    time.sleep(float(arguments[0]))
    total = 0
    c.socket.settimeout(5)
    try:
        while data := c.socket.recv(65536):
            total += len(data)
    except (OSError, ssl.SSLError):
        pass
    return "cut" if total < 8 * 8388608 else "served"


def idle():
    c = Connection()
    c.request(1, head())
    c.read(5, closed_or_answered())
    start = time.monotonic()
    c.read(8)
    return f"{c.outcome()} {after(start)}"


def go_away():
    c = Connection()
    done = 0
    for number in range(int(arguments[0])):
        c.request(1 + 2 * number, head())
        c.read(1, closed_or_answered(1 + 2 * number))
        done += c.statuses.get(1 + 2 * number) == 200
    c.read(2)
    return f"served {done} {c.outcome(-1)}"


def key_updates():
    """Python's ssl has no call for it; a line with a K makes s_client send one."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-alpn", "h2", "-CAfile", authority,
               "-cert", certificate, "-key", key, "-cert_chain", certificate]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    sent = 0
    try:
        while sent < int(arguments[0]) and client.poll() is None:
            client.stdin.write(b"K\n")
            client.stdin.flush()
            sent += 1
            time.sleep(0.01)
    except BrokenPipeError:
        pass
    time.sleep(0.2)
    ended = client.poll() is not None
    client.kill()
    return "closed" if ended else "open"


print(globals()[scenario.replace("-", "_")]())
