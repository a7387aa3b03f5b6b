#!/usr/bin/env python3
"""Makes samples/exports/, samples/broken/ and samples/wrapped/: log objects in every shape CloudWatch delivers them.

Three log groups hold about two thousand usage lines of 6 to 8 December 2025 (UTC), most of them
on the 7th, among the other lines that such groups hold. They arrive as

    export-task/         CreateExportTask: two tasks whose windows overlap, and the probe object
    firehose/            subscription filter > Firehose: gzip members, gzip in gzip, plain
    firehose-extracted/  the same with message extraction: bare messages
    lambda/              subscription filter > Lambda
    day-files/           JSON lines, one object per day, with an hour of the next day

so many lines arrive more than once. Besides the ordinary lines there are hand-written ones:
`add_borders`, `add_spellings` and `add_repeats` say what they are for. All of it is sound.

What is broken on purpose lies in samples/broken/, in the same shapes: lines that must be rejected
(`add_unsound_lines`), calls in conflict (`add_conflicts`), and objects that cannot be read.
Usage lines that lie inside something else are in samples/wrapped/; see wrapped.py.

    generate.py          writes the objects (the same bytes on each run)
    generate.py --check  exits with 1 if the objects on disk hold something else

expect.py works out what a reader must find in them.
"""

import base64
import gzip
import io
import json
import random
import shutil
import struct
import sys
import unicodedata
import uuid
import zipfile
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from wrapped import wrapped_objects

SAMPLES = Path(__file__).resolve().parent
FOLDERS = [SAMPLES / "exports", SAMPLES / "broken", SAMPLES / "wrapped"]

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
MODELS = [
    HAIKU,
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "apac.anthropic.claude-3-5-sonnet-20241022-v2:0",
    "amazon.nova-lite-v1:0",
    "us.amazon.nova-pro-v1:0",
    "arn:aws:bedrock:ap-northeast-2:123456789012:inference-profile/"
    "apac.anthropic.claude-sonnet-4-20250514-v1:0",
]

HANBIT = unicodedata.normalize("NFC", "한빛소프트")
HANBIT_DECOMPOSED = unicodedata.normalize("NFD", HANBIT)
CAFE = 'Café "Zürich" \\ Söhne'
TENANTS = {  # tenant: share of the traffic
    "globex": 9,
    "initech": 7,
    "umbrella-health": 6,
    "acme:prod": 6,
    "acme-staging": 3,
    "stark.industries": 4,
    "O'Brien & Sons": 4,
    'Smith, "Baker" & Co': 3,
    "=cmd()": 2,
    CAFE: 2,
    "aurora-labs": 2,
    HANBIT: 2,
    "🚀 launchpad": 1,
    "Tenant": 1,
}
# A tenant's twin uses the same tokens in the same hours, so that the two tie. The order of a tie
# is that of the UTF-8 bytes: it puts the decomposed name before the composed one, and `ｆ`
# before the rocket, which UTF-16 would not.
TWINS = {
    "aurora-labs": "borealis-labs",
    HANBIT: HANBIT_DECOMPOSED,
    "🚀 launchpad": "ｆｕｌｌｗｉｄｔｈ",
    "Tenant": "tenant",
}
KOREAN_NAMES = ["김민수", "이서연", "박지훈", "최유진", "정하은"]

OWN_LAMBDA, GATEWAY, SEOUL = "own-lambda", "gateway", "seoul"  # the programs that log usage


def at(text):
    """A moment of December 2025 from its day, hour and minute."""
    return datetime.fromisoformat(f"2025-12-{text}")


def milliseconds(time):
    return (time - datetime(1970, 1, 1)) // timedelta(milliseconds=1)


def line(record):
    return json.dumps(record, ensure_ascii=False).encode()


def new_uuid(rng):
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


# --- Log groups ---------------------------------------------------------------------------------


