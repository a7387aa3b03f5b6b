#!/usr/bin/env python3
"""Works out samples/expected/: what a reader must find in samples/exports/ and samples/broken/.

It reads the objects from disk and knows nothing of how they were made. Each event in them has one
fate: it is a record, a duplicate of one, foreign (no usage line) or rejected (an unsound usage
line). summary.json has the counts of the exports, and the other files are the usage reports over
their records; broken.json has the counts of what is broken on purpose, and wrapped.json those of
samples/wrapped/, whose usage lines lie inside something else.

    expect.py          writes the files
    expect.py --check  exits with 1 if the files on disk differ
"""

import base64
import gzip
import json
import re
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

SAMPLES = Path(__file__).resolve().parent
EXPECTED = SAMPLES / "expected"
FIRST_DAY, LAST_DAY = "2025-12-06", "2025-12-08"

USAGE = "bedrock_token_usage"
COUNTS = ["input_tokens", "output_tokens", "total_tokens",
          "cache_read_input_tokens", "cache_write_input_tokens"]
KEYS = {"timestamp", "tenant_id", "user_id", "model_id", "event_type", "request_id", *COUNTS}
MICROSECOND = timedelta(microseconds=1)


# --- From objects to events: (message, the envelope's time or None) -----------------------------


class Unreadable(Exception):
    pass


def events_in(data):
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable("ZIP")
    while data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)  # all members; EOFError where it is cut off
    if LINE_STAMP.match(data):
        return exported_events(data)
    return [event for item in items_in(data) for event in events_of_item(item)]


LINE_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ")


def exported_events(data):
    """Lines of an export task: a line without a stamp continues the message before it."""
    messages = []
    for line in data.split(b"\n"):
        if LINE_STAMP.match(line):
            messages.append([line])
        else:
            messages[-1].append(line)
    for lines in messages:
        stamp, _, message = b"\n".join(lines).rstrip(b"\n").partition(b" ")
        yield message, microseconds(stamp.decode())[0]


def items_in(data):
    """The JSON documents, with or without newlines between them, and the lines of text."""
    text, position, decoder = data.decode(), 0, json.JSONDecoder()
    while position < len(text):
        start, end = position, None
        if text[start] == "{":
            try:
                end = decoder.raw_decode(text, start)[1]
            except ValueError:
                pass
        if end is None:
            newline = text.find("\n", start)
            end = newline if newline >= 0 else len(text)
        if text[start:end].strip():
            yield text[start:end].encode()
        position = max(end, start + 1)


def events_of_item(item):
    """One event, unless the item is an envelope."""
    try:
        value = json.loads(item)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        value = {}
    if "awslogs" in value:
        yield from events_in(base64.b64decode(value["awslogs"]["data"]))
    elif "logEvents" not in value:
        yield item, None
    elif value["messageType"] != "DATA_MESSAGE" or not value["logEvents"]:
        yield b"", None
    else:
        for event in value["logEvents"]:
            yield event["message"].rstrip("\n").encode(), event["timestamp"] * 1000


# --- Usage lines inside something else ----------------------------------------------------------


def unwrapped(message):
    """The usage lines in a message, or the message itself where there are none."""
    return list(usage_lines(message.decode())) or [message]


def usage_lines(text):
    start = text.find("{")
    if start < 0:
        return
    try:
        value = json.loads(text[start:])
    except ValueError:
        return
    yield from usage_in(value)


def usage_in(value):
    if isinstance(value, dict):
        if value.get("event_type") == USAGE:
            yield json.dumps(value).encode()
            return
        if isinstance(value.get("rawData"), str):
            yield from usage_lines(base64.b64decode(value["rawData"]).decode())
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from usage_in(item)
    elif isinstance(value, str):
        yield from usage_lines(value)


# --- From events to records ---------------------------------------------------------------------


class Record(NamedTuple):
    time: int  # microseconds since 1970 in UTC
    tenant: bytes  # strings as UTF-8 bytes, which is how they compare
    user: bytes
    model: bytes
    input: int
    output: int
    total: int
    cache_read: int
    cache_write: int


class Unsound(Exception):
    pass


