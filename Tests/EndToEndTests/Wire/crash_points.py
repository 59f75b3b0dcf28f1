#!/usr/bin/env python3
"""Ends the coordinator or an agent with SIGKILL before each of its writes, syncs, renames, truncates and sends, starts
it again, and checks what the promises say: nothing acknowledged is lost, nothing is counted twice, and the end is
reached.

    crash_points.py --tools DIR [--scenario round|gates|start|join|person|renewal …] [--who coordinator|agent …]
                    [--sample N] [--seed S] [--from N] [--to N] [--jobs N] [--verbose] [--keep]
    crash_points.py --probe

round    between the opening of a round and the receipts of all sites
start    the same, from the first instruction of the process on
gates    two sites consent to more, a reviewer signs, the study enters its next phase and is held, everybody acknowledges
join     a site joins with its invitation; whoever was interrupted runs the same command again
person   the same for a person, whose program counts as the agent
renewal  an agent takes a certificate for a new key

Without --scenario and --who all of them. Without --sample every point is tried, and then the next ones until a run
passes untouched. The last line is "N points, 0 failures in all" when all is well; the exit code is then 0. 77: this machine does not let us
trace. What a power cut does beyond SIGKILL, losing what was written and not synced, is not shown by this.
"""
import argparse
import concurrent.futures
import functools
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "scripts"))
sys.dont_write_bytecode = True
import end_at_call  # noqa: E402
import wire  # noqa: E402
from wire_checks import Checks, newest_round, receipted_assignments  # noqa: E402

SITES = ("budapest", "long-beach")
VICTIM = SITES[0]
WHO = ("coordinator", "agent")
KILLED = 137


def tracer(point, log, from_start=False):
    return (sys.executable, end_at_call.__file__, "--at", point, "--log", log, *(["--from-start"] if from_start else []), "--")


def can_trace():
    """Whether a process of ours can be stopped at its calls here."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log"
        command = (*tracer(1, log, True), "/bin/sh", "-c", f"echo x >{folder}/x")
        done = subprocess.run([str(part) for part in command], capture_output=True)
        return done.returncode == KILLED and log.read_text().startswith("1 write")


class Victim:
    """A process that may be ended at a call, and what it did until then."""

    def __init__(self, process, log):
        self.process, self.log, self.calls = process, log, []

    def count_from_here(self):
        self.process.send_signal(signal.SIGUSR1)
        wire.wait_until(lambda: self.log.exists() or self.is_over, what="the tracer", pause=0.002)

    def count_no_further(self):
        """Returns when no call ends the process any more."""
        if not self.is_over:
            self.process.send_signal(signal.SIGUSR2)
        wire.wait_until(lambda: self.is_over or self.has_stopped_counting(), what="the tracer", pause=0.002)

    def has_stopped_counting(self):
        return self.log.exists() and self.log.read_text().splitlines()[-1:] == [end_at_call.DONE]

    @property
    def is_over(self):
        return self.process.poll() is not None

    def read_calls(self):
        """To be called before the folder is removed."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.calls = [line for line in lines if line != end_at_call.DONE]


class Attempt:
    """One run of a scenario in a copy of the template."""

    def __init__(self, template, who, point):
        self.deployment, self.who, self.point = template.copy(f"{who}-{point}"), who, point
        self.victim, self.was_ended = None, False

    def traced(self, from_start=False):
        log = self.deployment.folder / "calls.txt"
        return tracer(self.point, log, from_start), log

    def serve(self, from_start=False):
        """The coordinator, under the tracer when it is the one that is to end."""
        deployment = self.deployment
        if self.who != "coordinator":
            deployment.server = deployment.serve()
            return
        prefix, log = self.traced(from_start)
        deployment.server = deployment.serve_traced(prefix)
        self.victim = Victim(deployment.server, log)

    def serve_again(self):
        """Whether the coordinator had ended; it runs then."""
        if self.deployment.server.poll() is None:
            return False
        self.note_end(self.deployment.server.returncode, "the coordinator")
        self.deployment.server = self.deployment.serve()
        return True

    def note_end(self, code, whose):
        if code != KILLED or self.was_ended:
            raise RuntimeError(f"{whose} ended by itself with {code}")
        self.was_ended = True

    def last_call(self):
        return self.victim.calls[-1] if self.was_ended and self.victim and self.victim.calls else "untouched"