class Event(NamedTuple):
    time_ms: int  # CloudWatch's own timestamp
    serial: int  # unique among all events
    stream: str
    source: str  # the program, or "" for a line that is no usage line
    message: bytes

    @property
    def id(self):
        return str(3901 * 10**52 + self.time_ms * 10**30 + self.serial)  # 56 digits


class LogGroup:
    def __init__(self, name, number):
        self.name, self.number, self.events = name, number, []

    def put(self, time, message, source="", delay_ms=20):
        """Adds one event, which CloudWatch stamps a little later than the program did."""
        if isinstance(message, str):
            message = message.encode()
        stream = {
            GATEWAY: "metering-gateway-1",
            SEOUL: "ecs/chat/5f0c1d7a9b3e4c62a8f4",
        }.get(source, f"{time:%Y/%m/%d}/[$LATEST]0a1b2c3d4e5f60718293a4b5c6d7e8{time.day:02d}")
        serial = self.number * 10_000 + len(self.events)
        stamp = milliseconds(time) + delay_ms
        self.events.append(Event(stamp, serial, stream, source, message))

    def between(self, start, end, *sources):
        """The events that CloudWatch stamped within start ..< end, in order of time."""
        chosen = [
            event
            for event in self.events
            if milliseconds(at(start)) <= event.time_ms < milliseconds(at(end))
            and (not sources or event.source in sources)
        ]
        return sorted(chosen)


# --- Ordinary traffic ---------------------------------------------------------------------------


def usage(timestamp, tenant, user, model, input_tokens, output_tokens, /, **more):
    """A usage record with the keys and the key order of the Lambda that writes most of them."""
    record = {
        "timestamp": timestamp,
        "tenant_id": tenant,
        "user_id": user,
        "model_id": model,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "total_tokens": input_tokens + output_tokens,
        "event_type": "bedrock_token_usage",
    }
    record.update(more)
    return record


def own_lambda_record(rng, time, *call):
    return usage(time.isoformat(), *call)


def gateway_record(rng, time, *call):
    read, write = rng.choice([(0, 0), (0, 0), (1024, 0), (0, 2048), (10536, 512)])
    return usage(
        time.isoformat(timespec=rng.choice(["milliseconds", "microseconds"])) + "Z",
        *call,
        total_tokens=call[-2] + call[-1] + read + write,
        request_id=new_uuid(rng),
        cache_read_input_tokens=read,
        cache_write_input_tokens=write,
    )


def seoul_record(rng, time, *call):
    local = time + timedelta(hours=9)
    return usage(local.isoformat() + "+09:00", *call, request_id=new_uuid(rng))


PROGRAMS = {OWN_LAMBDA: own_lambda_record, GATEWAY: gateway_record, SEOUL: seoul_record}


def users_of_tenants(rng):
    users = {}
    for tenant in [*TENANTS, *TWINS.values()]:
        users[tenant] = [new_uuid(rng) for _ in range(3)] + rng.sample(KOREAN_NAMES, 2)
    return users


def add_traffic(group, rng, users, start, end, count, sources=(OWN_LAMBDA, GATEWAY, SEOUL)):
    """Puts about `count` usage lines, each at a microsecond of its own."""
    span = (at(end) - at(start)) // timedelta(microseconds=1)
    tenants, shares = zip(*TENANTS.items())
    for _ in range(count):
        time = at(start) + timedelta(microseconds=rng.randrange(span))
        if rng.random() < 0.03:
            time = time.replace(microsecond=0)  # which isoformat() writes without a fraction
        tenant = rng.choices(tenants, shares)[0]
        model = rng.choice(MODELS)
        tokens = rng.randrange(12, 4000), rng.randrange(1, 1200)
        source = rng.choices(sources, [5, 3, 2][: len(sources)])[0]
        record = PROGRAMS[source](rng, time, tenant, rng.choice(users[tenant]), model, *tokens)
        group.put(time, line(record), source, delay_ms=rng.randrange(3, 300))

        if tenant in TWINS:
            step = timedelta(milliseconds=4 if time.minute < 30 else -4)
            time, twin = time + step, TWINS[tenant]
            stamp = (time + timedelta(hours=9 if source == SEOUL else 0)).isoformat()
            stamp += {OWN_LAMBDA: "", GATEWAY: "Z", SEOUL: "+09:00"}[source]
            record.update(timestamp=stamp, tenant_id=twin, user_id=rng.choice(users[twin]))
            if "request_id" in record:
                record["request_id"] = new_uuid(rng)
            group.put(time, line(record), source, delay_ms=rng.randrange(3, 300))


