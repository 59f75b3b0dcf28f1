"""As much of HTTP/2 as a measurement needs: requests without a body, many at a time, and their answers.

Fields are sent as literals, so a request costs a server at least what one of a real client costs it.
"""
import socket
import ssl
import struct

DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW = 0, 1, 3, 4, 6, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags, stream, content=b""):
    return struct.pack(">I", len(content))[1:] + struct.pack(">BBI", kind, flags, stream) + content


def literal(name_index, value):
    """A field with a name of HPACK's static table and a value of fewer than 127 bytes, not indexed."""
    return bytes([name_index, len(value)]) + value.encode()


def client_context(profile):
    """TLS 1.3 and h2 with a client certificate; a context is made once, since reading keys costs time."""
    context = ssl.create_default_context(cafile=str(profile / "server-ca.pem"))
    # The pinned certificate is the server's own authority, which somebody above it has signed.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(str(profile / "client.pem"), str(profile / "client.key"))
    context.set_alpn_protocols(["h2"])
    return context


class Client:
    """One connection."""

    def __init__(self, context, port, timeout=20):
        raw = socket.create_connection(("127.0.0.1", port), timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw, server_hostname="127.0.0.1")
        self.authority = f"127.0.0.1:{port}"
        self.next_stream = 1
        self.buffer = b""
        # Windows wide enough that they are never the subject (RFC 9113, section 6.9).
        settings = struct.pack(">HI", 4, 2**31 - 1)
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0, settings)
                            + frame(WINDOW, 0, 0, struct.pack(">I", 2**31 - 1 - 65_535)))

    def send(self, path, count=1):
        """Sends `count` requests for one path in one write."""
        block = bytes([0x82, 0x87]) + literal(0x04, path) + literal(0x01, self.authority)
        frames = b"".join(frame(HEADERS, END_STREAM | END_HEADERS, self.next_stream + 2 * number, block)
                          for number in range(count))
        self.next_stream += 2 * count
        self.socket.sendall(frames)

    def receive(self, count=1):
        """Waits for the ends of `count` answers; each has to be a 200. The content of the last one."""
        content = b""
        while count:
            for kind, flags, stream, part in self.frames():
                if kind == HEADERS and 0x88 not in part[:3]:
                    raise RuntimeError("an answer other than 200")
                if kind in (RESET, GOAWAY):
                    raise RuntimeError("the server gave up")
                if kind == DATA:
                    content = part
                if kind in (DATA, HEADERS) and flags & END_STREAM:
                    count -= 1
        return content

    def frames(self):
        """Reads once, and returns the frames that are complete; answers what has to be answered."""
        got = self.socket.recv(65_536)
        if not got:
            raise RuntimeError("the server closed the connection")
        self.buffer += got
        found, position = [], 0
        while len(self.buffer) - position >= 9:
            length = int.from_bytes(self.buffer[position:position + 3], "big")
            if len(self.buffer) - position < 9 + length:
                break
            kind, flags, stream = struct.unpack(">BBI", self.buffer[position + 3:position + 9])
            part = self.buffer[position + 9:position + 9 + length]
            position += 9 + length
            if kind == SETTINGS and not flags & ACK:
                self.socket.sendall(frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                self.socket.sendall(frame(PING, ACK, 0, part))
            else:
                found.append((kind, flags, stream, part))
        self.buffer = self.buffer[position:]
        return found

    def get(self, path):
        self.send(path)
        return self.receive()

    def close(self):
        self.socket.close()
