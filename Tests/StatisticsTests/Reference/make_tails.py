"""Writes tails.json: tails and quantiles of the normal, t, chi-squared and beta distributions, and log-gamma.

The numbers are sums of positive terms, or quadratures, in 60 digits or more; mpmath supplies the arithmetic,
log-gamma and erfc. Run from this folder with Python and mpmath:

    python3 make_tails.py

Tests read the JSON file and never run this script.
"""

import json
import platform

import mpmath
from mpmath import mp, mpf

mp.dps = 60
TINY = mpf("1e-300")


def power_series(ratio):
    """1 + r(0) + r(0)r(1) + ... for positive ratios that end below 1."""
    total = term = mpf(1)
    n = 0
    while True:
        term *= ratio(n)
        total += term
        n += 1
        if term < total * mpf("1e-45"):
            return total


def gamma_lower(a, x):
    front = mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1))
    return front * power_series(lambda n: x / (a + 1 + n))


def gamma_tails(a, x):
    a, x = mpf(a), mpf(x)
    if x < a + 5:
        lower = gamma_lower(a, x)
        return lower, 1 - lower
    # Legendre's fraction from the last term up; deep enough is found by doubling.
    def fraction(depth):
        f = x + 1 - a + 2 * depth
        for i in range(depth, 0, -1):
            f = x + 1 - a + 2 * (i - 1) - i * (i - a) / f
        return f
    depth, previous = 100, mpf(0)
    while True:
        f = fraction(depth)
        if abs(f - previous) < abs(f) * mpf("1e-40"):
            break
        depth, previous = depth * 2, f
    upper = mp.exp(a * mp.log(x) - x - mp.loggamma(a)) / f
    return 1 - upper, upper


def beta_lower(x, y, a, b):
    front = mp.exp(a * mp.log(x) + b * mp.log(y) + mp.loggamma(a + b) - mp.loggamma(a + 1) - mp.loggamma(b))
    return front * power_series(lambda n: (a + b + n) / (a + 1 + n) * x)


def beta_integral(x, a, b):
    """The lower tail by quadrature, where both shapes are large and the series are long."""
    def log_density(u):
        return (a - 1) * mp.log(u) + (b - 1) * mp.log(1 - u)

    # Below the mean the density is log-concave, so 16 standard deviations further it has lost 50 digits. The
    # integrand is scaled to 1 at x, because the error that quad aims for is absolute.
    sd = mp.sqrt(a * b / (a + b)) / (a + b)
    edges = [x - j * sd / 4 for j in range(65)]
    scaled = mp.quad(lambda u: mp.exp(log_density(u) - log_density(x)), [e for e in reversed(edges) if e > 0])
    return scaled * mp.exp(log_density(x) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b))


def beta_tails(x, y, a, b):
    """I_x(a, b) and its complement; the smaller of the two has all digits."""
    a, b = mpf(a), mpf(b)
    if x >= (a + 1) / (a + b + 2):
        return beta_tails(y, x, b, a)[::-1]
    if b < 3000 < a and y < mpf("0.1"):
        # The series in x would need millions of terms. The one in y is short, and its complement keeps digits
        # because it is summed with 400.
        with mp.workdps(400):
            y = 1 - x
            front = mp.exp(a * mp.log(x) + b * mp.log(y) + mp.loggamma(a + b) - mp.loggamma(b + 1) - mp.loggamma(a))
            total = term = mpf(1)
            n = 0
            while term > total * mpf("1e-390"):
                term *= (a + b + n) / (b + 1 + n) * y
                total += term
                n += 1
            upper = front * total
            lower = 1 - upper
        return +lower, +upper
    lower = beta_integral(x, a, b) if min(a, b) > 1e5 else beta_lower(x, y, a, b)
    return lower, 1 - lower


def student_tail(t, df):
    """P(T > t) for t > 0."""
    t, df = mpf(t), mpf(df)
    x, y = df / (df + t * t), t * t / (df + t * t)
    if t * t > 3 * df:
        return beta_lower(x, y, df / 2, mpf(1) / 2) / 2
    # The series in y is short here, and a tail of 1e-300 needs its first 300 digits to cancel.
    with mp.workdps(400):
        y = t * t / (df + t * t)
        front = mp.exp((mp.log(y) + df * mp.log(1 - y)) / 2 + mp.loggamma((df + 1) / 2)
                       - mp.loggamma(mpf(3) / 2) - mp.loggamma(df / 2))
        total = term = mpf(1)
        n = 0
        while term > total * mpf("1e-390"):
            term *= ((df + 1) / 2 + n) / (mpf(3) / 2 + n) * y
            total += term
            n += 1
        return +((1 - front * total) / 2)


def root(log_tail, target, low, high):
    """Where an increasing log_tail reaches log(target), from a bracket, by the Illinois method."""
    goal = mp.log(target)
    f_low, f_high = log_tail(low) - goal, log_tail(high) - goal
    for _ in range(200):
        middle = high - f_high * (high - low) / (f_high - f_low)
        value = log_tail(middle) - goal
        if value * f_high < 0:
            low, f_low = high, f_high
        else:
            f_low /= 2
        high, f_high = middle, value
        if value == 0 or abs(high - low) < abs(high) * mpf("1e-32"):
            return high
    raise ArithmeticError("no root")


def quantile(log_tail, target, start):
    """From a double near the root: widen a bracket around it, then solve."""
    width = mpf("1e-12")
    while True:
        low, high = start * (1 - width), start * (1 + width)
        if log_tail(low) < mp.log(target) < log_tail(high):
            return root(log_tail, target, low, high)
        width *= 8
        if width > 0.5:
            raise ArithmeticError("no bracket")