class RoundTemplate:
    """A study in its first phase, with the consents of its sites, which have counted nothing yet."""

    def __init__(self, tools, folder, name="template", settings=None, clock_offset=0):
        self.folder = folder
        self.deployment = wire.Deployment(tools, folder / name, settings, clock_offset)
        with self.deployment as deployment:
            self.fill(deployment)

    def fill(self, deployment):
        deployment.publish(example=self.small_study())
        for site in SITES:
            deployment.join_site(site)
            deployment.register_example(site)
            deployment.release_automatically(site)
        agents = [deployment.run_agent(site) for site in SITES]
        for site in SITES:
            deployment.approve(site)
        deployment.await_consents(len(SITES))
        deployment.advance("silent")
        for site in SITES:
            wire.wait_until(lambda: self.has_said_all(deployment, site), what=f"what {site} has to say")
        for agent in agents:
            deployment.end(agent)

    @staticmethod
    def has_said_all(deployment, site):
        """Whether its grant was acknowledged, and so nothing but the round is left to be said."""
        rows = wire.read_rows(deployment.agent_folder(site) / "site.sqlite",
                              "SELECT kind FROM own_statements WHERE state = 'recorded'")
        return rows is not None and {kind for kind, in rows} == {"consent", "acknowledgement"}

    def small_study(self):
        """The example's study with the sites of this test only."""
        folder = self.folder / "study"
        shutil.copytree(wire.EXAMPLE, folder, ignore=shutil.ignore_patterns("sites"))
        document = json.loads((folder / "protocol.json").read_text())
        document["sites"] = [site for site in document["sites"] if site["id"] in SITES]
        document["phases"][0]["minimum"]["sites"] = len(SITES)
        write_canonical(folder / "protocol.json", document)
        return folder

    def copy(self, name):
        return self.deployment.copy(self.folder / name)


class RoundScenario:
    """One round; with `from_start`, whoever is to end may do so before it is at work."""

    def __init__(self, tools, folder, from_start=False):
        self.template, self.from_start = RoundTemplate(tools, folder), from_start

    def run(self, attempt):
        self.prepare(attempt)
        self.open(attempt)
        wire.wait_until(
            lambda: self.is_over(attempt), seconds=90, what="the end of the round and its receipts", pause=0.02)
        if attempt.victim:
            attempt.victim.count_no_further()
        self.revive(attempt)

    def prepare(self, attempt):
        deployment = attempt.deployment
        attempt.serve(self.from_start)
        attempt.agents = {}
        for site in SITES:
            prefix = ()
            if attempt.who == "agent" and site == VICTIM:
                prefix, log = attempt.traced(self.from_start)
            attempt.agents[site] = deployment.run_agent(site, prefix=prefix)
            if prefix:
                attempt.victim = Victim(attempt.agents[site], log)
        if self.from_start:
            self.revive(attempt)
        else:
            for site in SITES:
                log = attempt.agents[site].log
                wire.wait_until(lambda: "agent started" in log.read_text(), what=f"the agent of {site}")
            attempt.victim.count_from_here()

    def revive(self, attempt):
        if attempt.who == "coordinator":
            attempt.serve_again()
        for site, agent in attempt.agents.items():
            if agent.poll() is not None:
                if attempt.who != "agent" or site != VICTIM:
                    raise RuntimeError(f"the agent of {site} ended: {agent.log.read_text()}")
                attempt.note_end(agent.returncode, "the agent")
                attempt.agents[site] = attempt.deployment.run_agent(site)

    def open(self, attempt):
        """Opens the round as a person would: who got no answer looks whether there is one before trying again."""
        deployment = attempt.deployment
        attempt.acknowledged = None
        for _ in range(3):
            try:
                answer = deployment.coordinator(
                    "round", "open", "--profile", deployment.vendor, "--study", wire.STUDY, "--phase", "silent",
                    "--deadline", "10min", "--quorum", len(SITES), "--json")
                attempt.acknowledged = json.loads(answer)["round"]
                return
            except RuntimeError:
                wire.wait_until(lambda: attempt.serve_again(), seconds=10, what="the reason why no round was opened")
                if newest_round(deployment):
                    return
        raise RuntimeError("no round could be opened")

    def is_over(self, attempt):
        self.revive(attempt)
        _, _, state = newest_round(attempt.deployment) or (0, None, "open")
        return state != "open" and all(
            receipted_assignments(attempt.deployment, site) for site in SITES)

    def check(self, attempt):
        return Checks(attempt.deployment, SITES).after_round(attempt.acknowledged)

    essence = staticmethod(lambda attempt: Checks(attempt.deployment, SITES).essence())