def add_other_lines(group, rng, start, end, count):
    """Puts `count` Lambda invocations that say nothing of usage. Lambda's lines end in newline."""
    span = (at(end) - at(start)) // timedelta(milliseconds=1)
    for _ in range(count):
        time, request = at(start) + timedelta(milliseconds=rng.randrange(span)), new_uuid(rng)
        stamp = time.isoformat(timespec="milliseconds") + "Z"
        took = rng.randrange(2000) / 100 + 1
        said = rng.choice([
            f"[INFO]\t{stamp}\t{request}\tFound credentials in environment variables.\n",
            f"[WARNING]\t{stamp}\t{request}\tConnection pool is full, discarding connection.\n",
            json.dumps({"event_type": "chat_request", "path": "/bedrock/chat", "status": 200}),
            json.dumps({"level": "INFO", "message": "응답 완료", "context": {"latency_ms": 812}},
                       ensure_ascii=False),
        ])
        for delay_ms, message in [
            (0, f"START RequestId: {request} Version: $LATEST\n"),
            (1, said),
            (9, f"END RequestId: {request}\n"),
            (9, f"REPORT RequestId: {request}\tDuration: {took:.2f} ms\tBilled Duration: "
                f"{int(took) + 1} ms\tMemory Size: 256 MB\tMax Memory Used: 84 MB\t\n"),
        ]:
            group.put(time, message, delay_ms=delay_ms)


STACK_TRACES = [
    "[ERROR] ClientError: An error occurred (ThrottlingException) when calling the InvokeModel\n"
    "Traceback (most recent call last):\n"
    '  File "/var/task/handler.py", line 88, in lambda_handler\n'
    "    response = bedrock.invoke_model(modelId=model, body=body)\n"
    "2025-12-07 03:04:05,678 giving up after 4 attempts\n"
    "botocore.errorfactory.ThrottlingException: Too many requests\n",
    "java.lang.IllegalStateException: connection closed\n"
    "\tat com.example.chat.Session.send(Session.java:142)\n"
    "\tat com.example.chat.Session.run(Session.java:77)",
]


# --- Hand-written lines -------------------------------------------------------------------------


def add_borders(group):
    """Times at the borders of hours and days, and times written with an offset."""
    for time, text in [
        (datetime(2025, 12, 6, 23, 59, 59, 999999), "2025-12-06T23:59:59.999999"),
        (datetime(2025, 12, 7), "2025-12-07T00:00:00"),
        (datetime(2025, 12, 7, 8, 59, 59, 999999), "2025-12-07T08:59:59.999999"),
        (datetime(2025, 12, 7, 9), "2025-12-07T09:00:00"),
        (datetime(2025, 12, 7, 23, 59, 59, 999999), "2025-12-07T23:59:59.999999"),
        (datetime(2025, 12, 8), "2025-12-08T00:00:00"),
        (datetime(2025, 12, 8, 23, 59, 59, 999999), "2025-12-08T23:59:59.999999"),
    ]:
        group.put(time, line(usage(text, "initech", "border", HAIKU, 100, 23)), OWN_LAMBDA)
    for time, text in [
        (datetime(2025, 12, 6, 23, 30), "2025-12-07T08:30:00.250000+09:00"),
        (datetime(2025, 12, 7, 0, 0), "2025-12-07T09:00:00+09:00"),
        (datetime(2025, 12, 7, 0, 0), "2025-12-06T16:00:00.000001-08:00"),
        (datetime(2025, 12, 7, 15, 0), "2025-12-08T00:00:00.000000+0900"),
        (datetime(2025, 12, 7, 20, 29), "2025-12-08T01:59:59.500+05:30"),
        (datetime(2025, 12, 7, 23, 59, 59), "2025-12-08T08:59:59.999999+09:00"),
    ]:
        group.put(time, line(usage(text, "globex", "border", HAIKU, 200, 34)), SEOUL)


