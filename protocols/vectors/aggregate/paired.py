"""A second reading of disclosure.md, "Model and baseline on the same rows": joint tables and paired ranks.

Counts pair by pair and asks every cell; shares no code and no algorithm with the product.
"""
import copy
import random

CLASSES = ("positive", "negative", "unlabelled")
WITHHELD = {"status": "withheld"}


def has_baseline(protocol):
    return "baseline" in protocol


def column(protocol, row):
    """The baseline's interval among all its thresholds; one more than the last for a row without a score."""
    texts = protocol["baseline"]["thresholds"]
    if row["baseline"] is None:
        return len(texts) + 1
    return sum(float(text) <= row["baseline"] for text in texts)


def interval(protocol, row):
    return sum(float(t["value"]) <= row["score"] for t in protocol["model"]["thresholds"])


class Joint:
    """Rows and patients of some members by class and cell, on the kept positions of the thresholds."""

    def __init__(self, study, members, kept):
        self.study, self.members, self.kept = study, members, kept
        total = len(study.protocol["model"]["thresholds"])

        def place(position):
            return sum(index < position for index in kept)

        self.width = len(kept) + 2
        size = (len(kept) + 1) * self.width
        self.rows = {c: [0] * size for c in CLASSES}
        self.patients = {c: [0] * size for c in CLASSES}
        for row in members:
            b = column(study.protocol, row)
            cell = place(interval(study.protocol, row)) * self.width
            cell += self.width - 1 if b == total + 1 else place(b)
            self.rows[row["class"]][cell] += 1
            self.patients[row["class"]][cell] += row["designated"]

    def without(self, others):
        rest = copy.copy(self)
        for name in ("rows", "patients"):
            table = getattr(self, name)
            setattr(rest, name, {
                c: [count - sum(getattr(o, name)[c][i] for o in others) for i, count in enumerate(table[c])]
                for c in CLASSES})
        return rest

    def passes(self):
        k = self.study.k
        return all(
            p + n == 0 or min(self.patients["positive"][i], self.patients["negative"][i]) >= k
            for i, (p, n) in enumerate(zip(self.rows["positive"], self.rows["negative"])))

    def unlabelled_passes(self):
        return all(
            rows == 0 or people >= self.study.k
            for rows, people in zip(self.rows["unlabelled"], self.patients["unlabelled"]))

    def written(self, shows):
        return {
            "thresholds": [self.study.protocol["model"]["thresholds"][i]["value"] for i in self.kept],
            "positive": self.rows["positive"], "negative": self.rows["negative"],
            "unlabelled": self.rows["unlabelled"] if shows else WITHHELD, "ranks": self.ranks(),
        }

    def tells_a_value(self):
        """Whether one of the scores has so few values that its rank integers could tell of fewer than k patients."""
        compared = [r for r in self.members if r["class"] != "unlabelled" and r["baseline"] is not None]
        for key in ("score", "baseline"):
            values = {r[key] for r in compared}
            if len(values) > 10:
                continue
            for value in values:
                for c in CLASSES[:2]:
                    there = [r for r in compared if r["class"] == c and r[key] == value]
                    if (len({r["patient"] for r in there}) if self.study.counts_patients else len(there)) < self.study.k:
                        return True
        return False

    def ranks(self):
        compared = [c for c in range(len(self.rows["positive"])) if c % self.width != self.width - 1]
        for c in CLASSES[:2]:
            if sum(self.patients[c][cell] for cell in compared) < self.study.k:
                return WITHHELD
        if self.tells_a_value():
            return WITHHELD
        rows = {c: [r for r in self.members if r["class"] == c and r["baseline"] is not None] for c in CLASSES[:2]}
        found = {}
        for name, key in (("candidate", "score"), ("baseline", "baseline")):
            up, down = ([r[key] for r in rows[c]] for c in CLASSES[:2])
            found[name] = (
                [sum(2 * (q < p) + (q == p) for q in down) for p in up],
                [sum(2 * (p > q) + (p == q) for p in up) for q in down])
        document = {"positives": len(rows["positive"]), "negatives": len(rows["negative"])}
        for name, (c, d) in found.items():
            document[name] = {
                "positiveSum": str(sum(c)), "positiveSquares": str(sum(x * x for x in c)),
                "negativeSum": str(sum(d)), "negativeSquares": str(sum(x * x for x in d))}
        for place, c in enumerate(CLASSES[:2]):
            pairs = zip(found["candidate"][place], found["baseline"][place])
            document[c + "Products"] = str(sum(x * y for x, y in pairs))
        return document