def decode(message, envelope_time):
    """(record, request id, total mismatch, coarse time), None for a foreign event, or raises Unsound."""
    try:
        pairs = sound_json(message)
    except ValueError:
        pairs = None
        if re.match(rb'\{ ?"', message):
            raise Unsound("malformed")
    if not isinstance(pairs, Pairs):
        if USAGE.encode() in message:
            raise Unsound("not a JSON object")
        return None
    if ("event_type", USAGE) not in pairs:
        return None

    known = [key for key, _ in pairs if key in KEYS]
    if len(known) != len(set(known)):
        raise Unsound("duplicate key")
    fields = dict(pairs)
    time, is_coarse = (microseconds(fields["timestamp"]) if "timestamp" in fields
                       else (envelope_time, True))
    if time is None or not 2020 <= moment(time).year <= 2050:
        raise Unsound("timestamp")
    tenant, user, model = (string(fields, key) for key in ("tenant_id", "user_id", "model_id"))
    if not tenant or not model:
        raise Unsound("empty")
    request = fields.get("request_id") or ""
    if not isinstance(request, str):
        raise Unsound("request_id")
    if request.lower() == "none":  # a placeholder
        request = ""

    for key in ("cache_read_input_tokens", "cache_write_input_tokens"):
        if fields.get(key) is None:
            fields[key] = 0
    parts = sum(count(fields, key) for key in COUNTS if key != "total_tokens")
    if fields.get("total_tokens") is None:
        fields["total_tokens"] = parts
    counts = [count(fields, key) for key in COUNTS]
    return Record(time, tenant, user, model, *counts), request, counts[2] != parts, is_coarse


class Pairs(list):
    """A JSON object as its pairs, so that a repeated key shows."""


def sound_json(message):
    def no_constants(name):
        raise ValueError(name)

    value = json.loads(message.decode(), object_pairs_hook=Pairs, parse_float=Decimal,
                       parse_constant=no_constants)
    json.dumps(value, ensure_ascii=False, default=str).encode()  # fails on a lone surrogate
    return value


def string(fields, key):
    if not isinstance(fields.get(key), str):
        raise Unsound(key)
    return fields[key].encode()


def count(fields, key):
    value = fields.get(key)
    if isinstance(value, str) and re.fullmatch("[0-9]+", value):
        value = int(value)
    if isinstance(value, Decimal) and value == int(value):
        value = int(value)
    if type(value) is not int or not 0 <= value < 2**63:
        raise Unsound(key)
    return value


TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:Z|([+-])([0-9]{2}):?([0-9]{2}))?")


