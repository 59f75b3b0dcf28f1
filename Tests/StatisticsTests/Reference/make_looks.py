"""Writes looks.json: confidence sequences and alpha-spending multipliers by other means than the module's.

Run from this folder, in an environment with the packages imported below:

    python3 make_looks.py

Confidence sequences are solved in 40 digits by mpmath. Multipliers come from Simpson's rule on a fine grid over the
whole continuation region and scipy's root search, where the module integrates half of it by Gauss and Legendre. Tests
read the JSON file and never run this script.
"""

import json
import platform

import mpmath
import numpy
import scipy
from scipy import optimize, special, stats

mpmath.mp.dps = 40
ALPHA = 0.05
COUNTS = [
    (0, 1), (1, 1), (0, 20), (20, 20), (1, 2), (1, 29), (15, 148), (81, 263), (3, 7), (5, 10), (299, 300), (700, 1000),
    (1, 100000), (99999, 100000), (12345, 1000000), (0, 2147483647), (1073741824, 2147483647),
]
FRACTIONS = [(0.5, 10.5), (0.1, 37.25), (0.999, 12.5), (0, 3.5), (1, 3.5), (0.25, 123456.789), (0.03, 0.75)]


def sequence(successes, trials):
    s, n = mpmath.mpf(successes), mpmath.mpf(trials)
    f = n - s
    constant = mpmath.loggamma(1 + s) + mpmath.loggamma(1 + f) - mpmath.loggamma(2 + n)
    limit = -mpmath.log(ALPHA)

    def excess(p):
        """log M(p) − log(1/α): negative inside the interval."""
        inner = (s * mpmath.log(p) if s else 0) + (f * mpmath.log1p(-p) if f else 0)
        return constant - inner - limit

    def solve(inside, outside):
        for _ in range(400):
            middle = (inside + outside) / 2
            if excess(middle) < 0:
                inside = middle
            else:
                outside = middle
        return (inside + outside) / 2

    mode = s / n
    lower = mpmath.mpf(0) if s == 0 else solve(mode if f else mpmath.mpf(1) - mpmath.mpf(10)**-35, mpmath.mpf(0))
    upper = mpmath.mpf(1) if f == 0 else solve(mode if s else mpmath.mpf(10)**-35, mpmath.mpf(1))
    return [float(lower), float(upper)]


def multipliers(looks, step=0.005):
    quantile = stats.norm.isf(ALPHA / 4)
    spent = [2 * stats.norm.sf(quantile / numpy.sqrt(k / looks)) for k in range(1, looks + 1)]
    ends = [stats.norm.isf(spent[0])]

    def grid(end):
        points = 2 * int(numpy.ceil(end / step)) + 1
        places, distance = numpy.linspace(-end, end, points, retstep=True)
        weights = numpy.full(points, 2.0)
        weights[1::2] = 4
        weights[0] = weights[-1] = 1
        return places, weights * distance / 3

    places, weights = grid(ends[0])
    masses = stats.norm.pdf(places) * weights
    for k in range(2, looks + 1):
        wanted = spent[k - 1] - spent[k - 2]

        def excess(end):
            with numpy.errstate(divide="ignore"):
                logs = special.log_ndtr(places - end) + numpy.log(masses)
            return special.logsumexp(logs) - numpy.log(wanted)

        end = optimize.brentq(excess, 0.01, 60, xtol=1e-13, rtol=1e-14)
        ends.append(end)
        following, weights = grid(end)
        density = numpy.concatenate([
            numpy.exp(-0.5 * (part[:, None] - places[None, :])**2) @ masses
            for part in numpy.array_split(following, max(1, len(following) // 500))
        ]) / numpy.sqrt(2 * numpy.pi)
        places, masses = following, density * weights
    return [float(end / numpy.sqrt(k)) for k, end in enumerate(ends, 1)]


def main():
    content = {
        "programs": {"python": platform.python_version(), "mpmath": mpmath.__version__, "numpy": numpy.__version__,
                     "scipy": scipy.__version__},
        "confidenceSequence": [[float(s), float(n)] + sequence(s, n) for s, n in COUNTS],
        "effectiveConfidenceSequence": [
            [float(p), float(n)] + sequence(mpmath.mpf(p) * mpmath.mpf(n), n) for p, n in FRACTIONS],
        "alphaSpending": [multipliers(looks) for looks in (1, 2, 3, 4, 5, 12, 24)] + [multipliers(200, 0.01)],
    }
    with open("looks.json", "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