def within(study, kept, edges):
    """The kept thresholds that are edges of a division of the score too."""
    texts = [study.grid.texts[e] for e in edges]
    return [i for i in kept if study.protocol["model"]["thresholds"][i]["value"] in texts]


def overall(study, members, edges, shows):
    """What is written of a window's overall, and the thresholds and unlabelled rows that the levels follow."""
    if edges is None:
        return WITHHELD, None
    kept = within(study, range(len(study.protocol["model"]["thresholds"])), edges)
    while kept and not Joint(study, members, kept).passes():
        kept.pop()
    if not kept:
        return WITHHELD, None
    joint = Joint(study, members, kept)
    shows = shows and joint.unlabelled_passes()
    return joint.written(shows), {"kept": kept, "shows": shows, "members": members}


def crosses(document):
    """Whether an attribute has joint tables beside score intervals that are finer than their rows."""
    tables = [l["paired"] for l in document["levels"] if l.get("paired", WITHHELD) != WITHHELD]
    return bool(tables) and len(document["edges"]) - 2 > len(tables[0]["thresholds"])


def levels(study, chosen, members_of, occupied, edges, shows, decided, may_cross):
    """What is written of each chosen level of an attribute."""
    kept = within(study, decided["kept"], edges) if decided and edges else []
    if not kept or not may_cross and len(edges) - 2 > len(kept):
        return {level: WITHHELD for level in chosen}
    whole = Joint(study, decided["members"], kept)
    tables = {level: Joint(study, members_of[level], kept) for level in chosen}
    shown = [level for level in chosen if tables[level].passes()]

    def rest():
        return whole.without([tables[level] for level in shown])

    while shown and set(shown) != set(occupied) and not rest().passes():
        shown.remove(min(shown, key=lambda level: (len(members_of[level]), -level)))
    shows = shows and decided["shows"]
    shows = shows and all(t.unlabelled_passes() for t in [*(tables[level] for level in shown), rest()])
    return {level: tables[level].written(shows) if level in shown else WITHHELD for level in chosen}


# ---- vectors


# The first two are rich enough for the rejections. The others were looked for: a threshold given up (91, 223), one
# that the slice has merged away (108), rows without a label withheld in all (114) or in the levels (167), levels of
# which only some are shown (140, 503, 801), levels on fewer thresholds (651); nobody with a baseline score (1); a baseline of four values, one of them rare (2001).
SEEDS = dict(enumerate([61, 62, 91, 108, 114, 140, 167, 223, 503, 651, 801, 1, 2001], 61))
NUMBERS = SEEDS.keys()


