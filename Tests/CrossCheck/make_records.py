"""Makes usage records that are hard to add up and hard to quote, and the log objects they come in.

Everything follows from the seed. `make_calls` gives the calls, each with the lines that report it;
`write_objects` writes the lines as objects of JSON lines; `expected_rows` says what a lake of them
must hold.

    make_records.py FOLDER [SEED [COUNT]]   writes the objects
"""

import gzip
import json
import random
import sys
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

COMPOSED, DECOMPOSED = "\ud55c\uad6d", "\u1112\u1161\u11ab\u1100\u116e\u11a8"  # one Korean name

TENANTS = [
    "acme", "acme:prod", "globex", "Tenant", "tenant", COMPOSED, DECOMPOSED,
    " leading", "trailing ", " ", "n" * 200, "\u20ac" * 200,
    "O'Brien", "''", "it''s", "'; DROP TABLE token_usage_logs; --", "' OR '1'='1", "'\u0301accent",
    '"quoted"', "`ticked`", "back\\slash", "\\", "\\'", "\\\\n",
    "line\nbreak", "\n", "crlf\r\nend", "\rreturn", "a\n'b\n  c", "tab\there", "bell\x07\x1b[31m",
    "\x7f", "\u0085next", "\u2028line", "\u202eright", "zero\u200bwidth",
    "\U0001f600", "\uff5etilde", "\U0001f468\u200d\U0001f469", "\ufffd",
    "-- comment", "/* comment */", "semi;colon", "per%cent_", "{{ tenant }}", "${day}", "?", ":1",
    "--tenant", "-x", "--", "=1+1", "null", "NULL", "0", "1e3", "\u0661",
]
USERS = ["", "u-1", "u-2", "U-1", "o'user", "user\nname", "a1b2c3d4-0000-4000-8000-00000000000f"]
MODELS = [
    "anthropic.claude-3-haiku-20240307-v1:0",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
    "amazon.nova-lite-v1:0",
    "model'; --",
    "m\n\"del\\",
]

FIRST_DAY, LAST_DAY = datetime(2025, 11, 28), datetime(2026, 1, 3)
BORDER_DAYS = [
    datetime(2025, 11, 30), datetime(2025, 12, 1), datetime(2025, 12, 31), datetime(2026, 1, 1),
]
FAR_DAYS = [datetime(2020, 1, 1), datetime(2024, 2, 29), datetime(2024, 3, 1),
            datetime(2050, 12, 31)]
# UTC days on which clocks change somewhere.
CHANGING_DAYS = [
    datetime(2020, 10, 3), datetime(2020, 10, 4), datetime(2025, 3, 9), datetime(2025, 3, 30),
    datetime(2025, 4, 5), datetime(2025, 4, 24), datetime(2025, 4, 25), datetime(2025, 9, 7),
    datetime(2025, 10, 4), datetime(2025, 10, 26), datetime(2025, 11, 1), datetime(2025, 11, 2),
]
MICROSECOND = timedelta(microseconds=1)

HUGE, HUGE_CALLS = 1 << 55, 20  # 20 calls of 4 parts below 2**55 stay below 2**62
ORDINARY = [0, 0, 1, 10, 10, 100, 250, 1_234, 20_000, 9_999_999, 10_000_000]
# What stands for no request id.
PLACEHOLDERS = ["", "None", "NULL", "nil", "undefined", "n/a", "(null)", "<nil>", "-", " \t", "000",
                "00000000-0000-0000-0000-000000000000", "NaN", "unknown"]


class Row(NamedTuple):
    """A row of the lake, its columns in the order of the table."""

    timestamp: str
    tenant_id: str
    user_id: str
    model_id: str
    input_tokens: int
    output_tokens: int
    total_tokens: int
    event_type: str
    request_id: str | None
    cache_read_input_tokens: int
    cache_write_input_tokens: int


class Call(NamedTuple):
    """One line's worth of usage: the row it stands for, and the line's text."""

    row: Row
    line: str

    @property
    def identity(self):
        """What makes two lines the same call: the request of a tenant on a day, else the row."""
        row = self.row
        if row.request_id is None:
            return row
        return row.tenant_id, row.request_id, row.timestamp[:10]


