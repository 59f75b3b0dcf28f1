"""Writes the reference values that need Python, and the data sets both languages use.

Run from this folder, in an environment with the packages imported below:

    python3 make_reference.py && Rscript make_reference.R

Tests read the JSON files and never run these scripts.
"""

import json
import platform

import dcurves
import mpmath
import numpy
import pandas
import scipy
import sklearn
import sklearn.metrics
import statsmodels
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

VERSIONS = {
    "python": platform.python_version(),
    "dcurves": "1.1.7",
    "mpmath": mpmath.__version__,
    "numpy": numpy.__version__,
    "scikit-learn": sklearn.__version__,
    "scipy": scipy.__version__,
    "statsmodels": statsmodels.__version__,
}
mpmath.mp.dps = 30


def write(name, content):
    with open(name, "w", encoding="utf-8") as file:
        json.dump({"programs": VERSIONS, **content}, file, indent=1)
        file.write("\n")


def solve(function, low, high):
    """The root of an increasing function, in 30 digits."""
    return mpmath.findroot(function, (mpmath.mpf(low), mpmath.mpf(high)), solver="anderson", tol=1e-60,
                           maxsteps=500, verify=False)


def beta_tails(x, a, b):
    lower = mpmath.betainc(a, b, 0, x, regularized=True)
    upper = mpmath.betainc(b, a, 0, 1 - mpmath.mpf(x), regularized=True)
    return lower, upper


def t_tail(t, df):
    """P(T > t) for t >= 0."""
    df = mpmath.mpf(df)
    return mpmath.betainc(df / 2, mpmath.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2


def distributions():
    p_values = [1e-300, 1e-20, 1e-5, 0.001, 0.025, 0.05, 0.2, 0.4, 0.4999, 0.5, 0.6, 0.9, 0.975, 0.99, 0.999999]
    normal = []
    for p in p_values:
        exact = mpmath.mpf(p)
        if p == 1e-300 or p == 1e-20:
            root = solve(lambda x: mpmath.log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2) - mpmath.log(exact), -40, 0)
        else:
            root = mpmath.sqrt(2) * mpmath.erfinv(2 * exact - 1)
        normal.append([p, float(root)])
    cumulative = [[x, float(mpmath.erfc(-mpmath.mpf(x) / mpmath.sqrt(2)) / 2)]
                  for x in [-37.0, -10.0, -5.0, -1.96, -0.3, 0.0, 1e-8, 0.7, 2.5, 6.0]]
    student = []
    for df in [1.0, 2.0, 3.0, 4.5, 9.0, 30.0, 200.0, 1e4]:
        for p in [1e-8, 0.001, 0.025, 0.2, 0.4, 0.49, 0.6, 0.9, 0.975, 0.995]:
            exact = mpmath.mpf(p)
            target = min(exact, 1 - exact)
            guess = mpmath.mpf(abs(float(stats.t.ppf(float(target), df))))
            t = solve(lambda x: target - t_tail(x, df), guess * 0.999, guess * 1.001)
            student.append([p, df, float(-t if p < 0.5 else t)])
    student_cumulative = [[t, df, float(1 - t_tail(mpmath.mpf(t), df) if t > 0 else t_tail(mpmath.mpf(t), df))]
                          for t in [-25.0, -3.0, -0.01, 0.5, 2.0] for df in [1.0, 2.0, 4.5, 30.0, 1e4]]
    chi = []
    for df in [1.0, 2.0, 3.0, 9.0, 19.0, 99.0, 999.0]:
        for p in [1e-6, 0.01, 0.025, 0.3, 0.5, 0.9, 0.975, 0.99, 0.9999]:
            exact = mpmath.mpf(p)
            start = stats.chi2.ppf(p, df)
            x = solve(lambda v: mpmath.gammainc(mpmath.mpf(df) / 2, 0, v / 2, regularized=True) - exact,
                      start * 0.999, start * 1.001)
            chi.append([p, df, float(x)])
    chi_cumulative = [[x, df, float(mpmath.gammainc(mpmath.mpf(df) / 2, 0, mpmath.mpf(x) / 2, regularized=True))]
                      for x in [1e-3, 0.5, 3.84, 20.0, 120.0] for df in [1.0, 2.5, 10.0, 100.0]]
    beta = []
    for a, b in [(0.5, 0.5), (1.0, 3.0), (5.0, 2.0), (40.0, 61.0), (1000.5, 0.5), (3e3, 7e3)]:
        for x in [1e-9, 0.01, 0.2999, 0.3, 0.5, 0.9, 0.9999]:
            lower, _ = beta_tails(x, a, b)
            if lower > mpmath.mpf("1e-290"):
                beta.append([x, a, b, float(lower)])
    write("distributions.json", {
        "normalQuantile": normal, "normalCumulative": cumulative, "studentTQuantile": student,
        "studentTCumulative": student_cumulative, "chiSquaredQuantile": chi,
        "chiSquaredCumulative": chi_cumulative, "incompleteBeta": beta,
    })


