#!/usr/bin/env python3
"""Makes the vectors of repeated looks: protocol.json, matrix/ and expected.json.

The matrix is that of ../merge under a protocol with other criteria. expected.json holds the multipliers of four planned
looks and the interval of each number that a criterion with looks judges, by means of its own: Simpson's rule on a fine
grid, bisection with the C library's lgamma, and Wilson's formula. gates-1.json, gates-4.json and gates-5.json are the
verdicts of the reference program at those looks. `--check` compares instead of writing. Shares no code with the reader.
"""
import copy
import hashlib
import json
import math
import pathlib
import statistics
import sys
from decimal import Decimal

HERE = pathlib.Path(__file__).parent
MERGE = HERE.parent / "merge"
ALPHA, PLANNED, Z = 0.05, 4, 1.959963984540054
ALWAYS, SPENDING = {"method": "alwaysValid"}, {"method": "alphaSpending", "planned": PLANNED}


def canonical(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def criterion(id, metric, scope, bound, comparison, limit, threshold=None, **more):
    value = {"id": id, "rationale": "an example", "metric": metric, "scope": scope, "bound": bound,
             "comparison": comparison, "limit": limit, "confidence": "0.95", "minimumEvents": 10,
             "slice": {"attribute": "overall"},
             "coverage": {"minimumSites": 3, "minimumRowShare": "0.5", "whenWithheld": "block"}, **more}
    return value | ({"threshold": threshold} if threshold else {})


def protocol():
    document = json.loads((MERGE / "protocol.json").read_bytes())
    document["id"] = "look-vectors"
    document["monitoring"] = {"everyDays": 30, "openDays": 14, "quorum": 3, "looks": PLANNED}
    document["phases"][0]["goCriteria"] = [
        criterion("sensitivity-always", "sensitivity", "everySite", "lower", "atLeast", "0.35", "0.4", looks=ALWAYS),
        criterion("sensitivity-spending", "sensitivity", "worstSite", "lower", "atLeast", "0.35", "0.4", looks=SPENDING),
        criterion("prevalence-always", "prevalence", "pooledRows", "upper", "atMost", "0.35", looks=ALWAYS),
        criterion("prevalence-spending", "prevalence", "pooledRows", "upper", "atMost", "0.35", looks=SPENDING),
        criterion("flags-newest", "flagRate", "pooledRows", "upper", "atMost", "0.4", "0.4", window="newest"),
    ]
    document["phases"][0]["stopCriteria"] = [
        criterion("stop-flags", "flagRate", "everySite", "upper", "atMost", "0.6", "0.4", looks=SPENDING)]
    return document


def matrix(protocol_digest):
    for name in ["pooled.json"] + [f"sites/{path.name}" for path in sorted((MERGE / "matrix/sites").glob("*.json"))]:
        document = json.loads((MERGE / "matrix" / name).read_bytes())
        document["protocol"] = protocol_digest
        yield f"matrix/{name}", document


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


def wilson(successes, trials, z):
    share = successes / trials
    middle = share + z * z / 2 / trials
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / 4 / trials ** 2)
    return (middle - spread) / (1 + z * z / trials), (middle + spread) / (1 + z * z / trials)


def effective(measure):
    """Successes and trials, on the effective number of trials where the matrix has its interval on them."""
    successes, trials = measure["successes"], measure["trials"]
    if measure["method"] != "wilson-effective-95/v1":
        return successes, trials
    width = float(measure["upper"]) - float(measure["lower"])
    share = successes / trials
    half = 2 * share * (1 - share) - width ** 2
    u = width ** 2 / (half + math.sqrt(half ** 2 + (1 - width ** 2) * width ** 2))
    count = min(trials, Z * Z / u)
    return share * count, count


def expected(document, files):
    written = [f"{value:.9f}" for value in multipliers()]
    sites = [site["id"] for site in document["sites"] if site["role"] == "validation"]
    rows = []
    phase = document["phases"][0]
    for item in phase["goCriteria"] + phase["stopCriteria"]:
        if "looks" not in item:
            continue
        places = [("pooled.json", None)] if item["scope"] == "pooledRows" else [(f"sites/{id}.json", id) for id in sites]
        for name, site in places:
            part = files[f"matrix/{name}"]
            row = next(row for row in part["rows"] if row["window"] == "all" and row["attribute"] == "overall")
            measure = next(
                measure for measure in row["measures"]
                if measure["metric"] == item["metric"] and measure.get("threshold") == item.get("threshold")
                and measure["estimand"] == ("pooledRows" if site is None else "site"))
            successes, trials = effective(measure)
            for look in (1, 4):
                if item["looks"] == ALWAYS:
                    lower, upper = sequence(successes, trials)
                else:
                    lower, upper = wilson(successes, trials, float(written[look - 1]))
                rows.append({"criterion": item["id"], "look": look, "lower": f"{Decimal(lower):.12f}",
                             "upper": f"{Decimal(upper):.12f}"} | ({"site": site} if site else {}))
    return {"multipliers": written, "intervals": rows}


def files():
    document = protocol()
    content = canonical(document)
    yield "protocol.json", content
    parts = dict(matrix(digest(content)))
    for name, part in parts.items():
        yield name, canonical(part)
    yield "expected.json", (json.dumps(expected(document, copy.deepcopy(parts)), indent=1) + "\n").encode()


def main():
    check = "--check" in sys.argv[1:]
    stale = []
    for name, content in files():
        path = HERE / name
        if check:
            if not path.exists() or path.read_bytes() != content:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if stale:
        sys.exit("differ: " + ", ".join(stale))


if __name__ == "__main__":
    main()