def make_calls(count, seed):
    """`count` calls, and redelivered and conflicting lines beside them, in no order."""
    rng = random.Random(seed)
    huge = set(rng.sample(range(count), min(HUGE_CALLS, count)))
    calls = []
    for number in range(count):
        row = _row(rng, number in huge)
        calls.append(Call(row, _line(rng, row)))
        if rng.random() < 0.06:
            calls.append(Call(row, _line(rng, row)))
        if row.request_id is not None and rng.random() < 0.05:
            other = row._replace(output_tokens=row.output_tokens + rng.choice([1, 7]))
            if rng.random() < 0.5:  # on the same UTC day, but perhaps not on the same local one
                time = rng.choice(["00:00:00.000000Z", "11:59:59.999999Z", "23:30:00.000000Z"])
                other = other._replace(timestamp=row.timestamp[:11] + time)
            if row.input_tokens > 0 and rng.random() < 0.3:  # no snapshot of the same call
                other = other._replace(input_tokens=row.input_tokens - 1)
            calls.append(Call(other, _line(rng, other)))
    rng.shuffle(calls)
    return calls


def write_prices(path):
    """Writes a price book over most models, with a gap, a change within a day's reach and a 0."""
    haiku, sonnet, profile, _, quoted, broken = MODELS
    amounts = [
        (haiku, "2020-01-01", "2025-12-06", "0.25", "1.25", "0.03", "0.30"),
        (haiku, "2025-12-07", None, "0.200001", "1", "0.000001", "999999.999999"),
        (sonnet, "2025-12-01", "2025-12-31", "3", "15.0", "0.30", "3.75"),
        (profile, "2020-01-01", None, "0", "0.000000", "0", "0"),
        (quoted, "2025-11-30", "2026-01-01", "1.1", "2.2", "3.3", "4.4"),
        (broken, "2020-01-01", None, "0.1", "0.2", "0.3", "0.4"),
    ]
    names = ["model_id", "from", "to", "input", "output", "cache_read", "cache_write"]
    entries = [{name: value for name, value in zip(names, entry) if value is not None}
               for entry in amounts]
    path.write_text(json.dumps({"prices": entries}))


def expected_rows(calls):
    """The row of each call, by its identity: of several versions the largest, else the first."""
    rows = {}
    for call in calls:
        known = rows.setdefault(call.identity, call.row)
        rows[call.identity] = min(known, call.row, key=_rank)
    return rows


def _rank(row):
    counts = (row.input_tokens, row.output_tokens, row.cache_read_input_tokens,
              row.cache_write_input_tokens)
    names = [name.encode() for name in (row.timestamp, row.tenant_id, row.user_id, row.model_id)]
    return (-sum(counts), -row.total_tokens, *names, *counts)