def proportions():
    pairs = [(0, 1), (1, 1), (0, 20), (20, 20), (1, 29), (15, 148), (81, 263), (3, 7), (29, 30), (500, 1000),
             (1, 1_000_000), (999_999, 1_000_000), (123_456, 2_000_000)]
    wilson = [[x, n, *map(float, proportion_confint(x, n, 0.05, method="wilson"))] for x, n in pairs]
    exact = []
    for x, n in pairs:
        tail = mpmath.mpf("0.025")
        low0, high0 = proportion_confint(x, n, 0.05, method="beta")
        if n <= 1000:
            low = 0 if x == 0 else solve(
                lambda v: beta_tails(v, x, n - x + 1)[0] - tail, low0 * 0.999, low0 * 1.001)
            high = 1 if x == n else solve(
                lambda v: tail - beta_tails(v, x + 1, n - x)[1], high0 * 0.999, min(1, high0 * 1.001))
        else:
            low, high = low0, high0
        exact.append([x, n, float(low), float(high)])
    differences = []
    for x1, n1, x2, n2 in [(56, 70, 48, 80), (9, 10, 3, 10), (0, 10, 0, 20), (10, 10, 0, 20), (7, 34, 1, 34),
                           (120, 1000, 90, 1100)]:
        low, high = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff")
        differences.append([x1, n1, x2, n2, float(low), float(high)])
    write("proportions.json", {"wilson": wilson, "clopperPearson": exact, "newcombeDifference": differences})


def data_sets():
    rng = numpy.random.default_rng(20240131)

    def draw(rows, digits, shift, scale, prevalence_shift):
        linear = rng.normal(prevalence_shift, 1.1, rows)
        label = (rng.random(rows) < 1 / (1 + numpy.exp(-(shift + scale * linear)))).astype(int)
        score = numpy.round(1 / (1 + numpy.exp(-linear)), digits)
        return score, label

    sets = {
        "fine": draw(240, 6, -0.2, 0.9, -1.0),
        "ties": draw(150, 1, 0.1, 0.7, -0.5),
        "two decimals": draw(300, 2, 0.3, 1.3, -1.5),
    }
    score, label = draw(80, 3, 0.0, 1.0, 0.0)
    score[:5] = [0.0, 1.0, 0.0, 1.0, 1.0]
    label[:5] = [0, 1, 1, 0, 1]
    sets["edges"] = (score, label)
    return sets


def calibration():
    cases = []
    for name, (score, label) in data_sets().items():
        n, observed, expected = len(label), int(label.sum()), float(mpmath.fsum(map(float, score)))
        squares = (score - label) ** 2
        brier = float(sklearn.metrics.brier_score_loss(label, score))
        se = float(numpy.sqrt((numpy.mean(squares**2) - numpy.mean(squares) ** 2) / (n - 1)))
        ratio = observed / expected
        factor = float(numpy.exp(stats.norm.ppf(0.975) * numpy.sqrt(1 / observed - 1 / n)))
        cases.append({
            "name": name, "scores": [float(s) for s in score], "labels": [int(y) for y in label],
            "auroc": float(sklearn.metrics.roc_auc_score(label, score)),
            "averagePrecision": float(sklearn.metrics.average_precision_score(label, score)),
            "brier": brier, "brierStandardError": se,
            "expectedBrier": float(numpy.mean(score * (1 - score))),
            "ratio": ratio, "ratioLower": ratio / factor, "ratioUpper": ratio * factor,
        })
    write("scores.json", {"sets": cases})