def rounded(x):
    return float(f"{float(x):.12g}")


def write(rows):
    import scipy

    programs = {"python": platform.python_version(), "mpmath": mpmath.__version__,
                "scipy (starting points only)": scipy.__version__}
    with open("tails.json", "w", encoding="utf-8") as file:
        file.write('{\n "programs": ' + json.dumps(programs))
        for name, table in rows.items():
            # As text: parsers of JSON numbers may miss the last place, and a tail at 1e9 rows moves with it.
            lines = [json.dumps([repr(float(v)) for v in row]) for row in table]
            file.write(f',\n "{name}": [\n  ' + ",\n  ".join(lines) + "\n ]")
        file.write("\n}\n")


def main():
    from scipy import special, stats

    rows = {}
    small = [1e-300, 1e-200, 1e-100, 1e-30, 1e-10, 1e-4, 0.025, 0.2, 0.45]

    rows["logGamma"] = [[x, float(mp.loggamma(mpf(x)))] for x in
                        [1e-300, 1e-20, 1e-3, 0.1, 0.5, 0.99, 1 - 1e-10, 1 + 1e-10, 1.01, 1.4616, 1.9, 2 - 1e-10,
                         2 + 1e-10, 2.3, 3.0, 7.5, 10.0, 15.5, 100.0, 1234.5, 1e6, 1e9 + 0.5, 1e15, 1e100, 1e300]]

    xs = [0.0, 1e-300, 1e-10, 0.1, 0.5, 1.0, 1.959963984540054, 3.3, 5.7, 8.1, 12.3, 17.9, 25.7, 31.3, 36.9, 37.03]
    rows["normalSurvival"] = [[x, float(mp.erfc(mpf(x) / mp.sqrt(2)) / 2)] for x in xs + [-x for x in xs if x]]

    def normal_quantile(p):
        return -quantile(lambda x: mp.log(mp.erfc(x / mp.sqrt(2)) / 2) * -1, 1 / mpf(p),
                         mpf(float(stats.norm.isf(p))))
    rows["normalQuantile"] = [[p, float(normal_quantile(p))] for p in
                              small + [1e-250, 1e-15, 0.001, 0.07, 0.075, 0.08, 0.3, 0.49, 0.4999999]]

    shapes = [1.0, 2.0, 3.0, 4.5, 7.0, 10.0, 29.0, 30.0, 31.0, 100.0, 999.0, 1e4, 1e5, 1e6]
    tails, quantiles = [], []
    for df in shapes:
        for p in small:
            guess = float(stats.t.isf(p, df))
            if df < 50 and p < 1e-50:
                # scipy is wrong here; the leading term of the tail is near enough.
                front = mp.gamma((mpf(df) + 1) / 2) / mp.gamma(mpf(df) / 2) / mp.sqrt(df * mp.pi)
                guess = float((front * mpf(df) ** ((df + 1) / 2) / df / mpf(p)) ** (1 / mpf(df)))
            if not 0 < guess < 1e140:
                continue
            t = rounded(guess)
            tail = student_tail(t, df)
            if tail > TINY / 10:
                tails.append([t, df, float(tail)])
            q = quantile(lambda v: -mp.log(student_tail(v, df)), 1 / mpf(p), mpf(guess))
            quantiles.append([p, df, float(-q)])
    rows["studentTSurvival"], rows["studentTQuantile"] = tails, quantiles

    tails, quantiles = [], []
    for df in shapes:
        for p in small:
            for side, guess in enumerate([float(stats.chi2.ppf(p, df)), float(stats.chi2.isf(p, df))]):
                if not 1e-280 < guess < 1e280:
                    continue
                x = rounded(guess)
                tails.append([x, df, *map(float, gamma_tails(mpf(df) / 2, mpf(x) / 2))])
                if df <= 1e5:
                    sign = 1 - 2 * side
                    q = quantile(lambda v: sign * mp.log(gamma_tails(mpf(df) / 2, v / 2)[side]),
                                 mpf(p) ** sign, mpf(guess))
                    quantiles.append([p, side, df, float(q)])
    rows["chiSquared"], rows["chiSquaredQuantile"] = tails, quantiles

    tails, quantiles = [], []
    for a, b in [(0.5, 0.5), (0.5, 3.0), (1.0, 1.0), (1.0, 30.0), (2.5, 0.5), (3.0, 7.0), (20.0, 20.5), (50.0, 0.75),
                 (101.0, 2000.0), (1e4, 1.0), (1e4, 3e4), (1e6, 0.5), (1e6, 5.0), (1e6, 1e6), (1e9, 0.5), (0.5, 1e9),
                 (12.0, 1e9), (1e9, 40.0), (1e9, 1e3), (1e9, 1e6), (4e8, 1e9), (1e9, 1e9)]:
        for p in small:
            for side, guess in enumerate([float(special.betaincinv(a, b, p)), float(special.betainccinv(a, b, p))]):
                if not 1e-280 < guess < 1 or guess == 1:
                    continue
                x = mpf(guess)
                both = beta_tails(x, 1 - x, a, b)
                if min(both) > TINY / 10:
                    tails.append([guess, a, b, *map(float, both)])
                if max(a, b) <= 1e4 and guess < 1 - 1e-9:
                    sign = 1 - 2 * side
                    q = quantile(lambda v: sign * mp.log(beta_tails(v, 1 - v, a, b)[side]), mpf(p) ** sign, x)
                    quantiles.append([p, side, a, b, float(q)])
        print("beta", a, b, flush=True)
    rows["beta"], rows["betaQuantile"] = tails, quantiles
    write(rows)


if __name__ == "__main__":
    main()