def add_spellings(group):
    """Sound records that are not written in the usual way."""
    day = "2025-12-07T04:%02d:%s"

    def put(minute, message, source=GATEWAY, **more):
        group.put(datetime(2025, 12, 7, 4, minute, 30), message, source, **more)

    def record(minute, seconds="30.000100", tenant="umbrella-health", **more):
        return usage(day % (minute, seconds), tenant, "이서연", MODELS[1], 10, 20, **more)

    for minute, seconds in [(0, "30.123456789Z"), (1, "30.5Z"), (2, "30.25"), (3, "30.000Z")]:
        put(minute, line(record(minute, seconds)))

    put(5, line(record(5, input_tokens=10.0, output_tokens=20.0, total_tokens=30.0)))
    put(6, line(record(6, input_tokens="10", output_tokens="20", total_tokens="30")))
    put(7, line(record(7, input_tokens=0, total_tokens=20)).replace(b": 20", b": 2e1"))

    without_total = record(8)
    del without_total["total_tokens"]
    put(8, line(without_total))
    put(9, line(record(9, total_tokens=None, cache_read_input_tokens=7)))
    put(10, line(record(10, total_tokens=31)))
    put(11, line(record(11, total_tokens=0)))
    put(12, line(record(12, cache_read_input_tokens=10536)))  # a total without the cached tokens
    put(13, line(record(13, cache_read_input_tokens=None, cache_write_input_tokens=None)))
    put(14, line(record(14, input_tokens=0, output_tokens=0, total_tokens=0)))

    put(15, line(dict(reversed(list(record(15).items())))))
    put(16, line({"trace": {"tenant_id": "decoy", "input_tokens": [1, {"a": None}]}, **record(16),
                  "user": {"event_type": "login"}, "latency_ms": 812.5, "cached": False}))
    put(17, json.dumps(record(17), ensure_ascii=False, separators=(",", ":")))
    put(18, json.dumps(record(18, tenant="🚀 launchpad")))  # an escaped surrogate pair
    put(18, json.dumps(record(18, tenant="ｆｕｌｌｗｉｄｔｈ")))  # keeps the two level
    escaped = line(record(19, tenant=CAFE)).decode().replace("é", "\\u00e9").replace("ü", "\\u00FC")
    put(19, escaped.replace("/", "\\/"))
    put(20, line(record(20, user_id="")))
    put(21, line(record(21, request_id=None)))
    put(22, line(record(22, request_id="")))

    for minute in (24, 25, 26):
        put(minute, json.dumps(record(minute), ensure_ascii=False, indent=2), OWN_LAMBDA)
    for minute in (27, 28):
        put(minute, line(record(minute)) + b"\n", OWN_LAMBDA)
    without_time = record(29)
    del without_time["timestamp"]
    put(29, line(without_time), delay_ms=123)

    # Ties between the models and the users of one tenant; the last two names look the same.
    for second, (model, user) in enumerate([
        (MODELS[0], "b"), (MODELS[3], "a"),
        (MODELS[4], "최유진"), (MODELS[4], unicodedata.normalize("NFD", "최유진")),
    ]):
        time = datetime(2025, 12, 8, 2, 0, second, 500)
        group.put(time, line(usage(time.isoformat(), "quiet-corp", user, model, 40, 2)), SEOUL)


