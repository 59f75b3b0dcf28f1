#!/usr/bin/env python3
"""Makes the vectors of repeated looks: protocol.json, matrix/ and expected.json.

The matrix is made up. expected.json holds the multipliers of four planned looks and the interval of each number that a criterion with looks judges, by means of its own: Simpson's rule on a fine
grid, bisection with the C library's lgamma, and Wilson's formula. gates-1.json, gates-4.json and gates-5.json are the
verdicts of the reference program at those looks. `--check` compares instead of writing. Shares no code with the reader.
"""
import json
import math
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "gates/criteria"))

from study import (MONTHS, SITES, canonical, criterion, digest, pooled_file, proportion, protocol, row, site_file,  # noqa: E402
                   wilson, write, written)

ALPHA, PLANNED = 0.05, 4
ALWAYS, SPENDING = {"method": "alwaysValid"}, {"method": "alphaSpending", "planned": PLANNED}
GO = [
    criterion("sensitivity-always", "sensitivity", "everySite", "lower", "atLeast", "0.35", "0.4", looks=ALWAYS),
    criterion("sensitivity-spending", "sensitivity", "worstSite", "lower", "atLeast", "0.35", "0.4", looks=SPENDING),
    criterion("prevalence-always", "prevalence", "pooledRows", "upper", "atMost", "0.35", looks=ALWAYS),
    criterion("prevalence-spending", "prevalence", "pooledRows", "upper", "atMost", "0.35", looks=SPENDING),
    criterion("flags-newest", "flagRate", "pooledRows", "upper", "atMost", "0.4", "0.4", window="newest"),
]
STOP = [criterion("stop-flags", "flagRate", "everySite", "upper", "atMost", "0.6", "0.4", looks=SPENDING)]

# Per site and window: rows, events, events flagged with their design effect, rows flagged with theirs.
COUNTS = {
    "alpha": {"january": (117, 24, 13, "1.2", 35, "1.35"), "february": (100, 33, 20, None, 36, "1.2"),
              "all": (217, 57, 33, "1.057", 71, "1.3")},
    "beta": {"january": (84, 27, 13, "1.25", 20, "1.4"), "february": (97, 34, 22, "1.2", 26, "1.37"),
             "all": (181, 61, 35, "1.24", 46, "1.36")},
    "gamma": {"january": (57, 14, 11, "1.1", 15, "1.25"), "february": (74, 11, 9, None, 17, "1.125"),
              "all": (131, 25, 20, "1.125", 32, "1.2")},
    "home": {"january": (82, 20, 7, "1.1", 11, "1.07"), "february": (98, 25, 15, None, 22, "1.1"),
             "all": (180, 45, 22, "1.08", 33, "1.1")},
    "pooled": {"january": (258, 65, 37, "1.15", 70, "1.3"), "february": (271, 78, 51, "1.12", 79, "1.28"),
               "all": (529, 143, 88, "1.148", 149, "1.298")},
}


def rows(part):
    made = []
    for window in MONTHS + ["all"]:
        count, events, found, effect, flagged, other = COUNTS[part][window]
        estimand = "pooledRows" if part == "pooled" else "site"
        contributors = SITES if part == "pooled" else MONTHS if window == "all" else [window]
        made.append(row(window, contributors, count, events, [
            proportion("prevalence", events, count, estimand=estimand),
            proportion("sensitivity", found, events, "0.4", estimand, effect),
            proportion("flagRate", flagged, count, "0.4", estimand, other)]))
    return made


def multipliers(step=0.005):
    normal = statistics.NormalDist()
    quantile = -normal.inv_cdf(ALPHA / 4)

    def above(x):
        return math.erfc(x / math.sqrt(2)) / 2

    def grid(end):
        intervals = 2 * math.ceil(end / step)
        width = 2 * end / intervals
        for index in range(intervals + 1):
            weight = 1 if index in (0, intervals) else 4 if index % 2 else 2
            yield -end + index * width, weight * width / 3

    spent = [2 * above(quantile / math.sqrt(look / PLANNED)) for look in range(1, PLANNED + 1)]
    end = -normal.inv_cdf(spent[0])
    ends = [end]
    masses = [(place, weight * math.exp(-place * place / 2) / math.sqrt(2 * math.pi)) for place, weight in grid(end)]
    for look in range(1, PLANNED):
        wanted = spent[look] - spent[look - 1]
        low, high = 0.0, 20.0
        for _ in range(60):
            end = (low + high) / 2
            if sum(mass * above(end - place) for place, mass in masses) > wanted:
                low = end
            else:
                high = end
        ends.append(end)
        if look + 1 < PLANNED:
            masses = [(place, weight / math.sqrt(2 * math.pi)
                       * sum(mass * math.exp(-(place - other) ** 2 / 2) for other, mass in masses))
                      for place, weight in grid(end)]
    return [end / math.sqrt(look) for look, end in enumerate(ends, 1)]


def sequence(successes, trials):
    failures = trials - successes
    constant = (math.lgamma(trials + 2) - math.lgamma(successes + 1) - math.lgamma(failures + 1))

    def is_inside(p):
        return constant + successes * math.log(p) + failures * math.log1p(-p) > math.log(ALPHA)

    def solve(inside, outside):
        for _ in range(200):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if is_inside(middle) else (inside, middle)
        return inside

    share = successes / trials
    return solve(share, 0.0), solve(share, 1.0)


def effective(measure):
    """Successes and trials, both over the design effect where the matrix has one."""
    effect = float(measure.get("designEffect", 1))
    return measure["successes"] / effect, measure["trials"] / effect


def expected(files):
    multiplier = [f"{value:.9f}" for value in multipliers()]
    found = []
    for item in GO + STOP:
        if "looks" not in item:
            continue
        places = [("pooled", None)] if item["scope"] == "pooledRows" else [(site, site) for site in SITES]
        for name, site in places:
            row = next(row for row in files[name]["rows"] if row["window"] == "all")
            measure = next(measure for measure in row["measures"]
                           if (measure["metric"], measure.get("threshold")) == (item["metric"], item.get("threshold")))
            successes, trials = effective(measure)
            for look in (1, 4):
                if item["looks"] == ALWAYS:
                    lower, upper = sequence(successes, trials)
                else:
                    lower, upper = wilson(successes, trials, float(multiplier[look - 1]))
                found.append({"criterion": item["id"], "look": look, "lower": written(lower), "upper": written(upper)}
                             | ({"site": site} if site else {}))
    return {"multipliers": multiplier, "intervals": found}


def files():
    document = protocol(
        "look-vectors", GO, STOP, monitoring={"everyDays": 30, "openDays": 14, "quorum": 3, "looks": PLANNED})
    content = canonical(document)
    parts = {"pooled": pooled_file(digest(content), rows("pooled"))}
    for site in SITES + ["home"]:
        parts[site] = site_file(digest(content), site, rows(site))
    yield "protocol.json", content
    for name, part in parts.items():
        yield f"matrix/{name if name == 'pooled' else f'sites/{name}'}.json", canonical(part)
    yield "expected.json", (json.dumps(expected(parts), indent=1) + "\n").encode()


if __name__ == "__main__":
    stale = write(HERE, files(), "--check" in sys.argv[1:])
    if stale:
        sys.exit("differ: " + ", ".join(stale))
