"""CPU of a request and of a handshake, beside nginx: rounds in turn, so that both meet the same machine."""
import statistics
import subprocess

from measures.http2 import Client, client_context
from measures.processes import cpu_nanoseconds

PATH = "/v1/health"


def side_by_side(deployment, nginx, work, rounds):
    """Medians over the rounds of CPU microseconds a piece; `work(port)` does pieces and returns how many."""
    peer_port, peer = nginx
    found = {"coordinator": [], "nginx": []}
    for turn in range(rounds + 1):
        for name, port, pid in (("nginx", peer_port, peer), ("coordinator", deployment.api, deployment.server.pid)):
            before = cpu_nanoseconds([pid])
            count = work(port)
            if turn:  # the first one warms up
                found[name].append((cpu_nanoseconds([pid]) - before) / count / 1000)
    medians = {name: statistics.median(values) for name, values in found.items()}
    ratios = [ours / theirs for ours, theirs in zip(found["coordinator"], found["nginx"])]
    return medians | {"ratio": statistics.median(ratios), "ratioRange": [min(ratios), max(ratios)]}


def curl_requests(deployment, nginx, count=5000, rounds=7):
    """One request at a time on a kept connection, by curl on the caller's core."""
    profile = deployment.vendor

    def work(port):
        done = subprocess.run(
            ["curl", "-sS", "--http2", "--cert", profile / "client.pem", "--key",
             profile / "client.key", "--cacert", profile / "server-ca.pem", "-o", "/dev/null", "-w", "%{http_code}\\n",
             f"https://127.0.0.1:{port}{PATH}#[1-{count}]"], capture_output=True, text=True, timeout=120)
        if done.stdout.split().count("200") != count:
            raise RuntimeError(f"curl: {done.stdout.split().count('200')} of {count} answered: {done.stderr[:500]}")
        return count

    return side_by_side(deployment, nginx, work, rounds)


def batched_requests(deployment, nginx, at_once, count=4000, rounds=7):
    """Several requests at a time on a kept connection; by a client of ours, since h2load 1.52 takes no
    client certificate."""
    context = client_context(deployment.vendor)
    clients = {}

    def work(port):
        # A new connection before the server would ask for one.
        if port not in clients or clients[port].next_stream + 2 * count > 2 * 9_000:
            if port in clients:
                clients[port].close()
            clients[port] = Client(context, port)
        for _ in range(count // at_once):
            clients[port].send(PATH, at_once)
            clients[port].receive(at_once)
        return count // at_once * at_once

    found = side_by_side(deployment, nginx, work, rounds)
    for client in clients.values():
        client.close()
    return found


def handshakes(deployment, nginx, count=150, rounds=7):
    """A full handshake with client certificate, one request, and the close."""
    context = client_context(deployment.vendor)

    def work(port):
        for _ in range(count):
            client = Client(context, port)
            client.get(PATH)
            client.close()
        return count

    return side_by_side(deployment, nginx, work, rounds)
