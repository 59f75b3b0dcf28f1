"""The counting kernel: ten million rows by thirty slices, and the same counts by numpy, DuckDB and Polars.

For every level of six columns of codes: the two classes by 64 bins, the counts at ten thresholds and the squared
errors. All begin with arrays or tables in memory and end with the same counts, which have to be equal; one thread each,
in turns, medians of processor time. The kernel's rows are checked once before (scores in 0...1, codes in their
columns), which the peers need not; that time is given apart. Each peer takes the quickest way that was found for it.
"""
import importlib.util
import json
import os
import statistics
import subprocess
import time

ROWS, COLUMNS, LEVELS, BINS, REPEATS = 10_000_000, 6, 5, 64, 3
THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
EDGES = sorted({k / BINS for k in range(BINS + 1)} | set(THRESHOLDS))
INTERVALS = len(EDGES) - 1


def missing():
    """Python packages that are not installed, as (package, why)."""
    return [(name, "a peer of the counting kernel") for name in ("numpy", "duckdb", "polars")
            if not importlib.util.find_spec(name)]


def counted_slices(program, folder, one_core, all_cores):
    """`one_core` and `all_cores` set where this process and its children run."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    one_core()
    import numpy
    dice = numpy.random.default_rng(5)
    scores = dice.random(ROWS, dtype=numpy.float32)
    labels = (dice.random(ROWS, dtype=numpy.float32) < scores).astype(numpy.uint8)
    codes = [dice.integers(0, LEVELS, ROWS, dtype=numpy.uint8) for _ in range(COLUMNS)]
    scores.tofile(folder / "scores")
    labels.tofile(folder / "labels")
    for index, column in enumerate(codes):
        column.tofile(folder / f"codes{index}")

    def kernel(threads):
        results = folder / f"results{threads}"
        call = [program, folder, str(LEVELS), json.dumps(EDGES), str(threads), "3", results]
        return json.loads(subprocess.run(call, check=True, capture_output=True).stdout), results

    peers = [peer(scores, labels, codes) for peer in (Numpy, BlockedNumpy, DuckDB, Polars)]
    times = {peer.name: [] for peer in peers}
    ours, found = [], {}
    for _ in range(REPEATS):
        run, results = kernel(1)
        ours.append(run)
        for peer in peers:
            start = time.process_time()
            found[peer.name] = peer.count()
            times[peer.name].append(time.process_time() - start)
    compare(results, {peer.name: peer.tables(found[peer.name]) for peer in peers})
    del peers, found, scores, labels, codes
    all_cores()
    walls = {1: [], 2: []}
    for _ in range(REPEATS):
        for threads in walls:
            walls[threads] += kernel(threads)[0]["wall"]
    if (folder / "results1").read_bytes() != (folder / "results2").read_bytes():
        raise RuntimeError("two threads count differently")
    seconds = statistics.median(second for run in ours for second in run["processor"])
    return {"rows": ROWS, "slices": COLUMNS * LEVELS, "seconds": seconds,
            "checking": statistics.median(run["checking"] for run in ours),
            "peers": {name: statistics.median(seconds) for name, seconds in times.items()},
            "wall": {threads: statistics.median(seconds) for threads, seconds in walls.items()},
            "best": {threads: min(seconds) for threads, seconds in walls.items()}}


def compare(results, peers):
    """Counts must be equal; sums of squared errors come from fixed point here and from binary64 there."""
    import numpy
    shape = (LEVELS, 2, INTERVALS)
    words = numpy.fromfile(results, numpy.int64).reshape(COLUMNS, 3, *shape)
    rows, first, second = words[:, 0], words[:, 1] / 2**32, words[:, 2] / 2**32
    # Squared errors by class: p² without the event, (1 - p)² with it.
    errors = second.sum((2, 3)) + (rows - 2 * first)[:, :, 1].sum(2)
    for name, (counts, squares) in peers.items():
        if not (counts == rows).all():
            raise RuntimeError(f"{name} counts differently")
        if not numpy.allclose(squares, errors, rtol=1e-6):
            raise RuntimeError(f"{name} sums squared errors differently")


class Numpy:
    """Whole columns at a time, as numpy is written."""
    name = "numpy"
    block = ROWS

    def __init__(self, scores, labels, codes):
        import numpy
        self.numpy, self.scores, self.labels, self.codes = numpy, scores, labels, codes
        edges = numpy.array(EDGES)
        starts = numpy.arange(BINS + 1) / BINS
        self.base = numpy.minimum(numpy.searchsorted(edges, starts, side="right") - 1, INTERVALS - 1).astype(numpy.int64)
        inside = [[e for e in EDGES if k / BINS < e < (k + 1) / BINS] for k in range(BINS + 1)]
        self.cut = numpy.array([self.rounded_up(e[0]) if e else 2 for e in inside], numpy.float32)

    def rounded_up(self, edge):
        """The smallest binary32 that is not below an edge: binary32 scores compare with it as binary64 would."""
        nearest = self.numpy.float32(edge)
        return nearest if float(nearest) >= edge else self.numpy.nextafter(nearest, self.numpy.float32(2))

    def count(self):
        numpy, size = self.numpy, LEVELS * 2 * INTERVALS
        counts = numpy.zeros((COLUMNS, size), numpy.int64)
        errors = numpy.zeros((COLUMNS, LEVELS))
        for start in range(0, ROWS, self.block):
            rows = slice(start, start + self.block)
            score, label = self.scores[rows], self.labels[rows]
            bucket = (score * BINS).astype(numpy.int64)
            cell = self.base[bucket]
            cell += score >= self.cut[bucket]
            cell += label * numpy.int64(INTERVALS)
            error = (score - label.astype(numpy.float64)) ** 2
            for index, column in enumerate(self.codes):
                code = column[rows].astype(numpy.int64)
                errors[index] += numpy.bincount(code, error, LEVELS)
                code *= 2 * INTERVALS
                code += cell
                counts[index] += numpy.bincount(code, minlength=size)
        return counts, errors

    def tables(self, found):
        return found[0].reshape(COLUMNS, LEVELS, 2, INTERVALS), found[1]


class BlockedNumpy(Numpy):
    """The same in blocks that stay in the second cache."""
    name = "numpy in blocks"
    block = 1 << 15


class Grouped:
    """A peer that groups by level, class, bin and thresholds reached."""

    def tables(self, found):
        import numpy
        counts = numpy.zeros((COLUMNS, LEVELS, 2, INTERVALS), numpy.int64)
        errors = numpy.zeros((COLUMNS, LEVELS))
        edges = numpy.array(EDGES[:-1])
        for index, (code, label, bucket, reached, rows, error) in enumerate(found):
            # An interval begins at the bin's edge or at the threshold reached last, whichever is higher.
            last = numpy.array([0.0, *THRESHOLDS])[reached]
            begins = numpy.maximum(numpy.minimum(bucket, BINS - 1) / BINS, last)
            numpy.add.at(counts, (index, code, label, numpy.searchsorted(edges, begins, side="right") - 1), rows)
            numpy.add.at(errors, (index, code), error)
        return counts, errors


class DuckDB(Grouped):
    name = "DuckDB"

    def __init__(self, scores, labels, codes):
        import duckdb
        self.base = duckdb.connect(config={"threads": 1})
        self.base.register("frame", {"s": scores, "y": labels, **{f"c{k}": column for k, column in enumerate(codes)}})
        self.base.execute("CREATE TABLE rows AS SELECT * FROM frame")
        self.base.unregister("frame")

    def count(self):
        reached = " + ".join(f"(s::DOUBLE >= {t}::DOUBLE)::UTINYINT" for t in THRESHOLDS)
        columns = ", ".join(f"c{k}" for k in range(COLUMNS))
        self.base.execute(
            f"CREATE OR REPLACE TEMP TABLE cells AS SELECT {columns}, y, trunc(s * {BINS})::UTINYINT AS b,"
            f" ({reached})::UTINYINT AS t, (s::DOUBLE - y) * (s::DOUBLE - y) AS e FROM rows")
        return [list(self.base.execute(
            f"SELECT c{k}, y, b, t, count(*) AS n, sum(e) AS e FROM cells GROUP BY c{k}, y, b, t").fetchnumpy().values())
            for k in range(COLUMNS)]


class Polars(Grouped):
    name = "Polars"

    def __init__(self, scores, labels, codes):
        import polars
        self.polars = polars
        self.frame = polars.DataFrame({"s": scores, "y": labels, **{f"c{k}": column for k, column in enumerate(codes)}})

    def count(self):
        pl = self.polars
        score = pl.col("s").cast(pl.Float64)
        frame = self.frame.with_columns(
            b=(pl.col("s") * BINS).cast(pl.UInt8), t=pl.sum_horizontal([(score >= t).cast(pl.UInt8) for t in THRESHOLDS]),
            e=(score - pl.col("y")) ** 2)
        found = []
        for k in range(COLUMNS):
            table = frame.group_by(f"c{k}", "y", "b", "t").agg(n=pl.len(), e=pl.col("e").sum())
            found.append([table[name].to_numpy() for name in (f"c{k}", "y", "b", "t", "n", "e")])
        return found
