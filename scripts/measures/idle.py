"""Agents that wait: memory a connection, and bytes on the wire while nothing happens."""
import re
import resource
import selectors
import subprocess
import time

from measures.http2 import Client, DATA, END_STREAM, client_context
from measures.processes import cpu_nanoseconds, proportional_kib
from wire import status_kib

POLL = "/v1/assignments?after=9007199254740991&wait=25"
IP_AND_TCP = 52  # IPv4 and TCP with timestamps, a packet


def idle_agents(deployment, profile, counts=(500, 1000, 2000)):
    """Holds long polls open as agents do, and reads the coordinator's memory at each number of them."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
    if limit[1] < counts[-1] + 100:
        raise RuntimeError(f"needs {counts[-1] + 100} open files; raise the hard limit (ulimit -Hn)")
    context = client_context(profile)
    selector = selectors.DefaultSelector()
    clients = []
    pid = deployment.server.pid

    def serve(seconds):
        """Asks again for every poll that ends, as an agent does."""
        end = time.monotonic() + seconds
        polls = 0
        while (left := end - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                client = key.data
                if any(kind == DATA and flags & END_STREAM for kind, flags, _, _ in client.frames()):
                    client.send(POLL)
                    polls += 1
        return polls

    sizes = {0: proportional_kib(pid)}
    try:
        for count in counts:
            while len(clients) < count:
                client = Client(context, deployment.api)
                client.send(POLL)
                selector.register(client.socket, selectors.EVENT_READ, client)
                clients.append(client)
                if len(clients) % 100 == 0:
                    serve(0.01)
            serve(2)
            sizes[count] = proportional_kib(pid)
        before, start = cpu_nanoseconds([pid]), time.monotonic()
        # Longer than a poll, so that each has been answered and asked again.
        polls = serve(30)
        elapsed = time.monotonic() - start
        after_cycle = proportional_kib(pid)
        cpu = (cpu_nanoseconds([pid]) - before) / 1e9 / elapsed
    finally:
        for client in clients:
            client.close()
    first, last = counts[0], counts[-1]
    return {
        "KiB": sizes, "KiBAfterACycle": after_cycle,
        "KiBAnAgent": (max(sizes[last], after_cycle) - sizes[0]) / last,
        "KiBAnAgentSlope": (sizes[last] - sizes[first]) / (last - first),
        "peakKiB": status_kib(pid, "VmHWM"), "pollsAnswered": polls, "coresWhileIdle": cpu,
    }


def idle_traffic(agent, port, seconds=77):
    """Bytes a second of a real agent's connections, both ways, with the headers of IP and TCP."""
    def counters():
        lines = subprocess.run(["ss", "-tinpO", f"dport = :{port}"], capture_output=True, text=True).stdout.splitlines()
        payload = packets = 0
        for line in lines:
            if f"pid={agent.pid}," in line:
                values = dict(re.findall(r"(bytes_sent|bytes_received|segs_out|segs_in):(\d+)", line))
                payload += int(values.get("bytes_sent", 0)) + int(values.get("bytes_received", 0))
                packets += int(values.get("segs_out", 0)) + int(values.get("segs_in", 0))
        return payload, packets

    time.sleep(30)  # its first questions and the second connection are over
    payload, packets = counters()
    if packets == 0:
        raise RuntimeError("ss does not show the agent's connections")
    time.sleep(seconds)
    later = counters()
    content, headers = later[0] - payload, (later[1] - packets) * IP_AND_TCP
    return {"payloadBytesASecond": content / seconds, "bytesASecond": (content + headers) / seconds}