def repeated_record(minute, tenant="stark.industries", **more):
    return usage("2025-12-07T06:%02d:00.000500Z" % minute, tenant, "정하은", HAIKU, 500, 60, **more)


def put_repeated(group, minute, record, source=GATEWAY):
    group.put(datetime(2025, 12, 7, 6, minute), line(record), source)


def add_repeats(rng, exported):
    """Lines that share an identity with another line, or nearly do."""
    put, record = put_repeated, repeated_record

    # A repeated PutLogEvents: the same lines again, in the same streams.
    repeated = rng.sample(exported.between("07 03:00", "07 11:00", OWN_LAMBDA, GATEWAY), 12)
    for event in repeated:
        again = event._replace(serial=exported.number * 10_000 + len(exported.events))
        exported.events.append(again)

    # One record, spelled in three ways.
    put(exported, 10, record(10))
    put(exported, 10, record(10, timestamp="2025-12-07T15:10:00.000500+09:00"), SEOUL)
    put(exported, 10, record(10, input_tokens="500", total_tokens=560.0, note="retry"))

    # Two calls or one? Equal records at a whole second, without a request id.
    for minute in (20, 25):
        whole_second = "2025-12-07T06:%02d:00" % minute
        for _ in range(2):
            put(exported, minute, record(minute, timestamp=whole_second), OWN_LAMBDA)

    # No conflicts: the same request id on another day, and of another tenant.
    shared = new_uuid(rng)
    put(exported, 40, record(40, request_id=shared))
    put(exported, 40, record(40, tenant="acme:prod", request_id=shared))
    tomorrow = record(40, timestamp="2025-12-08T03:40:00.000500Z", request_id=shared)
    exported.put(at("08 03:40"), line(tomorrow), GATEWAY)


def add_conflicts(rng, exported, subscribed):
    """Two calls, each in two versions of which neither has all that the other has."""
    put, record = put_repeated, repeated_record
    early, level = new_uuid(rng), new_uuid(rng)
    put(exported, 30, record(30, output_tokens=61, total_tokens=561, request_id=early))
    later = record(30, timestamp="2025-12-07T06:30:01.250000Z", input_tokens=400,
                   output_tokens=160, request_id=early)
    subscribed.put(at("07 08:10"), line(later), GATEWAY)
    put(exported, 35, record(35, output_tokens=90, total_tokens=590, request_id=level))
    put(exported, 35, record(35, input_tokens=520, total_tokens=580, request_id=level))


def add_unsound_lines(exported, subscribed, extracted):
    """Lines that claim to be usage and must be rejected, among sound ones."""
    seconds = iter(range(60))

    def put(message, group=exported, start=datetime(2025, 12, 7, 5, 30)):
        group.put(start + timedelta(seconds=next(seconds)), message, GATEWAY)

    def record(**more):
        return usage("2025-12-07T05:30:00.000001", "globex", "박지훈", HAIKU, 10, 20, **more)

    def without(key):
        return line({name: value for name, value in record().items() if name != key})

    python_repr = "토큰 사용량 기록됨: " + repr(record())

    put(line(record())[:70])
    put(line(record())[:-1])
    put(line(record()).replace(b"globex", b"glob\xffex"))
    put(line(record(tenant_id=HANBIT)).replace(HANBIT.encode(), HANBIT.encode()[:-1]))
    put(line(record()).replace(b"globex", b"globex \\ud800"))
    put(line(record()).replace(b'"output', b'"input_tokens": 10, "output'))
    put(without("tenant_id"))
    put(without("user_id"))
    put(line(record(model_id=None)))
    put(line(record(tenant_id="")))
    put(line(record(input_tokens=-1)))
    put(line(record(output_tokens=1.5)), subscribed, at("07 08:20"))
    put(line(record(output_tokens="ten")), subscribed, at("07 08:20"))
    put(line(record(input_tokens=2**63)))
    put(line(record(timestamp="yesterday")))
    put(line(record(timestamp="2025-02-30T05:30:00.000001")))
    put(line(record(timestamp="2019-12-07T05:30:00.000001")))
    put(line(record(timestamp="2051-12-07T05:30:00.000001")))
    put(python_repr)
    put(without("timestamp"), extracted, at("07 21:30"))  # and no envelope that tells the time
    put(python_repr, extracted, at("07 21:30"))

    # The good lines beside them are taken.
    for minute in (31, 32, 33):
        sound = usage("2025-12-07T05:%02d:00.000001" % minute, "globex", "박지훈", HAIKU, 10, 20)
        exported.put(datetime(2025, 12, 7, 5, minute), line(sound), GATEWAY)


