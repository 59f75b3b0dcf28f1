"""A coordinator and site agents as processes on loopback, for measurements and for tests from outside.

Processes are ended by `Deployment.stop`, also when the caller fails; every wait is bounded.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "protocols/examples/heart-disease"
STUDY = "heart-disease-angiography"
SITES = ("cleveland", "budapest", "switzerland", "long-beach")
TICKS = os.sysconf("SC_CLK_TCK")


def run(*command, check=True, timeout=120):
    """Runs a program to its end; its output, or an error that shows what it said."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=timeout)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(check, seconds=20, what="something", pause=0.02):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return
        time.sleep(pause)
    raise RuntimeError(f"gave up waiting for {what}")


def cpu_seconds(pids):
    """User and system time of processes so far."""
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def status_kib(pid, name):
    """A line of /proc/PID/status, such as VmHWM, the peak of the resident size."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0


def read_rows(path, sql, values=(), patient=False):
    """Rows of a store that others write; None when it cannot be read right now, unless `patient`."""
    for _ in range(200 if patient else 1):
        try:
            connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0.5)
            try:
                return connection.execute(sql, values).fetchall()
            finally:
                connection.close()
        except sqlite3.OperationalError as error:
            problem = error
            time.sleep(0.02 if patient else 0)
    if patient:
        raise RuntimeError(f"{path}: {problem}")
    return None


class Deployment:
    """A coordinator with one tenant, in a folder of its own."""

    # Seconds by which the daemons' clocks differ from the machine's; debug builds read them from a file.
    clock_offset = 0

    def __init__(self, tools, folder, settings=None, clock_offset=0):
        self.clock_offset = clock_offset
        self.tools, self.folder = pathlib.Path(tools), pathlib.Path(folder)
        self.processes = []
        self.api, self.join = free_port(), free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        passphrase = self.folder / "passphrase"
        passphrase.write_text("on loopback only\n")
        passphrase.chmod(0o600)
        self.coordinator("init", "--directory", self.home, "--name", "test.equipoise.test", "--host", "127.0.0.1",
                         "--api-port", self.api, "--join-port", self.join, "--passphrase-file", passphrase)
        if settings:
            path = self.home / "coordinator.json"
            path.write_text(json.dumps(json.loads(path.read_text()) | settings))
        self.server = self.serve()
        self.vendor = self.make_tenant("vendor")

    @property
    def home(self):
        return self.folder / "coordinator"

    def make_tenant(self, name):
        out = self.folder / name
        self.coordinator("tenant", "create", "--profile", self.home / "operator", "--title", name,
                         "--root", self.home / "root", "--passphrase-file", self.folder / "passphrase", "--out", out)
        return out

    def serve(self, *prefix):
        process = self.start("coordinator", "serve", "--config", self.home / "coordinator.json", prefix=prefix)
        wait_until(lambda: accepts(self.api) or process.poll() is not None, what="the coordinator")
        if process.poll() is not None:
            raise RuntimeError(f"the coordinator ended: {process.log.read_text()}")
        return process

    def serve_traced(self, prefix):
        """Starts the server under another program, which may end it before it listens."""
        process = self.start("coordinator", "serve", "--config", self.home / "coordinator.json", prefix=prefix)
        wait_until(lambda: accepts(self.api) or process.poll() is not None, what="the coordinator")
        return process

    def publish(self, example=EXAMPLE, study=STUDY, features="features.json", model="lr.json"):
        self.coordinator("protocol", "publish", "--profile", self.vendor, example / "protocol.json")
        files = ["--model", example / model] + (["--features", example / features] if features else [])
        self.coordinator("model", "publish", "--profile", self.vendor, "--study", study, *files,
                         "--model-card", example / "model-card.json")

    def agent_folder(self, site):
        return self.folder / "agents" / site

    def fingerprint(self, site):
        status = self.agent("status", "--directory", self.agent_folder(site))
        return re.search(r"^fingerprint: (.*)$", status, re.MULTILINE).group(1)

    def join_site(self, site):
        invitation = self.folder / f"{site}.invitation.json"
        self.agent_folder(site).parent.mkdir(exist_ok=True)
        self.coordinator("site", "invite", "--profile", self.vendor, "--site", site, "--out", invitation)
        self.agent("join", "--invitation", invitation, "--directory", self.agent_folder(site))
        self.coordinator("site", "confirm", "--profile", self.vendor, "--site", site,
                         "--fingerprint", self.fingerprint(site))

    def register(self, site, data, declaration, policy=None, study=STUDY):
        files = ["--data", data, "--declaration", declaration] + (["--policy", policy] if policy else [])
        self.agent("dataset", "register", "--directory", self.agent_folder(site), "--study", study, *files)

    def register_example(self, site):
        folder = EXAMPLE / "sites" / site
        self.register(site, folder / "data.csv", folder / "dataset.json", folder / "policy.json")

    def release_automatically(self, site):
        """For approvals that come later: what an approval says is decided when it is given."""
        self.configure(site, release="automatic")

    def configure(self, site, **settings):
        (self.agent_folder(site) / "agent.json").write_text(json.dumps({
            "format": "urn:equipoise:agent-configuration:v1", "directory": str(self.agent_folder(site).resolve()),
            **settings}))

    def run_agent(self, site, prefix=()):
        return self.start("site-agent", "run", "--directory", self.agent_folder(site), prefix=prefix)

    def await_protocol(self, site, study=STUDY):
        def is_known():
            try:
                self.agent("protocol", "show", study, "--directory", self.agent_folder(site))
                return True
            except RuntimeError:
                return False

        wait_until(is_known, what=f"the protocol at {site}", pause=0.05)

    def approve(self, site, study=STUDY, phase="silent"):
        """Approves the protocol; the site's daemon tells the coordinator how far it consents."""
        self.await_protocol(site, study)
        self.agent("protocol", "approve", study, "--directory", self.agent_folder(site), "--name", "test",
                   "--reason", "test", "--phase", phase)

    def gate(self, study=STUDY):
        """Where the study stands."""
        return json.loads(self.coordinator("gate", "status", "--profile", self.vendor, "--study", study, "--json"))

    def await_consents(self, count, study=STUDY):
        wait_until(lambda: sum(site["consent"] != "none" for site in self.gate(study)["sites"]) == count,
                   seconds=60, what="the consents of the sites", pause=0.05)

    def advance(self, phase, study=STUDY):
        self.coordinator("gate", "advance", "--profile", self.vendor, "--study", study, "--to", phase)

    def open_round(self, deadline="10min", quorum=len(SITES), study=STUDY, phase="silent"):
        self.coordinator("round", "open", "--profile", self.vendor, "--study", study, "--phase", phase,
                         "--deadline", deadline, "--quorum", quorum)

    def await_round(self, study=STUDY, seconds=60):
        return run(self.tools / "coordinator", "round", "status", "--profile", self.vendor, "--study", study,
                   "--watch", timeout=seconds, check=False)

    def coordinator(self, *arguments):
        return run(self.tools / "coordinator", *arguments)

    def agent(self, *arguments):
        return run(self.tools / "site-agent", *arguments)

    def start(self, name, *arguments, prefix=()):
        log = self.folder / f"{name}-{len(self.processes)}.log"
        environment = dict(os.environ)
        if self.clock_offset:
            (self.folder / "clock-offset").write_text(f"{self.clock_offset}\n")
            environment["EQUIPOISE_CLOCK_OFFSET_FILE"] = str(self.folder / "clock-offset")
        with open(log, "w") as sink:
            process = subprocess.Popen([str(part) for part in (*prefix, self.tools / name, *arguments)],
                                       stdout=sink, stderr=sink, start_new_session=True, env=environment)
        process.log = log
        self.processes.append(process)
        return process

    def end(self, process, seconds=20):
        """Ends one process and waits for it."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return process.returncode

    def copy(self, target):
        """The same deployment, which must not run, in another folder and on other ports; nothing is started."""
        shutil.copytree(self.folder, target, symlinks=True)
        copy = object.__new__(Deployment)
        copy.tools, copy.folder, copy.processes = self.tools, pathlib.Path(target), []
        copy.api, copy.join, copy.vendor = free_port(), free_port(), copy.folder / self.vendor.name
        for path in copy.folder.rglob("*.json"):
            text = path.read_text()
            changed = text.replace(f":{self.api}", f":{copy.api}").replace(f":{self.join}", f":{copy.join}")
            changed = changed.replace(str(self.folder.resolve()), str(copy.folder.resolve()))
            if changed != text:
                path.write_text(changed)
        return copy

    def kill(self):
        """Ends everything at once."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()

    def stop(self):
        for process in reversed(self.processes):
            self.end(process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
