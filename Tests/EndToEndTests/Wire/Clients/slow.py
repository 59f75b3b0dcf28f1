"""A client that never ends its handshake. Prints the seconds after which the server had enough.

usage: slow.py PORT silence|drip
"""
import socket
import sys
import time

start = time.monotonic()
raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=15)
# The head of a record that announces 512 bytes of a client's hello, byte by byte.
hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)
raw.settimeout(0.5)
for at in range(50):
    try:
        if sys.argv[2] == "drip":
            raw.sendall(hello[at:at + 1])
        if not raw.recv(1):
            break
    except TimeoutError:
        continue
    except OSError:
        break
print(f"{time.monotonic() - start:.2f}")