def write_objects(calls, folder, seed):
    """Writes the lines as JSON lines objects below `folder`, some of them compressed."""
    rng = random.Random(seed)
    names = ["a.json", "b.json.gz", "more/c.gz", "more/d", "more/deep/e.jsonl", "f"]
    objects = {name: [] for name in names}
    for call in calls:
        objects[rng.choice(names)].append(call.line)
        if rng.random() < 0.02:
            objects[rng.choice(names)].append(call.line)
    for name, lines in objects.items():
        data = "\n".join(lines).encode() + (b"\n" if rng.random() < 0.5 else b"")
        if name.endswith(".gz"):
            middle = data.find(b"\n", len(data) // 2) + 1
            data = gzip.compress(data[:middle]) + gzip.compress(data[middle:])
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def write_large_day(folder, count):
    """Writes one object of `count` calls on one day, most of them with a request id."""
    rng = random.Random(count)
    lines = []
    for number in range(count):
        microsecond = rng.randrange(86_400_000_000)
        second, fraction = divmod(microsecond, 1_000_000)
        line = {
            "timestamp": f"2025-12-07T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
                         f".{fraction:06}Z",
            "tenant_id": f"tenant-{number % 97}", "user_id": f"user-{number % 4_093}",
            "model_id": f"model-{number % 5}", "input_tokens": number % 10_007,
            "output_tokens": number % 11, "event_type": "bedrock_token_usage",
        }
        if number % 10:
            line["request_id"] = str(uuid.UUID(int=rng.getrandbits(128)))
        lines.append(json.dumps(line))
    folder.mkdir(parents=True)
    (folder / "large.json").write_text("\n".join(lines))


# --- One call ------------------------------------------------------------------------------------


def _row(rng, is_huge):
    parts = [rng.choice(ORDINARY) for _ in range(4)]
    if rng.random() < 0.5:
        parts[2:] = 0, 0
    if rng.random() < 0.3:
        parts = [10, 20, 0, 0]  # ties
    if is_huge:
        parts = [rng.randrange(HUGE) for _ in range(4)]
    read, write = parts[2:]
    total = sum(parts) if rng.random() < 0.9 else parts[0] + parts[1]
    return Row(
        timestamp=_instant(rng).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        tenant_id=rng.choice(TENANTS), user_id=rng.choice(USERS), model_id=rng.choice(MODELS),
        input_tokens=parts[0], output_tokens=parts[1], total_tokens=total,
        event_type="bedrock_token_usage", request_id=_request(rng),
        cache_read_input_tokens=read, cache_write_input_tokens=write,
    )


def _request(rng):
    kind = rng.random()
    if kind < 0.4:
        return None
    if kind < 0.9:
        return str(uuid.UUID(int=rng.getrandbits(128)))
    if kind < 0.95:
        return str(uuid.UUID(int=rng.getrandbits(128))).upper()
    return f"req '{rng.randrange(50)}' \\ \" \n"


def _instant(rng):
    kind = rng.random()
    if kind < 0.02:
        day = rng.choice(FAR_DAYS)
    elif kind < 0.3:
        day = rng.choice(BORDER_DAYS)
    elif kind < 0.5:
        day = rng.choice(CHANGING_DAYS)
    else:
        day = FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days + 1))
    hour = rng.choice([0, 0, 1, 4, 5, 6, 9, 12, 15, 18, 22, 23, 23])
    start = day + timedelta(hours=hour)
    return rng.choice([
        start, start + timedelta(hours=1) - MICROSECOND,
        start + timedelta(minutes=59, seconds=59),
        start + timedelta(seconds=rng.randrange(3600)),
        start + timedelta(microseconds=rng.randrange(3_600_000_000)),
        start + timedelta(microseconds=rng.randrange(3_600_000_000)),
    ])


# --- Its line ------------------------------------------------------------------------------------


def _line(rng, row):
    values = row._asdict()
    values["timestamp"] = _written_time(rng, row.timestamp)
    if row.request_id is None:
        form = rng.random()
        if form < 0.4:
            del values["request_id"]
        elif form < 0.6:
            values["request_id"] = rng.choice(PLACEHOLDERS)
    parts = [value for name, value in values.items()
             if name.endswith("_tokens") and name != "total_tokens"]
    for name in ["cache_read_input_tokens", "cache_write_input_tokens"]:
        if values[name] == 0 and rng.random() < 0.7:
            del values[name]
    if sum(parts) == row.total_tokens and rng.random() < 0.1:
        del values["total_tokens"]
    for name, value in values.items():
        if name.endswith("_tokens") and rng.random() < 0.03:
            values[name] = str(value) if value > 1 << 50 or rng.random() < 0.5 else float(value)
    items = list(values.items())
    if rng.random() < 0.3:
        rng.shuffle(items)
    if rng.random() < 0.1:
        items.insert(rng.randrange(len(items)), ("extra", {"year": "1999", "list": [1, None]}))
    separators = rng.choice([(", ", ": "), (",", ":")])
    return json.dumps(
        dict(items), ensure_ascii=rng.random() < 0.4, separators=separators)


def _written_time(rng, text):
    """The instant in one of the forms that producers write."""
    instant = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    form = rng.randrange(8)
    if form < 3:
        return text
    if form == 3:
        return instant.isoformat()  # no zone, and no fraction where it is 0
    if form == 4:
        return instant.isoformat() + "Z"
    if form == 5:
        return text[:-1] + "999Z"  # nanoseconds, which are cut
    if not 2020 < instant.year < 2050:
        return text
    minutes, zone = rng.choice([(540, "+09:00"), (-330, "-0530"), (60, "+01"), (0, "+00:00")])
    local = instant.replace(tzinfo=timezone.utc) + timedelta(minutes=minutes)
    return local.replace(tzinfo=None).isoformat() + zone


def main():
    folder = Path(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 4_000
    write_objects(make_calls(count, seed), folder, seed)


if __name__ == "__main__":
    main()
