"""Log objects in the shapes that CloudWatch delivers, filled with calls and other lines."""

import base64
import datetime
import gzip
import json
import zlib

from calls import EPOCH, SECRET, line


class LogObject:
    """The bytes of an object, and what its events are."""

    def __init__(self, name, content, calls, foreign, rejected):
        self.name = name
        self.content = content
        self.calls = calls
        self.foreign = foreign
        self.rejected = rejected

    @property
    def events(self):
        return len(self.calls) + self.foreign + self.rejected


def make_object(rng, name, shape, calls, with_rejected):
    """An object of a shape, which holds the calls among some other lines."""
    events = [(call.time, line(rng, call)) for call in calls]
    times = [call.time for call in calls]
    foreign = _foreign_messages(rng, shape)
    rejected = _rejected_messages(rng, shape) if with_rejected else []
    events += [(rng.choice(times), message) for message in foreign + rejected]
    rng.shuffle(events)
    content = SHAPES[shape](rng, events)
    return LogObject(name, content, calls, len(foreign), len(rejected))


def _foreign_messages(rng, shape):
    messages = [json.dumps({"event_type": "tool_call", "name": SECRET})] * rng.randrange(1, 5)
    if shape != "bare messages":
        messages += [f"START RequestId: {SECRET} Version: $LATEST",
                     f"REPORT RequestId: {SECRET} Duration: 12.3 ms"] * rng.randrange(3)
    return messages


def _rejected_messages(rng, shape):
    usage = {"event_type": "bedrock_token_usage", "timestamp": "2025-12-31T01:02:03Z",
             "tenant_id": SECRET, "user_id": SECRET, "model_id": SECRET, "input_tokens": 1,
             "output_tokens": 2}
    messages = [json.dumps(usage | wrong) for wrong in (
        {"input_tokens": -1}, {"output_tokens": 1.5}, {"timestamp": SECRET}, {"tenant_id": None})]
    if shape != "bare messages":
        messages.append(json.dumps(usage)[:-rng.randrange(2, 60)])
    return rng.choices(messages, k=rng.randrange(1, 5))


# --- Shapes --------------------------------------------------------------------------------------


def _export_lines(rng, events):
    lines = [f"{stamp(time)} {message}\n" for time, message in events]
    return _members(rng, lines)


def _subscription(rng, events):
    pieces, rest = [], events
    while rest:
        count = rng.randrange(1, 400)
        pieces.append(_document(rest[:count]) + rng.choice(["", "\n"]))
        rest = rest[count:]
    content = _members(rng, pieces)
    return gzip.compress(content, mtime=0) if rng.random() < 0.3 else content


def _lambda_event(rng, events):
    data = gzip.compress(_document(events).encode(), mtime=0)
    return json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}}).encode()


def _bare_messages(rng, events):
    between = rng.choice(["", "\n"])
    return _members(rng, [message + between for _, message in events])


def _json_lines(rng, events):
    return "".join(message + "\n" for _, message in events).encode()


def _stored_lines(rng, events):
    """Gzip without compression, so that the object is read in many steps."""
    return gzip.compress(_json_lines(rng, events), 0, mtime=0)


SHAPES = {
    "export lines": _export_lines,
    "subscription": _subscription,
    "lambda event": _lambda_event,
    "bare messages": _bare_messages,
    "json lines": _json_lines,
    "stored lines": _stored_lines,
}
# A cut object of these cannot be read at all; of the others, the lines before the cut can.
CHECKSUMMED = {"export lines", "bare messages", "stored lines"}


def _document(events):
    return json.dumps({
        "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": f"/{SECRET}",
        "logStream": SECRET, "subscriptionFilters": [SECRET],
        "logEvents": [{"id": str(number), "timestamp": _milliseconds(time), "message": message}
                      for number, (time, message) in enumerate(events)],
    }, ensure_ascii=False)


def _members(rng, pieces):
    """Gzip with one or more members."""
    count = rng.choice([1, 1, 2, 5])
    size = -(-len(pieces) // count)
    parts = ["".join(pieces[start:start + size]) for start in range(0, len(pieces), size)]
    return b"".join(gzip.compress(part.encode(), 1, mtime=0) for part in parts)


def stamp(time):
    return time.isoformat(timespec="milliseconds") + "Z"


def _milliseconds(time):
    return (time - EPOCH) // datetime.timedelta(milliseconds=1)


def member_ends(content):
    """The offsets at which the members of gzip end."""
    ends, rest = [], content
    while rest:
        inflater = zlib.decompressobj(wbits=31)
        inflater.decompress(rest)
        rest = inflater.unused_data
        ends.append(len(content) - len(rest))
    return ends