def microseconds(text):
    """The time that an ISO 8601 text names, UTC where it names no zone, and whether it has less than six
    digits of a second."""
    match = TIMESTAMP.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise Unsound("timestamp")
    seconds, fraction, sign, hours, minutes = match.groups()
    try:
        time = datetime.strptime(seconds, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        raise Unsound("timestamp")
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        time = time - offset if sign == "+" else time + offset
    fraction = fraction or ""
    return ((time - datetime(1970, 1, 1)) // MICROSECOND + int(fraction.ljust(6, "0")[:6]),
            len(fraction) < 6)


def moment(time):
    return datetime(1970, 1, 1) + time * MICROSECOND


def day_of(record):
    return moment(record.time).date().isoformat()


# --- From records to reports --------------------------------------------------------------------


def size(record):
    """The sum of a version's counts, by which the largest version of a call stays."""
    return record.input + record.output + record.cache_read + record.cache_write


def is_snapshot(record, of):
    """Whether a version is an earlier snapshot of the same call, and so no conflict with it."""
    return (record.model == of.model and record[4:] != of[4:]
            and all(early <= late for early, late in zip(record[4:], of[4:])))


def ingest(folder, unwrap=False):
    """The summary without its days, and the records that are kept."""
    summary = dict.fromkeys(
        ["objects", "failed_objects", "events", "records", "duplicates", "ambiguous", "conflicts",
         "foreign", "rejected", "total_mismatches"], 0)
    calls = defaultdict(set)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            events = list(events_in(file.read_bytes()))
            if unwrap:
                events = [(line, time) for message, time in events for line in unwrapped(message)]
        except (EOFError, Unreadable):
            summary["failed_objects"] += 1
            continue
        summary["objects"] += 1
        for message, envelope_time in events:
            summary["events"] += 1
            try:
                decoded = decode(message, envelope_time)
            except Unsound:
                summary["rejected"] += 1
                continue
            if decoded is None:
                summary["foreign"] += 1
                continue

            record, request, mismatch, is_coarse = decoded
            summary["total_mismatches"] += mismatch
            versions = calls[(day_of(record), record.tenant, request) if request else record]
            if versions:
                summary["duplicates"] += 1
                summary["ambiguous"] += not request and is_coarse
            versions.add(record)
    kept = [min(versions, key=lambda one: (-size(one), -one.total, one))
            for versions in calls.values()]
    summary["records"] = len(kept)
    summary["conflicts"] = sum(
        not all(one == largest or is_snapshot(one, largest) for one in versions)
        for largest, versions in zip(kept, calls.values()))
    fates = ["records", "duplicates", "foreign", "rejected"]
    assert summary["events"] == sum(summary[fate] for fate in fates)
    return summary, kept


def days(records):
    totals = defaultdict(list)
    for record in records:
        totals[day_of(record)].append(record.total)
    assert all(FIRST_DAY <= day <= LAST_DAY for day in totals)
    return [{"date": day, "rows": len(total), "total_tokens": sum(total)}
            for day, total in sorted(totals.items())]


def sums(records):
    total = sum(record.total for record in records)
    return {
        "request_count": len(records),
        "input_tokens": sum(record.input for record in records),
        "output_tokens": sum(record.output for record in records),
        "total_tokens": total,
        "avg_tokens_per_request": total / len(records),
    }


def report(records, granularity, by=()):
    groups = defaultdict(list)
    for record in records:
        window = {"monthly": ("usage_month", day_of(record)[:7])}.get(
            granularity, ("usage_date", day_of(record)))
        key = [("tenant_id", record.tenant), window]
        if granularity == "hourly":
            key.append(("usage_hour", moment(record.time).hour))
        key += [(f"{part}_id", getattr(record, part)) for part in by]
        groups[tuple(key)].append(record)

    def order(group):
        (_, tenant), *windows_and_parts = group[0]
        windows = [value for name, value in windows_and_parts if name.startswith("usage_")]
        parts = [value for name, value in windows_and_parts if not name.startswith("usage_")]
        return windows, -sum(record.total for record in group[1]), tenant, parts

    rows = []
    for key, group in sorted(groups.items(), key=order):
        names = {name: value.decode() if isinstance(value, bytes) else value
                 for name, value in key}
        rows.append({**names, **sums(group)})
    return {"from": FIRST_DAY, "to": LAST_DAY, "granularity": granularity, "rows": rows,
            "totals": sums(records)}


def expected_files():
    summary, records = ingest(SAMPLES / "exports")
    assert not summary["rejected"] and not summary["conflicts"] and not summary["failed_objects"]
    broken, sound_among_broken = ingest(SAMPLES / "broken")
    wrapped, taken_out = ingest(SAMPLES / "wrapped", unwrap=True)
    assert not wrapped["rejected"] and not wrapped["conflicts"] and not wrapped["failed_objects"]
    return {
        "wrapped.json": {**wrapped, "days": days(taken_out)},
        "summary.json": {**summary, "days": days(records)},
        "broken.json": {**broken, "days": days(sound_among_broken)},
        "daily.json": report(records, "daily"),
        "hourly.json": report(records, "hourly"),
        "daily-by-model.json": report(records, "daily", by=["model"]),
        "daily-by-user.json": report(records, "daily", by=["user"]),
        "monthly-by-model.json": report(records, "monthly", by=["model"]),
    }


def main():
    files = {EXPECTED / name: json.dumps(value, indent=1, ensure_ascii=False) + "\n"
             for name, value in expected_files().items()}
    if sys.argv[1:] == ["--check"]:
        differ = [path.name for path, text in files.items()
                  if not path.is_file() or path.read_bytes() != text.encode()]
        print("".join(f"different: {name}\n" for name in differ), end="", file=sys.stderr)
        sys.exit(1 if differ else 0)
    if sys.argv[1:]:
        sys.exit("usage: expect.py [--check]")
    EXPECTED.mkdir(exist_ok=True)
    for path, text in files.items():
        path.write_bytes(text.encode())


if __name__ == "__main__":
    main()