def case(number, protocol):
    """A hospital with a baseline."""
    seed = SEEDS[number]
    draw = random.Random(seed)
    rich = seed in (61, 62)
    cell = 3 if rich else draw.choice([2, 3, 5])
    thresholds = ["0.3", "0.6"] if rich else draw.choice([["0.5"], ["0.3", "0.6"], ["0.2", "0.4", "0.8"]])
    # The baseline is no probability: it runs from -10 to 10.
    limits = {"0.5": "0", "0.3": "-4", "0.6": "2", "0.2": "-6", "0.4": "-2", "0.8": "6"}
    shape = dict(
        thresholds=thresholds, calibration=["0.45"] if rich else draw.choice([[], ["0.45"]]),
        fine=[] if rich else draw.choice([[], ["0.1", "0.7"]]), attributes=[2, 1] if rich else [draw.randint(1, 3)],
        windows=0, columns=[], patients=seed == 61 or (not rich and draw.random() < 0.5), cell=cell)
    study = protocol(**shape)
    study["baseline"] = {"name": "before", "column": "b", "thresholds": [limits[t] for t in thresholds]}
    coarse = seed == 2001
    size = 1800 if rich else 900 if coarse else draw.choice([40, 150, 400])
    people = max(1, size // draw.choice([1, 2]))
    missing = {61: 0.3, 62: 0, 1: 1}.get(seed, draw.choice([0, 0, 0.02, 0.3]))
    unlabelled = 0.35 if rich else draw.choice([0, 0.2])
    spread = 15 if rich else draw.choice([1, 3, 8])
    rows = []
    for _ in range(size):
        name = "unlabelled" if draw.random() < unlabelled else draw.choice(CLASSES[:2])
        score = draw.randrange(0, 101) / 100
        baseline = round(max(-10.0, min(10.0, 20 * score - 10 + draw.uniform(-spread, spread))), 1)
        if coarse:
            baseline = draw.choice([-9.0, 0.0, 9.0]) if len(rows) else 9.5
        rows.append({
            "patient": draw.randrange(people), "window": 0, "class": name, "score": score,
            "levels": [int(draw.random() ** 1.5 * (n + (0 if rich else 1))) for n in shape["attributes"]],
            "cells": [], "baseline": None if draw.random() < missing else baseline,
        })
    return study, cell, rows, {}


def rejects(documents, change):
    """name: (number, document, what the reader says)."""
    overall = ("windows", 0, "overall", "paired")
    level = ("windows", 0, "attributes", 0, "levels", 0, "paired")
    second = ("windows", 0, "attributes", 0, "levels", 1, "paired")
    made = {}

    def add(number, name, words, *changes):
        document = documents[number]
        for path, value in changes:
            document = change(document, path, value)
        made["paired-" + name] = (number, document, words)

    def move(a, b, by):
        def moved(old):
            new = list(old)
            new[a] -= by
            new[b] += by
            return new
        return moved

    def more(by=1):
        return lambda old: str(int(old) + by)

    def to(number, *path):
        place = documents[number]
        for step in path:
            place = place[step]
        return place

    table = to(61, *overall, "positive")
    emptied = move(0, 1, table[0] - 1)
    add(61, "missing", "key paired is missing", (("windows", 0, "overall"), lambda old: {k: v for k, v in old.items() if k != "paired"}))
    add(61, "cells-missing", "entries where the protocol asks for", ((*overall, "positive"), lambda old: old[1:]))
    add(61, "without-thresholds", "paired.thresholds", ((*overall, "thresholds"), []))
    add(61, "foreign-threshold", "0.45 is not a threshold of the protocol", ((*overall, "thresholds"), ["0.3", "0.45"]))
    add(61, "below-the-minimum", "a paired cell is below the minimum cell in one class", ((*overall, "positive"), emptied))
    add(61, "zero-of-one-class", "a paired cell is below the minimum cell in one class",
        ((*overall, "positive"), move(0, 1, table[0])))
    add(61, "unlabelled-below-the-minimum", "an unlabelled paired cell is below the minimum cell",
        ((*overall, "unlabelled"), lambda old: move(0, 1, old[0] - 1)(old)))
    add(61, "other-rows", "paired counts do not add up to the score intervals",
        ((*overall, "positive"), move(0, 5, 1)))
    add(61, "unlabelled-of-a-slice-that-withholds-them", "unlabelled paired counts stand where the slice withholds them",
        (("windows", 0, "overall", "unlabelled"), WITHHELD), (("windows", 0, "histograms", "rows"), "labelled"))
    merged = ("windows", 0, "overall")
    add(61, "merged-threshold", "paired counts stand on a threshold that was merged away", *(
        [((*merged, "edges"), lambda old: [e for e in old if e != "0.6"])]
        + [((*merged, name), lambda old: [*old[:-2], old[-2] + old[-1]]) for name in CLASSES]
        + [((*merged, "clusters"), lambda old: [r for r in old if r["threshold"] != "0.6"])]))
    add(61, "ranks-of-other-rows", "paired rank sums are of another number of rows",
        ((*overall, "ranks", "positives"), lambda old: old + 1))
    add(61, "ranks-disagree", "paired rank sums are impossible", ((*overall, "ranks", "baseline", "negativeSum"), more()))
    add(61, "products-too-large", "paired rank sums are impossible", ((*overall, "ranks", "positiveProducts"), more(10**12)))
    spread = int(to(61, *overall, "ranks", "candidate", "positiveSquares"))
    add(61, "products-beyond-both-spreads", "not positive semidefinite",
        ((*overall, "ranks", "positiveProducts"), str(spread)))
    pairs = to(61, *overall, "ranks", "positives") * to(61, *overall, "ranks", "negatives")
    n = to(61, *overall, "ranks", "negatives")
    m = to(61, *overall, "ranks", "positives")
    # A baseline that ranks everything right, which its own columns contradict; a constant has no covariance.
    right = {"positiveSum": str(2 * pairs), "positiveSquares": str(4 * pairs * n), "negativeSum": str(2 * pairs),
             "negativeSquares": str(4 * pairs * m)}
    mine = to(61, *overall, "ranks", "candidate")
    add(61, "ranks-against-the-cells", "paired rank sums contradict the paired counts",
        ((*overall, "ranks", "baseline"), right),
        ((*overall, "ranks", "positiveProducts"), str(2 * n * int(mine["positiveSum"]))),
        ((*overall, "ranks", "negativeProducts"), str(2 * m * int(mine["negativeSum"]))))
    add(62, "ranks-not-those-of-the-slice", "paired rank sums of all rows are not those of the slice",
        ((*overall, "ranks", "candidate", "positiveSquares"), more(2)))
    add(61, "levels-without-overall", "has paired counts where overall has none", (overall, WITHHELD))

    def highest_dropped(old):
        t = len(old["thresholds"])
        def merge(counts):
            width = t + 2
            rows = [counts[i:i + width] for i in range(0, len(counts), width)]
            rows = [*rows[:-2], [a + b for a, b in zip(rows[-2], rows[-1])]]
            return [c for row in rows for c in [*row[:-3], row[-3] + row[-2], row[-1]]]
        return {**old, "thresholds": old["thresholds"][:-1], **{c: merge(old[c]) for c in CLASSES}}
    add(61, "level-on-fewer-thresholds", "paired counts of the levels are not on the thresholds of overall",
        (level, highest_dropped))
    add(61, "levels-do-not-add-up", "paired counts of the levels do not add up to overall",
        ((*level, "positive"), move(0, 1, 1)))
    add(61, "tables-of-a-second-attribute", "paired counts of a second attribute stand beside finer score intervals",
        (("windows", 0, "attributes", 1, "levels", 0, "paired"), to(61, *overall)))
    add(61, "left-over-below-the-minimum", "paired counts that are left over are below the minimum cell",
        (second, WITHHELD), ((*level, "positive"), lambda old: left_over(to(61, *overall, "positive"), old)))
    add(61, "unlabelled-of-some-levels", "unlabelled paired counts are released for some levels only",
        ((*level, "unlabelled"), WITHHELD))
    add(61, "unlabelled-levels-do-not-add-up", "unlabelled paired counts of the levels do not agree with overall",
        ((*level, "unlabelled"), move(0, 1, 1)))
    return made


def left_over(whole, old):
    """A level's first row changed so that it leaves one row of a cell over, with the sum of the row as it was."""
    new = list(old)
    new[0] = whole[0] - 1
    wanted = new[0] - old[0]
    for cell in (1, 2):
        taken = min(wanted, old[cell] - 3)
        new[cell] -= taken
        wanted -= taken
    assert wanted == 0
    return new
