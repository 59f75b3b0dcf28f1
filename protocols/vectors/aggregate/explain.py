"""A second reading of disclosure.md, section 17: what the score leans on, of a sample that is given.

Hospitals of the vectors whose protocol asks for it, what they release, and what a reader must refuse. Exact
fractions where the product has integers.
"""
import copy
import random
from fractions import Fraction

NUMBERS = range(74, 81)
WITHHELD = {"status": "withheld"}
CELLS = 5


def plan(study):
    return study["analysis"]["explanation"]


def case(number, protocol):
    """A hospital; the first is rich enough for every rejection."""
    draw = random.Random(number)
    rich = number == 74
    cell = 3 if rich else [None, 3, 5, 2, 3, 5, 11][number - 74]
    windows = 2 if number == 78 else 0
    study = protocol(["0.5"], [], [], [3] if rich else [2, 3], windows, [], number != 76, cell)
    study["model"]["kind"] = "logisticRegression"
    study["model"]["features"] = study["model"]["artifact"]
    largest = ["2", "0.5", "1"]
    study["analysis"] = {"explanation": {
        "rows": 1000, "features": [{"name": f"x{i}", "largest": text} for i, text in enumerate(largest)]}}
    size = {74: 400, 77: 2300, 79: 44, 80: 22}.get(number, 300)
    # Many who come back, few labels, levels of a handful.
    people = size // 2 if number == 75 else size
    rows = []
    for row in range(size):
        label = "unlabelled" if draw.random() < 0.1 else "positive" if draw.random() < 0.5 else "negative"
        rows.append({
            "patient": draw.randrange(people), "window": draw.randrange(max(1, windows)), "class": label,
            "score": draw.randrange(0, 1001) / 1000, "cells": [],
            "levels": [int(draw.random() ** 2 * (len(a["levels"]) + 0.2)) if not rich else row % 4
                       for a in study["slices"]]})
    counts_patients = "patientColumn" in study["data"]
    explained = []
    for window in range(max(1, windows)):
        of_patient = {}
        for place, row in enumerate(rows):
            if row["window"] == window and row["class"] != "unlabelled":
                of_patient.setdefault(row["patient"] if counts_patients else place, []).append(place)
        chosen = draw.sample(sorted(of_patient), min(1000, len(of_patient) // 2))
        for patient in sorted(chosen):
            # Beyond `largest` now and then, to either side; binary fractions, so that the text is short.
            parts = [draw.randrange(-40, 41) / 16 * float(text) / 2 for text in largest]
            explained.append([draw.choice(of_patient[patient]), parts])
    return study, cell, rows, explained


def slice_sums(study, rows):
    """The number of patients and the sum of each input, cut at `largest`."""
    sums = []
    for i, feature in enumerate(plan(study)["features"]):
        largest = Fraction(feature["largest"])
        sums.append(sum(min(abs(Fraction(parts[i])), largest) for _, parts in rows))
    return len(rows), sums


def window(study, k, all_rows, explained, index, written):
    """What stands in a window whose slices are written already."""
    inside = [(all_rows[place], parts) for place, parts in explained if all_rows[place]["window"] == index]

    def released(members):
        rows, sums = slice_sums(study, members)
        return {"rows": rows, "steps": [
            int(total // (k * Fraction(feature["largest"])))
            for total, feature in zip(sums, plan(study)["features"])]}

    if "positive" not in written["overall"] or len(inside) < CELLS * k:
        return WITHHELD
    document = {"overall": released(inside), "attributes": []}
    for position, attribute in enumerate(written["attributes"]):
        groups = [[m for m in inside if m[0]["levels"][position] == level] for level in range(len(attribute["levels"]))]
        shown = [level for level, slice in enumerate(attribute["levels"])
                 if "positive" in slice and len(groups[level]) >= CELLS * k]
        while shown and 0 < len(inside) - sum(len(groups[level]) for level in shown) < k:
            shown.remove(min(shown, key=lambda level: (len(groups[level]), -level)))
        document["attributes"].append(
            [released(group) if level in shown else WITHHELD for level, group in enumerate(groups)])
    return document


def rejects(documents, change):
    """name: (number, document, words)."""
    made = {}
    place = ("windows", 0, "explanation")
    overall = (*place, "overall")
    level = (*place, "attributes", 0, 0)

    def add(name, words, *changes, number=74):
        document = documents[number]
        for path, value in changes:
            document = change(document, path, value)
        made["explanation-" + name] = (number, document, words)

    def more(by):
        return lambda old: old + by

    add("missing", "key explanation is missing",
        (("windows", 0), lambda old: {k: v for k, v in old.items() if k != "explanation"}))
    add("nobody-asked-for", "unknown key explanation", (place, WITHHELD), number=1)
    add("steps-missing", "has 2 entries where the protocol asks for 3", ((*overall, "steps"), lambda old: old[:-1]))
    add("step-negative", "an integer outside 0 to", ((*overall, "steps", 0), -1))
    add("step-above-the-patients", "contributions are above what the patients can add",
        ((*overall, "steps", 0), lambda old: documents[74]["windows"][0]["explanation"]["overall"]["rows"] // 3 + 1))
    add("rows-above-the-plan", "an integer outside 0 to 1000", ((*overall, "rows"), 1001))
    add("of-other-patients", "is not of as many patients as the protocol samples", ((*overall, "rows"), more(1)))
    add("withheld-for-no-reason", "is withheld of a window with enough patients", (place, WITHHELD))
    add("level-of-few", "an explanation is of fewer patients than its minimum",
        ((*level, "rows"), 14), ((*level, "steps"), [0, 0, 0]))
    add("level-of-more-than-it-has", "samples more patients than a level has",
        ((*level, "rows"), documents[74]["windows"][0]["attributes"][0]["levels"][0]["patients"] + 1))
    add("level-missing", "has 3 entries where the protocol asks for 4", ((*place, "attributes", 0), lambda old: old[:-1]))
    add("attribute-missing", "has 0 entries where the protocol asks for 1", ((*place, "attributes"), []))
    add("levels-do-not-add-up", "patients of the levels do not add up to overall", ((*level, "rows"), more(-3)))
    add("left-over-below-the-minimum", "patients that are left over are below the minimum cell", ((*level, "rows"), more(-1)))
    add("contributions-do-not-add-up", "contributions of the levels do not agree with overall", ((*level, "steps", 1), more(5)))
    add("contributions-left-over", "contributions of the levels do not agree with overall",
        ((*level, "steps", 0), 0), ((*place, "attributes", 0, 1, "steps", 0), 0))
    hidden = next(n for n in NUMBERS if documents[n]["windows"][0]["attributes"] and any(
        s == WITHHELD for s in documents[n]["windows"][0]["attributes"][0]["levels"]) and documents[n]["windows"][0]["explanation"] != WITHHELD)
    at = documents[hidden]["windows"][0]["attributes"][0]["levels"].index(WITHHELD)
    add("of-a-withheld-level", "stands where the level is not released",
        ((*place, "attributes", 0, at), copy.deepcopy(documents[hidden]["windows"][0]["explanation"]["overall"])), number=hidden)
    unseen = next(n for n in NUMBERS if documents[n]["windows"][0]["overall"] == WITHHELD)
    add("of-a-withheld-window", "stands where overall is not released",
        (place, {"overall": {"rows": 30, "steps": [0, 0, 0]}, "attributes": [
            [WITHHELD] * len(a["levels"]) for a in documents[unseen]["windows"][0]["attributes"]]}), number=unseen)
    return made