class GatesTemplate(RoundTemplate):
    """A study in its first phase that passed a round, with the decision that opens the next one, signed and not brought."""

    reviewer, role = "Ada Marsh", "sponsor"

    def fill(self, deployment):
        run = functools.partial(wire.run, deployment.tools / "evidence")
        self.fingerprint = json.loads(run("keys", "create", "--out", deployment.folder / "keys", "--json"))["fingerprint"]
        super().fill(deployment)
        agents = [deployment.run_agent(site) for site in SITES]
        deployment.open_round(quorum=len(SITES))
        deployment.await_round()
        for site in SITES:
            wire.wait_until(lambda: receipted_assignments(deployment, site), what=f"the receipt at {site}")
        package = deployment.folder / "review.evb.zip"
        deployment.coordinator("gate", "review", "--profile", deployment.vendor, "--study", wire.STUDY, "--out", package)
        run("sign-off", package, "--keys", deployment.folder / "keys", "--role", self.role, "--decision", "approve",
            "--no-conflicts", "--name", self.reviewer, "--out", deployment.folder / "sign-off.json")
        for agent in agents:
            deployment.end(agent)

    def small_study(self):
        folder = super().small_study()
        document = json.loads((folder / "protocol.json").read_text())
        silent = document["phases"][0]
        # A criterion that the sites meet, and one person who signs.
        silent["goCriteria"] = [item | {"limit": "0.1", "coverage": item["coverage"] | {"minimumSites": 2}}
                                for item in silent["goCriteria"] if item["id"] == "specificity-pooled"]
        silent["minimum"] |= {"rows": 100, "events": 10}
        silent["signOffs"] = [{"role": self.role, "person": self.reviewer, "organisation": "elsewhere",
                               "fingerprint": self.fingerprint, "independence": []}]
        limited = json.loads(json.dumps(silent)) | {"phase": "limited", "signOffs": []}
        for item in limited["goCriteria"] + limited["stopCriteria"]:
            item["id"] += "-limited"
        document["phases"] = [silent, limited]
        write_canonical(folder / "protocol.json", document)
        return folder


class GatesScenario(RoundScenario):
    """Consents, a signature, a phase, a hold and what the sites say of all that."""

    def __init__(self, tools, folder):
        self.template, self.from_start = GatesTemplate(tools, folder), False

    def run(self, attempt):
        self.prepare(attempt)
        deployment = attempt.deployment
        for site in SITES:
            deployment.agent("consent", "--directory", deployment.agent_folder(site), "--study", wire.STUDY,
                             "--phase", "limited", "--name", "test", "--reason", "test")
        checks = Checks(deployment, SITES)
        self.wait(attempt, lambda: checks.event_count("consentRecorded", phase="limited") == len(SITES), "the consents")
        gate = ("--profile", deployment.vendor, "--study", wire.STUDY)
        self.insist(attempt, lambda: checks.event_count("decisionRecorded"), "submit", *gate,
                    deployment.folder / "sign-off.json")
        self.insist(attempt, lambda: checks.event_count("phaseEntered", phase="limited"), "advance", *gate, "--to", "limited")
        self.wait(attempt, lambda: checks.event_count("acknowledged", about="grant", number=2) == len(SITES), "the grants")
        self.insist(attempt, lambda: checks.event_count("held"), "hold", *gate, "--reason", "test")
        self.wait(attempt, lambda: checks.event_count("acknowledged", about="stopOrder") == len(SITES), "the orders")
        self.wait(attempt, lambda: all(checks.has_said_all(site) for site in SITES), "what the sites have to say")
        attempt.victim.count_no_further()
        self.revive(attempt)

    def wait(self, attempt, check, what):
        def holds():
            self.revive(attempt)
            return check()

        wire.wait_until(holds, seconds=90, what=what)

    def insist(self, attempt, is_done, *command):
        """As a person would: who got no answer looks whether it was done before trying again."""
        for _ in range(3):
            try:
                attempt.deployment.coordinator("gate", *command)
                return
            except RuntimeError as error:
                problem = error
                wire.wait_until(lambda: attempt.serve_again(), seconds=10, what=f"the reason of: {error}")
                if is_done():
                    return
        raise problem

    def check(self, attempt):
        return Checks(attempt.deployment, SITES).after_gates()

    essence = staticmethod(lambda attempt: None)


