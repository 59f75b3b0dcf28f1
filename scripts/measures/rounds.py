"""Whole rounds with real agents: how long, how much memory, how many bytes, how many submissions a minute."""
import json
import pathlib
import re
import resource
import statistics
import subprocess
import time

from measures import studies
from measures.processes import cpu_nanoseconds, loopback_bytes
from wire import Deployment, accepts, run, status_kib, wait_until


def prepare(deployment, study, folder, sites, data, **publish):
    """Joins the sites, registers their data and approves the protocol at each, with a first round."""
    deployment.publish(folder, study, **publish)
    for site in sites:
        deployment.join_site(site)
        deployment.register(site, *data(site), study=study)
        deployment.release_automatically(site)
    agents = {site: deployment.run_agent(site) for site in sites}
    for site in sites:
        deployment.approve(site, study)
    deployment.await_consents(len(sites), study)
    deployment.advance("silent", study)
    deployment.open_round(quorum=len(sites), study=study)
    expect_complete(deployment, study)
    return agents


def expect_complete(deployment, study, seconds=120):
    deployment.await_round(study, seconds)
    status = json.loads(deployment.coordinator("round", "status", "--profile", deployment.vendor, "--study", study,
                                               "--json"))
    if state(status) != "complete":
        raise RuntimeError(f"the round did not end well: {json.dumps(status)[:800]}")


def state(status):
    return status["state"] if "state" in status else status["round"]["state"]


def one_round(deployment, study, sites):
    """Seconds from opening a round to its matrix, as the vendor's commands see it."""
    start = time.monotonic()
    deployment.open_round(quorum=len(sites), study=study)
    deployment.await_round(study, 60)
    return time.monotonic() - start


def readmission_round(deployment, data, has_own_network, rounds=7):
    """Four sites with 101,766 rows: from the start of five processes to the merged matrix, and rounds after it."""
    folder = deployment.folder / "study"
    studies.diabetes(data, folder)
    study, sites = studies.DIABETES, studies.DIABETES_SITES
    agents = prepare(deployment, study, folder, sites,
                     lambda site: (data / f"sites/{site}.csv", folder / f"{site}.json"))
    starts = []
    for _ in range(3):
        for process in [*agents.values(), deployment.server]:
            deployment.end(process)
        begin = time.monotonic()
        agents = {site: deployment.run_agent(site) for site in sites}
        deployment.server = deployment.serve()
        one_round(deployment, study, sites)
        starts.append(time.monotonic() - begin)
        expect_complete(deployment, study)
    further, wire_bytes = [], []
    for _ in range(rounds):
        # Until the agents wait for the coordinator again, after the news that the round before is over.
        time.sleep(2)
        before = loopback_bytes()
        further.append(one_round(deployment, study, sites))
        wire_bytes.append(loopback_bytes() - before)
    expect_complete(deployment, study)
    peaks = {"coordinator": status_kib(deployment.server.pid, "VmHWM")}
    peaks |= {site: status_kib(process.pid, "VmHWM") for site, process in agents.items()}
    return {"startToMatrixSeconds": statistics.median(starts), "startToMatrixRange": [min(starts), max(starts)],
            "furtherRoundSeconds": statistics.median(further), "furtherRoundRange": [min(further), max(further)],
            "peakKiB": peaks, "bytesOnTheWire": statistics.median(wire_bytes) if has_own_network else None}


def admission(deployment, site_count=30, windows=3, rounds=6):
    """Rounds in a row with many sites: submissions admitted, audited and receipted a minute, and what they cost."""
    folder = deployment.folder / "study"
    sites = studies.hospitals(site_count, windows, folder, deployment.tools, rows=4000, study="admission")
    prepare(deployment, "admission", folder, sites,
            lambda site: (folder / site / "data.csv", folder / site / "dataset.json"), features=None, model="model.json")
    pid = deployment.server.pid
    writes = io(pid)
    cpu, start = cpu_nanoseconds([pid]), time.monotonic()
    for _ in range(rounds):
        one_round(deployment, "admission", sites)
    elapsed = time.monotonic() - start
    expect_complete(deployment, "admission")
    count = rounds * len(sites)
    return {"submissions": count, "KiBASubmission": submission_bytes(deployment) / 1024,
            "perMinuteWithAgentsHere": count / elapsed * 60,
            "coordinatorCPUMillisecondsASubmission": (cpu_nanoseconds([pid]) - cpu) / count / 1e6,
            "KiBWrittenASubmission": (io(pid) - writes) / count / 1024}


def io(pid):
    """Bytes that a process caused to be written to the disk."""
    found = re.search(r"^write_bytes: (\d+)$", pathlib.Path(f"/proc/{pid}/io").read_text(), re.MULTILINE)
    return int(found.group(1))


def submission_bytes(deployment):
    """The mean size of the stored submissions."""
    import sqlite3
    sizes = []
    for path in deployment.home.rglob("*"):
        if path.is_file() and path.open("rb").read(15) == b"SQLite format 3":
            store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            try:
                sizes += [size for (size,) in store.execute("SELECT length(package) FROM submission")]
            except sqlite3.OperationalError:
                pass  # a file without submissions
            store.close()
    return statistics.mean(sizes)


def merge_of_many(tools, folder, site_count=100, windows=10, rounds=5):
    """Merges and judges the aggregates of many hospitals, read from files."""
    study = folder / "study"
    names = studies.hospitals(site_count, windows, study, tools, rows=4000)
    out = folder / "aggregates"
    for name in names:
        run(tools / "site-agent", "evaluate", "--protocol", study / "protocol.json", "--model", study / "model.json",
            "--data", study / name / "data.csv", "--dataset", study / name / "dataset.json", "--site", name,
            "--out", out / name)
        for other in (out / name).iterdir():
            if other.name != "aggregate.json":
                other.unlink()
    seconds, processor = [], []
    for _ in range(rounds):
        start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([tools / "evidence", "recompute", "--protocol", study / "protocol.json", "--aggregates", out],
                       stdout=subprocess.DEVNULL, check=False, timeout=300)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(time.monotonic() - start)
        processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {"sites": site_count, "strata": studies.strata(study / "protocol.json"),
            "aggregateKiB": statistics.mean((out / name / "aggregate.json").stat().st_size for name in names) / 1024,
            "processorSeconds": statistics.median(processor), "seconds": statistics.median(seconds), "secondsRange": [min(seconds), max(seconds)]}
