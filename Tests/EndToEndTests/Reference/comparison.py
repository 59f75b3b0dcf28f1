"""What was compared with other programs, how far apart it was, and the expected values."""
from collections import defaultdict


def unique(names):
    return list(dict.fromkeys(names))


def member(found, path):
    """A member of an object by its path with dots, or None."""
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


class Comparison:
    def __init__(self):
        self.table = defaultdict(lambda: {"n": 0, "abs": 0.0, "rel": 0.0, "over": 0})
        self.failures, self.vectors = [], []

    def exact(self, what, where, found, expected):
        row = self.table[("exactly", what)]
        row["n"] += 1
        if found != expected:
            row["over"] += 1
            where = where if isinstance(where, str) else " ".join(map(str, where))
            self.failures.append(f"{where}: {what} is {found}, expected {expected}")

    def close(self, key, where, found, expected, allowed):
        row = self.table[key]
        difference = abs(found - expected)
        row["n"] += 1
        row["abs"] = max(row["abs"], difference)
        if abs(expected) > 1e-6:
            row["rel"] = max(row["rel"], difference / abs(expected))
        if not difference <= allowed:
            row["over"] += 1
            self.failures.append(f"{where}: {key[0]} is {found!r}, expected {expected!r}, allowed {allowed:.1e}")

    def written(self, key, where, text, expected, relative, slack=0.0):
        """Compares a written decimal; returns what it may be off by."""
        places = len(text.split(".")[1])
        allowed = max(0.5 * 10.0**-places, 1e-12) + relative * abs(expected) + slack
        self.close(key, where, float(text), expected, allowed)
        return allowed

    def group(self, key, where, at, found, expected, relative, slack=0.0):
        """Compares members of an object, by paths with dots, and keeps them as one vector.

        `at` is the object's place in its file. A member whose expected value is None must not be there.
        """
        place, numbers, allowed = " ".join(str(text) for text in where.values()), {}, 0.0
        for name, value in expected.items():
            text = member(found, name)
            if (text is None) != (value is None):
                self.exact("members present", place, name, f"{name} = {text}")
            elif value is not None:
                allowed = max(allowed, self.written(key, f"{place} {name}", text, value, relative, slack))
                numbers[name] = float(value)
        if numbers:
            self.vectors.append({**where, "at": at, "numbers": numbers, "tolerance": float(f"{allowed:.2g}")})
