#!/usr/bin/env python3
"""Writes all expected values again: of protocols/vectors/merge, the heart disease example and the synthetic one.

Evaluates each study with the built programs, and compares every number with other programs (compare_matrix.py) before
it writes their values down. The vectors of protocols/vectors/merge are made by their own make.py first.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
EXAMPLES = ROOT / "protocols" / "examples"


def run(*command, findings=False):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL)
    if done.returncode and not findings:
        sys.exit(f"failed: {command[0]} {command[1]}")


def evaluated(tools, folder, protocol, sites):
    """Aggregates and matrix of sites given as (site, extra arguments)."""
    for site, arguments in sites:
        run(tools / "site-agent", "evaluate", "--protocol", protocol, *arguments, "--site", site, "--out",
            folder / "sites" / site)
    # A gate that does not open is a finding, with an exit code of its own.
    run(tools / "evidence", "recompute", "--protocol", protocol, "--aggregates", folder / "sites", "--out",
        folder / "merged", findings=True)
    return folder / "merged", folder / "sites"


def compared(protocol, merged, aggregates, data, *options):
    """Exit code and lines of the comparison with other programs."""
    command = [sys.executable, HERE / "compare_matrix.py", protocol, merged, aggregates, data, *options]
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    return done.returncode, done.stdout.splitlines() or ["nothing was compared"]


def heart_disease(tools, folder):
    example = EXAMPLES / "heart-disease"
    sites = [(path.name, ["--model", example / "lr.json", "--features", example / "features.json", "--data",
                          path / "data.csv", "--dataset", path / "dataset.json", "--policy", path / "policy.json"])
             for path in sorted((example / "sites").iterdir()) if (path / "data.csv").exists()]
    return example / "protocol.json", *evaluated(tools, folder, example / "protocol.json", sites), example / "sites"


def synthetic(tools, folder):
    """The cohorts of Tests/StudyFixtures/SyntheticStudy.swift."""
    example, data, sites = EXAMPLES / "synthetic-deterioration", folder / "data", []
    for number, site in enumerate(["north", "south", "east", "west", "central"], 1):
        run(tools / "site-agent", "dataset", "synthesize", "--hospital", number, "--rows", 6000, "--seed", 2026, "--out",
            data / site)
        sites.append((site, ["--model", example / "model-2.json", "--data", data / site / "data.csv", "--dataset",
                             data / site / "dataset.json"]))
    protocol = example / "protocol-2.json"
    return protocol, *evaluated(tools, folder, protocol, sites), data


def vectors(tools, folder):
    merge = ROOT / "protocols" / "vectors" / "merge"
    run(sys.executable, merge / "make.py", "--tools", tools)
    return merge / "protocol.json", merge / "matrix", merge / "aggregates", merge / "hospitals"


STUDIES = {
    "vectors": (vectors, ROOT / "protocols" / "vectors" / "merge" / "expected.json", 2),
    "heart-disease": (heart_disease, HERE / "heart-disease-matrix.json", 1),
    "synthetic": (synthetic, HERE / "synthetic-deterioration-matrix.json", 60),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="folder with site-agent and evidence")
    parser.add_argument("--only", choices=STUDIES, action="append", help="only this study; may be repeated")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing but the vectors' own files")
    options = parser.parse_args()
    for name in options.only or STUDIES:
        make, expected, sample = STUDIES[name]
        with tempfile.TemporaryDirectory() as folder:
            protocol, merged, aggregates, data = make(options.tools, pathlib.Path(folder))
            print(f"== {name}", flush=True)
            write = [] if options.check else ["--write", expected, "--sample", str(sample)]
            code, lines = compared(protocol, merged, aggregates, data, *write)
            print("\n".join(lines))
            if code:
                sys.exit(code)


if __name__ == "__main__":
    main()
