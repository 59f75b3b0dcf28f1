"""Meta-analyses of many strata: this project, numpy vectorised over strata and metafor, on the same numbers."""
import importlib.util
import json
import math
import os
import statistics
import struct
import subprocess
import sys
import time

STRATA, SITES, METAFOR_STRATA, REPEATS = 500, 1000, 5, 9

METAFOR = """
suppressMessages(library(metafor))
file <- file(commandArgs(TRUE)[1], "rb")
size <- readBin(file, "integer", 4, size = 4)[c(1, 3)]
y <- matrix(readBin(file, "double", size[1] * size[2]), size[1], byrow = TRUE)
v <- matrix(readBin(file, "double", size[1] * size[2]), size[1], byrow = TRUE)
fit <- function(i) rma(y[i, ], v[i, ], method = "REML", test = "knha", control = list(threshold = 1e-12, maxiter = 5000))
invisible(fit(1))
for (i in 1:as.integer(commandArgs(TRUE)[2])) {
  start <- proc.time()[["user.self"]] + proc.time()[["sys.self"]]
  invisible(rma(y[i, ], v[i, ], method = "REML", test = "knha"))
  seconds <- proc.time()[["user.self"]] + proc.time()[["sys.self"]] - start
  found <- fit(i)
  cat(sprintf("%.6f %.17g %.17g %.17g %.17g\\n", seconds, found$beta[[1]], found$tau2, found$se, predict(found)$pi.ub))
}
"""


def missing():
    """What is not installed, as (package, why)."""
    # Not imported yet: numpy reads how many threads it may use when it is loaded.
    wanted = [] if importlib.util.find_spec("numpy") else [("python3-numpy", "a peer of the meta-analysis")]
    check = ["Rscript", "-e", "q(status = !requireNamespace('metafor', quietly = TRUE))"]
    try:
        found = subprocess.run(check, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        found = False
    if not found:
        wanted.append(("r-cran-metafor", "a peer of the meta-analysis"))
    return wanted


def numpy_reml(y, v):
    """REML by Fisher scoring on all rows at once until none moves by 1e-10, then Hartung–Knapp–Sidik–Jonkman errors.

    Rows go through in blocks that stay in the processor's cache, and temporary arrays are used again: twice as fast
    as the same formulas written plainly. No other solution is looked for when the likelihood has several maxima.
    """
    import numpy
    sites = y.shape[1]
    tau2 = numpy.maximum(0, y.var(1, ddof=1) - v.mean(1))
    w, squares, residuals = numpy.empty_like(v), numpy.empty_like(v), numpy.empty_like(v)

    def weigh():
        numpy.add(v, tau2[:, None], out=w)
        numpy.reciprocal(w, out=w)
        total = w.sum(1)
        mean = numpy.einsum("ij,ij->i", w, y) / total
        numpy.subtract(y, mean[:, None], out=residuals)
        return total, mean

    for _ in range(500):
        total, mean = weigh()
        numpy.multiply(w, w, out=squares)
        second, third = squares.sum(1), numpy.einsum("ij,ij->i", squares, w)
        numpy.multiply(residuals, w, out=residuals)
        score = numpy.einsum("ij,ij->i", residuals, residuals) - (total - second / total)
        information = second - 2 * third / total + (second / total) ** 2
        moved = numpy.maximum(0, tau2 + score / information)
        change = numpy.abs(moved - tau2).max()
        tau2 = moved
        if change < 1e-10:
            break
    total, mean = weigh()
    factor = numpy.einsum("ij,ij,ij->i", w, residuals, residuals) / (sites - 1)
    return mean, tau2, numpy.sqrt(factor / total)


def numpy_blocks(y, v, rows):
    import numpy
    blocks = [numpy_reml(y[start:start + rows], v[start:start + rows]) for start in range(0, len(y), rows)]
    return [numpy.concatenate(parts) for parts in zip(*blocks)]


def write_strata(path):
    import numpy
    generator = numpy.random.Generator(numpy.random.PCG64(20240501))
    v = generator.uniform(0.005, 0.05, (STRATA, SITES))
    y = 1.3 + generator.normal(size=v.shape) * numpy.sqrt(v + generator.uniform(0, 0.1, (STRATA, 1)))
    path.write_bytes(struct.pack("=qq", STRATA, SITES) + y.tobytes() + v.tobytes())
    return y, v


def far(found, expected):
    return max(abs(a - b) / max(1e-6, abs(b)) for a, b in zip(found, expected))


def meta_analyses(program, folder):
    """Processor seconds for the strata by each, taking turns; and how far results are apart."""
    path = folder / "strata.bin"
    y, v = write_strata(path)
    ours, theirs, plain = [], [], []
    block = min((100, 50, 20, STRATA), key=lambda rows: timed(numpy_blocks, y, v, rows)[0])
    for _ in range(REPEATS):
        found = json.loads(subprocess.run([program, "meta", path, "1"], check=True, capture_output=True).stdout)
        ours += found["seconds"]
        seconds, (mean, tau2, error) = timed(numpy_blocks, y, v, block)
        theirs.append(seconds)
        plain.append(timed(numpy_blocks, y, v, STRATA)[0])
    script = folder / "metafor.R"
    script.write_text(METAFOR)
    lines = subprocess.run(["Rscript", script, path, str(METAFOR_STRATA)], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    rows = [[float(number) for number in line.split()] for line in lines]
    metafor = statistics.median(row[0] for row in rows)
    agreement = {
        "numpy": max(far(found["mean"], mean), far(found["tauSquared"], tau2), far(found["standardError"], error)),
        "metafor": max(far(found[key], [row[column] for row in rows])
                       for column, key in ((1, "mean"), (2, "tauSquared"), (3, "standardError"), (4, "predictionUpper")))}
    if not all(math.isfinite(value) and value < 1e-7 for value in agreement.values()):
        raise RuntimeError(f"results differ from the peers': {agreement}")
    seconds = statistics.median(ours)
    return {"strata": STRATA, "sites": SITES, "processorSeconds": seconds, "numpySeconds": statistics.median(theirs),
            "numpyInOneBlockSeconds": statistics.median(plain), "numpyRowsABlock": block,
            "numpyRatio": statistics.median(theirs) / seconds, "metaforSecondsACall": metafor,
            "metaforRatio": metafor * STRATA / seconds, "qProfileMicroseconds": found["qProfileSeconds"] * 1e6,
            "leaveOneOutMicroseconds": found["leaveOneOutSeconds"] * 1e6, "apart": agreement}


def timed(function, *arguments):
    start = time.process_time()
    result = function(*arguments)
    return time.process_time() - start, result


def pin_to_one_core():
    """One thread for this process and those it starts; before numpy is loaded."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    if "numpy" in sys.modules and any(os.environ.get(name) != "1" for name in names):
        raise RuntimeError("numpy is loaded already")
    for name in names:
        os.environ[name] = "1"
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