class JoinScenario:
    """A hospital's IT joins with its invitation, and does so again when that was interrupted."""

    tool = "site-agent"

    def __init__(self, tools, folder):
        self.template = JoinTemplate(tools, folder)

    @staticmethod
    def command(deployment):
        return ("join", "--invitation", deployment.folder / "invitation.json", "--directory",
                deployment.agent_folder(VICTIM))

    def run(self, attempt):
        deployment = attempt.deployment
        attempt.serve()
        if attempt.who == "coordinator":
            attempt.victim.count_from_here()
        command = self.command(deployment)
        prefix = ()
        if attempt.who == "agent":
            prefix, log = attempt.traced(from_start=True)
        for _ in range(3):
            process = deployment.start(self.tool, *command, prefix=prefix)
            if prefix:
                attempt.victim, prefix = Victim(process, log), ()
            code = process.wait(60)
            said = process.log.read_text()
            if code == 0 or "already joined" in said or "joined already" in said:
                break
            if attempt.who == "agent":
                attempt.note_end(code, f"join, which said {said},")
            else:
                wire.wait_until(lambda: attempt.serve_again(), seconds=10, what=f"the reason of: {said}")
        else:
            raise RuntimeError(f"nobody joined: {said}")
        attempt.victim.count_no_further()
        if attempt.who == "coordinator":
            # It may have ended after the answer had left.
            attempt.serve_again()

    def check(self, attempt):
        return Checks(attempt.deployment, [VICTIM]).after_join(VICTIM)

    essence = staticmethod(lambda attempt: None)


class JoinTemplate(RoundTemplate):
    def fill(self, deployment):
        deployment.agent_folder(VICTIM).parent.mkdir()
        deployment.coordinator("site", "invite", "--profile", deployment.vendor, "--site", VICTIM, "--out",
                               deployment.folder / "invitation.json")


class PersonScenario(JoinScenario):
    """A person joins with an invitation, and does so again when that was interrupted."""

    tool = "coordinator"

    def __init__(self, tools, folder):
        self.template = PersonTemplate(tools, folder)

    @staticmethod
    def command(deployment):
        return ("join", deployment.folder / "invitation.json", "--profile", deployment.folder / "person")

    def check(self, attempt):
        return Checks(attempt.deployment, []).after_person(attempt.deployment.folder / "person")


class PersonTemplate(RoundTemplate):
    def fill(self, deployment):
        deployment.coordinator("user", "invite", "--profile", deployment.vendor, "--role", "reviewer", "--name", "Ada",
                               "--out", deployment.folder / "invitation.json")


class RenewalScenario:
    """An agent whose certificate is past its half-life when it starts."""

    # 110 seconds of the certificates' life are left.
    longest_age = 60

    def __init__(self, tools, folder):
        self.tools, self.folder, self.lock = tools, folder, threading.Lock()
        self.number, self.end = 0, 0

    @property
    def template(self):
        """Made again before its certificates end."""
        with self.lock:
            if time.monotonic() > self.end:
                self.number += 1
                self.end = time.monotonic() + self.longest_age
                self.current = RenewalTemplate(self.tools, self.folder, f"template-{self.number}")
            return self.current

    def run(self, attempt):
        deployment = attempt.deployment
        before = read(deployment.agent_folder(VICTIM) / "tls/client.pem")
        attempt.serve()
        prefix = ()
        if attempt.who == "agent":
            prefix, log = attempt.traced(from_start=True)
        else:
            attempt.victim.count_from_here()
        attempt.agent = deployment.run_agent(VICTIM, prefix=prefix)
        if prefix:
            attempt.victim = Victim(attempt.agent, log)

        def is_over():
            if attempt.who == "coordinator":
                attempt.serve_again()
            if attempt.agent.poll() is not None:
                if attempt.who != "agent":
                    raise RuntimeError(f"the agent ended: {attempt.agent.log.read_text()}")
                attempt.note_end(attempt.agent.returncode, "the agent")
                attempt.agent = deployment.run_agent(VICTIM)
            tls = deployment.agent_folder(VICTIM) / "tls"
            return read(tls / "client.pem") != before and not any(
                (tls / part).exists() for part in ("next/client.pem", "previous/client.key", "previous/client.pem"))

        wire.wait_until(is_over, seconds=90, what="the renewal", pause=0.02)
        attempt.victim.count_no_further()
        is_over()

    def check(self, attempt):
        return Checks(attempt.deployment, [VICTIM]).after_renewal(VICTIM, attempt.agent)

    essence = staticmethod(lambda attempt: None)


class RenewalTemplate(RoundTemplate):
    def __init__(self, tools, folder, name):
        # Made by a coordinator whose clock is behind: half of the life, and the most that is waited after it by
        # chance, are over at once, and another certificate is not due for minutes.
        super().__init__(tools, folder, name, {"agentLifetime": "300s"}, clock_offset=-190)

    def fill(self, deployment):
        deployment.join_site(VICTIM)
        # Otherwise the first answer comes when something is new, or half a minute later.
        deployment.configure(VICTIM, pollWaitSeconds=0)


