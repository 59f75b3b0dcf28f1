"""Cells of a FHIR export whose observations and conditions are linked to encounters by time.

Written from protocols/site-files.md, section 3.4, and from nothing else: every encounter is compared with every resource.
Usage: time_link.py PATIENTS ENCOUNTERS CONDITIONS OBSERVATIONS; prints one line an encounter in the order of the file:
a dash where the row is unreadable, else, divided by commas, the first, last, min and max value from 0 to 48 hours, the last one from 2 to 6
hours, and whether there is the condition.
"""

import calendar
import json
import sys
from datetime import date, datetime, timedelta, timezone

FAR = datetime(9999, 12, 31, tzinfo=timezone.utc)


def resources(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def moment(text):
    """A time with a zone, to the second; None for anything else."""
    if text is None or "T" not in text:
        return None
    time = datetime.fromisoformat(text)
    return None if time.tzinfo is None else time.replace(microsecond=0)


def days(text):
    """The first and the last day of a date that may be a year or a month."""
    if text is None or "T" in text:
        return None
    parts = [int(part) for part in text.split("-")]
    first = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    if len(parts) == 3:
        return first, first
    month = parts[1] if len(parts) == 2 else 12
    return first, date(parts[0], month, calendar.monthrange(parts[0], month)[1])


def period(encounter):
    """Start, last second and calendar; None where one of them cannot be had."""
    start = moment(encounter["period"].get("start"))
    if start is None:
        return None
    zone = start.tzinfo
    if "end" not in encounter["period"]:
        return start, FAR, zone
    text = encounter["period"]["end"]
    end = moment(text)
    if end is None:
        if days(text) is None:
            return None
        last = days(text)[1]
        end = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=zone)
    return (start, end, zone) if end >= start else None


def subject(resource):
    return resource["subject"]["reference"].split("/")[-1] if "subject" in resource else None


def values(observations, patient, span, hours):
    """Time, number and text of what counts in an encounter."""
    for observation in observations:
        if observation["status"] not in ("final", "amended", "corrected") or subject(observation) != patient:
            continue
        time = moment(
            observation.get("effectiveDateTime")
            or observation.get("effectiveInstant")
            or observation.get("effectivePeriod", {}).get("start")
        )
        if time is None or not span[0] <= time <= span[1]:
            continue
        if not timedelta(hours=hours[0]) <= time - span[0] < timedelta(hours=hours[1]):
            continue
        value = observation["valueQuantity"]["value"]
        yield time, value


def pick(found, choice):
    found = list(found)
    if not found:
        return ""
    if choice in ("first", "last"):
        time = min(t for t, _ in found) if choice == "first" else max(t for t, _ in found)
        return str(min(v for t, v in found if t == time))
    return str(min(v for _, v in found) if choice == "min" else max(v for _, v in found))


def has_condition(conditions, patient, span):
    for condition in conditions:
        if subject(condition) != patient:
            continue
        text = (
            condition.get("onsetDateTime")
            or condition.get("onsetPeriod", {}).get("start")
            or condition.get("recordedDate")
        )
        time = moment(text)
        if time is not None:
            if span[0] <= time <= span[1]:
                return True
        elif days(text) is not None:
            first, last = days(text)
            until = date.max if span[1] == FAR else span[1].astimezone(span[2]).date()
            if span[0].date() <= first and last <= until:
                return True
    return False


def main():
    patients, encounters, conditions, observations = (resources(path) for path in sys.argv[1:5])
    known = {patient["id"] for patient in patients}
    for encounter in encounters:
        span = period(encounter)
        patient = subject(encounter)
        if span is None or patient not in known:
            print("-")
            continue
        row = [pick(values(observations, patient, span, (0, 48)), c) for c in ("first", "last", "min", "max")]
        row.append(pick(values(observations, patient, span, (2, 6)), "last"))
        row.append("1" if has_condition(conditions, patient, span) else "0")
        print(",".join(row))


main()
