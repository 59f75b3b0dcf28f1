"""What processes cost, read from /proc."""
import contextlib
import os
import pathlib
import subprocess

from wire import accepts, free_port, run, wait_until


def cpu_nanoseconds(pids):
    """Time on a processor so far, of all threads that live."""
    total = 0
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                total += int((task / "schedstat").read_text().split()[0])
    return total


def pin(pid, core):
    """Keeps all threads of a process on one core."""
    if (os.cpu_count() or 1) < 2:
        return
    for task in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(int(task), {core})


def proportional_kib(pid):
    """Memory of a process, with its share of what it shares."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError("the system does not tell a process's memory")


def enter_own_network():
    """Gives this process a loopback of its own, whose counters then count nothing else; needs root."""
    import ctypes
    clone_newnet = 0x40000000
    if ctypes.CDLL(None, use_errno=True).unshare(clone_newnet) != 0:
        return False
    run("ip", "link", "set", "lo", "up")
    return True


def loopback_bytes():
    """Bytes sent over loopback, with the headers of IP and TCP; a packet is counted once."""
    for line in pathlib.Path("/proc/self/net/dev").read_text().splitlines():
        if line.strip().startswith("lo:"):
            return int(line.split(":")[1].split()[8])
    raise RuntimeError("there is no loopback")


def self_signed_authority(deployment, folder):
    """The authority of the vendor's tenant as a root: nginx knows no other anchors, and so checks as many
    signatures as the coordinator does."""
    issuer = run("openssl", "x509", "-in", deployment.vendor / "client.pem", "-noout", "-issuer").split("CN = ")[1].strip()
    keys = deployment.home / "keys" / issuer.removeprefix("tenant ")
    extension = run("openssl", "x509", "-in", keys / "intermediate.pem", "-noout", "-ext", "subjectKeyIdentifier")
    authority = folder / "authority.pem"
    run("openssl", "req", "-x509", "-new", "-key", keys / "intermediate.key", "-subj", f"/CN={issuer}", "-days", "30",
        "-addext", "keyUsage=critical,keyCertSign", "-addext", f"subjectKeyIdentifier={extension.split()[-1]}",
        "-out", authority)
    return authority


@contextlib.contextmanager
def nginx(deployment, content):
    """nginx with the same certificates and TLS settings, answering the same bytes over HTTP/2."""
    folder = deployment.folder / "nginx"
    folder.mkdir()
    port, home = free_port(), deployment.home
    anchor = self_signed_authority(deployment, folder)
    (folder / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; error_log {folder}/error.log; pid {folder}/pid;
events {{ worker_connections 4096; }}
http {{ access_log off; server_tokens off; keepalive_requests 10000000; keepalive_timeout 900;
server {{ listen 127.0.0.1:{port} ssl http2; ssl_certificate {home}/server/server.pem;
ssl_certificate_key {home}/server/server.key; ssl_protocols TLSv1.3; ssl_session_tickets off;
ssl_session_cache off; ssl_ecdh_curve X25519:P-256:P-384; ssl_verify_client on; ssl_verify_depth 1;
ssl_client_certificate {anchor};
location / {{ default_type application/json; return 200 '{content.decode()}'; }} }} }}
""")
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: accepts(port), what="nginx")
        worker = int(run("pgrep", "-P", process.pid).split()[0])
        yield port, worker
    finally:
        process.terminate()
        process.wait()