# --- Delivery -----------------------------------------------------------------------------------


def gzip_member(data):
    """One gzip member, its header the same whatever version of Python writes it."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(data) + deflate.flush()
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    return header + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def export_task(rng, events, lines_per_part=220, lines_per_block=25):
    """The parts of one export task, by path. Blocks of each stream are out of order."""
    parts = {}
    for stream in sorted({event.stream for event in events}):
        mine = [event for event in events if event.stream == stream]
        blocks = [mine[i : i + lines_per_block] for i in range(0, len(mine), lines_per_block)]
        rng.shuffle(blocks)
        lines = []
        for event in (event for block in blocks for event in block):
            time = datetime(1970, 1, 1) + timedelta(milliseconds=event.time_ms)
            stamp = time.isoformat(timespec="milliseconds") + "Z "
            lines.append(stamp.encode() + event.message + b"\n")
        for number, start in enumerate(range(0, len(lines), lines_per_part)):
            path = f"{stream.replace('/', '-')}/{number:06d}.gz"
            parts[path] = gzip_member(b"".join(lines[start : start + lines_per_part]))
    return parts


def document(group, stream, events, message_type="DATA_MESSAGE", variant=0):
    fields = {
        "messageType": message_type,
        "owner": "123456789012",
        "logGroup": group.name,
        "logStream": stream,
        "subscriptionFilters": ["usage"],
        "logEvents": [
            {"id": event.id, "timestamp": event.time_ms, "message": event.message.decode()}
            for event in events
        ],
    }
    orders = [list(fields), list(fields)[1:] + ["messageType"], sorted(fields)]
    ordered = {key: fields[key] for key in orders[variant % 3]}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()


def control_message(group):
    probe = Event(milliseconds(at("07 00:45")), 0, "", "", b"CWL CONTROL MESSAGE: Checking health "
                  b"of destination Firehose.")
    return document(group, "", [probe], "CONTROL_MESSAGE")


def documents(rng, group, events):
    """The payloads of a subscription filter: a few events of one stream in each."""
    payloads = []
    while events:
        stream, count = events[0].stream, rng.randrange(1, 9)
        batch = [event for event in events if event.stream == stream][:count]
        events = [event for event in events if event not in batch]
        payloads.append(document(group, stream, batch, variant=len(payloads)))
    return payloads


def sound_objects():
    """Every object of samples/exports, by its path there."""
    rng = random.Random(20251207)
    users = users_of_tenants(rng)
    exported = LogGroup("/saas/bedrock-metering", 1)
    subscribed = LogGroup("/saas/bedrock-metering/edge", 2)
    extracted = LogGroup("/saas/bedrock-metering/batch", 3)

    # The export tasks start at 15:00 on the 6th: what is earlier is in the day file only.
    add_traffic(exported, rng, users, "06 00:00", "06 23:59", 160, [OWN_LAMBDA])
    add_traffic(exported, rng, users, "06 15:00", "06 23:59", 70)
    add_traffic(exported, rng, users, "07 00:00", "07 12:00", 520)
    add_traffic(exported, rng, users, "07 12:00", "07 14:00", 120)
    add_traffic(exported, rng, users, "07 14:00", "07 23:59", 260)
    add_traffic(exported, rng, users, "08 00:00", "08 05:59", 120)
    add_traffic(exported, rng, users, "08 06:00", "08 23:59", 120, [OWN_LAMBDA])
    add_other_lines(exported, rng, "06 15:00", "08 05:59", 70)
    for number, trace in enumerate(STACK_TRACES * 2):
        exported.put(at(f"07 03:{number:02d}"), trace)
    exported.put(at("07 05:30"), "naïve client, old encoding".encode("latin-1"))

    for start, end, count in [
        ("07 00:50", "07 02:00", 110),
        ("07 08:00", "07 09:30", 130),
        ("07 15:00", "07 15:30", 40),
        ("07 23:40", "08 00:20", 40),
    ]:
        add_traffic(subscribed, rng, users, start, end, count)
        add_other_lines(subscribed, rng, start, end, 3)
    pretty = usage("2025-12-07T08:15:00.777000", "initech", "김민수", MODELS[3], 70, 7)
    subscribed.put(at("07 08:15"), json.dumps(pretty, ensure_ascii=False, indent=4), OWN_LAMBDA)

    add_traffic(extracted, rng, users, "07 18:00", "07 20:00", 100)
    add_traffic(extracted, rng, users, "07 20:00", "07 22:30", 120)
    add_other_lines(extracted, rng, "07 20:00", "07 22:30", 6)

    add_borders(exported)
    add_spellings(exported)
    add_repeats(rng, exported)

    objects = {"export-task/exportedlogs/aws-logs-write-test": b"Permission Check Successful"}

    for start, end in [("06 15:00", "07 14:00"), ("07 12:00", "08 06:00")]:
        task = f"export-task/exportedlogs/{new_uuid(rng)}"
        for path, part in export_task(rng, exported.between(start, end)).items():
            objects[f"{task}/{path}"] = part

    # Firehose. The gateway's stream of the exported group has a subscription filter as well.
    def firehose(start, end, also_start, also_end):
        return (documents(rng, subscribed, subscribed.between(start, end))
                + documents(rng, exported, exported.between(also_start, also_end, GATEWAY)))

    def firehose_path(stream, day, hour, extension=""):
        return (f"2025/12/{day}/{hour}/{stream}-1-2025-12-{day}-{hour}-00-00-{new_uuid(rng)}"
                f"{extension}")

    early = firehose("07 00:50", "07 02:05", "07 01:00", "07 01:40")
    early += [control_message(subscribed)] + early[3:5]  # two records delivered again
    path = "firehose/" + firehose_path("metering", "07", "01")
    objects[path] = b"".join(map(gzip_member, early))

    morning = firehose("07 08:00", "07 09:35", "07 09:00", "07 09:10")
    path = "firehose/" + firehose_path("metering", "07", "08", ".gz")
    objects[path] = gzip_member(b"".join(map(gzip_member, morning)))

    afternoon = firehose("07 15:00", "07 15:35", "07 15:00", "07 15:05")
    path = "firehose/" + firehose_path("metering", "07", "15")
    objects[path] = b"".join([control_message(subscribed)] + afternoon)

    night = firehose("07 23:40", "08 00:25", "07 23:55", "08 00:05")
    night += afternoon[:2] + [document(subscribed, "metering-gateway-1", [])]
    path = "firehose/" + firehose_path("metering", "08", "00")
    objects[path] = b"".join(payload + b"\n" for payload in night)

    # Firehose with message extraction, without and with a delimiter; both hold 20:00 to 20:30.
    usage_only = extracted.between("07 18:00", "07 20:30", OWN_LAMBDA, GATEWAY, SEOUL)
    path = "firehose-extracted/" + firehose_path("messages", "07", "18", ".gz")
    objects[path] = gzip_member(b"".join(event.message for event in usage_only))
    everything = extracted.between("07 20:00", "07 22:35")
    path = "firehose-extracted/" + firehose_path("lines", "07", "20", ".gz")
    objects[path] = gzip_member(b"".join(event.message + b"\n" for event in everything))

    event = document(exported, "metering-gateway-1",
                     exported.between("07 10:00", "07 11:00", GATEWAY))
    data = base64.b64encode(gzip_member(event)).decode()
    objects["lambda/event.json"] = json.dumps({"awslogs": {"data": data}}).encode()

    # Day files hold their day and the first hour of the next one, ASCII-escaped.
    def day_file(start, end):
        events = exported.between(start, end, OWN_LAMBDA)
        return "\n".join(json.dumps(json.loads(event.message)) for event in events).encode()

    objects["day-files/bedrock-usage-20251206.json"] = day_file("06 00:00", "07 01:00")
    objects["day-files/bedrock-usage-20251208.json.gz"] = gzip_member(
        day_file("08 00:00", "09 01:00"))
    return objects


def broken_objects():
    """Every object of samples/broken, by its path there."""
    rng = random.Random(20251208)
    exported = LogGroup("/saas/bedrock-metering", 4)
    subscribed = LogGroup("/saas/bedrock-metering/edge", 5)
    extracted = LogGroup("/saas/bedrock-metering/batch", 6)
    add_unsound_lines(exported, subscribed, extracted)
    add_conflicts(rng, exported, subscribed)

    objects = {}
    task = f"export-task/exportedlogs/{new_uuid(rng)}"
    parts = export_task(rng, exported.between("07 00:00", "08 00:00"))
    for path, part in parts.items():
        objects[f"{task}/{path}"] = part
    # A part whose upload was cut off.
    objects[f"{task}/metering-gateway-1/000001.gz"] = gzip_member(b"cut off " * 999)[:-20]

    payloads = documents(rng, subscribed, subscribed.between("07 00:00", "08 00:00"))
    name = "firehose/2025/12/07/08/metering-1-2025-12-07-08-00-00"
    objects[f"{name}-{new_uuid(rng)}"] = b"".join(map(gzip_member, payloads))
    messages = [event.message + b"\n" for event in extracted.between("07 00:00", "08 00:00")]
    objects[f"firehose-extracted/2025/12/07/21/lines-1-2025-12-07-21-00-00-{new_uuid(rng)}"] = (
        b"".join(messages))
    objects["zip/usage.zip"] = zip_archive(line(usage(
        "2025-12-07T08:00:00.000001", "globex", "user-1", HAIKU, 10, 5)))
    return objects


def zip_archive(data):
    """An archive of one file, the same bytes on each run."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("usage.json", (2025, 12, 7, 8, 0, 0)), data)
    return archive.getvalue()


