"""Writes cusum.json: risk-adjusted cumulative sums and their run lengths, by other means than the module's.

Run from this folder, in an environment with the packages imported below:

    python3 make_cusum.py

Paths come from raw rows in 30 digits; run lengths from numpy's own generator, with rows drawn one by one where windows
are small. Tests read the JSON file and never run this script.
"""

import json
import platform

import mpmath
import numpy

mpmath.mp.dps = 30


def paths():
    rng = numpy.random.default_rng(90)
    rows = []
    for ratio, drift in [(2.0, 1.0), (1.5, 1.8), (0.5, 0.6)]:
        total, windows = mpmath.mpf(0), []
        for _ in range(12):
            score = numpy.round(rng.beta(1.2, 5, int(rng.integers(0, 40))), 4)
            odds = drift * score / (1 - score)
            label = (rng.random(len(score)) < odds / (1 + odds)).astype(int)
            total += int(label.sum()) * mpmath.log(ratio)
            total -= sum((mpmath.log(1 - mpmath.mpf(p) + ratio * mpmath.mpf(p)) for p in score.tolist()), mpmath.mpf(0))
            total = max(mpmath.mpf(0), total)
            windows.append({"scores": score.tolist(), "labels": label.tolist(), "value": float(total)})
        rows.append({"oddsRatio": ratio, "windows": windows})
    return rows


def run_lengths(name, counts, scores, size, ratio, target, runs, one_by_one):
    """Mean windows to an alarm, with its standard error, at limits around the one for the target."""
    rng = numpy.random.default_rng(91)
    counts, scores = numpy.array(counts), numpy.array(scores)
    weight, term, step = counts / counts.sum(), numpy.log(1 - scores + ratio * scores), numpy.log(ratio)
    limits = numpy.arange(0.4, numpy.log(target) + 0.2, 0.1)
    times = numpy.zeros((runs, len(limits)))
    value, alive, window = numpy.zeros(runs), numpy.arange(runs), 0
    while len(alive):
        window += 1
        if one_by_one:
            bins = numpy.searchsorted(numpy.cumsum(weight)[:-1], rng.random((len(alive), size)), side="right")
            y = rng.random((len(alive), size)) < scores[bins]
            gain = y.sum(axis=1) * step - term[bins].sum(axis=1)
        else:
            n = rng.multinomial(size, weight, len(alive))
            gain = rng.binomial(n, scores).sum(axis=1) * step - n @ term
        value[alive] = numpy.maximum(0, value[alive] + gain)
        reached = (value[alive][:, None] >= limits) & (times[alive] == 0)
        part = times[alive]
        part[reached] = window
        times[alive] = part
        alive = alive[times[alive][:, -1] == 0]
    return {"name": name, "counts": counts.tolist(), "scores": scores.tolist(), "rows": size, "oddsRatio": ratio,
            "target": target, "limits": limits.tolist(), "runLengths": times.mean(axis=0).tolist(),
            "standardErrors": (times.std(axis=0) / numpy.sqrt(runs)).tolist()}


cases = [
    run_lengths("small windows", [60, 25, 10, 5], [0.03, 0.15, 0.4, 0.75], 20, 2.0, 50, 8000, True),
    run_lengths("rare outcome", [900, 100], [0.005, 0.06], 100, 3.0, 30, 8000, True),
    run_lengths("large windows", [500, 300, 150, 50], [0.02, 0.1, 0.3, 0.8], 400, 1.5, 100, 8000, False),
    run_lengths("fewer events", [60, 25, 10, 5], [0.03, 0.15, 0.4, 0.75], 50, 0.5, 40, 8000, False),
    run_lengths("huge windows", [600, 400], [0.1, 0.5], 40000, 1.03, 40, 8000, False),
]
with open("cusum.json", "w", encoding="utf-8") as file:
    json.dump({
        "programs": {"python": platform.python_version(), "mpmath": mpmath.__version__, "numpy": numpy.__version__},
        "paths": paths(), "runLengths": cases}, file)
    file.write("\n")