def extreme_fits():
    """Recalibrations at the edge of what converges, by Newton's method in 30 digits."""
    exp, log, log1p = mpmath.exp, mpmath.log, mpmath.log1p

    def mean(eta):
        return 1 / (1 + exp(-eta))

    def fit(name, scores, positives, negatives):
        p = [mpmath.mpf(min(max(s, 1e-6), 1 - 1e-6)) for s in scores]
        x = [log(s) - log1p(-s) for s in p]
        rows = list(zip(x, positives, negatives))
        # Halving, because the excess is flat far from its root.
        low, high = mpmath.mpf(-45), mpmath.mpf(45)
        for _ in range(100):
            large = (low + high) / 2
            if sum(n * mean(large + v) - k * mean(-large - v) for v, k, n in rows) < 0:
                low = large
            else:
                high = large
        weight = sum((k + n) * mean(large + v) * mean(-large - v) for v, k, n in rows)

        def likelihood(a, b):
            return -sum(k * log1p(exp(-a - b * v)) + n * log1p(exp(a + b * v)) for v, k, n in rows)

        def information(a, b):
            w = [(k + n) * mean(a + b * v) * mean(-a - b * v) for v, k, n in rows]
            h = (sum(w), sum(u * v for u, v in zip(w, x)), sum(u * v * v for u, v in zip(w, x)))
            return h, h[0] * h[2] - h[1] ** 2

        a, b = large, mpmath.mpf(1)
        for _ in range(200):
            h, determinant = information(a, b)
            r = [k * mean(-a - b * v) - n * mean(a + b * v) for v, k, n in rows]
            g = (sum(r), sum(u * v for u, v in zip(r, x)))
            step = ((h[2] * g[0] - h[1] * g[1]) / determinant, (h[0] * g[1] - h[1] * g[0]) / determinant)
            while max(map(abs, step)) > 1e-12 and likelihood(a + step[0], b + step[1]) < likelihood(a, b):
                step = (step[0] / 2, step[1] / 2)
            a, b = a + step[0], b + step[1]
            if max(map(abs, step)) < 1e-20:
                break
        else:
            raise ArithmeticError(name)
        h, determinant = information(a, b)
        return {
            "name": name, "scores": scores, "positives": positives, "negatives": negatives,
            "inTheLarge": float(large), "inTheLargeSE": float(1 / mpmath.sqrt(weight)), "intercept": float(a),
            "slope": float(b), "varianceIntercept": float(h[2] / determinant),
            "covariance": float(-h[1] / determinant), "varianceSlope": float(h[0] / determinant)}

    write("extreme_fits.json", {"sets": [
        fit("two scores, iterates beyond slope 50", [0.037, 0.04], [828, 1747], [166, 9992]),
        fit("few events, iterates beyond slope 50", [0.784, 0.817], [8, 162], [5032, 24]),
        fit("intercept of 293, whose last digit is above the step limit",
            [0.0003801385472457167, 0.00038035991372803647, 0.0003803869459527778, 0.0003804739938189161],
            [1, 3, 0, 1], [2, 1, 2, 2]),
        fit("intercept of 255, whose rounding moves the likelihood",
            [0.0013829907709667242, 0.0013891044776748373, 0.0013915162673814859, 0.0013921345590199186],
            [3916, 673, 1036, 5417], [5, 1088, 1, 6]),
        fit("one pair of a thousand out of order", [0.1, 0.2, 0.3, 0.9], [0, 1, 0, 500], [500, 0, 1, 0]),
        fit("one event in 250 million, scored as certain", [0.99999, 0.999998, 1.0], [1, 1, 2],
            [300000000, 300000000, 400000000]),
        fit("events inside the others", [0.1, 0.5, 0.9], [0, 20, 0], [50, 0, 50]),
    ]})