# --- Files --------------------------------------------------------------------------------------


def content(data):
    """What is inside all the gzip layers, which other builds of zlib compress to other bytes."""
    while data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except EOFError:  # cut off on purpose
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data)
    return data


def all_objects():
    """Every object, by its path under samples."""
    return {f"{folder}/{path}": data
            for folder, objects in [("exports", sound_objects()), ("broken", broken_objects()),
                                    ("wrapped", wrapped_objects())]
            for path, data in objects.items()}


def differences(objects):
    files = [path for folder in FOLDERS for path in folder.rglob("*") if path.is_file()]
    found = {path.relative_to(SAMPLES).as_posix(): path.read_bytes() for path in files}
    for path in sorted({*found, *objects}):
        if path not in found:
            yield f"missing: {path}"
        elif path not in objects:
            yield f"unexpected: {path}"
        elif found[path] != objects[path] and content(found[path]) != content(objects[path]):
            yield f"different: {path}"


def main():
    objects = all_objects()
    if sys.argv[1:] == ["--check"]:
        problems = list(differences(objects))
        print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
        sys.exit(1 if problems else 0)
    if sys.argv[1:]:
        sys.exit("usage: generate.py [--check]")
    for folder in FOLDERS:
        shutil.rmtree(folder, ignore_errors=True)
    for path, data in objects.items():
        file = SAMPLES / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


if __name__ == "__main__":
    main()
