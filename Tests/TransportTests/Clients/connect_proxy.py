"""An HTTP proxy that only knows CONNECT.

usage: connect_proxy.py LOG [refuse STATUS | login USER:PASSWORD | cut FILE]

Prints its port. Writes one line to LOG for each request it gets. With `cut`, a tunnel that gets data from the
client while FILE exists is reset instead, and FILE removed: a connection that died without a word.
"""
import base64
import os
import select
import socket
import struct
import sys
import threading

log_path, mode = sys.argv[1], sys.argv[2:3]
argument = sys.argv[3] if len(sys.argv) > 3 else ""


def log(line):
    with open(log_path, "a") as file:
        file.write(line + "\n")


def head(client):
    data = b""
    while b"\r\n\r\n" not in data and len(data) < 65536:
        piece = client.recv(4096)
        if not piece:
            return None
        data += piece
    return data.decode("latin-1").split("\r\n")


def tunnel(client, server):
    while True:
        for ready in select.select([client, server], [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return
            if ready is client and mode == ["cut"] and os.path.exists(argument):
                os.remove(argument)
                log("CUT")
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            (server if ready is client else client).sendall(data)


def serve(client):
    with client:
        while lines := head(client):
            method, target = lines[0].split(" ")[:2]
            fields = {l.split(":", 1)[0].lower(): l.split(":", 1)[1].strip() for l in lines[1:] if ":" in l}
            log(f"{method} {target}")
            if mode == ["refuse"]:
                client.sendall(f"HTTP/1.1 {argument} No\r\nContent-Length: 0\r\n\r\n".encode())
                continue
            expected = "Basic " + base64.b64encode(argument.encode()).decode()
            if mode == ["login"] and fields.get("proxy-authorization") != expected:
                client.sendall(
                    b"HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n")
                continue
            host, port = target.rsplit(":", 1)
            with socket.create_connection((host, int(port))) as server:
                client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                tunnel(client, server)
                return


def quietly(client):
    try:
        serve(client)
    except OSError:
        pass


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=quietly, args=[listener.accept()[0]], daemon=True).start()