def read(path):
    return path.read_bytes() if path.exists() else None


def write_canonical(path, document):
    path.write_text(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


SCENARIOS = {
    "round": RoundScenario, "gates": GatesScenario, "join": JoinScenario, "person": PersonScenario, "renewal": RenewalScenario,
    "start": lambda tools, folder: RoundScenario(tools, folder, from_start=True),
}


class Runner:
    """All points of one scenario and one kind of process."""

    def __init__(self, options, scenario, name, who):
        self.options, self.scenario, self.who, self.title = options, scenario, who, f"{name}, {who}"
        self.expected, self.failures, self.tried = None, 0, 0

    def attempt(self, point):
        attempt = Attempt(self.scenario.template, self.who, point)
        problems = []
        with attempt.deployment as deployment:
            try:
                self.scenario.run(attempt)
                problems = self.scenario.check(attempt)
                if not problems and self.expected is not None and self.scenario.essence(attempt) != self.expected:
                    problems = ["aggregates, matrix or verdicts differ from those of an undisturbed run"]
                if point == 0:
                    self.expected = self.scenario.essence(attempt)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                problems = [str(error)]
            if attempt.victim:
                attempt.victim.read_calls()
            if problems and self.options.verbose:
                problems += [f"--- {log.name}\n{log.read_text()[-2000:]}" for log in deployment.folder.glob("*.log")]
                problems += attempt.victim.calls[-10:] if attempt.victim else []
            # What is to be seen was seen; nobody waits for a drain.
            deployment.kill()
        if not (problems and self.options.keep):
            shutil.rmtree(attempt.deployment.folder, ignore_errors=True)
        return attempt, problems

    def report(self, attempt, problems):
        self.tried += 1
        self.failures += bool(problems)
        if problems or self.options.verbose:
            print(f"{self.title}, point {attempt.point}: {attempt.last_call()}"
                  + "".join(f"\n  {problem}" for problem in problems), flush=True)

    def run(self):
        undisturbed, problems = self.attempt(0)
        if problems:
            self.failures += 1
            print(f"{self.title}, undisturbed: " + "\n".join(problems), flush=True)
            return
        calls = undisturbed.victim.calls
        print(f"{self.title}: {len(calls)} calls in an undisturbed run", flush=True)
        if self.options.verbose:
            print("\n".join(calls), flush=True)
        points = list(range(self.options.first, min(len(calls), self.options.last) + 1))
        if self.options.sample:
            points = sorted(random.Random(self.options.seed).sample(points, min(self.options.sample, len(points))))
        started = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            for attempt, problems in pool.map(self.attempt, points):
                self.report(attempt, problems)
        # Runs differ by some calls: on, until one is not touched.
        point = len(calls)
        while not self.options.sample and point < self.options.last:
            point += 1
            attempt, problems = self.attempt(point)
            self.report(attempt, problems)
            if not attempt.was_ended:
                break
        seconds = (time.monotonic() - started) / max(1, self.tried)
        print(f"{self.title}: {self.tried} points, {self.failures} failures, "
              f"{seconds:.1f} seconds a point", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tools", default="")
    parser.add_argument("--who", choices=WHO, nargs="+", default=WHO)
    parser.add_argument("--scenario", choices=SCENARIOS, nargs="+", default=list(SCENARIOS))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--to", dest="last", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=3, help="runs at a time; most of a run is waiting")
    parser.add_argument("--verbose", action="store_true", help="list every call and show logs of failures")
    parser.add_argument("--probe", action="store_true", help="only say whether this machine lets us trace")
    parser.add_argument("--keep", action="store_true", help="keep the folders of failures")
    options = parser.parse_args()
    if not can_trace():
        print("processes cannot be traced here: ptrace or seccomp is not allowed")
        return 77
    if options.probe:
        return 0
    folder = pathlib.Path(tempfile.mkdtemp(prefix="equipoise-crash-"))
    tried = failures = 0
    try:
        for name in options.scenario:
            (folder / name).mkdir()
            scenario = SCENARIOS[name](options.tools, folder / name)
            for who in options.who:
                runner = Runner(options, scenario, name, who)
                runner.run()
                tried, failures = tried + runner.tried, failures + runner.failures
        print(f"{tried} points, {failures} failures in all")
        return 1 if failures else 0
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
