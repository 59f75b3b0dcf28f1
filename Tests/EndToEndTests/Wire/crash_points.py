#!/usr/bin/env python3
"""Ends the coordinator or an agent with SIGKILL at its N-th write, sync, rename or truncate during a round, starts it
again, and checks what the promises say: the round ends, nothing acknowledged is lost, nothing is counted twice.

    crash_points.py --tools DIR --who coordinator|agent [--sample N] [--seed S] [--from N] [--to N]

Without --sample every point is tried, until a run passes untouched. Needs strace. The last line is
"N points, 0 failures" when all is well; the exit code is then 0.
"""
import argparse
import json
import pathlib
import random
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "scripts"))
sys.dont_write_bytecode = True
import wire  # noqa: E402

CALLS = "write,pwrite64,writev,fsync,fdatasync,ftruncate,rename,unlink,sendto,sendmsg"
SITES = wire.SITES


class Template:
    """A deployment whose sites have joined and approved, stopped just before its first round."""

    def __init__(self, tools, folder):
        self.deployment = wire.Deployment(tools, folder / "template")
        with self.deployment as deployment:
            deployment.publish()
            for site in SITES:
                deployment.join_site(site)
                deployment.register_example(site)
                deployment.release_automatically(site)
            # One round, so that protocols are known and approved and the next one is only work.
            agents = [deployment.run_agent(site) for site in SITES]
            deployment.open_round()
            for site in SITES:
                deployment.approve(site)
            deployment.await_round()
            for agent in agents:
                deployment.end(agent)
        self.folder = folder

    def copy(self, number):
        """The same deployment in another folder, with other ports."""
        target = self.folder / f"run-{number}"
        shutil.copytree(self.deployment.folder, target, symlinks=True)
        copy = object.__new__(wire.Deployment)
        copy.tools, copy.folder, copy.processes = self.deployment.tools, target, []
        copy.api, copy.join = wire.free_port(), wire.free_port()
        copy.vendor = target / "vendor"
        for path in target.rglob("*.json"):
            text = path.read_text()
            changed = text.replace(f":{self.deployment.api}", f":{copy.api}").replace(
                f":{self.deployment.join}", f":{copy.join}").replace(str(self.deployment.folder), str(target))
            if changed != text:
                path.write_text(changed)
        return copy


def strace(point, log):
    return ("strace", "-f", "-qq", "-o", str(log), "-e", f"trace={CALLS}",
            "-e", f"inject={CALLS}:signal=KILL:when={point}")


def essence(deployment):
    """What a finished round must look like, however often somebody was ended: without ids, times and signatures."""
    out = deployment.folder / "export"
    deployment.coordinator("round", "export", "--profile", deployment.vendor, "--study", wire.STUDY, "--out", out)
    files = sorted(out.rglob("aggregate.json")) + sorted((out / "matrix").rglob("*.json"))
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def check(deployment, expected):
    """Everything that must hold after the round."""
    problems = []
    status = json.loads(deployment.coordinator(
        "round", "status", "--profile", deployment.vendor, "--study", wire.STUDY, "--json"))
    if status["state"] != "complete":
        problems.append(f"the round is {status['state']}")
    for site in status["sites"]:
        if site["state"] != "accepted" or site["conflicts"] != 0:
            problems.append(f"{site['site']} is {site['state']} with {site['conflicts']} conflicts")
    if not problems and essence(deployment) != expected:
        problems.append("aggregates, matrix or verdicts differ from those of an undisturbed round")
    deployment.coordinator("audit", "verify", "--profile", deployment.vendor)
    for site in SITES:
        deployment.agent("egress", "verify", "--directory", deployment.agent_folder(site))
    return problems


def attempt(deployment, who, point):
    """Runs a round in which the N-th call ends one process; returns whether it was ended."""
    trace = deployment.folder / "strace.log"
    if who == "coordinator":
        deployment.server = deployment.serve_traced(strace(point, trace)) if point else deployment.serve()
    else:
        deployment.server = deployment.serve()
    agents = {site: deployment.run_agent(site) for site in SITES[1:]}
    victim = SITES[0]
    prefix = strace(point, trace) if who == "agent" and point else ()
    agents[victim] = deployment.run_agent(victim, prefix=prefix)

    killed = False

    def revive():
        nonlocal killed
        if who == "coordinator" and deployment.server.poll() is not None:
            killed = True
            deployment.server = deployment.serve()
        if who == "agent" and agents[victim].poll() is not None:
            killed = True
            agents[victim] = deployment.run_agent(victim)

    for _ in range(3):
        revive()
        try:
            deployment.open_round()
            break
        except RuntimeError:
            # The coordinator may have ended after it kept the round and before it said so.
            wire.wait_until(lambda: deployment.server.poll() is not None, seconds=5, what="the end of the coordinator")
            revive()
            study = json.loads(deployment.coordinator(
                "study", "show", "--profile", deployment.vendor, "--study", wire.STUDY, "--json"))
            if len(study["rounds"]) > 1:
                break

    def is_over():
        revive()
        try:
            status = json.loads(wire.run(
                deployment.tools / "coordinator", "round", "status", "--profile", deployment.vendor, "--study",
                wire.STUDY, "--json", timeout=20))
        except (RuntimeError, ValueError):
            return False
        return status["state"] != "open"

    wire.wait_until(is_over, seconds=60, what="the end of the round", pause=0.05)
    # The receipts of the last answers are on their way still.
    wire.wait_until(lambda: all_receipted(deployment), seconds=30, what="receipts at every site", pause=0.1)
    revive()
    return killed


def all_receipted(deployment):
    for site in SITES:
        status = json.loads(deployment.agent("status", "--directory", deployment.agent_folder(site), "--json"))
        if any(item["state"] != "receipted" for item in status["outbox"]):
            return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tools", required=True)
    parser.add_argument("--who", choices=("coordinator", "agent"), required=True)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--to", dest="last", type=int, default=400)
    options = parser.parse_args()
    failures, tried = [], 0
    with tempfile.TemporaryDirectory(prefix="equipoise-crash-") as name:
        template = Template(options.tools, pathlib.Path(name))
        with template.copy(0) as undisturbed:
            attempt(undisturbed, options.who, None)
            expected = essence(undisturbed)
        points = range(options.first, options.last + 1)
        if options.sample:
            points = sorted(random.Random(options.seed).sample(list(points), options.sample))
        for point in points:
            deployment = template.copy(point)
            try:
                with deployment:
                    was_killed = attempt(deployment, options.who, point)
                    problems = check(deployment, expected)
            except RuntimeError as error:
                was_killed, problems = True, [str(error)]
            tried += 1
            print(f"{options.who} at call {point}: {'ended' if was_killed else 'untouched'}"
                  f"{'; ' + '; '.join(problems) if problems else ''}", flush=True)
            if problems:
                failures.append(point)
                for log in sorted(deployment.folder.glob("*.log")):
                    print(f"--- {log.name}\n{log.read_text()[-1500:]}", flush=True)
            shutil.rmtree(deployment.folder, ignore_errors=True)
            if not was_killed and not options.sample:
                break
    print(f"{tried} points, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
