"""A server that does one thing wrong, or refuses one thing.

usage: odd_server.py http1 | old-tls | wants-client AUTHORITY | silent | garbage | closing, then CERTIFICATE KEY

Prints its port.
"""
import socket
import ssl
import sys
import threading
import time

mode, rest = sys.argv[1], sys.argv[2:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
if mode == "wants-client":
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(rest.pop(0))
context.load_cert_chain(*rest)
context.set_alpn_protocols(["http/1.1"] if mode == "http1" else ["h2"])
if mode == "old-tls":
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def serve(client):
    try:
        if mode == "silent":
            time.sleep(60)
        with context.wrap_socket(client, server_side=True, do_handshake_on_connect=False) as connection:
            try:
                connection.do_handshake()
            except OSError:
                # Closed at once, the alert could be overtaken by a reset.
                time.sleep(0.3)
                raise
            connection.recv(65536)
            if mode == "http1":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
            if mode == "garbage":
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" * 50)
                time.sleep(0.2)
    except OSError:
        client.close()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()