def net_benefit():
    score, label = data_sets()["two decimals"]
    frame = pandas.DataFrame({"outcome": label, "model": score})
    thresholds = [0.05, 0.1, 0.25, 0.5, 0.8]
    result = dcurves.dca(data=frame, outcome="outcome", modelnames=["model"], thresholds=thresholds)
    rng = numpy.random.default_rng(7)
    rows = []
    for threshold in thresholds:
        flag = score >= threshold
        tp, fp = int((flag & (label == 1)).sum()), int((flag & (label == 0)).sum())
        fn, tn = int((~flag & (label == 1)).sum()), int((~flag & (label == 0)).sum())

        def value(model):
            chosen = result[(result["model"] == model) & numpy.isclose(result["threshold"], threshold)]
            return float(chosen["net_benefit"].iloc[0])

        weight = threshold / (1 - threshold)
        draws = rng.multinomial(len(label), numpy.array([tp, fp, fn, tn]) / len(label), size=400_000) / len(label)
        bootstrap = draws[:, 0] - weight * draws[:, 1]
        gain = weight * draws[:, 3] - draws[:, 2]
        rows.append({"threshold": threshold, "counts": [tp, fp, fn, tn], "model": value("model"), "all": value("all"),
                     "bootstrapSE": float(bootstrap.std()), "bootstrapGainSE": float(gain.std())})
    write("net_benefit.json", {"rows": rows})


def drift():
    cases = []
    for current, reference in [([10, 20, 30, 40], [40, 30, 20, 10]), ([0, 5, 95], [12, 30, 900]),
                               ([7, 7], [7, 7]), (list(range(1, 21)), list(range(20, 0, -1)))]:
        bins = len(current)
        a = (numpy.array(current) + 0.5) / (sum(current) + bins / 2)
        e = (numpy.array(reference) + 0.5) / (sum(reference) + bins / 2)
        # PSI is the sum of both relative entropies.
        index = float(stats.entropy(a, e) + stats.entropy(e, a))
        noise = float((1 / sum(current) + 1 / sum(reference)) * stats.chi2.ppf(0.99, bins - 1))
        cases.append({"current": current, "reference": reference, "index": index, "noise": noise})

    # What the index reaches when both histograms come from one distribution: 200,000 pairs each.
    rng = numpy.random.default_rng(13)
    simulated = []
    for rows, reference_rows in [(200, 100000), (1000, 2000)]:
        a = (rng.multinomial(rows, [0.1] * 10, 200000) + 0.5) / (rows + 5)
        e = (rng.multinomial(reference_rows, [0.1] * 10, 200000) + 0.5) / (reference_rows + 5)
        quantile = numpy.quantile(((a - e) * numpy.log(a / e)).sum(axis=1), 0.99)
        simulated.append({"rows": rows, "referenceRows": reference_rows, "quantile99": float(quantile)})
    write("drift.json", {"cases": cases, "simulated": simulated})


def clusters():
    """Brute force over patients, in exact rational arithmetic until the end."""
    from fractions import Fraction

    rng = numpy.random.default_rng(3)
    cases = []
    for patients, mean, concentration in [(40, 3, 2.0), (200, 1.5, 0.7), (12, 6, 30.0)]:
        trials = [int(k) for k in 1 + rng.poisson(mean, patients)]
        risk = rng.beta(concentration * 0.3, concentration * 0.7, patients)
        successes = [int(x) for x in rng.binomial(trials, risk)]
        m, x, k = patients, sum(successes), sum(trials)
        p = Fraction(x, k)
        variance = Fraction(m, m - 1) * sum((a - p * b) ** 2 for a, b in zip(successes, trials)) / k**2
        effect = max(Fraction(1), variance / (p * (1 - p) / k))
        cases.append({"successes": successes, "trials": trials, "designEffect": float(effect),
                      "effectiveTrials": float(k / effect)})
    write("clusters.json", {"cases": cases})


if __name__ == "__main__":
    distributions()
    proportions()
    calibration()
    extreme_fits()
    net_benefit()
    drift()
    clusters()
