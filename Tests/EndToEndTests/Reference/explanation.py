"""What the score leans on, from the raw rows: the sample, a logistic regression's contributions, and the merge."""
import numpy as np

MASK = 2**64 - 1
CELLS = 5


def mix(key, word):
    x = ((key ^ word) + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & MASK
    return x ^ x >> 31


def keys(inputs):
    """One key a row of inputs."""
    words = (inputs + 0.0).view(np.uint64)
    found = []
    for values, bits in zip(inputs, words):
        key = 0
        for value, word in zip(values, bits):
            key = mix(key, MASK if np.isnan(value) else int(word))
        found.append(key)
    return found


class Explanation:
    """Part of the checker: the rows under `explanation`."""

    def explanation(self, file, rows, sites, estimand):
        c, plan = self.comparison, self.study.protocol.get("analysis", {}).get("explanation")
        if plan is None:
            c.exact("explanations", file, rows, [])
            return
        windows = {name: [index] for index, name in enumerate(self.study.windows)}
        if len(windows) > 1:
            windows["all"] = list(range(len(windows)))
        order = [(name, *slice) for name in windows for slice in self.study.slices()]
        c.exact("order of explanation", file, [(r["window"], r["attribute"], r["level"]) for r in rows], order)
        first = {}
        for i, row in enumerate(rows):
            slice = (row["attribute"], row["level"])
            strata = [(s, w, self.explained(s, w)) for s in sites for w in windows[row["window"]]]
            names = [(site if estimand == "pooledRows" else self.study.windows[w], found) for site, w, found in strata]
            c.exact("contributors", f"{file} {slice}", row["contributors"],
                    list(dict.fromkeys(n for n, found in names if isinstance(found.get(slice), tuple))))
            c.exact("withheld", f"{file} {slice}", row["withheld"],
                    list(dict.fromkeys(n for n, found in names if found.get(slice) == "withheld")))
            shown = [(site, found) for site, _, found in strata if isinstance(found.get(slice), tuple)]
            c.exact("rows", f"{file} {slice}", row["rows"], sum(found[slice][0] for _, found in shown))
            if not shown:
                continue
            means, shares = self.leaning_shares([(site, found[slice]) for site, found in shown])
            _, whole = self.leaning_shares([(site, found[("overall", "all")]) for site, found in shown])
            where = {"file": file, "window": row["window"], "attribute": slice[0], "level": slice[1],
                     "metric": "explanation", "estimand": estimand}
            is_level, before = slice[0] != "overall", None
            if estimand == "site" and row["window"] != "all":
                before = first.get(slice)
                first.setdefault(slice, shares)
            for j, feature in enumerate(row["features"]):
                c.exact("inputs", file, feature["feature"], plan["features"][j]["name"])
                expected = between("mean", means[j]) | between("share", shares[j])
                expected |= between("overallShare", whole[j] if is_level else None)
                expected |= between("change", before and (
                    shares[j][0] - before[j][0], shares[j][1] - before[j][2], shares[j][2] - before[j][1]))
                self.group_of(where, f"explanation/{i}/features/{j}", feature, expected)
            self.group_of(where, f"explanation/{i}", row,
                          between("fromOverall", distance(shares, whole) if is_level else None)
                          | between("fromFirst", before and distance(shares, before)))

    def group_of(self, where, at, found, expected):
        self.comparison.group(("explanation", where["estimand"]), where, at, found, expected, 1e-10)

    def explained(self, site, window):
        """By slice, the sampled patients and steps, or that they are withheld; slices without rows are left out."""
        if not hasattr(self, "explained_strata"):
            self.explained_strata = {}
        if (site, window) in self.explained_strata:
            return self.explained_strata[site, window]
        released = self.aggregates[site]["windows"][window]
        rows = self.rows[site]
        inside = rows[rows[" window"] == window]
        sampled = self.explained_sample(inside[inside[" label"] >= 0])
        found = {}
        for slice in self.study.slices():
            chosen = inside if slice[0] == "overall" else inside[inside[" level " + slice[0]] == slice[1]]
            if len(chosen):
                found[slice] = self.stratum_explained(site, released, slice, sampled)
        self.explained_strata[site, window] = found
        return found

    def stratum_explained(self, site, released, slice, sampled):
        shown = released["explanation"]
        if "status" not in shown and slice[0] != "overall":
            names = [a["attribute"] for a in self.study.protocol["slices"]]
            attribute = self.study.protocol["slices"][names.index(slice[0])]
            shown = shown["attributes"][names.index(slice[0])][self.study.levels(attribute).index(slice[1])]
            sampled = sampled[sampled[" level " + slice[0]] == slice[1]]
        elif "status" not in shown:
            shown = shown["overall"]
        if "status" in shown:
            return "withheld"
        k = self.aggregates[site]["policy"]["minimumCell"]
        plan = self.study.protocol["analysis"]["explanation"]["features"]
        terms = {term["name"]: (j, term) for j, term in enumerate(self.study.model["features"])}
        inputs, steps = np.array(sampled[" inputs"].tolist()).reshape(len(sampled), len(terms)), []
        for feature in plan:
            j, term = terms[feature["name"]]
            parts = term["coefficient"] * np.nan_to_num(inputs[:, j] - term["impute"])
            units = np.rint(np.minimum(np.abs(parts), float(feature["largest"])) * 2.0**32).astype(np.int64)
            steps.append(int(units.sum()) // (k * round(float(feature["largest"]) * 2**32)))
        self.comparison.exact("explanation of a stratum", f"{site} {slice}", shown, {"rows": len(sampled), "steps": steps})
        return len(sampled), steps

    def explained_sample(self, rows):
        rows = rows.assign(**{" key": keys(np.array(rows[" inputs"].tolist()).reshape(len(rows), -1))})
        levels = [" level " + a["attribute"] for a in self.study.protocol["slices"]]
        order = {a["attribute"]: self.study.levels(a) for a in self.study.protocol["slices"]}
        places = [rows[name].map({level: i for i, level in enumerate(order[name[7:]])}) for name in levels]
        rows[" order"] = list(zip(rows[" key"], *places))
        if self.study.patient:
            people = rows.groupby(self.study.patient)
            totals = people[" key"].agg(lambda found: mix(0, sum(found) & MASK))
            rows = rows.loc[people[" order"].agg(lambda found: found.sort_values().index[0])]
            rows[" person"] = rows[self.study.patient].map(totals)
        else:
            rows[" person"] = rows[" key"]
        chosen = sorted(range(len(rows)), key=lambda i: (rows[" person"].iloc[i], rows[" order"].iloc[i]))
        return rows.iloc[chosen[:min(self.study.protocol["analysis"]["explanation"]["rows"], len(rows) // 2)]]

    def leaning_shares(self, strata):
        rows = sum(found[0] for _, found in strata)
        means = []
        for j, feature in enumerate(self.study.protocol["analysis"]["explanation"]["features"]):
            low = up = 0
            for site, (count, steps) in strata:
                k = self.aggregates[site]["policy"]["minimumCell"]
                low += steps[j] * k
                up += min(steps[j] * k + k, count)
            largest = float(feature["largest"]) / rows
            means.append(((low + up) / 2 * largest, low * largest, up * largest))
        shares = []
        for j, (value, low, up) in enumerate(means):
            others = means[:j] + means[j + 1:]
            shares.append((value / sum(m[0] for m in means), low / (low + sum(m[2] for m in others)) if low else 0.0,
                           up / (up + sum(m[1] for m in others))))
        return means, shares


def between(name, numbers):
    return {f"{name}.{key}": x for key, x in zip(("value", "lower", "upper"), numbers or (None, None, None))}


def distance(one, other):
    return (sum(abs(a[0] - b[0]) for a, b in zip(one, other)) / 2,
            sum(max(0.0, a[1] - b[2], b[1] - a[2]) for a, b in zip(one, other)) / 2,
            min(1.0, sum(max(a[2] - b[1], b[2] - a[1]) for a, b in zip(one, other)) / 2))
