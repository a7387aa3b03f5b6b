"""Model calls, and which of them a lake must hold: worked out without the product."""

import datetime
import json
from typing import NamedTuple

# In every name and text of a log, and in no path: a message that holds it shows log content.
SECRET = "hush-hush"
DAYS = ["2025-12-29", "2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03"]
# How much of the traffic falls on a day, so that files have many sizes.
SHARES = [1, 4, 2, 6, 3, 1]
MODELS = [f"{SECRET}.haiku-v1:0", f"{SECRET}.sonnet-v2:0", f"arn:aws:bedrock:{SECRET}/nova"]
KOREA = datetime.timezone(datetime.timedelta(hours=9))
EPOCH = datetime.datetime(1970, 1, 1)


class Call(NamedTuple):
    """One version of a call; the fields are in the order of the table's columns."""

    time: datetime.datetime  # UTC
    tenant: str
    user: str
    model: str
    input: int
    output: int
    total: int
    request: str | None
    cache_read: int
    cache_write: int

    @property
    def identity(self):
        """Equal for lines that are one call: by tenant, request and UTC day, or by everything."""
        return (self.tenant, self.request, self.time.toordinal()) if self.request else self

    @property
    def order(self):
        """Where a row stands in its day's file; names by their bytes."""
        names = [name.encode() for name in (self.tenant, self.user, self.model)]
        return (self.time, *names, self.input, self.output, self.total,
                (self.request or "").encode(), self.cache_read, self.cache_write)

    @property
    def size(self):
        """What decides which version of a call stays."""
        return self.input + self.output + self.cache_read + self.cache_write, self.total

    def row(self):
        """The row of the day's file."""
        row = {
            "timestamp": self.time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "tenant_id": self.tenant,
            "user_id": self.user, "model_id": self.model, "input_tokens": self.input,
            "output_tokens": self.output, "total_tokens": self.total,
            "event_type": "bedrock_token_usage",
        }
        if self.request:
            row["request_id"] = self.request
        row["cache_read_input_tokens"] = self.cache_read
        row["cache_write_input_tokens"] = self.cache_write
        return row


def random_call(rng):
    day = datetime.datetime.fromisoformat(rng.choices(DAYS, SHARES)[0])
    time = day + datetime.timedelta(microseconds=rng.randrange(86_400_000_000))
    if rng.random() < 0.05:
        time = time.replace(microsecond=0)
    tokens = rng.randrange(1, 5000), rng.randrange(1, 2000)
    cache = rng.choice([(0, 0), (0, 0), (1024, 0), (0, 2048)])
    request = None
    if rng.random() < 0.6:
        request = f"{rng.getrandbits(32):08x}-{SECRET}-{rng.getrandbits(64):016x}"
    tenant = rng.choice(["acme:prod", "한빛", 'Söhne "& Co"', "🚀", "globex", "tenant"])
    return Call(
        time, f"{SECRET}-{tenant}-{rng.randrange(5)}", f"{SECRET}-user-{rng.randrange(6)}",
        rng.choice(MODELS), *tokens, sum(tokens) + sum(cache), request, *cache)


def other_version(rng, call):
    """The same request, logged with other values on the same day; None without a request id."""
    if call.request is None:
        return None
    midnight = call.time.replace(hour=0, minute=0, second=0, microsecond=0)
    # A later snapshot, which contradicts nothing.
    other = call._replace(input=call.input + 1, total=call.total + 1)
    if rng.random() < 0.5:
        other = other._replace(
            time=midnight + datetime.timedelta(microseconds=rng.randrange(86_400_000_000)))
    return other


def line(rng, call):
    """One of the ways in which a program may log the call."""
    record = call.row()
    time = call.time
    if rng.random() < 0.2:
        time = time.replace(tzinfo=datetime.timezone.utc).astimezone(KOREA)
    record["timestamp"] = time.isoformat() + rng.choice(["", "Z"] if time.tzinfo is None else [""])
    if call.cache_read == call.cache_write == 0 and rng.random() < 0.5:
        del record["cache_read_input_tokens"], record["cache_write_input_tokens"]
        if rng.random() < 0.5:
            del record["total_tokens"]
    if rng.random() < 0.1:
        record["region"] = SECRET
    if rng.random() < 0.2:
        keys = list(record)
        rng.shuffle(keys)
        record = {key: record[key] for key in keys}
    return json.dumps(record, ensure_ascii=rng.random() < 0.1,
                      separators=rng.choice([(", ", ": "), (",", ":")]))


def kept(calls):
    """The calls that a lake holds once all of these lines are read, by day and in order.

    Of two versions of a call the larger one stays, else the one that sorts first.
    """
    chosen = {}
    for call in calls:
        known = chosen.get(call.identity)
        if known is None or call.size > known.size or (
                call.size == known.size and call.order < known.order):
            chosen[call.identity] = call
    days = {}
    for call in sorted(chosen.values(), key=lambda call: call.order):
        days.setdefault(call.time.toordinal(), []).append(call)
    return {datetime.date.fromordinal(day).isoformat(): calls for day, calls in days.items()}


def totals(calls):
    """Per tenant, model and user: calls, and sums of input, output and total tokens."""
    sums = {}
    for call in calls:
        key = call.tenant, call.model, call.user
        count, *tokens = sums.get(key, (0, 0, 0, 0))
        sums[key] = (count + 1, tokens[0] + call.input, tokens[1] + call.output,
                     tokens[2] + call.total)
    return sums
